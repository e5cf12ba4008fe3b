"""The name of a recipe that is to be made: what it may be, and where the recipe will stand."""

import keyword
import re
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Final, NamedTuple

from runner.catalog.ids import ID_PART
from runner.errors import AskedWrongly, NotFound
from runner.scaffolding.paths import is_device

_LONGEST: Final = 64
_USED_IN_RECIPES: Final = ("httpx", "limit")


class Target(NamedTuple):
    """Where a new recipe will stand.

    Attributes:
        api: Its API, with hyphens: `newswhip`.
        name: Its own name, with hyphens: `top-stories`.
        api_title: For people: `NewsWhip`.
        folder: Name of the API's folder below `recipes/`.
    """

    api: str
    name: str
    api_title: str
    folder: str

    @property
    def recipe_id(self) -> str:
        """`newswhip/top-stories`."""
        return f"{self.api}/{self.name}"

    @property
    def module(self) -> str:
        """Name of its file without `.py`."""
        return self.name.replace("-", "_")

    @property
    def client(self) -> str:
        """Name of the parameter of `main` that receives its client."""
        return self.api.replace("-", "_")

    @property
    def path(self) -> str:
        """Of its file below the repository."""
        return f"recipes/{self.folder}/{self.module}.py"

    @property
    def names(self) -> dict[str, str]:
        """What every template knows without asking."""
        return {
            "api": self.api,
            "api_title": self.api_title,
            "client": self.client,
            "name": self.name,
            "module": self.module,
        }


def split_name(text: str, apis: Collection[str]) -> tuple[str, str]:
    """Return the API and the name that a user typed for a new recipe; underscores stand for hyphens.

    Args:
        text: `api/name`, or a name alone where there is one API.
        apis: Those of the repository in use.

    Raises:
        AskedWrongly: It is no such name, or does not say which API.
    """
    api, slash, name = text.replace("_", "-").rpartition("/")
    if slash:
        _check_part(api, text, "API")
    elif len(apis) == 1:
        [api] = apis
    _check_part(name, text, "recipe")
    if not api:
        which = f"the repository has {len(apis)} APIs" if apis else "the repository has no API yet"
        raise AskedWrongly(
            f"{text!r} does not say for which API it is, and {which}.",
            details=[f"{each}/{name}" for each in sorted(apis)],
            hint=f"recipes new {min(apis) if apis else 'newswhip'}/{name}",
        )
    return api, name


def is_api_name(name: str) -> bool:
    """Tell whether an API can have a name, with hyphens: recipes call their client so too."""
    client = name.replace("-", "_")
    return _is_part(name) and not keyword.iskeyword(client) and client not in _USED_IN_RECIPES


def check_api_name(text: str, *, hint: str = "--api {}") -> str:
    """Return the name of a new API as it was typed; underscores stand for hyphens.

    Args:
        text: As typed.
        hint: What to type instead, with `{}` for a name that would do.

    Raises:
        AskedWrongly: It is none, or recipes could not call their client so.
    """
    name = text.replace("_", "-")
    if is_api_name(name):
        return name
    if not _is_part(name):
        reason, suggested = _reason(name, name, "API"), f"{name}-api" if is_device(name) else _slug(name)
    else:
        reason, suggested = "the code of a recipe uses this word itself", f"{name}-api"
    raise AskedWrongly(f"{_shown(text)} names no API: {reason}.", hint=hint.format(suggested or "newswhip"))


def unknown_api(api: str, name: str, apis: Collection[str], root: Path) -> NotFound:
    """Make the error for an API that neither the repository nor the catalog describes.

    Raises:
        AskedWrongly: No API can have that name.
    """
    check_api_name(api, hint=f"recipes new {{}}/{name}")
    hint = f"write {root / 'recipes' / api / 'api.toml'}"
    error = NotFound("API", api, apis, fallback=hint)
    if error.hint in apis:
        error.hint = f"recipes new {error.hint}/{name}"
    return error


def _check_part(part: str, text: str, what: str) -> None:
    if _is_part(part):
        return
    suggested = "/".join(filter(None, map(_slug, text.split("/")[-2:])))
    hint = f"recipes new {suggested}" if suggested else "recipes new newswhip/top-stories"
    raise AskedWrongly(f"{_shown(text)} cannot name a recipe: {_reason(part, text, what)}.", hint=hint)


def _is_part(part: str) -> bool:
    is_word = bool(ID_PART.fullmatch(part)) and not part.endswith("-") and "--" not in part
    return is_word and not is_device(part)


def _reason(part: str, text: str, what: str) -> str:
    if text.count("/") > 1:
        return "it has more than one `/`"
    if not part:
        return f"the name of the {what} is empty"
    if len(part) > _LONGEST:
        return f"the name of the {what} has {len(part)} characters, and {_LONGEST} is the most"
    if is_device(part):
        return f"{part!r} is a device on Windows"
    odd = next((char for char in part if not re.match(r"[a-z0-9-]", char)), "")
    if odd and not odd.isascii():
        return f"it holds {_described(odd)}, which is no plain letter"
    if odd:
        return f"it holds {odd!r}; use lower-case letters, digits and hyphens"
    return "a name begins with a letter, and hyphens stand one by one between words"


def _described(char: str) -> str:
    return f"U+{ord(char):04X} ({unicodedata.name(char, 'without a name').lower()})"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...")


def _slug(text: str) -> str:
    """Return the name that was probably meant; `""` where none can be told."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    if any(char.isalnum() and not char.isascii() for char in plain):
        return ""  # without these letters it would be another word
    slug = re.sub(r"[^a-z0-9]+", "-", plain.removesuffix(".py")).lstrip("-0123456789")[:_LONGEST].strip("-")
    return f"{slug}-recipe" if is_device(slug) else slug
