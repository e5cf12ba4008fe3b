from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.catalog import Kind, Parameter, Recipe, Value, format_value
from runner.errors import BadValues
from runner.running.values import Given, missing_parameters, parse_words, settle_values

CODE = '''\
def main(topic: str, names: list[str], hours: int = 24, day: date | None = None) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        topic: What.
        names: Whose.
        hours: How long.
        day: When.
    """
    yield {}'''

TABLE = """\
[tool.recipe-runner.parameters.topic]
example = "ferry strike"

[tool.recipe-runner.parameters.names]
example = ["Ann O", "Bo"]

[tool.recipe-runner.parameters.hours]
min = 1
max = 168"""


@pytest.fixture
def recipe(write_recipe: Callable[..., Recipe]) -> Recipe:
    return write_recipe(CODE, table=TABLE)


def settled(recipe: Recipe, *, use_examples: bool = True, **places: Any) -> dict[str, Value]:
    return settle_values(recipe, Given(**places), use_examples=use_examples)


def refused(recipe: Recipe, *, use_examples: bool = False, **places: Any) -> BadValues:
    with pytest.raises(BadValues) as error:
        settled(recipe, use_examples=use_examples, **places)
    return error.value


def test_examples_and_defaults_stand_in_for_what_was_not_given(recipe: Recipe) -> None:
    assert settled(recipe) == {"topic": "ferry strike", "names": ("Ann O", "Bo"), "hours": 24, "day": None}


@pytest.mark.parametrize(
    "places, hours",
    [
        ({"command_line": {"hours": ("1",)}, "file": {"hours": 2}, "environment": {"hours": "3"}}, 1),
        ({"file": {"hours": 2}, "environment": {"hours": "3"}}, 2),
        ({"environment": {"hours": "3"}}, 3),
        ({}, 24),
    ],
)
def test_an_earlier_place_wins(recipe: Recipe, places: dict[str, Any], hours: int) -> None:
    assert settled(recipe, **places)["hours"] == hours


@pytest.mark.parametrize("place", ["command_line", "file", "environment"])
def test_what_was_given_wins_over_the_example(recipe: Recipe, place: str) -> None:
    given: dict[str, Any] = {place: {"topic": ("storm",) if place == "command_line" else "storm"}}
    assert settled(recipe, **given)["topic"] == "storm"


def test_a_wrong_value_that_another_one_overrides_is_not_looked_at(recipe: Recipe) -> None:
    assert settled(recipe, command_line={"hours": ("5",)}, environment={"hours": "x"})["hours"] == 5


@pytest.mark.parametrize(
    "places, hours",
    [
        ({"profile": {"hours": 5}}, 5),
        ({"profile": {"hours": "5"}}, 5),
        ({"profile": {"hours": 5}, "environment": {"hours": "3"}}, 3),
        ({"profile": {"hours": 5}, "file": {"hours": 2}}, 2),
        ({"profile": {"hours": 5}, "command_line": {"hours": ("1",)}}, 1),
    ],
)
def test_a_profile_wins_over_the_default_alone(recipe: Recipe, places: dict[str, Any], hours: int) -> None:
    assert settled(recipe, profile_name="acme", **places)["hours"] == hours


@pytest.mark.parametrize("given", [["a, b", "c"], "a, b"])
def test_a_list_of_a_profile_is_a_list_or_one_text(recipe: Recipe, given: object) -> None:
    names = tuple(given) if isinstance(given, list) else (given,)
    assert settled(recipe, profile={"names": given}, profile_name="acme")["names"] == names


def test_what_a_profile_gives_is_not_missing(recipe: Recipe) -> None:
    missing = missing_parameters(recipe, Given(profile={"topic": "x"}, profile_name="acme"))
    assert [parameter.name for parameter in missing] == ["names"]


FORCE = "recipes profile add acme -P hours=... --force"


@pytest.mark.parametrize(
    "profile, problem, hint",
    [
        ({"hours": "x"}, "--hours must be a whole number, not 'x'.", FORCE),
        ({"hours": True}, "--hours must be a whole number, not true.", FORCE),
        ({"hours": 169}, "--hours must be at most 168, not 169.", FORCE),
        ({"hours": ["1", "2"]}, "--hours was given 2 times, and takes one value.", FORCE),
        ({"day": []}, "--day must be a day (YYYY-MM-DD), not a list.", "recipes profile add acme -P day=... --force"),
        ({"hour": 1}, "echo/things has no parameter 'hour'.", "recipes profile show acme"),
    ],
)
def test_a_value_of_a_profile_that_does_not_fit_names_the_profile(
    recipe: Recipe, profile: dict[str, object], problem: str, hint: str
) -> None:
    error = refused(recipe, use_examples=True, profile=profile, profile_name="acme")
    assert (str(error), error.hint) == (f"Profile acme: {problem}", hint)


