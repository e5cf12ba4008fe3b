import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.catalog.api import read_api
from runner.catalog.ids import bare_id
from runner.catalog.index import Index
from runner.catalog.index_file import FILE_NAME
from runner.catalog.index_listing import COLUMNS, Listing, as_cells, as_csv
from runner.catalog.index_refresh import MANY
from runner.catalog.index_rows import Row
from runner.catalog.index_walk import Place
from runner.catalog.model import Recipe
from runner.catalog.repository import Repository, read_repository
from runner.catalog.source import read_recipe
from runner.errors import BrokenSource
from runner.recording.cassette import cassette_text, read_cassette
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse

Write = Callable[..., Path]
ROOT = Path(__file__).parents[2]
FAR = 4_102_444_800_000_000_000
"""A moment of the year 2100: what is read then was not written just before."""


def far() -> int:
    return FAR


def listing(cache: Path | None, *places: Place, now_ns: Callable[[], int] = far) -> Listing:
    with Index(cache, now_ns=now_ns) as index:
        return index.listing(places)


class Scan(NamedTuple):
    """The yardstick: what a listing shows where each file is read and nothing is kept."""

    recipes: list[tuple[Any, ...]]
    broken: list[BrokenSource]


def scan(*places: Place) -> Scan:
    repositories = [read_repository(place.root, alias=place.alias) for place in places]
    found = Scan([], [])
    for repository in repositories:
        found.broken.extend(repository.faults())
        bases = []
        for folder in repository.api_folders():
            try:
                bases.append(read_api(folder).base_url)
            except BrokenSource as error:
                found.broken.append(error)
        others = [each for each in repositories if each is not repository]
        for path in repository.recipe_files():
            try:
                recipe = read_recipe(path)
            except BrokenSource as error:
                found.broken.append(error)
            else:
                where = (str(path), *told(repository))
                recorded = columns_and_endpoints(repository, recipe, bases)
                found.recipes.append((name_to_type(repository, path, others), recipe, *recorded, *where))
    return found


def name_to_type(repository: Repository, path: Path, others: list[Repository]) -> str:
    recipe_id, alias = bare_id(path), repository.alias
    api = recipe_id.partition("/")[0]
    folders = [folder for other in others for folder in other.folders() if folder.name.replace("_", "-") == api]
    is_unique = not any((folder / path.name).is_file() for folder in folders)
    return recipe_id if not alias or (alias == "catalog" and is_unique) else f"{alias}/{recipe_id}"


