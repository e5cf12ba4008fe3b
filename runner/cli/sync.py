"""`recipes sync`."""

import click

from runner.cli.session import Session


@click.command("sync")
@click.option("--locked", is_flag=True, help="For CI: mend nothing, and fail where something is not pinned or differs.")
@click.option("--offline", is_flag=True, help="Do not ask the network; RECIPES_OFFLINE=1 does the same.")
@click.pass_obj
def command(session: Session, locked: bool, offline: bool) -> None:
    """Make this machine have what recipes.lock names, to the last digest.

    What is missing is fetched, what was changed where it is kept is fetched again. The lock itself is not changed:
    that is for `recipes repo update`.
    """
    from runner.cli.group import show_error
    from runner.cli.repositories import fetcher, find_locked, state_of
    from runner.errors import RunnerError, SomeFailed
    from runner.output.text import safe_text
    from runner.sharing.repositories.keeping import sync

    found, failed = find_locked(session, None, command="recipes sync"), list[RunnerError]()
    for lock, each in found:
        try:
            with fetcher(session, lock, each.source, offline=offline) as fetching:
                done = sync(fetching, each, is_strict=locked)
            click.echo(safe_text(f"{done:<8}  {each.alias}  {state_of(each)}"))
        except RunnerError as error:
            show_error(error)
            failed.append(error)
    if failed:
        raise SomeFailed(f"{len(failed)} of {len(found)} are not as locked.", failed)
    if not found:
        click.echo("No repository was added.  Next  recipes repo add URL", err=True)
