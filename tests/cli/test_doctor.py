import ast
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import runner
from runner.catalog import catalog_root

Invoke = Callable[..., Result]
CATALOG = catalog_root(Path(runner.__file__).parent)
KEY = "test-key-live/1+2"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
PLAIN: dict[str, str | None] = dict.fromkeys((*NAMES, *map(str.lower, NAMES), "SSL_CERT_FILE", "SSL_CERT_DIR"))
"""No proxy, and the usual certificates."""
NO_NEWSWHIP_KEY = (
    "! WARN  NewsWhip: no key in NEWSWHIP_API_KEY\n"
    "        Ask your account manager, or see the developer hub.\n"
    "        Fix  export NEWSWHIP_API_KEY=...   (--try needs none)\n"
)
NO_SLACK_KEY = (
    "! WARN  Slack: no key in SLACK_WEBHOOK_URL\n"
    "        At api.slack.com/apps: your app, Incoming Webhooks, Add New Webhook; copy the whole URL.\n"
    "        Fix  export SLACK_WEBHOOK_URL=...   (--try needs none)\n"
)
NO_CATALOG_KEYS = NO_NEWSWHIP_KEY + NO_SLACK_KEY
NOT_ASKED = (
    "✓ OK    NewsWhip: api.newswhip.com was not asked (--offline)\n"
    "✓ OK    Slack: hooks.slack.com was not asked (--offline)\n"
)
IN_CATALOG = ["NewsWhip", "Slack"]
FINE_CATALOG = f"✓ OK    NewsWhip API recipes: N recipes, trusted · {CATALOG}\n"
NO_TERMINAL = "✓ OK    No terminal: a pipe or a file, utf-8\n"


def after_installation(text: str) -> str:
    """Leave out what depends on how this program was installed, and the number of recipes in the catalog."""
    lines = text.splitlines(keepends=True)
    assert lines[0].startswith(f"✓ OK    recipes {runner.__version__} · Python {platform.python_version()} · ")
    about_extras = ("✓ OK    Extra ", "        Add  ")
    kept = "".join(line for line in lines[1:] if not line.startswith(about_extras))
    return re.sub(r"^(✓ OK    NewsWhip API recipes: )\d+ ", r"\1N ", kept, flags=re.MULTILINE)


@pytest.fixture
def doctor(invoke: Invoke) -> Callable[..., Result]:
    """Run `recipes doctor`, offline if nothing else is said."""

    def doctor(*words: str, env: dict[str, str | None] | None = None, online: bool = False) -> Result:
        return invoke("doctor", *(() if online else ("--offline",)), *words, env=PLAIN | (env or {}))

    return doctor


@pytest.fixture
def last_lines(home: Path) -> str:
    """What is said of the user's folders and the terminal, after something was trusted."""
    return f"✓ OK    Trust store {home}/trust.json\n✓ OK    Cache {home}/cache\n{NO_TERMINAL}"


def test_where_nothing_was_done_yet_only_the_keys_are_missing(doctor: Callable[..., Result], home: Path) -> None:
    result = doctor()
    assert after_installation(result.stdout) == (
        f"{FINE_CATALOG}{NO_CATALOG_KEYS}{NOT_ASKED}"
        f"✓ OK    Trust store {home}/trust.json, not written yet\n"
        f"✓ OK    Cache {home}/cache\n"
        f"{NO_TERMINAL}\n2 warnings\n"
    )
    assert (result.stderr, result.exit_code) == ("", 0)


def test_offline_all_is_fine_and_nothing_is_sent(
    doctor: Callable[..., Result], live: Any, server: Any, folder: Path, last_lines: str
) -> None:
    keys = {"NEWSWHIP_API_KEY": "test-key-of-newswhip", "SLACK_WEBHOOK_URL": "/services/test-key-of-slack"}
    result = doctor(env={"ECHO_API_KEY": KEY, **keys})
    assert after_installation(result.stdout) == (
        f"✓ OK    Team recipes: 1 recipe, trusted · {folder}\n"
        f"{FINE_CATALOG}"
        "✓ OK    Echo: key …/1+2 in ECHO_API_KEY, from the environment\n"
        "✓ OK    NewsWhip: key …whip in NEWSWHIP_API_KEY, from the environment\n"
        "✓ OK    Slack: key …lack in SLACK_WEBHOOK_URL, from the environment\n"
        f"✓ OK    Echo: {server.url[7:]} was not asked (--offline)\n"
        f"{NOT_ASKED}{last_lines}\n"
        "All fine.\n"
    )
    assert (result.stderr, result.exit_code, server.seen) == ("", 0, [])


