"""`--profile` on `run` and `record`: whose values, whose key, and what a recording may hold."""

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
KEY = "test-key-live/1+2"
OTHER = "test-key-plain/3+4"
SAYING = "cmd:" + shlex.join([sys.executable, "-c", "import os; print(os.environ['WHERE'][::-1])"])
"""Says a key that stands nowhere as it is."""
SAYS_KEY: dict[str, str | None] = {"WHERE": KEY[::-1]}
FROM_PROFILE = "Key: ECHO_API_KEY from profile acme (env:ACME_KEY).\n"

ASK = '''\
def main(echo: httpx.Client, topic: str, hours: int = 24, some: list[str] = []) -> Iterator[dict[str, Any]]:
    """Yield what was given.

    Args:
        topic: What to look for.
        hours: How far back.
        some: More.
    """
    answer = echo.post("/search", json={"q": topic}).raise_for_status().json()
    yield {"topic": topic, "hours": hours, "some": " ".join(some), "said": answer.get("said", "")}'''
TABLE = 'parameters.topic.example = "ferry strike"\nparameters.hours = {min = 1, max = 168}\n'


@pytest.fixture
def acme(invoke: Invoke, live: Any) -> Any:
    """The profile acme, beside a trusted repository whose API is a server."""
    live.write_recipe(code=ASK, table=TABLE)
    words = ("-P", "topic=heat pumps", "-P", "hours=48", "-P", "limit=3", "--key", "ECHO_API_KEY=env:ACME_KEY")
    assert invoke("profile", "add", "acme", "--customer", "Acme News", *words).exit_code == 0
    return live


def add(invoke: Invoke, *words: str, name: str = "acme") -> None:
    assert invoke("profile", "add", name, *words, "--force").exit_code == 0


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_values_and_key_come_from_the_profile(invoke: Invoke, acme: Any, server: Any) -> None:
    result = invoke("run", "things", "--profile", "acme", "--format", "jsonl", env={"ACME_KEY": KEY})
    assert rows(result) == [{"topic": "heat pumps", "hours": 48, "some": "", "said": ""}]
    assert (result.stderr, result.exit_code) == (FROM_PROFILE, 0)
    assert [each.headers["X-Key"] for each in server.seen] == [KEY]


def test_a_variable_names_the_profile_too_and_the_option_wins(invoke: Invoke, acme: Any) -> None:
    add(invoke, "-P", "topic=other", name="globex")
    named: dict[str, str | None] = {"RECIPES_PROFILE": "globex"}
    run = ("run", "things", "--try", "--format", "jsonl")
    assert rows(invoke(*run, env=named))[0]["topic"] == "other"
    assert rows(invoke(*run, "--profile", "acme", env=named))[0]["topic"] == "heat pumps"
    assert rows(invoke(*run, env={"RECIPES_PROFILE": ""}))[0]["topic"] == "ferry strike"


@pytest.mark.parametrize(
    "words, env, hours",
    [
        ((), {}, 48),
        ((), {"RECIPES_PARAM_HOURS": "3"}, 3),
        (("--params", "values.toml"), {"RECIPES_PARAM_HOURS": "3"}, 2),
        (("--params", "values.toml", "--hours", "1"), {"RECIPES_PARAM_HOURS": "3"}, 1),
    ],
)
def test_every_other_place_wins_over_the_profile(
    invoke: Invoke, acme: Any, folder: Path, words: tuple[str, ...], env: dict[str, str | None], hours: int
) -> None:
    (folder / "values.toml").write_text("hours = 2\n", encoding="utf-8")
    result = invoke("run", "things", "--try", "--profile", "acme", "--format", "jsonl", *words, env=env)
    assert rows(result)[0]["hours"] == hours


def test_a_recipe_has_values_of_its_own(invoke: Invoke, acme: Any, home: Path) -> None:
    with (home / "profiles" / "acme.toml").open("a", encoding="utf-8") as file:
        file.write('[values."echo/things"]\nhours = 7\nsome = ["a", "b"]\n[values."echo/others"]\nhours = 8\n')
    row = rows(invoke("run", "things", "--try", "--profile", "acme", "--format", "jsonl"))[0]
    assert (row["hours"], row["some"]) == (7, "a b")


