"""`recipes test`."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from runner.cli.completing import complete_recipe
from runner.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.cli.verdicts import Verdict

MARKS = {"ok": "ok      ", "failed": "FAILED  ", "accepted": "accepted"}


@click.command("test")
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...", shell_complete=complete_recipe)
@click.option("--case", metavar="NAME", help="Only the cases of this name.")
@click.option("--accept", is_flag=True, help="Show what differs, and take it as the result from now on.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.option("--junit", metavar="FILE", help="Write a JUnit XML report, for CI.")
@click.option("-q", "--quiet", is_flag=True, help="Print only what failed.")
@click.pass_obj
def command(
    session: Session,
    recipes: tuple[str, ...],
    case: str | None,
    accept: bool,
    as_json: bool,
    junit: str | None,
    quiet: bool,
) -> None:
    """Replay the recorded cases of each RECIPE and compare; without one, those of the repository in use.

    Nothing is sent: the network is closed meanwhile, and the clock stands where it stood. Ends with 3 if a case fails.
    """
    from runner.running.lean import prepare_httpx

    prepare_httpx()
    from runner.cli.verdicts import cases_of, check_report, judge, write_junit

    if junit is not None:
        check_report(session.path(junit))
    verdicts: list[Verdict] = []
    for file in cases_of(session, recipes, case):
        verdict = judge(session, file, accept=accept)
        verdicts.append(verdict)
        if not as_json:
            _show(verdict, quiet=quiet)
    if as_json:
        data = [as_data(each) for each in verdicts]
        click.echo(json.dumps(data, ensure_ascii=session.stdout_is_terminal, indent=1))
    if junit is not None:
        write_junit(session.path(junit), verdicts)
    click.echo(_summary(verdicts), err=True)
    sys.exit(max((each.exit_code for each in verdicts), default=0))


def as_data(verdict: "Verdict") -> dict[str, Any]:
    """Return what `test --json` says of one case; the keys are a contract."""
    return {
        "recipe": verdict.recipe,
        "case": verdict.case,
        "state": verdict.state,
        "message": verdict.message,
        "details": list(verdict.details),
        "fix": verdict.fix,
    }


def _show(verdict: "Verdict", *, quiet: bool) -> None:
    from runner.output.text import safe_text

    if verdict.state == "ok" and quiet:
        return
    lines = [f"{MARKS[verdict.state]}  {verdict.recipe}  {verdict.case}"]
    lines += [f"          {line}" for line in (verdict.message, *verdict.details) if line]
    if verdict.fix:
        lines.append(f"    Fix   {verdict.fix}")
    for line in lines:
        click.echo(safe_text(line))


def _summary(verdicts: "Sequence[Verdict]") -> str:
    failed = sum(each.state == "failed" for each in verdicts)
    accepted = sum(each.state == "accepted" for each in verdicts)
    parts = [f"{len(verdicts):,} case{'' if len(verdicts) == 1 else 's'}"]
    parts += [f"{failed:,} failed"] * bool(failed) + [f"{accepted:,} accepted"] * bool(accepted)
    return ", ".join(parts) + "." if failed or accepted else f"{parts[0]}, all as recorded."
