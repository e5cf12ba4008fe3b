"""`recipes list`."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import click

from runner.cli.completing import complete_api, complete_audience, complete_collection, complete_tag
from runner.cli.session import Session

if TYPE_CHECKING:
    from runner.catalog.index_listing import Listing
    from runner.catalog.index_rows import Row

# Each form of the list loads what it needs when it is asked for: this command should feel instant.


@click.command("list")
@click.option("--api", metavar="NAME", shell_complete=complete_api, help="Only recipes for this API.")
@click.option("--tag", metavar="NAME", shell_complete=complete_tag, help="Only recipes with this tag.")
@click.option("--audience", metavar="NAME", shell_complete=complete_audience, help="Only recipes for this audience.")
@click.option(
    "--collection", metavar="TITLE", shell_complete=complete_collection, help="Only this collection, in its order."
)
@click.option(
    "--customer",
    is_flag=False,
    flag_value="",
    metavar="[NAME]",
    help="Only what was made for customers, or for this one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def command(
    session: Session,
    api: str | None,
    tag: str | None,
    audience: str | None,
    collection: str | None,
    customer: str | None,
    as_json: bool,
) -> None:
    """See which recipes there are: a table on a terminal, CSV in a pipe.

    On a terminal they stand by collection, in the order in which each is best read.
    """
    is_narrow = api or tag or audience or collection is not None or customer is not None
    if not (as_json or session.stdout_is_terminal or is_narrow):
        _write_sheet(session)
        return
    with session.index as index:
        listing = index.listing(session.places)
    rows = select(listing.recipes, api=api, tag=tag, audience=audience)
    if collection is not None:
        rows = select_collection(rows, listing.recipes, collection)
    elif session.stdout_is_terminal and not as_json:
        rows = _by_collection(rows)
    if customer is not None:
        rows = select_customer(rows, listing.recipes, customer)
    if as_json:
        write_json(session, [as_data(row) for row in rows])
    elif session.stdout_is_terminal:
        click.echo(_tables(rows, session.width, _sources(session), with_customer=customer is not None), nl=False)
    else:
        from runner.catalog.index_listing import COLUMNS, as_cells, as_csv

        click.echo(as_csv(COLUMNS, map(as_cells, rows)), nl=False)
    _report(session, listing, rows)
    if customer is not None and not rows:
        click.echo("No recipe was made for a customer.  Next  recipes new NAME --from RECIPE --customer NAME", err=True)


def select(rows: "Sequence[Row]", *, api: str | None, tag: str | None, audience: str | None) -> "Sequence[Row]":
    """Return the rows that have all that was asked for.

    Raises:
        NotFound: No recipe at all has an API, tag or audience of that name.
    """
    for what, name, names_of in (
        ("API", api, lambda row: (row.api,)),
        ("tag", tag, lambda row: row.tags),
        ("audience", audience, lambda row: row.audience),
    ):
        if name is not None:
            _check_known(what, name, {each for row in rows for each in names_of(row)})
    return [
        row
        for row in rows
        if (api is None or row.api == api)
        and (tag is None or tag in row.tags)
        and (audience is None or audience in row.audience)
    ]


def select_collection(rows: "Sequence[Row]", every: "Sequence[Row]", title: str) -> "Sequence[Row]":
    """Return the rows of a collection in its order; capitals do not count, and hyphens stand for blanks.

    Args:
        rows: To choose from.
        every: All there are.
        title: As typed.

    Raises:
        NotFound: No recipe at all stands in a collection of that title.
    """
    from runner.catalog.collection import as_typed

    wanted = as_typed(title)
    known = {as_typed(row.collection): row.collection for row in every if row.collection}
    if wanted not in known:
        from shlex import quote

        from runner.errors import NotFound, nearest

        near = known.get(nearest(wanted, known), "")
        command = f"recipes list --collection {quote(near)}" if near else "recipes list"
        raise NotFound("collection", title, (), fallback=command)
    return [row for row in _by_collection(rows) if as_typed(row.collection) == wanted]


def _by_collection(rows: "Sequence[Row]") -> "Sequence[Row]":
    """Put the rows of each repository in the order of its collections; those in none keep theirs, behind them."""
    return [row for _, group in groupby(rows, attrgetter("root")) for row in sorted(group, key=attrgetter("position"))]


def select_customer(rows: "Sequence[Row]", every: "Sequence[Row]", name: str) -> "Sequence[Row]":
    """Return the rows that were made for a customer, however the name is capitalised; `""` means any customer.

    Args:
        rows: To choose from.
        every: All there are.
        name: As typed.

    Raises:
        NotFound: No recipe at all was made for a customer of that name.
    """
    if not name:
        return [row for row in rows if row.customer]
    wanted = name.strip().casefold()
    known = {row.customer for row in every if row.customer}
    if wanted not in map(str.casefold, known):
        from shlex import quote

        from runner.errors import NotFound, nearest

        near = nearest(name, known)
        raise NotFound("customer", name, (), fallback=f"recipes list --customer {quote(near)}".removesuffix(" ''"))
    return [row for row in rows if row.customer.casefold() == wanted]


def as_data(row: "Row") -> dict[str, Any]:
    """Return what `list --json` says of one recipe; the keys are a contract."""
    return {
        "id": row.name,
        "title": row.title,
        "description": row.description,
        "api": row.api,
        "audience": list(row.audience),
        "tags": list(row.tags),
        "gives": row.gives,
        "columns": list(row.columns),
        "endpoints": list(row.endpoints),
        "writes": row.writes,
        "deprecated": row.deprecated,
        "customer": row.customer,
        "collection": row.collection,
        "repository": row.repository,
        "path": row.path,
    }


def write_json(session: Session, data: object) -> None:
    """Write JSON to stdout; a terminal gets nothing in it that could steer it."""
    import json

    click.echo(json.dumps(data, ensure_ascii=session.stdout_is_terminal, indent=1))


def _write_sheet(session: Session) -> None:
    """Write the whole list as CSV; ten thousand recipes that did not change come as they were written last."""
    with session.index as index:
        sheet = index.sheet(session.places)
    click.echo(sheet.text, nl=False)
    if sheet.listing is not None:
        _report(session, sheet.listing, sheet.listing.recipes)


def _check_known(what: str, name: str, known: set[str]) -> None:
    if name not in known:
        from runner.errors import NotFound

        raise NotFound(what, name, sorted(known), command=f"recipes list --{what.lower()}", fallback="recipes list")


def _tables(rows: "Sequence[Row]", width: int | None, sources: dict[str, str], *, with_customer: bool) -> str:
    """Return a table for each collection and then each API of each repository, with a heading where there are several.

    Args:
        rows: The recipes.
        width: Of the terminal.
        sources: Where added repositories come from, by alias.
        with_customer: Name the customer in place of the audience.
    """
    from runner.output.grid import render_tables
    from runner.output.text import safe_text

    groups = [list(group) for _, group in groupby(rows, lambda row: (row.root, row.collection or row.api))]
    cells = [
        [(row.name, row.title, row.customer if with_customer else ", ".join(row.audience)) for row in group]
        for group in groups
    ]
    titles = ("RECIPE", "ANSWERS", "CUSTOMER" if with_customer else "FOR")
    tables = render_tables(titles, cells, width=width, wrap=1)
    if len(groups) < 2:
        return "".join(tables)
    is_one = len({row.root for row in rows}) == 1
    headings = [_heading(group[0], sources, is_one=is_one) for group in groups]
    return "\n".join(f"{safe_text(heading)}\n{table}" for heading, table in zip(headings, tables, strict=True))


def _heading(row: "Row", sources: dict[str, str], *, is_one: bool) -> str:
    """Return what stands above the table of a recipe; that of the only repository in sight stays away."""
    if row.collection and is_one:
        return row.collection
    return f"{_where(row, sources)} · {row.collection or row.api}"


def _where(row: "Row", sources: dict[str, str]) -> str:
    """Return title, alias and origin of the repository of a recipe: what it says of itself, and what is known of it."""
    source = sources.get(row.alias)
    return row.repository if source is None else f"{row.repository} ({row.alias}, from {source})"


def _sources(session: Session) -> dict[str, str]:
    return {each.alias: each.url.removeprefix("https://") for each in session.added}


def _report(session: Session, listing: "Listing", shown: "Sequence[Row]") -> None:
    """Say on stderr what the list itself does not show."""
    home = str(session.home.resolve())
    if listing.broken or not any(row.root == home for row in listing.recipes):
        _report_missing(listing, home)
    if session.stdout_is_terminal and shown:
        narrow = f" of {len(listing.recipes):,}" if len(shown) < len(listing.recipes) else ""
        noun = "recipe" if len(listing.recipes) == 1 else "recipes"
        click.echo(f"\n{len(shown):,}{narrow} {noun}.  Next  recipes show {shown[0].name}", err=True)


def _report_missing(listing: "Listing", home: str) -> None:
    """Say what could not be read, or how the first recipe of the repository in use is made."""
    from runner.output.text import safe_text

    for broken in listing.broken:
        click.echo(f"Broken  {safe_text(str(broken))}", err=True)
        if broken.hint:
            click.echo(f"Fix     {safe_text(broken.hint)}", err=True)
    if not listing.broken:
        click.echo(f"No recipes yet in {safe_text(home)}: one is a file recipes/<api>/<name>.py.", err=True)
