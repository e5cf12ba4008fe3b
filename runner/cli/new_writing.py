"""What becomes of a draft, whatever it was made from: checked, shown or written, and the next step."""

import gc
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner.catalog import Api, Repository, read_api, readable_apis
from runner.cli.session import Session
from runner.errors import ApiRefused, DraftRefused, RunnerError
from runner.output.text import safe_text
from runner.running.approval import destination, host
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
    own = set(draft.files)
    draft = with_apis(draft, repository, session.library.lenders[1:])
    brought = set(draft.files) - own
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
        grant(session, repository, draft, brought)
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


def grant(session: Session, repository: Repository, draft: Draft, brought: Collection[str]) -> None:
    """Let the keys of APIs that were written just now go to their hosts, where the repository may run anyway.

    Args:
        session: Of the command.
        repository: In which the draft was written.
        draft: With an `api.toml` for each such API.
        brought: Those of its files that came along: the catalog's may send their keys at once, others' have to be
            allowed.
    """
    files = [path for path in draft.files if path.endswith("/api.toml")]
    apis = {path: read_api((repository.root / path).parent) for path in files}
    doubted = [api for path, api in apis.items() if path in brought and not _is_of_catalog(session, api)]
    allowed = [api for api in apis.values() if api not in doubted]
    allowed += [api for api in doubted if may_send_key(session, repository, api)]
    for pair in session.trust.extend(repository, allowed) if allowed else ():
        variable, _, where = pair.partition(" ")
        click.echo(safe_text(f"Its recipes may send the key in {variable} to {where}."), err=True)


def may_send_key(session: Session, repository: Repository, api: Api) -> bool:
    """Ask whether a folder may send a key where an `api.toml` from elsewhere says; without a terminal it may not."""
    from shlex import join

    from runner.cli.permission import known_apis
    from runner.sharing.disclosure import borrowed_keys

    if api.key is None or repository.root not in session.trust.roots():
        return False
    for text in borrowed_keys([api], known_apis(session, repository)):
        click.echo(safe_text(f"ANOTHER API'S KEY  {text}."), err=True)
    where = safe_text(f"{api.key.env} to {host(api)}")
    if session.is_interactive:
        return click.confirm(f"Let recipes of this folder send the key in {where}?", err=True)
    command = join(["recipes", "trust", str(repository.root)])
    click.echo(f"Not allowed yet: sending the key in {where}. To allow it:  {safe_text(command)}", err=True)
    return False


def _is_of_catalog(session: Session, api: Api) -> bool:
    """Tell whether the catalog sends the key of an API to that host too."""
    catalog = session.library.repositories[-1]
    return destination(api) in {destination(each) for each in readable_apis(catalog) if each.key}


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

    gc.enable()  # a run may take long
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
    except KeyboardInterrupt:
        click.echo(safe_text(f"\nThe recipe is written but not recorded. Later:  {again}"), err=True)
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
