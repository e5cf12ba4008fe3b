"""What is searched of a site: each line with its neighbours, once."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.sharing.site.searched import Part, find_unclean, parts_of, said_once
from tests.sharing.site.conftest import Shelf

texts = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=8).map("\n".join)


def neighbours(text: str) -> set[tuple[str, str]]:
    return set(pairwise(("", *text.splitlines(), "")))


@given(st.lists(st.lists(texts, min_size=1, max_size=3), max_size=4))
def test_each_two_lines_that_follow_each_other_do_so_in_what_is_searched(parts: list[list[str]]) -> None:
    said = said_once([Part("x", "", tuple(each)) for each in parts])
    searched = set[tuple[str, str]]().union(*map(neighbours, said))
    for each in parts:
        for text in each:
            assert {pair for pair in neighbours(text) if "" not in pair} <= searched


def test_what_was_said_before_is_left_out() -> None:
    parts = [Part("one", "", ("a\nb\nc\nd\ne",)), Part("two", "", ("a\nb\nc\nX\nd\ne", "b\nc"))]
    assert said_once(parts) == ["a\nb\nc\nd\ne", "c\nX\nd\nb\nc"]


def find(parts: list[Part], searched: list[str]) -> list[str]:
    """Search for `KEY`, and note what is searched."""

    def are_clean(texts: Sequence[str]) -> list[bool]:
        searched.extend(texts)
        return ["KEY" not in text for text in texts]

    return [part.name for part in find_unclean(parts, are_clean)]


def test_what_several_parts_say_is_searched_once_and_found_in_all_of_them() -> None:
    searched = list[str]()
    assert find([Part(name, name, ("a\nb\nc",)) for name in "xyz"], searched) == []
    assert searched == ["a\nb\nc", ""]
    searched.clear()
    parts = [Part(name, name, (f"{name}\nb\nKEY\nc", "more\nof\nthis")) for name in "xyz"]
    assert find([*parts, Part("w", "w", ("more\nof\nthis",))], searched) == ["x", "y", "z"]
    assert searched[-1] == "more\nof\nthis"


@given(st.lists(st.lists(texts, min_size=1, max_size=3), max_size=4))
def test_each_part_is_found_in_which_a_line_is_not_clean(texts: list[list[str]]) -> None:
    parts = [Part(str(at), str(at), tuple(each)) for at, each in enumerate(texts)]
    found = find_unclean(parts, lambda said: ["b" not in text for text in said])
    assert {part.name for part in found} == {part.name for part in parts if "b" in part.text}


@pytest.mark.parametrize("known", [False, True])
def test_a_recipe_whose_marks_are_known_is_no_part(shelf: Shelf, known: bool) -> None:
    shelf.recipe("one", "What is one?")
    parts = [*parts_of(shelf.site(), lambda _: False)]
    names = ["echo/one", "echo/one, script", "what is broken", "the APIs", "the titles"]
    assert [part.name for part in parts] == names
    assert len({part.mark for part in parts}) == len(parts)
    marks = {part.mark for part in parts if part.name.startswith("echo/one") and known}
    assert [part.name for part in parts_of(shelf.site(), marks.__contains__)] == (names[2:] if known else names)


@pytest.mark.parametrize(
    "row, values",
    [
        ({"name": "a", "count": 1}, 'topic = "db7.corp.example"'),
        ({"name": "a", "count": 1, "db7.corp.example": 1}, ""),
        ({"name": "a", "count": 1, "link": f"https://a.example/{'x' * 500}?from=db7.corp.example"}, ""),
        ({"name": "db7.corp.example", "count": 1}, ""),
    ],
    ids=["a value of the case", "a column", "the end of a link", "a picture"],
)
def test_what_is_read_off_a_recording_is_searched(shelf: Shelf, row: dict[str, object], values: str) -> None:
    shelf.recipe(parameters="topic: str = 'a'", table='chart = {mark = "bar", x = "count", y = "name"}')
    before = [{"name": f"a{at}", "count": at, "link": ""} for at in range(30)] if "db7" in str(row["name"]) else []
    shelf.case([*before, row], values=values)
    assert any("db7.corp.example" in part.text for part in parts_of(shelf.site(), lambda _: False))
    assert any("db7.corp.example" in content.decode() for content in shelf.files().values())


def test_what_a_recording_calls_and_what_is_odd_about_it_are_searched(shelf: Shelf) -> None:
    shelf.recipe()
    shelf.case([{"a": 1}])
    cassette = shelf.root / "cassettes" / "echo" / "things" / "default.yaml"
    text = cassette.read_text(encoding="utf-8")
    other = text.partition("interactions:\n")[2].replace("echo.example/v1", "db7.corp.example")
    cassette.write_text(text.replace("version: 1\n", other), encoding="utf-8")
    (cassette.parent / "odd.toml").write_text("tape9.corp.example = 1\n", encoding="utf-8")
    searched = "\n".join(part.text for part in parts_of(shelf.site(), lambda _: False))
    assert ["db7.corp.example" in searched, "tape9" in searched] == [True, True]


def test_what_a_withheld_source_tells_of_its_values_is_searched(shelf: Shelf) -> None:
    shelf.recipe(
        parameters="topic: str = 'mine'",
        help_text="As on db7.corp.example.",
        table='audience = ["db8.corp.example"]\n[tool.recipe-runner.parameters.topic]\nprivate = true\n',
    )
    searched = "\n".join(part.text for part in parts_of(shelf.site(), lambda _: False))
    assert ["db7.corp.example" in searched, "db8.corp.example" in searched] == [True, True]


def test_what_a_repository_says_of_itself_is_searched(shelf: Shelf) -> None:
    shelf.recipe()
    shelf.settings(more='publisher = "The team of db7.corp.example"\nhomepage = "https://db8.corp.example/"')
    searched = "\n".join(part.text for part in parts_of(shelf.site(), lambda _: False))
    assert ["db7.corp.example" in searched, "https://db8.corp.example/" in searched] == [True, True]
