"""Defaults of `main`, written anew into the text of a recipe: its signature, and what that needs to be imported."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from tokenize import COMMENT, OP, TokenInfo, generate_tokens
from typing import Any, Final

from runner.catalog import Value
from runner.catalog.parsed import Function
from runner.scaffolding.literals import WIDTH, literal

_QUALIFIED: Final = re.compile(r"\b(?:datetime\.date|pathlib\.Path\b)")
_MODULES: Final = {"date": "datetime", "datetime": "datetime", "UTC": "datetime", "Path": "pathlib"}


@dataclass(frozen=True, slots=True)
class _Argument:
    """One argument as it will stand.

    Attributes:
        text: With its type and default.
        has_default: Whether it has one.
        comments: On lines above it.
        remark: The comment behind it, or `""`.
    """

    text: str
    has_default: bool = False
    comments: tuple[str, ...] = ()
    remark: str = ""


@dataclass(slots=True)
class _Comments:
    """The comments of a signature, by the row that they stand on."""

    alone: dict[int, str] = field(default_factory=dict)
    behind: dict[int, str] = field(default_factory=dict)


def with_defaults(source: str, values: Mapping[str, Value]) -> str:
    """Write the signature of `main` anew where a default changes; what has none stands before what has one.

    Args:
        source: Of a recipe that can be read.
        values: Of its parameters, each of the right type.
    """
    if not values:
        return source
    main = next(node for node in ast.parse(source).body if isinstance(node, Function) and node.name == "main")
    lines = source.split("\n")
    last, column, comments = _end_of_signature(lines, main.lineno)
    arguments = _arguments(source, main, values, comments)
    head = "async def main" if isinstance(main, ast.AsyncFunctionDef) else "def main"
    returns = f" -> {ast.get_source_segment(source, main.returns)}" if main.returns else ""
    signature = _signature(f"{head}(", arguments, f"){returns}:", _around(main, comments))
    signature[-1] += lines[last - 1][column:]
    text = "\n".join([*lines[: main.lineno - 1], *signature, *lines[last:]])
    return _with_import(text) if _needs_utc(main, source, values) else text


def _end_of_signature(lines: list[str], first: int) -> tuple[int, int, _Comments]:
    """Return where the signature ends, behind its colon, and the comments in it; rows count from 1."""
    depth, comments = 0, _Comments()
    for token in generate_tokens(StringIO("\n".join(lines[first - 1 :])).readline):
        row = token.start[0] + first - 1
        if token.type == COMMENT:
            _place(comments, token, row)
        if token.type != OP:
            continue
        depth += (token.string in "([{") - (token.string in ")]}")
        if token.string == ":" and not depth:
            return row, token.end[1], comments
    raise AssertionError("a function has a colon")


def _place(comments: _Comments, token: TokenInfo, row: int) -> None:
    side = comments.behind if token.line[: token.start[1]].strip() else comments.alone
    side[row] = token.string


def _arguments(source: str, main: Function, values: Mapping[str, Value], comments: _Comments) -> list[_Argument]:
    """Return the arguments in their new order; a lone `*` stays before those that are given by name only."""
    plain, named = main.args.args, main.args.kwonlyargs
    absent: list[ast.expr | None] = [None] * (len(plain) - len(main.args.defaults))
    pairs = [*zip((*plain, *named), (*absent, *main.args.defaults, *main.args.kw_defaults), strict=True)]
    written = [*_written(source, pairs, values, comments)]
    ordered = sorted(written[: len(plain)], key=lambda each: each.has_default)
    return [*ordered, *([_Argument("*")] if named else []), *written[len(plain) :]]


def _written(
    source: str, pairs: list[tuple[ast.arg, ast.expr | None]], values: Mapping[str, Value], comments: _Comments
) -> Iterator[_Argument]:
    row = 0
    for at, (node, default) in enumerate(pairs):
        end = (default or node).end_lineno or node.lineno
        above = tuple(text for line, text in comments.alone.items() if row < line < node.lineno)
        is_last_of_row = at + 1 == len(pairs) or pairs[at + 1][0].lineno > end
        remark = comments.behind.get(end, "") if is_last_of_row else ""
        text = ast.get_source_segment(source, node) or node.arg
        if node.arg in values:
            start = f"{text} = "
            text = start + _value(values[node.arg], start)
        elif default is not None:
            text = f"{text} = {ast.get_source_segment(source, default)}"
        yield _Argument(text, default is not None or node.arg in values, above, remark)
        row = end


def _value(value: Value, start: str) -> str:
    text = literal(value, indent=4, first=4 + len(start), after=1)
    return _qualified(text) if _QUALIFIED.search(start) else text


def _qualified(text: str) -> str:
    """Write `datetime.date(2026, 1, 31)` for a file that imports the module and not the name."""
    names = [node for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)]
    lines = text.split("\n")
    for name in sorted(names, key=lambda each: (each.lineno, each.col_offset), reverse=True):
        line = lines[name.lineno - 1].encode()
        prefix = f"{_MODULES[name.id]}.".encode()
        lines[name.lineno - 1] = (line[: name.col_offset] + prefix + line[name.col_offset :]).decode()
    return "\n".join(lines)


def _around(main: Function, comments: _Comments) -> tuple[str, list[str]]:
    """Return the comment behind the opening bracket, and those below the last argument."""
    rows = [each.lineno for each in (*main.args.args, *main.args.kwonlyargs)]
    opening = comments.behind.get(main.lineno, "") if min(rows) > main.lineno else ""
    return opening, [text for row, text in comments.alone.items() if row > max(rows)]


def _signature(head: str, arguments: list[_Argument], tail: str, around: tuple[str, list[str]]) -> list[str]:
    """Lay a signature out as the formatter of this project does."""
    joined = ", ".join(each.text for each in arguments)
    if "\n" not in joined and not any((*around, *(each.comments or each.remark for each in arguments))):
        for lines in ([f"{head}{joined}{tail}"], [head, f"    {joined}", tail]):
            if max(map(len, lines)) <= WIDTH:
                return lines
    opening, below = around
    body = [line for each in arguments for line in _lines(each)]
    return [f"{head}  {opening}" if opening else head, *body, *(f"    {comment}" for comment in below), tail]


def _lines(argument: _Argument) -> Iterator[str]:
    yield from (f"    {comment}" for comment in argument.comments)
    remark = f"  {argument.remark}" if argument.remark else ""
    yield f"    {argument.text},{remark}"


def _needs_utc(main: Function, source: str, values: Mapping[str, Value]) -> bool:
    """Tell whether a moment became a default where `UTC` has to be imported by name."""
    nodes = (*main.args.args, *main.args.kwonlyargs)
    arguments = {each.arg: ast.get_source_segment(source, each) or "" for each in nodes}
    moments = [name for name, value in values.items() if any(isinstance(each, datetime) for each in _each(value))]
    return any(not _QUALIFIED.search(arguments[name]) for name in moments)


def _with_import(source: str) -> str:
    """Import `UTC` beside `datetime`, which the type of the parameter has imported."""
    found = [node for node in ast.parse(source).body if isinstance(node, ast.ImportFrom) and node.module == "datetime"]
    if not found or any(each.name == "UTC" and each.asname is None for node in found for each in node.names):
        return source
    node = found[0]
    names = [each.name if each.asname is None else f"{each.name} as {each.asname}" for each in node.names]
    lines = source.split("\n")
    line = f"from datetime import {', '.join(['UTC', *names])}"
    rest = lines[(node.end_lineno or node.lineno) - 1].encode()[node.end_col_offset :].decode()
    lines[node.lineno - 1 : node.end_lineno] = [line + rest]
    return "\n".join(lines)


def _each(value: Value) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