def test_an_api_is_asked_without_its_key_and_one_that_does_not_answer_is_a_failure(
    doctor: Callable[..., Result], live: Any, server: Any, folder: Path, last_lines: str
) -> None:
    proxy = f"http://someone:test-key-proxy@{server.url[7:]}/?test-key-token"  # it refuses to connect any further
    server.answers[0].status = 403
    result = doctor(online=True, env={"ECHO_API_KEY": KEY, "HTTPS_PROXY": proxy})
    assert after_installation(result.stdout) == (
        f"✓ OK    Team recipes: 1 recipe, trusted · {folder}\n"
        f"{FINE_CATALOG}"
        "✓ OK    Echo: key …/1+2 in ECHO_API_KEY, from the environment\n"
        f"{NO_CATALOG_KEYS}"
        f"✓ OK    Echo: {server.url[7:]} answers (403)\n"
        f"✗ FAIL  NewsWhip: api.newswhip.com does not answer, through the proxy http://***@{server.url[7:]}\n"
        "        NewsWhip (api.newswhip.com) could not be reached: 501 Unsupported method ('CONNECT').\n"
        "        Fix  check the network, or try again later\n"
        f"✗ FAIL  Slack: hooks.slack.com does not answer, through the proxy http://***@{server.url[7:]}\n"
        "        Slack (hooks.slack.com) could not be reached: 501 Unsupported method ('CONNECT').\n"
        "        Fix  check the network, or try again later\n"
        f"{last_lines}\n"
        "2 failures, 2 warnings\n"
    )
    assert (result.stderr, result.exit_code) == ("", 6)
    [seen] = server.seen
    assert (seen.method, seen.path, "X-Key" in seen.headers) == ("GET", "/v1", False)


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_no_secret_is_shown(doctor: Callable[..., Result], live: Any, server: Any, folder: Path, words: Any) -> None:
    (folder / "keys.env").write_text("NEWSWHIP_API_KEY=test-key-quartz-1234\n", encoding="utf-8")
    proxy = f"http://someone:test-key-proxy@{server.url[7:]}/?test-key-token"
    env = {"ECHO_API_KEY": KEY, "NEWSWHIP_API_KEY": "test-key-basalt-99", "HTTPS_PROXY": proxy, "HTTP_PROXY": proxy}
    result = doctor("--env-file", "keys.env", *words, env=env, online=True)
    assert result.exit_code == 6
    assert [part for part in ("test-key", "quartz", "basalt", "someone", "token") if part in result.output] == []
    assert "…1234" in result.output


def test_a_folder_that_is_not_trusted_is_only_read(
    doctor: Callable[..., Result], repo: Any, server: Any, folder: Path, home: Path
) -> None:
    repo.write_api(f"{server.url}/v1")
    repo.write_recipe(code='Path("ran").touch()\n\n\ndef main(echo: httpx.Client) -> str:\n    """Give text."""')
    proxy = f"http://{server.url[7:]}"
    result = doctor(online=True, env={"ECHO_API_KEY": KEY, "HTTPS_PROXY": proxy})
    assert after_installation(result.stdout).startswith(
        f"! WARN  Team recipes: 1 recipe, not trusted · {folder}\n"
        f"        Allow  recipes trust {folder}\n"
        f"{FINE_CATALOG}"
        "✓ OK    Echo: key … in ECHO_API_KEY, from the environment\n"
        f"{NO_CATALOG_KEYS}"
        f"! WARN  Echo: {server.url[7:]} was not asked\n"
        f"        {folder} is not trusted, so nothing of it runs.\n"
        f"        Fix  recipes trust {folder}\n"
    )
    assert (server.seen, (folder / "ran").exists(), (home / "trust.json").exists()) == ([], False, False)


def test_a_trust_store_that_cannot_be_looked_for_is_told(doctor: Callable[..., Result], tmp_path: Path) -> None:
    home = tmp_path / ("x" * 300)
    result = doctor(env={"RECIPES_HOME": str(home)})
    assert (
        f"✗ FAIL  Trust store {home}/trust.json, not believed\n"
        "        Nothing but the catalog is trusted, because it cannot be read: File name too long.\n"
        "        Fix  set RECIPES_HOME to a folder of yours\n"
    ) in result.stdout
    assert (result.stderr, result.exit_code) == ("", 7)


