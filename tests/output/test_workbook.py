import gc
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.errors import AskedWrongly, RecipeFailed
from runner.output.provenance import Provenance
from runner.output.sheet_cells import MAX_UNITS
from runner.output.workbook import Workbook

Row = Mapping[str, Any]


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    with closing(openpyxl.load_workbook(path)) as book:
        yield book


def values(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    with opened(path) as book:
        return list(book[sheet].iter_rows(values_only=True))


def save(path: Path, provenance: Provenance, rows: Iterable[Row], **options: Any) -> Workbook:
    with Workbook(path, provenance, **options) as book:
        for row in rows:
            book.write(row)
        book.commit()
    return book


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_rows_stand_below_their_header_as_what_they_are(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.xlsx"
    rows: list[Row] = [
        {"name": "Ferry", "count": 3, "share": 0.5, "seen": "2026-11-20T09:00:00Z", "tags": ["a"], "is_new": True},
        {"name": None, "count": 10**15, "share": None, "seen": None, "tags": [], "is_new": False},
    ]
    save(path, provenance, rows)
    assert values(path, "Rows") == [
        ("name", "count", "share", "seen", "tags", "is_new"),
        ("Ferry", 3, 0.5, datetime(2026, 11, 20, 9), '["a"]', True),
        (None, "1000000000000000", None, None, "[]", False),
    ]


def test_dates_show_as_such(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.xlsx"
    moment = "2026-11-20T09:00:00"
    save(path, provenance, [{"a": "2026-11-20", "b": f"{moment}Z", "c": f"{moment}.250Z"}])
    with opened(path) as book:
        cells = [(cell.is_date, cell.number_format) for cell in book["Rows"][2]]
    assert cells == [(True, "yyyy-mm-dd"), (True, "yyyy-mm-dd hh:mm:ss"), (True, "yyyy-mm-dd hh:mm:ss.000")]


def test_the_header_is_bold_and_stays_in_sight_and_filters(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.xlsx"
    save(path, provenance, [{"a": number, "b": "x"} for number in range(3)])
    with opened(path) as book:
        sheet = book["Rows"]
        bold = [[cell.font.b for cell in row] for row in sheet.iter_rows(max_row=2)]
        assert (sheet.freeze_panes, sheet.auto_filter.ref, bold) == ("A2", "A1:B4", [[True, True], [False, False]])


def test_columns_are_as_wide_as_their_first_rows_within_reason(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.xlsx"
    row = {
        "n": 1,
        "text": "x" * 20,
        "lines": "two\n" + "y" * 30,
        "long": "z" * 500,
        "a_long_header": "",
        "wide": "漢" * 10,
    }
    late = dict.fromkeys(row, "w" * 50)
    save(path, provenance, [row] * 200 + [late])
    with opened(path) as book:
        widths = [int(each.width) for each in book["Rows"].column_dimensions.values()]
    assert widths == [9, 21, 31, 61, 17, 21]


FORMULAS = [
    "=1+1",
    "{=1+1}",
    "+1",
    "-1",
    "@x",
    "'=1",
    "https://example.com/",
    "mailto:a@b.example",
    "007",
    "1e5",
    "#REF!",
]
MARKUP = ["<r>bold</r>", "<r><t>x</t></r>", "<r>", "&amp;<b>", " blanks ", "a\tb", "two\nlines", "TRUE"]


@pytest.mark.parametrize("text", [*FORMULAS, *MARKUP])
def test_text_stays_text(tmp_path: Path, provenance: Provenance, text: str) -> None:
    path = tmp_path / "rows.xlsx"
    save(path, provenance, [{text: text}])
    with opened(path) as book:
        cells = [(cell.value, cell.data_type, cell.hyperlink) for (cell,) in book["Rows"].iter_rows()]
    assert cells == [(text, "s", None)] * 2


def unescape(text: str) -> str:
    """Read `_x005F_` as Excel does and openpyxl does not."""
    return re.sub("_x005F_", "_", text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text() | st.sampled_from(["_x0041_", "<r></r>", "\x00", "\x0b", "\r", "]]>"]), min_size=1))
def test_any_text_makes_a_file_that_reads(tmp_path: Path, provenance: Provenance, texts: list[str]) -> None:
    path = tmp_path / "rows.xlsx"
    save(path, provenance, [{"text": f"x{text}x"} for text in texts], force=True)
    lines = [re.sub("\r\n?", "\n", text) for text in texts]
    expected = [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", line) for line in lines]
    assert [unescape(text)[1:-1] for (text,) in values(path, "Rows")[1:]] == expected


def test_text_that_looks_like_an_escape_reads_as_itself(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.xlsx"
    save(path, provenance, [{"a": "_x0041_"}])
    assert b"_x005F_x0041_" in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_long_text_is_cut_and_counted(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.xlsx"
    book = save(path, provenance, [{"a": "x" * 40_000}, {"a": "y" * MAX_UNITS}, {"a": ["z" * 40_000]}])
    sentence = "2 texts were cut to the 32,767 characters that a cell of Excel holds."
    shown = [text for (text,) in values(path, "Rows")[1:]]
    assert [(len(text), text[-1]) for text in shown] == [(MAX_UNITS, "…"), (MAX_UNITS, "y"), (MAX_UNITS, "…")]
    assert (book.notes, dict(values(path, "About"))["Cut"]) == ((sentence,), sentence)


def test_about_says_where_the_rows_came_from_and_nothing_private(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.xlsx"
    save(path, provenance, [{"a": 1}, {"a": 2}])
    assert values(path, "About") == [
        ("Recipe", "echo/all-things"),
        ("Question", "What things are there?"),
        ("Source", "live"),
        ("Run at (UTC)", datetime(2026, 11, 20, 9)),
        ("Rows", 2),
        ("Recipe Runner", "0.1.0"),
        ("Value of topic", "=ferry"),
        ("Value of hours", 24),
        ("Value of since", datetime(2026, 11, 1)),
        ("Value of files", '["a.csv"]'),
        ("Value of customer", "(private)"),
    ]


def test_rows_go_on_in_another_sheet_where_one_is_full(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.xlsx"
    book = save(path, provenance, [{"a": number} for number in range(7)], sheet_rows=3)
    with opened(path) as read:
        assert read.sheetnames == ["Rows", "Rows 2", "Rows 3", "About"]
        assert [read[name].auto_filter.ref for name in read.sheetnames[:3]] == ["A1:A4", "A1:A4", "A1:A2"]
        assert [read[name].freeze_panes for name in read.sheetnames[:3]] == ["A2", "A2", "A2"]
    assert [values(path, name) for name in ("Rows", "Rows 2", "Rows 3")] == [
        [("a",), (0,), (1,), (2,)],
        [("a",), (3,), (4,), (5,)],
        [("a",), (6,)],
    ]
    sentence = "A sheet holds 3 rows, so they go on in Rows 2, Rows 3."
    assert (book.notes, dict(values(path, "About"))["Sheets"]) == ((sentence,), sentence)


def test_a_sheet_that_is_just_full_needs_no_other(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.xlsx"
    book = save(path, provenance, [{"a": number} for number in range(3)], sheet_rows=3)
    with opened(path) as read:
        assert (read.sheetnames, book.notes) == (["Rows", "About"], ())


@pytest.mark.parametrize("columns, rows", [(("a", "b"), [("a", "b")]), ((), [])])
def test_without_rows_there_is_the_header_that_is_known(
    tmp_path: Path, provenance: Provenance, columns: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    path = tmp_path / "rows.xlsx"
    save(path, provenance, [], columns=columns)
    assert values(path, "Rows") == rows
    assert dict(values(path, "About"))["Rows"] == 0


def test_an_existing_file_is_replaced_only_with_force(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.xlsx"
    path.write_text("mine")
    with pytest.raises(AskedWrongly) as caught:
        save(path, provenance, [])
    assert (str(caught.value), caught.value.hint, path.read_text()) == (f"{path} exists.", "--force", "mine")
    save(path, provenance, [{"a": 1}], force=True)
    assert (values(path, "Rows"), names(tmp_path)) == ([("a",), (1,)], ["rows.xlsx"])


def test_rows_before_a_failure_can_be_kept_as_a_file_that_says_so(tmp_path: Path, provenance: Provenance) -> None:
    with Workbook(tmp_path / "rows.xlsx", provenance) as book:
        book.write({"a": 1})
        kept = book.keep_partial()
    assert (kept, names(tmp_path)) == (tmp_path / "rows.partial.xlsx", ["rows.partial.xlsx"])
    assert values(tmp_path / "rows.partial.xlsx", "Rows") == [("a",), (1,)]
    about = dict(values(tmp_path / "rows.partial.xlsx", "About"))
    assert (about["Rows"], about["Not all"]) == (1, "The run ended before its last row.")


def write_and_fail(path: Path, provenance: Provenance) -> None:
    with Workbook(path, provenance) as book:
        book.write({"a": 1})
        raise RuntimeError


def test_without_commit_nothing_stays(tmp_path: Path, provenance: Provenance) -> None:
    with pytest.raises(RuntimeError):
        write_and_fail(tmp_path / "rows.xlsx", provenance)
    gc.collect()  # what was left open would warn
    assert names(tmp_path) == []


def test_more_columns_than_excel_has_are_refused(tmp_path: Path, provenance: Provenance) -> None:
    with Workbook(tmp_path / "rows.xlsx", provenance) as book, pytest.raises(RecipeFailed) as caught:
        book.write({f"c{number}": 1 for number in range(16_385)})
    assert str(caught.value) == "A row has 16,385 columns, and a sheet of Excel holds 16,384."


@pytest.mark.parametrize("count", [1, 5_000], ids=["at the end", "in the middle"])
def test_a_full_disk_is_told_as_such_and_leaves_no_second_error(provenance: Provenance, count: int) -> None:
    rows = [{"a": sha256(str(number).encode()).hexdigest()} for number in range(count)]
    with pytest.raises(AskedWrongly) as caught:
        save(Path("/dev/full"), provenance, rows)
    assert str(caught.value) == "The disk is full; /dev/full was not written."
    del caught
    gc.collect()  # a zip file that is thrown away writes its end


def test_a_pipe_takes_a_workbook(tmp_path: Path, provenance: Provenance) -> None:
    pipe, copy = tmp_path / "pipe", tmp_path / "rows.xlsx"
    os.mkfifo(pipe)
    reader = Thread(target=lambda: copy.write_bytes(pipe.read_bytes()))
    reader.start()
    save(pipe, provenance, [{"a": 1}])
    reader.join()
    assert values(copy, "Rows") == [("a",), (1,)]


NO_ROOM = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from runner.errors import AskedWrongly
from runner.output.provenance import Provenance
from runner.output.workbook import Workbook
provenance = Provenance("echo/things", "What?", {}, (), datetime(2026, 11, 20, tzinfo=UTC), "live", "0.1.0")
import xlsxwriter
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    with Workbook(Path("rows.xlsx"), provenance) as book:
        for number in range(10_000):
            book.write({"a": number})
except AskedWrongly as error:
    print(error, error.hint, sep="\\n")
"""


def test_a_full_folder_for_temporary_files_is_told_as_such_and_left_empty(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    env = {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path / "temporary")}
    command = [sys.executable, "-X", "dev", "-c", NO_ROOM]
    result = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, env=env)
    sentence = "The temporary files for rows.xlsx cannot be written: File too large."
    assert (result.stdout, result.stderr) == (f"{sentence}\nTMPDIR=another/folder\n", "")
    assert (names(tmp_path), names(tmp_path / "temporary")) == (["temporary"], [])
