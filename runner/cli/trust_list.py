"""What `recipes trust --list` shows."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from runner.catalog import Repository
from runner.cli.session import Session
from runner.cli.trust_words import added_candidate
from runner.errors import RunnerError
from runner.output.grid import render_table
from runner.sharing.grants import LEVELS, Grant


def show_trusted(session: Session, *, as_json: bool) -> None:
    """Print each folder and grant: since when, how far, which key may go where, and whether that version is in use."""
    facts = [*_folders(session), *_grants(session)]
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=session.stdout_is_terminal, indent=1))
    elif facts:
        click.echo(_table(facts, session.width), nl=False)
    else:
        click.echo("Nothing but the catalog is trusted.", err=True)


def _table(facts: list[dict[str, Any]], width: int | None) -> str:
    rows = [(each["name"], each["since"][:10], _level(each), "; ".join(map(_key, each["keys"]))) for each in facts]
    return render_table(("TRUSTED", "SINCE", "WHAT OF IT", "KEYS"), rows, width=width, wrap=3)


def _level(fact: dict[str, Any]) -> str:
    if fact["level"] == "folder":
        return "all that stands there"
    then = {True: "", False: ", not that of now", None: ", not in sight"}[fact["current"]]
    return f"{LEVELS[fact['level']]}{then}"


def _key(pair: str) -> str:
    return " to ".join(pair.split(" ", 1))


def _folders(session: Session) -> Iterator[dict[str, Any]]:
    for root, folder in session.trust.folders().items():
        yield {
            "name": str(root),
            "level": "folder",
            "repository": str(root),
            "recipe": "",
            "digest": "",
            "keys": sorted(folder.destinations),
            "since": _moment(folder.when),
            "current": True,
        }


def _grants(session: Session) -> Iterator[dict[str, Any]]:
    added = {origin.identity: each for each in _repositories(session) if (origin := session.origin_of(each))}
    for grant in session.trust.grants():
        repository = added.get(grant.identity)
        place = repository.alias if repository else grant.identity
        yield {
            "name": f"{place}/{grant.item}" if grant.item else place,
            "level": grant.level,
            "repository": grant.identity,
            "recipe": grant.item,
            "digest": grant.digest,
            "keys": sorted(grant.destinations),
            "since": _moment(grant.when),
            "current": _is_current(session, grant, repository),
        }


def _repositories(session: Session) -> tuple[Repository, ...]:
    try:
        return session.library.repositories
    except RunnerError:  # what was trusted is shown all the same
        return ()


def _is_current(session: Session, grant: Grant, repository: Repository | None) -> bool | None:
    """Tell whether a grant covers what it is for as that is now; None where that is not in sight."""
    if repository is None:
        return None
    if grant.level == "repository":
        return True
    try:
        return grant.covers(added_candidate(session, repository, grant.item))
    except RunnerError:
        return None


def _moment(when: datetime | None) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}" if when else ""
