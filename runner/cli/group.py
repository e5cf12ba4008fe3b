"""The top command, and the one place where an error becomes text and an exit code."""

import gc
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from runner import __version__
from runner.cli.completing import VARIABLE, complete_folder
from runner.cli.session import Session
from runner.errors import AskedWrongly, NotFound, RunnerError, Stopped, nearest

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "list": "See which recipes there are.",
    "search": "Find one by the question you have.",
    "show": "Read about one before running it.",
    "run": "Run one; --try needs no key.",
    "init": "Make a new repository, ready to be shared.",
    "new": "Make a recipe from a template.",
    "templates": "See what a new recipe can start from.",
    "outdated": "See which examples were made from a recipe that changed.",
    "update": "Bring such a change into an example.",
    "export": "Hand one over to a customer, as one file.",
    "record": "Record a run, to be replayed without key and network.",
    "test": "Replay recorded runs and compare.",
    "check": "Check recipes and their cases; runs nothing.",
    "explain": "Say why a check found something.",
    "drift": "See where an API has changed since it was recorded.",
    "pack": "Make one file of a repository, for others to add.",
    "site": "Make the catalog a site to browse, in a folder.",
    "repo": "Add repositories of others, and bring them up to date.",
    "sync": "Fetch the repositories that recipes.lock names.",
    "trust": "Allow recipes of a folder, or of an added repository, to run.",
    "untrust": "Take that back.",
    "completion": "Print what completes commands in your shell.",
    "sandbox": "Serve an API's sandbox on this machine.",
    "profile": "Keep a customer's values, and where keys are, under a name.",
    "doctor": "Check keys, recipes, network and trust.",
    "help": "Explain a topic or a command.",
}
"""Each command with its one line of help, so that `recipes --help` imports none of them."""

BRIEF = frozenset({"init", "new", "templates", "show", "explain", "trust", "untrust", "completion", "help"})
"""Commands that are over in a moment whatever they are given: in them no garbage is looked for."""

START = """\
Ready-made scripts for APIs: find one, run it, hand it over.

Start here
  recipes list                                  See what is there
  recipes search "what is hot on my topic"      Find one by question
  recipes show newswhip/top-stories             Read one before running
  recipes run newswhip/top-stories --try        Run it; --try needs no key

More  recipes help · recipes doctor
"""


class RunnerGroup(click.Group):
    """Loads a command when it is asked for, and turns every error into its exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"runner.cli.{cmd_name}").command
        if cmd_name not in BRIEF:
            gc.enable()
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Offer commands and options without importing a command."""
        from click.shell_completion import CompletionItem

        names = [name for name in COMMANDS if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=COMMANDS[name]) for name in names), *options]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise NotFound("command", args[0], tuple(COMMANDS), command="recipes", fallback="recipes --help")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a stdout that takes no more is ours to handle, where Click would end with 1."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            raise _WriteFailed(error) from error

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run the command and end the program with its exit code."""
        _use_utf8()
        if VARIABLE in os.environ:
            import runner.cli.shells  # noqa: F401 - makes itself known to Click
        sys.exit(_run_to_exit_code(lambda: self._answer(*args, **extra | {"standalone_mode": False})))

    def _answer(self, *args: Any, **extra: Any) -> int:
        try:
            exit_code = super().main(*args, **extra)
        except click.UsageError as error:
            raise _asked_wrongly(error) from None
        except click.ClickException as error:
            raise AskedWrongly(error.format_message()) from None
        except click.Abort:
            click.echo(err=True)  # the question's line has no end yet
            raise Stopped("Stopped.") from None
        except KeyboardInterrupt:
            raise Stopped("Stopped.") from None
        return exit_code if isinstance(exit_code, int) else 0  # what a command gave to `ctx.exit`


class _WriteFailed(Exception):
    """Carries an OSError past Click."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


@click.group(cls=RunnerGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="recipes", message="%(prog)s %(version)s")
@click.option(
    "--repository",
    metavar="FOLDER",
    shell_complete=complete_folder,
    help="The repository in use, instead of the nearest recipes.toml.",
)
@click.pass_context
def main(ctx: click.Context, repository: str | None) -> None:
    """Find, run and share ready-made scripts that call an API."""
    ctx.obj = Session.from_process(repository)
    if ctx.invoked_subcommand is None:
        click.echo(START, nl=False)


def show_error(error: RunnerError) -> None:
    """Write an error in its fixed shape: what happened, what belongs to it, how to mend it."""
    from runner.output.text import safe_text

    lines = [f"Error  {error}", *(f"       {line}" for line in error.details)]
    if error.hint:
        lines.append(f"Fix    {error.hint}")
    click.echo("\n".join(safe_text(line) for line in lines), err=True)


def _run_to_exit_code(answer: Callable[[], int]) -> int:
    try:
        exit_code = answer()
    except RunnerError as error:
        show_error(error)
        exit_code = error.exit_code
    except _WriteFailed as failed:
        return _end_of_stdout(failed.error)
    try:
        sys.stdout.flush()
    except OSError as error:
        return exit_code or _end_of_stdout(error)
    return exit_code


def _end_of_stdout(error: OSError) -> int:
    """Return the exit code where stdout takes no more: 0 if its reader had enough (`| head`), 2 if a disk is full."""
    if error.filename is not None or error.errno is None:
        raise error  # it was no write to stdout, so it is a bug
    # What is still buffered goes nowhere, also when Python flushes once more at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return 0
    show_error(AskedWrongly(f"The output could not be written: {os.strerror(error.errno)}.", hint="-o FILE"))
    return AskedWrongly.exit_code


def _use_utf8() -> None:
    """Write UTF-8 into pipes and files whatever the locale, and no character that a terminal lacks into it."""
    for stream in (sys.stdout, sys.stderr):
        if stream.isatty():
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")  # type: ignore[union-attr]


def _asked_wrongly(error: click.UsageError) -> AskedWrongly:
    """Put an error of Click's into our shape, with the nearest option where one is not known."""
    path = error.ctx.command_path if error.ctx else "recipes"
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        message = error.format_message().replace("\n\t", " ")  # Click puts each choice on a line of its own
        return AskedWrongly(message, hint=f"{path} --help")
    known = [
        name for option in error.ctx.command.get_params(error.ctx) for name in (*option.opts, *option.secondary_opts)
    ]
    near = nearest(error.option_name, [name for name in known if name.startswith("--")])
    return AskedWrongly(f"No option {error.option_name!r}.", hint=f"{path} ... {near}" if near else f"{path} --help")
