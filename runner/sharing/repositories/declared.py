"""Which files belong to a repository: what the runner reads or runs, what a person must see, and nothing else.

Instructions for assistants, hooks for tools and test code stay where they are (T27): nothing that begins with a dot,
and none of the names below, is taken from anywhere.
"""

import re
from collections.abc import Collection
from typing import Final

REPOSITORY: Final = "recipes.toml"
RECIPE: Final = re.compile(r"recipes/([^/_.][^/]*)/([^/_.][^/]*)\.py")
API: Final = re.compile(r"recipes/([^/_.][^/]*)/api\.toml")
_LOCK: Final = re.compile(r"recipes/[^/_.][^/]*/[^/_.][^/]*\.lock")
_TOP: Final = re.compile(r"recipes\.toml|README\.md|LICENSE[A-Za-z0-9._-]*")
_WHOLE: Final = ("cassettes/", "templates/recipe/")
_PLACES: Final = ("recipes", "cassettes", "templates/recipe")
_NEVER: Final = frozenset(
    {"conftest.py", "sitecustomize.py", "usercustomize.py", "makefile", "justfile", "mise.toml", "agents.md"}
    | {"claude.md", "gemini.md", "copilot-instructions.md", "__pycache__"}
)


def is_declared(path: str, sandboxes: Collection[str]) -> bool:
    """Tell whether a file belongs to the repository.

    Args:
        path: Below the root, with `/`.
        sandboxes: The folders that the `api.toml` files name: `recipes/echo/sandbox/`.
    """
    if any(name[:1] == "." or name.lower() in _NEVER for name in path.split("/")):
        return False
    if _TOP.fullmatch(path) or RECIPE.fullmatch(path) or API.fullmatch(path) or _LOCK.fullmatch(path):
        return True
    return path.startswith(_WHOLE) or any(path.startswith(folder) for folder in sandboxes)


def is_in_place(path: str) -> bool:
    """Tell whether a path lies where declared files lie, or is a folder of such a place itself."""
    if _TOP.fullmatch(path) or path == "templates":
        return True
    return any(path == place or path.startswith(f"{place}/") for place in _PLACES)
