"""`recipes record`: a case is made, or everything stays as it was."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
from click.testing import Result

from tests.cli.conftest import MAIN

Invoke = Callable[..., Result]
KEY = "test-key-live/1+2"
ENV = {"ECHO_API_KEY": KEY}
FOLDER = Path("cassettes/echo/things")
PARTS = {FOLDER / f"default.{end}" for end in ("jsonl", "toml", "yaml")}

ASK = '''\
def main(echo: httpx.Client, number: int = 2) -> Iterator[dict[str, Any]]:
    """Yield what the API says.

    Args:
        number: Which thing.
    """
    yield echo.get("/things", params={"number": number}).raise_for_status().json()'''


@pytest.fixture
def record(invoke: Invoke, live: Any, server: Any) -> Callable[..., Result]:
    live.write_recipe(code=ASK)
    replies(server, {"body": {"n": 1}})
    return lambda *words, **more: invoke("record", *words, env=ENV | more.get("env", {}))


def replies(server: Any, *answers: dict[str, Any]) -> None:
    server.answers = [type(server.answers[0])(**answer) for answer in answers]


def files(root: Path) -> dict[Path, bytes]:
    """Every file of the repository but what stands below recipes/, with its content."""
    found = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {
        path.relative_to(root): path.read_bytes() for path in found if "recipes" not in path.relative_to(root).parts
    }


def test_a_case_is_made_from_the_api(record: Callable[..., Result], server: Any, folder: Path) -> None:
    replies(server, {"body": {"n": 1}})
    result = record("things")
    assert result.stdout == "echo/things  default  live  1 answer, 1 row  new\n"
    assert (result.stderr, result.exit_code) == ("", 0)
    assert set(files(folder)) - {Path("recipes.toml")} == PARTS
    assert server.seen[0].headers["X-Key"] == KEY


def test_a_case_is_made_from_the_sandbox(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe()
    result = invoke("record", "--sandbox", "things", "--count", "1", "--case", "one")
    assert result.stderr == "Sandbox: invented Echo data as of 2026-11-20 09:00 UTC.\n"
    assert result.stdout == "echo/things  one  sandbox  1 answer, 1 row  new\n"
    assert 'source = "sandbox"' in (FOLDER / "one.toml").read_text(encoding="utf-8")
    assert "__ECHO_API_KEY__" not in (FOLDER / "one.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ("things", "--case", "big", "--number", "7"),
        ("--case", "big", "things", "--number", "7"),
        ("--case=big", "-P", "number=7", "things"),
        ("things", "--number=7", "--case=big"),
    ],
)
def test_options_may_stand_before_and_after_the_recipe(
    words: tuple[str, ...], record: Callable[..., Result], server: Any
) -> None:
    assert record(*words).exit_code == 0
    assert server.seen[0].path == "/v1/things?number=7"
    assert "number = 7" in (FOLDER / "big.toml").read_text(encoding="utf-8")


def test_values_that_are_not_given_are_those_of_the_case(record: Callable[..., Result], server: Any) -> None:
    record("things", "--number", "7")
    record("things")
    record("things", env={"RECIPES_PARAM_NUMBER": "8"})
    assert [seen.path[-1] for seen in server.seen] == ["7", "7", "8"]


def test_an_unchanged_api_changes_only_when_it_was_recorded(
    record: Callable[..., Result], server: Any, folder: Path
) -> None:
    record("things")
    path = FOLDER / "default.toml"
    path.write_text(re.sub(r"recorded-at = .*", "recorded-at = 2020-01-01T00:00:00Z", path.read_text()))
    before = files(folder)
    assert record("things").stdout == "echo/things  default  live  1 answer, 1 row  same\n"
    after = files(folder)
    old, new = before.pop(path).decode().splitlines(), after.pop(path).decode().splitlines()
    assert after == before
    assert [line for line in old if line not in new] == ["recorded-at = 2020-01-01T00:00:00Z"]
    assert len(old) == len(new)


def test_a_first_case_without_rows_is_noted_and_another_is_not(invoke: Invoke, trusted: Any) -> None:
    head, _, _ = MAIN.partition("        yield ")
    trusted.write_recipe(code=f"{head}        yield from [answer][:0]")
    words = ("record", "things", "--sandbox")
    again = "recipes record echo/things --sandbox -P NAME=VALUE"
    note = f"Note  No row came, so nobody sees what the recipe gives. Again:  {again}"
    assert invoke(*words).stderr.splitlines()[-1] == note
    assert note not in invoke(*words, "--quiet").stderr
    assert note not in invoke(*words, "--case", "no-match").stderr


def test_json_is_a_list_with_these_keys(record: Callable[..., Result]) -> None:
    result = record("things", "--json")
    [data] = json.loads(result.stdout)
    assert datetime.now(UTC) - datetime.fromisoformat(data.pop("recorded_at")) < timedelta(minutes=5)
    assert Path(data.pop("path")).resolve() == (FOLDER / "default.toml").resolve()
    assert data == {
        "recipe": "echo/things",
        "case": "default",
        "source": "live",
        "rows": 1,
        "answers": 1,
        "change": "new",
        "doubts": [],
    }


def test_a_doubt_is_shown_and_does_not_refuse(record: Callable[..., Result], server: Any) -> None:
    replies(server, {"body": {"by": "jane.roe@acme-corp.com"}})
    result = record("things")
    assert result.exit_code == 0
    assert "  Look at  default.yaml, answer 1, body" in result.stderr
    assert "jane.roe" not in result.stderr
    assert json.loads(record("things", "--json").stdout)[0]["doubts"] != []


ASK_KEY = """\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    \"""Yield what key the API was sent.\"""
    yield {"key": echo.get("/things").raise_for_status().json()["key"]}"""