def columns_and_endpoints(
    repository: Repository, recipe: Recipe, bases: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    folder = repository.root / "cassettes" / recipe.id
    if any(path.is_symlink() for path in (folder, *folder.parents[:2])):
        return recipe.columns, ()
    cases = sorted(folder.glob("*.yaml"), key=lambda path: (path.stem != "default", path.name))
    rows = [path.with_suffix(".jsonl").read_text() for path in cases]
    columns = next((tuple(json.loads(row.partition("\n")[0])) for row in rows if row), ())
    requests = [exchange.request for path in cases for exchange in read_cassette(path)]
    endpoints = [f"{request.method} {below(request.url.partition('?')[0], bases)}" for request in requests]
    return recipe.columns or columns, tuple(dict.fromkeys(endpoints))


def below(url: str, bases: list[str]) -> str:
    return next((url.removeprefix(base) for base in bases if url.startswith(f"{base}/")), url)


FIELDS = ("id", "api", "title", "description", "audience", "tags", "gives", "writes", "deprecated", "customer")


def shown(found: Listing | Scan) -> tuple[list[Any], list[Any]]:
    """Return all that a listing shows, in the same form whoever made it."""
    rows = found.recipes if isinstance(found, Scan) else list(map(as_told, found.recipes))
    recipes = [(name, *(getattr(recipe, field) for field in FIELDS), *more) for name, recipe, *more in rows]
    return recipes, [(str(error), error.path, error.line, error.problem, error.hint) for error in found.broken]


def as_told(row: Row) -> tuple[Any, ...]:
    return row.name, row, row.columns, row.endpoints, row.path, row.repository, row.root, row.alias


def told(repository: Repository) -> tuple[str, str, str]:
    return repository.title, str(repository.root), repository.alias


@pytest.fixture
def places(write_repository: Write) -> list[Place]:
    """The repository in use, two that were added, and the catalog; some ids are in several."""
    return [
        Place(write_repository("mine", "harbour/late", "city/weather")),
        Place(write_repository("team", "harbour/early", "city/lights"), "team"),
        Place(write_repository("club", "harbour/early", "harbour/fares"), "my-club"),
        Place(write_repository("catalog", "harbour/late", "harbour/fares", "sea/tides"), "catalog"),
    ]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "home" / "cache"


def test_a_listing_is_that_of_the_library(places: list[Place], cache: Path) -> None:
    assert shown(listing(cache, *places)) == shown(scan(*places))


def test_the_second_listing_is_the_first(places: list[Place], cache: Path) -> None:
    first = listing(cache, *places)
    assert listing(cache, *places) == first


def test_without_a_cache_folder_the_listing_is_the_same(places: list[Place], cache: Path) -> None:
    assert listing(None, *places) == listing(cache, *places)


def test_a_recipe_of_every_kind_is_kept_whole(write_recipe: Write, tmp_path: Path, cache: Path) -> None:
    (tmp_path / "recipes.toml").write_text('name = "harbour"\ntitle = "Harbour recipes"\n')
    write_recipe(
        ('audience = "analyst"', 'audience = ["an\\nalyst", "back\\\\slash", "x\\\\n", "ééé"]'),
        ("# [tool.recipe-runner.parameters.topic]", '# deprecated = "x/y"\n#\n# [tool.recipe-runner.parameters.topic]'),
        ("dict[str, Any]]:", "Late]:"),
        ("def main", "class Late(TypedDict):\n    ferry: str\n    minutes: int\n\n\ndef main"),
        ("import Any", "import Any, TypedDict"),
    )
    place = Place(tmp_path)
    listing(cache, place)
    assert shown(listing(cache, place)) == shown(scan(place))


def test_parameters_are_text(write_parameter: Write, tmp_path: Path, cache: Path) -> None:
    (tmp_path / "recipes.toml").write_text('name = "harbour"\ntitle = "Harbour recipes"\n')
    write_parameter('list[Literal["a", "b"]] = ["a", "b"]', 'example = ["b"]\nprivate = true\nmax = 5')
    listing(cache, Place(tmp_path))
    [row] = listing(cache, Place(tmp_path)).recipes
    assert row.parameters[0]._asdict() == {
        "name": "given",
        "option": "--given",
        "kind": "one of a, b (repeatable, up to 5)",
        "choices": ("a", "b"),
        "help": "What is given.",
        "required": False,
        "default": "a\nb",
        "example": "b",
        "private": True,
    }


def test_the_repository_in_use_is_first_and_the_catalog_there_once(places: list[Place], cache: Path) -> None:
    *_, catalog = places
    found = listing(cache, Place(catalog.root), catalog)
    assert found.repositories == [catalog]
    assert [row.name for row in found.recipes] == ["harbour/fares", "harbour/late", "sea/tides"]


def test_a_listing_without_changes_loads_no_reader(places: list[Place], cache: Path) -> None:
    listing(cache, *places)
    code = (
        "import sys\nfrom pathlib import Path\nfrom runner.catalog.index import Index\n"
        "from runner.catalog.index_walk import Place\n"
        "index = Index(Path(sys.argv[1]))\n"
        "assert index.listing([Place(Path(sys.argv[2]))]).recipes\n"
        "index.close()\n"
        "heavy = {'ast', 'dataclasses', 'inspect', 'json', 'tomllib', 'unicodedata', 'runner.catalog.model'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", code, str(cache), str(places[0].root)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_a_listing_without_changes_writes_nothing(places: list[Place], cache: Path) -> None:
    listing(cache, *places)
    watching = sqlite3.connect(cache / FILE_NAME)
    before = watching.execute("PRAGMA data_version").fetchone()
    listing(cache, *places)
    after = watching.execute("PRAGMA data_version").fetchone()
    watching.close()
    assert after == before


def test_a_changed_title_of_a_repository_is_seen(places: list[Place], cache: Path) -> None:
    listing(cache, places[0])
    (places[0].root / "recipes.toml").write_text('name = "mine"\ntitle = "Renamed"\n')
    assert {row.repository for row in listing(cache, places[0]).recipes} == {"Renamed"}


@pytest.mark.parametrize("text", [None, 'name = "mine"\n', 'name = "mine"\ntitle = "x"\nmin-runner = "99"\n'])
def test_a_broken_repository_is_an_error_also_if_it_was_proper(
    places: list[Place], cache: Path, text: str | None
) -> None:
    listing(cache, *places)
    path = places[0].root / "recipes.toml"
    path.unlink() if text is None else path.write_text(text)
    for _ in range(2):
        with pytest.raises(BrokenSource, match=r"recipes\.toml:\d: "):
            listing(cache, *places)


def test_a_file_that_vanished_is_gone(places: list[Place], cache: Path) -> None:
    listing(cache, *places)
    (places[0].root / "recipes" / "harbour" / "late.py").unlink()
    assert shown(listing(cache, *places)) == shown(scan(*places))


def test_a_repository_that_vanished_is_forgotten(places: list[Place], cache: Path) -> None:
    listing(cache, *places)
    places[1].root.rename(places[1].root.with_name("elsewhere"))
    (places[0].root / "recipes" / "harbour" / "late.py").unlink()
    listing(cache, places[0])
    kept = ask(cache, "SELECT root FROM repositories ORDER BY root DESC")
    assert [Path(os.fsdecode(root)).name for (root,) in kept] == ["mine", "club", "catalog"]


def test_a_recipe_breaks_when_what_it_imports_appears_beside_it(write_repository: Write, cache: Path) -> None:
    place = Place(write_repository("mine", "harbour/late", "harbour/early"))
    folder = place.root / "recipes" / "harbour"
    late = folder / "late.py"
    late.write_text(late.read_text().replace("import httpx\n", "import httpx\nimport pandas as pd\n"))
    assert listing(cache, place).broken == []
    (folder / "pandas").mkdir()
    assert [error.problem for error in listing(cache, place).broken] == ["a recipe cannot import another: pandas"]
    (folder / "pandas").rmdir()
    assert listing(cache, place).broken == []


def test_an_index_that_stays_open_sees_what_a_stamp_does_not_tell(write_repository: Write, cache: Path) -> None:
    place = Place(write_repository("mine", "harbour/late"))
    folder = place.root / "recipes" / "harbour"
    late = folder / "late.py"
    late.write_text(late.read_text().replace("import httpx\n", "import httpx\nimport pandas as pd\n"))
    (folder / "linked.py").symlink_to("gone.txt")
    with Index(cache, now_ns=far) as index:
        assert [error.path.name for error in index.listing([place]).broken] == ["linked.py"]
        (folder / "pandas").mkdir()
        assert [error.path.name for error in index.listing([place]).broken] == ["late.py", "linked.py"]


def retouch(cache: Path, path: Path) -> None:
    """Make the index believe that a file had its present stamp when it was read, but for its size."""
    status = path.stat()
    ask(
        cache, "UPDATE files SET mtime = ?, ctime = ?, inode = ?", status.st_mtime_ns, status.st_ctime_ns, status.st_ino
    )


def ask(cache: Path, query: str, *values: object) -> list[Any]:
    connection = sqlite3.connect(cache / FILE_NAME)
    with connection:
        rows = connection.execute(query, values).fetchall()
    connection.close()
    return rows


@pytest.mark.parametrize(
    "after, title",
    [
        (-2_100_000_000, "Which"),
        (-1_900_000_000, "Whose"),
        (0, "Whose"),
        (1_900_000_000, "Whose"),
        (2_100_000_000, "Which"),
    ],
    ids=["the clock went back", "a clock behind", "at once", "within two seconds", "later"],
)
def test_a_file_read_within_two_seconds_of_its_change_is_read_again(
    write_repository: Write, cache: Path, after: int, title: str
) -> None:
    place = Place(write_repository("mine", "harbour/late"))
    path = place.root / "recipes" / "harbour" / "late.py"
    changed = path.stat().st_ctime_ns
    os.utime(path, ns=(changed, changed))
    listing(cache, place, now_ns=lambda: changed + after)
    path.write_text(path.read_text().replace("Which", "Whose"))  # of the same size
    os.utime(path, ns=(changed, changed))
    retouch(cache, path)
    [row] = listing(cache, place, now_ns=lambda: changed + after).recipes
    assert row.title == f"{title} ferries are late right now?"


@pytest.mark.parametrize("moment", [0, FAR * 2], ids=["1970", "in the future"])
def test_a_file_from_another_time_is_neither_believed_for_ever_nor_read_each_time(
    write_repository: Write, cache: Path, moment: int
) -> None:
    place = Place(write_repository("mine", "harbour/late"))
    path = place.root / "recipes" / "harbour" / "late.py"
    os.utime(path, ns=(moment, moment))
    listing(cache, place)
    assert ask(cache, "SELECT size FROM files") == [(path.stat().st_size,)]
    path.write_text(path.read_text().replace("Which", "Whose"))
    os.utime(path, ns=(moment + 1, moment + 1))
    assert listing(cache, place).recipes[0].title == "Whose ferries are late right now?"


def test_what_another_version_of_the_readers_read_is_read_again(places: list[Place], cache: Path) -> None:
    expected = listing(cache, *places)
    ask(cache, "UPDATE files SET title = 'old', reader = reader + 1")
    assert listing(cache, *places) == expected
    assert ask(cache, "SELECT count(*), count(DISTINCT reader) FROM files") == [(9, 1)]


def test_a_file_name_that_is_no_text_is_shown_as_broken_each_time(write_repository: Write, cache: Path) -> None:
    place = Place(write_repository("mine", "harbour/late"))
    name = os.fsencode(place.root / "recipes" / "harbour") + b"/caf\xe9.py"
    try:
        Path(os.fsdecode(name)).write_text("x")
    except OSError:
        pytest.skip("this file system wants UTF-8")
    for _ in range(2):
        assert shown(listing(cache, place)) == shown(scan(place))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_plain_file_is_shown_as_broken_each_time(places: list[Place], cache: Path) -> None:
    folder = places[0].root / "recipes" / "sea"
    folder.mkdir()
    os.mkfifo(folder / "tides.py")
    (folder / "gone.py").symlink_to("nowhere")
    (folder / "other.py").symlink_to(places[1].root / "recipes.toml")
    for _ in range(2):
        found = listing(cache, *places)
        assert shown(found) == shown(scan(*places))
        assert len(found.broken) == 3


def test_a_link_into_the_repository_follows_its_target(places: list[Place], cache: Path) -> None:
    folder = places[0].root / "recipes" / "city"
    (folder / "linked.py").symlink_to("weather.py")
    listing(cache, *places)
    (folder / "weather.py").write_text("no recipe any more")
    assert shown(listing(cache, *places)) == shown(scan(*places))


def test_a_link_out_of_a_repository_still_takes_the_short_name(places: list[Place], cache: Path) -> None:
    (places[0].root / "recipes" / "sea").mkdir()
    (places[0].root / "recipes" / "sea" / "tides.py").symlink_to(places[1].root / "recipes.toml")
    found = listing(cache, *places)
    assert found.recipes[-1].name == "catalog/sea/tides"
    assert shown(found) == shown(scan(*places))


COMMAND = """\
import sys
from pathlib import Path
from runner.catalog.index import Index
from runner.catalog.index_refresh import MANY
from runner.catalog.index_walk import Place
sys.stdin.readline()
with Index(Path(sys.argv[1])) as index:
    found = index.listing([Place(Path(sys.argv[2]))])
    print(len(found.recipes), len(found.broken), index.search([Place(Path(sys.argv[2]))], "ferries").total)
"""


def test_processes_that_refresh_at_once_end_with_a_right_index(write_repository: Write, cache: Path) -> None:
    place = Place(write_repository("mine", *(f"api{number % 5}/late-{number}" for number in range(120))))
    (place.root / "recipes" / "api0" / "late_0.py").write_text("broken")
    command = [sys.executable, "-c", COMMAND, str(cache), str(place.root)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(3)]  # type: ignore[call-overload]
    for process in running:
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate() for process in running] == [("119 1 119\n", "")] * 3
    assert_whole(cache)
    assert [path.name for path in cache.iterdir()] == [FILE_NAME]
    assert shown(listing(cache, place)) == shown(scan(place))


def assert_whole(cache: Path) -> None:
    """Check the file and that its words are those of its recipes."""
    assert ask(cache, "PRAGMA integrity_check") == [("ok",)]
    ask(cache, "INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")


def test_two_thousand_recipes_of_which_a_few_are_broken(recipe_text: str, write_repository: Write, cache: Path) -> None:
    place = Place(write_repository("mine"))
    for number in range(2000):
        path = place.root / "recipes" / f"api{number % 20}" / f"late_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("broken" if number % 100 == 0 else recipe_text.replace("Which", f"Which {number}"))
    first = listing(cache, place)
    assert (len(first.recipes), len(first.broken)) == (1980, 20)
    path.write_text(recipe_text.replace("Which", "Whose"))
    second = listing(cache, place)
    assert [row.title for row, old in zip(second.recipes, first.recipes, strict=True) if row != old] == [
        "Whose ferries are late right now?"
    ]
    assert_whole(cache)


TEXTS = ("recipe", "other", "imports", "broken", "api", "other api", "bad api")
FILE_EDITS = ("write", "remove", "link", "stray", "folder", "unfold")
CASE_EDITS = ("record", "record late", "forget", "forget all", "link", "link all")
EDITS = st.tuples(
    st.sampled_from((*(("recipes", edit) for edit in FILE_EDITS), *(("cassettes", edit) for edit in CASE_EDITS))),
    st.sampled_from(("mine", "catalog")),
    st.sampled_from(("harbour", "old_harbour", "city-hall", "_hidden", "Bad")),
    st.sampled_from(("late.py", "early_bird.py", "pandas.py", "api.toml", "Wrong.py", "__init__.py")),
    st.sampled_from(TEXTS),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=12))
