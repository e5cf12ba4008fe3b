"""Which recipes run in a process of their own, and how that comes by its packages: the one place that decides it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.catalog import Recipe, Repository
from runner.catalog.index_walk import CATALOG
from runner.cli.session import Session
from runner.output.text import safe_text
from runner.running.environments.requirements import needs_environment

if TYPE_CHECKING:
    from runner.running.isolated.isolation import Isolation

OWN = ("", CATALOG)
"""The aliases of what the user wrote and of what comes with this program."""


@contextmanager
def starting_early(
    session: Session, repository: Repository, recipe: Recipe, *, quiet: bool
) -> "Iterator[Isolation | None]":
    """Give what `isolation_of` returns, with a process that gets ready while this one does.

    It is one of this Python and holds nothing of the recipe, so nobody has to be asked for leave yet; where the recipe
    needs packages they have to be installed first.
    """
    isolation = isolation_of(session, repository, recipe, quiet=quiet)
    if isolation is None or needs_environment(recipe):
        yield isolation
        return
    try:
        isolation.start_early(Path(sys.executable))
        yield isolation
    finally:
        isolation.close()


def isolation_of(
    session: Session, repository: Repository, recipe: Recipe, *, quiet: bool = False
) -> "Isolation | None":
    """Return how a recipe runs apart: what others wrote does, and what needs packages besides httpx; else None.

    Args:
        session: Of the command.
        repository: Where the recipe lies.
        recipe: As read.
        quiet: Do not say that packages are installed.
    """
    if repository.alias in OWN and not needs_environment(recipe):
        return None
    from runner.running.environments.store import Environments
    from runner.running.isolated.isolation import Isolation

    folder, locks = session.cache_folder / "environments", session.state_folder / "locks"
    announce = _silent if quiet else _say
    return Isolation(Environments(folder, locks, session.environ, announce).interpreter, session.environ)


def _say(text: str) -> None:
    click.echo(safe_text(text), err=True)


def _silent(_: str) -> None:
    """Say nothing."""
