"""Take apart what Windows' command prompt would be given: carets first, then quotes, as its programs read them."""

import re
from typing import Final

from runner.scaffolding.curl.words import ODD_BLANKS, Command, Split, Word, mark, unclosed

_BLANKS: Final = " \t\r\n" + ODD_BLANKS
_CONTINUATION: Final = re.compile(r"\^([ \t]*)\r?\n")
_NEW_LINE: Final = re.compile(r"\^\r?\n\r?\n")
_GOES_ON: Final = re.compile(r"\s*(?:-|\^?\"?https?://)")
# `%A2_%5D` is two encoded bytes, `%BASE_URL%` a variable
_VARIABLE: Final = re.compile(r"%(?![0-9A-Fa-f]{2}\w*%[0-9A-Fa-f]{2})([A-Za-z_][A-Za-z0-9_]{2,})%")
_OPERATOR: Final = re.compile(r"&&|\|\||[&|]")
_REDIRECT: Final = re.compile(r"\d?>>?(?:&\d)?\s*(?:nul\b|[^\s&|]*)", re.IGNORECASE)


def split_cmd(text: str, start: int = 0) -> Split:
    """Take text apart as Windows does; obvious damage is repaired.

    Raises:
        AskedWrongly: A quote is not closed.
    """
    carets = _Carets(text, start)
    commands = carets.read()
    split = tuple(Command(words=_words(line)) for line in commands)
    return Split(tuple(command for command in split if command.words), tuple(carets.notes))


class _Carets:
    """The first reading, by the prompt itself: lines of characters, each with its place in the paste."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._at = start
        self._quoted = False
        self._lines: list[list[tuple[str, int]]] = [[]]
        self.notes: dict[str, None] = {}

    def read(self) -> list[list[tuple[str, int]]]:
        while self._at < len(self._text):
            self._step()
        return self._lines

    def _step(self) -> None:
        text, at = self._text, self._at
        char = text[at]
        if char == "^" and (not self._quoted or text[at + 1 : at + 2] in ("\n", "\r")):
            self._caret()
        elif found := _VARIABLE.match(text, at):
            self._take(mark(found[1]), found.end())
        elif char == "\n":
            self._end_line()
        elif not self._quoted and (found := _OPERATOR.match(text, at)):
            self._operator(found)
        elif not self._quoted and char == ">" and (found := _REDIRECT.match(text, at)):
            self._at = found.end()
        else:
            self._quoted ^= char == '"'
            self._take(char, at + 1)

    def _caret(self) -> None:
        text, at = self._text, self._at
        if found := _NEW_LINE.match(text, at):  # browsers write a line end in a body so
            self._take("\n", found.end())
        elif found := _CONTINUATION.match(text, at):
            self._at = found.end()
            if found[1]:
                self.notes["A caret with blanks behind it was read as the end of a line."] = None
        else:
            self._take(text[at + 1 : at + 2], at + 2)

    def _operator(self, found: re.Match[str]) -> None:
        before = "".join(char for char, _ in self._lines[-1]).rpartition(" ")[2]
        if found[0] == "&" and "://" in before and not self._text[found.end() : found.end() + 1].isspace():
            self.notes["An & in the address is not quoted; it was read as part of the address."] = None
            self._take("&", found.end())
        else:
            self._at = found.end()
            self._lines.append([])

    def _end_line(self) -> None:
        self._at += 1
        if self._quoted or _GOES_ON.match(self._text, self._at):
            if not self._quoted:
                self.notes["A line end without its caret was read as if it had one."] = None
            self._lines[-1].append(("\n", self._at - 1))
        else:
            self._lines.append([])

    def _take(self, char: str, end: int) -> None:
        self._lines[-1].append((char, self._at))
        self._at = end


def _words(line: list[tuple[str, int]]) -> list[Word]:
    """The second reading, by the program: backslashes count only before quotes, and two quotes are one."""
    words: list[Word] = []
    at = 0
    while at < len(line):
        if line[at][0] in _BLANKS:
            at += 1
        else:
            word, at = _word(line, at)
            words.append(word)
    return words


def _word(line: list[tuple[str, int]], at: int) -> tuple[Word, int]:
    start, parts, opened = line[at][1], [], -1
    while at < len(line) and (opened >= 0 or line[at][0] not in _BLANKS):
        slashes = at
        while slashes < len(line) and line[slashes][0] == "\\":
            slashes += 1
        count, at = slashes - at, slashes
        is_quote = at < len(line) and line[at][0] == '"'
        parts.append("\\" * (count // 2 if is_quote else count))
        if is_quote and (count % 2 or (opened >= 0 and line[at + 1 : at + 2] and line[at + 1][0] == '"')):
            parts.append('"')
            at += 1 if count % 2 else 2
        elif is_quote:
            opened = line[at][1] if opened < 0 else -1
            at += 1
        elif not count:
            parts.append(line[at][0])
            at += 1
    if opened >= 0:
        raise unclosed("double quote", opened)
    return Word("".join(parts), start), at
