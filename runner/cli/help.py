"""`recipes help`."""

import click

from runner.cli.completing import complete_topic
from runner.cli.group import COMMANDS
from runner.cli.topics import TOPICS
from runner.errors import NotFound


@click.command("help")
@click.argument("topic", required=False, shell_complete=complete_topic)
@click.pass_context
def command(ctx: click.Context, topic: str | None) -> None:
    """Explain TOPIC, which may be a command; without one, list the topics."""
    if topic is None:
        click.echo(_contents())
    elif topic in TOPICS:
        click.echo(TOPICS[topic].write(), nl=False)
    elif topic in COMMANDS:
        click.echo(_command_help(ctx, topic))
    else:
        known = (*TOPICS, *COMMANDS)
        raise NotFound("help topic", topic, known, command="recipes help", fallback="recipes help")


def _contents() -> str:
    width = max(map(len, TOPICS))
    topics = [f"  {name:<{width}}  {topic.title}" for name, topic in TOPICS.items()]
    return "\n".join(["Topics", *topics, "", "Read one   recipes help exit-codes", "A command  recipes help run"])


def _command_help(ctx: click.Context, name: str) -> str:
    """Return what `recipes NAME --help` prints."""
    above = ctx.parent
    assert above is not None
    assert isinstance(above.command, click.Group)
    found = above.command.get_command(above, name)
    assert found is not None
    with click.Context(found, info_name=name, parent=above) as inner:
        return found.get_help(inner)