def test_the_sandbox_is_sent_the_key_that_is_asked_for_and_so_it_is_later(
    trusted: Any, invoke: Invoke, folder: Path
) -> None:
    trusted.write_recipe(code=ASK_KEY)
    invoke("record", "things", "--sandbox", "--sandbox-key", "test-key-expired")
    assert (FOLDER / "default.jsonl").read_text(encoding="utf-8") == '{"key":"test-key-expired"}\n'
    assert invoke("record", "--all", "-q").stdout == "echo/things  default  sandbox  1 answer, 1 row  same\n"
    assert invoke("drift", "things", "--sandbox", "--values").exit_code == 0
    assert 'sandbox-key = "test-key-expired"\n' in (FOLDER / "default.toml").read_text(encoding="utf-8")


def test_a_failing_run_leaves_the_case_as_it_was(record: Callable[..., Result], server: Any, folder: Path) -> None:
    record("things")
    before = files(folder)
    replies(server, {"status": 400, "body": {"error": {"message": "No such number."}}})
    result = record("things")
    assert result.stderr.startswith("Error  Echo refused the request (400 Bad Request). It says: No such number.\n")
    assert (result.stdout, result.exit_code) == ("", 5)
    assert files(folder) == before


def test_a_first_recording_that_fails_leaves_nothing(record: Callable[..., Result], server: Any, folder: Path) -> None:
    replies(server, {"status": 400})
    assert record("things").exit_code == 5
    assert not (folder / "cassettes").exists()


def test_an_expected_error_is_recorded_and_replayed(record: Callable[..., Result], invoke: Invoke, server: Any) -> None:
    replies(server, {"status": 400, "body": {"error": {"message": "No such number."}}})
    result = record("things", "--case", "no-such", "--expect-error")
    assert result.stdout == "echo/things  no-such  live  1 answer, exit code 5  new\n"
    played = invoke("run", "things", "--replay", "no-such")
    assert "Error  Echo refused the request (400 Bad Request). It says: No such number.\n" in played.stderr
    assert played.exit_code == 5


def test_a_recording_with_chance_in_it_is_refused_in_words(
    live: Any, invoke: Invoke, server: Any, folder: Path
) -> None:
    live.write_recipe(code=ASK.replace(".json()", '.json() | {"luck": __import__("random").random()}'))
    result = invoke("record", "things", env=ENV)
    assert re.fullmatch(
        r"Error  The recording does not play: it gives another result\.\n"
        r"       Row 1, luck: 0\.\d+ was recorded, 0\.\d+ now\n"
        r"Fix    let the recipe take time from datetime\.now\(UTC\), and nothing from chance\n",
        result.stderr,
    )
    assert (result.stdout, result.exit_code) == ("", 3)
    assert not (folder / "cassettes").exists()


