"""Write `docs/recipes.md` from the catalog: `python -m runner.cli.recipe_reference > docs/recipes.md`."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click

import runner
from runner.catalog import Library, Recipe, Repository, catalog_root, read_repository
from runner.cli.samples import Recordings, look_at_cases

HEAD: Final = """\
# Recipes

<!-- Written by `python -m runner.cli.recipe_reference > docs/recipes.md`; edit the recipes instead. -->

All of them by collection, each in the order in which it is best read. Each command runs as it stands: `--try` asks
the API's sandbox, which needs no key and invents what it says, and takes an example for each value that a recipe needs.
`recipes show ID` tells what its values mean, and shows a sample.
"""
GIVES: Final = {"rows": "Rows", "record": "One record", "text": "A page in Markdown"}


def write_page(root: Path) -> str:
    """Return the page of a repository: a list of the collections, then the recipes of each.

    Args:
        root: Its folder.
    """
    repository = read_repository(root, alias="catalog")
    collections = [(each.title, each.recipes) for each in repository.collections]
    listed = [f"- [{title}](#{title.lower().replace(' ', '-')}): {len(ids)}\n" for title, ids in collections]
    parts = [HEAD, "".join(listed)]
    for title, ids in collections:
        parts.append(f"## {title}\n")
        parts += [_entry(repository, recipe_id) for recipe_id in ids]
    return "\n".join(parts)


def _entry(repository: Repository, recipe_id: str) -> str:
    recipe = Library([repository]).find(recipe_id).recipe
    facts = _facts(repository, recipe, look_at_cases(repository, recipe))
    return "\n".join([f"### {recipe.title}\n", *facts, f"\n```sh\nrecipes run {recipe.id} --try\n```\n"])


def _facts(repository: Repository, recipe: Recipe, recordings: Recordings) -> Iterator[str]:
    path = recipe.path.relative_to(repository.root).as_posix()
    audience = f", for {', '.join(recipe.audience)}" if recipe.audience else ""
    yield f"- [`{recipe.id}`](../{path}){audience}"
    columns = f": {_listed(recordings.columns)}" if recordings.columns and recipe.gives == "rows" else ""
    yield f"- {GIVES[recipe.gives]}{columns}"
    for label, is_required in (("Needs", True), ("Takes", False)):
        if options := [each.option for each in recipe.parameters if each.required is is_required]:
            yield f"- {label} {_listed(options)}"
    if recordings.endpoints:
        yield f"- Calls {_listed(_kinds(recordings.endpoints))}"


def _kinds(endpoints: Iterable[str]) -> list[str]:
    """Return the first endpoint of each kind: what differs behind `/region/` is the region."""
    kinds: dict[str, str] = {}
    for endpoint in endpoints:
        kinds.setdefault("/".join(endpoint.split("/")[:2]), endpoint)
    return [re.sub(r"/__([A-Z0-9_]+)__$", r"$\1", endpoint) for endpoint in kinds.values()]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    click.echo(write_page(catalog_root(Path(runner.__file__).parent)), nl=False)
