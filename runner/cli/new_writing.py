"""What becomes of a draft, whatever it was made from: checked, shown or written, and the next step."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner.catalog import Repository, read_api
from runner.catalog.index_walk import CATALOG
from runner.cli.session import Session
from runner.errors import ApiRefused, DraftRefused, RunnerError
from runner.output.text import safe_text
from runner.scaffolding.apis import sandboxes, with_apis
from runner.scaffolding.draft import Draft
from runner.scaffolding.writing import check_draft, diff_draft, write_draft

if TYPE_CHECKING:
    from runner.checking.finding import Finding
    from runner.recording.case import Source


def deliver(session: Session, repository: Repository, draft: Draft, typed: Mapping[str, Any]) -> None:
    """Check a draft and show it, or write it and say what comes next.

    Raises:
        DraftRefused: It breaks rules.
        AskedWrongly: It cannot be written.
    """
    drafted = draft
    draft = with_apis(draft, repository, session.library.lenders[1:])
    findings = check_draft(repository.root, draft, secrets=captured_secrets(typed))
    refuse_findings(findings, repository.root)
    for note in (*draft.notes, *(_line(each, repository.root) for each in findings)):
        click.echo(safe_text(f"Note  {note}"), err=True)
    if typed["dry_run"]:
        _print_files(session, draft)
    elif typed["diff"]:
        click.echo(_shown(session, diff_draft(repository.root, draft)), nl=False)
    else:
        is_sent = bool(typed["record"]) and may_send(session, typed)
        write_draft(repository.root, draft, force=typed["force"])
        grant(session, repository, draft, without=_lent_by_added(session, drafted, draft))
        for path in draft.files:
            click.echo(safe_text(_relative(repository.root / path, session.folder)))
        _go_on(session, repository, draft, typed, is_sent=is_sent)


def refuse_findings(findings: "Sequence[Finding]", root: Path) -> None:
    """Refuse a draft of which a check found more than notes.

    Raises:
        DraftRefused: It did.
    """
    failed = [each for each in findings if each.severity == "finding"]
    if failed:
        details = [line for each in failed for line in (_line(each, root), f"    Fix  {each.fix}")]
        message = "What would be written breaks rules, so nothing was written."
        raise DraftRefused(message, details=details, hint=f"recipes explain {failed[0].code}")


def grant(session: Session, repository: Repository, draft: Draft, *, without: Collection[str] = ()) -> None:
    """Let the key of an API that was made just now go to its host, where the repository may run anyway.

    Args:
        session: Of the command.
        repository: Where it stands.
        draft: What was written.
        without: Files of it that others wrote; their keys go nowhere before the user says so.
    """
    for path in without:
        click.echo(safe_text(f"Note  Others wrote {path}; read it, then  recipes trust {repository.root}"), err=True)
    paths = [path for path in draft.files if path.endswith("/api.toml") and path not in without]
    folders = [(repository.root / path).parent for path in paths]
    for pair in session.trust.extend(repository, map(read_api, folders)) if folders else ():
        variable, _, host = pair.partition(" ")
        click.echo(safe_text(f"Its recipes may send the key in {variable} to {host}."), err=True)


def _lent_by_added(session: Session, before: Draft, after: Draft) -> set[str]:
    """Return the files that came along from repositories that were added."""
    catalog = next(each for each in session.library.repositories if each.alias == CATALOG)
    described = {folder.name.replace("_", "-") for folder in catalog.api_folders()}
    come_along = after.files.keys() - before.files.keys()
    return {path for path in come_along if Path(path).parent.name.replace("_", "-") not in described}


def _go_on(session: Session, repository: Repository, draft: Draft, typed: Mapping[str, Any], *, is_sent: bool) -> None:
    has_sandbox = sandboxes(draft, session.library, repository)
    record = f"recipes record {draft.recipe_id}{' --sandbox' if has_sandbox else ''}"
    if is_sent:
        record_draft(session, draft, typed, again=record)
    click.echo(f"Next  {f'recipes test {draft.recipe_id}' if is_sent else record}", err=True)


def captured_secrets(typed: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the key that a pasted command held, by its variable: it must stand in no file."""
    return typed["captured"].secrets if typed["curl"] is not None else {}


def may_send(session: Session, typed: Mapping[str, Any]) -> bool:
    """Ask before a pasted call is sent once more: it may change something, and nobody has read the recipe yet."""
    if typed["curl"] is None or typed["sandbox"]:
        return True
    captured = typed["captured"]
    address = safe_text(captured.api.base_url)
    if typed["yes"]:
        return True
    if session.is_interactive:
        warning = ", where it may change something" if captured.writes else ""
        key = ", with the key it came with" if captured.secrets else ""
        return click.confirm(f"Send the call to {address} now{warning}{key}?", err=True)
    click.echo(f"Not recorded: --yes sends the call to {address} without a question.", err=True)
    return False


def record_draft(session: Session, draft: Draft, typed: Mapping[str, Any], *, again: str) -> None:
    """Record the first case of a recipe that was written just now; a pasted call with the key and values it had.

    Args:
        session: With its repository in use.
        draft: What was written.
        typed: What was given.
        again: The command that records it later, should it fail now.

    Raises:
        RunnerError: It cannot be recorded; the recipe stays.
    """
    from runner.running.lean import prepare_httpx

    prepare_httpx()
    from runner.cli.record import show_recorded
    from runner.cli.recording import Booth

    found = session.library.find(draft.recipe_id, command="recipes record")
    captured = typed["captured"] if typed["curl"] is not None else None
    booth = Booth(session, env_file=typed["env_file"], quiet=False, keys=captured_secrets(typed))
    source: Source = "sandbox" if typed["sandbox"] else "live"
    values = captured.values if captured else {}
    try:
        recorded = booth.record(found, case="default", source=source, expects_error=False, words={}, values=values)
    except RunnerError as error:
        if isinstance(error, ApiRefused):
            error.hint = f"recipes run {draft.recipe_id} --dry-run   (shows what was sent)"
        click.echo(safe_text(f"The recipe is written but not recorded. When it is mended:  {again}"), err=True)
        raise
    show_recorded(session, [recorded], as_json=False)


def _print_files(session: Session, draft: Draft) -> None:
    """Print the files; which is which goes to stderr, so that one alone can be kept with `>`."""
    for path, text in draft.files.items():
        click.echo(safe_text(f"File  {path}"), err=True)
        click.echo(_shown(session, text), nl=False)


def _shown(session: Session, text: str) -> str:
    return safe_text(text, keep="\n\t") if session.stdout_is_terminal else text


def _line(finding: "Finding", root: Path) -> str:
    return f"{_relative(finding.path, root)}:{finding.line}: {finding.code} {finding.problem}"


def _relative(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
