"""Write `docs/cli.md` from the commands themselves: `python -m runner.cli.reference > docs/cli.md`.

A command that is added needs an example here; a test compares the page with what this prints.
"""

import inspect
import textwrap
from collections.abc import Iterator

import click

from runner.cli.group import main
from runner.cli.topics import TOPICS

EXAMPLES = {
    "recipes list": "recipes list --json",
    "recipes search": "recipes search 'most engagement'",
    "recipes show": "recipes show newswhip/top-stories",
    "recipes run": "recipes run newswhip/top-stories --topic 'electric cars' --hours 48 -o stories.csv",
    "recipes init": "recipes init team-recipes --api acme --base-url https://api.acme.example/v1 --key-in none",
    "recipes new": "recipes new newswhip/loud-topics --template list -P 'question=Which topics are loud?'",
    "recipes templates": "recipes templates list",
    "recipes outdated": "recipes outdated --json",
    "recipes update": "recipes update acme-election-watch --diff",
    "recipes export": "recipes export newswhip/top-stories --to script --topic 'electric cars' --customer 'Acme News'",
    "recipes record": "recipes record newswhip/top-stories --sandbox --case no-match --topic 'nobody writes this'",
    "recipes test": "recipes test newswhip/top-stories",
    "recipes check": "recipes check newswhip/top-stories --json",
    "recipes explain": "recipes explain R101",
    "recipes drift": "recipes drift newswhip/top-stories --ignore '$.articles[].uuid' --env-file keys.env",
    "recipes pack": "recipes pack --check",
    "recipes site": "recipes site -o public --repository . --repository ../team-recipes",
    "recipes repo add": "recipes repo add https://git.example/acme/recipes --as acme --ref v1.4.0",
    "recipes repo list": "recipes repo list --json",
    "recipes repo update": "recipes repo update acme --dry-run",
    "recipes repo remove": "recipes repo remove acme",
    "recipes repo verify": "recipes repo verify acme",
    "recipes sync": "recipes sync --locked",
    "recipes trust": "recipes trust acme/newswhip/trending",
    "recipes untrust": "recipes untrust .",
    "recipes completion": "recipes completion bash",
    "recipes sandbox": "recipes sandbox newswhip --port 8080 --now 2026-11-20T09:00:00Z",
    "recipes profile add": "recipes profile add acme -P hours=48 --key NEWSWHIP_API_KEY=env:ACME_KEY",
    "recipes profile list": "recipes profile list --json",
    "recipes profile show": "recipes profile show acme",
    "recipes profile remove": "recipes profile remove acme -P hours",
    "recipes doctor": "recipes doctor --env-file keys.env",
    "recipes help": "recipes help exit-codes",
}
"""One command line for each command."""

HEAD = """\
# The command line

<!-- Written by `python -m runner.cli.reference > docs/cli.md`; edit the commands instead. -->

Results go to stdout, everything else to stderr. Each command takes `-h` and `--help`.
"""


def write_reference() -> str:
    """Return the page: what holds for all commands, each command, and the topics of `recipes help`."""
    top = click.Context(main, info_name="recipes")
    parts = [HEAD, *_options(top), *(part for ctx in walk_commands(top) for part in _command(ctx)), *_topics()]
    return "\n".join(parts)


def walk_commands(above: click.Context) -> Iterator[click.Context]:
    """Yield a context for each command of a group, and for those of the groups in it."""
    assert isinstance(above.command, click.Group)
    for name in above.command.list_commands(above):
        command = above.command.get_command(above, name)
        assert command is not None
        ctx = click.Context(command, info_name=name, parent=above)
        if isinstance(command, click.Group):
            yield from walk_commands(ctx)
        else:
            yield ctx


def _command(ctx: click.Context) -> Iterator[str]:
    yield f"## `{ctx.command_path}`\n"
    for paragraph in inspect.cleandoc(ctx.command.help or "").split("\n\n"):
        yield textwrap.fill(paragraph, 120, break_on_hyphens=False, break_long_words=False) + "\n"
    usage = " ".join([ctx.command_path, *ctx.command.collect_usage_pieces(ctx)])
    yield f"```text\n{usage}\n```\n"
    yield from _options(ctx)
    yield f"For example:\n\n```sh\n{EXAMPLES[ctx.command_path]}\n```\n"


def _options(ctx: click.Context) -> Iterator[str]:
    """Yield a table of the options; nothing where there are none but that for help."""
    options = (each for each in ctx.command.params if isinstance(each, click.Option))
    records = filter(None, (each.get_help_record(ctx) for each in options))
    rows = [f"| `{_cell(names)}` | {_cell(text)} |" for names, text in records]
    if rows:
        yield "\n".join(["| option | does |", "|---|---|", *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _topics() -> Iterator[str]:
    yield "## Topics\n"
    yield "".join(f"- `recipes help {name}`: {topic.title}.\n" for name, topic in TOPICS.items())


if __name__ == "__main__":
    click.echo(write_reference(), nl=False)
