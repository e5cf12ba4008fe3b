"""When two requests are the same one, and how a difference is told."""

import json
from typing import Any

import pytest

from runner.recording.exchange import RecordedRequest
from runner.recording.matching import differences, distance, likeness

URL = "https://api.example/v1/search"
FORM = "application/x-www-form-urlencoded"


def asked(body: Any = b"", *, url: str = URL, method: str = "POST", kind: str = "application/json") -> RecordedRequest:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RecordedRequest(method, url, (("Content-Type", kind),), content)


def multipart(boundary: str, text: str = "hello", quotes: str = "") -> RecordedRequest:
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n{text}\r\n--{boundary}--\r\n'
    return asked(body.encode(), kind=f"multipart/form-data; boundary={quotes}{boundary}{quotes}")


SAME = {
    "order of names": (asked(b'{"a": 1, "b": {"c": 2, "d": 3}}'), asked(b'{"b": {"d": 3, "c": 2}, "a": 1}')),
    "white space": (asked(b'{"a":[1,2]}'), asked(b'{\n  "a": [ 1, 2 ]\n}\n')),
    "escapes": (asked('{"a": "é"}'.encode()), asked(b'{"a": "\\u00e9"}')),
    "JSON without its type": (asked(b'{"a":1}', kind="text/plain"), asked(b'{"a": 1}', kind="application/json")),
    "order of query names": (asked(url=f"{URL}?a=1&b=2"), asked(url=f"{URL}?b=2&a=1")),
    "spelling of a query": (asked(url=f"{URL}?a=x%20y"), asked(url=f"{URL}?a=x+y")),
    "boundaries": (multipart("0f1e2d"), multipart("aabbcc")),
    "quoted boundaries": (multipart("0f1e2d"), multipart("aabbcc", quotes='"')),
    "headers": (RecordedRequest("GET", URL, (("user-agent", "a"),), b""), RecordedRequest("GET", URL, (), b"")),
}
OTHER = {
    "order in a list": (asked([1, 2]), asked([2, 1])),
    "kind of a number": (asked(b'{"a": 1}'), asked(b'{"a": "1"}')),
    "true and 1": (asked(b'{"a": true}'), asked(b'{"a": 1}')),
    "null and nothing": (asked({"a": None}), asked({})),
    "order in a form": (asked(b"a=1&b=2", kind=FORM), asked(b"b=2&a=1", kind=FORM)),
    "spelling of a form": (asked(b"a=x%20y", kind=FORM), asked(b"a=x+y", kind=FORM)),
    "text of a part": (multipart("0f1e2d", "hello"), multipart("0f1e2d", "bye")),
    "blank and absent": (asked(url=f"{URL}?a="), asked(url=URL)),
    "order of one name": (asked(url=f"{URL}?a=1&a=2"), asked(url=f"{URL}?a=2&a=1")),
    "number of one name": (asked(url=f"{URL}?a=1&a=1"), asked(url=f"{URL}?a=1")),
    "method": (asked(method="GET"), asked(method="POST")),
    "scheme": (asked(url=URL), asked(url=URL.replace("https", "http"))),
    "port": (asked(url=URL), asked(url=URL.replace("example", "example:8443"))),
    "spelling of a path": (asked(url=f"{URL}/a%2Fb"), asked(url=f"{URL}/a/b")),
    "bytes": (asked(b"\xff\x00"), asked(b"\xff\x01")),
}


@pytest.mark.parametrize("one, other", SAME.values(), ids=SAME)
def test_what_makes_no_difference(one: RecordedRequest, other: RecordedRequest) -> None:
    assert likeness(one) == likeness(other)
    assert differences(one, other) == []
    assert distance(one, other) == (False, False, 0)


@pytest.mark.parametrize("one, other", OTHER.values(), ids=OTHER)
def test_what_makes_another_request(one: RecordedRequest, other: RecordedRequest) -> None:
    assert likeness(one) != likeness(other)
    assert differences(one, other) != []
    assert distance(one, other) > (False, False, 0)


def test_a_body_too_deep_to_read_is_compared_as_sent() -> None:
    deep = asked(b"[" * 100_000 + b"]" * 100_000)
    assert likeness(deep).body == deep.body
    assert differences(deep, asked(b"{}")) != []


def test_a_body_as_deep_as_can_be_read_is_compared() -> None:
    for depth in range(100, 1_500, 50):
        likeness(asked(b"[" * depth + b"]" * depth))
        differences(asked(b"[" * depth + b"1" + b"]" * depth), asked(b"[" * depth + b"2" + b"]" * depth))


