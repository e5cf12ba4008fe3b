"""`recipes repo remove`."""

import click

from runner.cli.completing import complete_alias
from runner.cli.session import Session


@click.command("remove", short_help="Take one out of recipes.lock.")
@click.argument("alias", shell_complete=complete_alias)
@click.pass_obj
def command(session: Session, alias: str) -> None:
    """Take the repository ALIAS out of recipes.lock. A linked folder stays as it is.

    What was fetched stays on this machine, as another lock may name it, and so does what was trusted.
    """
    from runner.cli.repositories import find_locked, say
    from runner.sharing.repositories.keeping import remove

    [(lock, _)] = find_locked(session, alias, command="recipes repo remove")
    gone = remove(lock, alias)
    say("Removed", f"{alias}, from {lock.path}")
    say("Back", f"recipes repo add {gone.source.url} --as {alias}")
