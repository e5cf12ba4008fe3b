import pytest

from runner.recording.same_body import comparable

JSON = "application/json; charset=utf-8"


def multipart(boundary: str, field: str = "a") -> tuple[bytes, str]:
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n1\r\n--{boundary}--\r\n'
    return body.encode(), f'multipart/form-data; charset=utf-8; boundary="{boundary}"'


@pytest.mark.parametrize(
    "first, second",
    [
        (b'{"a":1,"b":[1,2]}', b'{ "b": [1, 2],\n "a": 1 }'),
        (b'{"a":"\\u00e9"}', '{"a":"é"}'.encode()),
        (b"1", b" 1 "),
    ],
)
def test_json_is_the_same_whatever_its_spacing_order_and_escapes(first: bytes, second: bytes) -> None:
    assert comparable(first, JSON) == comparable(second, JSON)


@pytest.mark.parametrize(
    "first, second",
    [
        (b'{"a":1}', b'{"a":true}'),
        (b'{"a":1}', b'{"a":1.0}'),
        (b'{"a":0}', b'{"a":false}'),
        (b'{"a":[1,2]}', b'{"a":[2,1]}'),
        (b'{"a":"1"}', b'{"a":1}'),
        (b'{"a":null}', b"{}"),
        (b"", b"{}"),
        (b"{", b"{ "),
        (b'{"a":' + b"9" * 5000 + b"}", b'{"a":1}'),
        (b"[" * 100_000, b"["),
    ],
)
def test_other_json_is_not(first: bytes, second: bytes) -> None:
    assert comparable(first, JSON) != comparable(second, JSON)


def test_json_is_known_by_its_first_character_where_no_header_says_so() -> None:
    assert comparable(b'{"a": 1}', "") == comparable(b'{"a":1}', "")


def test_other_bodies_are_compared_to_the_byte() -> None:
    assert comparable(b"1.0", "text/plain") != comparable(b"1.00", "text/plain")
    assert comparable(b"a=1&b=2", "application/x-www-form-urlencoded") == b"a=1&b=2"


def test_the_boundary_of_multipart_does_not_count() -> None:
    assert comparable(*multipart("abc")) == comparable(*multipart("xyz-123"))
    assert comparable(*multipart("abc")) != comparable(*multipart("abc", field="b"))
