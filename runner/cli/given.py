"""Gather the values of a run from the command line, a file, the environment, and by asking."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.catalog import Parameter, Recipe, format_value
from runner.errors import AskedWrongly, BadValues
from runner.output.text import safe_text
from runner.running.values import Given, missing_parameters, parse_words

if TYPE_CHECKING:
    from runner.sharing.profile import Profile

ENVIRONMENT_PREFIX = "RECIPES_PARAM_"


def gather(
    recipe: Recipe,
    *,
    words: Mapping[str, Sequence[str]],
    pairs: Sequence[str],
    file: Path | None,
    environ: Mapping[str, str],
    profile: "Profile | None" = None,
) -> Given:
    """Return what the user gave for the parameters of a recipe.

    Args:
        recipe: Whose parameters.
        words: What was typed for its own options.
        pairs: What was typed for `-P`: `hours=24`.
        file: A TOML or JSON file of values, or None.
        environ: The environment, of which `RECIPES_PARAM_HOURS` gives `hours`.
        profile: The chosen one, or None.

    Raises:
        AskedWrongly: A pair has no `=`, a name is typed both ways, or the file cannot be read.
    """
    typed = {name: tuple(given) for name, given in words.items()}
    for name, given in split_pairs(pairs).items():
        if name in typed:
            raise AskedWrongly(f"{name!r} is given twice: as an option and with -P.", hint=f"-P {name}={given[-1]}")
        typed[name] = given
    names = {ENVIRONMENT_PREFIX + parameter.name.upper(): parameter.name for parameter in recipe.parameters}
    environment = {name: environ[variable] for variable, name in names.items() if variable in environ}
    from_file = read_values(file) if file else {}
    if profile is None:
        return Given(typed, from_file, environment)
    return Given(typed, from_file, environment, profile.values_for(recipe), profile.name)


def ask_for_missing(recipe: Recipe, given: Given) -> tuple[Given, list[str]]:
    """Ask on the terminal for each required value that was not given.

    Returns:
        What is given now, and the words that would have spared the questions.
    """
    typed, spared = dict(given.command_line), list[str]()
    for parameter in missing_parameters(recipe, given):
        typed[parameter.name] = _ask(parameter)
        spared += [word for answer in typed[parameter.name] for word in (parameter.option, answer)]
    return given._replace(command_line=typed), spared


def split_pairs(pairs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the words typed for each name with `-P name=value`.

    Raises:
        AskedWrongly: One has no `=`.
    """
    typed: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise AskedWrongly(f"-P takes name=value, not {pair!r}.", hint=f"-P {name or 'name'}=value")
        name = name.strip().replace("-", "_")
        typed[name] = (*typed.get(name, ()), value)
    return typed


def read_values(path: Path) -> dict[str, object]:
    """Return the values in a TOML or JSON file, by name.

    Raises:
        AskedWrongly: It cannot be read, or holds something else.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise AskedWrongly(f"The values in {path} cannot be read: {error.strerror}.", hint="--params FILE") from None
    except UnicodeDecodeError:
        raise AskedWrongly(f"The values in {path} are not UTF-8 text.", hint="--params FILE") from None
    try:
        values = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "JSON" if path.suffix.lower() == ".json" else "TOML"
        raise AskedWrongly(f"{path} is not {kind}: {error}.", hint='name = "value", one a line') from None
    if not isinstance(values, dict):
        raise AskedWrongly(f"{path} holds no values by name.", hint='{"name": "value"}')
    return {name.replace("-", "_"): value for name, value in values.items()}


def _ask(parameter: Parameter) -> tuple[str, ...]:
    """Ask until there is an answer that fits; a list ends with an empty line."""
    click.echo(_question(parameter), err=True)
    if not parameter.kind.many:
        return (_ask_once(parameter, f"  {parameter.name}"),)
    answers: list[str] = []
    while answer := _ask_once(parameter, f"  {len(answers) + 1} (empty line ends)", may_end=bool(answers)):
        answers.append(answer)
    return tuple(answers)


def _ask_once(parameter: Parameter, text: str, *, may_end: bool = False) -> str:
    def check(answer: str) -> str:
        if answer or not may_end:
            try:
                parse_words(parameter, [answer])
            except BadValues as problem:
                raise click.UsageError(str(problem)) from None
        return answer

    answer: str = click.prompt(text, default="" if may_end else None, show_default=False, value_proc=check, err=True)
    return answer


def _question(parameter: Parameter) -> str:
    help_text = " ".join(parameter.help.split()).rstrip(".") or parameter.name
    example = parameter.example[0] if isinstance(parameter.example, tuple) else parameter.example
    return safe_text(f"{help_text} (e.g. {format_value(example)})" if example is not None else help_text)
