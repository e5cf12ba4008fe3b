"""Examples and what they were made from: which origins have changed since, and bringing the change over."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path

from runner.catalog import MISSING, Library, Recipe, Repository, read_recipe
from runner.catalog.parsed import parse_text
from runner.catalog.source import recipe_of
from runner.catalog.text_file import read_text
from runner.errors import AskedWrongly, BrokenSource, NotFound
from runner.scaffolding.draft import Draft
from runner.scaffolding.example import base_path, example_source
from runner.scaffolding.merging import Merged, merge


@dataclass(frozen=True, slots=True)
class Example:
    """A recipe that was made from another one.

    Attributes:
        repository: Where it lies.
        recipe: As read.
        origin_id: What it was made from.
        digest: Of the origin's text then.
        origin: The origin as it is; None where it is gone or broken.
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


def find_examples(library: Library, repository: Repository) -> Iterator[Example]:
    """Yield each recipe of a repository that was made from another one; a broken recipe is passed over."""
    for path in repository.recipe_files():
        try:
            recipe = read_recipe(path)
        except BrokenSource:
            continue
        if recipe.based_on:
            yield example_of(library, repository, recipe)


def example_of(library: Library, repository: Repository, recipe: Recipe) -> Example:
    """Return a recipe with its origin.

    Raises:
        AskedWrongly: It was made from nothing.
    """
    origin_id, _, digest = recipe.based_on.partition(" ")
    if not digest:
        raise AskedWrongly(f"{recipe.id} was not made from another recipe.", hint="recipes outdated")
    try:
        origin = library.find(origin_id).recipe
    except (NotFound, AskedWrongly, BrokenSource):
        origin = None
    return Example(repository, recipe, origin_id, digest, origin)


def diff_origin(example: Example) -> str:
    """Return the unified diff of an origin between then and now; empty where one of the two cannot be read."""
    if example.origin is None:
        return ""
    try:
        old = read_text(example.base).splitlines(keepends=True)
    except BrokenSource:
        return ""
    new = example.origin.source.splitlines(keepends=True)
    return "".join(unified_diff(old, new, f"{example.origin_id} then", f"{example.origin_id} now"))


def updated(example: Example) -> tuple[Draft, Merged]:
    """Bring what changed in the origin into an example.

    Both texts of the origin are given the example's values first, so that only what was edited by hand can conflict.

    Raises:
        AskedWrongly: The origin is gone.
        BrokenSource: The text that the example was made from is gone or was changed.
    """
    origin, recipe = example.origin, example.recipe
    if origin is None:
        raise AskedWrongly(f"{example.origin_id} is gone, so nothing can be brought over.", hint="recipes outdated")
    base = _read_base(example)
    merged = merge(_as_example(base, recipe, base), recipe.source, _as_example(origin, recipe, base))
    path = recipe.path.relative_to(example.repository.root).as_posix()
    return Draft({path: merged.text, base_path(origin.digest): origin.source}, recipe.id), merged


def _read_base(example: Example) -> Recipe:
    """Read the origin's text then, as if it stood in the place of the example."""
    text = read_text(example.base)
    base = replace(recipe_of(parse_text(text, example.recipe.path)), id=example.origin_id)
    if base.digest != example.digest:
        hint = f"git checkout -- {base_path(example.digest)}"
        raise BrokenSource(example.base, 1, "this is not the text that its name says: it was changed", hint=hint)
    return base


def _as_example(origin: Recipe, recipe: Recipe, base: Recipe) -> str:
    """Return the text of an origin with the example's customer and values, and no other change."""
    before = {parameter.name: parameter.default for parameter in base.parameters}
    known = {parameter.name for parameter in origin.parameters}
    values = {
        parameter.name: parameter.default
        for parameter in recipe.parameters
        if parameter.name in known
        and parameter.default is not MISSING
        and parameter.default != before.get(parameter.name, MISSING)
    }
    return example_source(origin, customer=recipe.customer, values=values)
