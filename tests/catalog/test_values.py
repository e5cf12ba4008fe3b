from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.catalog.kinds import check_value, format_value, parse_value
from runner.catalog.model import Base, Kind, Parameter, Scalar, Value
from runner.errors import BadValues

BY = Parameter("sort_by", Kind("str", ("newest", "loudest")))
DAY = date(2026, 1, 31)
MIDNIGHT = datetime(2026, 1, 31, tzinfo=UTC)
CEST = timezone(timedelta(hours=2))


def parameter(base: Base, *, many: bool = False, optional: bool = False) -> Parameter:
    return Parameter("max_age", Kind(base, many=many, optional=optional))


@pytest.mark.parametrize(
    "base, text, value",
    [
        ("str", "20", "20"),
        ("str", "", ""),
        ("int", "20", 20),
        ("int", "-3", -3),
        ("int", "+007", 7),
        ("float", "20", 20.0),
        ("float", "-.5e1", -5.0),
        ("bool", "yes", True),
        ("bool", "no", False),
        ("bool", "true", True),
        ("bool", "false", False),
        ("bool", "on", True),
        ("bool", "off", False),
        ("bool", "1", True),
        ("bool", "0", False),
        ("bool", "YES", True),
        ("date", "2026-01-31", DAY),
        ("datetime", "2026-01-31", MIDNIGHT),
        ("datetime", "2026-01-31T00:00", MIDNIGHT),
        ("datetime", "2026-01-31 00:00:00Z", MIDNIGHT),
        ("datetime", "2026-01-31T09:00:00.5+02:00", datetime(2026, 1, 31, 9, 0, 0, 500_000, CEST)),
        ("path", "a/b.csv", Path("a/b.csv")),
    ],
)
def test_a_word_becomes_a_value_of_its_kind(base: Base, text: str, value: Scalar) -> None:
    parsed = parse_value(parameter(base), text)
    assert (parsed, type(parsed)) == (value, type(value))


def test_a_moment_without_zone_is_utc() -> None:
    parsed = parse_value(parameter("datetime"), "2026-01-31T09:00")
    assert isinstance(parsed, datetime)
    assert parsed.utcoffset() == timedelta(0)


def test_a_moment_keeps_its_offset() -> None:
    parsed = parse_value(parameter("datetime"), "2026-01-31T09:00+02:00")
    assert isinstance(parsed, datetime)
    assert parsed.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    "base, noun, instead",
    [
        ("int", "a whole number", "10"),
        ("float", "a number", "0.5"),
        ("bool", "yes or no", "yes"),
        ("date", "a day (YYYY-MM-DD)", "2026-01-31"),
        ("datetime", "a moment (ISO 8601)", "2026-01-31T09:00:00Z"),
    ],
)
def test_a_word_that_does_not_fit_is_one_sentence_with_a_hint(base: Base, noun: str, instead: str) -> None:
    with pytest.raises(BadValues) as caught:
        parse_value(parameter(base), "x")
    assert (str(caught.value), caught.value.hint) == (f"--max-age must be {noun}, not 'x'.", f"--max-age {instead}")


@pytest.mark.parametrize(
    "base, text",
    [
        ("int", ""),
        ("int", " 24"),
        ("int", "24\n"),
        ("int", "2_4"),
        ("int", "24.0"),
        ("int", "٢٤"),
        ("int", "9" * 5000),
        ("int", "9" * 400),
        ("float", "nan"),
        ("float", "inf"),
        ("float", "-Infinity"),
        ("float", "1e999"),
        ("float", "1_0"),
        ("float", " 1"),
        ("float", "."),
        ("bool", ""),
        ("bool", "2"),
        ("bool", "y"),
        ("date", "2026-02-30"),
        ("date", "20260131"),
        ("date", "2026-W05-6"),
        ("date", "2026-01-31T00:00"),
        ("date", "today"),
        ("datetime", "2026-01-31T25:00"),
        ("datetime", "20260131T000000"),
        ("datetime", "2026-01-31T"),
        ("datetime", "2026-01-31T09"),
        ("datetime", "1769814000"),
        ("path", ""),
        ("path", "a\0b"),
        ("str", "\udcff"),
    ],
)
def test_what_only_nearly_reads_as_a_kind_is_refused(base: Base, text: str) -> None:
    with pytest.raises(BadValues):
        parse_value(parameter(base), text)


