"""Values on their way into a Python file: first a name stands for each, then it is put in where it cannot do harm.

So a template is parsed before any value is in it, and where a value stands is known: in a docstring, in a comment, or
as an expression of its own. What a value says has no part in that.
"""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from runner.errors import BrokenSource
from runner.scaffolding.language import Filter, Placed, defined
from runner.scaffolding.literals import comment_text, docstring_text, identifier, literal, toml_text

Use: TypeAlias = Literal["literal", "docstring", "comment", "toml", "identifier"]

_PREFIX: Final = "PLACE_OF_VALUE_"
_PLACE: Final = re.compile(rf"{_PREFIX}(\d+)_")
_WHERE: Final[dict[Use, str]] = {
    "literal": "an expression of its own",
    "docstring": 'a text between """ and """',
    "comment": "a comment",
    "toml": "a comment of the block",
    "identifier": "a name",
}


class _Held(NamedTuple):
    """A value that waits."""

    use: Use
    value: object
    line: int


class Places:
    """The values of one file."""

    def __init__(self, path: Path) -> None:
        """Begin with none; `path` is the template, for errors."""
        self._path = path
        self._held: list[_Held] = []

    @property
    def filters(self) -> dict[str, Filter]:
        """What puts values into a Python file."""
        return {
            "literal": lambda value, line: self._hold("literal", value, line),
            "docstring": lambda value, line: self._hold("docstring", _text(value), line),
            "comment": lambda value, line: self._hold("comment", _text(value), line),
            "toml": lambda value, line: self._hold("toml", value, line),
            "identifier": lambda value, line: self._hold("identifier", identifier(_text(value)), line),
        }

    def fill(self, text: str) -> str:
        """Put each value in the place that waits for it.

        Raises:
            BrokenSource: The text is no Python, or a value stands where its kind may not.
        """
        self._check(text)
        tree = self._parsed(text)
        filled = "".join(self._lines(text))
        if _statements(self._parsed(filled)) != _statements(tree):
            raise self._broken(1, "a value changed what the template does")
        return filled

    def _hold(self, use: Use, value: object, line: int) -> Placed:
        self._held.append(_Held(use, defined(value), line))
        return Placed(f"{_PREFIX}{len(self._held) - 1}_")

    def _check(self, text: str) -> None:
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
        except (tokenize.TokenError, SyntaxError) as error:
            raise self._broken(1, f"what this makes is no Python: {error.args[0]}") from None
        depth = 0  # of f-strings, which are one token before Python 3.12
        for token in tokens:
            name = tokenize.tok_name[token.type]
            depth += (name == "FSTRING_START") - (name == "FSTRING_END")
            for found in _PLACE.finditer(token.string):
                self._check_place(token, found, in_fstring=bool(depth))

    def _check_place(self, token: tokenize.TokenInfo, found: re.Match[str], *, in_fstring: bool) -> None:
        number = int(found[1])
        if number >= len(self._held):
            raise self._broken(1, f"{found[0]} is a name that only the program uses")
        held = self._held[number]
        fits = {
            tokenize.COMMENT: held.use in ("comment", "toml", "identifier"),
            tokenize.STRING: held.use in ("docstring", "identifier") and token.string.startswith('"""'),
            tokenize.NAME: held.use == "identifier" or (held.use == "literal" and token.string == found[0]),
        }
        if in_fstring or not fits.get(token.type, False):
            raise self._broken(held.line, f"`| {held.use}` is for {_WHERE[held.use]}, and stands elsewhere here")

    def _lines(self, text: str) -> Iterator[str]:
        for line in text.splitlines(keepends=True):
            indent = len(line) - len(line.lstrip(" "))
            done, end = "", 0
            for found in _PLACE.finditer(line):
                done += line[end : found.start()]
                after = len(_PLACE.sub("", line[found.end() :].rstrip("\n")))
                column = len(done) - done.rfind("\n") - 1
                done += self._written(self._held[int(found[1])], indent, column, after)
                end = found.end()
            yield done + line[end:]

    def _written(self, held: _Held, indent: int, first: int, after: int) -> str:
        try:
            match held.use:
                case "literal":
                    return literal(held.value, indent=indent, first=first, after=after)
                case "docstring":
                    is_alone = not first or first == indent
                    return docstring_text(str(held.value), indent=indent if is_alone else None, first=first)
                case "comment":
                    return comment_text(str(held.value))
                case "toml":
                    return toml_text(held.value)
        except (TypeError, ValueError) as error:
            raise self._broken(held.line, str(error)) from None
        return str(held.value)

    def _parsed(self, text: str) -> ast.Module:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a template's "\\d" is its reader's business
                return ast.parse(text)
        except SyntaxError as error:
            line = (text.split("\n")[(error.lineno or 1) - 1]).strip()[:60]
            raise self._broken(1, f"what this makes is no Python: {error.msg} in `{_PLACE.sub('...', line)}`") from None
        except (RecursionError, MemoryError, ValueError):
            raise self._broken(1, "what this makes is nested too deeply") from None

    def _broken(self, line: int, problem: str) -> BrokenSource:
        return BrokenSource(self._path, line, problem, hint="correct the template")


def _text(value: object) -> str:
    known = defined(value)
    if not isinstance(known, str):
        raise TypeError(f"a {type(known).__name__} is no text")
    return known


def _statements(tree: ast.Module) -> list[str]:
    return [type(node).__name__ for node in ast.walk(tree) if isinstance(node, ast.stmt | ast.ExceptHandler | ast.arg)]
