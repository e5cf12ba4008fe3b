"""What a word behind `recipes trust` and `recipes untrust` means: something of an added repository, or a folder."""

import os
import re
from typing import Final

import click

import runner
from runner.catalog import Repository, find_repository, read_api, read_repository, readable_apis
from runner.catalog.index_walk import CATALOG
from runner.cli.session import Session
from runner.errors import AskedWrongly, RunnerError
from runner.output.text import safe_text
from runner.running.approval import trust_command
from runner.sharing.grants import Candidate

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*){0,2}")


def find_meant(session: Session, word: str) -> Candidate:
    """Return what a word means: first an added repository or something of it, then the repository at a path.

    Raises:
        AskedWrongly: It means nothing, or a recipe that is trusted with its folder.
    """
    if (candidate := find_added(session, word, "recipes trust")) is not None:
        if os.path.lexists(session.folder / session.path(word)):
            note = f"{word} is taken for what was added under this name; ./{word} would be the folder."
            click.echo(safe_text(note), err=True)
        return candidate
    repository = _repository_at(session, word)
    return Candidate(repository, None, tuple(map(read_api, repository.api_folders())))


def find_added(session: Session, word: str, command: str) -> Candidate | None:
    """Return what a word means among the added repositories: `alias`, `alias/api`, `alias/api/name` or a bare id.

    Args:
        session: Of the command.
        word: As typed.
        command: To be pasted with the right name where this one is wrong.

    Raises:
        NotFound: The repository has no such recipe or API.
    """
    if not _NAME.fullmatch(word):
        return None
    alias, _, rest = word.replace("_", "-").partition("/")
    repository = next((each for each in _added(session) if each.alias.replace("_", "-") == alias), None)
    if repository is None:
        return _bare(session, word) if _added(session) else None
    return added_candidate(session, repository, rest, command)


def added_candidate(session: Session, repository: Repository, item: str, command: str = "recipes trust") -> Candidate:
    """Return something of an added repository.

    Args:
        session: Of the command.
        repository: Which one.
        item: `api/name` of a recipe, the name of an API, or `""` for all of it.
        command: To be pasted with the right name where there is no such thing.

    Raises:
        NotFound: There is none.
        BrokenSource: It breaks a rule.
    """
    if not item:
        return Candidate(repository, None, tuple(readable_apis(repository)), session.origin_of(repository))
    name = f"{repository.alias}/{item}"
    if "/" in item:
        return _recipe(session, name, command)
    return Candidate(repository, None, (session.library.find_api(name, command)[1],), session.origin_of(repository))


def _bare(session: Session, word: str) -> Candidate | None:
    """Return a recipe of an added repository that is found without its alias."""
    try:
        meant = session.library.locate(word)
    except RunnerError:
        return None
    return _recipe(session, word, "recipes trust") if meant.repository.alias not in ("", CATALOG) else None


def _recipe(session: Session, word: str, command: str) -> Candidate:
    found = session.library.find(word, command)
    apis = tuple(session.library.api(found.repository, each.api) for each in found.recipe.clients)
    return Candidate(found.repository, found.recipe, apis, session.origin_of(found.repository))


def _added(session: Session) -> list[Repository]:
    """Return the added repositories; none where the one in use is broken, which must not keep a folder from trust."""
    try:
        return [each for each in session.library.repositories if each.alias not in ("", CATALOG)]
    except RunnerError:
        return []


def _repository_at(session: Session, path: str) -> Repository:
    """Return the repository in or above a folder that the user named.

    Raises:
        AskedWrongly: There is none.
    """
    place = session.folder / session.path(path)
    if not place.exists():  # a folder above it is not what was meant
        raise _no_folder(session, path)
    root = find_repository(place)
    if root is None:
        raise AskedWrongly(f"{path!r} is no repository: neither it nor a folder above has a recipes.toml.")
    return read_repository(root, runner_version=runner.__version__)


def _no_folder(session: Session, word: str) -> AskedWrongly:
    """Return the error for a word that is no folder; of a recipe it says how that is trusted."""
    try:
        meant = session.library.locate(word)
    except RunnerError:
        return AskedWrongly(f"There is no folder {word!r}, and nothing of that name was added.", hint="recipes list")
    if meant.repository.alias == CATALOG:
        message = f"{meant.name} is of the catalog, which is always trusted."
        return AskedWrongly(message, hint=f"recipes run {meant.name}")
    hint = trust_command(meant.repository.root)
    return AskedWrongly(f"{meant.name} is trusted with its folder, or not at all.", hint=hint)
