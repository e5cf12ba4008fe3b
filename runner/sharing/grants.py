"""What the user may be asked for, and what was answered: who wants to run, and how far leave goes."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from runner.catalog import Api, Recipe, Repository
from runner.catalog.digests import DIGEST
from runner.errors import AskedWrongly
from runner.running.approval import destination

if TYPE_CHECKING:
    from runner.catalog.closure import Closure

Level: TypeAlias = Literal["version", "recipe", "repository"]

LEVELS: Final[Mapping[Level, str]] = {
    "version": "this version",
    "recipe": "this recipe in all versions",
    "repository": "all recipes in all versions",
}
"""How far leave goes, in words."""
MOST_VERSIONS: Final = 10
"""So many versions of one recipe are remembered; the oldest goes first."""
_WORD: Final = re.compile(rf"[a-z][a-z0-9-]*(?:/[a-z][a-z0-9-]*){{1,2}}@{DIGEST.pattern}")


class Origin(NamedTuple):
    """Where an added repository comes from.

    Attributes:
        identity: What it is however it is called here: its normalised URL.
        alias: What it is called here.
        revision: Which state of it this is, for people: the beginning of a commit; may be empty.
    """

    identity: str
    alias: str
    revision: str = ""


class Candidate:
    """What wants to run.

    Attributes:
        repository: Where it lies.
        recipe: What runs; None where that is a sandbox alone, or something else of the repository.
        apis: Those it calls, or the one whose sandbox runs.
        origin: Of an added repository; None for a folder, which is trusted as a whole.
    """

    def __init__(
        self,
        repository: Repository,
        recipe: Recipe | None = None,
        apis: tuple[Api, ...] = (),
        origin: Origin | None = None,
    ) -> None:
        """Read nothing yet; the arguments are the attributes."""
        self.repository, self.recipe, self.apis, self.origin = repository, recipe, apis, origin

    @property
    def item(self) -> str:
        """What of the repository it is: `api/name` of a recipe, the name of an API, else `""`."""
        return self.recipe.id if self.recipe else self.apis[0].name if self.apis else ""

    @property
    def name(self) -> str:
        """What to type for it: `acme/newswhip/trending`; the folder where there is no alias."""
        if self.origin is None:
            return self.item or str(self.repository.root)
        return f"{self.origin.alias}/{self.item}" if self.item else self.origin.alias

    @property
    def destinations(self) -> tuple[str, ...]:
        """`VARIABLE host` for each of its APIs that wants a key, sorted."""
        return destinations_of(self.apis)

    @cached_property
    def closure(self) -> "Closure | None":
        """What it runs with; None where that has no end.

        Raises:
            BrokenSource: A file of it cannot be read or lies elsewhere.
        """
        from runner.catalog.closure import api_closure, recipe_closure

        if self.recipe is not None:
            return recipe_closure(self.repository, self.recipe)
        return api_closure(self.repository.root, self.apis[0]) if self.apis else None


class Grant(NamedTuple):
    """Leave that the user gave to something of an added repository.

    Attributes:
        identity: Of the repository's origin.
        level: How far it goes.
        item: As that of `Candidate`; `""` for all of the repository.
        digest: Of what it ran with when it was approved; `""` for all of the repository.
        destinations: `VARIABLE host` for each key and the host it may go to.
        when: It was given, UTC.
    """

    identity: str
    level: Level
    item: str
    digest: str
    destinations: frozenset[str]
    when: datetime

    def covers(self, candidate: Candidate) -> bool:
        """Tell whether this lets something run; whether its keys may go where it sends them is another question."""
        if candidate.origin is None or candidate.origin.identity != self.identity:
            return False
        if self.level == "repository":
            return True
        if self.item != candidate.item or candidate.closure is None:
            return False
        return self.level == "recipe" or self.digest == candidate.closure.digest

    def replaces(self, other: "Grant") -> bool:
        """Tell whether this says anew what another one said."""
        is_same = (self.identity, self.level, self.item) == (other.identity, other.level, other.item)
        return is_same and (self.level != "version" or self.digest == other.digest)


def destinations_of(apis: Iterable[Api]) -> tuple[str, ...]:
    """Return `VARIABLE host` for each API that wants a key, sorted."""
    return tuple(sorted({destination(api) for api in apis if api.key is not None}))


def read_words(text: str) -> frozenset[str]:
    """Read what RECIPES_TRUST allows: `alias/api/name@rb1:...`, between commas or blanks.

    Raises:
        AskedWrongly: One of them names no exact version: nothing is allowed by a name alone.
    """
    words = frozenset(re.split(r"[\s,]+", text.strip())) - {""}
    for word in sorted(words):
        if not _WORD.fullmatch(word):
            hint = "RECIPES_TRUST=acme/newswhip/trending@rb1:...   (recipes trust --list --json has digests)"
            raise AskedWrongly(f"RECIPES_TRUST allows exact versions only, and {word!r} is none.", hint=hint)
    return words
