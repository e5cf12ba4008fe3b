"""The command line of an exported script: the recipe's parameters, with a customer's values as defaults."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from runner.catalog import RESERVED_NAMES, Parameter, Value, describe_kind, format_value
from runner.catalog.bounds import has_bounds
from runner.output.text import safe_text
from runner.scaffolding.literals import literal
from runner.sharing.export.layout import Code, call

_KINDS: Final = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "yes or no",
    "date": "day (YYYY-MM-DD)",
    "datetime": "moment (ISO 8601)",
    "path": "file",
}
"""As the plumbing's `_Kind` calls them."""
_METAVARS: Final = {
    "str": "TEXT",
    "int": "NUMBER",
    "float": "NUMBER",
    "bool": "YES/NO",
    "date": "DAY",
    "datetime": "MOMENT",
    "path": "FILE",
}
_ABSENT: Final = object()


def option_of(parameter: Parameter) -> str:
    """Return the option of a parameter: `--published-after`; a name that the script keeps for itself is set apart."""
    return f"--the-{parameter.option[2:]}" if parameter.name in RESERVED_NAMES else parameter.option


def argument_lines(parameter: Parameter, values: Mapping[str, Value], *, indent: int) -> Iterator[str]:
    """Yield the statements that add a parameter to the parser."""
    default = values.get(parameter.name, _ABSENT)
    arguments: list[tuple[str, object]] = [("", option_of(parameter))]
    if option_of(parameter) != parameter.option:
        arguments.append(("dest", parameter.name))
    if _is_flag(parameter):
        arguments.append(("action", Code("argparse.BooleanOptionalAction")))
    else:
        arguments += [("type", Code(_kind(parameter))), ("metavar", _metavar(parameter))]
    if parameter.kind.many:
        arguments += [("action", "extend"), ("nargs", "*")]
    elif default is not _ABSENT:
        arguments.append(("default", _default(default)))
    if default is _ABSENT:
        arguments.append(("required", True))
    arguments.append(("help", _help(parameter, default)))
    yield call("parser.add_argument", arguments, indent=indent)


def list_lines(parameter: Parameter, values: Mapping[str, Value], given: str, *, indent: int) -> Iterator[str]:
    """Yield what fills a list of which no value was given, and refuses one of too few or too many values."""
    default, margin = values.get(parameter.name), " " * indent
    name = f"{given}.{parameter.name}"
    if isinstance(default, tuple):
        words = [_default(each) for each in default]
        head = f"{name} = "
        yield f"{margin}if {name} is None:"
        if parameter.kind.base in ("date", "datetime", "path"):
            kind = f"_Kind({_KINDS[parameter.kind.base]!r})"
            yield call(
                f"{head}list", [("", Code(f"map({kind}, {literal(words, indent=indent + 8)})"))], indent=indent + 4
            )
        else:
            yield f"{margin}    {head}{literal(words, indent=indent + 4, first=indent + 4 + len(head))}"
    if parameter.min is not None or parameter.max is not None:
        bounds = [("", option_of(parameter)), ("", Code(name)), ("", parameter.min), ("", parameter.max)]
        yield call("_check_count", bounds, indent=indent)


def _is_flag(parameter: Parameter) -> bool:
    return parameter.kind.base == "bool" and not parameter.kind.many


def _kind(parameter: Parameter) -> str:
    kind = parameter.kind
    arguments: list[tuple[str, object]] = [("", _KINDS[kind.base])]
    if has_bounds(kind) and not kind.many:
        arguments += [
            (name, _plain(each)) for name, each in (("low", parameter.min), ("high", parameter.max)) if each is not None
        ]
    if kind.choices:
        arguments.append(("choices", list(kind.choices)))
    return call("_OptionalKind" if kind.optional and not kind.many else "_Kind", arguments, indent=0)


def _plain(value: Any) -> object:
    return value if isinstance(value, int | float | str) else format_value(value)


def _default(value: Any) -> object:
    """Return a value as the parser takes it: what is no number, text or truth is read from its text."""
    return value if value is None or isinstance(value, bool | int | float | str) else format_value(value)


def _metavar(parameter: Parameter) -> str:
    text = "|".join(map(str, parameter.kind.choices)) or _METAVARS[parameter.kind.base]
    return safe_text(text)


def _help(parameter: Parameter, default: Any) -> str:
    """Return the help that `recipes run` shows; argparse takes a single % for the beginning of a name."""
    notes = (
        [describe_kind(parameter)]
        if parameter.kind.base != "str" or parameter.kind.many or parameter.kind.choices
        else []
    )
    if default is _ABSENT:
        notes.append("required")
    elif default is not None and not isinstance(default, tuple):
        notes.append(f"default: {format_value(default)}")
    elif isinstance(default, tuple):
        notes.append(f"default: {', '.join(map(format_value, default))}")
    text = " ".join(parameter.help.split())
    return safe_text(f"{text}  [{'; '.join(notes)}]" if notes else text).replace("%", "%%")
