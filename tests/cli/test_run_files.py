"""Results as Excel files and SQLite databases."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from runner import __version__

Invoke = Callable[..., Result]
NOTICE = "Sandbox: invented Echo data as of 2026-11-20 09:00 UTC. No key used, nothing sent.\n"


def sheet(path: Path, name: str) -> list[tuple[Any, ...]]:
    with closing(openpyxl.load_workbook(path)) as book:
        return list(book[name].iter_rows(values_only=True))


def query(path: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*rows*"))


ROWS = '''\
def main(echo: httpx.Client, asked_by: str = "Nobody", secret: str = "none", day: date = date(2026, 1, 31)
         ) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        asked_by: Who asks.
        secret: Any text.
        day: When.
    """
    yield {"link": "a", "count": 1, "seen": "2026-11-20T09:00:00Z"}
    yield {"link": "b", "count": 2, "seen": None}'''
PRIVATE = "parameters.asked_by.private = true\n"
RECORD = '''\
def main(echo: httpx.Client) -> dict[str, Any]:
    """Return one record."""
    return {"link": "a", "count": 1}'''
TEXT = '''\
def main(echo: httpx.Client) -> str:
    """Return a page."""
    return "# Page"'''
FAILING = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield rows, then fail."""
    yield {"link": "a"}
    yield {"link": "b"}
    raise KeyError("engagement")'''
TYPED = '''\
class Row(TypedDict):
    link: str
    count: int


def main(echo: httpx.Client) -> Iterator[Row]:
    """Yield rows."""
    Path("ran").touch()
    yield {"link": "a", "count": 1}'''


def test_an_excel_file_holds_the_rows_and_where_they_came_from(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=ROWS, table=PRIVATE)
    before = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=1)
    result = invoke("run", "things", "--try", "--asked-by", "Somebody", "-o", "rows.xlsx")
    assert (result.stdout, result.stderr, result.exit_code) == ("", f"{NOTICE}Saved rows.xlsx\n", 0)
    assert sheet(folder / "rows.xlsx", "Rows") == [
        ("link", "count", "seen"),
        ("a", 1, datetime(2026, 11, 20, 9)),
        ("b", 2, None),
    ]
    about = dict(sheet(folder / "rows.xlsx", "About"))
    assert before <= about.pop("Run at (UTC)") <= datetime.now(UTC).replace(tzinfo=None)
    assert about == {
        "Recipe": "echo/things",
        "Question": "What things are there?",
        "Source": "Sandbox: invented data",
        "Rows": 2,
        "Recipe Runner": __version__,
        "Value of secret": "none",
        "Value of day": datetime(2026, 1, 31),
        "Value of asked_by": "(private)",
    }


LIVE = '''\
def main(echo: httpx.Client, note: str = "") -> Iterator[dict[str, Any]]:
    """Yield what the API says.

    Args:
        note: Any text.
    """
    yield {"answer": echo.get("/things").raise_for_status().json()}'''


@pytest.mark.parametrize("name", ["rows.xlsx", "rows.db"])
def test_a_file_of_a_live_run_says_so_and_holds_no_key(invoke: Invoke, live: Any, folder: Path, name: str) -> None:
    live.write_recipe(code=LIVE)
    words = ("run", "things", "--note", "my test-key-1", "-o", name)
    assert invoke(*words, env={"ECHO_API_KEY": "test-key-1"}).exit_code == 0
    if name.endswith(".db"):
        shown = query(folder / name, 'SELECT source, "values" FROM _runs')
        assert shown == [("live", '{"note":"my [ECHO_API_KEY]"}')]
    else:
        about = dict(sheet(folder / name, "About"))
        assert (about["Source"], about["Value of note"]) == ("live", "my [ECHO_API_KEY]")


def test_an_excel_file_is_overwritten_only_with_force(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=ROWS)
    (folder / "rows.xlsx").write_text("mine", encoding="utf-8")
    refused = invoke("run", "things", "--try", "-o", "rows.xlsx")
    assert (refused.stderr, refused.exit_code) == ("Error  rows.xlsx exists.\nFix    --force\n", 2)
    assert (folder / "rows.xlsx").read_text(encoding="utf-8") == "mine"
    assert invoke("run", "things", "--try", "-o", "rows.xlsx", "--force").exit_code == 0
    assert len(sheet(folder / "rows.xlsx", "Rows")) == 3


def test_a_database_is_added_to_without_force(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=ROWS, table=PRIVATE)
    for _ in range(2):
        result = invoke("run", "things", "--try", "-o", "rows.db")
        note = "The rows are in the table things.\nSaved rows.db\n"
        assert (result.stdout, result.stderr, result.exit_code) == ("", NOTICE + note, 0)
    moment = "2026-11-20T09:00:00Z"
    assert query(folder / "rows.db", "SELECT * FROM things") == [("a", 1, moment), ("b", 2, None)] * 2
    ((first, source, rows, state), _) = query(folder / "rows.db", 'SELECT "values", source, rows, state FROM _runs')
    assert json.loads(first) == {"secret": "none", "day": "2026-01-31"}
    assert (source, rows, state) == ("Sandbox: invented data", 2, "complete")


