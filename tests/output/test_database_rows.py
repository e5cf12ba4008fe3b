import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import AskedWrongly, RecipeFailed
from runner.output.database import Database
from runner.output.database_rows import column_types, stored_value
from runner.output.provenance import Provenance


def saved(path: Path, provenance: Provenance, *batches: list[dict[str, Any]]) -> list[Any]:
    """Return the rows of a database to which each batch was added by a run of its own."""
    for batch in batches:
        with Database(path, provenance) as database:
            for row in batch:
                database.write(row)
            database.commit()
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM all_things").fetchall()


@pytest.mark.parametrize(
    "value, stored",
    [
        (None, None),
        (True, 1),
        (3, 3),
        (0.5, 0.5),
        (Decimal("1.10"), 1.1),
        (Decimal("1234567890.1234567"), "1234567890.1234567"),
        (Decimal("12345.6789012345"), 12345.6789012345),
        (Decimal("12345.67890123456"), "12345.67890123456"),
        (float("nan"), None),
        (float("inf"), None),
        (2**63 - 1, 2**63 - 1),
        (2**63, "9223372036854775808"),
        (-(2**63) - 1, "-9223372036854775809"),
        (date(2026, 11, 20), "2026-11-20"),
        (datetime(2026, 11, 20, 9, tzinfo=UTC), "2026-11-20T09:00:00Z"),
        ("=1", "=1"),
        (["ä", {"b": None}], '["ä",{"b":null}]'),
        ({"a": date(2026, 1, 1)}, '{"a":"2026-01-01"}'),
        (Path("a/b"), "a/b"),
    ],
)
def test_a_value_is_stored_as_what_sqlite_has_for_it(value: object, stored: object) -> None:
    got = stored_value("x", value)
    assert (got, type(got)) == (stored, type(stored))


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(RecipeFailed):
        stored_value("x", object())


@given(st.text() | st.text(st.characters(categories=["Cs", "Cc"])))
def test_any_text_can_be_stored(text: str) -> None:
    stored = stored_value("x", text)
    with closing(sqlite3.connect(":memory:")) as connection:
        assert connection.execute("SELECT ?", [stored]).fetchone() == (stored,)


def test_the_first_rows_decide_on_the_types() -> None:
    first: dict[str, Any] = {"a": 1, "b": None, "c": 1, "d": "x", "e": None}
    second: dict[str, Any] = {"a": None, "b": 0.5, "c": 0.5, "d": 1, "e": None}
    assert column_types([first, second]) == {"a": int, "b": float, "c": float, "d": str, "e": bytes}


def test_a_column_that_was_empty_at_first_takes_numbers_as_numbers_and_text_as_text(
    tmp_path: Path, provenance: Provenance
) -> None:
    assert saved(tmp_path / "rows.db", provenance, [{"a": None}], [{"a": 5}, {"a": "007"}]) == [(None,), (5,), ("007",)]


@pytest.mark.parametrize("name", ["a b", 'a"b', "a'b", "[a]", "values", "a]b", "ä", "a\x00b", "\ud83d", "%s", "?"])
def test_a_column_may_have_any_name(tmp_path: Path, provenance: Provenance, name: str) -> None:
    assert saved(tmp_path / "rows.db", provenance, [{name: 1}], [{name: 2}]) == [(1,), (2,)]


def test_a_whole_number_beyond_sqlite_keeps_its_digits(tmp_path: Path, provenance: Provenance) -> None:
    rows = saved(tmp_path / "rows.db", provenance, [{"a": 1}, {"a": 2**64}])
    assert rows == [("1",), ("18446744073709551616",)]


def test_a_whole_number_that_would_lose_digits_is_refused(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    with pytest.raises(RecipeFailed) as caught:
        saved(path, provenance, [{"a": 1}], [{"a": 2**64}])
    assert str(caught.value) == "Column 'a' holds a number too large for the numbers that stand there."
    assert saved(path, provenance) == [(1,)]


def test_a_column_that_is_new_takes_the_type_of_all_rows_at_hand(tmp_path: Path, provenance: Provenance) -> None:
    rows = [{"a": 1, "b": number, "c": None} for number in range(400)] + [{"a": 1, "b": 2**64, "c": 1}]
    stored = saved(tmp_path / "rows.db", provenance, [{"a": 0}], rows)
    assert (stored[1], stored[-1]) == ((1, "0", None), (1, "18446744073709551616", 1))


def test_a_column_in_other_case_is_the_same_column(tmp_path: Path, provenance: Provenance) -> None:
    assert saved(tmp_path / "rows.db", provenance, [{"Link": "x", "Ä": 1}], [{"link": "y", "ä": 2}]) == [
        ("x", 1, None),
        ("y", None, 2),
    ]


def test_two_names_that_are_one_to_sqlite_are_refused(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    with pytest.raises(AskedWrongly) as caught:
        saved(path, provenance, [{"a": 1, "A": 2}])
    assert str(caught.value) == f"{path} cannot be written: duplicate column name: A."


def test_more_columns_than_a_statement_takes_are_refused(tmp_path: Path, provenance: Provenance) -> None:
    with pytest.raises(RecipeFailed) as caught:
        saved(tmp_path / "rows.db", provenance, [{f"c{number}": 1 for number in range(1_000)}])
    assert str(caught.value) == "A row has 1,000 columns, and a table takes 999."


def test_many_columns_fit_into_a_batch(tmp_path: Path, provenance: Provenance) -> None:
    row = {f"c{number}": number for number in range(999)}
    assert saved(tmp_path / "rows.db", provenance, [row] * 3) == [tuple(range(999))] * 3
