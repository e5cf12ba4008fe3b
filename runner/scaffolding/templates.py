"""Which templates there are: those of the repository in use first, then the catalog's."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from runner.catalog import Repository
from runner.catalog.index_walk import is_folder, listed, visible
from runner.errors import BrokenSource, NotFound
from runner.scaffolding.manifest import Template, read_template

FOLDER: Final = ("templates", "recipe")


class Shelved(NamedTuple):
    """A template and the repository that it belongs to."""

    repository: Repository
    template: Template


def find_templates(repositories: Sequence[Repository]) -> tuple[list[Shelved], list[BrokenSource]]:
    """Return the templates, and why others cannot be read; of several with one name only the first."""
    found: dict[str, Shelved | None] = {}
    broken: list[BrokenSource] = []
    for repository, folder in _folders(repositories):
        if folder.name not in found:
            try:
                found[folder.name] = Shelved(repository, _read(repository, folder))
            except BrokenSource as error:
                found[folder.name] = None
                broken.append(error)
    return [each for each in found.values() if each], broken


def find_template(repositories: Sequence[Repository], name: str) -> Shelved:
    """Find and read one template.

    Raises:
        NotFound: There is none of that name.
        BrokenSource: It breaks a rule.
    """
    known: list[str] = []
    for repository, folder in _folders(repositories):
        if folder.name == name:
            return Shelved(repository, _read(repository, folder))
        known.append(folder.name)
    raise NotFound("template", name, known, command="recipes new NAME --template", fallback="recipes templates")


def _folders(repositories: Sequence[Repository]) -> Iterator[tuple[Repository, Path]]:
    for repository in repositories:
        for entry in visible(listed(repository.root.joinpath(*FOLDER), [])):
            if is_folder(entry):
                yield repository, Path(entry.path)


def _read(repository: Repository, folder: Path) -> Template:
    if not repository.holds(folder):
        raise repository.stray(folder)
    return read_template(folder)
