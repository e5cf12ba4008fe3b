from datetime import UTC, datetime

from runner.output.record import record_block, record_json


def test_a_record_is_a_block_of_names_and_values() -> None:
    record = {"headline": "Ferry\nstrike \x1b[2J", "年": 2.5, "interactions": 1234, "article_id": 1234, "none": None}
    assert record_block(record | {"at": datetime(2026, 11, 20, 9, tzinfo=UTC)}) == (
        "headline      Ferry strike \ufffd[2J\n"
        "年            2.5\n"
        "interactions  1,234\n"
        "article_id    1234\n"
        "none\n"
        "at            2026-11-20 09:00\n"
    )


def test_a_record_in_json_has_a_line_for_each_name() -> None:
    assert record_json({"a": 1, "b": ["x", {"c": None}]}) == '{\n  "a": 1,\n  "b": ["x", {"c": null}]\n}\n'


def test_an_empty_record_is_an_empty_block_or_object() -> None:
    assert (record_block({}), record_json({})) == ("", "{}\n")
