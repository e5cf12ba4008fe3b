import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runner.recording.shape import shape_of
from runner.recording.shape_changes import find_changes

KEYS = st.sampled_from(["title", "link", "count", "source", "total_match", "odd key", "größe"])
LEAVES = st.one_of(
    st.integers(),
    st.floats(allow_nan=False),
    st.booleans(),
    st.text(max_size=8),
    st.sampled_from(["done", "2026-11-20"]),
)
JSON = st.recursive(
    st.none() | LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def changes(old: list[Any], new: list[Any]) -> list[tuple[str, str, str, str, str]]:
    found = find_changes(shape_of(old), shape_of(new))
    return [(each.path, each.what, each.how, each.was, each.now) for each in found]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in it with a key."""
    if isinstance(value, dict) and value:
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from objects(inner)


@given(JSON)
def test_a_shape_compared_with_itself_is_silent(value: Any) -> None:
    assert changes([value], [copy.deepcopy(value)]) == []


@st.composite
def with_one_key_touched(draw: st.DrawFn) -> tuple[Any, Any]:
    """JSON of objects that all have the same keys, and the same with one key of one object touched."""
    row = draw(st.dictionaries(KEYS, LEAVES | st.dictionaries(KEYS, LEAVES, min_size=1, max_size=3), min_size=1))
    old: Any = {"rows": [copy.deepcopy(row) for _ in range(draw(st.integers(1, 5)))], "total": 1}
    new = copy.deepcopy(old)
    place = draw(st.sampled_from(list(objects(new))))
    key = draw(st.sampled_from(list(place)))
    match draw(st.sampled_from(["remove", "rename", "retype"])):
        case "remove":
            del place[key]
        case "rename":
            place[f"{key}_new"] = place.pop(key)
        case "retype":
            was = type(place[key])
            place[key] = draw(st.sampled_from([[1], None, {"inside": 1}, "text", True]))
            assume(type(place[key]) is not was)
    return old, new


@given(with_one_key_touched())
def test_a_key_that_is_removed_renamed_or_retyped_is_told(pair: tuple[Any, Any]) -> None:
    old, new = pair
    assert changes([old], [new]) != []


@given(JSON, JSON)
def test_a_comparison_never_fails(old: Any, new: Any) -> None:
    assert all(how in ("added", "lost", "changed", "unsure", "unseen") for _, _, how, _, _ in changes([old], [new]))


def test_a_renamed_field_is_lost_and_added() -> None:
    assert changes([{"a": {"b": 1}}], [{"a": {"c": 1}}]) == [
        ("$.a.b", "field", "lost", "integer", ""),
        ("$.a.c", "field", "added", "", "integer"),
    ]


def test_what_is_in_a_lost_field_is_not_told_as_well() -> None:
    assert changes([{"a": {"b": [1]}}], [{}]) == [("$.a", "field", "lost", "object", "")]


@pytest.mark.parametrize(
    "old, new, was, now",
    [
        (1, "1", "integer", "string"),
        (1, 1.5, "integer", "number"),
        ("x", None, "string", "null"),
        ({"a": 1}, [1], "object", "array"),
        (True, 1, "boolean", "integer"),
    ],
)
def test_a_type_that_was_never_seen_is_told(old: Any, new: Any, was: str, now: str) -> None:
    assert changes([{"a": old}], [{"a": new}]) == [("$.a", "type", "changed", was, now)]


@pytest.mark.parametrize(
    "old, new",
    [
        ([1.5], [1]),
        ([None], ["x"]),
        ([None], [{"a": 1}]),
        ([[]], [["x"]]),
        (["x", None], ["x"]),
        (["x", 1], ["x"]),
        ([{}], [{}]),
        (["anna"] * 3, ["ben"] * 3),
        ([""], ["https://a.example"]),
        (["a"], ["https://a.example"]),
        (["https://a.example"], [""]),
    ],
)
def test_other_data_is_no_difference(old: list[Any], new: list[Any]) -> None:
    assert changes([{"a": each} for each in old], [{"a": each} for each in new]) == []


def test_an_array_that_is_empty_today_is_said_not_to_be_compared() -> None:
    assert changes([{"a": [{"b": 1}]}], [{"a": []}]) == [("$.a[]", "field", "unseen", "object", "")]


def test_one_null_among_few_may_be_chance_and_among_many_not() -> None:
    assert changes([["x"] * 5], [["x"] * 4 + [None]]) == [("$[]", "type", "unsure", "string", "string or null")]
    assert changes([["x"] * 50], [["x"] * 4 + [None]]) == [("$[]", "type", "changed", "string", "string or null")]


def test_a_field_that_is_missing_once_may_be_chance_and_often_not() -> None:
    old = [{"a": 1}] * 5
    assert changes(old, [{"a": 1}] * 4 + [{}]) == [("$.a", "presence", "unsure", "always there", "in 4 of 5")]
    assert changes(old, [{"a": 1}] * 1 + [{}] * 4) == [("$.a", "presence", "changed", "always there", "in 1 of 5")]


def test_a_rare_field_is_lost_only_where_it_could_hardly_be_missed() -> None:
    old = [{"a": 1}] + [{}] * 3
    assert changes(old, [{}] * 5) == []
    assert changes(old, [{}] * 50) == [("$.a", "field", "lost", "integer", "")]


def test_a_field_that_few_have_may_have_been_there_before() -> None:
    new = [{"a": 1}] + [{}] * 9
    assert changes([{}] * 5, new) == [("$.a", "field", "unsure", "", "integer")]
    assert changes([{}] * 50, new) == [("$.a", "field", "added", "", "integer")]


def test_a_field_that_may_be_null_and_is_always_null_is_no_more_than_a_doubt() -> None:
    assert changes([["x", None]], [[None] * 9]) == [("$[]", "type", "unsure", "string or null", "null")]


@pytest.mark.parametrize("old, new", [("2026-11-20T09:00:00Z", "20/11/2026"), ("https://a.example/x", "/x")])
def test_a_text_of_another_form_is_told(old: str, new: str) -> None:
    [(path, what, how, _, now)] = changes([{"a": old}], [{"a": new}])
    assert (path, what, how, now) == ("$.a", "form", "changed", "text")


def test_one_text_of_another_form_among_few_is_chance() -> None:
    assert changes([["https://a.example"] * 3], [["https://a.example"] * 3 + ["none"]]) == []


def test_new_and_lost_words_of_a_fixed_list_are_told() -> None:
    old = [{"state": word} for word in ["done", "pending"] * 20]
    new = [{"state": word} for word in ["done", "on-hold"] * 20]
    assert changes(old, new) == [
        ("$.state", "word", "lost", "pending", ""),
        ("$.state", "word", "added", "", "on-hold"),
    ]


def test_a_rare_new_word_is_no_difference() -> None:
    old = [{"state": word} for word in ["done", "pending"] * 10]
    assert changes(old, [*old, {"state": "on-hold"}]) == []


def test_words_in_a_list_are_tags() -> None:
    assert changes([{"tags": ["ferry", "strike"] * 20}], [{"tags": ["harbour"] * 40}]) == []


def test_keys_that_are_data_are_not_compared_but_what_is_under_them_is() -> None:
    old = {"2026-11-19": {"likes": 1}, "2026-11-20": {"likes": 2}}
    assert changes([old], [{"2026-12-01": {"likes": 3}}]) == []
    assert changes([old], [{"2026-12-01": {"likes": "3"}}]) == [
        ("$.{}.likes", "type", "changed", "integer", "string"),
    ]


def test_a_table_whose_keys_are_words_is_not_compared_key_by_key() -> None:
    old = [{f"paper{chr(97 + number + step)}": step for step in range(3)} for number in range(8)]
    assert changes(old, [{"harborpost": 1}, {"unionstandard": 2}]) == []
    assert changes(old, [{"harborpost": "1"}]) == [("$.{}", "type", "changed", "integer", "string")]


def test_an_odd_key_is_quoted_in_a_path() -> None:
    assert [path for path, *_ in changes([{"odd key": 1, "a.b": 1, "größe": 1}], [{}])] == [
        '$["odd key"]',
        '$["a.b"]',
        "$.größe",
    ]
