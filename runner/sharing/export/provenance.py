"""Where an exported file comes from and how it was checked: a comment of it, and that comment read back."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.catalog import Recipe
from runner.errors import AskedWrongly
from runner.scaffolding.literals import comment_text
from runner.sharing.export.exported import exported_text

_HEAD: Final = "Made with recipe-runner {version} on {day}. `recipes show --provenance FILE` reads this."
_FIELDS: Final = ("recipe", "digest", "repository", "commit", "verified")
_MADE: Final = re.compile(
    r"^(?P<mark>[ \t>]{0,40}(?:# )?)Made with recipe-runner (?P<version>\S{1,40}) on (?P<day>\d{4}-\d\d-\d\d)\.",
    re.MULTILINE,
)
_LINE: Final = re.compile(rf"({'|'.join(_FIELDS)}): (.*)")
_ENDS: Final = ("-->", "```")
_MOST_LINES: Final = 60
_NEEDED: Final = {
    "recipe": re.compile(r"[a-z0-9-]{1,100}/[a-z0-9-]{1,100}"),
    "digest": re.compile(r"[0-9a-f]{64}"),
    "verified": re.compile(r".+"),
}
"""What a file says in any case, and how."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an exported file says of itself.

    Attributes:
        recipe: Its id.
        digest: Of the recipe's text: SHA-256 as hex.
        repository: Title of the repository; no address, which might be an internal one.
        commit: In which the recipe stands so, or `""`.
        version: Of the runner.
        day: On which it was made: `2026-11-25`.
        verified: How: `ran on the case default (...) and gave its 10 rows`; or `not run: ...`.
    """

    recipe: str
    digest: str
    repository: str
    commit: str
    version: str
    day: str
    verified: str

    def lines(self) -> Iterator[str]:
        """Yield it as lines for a comment, none of which holds more than text."""
        yield _HEAD.format(version=self.version, day=self.day)
        for name in _FIELDS:
            if text := getattr(self, name):
                yield f"{name}: {comment_text(text)}"


def read_provenance(path: Path) -> Provenance:
    """Read what an exported file says of itself; nothing of it is believed or run.

    Raises:
        AskedWrongly: It cannot be read, says nothing, or not all that it should.
    """
    text = exported_text(path)
    *_, made = [None, *_MADE.finditer(text)]
    if made is None:
        raise AskedWrongly(f"{path} does not say where it comes from.", hint="only exported files do")
    found = _fields(made["mark"], text[made.end() :].split("\n")[1:_MOST_LINES])
    wrong = [name for name, pattern in _NEEDED.items() if not pattern.fullmatch(found[name])]
    if wrong:
        lacking = " and ".join(wrong)
        message = f"{path} was made by recipe-runner, but what it says of its origin is damaged: {lacking}."
        raise AskedWrongly(message, hint="ask for the file as it was sent")
    return Provenance(version=made["version"], day=made["day"], **found)


def say_age(provenance: Provenance, recipe: Recipe, repository: str) -> str:
    """Say how the recipe of today compares with the one that a file was made from.

    Args:
        provenance: Of the file.
        recipe: That has its name today.
        repository: The title of its repository.
    """
    if recipe.digest == provenance.digest:
        return "current"
    if repository != provenance.repository:
        return f"unknown: a recipe of that name is in {repository}, which is another repository"
    return "outdated: the recipe has changed since"


def _fields(mark: str, lines: Iterable[str]) -> dict[str, str]:
    """Return each field of a comment; a long one goes on in the next line."""
    found, name = dict.fromkeys(_FIELDS, ""), ""
    for line in lines:
        if not line.startswith(mark) or not (text := line.removeprefix(mark).strip()) or text in _ENDS:
            break
        if (field := _LINE.fullmatch(text)) and not found[field[1]]:
            name, text = field[1], field[2]
        if name:
            found[name] = f"{found[name]} {text}".strip()
    return found
