import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.scaffolding.merging import Merged, find_markers, merge

BASE = "one\ntwo\nthree\nfour\nfive\n"


def test_changes_in_different_places_come_together() -> None:
    merged = merge(BASE, BASE.replace("one", "ONE"), BASE.replace("five", "FIVE"))
    assert merged == Merged("ONE\ntwo\nthree\nfour\nFIVE\n", ())


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    both = BASE.replace("three", "THREE")
    assert merge(BASE, both, both) == Merged(both, ())


def test_where_both_changed_the_same_line_both_stand_between_markers() -> None:
    merged = merge(BASE, BASE.replace("three", "mine"), BASE.replace("three", "theirs"))
    between = "<<<<<<< your example\nmine\n=======\ntheirs\n>>>>>>> its origin now\n"
    assert merged == Merged(BASE.replace("three\n", between), (3,))


def test_a_last_line_without_end_keeps_the_markers_apart() -> None:
    merged = merge("one", "mine", "theirs")
    assert merged == Merged("<<<<<<< your example\nmine\n=======\ntheirs\n>>>>>>> its origin now\n", (1,))


@pytest.mark.parametrize("char", ["\u2028", "\x0c", "\x85", "\x1c"])
def test_only_a_line_feed_ends_a_line(char: str) -> None:
    base = f"a{char}b\nc\n"
    merged = merge(base, f"a{char}x\nc\n", f"a{char}y\nc\n")
    assert merged.text.split("\n")[1:4] == [f"a{char}x", "=======", f"a{char}y"]
    assert find_markers(merged.text) == merged.conflicts == (1,)


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\u2028d\n"]), max_size=8).map("".join)


@given(TEXTS, TEXTS)
def test_a_side_that_changed_nothing_takes_the_other(base: str, other: str) -> None:
    assert merge(base, base, other) == Merged(other, ())
    assert merge(base, other, base) == Merged(other, ())
