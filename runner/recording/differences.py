"""What is not as it was recorded: in each endpoint's answers, in the columns of the result, in how the run ends."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from runner.recording.case import Case, ExpectedError
from runner.recording.endpoints import Answers, Endpoint, find_endpoints
from runner.recording.exchange import Exchange
from runner.recording.outcome import Outcome, compare
from runner.recording.shape import Shape, shape_of
from runner.recording.shape_changes import Change, find_changes

Ignoring: TypeAlias = Callable[[str], bool]
"""Tells whether the user wants to hear nothing of a path."""

RESULT: Final = "result"
"""Where a difference is that is not about an endpoint."""
NOTED: Final = ("unsure", "unseen")
"""Kinds of difference that count for nothing and are noted."""
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was recorded.

    Attributes:
        where: `POST /v1/articles`, or `result`.
        path: `$.articles[].headline`, `status`, `content-type`; of the result a column, or `error`.
        what: `field`, `type`, `presence`, `form`, `word`, `status`, `content-type`, `body`, `column` or `error`.
        kind: `added`, `lost` or `changed`; while comparing also `unsure` and `unseen`, of which notes are made.
        was: What was recorded, or `""`.
        now: What is there today, or `""`.
    """

    where: str
    path: str
    what: str
    kind: str
    was: str = ""
    now: str = ""


def compare_exchanges(recorded: Sequence[Exchange], today: Sequence[Exchange]) -> Iterator[Difference]:
    """Yield where today's answers differ from those recorded; what notes are made of, too."""
    for endpoint in find_endpoints(recorded, today):
        yield from _compare_endpoint(endpoint)


def _compare_endpoint(endpoint: Endpoint) -> Iterator[Difference]:
    name, old, new = endpoint.name, endpoint.recorded, endpoint.today
    if old is None:
        yield Difference(name, "", "endpoint", "unseen", now="asked")
    elif new is None:
        yield Difference(name, "", "endpoint", "unseen", was="asked")
    else:
        yield from _compare_sets(name, "status", old.statuses.values(), new.statuses.values())
        yield from _compare_sets(name, "content-type", old.types, new.types)
        yield from (replace(each, path="$") for each in _compare_sets(name, "body", old.bodies, new.bodies))
        yield from _compare_shapes(name, old, new)


def _compare_sets(where: str, what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Difference]:
    """Compare what may occur; that something did not occur today is nothing, but what never occurred is."""
    was, now = sorted(set(old)), sorted(set(new))
    if was and set(now) - set(was):
        yield Difference(where, what, what, "changed", _listed(was), _listed(now))


def _compare_shapes(name: str, old: Answers, new: Answers) -> Iterator[Difference]:
    pairs = [
        (old.shape, new.shape),
        *((old.errors[each], new.errors[each]) for each in old.errors if each in new.errors),
    ]
    for left, right in pairs:
        yield from (_difference(name, each) for each in find_changes(left, right))


def _difference(where: str, change: Change) -> Difference:
    return Difference(where, change.path, change.what, change.how, change.was, change.now)


def compare_results(case: Case, lines: Sequence[str], outcome: Outcome) -> Iterator[Difference]:
    """Compare how the run ends, and if it gives rows, their columns."""
    if (code := case.error and case.error.exit_code) != (outcome.error and outcome.error.exit_code):
        yield Difference(RESULT, "error", "error", "changed", _ending(case.error), _ending(outcome.error))
    elif code is None and lines and not outcome.lines:
        yield Difference(RESULT, "", "column", "unseen", was="rows")
    elif code is None:
        for change in find_changes(_columns(lines), _columns(outcome.lines), path=""):
            if change.what != "word":  # a row's words are the answer's, where they count
                what = "column" if change.what == "field" else change.what
                yield replace(_difference(RESULT, change), what=what)


def _columns(lines: Sequence[str]) -> Shape:
    return shape_of(map(json.loads, lines))


def _ending(error: ExpectedError | None) -> str:
    return _cut(f"exit code {error.exit_code}: {error.message}") if error else "it worked"


def compare_values(lines: Sequence[str], outcome: Outcome, is_ignored: Ignoring) -> list[str]:
    """Say where rows differ, a line each, in the columns that count; nothing for a run that failed."""
    if outcome.failure is not None:
        return []
    now = Outcome(tuple(_without(line, is_ignored) for line in outcome.lines))
    return compare(Outcome(tuple(_without(line, is_ignored) for line in lines)), now)


def _without(line: str, is_ignored: Ignoring) -> str:
    """Return a row without the columns that may differ."""
    row = json.loads(line)
    if not isinstance(row, dict) or not any(map(is_ignored, row)):
        return line
    return json.dumps({name: value for name, value in row.items() if not is_ignored(name)}, ensure_ascii=False)


def ignoring(ignored: Sequence[str]) -> Ignoring:
    """Return what tells of a path whether it, or what it lies in, is to be ignored; `*` stands for anything."""
    patterns = [".*".join(map(re.escape, each.split("*"))) for each in ignored]
    if not patterns:
        return lambda _: False
    beginning = re.compile(rf"(?:{'|'.join(patterns)})(?:$|(?=[.\[]))")
    return lambda path: beginning.match(path) is not None


def describe_note(difference: Difference) -> str:
    """Say what may be chance or was not compared, of a difference of the kind `unsure` or `unseen`."""
    where = f"{difference.where} {difference.path}".rstrip()
    if difference.kind == "unsure":
        change = f"{difference.was} -> {difference.now}" if difference.was else f"added: {difference.now}"
        return f"{where}: {change}, which may be chance"
    if difference.path:
        return f"{where}: empty today, so what is in it is not compared"
    if difference.where == RESULT:
        return "no rows today, so their columns are not compared"
    return f"{where}: {'not asked today' if difference.was else 'asked today only'}, so not compared"


def _listed(words: Iterable[str]) -> str:
    return " or ".join(word or "none" for word in words)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
