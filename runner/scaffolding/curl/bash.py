"""Take apart what a POSIX shell would be given, and what became of it on its way through mails and web pages."""

import re
from typing import Final

from runner.scaffolding.curl.escapes import read_escape
from runner.scaffolding.curl.words import (
    ODD_BLANKS,
    Command,
    Input,
    Split,
    Word,
    joined,
    mark,
    to_bytes,
    to_text,
    unclosed,
)

_BLANKS: Final = " \t\r" + ODD_BLANKS
_CONTINUATION: Final = re.compile(rf"\\([{_BLANKS}]*)\n")
_LOST_LINE_END: Final = re.compile(r"\\[ \t]+(?=-|['\"]?https?://)")
_GOES_ON: Final = re.compile(rf"[{_BLANKS}\n]*(?:[-\u2013\u2014]|['\"]?https?://)")
_PROMPT: Final = re.compile(r"[ \t]*>[ \t]+(?=[-'\"h])")
_OPERATOR: Final = re.compile(r"\|\||&&|[;|&]")
_REDIRECT: Final = re.compile(r"(?:\d*|&)>[>|&]?(\d+\b|-)?|\d*(<<<|<<-?|<)")
_FIELD: Final = re.compile(r"&[\w.\[\]%-]+=")
_STAND_IN: Final = re.compile(r"<[A-Za-z][\w .-]{0,40}>")
_VARIABLE: Final = re.compile(r"\$(?:\{([A-Za-z_]\w*)[^}]*\}|([A-Za-z_]\w*))")
_DOUBLE: Final = '"\u201c\u201d\u201e\u201f'
_SINGLE: Final = "'\u2018\u2019\u201a\u201b"


def split_bash(text: str, start: int = 0) -> Split:
    """Take text apart as bash does; obvious damage is repaired.

    Args:
        text: As pasted.
        start: Where to begin, behind a prompt.

    Raises:
        AskedWrongly: A quote is not closed.
    """
    return _Bash(text, start).split()


