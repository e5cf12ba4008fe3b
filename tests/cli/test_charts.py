"""Charts: what a person sees in the terminal, and the pictures and pages that a run writes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
NOTICE = "Sandbox: invented Echo data as of 2026-11-20 09:00 UTC. No key used, nothing sent.\n"
BAR = 'chart = {mark = "bar", x = "count", y = "name"}\n'
ROWS = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield rows."""
    yield {"name": "Ferry", "count": 4}
    yield {"name": "Heat", "count": 2}'''
FAILING = ROWS + '\n    raise KeyError("more")'
REPORT = '''\
def main(echo: httpx.Client) -> str:
    """Return a page."""
    return "# Brief\\n\\n- one"'''
RECORD = '''\
def main(echo: httpx.Client) -> dict[str, Any]:
    """Return one record."""
    return {"count": 4096}'''


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("x*"))


def test_a_terminal_shows_bars_and_a_pipe_does_not(
    invoke: Invoke, trusted: Any, in_terminal: Callable[..., Any], folder: Path
) -> None:
    trusted.write_recipe(code=ROWS, table=BAR)
    lines = in_terminal("run", "things", "--try", cwd=folder).text.splitlines()
    assert lines[1:4] == ["NAME   COUNT", "Ferry      4  ████████████████", "Heat       2  ████████"]
    assert invoke("run", "things", "--try", "--format", "table").stdout == "NAME   COUNT\nFerry      4\nHeat       2\n"


def test_a_picture_is_saved_and_drawn_of_the_rows(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=ROWS, table=BAR)
    result = invoke("run", "things", "--try", "-o", "x.svg")
    assert (result.stdout, result.stderr, result.exit_code) == ("", f"{NOTICE}Saved x.svg\n", 0)
    texts = ["".join(each.itertext()) for each in ElementTree.parse(folder / "x.svg").getroot().iter()]
    assert {"What things are there?", "Ferry", "Heat"} <= set(texts)
    assert invoke("run", "things", "--try", "-o", "x.png").exit_code == 0
    assert (folder / "x.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "code, parts",
    [
        (ROWS, ["<td", "Ferry", "data:image/svg+xml"]),
        (RECORD, ["4,096"]),
        (REPORT, ["<h1>Brief</h1>", "<li>one</li>"]),
    ],
)
def test_rows_a_record_and_a_report_become_a_page(
    invoke: Invoke, trusted: Any, folder: Path, code: str, parts: list[str]
) -> None:
    trusted.write_recipe(code=code, table=BAR if code == ROWS else "")
    result = invoke("run", "things", "--try", "-o", "x.html")
    assert (result.stdout, result.stderr, result.exit_code) == ("", f"{NOTICE}Saved x.html\n", 0)
    page = (folder / "x.html").read_text(encoding="utf-8")
    assert [part for part in [*parts, "Sandbox: invented data", "What things are there?"] if part not in page] == []


@pytest.mark.parametrize(
    "code, words, error, fix",
    [
        (ROWS, ("-o", "x.svg"), "echo/things has no chart, so there is no picture of it.", "-o rows.html"),
        (ROWS, ("--format", "png"), "png goes into a file only.", "-o rows.png"),
        (REPORT, ("-o", "x.svg"), "echo/things gives text, which is no picture.", "-o x.md"),
    ],
)
def test_a_picture_that_cannot_be_is_refused_before_the_run(
    invoke: Invoke, trusted: Any, folder: Path, code: str, words: tuple[str, ...], error: str, fix: str
) -> None:
    trusted.write_recipe(code=code)
    result = invoke("run", "things", "--try", *words)
    assert (result.stderr, result.exit_code) == (f"Error  {error}\nFix    {fix}\n", 2)
    assert names(folder) == []


def test_a_run_that_fails_keeps_a_page_of_its_rows(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=FAILING, table=BAR)
    result = invoke("run", "things", "--try", "-o", "x.html")
    assert result.exit_code == 1
    assert "       The rows so far are in x.partial.html.\n" in result.stderr
    assert names(folder) == ["x.partial.html"]


def test_a_chart_of_columns_that_do_not_come_is_one_sentence(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=ROWS, table='chart = {mark = "bar", x = "likes", y = "name"}\n')
    result = invoke("run", "things", "--try", "-o", "x.svg")
    assert result.stderr == f"{NOTICE}Error  The chart of this recipe draws likes, which its rows lack.\n"
    assert (result.exit_code, names(folder)) == (2, [])
