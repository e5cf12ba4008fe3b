"""What `recipes show` tells of recorded cases: which there are, what they call, and a sample of the result."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

from runner.catalog import Api, Recipe, Repository, format_value
from runner.catalog.recorded import base_urls, read_recorded
from runner.errors import BrokenSource, RunnerError
from runner.output.record import record_block
from runner.output.table import TableWriter
from runner.output.text import safe_text, shorten
from runner.recording.case import DEFAULT_CASE, SOURCES, Case, case_files, case_folder, read_case
from runner.recording.sample import Sample, read_sample

ROWS: Final = 3
"""Of the sample."""
LINES: Final = 12
"""Of the sample of a record or a text."""
_MOST_SHOWN: Final = 10  # endpoints


@dataclass(frozen=True, slots=True)
class Recordings:
    """What is recorded of one recipe.

    Attributes:
        cases: Those that can be read, each with the beginning of its result; the default one first.
        endpoints: What they call: `POST /articles`.
        columns: Of the rows: as declared, else as recorded.
        broken: What cannot be read of other cases.
    """

    cases: tuple[tuple[Case, Sample], ...]
    endpoints: tuple[str, ...]
    columns: tuple[str, ...]
    broken: tuple[RunnerError, ...]

    @property
    def sampled(self) -> tuple[Case, Sample] | None:
        """The first case that gave something."""
        return next((each for each in self.cases if each[1].rows), None)


def look_at_cases(repository: Repository, recipe: Recipe) -> Recordings:
    """Read what is recorded of a recipe; what is broken hides nothing else."""
    recorded = read_recorded(str(case_folder(repository.root, recipe.id)), base_urls(repository.api_folders()))
    cases, broken = list[tuple[Case, Sample]](), list[RunnerError]()
    for path in case_files(repository.root, recipe.id):
        try:
            case = read_case(_held(repository, path))
            cases.append((case, read_sample(_held(repository, case.result), ROWS, recipe.gives)))
        except BrokenSource as error:
            broken.append(error)
    return Recordings(tuple(cases), recorded.endpoints, recipe.columns or recorded.columns, tuple(broken))


def cases_as_data(recordings: Recordings) -> list[dict[str, Any]]:
    """Return what `show --json` says of cases; the keys are a contract."""
    return [
        {
            "name": case.name,
            "source": case.source,
            "recorded_at": format_value(case.recorded_at),
            "clock": format_value(case.clock),
            "rows": sample.total,
            "error": {"exit_code": case.error.exit_code, "message": case.error.message} if case.error else None,
        }
        for case, sample in recordings.cases
    ]


def case_facts(recordings: Recordings, recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Yield labels and lines: each case, each endpoint."""
    for number, (case, sample) in enumerate(recordings.cases):
        what = _amount(sample, recipe) if case.error is None else f"exit code {case.error.exit_code}"
        yield "" if number else "Recorded", f"{case.name}: {what}, {_origin(case)}"
    shown, more = recordings.endpoints[:_MOST_SHOWN], recordings.endpoints[_MOST_SHOWN:]
    for number, endpoint in enumerate([*shown, *([f"and {len(more)} more"] if more else [])]):
        yield "" if number else "Uses", safe_text(endpoint)


def how_to_record(name: str, apis: Sequence[Api]) -> str:
    """Return the command that records a first case."""
    return f"recipes record {name}" + (" --sandbox" if apis and all(api.sandbox for api in apis) else "")


def sample_text(recordings: Recordings, recipe: Recipe, width: int | None) -> str:
    """Write the beginning of a result below a line that says what it is; `""` where nothing is recorded.

    Raises:
        RunnerError: The rows do not go together.
    """
    if recordings.sampled is None:
        return ""
    case, sample = recordings.sampled
    name = "" if case.name == DEFAULT_CASE else f" of {case.name}"
    body, part = _rows(sample, width) if recipe.gives == "rows" else _block(sample.rows[0], width)
    return f"Sample result{name} ({_origin(case)}){part}:\n{body}"


def _rows(sample: Sample, width: int | None) -> tuple[str, str]:
    stream = StringIO()
    table = TableWriter(stream, width=width)
    for row in sample.rows:
        table.write(row)
    table.close()
    return stream.getvalue(), f", {len(sample.rows)} of {_count(sample.total, 'row')}"


def _block(value: Any, width: int | None) -> tuple[str, str]:
    """Write the first lines of a record or a text."""
    text = record_block(value) if isinstance(value, dict) else safe_text(value, keep="\n")
    lines = text.removesuffix("\n").split("\n")
    part = f", {LINES} of {_count(len(lines), 'line')}" if len(lines) > LINES else ""
    shown = (shorten(line, width) if width else line for line in lines[:LINES])
    return "".join(f"{line}\n" for line in shown), part


def _amount(sample: Sample, recipe: Recipe) -> str:
    return {"rows": _count(sample.total, "row"), "record": "one record", "text": "Markdown"}[recipe.gives]


def _origin(case: Case) -> str:
    return f"{SOURCES[case.source]} on {case.recorded_at:%Y-%m-%d}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _held(repository: Repository, path: Path) -> Path:
    """Return a path that no link takes out of its repository."""
    if not repository.holds(path):
        raise repository.stray(path)
    return path