class _Bash:
    """Reads from `at` on; each method leaves it behind what it read."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._at = start
        self._commands = [Command()]
        self._notes: dict[str, None] = {}
        self._heredocs: list[tuple[Command, str, bool]] = []

    def split(self) -> Split:
        while self._at < len(self._text):
            self._step()
        self._read_heredocs()
        return Split(tuple(command for command in self._commands if command.words), tuple(self._notes))

    def _step(self) -> None:
        char = self._text[self._at]
        if char in _BLANKS:
            self._skip_blank(char)
        elif char == "\n":
            self._end_line()
        elif char == "#":
            self._at = self._line_end()
        elif found := _CONTINUATION.match(self._text, self._at) or _LOST_LINE_END.match(self._text, self._at):
            self._continue_line(found)
        elif (found := _REDIRECT.match(self._text, self._at)) and not _STAND_IN.match(self._text, self._at):
            self._redirect(found)
        elif found := _OPERATOR.match(self._text, self._at):
            self._at = found.end()
            self._commands.append(Command(fed=found[0] == "|"))
        else:
            self._commands[-1].words.append(self._word())

    def _skip_blank(self, char: str) -> None:
        if char in ODD_BLANKS:
            self._note("Blanks that are no plain blanks were read as blanks.")
        self._at += 1

    def _line_end(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end < 0 else end

    def _end_line(self) -> None:
        self._at += 1
        self._read_heredocs()
        if self._commands[-1].words and _GOES_ON.match(self._text, self._at):
            self._note("A line end without its backslash was read as if it had one.")
        else:
            self._commands.append(Command())

    def _continue_line(self, found: re.Match[str]) -> None:
        self._at = found.end()
        if found.re is _LOST_LINE_END or found[1].strip("\r"):
            self._note("A backslash with blanks behind it was read as the end of a line.")
        if prompt := _PROMPT.match(self._text, self._at):
            self._at = prompt.end()
            self._note("The prompt > at the beginning of a line was left out.")

    def _redirect(self, found: re.Match[str]) -> None:
        self._at = found.end()
        if found[1]:  # 2>&1 names no file
            return
        while self._at < len(self._text) and self._text[self._at] in _BLANKS:
            self._at += 1
        quoted = self._text[self._at : self._at + 1] in ("'", '"', "\\")
        word = self._word().text
        command = self._commands[-1]
        match found[2]:
            case "<":
                command.input = Input(name=word)
            case "<<<":
                command.input = Input(text=word + "\n")
            case "<<" | "<<-":
                self._heredocs.append((command, word, quoted))

    def _read_heredocs(self) -> None:
        for command, end, quoted in self._heredocs:
            lines = []
            while self._at < len(self._text):
                stop = self._line_end()
                line, self._at = self._text[self._at : stop].removesuffix("\r"), min(stop + 1, len(self._text))
                if line.strip() == end:
                    break
                lines.append(line + "\n")
            text = "".join(lines)
            command.input = Input(text=text if quoted else _VARIABLE.sub(lambda each: mark(each[1] or each[2]), text))
        self._heredocs.clear()

    def _word(self) -> Word:
        start, parts = self._at, [""]
        self._repair_dash(parts)
        while self._at < len(self._text):
            char = self._text[self._at]
            if char in _BLANKS or char in "\n;|":
                break
            if char in "&<>" and not self._belongs(char, "".join(parts)):
                break
            if _CONTINUATION.match(self._text, self._at) and not self._joins():
                break
            parts.append(self._piece(char, is_start=len(parts) == 1))
        return Word(joined("".join(parts)), start)

    def _repair_dash(self, parts: list[str]) -> None:
        if found := re.compile("[\u2013\u2014](?=(\\w+))").match(self._text, self._at):
            parts.append("-" if len(found[1]) == 1 else "--")
            self._at = found.end()
            self._note("A long dash was read as the dashes of an option.")

    def _belongs(self, char: str, before: str) -> bool:
        """Tell whether `&`, `<` or `>` was meant as part of the word."""
        if char == "&" and ("?" in before or "://" in before) and re.match(r"&[^\s&]", self._text[self._at :][:2]):
            self._note("An & in the address is not quoted; it was read as part of the address.")
            return True
        if char == "&" and "=" in before and _FIELD.match(self._text, self._at):
            self._note("An & in the data is not quoted; it was read as part of the data.")
            return True
        if char == "<" and _STAND_IN.match(self._text, self._at):
            self._note("A stand-in in angle brackets is not quoted; it was read as part of the word.")
            return True
        return False

    def _joins(self) -> bool:
        """Tell whether a word goes on behind the continuation at its end."""
        found = _CONTINUATION.match(self._text, self._at)
        following = self._text[found.end() : found.end() + 1] if found else ""
        return found is not None and not found[1].strip("\r") and following not in ("", "-", *_BLANKS)

    def _piece(self, char: str, *, is_start: bool) -> str:
        text, at = self._text, self._at
        if found := _CONTINUATION.match(text, at):
            self._at = found.end()
            return ""
        if char == "\\":
            self._at += 2
            return text[at + 1 : at + 2]
        if char == "'" or (is_start and char in _SINGLE):
            return self._single(char)
        if char == '"' or (is_start and char in _DOUBLE):
            return self._double(char)
        if text.startswith("$'", at):
            return self._ansi()
        if text.startswith('$"', at):
            self._at += 1
            return self._double('"')
        if char == "<":
            found = _STAND_IN.match(text, at)
            self._at = found.end() if found else at + 1
            return found[0] if found else char
        return self._expansion() if char in "$`" else self._plain()

    def _plain(self) -> str:
        found = re.compile(r"[^\s\\'\"$`&<>;|" + ODD_BLANKS + r"]+").match(self._text, self._at)
        end = found.end() if found else self._at + 1
        piece, self._at = self._text[self._at : end], end
        return piece

    def _single(self, quote: str) -> str:
        start = self._at
        closing = re.compile("'" if quote == "'" else f"[{_SINGLE}]").search(self._text, start + 1)
        if closing is None:
            raise unclosed("single quote", start)
        if quote != "'":
            self._note("Curly quotes were read as plain ones.")
        self._at = closing.end()
        return self._text[start + 1 : closing.start()]

    def _double(self, quote: str) -> str:
        closers = '"' if quote == '"' else _DOUBLE
        if quote != '"':
            self._note("Curly quotes were read as plain ones.")
        start = self._at
        parts: list[str] = []
        self._at += 1
        while self._at < len(self._text):
            char = self._text[self._at]
            if char in closers:
                self._at += 1
                return "".join(parts)
            parts.append(self._in_double(char))
        raise unclosed("double quote", start)

    def _in_double(self, char: str) -> str:
        if char == "\\":
            following = self._text[self._at + 1 : self._at + 2]
            self._at += 2
            return "" if following == "\n" else following if following in '$`"\\' and following else "\\" + following
        if char in "$`":
            return self._expansion()
        self._at += 1
        return char

    def _expansion(self) -> str:
        """Read `$NAME`, `${NAME}`, `$(command)` or a command in backquotes."""
        text, at = self._text, self._at
        if found := _VARIABLE.match(text, at):
            self._at = found.end()
            return mark(found[1] or found[2])
        end = (
            text.find("`", at + 1) + 1
            if text[at] == "`"
            else _closing(text, at + 1)
            if text[at + 1 :][:1] == "("
            else 0
        )
        if not end:
            self._at += 1
            return text[at]
        self._at = end
        self._note("The output of a command in the command cannot be known; it became a parameter.")
        return mark("output_of_command")

    def _ansi(self) -> str:
        r"""Read `$'...'` with its escapes; those for bytes may make up a character together, a zero ends it."""
        start = self._at
        parts: list[bytes] = []
        self._at += 2
        while self._at < len(self._text):
            char = self._text[self._at]
            self._at += 1
            if char == "'":
                return to_text(b"".join(parts).partition(b"\0")[0])
            data, self._at = read_escape(self._text, self._at) if char == "\\" else (to_bytes(char), self._at)
            parts.append(data)
        raise unclosed("quote $'", start)

    def _note(self, note: str) -> None:
        self._notes[note] = None


def _closing(text: str, start: int) -> int:
    """Return the place behind the parenthesis that closes the one at `start`, or 0."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return at + 1
    return 0
