"""`recipes list`."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from runner.cli.session import Session
from runner.output.text import safe_text

if TYPE_CHECKING:
    from runner.catalog import Entry, Shelf

# Each form of the list loads what it needs when it is asked for: this command should feel instant.


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """See which recipes there are: a table on a terminal, CSV in a pipe."""
    shelf = session.library.scan()
    if as_json:
        import json

        data = [as_data(entry) for entry in shelf.recipes]
        click.echo(json.dumps(data, ensure_ascii=session.stdout_is_terminal, indent=1))
    elif session.stdout_is_terminal:
        click.echo(_table(shelf.recipes, session.width), nl=False)
    else:
        _write_csv(shelf.recipes)
    _report(session, shelf)


def as_data(entry: "Entry") -> dict[str, Any]:
    """Return what `list --json` says of one recipe; the keys are a contract."""
    recipe = entry.recipe
    return {
        "id": entry.name,
        "title": recipe.title,
        "description": recipe.description,
        "api": recipe.api,
        "audience": list(recipe.audience),
        "tags": list(recipe.tags),
        "gives": recipe.gives,
        "writes": recipe.writes,
        "deprecated": recipe.deprecated,
        "repository": entry.repository.title,
        "path": str(recipe.path),
    }


def _table(recipes: "Sequence[Entry]", width: int | None) -> str:
    from runner.output.grid import render_table

    rows = [(entry.name, entry.recipe.title, ", ".join(entry.recipe.audience)) for entry in recipes]
    return render_table(("RECIPE", "ANSWERS", "FOR"), rows, width=width, wrap=1)


def _write_csv(recipes: "Sequence[Entry]") -> None:
    import csv

    columns = ("id", "title", "audience", "tags", "api", "gives", "repository")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for entry in recipes:
        data = as_data(entry)
        cells = (data[name] for name in columns)
        writer.writerow([";".join(cell) if isinstance(cell, list) else cell for cell in cells])


def _report(session: Session, shelf: "Shelf") -> None:
    """Say on stderr what the list itself does not show."""
    for broken in shelf.broken:
        click.echo(f"Broken  {safe_text(str(broken))}", err=True)
        if broken.hint:
            click.echo(f"Fix     {safe_text(broken.hint)}", err=True)
    in_use = session.library.repositories[0]
    if not shelf.broken and not any(entry.repository is in_use for entry in shelf.recipes):
        click.echo(f"No recipes yet in {safe_text(str(in_use.root))}: one is a file recipes/<api>/<name>.py.", err=True)
    if session.stdout_is_terminal and shelf.recipes:
        click.echo(f"\n{len(shelf.recipes)} recipes.  Next  recipes show {shelf.recipes[0].name}", err=True)
