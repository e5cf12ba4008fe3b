"""`recipes repo update`."""

from typing import TYPE_CHECKING

import click

from runner.cli.completing import complete_alias
from runner.cli.session import Session
from runner.errors import AskedWrongly, RunnerError, SomeFailed

if TYPE_CHECKING:
    from runner.sharing.repositories.fetching import Fetched
    from runner.sharing.repositories.locked import Locked
    from runner.sharing.repositories.lockfile import LockFile
    from runner.sharing.repositories.plan import Plan
    from runner.sharing.reviewed import Reviewed


@click.command("update", short_help="See what changed, and take it after a question.")
@click.argument("alias", required=False, shell_complete=complete_alias)
@click.option("--ref", metavar="REF", default="", help="Change to this tag, branch or commit.")
@click.option("--dry-run", is_flag=True, help="Show the plan, and take nothing.")
@click.option("--yes", is_flag=True, help="Take it without a question.")
@click.pass_obj
def command(session: Session, alias: str | None, ref: str, dry_run: bool, yes: bool) -> None:
    """See what changed in ALIAS, or in all repositories that were added, and take it after a question.

    The plan names recipes that come, go and change, what they may reach and do from then on, and ends with the diff:
    from what you approved last of a recipe, and for all else from what is there. A tag that was moved, history that was
    rewritten and an address that leads elsewhere are a stop. What was trusted before is not trusted in its new state.
    """
    from runner.cli.group import show_error
    from runner.cli.repositories import find_locked

    if ref and alias is None:
        raise AskedWrongly("--ref is for one repository.", hint=f"recipes repo update ALIAS --ref {ref}")
    found = find_locked(session, alias, command="recipes repo update")
    failed = list[RunnerError]()
    for lock, locked in found:
        try:
            _update(session, lock, locked, ref=ref, dry_run=dry_run, yes=yes)
        except RunnerError as error:
            if len(found) == 1:
                raise
            show_error(error)
            failed.append(error)
    if failed:
        raise SomeFailed(f"{len(failed)} of {len(found)} were not updated.", failed)
    if not found:
        click.echo("No repository was added.  Next  recipes repo add URL", err=True)


def _update(session: Session, lock: "LockFile", locked: "Locked", *, ref: str, dry_run: bool, yes: bool) -> None:
    from runner.cli.repositories import fetcher, say, state_of, store_of
    from runner.cli.repository_plan import plan_text
    from runner.sharing.repositories.keeping import plan_update, take

    with fetcher(session, lock, locked.source) as fetching:
        came = fetching.newest(locked, ref)
    reviewed = _reviewed(session, lock, came)
    plan = plan_update(store_of(session, lock, locked), locked, came, reviewed.files)
    if plan is None:
        say("Current", f"{locked.alias}, {state_of(locked)}")
        return
    text = plan_text(locked, came.locked, plan, _orphans(session, lock, locked, plan), reviewed.since)
    click.echo(text, nl=False)
    if dry_run or not _may_take(session, locked.alias, plan, yes=yes):
        say("Kept", f"{locked.alias}, {state_of(locked)}; nothing was taken.")
        return
    take(lock, locked, came.locked)
    say("Taken", f"{locked.alias}, {state_of(came.locked)}")
    if not plan.is_same:
        say("Next", "recipes run asks again before anything that changed runs")


def _reviewed(session: Session, lock: "LockFile", came: "Fetched") -> "Reviewed":
    from runner.sharing.reviewed import Reviewed, last_reviewed

    if came.snapshot is None:
        return Reviewed()
    identity = came.locked.source.identity(lock.path.parent)
    return last_reviewed(session.trust.grants(), session.trust.copies, identity, came.snapshot)


def _may_take(session: Session, alias: str, plan: "Plan", *, yes: bool) -> bool:
    if yes or plan.is_same:
        return True
    if not session.is_interactive:
        hint = f"recipes repo update {alias} --yes"
        raise AskedWrongly("Nothing was taken, as nobody is here to be asked.", hint=hint)
    return click.confirm("Take it?", default=False, err=True)


def _orphans(session: Session, lock: "LockFile", locked: "Locked", plan: "Plan") -> dict[str, list[str]]:
    """Return the examples of the repository in use that were made from recipes which would be gone, by their ids."""
    if session.root_in_use is None or not plan.gone:
        return {}
    from runner.cli.repositories import root_of
    from runner.scaffolding.origins import find_examples

    root = root_of(session, lock, locked)
    examples, _ = find_examples(session.library, session.library.home)
    made: dict[str, list[str]] = {}
    for example in examples:
        if example.origin_id in plan.gone and example.origin and example.origin.path.is_relative_to(root):
            customer = f" for {example.recipe.customer}" if example.recipe.customer else ""
            made.setdefault(example.origin_id, []).append(f"{example.recipe.id}{customer}")
    return made
