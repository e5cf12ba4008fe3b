"""Bring what a run gives to stdout or into a file, and say what became of it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TextIO

from runner.catalog import Chart, Recipe
from runner.cli.session import Session
from runner.cli.streams import ProgressLine
from runner.errors import AskedWrongly, RunnerError, Stopped
from runner.output.files import OutputFile, open_output
from runner.output.formats import FILE_FORMATS, ROWS_ONLY, check_format, format_of
from runner.output.provenance import Provenance
from runner.output.rows_file import RowsFile
from runner.output.writers import Writer, no_file, open_writer, write_record, write_text
from runner.running.run import Run

if TYPE_CHECKING:
    from runner.cli.run import Options

ROWS_ON_A_TERMINAL = 40
"""Rows that a terminal shows where no format was asked for."""
_MOST_NAMED = 8  # columns that a note lists


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a result goes, and in which form.

    Attributes:
        format: One of `FORMATS`.
        stdout: The stream for a result that goes into no file. During a run `sys.stdout` is another: what the recipe
            prints by itself.
        path: A file, or None.
        keys: Columns by which a database tells rows apart.
        force: Overwrite the file.
        excel: CSV for Excel.
        limit: Rows that a table shows, or None for all.
        width: Cells of the terminal, or None.
    """

    format: str
    stdout: TextIO
    path: Path | None
    keys: tuple[str, ...] = ()
    force: bool = False
    excel: bool = False
    limit: int | None = None
    width: int | None = None


def choose_destination(session: Session, recipe: Recipe, options: "Options") -> Destination:
    """Settle where the result goes: `--format` wins over the file's ending, and both over what stdout is.

    Raises:
        AskedWrongly: The format is unknown, or does not fit what the recipe gives, the file or the other options.
    """
    path = session.result_path(options.output) if options.output else None
    if options.format_ is not None:
        name = check_format(options.format_)
    elif options.excel:
        name = "csv"
    else:
        name = format_of(path) if path else _usual_format(session, recipe)
    if recipe.gives == "text" and name in ROWS_ONLY:
        hint = f"-o {quote(str(path.with_suffix('.md')))}" if path and options.format_ is None else "--format md"
        raise AskedWrongly(f"{recipe.id} gives text, which is no {ROWS_ONLY[name]}.", hint=hint)
    if name in FILE_FORMATS and path is None:
        raise no_file(name)
    _check_options(name, path, recipe, options)
    is_plain = session.stdout_is_terminal and path is None
    limit = ROWS_ON_A_TERMINAL if is_plain and options.format_ is None else None
    width = session.width if is_plain else None
    return Destination(name, sys.stdout, path, options.key, options.force, options.excel, limit, width)


def open_file(
    destination: Destination, recipe: Recipe, provenance: Provenance
) -> AbstractContextManager[OutputFile | RowsFile | None]:
    """Open the file that the result goes into, before anything runs; None stands for stdout.

    Raises:
        AskedWrongly: It cannot be written, or is there already, or what writes it is not installed.
    """
    if destination.path is None:
        return nullcontext()
    match destination.format:
        case "xlsx":
            from runner.output.workbook import Workbook

            return Workbook(destination.path, provenance, recipe.columns, force=destination.force)
        case "db":
            from runner.output.database import Database

            return Database(destination.path, provenance, destination.keys)
        case "html":
            from runner.output.page import Page

            is_record = recipe.gives == "record"
            return Page(destination.path, provenance, recipe.chart, is_record=is_record, force=destination.force)
        case "svg" | "png" as name:
            from runner.output.picture import Picture

            chart = _chart_of(recipe)
            return Picture(destination.path, name, chart, recipe.title, force=destination.force)
        case _:
            return open_output(destination.path, force=destination.force)


def deliver(
    run: Run, recipe: Recipe, destination: Destination, file: OutputFile | RowsFile | None, progress: ProgressLine
) -> list[str]:
    """Write all that the run gives; a file is not in its place before `commit`.

    Args:
        run: Entered.
        recipe: What runs.
        destination: Where the result goes.
        file: As `open_file` gave it.
        progress: Counts.

    Returns:
        Notes for a person: what a table left out.

    Raises:
        RunnerError: The run failed or was stopped; what was delivered until then stays, and the message says so.
    """
    if isinstance(file, RowsFile):
        return _deliver_rows(file, run, recipe, progress)
    return _deliver_text(file, run, recipe, destination, progress)


