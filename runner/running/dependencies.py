"""Whether what a recipe imports is installed here."""

import sys
from shlex import join

from runner.catalog import Recipe
from runner.errors import AskedWrongly

OURS = frozenset({"httpx>=0.28", "httpx"})
"""Requirements that this program's own installation fulfils; they need no look-up, which would cost 30 ms."""


def check_dependencies(recipe: Recipe) -> None:
    """Refuse a recipe whose block asks for packages that are not installed here, or for another Python.

    Raises:
        AskedWrongly: Names all that is missing and the command that adds it.
    """
    missing = [each for each in recipe.dependencies if each not in OURS and not is_installed(each)]
    if missing:
        raise AskedWrongly(
            f"{recipe.id} needs {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed.",
            hint=join([sys.executable, "-m", "pip", "install", *missing]),
        )
    check_python(recipe)


def is_installed(requirement: str) -> bool:
    """Tell whether what a requirement asks for is installed here, or not needed here."""
    from importlib.metadata import PackageNotFoundError, version

    from packaging.requirements import Requirement

    wanted = Requirement(requirement)
    if wanted.marker is not None and not wanted.marker.evaluate():
        return True
    try:
        return wanted.specifier.contains(version(wanted.name), prereleases=True)
    except PackageNotFoundError:
        return False


def check_python(recipe: Recipe) -> None:
    """Refuse a recipe whose block asks for another Python.

    Raises:
        AskedWrongly: Names both.
    """
    if recipe.requires_python in ("", ">=3.11"):
        return
    from packaging.specifiers import SpecifierSet

    here = ".".join(map(str, sys.version_info[:3]))
    if not SpecifierSet(recipe.requires_python).contains(here, prereleases=True):
        raise AskedWrongly(
            f"{recipe.id} needs Python {recipe.requires_python}, and this is {here}.",
            hint="Install recipe-runner under that Python.",
        )
