"""`recipes drift` against a real server on loopback that changes what it says."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
KEY = "test-key-live/1+2"
ENV = {"ECHO_API_KEY": KEY}

CODE = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield a row for each thing."""
    response = echo.post("/search", json={"q": 1})
    response.raise_for_status()
    yield {"count": len(response.json()["things"])}'''

STATES = ["done", "pending"]


def things(state: Callable[[int], str] = lambda number: STATES[number % 2], **fields: object) -> dict[str, Any]:
    """An answer with forty things."""
    thing = {"link": "https://a.example"} | fields
    return {"body": {"things": [{"id": number, "state": state(number)} | thing for number in range(40)]}}


def replies(server: Any, *answers: dict[str, Any]) -> None:
    server.answers = [type(server.answers[0])(**answer) for answer in answers]


@pytest.fixture
def drift(live: Any, server: Any, invoke: Invoke) -> Callable[..., Result]:
    """Record a case of forty things, then compare it with what the server says by now."""
    live.write_recipe(code=CODE)
    replies(server, things())
    assert invoke("record", "things", "-q", env=ENV).exit_code == 0

    def run(answer: dict[str, Any], *words: str, env: dict[str, str] = ENV) -> Result:
        replies(server, answer)
        return invoke("drift", "things", *words, env=env)

    return run


def findings(result: Result) -> list[tuple[str | None, ...]]:
    [case] = json.loads(result.stdout)
    return [tuple(each[key] for key in ("path", "what", "kind", "was", "now")) for each in case["differences"]]


def test_the_same_shape_is_silent_whatever_the_values(drift: Callable[..., Result]) -> None:
    result = drift(things(id=7, link="https://b.example/other"))
    assert (result.stdout, result.stderr, result.exit_code) == (
        "ok        echo/things  default\n",
        "1 case compared with the API of today: no drift.\n",
        0,
    )


def test_the_key_is_sent_and_shown_nowhere(drift: Callable[..., Result], server: Any) -> None:
    result = drift(things() | {"body": {"things": [], f"key {KEY}": KEY}}, "--json")
    assert server.seen[-1].headers["X-Key"] == KEY
    assert findings(result) == [('$["key __ECHO_API_KEY__"]', "field", "added", None, "string")]
    assert KEY not in result.stdout + result.stderr


def test_a_key_in_an_error_is_shown_nowhere(drift: Callable[..., Result]) -> None:
    result = drift({"status": 400, "body": {"error": {"message": f"no {KEY}"}}})
    assert result.stdout == (
        "DRIFTED   echo/things  default\n"
        "          POST /v1/search\n"
        "            status changed: 200 OK -> 400 Bad Request\n"
        "          result\n"
        "            error changed: it worked -> exit code 5: Echo refused the request (400 Bad Request). "
        "It says: no __ECHO_API_KEY__\n"
    )
    assert (KEY in result.stdout + result.stderr, result.exit_code) == (False, 3)


@pytest.mark.parametrize("status", [400, 401, 500])
@pytest.mark.parametrize("echo", [KEY, KEY.encode().hex(), b64encode(f"user {KEY} is unknown".encode()).decode()])
def test_a_key_in_an_error_is_shown_in_no_spelling(drift: Callable[..., Result], status: int, echo: str) -> None:
    result = drift({"status": status, "body": {"error": {"message": f"no {echo}", "id": echo}}})
    assert result.exit_code == (4 if status == 401 else 3)
    assert echo not in result.stdout + result.stderr


def test_a_key_at_the_place_where_a_long_error_is_cut_is_not_shown_in_part(drift: Callable[..., Result]) -> None:
    result = drift({"status": 401, "body": {"error": {"message": "x" * 290 + KEY}}})
    assert (KEY[:8] in result.stderr, result.exit_code) == (False, 4)


@pytest.mark.parametrize(
    "answer, expected",
    [
        (things(id="7"), ("$.things[].id", "type", "changed", "integer", "string")),
        (things(link=None), ("$.things[].link", "type", "changed", "string", "null")),
        (things(link="/relative"), ("$.things[].link", "form", "changed", "URL", "text")),
        (
            things(lambda number: [*STATES, "on-hold"][number % 3]),
            ("$.things[].state", "word", "added", None, "on-hold"),
        ),
        (things(lambda number: "done"), ("$.things[].state", "word", "lost", "pending", None)),
        (
            things() | {"headers": {"Content-Type": "text/html; charset=utf-8"}},
            ("content-type", "content-type", "changed", "application/json", "text/html"),
        ),
    ],
)
def test_what_has_changed_is_told(
    drift: Callable[..., Result], answer: dict[str, Any], expected: tuple[str | None, ...]
) -> None:
    result = drift(answer, "--json")
    assert (findings(result), result.exit_code) == ([expected], 3)


def test_an_api_that_breaks_down_is_drift(drift: Callable[..., Result]) -> None:
    result = drift({"status": 500, "body": {"error": {"message": "oh"}}}, "--json")
    assert findings(result) == [
        ("status", "status", "changed", "200 OK", "500 Internal Server Error"),
        (
            "error",
            "error",
            "changed",
            "it worked",
            "exit code 6: Echo kept failing (500 Internal Server Error). It says: oh",
        ),
    ]
    assert result.exit_code == 3


def test_a_page_instead_of_json_is_drift(drift: Callable[..., Result]) -> None:
    result = drift({"body": b"<h1>Moved</h1>", "headers": {"Content-Type": "text/html"}}, "--json")
    assert [each[:3] for each in findings(result)] == [
        ("content-type", "content-type", "changed"),
        ("$", "body", "changed"),
        ("error", "error", "changed"),
    ]
    assert result.exit_code == 3


def test_values_are_compared_only_on_request(drift: Callable[..., Result]) -> None:
    answer = things()
    answer["body"]["things"].pop()
    assert drift(answer).exit_code == 0
    result = drift(answer, "--values")
    assert result.stdout == (
        "DRIFTED   echo/things  default\n          values\n            Row 1, count: 40 was recorded, 39 now\n"
    )
    assert result.exit_code == 3
    assert drift(answer, "--values", "--ignore", "count").exit_code == 0


def test_a_case_that_is_meant_to_fail_and_works_has_drifted(live: Any, server: Any, invoke: Invoke) -> None:
    live.write_recipe(code=CODE)
    replies(server, {"status": 404, "body": {"error": {"message": "none yet"}}})
    assert invoke("record", "things", "--expect-error", env=ENV).exit_code == 0
    assert invoke("drift", "things", env=ENV).stdout == "ok        echo/things  default\n"
    replies(server, things())
    result = invoke("drift", "things", "-q", env=ENV)
    assert result.stdout == (
        "DRIFTED   echo/things  default\n"
        "          POST /v1/search\n"
        "            status changed: 404 Not Found -> 200 OK\n"
        "          result\n"
        "            error changed: exit code 5: Echo refused the request (404 Not Found). It says: none yet "
        "-> it worked\n"
    )
    assert result.exit_code == 3


def test_a_refused_key_is_a_failure_and_no_drift(drift: Callable[..., Result]) -> None:
    result = drift({"status": 401, "body": {}})
    assert (result.stdout, result.exit_code) == ("FAILED    echo/things  default\n", 4)


def test_a_missing_key_is_a_failure_and_sends_nothing(drift: Callable[..., Result], server: Any) -> None:
    sent = len(server.seen)
    result = drift(things(), env={})
    assert (result.stdout, len(server.seen) - sent, result.exit_code) == ("FAILED    echo/things  default\n", 0, 4)
    assert result.stderr.splitlines()[-1] == (
        "Fix    recipes drift echo/things --sandbox   (needs no key: compares with invented data)"
    )


def test_a_key_may_stand_in_a_file(drift: Callable[..., Result], live: Any) -> None:
    (live.root / "keys.env").write_text(f"ECHO_API_KEY={KEY}\nDEBUG=1\n", encoding="utf-8")
    assert drift(things(), "--env-file", "keys.env", env={}).exit_code == 0


@pytest.fixture
def once(drift: Callable[..., Result], live: Any, invoke: Invoke) -> Callable[..., Result]:
    """The same with a call that writes, and so is not tried again."""
    live.write_recipe(code=CODE.replace("/search", "/change"), table="writes = true")
    assert invoke("record", "things", "-q", env=ENV).exit_code == 0
    return drift


def test_an_api_that_does_not_answer_is_a_failure(once: Callable[..., Result], live: Any, invoke: Invoke) -> None:
    live.write_api("http://127.0.0.1:1/v1")
    assert invoke("trust", ".").exit_code == 0  # the key goes to another host than before
    result = once(things())
    assert (result.stdout, result.exit_code) == ("FAILED    echo/things  default\n", 6)


def test_an_api_that_is_busy_is_a_failure(once: Callable[..., Result]) -> None:
    result = once({"status": 503, "body": {}})
    assert (result.stdout, result.exit_code) == ("FAILED    echo/things  default\n", 6)


def test_the_same_failure_of_many_cases_is_shown_once(drift: Callable[..., Result], invoke: Invoke) -> None:
    assert invoke("record", "things", "--case", "second", "-q", env=ENV).exit_code == 0
    result = invoke("drift")
    assert result.stdout == "FAILED    echo/things  default\nFAILED    echo/things  second\n"
    assert result.stderr == (
        "echo/things --case default\n"
        "echo/things --case second\n"
        "Error  No key: set ECHO_API_KEY (for Echo), in the environment or in a file given with --env-file.\n"
        "       Ask the person at the desk.\n"
        "Fix    recipes drift --sandbox   (needs no key: compares with invented data)\n"
        "Error  2 cases could not be compared.\n"
    )
    assert result.exit_code == 4


def test_a_case_of_the_sandbox_is_said_to_be_one(live: Any, server: Any, invoke: Invoke) -> None:
    live.write_recipe(code=CODE.replace('["things"]', ""))
    assert invoke("record", "things", "--sandbox").exit_code == 0
    replies(server, things())
    result = invoke("drift", "things", "--json", env=ENV)
    [case] = json.loads(result.stdout)
    assert (case["source"], case["compared_with"], case["state"]) == ("sandbox", "live", "drifted")
    assert case["notes"] == ["recorded from the sandbox: differences may be the sandbox's"]


def test_a_case_of_the_api_that_is_compared_with_the_sandbox_is_said_to_be_one(drift: Callable[..., Result]) -> None:
    [case] = json.loads(drift(things(), "--sandbox", "--json").stdout)
    assert case["notes"][0] == (
        "recorded from the API, and compared with the sandbox: differences may be the sandbox's"
    )


def test_doubts_are_notes_and_no_drift(drift: Callable[..., Result]) -> None:
    answer = things()
    answer["body"]["things"] = []
    result = drift(answer)
    assert (result.stdout, result.exit_code) == (
        "ok        echo/things  default\n"
        "    Note  POST /v1/search $.things[]: empty today, so what is in it is not compared\n",
        0,
    )


def test_a_recipe_that_writes_is_compared_live_only_when_it_is_named(
    once: Callable[..., Result], server: Any, invoke: Invoke
) -> None:
    sent = len(server.seen)
    result = invoke("drift", env=ENV)
    assert result.stdout == (
        "skipped   echo/things  default\n"
        "    Note  it changes something at the API, so it is compared live only when it is named\n"
    )
    assert (result.stderr, result.exit_code) == (
        "0 cases compared with the API of today: no drift; 1 case skipped.\n",
        0,
    )
    assert len(server.seen) == sent
    assert once(things()).stdout == "ok        echo/things  default\n"
