"""The collections of a repository in `recipes list`, `show`, `search` and `check`."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
COLLECTIONS = """
[[collection]]
title = "Start here"
recipes = ["echo/things", "echo/absent", "echo/other"]

[[collection]]
title = "For later"
recipes = ["echo/late"]
"""


@pytest.fixture
def shelf(repo: Any) -> Any:
    """A repository with four recipes, three of them in collections whose order is not that of their names."""
    with (repo.root / "recipes.toml").open("a", encoding="utf-8") as file:
        file.write(COLLECTIONS)
    for name in ("things", "other", "late", "alone"):
        repo.write_recipe(name, title=f"What about {name}?", table='tags = ["echo"]\n')
    return repo


def test_a_terminal_shows_the_collections_in_order_and_what_is_in_none_behind_them(
    shelf: Any, in_terminal: Callable[..., Any]
) -> None:
    screen = in_terminal("list", "--api", "echo", cwd=shelf.root)
    assert (
        screen.text
        == """\
Start here
RECIPE       ANSWERS             FOR
echo/things  What about things?
echo/other   What about other?

For later
RECIPE       ANSWERS             FOR
echo/late    What about late?

Team recipes · echo
RECIPE       ANSWERS             FOR
echo/alone   What about alone?

4 of 45 recipes.  Next  recipes show echo/things
"""
    )


def test_beside_other_repositories_a_heading_says_whose_collection_it_is(
    shelf: Any, in_terminal: Callable[..., Any]
) -> None:
    text = in_terminal("list", cwd=shelf.root).text
    headings = [line for line in text.splitlines() if " · " in line]
    assert headings[:3] == ["Team recipes · Start here", "Team recipes · For later", "Team recipes · echo"]
    assert headings[3] == "NewsWhip API recipes · Start here"


@pytest.mark.parametrize("typed", ["Start here", "start-here", "START HERE"])
def test_a_collection_is_listed_by_its_title_in_its_order(shelf: Any, invoke: Invoke, typed: str) -> None:
    result = invoke("list", "--collection", typed, "--json", "--api", "echo")
    assert [(each["id"], each["collection"]) for each in json.loads(result.stdout)] == [
        ("echo/things", "Start here"),
        ("echo/other", "Start here"),
    ]
    in_pipe = invoke("list", "--collection", typed, "--tag", "echo").stdout
    assert [line.partition(",")[0] for line in in_pipe.splitlines()] == ["id", "echo/things", "echo/other"]


def test_an_unknown_collection_suggests_the_nearest(shelf: Any, invoke: Invoke) -> None:
    result = invoke("list", "--collection", "for latter")
    assert result.stderr == "Error  No collection named 'for latter'.\nFix    recipes list --collection 'For later'\n"
    assert (result.stdout, result.exit_code) == ("", 2)


def test_the_whole_list_keeps_its_order_and_columns_for_programs(shelf: Any, invoke: Invoke) -> None:
    listed = [each["id"] for each in json.loads(invoke("list", "--json").stdout)]
    assert listed[:4] == ["echo/alone", "echo/late", "echo/other", "echo/things"]
    rows = invoke("list").stdout.splitlines()
    assert [row.partition(",")[0] for row in rows[1:]] == listed
    assert rows[0] == "id,title,audience,tags,api,gives,repository"


def test_show_leads_to_the_next_and_to_related_recipes(shelf: Any, invoke: Invoke) -> None:
    lines = invoke("show", "things").stdout.splitlines()
    assert "Part of   Start here, 1 of 2" in lines
    assert "Related   echo/other, echo/late, echo/alone" in lines
    assert lines[-1] == "Next  recipes show echo/other   (What about other?)"
    last = invoke("show", "late").stdout
    assert ("Part of   For later, 1 of 1\n" in last, "Next  " in last) == (True, False)


def test_show_as_json_names_the_next_and_the_related(shelf: Any, invoke: Invoke) -> None:
    shown = json.loads(invoke("show", "things", "--json").stdout)
    assert [shown[key] for key in ("collection", "next", "related")] == [
        "Start here",
        "echo/other",
        ["echo/other", "echo/late", "echo/alone"],
    ]
    alone = json.loads(invoke("show", "alone", "--json").stdout)
    assert (alone["collection"], alone["next"]) == ("", None)


def test_a_title_cannot_steer_the_terminal(shelf: Any, in_terminal: Callable[..., Any]) -> None:
    path = shelf.root / "recipes.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Start here", r"Start\u001b[31m"), encoding="utf-8")
    for words in (["list", "--api", "echo"], ["show", "things"]):
        screen = in_terminal(*words, cwd=shelf.root)
        assert ("\x1b" in screen.text, "Start\ufffd[31m" in screen.text) == (False, True)


def test_a_collection_that_breaks_a_rule_is_one_error_with_file_and_line(shelf: Any, invoke: Invoke) -> None:
    path = shelf.root / "recipes.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('title = "For later"\n', ""), encoding="utf-8")
    for words in (["list"], ["show", "things"], ["search", "things"]):
        result = invoke(*words)
        assert result.stderr == f'Error  {path}:8: title is missing\nFix    add title = "..."\n'
        assert (result.stdout, result.exit_code) == ("", 1)


def test_check_says_which_name_leads_nowhere_and_what_stands_in_no_collection(shelf: Any, invoke: Invoke) -> None:
    found = [each for each in json.loads(invoke("check", "--json").stdout) if each["code"] in ("R021", "R022")]
    assert [(each["code"], each["line"], each["severity"]) for each in found] == [
        ("R021", 6, "finding"),
        ("R022", 10, "note"),
    ]
    assert "'Start here' names echo/absent, and there is no such recipe" in str(found[0])
    assert "echo/alone stands in no collection" in str(found[1])


def test_the_collections_of_the_catalog_hold_all_its_recipes(invoke: Invoke) -> None:
    listed = json.loads(invoke("list", "--json").stdout)
    assert [each["id"] for each in listed if not each["collection"]] == []
    assert {each["collection"] for each in listed} == {
        "Start here",
        "Gather data well",
        "Benchmark publishers",
        "Watch and alert",
        "Wire and syndication",
        "For data scientists",
    }
