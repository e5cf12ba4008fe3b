import gzip
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runner.errors import ApiRefused, ApiUnreachable, KeyProblem, RunnerError
from runner.running.api_errors import LONGEST_QUOTE
from runner.running.isolated.isolation import Isolation
from runner.running.run import Plan, open_run
from runner.running.transports import Link, Patience
from runner.running.wires import network


@pytest.fixture(params=[False, True], ids=["here", "apart"])
def isolation(request: pytest.FixtureRequest, apart: Isolation) -> Isolation | None:
    """Run each test in this process, and in one of the recipe's own."""
    return apart if request.param else None


MakePlan = Callable[..., Plan]

CODE = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield rows."""
    yield {"a": echo.get("/things?q=1").raise_for_status().json()}'''

STREAM = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield rows."""
    with echo.stream("GET", "/things") as answer:
        answer.raise_for_status()
        yield {"a": 1}'''


@pytest.fixture
def error_of(plan: MakePlan, link: Link) -> Callable[..., RunnerError]:
    def run(link: Link = link, code: str = CODE) -> RunnerError:
        with pytest.raises(RunnerError) as error, open_run(plan(code, link)) as run:
            run.exhaust()
        return error.value

    return run


ErrorOf = Callable[..., RunnerError]


@pytest.mark.parametrize(
    "status, kind, exit_code, said",
    [
        (400, ApiRefused, 5, "Echo refused the request (400 Bad Request)."),
        (401, KeyProblem, 4, "Echo refused the key in ECHO_API_KEY (401 Unauthorized)."),
        (403, KeyProblem, 4, "Echo refused the key in ECHO_API_KEY (403 Forbidden)."),
        (404, ApiRefused, 5, "Echo refused the request (404 Not Found)."),
        (409, ApiRefused, 5, "Echo refused the request (409 Conflict)."),
        (429, ApiUnreachable, 6, "Echo kept failing (429 Too Many Requests)."),
        (500, ApiUnreachable, 6, "Echo kept failing (500 Internal Server Error)."),
        (503, ApiUnreachable, 6, "Echo kept failing (503 Service Unavailable)."),
        (304, ApiRefused, 5, "Echo refused the request (304 Not Modified)."),
    ],
)
def test_each_status_has_its_error(
    error_of: ErrorOf, server: Any, status: int, kind: type, exit_code: int, said: str
) -> None:
    server.says({"status": status, "body": b""})
    error = error_of()
    assert (type(error), error.exit_code, str(error)) == (kind, exit_code, said)
    assert error.details == (f"Asked  GET {server.url}/v1/things",)


@pytest.mark.parametrize(
    "headers, hint",
    [
        ({"Retry-After": "30"}, "try again in 30 s"),
        ({"Retry-After": "Fri, 20 Nov 2026 09:00:00 GMT"}, "try again later"),
        ({"Retry-After": "-1"}, "try again later"),
        ({}, "try again later"),
    ],
)
def test_an_api_may_say_when_to_try_again(
    error_of: ErrorOf, link: Link, server: Any, headers: dict[str, str], hint: str
) -> None:
    server.says({"status": 429, "headers": headers})
    assert error_of(replace(link, patience=Patience(retries=0))).hint == hint


def test_a_refused_key_says_where_to_get_one(error_of: ErrorOf, server: Any) -> None:
    server.says({"status": 401})
    assert error_of().hint == "export ECHO_API_KEY=... with a key that is allowed to do this. Ask at the desk."


@pytest.mark.parametrize(
    "status, word, kind",
    [
        (401, "anything", KeyProblem),
        (403, "invalid_token", KeyProblem),
        (404, " no_service\n", KeyProblem),
        (403, "action_prohibited", ApiRefused),
        (404, "channel_not_found", ApiRefused),
        (404, "no_service_here", ApiRefused),
        (500, "no_service", ApiUnreachable),
    ],
)
def test_an_api_may_list_the_words_by_which_it_refuses_a_key(
    error_of: ErrorOf, link: Link, server: Any, status: int, word: str, kind: type
) -> None:
    server.says({"status": status, "body": word.encode()})
    api = link.api._replace(key_refusals=("invalid_token", "no_service"), error_message="")
    assert type(error_of(replace(link, api=api, patience=Patience(retries=0)))) is kind


@pytest.mark.parametrize("status", [401, 403])
def test_an_api_without_a_key_refuses_the_request_instead(
    error_of: ErrorOf, link: Link, server: Any, status: int
) -> None:
    server.says({"status": status})
    assert type(error_of(replace(link, api=link.api._replace(key=None)))) is ApiRefused


def test_the_api_is_quoted_with_its_message_and_its_id(error_of: ErrorOf, server: Any) -> None:
    server.says({"status": 400, "body": {"error": {"message": "No  such\nfield.", "id": 77}}})
    error = error_of()
    assert str(error) == "Echo refused the request (400 Bad Request). It says: No such field."
    assert error.details[1:] == ("Id     77   (for the API's support)",)


@pytest.mark.parametrize(
    "body, said",
    [
        ({"error": "plain"}, '{"error": "plain"}'),
        ({"error": {"message": None}}, '{"error": {"message": null}}'),
        ([1, 2], "[1, 2]"),
        (b"just text", "just text"),
        (b"[" * 20000, "[" * (LONGEST_QUOTE - 1) + "…"),
        (b"\xff\xfe", "\N{REPLACEMENT CHARACTER}" * 2),
    ],
)
def test_an_answer_without_the_agreed_message_is_quoted_whole(
    error_of: ErrorOf, server: Any, body: Any, said: str
) -> None:
    server.says({"status": 400, "body": body})
    assert str(error_of()) == f"Echo refused the request (400 Bad Request). It says: {said}"


def test_a_page_is_quoted_without_its_tags(error_of: ErrorOf, server: Any) -> None:
    page = (
        b"<!doctype html><html><head><title>Error</title><style>p {color: red}</style></head>"
        b"<body><script>if (a < b) run()</script><h1>Bad Request</h1><p>Cannot read &quot;q&quot;<br>&amp; more</p>"
    )
    server.says({"status": 400, "body": page})
    assert str(error_of()).endswith(' It says: Bad Request Cannot read "q" & more')


def test_a_long_message_is_cut(error_of: ErrorOf, server: Any) -> None:
    server.says({"status": 400, "body": b"x" * 1000})
    assert str(error_of()).endswith(" It says: " + "x" * (LONGEST_QUOTE - 1) + "…")


@pytest.mark.parametrize("cut", [1, 5, 12])
def test_a_key_is_not_shown_in_part_where_a_message_is_cut(
    error_of: ErrorOf, server: Any, secret: str, cut: int
) -> None:
    server.says({"status": 400, "body": b"x" * (LONGEST_QUOTE - 1 - cut) + secret.encode()})
    assert secret[:cut] + "…" not in str(error_of())


def test_a_key_is_not_shown_in_part_where_a_broken_answer_is_cut(error_of: ErrorOf, server: Any, secret: str) -> None:
    server.says({"body": b"<p>" + b"x" * 45 + secret.encode()})
    assert secret[:4] not in str(error_of())


@pytest.mark.parametrize(
    "body", [b"<p>%s</p>", b'{"error": {"message": "no: %s"}}', b"<html><body>no: %s</body></html>"]
)
@pytest.mark.parametrize(
    "form", [b"test-key-a/1+2=&", b"test-key-a%2F1%2B2%3D%26", b"dGVzdC1rZXktYS8xKzI9Jg==", b"test-key-a/1+2=&amp;"]
)
def test_a_key_that_the_api_echoes_is_not_quoted(error_of: ErrorOf, server: Any, body: bytes, form: bytes) -> None:
    server.says({"status": 400, "body": body % form})
    said = str(error_of())
    assert "[ECHO_API_KEY]" in said
    assert not any(part in said for part in ("test-key", "dGVzdC1rZXkt"))


def test_a_streamed_answer_that_was_not_read_is_not_quoted(error_of: ErrorOf, server: Any) -> None:
    server.says({"status": 404, "body": {"error": {"message": "unread"}}})
    assert str(error_of(code=STREAM)) == "Echo refused the request (404 Not Found)."


def test_no_answer_in_time_says_how_long_it_was_waited_for(error_of: ErrorOf, link: Link, server: Any) -> None:
    server.says({"never": True})
    error = error_of(replace(link, api=link.api._replace(timeout=0.05), patience=Patience(retries=0)))
    assert (type(error), error.exit_code) == (ApiUnreachable, 6)
    assert str(error) == "No answer from Echo (127.0.0.1) within 0.05 s."


def test_a_broken_connection_names_the_api_and_its_host(error_of: ErrorOf, server: Any) -> None:
    server.says({"drop": True})
    error = error_of()
    assert (type(error), error.exit_code, len(server.seen)) == (ApiUnreachable, 6, 3)
    assert str(error) == "Echo (127.0.0.1) could not be reached: Server disconnected without sending a response."


def test_a_refused_connection_counts_as_no_answer(
    error_of: ErrorOf, make_api: Callable[..., Any], closed_port: int
) -> None:
    api = make_api(f"http://127.0.0.1:{closed_port}")
    error = error_of(Link(api, network(api), patience=Patience(retries=0)))
    assert (type(error), str(error)[:39]) == (ApiUnreachable, "Echo (127.0.0.1) could not be reached: ")


def test_redirects_without_end_count_as_no_answer(error_of: ErrorOf, server: Any) -> None:
    server.says({"status": 302, "headers": {"Location": "/v1/things"}})
    error = error_of()
    assert str(error) == "Echo (127.0.0.1) could not be reached: Exceeded maximum allowed redirects."


def test_an_answer_that_cannot_be_decoded_counts_as_no_answer(error_of: ErrorOf, server: Any) -> None:
    server.says({"body": gzip.compress(b"{}")[:-9] + b"broken", "headers": {"Content-Encoding": "deflate"}})
    error = error_of()
    assert (type(error), error.exit_code) == (ApiUnreachable, 6)
    assert str(error).startswith("An answer of Echo (127.0.0.1) cannot be decoded: ")


@pytest.mark.parametrize(
    "body, begins",
    [
        (b"", "it is empty"),
        (b"<html>\n  <p>", "it begins with '<html> <p>'"),
        (b"x" * 100, f"it begins with {'x' * 60!r}"),
        (b'{"a": "\xff"}', 'it begins with \'{"a": "\N{REPLACEMENT CHARACTER}"}\''),
    ],
)
def test_an_answer_that_is_no_json_says_how_it_begins(error_of: ErrorOf, server: Any, body: bytes, begins: str) -> None:
    server.says({"body": body})
    assert str(error_of()) == f"An answer of Echo is not JSON: {begins}."