def test_a_cache_folder_that_leads_nowhere_is_told(doctor: Callable[..., Result], home: Path) -> None:
    home.mkdir()
    (home / "cache").symlink_to("nowhere")
    assert f"! WARN  Cache {home}/cache, not writable\n" in doctor().stdout


def test_extras_are_told_as_they_are(doctor: Callable[..., Result]) -> None:
    extras = json.loads(doctor("--json").stdout)["extras"]
    words = {True: "installed", False: "not installed"}
    told = [line for line in doctor().stdout.splitlines() if line.startswith("✓ OK    Extra ")]
    assert told == [f"✓ OK    Extra {each['name']}: {words[each['installed']]}" for each in extras]


OPENED = """
import sys
paths = []
sys.addaudithook(lambda event, values: paths.append(str(values[0])) if event == "open" else None)
from runner.cli import main
try:
    main(sys.argv[1:], prog_name="recipes")
finally:
    print([path for path in paths if "/recipes/newswhip/" in path], file=sys.stderr)
"""


def test_recipes_that_the_index_knows_are_not_read_again(tmp_path: Path) -> None:
    def opened(*words: str) -> list[str]:
        command = [sys.executable, "-c", OPENED, *words]
        env = {**os.environ, "RECIPES_HOME": str(tmp_path), "NEWSWHIP_API_KEY": ""}
        answer = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
        return [Path(path).name for path in ast.literal_eval(answer.stderr) if path.endswith(".py")]

    assert "first_call.py" in opened("list")
    assert opened("doctor", "--offline") == []


def test_a_host_that_was_not_approved_is_not_asked(
    doctor: Callable[..., Result], trusted: Any, server: Any, folder: Path
) -> None:
    trusted.write_api(f"{server.url}/v1")
    found = json.loads(doctor("--json", env={"ECHO_API_KEY": KEY, "HTTPS_PROXY": server.url}, online=True).stdout)
    where = server.url[7:]
    assert found["hosts"][0] == {
        "state": "warn",
        "api": "Echo",
        "host": where,
        "proxy": "",
        "status": None,
        "problem": f"Echo wants to send ECHO_API_KEY to {where}, which was not approved with {folder}.",
        "fix": f"recipes trust {folder}",
        "exit_code": 0,
    }
    assert (found["keys"][0]["shown"], server.seen) == ("…", [])


def test_broken_recipes_are_named_up_to_a_number(doctor: Callable[..., Result], trusted: Any, folder: Path) -> None:
    for number in range(7):
        trusted.write_recipe(f"thing_{number}", code="def main(:")
    result = doctor()
    lines = result.stdout.splitlines()
    first = lines.index(f"✗ FAIL  Team recipes: 0 recipes, 7 broken, trusted · {folder}")
    assert lines[first + 1].startswith(f"        {folder}/recipes/echo/thing_0.py:15: ")
    assert lines[first + 2].startswith("        Fix  ")
    assert lines[first + 11] == "        and 2 more: recipes list"
    assert (lines[-1], result.exit_code) == ("1 failure, 3 warnings", 3)


def test_a_broken_api_is_among_what_is_broken(doctor: Callable[..., Result], trusted: Any) -> None:
    trusted.write_api("http://somewhere.example")
    result = doctor("--json")
    found = json.loads(result.stdout)
    assert (found["repositories"][0]["state"], result.exit_code) == ("fail", 3)
    assert [key["api"] for key in found["keys"]] == [host["api"] for host in found["hosts"]] == IN_CATALOG


@pytest.mark.parametrize("name, exit_code", [("recipes.toml", 3), ("", 2)], ids=["broken", "missing"])
def test_a_repository_that_cannot_be_read_hides_nothing_else(
    invoke: Invoke, folder: Path, name: str, exit_code: int
) -> None:
    if name:
        (folder / name).write_text("nonsense", encoding="utf-8")
    result = invoke("--repository", str(folder), "doctor", "--offline", env=PLAIN)
    lines = after_installation(result.stdout).splitlines()
    assert lines[0] == "✗ FAIL  The repository in use"
    assert lines[1].startswith(
        f"        {folder}/recipes.toml:1: " if name else f"        There is no repository at {folder}"
    )
    assert lines[2].startswith("        Fix  ")
    assert (lines[3] + "\n", lines[-1], result.exit_code) == (FINE_CATALOG, "1 failure, 2 warnings", exit_code)


