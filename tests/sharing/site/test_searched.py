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
