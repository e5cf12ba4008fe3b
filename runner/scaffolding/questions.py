"""A question of a template, as `template.toml` asks it: its kind, default and bounds are those of a parameter."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from runner.catalog.model import MISSING, Base, Kind, Missing, Parameter, Value
from runner.catalog.tables import Table
from runner.catalog.values import check_value
from runner.catalog.wording import listed, quoted
from runner.errors import BadValues, BrokenSource

GIVEN: Final = ("api", "api_title", "client", "name", "module")
"""What every template knows without asking."""
TYPES: Final[Mapping[str, tuple[Base, bool]]] = {
    "str": ("str", False),
    "int": ("int", False),
    "float": ("float", False),
    "bool": ("bool", False),
    "date": ("date", False),
    "choice": ("str", False),
    "list": ("str", True),
}

LONGEST_TEXT: Final = 4_000
"""Characters of one answer."""
LONGEST_LIST: Final = 100
"""Answers to one question."""

_KEYS: Final = ("type", "help", "default", "defaults", "choices", "when", "pattern", "min", "max", "ask")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,40}")
_LONGEST_PATTERN: Final = 200


class Question(NamedTuple):
    """What a template asks.

    Attributes:
        parameter: Its name, kind, help, default and bounds; `MISSING` where there is no default for every API.
        type: As written: `str`, `int`, `float`, `bool`, `date`, `choice`, `list`.
        defaults: The default for an API of that name.
        pattern: What the whole text, or each of a list, has to match; `""` for anything.
        when: An expression; the question is asked only if it holds. `""` for always.
        ask: On a terminal it is asked although it has a default.
    """

    parameter: Parameter
    type: str
    defaults: Mapping[str, Value]
    pattern: str = ""
    when: str = ""
    ask: bool = False

    @property
    def name(self) -> str:
        """As in the template."""
        return self.parameter.name

    def default_for(self, api: str) -> Value | Missing:
        """Return what holds where nothing is answered."""
        return self.defaults.get(api, self.parameter.default)

    def misfit(self, value: Value) -> str:
        """Say what is wrong with an answer of the right kind: the rest of a sentence, or `""`."""
        values = value if isinstance(value, tuple) else (value,)
        if len(values) > LONGEST_LIST:
            return f"may be given {LONGEST_LIST} times at most"
        for text in values:
            if isinstance(text, str) and len(text) > LONGEST_TEXT:
                return f"has {len(text):,} characters, and {LONGEST_TEXT:,} is the most"
            if isinstance(text, str) and self.pattern and not re.fullmatch(self.pattern, text):
                return f"must match {self.pattern}, not {quoted(text)}"
        return ""


class Answer(Parameter):
    """A parameter that is given with `-P`."""

    @property
    def option(self) -> str:
        """As messages name it."""
        return f"-P {self.name}"


def as_answer(parameter: Parameter) -> Answer:
    """Return a parameter of a recipe as one that is given with `-P`."""
    return Answer(*parameter)


def with_equals(error: BadValues, name: str) -> BadValues:
    """Write `-P name=value` into the hint of an error, where an option of a recipe has a blank."""
    error.hint = error.hint.replace(f"-P {name} ", f"-P {name}=", 1)
    return error


def read_question(name: str, table: Table) -> Question:
    """Read one table of `[questions]`.

    Raises:
        BrokenSource: It breaks a rule.
    """
    check_name(table, name, GIVEN)
    table.allow(*_KEYS)
    table.require("type", "help")
    type_ = table.text("type")
    if type_ not in TYPES:
        raise table.broken("type", f"cannot be {quoted(type_)}", f"write one of {listed(TYPES)}")
    parameter = _parameter(name, table, type_)
    question = Question(
        parameter,
        type_,
        pattern=_pattern(table, parameter),
        when=table.text("when"),
        ask=table.flag("ask"),
        defaults={api: _fitting(table, parameter, "defaults", value) for api, value in _defaults(table)},
    )
    for value in (parameter.default, *question.defaults.values()):
        _check_default(table, question, value)
    return question


def _parameter(name: str, table: Table, type_: str) -> Parameter:
    base, many = TYPES[type_]
    if (type_ == "choice") != ("choices" in table):
        problem = "are missing" if type_ == "choice" else f"mean nothing for {type_}"
        raise table.broken("choices", problem, 'write type = "choice" and choices = ["a", "b"]')
    parameter = Answer(name, Kind(base, table.texts("choices"), many=many), help=one_line(table, "help"))
    low, high = _bound(table, parameter, "min"), _bound(table, parameter, "max")
    bounded = Answer(name, parameter.kind, parameter.help, min=low, max=high)
    default = _fitting(table, bounded, "default", table.values["default"]) if "default" in table else MISSING
    return Answer(name, parameter.kind, parameter.help, default, low, high)


def _bound(table: Table, parameter: Parameter, key: str) -> Any:
    value = table.values.get(key)
    counts = parameter.kind.many or parameter.kind.base == "str"
    if value is None:
        return None
    if parameter.kind.choices or parameter.kind.base == "bool":
        raise table.broken(key, "means nothing here", "remove it")
    if counts:
        most = LONGEST_LIST if parameter.kind.many else LONGEST_TEXT
        if type(value) is not int or not 0 <= value <= most:
            raise table.broken(key, f"is a count of at most {most}", f"write {key} = 1")
        return value
    return _fitting(table, parameter, key, value)


def _fitting(table: Table, parameter: Parameter, key: str, value: object) -> Any:
    try:
        return check_value(parameter, value)
    except BadValues as error:
        problem = str(error).removeprefix(parameter.option).strip().rstrip(".")
        raise table.broken(key, problem, "write a value that fits") from None


def _defaults(table: Table) -> Iterator[tuple[str, object]]:
    yield from table.table("defaults").values.items()


def _pattern(table: Table, parameter: Parameter) -> str:
    text = table.text("pattern")
    if text and (parameter.kind.base != "str" or parameter.kind.choices):
        raise table.broken("pattern", "is for text only", "remove it")
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise table.broken("pattern", f"is no regular expression: {error}", "correct it") from None
    if len(text) > _LONGEST_PATTERN:
        raise table.broken("pattern", f"has more than {_LONGEST_PATTERN} characters", "make it simpler")
    return text


def _check_default(table: Table, question: Question, value: Value | Missing) -> None:
    if not isinstance(value, Missing) and (problem := question.misfit(value)):
        raise table.broken("default", problem, "write one that fits")


def check_name(table: Table, name: str, taken: Collection[str]) -> None:
    """Refuse a name that a template could not use, or that it knows already.

    Raises:
        BrokenSource: It is one.
    """
    if not _NAME.fullmatch(name):
        hint = "use lower-case letters, digits and underscores"
        raise BrokenSource(table.path, table.line(name), f"{quoted(name)} names no answer", hint=hint)
    if name in taken:
        raise BrokenSource(table.path, table.line(name), f"{name} is known already", hint="use another name")


def one_line(table: Table, key: str) -> str:
    """Return a text of one line.

    Raises:
        BrokenSource: It has several.
    """
    text = table.text(key)
    if "\n" in text:
        raise table.broken(key, "must be one line", "move the rest to help")
    return text
