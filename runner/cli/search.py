"""`recipes search`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from runner.cli.list import as_data, write_json
from runner.cli.session import Session

if TYPE_CHECKING:
    from runner.catalog.search import Hits, Match


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, metavar="NUMBER", help="How many to show."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def command(session: Session, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find recipes by WORDS of the question you have, best first, with why each matched.

    All words count; where no recipe has them all, those with most of them are shown. The beginning of a word
    will do, and one typing error is forgiven.
    """
    text = " ".join(words)
    with session.index as index:
        hits = index.search(session.places, text, limit=limit)
    if as_json:
        write_json(session, list(map(_as_data, hits.matches)))
    elif session.stdout_is_terminal:
        click.echo(_table(hits, session.width), nl=False)
    else:
        from runner.catalog.index_listing import COLUMNS, as_cells, as_csv

        cells = ((*as_cells(each.row), each.why) for each in hits.matches)
        click.echo(as_csv((*COLUMNS, "why"), cells), nl=False)
    _report(hits, text, is_read=session.stdout_is_terminal)


def _as_data(match: "Match") -> dict[str, Any]:
    return as_data(match.row) | {"why": match.why}


def _table(hits: "Hits", width: int | None) -> str:
    if not hits.matches:
        return ""
    from runner.output.grid import render_table

    rows = [(match.row.name, match.row.title, match.why) for match in hits.matches]
    return render_table(("RECIPE", "ANSWERS", "WHY"), rows, width=width, wrap=1)


def _report(hits: "Hits", text: str, *, is_read: bool) -> None:
    """Say on stderr what was looked for instead of what was typed, and what to do next."""
    from runner.output.text import safe_text

    for typed, known in hits.replaced.items():
        click.echo(safe_text(f"Nothing has {typed!r}; this is for {known!r}."), err=True)
    if not hits.matches:
        meant = f" Did you mean {hits.suggestion!r}?" if hits.suggestion else ""
        click.echo(safe_text(f"Nothing for {text!r}.{meant}"), err=True)
        return
    if hits.matches[0].words < hits.words:
        click.echo(safe_text(_passed_over(hits.unknown)), err=True)
    if is_read:
        more = f" of {hits.total:,}" if hits.total > len(hits.matches) else ""
        click.echo(f"\n{len(hits.matches)}{more} found.  Next  recipes show {hits.matches[0].row.name}", err=True)


def _passed_over(unknown: Sequence[str]) -> str:
    """Say that no recipe has all words, and which of them none has."""
    if unknown:
        return f"Nothing has {', '.join(map(repr, unknown))}; these have most of the rest."
    return "No recipe has all of these words; these have most of them."
