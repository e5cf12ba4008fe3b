"""What a stranger will see of a repository that is packed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.catalog import MISSING, Recipe, read_api, read_recipe
from runner.errors import BrokenSource
from runner.running.approval import host
from runner.sharing.repositories.declared import API, RECIPE
from runner.sharing.repositories.digest import recipe_id_of
from runner.sharing.repositories.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Review:
    """What is in a pack.

    Attributes:
        recipes: How many.
        left_out: Examples of customers that stay here.
        caseless: Ids of recipes without a recorded case.
        broken: Why a recipe or API cannot be read.
        destinations: `title, host, variable` of each API; the variable may be `""`.
        private: `api/name --option` of each private parameter that has a default or an example, which go along.
        licence: Name of its file, or `""`.
        files: How many.
        size: Bytes of all.
        largest: Path and bytes of the largest file.
    """

    recipes: int
    left_out: int
    caseless: tuple[str, ...]
    broken: tuple[str, ...]
    destinations: tuple[tuple[str, str, str], ...]
    private: tuple[str, ...]
    licence: str
    files: int
    size: int
    largest: tuple[str, int]


def review(root: Path, snapshot: Snapshot) -> Review:
    """Look at what would be packed; nothing of it runs.

    Args:
        root: Of the repository.
        snapshot: The files that would go.
    """
    broken = list[str]()
    recipes = list(_recipes(root, snapshot, broken))
    sizes = {path: len(content) for path, content in snapshot.files.items()}
    largest = max(sizes, key=sizes.__getitem__)
    return Review(
        recipes=sum(1 for path in sizes if recipe_id_of(path)),
        left_out=snapshot.left_out,
        caseless=tuple(each.id for each in recipes if not _has_case(each.id, snapshot)),
        broken=tuple(broken),
        destinations=tuple(_destinations(root, snapshot, broken)),
        private=tuple(name for each in recipes for name in _private(each)),
        licence=next((path for path in sizes if path.startswith("LICENSE")), ""),
        files=len(sizes),
        size=sum(sizes.values()),
        largest=(largest, sizes[largest]),
    )


def _recipes(root: Path, snapshot: Snapshot, broken: list[str]) -> Iterator[Recipe]:
    for path in snapshot.files:
        if RECIPE.fullmatch(path):
            try:
                yield read_recipe(root / path)
            except BrokenSource as error:
                broken.append(str(error))


def _destinations(root: Path, snapshot: Snapshot, broken: list[str]) -> Iterator[tuple[str, str, str]]:
    for path in snapshot.files:
        if API.fullmatch(path):
            try:
                api = read_api((root / path).parent)
            except BrokenSource as error:
                broken.append(str(error))
                continue
            yield api.title, host(api), api.key.env if api.key else ""


def _has_case(recipe_id: str, snapshot: Snapshot) -> bool:
    return any(path.startswith(f"cassettes/{recipe_id}/") and path.endswith(".toml") for path in snapshot.files)


def _private(recipe: Recipe) -> Iterator[str]:
    for parameter in recipe.parameters:
        has_default = parameter.default not in (MISSING, None, "", ())
        if parameter.private and (has_default or parameter.example not in (None, "", ())):
            yield f"{recipe.id} {parameter.option}"
