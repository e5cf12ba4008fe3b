"""`recipes` where a repository was added: `python adding.py ROOT IDENTITY ALIAS WORD...`."""

import os
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from runner.catalog import Library, Repository, read_repository
from runner.catalog.index_walk import Place
from runner.cli.group import RunnerGroup
from runner.cli.session import Session
from runner.sharing.grants import Origin


class AddedSession(Session):
    """Sees one added repository besides."""

    def __init__(self, environ: Mapping[str, str], folder: Path, added: Path, origin: Origin) -> None:
        super().__init__(environ, folder)
        self._added, self._origin = added, origin

    @cached_property
    def library(self) -> Library:
        *in_use, catalog = super().library.repositories
        return Library([*in_use, read_repository(self._added, alias=self._origin.alias), catalog])

    @cached_property
    def places(self) -> list[Place]:
        *in_use, catalog = super().places
        return [*in_use, Place(self._added, self._origin.alias), catalog]

    def origin_of(self, repository: Repository) -> Origin | None:
        return self._origin if repository.root == self._added.resolve() else super().origin_of(repository)


if __name__ == "__main__":
    root, identity, alias, *words = sys.argv[1:]
    session = AddedSession(os.environ, Path.cwd(), Path(root), Origin(identity, alias, "b82f1ca"))
    RunnerGroup("recipes").main(words, obj=session)
