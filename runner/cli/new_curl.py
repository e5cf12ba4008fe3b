"""A new recipe from a curl command."""

import re
import sys
from collections.abc import Mapping, Sequence
from errno import EINVAL
from pathlib import Path
from typing import Any, Final

import click

from runner.catalog import Api, Repository, readable_apis
from runner.cli.given import read_values, split_pairs
from runner.cli.session import Session
from runner.errors import AskedWrongly, BadValues, nearest
from runner.scaffolding.curl.importing import Captured, capture
from runner.scaffolding.draft import Draft
from runner.scaffolding.naming import Target, check_api_name, split_name

_ANSWERS: Final = {
    "question": "The customer's question; it becomes the title.",
    "reads": "yes where a POST changes nothing.",
    "command": "Which one is meant, where the text holds several: 1 is the first.",
}
_OF_THE_ADDRESS: Final = "of-the-address"
"""Stands for the API that follows from the command's address, where the name of the recipe does not say one."""
_NOTHING: Final[Mapping[str, str]] = {}
_YES: Final = ("yes", "true", "1", "on")
_NO: Final = ("no", "false", "0", "off")


def target_of(session: Session, name: str, typed: dict[str, Any]) -> Target:
    """Read the command, and return where its recipe will stand; what was captured stays in `typed`.

    Raises:
        AskedWrongly: It is no curl command, or its API is another one than the name says.
    """
    named, _ = split_name(name, [_OF_THE_ADDRESS])
    repositories = session.library.lenders
    if named not in (_OF_THE_ADDRESS, *(api.name for api in _apis(repositories))):
        check_api_name(named, hint=f"recipes new {{}}/{name.rpartition('/')[2]} --curl ...")
    file = read_values(session.path(typed["params"])) if typed["params"] else {}
    answers = answers_of(typed["param"], {name: str(value) for name, value in file.items()})
    captured = capture_command(session, name, typed["curl"], answers, repositories=repositories)
    typed["captured"] = captured
    api, last = captured.draft.recipe_id.split("/")
    return Target(api, last, captured.api.title, captured.api.folder.name)


def make_draft(_session: Session, _target: Target, typed: Mapping[str, Any]) -> tuple[Draft, list[str]]:
    """Return the draft that was made of the command; nothing is asked."""
    captured: Captured = typed["captured"]
    return captured.draft, []


def capture_command(
    session: Session, name: str, given: str, answers: Mapping[str, str], *, repositories: Sequence[Repository]
) -> Captured:
    """Make a recipe of a curl command, as text, `@FILE`, or `-` for stdin.

    Args:
        session: Of the command.
        name: Of the recipe, as typed.
        given: What was given for --curl.
        answers: `question`, `reads` and `command`.
        repositories: Whose APIs are known, those of the first one before others.

    Raises:
        AskedWrongly: It cannot be read, or is no curl command.
    """
    return capture(
        _text(session, given),
        name=name.replace("_", "-"),
        apis=_apis(repositories),
        read_file=lambda path: _content(session.folder / Path(path).expanduser()),
        title=answers.get("question", ""),
        only_reads=answers.get("reads", "no").lower() in _YES,
        number=int(answers["command"]) if "command" in answers else None,
    )


def _content(path: Path) -> bytes:
    if path.exists() and not path.is_file() and not path.is_dir():  # a device may never end
        raise OSError(EINVAL, "it is no plain file")
    return path.read_bytes()


def answers_of(pairs: Sequence[str], from_file: Mapping[str, str] = _NOTHING) -> dict[str, str]:
    """Return the answers about a curl command, by name.

    Args:
        pairs: As typed behind -P, each `NAME=VALUE`.
        from_file: By name; what is typed counts before it.

    Raises:
        BadValues: Nothing is asked by a name, or an answer is none.
    """
    answers = {**from_file} | {name: words[-1] for name, words in split_pairs(pairs).items()}
    for name in answers:
        if name not in _ANSWERS:
            near = nearest(name, tuple(_ANSWERS))
            known = [f"-P {each}=...  {text}" for each, text in _ANSWERS.items()]
            raise BadValues(
                f"Nothing is asked by the name {name!r}.", details=known, hint=f"-P {near}=..." if near else ""
            )
    if "question" in answers and not answers["question"].strip().endswith("?"):
        raise BadValues("The title of a recipe is a question.", hint="-P 'question=Which items are there?'")
    if answers.get("reads", "no").lower() not in (*_YES, *_NO):
        raise BadValues(f"-P reads is yes or no, not {answers['reads']!r}.", hint="-P reads=yes")
    if not re.fullmatch(r"[1-9][0-9]{0,3}", answers.get("command", "1")):
        raise BadValues(f"-P command is the number of a command, not {answers['command']!r}.", hint="-P command=1")
    return answers


def _text(session: Session, given: str) -> str:
    if given != "-" and not given.startswith("@"):
        return given
    place = "stdin" if given == "-" else str(session.folder / session.path(given[1:]))
    try:
        data = _typed() if given == "-" else Path(place).read_bytes()
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise AskedWrongly(f"The command in {place} cannot be read: {error.strerror}.", hint="--curl @FILE") from None
    except UnicodeDecodeError:
        raise AskedWrongly(f"The command in {place} is no UTF-8 text.", hint="--curl @FILE") from None


def _typed() -> bytes:
    if sys.stdin.isatty():
        click.echo("Paste the curl command, then Ctrl-D:", err=True)
    return sys.stdin.buffer.read()


def _apis(repositories: Sequence[Repository]) -> list[Api]:
    """Return the APIs of repositories, of each name the first; a broken one is passed over."""
    found: dict[str, Api] = {}
    for api in readable_apis(*repositories):
        found.setdefault(api.name, api)
    return list(found.values())