def test_whatever_is_edited_a_listing_is_the_same_with_and_without_index(edits: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as name, Index(Path(name, "cache"), now_ns=far) as kept:
        places = [make_place(Path(name, "mine")), make_place(Path(name, "catalog"), "catalog")]
        for number, ((where, edit), repository, api, file, text) in enumerate(edits):
            if where == "cassettes":
                change_cases(Path(name, repository, where, hyphened(api)), edit, file, text, number)
            else:
                change(Path(name, repository, where, api), edit, file, text, number)
            expected = shown(scan(*places))
            assert shown(kept.listing(places)) == expected
            assert shown(listing(None, *places)) == expected
            found = listing(None, *places).recipes
            for _ in range(2):  # made, and as it was kept
                assert kept.sheet(places).text == as_csv(COLUMNS, map(as_cells, found))
            assert sorted(hit.row for hit in kept.search(places, "how", limit=99).matches) == sorted(found)
            assert kept.named(places, "") == found


def make_place(root: Path, alias: str = "") -> Place:
    (root / "recipes").mkdir(parents=True)
    (root / "recipes.toml").write_text(f'name = "{root.name}"\ntitle = "{root.name}"\n')
    return Place(root, alias)


RECIPE = (ROOT / "recipes" / "newswhip" / "top_stories.py").read_text(encoding="utf-8")
CONTENTS = {
    "recipe": RECIPE,
    "other": RECIPE.replace("Which stories", "Whose stories"),
    "imports": RECIPE.replace("import httpx\n", "import httpx\nimport pandas\n"),
    "broken": "no recipe",
    "api": 'title = "A"\nbase-url = "https://a.example"\n',
    "other api": 'title = "A"\nbase-url = "https://a.example/v1"\n',
    "bad api": 'title = "A"\n',
}


def change(folder: Path, edit: str, file: str, text: str, number: int) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / file
    if edit in ("unfold", "folder"):
        for each in folder.iterdir():
            each.unlink()
        folder.rmdir()
        if edit == "unfold":
            return
        folder.mkdir()
    path.unlink(missing_ok=True)
    if edit == "link":
        path.symlink_to("late.py" if file != "late.py" else "early_bird.py")
    elif edit == "stray":
        path.symlink_to(ROOT / "recipes.toml")
    elif edit != "remove":
        path.write_text(CONTENTS[text], encoding="utf-8")
        os.utime(path, ns=(number, number))  # two writes may fall into one tick of the clock


def change_cases(folder: Path, edit: str, file: str, text: str, number: int) -> None:
    meant = folder if edit.endswith("all") else folder / hyphened(file.removesuffix(".py"))
    if meant != folder and folder.is_symlink():
        return
    if not edit.startswith("record") or meant.is_symlink():
        remove(meant)
    if edit.startswith("link"):
        record(folder.parents[1] / "elsewhere" / "late", "default", f"https://a.example/v1/{number}")
        meant.parent.mkdir(parents=True, exist_ok=True)
        meant.symlink_to(folder.parents[1] / "elsewhere" / ("" if meant == folder else "late"))
    elif edit.startswith("record"):
        record(meant, "late" if edit == "record late" else "default", f"https://a.example/v1/{len(text)}?n={number}")
        os.utime(meant, ns=(number, number))


def record(folder: Path, name: str, url: str, row: str = '{"a":1,"b":2}', method: str = "POST") -> None:
    """Put a case in its place as the recorder does: written aside, then renamed."""
    side = folder / ".side"
    side.mkdir(parents=True)
    exchange = Exchange(RecordedRequest(method, url, (), b"{}"), RecordedResponse(200, "OK", (), b"[]"))
    (side / f"{name}.yaml").write_text(cassette_text([exchange]))
    (side / f"{name}.jsonl").write_text(f"{row}\n")
    for path in side.iterdir():
        path.replace(folder / path.name)
    side.rmdir()


def hyphened(name: str) -> str:
    return name.replace("_", "-")


def remove(path: Path) -> None:
    path.unlink() if path.is_symlink() else shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def recorded(write_repository: Write, write_api: Write) -> Place:
    """A repository with an API and a recipe with one case."""
    place = Place(write_repository("mine", "harbour/late", "harbour/early"))
    write_api(folder="mine/recipes/harbour")
    record(place.root / "cassettes" / "harbour" / "late", "default", "https://api.harbour.example/v1/ferries?key=x")
    return place


def told_of_late(found: Listing) -> tuple[tuple[str, ...], tuple[str, ...]]:
    [row] = [row for row in found.recipes if row.id == "harbour/late"]
    return row.endpoints, row.columns


def test_a_recipe_tells_the_endpoints_and_columns_of_its_cases(recorded: Place, cache: Path) -> None:
    for _ in range(2):
        found = listing(cache, recorded)
        assert [(row.id, row.endpoints, row.columns) for row in found.recipes] == [
            ("harbour/early", (), ()),
            ("harbour/late", ("POST /ferries",), ("a", "b")),
        ]
        assert shown(found) == shown(scan(recorded))


def test_a_case_that_is_recorded_recorded_anew_or_removed_is_seen(recorded: Place, cache: Path) -> None:
    folder = recorded.root / "cassettes" / "harbour"
    listing(cache, recorded)
    record(folder / "late", "no-match", "https://api.harbour.example/v1/none", method="GET")
    assert told_of_late(listing(cache, recorded)) == (("POST /ferries", "GET /none"), ("a", "b"))
    record(folder / "late", "default", "https://api.harbour.example/v1/boats", '{"boat":1}')
    assert told_of_late(listing(cache, recorded)) == (("POST /boats", "GET /none"), ("boat",))
    shutil.rmtree(folder / "late")
    assert told_of_late(listing(cache, recorded)) == ((), ())
    shutil.rmtree(folder.parent)
    assert told_of_late(listing(cache, recorded)) == ((), ())
    record(folder / "late", "default", "https://api.harbour.example/v1/piers")
    assert told_of_late(listing(cache, recorded)) == (("POST /piers",), ("a", "b"))


def test_endpoints_follow_the_address_of_the_api(recorded: Place, write_api: Write, cache: Path) -> None:
    listing(cache, recorded)
    write_api(folder="mine/recipes/harbour", text='title = "Harbour"\nbase-url = "https://api.harbour.example"\n')
    assert told_of_late(listing(cache, recorded))[0] == ("POST /v1/ferries",)
    (recorded.root / "recipes" / "harbour" / "api.toml").unlink()
    assert told_of_late(listing(cache, recorded))[0] == ("POST https://api.harbour.example/v1/ferries",)


@pytest.mark.parametrize("young", ["cassettes/harbour/late", "recipes/harbour/api.toml"])
def test_a_case_read_within_two_seconds_of_a_change_is_read_again(recorded: Place, cache: Path, young: str) -> None:
    os.utime(recorded.root / young, ns=(FAR, FAR))
    listing(cache, recorded)
    assert ask(cache, "SELECT path FROM files WHERE cases = x''") == [("harbour/late.py",)]
    ask(cache, "UPDATE files SET endpoints = 'POST /old'")
    assert told_of_late(listing(cache, recorded))[0] == ("POST /ferries",)
    listing(cache, recorded, now_ns=lambda: FAR * 2)
    assert ask(cache, "SELECT path FROM files WHERE cases = x''") == []


def test_a_case_is_found_by_search_as_soon_as_it_is_recorded(recorded: Place, cache: Path) -> None:
    with Index(cache, now_ns=far) as index:
        assert index.search([recorded], "/piers").total == 0
        record(recorded.root / "cassettes" / "harbour" / "early", "default", "https://api.harbour.example/v1/piers")
        [match] = index.search([recorded], "/piers").matches
        assert (match.row.id, match.why) == ("harbour/early", "endpoint: POST /piers")


def test_a_listing_can_be_asked_again_and_sees_what_changed(places: list[Place], cache: Path) -> None:
    with Index(cache, now_ns=far) as index:
        before = index.listing(places)
        (places[0].root / "recipes" / "city" / "weather.py").unlink()
        after = index.listing(places)
    assert [row.name for row in before.recipes if row not in after.recipes] == ["city/weather"]


def test_parameters_survive_as_json(places: list[Place], cache: Path) -> None:
    [row, *_] = listing(cache, *places).recipes
    assert [each["name"] for each in json.loads(row.parameters_json)] == ["topic", "hours"]


def test_tab_finds_a_recipe_by_the_beginning_of_its_name_or_of_the_last_part(places: list[Place], cache: Path) -> None:
    with Index(cache, now_ns=far) as index:
        found = [[row.name for row in index.named(places, text)] for text in ("harb", "lat", "catalog/harb", "x")]
        assert found == [
            [row.name for row in index.listing(places).recipes if beginning(row.name)] for beginning in BEGINNINGS
        ]


BEGINNINGS: tuple[Callable[[str], bool], ...] = (
    lambda name: name.startswith("harb"),
    lambda name: name.rpartition("/")[2].startswith("lat"),
    lambda name: name.startswith("catalog/harb"),
    lambda name: False,
)


def test_tab_looks_at_folders_and_not_at_files(places: list[Place], cache: Path) -> None:
    path = places[0].root / "recipes" / "city" / "weather.py"
    with Index(cache, now_ns=far) as index:
        [before] = index.named(places, "city/weather")
        path.write_text(path.read_text().replace(before.title, "Is it raining?"))
        assert index.named(places, "city/weather") == [before]
        path.rename(path.with_name("rain.py"))
        assert [row.name for row in index.named(places, "city/")] == ["city/rain"]


def test_many_files_are_read_by_several_processes_with_word_of_how_many(
    recipe_text: str, write_repository: Write, cache: Path
) -> None:
    place = Place(write_repository("mine"))
    folder = place.root / "recipes" / "harbour"
    folder.mkdir(parents=True)
    for number in range(MANY):
        (folder / f"late_{number:04}.py").write_text("broken" if number == 7 else recipe_text)
    record(place.root / "cassettes" / "harbour" / "late-0009", "default", "https://a.example/ferries")
    heard: list[tuple[int, int]] = []
    with Index(cache, now_ns=far, progress=lambda *count: heard.append(count)) as index:
        found = index.listing([place])
        index.listing([place])
    assert heard == [(number, MANY) for number in range(1, MANY + 1)]
    assert shown(found) == shown(scan(place))


def test_a_list_with_something_to_say_is_made_each_time(write_repository: Write, cache: Path) -> None:
    place, empty = Place(write_repository("mine", "harbour/late")), Place(write_repository("empty"), "catalog")
    with Index(cache, now_ns=far) as index:
        assert [index.sheet([place]).listing is None for _ in range(2)] == [False, True]
        assert [index.sheet([place, empty]).listing is None for _ in range(2)] == [False, False]
        (place.root / "recipes" / "harbour" / "early.py").write_text("broken")
        assert [index.sheet([place]).listing is None for _ in range(2)] == [False, False]


def test_of_lists_that_were_made_the_last_few_are_kept(write_repository: Write, cache: Path) -> None:
    all_places = [Place(write_repository(f"r{number}", "harbour/late")) for number in range(10)]
    with Index(cache, now_ns=far) as index:
        for place in all_places:
            index.sheet([place])
        assert [index.sheet([place]).listing is None for place in all_places[2:]] == [True] * 8
    assert ask(cache, "SELECT count(*) FROM sheets") == [(8,)]


def test_a_name_that_a_link_from_outside_takes_is_taken_in_a_search_too(write_repository: Write, cache: Path) -> None:
    mine, catalog = write_repository("mine", "harbour/late"), write_repository("catalog", "harbour/late")
    places = [Place(mine), Place(catalog, "catalog")]
    path = mine / "recipes" / "harbour" / "late.py"
    path.unlink()
    path.symlink_to(ROOT / "recipes.toml")
    with Index(cache, now_ns=far) as index:
        found = [match.row.name for match in index.search(places, "ferries").matches]
        assert found == [row.name for row in index.listing(places).recipes] == ["catalog/harbour/late"]