def test_a_value_that_does_not_fit_names_profile_and_parameter(invoke: Invoke, acme: Any, home: Path) -> None:
    add(invoke, "-P", "hours=169")
    result = invoke("run", "things", "--try", "--profile", "acme")
    assert result.stderr == (
        "Error  Profile acme: --hours must be at most 168, not 169.\n"
        "Fix    recipes profile add acme -P hours=... --force\n"
    )
    assert (result.stdout, result.exit_code) == ("", 2)
    path = home / "profiles" / "acme.toml"
    path.write_text("[values]\nhours = [1]\n[values.'echo/things']\nhour = 1\n", encoding="utf-8")
    result = invoke("run", "things", "--try", "--profile", "acme")
    assert result.stderr.splitlines()[1:3] == [
        "       Profile acme: echo/things has no parameter 'hour'.",
        "       Profile acme: --hours must be a whole number, not a list.",
    ]


def test_an_unknown_profile_suggests_the_nearest(invoke: Invoke, acme: Any) -> None:
    result = invoke("run", "things", "--profile", "acne")
    assert result.stderr == "Error  No profile named 'acne'.\nFix    --profile acme\n"
    assert (result.stdout, result.exit_code) == ("", 2)
    result = invoke("run", "things", env={"RECIPES_PROFILE": "zzz"})
    assert result.stderr == (
        "Error  No profile named 'zzz'.\n"
        "       It is named by the variable RECIPES_PROFILE.\n"
        "Fix    recipes profile list\n"
    )
    assert invoke("run", "things", "--profile", "").stderr.startswith("Error  No profile named ''.\n")


def test_the_reference_wins_over_the_plain_variable_and_the_file_over_both(
    invoke: Invoke, acme: Any, server: Any, folder: Path
) -> None:
    (folder / "keys.env").write_text("ECHO_API_KEY=test-key-file\n", encoding="utf-8")
    both: dict[str, str | None] = {"ACME_KEY": KEY, "ECHO_API_KEY": OTHER}
    run = ("run", "things", "--profile", "acme")
    assert invoke(*run, env=both).stderr == FROM_PROFILE
    said = "Key: ECHO_API_KEY from --env-file keys.env; that of profile acme is not used.\n"
    assert invoke(*run, "--env-file", "keys.env", env=both).stderr == said
    assert [each.headers["X-Key"] for each in server.seen] == [KEY, "test-key-file"]


def test_a_profile_without_that_key_leaves_it_to_the_variable(invoke: Invoke, acme: Any, server: Any) -> None:
    add(invoke, "-P", "topic=x", name="globex")
    result = invoke("run", "things", "--profile", "globex", env={"ECHO_API_KEY": OTHER})
    assert result.stderr == "Key: ECHO_API_KEY from the environment, not that of profile acme (--profile).\n"
    assert server.seen[0].headers["X-Key"] == OTHER


def test_without_a_profile_the_plain_variable_is_used_and_that_is_said(
    invoke: Invoke, acme: Any, server: Any, home: Path
) -> None:
    add(invoke, "--key", "ECHO_API_KEY=env:GLOBEX_KEY", name="globex")
    add(invoke, "--key", "OTHER_KEY=env:THIRD_KEY", name="third")
    (home / "profiles" / "broken.toml").write_text("x =", encoding="utf-8")
    run = ("run", "things", "--topic", "x")
    result = invoke(*run, env={"ECHO_API_KEY": OTHER})
    assert result.stderr == "Key: ECHO_API_KEY from the environment, not that of profiles acme, globex (--profile).\n"
    assert server.seen[0].headers["X-Key"] == OTHER
    assert invoke(*run, "--quiet", env={"ECHO_API_KEY": OTHER}).stderr == ""


