"""What a run gave: kept as lines of JSON, and compared row by row."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from runner.errors import BrokenSource, RunnerError
from runner.output.cells import json_encoder, row_json
from runner.output.jsonrows import json_string
from runner.output.text import mend
from runner.recording.case import ExpectedError
from runner.running.run import Plan, Run, open_run
from runner.running.watching import Watcher

MOST_LINES: Final = 12
"""Lines of a comparison that are shown."""
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        lines: Each row as compact JSON; a record is one line, a text one JSON string.
        failure: The error that ended it, or None.
    """

    lines: tuple[str, ...]
    failure: RunnerError | None = None

    @property
    def error(self) -> ExpectedError | None:
        """The error as a case keeps it."""
        return ExpectedError(self.failure.exit_code, str(self.failure)) if self.failure else None

    @property
    def text(self) -> str:
        """The lines as a file."""
        return "".join(f"{line}\n" for line in self.lines)


def carry_out(plan: Plan, watcher: Watcher | None = None) -> Outcome:
    """Run a recipe to its end and keep what it gives, also when it fails."""
    lines: list[str] = []
    try:
        with open_run(plan, watcher) as run:
            for line in _lines_of(run, plan):
                lines.append(mend(line))
    except RunnerError as failure:
        return Outcome(tuple(lines), failure)
    return Outcome(tuple(lines))


def read_lines(path: Path) -> tuple[str, ...]:
    """Read the result of a case.

    Raises:
        BrokenSource: It is missing, no UTF-8, or a line is no JSON.
    """
    anew = f"recipes record {path.parent.parent.name}/{path.parent.name} --case {path.stem}"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BrokenSource(path, 1, f"the result cannot be read: {error.strerror}", hint=anew) from None
    except UnicodeDecodeError:
        raise BrokenSource(path, 1, "the result is not UTF-8", hint=anew) from None
    lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n") if text else []
    for number, line in enumerate(lines, start=1):
        try:
            json.loads(line)
        except (ValueError, RecursionError):
            raise BrokenSource(path, number, "this line is no JSON", hint=anew) from None
    return tuple(lines)


def compare(recorded: Outcome | tuple[Sequence[str], ExpectedError | None], now: Outcome) -> list[str]:
    """Say what differs between a recorded result and another one, a line each; nothing where they are the same."""
    lines, error = (recorded.lines, recorded.error) if isinstance(recorded, Outcome) else recorded
    if error is None and now.error is not None:
        lines = lines[: len(now.lines)]  # that the others never came is said by the failure
    found = [*_differing_errors(error, now.error), *_differing_rows(lines, now.lines)]
    shown = found[:MOST_LINES]
    return [*shown, f"and {len(found) - len(shown)} differences more"] if len(found) > len(shown) else shown


def compare_columns(recorded: tuple[Sequence[str], ExpectedError | None], now: Outcome) -> list[str]:
    """Say what differs between a recorded result and another one but for the values: failure and columns."""
    lines, error = recorded
    if (error is None) != (now.error is None):
        return list(_differing_errors(error, now.error))
    old, new = (_columns(each) for each in (lines, now.lines))
    if old is None or new is None or old == new:
        return []
    lost = [f"Column {name} was recorded, and is gone" for name in old if name not in new]
    added = [f"Column {name} is new" for name in new if name not in old]
    return [*lost, *added] or ["The columns come in another order"]


def _lines_of(run: Run, plan: Plan) -> Iterator[str]:
    encoder = json_encoder(compact=True)
    match plan.recipe.gives:
        case "rows":
            for row in run.rows():
                yield row_json(encoder, row)
        case "record":
            yield row_json(encoder, run.record())
        case "text":
            yield json_string(run.text())


def _differing_errors(old: ExpectedError | None, new: ExpectedError | None) -> Iterator[str]:
    if old == new:
        return
    if old is None and new is not None:
        yield f"It failed (exit code {new.exit_code}): {new.message}"
    elif new is None and old is not None:
        yield f"It did not fail; recorded was exit code {old.exit_code}: {old.message}"
    elif old is not None and new is not None:
        if old.exit_code != new.exit_code:
            yield f"Exit code: {old.exit_code} was recorded, {new.exit_code} now"
        if old.message != new.message:
            yield f"Error: {old.message!r} was recorded, {new.message!r} now"


def _columns(lines: Sequence[str]) -> list[str] | None:
    """Return the columns of rows; None where there is no row, or a text."""
    first = json.loads(lines[0]) if lines else None
    return list(first) if isinstance(first, dict) else None


def _differing_rows(old: Sequence[str], new: Sequence[str]) -> Sequence[str]:
    """Compare rows in their places where that says it as shortly: a row that moved by one may look like another."""
    if old == new:
        return ()
    moved = list(_moved_rows(old, new))
    if len(old) != len(new):
        return [f"Rows: {len(old):,} were recorded, {len(new):,} now", *moved]
    pairs = enumerate(zip(old, new, strict=True), start=1)
    in_place = [
        line for number, (left, right) in pairs if left != right for line in _differing_cells(number, left, right)
    ]
    return in_place if len(in_place) <= len(moved) else moved


def _moved_rows(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            continue
        pairs = min(old_to - old_from, new_to - new_from)
        for at in range(pairs):
            yield from _differing_cells(old_from + at + 1, old[old_from + at], new[new_from + at])
        for at in range(old_from + pairs, old_to):
            yield f"Row {at + 1} is gone: {_shown(old[at])}"
        for at in range(new_from + pairs, new_to):
            yield f"Row {at + 1} is new: {_shown(new[at])}"


def _differing_cells(number: int, old_line: str, new_line: str) -> Iterator[str]:
    old, new = json.loads(old_line), json.loads(new_line)
    if not (isinstance(old, dict) and isinstance(new, dict)):
        yield from _differing_texts(old, new)
        return
    if old == new:
        yield f"Row {number}: the columns come in another order, or a number is written otherwise"
    for name in dict.fromkeys((*old, *new)):
        if old.get(name, ...) != new.get(name, ...):
            yield f"Row {number}, {name}: {_cell(old, name)} was recorded, {_cell(new, name)} now"


def _differing_texts(old: object, new: object) -> Iterator[str]:
    """Compare two Markdown texts line by line."""
    left, right = str(old).split("\n"), str(new).split("\n")
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (f"Line {at + 1} was  {_shown(left[at])}" for at in range(old_from, old_to))
            yield from (f"Line {at + 1} is   {_shown(right[at])}" for at in range(new_from, new_to))


def _cell(row: dict[str, Any], name: str) -> str:
    return _shown(json.dumps(row[name], ensure_ascii=False)) if name in row else "nothing"


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