def test_no_key_is_told(live: Any, invoke: Invoke, server: Any) -> None:
    result = invoke("record", "things")
    assert result.stderr == (
        "Error  No key: set ECHO_API_KEY (for Echo), in the environment or in a file given with --env-file.\n"
        "       Ask the person at the desk.\n"
        "Fix    recipes record echo/things --sandbox   (needs no key: invented data)\n"
    )
    assert (result.exit_code, server.seen) == (4, [])


def test_other_variables_of_an_env_file_do_not_stand_in_the_way(
    record: Callable[..., Result], server: Any, folder: Path
) -> None:
    other = "test-key-0a1B2c3D"
    text = f"ECHO_API_KEY={KEY}\nPORT=1\nLOG_LEVEL=things\nOTHER_TOKEN={other}\n"
    (folder / "keys.env").write_text(text, encoding="utf-8")
    replies(server, {"body": {"n": 1, "level": "things", "token": other}})
    assert record("things", "--env-file", "keys.env").stderr == ""
    cassette = (FOLDER / "default.yaml").read_text(encoding="utf-8")
    assert "/v1/things" in cassette
    assert "__OTHER_TOKEN__" in cassette
    assert other not in cassette


@pytest.mark.parametrize("words", [("newswhip/first-call",), ("newswhip/first-call", "--sandbox")])
def test_a_recipe_of_the_catalog_is_not_recorded_into_another_repository(
    words: tuple[str, ...], invoke: Invoke, repo: Any, folder: Path
) -> None:
    result = invoke("record", *words)
    assert result.stderr.startswith("Error  newswhip/first-call belongs to ")
    assert "and cases are kept beside recipes.\n" in result.stderr
    assert (result.stdout, result.exit_code, "SEKRET" in result.stderr) == ("", 2, False)
    assert not (folder / "cassettes").exists()


@pytest.mark.parametrize("words", [("newswhip/first-call",), ("--all",), ("--stale", "3")])
def test_without_a_repository_nothing_is_recorded(words: tuple[str, ...], invoke: Invoke) -> None:
    result = invoke("record", *words)
    assert result.stderr == (
        "Error  There is no repository here to write to.\nFix    recipes init FOLDER, or --repository FOLDER\n"
    )
    assert (result.stdout, result.exit_code) == ("", 2)


@pytest.mark.parametrize(
    "words, said",
    [
        ((), "Which recipe?"),
        (("things", "--all"), "--all records cases with their own values, so it goes without a recipe."),
        (("--all", "--case", "a"), "--all records cases with their own values, so it goes without --case."),
        (("--stale", "3", "--sandbox"), "--stale records cases with their own values, so it goes without --sandbox."),
        (("--all", "--stale", "3"), "--all and --stale do not go together."),
        (("things", "--case", "No Match"), "'No Match' is no name for a case."),
        (("--all",), "There is no case in "),
        (("things", "--sandbox-key", "x"), "--sandbox-key is a key for the sandbox, and this asks the API."),
        (("--all", "--sandbox-key", "x"), "--sandbox-key is a key for the sandbox, and this asks the API."),
        (("things", "--sandbox", "--sandbox-key", "SEKRET-1"), "only keys that open nothing: test-key-...\nFix "),
        (("things", "--sandbox", "--env-file", "keys.env"), "--env-file gives keys, and the sandbox needs none."),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], said: str, record: Callable[..., Result]) -> None:
    result = record(*words)
    assert said in result.stderr
    assert (result.stdout, result.exit_code) == ("", 2)


def test_all_cases_are_recorded_anew_and_failures_are_told(
    record: Callable[..., Result], live: Any, invoke: Invoke, server: Any, folder: Path
) -> None:
    record("things")
    record("things", "--case", "seven", "--number", "7")
    invoke("record", "things", "--case", "invented", "--sandbox")
    (FOLDER / "broken.toml").write_text("recipe = 1\n", encoding="utf-8")
    replies(server, {"status": 400}, {"body": {"n": 2}})
    server.seen.clear()
    before = files(folder)
    result = record("--all")
    assert result.stdout == (
        "echo/things  invented  sandbox  1 answer, 1 row  same\necho/things  seven  live  1 answer, 1 row  changed\n"
    )
    assert result.stderr.count("echo/things --case ") == 2
    assert result.stderr.endswith("Error  2 of 4 cases were not recorded; they stay as they were.\n")
    assert [seen.path for seen in server.seen] == ["/v1/things?number=2", "/v1/things?number=7"]
    assert files(folder)[FOLDER / "default.yaml"] == before[FOLDER / "default.yaml"]
    assert result.exit_code != 0