def commit(destination: Destination, file: OutputFile | RowsFile | None) -> list[str]:
    """Put the file that was written in its place and return the note that says so."""
    if file is None:
        return []
    file.commit()
    return [f"Saved {destination.path}"]


def _check_options(name: str, path: Path | None, recipe: Recipe, options: "Options") -> None:
    """Refuse options that would be without effect.

    Raises:
        AskedWrongly: There is one, or `--key` names no column.
    """
    if options.force and path is None:
        raise AskedWrongly("--force is for overwriting a file, and none is written.", hint="-o FILE --force")
    if options.force and name == "db":
        raise AskedWrongly("--force overwrites a file, and a database is added to.", hint="run it without --force")
    if options.excel and name != "csv":
        raise AskedWrongly(f"--excel is for CSV, not for {name}.", hint="--format csv --excel")
    if options.key and name != "db":
        raise AskedWrongly(f"--key is for a database, not for {name}.", hint="-o rows.db --key COLUMN")
    if options.key and recipe.columns:
        from runner.output.database import check_keys

        check_keys(options.key, recipe.columns)


def _chart_of(recipe: Recipe) -> Chart:
    if recipe.chart is None:
        raise AskedWrongly(f"{recipe.id} has no chart, so there is no picture of it.", hint="-o rows.html")
    return recipe.chart


def _deliver_rows(file: RowsFile, run: Run, recipe: Recipe, progress: ProgressLine) -> list[str]:
    with _keeping(file, progress, lambda: file.rows):
        if recipe.gives == "text":
            file.write_text(run.text())
            return []
        for row in [run.record()] if recipe.gives == "record" else run.rows():
            file.write(row)
    return list(file.notes)


def _deliver_text(
    file: OutputFile | None, run: Run, recipe: Recipe, destination: Destination, progress: ProgressLine
) -> list[str]:
    stream = file.stream if file else destination.stdout
    for_terminal = stream.isatty()
    if recipe.gives == "rows":
        writer = open_writer(
            destination.format,
            stream,
            columns=recipe.columns,
            excel=destination.excel,
            width=destination.width,
            limit=destination.limit,
            for_terminal=for_terminal,
            chart=recipe.chart,
        )
        with _keeping(file, progress, lambda: writer.rows):
            _write_rows(run, writer, progress)
        return list(_left_out(writer))
    with _keeping(file, progress, lambda: 0):
        result = run.text() if recipe.gives == "text" else run.record()
        progress.clear()
        if isinstance(result, str):
            write_text(destination.format, stream, result, for_terminal=for_terminal)
        else:
            write_record(destination.format, stream, result, excel=destination.excel, for_terminal=for_terminal)
    return []


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
        more = f" and {len(hidden) - _MOST_NAMED} more" if len(hidden) > _MOST_NAMED else ""
        named = ", ".join(hidden[:_MOST_NAMED])
        yield f"No room for {named}{more}. All columns: --format csv, or a wider terminal"


@contextmanager
def _keeping(file: OutputFile | RowsFile | None, progress: ProgressLine, count: Callable[[], int]) -> Iterator[None]:
    """Keep the rows that were written before an error, and say in it how many they are."""
    try:
        yield
    except KeyboardInterrupt:
        raise _with_rows(Stopped("Stopped."), file, count()) from None
    except RunnerError as error:
        raise _with_rows(error, file, count()) from error.__cause__
    finally:
        progress.clear()


def _with_rows(error: RunnerError, file: OutputFile | RowsFile | None, rows: int) -> RunnerError:
    if rows:
        were = "1 row was" if rows == 1 else f"{rows:,} rows were"
        error.details = (*error.details, f"{were} delivered before that.")
        if file and (kept := file.keep_partial()):
            error.details = (*error.details, f"The rows so far are in {kept}.")
    return error


def _usual_format(session: Session, recipe: Recipe) -> str:
    """Return the format where none was asked for: fit for reading on a terminal, for programs elsewhere."""
    if recipe.gives == "text":
        return "md"
    if session.stdout_is_terminal:
        return "table"
    return "csv" if recipe.gives == "rows" else "json"
