"""What is searched of a site: each line with its neighbours, once."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.sharing.site.searched import Part, parts_of, said_once
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


@pytest.mark.parametrize("known", [False, True])
def test_a_recipe_whose_mark_is_known_is_no_part(shelf: Shelf, known: bool) -> None:
    shelf.recipe("one", "What is one?")
    site = shelf.site()
    marks = {each.mark for each in site.recipes}
    assert all(marks)
    names = [part.name for part in parts_of(site, lambda mark: known and mark in marks)]
    assert names == ["echo/one"] * (not known) + ["what is broken", "the APIs", "the titles"]