def test_a_run_ends_by_the_clock_of_this_machine_not_by_that_of_the_sandbox(
    invoke: Invoke, trusted: Any, folder: Path
) -> None:
    trusted.write_recipe(code=ROWS)
    before = f"{datetime.now(UTC).replace(microsecond=0):%Y-%m-%dT%H:%M:%SZ}"
    invoke("run", "things", "--try", "--now", "2020-01-01", "-o", "rows.db")
    ((started, finished),) = query(folder / "rows.db", "SELECT started, finished FROM _runs")
    assert before <= started <= finished


def test_a_key_lets_a_row_replace_the_one_before(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=ROWS)
    for keys in (("--key", "link"), ("--key=link",)):
        assert invoke("run", "things", "--try", "-o", "rows.db", *keys).exit_code == 0
    assert query(folder / "rows.db", "SELECT link FROM things") == [("a",), ("b",)]


def test_a_key_may_be_of_several_columns(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=ROWS)
    assert invoke("run", "--key", "link", "things", "--try", "-o", "rows.db", "--key", "count").exit_code == 0
    keys = query(folder / "rows.db", "SELECT name FROM pragma_table_info('things') WHERE pk ORDER BY pk")
    assert keys == [("link",), ("count",)]


@pytest.mark.parametrize("code", [TYPED, ROWS])
def test_a_key_that_is_no_column_suggests_the_nearest(invoke: Invoke, trusted: Any, folder: Path, code: str) -> None:
    path = trusted.write_recipe(code=code)
    path.write_text(path.read_text(encoding="utf-8").replace("Literal", "Literal, TypedDict"), encoding="utf-8")
    result = invoke("run", "things", "--try", "-o", "rows.db", "--key", "lnik")
    assert result.stderr.endswith("Error  No column named 'lnik'.\nFix    --key link\n")
    assert (result.exit_code, names(folder), (folder / "ran").exists()) == (2, [], False)


@pytest.mark.parametrize("name", ["rows.xlsx", "rows.db"])
def test_a_record_is_one_row(invoke: Invoke, trusted: Any, folder: Path, name: str) -> None:
    trusted.write_recipe(code=RECORD)
    assert invoke("run", "things", "--try", "-o", name).exit_code == 0
    rows = query(folder / name, "SELECT * FROM things") if name == "rows.db" else sheet(folder / name, "Rows")[1:]
    assert rows == [("a", 1)]


@pytest.mark.parametrize(
    "words, what, fix",
    [
        (("-o", "my rows.xlsx"), "Excel file", "-o 'my rows.md'"),
        (("-o", "rows.db"), "database", "-o rows.md"),
        (("-o", "rows.txt", "--format", "xlsx"), "Excel file", "--format md"),
    ],
)
def test_text_is_no_row(
    invoke: Invoke, trusted: Any, folder: Path, words: tuple[str, ...], what: str, fix: str
) -> None:
    trusted.write_recipe(code=TEXT)
    result = invoke("run", "things", "--try", *words)
    assert result.stderr == f"Error  echo/things gives text, which is no {what}.\nFix    {fix}\n"
    assert (result.exit_code, names(folder)) == (2, [])


@pytest.mark.parametrize(
    "words, error, fix",
    [
        (("--format", "xlsx"), "xlsx goes into a file only.", "-o rows.xlsx"),
        (("--format", "db"), "db goes into a file only.", "-o rows.db"),
        (("--format", "xlsx", "-o", "-"), "xlsx goes into a file only.", "-o rows.xlsx"),
        (("--key", "link"), "--key is for a database, not for csv.", "-o rows.db --key COLUMN"),
        (("--key", "link", "-o", "rows.xlsx"), "--key is for a database, not for xlsx.", "-o rows.db --key COLUMN"),
        (("-o", "rows.db", "--format", "db", "--excel"), "--excel is for CSV, not for db.", "--format csv --excel"),
        (
            ("-o", "rows.db", "--force"),
            "--force overwrites a file, and a database is added to.",
            "run it without --force",
        ),
        (
            ("--dry-run", "--key", "link"),
            "--dry-run prints a curl command and no result.",
            "recipes run ... --dry-run",
        ),
    ],
)
def test_what_does_not_go_together_is_refused_before_the_run(
    invoke: Invoke, trusted: Any, folder: Path, words: tuple[str, ...], error: str, fix: str
) -> None:
    trusted.write_recipe(code=ROWS)
    result = invoke("run", "things", "--try", *words)
    assert (result.stdout, result.stderr, result.exit_code) == ("", f"Error  {error}\nFix    {fix}\n", 2)
    assert names(folder) == []


