import base64
import gzip
import json
import time
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import TooShortToHide
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse, stand_in
from runner.recording.scrubbing import Scrubber
from runner.running.secrets import forms

NAME = "ECHO_API_KEY"
KEY = "test-key-Ab12Cd34Ef56"
EMPTY = Exchange(RecordedRequest("GET", "https://api.echo.example/", (), b""), RecordedResponse(200, "OK", (), b""))


def scrub_body(body: str | bytes, scrubber: Scrubber | None = None, kind: str = "application/json") -> bytes:
    data = body.encode() if isinstance(body, str) else body
    response = RecordedResponse(200, "OK", (("content-type", kind),), data)
    return (scrubber or Scrubber({NAME: KEY})).scrub(replace(EMPTY, response=response)).response.body


def b64(data: str | bytes) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def test_a_stand_in_needs_no_escaping() -> None:
    assert stand_in("ECHO_API_KEY") == "__ECHO_API_KEY__"


def test_a_request_keeps_only_the_headers_that_describe_its_body_and_answer() -> None:
    names = ["Accept", "Content-Type", "Authorization", "X-Api-Key", "Cookie", "User-Agent", "Accept-Encoding", "Host"]
    request = replace(EMPTY.request, headers=tuple((name, "x") for name in names))
    scrubbed = Scrubber({}).scrub(replace(EMPTY, request=request))
    assert [name for name, _ in scrubbed.request.headers] == ["Accept", "Content-Type"]


KEPT = [
    "allow", "content-disposition", "content-language", "content-range", "content-type", "etag", "last-modified",
    "link", "location", "ratelimit-limit", "ratelimit", "retry-after", "x-page", "x-per-page", "x-rate-limit-reset",
    "x-ratelimit-remaining", "x-total", "x-total-count", "x-total-pages",
]  # fmt: skip
LEFT_OUT = [
    "set-cookie", "date", "server", "x-request-id", "content-length", "content-encoding", "transfer-encoding",
    "www-authenticate", "x-page-token-secret2", "cf-ray", "x-total-count-of-me ", "via",
]  # fmt: skip


def test_an_answer_keeps_only_the_headers_that_a_recipe_may_want() -> None:
    response = replace(EMPTY.response, headers=tuple((name, "1") for name in [*LEFT_OUT, *KEPT]))
    scrubbed = Scrubber({}).scrub(replace(EMPTY, response=response))
    assert [name for name, _ in scrubbed.response.headers] == KEPT


def test_the_url_shows_the_stand_in() -> None:
    request = replace(EMPTY.request, url=f"https://api.echo.example/v1?key={KEY}&q=a+b")
    scrubbed = Scrubber({NAME: KEY}).scrub(replace(EMPTY, request=request))
    assert scrubbed.request.url == "https://api.echo.example/v1?key=__ECHO_API_KEY__&q=a+b"


def test_every_other_byte_of_a_body_stays() -> None:
    body = '{ "a" : 1.0,\r\n "é":"\\u00e9\\/", "key":"%s", "big": 123456789012345678901234567890, "a": 2 }'
    assert scrub_body(body % KEY) == (body % "__ECHO_API_KEY__").encode()


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_a_body_without_a_secret_is_the_same_bytes(body: bytes) -> None:
    assert scrub_body(body) == body


@pytest.mark.parametrize("secret", [KEY, 'test-key/1+2 =&"\\é'])
def test_whatever_is_blotted_out_of_output_is_hidden_in_traffic(secret: str) -> None:
    for form in forms(secret):
        text = Scrubber({NAME: secret}).scrub_text(f"<{form}> and {form}.")
        assert (secret in text, form in text) == (False, False)
        assert "__ECHO_API_KEY__" in text or b64("__ECHO_API_KEY__")[:20] in text


