"""`recipes repo verify`."""

import click

from runner.cli.completing import complete_alias
from runner.cli.session import Session


@click.command("verify", short_help="Compare what is kept with recipes.lock.")
@click.argument("alias", required=False, shell_complete=complete_alias)
@click.pass_obj
def command(session: Session, alias: str | None) -> None:
    """Read again all files kept of ALIAS, or of all repositories that were added, and compare them with recipes.lock.

    The network is not asked. Ends with 3 if something is missing or was changed.
    """
    from runner.cli.group import show_error
    from runner.cli.repositories import find_locked, store_of
    from runner.errors import NotAsLocked, SomeFailed
    from runner.output.text import safe_text
    from runner.sharing.repositories.keeping import verify

    failed = list[NotAsLocked]()
    found = find_locked(session, alias, command="recipes repo verify")
    for lock, locked in found:
        try:
            verify(store_of(session, lock, locked), locked)
            state = "linked, so read as it is" if locked.source.kind == "folder" else locked.digest
            click.echo(safe_text(f"ok  {locked.alias}  {state}"))
        except NotAsLocked as error:
            show_error(error)
            failed.append(error)
    if failed:
        raise SomeFailed(f"{len(failed)} of {len(found)} are not as locked.", failed)
