"""A recipe from a pasted curl command, in a repository that is there."""

import json
import socket
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
THINGS = "curl 'https://echo.example/v1/things/7' -H 'X-Key: test-key-8f3a9c5e7b1d2046'"
OTHER = "curl 'https://api.other.example/v2/things?limit=5' -H 'Authorization: Bearer test-key-8f3a9c5e7b1d2046'"
SEARCH = "curl 'https://api.other.example/v2/search' --json '{\"q\": \"ferry\"}'"


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def granted(home: Path, root: Path) -> list[str] | None:
    store = home / "trust.json"
    folders = json.loads(store.read_text(encoding="utf-8"))["folders"] if store.exists() else {}
    return folders[str(root)]["destinations"] if str(root) in folders else None


@pytest.mark.parametrize("name", ["one-thing", "echo/one-thing", "echo/one_thing"])
def test_a_call_to_an_api_in_sight_becomes_its_recipe(trusted: Any, invoke: Invoke, name: str) -> None:
    before = files(trusted.root)
    made = invoke("new", name, "--curl", THINGS)
    assert (made.exit_code, made.stdout) == (0, "recipes/echo/one_thing.py\n")
    assert made.stderr == (
        "Note  The key (the header X-Key) is not in the recipe: put it into ECHO_API_KEY.\n"
        "Next  recipes record echo/one-thing --sandbox\n"
    )
    assert files(trusted.root) - before == {"recipes/echo/one_thing.py"}
    source = (trusted.root / "recipes/echo/one_thing.py").read_text(encoding="utf-8")
    assert ("thing_id: int = 7" in source, "test-key" in source) == (True, False)


@pytest.mark.parametrize("name, api", [("things", "other"), ("my-api/things", "my_api")])
def test_an_api_that_is_new_is_proposed(trusted: Any, invoke: Invoke, name: str, api: str) -> None:
    made = invoke("new", name, "--curl", OTHER)
    assert made.stdout.splitlines() == [f"recipes/{api}/things.py", f"recipes/{api}/api.toml"]
    described = tomllib.loads((trusted.root / "recipes" / api / "api.toml").read_text(encoding="utf-8"))
    assert (described["base-url"], described["key"]) == (
        "https://api.other.example/v2",
        {"in": "bearer", "env": f"{api.upper()}_TOKEN"},
    )


def test_its_key_may_go_to_its_host_where_the_repository_may_run(trusted: Any, invoke: Invoke, home: Path) -> None:
    before = granted(home, trusted.root)
    made = invoke("new", "things", "--curl", OTHER)
    assert "Its recipes may send the key in OTHER_TOKEN to api.other.example.\n" in made.stderr
    assert (before, granted(home, trusted.root)) == (
        ["ECHO_API_KEY echo.example"],
        ["ECHO_API_KEY echo.example", "OTHER_TOKEN api.other.example"],
    )


def test_nothing_is_allowed_where_the_repository_may_not_run(repo: Any, invoke: Invoke, home: Path) -> None:
    made = invoke("new", "things", "--curl", OTHER)
    assert (made.exit_code, "may send" in made.stderr, granted(home, repo.root)) == (0, False, None)
    recorded = invoke("new", "more", "--curl", OTHER, "--record", "--yes")
    assert (recorded.exit_code, (repo.root / "recipes/other/more.py").exists()) == (7, False)


def test_a_call_is_recorded_with_the_key_it_came_with(trusted: Any, invoke: Invoke, wire: Any, home: Path) -> None:
    command = f"curl '{wire.url}/region/World/All/24?size=3&key={wire.key}'"
    unsent = invoke("new", "wire/first", "--curl", command, "--record")
    assert f"Not recorded: --yes sends the call to {wire.url} without a question.\n" in unsent.stderr
    assert wire.seen == []
    made = invoke("new", "wire/second", "--curl", command, "--record", "--yes")
    assert made.stdout.splitlines()[1:] == ["wire/second  default  live  1 answer, 3 rows  new"]
    assert made.stderr.splitlines()[-1] == "Next  recipes test wire/second"
    assert wire.seen == [("GET", "/v1/region/World/All/24", f"size=3&key={wire.key}")]
    everything = [path.read_bytes() for root in (trusted.root, home) for path in root.rglob("*") if path.is_file()]
    assert (wire.key in made.output, [text for text in everything if wire.key.encode() in text]) == (False, [])
    assert invoke("test", "wire/second").exit_code == 0


