"""A new repository from a pasted curl command, sent to a real server on loopback."""

import base64
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
REGION = "/region/World/All/24?size=3"


def texts(folder: Path) -> str:
    """Return all that stands in the files below a folder."""
    return "\n".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_pasted_call_is_a_repository_that_passes(
    wire: Any, invoke: Invoke, folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = invoke("init", "new", "--curl", f"curl '{wire.url}{REGION}&key={wire.key}'", "--yes")
    assert made.stderr == (
        "Note  The key (the field key) is not in the recipe: put it into LOCAL_API_KEY.\n"
        "Note  The API is new: look at recipes/local/api.toml.\n"
        "Next  cd new && recipes check && pytest\n"
    )
    assert made.stdout == f"Made {folder / 'new'}\nlocal/first-call  default  live  1 answer, 3 rows  new\n"
    assert wire.seen == [("GET", "/v1/region/World/All/24", f"size=3&key={wire.key}")]
    monkeypatch.chdir(folder / "new")
    assert invoke("check").exit_code == 0
    env = {"PATH": os.environ["PATH"], "RECIPES_HOME": str(home)}
    tested = subprocess.run([sys.executable, "-m", "pytest", "-q"], env=env, capture_output=True, text=True)
    assert (tested.returncode, "1 passed" in tested.stdout) == (0, True)
    assert len(wire.seen) == 1


@pytest.mark.parametrize(
    "words, place",
    [
        ("'{url}&key={key}'", "query"),
        ("'{url}' -H 'Authorization: Bearer {key}'", "bearer"),
        ("'{url}' -u 'user:{key}'", "basic"),
        ("'{url}' -H 'Authorization: Basic {basic}'", "basic"),
        ("'http://user:{key}@{rest}'", "basic"),
        ("'{url}' -b 'session={key}'", "header"),
        ("'{url}' -H 'Cookie: session={key}; theme=dark'", "header"),
        ("'{url}' -H 'X-Token: {key}'", "header"),
    ],
)
def test_a_key_is_sent_and_stands_nowhere(
    wire: Any, invoke: Invoke, folder: Path, home: Path, words: str, place: str
) -> None:
    basic = base64.b64encode(f"user:{wire.key}".encode()).decode()
    url = wire.url + REGION
    command = "curl " + words.format(url=url, rest=url.removeprefix("http://"), key=wire.key, basic=basic)
    made = invoke("init", "new", "--curl", command, "--yes")
    assert (made.exit_code, made.stdout.splitlines()[-1]) == (
        0,
        "local/first-call  default  live  1 answer, 3 rows  new",
    )
    assert tomllib.loads((folder / "new" / "recipes/local/api.toml").read_text("utf-8"))["key"]["in"] == place
    everything = texts(folder) + texts(home) + made.output
    assert [
        form for form in (wire.key, basic, base64.b64encode(wire.key.encode()).decode()) if form in everything
    ] == []


def test_the_key_of_the_sandbox_is_known_as_one(wire: Any, invoke: Invoke, folder: Path) -> None:
    """As the README shows it: `recipes sandbox newswhip`, then curl with `key=sandbox`."""
    made = invoke("init", "new", "--curl", f"curl '{wire.url}{REGION}&key=sandbox'", "--yes")
    assert (made.exit_code, "3 rows" in made.stdout) == (0, True)
    assert "sandbox" not in (folder / "new" / "recipes/local/first_call.py").read_text(encoding="utf-8")


def test_the_key_of_the_command_counts_before_that_of_the_environment(wire: Any, invoke: Invoke) -> None:
    command = f"curl '{wire.url}{REGION}&key={wire.key}'"
    made = invoke("init", "new", "--curl", command, "--yes", env={"LOCAL_API_KEY": "test-key-of-another"})
    assert (made.exit_code, wire.seen[0][2]) == (0, f"size=3&key={wire.key}")


def test_nothing_is_sent_where_nobody_can_be_asked(wire: Any, invoke: Invoke, folder: Path) -> None:
    made = invoke("init", "new", "--curl", f"curl '{wire.url}{REGION}&key={wire.key}'")
    assert (made.exit_code, wire.seen) == (0, [])
    assert made.stderr.splitlines()[-2:] == [
        f"Not recorded: --yes sends the call to {wire.url} without a question.",
        "Next  cd new && recipes record local/first-call",
    ]
    assert not (folder / "new" / "cassettes").exists()


@pytest.mark.parametrize("typed, calls", [("\n", 0), ("n\n", 0), ("y\n", 1)])
def test_a_person_is_asked_and_no_is_the_default(
    wire: Any, in_terminal: Callable[..., Any], folder: Path, typed: str, calls: int
) -> None:
    command = f"curl '{wire.url}{REGION}&key={wire.key}'"
    screen = in_terminal("init", "new", "--curl", command, cwd=folder, typed=typed)
    assert (screen.exit_code, len(wire.seen)) == (0, calls)
    assert f"Send the call to {wire.url} now, with the key it came with? [y/N]: " in screen.text
    assert (folder / "new" / "cassettes").exists() == bool(calls)


def test_a_person_is_told_that_a_call_may_change_something(
    wire: Any, in_terminal: Callable[..., Any], folder: Path
) -> None:
    screen = in_terminal("init", "new", "--curl", f"curl -d a=1 '{wire.url}/articles'", cwd=folder, typed="\n")
    assert f"Send the call to {wire.url} now, where it may change something? [y/N]: " in screen.text
    assert "# writes = true\n" in (folder / "new/recipes/local/first_call.py").read_text(encoding="utf-8")


def test_the_end_of_input_at_the_question_leaves_nothing(
    wire: Any, in_terminal: Callable[..., Any], folder: Path
) -> None:
    command = f"curl '{wire.url}{REGION}&key={wire.key}'"
    screen = in_terminal("init", "new", "--curl", command, cwd=folder, when={"[y/N]": "\x04"})
    assert (screen.exit_code, names(folder), wire.seen) == (130, [], [])


def test_a_call_that_is_refused_leaves_the_recipe_and_says_what_next(wire: Any, invoke: Invoke, folder: Path) -> None:
    made = invoke("init", "new", "--curl", f"curl '{wire.url}/region/World/All/24?size=-3&key={wire.key}'", "--yes")
    lines = made.stderr.splitlines()
    assert lines[2] == (
        "The recipe is written but not recorded. When it is mended:  cd new && recipes record local/first-call"
    )
    assert lines[3].startswith("Error  Local refused the request (400 Bad Request).")
    assert lines[-1] == "Fix    recipes run local/first-call --dry-run   (shows what was sent)"
    assert (made.exit_code, wire.key in made.output) == (5, False)
    assert (folder / "new/recipes/local/first_call.py").is_file()
    assert not list((folder / "new").glob("cassettes/*/*/*"))


def test_an_api_of_the_catalog_is_described_as_there(invoke: Invoke, folder: Path) -> None:
    command = "curl 'https://api.newswhip.com/v1/region/World/All/24?size=3&key=test-key-8f3a9c5e7b1d2046'"
    made = invoke("init", "new", "--curl", command)
    assert made.exit_code == 0
    described = tomllib.loads((folder / "new/recipes/newswhip/api.toml").read_text(encoding="utf-8"))
    assert (described["title"], described["limits"]["rates"]) == ("NewsWhip", ["5/1s", "100/300s"])
    assert ("sandbox" in described, "test-key" in texts(folder)) == (False, False)
    assert (folder / "new/.env.example").read_text(encoding="utf-8").splitlines()[-1] == "NEWSWHIP_API_KEY="


def test_an_api_of_the_folder_around_is_not_taken_over(repo: Any, invoke: Invoke, folder: Path) -> None:
    """It may come from anybody, and what `init` makes is trusted."""
    path = repo.root / "recipes/echo/api.toml"
    path.write_text(path.read_text("utf-8").replace("ECHO_API_KEY", "OTHER_SECRET"), encoding="utf-8")
    command = "curl https://echo.example/v1/things/7 -H 'X-Key: test-key-8f3a9c5e7b1d2046'"
    assert invoke("init", "new", "--curl", command).exit_code == 0
    assert tomllib.loads((folder / "new/recipes/echo/api.toml").read_text("utf-8"))["key"]["env"] == "ECHO_API_KEY"


def test_the_api_may_be_named(invoke: Invoke, folder: Path) -> None:
    assert invoke("init", "new", "--api", "my_api", "--curl", "curl https://api.acme.example/v1/things").exit_code == 0
    assert names(folder / "new" / "recipes") == ["my_api"]


@pytest.mark.parametrize(
    "host, api", [("api.class.com", "class_api"), ("con.com", "con_api"), ("httpx.org", "httpx_api")]
)
def test_an_api_is_not_called_by_a_word_of_python_or_windows(invoke: Invoke, folder: Path, host: str, api: str) -> None:
    assert invoke("init", "new", "--curl", f"curl https://{host}/v1/things").exit_code == 0
    assert names(folder / "new" / "recipes") == [api]


def test_a_command_comes_from_a_file_or_stdin_too(invoke: Invoke, folder: Path) -> None:
    (folder / "call.txt").write_text("\ufeffcurl https://api.acme.example/v1/things\n", encoding="utf-8")
    assert invoke("init", "one", "--curl", "@call.txt").exit_code == 0
    assert invoke("init", "two", "--curl", "-", stdin="curl https://api.acme.example/v1/things\n").exit_code == 0
    assert (folder / "one/recipes/acme/first_call.py").read_bytes() == (
        folder / "two/recipes/acme/first_call.py"
    ).read_bytes()


@pytest.mark.parametrize(
    "given, message",
    [
        ("", "Error  There is no curl command: the text is empty."),
        ("-", "Error  There is no curl command: the text is empty."),
        ("wget https://a.example", "Error  There is no curl command in the text: it must begin with the word curl."),
        ("curl", "Error  The curl command has no address."),
        (
            "curl --datta x https://a.example",
            "Error  curl has no option --datta, at character 6.\nFix    --data   (did",
        ),
        (
            "curl https://a.example\ncurl https://b.example",
            "Error  There are 2 curl commands in the text, and a recipe is made from one.\n"
            "       1  line 1: a.example/\n       2  line 2: b.example/\nFix    paste one of them alone",
        ),
        ("@none.txt", "none.txt cannot be read: No such file or directory."),
        ("@binary", "binary is no UTF-8 text."),
        ("@zeros", "Error  This is no text but binary data."),
        ("@.", " cannot be read: Is a directory."),
        ("curl -d @none https://a.example", "none"),
    ],
)
def test_what_is_no_command_is_an_error_and_leaves_nothing(
    invoke: Invoke, folder: Path, given: str, message: str
) -> None:
    (folder / "binary").write_bytes(b"curl \xff\xfe https://a.example")
    (folder / "zeros").write_bytes(b"curl \x00\x01 https://a.example")
    made = invoke("init", "new", "--curl", given)
    assert (message in made.stderr, "\nFix    " in made.stderr) == (True, True), made.stderr
    assert (made.stdout, made.exit_code, names(folder)) == ("", 2, ["binary", "zeros"])


def test_a_call_that_only_reads_is_said_to_and_so_is_the_question(wire: Any, invoke: Invoke, folder: Path) -> None:
    post = f"curl {wire.url}/articles?key={wire.key} --json '{{\"size\": 3}}'"
    told = "Note  A POST counts as a change, so a run asks first. If this one only reads, say so: -P reads=yes.\n"
    assert told in invoke("init", "writes", "--curl", post).stderr
    assert "\n# writes = true\n" in (folder / "writes/recipes/local/first_call.py").read_text("utf-8")
    words = ("-P", "reads=yes", "-P", "question=Which stories are there?")
    assert told not in invoke("init", "reads", "--curl", post, *words).stderr
    source = (folder / "reads/recipes/local/first_call.py").read_text("utf-8")
    assert ("writes" in source, '"""Which stories are there?\n' in source) == (False, True)
    assert tomllib.loads((folder / "reads/recipes/local/api.toml").read_text("utf-8"))["read-posts"] == ["/articles"]


def test_one_of_several_calls_is_taken_as_the_fix_says(wire: Any, invoke: Invoke, folder: Path) -> None:
    text = f"curl {wire.url}/one\ncurl {wire.url}/two\n"
    assert "-P command=1\n" in invoke("init", "new", "--curl", text).stderr
    assert invoke("init", "new", "--curl", text, "-P", "command=2").exit_code == 0
    assert '.get("/two")' in (folder / "new/recipes/local/first_call.py").read_text("utf-8")


def test_answers_without_a_call_are_refused(invoke: Invoke, folder: Path) -> None:
    refused = invoke("init", "new", "-P", "reads=yes")
    assert (refused.exit_code, refused.stderr) == (
        2,
        "Error  -P is for --curl.\nFix    recipes init FOLDER --curl COMMAND -P reads=yes\n",
    )
