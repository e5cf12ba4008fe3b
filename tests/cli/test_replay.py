"""`recipes run` on a recording."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
KEY = "test-key-live/1+2"
ENV = {"ECHO_API_KEY": KEY}
FOLDER = Path("cassettes/echo/things")

ASK = '''\
def main(echo: httpx.Client, number: int = 2, words: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield what the API says.

    Args:
        number: Which thing.
        words: Which words.
    """
    for n in range(2):
        yield echo.get("/things", params={"number": number, "n": n}).raise_for_status().json()'''


@pytest.fixture
def recorded(invoke: Invoke, live: Any, server: Any) -> Any:
    """A repository with the cases `default` and `seven`; the API says nothing sensible any more."""
    answer = type(server.answers[0])
    live.write_recipe(code=ASK)
    server.answers = [answer({"n": 1})]
    assert invoke("record", "things", env=ENV).exit_code == 0
    server.answers = [answer({"n": 7})]
    assert invoke("record", "things", "--case", "seven", "--number", "7", env=ENV).exit_code == 0
    for path in FOLDER.glob("*.toml"):
        text = re.sub(r"recorded-at = .*", "recorded-at = 2026-11-21T10:00:00Z", path.read_text(encoding="utf-8"))
        path.write_text(re.sub(r"clock = .*", "clock = 2026-11-20T09:30:00Z", text), encoding="utf-8")
    server.answers = [answer(status=500)]
    server.seen.clear()
    return live


NOTICE = "Recording {}: recorded from the API on 2026-11-21, as of 2026-11-20 09:30 UTC. No key used, nothing sent.\n"


@pytest.mark.parametrize(
    "words, case",
    [
        (("things", "--replay"), "default"),
        (("--replay", "things"), "default"),
        (("things", "--replay", "default"), "default"),
        (("things", "--replay", "seven"), "seven"),
        (("things", "--replay=seven"), "seven"),
        (("--replay=seven", "things"), "seven"),
        (("things", "--replay", "--format", "csv"), "default"),
        (("things", "--replay", "seven", "--number", "7"), "seven"),
        (("things", "--number", "7", "--replay", "seven"), "seven"),
        (("things", "--replay", "-q"), "default"),
    ],
)
def test_a_case_is_played(words: tuple[str, ...], case: str, recorded: Any, invoke: Invoke, server: Any) -> None:
    result = invoke("run", *words)
    number = {"default": 1, "seven": 7}[case]
    assert result.stdout == f"n\n{number}\n{number}\n"
    assert (result.stderr, result.exit_code) == (NOTICE.format(case), 0)
    assert server.seen == []


def test_an_unknown_case_suggests_the_nearest(recorded: Any, invoke: Invoke) -> None:
    result = invoke("run", "things", "--replay", "sevn")
    assert result.stderr == ("Error  No recorded case named 'sevn'.\nFix    recipes run echo/things --replay seven\n")
    assert (result.stdout, result.exit_code) == ("", 2)


def test_a_case_that_is_like_none_is_told_which_there_are(recorded: Any, invoke: Invoke) -> None:
    result = invoke("run", "things", "--replay", "x")
    assert result.stderr == (
        "Error  No recorded case named 'x'.\nFix    recipes run echo/things --replay   (recorded: default, seven)\n"
    )


def test_a_stray_word_behind_replay_is_refused(recorded: Any, invoke: Invoke) -> None:
    assert invoke("run", "things", "--replay", "-").exit_code == 2
    assert invoke("run", "things", "--replay", "seven", "more").exit_code == 2


def test_a_recipe_without_cases_says_how_to_make_one(live: Any, invoke: Invoke) -> None:
    result = invoke("run", "things", "--replay")
    assert result.stderr == "Error  No recorded case named 'default'.\nFix    recipes record echo/things\n"
    assert (result.stdout, result.exit_code) == ("", 2)


@pytest.mark.parametrize("words", [("--number", "3", "--words", "a"), ("-P", "number=3", "-P", "words=a")])
def test_other_values_are_refused_and_named(words: tuple[str, ...], recorded: Any, invoke: Invoke) -> None:
    result = invoke("run", "things", "--replay", "seven", *words)
    assert result.stderr == (
        "Error  The case seven of echo/things answers for its own values only.\n"
        "       --number was recorded as 7\n"
        "       --words was recorded as nothing\n"
        "Fix    leave those values out, or run it live\n"
    )
    assert (result.stdout, result.exit_code) == ("", 2)


@pytest.mark.parametrize(
    "words, said",
    [
        (("--try",), "--replay and --try do not go together."),
        (("--dry-run",), "--replay and --dry-run do not go together."),
        (("--now", "2026-01-01"), "--now sets the clock of the sandbox, so it goes with --try."),
        (("--env-file", "x"), "--env-file gives keys, and nothing is sent that needs one."),
    ],
)
def test_options_without_effect_are_refused(words: tuple[str, ...], said: str, recorded: Any, invoke: Invoke) -> None:
    result = invoke("run", "things", "--replay", *words)
    assert result.stderr.startswith(f"Error  {said}\n")
    assert (result.stdout, result.exit_code) == ("", 2)


def without_sandbox(repo: Any) -> None:
    path = repo.root / "recipes" / "echo" / "api.toml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("sandbox")), encoding="utf-8")


def test_try_uses_the_recording_of_an_api_without_a_sandbox_and_says_so(
    recorded: Any, invoke: Invoke, server: Any
) -> None:
    without_sandbox(recorded)
    result = invoke("run", "things", "--try")
    assert (result.stdout, result.stderr, result.exit_code) == ("n\n1\n1\n", NOTICE.format("default"), 0)
    assert invoke("run", "--try", "things", "--number", "3").exit_code == 2
    now = invoke("run", "things", "--try", "--now", "2026-01-01")
    assert now.stderr.startswith("Error  --now sets the clock of a sandbox, and a recording has its own.\n")
    assert server.seen == []


def test_try_without_sandbox_and_recording_says_so(live: Any, invoke: Invoke) -> None:
    without_sandbox(live)
    result = invoke("run", "things", "--try")
    assert result.stderr == (
        "Error  Echo has no sandbox, and echo/things no recorded case to answer --try.\nFix    run it without --try\n"
    )
    assert (result.stdout, result.exit_code) == ("", 2)


def test_a_file_is_written_and_says_where_it_is_from(recorded: Any, invoke: Invoke, folder: Path) -> None:
    result = invoke("run", "things", "--replay", "-o", "rows.csv")
    assert result.stderr == f"{NOTICE.format('default')}Saved rows.csv\n"
    with (folder / "rows.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [{"n": "1"}, {"n": "1"}]
    invoke("run", "things", "--replay", "-o", "rows.db")
    assert (folder / "rows.db").exists()


SURVIVE = "    for n in range(2):\n        try:\n            echo.get('/other')\n        except:\n            pass\n"


FAIL = SURVIVE.replace("            pass", "            raise ValueError")


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("range(2)", "range(3)", "things?number=2&n=2 was not recorded."),
        ("range(2)", "range(1)", "1 recorded answer was not asked for."),
        ("    for n in", f"{SURVIVE}    for n in", "/v1/other was not recorded."),
        ("    for n in", f"{FAIL}    for n in", "/v1/other was not recorded."),
        ("    for n in", "    httpx.get('http://127.0.0.1:9')\n    for n in", "no network."),
    ],
    ids=["too much", "too little", "survived", "failed of it", "network"],
)
@pytest.mark.parametrize("name", ["rows.csv", "rows.json", "rows.xlsx", "rows.db"])
def test_a_mismatch_leaves_no_file(
    name: str, old: str, new: str, said: str, recorded: Any, invoke: Invoke, folder: Path
) -> None:
    recorded.write_recipe(code=ASK.replace(old, new))
    before = sorted(folder.iterdir())
    result = invoke("run", "things", "--replay", "-o", name)
    assert said in result.stderr
    assert "Saved" not in result.stderr
    assert (result.stdout, result.exit_code) == ("", 3)
    assert sorted(folder.iterdir()) == before


def test_a_mismatch_shows_the_nearest_request_and_what_differs(recorded: Any, invoke: Invoke, server: Any) -> None:
    recorded.write_recipe(code=ASK.replace('"n": n}', '"m": n}'))
    result = invoke("run", "things", "--replay", "--format", "json")
    url = f"{server.url}/v1/things?number=2"
    assert result.stderr == NOTICE.format("default") + (
        f"Error  GET {url}&m=0 was not recorded.\n"
        f"       Nearest  request 1: GET {url}&n=0\n"
        "       Differs  query n: 0 was recorded, nothing is sent\n"
        "       Differs  query m: nothing was recorded, 0 is sent\n"
        "Fix    recipes record echo/things   (if the recipe is right)\n"
    )
    assert (json.loads(result.stdout), result.exit_code) == ([], 3)


def test_the_fix_for_a_call_by_another_way_is_told(recorded: Any, invoke: Invoke) -> None:
    recorded.write_recipe(code=ASK.replace("    for n", "    httpx.get('http://echo.example')\n    for n"))
    result = invoke("run", "things", "--replay")
    assert result.stderr == NOTICE.format("default") + (
        "Error  The recipe asked for the address of 'echo.example', and a recording is played: no network.\n"
        "Fix    call the API through the client that main is given\n"
    )
    assert result.exit_code == 3


BROKEN: dict[str, tuple[str, str, str, str]] = {
    "unknown key": ("default.toml", 'source = "live"', 'source = "live"\ncolour = "red"', "colour"),
    "no moment": ("default.toml", "clock = 2026-11-20T09:30:00Z", 'clock = "now"', "clock must be a moment"),
    "value that is gone": ("default.toml", "number = 2", "number = 2\nsize = 3", "the values do not fit echo/things"),
    "value of another kind": ("default.toml", "number = 2", 'number = "two"', "the values do not fit echo/things"),
    "tag": ("default.yaml", "version: 1", "version: !!python/object/apply:os.getpid []", "python"),
    "newer format": ("default.yaml", "version: 1", "version: 2", "newer format: 2"),
}


@pytest.mark.parametrize("name, old, new, said", BROKEN.values(), ids=BROKEN)
def test_a_broken_case_is_told_with_its_file(
    name: str, old: str, new: str, said: str, recorded: Any, invoke: Invoke
) -> None:
    path = FOLDER / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = invoke("run", "things", "--replay")
    assert name in result.stderr
    assert said in result.stderr
    assert "Fix    " in result.stderr
    assert (result.stdout, result.exit_code) == ("", 1)


@pytest.mark.parametrize("name", ["default.toml", "default.yaml"])
@pytest.mark.parametrize("part", [0.0, 0.3, 0.7])
def test_a_case_that_is_cut_off_is_told(name: str, part: float, recorded: Any, invoke: Invoke) -> None:
    path = FOLDER / name
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    result = invoke("run", "things", "--replay")
    assert name in result.stderr
    assert (result.stdout, result.exit_code) == ("", 1)


def test_a_replay_asks_for_trust_as_a_live_run_does(recorded: Any, invoke: Invoke) -> None:
    assert invoke("untrust", ".").exit_code == 0
    assert invoke("run", "things", "--replay").exit_code == 7
