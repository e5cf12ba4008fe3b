"""`recipes update`."""

import sys

import click

from runner.cli.completing import complete_recipe
from runner.cli.session import Session
from runner.cli.topics import FOUND_SOMETHING
from runner.errors import AskedWrongly


@click.command("update")
@click.argument("recipe", shell_complete=complete_recipe)
@click.option("--diff", is_flag=True, help="Print what would change, and write nothing.")
@click.pass_obj
def command(session: Session, recipe: str, diff: bool) -> None:
    """Bring what changed in its origin into RECIPE, which was made from another one with `recipes new --from`.

    Your own edits stay. Where both changed the same lines, both stand in the file between markers, the lines are named,
    and the command ends with 3.
    """
    from runner.cli.new_writing import grant, refuse_findings
    from runner.cli.recording import repository_in_use
    from runner.output.text import safe_text
    from runner.scaffolding.apis import with_apis
    from runner.scaffolding.origins import example_of, updated
    from runner.scaffolding.writing import check_draft, diff_draft, write_draft

    repository = repository_in_use(session)
    found = session.library.find(recipe, command="recipes update")
    if found.repository.root != repository.root:
        raise AskedWrongly(f"{found.name} is not in the repository in use.", hint="recipes outdated")
    example = example_of(session.library, found.repository, found.recipe)
    if not example.is_outdated:
        click.echo(f"{found.recipe.id} is up to date with {example.origin_id}.", err=True)
        return
    draft, merged = updated(example)
    own = set(draft.files)
    draft = with_apis(draft, repository, session.library.lenders[1:])
    for note in draft.notes:
        click.echo(safe_text(f"Note  {note}"), err=True)
    if diff:
        text = diff_draft(repository.root, draft)
        click.echo(safe_text(text, keep="\n\t") if session.stdout_is_terminal else text, nl=False)
        return
    if not merged.conflicts:
        refuse_findings(check_draft(repository.root, draft), repository.root)
    write_draft(repository.root, draft, force=True)
    grant(session, repository, draft, set(draft.files) - own)
    path = found.recipe.path
    if merged.conflicts:
        lines = ", ".join(map(str, merged.conflicts))
        click.echo(safe_text(f"{path}: both changed the same lines; settle them by hand at line {lines}."), err=True)
        click.echo("Next  recipes outdated   (names it no more when it is settled)", err=True)
        sys.exit(FOUND_SOMETHING)
    click.echo(safe_text(f"Updated {found.recipe.id} from {example.origin_id}."), err=True)
    click.echo(f"Next  recipes test {found.recipe.id}", err=True)
