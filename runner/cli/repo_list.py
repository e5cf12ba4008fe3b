"""`recipes repo list`."""

from typing import TYPE_CHECKING, Any

import click

from runner.cli.session import Session

if TYPE_CHECKING:
    from runner.sharing.repositories.locked import Locked
    from runner.sharing.repositories.lockfile import LockFile

_COLUMNS = ("alias", "title", "kind", "url", "ref", "commit", "recipes", "state")


@click.command("list", short_help="See which were added, and from where.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """See which repositories were added, and from where: a table on a terminal, CSV in a pipe."""
    from runner.cli.list import write_json
    from runner.cli.repositories import find_locked

    found = find_locked(session, None, command="recipes repo list")
    rows = [as_data(session, lock, locked) for lock, locked in found]
    if as_json:
        write_json(session, rows)
    elif session.stdout_is_terminal:
        click.echo(_table(session, rows, [locked for _, locked in found]), nl=False)
    else:
        from runner.catalog.index_listing import as_csv

        click.echo(as_csv(_COLUMNS, ([str(row[name]) for name in _COLUMNS] for row in rows)), nl=False)
    if not rows:
        click.echo("No repository was added.  Next  recipes repo add URL", err=True)


def as_data(session: Session, lock: "LockFile", locked: "Locked") -> dict[str, Any]:
    """Return what `repo list --json` says of one repository; the keys are a contract."""
    from runner.catalog import read_repository
    from runner.cli.repositories import root_of
    from runner.errors import BrokenSource

    root = root_of(session, lock, locked)
    title, publisher, count, state = "", "", len(locked.recipes), "missing"
    try:
        repository = read_repository(root)
        title, publisher, state = repository.title, repository.publisher, "here"
        count = len(repository.recipe_files()) if locked.source.kind == "folder" else count
    except BrokenSource:
        state = "broken" if root.exists() else state
    return {
        "alias": locked.alias,
        "title": title,
        "publisher": publisher,
        "kind": locked.source.kind,
        "url": locked.source.url,
        "ref": locked.ref,
        "commit": locked.commit,
        "digest": locked.digest,
        "recipes": count,
        "state": state,
        "lock": str(lock.path),
        "folder": str(root),
    }


def _table(session: Session, rows: list[dict[str, Any]], locked: "list[Locked]") -> str:
    from runner.cli.repositories import state_of
    from runner.output.grid import render_table

    cells = [
        (row["alias"], row["title"], each.source.host, state_of(each), f"{row['recipes']:,}", row["state"])
        for row, each in zip(rows, locked, strict=True)
    ]
    titles = ("ALIAS", "TITLE", "FROM", "AT", "RECIPES", "STATE")
    return render_table(titles, cells, width=session.width, wrap=2) if cells else ""
