"""`recipes untrust`."""

import click

from runner.cli.completing import complete_trusted
from runner.cli.session import Session
from runner.errors import AskedWrongly, NotFound
from runner.output.text import safe_text


@click.command("untrust")
@click.argument("what", metavar="PATH|ID|ALIAS", shell_complete=complete_trusted)
@click.pass_obj
def command(session: Session, what: str) -> None:
    """Take back what was trusted: a folder, or a recipe, API or all of an added repository.

    A repository that was removed goes by the address that `recipes trust --list` shows.
    """
    if count := _revoke(session, what):
        click.echo(safe_text(f"No longer trusted: {what}{f' ({count} grants)' if count > 1 else ''}"), err=True)
        return
    root = (session.folder / session.path(what)).resolve()
    if not session.trust.forget(root):
        raise AskedWrongly(f"{what!r} is not among what is trusted.", hint="recipes trust --list")
    click.echo(f"No longer trusted: {safe_text(str(root))}", err=True)


def _revoke(session: Session, what: str) -> int:
    """Take back what was granted to something of an added repository; return how many grants that was.

    Raises:
        AskedWrongly: It is trusted with all of its repository.
    """
    from runner.cli.trust_words import find_added

    if count := session.trust.revoke(what):
        return count
    try:
        candidate = find_added(session, what, "recipes untrust")
    except NotFound:  # it may have been there when it was trusted
        return _revoke_gone(session, what)
    if candidate is None or candidate.origin is None:
        return int(candidate is not None and session.trust.forget(candidate.repository.root))
    if "/" not in what:
        return session.trust.revoke(candidate.origin.identity)
    count = session.trust.revoke(candidate.origin.identity, candidate.item)
    if session.trust.destinations(candidate) is not None:
        alias = candidate.origin.alias
        raise AskedWrongly(f"{what} still runs, as all of {alias} is trusted.", hint=f"recipes untrust {alias}")
    return count


def _revoke_gone(session: Session, what: str) -> int:
    """Do it for a recipe that its repository has no more."""
    from runner.cli.trust_words import find_added

    alias, _, item = what.partition("/")
    whole = find_added(session, alias, "recipes untrust")
    return session.trust.revoke(whole.origin.identity, item) if whole and whole.origin else 0
