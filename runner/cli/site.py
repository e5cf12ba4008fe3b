"""`recipes site`."""

import sys
from typing import Any

import click

from runner.cli.completing import complete_folder
from runner.cli.recipe_command import accept_option
from runner.cli.session import Session
from runner.cli.topics import FOUND_SOMETHING
from runner.errors import AskedWrongly

DEFAULT_PORT = 8000


@click.command("site")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    shell_complete=complete_folder,
    help="The folder for the pages.  [default: site; with --serve one that is removed at the end]",
)
@click.option(
    "--repository",
    "repositories",
    multiple=True,
    metavar="FOLDER",
    shell_complete=complete_folder,
    help="Show this repository; may be repeated. [default: the one in use]",
)
@click.option("--url", metavar="URL", default="", help="Where the site will be; then it has a sitemap.xml.")
@click.option("--customer", "customers", multiple=True, metavar="NAME", help="Show the examples made for NAME too.")
@accept_option
@click.option("--force", is_flag=True, help="Write into a folder that holds other files.")
@click.option("--serve", is_flag=True, help="Serve the pages on this machine until Ctrl-C, and build what changes.")
@click.option("--port", type=click.IntRange(0, 65535), help="Of --serve; 0 takes a free one.  [default: 8000]")
@click.pass_obj
def command(session: Session, /, **typed: Any) -> None:
    """Make the catalog a site: static pages with search, forms and samples, readable from a folder without a server.

    Nothing of a repository runs, and the pages ask for nothing from anywhere. Examples that were made for customers
    stay out unless they are named, and so does what belongs to customers. What cannot be read is listed as broken, the
    others are built, and the command ends with 3. The same files give the same bytes, and what did not change is not
    written again. For programs there are catalog.json with its schema, feed.json, llms.txt, and a .md beside each page.

    With --serve they are on http://127.0.0.1:8000/ for this machine alone. A page that is open shows what is new once
    it is loaded again, as no page may ask a server for anything. What breaks while you write is said, and the last
    good pages stay.
    """
    if typed["serve"]:
        from runner.cli.site_serving import serve

        serve(session, typed, DEFAULT_PORT if typed["port"] is None else typed["port"])
    if typed["port"] is not None:
        raise AskedWrongly("--port is for --serve.", hint=f"recipes site --serve --port {typed['port']}")
    from runner.cli.building import Building

    building = Building(session, typed, session.path(typed["output"] or "site"))
    click.echo(str(building.build()))
    if building.report():
        sys.exit(FOUND_SOMETHING)
