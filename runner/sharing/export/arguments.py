"""The command line of an exported script: the recipe's parameters, with a customer's values as defaults."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from runner.catalog import RESERVED_NAMES, Parameter, Value, describe_kind, format_value
from runner.catalog.bounds import counts, has_bounds
from runner.output.text import safe_text
from runner.scaffolding.literals import STEP, literal
from runner.sharing.export.layout import Code, call
from runner.sharing.export.readers import is_flag, reader_of, takes_nothing

_ABSENT: Final = object()


def option_of(parameter: Parameter) -> str:
    """Return the option of a parameter: `--published-after`; a name that the script keeps for itself is set apart."""
    return f"--the-{parameter.option[2:]}" if parameter.name in RESERVED_NAMES else parameter.option


def argument_lines(parameter: Parameter, values: Mapping[str, Value], *, indent: int) -> Iterator[str]:
    """Yield the statement that adds a parameter to the parser, whose `add_argument` is called `option`."""
    kind, default = parameter.kind, values.get(parameter.name, _ABSENT)
    arguments: list[tuple[str, object]] = [("", option_of(parameter))]
    if option_of(parameter) != parameter.option:
        arguments.append(("dest", parameter.name))
    if is_flag(kind):
        arguments.append(("action", Code("argparse.BooleanOptionalAction")))
    elif reader_of(kind):
        arguments.append(("type", Code(reader_of(kind))))
    arguments += _choices(parameter)
    if kind.many:
        arguments += [("action", "extend"), ("nargs", "*"), *[("default", [])] * (default == ())]
    elif default not in (_ABSENT, None):
        arguments.append(("default", _default(default)))
    if default is _ABSENT:
        arguments.append(("required", True))
    arguments.append(("help", _help(parameter, default)))
    yield call("option", arguments, indent=indent)


def check_lines(parameter: Parameter, values: Mapping[str, Value], *, indent: int) -> Iterator[str]:
    """Yield what fills a list of which no value was given, and what refuses a value outside the bounds."""
    name, default, margin = f"given.{parameter.name}", values.get(parameter.name), " " * indent
    if isinstance(default, tuple) and default:
        head = f"{margin}{' ' * STEP}{name} = "
        yield f"{margin}if {name} is None:"
        yield head + _list(parameter, default, indent=indent + STEP, first=len(head))
    if has_bounds(parameter.kind) and (parameter.min, parameter.max) != (None, None):
        measured = f"len({name})" if counts(parameter.kind) else name
        yield f"{margin}if {_unless_nothing(parameter)}{_is_outside(parameter, measured)}:"
        message = f"argument {option_of(parameter)}: must {_bounds(parameter)}, not {{{measured}}}"
        yield f'{margin}{" " * STEP}parser.error(f"{message}")'


def passed(parameter: Parameter) -> Code:
    """Return what `main` is given for a parameter."""
    is_text = takes_nothing(parameter.kind) and parameter.kind.base == "str"
    return Code(f"given.{parameter.name}{' or None' * is_text}")


def _choices(parameter: Parameter) -> Iterator[tuple[str, object]]:
    kind = parameter.kind
    if not kind.choices:
        return
    nothing = ["" if kind.base == "str" else None] * takes_nothing(kind)
    yield ("choices", [*kind.choices, *nothing])
    shown = "|".join(map(str, kind.choices))
    if safe_text(shown) != shown:
        yield ("metavar", safe_text(shown))


def _unless_nothing(parameter: Parameter) -> str:
    """Return the beginning of a condition that lets no value pass, where there may be none."""
    if not parameter.kind.optional:
        return ""
    is_text = parameter.kind.base == "str" and not parameter.kind.many
    return f"given.{parameter.name}{'' if is_text else ' is not None'} and "


def _is_outside(parameter: Parameter, measured: str) -> str:
    low, high = (None if bound is None else _bound(parameter, bound) for bound in (parameter.min, parameter.max))
    if low is not None and high is not None:
        return f"not {low} <= {measured} <= {high}"
    return f"{measured} < {low}" if low is not None else f"{measured} > {high}"


def _bound(parameter: Parameter, bound: Any) -> str:
    """Return the code of a bound; days and moments are read from their text, as the values are."""
    if isinstance(bound, int | float):
        return literal(bound)
    return f"{reader_of(parameter.kind)}({literal(format_value(bound))})"


def _list(parameter: Parameter, values: Sequence[Any], *, indent: int, first: int) -> str:
    """Return the code of a list; what has no literal is read from its text."""
    words = [_default(each) for each in values]
    if parameter.kind.base not in ("date", "datetime", "path"):
        return literal(words, indent=indent, first=first)
    head = f"[{reader_of(parameter.kind)}(each) for each in "
    return f"{head}{literal(words, indent=indent, first=first + len(head), after=1)}]"


def _bounds(parameter: Parameter) -> str:
    low, high = (None if bound is None else format_value(bound) for bound in (parameter.min, parameter.max))
    words = f"{low} to {high}"
    if low is None or high is None:
        words = f"at least {low}" if low is not None else f"at most {high}"
    if not counts(parameter.kind):
        return f"be {words}"
    return f"have {words} {'values' if parameter.kind.many else 'characters'}"


def _default(value: Any) -> object:
    """Return a value as the parser takes it: what is no number, text or truth is read from its text."""
    return value if isinstance(value, bool | int | float | str) else format_value(value)


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
