"""An API whose key is the secret path of its address, from `api.toml` to the recording."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
PATH = "/services/T0SANDBOX/B0SANDBOX/test-key-1234"
PARTS = ("T0SANDBOX", "B0SANDBOX", "test-key-1234")

API = """\
title = "Echo"
base-url = "{base_url}"
sandbox = "sandbox:app"
sandbox-now = 2026-11-20T09:00:00Z
read-posts = ["/"]

[key]
in = "path"
env = "ECHO_WEBHOOK"
help = "Ask the person at the desk."

[errors]
key-refused = ["no_service", "invalid_token"]
"""

POST = '''\
def main(echo: httpx.Client, text: str = "hello", more: str = "/") -> Iterator[dict[str, Any]]:
    """Yield what the API says.

    Args:
        text: What to post.
        more: Where to.
    """
    response = echo.post(more, json={"text": text})
    response.raise_for_status()
    yield {"answer": response.text, "url": str(response.url)}'''


@pytest.fixture
def hooked(repo: Any, server: Any, invoke: Invoke) -> Any:
    """A trusted repository with one recipe, whose API is the server."""
    (repo.root / "recipes" / "echo" / "api.toml").write_text(API.format(base_url=server.url), encoding="utf-8")
    repo.write_recipe(code=POST)
    assert invoke("trust", ".").exit_code == 0
    return repo


@pytest.fixture
def env(server: Any) -> dict[str, str]:
    return {"ECHO_WEBHOOK": server.url + PATH}


@pytest.fixture
def run(invoke: Invoke, hooked: Any, env: dict[str, str]) -> Callable[..., Result]:
    return lambda *words: invoke("run", "things", "--format", "json", *words, env=env)


def replies(server: Any, *answers: dict[str, Any]) -> None:
    server.answers = [type(server.answers[0])(**answer) for answer in answers]


def assert_hidden(text: str) -> None:
    assert [part for part in PARTS if part in text] == []


@pytest.mark.parametrize("is_whole", [True, False])
def test_the_variable_holds_the_whole_address_or_its_path(
    invoke: Invoke, hooked: Any, server: Any, *, is_whole: bool
) -> None:
    replies(server, {"body": b"ok"})
    result = invoke("run", "things", "--format", "json", env={"ECHO_WEBHOOK": f"{server.url * is_whole}{PATH}"})
    assert json.loads(result.stdout) == [{"answer": "ok", "url": f"{server.url}/"}]
    assert (result.stderr, [each.path for each in server.seen]) == ("", [PATH])


def test_paths_below_the_secret_one_are_for_writing_recipes_only_unless_listed(
    run: Callable[..., Result], server: Any
) -> None:
    result = run("--more", "/other")
    assert (result.exit_code, server.seen) == (1, [])
    assert result.stderr == (
        "Error  This recipe calls POST /other, which may change something at Echo, and does not declare it.\n"
        'Fix    `writes = true` in the recipe, or "/other" among read-posts in recipes/echo/api.toml\n'
    )


@pytest.mark.parametrize("address", ["https://evil.example", "", "{url}.evil.example", "{url}/x/.."])
def test_an_address_elsewhere_is_refused_before_anything_is_sent(
    invoke: Invoke, hooked: Any, server: Any, address: str
) -> None:
    key = address.format(url=server.url) + (PATH if address else PATH[1:])
    result = invoke("run", "things", env={"ECHO_WEBHOOK": key})
    assert result.stderr == (
        f"Error  The key in ECHO_WEBHOOK is no address at {server.url}, and no path from the slash on.\n"
        "       Ask the person at the desk.\n"
        f"Fix    export ECHO_WEBHOOK={server.url}/...\n"
    )
    assert (result.stdout, result.exit_code, server.seen) == ("", 4, [])


@pytest.mark.parametrize("echoed", [PATH, PATH[1:], *PARTS, PATH.replace("/", "%2F"), PATH.replace("/", "\\/")])
def test_an_echo_of_the_path_or_of_a_part_is_blotted_out(run: Callable[..., Result], server: Any, echoed: str) -> None:
    replies(server, {"body": f"posted to <{echoed}>".encode()})
    result = run()
    assert_hidden(result.output)
    assert "[ECHO_WEBHOOK" in json.loads(result.stdout)[0]["answer"]


@pytest.mark.parametrize("status, word", [(403, "invalid_token"), (404, "no_service")])
def test_a_refused_path_is_a_refused_key(run: Callable[..., Result], server: Any, status: int, word: str) -> None:
    replies(server, {"status": status, "body": word.encode()})
    result = run()
    assert result.exit_code == 4
    assert result.stderr.startswith("Error  Echo refused the key in ECHO_WEBHOOK (")
    assert f"\n       Asked  POST {server.url}/\n" in result.stderr


@pytest.mark.parametrize("words", [(), ("--debug",)])
def test_an_error_never_shows_the_path(run: Callable[..., Result], server: Any, words: tuple[str, ...]) -> None:
    replies(server, {"status": 404, "body": f"nothing at {server.url}{PATH}, {PARTS[2]}".encode()})
    result = run(*words)
    assert result.exit_code == 5
    assert "It says: nothing at " in result.stderr
    assert_hidden(result.output)


def test_a_redirect_carries_the_path_on_and_shows_it_nowhere(
    run: Callable[..., Result], invoke: Invoke, server: Any
) -> None:
    replies(server, {"status": 307, "headers": {"Location": f"{PATH}/?again"}}, {"body": b"ok"})
    result = run()
    assert [each.path for each in server.seen] == [PATH, f"{PATH}?again"]
    assert json.loads(result.stdout) == [{"answer": "ok", "url": f"{server.url}/?again"}]
    assert result.stderr == ""


def test_a_dry_run_prints_a_command_that_takes_the_path_from_the_variable(
    invoke: Invoke, hooked: Any, server: Any
) -> None:
    result = invoke("run", "things", "--dry-run")
    assert result.stdout == (
        f'curl -X POST "{server.url}${{ECHO_WEBHOOK#{server.url}}}" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        """  --data-raw '{"text":"hello"}'\n"""
    )
    assert server.seen == []


def test_show_and_doctor_name_the_variable_and_not_the_path(
    invoke: Invoke, hooked: Any, env: dict[str, str], server: Any
) -> None:
    shown = invoke("show", "things", env=env)
    assert "Calls     Echo, key in ECHO_WEBHOOK\n" in shown.stdout
    found = invoke("doctor", "--json", env=env)
    assert_hidden(shown.output + found.output)
    [key] = [each for each in json.loads(found.stdout)["keys"] if each["variable"] == "ECHO_WEBHOOK"]
    assert (key["state"], key["shown"], key["remark"]) == ("ok", "…1234", "")
    assert [(each.method, each.path) for each in server.seen] == [("GET", "/")]


def test_doctor_sees_that_an_address_is_elsewhere(invoke: Invoke, hooked: Any, server: Any) -> None:
    found = invoke("doctor", "--offline", "--json", env={"ECHO_WEBHOOK": f"https://evil.example{PATH}"})
    [key] = [each for each in json.loads(found.stdout)["keys"] if each["variable"] == "ECHO_WEBHOOK"]
    assert (key["state"], key["remark"]) == ("warn", f"it is no address at {server.url}")


def test_trust_covers_the_variable_together_with_the_host(invoke: Invoke, hooked: Any, server: Any) -> None:
    (hooked.root / "recipes" / "echo" / "api.toml").write_text(
        API.format(base_url="https://hooks.example"), encoding="utf-8"
    )
    result = invoke("run", "things", env={"ECHO_WEBHOOK": PATH})
    assert (result.exit_code, server.seen) == (7, [])
    assert "Echo wants to send ECHO_WEBHOOK to hooks.example, which was not approved" in result.stderr


def test_a_live_recording_holds_no_part_of_the_path_and_plays(
    invoke: Invoke, hooked: Any, env: dict[str, str], server: Any
) -> None:
    replies(
        server,
        {"status": 307, "headers": {"Location": f"{server.url}{PATH}?again"}},
        {"body": f"ok {PATH} {PARTS[2]} {PARTS[0]}".encode()},
    )
    assert invoke("record", "things", env=env).exit_code == 0
    files = {path.suffix: path.read_text() for path in (hooked.root / "cassettes" / "echo" / "things").iterdir()}
    assert_hidden("".join(files.values()))
    assert f'uri: "{server.url}/__ECHO_WEBHOOK__"\n' in files[".yaml"]
    assert f'uri: "{server.url}/__ECHO_WEBHOOK__?again"\n' in files[".yaml"]
    assert (
        json.loads(files[".jsonl"])["answer"] == "ok /__ECHO_WEBHOOK__ __ECHO_WEBHOOK_PART_4__ __ECHO_WEBHOOK_PART_2__"
    )
    assert invoke("test").exit_code == 0
    replayed = invoke("run", "things", "--replay", "--format", "json")
    assert json.loads(replayed.stdout) == [json.loads(files[".jsonl"])]
    assert "R209" not in invoke("check", env=env).stdout


def test_a_drift_never_shows_the_path(invoke: Invoke, hooked: Any, env: dict[str, str], server: Any) -> None:
    replies(server, {"body": b"ok"})
    assert invoke("record", "things", env=env).exit_code == 0
    assert invoke("drift", "things", env=env).exit_code == 0
    replies(server, {"status": 404, "body": f"{PARTS[2]} is not {PATH}".encode()})
    result = invoke("drift", "things", env=env)
    assert result.exit_code != 0
    assert "ECHO_WEBHOOK" in result.output
    assert_hidden(result.output)


@pytest.mark.parametrize("part", [PATH, *PARTS])
def test_check_finds_the_path_or_a_part_of_it_in_a_recording(
    invoke: Invoke, hooked: Any, env: dict[str, str], server: Any, part: str
) -> None:
    replies(server, {"body": b"ok MARK"})
    assert invoke("record", "things", env=env).exit_code == 0
    for path in (hooked.root / "cassettes" / "echo" / "things").iterdir():
        path.write_text(path.read_text().replace("MARK", part))
    result = invoke("check", env=env)
    assert result.exit_code == 3
    assert "R209 ECHO_WEBHOOK" in result.stdout
    assert_hidden(result.output)


def test_a_webhook_of_slack_in_a_recording_is_found_without_knowing_it(
    invoke: Invoke, hooked: Any, env: dict[str, str], server: Any
) -> None:
    replies(server, {"body": b"see https://hooks.slack.com" + PATH.encode()})
    result = invoke("record", "things", env={"ECHO_WEBHOOK": f"{server.url}/services/other/test-key-5678"})
    assert result.exit_code == 3
    assert "a webhook of Slack" in result.stderr
    assert_hidden(result.output)
    assert not (hooked.root / "cassettes").exists() or not list(Path(hooked.root / "cassettes").rglob("*.yaml"))


def test_a_sandbox_is_served_at_the_key_and_recorded_with_the_stand_in(
    invoke: Invoke, hooked: Any, server: Any
) -> None:
    result = invoke("record", "things", "--sandbox")
    assert result.exit_code == 0, result.stderr
    cassette = (hooked.root / "cassettes" / "echo" / "things" / "default.yaml").read_text()
    assert f'uri: "{server.url}/__ECHO_WEBHOOK__"\n' in cassette
    assert '"path": "/sandbox"' in cassette
    assert server.seen == []


REDIRECTING = """
def app(environ, start_response):
    if environ["QUERY_STRING"]:
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]
    start_response("307 Temporary Redirect", [("Location", environ["PATH_INFO"] + "?again")])
    return [b""]
"""


def test_a_redirect_of_a_sandbox_is_recorded_with_the_stand_in(invoke: Invoke, hooked: Any) -> None:
    (hooked.root / "recipes" / "echo" / "sandbox" / "__init__.py").write_text(REDIRECTING, encoding="utf-8")
    result = invoke("record", "things", "--sandbox")
    assert result.exit_code == 0, result.stderr
    cassette = (hooked.root / "cassettes" / "echo" / "things" / "default.yaml").read_text()
    assert '- "/__ECHO_WEBHOOK__?again"\n' in cassette
    assert invoke("test").exit_code == 0
