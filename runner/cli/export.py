"""`recipes export`."""

from typing import Any

import click

from runner.cli.completing import complete_file, complete_recipe
from runner.cli.recipe_command import (
    FOUND,
    RecipeCommand,
    accept_option,
    param_option,
    params_option,
    profile_option,
    recipe_words,
)

FORMATS = ("script", "notebook", "zip", "markdown", "curl")


@click.command("export", cls=RecipeCommand)
@click.argument("recipe", shell_complete=complete_recipe)
@click.option("--to", "format_", type=click.Choice(FORMATS), required=True, help="What to make of it.")
@click.option("--customer", metavar="TEXT", help="Whom it is for; the file says so.")
@param_option
@params_option
@profile_option("Take values, and the customer's name, from this profile.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    shell_complete=complete_file,
    help="Write here; - is stdout. [default: from recipe and customer]",
)
@click.option("--with-output", is_flag=True, help="A notebook shows the rows of the recorded case.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@accept_option
@click.pass_context
def command(ctx: click.Context, /, recipe: str, **typed: Any) -> None:
    """Hand RECIPE over to a customer: one file that runs without recipe-runner, with the customer's values in it.

    Before it is written, a script or notebook is run on the recorded case in a process of its own and compared with
    what was recorded, and every part of a file is searched for keys, for names and values of other customers, for
    internal hosts and for paths of this machine.
    """
    from runner.running.lean import prepare_httpx

    prepare_httpx()
    from runner.cli.exporting import Export

    export = Export(ctx.obj, ctx.meta[FOUND], typed)
    if path := export.carry_out(recipe_words(typed)):
        click.echo(str(path))