def test_where_no_profile_has_the_key_nothing_is_said(invoke: Invoke, acme: Any) -> None:
    invoke("profile", "remove", "acme", "--key", "ECHO_API_KEY")
    assert invoke("run", "things", "--topic", "x", env={"ECHO_API_KEY": OTHER}).stderr == ""


def test_where_there_is_no_key_the_profiles_that_have_it_are_named(invoke: Invoke, acme: Any) -> None:
    result = invoke("run", "things", "--topic", "x")
    assert "       Profile acme has it: --profile acme\n" in result.stderr
    assert result.exit_code == 4


@pytest.mark.parametrize("command", ["run", "record"])
def test_a_reference_that_leads_nowhere_ends_with_4_and_its_fix(
    invoke: Invoke, acme: Any, server: Any, command: str
) -> None:
    result = invoke(command, "things", "--profile", "acme", env={"ECHO_API_KEY": OTHER})
    assert result.stderr == (
        "Error  Profile acme, key ECHO_API_KEY: env:ACME_KEY gives no key: it is not set.\nFix    export ACME_KEY=...\n"
    )
    assert (result.stdout, result.exit_code, server.seen) == ("", 4, [])


def test_the_key_of_a_command_is_used_and_seen_nowhere(invoke: Invoke, acme: Any, server: Any) -> None:
    add(invoke, "--key", f"ECHO_API_KEY={SAYING}")
    server.answers[0].body = {"said": f"your key is {KEY}"}
    result = invoke("run", "things", "--profile", "acme", "--format", "jsonl", "--debug", env=SAYS_KEY)
    assert rows(result)[0]["said"] == "your key is [ECHO_API_KEY]"
    assert (server.seen[0].headers["X-Key"], KEY in result.output, result.exit_code) == (KEY, False, 0)


def test_the_key_of_a_command_is_in_no_traceback(invoke: Invoke, acme: Any, server: Any) -> None:
    add(invoke, "--key", f"ECHO_API_KEY={SAYING}")
    server.answers[0].status, server.answers[0].body = 403, {"error": {"message": f"{KEY} has expired"}}
    result = invoke("run", "things", "--profile", "acme", "--debug", env=SAYS_KEY)
    assert ("[ECHO_API_KEY] has expired" in result.stderr, KEY in result.output, result.exit_code) == (True, False, 4)


@pytest.mark.parametrize("words", [("--try",), ("--dry-run",)])
def test_where_nothing_is_sent_no_command_runs(invoke: Invoke, acme: Any, folder: Path, words: tuple[str, ...]) -> None:
    code = "open('ran', 'w'); print('test-key')"
    add(invoke, "--key", f"ECHO_API_KEY=cmd:{shlex.join([sys.executable, '-c', code])}")
    result = invoke("run", "things", "--profile", "acme", *words)
    assert (result.exit_code, (folder / "ran").exists()) == (0, False)
    assert "heat pumps" in result.stdout
    assert invoke("record", "things", "--sandbox", "--profile", "acme").exit_code == 0
    assert invoke("run", "things", "--replay", env={"RECIPES_PROFILE": "acme"}).exit_code == 0
    assert not (folder / "ran").exists()


def test_a_variable_of_the_profile_is_hidden_in_the_sandbox_too(invoke: Invoke, acme: Any) -> None:
    acme.write_recipe(code=ASK.replace('answer.get("said", "")', "__import__('os').environ['ACME_KEY']"), table=TABLE)
    result = invoke("run", "things", "--try", "--profile", "acme", "--format", "jsonl", env={"ACME_KEY": KEY})
    assert rows(result)[0]["said"] == "[ECHO_API_KEY]"


def test_a_replay_answers_for_its_own_values_only(invoke: Invoke, acme: Any) -> None:
    assert invoke("record", "things", "--sandbox").exit_code == 0
    result = invoke("run", "things", "--replay", "--profile", "acme")
    assert "       --topic was recorded as ferry strike\n       --hours was recorded as 24\n" in result.stderr
    assert result.exit_code == 2
    assert invoke("run", "things", "--replay", env={"RECIPES_PROFILE": "acme"}).exit_code == 0


