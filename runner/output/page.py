"""A result as one page that needs nothing else: question, values, picture, table; or the text of a report."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import runner
from runner.catalog import Chart, catalog_root
from runner.errors import AskedWrongly
from runner.output.grid import column_kind
from runner.output.kept_rows import KeptRows
from runner.output.moments import iso_text
from runner.output.numbers import decimals_of, is_number
from runner.output.provenance import Provenance
from runner.output.table import shown_text, shown_value
from runner.output.text import mend, safe_text
from runner.output.vega import draw_picture, vega_spec

PAGE: Final = ("templates", "result", "page.html.jinja")
PRIVATE: Final = "(private)"


class Page(KeptRows):
    """An `.html` file without script, that asks for nothing from anywhere."""

    what = "page"

    def __init__(
        self, path: Path, provenance: Provenance, chart: Chart | None, *, is_record: bool = False, force: bool = False
    ) -> None:
        """Write nothing yet.

        Args:
            path: As the user gave it.
            provenance: What stands above and below the result.
            chart: What is drawn, if that can be done here.
            is_record: The one row is shown as names and values.
            force: A file that stands there may be replaced.
        """
        super().__init__(path, force=force)
        self._provenance, self._chart, self._is_record = provenance, chart, is_record
        self._markdown: str | None = None
        self._undrawn = ""

    def write_text(self, text: str) -> None:  # noqa: D102
        self._markdown = text

    @property
    def notes(self) -> tuple[str, ...]:  # noqa: D102
        return (*super().notes, *([self._undrawn] if self._undrawn else []))

    def _content(self) -> bytes:
        import jinja2

        root = catalog_root(Path(runner.__file__).parent)
        source = root.joinpath(*PAGE).read_text(encoding="utf-8")
        environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
        page = environment.from_string(source).render(
            title=safe_text(self._provenance.title),
            facts=list(self._facts()),
            picture=self._picture(),
            columns=list(map(safe_text, self._kept[0])) if self._kept and not self._is_record else [],
            rows=self._cells(),
            report=_html_of(self._markdown) if self._markdown is not None else "",
            notes=super().notes,
        )
        return mend(page).encode()

    def _facts(self) -> Iterator[tuple[str, str]]:
        run = self._provenance
        for name, value in run.values.items():
            yield name, safe_text(str(shown_value(name, value) if value is not None else ""))
        for name in run.private:
            yield name, PRIVATE
        yield "Source", safe_text(run.source)
        yield "Run at", iso_text(run.started)
        yield "Made by", f"recipes run {run.recipe} (Recipe Runner {run.version})"

    def _cells(self) -> list[list[dict[str, str]]]:
        """Return each row as cells: text, class, and where it is the address of a page that address."""
        if self._is_record:
            return [[_cell("name", name), *cells_of([row], [name])[0]] for row in self._kept for name in row]
        return cells_of(self._kept, list(self._kept[0])) if self._kept else []

    def _picture(self) -> str:
        """Return the picture as an address that holds all of it, or `""` and a note where it cannot be drawn."""
        from base64 import b64encode

        if self._chart is None or not self._kept:
            return ""
        try:
            svg = draw_picture("svg", vega_spec(self._chart, self._kept, ""))
        except AskedWrongly as error:
            self._undrawn = f"No picture in the page. {error}" + (f" Fix: {error.hint}" if error.hint else "")
            return ""
        return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"


def cells_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[list[dict[str, str]]]:
    """Return rows as cells: text, class, and where the text is the address of a page that address."""
    values = [[shown_value(name, row[name]) for name in columns] for row in rows]
    by_column = list(zip(*values, strict=True))
    kinds = [column_kind(column) for column in by_column]
    decimals = [max((decimals_of(each) for each in column if is_number(each)), default=0) for column in by_column]
    shapes = list(zip(columns, kinds, decimals, strict=True))
    return [
        [_cell(kind, shown_text(name, each, places)) for (name, kind, places), each in zip(shapes, row, strict=True)]
        for row in values
    ]


def _cell(kind: str, text: str) -> dict[str, str]:
    is_link = text.startswith(("https://", "http://"))
    return {"kind": kind, "text": safe_text(text), "href": text if is_link else ""}


def _html_of(markdown: str) -> Any:
    """Return Markdown as HTML that Jinja2 takes as it is; markup in the Markdown is shown, and bad links are none."""
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").disable("image").render(markdown))
