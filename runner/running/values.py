"""Settle the values of a run from all the places a user can give them."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from runner.catalog import MISSING, Parameter, Recipe, Value, check_bounds, check_value, parse_value
from runner.errors import BadValues, nearest

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Given(NamedTuple):
    """What the user gave, by parameter name; an earlier place wins over a later one.

    Attributes:
        command_line: The words typed for each parameter, in order: `{"hours": ("24",)}`.
        file: Typed values of a TOML or JSON file.
        environment: The text of `RECIPES_PARAM_NAME` variables, by parameter name.
        profile: Values of the chosen profile, text as typed or typed as in TOML.
        profile_name: Which profile that is, or `""`.
    """

    command_line: Mapping[str, Sequence[str]] = _NOTHING
    file: Mapping[str, object] = _NOTHING
    environment: Mapping[str, str] = _NOTHING
    profile: Mapping[str, object] = _NOTHING
    profile_name: str = ""


def settle_values(recipe: Recipe, given: Given, *, use_examples: bool) -> dict[str, Value]:
    """Return one value for each parameter.

    Args:
        recipe: Whose parameters.
        given: What the user gave.
        use_examples: Take the example of a required parameter that was not given.

    Raises:
        BadValues: Names every value that is missing, wrong, or for no parameter.
    """
    problems = list(_unknown(recipe, given))
    values: dict[str, Value] = {}
    for parameter in recipe.parameters:
        try:
            values[parameter.name] = _settle(parameter, given, use_examples=use_examples)
        except BadValues as problem:
            problems.append(problem)
    if problems:
        raise _together(recipe, problems)
    return values


def missing_parameters(recipe: Recipe, given: Given) -> tuple[Parameter, ...]:
    """Return the required parameters for which nothing was given anywhere."""
    places = (given.command_line, given.file, given.environment, given.profile)
    return tuple(p for p in recipe.parameters if p.required and not any(p.name in place for place in places))


def parse_words(parameter: Parameter, words: Sequence[str]) -> Value:
    """Turn the words typed for one parameter into its value.

    Raises:
        BadValues: A word does not read as its kind, is out of bounds, or there are several for a single value.
    """
    if not parameter.kind.many and len(words) > 1:
        raise BadValues(
            f"{parameter.option} was given {len(words)} times, and takes one value.",
            hint=f"{parameter.option} {words[-1]}",
        )
    parsed = tuple(parse_value(parameter, word) for word in words)
    value = parsed if parameter.kind.many else parsed[0]
    check_bounds(parameter, value)
    return value


def _settle(parameter: Parameter, given: Given, *, use_examples: bool) -> Value:
    name = parameter.name
    if words := given.command_line.get(name):
        return parse_words(parameter, words)
    if name in given.file:
        return check_value(parameter, given.file[name])
    if name in given.environment:
        return parse_words(parameter, _environment_words(parameter, given.environment[name]))
    if name in given.profile:
        return _of_profile(parameter, given)
    if parameter.default is not MISSING:
        return parameter.default
    if use_examples:
        return parameter.example
    raise BadValues(f"{parameter.option} is missing.", hint=f"{parameter.option} {_typical(parameter)}")


def _of_profile(parameter: Parameter, given: Given) -> Value:
    """Return the value of the profile, where text counts as typed: `"48"` is a whole number."""
    value = given.profile[parameter.name]
    many = value if isinstance(value, list) else [value]
    words = [word for word in many if isinstance(word, str)]
    try:
        if words and len(words) == len(many):
            return parse_words(parameter, words)
        return check_value(parameter, value)
    except BadValues as problem:
        fix = f"recipes profile add {given.profile_name} -P {parameter.name}=... --force"
        raise BadValues(f"Profile {given.profile_name}: {problem}", hint=fix) from None


def _environment_words(parameter: Parameter, text: str) -> Sequence[str]:
    """Split the variable of a list at its commas; any other is one word."""
    return [word.strip() for word in text.split(",")] if parameter.kind.many else [text]


def _unknown(recipe: Recipe, given: Given) -> Iterator[BadValues]:
    known = [parameter.name for parameter in recipe.parameters]
    for name in (*given.command_line, *given.file):
        if name not in known:
            near = nearest(name, known)
            yield BadValues(f"{recipe.id} has no parameter {name!r}.", hint=f"-P {near}=..." if near else "")
    for name in (each for each in given.profile if each not in known):
        message = f"Profile {given.profile_name}: {recipe.id} has no parameter {name!r}."
        yield BadValues(message, hint=f"recipes profile show {given.profile_name}")


def _typical(parameter: Parameter) -> str:
    from shlex import quote

    from runner.catalog import format_value

    example = parameter.example[0] if isinstance(parameter.example, tuple) else parameter.example
    return quote(format_value(example)) if example is not None else "..."


def _together(recipe: Recipe, problems: Sequence[BadValues]) -> BadValues:
    if len(problems) == 1:
        return problems[0]
    return BadValues(
        f"{len(problems)} values for {recipe.id} are missing or wrong:",
        details=[str(problem) for problem in problems],
        hint=" ".join(problem.hint for problem in problems if problem.hint.startswith("-")),
    )
