"""`recipes profile`."""

from typing import TYPE_CHECKING

import click

from runner.cli.completing import complete_known_parameter, complete_profile
from runner.cli.session import Session
from runner.errors import AskedWrongly, NotFound

if TYPE_CHECKING:
    from runner.sharing.profile import Profile
    from runner.sharing.references import Reference


class ProfileGroup(click.Group):
    """Suggests the nearest command where there is none of a name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which there are."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            known = tuple(self.commands)
            raise NotFound("command", args[0], known, command="recipes profile", fallback="recipes profile --help")
        return super().resolve_command(ctx, args)


@click.group("profile", cls=ProfileGroup, no_args_is_help=False, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Keep the values of a customer, and where keys are, under a name for --profile.

    `recipes help profiles` shows how, and what the file of one holds.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("add")
@click.argument("name", shell_complete=complete_profile)
@click.option("--customer", metavar="TEXT", default="", help="Whose values these are.")
@click.option(
    "-P",
    "--param",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=complete_known_parameter,
    help="A value for every recipe with this parameter; repeated, a list.",
)
@click.option(
    "--key",
    multiple=True,
    metavar="VARIABLE=REFERENCE",
    help="Where a key is kept: env:NAME, keyring:SERVICE/USER or cmd:COMMAND; never the key.",
)
@click.option("--force", is_flag=True, help="Replace what the profile has already.")
@click.pass_obj
def add(session: Session, name: str, customer: str, param: tuple[str, ...], key: tuple[str, ...], force: bool) -> None:
    """Make the profile NAME, or add to it.

    It is a file that only you can read. A key does not belong there: a reference says where it is kept. A command is
    run without a shell when a run needs the key; the first line of what it says is the key, and nothing of it is shown.
    """
    from runner.cli.profile_hints import show_hints
    from runner.sharing.profile_store import Changes

    values, keys = _values(param), _references(key)
    _check_customer(customer)
    profile = session.profiles.add(name, Changes(customer, values, keys), force=force)
    _say_written(session, profile)
    show_hints(session, values, keys)


@command.command("list", short_help="See which profiles there are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """See which profiles there are: a table on a terminal, CSV in a pipe."""
    from runner.cli.profile_screens import show_list

    show_list(session, as_json=as_json)


@command.command("show", short_help="See what NAME holds, and whether its keys can be had.")
@click.argument("name", shell_complete=complete_profile)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def show(session: Session, name: str, as_json: bool) -> None:
    """See what the profile NAME holds, and whether each reference leads to a key.

    References are followed: a command runs. Of a key at most the last four characters are shown.
    """
    from runner.cli.profile_screens import show_profile

    show_profile(session, name, as_json=as_json)


@command.command("remove")
@click.argument("name", shell_complete=complete_profile)
@click.option("-P", "--param", multiple=True, metavar="NAME", help="Take only this value out.")
@click.option("--key", multiple=True, metavar="VARIABLE", help="Take only this reference out.")
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(session: Session, name: str, param: tuple[str, ...], key: tuple[str, ...], force: bool) -> None:
    """Remove the profile NAME, or values and references from it.

    On a terminal you are asked before a whole profile goes; elsewhere that takes --force.
    """
    if param or key:
        names = tuple(each.replace("-", "_") for each in param)
        _say_written(session, session.profiles.take_out(name, names, key, force=force))
        return
    session.profiles.find(name, command="recipes profile remove")
    if not force and not session.is_interactive:
        raise AskedWrongly(f"The profile {name} would be gone.", hint=f"recipes profile remove {name} --force")
    if force or click.confirm(f"Remove the profile {name}?", err=True):
        session.profiles.remove(name)
        click.echo(f"Removed: profile {name}.", err=True)


def _values(pairs: tuple[str, ...]) -> dict[str, object]:
    """Return what was typed for `-P`, text as typed; what is wrong is not quoted, as it may be a key."""
    from runner.sharing.profile import value_problem

    if any("=" not in pair for pair in pairs):
        raise AskedWrongly("-P takes NAME=VALUE.", hint="-P topic='electric cars'")
    typed: dict[str, list[str]] = {}
    for name, _, value in (pair.partition("=") for pair in pairs):
        typed.setdefault(name.strip().replace("-", "_"), []).append(value)
    for name, words in typed.items():
        if problem := value_problem(name, words):
            raise AskedWrongly(f"{_quotable(name)} {problem}.", hint=_HINT)
    return {name: words[0] if len(words) == 1 else words for name, words in typed.items()}


def _references(pairs: tuple[str, ...]) -> "dict[str, Reference]":
    """Return what was typed for `--key`; what is wrong is not quoted, as it may be a key."""
    from runner.sharing.references import NoReferenceError, is_variable, parse_reference

    references: dict[str, Reference] = {}
    for pair in pairs:
        variable, equals, text = pair.partition("=")
        if not equals or not is_variable(variable):
            raise AskedWrongly("--key takes VARIABLE=REFERENCE.", hint=_HINT)
        try:
            references[variable] = parse_reference(text)
        except NoReferenceError as error:
            raise AskedWrongly(f"The reference for {variable} is none: {error}.", hint=_HINT) from None
    return references


_HINT = "--key NEWSWHIP_API_KEY=env:NAME   (or keyring:SERVICE/USER, or cmd:COMMAND)"


def _quotable(name: str) -> str:
    from runner.sharing.pasted_keys import holds_key

    return "What was typed" if holds_key(name) or not name.isprintable() else name


def _check_customer(customer: str) -> None:
    from runner.sharing.profile import customer_problem

    if problem := customer_problem(customer):
        raise AskedWrongly(f"The customer's name {problem}.", hint='--customer "Acme News"')


def _say_written(session: Session, profile: "Profile") -> None:
    from runner.output.text import safe_text

    values = f"{profile.count} value{'' if profile.count == 1 else 's'}"
    keys = f"{len(profile.keys)} key reference{'' if len(profile.keys) == 1 else 's'}"
    path = safe_text(str(session.profiles.path(profile.name)))
    click.echo(f"Profile {profile.name}: {values}, {keys}, in {path}", err=True)
    click.echo(f"Use it  recipes run RECIPE --profile {profile.name}", err=True)
