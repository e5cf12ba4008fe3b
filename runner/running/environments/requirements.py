"""What a recipe needs besides the standard library."""

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from runner.catalog import Recipe
from runner.errors import NotInstallable
from runner.running.dependencies import OURS, is_installed

if TYPE_CHECKING:
    from packaging.requirements import Requirement

HTTPX = "httpx>=0.28"


def needs_environment(recipe: Recipe) -> bool:
    """Tell whether a recipe needs more than httpx, or another one than is installed here."""
    return any(each not in OURS and not _is_our_httpx(each) for each in recipe.dependencies)


def requirements_of(recipe: Recipe) -> tuple[str, ...]:
    """Return what the environment of a recipe holds, sorted: what its block lists, and httpx, as clients are given.

    Raises:
        NotInstallable: A line of the block is no requirement.
    """
    wanted = [_requirement(recipe, each) for each in recipe.dependencies]
    if not any(each.name.lower() == "httpx" for each in wanted):
        wanted.append(_requirement(recipe, HTTPX))
    return tuple(sorted({str(each) for each in wanted}))


def digest_of(*texts: str) -> str:
    """Return a name for what is made of these texts."""
    return sha256("\n".join(texts).encode()).hexdigest()[:32]


def _is_our_httpx(requirement: str) -> bool:
    return re.match("httpx *[^a-z0-9._[-]", requirement.lower()) is not None and is_installed(requirement)


def _requirement(recipe: Recipe, text: str) -> "Requirement":
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement as error:
        problem = str(error).partition("\n")[0].rstrip(".")
        raise NotInstallable(f"{recipe.id} needs {text!r}, which is no requirement: {problem}.") from None