DIFFERENT: dict[str, tuple[RecordedRequest, RecordedRequest, list[str]]] = {
    "method": (asked(method="GET"), asked(), ["method: GET was recorded, POST is sent"]),
    "address": (
        asked(url="https://api.example/v1/a"),
        asked(url="https://api.example/v2/a"),
        ["address: https://api.example/v1/a was recorded, https://api.example/v2/a is sent"],
    ),
    "query value": (asked(url=f"{URL}?q=a&p=1"), asked(url=f"{URL}?p=2&q=a"), ["query p: 1 was recorded, 2 is sent"]),
    "query name": (
        asked(url=f"{URL}?p=1"),
        asked(url=f"{URL}?page=1"),
        ["query p: 1 was recorded, nothing is sent", "query page: nothing was recorded, 1 is sent"],
    ),
    "one value of a repeated name": (
        asked(url=f"{URL}?a=1&a=2"),
        asked(url=f"{URL}?a=3&a=2"),
        ["query a[0]: 1 was recorded, 3 is sent"],
    ),
    "more values of a name": (
        asked(url=f"{URL}?a=1"),
        asked(url=f"{URL}?a=1&a=2"),
        ["query a[1]: nothing was recorded, 2 is sent"],
    ),
    "nested value": (
        asked({"filters": [{"topic": {"words": ["a", "b"]}}], "size": 1}),
        asked({"filters": [{"topic": {"words": ["a", "c"]}}], "size": 1}),
        ["body filters[0].topic.words[1]: b was recorded, c is sent"],
    ),
    "value in a list": (asked([1, {"a": 2}]), asked([1, {"a": 3}]), ["body [1].a: 2 was recorded, 3 is sent"]),
    "longer list": (asked({"a": [1]}), asked({"a": [1, 2]}), ["body a[1]: nothing was recorded, 2 is sent"]),
    "null": (asked({"a": None}), asked({}), ["body a: null was recorded, nothing is sent"]),
    "true and 1": (asked(b'{"a": true}'), asked(b'{"a": 1}'), ["body a: true was recorded, 1 is sent"]),
    "text and number": (asked(b'{"a": "1"}'), asked(b'{"a": 1}'), ['body a: "1" was recorded, 1 is sent']),
    "form": (asked(b"a=1", kind=FORM), asked(b"a=2", kind=FORM), ["body: a=1 was recorded, a=2 is sent"]),
    "end of a long text": (
        asked(b"x" * 500 + b"1", kind="text/plain"),
        asked(b"x" * 500 + b"2", kind="text/plain"),
        [f"body: …{'x' * 30}1 was recorded, …{'x' * 30}2 is sent"],
    ),
    "part of a form": (
        multipart("0f1e2d", "hello"),
        multipart("aabbcc", "bye"),
        [
            'body: …ition: form-data; name="a" hello --boundary-- was recorded, '
            '…ition: form-data; name="a" bye --boundary-- is sent'
        ],
    ),
    "no body": (asked({"a": 1}), asked(b""), ['body: {"a": 1} was recorded, nothing is sent']),
}


@pytest.mark.parametrize("recorded, sent, lines", DIFFERENT.values(), ids=DIFFERENT)
def test_a_difference_names_the_part(recorded: RecordedRequest, sent: RecordedRequest, lines: list[str]) -> None:
    assert differences(recorded, sent) == lines


def test_many_differences_are_counted() -> None:
    lines = differences(asked({str(n): 1 for n in range(9)}), asked({str(n): 2 for n in range(9)}))
    assert len(lines) == 6
    assert lines[-1] == "and 4 more"


def test_a_long_value_is_cut() -> None:
    [line] = differences(asked({"a": "x" * 500}), asked({"a": "y"}))
    assert line == f"body a: {'x' * 59}… was recorded, y is sent"


def test_what_comes_first_in_a_request_counts_most() -> None:
    sent = asked({"a": 1, "b": 1, "c": 1}, url=f"{URL}?p=1")
    others = [
        asked({"a": 1, "b": 1, "c": 2}, url=f"{URL}?p=1"),
        asked({"a": 2, "b": 2, "c": 2}, url=f"{URL}?p=1"),
        asked({"a": 1, "b": 1, "c": 1}, url=f"{URL}?p=1", method="PUT"),
        asked({"a": 1, "b": 1, "c": 1}, url="https://api.example/v1/other?p=1"),
    ]
    distances = [distance(each, sent) for each in others]
    assert distances == sorted(set(distances))
