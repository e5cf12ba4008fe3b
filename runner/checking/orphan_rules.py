"""Rules for what lies in `cassettes/` and belongs to no recipe."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from runner.catalog import Repository
from runner.catalog.ids import bare_id
from runner.checking.finding import Spot
from runner.errors import BrokenSource
from runner.recording.case import read_case

_ENDINGS = (".toml", ".yaml", ".jsonl")


def orphan_case(repository: Repository) -> Iterator[Spot]:
    """Find cases of recipes that do not exist."""
    ids = {bare_id(path) for path in repository.recipe_files()}
    for folder in _folders(repository):
        files = [path for path in _visible(folder) if path.suffix in _ENDINGS]
        recipe_id = f"{folder.parent.name}/{folder.name}"
        if recipe_id not in ids:
            for path in files:
                fix = "rename the folder as the recipe was renamed, or delete it"
                yield Spot(path, 1, f"there is no recipe {recipe_id}", fix)


def stray_file(repository: Repository) -> Iterator[Spot]:
    """Find what is no part of a case: other files, files beside the folders, folders within them."""
    fix = "move it out of cassettes/, or delete it"
    for api in _subfolders(repository.root / "cassettes"):
        for path in _visible(api):
            if not path.is_dir():
                yield Spot(path, 1, "cases lie one folder deeper", fix)
    for folder in _folders(repository):
        for path in _visible(folder):
            if path.suffix not in _ENDINGS and path.name not in _inputs(folder):
                yield Spot(path, 1, "this is no part of a case", fix)


def _inputs(folder: Path) -> set[str]:
    """Return the names of the files that the cases of a folder keep for their recipe to read."""
    names: set[str] = set()
    for path in folder.glob("*.toml"):
        with suppress(BrokenSource):  # R205 says so
            case = read_case(path)
            for value in case.values.values():
                names |= {f"{case.name}.{each}" for each in (value if isinstance(value, list) else [value])}
    return names


def _folders(repository: Repository) -> Iterator[Path]:
    """Yield each `cassettes/<api>/<recipe-name>`."""
    for api in _subfolders(repository.root / "cassettes"):
        yield from _subfolders(api)


def _subfolders(folder: Path) -> list[Path]:
    return [path for path in _visible(folder) if path.is_dir()]


def _visible(folder: Path) -> list[Path]:
    """List a folder by name without hidden files and what explains them; a missing one is empty."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name[0] not in "._" and path.suffix != ".md")
