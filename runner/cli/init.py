"""`recipes init`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner.cli.session import Session
from runner.errors import AskedWrongly

if TYPE_CHECKING:
    from runner.scaffolding.draft import Draft

PLACES = ("none", "query", "header", "bearer", "basic")


@click.command("init")
@click.argument("folder")
@click.option("--title", metavar="TEXT", help="What it is called; by default after its folder.")
@click.option("--api", metavar="NAME", help="The API of its first recipe, such as newswhip.")
@click.option("--base-url", metavar="URL", help="Where that API is, up to the version: https://api.example.com/v1.")
@click.option("--key-in", type=click.Choice(PLACES), help="Where the API wants its key.")
@click.option("--key-name", metavar="NAME", help="The query field or header of the key.")
@click.option("--key-env", metavar="VARIABLE", help="The variable that holds the key; by default after the API.")
@click.option("--rate", "rates", multiple=True, metavar="CALLS/SECONDS", help="A rate that the API allows: 100/300s.")
@click.option("--curl", metavar="COMMAND", help="Take API and first recipe from a curl command: its text, @FILE, or -.")
@click.option("--yes", is_flag=True, help="With --curl: send the call without asking, to record it.")
@click.pass_obj
def command(session: Session, /, folder: str, **typed: Any) -> None:
    """Make a new repository in FOLDER, ready to be shared.

    It gets an API, a first recipe with its recorded case, a README, and what git, CI and pre-commit need. `recipes
    check` and `pytest` pass in it at once. On a terminal you are asked for what is missing.
    """
    from runner.cli.new_writing import may_send, record_draft, refuse_findings
    from runner.output.text import safe_text
    from runner.running.lean import prepare_jinja2
    from runner.scaffolding.writing import check_draft, find_existing, write_draft

    prepare_jinja2()
    root = _root(session, folder)
    _check_options(typed)
    draft = _draft(session, root, typed)
    refuse_findings(check_draft(root, draft), root)
    if existing := find_existing(root, draft):
        raise AskedWrongly(f"{root} holds {existing[0]} already, so nothing was written.", hint="recipes init FOLDER")
    made = not root.exists()
    root.mkdir(parents=True, exist_ok=True)
    try:
        write_draft(root, draft, force=False)
    except AskedWrongly:
        if made and not any(root.iterdir()):
            root.rmdir()
        raise
    for note in draft.notes:
        click.echo(safe_text(f"Note  {note}"), err=True)
    click.echo(safe_text(f"Made {root}"))
    inside = Session(session.environ, session.folder, str(root))
    _trust(inside)
    recording = typed | {"sandbox": typed["curl"] is None, "env_file": None}
    if may_send(session, recording):
        record_draft(inside, draft, recording)
        click.echo(safe_text(f"Next  cd {folder} && recipes check && pytest"), err=True)
    else:
        click.echo(safe_text(f"Next  cd {folder} && recipes record {draft.recipe_id}"), err=True)


def _root(session: Session, folder: str) -> Path:
    root = Path(session.folder, session.path(folder))
    if root.exists() and not root.is_dir():
        raise AskedWrongly(f"{root} is no folder.", hint="recipes init FOLDER")
    if (root / "recipes.toml").exists():
        raise AskedWrongly(f"{root} is a repository already.", hint=f"recipes --repository {folder} new NAME")
    return root.resolve()


def _check_options(typed: dict[str, Any]) -> None:
    """Refuse what would be without effect."""
    if typed["curl"] is not None:
        for option in ("base_url", "key_in", "key_name", "key_env"):
            if typed[option] is not None:
                name = f"--{option.replace('_', '-')}"
                raise AskedWrongly(
                    f"The command says what {name} would say.", hint="recipes init FOLDER --curl COMMAND"
                )
    elif typed["yes"]:
        raise AskedWrongly("--yes is for --curl.", hint="recipes init FOLDER --curl COMMAND --yes")


def _draft(session: Session, root: Path, typed: dict[str, Any]) -> "Draft":
    """Make the files in memory.

    Raises:
        AskedWrongly: Something is missing or cannot be.
    """
    from dataclasses import replace

    from runner.cli.init_answers import first_recipe, name_of_folder, settle_api
    from runner.scaffolding.draft import Draft
    from runner.scaffolding.repository_files import NewRepository, api_files, repository_files

    name = name_of_folder(root)
    words = name.replace("-", " ").capitalize()
    title = typed["title"] or (words if words.lower().endswith("recipes") else f"{words} recipes")
    if typed["curl"] is not None:
        from runner.cli.new_curl import capture_command

        api_name = f"{typed['api']}/" if typed["api"] else ""
        captured = capture_command(Session(session.environ, session.folder), f"{api_name}first-call", typed["curl"], {})
        typed["captured"] = captured
        files = repository_files(NewRepository(name, title, captured.api), first=captured.draft.recipe_id)
        return replace(captured.draft, files={**files, **_described(captured.draft, captured.api)})
    api = settle_api(session, root, typed)
    recipe = first_recipe(session, api)
    files = repository_files(NewRepository(name, title, api), first=recipe.recipe_id)
    return Draft({**files, **api_files(api), **recipe.files}, recipe.recipe_id)


def _described(draft: "Draft", api: Any) -> dict[str, str]:
    """Return the files of a captured call with the `api.toml` that its repository needs, also of an API known here."""
    from runner.catalog.text_file import read_text

    path = f"recipes/{api.folder.name}/api.toml"
    if path in draft.files:
        return dict(draft.files)
    from runner.scaffolding.apis import without_sandbox

    return {**draft.files, path: without_sandbox(read_text(api.folder / "api.toml"))}


def _trust(inside: Session) -> None:
    """Let what was made on this machine run."""
    from runner.catalog import read_api

    repository = inside.library.repositories[0]
    inside.trust.trust(repository, [read_api(folder) for folder in repository.api_folders()])
