"""The functions with which an exported script turns a word of its command line into a value."""

from collections.abc import Iterable, Iterator
from typing import Final

from runner.catalog import Kind

_PLAIN: Final = {"int": "int", "path": "pathlib.Path"}
"""What Python has itself."""
_FUNCTIONS: Final = {
    "int": ["def whole_number(text: str) -> int:", "    return int(text)"],
    "float": [
        "def number(text: str) -> float:",
        "    if not math.isfinite(float(text)):",
        "        raise ValueError(text)",
        "    return float(text)",
    ],
    "bool": ["def yes_or_no(text: str) -> bool:", '    return bool(["no", "yes"].index(text))'],
    "date": ["def day(text: str) -> datetime.date:", "    return datetime.date.fromisoformat(text)"],
    "datetime": [
        "def moment(text: str) -> datetime.datetime:",
        "    value = datetime.datetime.fromisoformat(text)",
        "    return value if value.tzinfo else value.replace(tzinfo=datetime.UTC)",
    ],
    "path": ["def file(text: str) -> pathlib.Path:", "    return pathlib.Path(text)"],
}
"""Their names stand in the errors of argparse: `invalid day value: 'x'`."""


def reader_of(kind: Kind) -> str:
    """Return the name of what reads one word; `""` for text as it is, and for a flag."""
    if kind.base == "str" or is_flag(kind):
        return ""
    return _name(kind) if _needs_function(kind) else _PLAIN[kind.base]


def reader_lines(kinds: Iterable[Kind]) -> Iterator[str]:
    """Yield each function that reads one of these kinds."""
    functions = {_name(kind): _function(kind) for kind in kinds if reader_of(kind) and _needs_function(kind)}
    for lines in functions.values():
        yield from ("", *lines)
    yield from [""] * bool(functions)


def is_flag(kind: Kind) -> bool:
    """Whether `--name` and `--no-name` say it."""
    return kind.base == "bool" and not kind.many


def takes_nothing(kind: Kind) -> bool:
    """Whether an empty word stands for no value."""
    return kind.optional and not kind.many and kind.base != "bool"


def _needs_function(kind: Kind) -> bool:
    return takes_nothing(kind) or kind.base not in _PLAIN


def _name(kind: Kind) -> str:
    return _function(kind)[0].removeprefix("def ").partition("(")[0]


def _function(kind: Kind) -> list[str]:
    head, *body = _FUNCTIONS[kind.base]
    if not takes_nothing(kind):
        return [head, *body]
    head = head.replace("(", "_or_nothing(", 1).rstrip(":")
    if len(body) == 1:
        return [f"{head} | None:", f"{body[0]} if text else None"]
    return [f"{head} | None:", "    if not text:", "        return None", *body]