def test_the_end_of_input_at_the_question_leaves_nothing(
    trusted: Any, in_terminal: Callable[..., Any], wire: Any, folder: Path
) -> None:
    before = files(trusted.root)
    words = ["new", "wire/first", "--curl", f"curl '{wire.url}/articles?key={wire.key}' -d '{{}}'", "--record"]
    screen = in_terminal(*words, cwd=folder, when={"[y/N]": "\x04"})
    assert "now, where it may change something, with the key it came with? [y/N]: " in screen.text
    assert (screen.exit_code, files(trusted.root), wire.seen) == (130, before, [])


@pytest.mark.parametrize("given", ["-", "@call.sh"])
def test_a_command_that_is_no_utf_8_is_refused(
    repo: Any, invoke: Invoke, given: str, folder: Path, tmp_path: Path
) -> None:
    text = THINGS.encode() + b" -d 'q=caf\xe9'"
    (folder / "call.sh").write_bytes(text)
    made = invoke("new", "things", "--curl", given, stdin=text)
    place = "stdin" if given == "-" else folder / "call.sh"
    assert made.stderr == f"Error  The command in {place} is no UTF-8 text.\nFix    --curl @FILE\n"
    assert made.exit_code == 2


def test_ctrl_c_while_the_call_is_sent_says_what_was_written(
    trusted: Any, in_terminal: Callable[..., Any], folder: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        command = f"curl http://127.0.0.1:{silent.getsockname()[1]}/v1/x"
        words = ["new", "slow/first", "--curl", command, "--record", "--yes"]
        screen = in_terminal(*words, cwd=folder, env={"TERM": "xterm"}, when={"GET /v1/x": "\x03"})
    assert "The recipe is written but not recorded. Later:  recipes record slow/first" in screen.text
    assert (screen.exit_code, (trusted.root / "recipes/slow/first.py").is_file()) == (130, True)


def test_the_title_is_the_question_that_was_given(trusted: Any, invoke: Invoke) -> None:
    assert invoke("new", "things", "--curl", THINGS, "-P", 'question=What is the \\ """ thing?').exit_code == 0
    source = (trusted.root / "recipes/echo/things.py").read_text(encoding="utf-8")
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    assert namespace["__doc__"].splitlines()[0] == 'What is the \\ """ thing?'


@pytest.mark.parametrize("word, writes", [("yes", False), ("TRUE", False), ("no", True), ("off", True)])
def test_a_post_that_only_reads_has_to_be_said(trusted: Any, invoke: Invoke, word: str, writes: bool) -> None:
    assert invoke("new", "find", "--curl", SEARCH, "-P", f"reads={word}").exit_code == 0
    source = (trusted.root / "recipes/other/find.py").read_text(encoding="utf-8")
    described = tomllib.loads((trusted.root / "recipes/other/api.toml").read_text(encoding="utf-8"))
    assert ("# writes = true\n" in source, described.get("read-posts")) == (writes, None if writes else ["/search"])


def test_one_of_several_commands_is_picked_by_its_number(trusted: Any, invoke: Invoke) -> None:
    two = f"{THINGS}\n{SEARCH}"
    refused = invoke("new", "things", "--curl", two)
    assert (refused.exit_code, "       2  line 2: " in refused.stderr) == (2, True)
    assert invoke("new", "find", "--curl", two, "-P", "command=2").exit_code == 0
    assert (trusted.root / "recipes/other/find.py").is_file()


def test_answers_come_from_a_file_too(trusted: Any, invoke: Invoke, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('question = "Which ferries?"\nreads = true\n', encoding="utf-8")
    assert invoke("new", "find", "--curl", SEARCH, "--params", str(answers)).exit_code == 0
    source = (trusted.root / "recipes/other/find.py").read_text(encoding="utf-8")
    assert ('"""Which ferries?\n' in source, "writes" in source) == (True, False)


def test_a_name_that_is_not_asked_for_is_an_error_with_the_nearest(repo: Any, invoke: Invoke) -> None:
    made = invoke("new", "things", "--curl", THINGS, "-P", "questoin=Why?")
    assert made.stderr == (
        "Error  Nothing is asked by the name 'questoin'.\n"
        "       -P question=...  The customer's question; it becomes the title.\n"
        "       -P reads=...  yes where a POST changes nothing.\n"
        "       -P command=...  Which one is meant, where the text holds several: 1 is the first.\n"
        "Fix    -P question=...\n"
    )
    assert made.exit_code == 2


@pytest.mark.parametrize(
    "words, message",
    [
        (["things", "-P", "question=Things"], "The title of a recipe is a question."),
        (["things", "-P", "reads=maybe"], "-P reads is yes or no, not 'maybe'."),
        (["things", "-P", "command=last"], "-P command is the number of a command, not 'last'."),
        (["things", "-P", "command=2"], "There is no command 2: the text has 1 curl command."),
        (["things", "--template", "blank"], "A recipe has one origin, so --template and --curl do not go together."),
        (["things", "--from", "first-call"], "A recipe has one origin, so --from and --curl do not go together."),
        (["things", "--template", ""], "A recipe has one origin, so --template and --curl do not go together."),
        (["things", "--customer", "Acme"], "--customer is for an example that is made from a recipe."),
        (["things", "--yes"], "--yes is for recording."),
        (["slack/things"], "The call goes to https://echo.example, but Slack is at https://hooks.slack.com."),
        (["echo/b/c"], "'echo/b/c' cannot name a recipe: it has more than one `/`."),
        (["echo/My Things"], "'echo/My Things' cannot name a recipe: it holds 'M'"),
        (["import/things"], "'import' names no API: the code of a recipe uses this word itself."),
        ([""], "the name of the recipe is empty"),
    ],
)
def test_what_does_not_fit_is_an_error_and_writes_nothing(
    repo: Any, invoke: Invoke, words: list[str], message: str
) -> None:
    before = files(repo.root)
    made = invoke("new", *words, "--curl", THINGS)
    assert (message in made.stderr, "\nFix    " in made.stderr) == (True, True), made.stderr
    assert (made.stdout, made.exit_code, files(repo.root)) == ("", 2, before)


@pytest.mark.parametrize("option", ["--curl", "--from", "--template"])
def test_an_empty_origin_is_no_template(repo: Any, invoke: Invoke, option: str) -> None:
    before = files(repo.root)
    made = invoke("new", "things", option, "", "-P", "path=/things", "-P", "columns=path")
    assert (made.exit_code, files(repo.root)) == (2, before)


def test_yes_is_for_curl(repo: Any, invoke: Invoke, home: Path) -> None:
    made = invoke("new", "things", "--record", "--yes")
    assert (made.exit_code, made.stderr.splitlines()[0]) == (2, "Error  --yes is for --curl.")


def test_a_repository_is_needed(invoke: Invoke) -> None:
    made = invoke("new", "things", "--curl", THINGS)
    assert made.stderr.endswith("Fix    recipes init FOLDER, or recipes --repository FOLDER new NAME\n")
    assert made.exit_code == 2


def test_a_key_that_stands_elsewhere_too_is_not_written(repo: Any, invoke: Invoke) -> None:
    before = files(repo.root)
    made = invoke("new", "things", "--curl", THINGS, "-P", "question=Is it test-key-8f3a9c5e7b1d2046?")
    assert (made.exit_code, "R106 ECHO_API_KEY stands here" in made.stderr, files(repo.root)) == (3, True, before)
    assert "test-key" not in made.output


def test_dry_run_prints_all_that_would_be_written(repo: Any, invoke: Invoke) -> None:
    before = files(repo.root)
    made = invoke("new", "things", "--curl", OTHER, "--dry-run")
    assert [line for line in made.stderr.splitlines() if line.startswith("File")] == [
        "File  recipes/other/things.py",
        "File  recipes/other/api.toml",
    ]
    assert ('base-url = "https://api.other.example/v2"' in made.stdout, files(repo.root)) == (True, before)


def test_what_exists_is_compared_and_replaced_only_with_force(repo: Any, invoke: Invoke) -> None:
    assert invoke("new", "things", "--curl", THINGS).exit_code == 0
    path = repo.root / "recipes/echo/things.py"
    before = path.read_text(encoding="utf-8")
    eight = THINGS.replace("/7", "/8")
    assert invoke("new", "things", "--curl", eight).stderr.startswith(f"Error  echo/things exists: {path}.\n")
    compared = invoke("new", "things", "--curl", eight, "--diff")
    changed = [line for line in compared.stdout.splitlines() if line[:1] in "+-"]
    assert changed == [
        "--- recipes/echo/things.py",
        "+++ recipes/echo/things.py",
        "-def main(echo: httpx.Client, thing_id: int = 7) -> Iterator[dict[str, Any]]:",
        "+def main(echo: httpx.Client, thing_id: int = 8) -> Iterator[dict[str, Any]]:",
    ]
    assert path.read_text(encoding="utf-8") == before
    assert invoke("new", "things", "--curl", eight, "--force").exit_code == 0
    assert "thing_id: int = 8" in path.read_text(encoding="utf-8")


def test_an_api_of_the_catalog_comes_along(repo: Any, invoke: Invoke) -> None:
    command = "curl 'https://api.newswhip.com/v1/region/World/All/24?key=test-key-8f3a9c5e7b1d2046'"
    made = invoke("new", "loud", "--curl", command)
    assert made.stdout.splitlines() == ["recipes/newswhip/loud.py", "recipes/newswhip/api.toml"]
    assert "newswhip/api.toml comes along from the catalog, whose sandbox answers for it.\n" in made.stderr


def test_what_a_file_holds_is_said_to_be_written(repo: Any, invoke: Invoke, folder: Path) -> None:
    (folder / "body.txt").write_text("a=1", encoding="utf-8")
    made = invoke("new", "things", "--curl", f"{THINGS} -d @body.txt --data-urlencode b@body.txt -d c=a@b")
    assert made.stderr.splitlines()[0] == "Note  What body.txt holds is written into the recipe."
    assert (made.exit_code, made.stderr.count("is written into")) == (0, 1)


@pytest.mark.parametrize("options", ["-F 'a=<body.txt'", "-H @body.txt"])
def test_what_the_file_of_a_field_or_of_headers_holds_is_said_too(
    options: str, repo: Any, invoke: Invoke, folder: Path
) -> None:
    (folder / "body.txt").write_text("X-Part: one\n", encoding="utf-8")
    made = invoke("new", "things", "--curl", f"{THINGS} {options}")
    assert "Note  What body.txt holds is written into the recipe.\n" in made.stderr
    assert "one" in (repo.root / "recipes" / "echo" / "things.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options, message, fix",
    [
        ("-d @/dev/zero", "The file '/dev/zero' cannot be read: it is no plain file.", "go to the folder"),
        ("-d @-", "What the command reads from its input cannot be read: No such file", "write into the command"),
    ],
)
def test_what_cannot_be_read_for_a_command_is_said(
    repo: Any, invoke: Invoke, options: str, message: str, fix: str
) -> None:
    made = invoke("new", "things", "--curl", f"{THINGS} {options}")
    assert made.stderr.startswith(f"Error  {message}")
    assert (f"\nFix    {fix}" in made.stderr, made.exit_code) == (True, 2)
