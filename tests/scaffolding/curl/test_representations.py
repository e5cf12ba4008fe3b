"""Records that may hold secrets: what `repr` shows of them, as tracebacks of a debugger do."""

import pytest

from runner.scaffolding.curl.arguments import Argument
from runner.scaffolding.curl.bodies import Data
from runner.scaffolding.curl.call import Auth, CurlCall, FormBody, JsonBody, Part, TextBody, Url
from runner.scaffolding.curl.keys import Credential
from runner.scaffolding.curl.slots import Asked
from runner.scaffolding.curl.words import Input, Word

SECRET = "test-key-zq8"


@pytest.mark.parametrize(
    "record, shown",
    [
        (Word(SECRET, 7), "Word(at=7)"),
        (Input("a.json", SECRET), "Input(name='a.json')"),
        (Argument("user", SECRET, is_on=True, at=3), "Argument(name='user', is_on=True, at=3)"),
        (
            Data(SECRET, is_json=True),
            "Data(file='', has_line_ends=False, inlined=(), is_json=True)",
        ),
        (Url("https", SECRET, "a.example", "/", None), "Url(scheme='https', host='a.example', path='/', query=None)"),
        (TextBody(SECRET), "TextBody()"),
        (JsonBody(SECRET, {"key": SECRET}), "JsonBody()"),
        (FormBody(SECRET, (("key", SECRET),)), "FormBody()"),
        (Part("a", SECRET), "Part(name='a', path='', file_name=None, content_type='')"),
        (Auth("bearer", SECRET), "Auth(kind='bearer')"),
        (Credential("header", "X-Key", SECRET), "Credential(place='header', name='X-Key', at=-1)"),
    ],
)
def test_what_may_be_secret_is_left_out(record: object, shown: str) -> None:
    assert repr(record) == shown


def test_a_captured_value_is_left_out() -> None:
    assert SECRET not in repr(Asked("token", "str", "The token.", captured=SECRET))


def test_a_call_shows_neither_headers_nor_cookies_nor_body() -> None:
    url = Url("https", "", "a.example", "/", None)
    call = CurlCall("POST", url, (("X-Key", SECRET),), SECRET, TextBody(SECRET), Auth("basic", SECRET))
    assert SECRET not in repr(call)
    assert "a.example" in repr(call)
