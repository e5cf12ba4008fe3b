import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.errors import RecipeFailed
from runner.recording.case import Case, ExpectedError
from runner.recording.differences import (
    Difference,
    compare_exchanges,
    compare_results,
    compare_values,
    describe_note,
    ignoring,
)
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse
from runner.recording.outcome import Outcome


def exchange(body: Any, *, status: int = 200, kind: str = "application/json; charset=utf-8") -> Exchange:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(
        RecordedRequest("GET", "https://a.example/x", (), b""),
        RecordedResponse(status, "", (("content-type", kind),), content),
    )


def case(error: ExpectedError | None = None) -> Case:
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    return Case(Path(), "default", "echo/things", "", "live", moment, moment, {}, error=error)


def found(old: Exchange, new: Exchange) -> list[tuple[str, str, str, str, str]]:
    return [(each.path, each.what, each.kind, each.was, each.now) for each in compare_exchanges([old], [new])]


def rows(*rows: Any) -> tuple[str, ...]:
    return tuple(json.dumps(row) for row in rows)


def results(old: tuple[str, ...], new: Outcome, error: ExpectedError | None = None) -> list[tuple[str, ...]]:
    differences = compare_results(case(error), old, new)
    return [(each.path, each.what, each.kind, each.was, each.now) for each in differences]


def test_status_content_type_and_body_are_compared() -> None:
    assert found(exchange({"a": 1}), exchange(b"<p>", status=201, kind="text/html")) == [
        ("status", "status", "changed", "200", "201"),
        ("content-type", "content-type", "changed", "application/json", "text/html"),
        ("$", "body", "changed", "JSON", "no JSON"),
    ]


def test_parameters_of_a_content_type_are_not_compared() -> None:
    assert found(exchange(1), exchange(1, kind="Application/JSON")) == []


def test_an_error_answer_is_compared_with_error_answers_only() -> None:
    assert found(exchange({"a": 1}), exchange({"error": 1}, status=404)) == [
        ("status", "status", "changed", "200", "404")
    ]
    assert found(exchange({"error": 1}, status=404), exchange({"error": "1"}, status=404)) == [
        ("$.error", "type", "changed", "integer", "string")
    ]


def test_columns_are_compared_by_their_names() -> None:
    old, new = rows({"Total likes": 1, "source": {"name": "x"}}), rows({"Likes": 1, "source": {"name": None}})
    assert results(old, Outcome(new)) == [
        ("Total likes", "column", "lost", "integer", ""),
        ("source.name", "type", "changed", "string", "null"),
        ("Likes", "column", "added", "", "integer"),
    ]


def test_words_in_rows_are_data() -> None:
    assert results(rows(*[{"a": "done"}] * 20), Outcome(rows(*[{"a": "gone"}] * 20))) == []


def test_texts_are_compared_by_nothing_but_being_there() -> None:
    assert results(('"# Report"',), Outcome(('"# Other"',))) == []


def test_a_run_that_fails_is_a_difference_with_the_text_of_its_error() -> None:
    failed = Outcome((), RecipeFailed("It raised  KeyError."))
    assert results(rows({"a": 1}), failed) == [
        ("error", "error", "changed", "it worked", "exit code 1: It raised KeyError.")
    ]


def test_a_run_that_is_meant_to_fail_and_does_not_is_a_difference() -> None:
    expected = ExpectedError(5, "Refused.")
    assert results((), Outcome(()), expected) == [("error", "error", "changed", "exit code 5: Refused.", "it worked")]


def test_a_run_that_fails_as_it_is_meant_to_is_none() -> None:
    assert results((), Outcome((), RecipeFailed("Other words.")), ExpectedError(1, "Words.")) == []


def test_no_rows_are_noted() -> None:
    [difference] = compare_results(case(), rows({"a": 1}), Outcome(()))
    assert describe_note(difference) == "no rows today, so their columns are not compared"


def test_values_are_compared_row_by_row_in_the_columns_that_count() -> None:
    old, new = rows({"a": 1, "id": "x"}), Outcome(rows({"a": 2, "id": "y"}))
    assert compare_values(old, new, ignoring(["id"])) == ["Row 1, a: 1 was recorded, 2 now"]
    assert compare_values(old, Outcome((), RecipeFailed("It failed.")), ignoring([])) == []


@pytest.mark.parametrize(
    "pattern, paths",
    [
        ("$.articles[].uuid", ["$.articles[].uuid", "$.articles[].uuid.part", "$.articles[].uuid[]"]),
        (
            "$.articles",
            ["$.articles", "$.articles[].uuid", "$.articles[].uuid.part", "$.articles[].uuid[]", "$.articles[].uuids"],
        ),
        ("$.*.uuid", ["$.articles[].uuid", "$.articles[].uuid.part", "$.articles[].uuid[]"]),
        ("$.*uuid*", ["$.articles[].uuid", "$.articles[].uuid.part", "$.articles[].uuid[]", "$.articles[].uuids"]),
        ("status", ["status"]),
    ],
)
def test_a_path_is_ignored_with_all_that_is_in_it(pattern: str, paths: list[str]) -> None:
    all_paths = [
        "$.articles",
        "$.articles[].uuid",
        "$.articles[].uuid.part",
        "$.articles[].uuid[]",
        "$.articles[].uuids",
        "status",
    ]
    is_ignored = ignoring([pattern])
    assert [path for path in all_paths if is_ignored(path)] == paths


@pytest.mark.parametrize(
    "difference, note",
    [
        (Difference("GET /x", "", "endpoint", "unseen", was="asked"), "GET /x: not asked today, so not compared"),
        (Difference("GET /x", "", "endpoint", "unseen", now="asked"), "GET /x: asked today only, so not compared"),
        (
            Difference("GET /x", "$[]", "field", "unseen", was="object"),
            "GET /x $[]: empty today, so what is in it is not compared",
        ),
        (Difference("GET /x", "$.a", "field", "unsure", now="array"), "GET /x $.a: added: array, which may be chance"),
        (
            Difference("GET /x", "$.a", "presence", "unsure", "always there", "in 4 of 5"),
            "GET /x $.a: always there -> in 4 of 5, which may be chance",
        ),
    ],
)
def test_a_note_says_what_is_not_certain(difference: Difference, note: str) -> None:
    assert describe_note(difference) == note
