"""The chart of a result as a picture: SVG or PNG."""

from pathlib import Path
from typing import Self

from runner.catalog import Chart
from runner.output.kept_rows import KeptRows
from runner.output.vega import draw_picture, load_drawing, vega_spec


class Picture(KeptRows):
    """An `.svg` or `.png` file, drawn when the last row is there."""

    what = "picture"

    def __init__(self, path: Path, format_: str, chart: Chart, title: str, *, force: bool = False) -> None:
        """Draw nothing yet.

        Args:
            path: As the user gave it.
            format_: `svg` or `png`.
            chart: What is drawn.
            title: Above it, where the chart has none of its own.
            force: A file that stands there may be replaced.
        """
        super().__init__(path, force=force)
        self._format, self._chart, self._title = format_, chart, title

    def __enter__(self) -> Self:
        load_drawing()
        return super().__enter__()

    def _content(self) -> bytes:
        return draw_picture(self._format, vega_spec(self._chart, self._kept, self._title))
