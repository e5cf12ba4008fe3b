"""Examples and what they were made from: which origins have changed since, and bringing the change over."""

import re
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Final

from runner.catalog import MISSING, Library, Recipe, Repository, Value, read_recipe
from runner.catalog.parsed import parse_text
from runner.catalog.source import recipe_of
from runner.catalog.text_file import read_text
from runner.errors import AskedWrongly, BrokenSource, NotFound
from runner.scaffolding.draft import Draft
from runner.scaffolding.example import base_path, example_source
from runner.scaffolding.merging import Merged, merge

_BASED_ON: Final = re.compile(r"((?:catalog/)?[a-z][a-z0-9-]*/[a-z][a-z0-9-]*) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Example:
    """A recipe that was made from another one.

    Attributes:
        repository: Where it lies.
        recipe: As read.
        origin_id: What it was made from: `api/name`, or `catalog/api/name` where that alone meant another one.
        digest: Of the origin's text then.
        origin: The origin as it is, under that id; None where it is gone or broken.
    """

    repository: Repository
    recipe: Recipe
    origin_id: str
    digest: str
    origin: Recipe | None

    @property
    def is_outdated(self) -> bool:
        """Whether the origin is gone or another than it was."""
        return self.origin is None or self.origin.digest != self.digest

    @property
    def base(self) -> Path:
        """The file with the origin's text then."""
        return self.repository.root / base_path(self.digest)


def find_examples(library: Library, repository: Repository) -> tuple[list[Example], list[BrokenSource]]:
    """Return each recipe of a repository that was made from another one, and what cannot be read."""
    examples, broken = list[Example](), list[BrokenSource]()
    for path in repository.recipe_files():
        try:
            recipe = read_recipe(path)
            if recipe.based_on:
                examples.append(example_of(library, repository, recipe))
        except BrokenSource as error:
            broken.append(error)
    return examples, broken


def example_of(library: Library, repository: Repository, recipe: Recipe) -> Example:
    """Return a recipe with its origin.

    Raises:
        AskedWrongly: It was made from nothing.
        BrokenSource: What it says of its origin is no id and digest.
    """
    if not recipe.based_on:
        raise AskedWrongly(f"{recipe.id} was not made from another recipe.", hint="recipes outdated")
    found = _BASED_ON.fullmatch(recipe.based_on)
    if found is None:
        line = next(at for at, text in enumerate(recipe.source.split("\n"), start=1) if "based-on" in text)
        hint = "remove it, or write id and SHA-256 of the recipe that this one was made from"
        raise BrokenSource(recipe.path, line, "based-on is no id and digest", hint=hint)
    return Example(repository, recipe, found[1], found[2], _find_origin(library, found[1], recipe))


def diff_origin(example: Example) -> str:
    """Return the unified diff of an origin between then and now; empty where one of the two cannot be read."""
    if example.origin is None:
        return ""
    try:
        old = _base_text(example).splitlines(keepends=True)
    except BrokenSource:
        return ""
    new = example.origin.source.splitlines(keepends=True)
    return "".join(unified_diff(old, new, f"{example.origin_id} then", f"{example.origin_id} now"))


def updated(example: Example) -> tuple[Draft, Merged]:
    """Bring what changed in the origin into an example, which then is based on the origin as it is.

    Both texts of the origin are given the example's values first, so that only what was edited by hand can conflict.

    Raises:
        AskedWrongly: The origin is gone or broken.
        BrokenSource: The text that the example was made from is gone or was changed.
    """
    origin, recipe = example.origin, example.recipe
    if origin is None:
        message = f"{example.origin_id} is gone or broken, so nothing can be brought over."
        raise AskedWrongly(message, hint=f"recipes show {example.origin_id}")
    base = recipe_of(parse_text(_base_text(example), recipe.path))._replace(id=example.origin_id)
    old, mine = (
        # Otherwise each update would change the line of the digest, and with it what stands around it.
        text.replace(f"{example.origin_id} {example.digest}", f"{example.origin_id} {origin.digest}")
        for text in (_as_example(base, recipe, base), recipe.source)
    )
    merged = merge(old, mine, _as_example(origin, recipe, base))
    path = recipe.path.relative_to(example.repository.root).as_posix()
    files = {path: merged.text, base_path(origin.digest): origin.source}
    return Draft(files, recipe.id, tuple(_notes(example, base, origin))), merged


def _find_origin(library: Library, origin_id: str, recipe: Recipe) -> Recipe | None:
    """Find what a recipe was made from, which may have its own name in another repository."""
    if found := _find_other(library, origin_id, recipe):
        return found._replace(id=origin_id)
    aliases = [repository.alias for repository in library.lenders if repository.alias]
    others = [other for alias in aliases if (other := _find_other(library, f"{alias}/{origin_id}", recipe))]
    # Several may have the id: the one with the very text it was made from is meant, else the catalog's before others.
    unchanged = [each for each in others if recipe.based_on.endswith(f" {each.digest}")]
    return next((each._replace(id=origin_id) for each in unchanged or others), None)


def _find_other(library: Library, name: str, recipe: Recipe) -> Recipe | None:
    """Return the recipe of a name, unless it is this one; None where there is none, or where it is broken."""
    try:
        found = library.find(name).recipe
    except (NotFound, AskedWrongly, BrokenSource):
        return None
    return found if found.path != recipe.path else None


def _base_text(example: Example) -> str:
    """Return the origin's text then.

    Raises:
        BrokenSource: It is gone, was changed, or a link leads elsewhere.
    """
    if not example.repository.holds(example.base):
        raise example.repository.stray(example.base)
    if not example.base.is_file():
        problem = f"the text that {example.recipe.id} was made from is gone"
        raise BrokenSource(example.base, 1, problem, hint=_back(example))
    text = read_text(example.base).replace("\r\n", "\n")
    if _digest(text) != example.digest:
        problem = "this is not the text that its name says: it was changed"
        raise BrokenSource(example.base, 1, problem, hint=_back(example))
    return text


def _back(example: Example) -> str:
    return f"git checkout -- {base_path(example.digest)}, or a copy of it from elsewhere"


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()


def _notes(example: Example, base: Recipe, origin: Recipe) -> list[str]:
    """Name the values that have no place any more."""
    known = {parameter.name for parameter in origin.parameters}
    lost = [name for name in _own_values(example.recipe, base) if name not in known]
    return [f"{origin.id} has no {name} any more, and the example's value of it is gone too." for name in lost]


def _own_values(recipe: Recipe, base: Recipe) -> dict[str, Value]:
    """Return the defaults of an example that are not those of its origin then."""
    before = {parameter.name: parameter.default for parameter in base.parameters}
    return {
        parameter.name: parameter.default
        for parameter in recipe.parameters
        if parameter.name in before and parameter.default is not MISSING and parameter.default != before[parameter.name]
    }


def _as_example(origin: Recipe, recipe: Recipe, base: Recipe) -> str:
    """Return the text of an origin with the example's customer and values, and no other change."""
    known = {parameter.name for parameter in origin.parameters}
    values = {name: value for name, value in _own_values(recipe, base).items() if name in known}
    return example_source(origin, customer=recipe.customer, values=values)