def test_a_long_word_is_shortened_in_the_sentence() -> None:
    with pytest.raises(BadValues, match=rf"^--max-age must be a whole number, not '{'9' * 57}\.\.\.'\.$"):
        parse_value(parameter("int"), "9" * 5000)


def test_a_wrong_choice_suggests_the_nearest() -> None:
    with pytest.raises(BadValues) as caught:
        parse_value(BY, "louder")
    assert str(caught.value) == "--sort-by must be one of newest, loudest, not 'louder'."
    assert caught.value.hint == "--sort-by loudest"


@pytest.mark.parametrize("value", [3, ["newest"], None])
def test_a_choice_of_another_type_suggests_the_first(value: object) -> None:
    with pytest.raises(BadValues) as caught:
        check_value(BY, value)
    assert caught.value.hint == "--sort-by newest"


def test_a_single_choice_is_named_alone() -> None:
    with pytest.raises(BadValues, match=r"^--p must be csv, not 'xml'\.$"):
        parse_value(Parameter("p", Kind("str", ("csv",))), "xml")


def test_a_choice_like_no_other_suggests_the_first() -> None:
    with pytest.raises(BadValues) as caught:
        parse_value(BY, "xyz")
    assert caught.value.hint == "--sort-by newest"


@pytest.mark.parametrize("given", ["2", 2])
def test_a_choice_of_numbers_takes_the_number_and_its_text(given: object) -> None:
    assert check_value(Parameter("p", Kind("int", (1, 2))), given) == 2


def test_the_hint_is_quoted_for_the_shell() -> None:
    known = Parameter("day", Kind("path"), example=Path("my file; rm.txt"))
    with pytest.raises(BadValues) as caught:
        parse_value(known, "")
    assert caught.value.hint == "--day 'my file; rm.txt'"


@pytest.mark.parametrize(
    "known",
    [
        Parameter("p", Kind("int"), example=7, default=8),
        Parameter("p", Kind("int"), default=7),
        Parameter("p", Kind("int", many=True), example=(7, 8)),
        Parameter("p", Kind("int", many=True), example=(), default=(7,)),
    ],
)
def test_the_hint_takes_the_example_else_the_default(known: Parameter) -> None:
    with pytest.raises(BadValues) as caught:
        parse_value(known, "x")
    assert caught.value.hint == "--p 7"


def test_a_word_outside_the_bounds_is_refused() -> None:
    with pytest.raises(BadValues, match=r"^--p must be at most 168, not 200\.$"):
        parse_value(Parameter("p", Kind("int"), max=168), "200")


def test_one_element_of_a_list_is_not_counted() -> None:
    assert parse_value(Parameter("p", Kind("str", many=True), min=2), "a") == "a"


@pytest.mark.parametrize(
    "base, given, value",
    [
        ("str", "x", "x"),
        ("int", 1, 1),
        ("float", 1, 1.0),
        ("float", 1.5, 1.5),
        ("bool", True, True),
        ("date", DAY, DAY),
        ("date", "2026-01-31", DAY),
        ("datetime", DAY, MIDNIGHT),
        ("datetime", "2026-01-31", MIDNIGHT),
        ("datetime", datetime(2026, 1, 31), MIDNIGHT),
        ("datetime", MIDNIGHT, MIDNIGHT),
        ("path", "a.csv", Path("a.csv")),
        ("path", Path("a.csv"), Path("a.csv")),
    ],
)
def test_a_typed_value_is_accepted_as_its_kind(base: Base, given: object, value: Value) -> None:
    checked = check_value(parameter(base), given)
    assert (checked, type(checked)) == (value, type(value))


