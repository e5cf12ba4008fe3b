"""`recipes trust`."""

import click

import runner
from runner.catalog import Api, Repository, find_repository, read_api, read_repository
from runner.cli.completing import complete_trustworthy
from runner.cli.session import Session
from runner.errors import AskedWrongly
from runner.output.text import safe_text


@click.command("trust")
@click.argument("path", metavar="[PATH|ALIAS]", required=False, shell_complete=complete_trustworthy)
@click.option("--list", "as_list", is_flag=True, help="Print the folders that are trusted.")
@click.pass_obj
def command(session: Session, path: str | None, as_list: bool) -> None:
    """Allow the recipes in the repository at PATH, or added as ALIAS, to run on this machine.

    A recipe runs as you: it can read your files and any key this machine can read. Trust a folder whose
    recipes you wrote or have read. Of a repository that was added, the state that is here now is trusted, and no
    later one; a linked folder is trusted as it is. The catalog that comes with this program is always trusted.
    """
    if as_list:
        for root in session.trust.roots():
            click.echo(safe_text(str(root)))
        return
    if path is None:
        raise AskedWrongly("Which folder?", hint="recipes trust PATH")
    repository = repository_at(session, path)
    granted = session.trust.trust(repository, _apis(repository))
    click.echo(f"Trusted: {safe_text(str(repository.root))}. Its recipes run as you.", err=True)
    for pair in granted:
        variable, _, host = pair.partition(" ")
        click.echo(f"They may send the key in {safe_text(variable)} to {safe_text(host)}.", err=True)


def repository_at(session: Session, path: str) -> Repository:
    """Return the repository in or above a folder that the user named, or the one that was added under that name.

    Raises:
        AskedWrongly: There is none, or both.
    """
    added = next((each for each in session.added if each.alias == path), None)
    if added is not None:
        if (session.folder / path).exists():
            message = f"{path!r} is a repository that was added, and something in this folder."
            raise AskedWrongly(message, hint=f"recipes trust ./{path}   (or go to another folder)")
        return read_repository(added.root, alias=added.alias, runner_version=runner.__version__)
    root = find_repository(session.folder / session.path(path))
    if root is None:
        raise AskedWrongly(f"{path!r} is no repository: neither it nor a folder above has a recipes.toml.")
    return read_repository(root, runner_version=runner.__version__)


def _apis(repository: Repository) -> list[Api]:
    return [read_api(folder) for folder in repository.api_folders()]
