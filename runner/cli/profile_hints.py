"""Doubts about what was put into a profile: names that no recipe and no API in sight has."""

from collections.abc import Iterable

import click

from runner.catalog import readable_apis
from runner.cli.session import Session
from runner.errors import RunnerError, nearest
from runner.output.text import safe_text


def show_hints(session: Session, values: Iterable[str], variables: Iterable[str]) -> None:
    """Say on stderr which names are known to no recipe, or no API, in sight; they may be of a repository elsewhere.

    Args:
        session: Of the command.
        values: Names of parameters.
        variables: Names of key variables.
    """
    try:
        parameters, keys = known_parameters(session), known_variables(session)
    except RunnerError:  # repositories that cannot be read know nothing
        return
    for name in values:
        if name not in parameters:
            _say(f"No recipe in sight has a parameter {name}", nearest(name, parameters))
    for name in variables:
        if name not in keys:
            _say(f"No API in sight takes its key from {name}", nearest(name, keys))


def known_parameters(session: Session) -> set[str]:
    """Return the names of the parameters of all recipes in sight."""
    with session.index as index:
        rows = index.listing(session.places).recipes
    return {parameter.name for row in rows for parameter in row.parameters}


def known_variables(session: Session) -> set[str]:
    """Return the variables from which the APIs in sight take their keys."""
    return {api.key.env for api in readable_apis(*session.library.repositories) if api.key}


def _say(what: str, near: str) -> None:
    click.echo(safe_text(f"{what}{f'; did you mean {near}?' if near else '.'}"), err=True)
