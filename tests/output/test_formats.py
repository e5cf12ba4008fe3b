from pathlib import Path

import pytest

from runner.errors import AskedWrongly, NotFound
from runner.output.formats import FORMATS, check_format, format_of


@pytest.mark.parametrize(
    "name, format_name",
    [
        ("rows.csv", "csv"),
        ("rows.tsv", "tsv"),
        ("rows.json", "json"),
        ("rows.jsonl", "jsonl"),
        ("rows.ndjson", "jsonl"),
        ("rows.md", "md"),
        ("rows.txt", "table"),
        ("rows.xlsx", "xlsx"),
        ("rows.db", "db"),
        ("folder.json/ROWS.v2.CSV", "csv"),
    ],
)
def test_the_extension_says_the_format(name: str, format_name: str) -> None:
    assert format_of(Path(name)) == format_name


@pytest.mark.parametrize(
    "name, message, hint",
    [
        ("out/rows.cvs", "No format has the extension '.cvs'", "-o out/rows.csv"),
        ("rows.xls", "No format has the extension '.xls'", "-o rows.xlsx"),
        ("rows.parquet", "No format has the extension '.parquet'", "-o rows.csv"),
        ("my rows", "'my rows' has no extension", "-o 'my rows.csv'"),
        (".csv", "'.csv' has no extension", "-o .csv.csv"),
    ],
)
def test_another_extension_is_answered_with_a_name_that_works(name: str, message: str, hint: str) -> None:
    with pytest.raises(AskedWrongly) as caught:
        format_of(Path(name))
    assert (
        str(caught.value) == f"{message}; there are .csv .tsv .json .jsonl .ndjson .md .txt .xlsx .db .html .svg .png."
    )
    assert caught.value.hint == hint


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_known_in_any_case(name: str) -> None:
    assert (check_format(name), check_format(name.upper())) == (name, name)


@pytest.mark.parametrize(
    "name, hint",
    [
        ("tabel", "--format table"),
        ("jsnol", "--format jsonl"),
        ("zip", "--format table|csv|tsv|json|jsonl|md|xlsx|db|html|svg|png"),
    ],
)
def test_an_unknown_format_suggests_the_nearest_or_all(name: str, hint: str) -> None:
    with pytest.raises(NotFound) as caught:
        check_format(name)
    assert (str(caught.value), caught.value.hint) == (f"No format named {name!r}.", hint)