@pytest.mark.parametrize(
    "places, names",
    [
        ({"command_line": {"names": ("a, b", "c")}}, ("a, b", "c")),
        ({"command_line": {"names": ("a",)}}, ("a",)),
        ({"file": {"names": ["a", "b"]}}, ("a", "b")),
        ({"environment": {"names": "a, b,c"}}, ("a", "b", "c")),
    ],
)
def test_a_list_is_given_in_each_place_in_its_own_way(
    recipe: Recipe, places: dict[str, Any], names: tuple[str, ...]
) -> None:
    assert settled(recipe, **places)["names"] == names


def test_none_in_a_file_is_a_value(recipe: Recipe) -> None:
    assert settled(recipe, file={"day": None})["day"] is None


def test_a_missing_value_is_named_with_a_typical_one(recipe: Recipe) -> None:
    error = refused(recipe, command_line={"names": ("a",)})
    assert (str(error), error.hint, error.exit_code) == ("--topic is missing.", "--topic 'ferry strike'", 2)


def test_all_that_is_missing_or_wrong_is_named_at_once(recipe: Recipe) -> None:
    error = refused(recipe, command_line={"hours": ("0",), "topics": ("x",)}, file={"day": "soon"})
    assert str(error) == "5 values for echo/things are missing or wrong:"
    assert error.details == (
        "echo/things has no parameter 'topics'.",
        "--topic is missing.",
        "--names is missing.",
        "--hours must be at least 1, not 0.",
        "--day must be a day (YYYY-MM-DD), not 'soon'.",
    )
    assert error.hint == "-P topic=... --topic 'ferry strike' --names 'Ann O' --hours 1 --day 2026-01-31"


def test_an_option_that_is_repeated_for_one_value_is_refused(recipe: Recipe) -> None:
    error = refused(recipe, use_examples=True, command_line={"hours": ("1", "2")})
    assert (str(error), error.hint) == ("--hours was given 2 times, and takes one value.", "--hours 2")


@pytest.mark.parametrize("place", ["command_line", "file"])
@pytest.mark.parametrize("name, hint", [("hour", "-P hours=..."), ("zzz", "")])
def test_an_unknown_name_suggests_the_nearest(recipe: Recipe, place: str, name: str, hint: str) -> None:
    error = refused(recipe, use_examples=True, **{place: {name: ("1",)}})
    assert (str(error), error.hint) == (f"echo/things has no parameter {name!r}.", hint)


def test_variables_for_other_recipes_are_none_of_ours(recipe: Recipe) -> None:
    assert "other" not in settled(recipe, environment={"other": "1"})


@pytest.mark.parametrize(
    "places, missing",
    [
        ({}, ["topic", "names"]),
        ({"command_line": {"topic": ("x",)}}, ["names"]),
        ({"file": {"topic": "x"}, "environment": {"names": "y"}}, []),
    ],
)
def test_what_must_still_be_asked_for_is_known(recipe: Recipe, places: dict[str, Any], missing: list[str]) -> None:
    assert [parameter.name for parameter in missing_parameters(recipe, Given(**places))] == missing


ONE_VALUE: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(),
    "int": st.integers(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=st.just(UTC)),
}


@pytest.mark.parametrize("base", ONE_VALUE)
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.differing_executors])
def test_a_value_that_is_shown_can_be_typed_again(base: Any, data: st.DataObject) -> None:
    value = data.draw(ONE_VALUE[base])
    assert parse_words(Parameter("given", Kind(base)), [format_value(value)]) == value


@pytest.mark.parametrize("base", ONE_VALUE)
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.differing_executors])
def test_a_list_that_is_shown_can_be_typed_again(base: Any, data: st.DataObject) -> None:
    values = tuple(data.draw(st.lists(ONE_VALUE[base], min_size=1, max_size=4)))
    assert parse_words(Parameter("given", Kind(base, many=True)), list(map(format_value, values))) == values


def test_bounds_of_a_list_count_what_is_typed() -> None:
    names = Parameter("names", Kind("str", many=True), min=2, max=3)
    assert parse_words(names, ["a", "b"]) == ("a", "b")
    for words in (["a"], ["a", "b", "c", "d"]):
        with pytest.raises(BadValues):
            parse_words(names, words)


def test_bounds_hold_for_what_is_typed() -> None:
    parameter = Parameter("given", Kind("datetime"), max=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(BadValues):
        parse_words(parameter, ["2026-01-02"])
    assert parse_words(Parameter("given", Kind("date"), max=date(2026, 1, 2)), ["2026-01-02"]) == date(2026, 1, 2)