@pytest.mark.parametrize(
    "base, given, shown",
    [
        ("str", 1, "text, not 1"),
        ("str", None, "text, not None"),
        ("int", True, "a whole number, not true"),
        ("int", "1", "a whole number, not '1'"),
        ("int", 1.0, "a whole number, not 1.0"),
        ("int", 16**500, "a whole number, not a huge number"),
        ("float", False, "a number, not false"),
        ("float", "1", "a number, not '1'"),
        ("float", float("nan"), "a number, not nan"),
        ("float", float("inf"), "a number, not inf"),
        ("float", 16**500, "a number, not a huge number"),
        ("bool", 1, "yes or no, not 1"),
        ("bool", "yes", "yes or no, not 'yes'"),
        ("date", MIDNIGHT, "a day (YYYY-MM-DD), not 2026-01-31T00:00:00Z"),
        ("date", 20260131, "a day (YYYY-MM-DD), not 20260131"),
        ("datetime", time(9), "a moment (ISO 8601), not a time"),
        ("path", {}, "a file, not a table"),
        ("int", [16**500], "a whole number, not a list"),
    ],
)
def test_a_value_of_another_type_is_refused(base: Base, given: object, shown: str) -> None:
    with pytest.raises(BadValues) as caught:
        check_value(parameter(base), given)
    assert str(caught.value) == f"--max-age must be {shown}."


@pytest.mark.parametrize("given", [["a", "b"], ("a", "b")])
def test_a_list_becomes_a_tuple(given: object) -> None:
    assert check_value(parameter("str", many=True), given) == ("a", "b")


def test_a_single_value_is_no_list() -> None:
    with pytest.raises(BadValues, match=r"^--max-age must be a list, not 'a'\.$"):
        check_value(parameter("str", many=True), "a")


def test_each_element_of_a_list_is_checked() -> None:
    with pytest.raises(BadValues, match=r"^--max-age must be a whole number, not 'a'\.$"):
        check_value(parameter("int", many=True), [1, "a"])


def test_none_is_a_value_only_where_it_is_declared() -> None:
    assert check_value(parameter("int", optional=True), None) is None


def test_a_typed_value_outside_the_bounds_is_refused() -> None:
    with pytest.raises(BadValues, match=r"^--p must have at least 2 values, not 1\.$"):
        check_value(Parameter("p", Kind("str", many=True), min=2), ["a"])


@pytest.mark.parametrize(
    "value, text",
    [
        (True, "yes"),
        (False, "no"),
        (24, "24"),
        (0.5, "0.5"),
        (DAY, "2026-01-31"),
        (MIDNIGHT, "2026-01-31T00:00:00Z"),
        (datetime(2026, 1, 31, 9, tzinfo=CEST), "2026-01-31T09:00:00+02:00"),
        (Path("a/b"), "a/b"),
        ("x y", "x y"),
    ],
)
def test_a_value_is_written_plainly(value: Scalar, text: str) -> None:
    assert format_value(value) == text


ZONES = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)).map(timezone)
VALUES: dict[Base, st.SearchStrategy[Scalar]] = {
    "str": st.text(),
    "int": st.integers(-(2**1000), 2**1000),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=ZONES | st.just(UTC)),
    "path": st.text(min_size=1).filter(lambda text: "\0" not in text).map(Path),
}


@given(st.data())
@pytest.mark.parametrize("base", VALUES)
def test_what_was_written_reads_back(base: Base, data: st.DataObject) -> None:
    value = data.draw(VALUES[base])
    assert parse_value(parameter(base), format_value(value)) == value


@pytest.mark.parametrize("choice", ["a b", "-1", ""])
def test_a_choice_of_texts_that_was_written_reads_back(choice: str) -> None:
    assert parse_value(Parameter("p", Kind("str", ("a b", "-1", ""))), format_value(choice)) == choice


@pytest.mark.parametrize("choice", [1, -20, 300])
def test_a_choice_of_numbers_that_was_written_reads_back(choice: int) -> None:
    assert parse_value(Parameter("p", Kind("int", (1, -20, 300))), format_value(choice)) == choice


@given(st.sampled_from(list(VALUES)), st.text())
def test_any_word_is_bad_or_a_value_that_reads_back(base: Base, text: str) -> None:
    try:
        value = parse_value(parameter(base), text)
    except BadValues:
        return
    assert parse_value(parameter(base), format_value(value)) == value
