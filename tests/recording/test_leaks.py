import base64
import json
from dataclasses import replace

import pytest

from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse
from runner.recording.inflating import MOST
from runner.recording.leaks import TOO_LARGE, Leak, find_leaks, find_leaks_in

NAME = "ECHO_API_KEY"
KEY = "test-key-Ab12Cd34Ef56Gh78"
SECRETS = {NAME: KEY}
JSON = (("content-type", "application/json"),)
QUIET = Exchange(
    RecordedRequest("GET", "https://api.echo.example/v1?key=__ECHO_API_KEY__", (("accept", "*/*"),), b""),
    RecordedResponse(200, "OK", JSON, b'{"articles": []}'),
)


def said(leaks: tuple[Leak, ...]) -> list[tuple[str, str, bool]]:
    return [(leak.where, leak.what, leak.certain) for leak in leaks]


def asked(url: str = QUIET.request.url, headers: tuple[tuple[str, str], ...] = (), body: bytes = b"") -> Exchange:
    return replace(QUIET, request=RecordedRequest("POST", url, headers, body))


def answered(body: bytes, headers: tuple[tuple[str, str], ...] = JSON) -> Exchange:
    return replace(QUIET, response=RecordedResponse(200, "OK", headers, body))


def test_clean_traffic_has_no_leaks() -> None:
    assert find_leaks_in([QUIET], secrets=SECRETS) == ()


def test_a_leak_says_where_and_what_but_never_shows_it() -> None:
    body = json.dumps({"a": base64.b64encode(json.dumps(f'"{KEY}').encode()).decode()}).encode()
    leaks = find_leaks_in([QUIET, answered(body)], secrets=SECRETS)
    assert said(leaks) == [("answer 2, body, base64", NAME, True)]
    assert KEY not in repr(leaks)


def test_the_part_of_an_exchange_is_named() -> None:
    url = replace(QUIET.request, url=f"https://api.echo.example/{KEY}", body=KEY.encode())
    answer = replace(QUIET.response, reason=KEY, headers=(("location", f"/{KEY}"),), body=KEY.encode())
    assert [leak.where for leak in find_leaks_in([Exchange(url, answer)], secrets=SECRETS)] == [
        "request 1, URL",
        "request 1, body",
        "answer 1, reason",
        "answer 1, header location",
        "answer 1, body",
    ]


def test_a_secret_in_the_name_of_a_header_is_not_shown() -> None:
    leaks = find_leaks_in([asked(headers=((KEY, "1"),))], secrets=SECRETS)
    assert said(leaks) == [
        ("request 1, name of a header", NAME, True),
        ("request 1, header", "a header that is not kept", True),
    ]


@pytest.mark.parametrize(
    "text, what, certain",
    [
        (KEY, NAME, True),
        (KEY.upper(), f"{NAME} in other letters", True),
        ("it began with test-key-A and", f"the beginning of {NAME}", False),
        ("it ended with 56Gh78 and", None, None),
        ("it ended with Ef56Gh78 and", f"the end of {NAME}", False),
        ("a test-key is no part of it", None, None),
    ],
)
def test_parts_and_other_letters_are_likely(text: str, what: str | None, certain: bool) -> None:
    assert said(find_leaks(text, secrets=SECRETS)) == ([("line 1", what, certain)] if what else [])


def test_a_secret_that_reads_like_a_word_is_not_certain_in_other_letters() -> None:
    leaks = find_leaks("The Morningpaper", secrets={NAME: "morningpaper"})
    assert said(leaks) == [("line 1", f"{NAME} in other letters", False)]


def test_the_beginning_of_a_key_goes_on_until_it_is_no_word() -> None:
    secrets = {NAME: "newswhip_live_a1b2c3d4"}
    assert find_leaks("https://api.newswhip.com/newswhip_live_", secrets=secrets) == ()
    assert said(find_leaks("newswhip_live_a1", secrets=secrets)) == [("line 1", f"the beginning of {NAME}", False)]


def test_a_short_secret_is_found_as_a_word_of_its_own() -> None:
    assert find_leaks("abide with me", secrets={NAME: "abi"}) == ()
    assert said(find_leaks("?key=abi&x=1", secrets={NAME: "abi"})) == [("line 1", NAME, True)]


