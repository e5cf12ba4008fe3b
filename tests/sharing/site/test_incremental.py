"""What has not changed is not made again, and no page is ever older than what it is made of."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import runner
from runner.catalog import Library, catalog_root, read_repository
from runner.sharing.site.cleared import Cleared
from runner.sharing.site.folder import SiteFolder
from runner.sharing.site.kept import Kept
from runner.sharing.site.known import KnownRecipes, mark_of
from runner.sharing.site.made import Piece
from runner.sharing.site.pages import Pages
from runner.sharing.site.reading import Options, read_site
from runner.sharing.site.stamps import are_settled, program_mark, stamp
from runner.sharing.site.stored import dump_page, load_page
from tests.sharing.site.conftest import Shelf

ROOT = catalog_root(Path(runner.__file__).parent)
COLLECTION = '[[collection]]\ntitle = "First"\nrecipes = ["echo/one", "echo/two"]\n'


def later() -> int:
    """A clock by which every file has rested long enough."""
    return time.time_ns() + 10_000_000_000


class Builder:
    """Builds the site of a shelf again and again, and knows what it made."""

    def __init__(self, shelf: Shelf, folder: Path, cache: Path) -> None:
        self.shelf, self.folder, self.cache = shelf, folder, cache
        self.program = "one"
        self.made: list[str] = []
        self.start()

    def start(self) -> None:
        """Begin as another process would."""
        self.known = KnownRecipes(self.cache, self.program, later)
        self.target = SiteFolder(self.folder, cache=self.cache, force=True)

    def build(self) -> dict[str, bytes]:
        self.made = []
        site = read_site([read_repository(self.shelf.root)], Options(), self.known)
        self.target.replace(self._watched(Pages(site, ROOT).pieces()))
        return contents(self.folder)

    def _watched(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            yield replace(piece, make=partial(self._make, piece))

    def _make(self, piece: Piece) -> bytes:
        self.made.append(piece.name)
        return piece.make()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    shelf.settings(more=COLLECTION)
    for name in ("one", "two", "three", "alone"):
        tag = "other" if name == "alone" else "same"
        shelf.recipe(name, f"What is {name}?", parameters='topic: str = "x"', table=f'tags = ["{tag}"]')
        shelf.case([{"a": 1, "b": name}], name, values='topic = "x"', query=f"/{name}?q=x")
    return shelf


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def case_file(shelf: Shelf, end: str) -> Path:
    return shelf.root / "cassettes" / "echo" / "one" / f"default{end}"


def recipe_file(shelf: Shelf, name: str = "one") -> Path:
    return shelf.root / "recipes" / "echo" / f"{name}.py"


CHANGES: dict[str, Callable[[Shelf], object]] = {
    "nothing": lambda shelf: None,
    "the text of a recipe": lambda shelf: edit(recipe_file(shelf), "What is one?", "What is 1.0?"),
    "a recipe that others are related to": lambda shelf: edit(recipe_file(shelf, "two"), "What is two?", "Who is two?"),
    "tags": lambda shelf: edit(recipe_file(shelf, "alone"), '"other"', '"same"'),
    "a new recipe": lambda shelf: shelf.recipe("zero", "What is zero?", table='tags = ["same"]'),
    "a recipe that goes": lambda shelf: recipe_file(shelf, "two").unlink(),
    "a recipe that breaks": lambda shelf: edit(recipe_file(shelf), "def main(", "def main(:"),
    "a recipe for a customer": lambda shelf: edit(recipe_file(shelf), 'tags = ["same"]', 'customer = "Acme"'),
    "the traffic of a case": lambda shelf: edit(case_file(shelf, ".yaml"), "method: GET", "method: PUT"),
    "the values of a case": lambda shelf: edit(case_file(shelf, ".toml"), "2026-11-21", "2026-11-22"),
    "the result of a case": lambda shelf: edit(case_file(shelf, ".jsonl"), '"a": 1', '"a": 2'),
    "a case that breaks": lambda shelf: edit(case_file(shelf, ".toml"), 'source = "', 'origin = "'),
    "a case that goes": lambda shelf: shutil.rmtree(case_file(shelf, "").parent),
    "the API": lambda shelf: shelf.api("Echo Two", help_text="Ask her."),
    "an API that breaks": lambda shelf: shelf.api(docs="no address"),
    "the title of the repository": lambda shelf: shelf.settings("Our recipes", COLLECTION),
    "the homepage": lambda shelf: shelf.settings(more=f'homepage = "https://echo.example"\n{COLLECTION}'),
    "the order of a collection": lambda shelf: shelf.settings(
        more=COLLECTION.replace('"echo/one", "echo/two"', '"echo/two", "echo/one"')
    ),
    "a collection that goes": lambda shelf: shelf.settings(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_each_change_a_site_is_what_a_new_one_would_be(
    filled: Shelf, tmp_path: Path, change: Callable[[Shelf], object]
) -> None:
    same = Builder(filled, tmp_path / "same", tmp_path / "cache")
    other = Builder(filled, tmp_path / "other", tmp_path / "cache-of-another")
    before = same.build()
    assert other.build() == before
    change(filled)
    other.start()
    after = Builder(filled, tmp_path / "new", tmp_path / "no-cache").build()
    assert (after != before) == (change is not CHANGES["nothing"])
    assert same.build() == after
    assert other.build() == after


def test_what_did_not_change_is_not_made_again(filled: Shelf, tmp_path: Path) -> None:
    builder = Builder(filled, tmp_path / "site", tmp_path / "cache")
    builder.build()
    edit(recipe_file(filled, "alone"), "What is alone?", "Who is alone?")
    builder.start()
    builder.build()
    assert [name for name in builder.made if name.startswith(("recipes/", "collections/", "endpoints/"))] == [
        "recipes/echo/alone.html",
        "recipes/echo/alone.py",
        "endpoints/echo/get-things-alone.html",
        "recipes/echo/alone.md",
        *(f"endpoints/echo/get-things-{name}.md" for name in ("one", "two", "alone", "three")),
        "collections/first.md",
    ]


def test_a_page_that_somebody_changed_or_removed_is_made_again(filled: Shelf, tmp_path: Path) -> None:
    builder = Builder(filled, tmp_path / "site", tmp_path / "cache")
    before = builder.build()
    (builder.folder / "recipes" / "echo" / "one.html").write_text("mine", encoding="utf-8")
    (builder.folder / "recipes" / "echo" / "two.html").unlink()
    assert builder.build() == before


def test_another_program_makes_everything_again(filled: Shelf, tmp_path: Path) -> None:
    builder = Builder(filled, tmp_path / "site", tmp_path / "cache")
    everything = len(builder.build()) - 1
    builder.program = "two"
    builder.start()
    builder.build()
    assert len(builder.made) == everything


def test_a_program_is_told_from_one_with_other_templates(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}", encoding="utf-8")
    before = program_mark(tmp_path)
    assert program_mark(tmp_path) == before
    (tmp_path / "a.css").write_text("b{}", encoding="utf-8")
    assert program_mark(tmp_path) != before


def test_a_file_changed_shortly_before_it_was_read_is_read_again(filled: Shelf, tmp_path: Path) -> None:
    repository = read_repository(filled.root)
    library, path = Library([repository]), recipe_file(filled)
    for clock, is_known in ((time.time_ns, False), (later, True)):
        known = KnownRecipes(None, "", clock)
        read_site([repository], Options(), known)
        read = known.recall(repository, path, lambda name: mark_of(library.api(repository, name)))
        assert (read is not None) == is_known
    changed = stamp(recipe_file(filled))[3]
    assert [are_settled([["x", 1, changed, changed, 1]], changed + seconds * 10**9) for seconds in (1, 3)] == [
        False,
        True,
    ]


def test_a_damaged_cache_only_costs_time(filled: Shelf, tmp_path: Path) -> None:
    builder = Builder(filled, tmp_path / "site", tmp_path / "cache")
    before = builder.build()
    for path in [each for each in builder.cache.rglob("*") if each.is_file()]:
        path.write_bytes(path.read_bytes()[:-3])
    builder.start()
    assert builder.build() == before


def test_a_page_comes_back_from_its_json_as_it_was(filled: Shelf) -> None:
    for page in filled.site().recipes:
        drawn = page._replace(picture="<svg>\u00e9</svg>")
        assert load_page(dump_page(drawn)) == drawn


def test_a_text_is_clean_as_long_as_the_same_is_looked_for(tmp_path: Path) -> None:
    for sought, is_known in (("key-1", False), ("key-1", True), ("key-2", False)):
        cleared = Cleared(tmp_path)
        cleared.seek([sought])
        assert cleared.has("a") == is_known
        cleared.keep(["a"])
    assert "key-2" not in (tmp_path / "site-searched.json").read_text(encoding="utf-8")


def test_what_a_site_does_not_show_any_more_is_forgotten(tmp_path: Path) -> None:
    for asked, kept in (((), ("a", "b")), (("a",), ("c",))):
        cleared = Cleared(tmp_path)
        cleared.seek(["key-1"])
        for mark in asked:
            assert cleared.has(mark)
        cleared.keep(kept)
    assert [Cleared(tmp_path).has(mark) for mark in "abc"] == [True, False, True]


@pytest.mark.skipif(os.cpu_count() == 1, reason="with one processor nothing is read ahead")
def test_many_recipes_are_read_by_several_processes_to_the_same_site(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        name = f"number_{number}"
        shelf.recipe(name, f"What is {name}?")
        shelf.case([{"a": number}], name, query=f"/{number}")
    (shelf.root / "recipes" / "echo" / "broken.py").write_text("def main(:\n", encoding="utf-8")
    with monkeypatch.context() as one:
        one.setattr(os, "cpu_count", lambda: 1)
        here = read_site([read_repository(shelf.root)])
    heard: list[tuple[int, int]] = []
    known = KnownRecipes(tmp_path / "cache", "one")
    site = read_site([read_repository(shelf.root)], Options(watch=lambda *count: heard.append(count)), known)
    assert [page.path for page in site.recipes] == [page.path for page in here.recipes]
    unmarked = [[page._replace(mark="") for page in each.recipes] for each in (site, here)]
    assert unmarked[0] == unmarked[1]
    assert site.broken == here.broken
    assert [count for count in heard if count[0] == 20] == [(20, 21)] * 2  # by other processes, and behind the last one


def test_for_what_is_not_shown_no_process_is_started(filled: Shelf, tmp_path: Path) -> None:
    for number in range(20):
        filled.recipe(f"number_{number}", table='customer = "Acme"')
    heard: list[tuple[int, int]] = []
    known = KnownRecipes(tmp_path / "cache", "one")
    site = read_site([read_repository(filled.root)], Options(watch=lambda *count: heard.append(count)), known)
    assert (len(site.recipes), site.left_out) == (4, 20)
    assert [done for done, _ in heard] == list(range(len(heard)))


def test_another_process_writes_what_each_recipe_became_and_nothing_of_the_others(
    filled: Shelf, tmp_path: Path
) -> None:
    filled.recipe("acme", table='customer = "Acme"')
    (filled.root / "recipes" / "echo" / "broken.py").write_text("def main(:\n", encoding="utf-8")
    time.sleep(2.1)  # until all files have rested long enough
    asked = {
        "repositories": [[str(filled.root), ""]],
        "options": [["Acme"], None],
        "program": "one",
        "files": [[0, str(recipe_file(filled, name))] for name in ("one", "broken", "acme")],
    }
    code = "from runner.sharing.site.reading import read_asked; read_asked()"
    answer = subprocess.run([sys.executable, "-c", code], input=json.dumps(asked), capture_output=True, text=True)
    one, broken, acme, rest = answer.stdout.split("\n")
    assert (broken, rest, answer.stderr) == ("", "", "")
    repository = read_repository(filled.root)
    known, library = KnownRecipes(tmp_path / "cache", "one"), Library([repository])
    assert [known.remember(line).page.id for line in (one, acme)] == ["echo/one", "echo/acme"]
    known.keep()
    other = KnownRecipes(tmp_path / "cache", "one")

    def is_known(name: str) -> bool:
        return (
            other.recall(repository, recipe_file(filled, name), lambda api: mark_of(library.api(repository, api)))
            is not None
        )

    assert [is_known(name) for name in ("one", "acme", "two", "broken")] == [True, True, False, False]


def test_what_another_program_kept_is_not_even_read(filled: Shelf, tmp_path: Path) -> None:
    repository, path = read_repository(filled.root), recipe_file(filled)
    known = KnownRecipes(tmp_path, "one")
    look = known.look(repository, path)
    head = [look.place, "of another program", look.stamps, 0, {}, "", "mark"]
    Kept(tmp_path / "site-recipes-3.sqlite3").keep({look.place: f"{json.dumps(head)}\t[]".encode()})
    assert known.recall(repository, path, str) is None
