import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.output.text import mend, safe_text, shorten, width

FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ue000\udfff\ufeff]")
ESCAPES = [
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31m",
    "\x90q\x9c",
    "a\rb",
    "\x08\x7f",
    "\u202eevil\u202c",
    "\u2066a\u2069",
    "\u2028b\u2029",
    "\ue000\udfff\u200b\ufeff",
]


@pytest.mark.parametrize("text", ["Ferry strike", "Straße “halts” · 5 €", "日本語 नमस्ते עברית", "e\u0301", "✓ ✗ 👍🏽"])
def test_text_without_tricks_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize("text", ESCAPES)
def test_what_a_terminal_obeys_or_hides_is_replaced(text: str) -> None:
    assert not FORBIDDEN.search(safe_text(text))


def test_every_replaced_character_leaves_a_mark() -> None:
    assert safe_text("a\x1b[2Jb\x9bc\u202ed\u200be\ue000") == "a\ufffd[2Jb\ufffdc\ufffdd\ufffde\ufffd"


def test_only_the_characters_to_keep_are_kept() -> None:
    assert safe_text("a\nb\tc\rd", keep="\n") == "a\nb\ufffdc\ufffdd"


def test_every_other_blank_becomes_a_plain_one() -> None:
    assert safe_text("10\u00a0000\u3000yen\u2003!") == "10 000 yen !"


@pytest.mark.parametrize("text", ["a\u034fb", "a\u3164b", "a\U000e0101b", "👍\U000e0061"])
def test_text_hidden_in_characters_without_room_is_replaced(text: str) -> None:
    assert safe_text(text).count("\ufffd") == 1


@pytest.mark.parametrize("text", ["👩🏽‍🚀", "👨‍👩‍👧", "❤️‍🔥", "1️⃣", "🏳️‍🌈", "می‌خواهم", "ക്‍ഷ"])
def test_joiners_and_selectors_stay_where_writing_needs_them(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize("text", ["pay\u200dpal", "a\u200c", "\u200d👍", " \ufe0f", "❤\ufe0f\ufe0f"])
def test_joiners_and_selectors_hide_nowhere_else(text: str) -> None:
    assert safe_text(text).count("\ufffd") == 1


@given(st.text(st.characters(codec=None)))
def test_safe_text_keeps_the_length_and_is_stable(text: str) -> None:
    once = safe_text(text)
    assert (len(once), safe_text(once)) == (len(text), once)


def test_halves_of_a_pair_are_joined_and_lone_ones_replaced() -> None:
    assert mend("a\ud83d\ude00b\ud83dc") == "a😀b\ufffdc"


@pytest.mark.parametrize(
    "text, cells",
    [("", 0), ("abc", 3), ("“é”…", 4), ("日本", 4), ("👍🏽", 2), ("👨‍👩‍👧", 2), ("❤️", 2), ("e\u0301", 1), ("ക്‍ഷ", 2)],
)
def test_width_counts_cells(text: str, cells: int) -> None:
    assert width(text) == cells


@pytest.mark.parametrize(
    "text, cells, shown",
    [
        ("Ferry", 5, "Ferry"),
        ("Ferry strike", 7, "Ferry…"),
        ("Ferry strike", 8, "Ferry s…"),
        ("Ferry", 1, "…"),
        ("Ferry", 0, ""),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("ab👨‍👩‍👧cd", 5, "ab👨‍👩‍👧…"),
        ("ab👨‍👩‍👧cd", 4, "ab…"),
        ("🇮🇪🇫🇷", 3, "🇮🇪…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_wide_text_is_cut_between_characters(text: str, cells: int, shown: str) -> None:
    assert shorten(text, cells) == shown


@given(st.text(st.characters(codec="utf-8")), st.integers(0, 12))
def test_shortened_text_fits(text: str, cells: int) -> None:
    assert width(shorten(safe_text(text), cells)) <= cells