FOLDER = Path("cassettes/echo/things")


def files() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*")) if path.is_file())


def test_a_recording_takes_values_and_key_and_says_where_the_values_stand(
    invoke: Invoke, acme: Any, server: Any
) -> None:
    result = invoke("record", "things", "--profile", "acme", env={"ACME_KEY": KEY})
    assert result.stdout == "echo/things  default  live  1 answer, 1 row  new\n"
    lines = result.stderr.splitlines()
    assert lines[0] + "\n" == FROM_PROFILE
    assert "  Look at  default.yaml, request 1, body: topic of profile acme (value 1)" in lines
    assert all("heat pumps" not in line for line in lines)
    assert server.seen[0].headers["X-Key"] == KEY
    assert ('topic = "heat pumps"' in files(), KEY in files()) == (True, False)


def test_the_values_of_a_profile_win_over_those_of_the_case_before(invoke: Invoke, acme: Any) -> None:
    assert invoke("record", "things", "--sandbox", "--topic", "x", "--hours", "5").exit_code == 0
    assert invoke("record", "things", "--sandbox", "--profile", "acme", "--hours", "6").exit_code == 0
    assert 'topic = "heat pumps"\nhours = 6\n' in files()


def test_a_private_value_of_a_profile_is_replaced_by_its_example(invoke: Invoke, acme: Any) -> None:
    acme.write_recipe(
        code=ASK, table=TABLE.replace('"ferry strike"', '"ferry strike"\nparameters.topic.private = true')
    )
    result = invoke("record", "things", "--profile", "acme", env={"ACME_KEY": KEY})
    assert (result.stderr, result.exit_code) == (FROM_PROFILE, 0)
    assert ("heat pumps" in files(), 'topic = "ferry strike"' in files()) == (False, True)


def test_a_recording_with_the_name_of_the_customer_is_not_kept(invoke: Invoke, acme: Any, server: Any) -> None:
    server.answers[0].body = {"said": "Welcome, ACME news!"}
    result = invoke("record", "things", "--profile", "acme", env={"ACME_KEY": KEY})
    assert result.stderr.splitlines()[1:3] == [
        "Error  The recording holds a customer's name, so it is not kept.",
        "       default.yaml, answer 1, body: the customer of profile acme",
    ]
    assert ("acme news" in result.output.lower(), result.exit_code) == (False, 3)
    assert not FOLDER.exists()


def test_what_a_recipe_has_as_default_or_example_is_no_sign_of_a_customer(invoke: Invoke, acme: Any) -> None:
    add(invoke, "-P", "topic=ferry strike")
    result = invoke("record", "things", "--profile", "acme", env={"ACME_KEY": KEY})
    assert (result.stderr, result.exit_code) == (FROM_PROFILE, 0)


def test_recording_all_again_takes_the_keys_alone_and_asks_for_each_once(
    invoke: Invoke, acme: Any, server: Any, folder: Path
) -> None:
    env: dict[str, str | None] = {"ECHO_API_KEY": OTHER}
    for case in ("one", "two"):
        assert invoke("record", "things", "--topic", "x", "--case", case, env=env).exit_code == 0
    code = "open('asked', 'a').write('.'); import os; print(os.environ['WHERE'][::-1])"
    reference = f"cmd:{shlex.join([sys.executable, '-c', code])}"
    add(invoke, "--key", f"ECHO_API_KEY={reference}")
    server.seen.clear()
    result = invoke("record", "--all", "--profile", "acme", env=SAYS_KEY)
    assert result.stderr == f"Key: ECHO_API_KEY from profile acme ({reference}).\n"
    assert [(each.headers["X-Key"], json.loads(each.body)) for each in server.seen] == [(KEY, {"q": "x"})] * 2
    assert ((folder / "asked").read_text(encoding="utf-8"), result.exit_code) == (".", 0)
