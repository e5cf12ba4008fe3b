"""The customer: an exported script in a fresh environment with httpx alone, and a server on loopback."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from runner.catalog import read_recipe
from tests.cli.conftest import KEY, Answer, Invoke, Play, Repo, Server, export
from tests.cli.sandboxes import KEYS, NOW, RECIPES, base_urls, place_files, serving, words_for


@pytest.fixture
def newswhip() -> Iterator[str]:
    with serving("newswhip") as address:
        yield address


TOPIC = ("--topic", "interest rates", "--hours", "48")


def test_the_script_gives_the_rows_that_the_runner_gives(
    invoke: Invoke, folder: Path, newswhip: str, play: Play
) -> None:
    script = export(invoke, folder, "newswhip/top-stories", *TOPIC, "--customer", "Acme News")
    ours = invoke("run", "top-stories", "--try", "--now", NOW.isoformat(), *TOPIC, "--format", "json")
    key = {"key": "sandbox", "now": NOW}
    theirs = play(script, "--base-url", newswhip, "--json", **key)
    assert (theirs.returncode, theirs.stderr) == (0, "")
    assert json.loads(theirs.stdout) == json.loads(ours.stdout)
    assert len(json.loads(theirs.stdout)) == 10
    lines = play(script, "--base-url", newswhip, **key).stdout
    assert lines == invoke("run", "top-stories", "--try", "--now", NOW.isoformat(), *TOPIC).stdout
    assert [row["headline"] for row in csv.DictReader(io.StringIO(lines))] == [
        row["headline"] for row in json.loads(ours.stdout)
    ]


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_of_the_catalog_gives_those_rows(name: str, invoke: Invoke, folder: Path, play: Play) -> None:
    recipe = read_recipe(RECIPES[name])
    script = export(invoke, folder, name, *words_for(recipe))
    place_files(recipe, folder)
    place_files(recipe, folder.parent / "customer")
    ours = invoke("run", name, "--try", "--now", NOW.isoformat(), *words_for(recipe), "--format", "json")
    with ExitStack() as stack:
        addresses = {each.api: stack.enter_context(serving(each.api)) for each in recipe.clients}
        theirs = play(script, *base_urls(recipe, addresses), "--json", now=NOW, env=KEYS)
    assert (theirs.returncode, theirs.stderr, recipe.dependencies) == (0, "", ("httpx>=0.28",))
    rows = json.loads(theirs.stdout)
    assert listed(rows) == listed(json.loads(ours.stdout))
    assert len(listed(rows)) >= 1


def listed(result: Any) -> list[Any]:
    return result if isinstance(result, list) else [result]


@pytest.fixture
def script(live: Repo, server: Server, invoke: Invoke) -> Path:
    """A script that posts what only reads, made from a recipe of an API that the server is."""
    live.write_recipe(code=READING)
    return export(invoke, live.root, "things")


READING = '''\
def main(echo: httpx.Client, count: int = 1) -> Iterator[dict[str, Any]]:
    """Yield what the API says.

    Args:
        count: How many.
    """
    for _ in range(count):
        response = echo.post("/search", json={"q": 1})
        response.raise_for_status()
        fine = response.json().get("fine")
        yield {"answer": response.json(), "url": str(response.request.url), "fine": fine}'''


def test_a_missing_key_is_one_line(script: Path, server: Server, play: Play) -> None:
    answer = play(script, key=None)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == "The key for Echo is missing or damaged: set ECHO_API_KEY. Ask the person at the desk.\n"
    assert server.seen == []


@pytest.mark.parametrize(
    "words, message",
    [
        (["--count", "many"], "things.py: error: argument --count: invalid int value: 'many'\n"),
        (["--cuont", "1"], "things.py: error: unrecognized arguments: --cuont 1\n"),
        (["--base-url", "http://api.example"], "--base-url must be https, or http on this machine, not "),
        (["--base-url", "https://u:p@api.example"], "--base-url must be https, or http on this machine, not "),
        (["--base-url", "ftp://127.0.0.1"], "--base-url must be https, or http on this machine, not "),
        (["--base-url", "https://[::1"], "That is no address: "),
        (["--base-url", "x\ny\x1b[31m"], "That is no address: "),
    ],
)
def test_a_wrong_value_is_one_line(words: list[str], message: str, script: Path, play: Play) -> None:
    answer = play(script, *words)
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert answer.stderr.startswith(message)


def test_a_bound_of_the_recipe_holds(invoke: Invoke, folder: Path, play: Play) -> None:
    script = export(invoke, folder, "newswhip/top-stories", *TOPIC)
    answer = play(script, "--hours", "169")
    assert (answer.returncode, answer.stderr) == (
        2,
        "top-stories.py: error: argument --hours: must be 1 to 168, not 169\n",
    )
    shown = " ".join(play(script, "--help").stdout.split())
    assert "--hours HOURS How many hours to look back. [whole number 1..168; default: 48]" in shown


def test_a_refused_key_is_one_line_without_the_key(script: Path, server: Server, play: Play) -> None:
    server.answers = [Answer({"error": {"message": f"bad key {KEY}"}}, status=403)]
    answer = play(script)
    assert (answer.returncode, answer.stdout, KEY in answer.stderr) == (2, "", False)
    assert answer.stderr == (
        'Echo refused the key in ECHO_API_KEY (403 Forbidden). {"error": {"message": "bad key [ECHO_API_KEY]"}}\n'
    )


def test_no_network_is_one_line(script: Path, play: Play) -> None:
    answer = play(script, "--base-url", "http://127.0.0.1:9")
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert answer.stderr.startswith("Echo could not be reached: ")


def test_a_reading_call_waits_as_long_as_the_api_says_and_is_sent_again(
    script: Path, server: Server, play: Play
) -> None:
    server.answers = [Answer(status=429, headers={"Retry-After": "1"}), Answer({"fine": 1})]
    started = time.monotonic()
    answer = play(script, "--json")
    assert (answer.returncode, answer.stderr) == (0, "Echo answered 429: waiting 1 s.\n")
    assert json.loads(answer.stdout)[0]["answer"] == {"fine": 1}
    assert (len(server.seen), time.monotonic() - started >= 1) == (2, True)
    assert [each.headers["X-Key"] for each in server.seen] == [KEY, KEY]
    assert "X-Key" not in answer.stdout


def test_a_call_that_writes_is_never_sent_again(live: Repo, server: Server, invoke: Invoke, play: Play) -> None:
    live.write_recipe(code=READING.replace('"/search"', '"/write"'), table="writes = true")
    script = export(invoke, live.root, "things")
    server.answers = [Answer(status=429, headers={"Retry-After": "0"}), Answer({"fine": 1})]
    answer = play(script)
    assert (answer.returncode, len(server.seen)) == (2, 1)
    assert answer.stderr.startswith("Echo refused the request (429 Too Many Requests).")


def test_of_a_recipe_that_also_reads_only_that_is_sent_again(
    live: Repo, server: Server, invoke: Invoke, play: Play
) -> None:
    code = READING.replace('post("/search", json={"q": 1})', 'get("/things")')
    code = code.replace("response.raise_for", 'echo.post("/write").raise_for_status()\n        response.raise_for')
    live.write_recipe(code=code, table="writes = true")
    script = export(invoke, live.root, "things")
    busy = Answer(status=429, headers={"Retry-After": "0"})
    server.answers = [busy, Answer(), busy, Answer()]
    answer = play(script)
    assert (answer.returncode, [each.method for each in server.seen]) == (2, ["GET", "GET", "POST"])
    assert answer.stderr.startswith("Echo answered 429: waiting 0 s.\nEcho refused the request (429 ")


def test_a_recipe_that_does_not_say_so_writes_nothing(live: Repo, server: Server, invoke: Invoke, play: Play) -> None:
    live.write_recipe(code=READING.replace('"/search"', '"/write"'))
    answer = play(export(invoke, live.root, "things"))
    assert (answer.returncode, server.seen) == (2, [])
    assert answer.stderr == "POST /v1/write may change something at Echo and was not sent.\n"


def test_the_key_does_not_follow_a_redirect_to_another_host(script: Path, server: Server, play: Play) -> None:
    server.answers = [Answer(status=307, headers={"Location": f"{server.url.replace('127.0.0.1', 'localhost')}/v1/x"})]
    answer = play(script)
    assert (answer.returncode, len(server.seen)) == (2, 1)
    assert answer.stderr == "Echo is at 127.0.0.1: neither request nor key was sent to localhost.\n"


def test_a_bug_of_the_recipe_shows_a_traceback_without_the_key(
    live: Repo, server: Server, invoke: Invoke, play: Play
) -> None:
    live.write_recipe(code=READING.replace('"url": str(', '"url": response.request.headers["x-key"] + str('))
    server.answers = [Answer({"fine": 1})]
    answer = play(export(invoke, live.root, "things"))
    assert (answer.returncode, "KeyError: 'x-key'" in answer.stderr, KEY in answer.stderr) == (1, True, False)


def test_ctrl_c_ends_it_with_one_word(live: Repo, server: Server, invoke: Invoke, python: Path) -> None:
    live.write_recipe(code=READING)
    script = export(invoke, live.root, "things")
    server.answers = [Answer(status=429, headers={"Retry-After": "60"})]
    process = subprocess.Popen(
        [str(python), "-I", str(script)],
        env={"PATH": os.environ["PATH"], "ECHO_API_KEY": KEY},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "Echo answered 429: waiting 60 s.\n"
    process.send_signal(signal.SIGINT)
    assert (process.communicate(timeout=20)[1], process.returncode) == ("Stopped.\n", 130)


def test_the_published_rates_hold(live: Repo, server: Server, invoke: Invoke, play: Play) -> None:
    api = live.root / "recipes" / "echo" / "api.toml"
    api.write_text(api.read_text() + '\n[limits]\nrates = ["2/1s"]\n', encoding="utf-8")
    live.write_recipe(code=READING.replace('"answer":', '"at": datetime.now(UTC).timestamp(), "answer":'))
    answer = play(export(invoke, live.root, "things", "--count", "5"), "--json")
    first, second, third, _, fifth = (row["at"] for row in json.loads(answer.stdout))
    assert (len(server.seen), first <= second <= third - 1 <= fifth - 2) == (5, True)


def test_a_terminal_is_asked_for_the_key_and_shown_a_table(
    script: Path, server: Server, python: Path, in_terminal: Callable[..., Any]
) -> None:
    server.answers = [Answer({"fine": "\x1b[31m"})]
    program = (str(python), "-I", str(script))
    screen = in_terminal(program=program, when={"Key for Echo (it is not shown): ": f"{KEY}\n"})
    assert (screen.exit_code, KEY in screen.text, "\x1b" in screen.text) == (0, False, False)
    assert [line.split() for line in screen.text.strip().split("\n")][-2] == ["answer", "url", "fine"]
    assert [each.headers["X-Key"] for each in server.seen] == [KEY]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_commands_send_what_was_recorded(live: Repo, server: Server, invoke: Invoke) -> None:
    live.write_recipe(code=READING)
    server.answers = [Answer({"fine": 1})]
    assert invoke("record", "things", env={"ECHO_API_KEY": KEY}).exit_code == 0
    assert invoke("export", "things", "--to", "curl", env={"ECHO_API_KEY": KEY}).exit_code == 0
    env = {"PATH": os.environ["PATH"], "ECHO_API_KEY": KEY}
    answer = subprocess.run(["sh", "things.sh"], cwd=live.root, env=env, capture_output=True, text=True)
    assert (answer.returncode, answer.stdout) == (0, '{"fine": 1}')
    ours, theirs = server.seen
    assert (theirs.method, theirs.path, theirs.body) == (ours.method, ours.path, ours.body)
    assert theirs.headers["X-Key"] == KEY


def test_nothing_of_the_runner_is_in_the_customers_environment(python: Path) -> None:
    for module, code in (("runner", 1), ("time_machine", 1), ("httpx", 0)):
        answer = subprocess.run([str(python), "-I", "-c", f"import {module}"], capture_output=True)
        assert answer.returncode == code