def test_a_failed_run_keeps_its_rows_in_a_second_excel_file(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=FAILING)
    result = invoke("run", "things", "--try", "-o", "rows.xlsx")
    assert (
        "       2 rows were delivered before that.\n       The rows so far are in rows.partial.xlsx.\n" in result.stderr
    )
    assert (result.exit_code, names(folder)) == (1, ["rows.partial.xlsx"])
    assert sheet(folder / "rows.partial.xlsx", "Rows") == [("link",), ("a",), ("b",)]


def test_a_failed_run_keeps_its_rows_in_the_database(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=FAILING)
    result = invoke("run", "things", "--try", "-o", "rows.db")
    assert "       2 rows were delivered before that.\n       The rows so far are in rows.db.\n" in result.stderr
    assert (result.exit_code, names(folder)) == (1, ["rows.db"])
    assert query(folder / "rows.db", "SELECT link FROM things") == [("a",), ("b",)]
    assert query(folder / "rows.db", "SELECT rows, state FROM _runs") == [(2, "failed")]


WAITING = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield rows, then wait for Ctrl-C."""
    import signal

    for number in range(700):
        yield {"number": number}
    print("ready")
    signal.pause()'''


@pytest.mark.parametrize("name", ["rows.xlsx", "rows.db"])
def test_ctrl_c_keeps_the_rows_so_far(live: Any, home: Path, folder: Path, name: str) -> None:
    live.write_recipe(code=WAITING)
    with subprocess.Popen(
        [sys.executable, "-m", "runner", "run", "things", "-o", name],
        cwd=folder,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "RECIPES_HOME": str(home), "ECHO_API_KEY": "test-key-1"},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell ignores it
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=20)
    kept = "rows.db" if name == "rows.db" else "rows.partial.xlsx"
    assert stderr == (
        f"Error  Stopped.\n       700 rows were delivered before that.\n       The rows so far are in {kept}.\n"
    )
    assert (process.returncode, names(folder)) == (130, [kept])
    if name == "rows.db":
        assert query(folder / kept, "SELECT rows, state FROM _runs") == [(700, "stopped")]
        assert query(folder / kept, "SELECT count(*) FROM things") == [(700,)]
    else:
        assert len(sheet(folder / kept, "Rows")) == 701


def test_a_file_that_is_no_database_is_left_alone(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=ROWS)
    (folder / "rows.db").write_text("mine", encoding="utf-8")
    result = invoke("run", "things", "--try", "-o", "rows.db")
    assert result.stderr == "Error  rows.db is no SQLite database, so it is left alone.\nFix    -o another.db\n"
    assert (result.exit_code, (folder / "rows.db").read_text(encoding="utf-8")) == (2, "mine")


def test_a_run_into_text_loads_no_library_for_other_files(trusted: Any, home: Path, folder: Path) -> None:
    trusted.write_recipe(code=ROWS)
    code = (
        "import sys\nfrom runner.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print({'xlsxwriter', 'sqlite_utils', 'sqlite3', 'zipfile'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, "run", "things", "--try", "-q", "-o", "rows.csv"]
    env = {"PYTHONPATH": os.pathsep.join(sys.path), "RECIPES_HOME": str(home)}
    answer = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)
    assert answer.stdout == "set()\n"


SHEET = '''\
def main(echo: httpx.Client, sheet: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file.

    Args:
        sheet: A text file.
    """
    echo.get("/things").raise_for_status()
    for line in sheet.read_text(encoding="utf-8").splitlines():
        yield {"line": line}'''


def test_try_reads_the_file_that_the_default_case_keeps_for_the_example(
    invoke: Invoke, trusted: Any, folder: Path
) -> None:
    trusted.write_recipe(code=SHEET, table='parameters.sheet.example = "sheet.csv"')
    (folder / "sheet.csv").write_text("recorded", encoding="utf-8")
    assert invoke("record", "things", "--sandbox", "--sheet", "sheet.csv").exit_code == 0
    (folder / "sheet.csv").write_text("of the user", encoding="utf-8")
    assert invoke("run", "things", "--try").stdout == "line\nrecorded\n"
    assert invoke("run", "things", "--try", "--sheet", "sheet.csv").stdout == "line\nof the user\n"


def test_try_of_a_recipe_that_was_never_recorded_reads_the_file_of_its_example(
    invoke: Invoke, trusted: Any, folder: Path
) -> None:
    trusted.write_recipe(code=SHEET, table='parameters.sheet.example = "sheet.csv"')
    (folder / "sheet.csv").write_text("of the user", encoding="utf-8")
    assert invoke("run", "things", "--try").stdout == "line\nof the user\n"
