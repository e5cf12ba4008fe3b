"""`recipes trust`."""

from typing import TYPE_CHECKING

import click

from runner.cli.completing import complete_trusted
from runner.cli.session import Session
from runner.errors import AskedWrongly, NotTrusted
from runner.output.text import safe_text

if TYPE_CHECKING:
    from runner.sharing.grants import Candidate, Level


@click.command("trust")
@click.argument("what", required=False, metavar="[PATH|ID|ALIAS]", shell_complete=complete_trusted)
@click.option("--all-versions", is_flag=True, help="With ID: now and after every update, not in this version alone.")
@click.option("--all-recipes", is_flag=True, help="With ALIAS: every recipe, now and after every update.")
@click.option("--list", "as_list", is_flag=True, help="Print what is trusted.")
@click.option("--json", "as_json", is_flag=True, help="With --list: print one JSON array.")
@click.pass_obj
def command(
    session: Session, what: str | None, all_versions: bool, all_recipes: bool, as_list: bool, as_json: bool
) -> None:
    """Allow recipes to run on this machine: those in the folder PATH, or one of an added repository by its ID.

    A recipe runs as you: it can read your files and any key this machine can read. Trust what you wrote or have read.
    The catalog that comes with this program is always trusted.

    A folder is trusted as a whole. Of a repository that was added from elsewhere you trust one recipe in this
    version, `acme/newswhip/trending`, or the sandbox of an API, `acme/newswhip`; after a change you are asked again.
    What it would do is shown first, and on a terminal you are asked; elsewhere the command itself is your word. A new
    pair of key and host has to be allowed at every level. A folder that is called like an alias is `./acme`.
    """
    if as_list:
        from runner.cli.trust_list import show_trusted

        show_trusted(session, as_json=as_json)
        return
    if as_json:
        raise AskedWrongly("--json is for --list.", hint="recipes trust --list --json")
    if what is None:
        raise AskedWrongly("Which folder or recipe?", hint="recipes trust PATH, or recipes trust alias/api/name")
    from runner.cli.trust_words import find_meant

    candidate = find_meant(session, what)
    level = _level(candidate, what, all_versions=all_versions, all_recipes=all_recipes)
    if level is None:
        _trust_folder(session, candidate)
    else:
        _trust_added(session, candidate, level)


def _level(candidate: "Candidate", what: str, *, all_versions: bool, all_recipes: bool) -> "Level | None":
    """Return how far leave is to go; None for a folder.

    Raises:
        AskedWrongly: The options do not fit what is named.
    """
    is_whole = candidate.recipe is None and len(what.split("/")) == 1
    if candidate.origin is None:
        if all_versions or all_recipes:
            raise AskedWrongly("A folder is trusted as a whole, in all versions.", hint=f"recipes trust {what}")
        return None
    if is_whole and not all_recipes:
        message = f"{what} is a whole repository: a recipe of it can be trusted alone."
        raise AskedWrongly(message, hint=f"recipes trust {what}/api/name, or recipes trust {what} --all-recipes")
    if all_recipes and (all_versions or not is_whole):
        hint = f"recipes trust {what.partition('/')[0]} --all-recipes"
        raise AskedWrongly("--all-recipes goes with an alias alone.", hint=hint)
    return "repository" if is_whole else "recipe" if all_versions else "version"


def _trust_folder(session: Session, candidate: "Candidate") -> None:
    from runner.cli.permission import known_apis
    from runner.sharing.disclosure import borrowed_keys

    repository = candidate.repository
    warnings = [*borrowed_keys(candidate.apis, known_apis(session, repository))]
    granted = session.trust.trust(repository, candidate.apis)
    click.echo(f"Trusted: {safe_text(str(repository.root))}. Its recipes run as you.", err=True)
    for pair in granted:
        variable, _, host = pair.partition(" ")
        click.echo(f"They may send the key in {safe_text(variable)} to {safe_text(host)}.", err=True)
    for text in warnings:
        click.echo(safe_text(f"ANOTHER API'S KEY  {text}. To take it back:  recipes untrust PATH"), err=True)


def _trust_added(session: Session, candidate: "Candidate", level: "Level") -> None:
    """Show what would run, ask on a terminal, and remember the word.

    Raises:
        NotTrusted: It was not given.
        NotAsLocked: It was changed where it is kept, so this would be trust in nobody's version.
    """
    from runner.cli.permission import disclosure_of
    from runner.cli.pinned import refuse_changed
    from runner.cli.trust_prompt import Prompt, grant_repository

    refuse_changed(session, candidate)

    prompt = Prompt(session, candidate, disclosure_of(session, candidate))
    if level != "repository" and session.is_interactive:
        granted = prompt.ask(level) is not None
    else:
        prompt.show()
        granted = (grant_repository(session, candidate) if level == "repository" else prompt.grant(level)) is not None
    if not granted:
        raise NotTrusted("Nothing was allowed.")
