"""Rules of the reader for what a repository holds beside its recipes."""

from collections.abc import Iterator

from runner.catalog import Repository, read_api, read_repository
from runner.checking.finding import Spot, spot_of
from runner.errors import BrokenSource


def api(repository: Repository) -> Iterator[Spot]:
    """Find each `api.toml` that breaks a rule."""
    for folder in repository.api_folders():
        try:
            read_api(folder)
        except BrokenSource as error:
            yield spot_of(error)


def settings(repository: Repository) -> Iterator[Spot]:
    """Find a `recipes.toml` that breaks a rule."""
    try:
        read_repository(repository.root)
    except BrokenSource as error:
        yield spot_of(error)


def stray(repository: Repository) -> Iterator[Spot]:
    """Find folders that cannot be listed, and files that a link takes from outside."""
    yield from map(spot_of, repository.faults())