@pytest.mark.parametrize(
    "environment, file, line",
    [
        (None, "test-key-of-file", "✓ OK    Echo: key …file in ECHO_API_KEY, from --env-file keys.env"),
        ("test-key-of-file", "test-key-of-file", "✓ OK    Echo: key …file in ECHO_API_KEY, from --env-file keys.env"),
        (
            "test-key-other",
            "test-key-of-file",
            "! WARN  Echo: key …file in ECHO_API_KEY, from --env-file keys.env; "
            "the environment has another, which is not used",
        ),
        ("test-key-other", "", "✓ OK    Echo: key …ther in ECHO_API_KEY, from the environment"),
        (
            "test-key-blank ",
            "",
            "! WARN  Echo: key …lank in ECHO_API_KEY, from the environment; there are blanks around it",
        ),
    ],
)
def test_a_key_is_said_with_the_place_it_was_found_in(
    doctor: Callable[..., Result], trusted: Any, folder: Path, environment: str | None, file: str, line: str
) -> None:
    (folder / "keys.env").write_text(f"ECHO_API_KEY={file}\n", encoding="utf-8")
    result = doctor("--env-file", "keys.env", env={"ECHO_API_KEY": environment})
    assert [each for each in result.stdout.splitlines() if "Echo: key" in each] == [line]
    assert result.exit_code == 0


def test_a_file_of_keys_that_is_not_there_is_the_users_mistake(doctor: Callable[..., Result]) -> None:
    result = doctor("--env-file", "none.env")
    assert result.stderr == (
        "Error  The keys in none.env cannot be read: No such file or directory.\nFix    --env-file FILE\n"
    )
    assert (result.stdout, result.exit_code) == ("", 2)


def test_an_api_without_a_key_wants_none(doctor: Callable[..., Result], repo: Any, folder: Path) -> None:
    path = folder / "recipes" / "echo" / "api.toml"
    path.write_text('title = "Echo"\nbase-url = "https://echo.example"\n', encoding="utf-8")
    found = json.loads(doctor("--json").stdout)
    assert [key["api"] for key in found["keys"]] == IN_CATALOG
    assert [host["host"] for host in found["hosts"]] == ["echo.example", "api.newswhip.com", "hooks.slack.com"]


def test_an_api_that_two_repositories_describe_alike_is_shown_once(
    doctor: Callable[..., Result], repo: Any, folder: Path, invoke: Invoke
) -> None:
    shutil.rmtree(folder / "recipes" / "echo")
    (folder / "recipes" / "newswhip").mkdir()
    shutil.copy(CATALOG / "recipes" / "newswhip" / "api.toml", folder / "recipes" / "newswhip")
    invoke("trust", ".")
    found = json.loads(doctor("--json").stdout)
    assert ([key["api"] for key in found["keys"]], len(found["hosts"])) == (IN_CATALOG, 2)


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_trust_store_that_is_not_believed_is_a_failure(
    doctor: Callable[..., Result], trusted: Any, home: Path, folder: Path
) -> None:
    (home / "trust.json").chmod(0o666)
    result = doctor()
    assert (
        f"✗ FAIL  Trust store {home}/trust.json, not believed\n"
        "        Nothing but the catalog is trusted, because it belongs to another user, or others may write to it.\n"
        f"        Fix  rm -i {home}/trust.json\n"
    ) in result.stdout
    assert f"! WARN  Team recipes: 0 recipes, not trusted · {folder}\n" in result.stdout
    assert result.exit_code == 7


def test_a_cache_that_cannot_be_written_is_a_warning(doctor: Callable[..., Result], home: Path) -> None:
    home.mkdir()
    (home / "cache").touch()
    result = doctor()
    assert f"! WARN  Cache {home}/cache, not writable\n" in result.stdout
    assert result.exit_code == 0


def test_certificates_that_cannot_be_loaded_are_a_failure(folder: Path, home: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "runner", "doctor"],
        cwd=folder, env={"RECIPES_HOME": str(home), "SSL_CERT_FILE": "none.pem"}, capture_output=True, text=True,
    )  # fmt: skip
    assert (
        "✗ FAIL  NewsWhip: api.newswhip.com does not answer\n"
        "        The certificates to check NewsWhip by cannot be loaded: [Errno 2] No such file or directory.\n"
        "        Fix  unset SSL_CERT_FILE SSL_CERT_DIR\n"
    ) in answer.stdout
    assert (answer.stderr, answer.returncode) == ("", 6)


