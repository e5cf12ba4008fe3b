import pytest

from runner.catalog.search_words import (
    MOST_WORDS,
    STOP_WORDS,
    SYNONYMS,
    Word,
    is_one_error,
    near_words,
    pairs,
    split_words,
    synonyms,
    vocabulary,
)


def typed(text: str) -> list[str]:
    return [word.typed for word in split_words(text)]


@pytest.mark.parametrize(
    "text, words",
    [
        ("Compare my Brand", ["compare", "brand"]),
        ('"share-of-voice" AND top_stories*', ["share", "voice", "top", "stories"]),
        ("Zürich züRICH zurich", ["zurich"]),
        ("who is it", ["who", "is", "it"]),
        ("How many boats are late now, and how much?", ["boats", "late", "now"]),
        ("", []),
    ],
)
def test_words_are_taken_from_text(text: str, words: list[str]) -> None:
    assert typed(text) == words


def test_a_long_text_gives_a_bounded_number_of_short_words() -> None:
    words = typed(" ".join(f"word{number}" + "x" * 100 for number in range(1000)))
    assert len(words) <= MOST_WORDS
    assert max(map(len, words)) == 40


@pytest.mark.parametrize(
    "one, other",
    [
        ("compare", "comapre"),
        ("compare", "compaer"),
        ("ocmpare", "compare"),
        ("compare", "compar"),
        ("compare", "ompare"),
        ("compare", "copare"),
        ("compare", "comparee"),
        ("compare", "xcompare"),
        ("compare", "compxare"),
        ("compare", "compbre"),
    ],
)
def test_one_letter_or_two_exchanged_is_one_error(one: str, other: str) -> None:
    assert (is_one_error(one, other), is_one_error(other, one)) == (True, True)


@pytest.mark.parametrize("other", ["compare", "cmpaer", "comp", "erapmoc", "comparexy", "compbra", "ocmpaer", ""])
def test_no_error_and_two_errors_are_not_one(other: str) -> None:
    assert (is_one_error("compare", other), is_one_error(other, "compare")) == (False, False)


def test_a_word_stands_for_the_others_of_its_line_also_in_the_plural() -> None:
    line = {"csv", "excel", "sheet", "spreadsheet", "xlsx"}
    assert {*synonyms("csv")} == line - {"csv"}
    assert {*synonyms("spreadsheets")} == line - {"spreadsheet"}
    assert {*synonyms("stories")} == {"article", "coverage", "headline", "news"}
    assert synonyms("ferry") == ()


def test_every_synonym_is_a_word_that_decides() -> None:
    words = [word for line in SYNONYMS for word in line]
    assert [word for word in words if typed(word) != [word]] == []
    assert STOP_WORDS.isdisjoint(words)
    assert all(len(line) == len(set(line)) > 1 for line in SYNONYMS)


def test_known_words_are_counted_as_they_are_compared() -> None:
    known = vocabulary(["Café CAFE", "cafe-au-lait"])
    assert (known["cafe"], known["au"], known["spreadsheet"]) == (3, 1, 0)


def test_the_most_frequent_of_near_words_is_meant() -> None:
    known = {"brand": 5, "bland": 9, "brant": 9, "other": 50}
    assert near_words("brznd", known, lambda _: True) == ["brand"]
    assert near_words("blann", {"blank": 1, "bland": 2}, lambda _: True) == ["bland"]


def test_a_near_word_that_finds_nothing_is_passed_over() -> None:
    assert near_words("blann", {"blank": 1, "bland": 2}, lambda word: word == "blank") == ["blank"]


def test_words_that_begin_as_typed_come_before_errors() -> None:
    assert near_words("engagemen", {"engagement": 1, "engagements": 1}, lambda _: True) == [
        "engagement",
        "engagements",
    ]


@pytest.mark.parametrize(
    "meant, told",
    [(("top",), []), (("a", "b", "c"), [("top", "a, b, c")]), (("a", "b", "c", "d"), [("top", "a, b, c, …")])],
)
def test_of_known_words_in_the_place_of_one_the_first_few_are_told(
    meant: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    assert list(pairs([Word("top", meant, ())])) == told
