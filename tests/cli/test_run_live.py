"""Runs against a real server on loopback."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
KEY = "test-key-live/1+2"
ENV = {"ECHO_API_KEY": KEY}


@pytest.fixture
def run(invoke: Invoke, live: Any) -> Callable[..., Result]:
    return lambda *words: invoke("run", "things", "--format", "json", *words, env=ENV)


def replies(server: Any, *answers: dict[str, Any]) -> None:
    server.answers = [type(server.answers[0])(**answer) for answer in answers]


def test_a_live_run_sends_the_key_and_shows_it_nowhere(run: Callable[..., Result], server: Any) -> None:
    replies(server, {"body": {"ok": True}})
    result = run()
    assert json.loads(result.stdout) == [{"answer": {"ok": True}, "url": f"{server.url}/v1/search"}]
    assert (result.stderr, result.exit_code) == ("", 0)
    [seen] = server.seen
    assert (seen.method, seen.path, seen.body, seen.headers["X-Key"]) == ("POST", "/v1/search", b'{"q":1}', KEY)


def test_an_echoed_key_is_blotted_out(run: Callable[..., Result], server: Any) -> None:
    replies(server, {"body": {"you said": KEY, "escaped": "test-key-live%2F1%2B2"}})
    result = run()
    assert json.loads(result.stdout)[0]["answer"] == {"you said": "[ECHO_API_KEY]", "escaped": "[ECHO_API_KEY]"}


def test_429_once_is_tried_again(run: Callable[..., Result], server: Any) -> None:
    replies(server, {"status": 429, "headers": {"Retry-After": "1"}}, {"body": "fine"})
    assert json.loads(run().stdout)[0]["answer"] == "fine"
    assert len(server.seen) == 2


def test_a_redirect_to_another_host_is_refused_and_nothing_is_sent_there(
    run: Callable[..., Result], server: Any
) -> None:
    replies(server, {"status": 307, "headers": {"Location": f"http://localhost:{server.server_address[1]}/v1/search"}})
    result = run()
    assert result.exit_code == 5
    assert result.stderr.startswith(
        f"Error  Echo was to be called at http://localhost:{server.server_address[1]}, "
        f"but its address is {server.url}/v1. Nothing was sent there"
    )
    assert len(server.seen) == 1


ENVELOPE = {"error": {"message": "Fields 'colour' is not allowed!", "id": "0d4f-1"}}


def test_a_refusal_is_told_in_the_words_of_the_api(run: Callable[..., Result], server: Any) -> None:
    replies(server, {"status": 400, "body": ENVELOPE})
    result = run()
    assert result.stderr == (
        "Error  Echo refused the request (400 Bad Request). It says: Fields 'colour' is not allowed!\n"
        f"       Asked  POST {server.url}/v1/search\n"
        "       Id     0d4f-1   (for the API's support)\n"
        "Fix    --dry-run shows it\n"
    )
    assert (result.stdout, result.exit_code) == ("[]\n", 5)


def test_a_refusal_as_a_page_is_told_without_its_tags(run: Callable[..., Result], server: Any) -> None:
    page = b"<html><head><title>Bad Request</title></head><body><h1>Bad</h1><p>Cannot parse \x1b[31m</p></body></html>"
    replies(server, {"status": 400, "body": page, "headers": {"Content-Type": "text/html"}})
    result = run()
    assert "It says: Bad Cannot parse \N{REPLACEMENT CHARACTER}[31m\n" in result.stderr
    assert result.exit_code == 5


def test_a_refused_key_has_its_own_exit_code(run: Callable[..., Result], server: Any) -> None:
    replies(server, {"status": 403, "body": {"error": {"message": f"The key {KEY} has expired."}}})
    result = run()
    assert result.stderr == (
        "Error  Echo refused the key in ECHO_API_KEY (403 Forbidden). It says: The key [ECHO_API_KEY] has expired.\n"
        f"       Asked  POST {server.url}/v1/search\n"
        "Fix    export ECHO_API_KEY=... with a key that is allowed to do this. Ask the person at the desk.\n"
    )
    assert result.exit_code == 4


def test_an_answer_that_is_no_json_says_how_it_begins(run: Callable[..., Result], server: Any) -> None:
    replies(server, {"body": b"<html>maintenance"})
    result = run()
    assert result.stderr == (
        "Error  An answer of Echo is not JSON: it begins with '<html>maintenance'.\nFix    try again later\n"
    )
    assert result.exit_code == 6


def test_the_key_is_read_from_a_file(invoke: Invoke, live: Any, server: Any, folder: Path) -> None:
    (folder / "keys.env").write_text("ECHO_API_KEY='test-key-$HOME'\nPATH=/nowhere\n", encoding="utf-8")
    assert invoke("run", "things", "--env-file", "keys.env").exit_code == 0
    assert server.seen[0].headers["X-Key"] == "test-key-$HOME"


def test_a_reader_that_has_enough_ends_the_run_quietly(live: Any, folder: Path, home: Path) -> None:
    live.write_recipe(
        code='def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:\n    """Yield for ever."""\n'
        '    while True:\n        yield {"line": "x" * 100}'
    )
    command = f"{sys.executable} -m runner run things | head -1; echo ${{PIPESTATUS[0]}}"
    answer = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=ENV | {"RECIPES_HOME": str(home)}, capture_output=True, text=True
    )
    assert (answer.stdout, answer.stderr) == ("line\n0\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_behind_stdout_is_one_error(live: Any, folder: Path, home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        answer = subprocess.run(
            [sys.executable, "-m", "runner", "run", "things"],
            cwd=folder, env=ENV | {"RECIPES_HOME": str(home)}, stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert answer.stderr == "Error  The output could not be written: No space left on device.\nFix    -o FILE\n"
    assert answer.returncode == 2


def test_a_proxy_that_cannot_be_used_is_named_without_its_password(invoke: Invoke, live: Any) -> None:
    proxies = {"http_proxy": "user:test-key-proxy@proxy.example:3128", "no_proxy": "", "NO_PROXY": ""}
    result = invoke("run", "things", env=ENV | proxies)
    assert result.stderr == (
        "Error  The proxy ***@proxy.example:3128 cannot be used.\nFix    write it like http://HOST:PORT\n"
    )
    assert (result.stdout, result.exit_code) == ("", 6)
