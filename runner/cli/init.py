"""`recipes init`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner.cli.session import Session
from runner.errors import AskedWrongly

if TYPE_CHECKING:
    from runner.scaffolding.draft import Draft

PLACES = ("none", "query", "header", "bearer", "basic", "path")


@click.command("init")
@click.argument("folder")
@click.option("--title", metavar="TEXT", help="What it is called; by default after its folder.")
@click.option("--api", metavar="NAME", help="The API of its first recipe, such as newswhip.")
@click.option("--base-url", metavar="URL", help="Where that API is, up to the version: https://api.example.com/v1.")
@click.option("--key-in", type=click.Choice(PLACES), help="Where the API wants its key; path: the address is the key.")
@click.option("--key-name", metavar="NAME", help="The query field or header of the key.")
@click.option("--key-env", metavar="VARIABLE", help="The variable that holds the key; by default after the API.")
@click.option("--rate", "rates", multiple=True, metavar="CALLS/SECONDS", help="A rate that the API allows: 100/300s.")
@click.option("--curl", metavar="COMMAND", help="Take API and first recipe from a curl command: its text, @FILE, or -.")
@click.option(
    "-P", "--param", multiple=True, metavar="NAME=VALUE", help="With --curl, an answer: question, reads, command."
)
@click.option("--yes", is_flag=True, help="With --curl: send the call without asking, to record it.")
@click.pass_obj
def command(session: Session, /, folder: str, **typed: Any) -> None:
    """Make a new repository in FOLDER, ready to be shared.

    It gets an API, a first recipe with its recorded case, a README, and what git, CI and pre-commit need. `recipes
    check` and `pytest` pass in it at once. On a terminal you are asked for what is missing, and shown the command that
    asks nothing.
    """
    from runner.cli.new_writing import captured_secrets, may_send, refuse_findings
    from runner.output.text import safe_text
    from runner.running.lean import prepare_jinja2
    from runner.scaffolding.writing import check_draft, find_existing, write_draft

    prepare_jinja2()
    root = _root(session, folder)
    _check_options(typed)
    draft = _draft(session, root, folder, typed)
    refuse_findings(check_draft(root, draft, secrets=captured_secrets(typed)), root)
    if existing := find_existing(root, draft):
        raise AskedWrongly(f"{root} holds {existing[0]} already, so nothing was written.", hint="recipes init FOLDER")
    for note in draft.notes:
        click.echo(safe_text(f"Note  {note}"), err=True)
    recording = typed | {"sandbox": typed["curl"] is None, "env_file": None}
    is_sent = may_send(session, recording)
    write_draft(root, draft, force=False)
    click.echo(safe_text(f"Made {root}"))
    _go_on(Session(session.environ, session.folder, str(root)), folder, draft, recording, is_sent=is_sent)


def _root(session: Session, folder: str) -> Path:
    root = Path(session.folder, session.path(folder)).resolve()
    if not folder.strip():
        raise AskedWrongly("The folder has no name.", hint="recipes init FOLDER, or recipes init . for this one")
    if root.exists() and not root.is_dir():
        raise AskedWrongly(f"{root} is no folder.", hint="recipes init FOLDER")
    if (root / "recipes.toml").exists():
        from shlex import quote

        raise AskedWrongly(f"{root} is a repository already.", hint=f"recipes --repository {quote(folder)} new NAME")
    return root


def _check_options(typed: Mapping[str, Any]) -> None:
    """Refuse what would be without effect."""
    if typed["title"] is not None and not typed["title"].strip():
        raise AskedWrongly("--title says nothing.", hint='--title "Acme recipes"')
    if typed["curl"] is None:
        if typed["yes"]:
            raise AskedWrongly("--yes is for --curl.", hint="recipes init FOLDER --curl COMMAND --yes")
        if typed["param"]:
            raise AskedWrongly("-P is for --curl.", hint="recipes init FOLDER --curl COMMAND -P reads=yes")
        return
    for option in ("base_url", "key_in", "key_name", "key_env"):
        if typed[option] is not None:
            name = f"--{option.replace('_', '-')}"
            raise AskedWrongly(f"The command says what {name} would say.", hint="recipes init FOLDER --curl COMMAND")
    if typed["rates"]:
        raise AskedWrongly("--rate does not go with --curl.", hint="afterwards, write rates into the new api.toml")


def _draft(session: Session, root: Path, folder: str, typed: dict[str, Any]) -> "Draft":
    """Make the files in memory, asking for what is missing, and show the command that asks nothing."""
    from runner.cli.init_answers import settle_api
    from runner.cli.init_draft import captured_draft, described_draft

    if typed["curl"] is not None:
        return captured_draft(session, root, typed)
    api, was_asked = settle_api(session, root, typed)
    if was_asked:
        from shlex import join

        from runner.output.text import safe_text

        click.echo("Same without questions:", err=True)
        words = ["recipes", "init", folder, *_words(typed)]
        click.echo(safe_text(f"  {join(words)}") + "\n", err=True)
    return described_draft(root, api, typed["title"])


def _words(typed: Mapping[str, Any]) -> list[str]:
    """Return the options that say what was typed and answered."""
    names = ("title", "api", "base_url", "key_in", "key_name", "key_env")
    given = [(f"--{name.replace('_', '-')}", typed[name]) for name in names if typed[name] is not None]
    return [word for pair in (*given, *(("--rate", rate) for rate in typed["rates"])) for word in pair]


def _go_on(session: Session, folder: str, draft: "Draft", typed: Mapping[str, Any], *, is_sent: bool) -> None:
    """Let what was made on this machine run, record its first case, and say what comes next.

    Args:
        session: With the new repository in use.
        folder: As typed.
        draft: What was written.
        typed: What was given.
        is_sent: A case may be recorded.
    """
    from shlex import quote

    from runner.catalog import read_api
    from runner.cli.new_writing import record_draft
    from runner.output.text import safe_text

    repository = session.library.home
    session.trust.trust(repository, [read_api(each) for each in repository.api_folders()])
    go = "" if Path(folder) == Path() else f"cd {quote(folder)} && "
    record = f"{go}recipes record {draft.recipe_id}"
    if is_sent:
        record_draft(session, draft, typed, again=record)
    click.echo(safe_text(f"Next  {go}recipes check && pytest" if is_sent else f"Next  {record}"), err=True)
