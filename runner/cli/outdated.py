"""`recipes outdated`."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from runner.cli.session import Session
from runner.cli.topics import FOUND_SOMETHING

if TYPE_CHECKING:
    from runner.errors import BrokenSource
    from runner.scaffolding.origins import Example


@click.command("outdated")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """See which recipes were made from another one that has changed since, with what changed.

    Ends with 3 if there is one. `recipes update NAME` brings the change over.
    """
    from runner.cli.recording import repository_in_use
    from runner.scaffolding.origins import find_examples

    repository = repository_in_use(session)
    examples, broken = find_examples(session.library, repository)
    _report(broken)
    outdated = [each for each in examples if each.is_outdated]
    if as_json:
        data = [as_data(each) for each in outdated]
        click.echo(json.dumps(data, ensure_ascii=session.stdout_is_terminal, indent=1))
    else:
        for each in outdated:
            _show(session, each)
    counts = f"{len(examples):,} example{'' if len(examples) == 1 else 's'}"
    click.echo(f"{counts}, {len(outdated):,} outdated." if outdated else f"{counts}, none outdated.", err=True)
    sys.exit(FOUND_SOMETHING if outdated else 0)


def as_data(example: "Example") -> dict[str, Any]:
    """Return what `outdated --json` says of one recipe; the keys are a contract."""
    from runner.scaffolding.origins import diff_origin

    return {
        "recipe": example.recipe.id,
        "customer": example.recipe.customer,
        "origin": example.origin_id,
        "state": "changed" if example.origin else "gone",
        "diff": diff_origin(example),
    }


def _report(broken: "list[BrokenSource]") -> None:
    from runner.output.text import safe_text

    for each in broken:
        click.echo(f"Broken  {safe_text(str(each))}", err=True)
        if each.hint:
            click.echo(f"Fix     {safe_text(each.hint)}", err=True)


def _show(session: Session, example: "Example") -> None:
    from runner.output.text import safe_text
    from runner.scaffolding.origins import diff_origin

    state = "has changed" if example.origin else "is gone"
    customer = f" for {example.recipe.customer}" if example.recipe.customer else ""
    click.echo(safe_text(f"{example.recipe.id}{customer}: {example.origin_id} {state}"))
    text = diff_origin(example)
    if text:
        click.echo(safe_text(text, keep="\n\t") if session.stdout_is_terminal else text, nl=False)
    elif example.origin:
        click.echo(safe_text(f"Note  What changed cannot be told: see {example.base}"), err=True)
    if example.origin:
        click.echo(f"Next  recipes update {example.recipe.id}", err=True)