def test_json_keeps_its_keys(doctor: Callable[..., Result], live: Any, server: Any, folder: Path, home: Path) -> None:
    broken = live.write_recipe("broken", code="def main(:")
    env = {"ECHO_API_KEY": KEY, "HTTPS_PROXY": f"http://someone:test-key-proxy@{server.url[7:]}"}
    result = doctor("--json", env=env)
    found = json.loads(result.stdout)
    assert list(found) == [
        "state", "exit_code", "installation", "extras", "repositories", "keys", "profiles", "hosts", "trust_store",
        "cache", "terminal",
    ]  # fmt: skip
    assert (found["state"], found["exit_code"], result.exit_code, result.stderr) == ("fail", 3, 3, "")
    assert list(found["installation"]) == ["recipes", "python", "platform", "kind", "folder"]
    assert [list(extra) for extra in found["extras"]] == [["name", "installed", "add"]] * len(found["extras"])
    [fault] = found["repositories"][0].pop("broken")
    assert (fault["problem"].startswith(f"{broken}:15: "), list(fault)) == (True, ["problem", "fix"])
    assert found["repositories"][0] == {
        "state": "fail",
        "title": "Team recipes",
        "folder": str(folder),
        "alias": "",
        "recipes": 1,
        "trusted": True,
        "fix": "",
        "exit_code": 3,
    }
    assert [repository["alias"] for repository in found["repositories"]] == ["", "catalog"]
    assert found["keys"][0] == {
        "state": "ok",
        "api": "Echo",
        "variable": "ECHO_API_KEY",
        "found_in": "environment",
        "shown": "…/1+2",
        "remark": "",
        "help": "Ask the person at the desk.",
    }
    assert found["hosts"][1] == {
        "state": "ok",
        "api": "NewsWhip",
        "host": "api.newswhip.com",
        "proxy": f"http://***@{server.url[7:]}",
        "status": None,
        "problem": "",
        "fix": "",
        "exit_code": 0,
    }
    assert found["trust_store"] == {
        "state": "ok",
        "path": f"{home}/trust.json",
        "exists": True,
        "problem": "",
        "fix": "",
    }
    assert found["cache"] == {"state": "ok", "path": f"{home}/cache", "writable": True}
    assert found["terminal"] == {"state": "ok", "is_terminal": False, "columns": None, "encoding": "utf-8"}


def test_a_terminal_is_told_what_support_wants(in_terminal: Callable[..., Any], tmp_path: Path) -> None:
    screen = in_terminal("doctor", "--offline", cwd=tmp_path, columns=88)
    assert screen.text.endswith(
        "✓ OK    Terminal, 88 columns, utf-8\n\n2 warnings\n\n"
        "Next  recipes doctor --json   (for support: it holds no key)\n"
    )
    assert screen.exit_code == 0


def test_a_terminal_without_our_marks_still_shows_the_words(in_terminal: Callable[..., Any], tmp_path: Path) -> None:
    screen = in_terminal("doctor", "--offline", cwd=tmp_path, env={"PYTHONIOENCODING": "iso8859-5"})
    assert "? OK    Cache " in screen.text
    assert (
        "! WARN  Terminal, 88 columns, iso8859-5\n"
        "        It cannot show every character; those it lacks become a question mark.\n"
        "        Fix  export LC_ALL=C.UTF-8\n"
    ) in screen.text


def test_a_hostile_title_cannot_steer_the_terminal(repo: Any, in_terminal: Callable[..., Any], folder: Path) -> None:
    (folder / "recipes.toml").write_text(
        'name = "team"\ntitle = "Team \\u001b]0;owned\\u0007\\u202e"\n', encoding="utf-8"
    )
    for words in (("doctor", "--offline"), ("doctor", "--offline", "--json")):
        screen = in_terminal(*words, cwd=folder)
        assert (not set(screen.text) & {"\x1b", "\x07", "\u202e"}, "owned" in screen.text) == (True, True)


def test_a_reader_that_has_gone_is_no_failure(folder: Path, home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nowhere:
        answer = subprocess.run(
            [sys.executable, "-m", "runner", "doctor", "--offline"],
            cwd=folder, env={"RECIPES_HOME": str(home)}, stdout=nowhere, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert (answer.stderr, answer.returncode) == ("", 0)
