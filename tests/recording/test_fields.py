import json

import pytest

from runner.recording.exchange import RecordedRequest
from runner.recording.fields import credentials_in, credentials_sent

VALUE = "test-key-Ab12Cd34Ef56Gh78"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"a": [{"access_token": VALUE}]}),
        json.dumps({"key": VALUE}),
        '{"sessionId" :\n "VALUE"}'.replace("VALUE", VALUE),
        f"see https://news.example/a?x=1&token={VALUE}#top",
        f"<answer><apiKey>{VALUE}</apiKey></answer>",
    ],
)
def test_a_credential_in_an_answer_is_found(text: str) -> None:
    assert [value for _, value in credentials_in(text.encode())] == [VALUE]


@pytest.mark.parametrize(
    "text",
    [
        '{"token_count": 5, "token": 5, "key": "sports", "keywords": "test-key-Ab12Cd34Ef56Gh78"}',
        '{"key": "550e8400-e29b-41d4-a716-446655440000", "sort_key": "2026-11-20T09:00:00Z"}',
        '{"token": "__ECHO_API_KEY__", "author": "test-key-Ab12Cd34Ef56Gh78", "session": "morning session"}',
        '{"nextPageToken": "Ab12Cd34Ef56Gh78Jk90", "signature": "Yours sincerely, the editors"}',
        '{"key": "news.example/2026/11/20/ferry-strike-hits-the-west", "password": null, "secret": ""}',
        "https://news.example/?key=article-of-the-day-2026&session=opening-of-parliament",
        "<key>ferry-strike-hits-the-west-in-2026</key>",
    ],
)
def test_words_counts_and_names_in_an_answer_raise_no_alarm(text: str) -> None:
    assert list(credentials_in(text.encode())) == []


def test_what_is_sent_is_judged_strictly() -> None:
    request = RecordedRequest(
        "POST",
        "https://api.echo.example/?key=a1b2c3d4&key=sandbox&token=abcd&auth=true&q=token&password=",
        (("Content-Type", "application/json"),),
        json.dumps({"api_key": "letmein", "size": 5, "nested": {"secret": ["x", "letmein"]}, "key": "date"}).encode(),
    )
    assert list(credentials_sent(request)) == [
        ("URL", "key", "a1b2c3d4"),
        ("URL", "token", "abcd"),
        ("body", "api_key", "letmein"),
        ("body", "secret", "letmein"),
    ]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff", b"7", b'"text"'])
def test_a_body_that_has_no_fields_is_no_trouble(body: bytes) -> None:
    assert list(credentials_sent(RecordedRequest("POST", "https://api.echo.example/", (), body))) == []
