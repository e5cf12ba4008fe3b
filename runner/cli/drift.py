"""`recipes drift`."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

from runner.cli.completing import complete_recipe
from runner.cli.recipe_command import env_file_option
from runner.cli.session import Session
from runner.errors import AskedWrongly, Mismatch, RunnerError, SomeFailed

if TYPE_CHECKING:
    from runner.cli.comparing import Compared, Wish
    from runner.recording.differences import Difference

MARKS: Final = {"ok": "ok      ", "drifted": "DRIFTED ", "failed": "FAILED  ", "skipped": "skipped "}
INDENT: Final = " " * 10
MOST_NOTES: Final = 5
"""Notes on one case that are shown; `--json` has all."""


@click.command("drift")
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...", shell_complete=complete_recipe)
@click.option("--sandbox", is_flag=True, help="Compare with the API's sandbox: invented data, no key, nothing sent.")
@click.option("--case", metavar="NAME", help="Only the case of this name. [default: all]")
@click.option("--values", is_flag=True, help="Compare the values of the rows too, not only the shape.")
@click.option(
    "--ignore",
    multiple=True,
    metavar="PATH",
    help="A field or column that may differ, and all in it: '$.articles[].uuid'; * is anything. May be repeated.",
)
@env_file_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.option("-q", "--quiet", is_flag=True, help="Print only what has drifted or failed, and no progress.")
@click.pass_obj
def command(session: Session, /, recipes: tuple[str, ...], **typed: Any) -> None:
    """Run the cases of RECIPE, or all of the repository, against the API of today and see what has changed.

    Each case runs with its own values, live or in the sandbox, and nothing is written. Compared is the shape of the
    answers (status, content type, fields, types, what may be null or absent, words of fixed lists) and of the result
    (its columns). Ends with 3 where anything has drifted. Other data is no drift; what may be chance is a note.
    """
    from runner.running.lean import prepare_httpx

    prepare_httpx()
    from runner.cli.comparing import Compared, Comparison, Wish, find_places
    from runner.cli.keys import Keys, read_env_file

    if typed["sandbox"] and typed["env_file"]:
        raise AskedWrongly("--env-file gives keys, and a sandbox needs none.", hint="drop one of them")
    if not all(typed["ignore"]):
        raise AskedWrongly("--ignore needs a path.", hint="--ignore '$.articles[].uuid'")
    keys = Keys(session.environ, read_env_file(session.path(typed["env_file"]) if typed["env_file"] else None))
    wish = Wish(not typed["sandbox"], typed["values"], typed["ignore"], typed["quiet"])
    places = find_places(session, recipes, typed["case"])
    compared = list[Compared]()
    for each in Comparison(session, keys, wish).run(places):
        compared.append(each)
        if not typed["as_json"]:
            _show(each, is_quiet=wish.is_quiet)
    if typed["as_json"]:
        data = [as_data(each, is_live=wish.is_live) for each in compared]
        click.echo(json.dumps(data, ensure_ascii=session.stdout_is_terminal, indent=1))
    _end(session, compared, wish)


def as_data(compared: "Compared", *, is_live: bool) -> dict[str, Any]:
    """Return what `drift --json` says of one case; the keys are a contract."""
    case, failure = compared.case, compared.failure
    return {
        "recipe": compared.place.name,
        "case": compared.place.path.stem,
        "source": case.source if case else None,
        "recorded_at": f"{case.recorded_at:%Y-%m-%dT%H:%M:%SZ}" if case else None,
        "compared_with": "live" if is_live else "sandbox",
        "state": compared.state,
        "differences": [_difference_data(each) for each in compared.drift.differences],
        "values": list(compared.drift.values),
        "notes": list(compared.notes),
        "error": {"exit_code": failure.exit_code, "message": str(failure)} if failure else None,
    }


def _difference_data(each: "Difference") -> dict[str, str | None]:
    return {
        "where": each.where,
        "path": each.path,
        "what": each.what,
        "kind": each.kind,
        "was": each.was or None,
        "now": each.now or None,
    }


def _show(compared: "Compared", *, is_quiet: bool) -> None:
    from runner.output.text import safe_text

    if not is_quiet or compared.state in ("drifted", "failed"):
        click.echo("\n".join(safe_text(line) for line in _lines(compared)))


def _lines(compared: "Compared") -> Iterator[str]:
    yield f"{MARKS[compared.state]}  {compared.place.name}  {compared.place.path.stem}"
    for where, found in groupby(compared.drift.differences, key=lambda each: each.where):
        yield f"{INDENT}{where}"
        yield from (f"{INDENT}  {_line(each)}" for each in found)
    if compared.drift.values:
        yield f"{INDENT}values"
        yield from (f"{INDENT}  {line}" for line in compared.drift.values)
    notes = compared.notes
    yield from (f"    Note  {note}" for note in notes[:MOST_NOTES])
    if len(notes) > MOST_NOTES:
        yield f"    Note  and {len(notes) - MOST_NOTES} more: --json"


def _line(each: "Difference") -> str:
    word = " word" if each.what == "word" else ""
    match each.kind:
        case "added":
            return f"{each.path}{word} added: {each.now}"
        case "lost":
            return f"{each.path}{word} lost: {each.was}"
    return f"{each.path} changed: {each.was} -> {each.now}"


def _end(session: Session, compared: "Sequence[Compared]", wish: "Wish") -> None:
    """Say how many cases drifted or failed.

    Raises:
        RunnerError: Any did; a failure counts with its own exit code.
    """
    drifted = [each for each in compared if each.state == "drifted"]
    failed = [each for each in compared if each.failure is not None]
    done = sum(each.state in ("ok", "drifted") for each in compared)
    if len(compared) == 1 and compared[0].failure is not None:
        raise compared[0].failure
    _show_failures(failed)
    others = [Mismatch("drifted")] if drifted else []
    problems = [f"{len(drifted)} of {_counted(done)} drifted"] if drifted else []
    problems += [f"{_counted(len(failed))} could not be compared"] if failed else []
    if failed:
        raise SomeFailed(f"{'; '.join(problems)}.", [*others, *(each.failure for each in failed if each.failure)])
    if drifted:
        raise Mismatch(f"{'; '.join(problems)}.", hint=_hint(session, drifted[0], is_live=wish.is_live))
    if not wish.is_quiet:
        click.echo(_summary(compared, done, is_live=wish.is_live), err=True)


def _show_failures(failed: "Sequence[Compared]") -> None:
    """Show each error once, with the cases that it stopped."""
    from runner.cli.group import show_error

    by_message: dict[str, tuple[RunnerError, list[str]]] = {}
    for each in failed:
        if each.failure is not None:
            names = by_message.setdefault(str(each.failure), (each.failure, []))[1]
            names.append(f"{each.place.name} --case {each.place.path.stem}")
    for error, names in by_message.values():
        click.echo("\n".join(names), err=True)
        show_error(error)


def _hint(session: Session, drifted: "Compared", *, is_live: bool) -> str:
    if session.root_in_use is None:
        return ""  # the catalog's cases are not the user's to record
    case = drifted.place.path.stem
    words = [
        drifted.place.name,
        *([] if case == "default" else [f"--case {case}"]),
        *([] if is_live else ["--sandbox"]),
    ]
    return f"recipes record {' '.join(words)}   (once the recipe copes with it)"


def _summary(compared: "Sequence[Compared]", done: int, *, is_live: bool) -> str:
    with_ = "the API of today" if is_live else "the sandbox (invented data)"
    skipped = len(compared) - done
    left = f"; {_counted(skipped)} skipped" if skipped else ""
    return f"{_counted(done)} compared with {with_}: no drift{left}."


def _counted(number: int) -> str:
    return f"{number:,} case{'' if number == 1 else 's'}"
