"""Take apart what PowerShell would be given for `curl.exe`."""

import re
from typing import Final

from runner.scaffolding.curl.words import ODD_BLANKS, Command, Split, Word, mark, unclosed

_BLANKS: Final = " \t\r" + ODD_BLANKS
_CONTINUATION: Final = re.compile(r"`([ \t]*)\r?\n")
_GOES_ON: Final = re.compile(r"\s*(?:-|['\"]?https?://)")
_VARIABLE: Final = re.compile(r"\$(?:\{(?:env:)?(\w+)\}|(?:env:)?([A-Za-z_]\w*))", re.IGNORECASE)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "b": "\b", "a": "\a", "f": "\f", "v": "\v"}


def split_powershell(text: str, start: int = 0) -> Split:
    """Take text apart as PowerShell does; obvious damage is repaired.

    Raises:
        AskedWrongly: A quote is not closed.
    """
    return _PowerShell(text, start).split()


class _PowerShell:
    """Reads from `at` on; each method leaves it behind what it read."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._at = start
        self._commands = [Command()]
        self._notes: dict[str, None] = {}

    def split(self) -> Split:
        while self._at < len(self._text):
            self._step()
        return Split(tuple(command for command in self._commands if command.words), tuple(self._notes))

    def _step(self) -> None:
        char = self._text[self._at]
        if found := _CONTINUATION.match(self._text, self._at):
            self._at = found.end()
            if found[1]:
                self._notes["A backquote with blanks behind it was read as the end of a line."] = None
        elif char in _BLANKS:
            self._at += 1
        elif char == "\n":
            self._at += 1
            if not _GOES_ON.match(self._text, self._at):
                self._commands.append(Command())
            elif self._commands[-1].words:
                self._notes["A line end without its backquote was read as if it had one."] = None
        elif char in ";|":
            self._at += 1
            self._commands.append(Command(fed=char == "|"))
        elif char == "#":
            end = self._text.find("\n", self._at)
            self._at = len(self._text) if end < 0 else end
        else:
            self._commands[-1].words.append(self._word())

    def _word(self) -> Word:
        start, parts, quoted = self._at, [], False
        while self._at < len(self._text):
            char = self._text[self._at]
            if char in _BLANKS or char in "\n;|" or _CONTINUATION.match(self._text, self._at):
                break
            quoted |= char in "'\""
            parts.append(self._piece(char))
        text = "".join(parts)
        if quoted and '\\"' in text:  # programs were given their words in one line, so quotes had to be escaped again
            text = text.replace('\\"', '"')
        return Word(text, start)

    def _piece(self, char: str) -> str:
        if char in "'\"":
            return self._quoted(char)
        return self._expansion(char)

    def _quoted(self, quote: str) -> str:
        start, parts = self._at, []
        self._at += 1
        while self._at < len(self._text):
            if self._text.startswith(quote * 2, self._at) or (quote == '"' and self._text.startswith('\\"', self._at)):
                self._at += 2
                parts.append(quote)
            elif self._text[self._at] == quote:
                self._at += 1
                return "".join(parts)
            elif quote == "'":
                parts.append(self._text[self._at])
                self._at += 1
            else:
                parts.append(self._expansion(self._text[self._at]))
        raise unclosed("single quote" if quote == "'" else "double quote", start)

    def _expansion(self, char: str) -> str:
        if char == "`":
            following = self._text[self._at + 1 : self._at + 2]
            self._at += 2
            return _ESCAPES.get(following, following)
        if found := _VARIABLE.match(self._text, self._at):
            self._at = found.end()
            return mark(found[1] or found[2])
        self._at += 1
        return char
