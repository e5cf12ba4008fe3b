"""`recipes untrust`."""

import click

from runner.cli.completing import complete_folder
from runner.cli.session import Session
from runner.errors import AskedWrongly
from runner.output.text import safe_text


@click.command("untrust")
@click.argument("path", shell_complete=complete_folder)
@click.pass_obj
def command(session: Session, path: str) -> None:
    """Forget that the repository at PATH was trusted."""
    root = (session.folder / session.path(path)).resolve()
    if not session.trust.forget(root):
        raise AskedWrongly(f"{path!r} is not among the trusted folders.", hint="recipes trust --list")
    click.echo(f"No longer trusted: {safe_text(str(root))}", err=True)
