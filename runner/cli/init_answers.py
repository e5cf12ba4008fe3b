"""What `recipes init` needs to know: asked on a terminal, and elsewhere one error names all that is missing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

import click

from runner.catalog import Api
from runner.catalog.api import api_of
from runner.catalog.model import KeyPlace
from runner.catalog.tables import table_of
from runner.cli.session import Session
from runner.errors import AskedWrongly, BadValues, BrokenSource
from runner.output.text import safe_text
from runner.scaffolding.naming import check_api_name
from runner.scaffolding.repository_files import SANDBOX_NOW

PLACES: Final = ("none", *get_args(KeyPlace))

_QUESTIONS: Final = {
    "api": "Name of the API, such as newswhip",
    "base_url": "Its address up to the version, such as https://api.example.com/v1",
    "key_in": "Where it wants its key: none, query, header, bearer, basic or path",
    "key_name": "Name of the query field or header of the key, such as X-Api-Key",
    "rates": "Rates that it allows, such as 5/1s 100/300s (Enter for none)",
}
_STAND_INS: Final = {"api": "stand-in", "base_url": "https://stand-in.example", "key_in": "none", "key_name": "key"}
"""What counts for an answer that is not there yet while another is looked at."""
_NAMED: Final = ("query", "header")


def settle_api(session: Session, root: Path, typed: dict[str, Any]) -> tuple[Api, bool]:
    """Return the API as it was described, asking on a terminal for what is missing; answers go into `typed`.

    Returns:
        The API, and whether anything was asked.

    Raises:
        BadValues: Something is missing, and nobody can be asked.
        AskedWrongly: It cannot be so.
    """
    _check_key_options(typed)
    _api(root, typed)  # better before the questions than after them
    missing = _missing(typed)
    if not missing:
        return _api(root, typed), False
    if not session.is_interactive:
        raise _all_missing(missing)
    for name in ("api", "base_url", "key_in", "key_name"):
        if name in _missing(typed):
            typed[name] = _ask(root, typed, name)
    if not typed["rates"]:
        typed["rates"] = _ask(root, typed, "rates").split()
    return _api(root, typed), True


def _missing(typed: Mapping[str, Any]) -> list[str]:
    names = ("api", "base_url", "key_in", *(("key_name",) if typed["key_in"] in _NAMED else ()))
    return [name for name in names if typed[name] is None]


def _all_missing(names: list[str]) -> BadValues:
    options = {name: f"--{name.replace('_', '-')}" for name in names}
    details = [f"{option}  {_QUESTIONS[name]}" for name, option in options.items()]
    words = " ".join(f"{option} ..." for option in options.values())
    return BadValues("What the API is has to be said.", details=details, hint=f"recipes init FOLDER {words}")


def _check_key_options(typed: Mapping[str, Any]) -> None:
    """Refuse what would be without effect."""
    place = typed["key_in"]
    if typed["key_name"] is not None and place is not None and place not in _NAMED:
        raise AskedWrongly(f"--key-name means nothing for --key-in {place}.", hint="--key-in query, or --key-in header")
    if typed["key_env"] is not None and place == "none":
        raise AskedWrongly("--key-env means nothing for --key-in none.", hint="--key-in header, or another place")


def _ask(root: Path, typed: Mapping[str, Any], name: str) -> str:
    """Ask until the answer fits what is known already."""

    def check(answer: str) -> str:
        answer = answer.strip()
        try:
            _api(root, {**typed, name: answer.split() if name == "rates" else answer})
        except AskedWrongly as problem:
            raise click.UsageError(safe_text(str(problem))) from None
        return answer

    default = "" if name == "rates" else None
    answer: str = click.prompt(_QUESTIONS[name], default=default, show_default=False, value_proc=check, err=True)
    return answer


def _api(root: Path, typed: Mapping[str, Any]) -> Api:
    """Read the description as `api.toml` is read, so that the same rules hold.

    Raises:
        AskedWrongly: It cannot be so.
    """
    import tomli_w

    known = {**_STAND_INS, **{name: value for name, value in typed.items() if value is not None}}
    name = check_api_name(known["api"])
    if known["key_in"] not in PLACES:
        raise AskedWrongly(f"{known['key_in']!r} is no place for a key: {', '.join(PLACES)}.", hint="--key-in header")
    table: dict[str, Any] = {
        "title": " ".join(name.split("-")).title(),
        "base-url": known["base_url"].rstrip("/"),
        "sandbox": "sandbox:app",
        "sandbox-now": SANDBOX_NOW,
    }
    if known["key_in"] != "none":
        variable = typed["key_env"] or f"{name.upper().replace('-', '_')}_API_KEY"
        field = {"name": known["key_name"]} if known["key_in"] in _NAMED else {}
        table["key"] = {"in": known["key_in"], **field, "env": variable}
    if typed["rates"]:
        table["limits"] = {"rates": list(typed["rates"])}
    path = root / "recipes" / name.replace("-", "_") / "api.toml"
    try:
        return api_of(table_of(tomli_w.dumps(table), path), path.parent)
    except BrokenSource as error:
        raise AskedWrongly(safe_text(f"The API cannot be so: {error.problem}."), hint=_option_for(error)) from None


def _option_for(error: BrokenSource) -> str:
    """Return what to type instead: an option, not the key of `api.toml` that it stands for."""
    names = {
        "base-url": '--base-url "https://api.example.com/v1"',
        "in": "--key-in header",
        "name": "--key-name X-Api-Key",
        "env": "--key-env SOME_API_KEY",
        "rates": "--rate 100/300s",
    }
    return names.get(error.problem.split(" ", 1)[0], error.hint)
