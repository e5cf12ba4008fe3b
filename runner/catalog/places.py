"""Where repositories are. Light: every command asks this first."""

from pathlib import Path

from runner.catalog.index_walk import REPOSITORY_FILE


def find_repository(start: Path) -> Path | None:
    """Return the nearest folder with a `recipes.toml`, from an absolute path upwards; None where there is none."""
    for folder in (start, *start.parents):
        if (folder / REPOSITORY_FILE).is_file():
            return folder
    return None


def catalog_root(package: Path) -> Path:
    """Return the root of the catalog that comes with the package: in a wheel inside it, in a checkout around it."""
    inside = package / "_repository"
    return inside if (inside / REPOSITORY_FILE).is_file() else package.parent