MIXED = [
    "test%2dkey-Ab12&#67;d34\\u0045f56",
    "TEST-KEY-AB12CD34EF56",
    "test%252Dkey%252DAb12Cd34Ef56",
    "test&amp;#45;key-Ab12Cd34Ef56",
    "test\\\\u002dkey-Ab12Cd34Ef56",
    "test-key-=\r\nAb12Cd34Ef56",
    "test=2Dkey=2DAb12Cd34Ef56",
]


@pytest.mark.parametrize("text", MIXED)
def test_escapes_may_be_mixed_and_escaped_again(text: str) -> None:
    assert Scrubber({NAME: KEY}).scrub_text(f"a {text} b") == "a __ECHO_API_KEY__ b"


def test_the_whole_escape_of_the_last_character_goes() -> None:
    assert Scrubber({NAME: "test-key&"}).scrub_text("<test-key&amp;>") == "<__ECHO_API_KEY__>"


def test_what_stands_behind_an_escape_stays() -> None:
    scrub = Scrubber({NAME: KEY}).scrub_text
    for escaped in ("\\u0036", "\\x36", "\\u{36}", "%36", "&#54;", "&#x36;", "=36"):
        assert scrub(f"{{{KEY[:-1]}{escaped}}};") == "{__ECHO_API_KEY__};"


@pytest.mark.parametrize(
    "packed, expected",
    [
        (b64(KEY), b64(stand_in(NAME))),
        (b64(f"{KEY}:"), b64(f"{stand_in(NAME)}:")),
        (b64(f"mee:{KEY}").rstrip("="), b64(f"mee:{stand_in(NAME)}").rstrip("=")),
        (b64(f"???{KEY}").replace("/", "\\/"), b64(f"???{stand_in(NAME)}").replace("/", "\\/")),
        (quote(b64(f">>>?{KEY}"), safe=""), quote(b64(f">>>?{stand_in(NAME)}"), safe="")),
        (b64(b64(KEY)), b64(b64(stand_in(NAME)))),
        (b64(gzip.compress(KEY.encode(), mtime=5)), b64(gzip.compress(stand_in(NAME).encode(), mtime=0))),
        (KEY.encode().hex(), stand_in(NAME).encode().hex()),
    ],
)
def test_what_was_packed_is_packed_again(packed: str, expected: str) -> None:
    assert scrub_body(f'{{"a": "{packed}", "b": "{b64("anything else")}"}}') == (
        f'{{"a": "{expected}", "b": "{b64("anything else")}"}}'.encode()
    )


def test_a_packed_secret_is_found_in_a_long_answer() -> None:
    long = json.dumps({"words": ["plain words"] * 1000, "a": "%s"})
    assert scrub_body(long % b64(KEY)) == (long % b64(stand_in(NAME))).encode()


