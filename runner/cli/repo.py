"""`recipes repo`: the group; each of its commands is a module of its own."""

from importlib import import_module

import click

from runner.errors import NotFound

COMMANDS = ("add", "list", "update", "remove", "verify")


class RepoGroup(click.Group):
    """Loads a command when it is asked for, and suggests the nearest where there is none of a name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they are needed."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"runner.cli.repo_{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which there are."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise NotFound("command", args[0], COMMANDS, command="recipes repo", fallback="recipes repo --help")
        return super().resolve_command(ctx, args)


@click.group("repo", cls=RepoGroup, no_args_is_help=False, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Add repositories of others, and bring them up to date. Nothing of them runs before you trust it."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
