"""`recipes site`."""

import sys
from typing import Any

import click

from runner.cli.completing import complete_folder
from runner.cli.recipe_command import accept_option
from runner.cli.session import Session
from runner.cli.topics import FOUND_SOMETHING


@click.command("site")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    default="site",
    show_default=True,
    shell_complete=complete_folder,
    help="The folder for the pages.",
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
@click.pass_obj
def command(session: Session, /, **typed: Any) -> None:
    """Make the catalog a site: static pages with search, forms and samples, readable from a folder without a server.

    Nothing of a repository runs, and the pages ask for nothing from anywhere. Examples that were made for customers
    stay out unless they are named, and so does what belongs to customers. What cannot be read is listed as broken, the
    others are built, and the command ends with 3. The same files give the same bytes, and what did not change is not
    written again. For programs there are catalog.json with its schema, feed.json, llms.txt, and a .md beside each page.
    """
    from runner.cli.building import Building

    building = Building(session, typed, session.path(typed["output"]))
    click.echo(str(building.build()))
    if building.report():
        sys.exit(FOUND_SOMETHING)
