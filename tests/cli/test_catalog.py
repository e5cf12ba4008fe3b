"""Every recipe of the catalog runs in the sandbox, with no values, in every format."""

import csv
import io
import json
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from click.testing import Result

from runner.catalog import read_recipe
from runner.output.formats import FORMATS

Invoke = Callable[..., Result]
API_TITLES = {"newswhip": "NewsWhip", "slack": "Slack"}
ALL = [read_recipe(path) for path in sorted((Path(__file__).parents[2] / "recipes" / "newswhip").glob("*.py"))]
RECIPES = [recipe.id for recipe in ALL]
ROWS = [recipe.id for recipe in ALL if recipe.gives == "rows"]
PAGES = [recipe.id for recipe in ALL if recipe.gives == "text"]
TITLES = {recipe.id: " and ".join(API_TITLES[each.api] for each in recipe.clients) for recipe in ALL}
TEXT_FORMATS = [name for name in FORMATS if name in ("table", "csv", "tsv", "json", "jsonl", "md")]


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_runs_with_no_values(invoke: Invoke, recipe: str) -> None:
    result = invoke("run", recipe, "--try")
    notice = f"Sandbox: invented {TITLES[recipe]} data as of 2026-11-20 09:00 UTC. No key used, nothing sent.\n"
    assert (result.stderr, result.exit_code) == (notice, 0)
    assert len(result.stdout.splitlines()) >= 3


@pytest.mark.parametrize("recipe, format_name", [*product(ROWS, TEXT_FORMATS), *product(PAGES, ("table", "md"))])
def test_what_was_recorded_of_a_recipe_comes_in_every_format(invoke: Invoke, recipe: str, format_name: str) -> None:
    result = invoke("run", recipe, "--replay", "--format", format_name)
    assert (result.stderr.split(": invented")[0], result.exit_code) == ("Recording default", 0)
    assert len(result.stdout.splitlines()) >= 3


@pytest.mark.parametrize("recipe", ROWS)
def test_csv_and_json_hold_the_same_rows(invoke: Invoke, recipe: str) -> None:
    rows = json.loads(invoke("run", recipe, "--replay", "--format", "json").stdout)
    table = list(csv.DictReader(io.StringIO(invoke("run", recipe, "--replay").stdout)))
    assert [list(row) for row in table] == [list(row) for row in rows]
    assert [row[next(iter(row))] for row in table] == [str(row[next(iter(row))]) for row in rows]


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_first_request_of_a_recipe_can_be_shown(invoke: Invoke, recipe: str) -> None:
    result = invoke("run", recipe, "--try", "--dry-run")
    assert result.stdout.startswith("curl ")
    assert "https://api.newswhip.com/v1/" in result.stdout
    assert "$NEWSWHIP_API_KEY" in result.stdout


@pytest.mark.parametrize(
    "content, said",
    [
        (b"link\nhttps://dailybeacon.example/x\n", "list.csv has no column 'url', only: link"),
        (b"", "list.csv has no column 'url', only: nothing at all"),
        ("url,\n\u00e9".encode("latin-1"), "list.csv must be saved as CSV in UTF-8"),
    ],
    ids=["another column", "empty", "another encoding"],
)
@pytest.mark.parametrize("recipe, urls", [("url-lookup", ("--urls", "https://x.example")), ("score-spreadsheet", ())])
def test_a_file_that_is_no_list_of_links_is_refused_in_words(
    invoke: Invoke, folder: Path, recipe: str, urls: tuple[str, ...], content: bytes, said: str
) -> None:
    (folder / "list.csv").write_bytes(content)
    result = invoke("run", recipe, "--try", *urls, "--file", "list.csv")
    _, error, fix = result.stderr.splitlines()
    assert error == f"Error  The recipe newswhip/{recipe} stopped: {said}."
    assert (fix, result.exit_code) == (f"Fix    recipes show newswhip/{recipe}", 1)


def test_a_backfill_that_was_stopped_goes_on_to_the_same_rows(invoke: Invoke, folder: Path) -> None:
    words = ("run", "backfill-history", "--try", "--since", "2026-10-20")
    whole = invoke(*words).stdout
    invoke(*words, "--folder", "kept")
    kept = sorted(path.name for path in (folder / "kept").iterdir())
    assert kept == [f"2026-{day}.jsonl" for day in ("10-20", "10-27", "11-03", "11-10", "11-17")] + ["manifest.json"]
    manifest = json.loads((folder / "kept" / "manifest.json").read_text(encoding="utf-8"))
    del manifest["2026-11-03T00:00:00+00:00"]
    (folder / "kept" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "kept" / "2026-11-03.jsonl").write_text('{"half": ', encoding="utf-8")
    assert invoke(*words, "--folder", "kept").stdout == whole


def test_a_backfill_loses_nothing_where_a_week_holds_more_than_one_answer(invoke: Invoke) -> None:
    words = ("run", "backfill-history", "--try", "--topic", "storm", "--since", "2026-11-02", "--until", "2026-11-09")
    rows = list(csv.DictReader(io.StringIO(invoke(*words).stdout)))
    assert len(rows) > 5000
    assert len({row["uuid"] for row in rows}) == len(rows)
