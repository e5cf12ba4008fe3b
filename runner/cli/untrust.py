"""`recipes untrust`."""

import click

from runner.cli.completing import complete_trustworthy
from runner.cli.session import Session
from runner.errors import AskedWrongly
from runner.output.text import safe_text


@click.command("untrust")
@click.argument("path", metavar="PATH|ALIAS", shell_complete=complete_trustworthy)
@click.pass_obj
def command(session: Session, path: str) -> None:
    """Forget that the repository at PATH, or added as ALIAS, was trusted."""
    added = {each.alias: each.root for each in session.added}
    root = added.get(path) or (session.folder / session.path(path)).resolve()
    if not session.trust.forget(root):
        raise AskedWrongly(f"{path!r} is not among the trusted folders.", hint="recipes trust --list")
    click.echo(f"No longer trusted: {safe_text(str(root))}", err=True)