def test_only_stale_cases_are_recorded_anew(record: Callable[..., Result], server: Any) -> None:
    record("things")
    record("things", "--case", "old", "--number", "7")
    path = FOLDER / "old.toml"
    moment = datetime.now(UTC) - timedelta(days=4)
    path.write_text(re.sub("recorded-at = .*", f"recorded-at = {moment:%Y-%m-%dT%H:%M:%SZ}", path.read_text()))
    server.seen.clear()
    none = record("--stale", "5")
    assert (none.stdout, none.stderr, none.exit_code) == ("", "No case is older than 5 days.\n", 0)
    assert record("--stale", "5", "--json", "-q").stdout == "[]\n"
    assert server.seen == []
    assert record("--stale", "3").stdout == "echo/things  old  live  1 answer, 1 row  same\n"
    assert [seen.path for seen in server.seen] == ["/v1/things?number=7"]


def test_an_input_file_is_played_from_where_the_case_is(live: Any, invoke: Invoke, server: Any, folder: Path) -> None:
    code = ASK.replace("number: int = 2", "links: Path").replace("number: Which thing.", "links: A file.")
    code = code.replace('params={"number": number}', 'params={"n": links.read_text()}')
    live.write_recipe(code=code, table='[tool.recipe-runner.parameters.links]\nexample = "links.txt"')
    replies(server, {"body": {"n": 1}})
    (folder / "links.txt").write_text("a,b", encoding="utf-8")
    assert invoke("record", "things", "--links", "links.txt", env=ENV).stdout.endswith("  new\n")
    (folder / "links.txt").unlink()
    assert invoke("run", "things", "--replay").exit_code == 0
    assert invoke("record", "things", env=ENV).stdout.endswith("  same\n")
    assert (FOLDER / "default.links.txt").read_text(encoding="utf-8") == "a,b"


def test_plain_vcrpy_and_httpx_play_a_cassette(record: Callable[..., Result], server: Any) -> None:
    replies(server, {"body": {"n": 1, "text": "é"}})
    record("things")
    with vcr.VCR(record_mode="none").use_cassette(FOLDER / "default.yaml") as cassette:
        assert httpx.get(f"{server.url}/v1/things?number=2").json() == {"n": 1, "text": "é"}
        assert cassette.all_played
    assert len(server.seen) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told(record: Callable[..., Result], folder: Path) -> None:
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    result = record("things")
    folder.chmod(stat.S_IRWXU)
    assert result.stderr.startswith("Error  No case can be written to ")
    assert result.exit_code == 2


def started(folder: Path, home: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "runner", "record", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "RECIPES_HOME": str(home), **ENV},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("is_first", [True, False], ids=["first", "again"])
def test_ctrl_c_leaves_the_case_whole(
    is_first: bool, record: Callable[..., Result], server: Any, folder: Path, home: Path
) -> None:
    if not is_first:
        record("things")
    before, asked, over = files(folder), threading.Event(), threading.Event()

    def hang() -> Any:
        asked.set()
        over.wait(20)
        return server.answers[0]

    server.next_answer = hang
    with started(folder, home, "things") as process:
        assert asked.wait(20)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        over.set()
    assert (out, process.returncode) == ("", 130)
    assert "Traceback" not in err
    assert files(folder) == before
    assert (folder / "cassettes").exists() is not is_first


def test_two_at_once_end_with_one_whole_case(
    record: Callable[..., Result], invoke: Invoke, server: Any, folder: Path, home: Path
) -> None:
    both = threading.Barrier(2)

    def meet() -> Any:
        both.wait(20)
        return server.answers[0]

    server.next_answer = meet
    with (
        started(folder, home, "things", "--number", "7") as one,
        started(folder, home, "things", "--number", "8") as two,
    ):
        ends = [process.communicate(timeout=30) for process in (one, two)]
    assert [one.returncode, two.returncode] == [0, 0], ends
    assert set(files(folder)) - {Path("recipes.toml")} == PARTS
    played = invoke("run", "things", "--replay")
    assert played.exit_code == 0, played.stderr
