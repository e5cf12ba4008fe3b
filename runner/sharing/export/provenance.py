"""Where an exported file comes from and how it was checked: a comment of it, and that comment read back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.catalog import Recipe
from runner.errors import AskedWrongly
from runner.scaffolding.literals import comment_text
from runner.sharing.export.exported import exported_text

_HEAD: Final = "Made with recipe-runner {version} on {day}. `recipes show --provenance FILE` reads this."
_FIELDS: Final = ("recipe", "digest", "repository", "commit", "verified")
_MADE: Final = re.compile(r"^(?:# )?Made with recipe-runner (\S{1,40}) on (\d{4}-\d\d-\d\d)\.", re.MULTILINE)
_LINE: Final = re.compile(rf"(?:# )?({'|'.join(_FIELDS)}): (.*)")


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
        AskedWrongly: It cannot be read, or says nothing.
    """
    text = exported_text(path)
    *_, made = [None, *_MADE.finditer(text)]
    if made is None:
        raise AskedWrongly(f"{path} does not say where it comes from.", hint="only exported files do")
    lines = (_LINE.match(line) for line in text[made.end() :].split("\n")[1 : len(_FIELDS) + 1])
    found = {line[1]: line[2].strip() for line in lines if line}
    return Provenance(version=made[1], day=made[2], **{name: found.get(name, "") for name in _FIELDS})


def say_age(provenance: Provenance, recipe: Recipe | None) -> str:
    """Say how the recipe of today compares with the one that a file was made from."""
    if recipe is None:
        return "unknown: no recipe of that name is in sight"
    return "current" if recipe.digest == provenance.digest else "outdated: the recipe has changed since"