@pytest.mark.parametrize("secret", [KEY, "\\" * 10 + "key", "\\a" * 6, "%25%25%25%25", "&amp;&amp;"])
@pytest.mark.parametrize("piece", [b"\\", b"%25", b"&amp;", b"test-key-", b"A", b"=\r\n", b"x\x9c", b'\\"'])
def test_hostile_answers_take_a_second_at_most(secret: str, piece: bytes) -> None:
    started = time.perf_counter()
    scrub_body(piece * (20_000 // len(piece)) + secret.encode(), Scrubber({NAME: secret}))
    assert time.perf_counter() - started < 2


def test_each_of_several_secrets_gets_its_own_name_and_the_longest_wins() -> None:
    scrubber = Scrubber({"SHORT": "test-key", "LONG": "test-key-1", "EMPTY": ""})
    assert scrubber.scrub_text("test-key-1 test-key") == "__LONG__ __SHORT__"


def test_json_that_would_break_is_left_to_the_scan() -> None:
    number = Scrubber({NAME: "12345678"})
    assert scrub_body('{"account": 12345678}', number) == b'{"account": 12345678}'
    assert scrub_body('{"account": "12345678"}', number) == b'{"account": "__ECHO_API_KEY__"}'


@pytest.mark.parametrize("secret", ["a", "12345", "     "])
def test_a_secret_too_short_to_be_told_from_other_text_is_refused(secret: str) -> None:
    with pytest.raises(TooShortToHide, match=r"^ECHO_API_KEY has fewer than 6 characters") as caught:
        Scrubber({NAME: secret})
    assert (caught.value.exit_code, bool(caught.value.hint)) == (4, True)


def test_a_short_private_value_is_refused_without_naming_it() -> None:
    with pytest.raises(TooShortToHide, match=r"^A private value has fewer than 4 characters") as caught:
        Scrubber({}, {"xyz": "Example"})
    assert "xyz" not in f"{caught.value} {caught.value.hint}"


def test_a_private_value_that_is_the_example_stays() -> None:
    assert Scrubber({}, {"7": "7", "": "x"}).scrub_text("7 of 7") == "7 of 7"


def test_a_private_value_becomes_the_example_escaped_as_it_was() -> None:
    scrubber = Scrubber({}, {"Zebra & Söhne": 'Invented "Ltd" & Co'})
    request = RecordedRequest(
        "POST",
        "https://api.echo.example/?a=Zebra%20%26%20S%C3%B6hne&b=Zebra+%26+S%C3%B6hne",
        (("content-type", "application/x-www-form-urlencoded"),),
        b"name=Zebra+%26+S%C3%B6hne",
    )
    scrubbed = scrubber.scrub(replace(EMPTY, request=request)).request
    assert scrubbed.url == (
        "https://api.echo.example/?a=Invented%20%22Ltd%22%20%26%20Co&b=Invented%20%22Ltd%22%20%26%20Co"
    )
    assert scrubbed.body == b"name=Invented%20%22Ltd%22%20%26%20Co"
    assert json.loads(scrub_body(json.dumps({"a": "by zebra & söhne."}), scrubber)) == {"a": 'by Invented "Ltd" & Co.'}
    assert scrub_body("<p>Zebra &amp; S&ouml;hne</p>", scrubber) == b"<p>Invented &quot;Ltd&quot; &amp; Co</p>"
    assert scrub_body('"Zebra+%26+S%C3%B6hne"', scrubber) == b'"Invented%20%22Ltd%22%20%26%20Co"'
    assert scrub_body('"Zebra+Ltd"', Scrubber({}, {"Zebra Ltd": "A & B"})) == b'"A+%26+B"'
    pages = Scrubber({}, {"Zebra/Söhne": 'Invented "Ltd" & Co'})
    assert json.loads(scrub_body('{"a": "Zebra/S&ouml;hne", "b": "Zebra%2FS%C3%B6hne"}', pages)) == {
        "a": "Invented &quot;Ltd&quot; &amp; Co",
        "b": "Invented%20%22Ltd%22%20%26%20Co",
    }
    assert scrub_body("Zebra & Söhne", scrubber) == b'Invented "Ltd" & Co'


def test_a_private_number_may_stay_a_number() -> None:
    assert scrub_body('{"account": 47110815}', Scrubber({}, {"47110815": "1234"})) == b'{"account": 1234}'


def test_private_values_with_the_same_example_are_all_hidden_in_a_long_answer() -> None:
    scrubber = Scrubber({}, {"Zebra Limited": "Example Ltd", "Yak Limited": "Example Ltd"})
    body = scrub_body(json.dumps([*["plain words"] * 1000, "Zebra Limited", "Yak Limited"]), scrubber)
    assert body.count(b"Example Ltd") == 2


def test_an_answer_in_another_encoding_is_scrubbed() -> None:
    secret = "test-schlüssel-é"
    text = f"Sie schickten {secret}."
    for encoding in ("latin-1", "utf-16-le", "utf-16-be"):
        scrubbed = scrub_body(text.encode(encoding), Scrubber({NAME: secret}), "text/plain")
        assert scrubbed.decode(encoding) == "Sie schickten __ECHO_API_KEY__."
