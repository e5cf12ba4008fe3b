"""`recipes pack`."""

from typing import Any

import click

from runner.cli.completing import complete_file
from runner.cli.recipe_command import accept_option
from runner.cli.session import Session
from runner.errors import AskedWrongly


@click.command("pack")
@click.option(
    "-o", "--output", metavar="FILE", shell_complete=complete_file, help="Write here; - is stdout. [default: NAME.zip]"
)
@click.option("--wheel", is_flag=True, help="Make a wheel, for pip and a package index; it needs --version.")
@click.option("--version", metavar="VERSION", default="", help="Of the pack, such as 1.4.0; it stands in its manifest.")
@click.option("--customer", "customers", multiple=True, metavar="NAME", help="Take the examples of NAME along.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; say what a stranger will see.")
@click.option("--json", "as_json", is_flag=True, help="With --check: print one JSON object.")
@accept_option
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.pass_obj
def command(session: Session, /, **typed: Any) -> None:
    """Make one file of the repository in use, for others to add with `recipes repo add FILE`.

    It holds recipes, APIs, sandboxes, cases and templates, README and licence, and a manifest with their digests; the
    same files give the same bytes. Examples that were made for customers stay here unless they are named. Before it is
    written, all of it is searched for keys, for what belongs to customers, for internal hosts and paths of this
    machine; --check says what was found and what else others will see, and ends with 3 if something must not go.
    """
    if typed["as_json"] and not typed["only_check"]:
        raise AskedWrongly("--json is for --check.", hint="recipes pack --check --json")
    from runner.cli.packing import Packing

    packing = Packing(session, typed)
    if typed["only_check"]:
        packing.show()
    elif path := packing.write():
        click.echo(str(path))
