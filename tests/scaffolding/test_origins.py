from pathlib import Path

import pytest

from runner.catalog import Library, Recipe, read_recipe, read_repository
from runner.errors import AskedWrongly, BrokenSource
from runner.scaffolding.draft import Draft
from runner.scaffolding.example import draft_from_recipe
from runner.scaffolding.naming import Target
from runner.scaffolding.origins import diff_origin, example_of, find_examples, updated
from runner.scaffolding.writing import write_draft

RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner.parameters.word]
# example = "ferry"
# ///
"""What is there?

For a developer.
"""

from typing import Any

import httpx


def main(echo: httpx.Client, word: str, limit: int = 10) -> dict[str, Any]:
    """Give a record.

    Args:
        word: What to look for.
        limit: How many.
    """
    answer = echo.get("/things", params={"q": word, "limit": limit})
    return answer.raise_for_status().json()
'''


class Shelf:
    """A repository in use with an origin, and a catalog."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("mine", "catalog"):
            (root / name / "recipes" / "echo").mkdir(parents=True)
            (root / name / "recipes.toml").write_text(f'name = "{name}"\ntitle = "{name}"\n', encoding="utf-8")
        self.origin = self.write("mine", "things")

    @property
    def library(self) -> Library:
        return Library([read_repository(self.root / "mine"), read_repository(self.root / "catalog", alias="catalog")])

    def write(self, repository: str, name: str, old: str = "", new: str = "") -> Path:
        path = self.root / repository / "recipes" / "echo" / f"{name}.py"
        path.write_text(RECIPE.replace(old, new) if old else RECIPE, encoding="utf-8")
        return path

    def make(self, origin: Path, name: str = "acme", **values: str) -> Recipe:
        target = Target("echo", name, "Echo", "echo")
        draft = draft_from_recipe(read_recipe(origin), target, customer="Acme", values=values)
        write_draft(self.root / "mine", draft, force=True)
        return read_recipe(self.root / "mine" / target.path)

    def update(self, recipe: Recipe) -> tuple[Draft, tuple[int, ...]]:
        library = self.library
        draft, merged = updated(example_of(library, library.repositories[0], read_recipe(recipe.path)))
        return draft, merged.conflicts


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_only_what_was_made_from_something_is_an_example(shelf: Shelf) -> None:
    recipe = shelf.make(shelf.origin, word="election")
    library = shelf.library
    [example], broken = find_examples(library, library.repositories[0])
    assert (example.recipe, example.origin_id, broken) == (recipe, "echo/things", [])
    assert (example.is_outdated, diff_origin(example)) == (False, "")
    with pytest.raises(AskedWrongly, match="echo/things was not made from another recipe"):
        example_of(library, library.repositories[0], read_recipe(shelf.origin))


@pytest.mark.parametrize("said", ["echo/things", "echo/things sha256:00", "things " + "0" * 64, "echo/things ../x"])
def test_what_names_no_id_and_digest_is_broken_and_hides_no_other(shelf: Shelf, said: str) -> None:
    recipe = shelf.make(shelf.origin, "beta")
    shelf.make(shelf.origin)
    recipe.path.write_text(recipe.source.replace(recipe.based_on, said), encoding="utf-8")
    library = shelf.library
    examples, [broken] = find_examples(library, library.repositories[0])
    assert [each.recipe.id for each in examples] == ["echo/acme"]
    line = recipe.source.split("\n").index(f'# based-on = "{recipe.based_on}"') + 1
    assert (broken.path, broken.line, broken.problem) == (recipe.path, line, "based-on is no id and digest")


def test_only_the_change_of_the_origin_is_brought_over(shelf: Shelf) -> None:
    recipe = shelf.make(shelf.origin, word="election")
    shelf.write("mine", "things", '"q": word', '"query": word')
    draft, conflicts = shelf.update(recipe)
    digest = read_recipe(shelf.origin).digest
    old = recipe.based_on.partition(" ")[2]
    wanted = recipe.source.replace('"q": word', '"query": word').replace(old, digest)
    assert (draft.files["recipes/echo/acme.py"], conflicts, draft.notes) == (wanted, (), ())
    assert set(draft.files) == {"recipes/echo/acme.py", f".recipes/bases/{digest}.py"}


@pytest.mark.parametrize(
    "old, new",
    [
        ("#\n# [tool.recipe-runner.parameters", '# tags = ["mine"]\n#\n# [tool.recipe-runner.parameters'),
        ("# [tool.recipe-runner]\n", '# [tool.recipe-runner]\n# tags = ["mine"]\n'),
        ('# customer = "Acme"\n', '# customer = "Acme Corp"\n'),
        ("Made from echo/things.", "Made from echo/things, on a Monday."),
        ('word: str = "election"', 'word: str = "vote"'),
        ("limit: int = 10", "limit: int = 5"),
    ],
)
def test_an_edit_near_what_was_made_is_no_conflict(shelf: Shelf, old: str, new: str) -> None:
    recipe = shelf.make(shelf.origin, word="election")
    assert recipe.source.count(old) == 1
    recipe.path.write_text(recipe.source.replace(old, new), encoding="utf-8")
    shelf.write("mine", "things", '"q": word', '"query": word')
    draft, conflicts = shelf.update(recipe)
    assert (new in draft.files["recipes/echo/acme.py"], conflicts) == (True, ())


def test_a_parameter_more_or_another_default_of_the_origin_comes_over(shelf: Shelf) -> None:
    recipe = shelf.make(shelf.origin, word="election")
    changed = RECIPE.replace("limit: int = 10", 'limit: int = 20, lang: str = "en"')
    shelf.origin.write_text(changed.replace("How many.", "How many.\n        lang: Two letters."), encoding="utf-8")
    text = shelf.update(recipe)[0].files["recipes/echo/acme.py"]
    assert 'word: str = "election", limit: int = 20, lang: str = "en"' in text


def test_a_recipe_made_from_its_namesake_in_the_catalog_is_not_its_own_origin(shelf: Shelf) -> None:
    theirs = shelf.write("catalog", "acme")
    recipe = shelf.make(theirs)
    library = shelf.library
    example = example_of(library, library.repositories[0], recipe)
    assert (example.origin and example.origin.path, example.is_outdated) == (theirs, False)
    theirs.unlink()
    assert example_of(library, library.repositories[0], recipe).origin is None


def test_an_example_of_an_example_is_updated_too(shelf: Shelf) -> None:
    first = shelf.make(shelf.origin, "first", word="election")
    second = shelf.make(first.path, "second")
    first.path.write_text(first.source.replace('"q": word', '"query": word'), encoding="utf-8")
    draft, conflicts = shelf.update(second)
    assert ('"query": word' in draft.files["recipes/echo/second.py"], conflicts) == (True, ())
    assert "Made from echo/things." not in draft.files["recipes/echo/second.py"]


def test_a_base_that_a_link_takes_elsewhere_is_not_read(shelf: Shelf, tmp_path: Path) -> None:
    recipe = shelf.make(shelf.origin)
    shelf.write("mine", "things", '"q": word', '"query": word')
    library = shelf.library
    example = example_of(library, library.repositories[0], recipe)
    example.base.rename(tmp_path / "base.py")
    example.base.symlink_to(tmp_path / "base.py")
    assert diff_origin(example) == ""
    with pytest.raises(BrokenSource, match="a link leads out of the repository"):
        updated(example)
