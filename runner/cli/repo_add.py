"""`recipes repo add`."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.completing import complete_folder
from runner.cli.session import Session

if TYPE_CHECKING:
    from runner.sharing.repositories.fetching import Fetched
    from runner.sharing.repositories.locked import Locked
    from runner.sharing.repositories.lockfile import LockFile
    from runner.sharing.repositories.source import Source


@click.command("add", short_help="Add one; its recipes are ALIAS/api/name.")
@click.argument("source", metavar="URL|PATH|ZIP|PACK", shell_complete=complete_folder)
@click.option("--as", "alias", metavar="ALIAS", help="Name it so. [default: the name in its recipes.toml]")
@click.option("--ref", metavar="REF", default="", help="Take this tag, branch or commit. [default: its own branch]")
@click.pass_obj
def command(session: Session, source: str, alias: str | None, ref: str) -> None:
    """Add a repository of others: its recipes are seen as ALIAS/api/name from then on.

    It may be a git repository (https or ssh), a zip (of this machine or https), a folder of this machine, which is
    linked and read as it is, or the name of a pack that pip installed. What comes is pinned in recipes.lock, in the
    repository in use or else in a file of yours. Nothing of it runs before you trust it.
    """
    from runner.cli.repositories import fetcher
    from runner.sharing.repositories.keeping import add, check_alias
    from runner.sharing.repositories.source import parse_source
    from runner.sharing.repositories.store import Store

    lock = session.locks[0]
    taken = [each.alias for other in session.locks for each in other.read()]
    if alias is not None:
        check_alias(alias, taken)
    meant = _placed(session, lock, parse_source(source, session.folder))
    with fetcher(session, lock, meant) as fetching:
        came = fetching.first(meant, ref)
    check_alias(alias or came.locked.alias, taken)
    added = add(lock, Store(session.store_folder), came, alias or came.locked.alias)
    _report(session, lock, added, came)


def _placed(session: Session, lock: "LockFile", source: "Source") -> "Source":
    """Let a path that was typed be relative to a lock that goes along with it; one of the user's own goes nowhere."""
    if source.kind not in ("folder", "zip") or source.is_remote or Path(source.url).is_absolute():
        return source
    place = (session.folder / Path(source.url).expanduser()).resolve()
    if session.root_in_use is None:
        return replace(source, url=place.as_posix())
    relative = os.path.relpath(place, lock.path.parent.resolve())
    return replace(source, url=Path(relative).as_posix())


def _report(session: Session, lock: "LockFile", added: "Locked", came: "Fetched") -> None:
    from runner.catalog import read_repository
    from runner.cli.repositories import root_of, say, state_of

    repository = read_repository(root_of(session, lock, added), alias=added.alias)
    publisher = f", published by {repository.publisher}" if repository.publisher else ""
    count = len(added.recipes) if came.snapshot else len(repository.recipe_files())
    say("Added", f"{added.alias}: {repository.title}{publisher} (so it says)")
    say("From", f"{added.source.url}, {state_of(added)}")
    say("Recipes", f"{count:,}{_examples(added)}")
    if came.snapshot and came.snapshot.left_out:
        say("", f"{came.snapshot.left_out:,} made for customers stay there.")
    say("Locked", str(lock.path))
    say("Next", "recipes list   (nothing of it runs before you allow it; recipes run asks)")


def _examples(added: "Locked") -> str:
    names = [f"{added.alias}/{name}" for name in list(added.recipes)[:2]]
    more = ", ..." if len(added.recipes) > len(names) else ""
    return f", such as {', '.join(names)}{more}" if names else ""
