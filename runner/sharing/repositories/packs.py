"""Repositories that were installed with pip, found and read without importing a line of them (T5).

A distribution names its repository by an entry point, whose value is the package, or a package and a folder in it:

    [project.entry-points."recipe_runner.repositories"]
    acme = "acme_recipes"
"""

import re
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Final

from runner.errors import AskedWrongly, NotFound

GROUP: Final = "recipe_runner.repositories"
_PACKAGE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class Pack:
    """An installed repository.

    Attributes:
        name: Of its entry point.
        version: Of its distribution.
        folder: Where its `recipes.toml` lies.
    """

    name: str
    version: str
    folder: Path


def pack_names() -> tuple[str, ...]:
    """Return the names of all that are installed, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def find_pack(name: str) -> Pack:
    """Find one by its name.

    Raises:
        NotFound: None has it.
        AskedWrongly: Two have it, or its files are not where it says.
    """
    found = [point for point in entry_points(group=GROUP) if point.name == name]
    if not found:
        raise NotFound("folder, file or installed pack", name, pack_names(), fallback="recipes repo add --help")
    if len(found) > 1:
        owners = sorted(point.dist.name for point in found if point.dist)
        raise AskedWrongly(f"Several installed packs are named {name!r}.", details=owners, hint="pip uninstall one")
    return _pack(found[0])


def _pack(point: EntryPoint) -> Pack:
    package = point.value.strip()
    if point.dist is None or not _PACKAGE.fullmatch(package):
        raise AskedWrongly(f"The installed pack {point.name!r} names no package.", hint="ask its publisher")
    # Resolved by name only: find_spec of a submodule, or importlib.resources, would import the package.
    folder = Path(str(point.dist.locate_file(package.replace(".", "/"))))
    if not (folder / "recipes.toml").is_file():
        raise AskedWrongly(f"The installed pack {point.name!r} has no recipes.toml in {folder}.", hint="pip install it")
    return Pack(point.name, point.dist.version, folder)