def test_names_of_others_are_found_as_words_in_any_letters_but_are_not_certain() -> None:
    others = {"the customer zebra": "Zebra Limited", "too short": "x", "empty": ""}
    assert said(find_leaks("one\ntwo x\nfor zebra\n  limited.", others=others)) == [
        ("line 3", "the customer zebra", False)
    ]
    assert find_leaks("Zebra Limiteds", others=others) == ()


def test_a_line_is_named_also_where_the_secret_was_decoded() -> None:
    packed = base64.b64encode(KEY.encode()).decode()
    lines = [*["plain words"] * 50, f"a: {packed}", *["plain words"] * 50]
    assert said(find_leaks("\n".join(lines), secrets=SECRETS)) == [("line 51, base64", NAME, True)]


def test_lines_that_were_joined_are_not_taken_for_one_long_address() -> None:
    text = "to somebody@" + "newspaper.ie\nNothing"
    assert said(find_leaks(text)) == [("line 1", "an e-mail address", False)]


def test_a_fingerprint_is_the_same_in_another_place_and_for_another_secret_not() -> None:
    one = find_leaks(f"a {KEY}", secrets=SECRETS)[0].fingerprint
    assert find_leaks_in([answered(KEY.encode())], secrets=SECRETS)[0].fingerprint == one
    assert find_leaks("test-key-Other1234567", secrets={NAME: "test-key-Other1234567"})[0].fingerprint != one
    assert len(one) == 12


HEADERS = [("authorization", "x"), ("cookie", "a=b"), ("X-Api-Key", "x"), ("user-agent", "x")]


@pytest.mark.parametrize("header", HEADERS)
def test_any_header_of_a_request_that_is_not_on_the_list_is_a_leak(header: tuple[str, str]) -> None:
    found = said(find_leaks_in([asked(headers=(header,))]))
    assert found == [(f"request 1, header {header[0].lower()}", "a header that is not kept", True)]


def test_any_header_of_an_answer_that_is_not_on_the_list_is_a_leak() -> None:
    found = said(find_leaks_in([answered(b"", (("set-cookie", "sid=1"), ("etag", "1")))]))
    assert found == [("answer 1, header set-cookie", "a header that is not kept", True)]


def test_a_field_of_a_request_named_like_a_credential_may_hold_a_stand_in_only() -> None:
    expected = [("request 1, URL", "a field named like a credential", True)]
    assert said(find_leaks_in([asked("https://api.echo.example/?api_key=letmein")])) == expected
    assert find_leaks_in([asked("https://api.echo.example/?api_key=__ECHO_API_KEY__&sort_key=date&key=sandbox")]) == ()


@pytest.mark.parametrize(
    "kind, body",
    [
        ("application/json", b'{"a": [{"password": "letmein"}]}'),
        ("application/vnd.api+json; charset=utf-8", b'{"clientSecret": "letmein"}'),
        ("application/x-www-form-urlencoded", b"a=1&password=let+me+in"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nletmein\r\n--b--',
        ),
    ],
)
def test_a_body_of_a_request_may_hold_no_credential(kind: str, body: bytes) -> None:
    found = said(find_leaks_in([asked(headers=(("content-type", kind),), body=body)]))
    assert found == [("request 1, body", "a field named like a credential", True)]


def test_a_credential_made_by_the_answer_is_found_but_not_certain() -> None:
    body = b'{"session": {"access_token": "%s"}}' % KEY.encode()
    assert said(find_leaks_in([answered(body)])) == [("answer 1, body", "a field named like a credential", False)]


def test_the_words_of_a_finding_hold_no_value() -> None:
    exchange = asked(f"https://me:{KEY}@api.echo.example/?token={KEY}", (("x-key", KEY),), KEY.encode())
    for leaks in (find_leaks_in([exchange]), find_leaks_in([exchange], secrets=SECRETS)):
        assert leaks
        assert KEY not in repr(leaks)


def test_data_too_large_to_be_scanned_is_a_finding() -> None:
    assert said(find_leaks(b"a " * MOST)) == [("line 1", TOO_LARGE, False)]


@pytest.mark.parametrize("text", ["", "\n", "\ud800", b"\xff\xfe\x00", "é" * 100])
def test_any_text_can_be_scanned(text: str | bytes) -> None:
    assert find_leaks(text, secrets=SECRETS) == ()
