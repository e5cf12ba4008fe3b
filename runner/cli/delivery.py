"""Bring what a run gives to stdout or into a file, and say what became of it."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from runner.catalog import Recipe
from runner.cli.session import Session
from runner.cli.streams import ProgressLine
from runner.errors import AskedWrongly, RunnerError, Stopped
from runner.output.files import OutputFile, open_output
from runner.output.formats import check_format, format_of
from runner.output.writers import Writer, open_writer, write_record, write_text
from runner.running.run import Run

ROWS_ON_A_TERMINAL = 40
"""Rows that a terminal shows where no format was asked for."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a result goes, and in which form.

    Attributes:
        format: One of `FORMATS`.
        stdout: The stream for a result that goes into no file. During a run `sys.stdout` is another: what the recipe
            prints by itself.
        path: A file, or None.
        force: Overwrite the file.
        excel: CSV for Excel.
        limit: Rows that a table shows, or None for all.
        width: Cells of the terminal, or None.
    """

    format: str
    stdout: TextIO
    path: Path | None
    force: bool = False
    excel: bool = False
    limit: int | None = None
    width: int | None = None


def choose_destination(
    session: Session, recipe: Recipe, *, output: str | None, format_name: str | None, force: bool, excel: bool
) -> Destination:
    """Settle where the result goes: `--format` wins over the file's ending, and both over what stdout is.

    Raises:
        AskedWrongly: The format is unknown, or does not fit what the recipe gives.
    """
    path = session.path(output) if output not in (None, "-") and output else None
    if force and path is None:
        raise AskedWrongly("--force is for overwriting a file, and none is written.", hint="-o FILE --force")
    if format_name is not None:
        name = check_format(format_name)
    elif excel:
        name = "csv"
    else:
        name = format_of(path) if path else _usual_format(session, recipe)
    if recipe.gives == "text" and name in ("csv", "tsv"):
        raise AskedWrongly(f"{recipe.id} gives text, which is no {name.upper()}.", hint="--format md")
    if excel and name != "csv":
        raise AskedWrongly(f"--excel is for CSV, not for {name}.", hint="--format csv --excel")
    is_plain = session.stdout_is_terminal and path is None
    limit = ROWS_ON_A_TERMINAL if is_plain and format_name is None else None
    return Destination(name, sys.stdout, path, force, excel, limit, session.width if is_plain else None)


def open_file(destination: Destination) -> AbstractContextManager[OutputFile | None]:
    """Open the file that the result goes into, before anything runs; None stands for stdout.

    Raises:
        AskedWrongly: It cannot be written, or is there already.
    """
    if destination.path is None:
        return nullcontext()
    return open_output(destination.path, force=destination.force)


def deliver(
    run: Run, recipe: Recipe, destination: Destination, file: OutputFile | None, progress: ProgressLine
) -> list[str]:
    """Write all that the run gives.

    Args:
        run: Entered.
        recipe: What runs.
        destination: Where the result goes.
        file: As `open_file` gave it.
        progress: Counts.

    Returns:
        Notes for a person: what was saved, what a table left out.

    Raises:
        RunnerError: The run failed or was stopped; what was delivered until then stays, and the message says so.
    """
    if file is None:
        return _deliver_into(destination.stdout, run, recipe, destination, progress)
    notes = _deliver_keeping(file, run, recipe, destination, progress)
    file.commit()
    return [*notes, f"Saved {destination.path}"]


def _deliver_keeping(
    file: OutputFile, run: Run, recipe: Recipe, destination: Destination, progress: ProgressLine
) -> list[str]:
    try:
        return _deliver_into(file.stream, run, recipe, destination, progress)
    except RunnerError as error:
        if progress.rows and (kept := file.keep_partial()):
            error.details = (*error.details, f"The rows so far are in {kept}.")
        raise


def _deliver_into(
    stream: TextIO, run: Run, recipe: Recipe, destination: Destination, progress: ProgressLine
) -> list[str]:
    for_terminal = stream.isatty()
    with _counting(progress):
        if recipe.gives == "text":
            text = run.text()
            progress.clear()
            write_text(destination.format, stream, text, for_terminal=for_terminal)
            return []
        if recipe.gives == "record":
            record = run.record()
            progress.clear()
            write_record(destination.format, stream, record, excel=destination.excel, for_terminal=for_terminal)
            return []
        writer = open_writer(
            destination.format,
            stream,
            columns=recipe.columns,
            excel=destination.excel,
            width=destination.width,
            limit=destination.limit,
            for_terminal=for_terminal,
        )
        _write_rows(run, writer, progress)
        return list(_left_out(writer))


def _write_rows(run: Run, writer: Writer, progress: ProgressLine) -> None:
    """Write rows as they come; whatever ends them, what stands there is a whole document."""
    try:
        for row in run.rows():
            writer.write(row)
    finally:
        progress.clear()
        writer.close()


def _left_out(writer: Writer) -> Iterator[str]:
    shown = getattr(writer, "shown", writer.rows)
    if shown < writer.rows:
        yield f"{shown} of {writer.rows:,} rows shown. All of them: -o rows.csv, or --format table"
    if hidden := getattr(writer, "hidden", ()):
        yield f"No room for {', '.join(hidden)}. All columns: --format csv, or a wider terminal"


@contextmanager
def _counting(progress: ProgressLine) -> Iterator[None]:
    """Say in an error how many rows were delivered before it."""
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped("Stopped.", details=_delivered(progress)) from None
    except RunnerError as error:
        error.details = (*error.details, *_delivered(progress))
        raise
    finally:
        progress.clear()


def _delivered(progress: ProgressLine) -> list[str]:
    return [f"{progress.rows:,} rows were delivered before that."] if progress.rows else []


def _usual_format(session: Session, recipe: Recipe) -> str:
    """Return the format where none was asked for: fit for reading on a terminal, for programs elsewhere."""
    if recipe.gives == "text":
        return "md"
    if session.stdout_is_terminal:
        return "table"
    return "csv" if recipe.gives == "rows" else "json"
