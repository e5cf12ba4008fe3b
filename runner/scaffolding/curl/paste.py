"""From pasted text to the words of its one curl command, whatever shell it was written for."""

import re
from typing import Final, NamedTuple

from runner.errors import AskedWrongly
from runner.scaffolding.curl.bash import split_bash
from runner.scaffolding.curl.choosing import choose_command
from runner.scaffolding.curl.powershell import split_powershell
from runner.scaffolding.curl.windows import split_cmd
from runner.scaffolding.curl.words import Command, Dialect, Input, Split, Word, substituted

LONGEST: Final = 1_000_000
"""Characters; a browser copies bodies whole, and nothing longer is a call that somebody would read."""

_PROMPT: Final = re.compile(
    r"\s*(?:(?:[$%#>]|PS [^>\n]*>|[A-Za-z]:\\[^>\n]*>|\S+@\S+[$#%])\s*)?(?=(?:sudo |time )?[\"']?curl)"
)
_FENCED: Final = re.compile(r"\s*```")
_FENCES: Final = re.compile(r"\A\s*```[^\n]*|\n[ \t]*```\s*\Z")
_POWERSHELL_ONLY: Final = re.compile(r"(?i)\s*(?:\$\w+\s*=\s*)?(invoke-webrequest|invoke-restmethod|iwr|irm)\b")
_CMD: Final = re.compile(r"\^[ \t]*\r?$|\^[\"%]|[{\[,:]\"\"\w|%[A-Z][A-Z0-9_]{2,}%", re.MULTILINE)
_POWERSHELL: Final = re.compile(r"(?:^|\s)`[ \t]*\r?$|\$env:\w", re.MULTILINE | re.IGNORECASE)
_ASSIGNMENT: Final = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HINT: Final = "recipes new NAME --curl 'curl https://api.example.com/items'"


class Paste(NamedTuple):
    """One curl command.

    Attributes:
        words: Behind `curl`.
        input: What is redirected into it, or None.
        dialect: The shell it was written for.
        notes: What was repaired or left out.
    """

    words: tuple[Word, ...]
    input: Input | None
    dialect: Dialect
    notes: tuple[str, ...]


def read_paste(text: str, number: int | None = None) -> Paste:
    """Find the one curl command in pasted text.

    Args:
        text: As pasted.
        number: Which of several commands is meant, from 1; None takes the only one.

    Raises:
        AskedWrongly: The text is empty or binary, holds no such curl command, or several, or a quote is not closed.
    """
    text = _FENCES.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text) if _FENCED.match(text) else text
    _refuse(text)
    dialect = dialect_of(text)
    prompt = _PROMPT.match(text)
    split = _split(text, dialect, prompt.end() if prompt else 0)
    commands, notes = _curls(split)
    command = choose_command(commands, text, number)
    if command.fed:
        notes.append("What another command would pipe into curl is not known.")
    return Paste(tuple(command.words[1:]), command.input, dialect, (*split.notes, *notes))


def dialect_of(text: str) -> Dialect:
    """Tell the shell a command was written for by its escapes and variables; bash where nothing speaks against it."""
    if _POWERSHELL.search(text) and not re.search(r"\\\r?$", text, re.MULTILINE):
        return "powershell"
    return "cmd" if _CMD.search(text) and not re.search(r"(?:^|\s)\$?'", text) else "bash"


def _refuse(text: str) -> None:
    if not text.strip():
        raise AskedWrongly("There is no curl command: the text is empty.", hint=_HINT)
    if "\0" in text or len(_CONTROL.findall(text)) > len(text) // 3:
        raise AskedWrongly("This is no text but binary data.", hint=_HINT)
    if len(text) > LONGEST:
        raise AskedWrongly(f"The text has {len(text):,} characters; a command has {LONGEST:,} at most.", hint=_HINT)
    if found := _POWERSHELL_ONLY.match(text):
        raise AskedWrongly(
            f"{found[1]} is PowerShell's own command, which is not read.",
            hint='In the browser choose "Copy as cURL" instead of "Copy as PowerShell".',
        )


def _split(text: str, dialect: Dialect, start: int) -> Split:
    match dialect:
        case "cmd":
            return split_cmd(text, start)
        case "powershell":
            return split_powershell(text, start)
    return split_bash(text, start)


def _curls(split: Split) -> tuple[list[Command], list[str]]:
    variables: dict[str, str] = {}
    found: list[Command] = []
    notes: list[str] = []
    for command in split.commands:
        words = _without_assignments(command.words, variables)
        if words and _is_curl(words[0].text):
            found.append(Command(_filled(words, variables), command.input, fed=command.fed))
        elif words:
            notes.append("What else was pasted, before or behind the curl command, was left out.")
    if not found:
        raise AskedWrongly("There is no curl command in the text: it must begin with the word curl.", hint=_HINT)
    return found, list(dict.fromkeys(notes))


def _without_assignments(words: list[Word], variables: dict[str, str]) -> list[Word]:
    """Leave out `NAME=value`, `export`, `sudo` and `time` before a command, and keep the values."""
    rest = list(words)
    while rest:
        assigned = _ASSIGNMENT.fullmatch(rest[0].text)
        if assigned:
            variables[assigned[1]] = substituted(assigned[2], variables)
        elif rest[0].text not in ("export", "set", "sudo", "time", "$", "env"):
            break
        rest.pop(0)
    return rest


def _is_curl(text: str) -> bool:
    name = re.split(r"[/\\]", text)[-1].lower()
    return name in ("curl", "curl.exe")


def _filled(words: list[Word], variables: dict[str, str]) -> list[Word]:
    return [Word(substituted(word.text, variables), word.at) for word in words] if variables else words
