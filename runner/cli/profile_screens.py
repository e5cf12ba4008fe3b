"""What `recipes profile list` and `recipes profile show` print."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import click

from runner.catalog.index_listing import as_csv
from runner.cli.facts import ReferenceFact
from runner.cli.group import show_error
from runner.cli.list import write_json
from runner.cli.profile_facts import reference_facts, trusted_keys
from runner.cli.profiles import read_profile
from runner.cli.session import Session
from runner.errors import RunnerError
from runner.output.grid import render_table
from runner.output.text import safe_text
from runner.sharing.profile import Profile


def show_list(session: Session, *, as_json: bool) -> None:
    """Print all profiles; what is wrong with one that cannot be read goes to stderr."""
    profiles, broken = list[Profile](), list[RunnerError]()
    for name in session.profiles.names():
        try:
            profiles.append(read_profile(session, name))
        except RunnerError as error:
            broken.append(error)
    cells = [(each.name, each.customer, each.count, " ".join(each.keys)) for each in profiles]
    if as_json:
        write_json(session, [_listed(session, each) for each in profiles])
    elif session.stdout_is_terminal:
        click.echo(render_table(("PROFILE", "CUSTOMER", "VALUES", "KEYS"), cells, width=session.width), nl=False)
    else:
        rows = [tuple(map(str, row)) for row in cells]
        click.echo(as_csv(("profile", "customer", "values", "keys"), rows), nl=False)
    for each in broken:
        show_error(each)
    if not profiles and not broken and not as_json:
        click.echo("No profiles yet.  Next  recipes profile add NAME --customer TEXT -P NAME=VALUE", err=True)


def show_profile(session: Session, name: str, *, as_json: bool) -> None:
    """Print one profile, and whether each reference leads to a key.

    Raises:
        RunnerError: It cannot be read.
    """
    profile = read_profile(session, name)
    facts = reference_facts(session, profile, trusted_keys(session))
    if as_json:
        write_json(session, _data(session, profile, facts))
        return
    click.echo("\n".join(safe_text(line, keep="\n") for line in _lines(session, profile, facts)))


def _listed(session: Session, profile: Profile) -> dict[str, Any]:
    """Return what `profile list --json` says of one profile; the keys are a contract."""
    return {
        "name": profile.name,
        "customer": profile.customer,
        "values": profile.count,
        "keys": list(profile.keys),
        "path": str(session.profiles.path(profile.name)),
    }


def _data(session: Session, profile: Profile, facts: tuple[ReferenceFact, ...]) -> dict[str, Any]:
    """Return what `profile show --json` says; the keys are a contract."""
    return {
        "name": profile.name,
        "customer": profile.customer,
        "path": str(session.profiles.path(profile.name)),
        "values": {name: _plain(value) for name, value in profile.values.items()},
        "recipe_values": {
            recipe: {name: _plain(value) for name, value in values.items()}
            for recipe, values in profile.recipe_values.items()
        },
        "keys": [asdict(each) for each in facts],
    }


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _lines(session: Session, profile: Profile, facts: tuple[ReferenceFact, ...]) -> Iterator[str]:
    yield f"{profile.name}{f' · {profile.customer}' if profile.customer else ''}"
    yield f"File  {session.profiles.path(profile.name)}"
    values = [*_cells("every recipe", profile.values)]
    for recipe, own in profile.recipe_values.items():
        values += _cells(recipe, own)
    if values:
        yield "\n" + render_table(("PARAMETER", "VALUE", "FOR"), values, width=session.width).rstrip("\n")
    if facts:
        rows = [(each.variable, each.reference, _outcome(each)) for each in facts]
        yield "\n" + render_table(("KEY", "FROM", "RESOLVES"), rows, width=session.width).rstrip("\n")
    for each in facts:
        if each.problem:
            yield f"\n{each.problem}\nFix  {each.fix}"


def _cells(recipes: str, values: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    for name, value in values.items():
        plain = _plain(value)
        yield name, ", ".join(map(_word, plain)) if isinstance(plain, list) else _word(plain), recipes


def _word(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _outcome(fact: ReferenceFact) -> str:
    return f"yes, {fact.shown}" if fact.resolves else "no"
