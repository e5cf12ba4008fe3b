"""From what was typed or written in a file to the value of a parameter, and back."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from math import isfinite
from pathlib import Path
from typing import Any, Final

from runner.catalog.bounds import MisfitError, fit_bounds
from runner.catalog.model import MISSING, Base, Kind, Parameter, Scalar, Value
from runner.catalog.wording import HUGE, format_value, listed, quoted
from runner.errors import BadValues, nearest

# int() and float() also take blanks, underscores and other scripts' digits; fromisoformat() takes week numbers.
_WHOLE = r"[+-]?[0-9]+"
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
_MOMENT = rf"{_DAY}(?:[T ]{_CLOCK}(?:Z|[+-]{_CLOCK})?)?"

# bool("no") is True, so the words are listed.
_TRUTH: Final = dict.fromkeys(("yes", "true", "on", "1"), True) | dict.fromkeys(("no", "false", "off", "0"), False)

_NOUNS: Final[dict[Base, str]] = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "yes or no",
    "date": "a day (YYYY-MM-DD)",
    "datetime": "a moment (ISO 8601)",
    "path": "a file",
}
_TYPICAL: Final[dict[Base, str]] = {
    "str": "text",
    "int": "10",
    "float": "0.5",
    "bool": "yes",
    "date": "2026-01-31",
    "datetime": "2026-01-31T09:00:00Z",
    "path": "file.txt",
}


def parse_value(parameter: Parameter, text: str) -> Scalar:
    """Turn one shell word into one value of a parameter; of a list parameter, into one element.

    Args:
        parameter: What the recipe declares.
        text: As typed: `20`, `yes`, `2026-01-31`.

    Raises:
        BadValues: `text` does not read as its kind, or is outside its bounds.
    """
    try:
        value = _parse(parameter, text)
        if not parameter.kind.many:
            fit_bounds(parameter, value)
    except MisfitError as misfit:
        raise _bad_values(parameter, misfit) from None
    return value


def check_value(parameter: Parameter, value: object) -> Value:
    """Accept a value that has a type already, from TOML, JSON or Python, as a value of a parameter.

    Whole numbers are fine as numbers, texts as days, moments, files and choices, days as moments (midnight UTC).

    Raises:
        BadValues: It has another type, or is outside the bounds.
    """
    try:
        return fit_value(parameter, value)
    except MisfitError as misfit:
        raise _bad_values(parameter, misfit) from None


def check_bounds(parameter: Parameter, value: Value) -> None:
    """Refuse a value of the right kind that is outside the bounds of its parameter.

    Raises:
        BadValues: It is.
    """
    try:
        fit_bounds(parameter, value)
    except MisfitError as misfit:
        raise _bad_values(parameter, misfit) from None


def fit_value(parameter: Parameter, value: object) -> Value:
    """Do the work of `check_value` for callers that word the error themselves.

    Raises:
        MisfitError: It does not fit.
    """
    fitted: Value
    if value is None and parameter.kind.optional:
        return None
    if not parameter.kind.many:
        fitted = fit_one(parameter, value)
    elif isinstance(value, list | tuple):
        fitted = tuple(fit_one(parameter, each) for each in value)
    else:
        raise MisfitError(f"must be a list, not {quoted(value)}", _instead(parameter))
    fit_bounds(parameter, fitted)
    return fitted


def fit_one(parameter: Parameter, value: object) -> Scalar:
    """Accept one typed value, or one element of a list, regardless of bounds.

    Raises:
        MisfitError: It has another type.
    """
    kind = parameter.kind
    if isinstance(value, str) and (kind.choices or kind.base in ("str", "date", "datetime", "path")):
        return _parse(parameter, value)
    try:
        return _chosen(kind, _typed(kind.base, value))
    except ValueError:
        raise _misfit(parameter, value) from None


def _parse(parameter: Parameter, text: str) -> Scalar:
    try:
        return _chosen(parameter.kind, _PARSERS[parameter.kind.base](text))
    except ValueError:
        raise _misfit(parameter, text) from None


def _chosen(kind: Kind, value: Scalar) -> Scalar:
    if kind.choices and value not in kind.choices:
        raise ValueError(value)
    return value


def _typed(base: Base, value: object) -> Scalar:
    match base, value:
        case "bool", bool():
            return value
        case _, bool():
            raise ValueError(value)
        case "int", int():
            return _sane(value)
        case "float", int() | float():
            return _finite(value)
        case "datetime", datetime():
            return value if value.utcoffset() is not None else value.replace(tzinfo=UTC)
        case "date", datetime():
            raise ValueError(value)
        case "date", date():
            return value
        case "datetime", date():
            return datetime.combine(value, time(), UTC)
        case "path", Path():
            return _file(str(value))
    raise ValueError(value)


def _sane(number: int) -> int:
    if number.bit_length() > HUGE:
        raise ValueError("more than 308 digits")
    return number


def _finite(number: float) -> float:
    if isinstance(number, int):
        _sane(number)
    if not isfinite(number):
        raise ValueError(number)
    return float(number)


def _text(text: str) -> str:
    text.encode()  # a word that the terminal could not decode, or a lone surrogate from "\ud800"
    return text


def _matching(pattern: str, text: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError(text)
    return text


def _truth(text: str) -> bool:
    word = text.lower()
    if word not in _TRUTH:
        raise ValueError(text)
    return _TRUTH[word]


def _file(text: str) -> Path:
    if not text or "\0" in text:
        raise ValueError(text)
    return Path(text)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(_matching(_MOMENT, text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_PARSERS: Final[dict[Base, Callable[[str], Scalar]]] = {
    "str": _text,
    "int": lambda text: _sane(int(_matching(_WHOLE, text))),
    "float": lambda text: _finite(float(_matching(_NUMBER, text))),
    "bool": _truth,
    "date": lambda text: date.fromisoformat(_matching(_DAY, text)),
    "datetime": _moment,
    "path": _file,
}


def _misfit(parameter: Parameter, value: object) -> MisfitError:
    choices = parameter.kind.choices
    if not choices:
        return MisfitError(f"must be {_NOUNS[parameter.kind.base]}, not {quoted(value)}", _instead(parameter))
    near = nearest(value, [str(choice) for choice in choices]) if isinstance(value, str) else ""
    noun = f"one of {listed(choices)}" if len(choices) > 1 else str(choices[0])
    return MisfitError(f"must be {noun}, not {quoted(value)}", near or _instead(parameter))


def _instead(parameter: Parameter) -> str:
    """Give a value that would do: its example, its default, one of its choices, or something typical."""
    for known in (parameter.example, parameter.default):
        first: Any = known[0] if isinstance(known, tuple) and known else known
        if first is not None and first is not MISSING and first != ():
            return format_value(first)
    if parameter.kind.choices:
        return str(parameter.kind.choices[0])
    return _TYPICAL[parameter.kind.base]


def _bad_values(parameter: Parameter, misfit: MisfitError) -> BadValues:
    import shlex

    instead = misfit.instead or _instead(parameter)
    message = f"{parameter.option} {misfit.reason}."
    return BadValues(message, hint=f"{parameter.option} {shlex.quote(instead)}")
