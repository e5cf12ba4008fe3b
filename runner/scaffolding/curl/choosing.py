"""Which of several pasted curl commands a recipe is made of."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from runner.errors import AskedWrongly
from runner.scaffolding.curl.arguments import read_arguments
from runner.scaffolding.curl.guesses import is_secret
from runner.scaffolding.curl.urls import read_url
from runner.scaffolding.curl.words import Command, named

_HINT: Final = "paste one of them alone, or say which one: -P command="


def choose_command(commands: Sequence[Command], text: str, number: int | None) -> Command:
    """Return the command that is meant.

    Args:
        commands: The curl commands of a paste, at least one.
        text: The paste.
        number: Which of them, from 1; None where nobody said so.

    Raises:
        AskedWrongly: There are several and nobody said which, or there is none of that number.
    """
    if number is None and len(commands) == 1:
        return commands[0]
    if number is not None and 0 < number <= len(commands):
        return commands[number - 1]
    details = [f"{place}  {_described(command, text)}" for place, command in enumerate(commands, start=1)]
    if number is not None:
        count = f"{len(commands)} curl commands" if len(commands) > 1 else "1 curl command"
        message = f"There is no command {number}: the text has {count}."
        raise AskedWrongly(message, details=details, hint=f"-P command={len(commands)}")
    message = f"There are {len(commands)} curl commands in the text, and a recipe is made from one."
    raise AskedWrongly(message, details=details, hint=f"{_HINT}1")


def _described(command: Command, text: str) -> str:
    """Return the line and the address of a command, without what may be secret."""
    line = text.count("\n", 0, command.words[0].at) + 1
    try:
        arguments = read_arguments(command.words[1:])
        address = next((each.value for each in arguments if each.name == "url"), "")
        url = read_url(address, [])
    except AskedWrongly as error:
        return f"line {line}: {error}"
    return f"line {line}: {url.host}{'/'.join(map(_shown, url.path.split('/')))}"


def _shown(part: str) -> str:
    plain = named(part, "{{{}}}")
    return "..." if is_secret("", unquote(plain)) else plain
