"""`recipes check`."""

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner.cli.completing import complete_recipe
from runner.cli.list import write_json
from runner.cli.session import Session
from runner.cli.topics import FOUND_SOMETHING
from runner.output.text import safe_text

if TYPE_CHECKING:
    from runner.checking.check import Checked
    from runner.checking.finding import Finding


@click.command("check")
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...", shell_complete=complete_recipe)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array, `[]` where nothing is found.")
@click.pass_obj
def command(session: Session, recipes: tuple[str, ...], as_json: bool) -> None:
    """Check RECIPE and its cases without running anything; without a name, the whole repository in use.

    Each finding has a code, a place, and what to do; `recipes explain CODE` says why. Ends with 3 if there is one;
    notes alone fail nothing. In GitHub Actions, findings become annotations.
    """
    checked = _check(session, recipes)
    if as_json:
        write_json(session, list(map(_as_data, checked.findings)))
    else:
        for line in _lines(session, checked.findings):
            click.echo(line)
    click.echo(_summary(checked), err=True)
    sys.exit(FOUND_SOMETHING if checked.has_failed else 0)


def _check(session: Session, names: tuple[str, ...]) -> "Checked":
    from runner.checking.check import check_recipes, check_repository
    from runner.cli.counting import CountLine

    if names:
        found = [session.library.locate(name, command="recipes check") for name in names]
        return check_recipes([(each.repository, each.path) for each in found], session.environ)
    with CountLine("Checking", is_shown=session.shows_progress) as line:
        return check_repository(session.home, session.environ, line.count)


def _as_data(finding: "Finding") -> dict[str, Any]:
    """Return what `check --json` says of one finding; the keys are a contract."""
    from runner.checking.rules import read_rules

    return {
        "code": finding.code,
        "name": read_rules()[finding.code].name,
        "severity": finding.severity,
        "path": str(finding.path),
        "line": finding.line,
        "problem": finding.problem,
        "fix": finding.fix,
    }


def _lines(session: Session, findings: "tuple[Finding, ...]") -> Iterator[str]:
    """Yield the findings for whoever reads: GitHub, a person, or a program that takes one a line."""
    if session.environ.get("GITHUB_ACTIONS") == "true":
        root = Path(session.environ.get("GITHUB_WORKSPACE") or session.folder)
        yield from (_annotation(each, root) for each in findings)
    elif session.stdout_is_terminal:
        yield from _groups(session, findings)
    else:
        yield from (f"{_place(each, session.folder)}  Fix  {safe_text(each.fix)}" for each in findings)


def _groups(session: Session, findings: "tuple[Finding, ...]") -> Iterator[str]:
    for number, (_, group) in enumerate(groupby(findings, lambda each: each.path)):
        if number:
            yield ""
        for finding in group:
            yield _place(finding, session.folder)
            yield f"    Fix  {safe_text(finding.fix)}"


def _place(finding: "Finding", folder: Path) -> str:
    note = "note: " if finding.severity == "note" else ""
    return safe_text(f"{_shown(finding.path, folder)}:{finding.line}: {finding.code} {note}{finding.problem}")


def _annotation(finding: "Finding", root: Path) -> str:
    """Write a workflow command, in which some characters have to be escaped (https://github.com/actions/toolkit)."""
    level = "notice" if finding.severity == "note" else "error"
    message = _escaped(f"{finding.problem}\nFix  {finding.fix}")
    path = _escaped(_shown(finding.path, root)).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} file={path},line={finding.line},title={finding.code}::{message}"


def _escaped(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return safe_text(escaped)


def _shown(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _summary(checked: "Checked") -> str:
    findings = checked.findings
    looked_at = f"{_counted(checked.recipes, 'recipe')} checked"
    if not findings:
        return f"{looked_at}, nothing found."
    notes = sum(each.severity == "note" for each in findings)
    counts = [_counted(count, noun) for count, noun in ((len(findings) - notes, "finding"), (notes, "note")) if count]
    first = min(findings, key=lambda each: each.severity).code
    return f"{looked_at}: {', '.join(counts)}.  Next  recipes explain {first}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
