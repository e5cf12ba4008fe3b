"""Excel files: the rows, and a sheet that says where they came from."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, BinaryIO, Self

from runner.errors import AskedWrongly
from runner.output.extras import load_extra
from runner.output.files import open_output
from runner.output.provenance import Provenance
from runner.output.rows_file import RowsFile
from runner.output.sheet_cells import MAX_UNITS, SheetValue, clean_text, sheet_value
from runner.output.sheets import MAX_ROWS, WIDEST, CellWriter, RowSheets, value_width

OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
PRIVATE = "(private)"


class Workbook(RowsFile):
    """An `.xlsx` file, written aside and put in its place whole.

    XlsxWriter keeps one row in memory and the others in a temporary folder until the file is closed.
    """

    def __init__(
        self,
        path: Path,
        provenance: Provenance,
        columns: Sequence[str] = (),
        *,
        force: bool = False,
        sheet_rows: int = MAX_ROWS,
    ) -> None:
        """Open nothing yet.

        Args:
            path: As the user gave it.
            provenance: What the sheet About says.
            columns: Where known before the first row, so that an empty result has a header.
            force: A file that stands there may be replaced.
            sheet_rows: After these the rows go on in another sheet.
        """
        self._path, self._provenance, self._columns = path, provenance, columns
        self._force, self._sheet_rows = force, sheet_rows
        self._rows = 0

    def __enter__(self) -> Self:
        library = load_extra("xlsxwriter", "XlsxWriter", "xlsx", what="Excel files")
        self._write_failed = library.exceptions.FileCreateError
        with ExitStack() as stack, self._explained():
            folder = stack.enter_context(TemporaryDirectory(prefix="recipes-"))
            self._file = stack.enter_context(open_output(self._path, force=self._force))
            self._book = library.Workbook(_OneWay(self._file.stream.buffer), OPTIONS | {"tmpdir": folder})
            stack.callback(self._close_temporary_files)
            self._stack = stack.pop_all()
        self._book.use_zip64()  # only a sheet of more than 2 GB makes use of it
        self._cells = CellWriter(self._book)
        self._sheets = RowSheets(self._book, self._cells, self._columns, sheet_rows=self._sheet_rows)
        return self

    def write(self, row: Mapping[str, Any]) -> None:  # noqa: D102
        with self._explained():
            self._sheets.write(row)
        self._rows += 1

    @property
    def rows(self) -> int:  # noqa: D102
        return self._rows

    def commit(self) -> None:  # noqa: D102
        self._finish(is_whole=True)
        self._file.commit()

    def keep_partial(self) -> Path | None:  # noqa: D102
        self._finish(is_whole=False)
        return self._file.keep_partial()

    @property
    def notes(self) -> tuple[str, ...]:  # noqa: D102
        return tuple(text for _, text in self._remarks())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def _finish(self, *, is_whole: bool) -> None:
        with self._explained():
            self._sheets.finish()
            self._write_about(is_whole=is_whole)
            self._book.set_properties({"title": clean_text(self._provenance.title)})
            self._book.close()

    def _write_about(self, *, is_whole: bool) -> None:
        lines = list(self._about(is_whole=is_whole))
        sheet = self._book.add_worksheet("About")
        for row, (name, value) in enumerate(lines):
            self._cells.put(sheet, row, 0, clean_text(name), self._cells.bold)
            self._cells.put(sheet, row, 1, value)
        sheet.set_column(0, 0, max(value_width(name) for name, _ in lines) + 1)
        sheet.set_column(1, 1, WIDEST)

    def _about(self, *, is_whole: bool) -> Iterator[tuple[str, SheetValue]]:
        run = self._provenance
        yield from (("Recipe", run.recipe), ("Question", clean_text(run.title)), ("Source", run.source))
        yield from (("Run at (UTC)", sheet_value("started", run.started)), ("Rows", self.rows))
        if not is_whole:
            yield "Not all", "The run ended before its last row."
        yield from self._remarks()
        yield "Recipe Runner", run.version
        for name, value in run.values.items():
            yield f"Value of {name}", sheet_value(name, value)
        for name in run.private:
            yield f"Value of {name}", PRIVATE

    def _remarks(self) -> Iterator[tuple[str, str]]:
        """Yield what the sheets do not show by themselves, each with a heading."""
        if others := self._sheets.names[1:]:
            yield "Sheets", f"A sheet holds {self._sheet_rows:,} rows, so they go on in {', '.join(others)}."
        if count := self._cells.cut:
            texts = "1 text was" if count == 1 else f"{count:,} texts were"
            yield "Cut", f"{texts} cut to the {MAX_UNITS:,} characters that a cell of Excel holds."

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Translate what fails on the disk; the file itself raises what is right already."""
        try:
            yield
        except self._write_failed as failed:
            raise self._explain(failed.args[0]) from failed
        except OSError as error:
            raise self._explain(error) from error

    def _explain(self, error: OSError) -> Exception:
        if isinstance(error, BrokenPipeError):
            return error
        problem = f"The temporary files for {self._path} cannot be written: {error.strerror}."
        return AskedWrongly(problem, hint="TMPDIR=another/folder")

    def _close_temporary_files(self) -> None:
        for sheet in self._book.worksheets():
            with suppress(OSError):  # what is thrown away needs no room on the disk
                sheet.row_data_fh.close()


class _OneWay:
    """Takes the bytes of a zip file in their order; it cannot seek, as a pipe cannot.

    A zip file that failed writes its end when Python throws it away, which may be after the stream was closed.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        return len(data) if self._stream.closed else self._stream.write(data)

    def flush(self) -> None:
        if not self._stream.closed:
            self._stream.flush()
