"""A new repository: what is in it, that all passes in it at once, and what is refused."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
ROOT = Path(__file__).parents[2]
ACME = ("--api", "acme", "--base-url", "https://api.acme.example/v1")
HEADER = ("--key-name", "X-Key", "--key-env", "ACME_SECRET")
PLACES = [("none", ()), ("query", ("--key-name", "key")), ("header", HEADER), ("bearer", ()), ("basic", ())]
MADE = [
    ".env.example",
    ".gitattributes",
    ".github/workflows/recipes.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "README.md",
    "cassettes/acme/first-call/default.jsonl",
    "cassettes/acme/first-call/default.toml",
    "cassettes/acme/first-call/default.yaml",
    "pytest.ini",
    "recipes.toml",
    "recipes/acme/api.toml",
    "recipes/acme/first_call.py",
    "recipes/acme/sandbox/__init__.py",
    "tests/README.md",
]


@pytest.fixture
def init(invoke: Invoke) -> Callable[..., Result]:
    """Make a repository for an API without key, and what else is said."""
    return lambda *words: invoke("init", *words, *ACME, "--key-in", "none")


@pytest.fixture
def program(home: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a module as another process does: `recipes` or `pytest`, in a folder."""

    def run(module: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "RECIPES_HOME": str(home)}
        command = [sys.executable, "-m", module, *words]
        return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    return run


def files(root: Path) -> list[str]:
    """Name the files, but those that Python makes beside a sandbox that was loaded."""
    paths = (path for path in root.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return sorted(path.relative_to(root).as_posix() for path in paths)


def api_of(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "recipes" / "acme" / "api.toml").read_text(encoding="utf-8"))


def test_a_repository_is_made_with_all_that_sharing_it_needs(init: Invoke, folder: Path) -> None:
    made = init("team-recipes")
    assert (made.exit_code, files(folder / "team-recipes")) == (0, MADE)
    assert made.stdout == (
        f"Made {folder / 'team-recipes'}\nacme/first-call  default  sandbox  1 answer, 3 rows  new\n"
    )
    assert made.stderr == (
        "Sandbox: invented Acme data as of 2026-01-05 09:00 UTC.\nNext  cd team-recipes && recipes check && pytest\n"
    )
    described = tomllib.loads((folder / "team-recipes" / "recipes.toml").read_text(encoding="utf-8"))
    assert described == {"name": "team-recipes", "title": "Team recipes"}
    assert "recipes trust ." in (folder / "team-recipes" / ".github/workflows/recipes.yml").read_text(encoding="utf-8")


def test_check_test_and_pytest_pass_in_it_at_once(init: Invoke, folder: Path, program: Callable[..., Any]) -> None:
    root = folder / "new"
    assert init("new").exit_code == 0
    checked = program("runner", "check", cwd=root)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "1 recipe checked, nothing found.\n")
    tested = program("runner", "test", cwd=root)
    assert (tested.returncode, tested.stdout) == (0, "ok        acme/first-call  default\n")
    collected = program("pytest", "-q", cwd=root)
    assert (collected.returncode, "1 passed" in collected.stdout) == (0, True)


def test_a_fresh_clone_passes_once_it_is_trusted(
    init: Invoke, folder: Path, program: Callable[..., Any], tmp_path: Path
) -> None:
    assert init("new").exit_code == 0
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    for words in (("init", "-q"), ("add", "--all"), ("commit", "-q", "-m", "Begin")):
        subprocess.run([*git, *words], cwd=folder / "new", check=True)
    subprocess.run([*git, "clone", "-q", str(folder / "new"), str(tmp_path / "clone")], check=True)
    clone = tmp_path / "clone"
    assert [name for name in files(clone) if not name.startswith(".git/")] == MADE
    assert program("pytest", "-q", cwd=clone).returncode != 0
    assert program("runner", "trust", ".", cwd=clone).returncode == 0
    assert program("runner", "check", cwd=clone).returncode == 0
    assert program("pytest", "-q", cwd=clone).returncode == 0


@pytest.mark.parametrize("place, words", PLACES)
def test_the_key_goes_where_the_api_wants_it(
    invoke: Invoke, folder: Path, place: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert invoke("init", "new", *ACME, "--key-in", place, *words).exit_code == 0
    names = {"query": {"name": "key"}, "header": {"name": "X-Key"}}.get(place, {})
    variable = "ACME_SECRET" if place == "header" else "ACME_API_KEY"
    expected = None if place == "none" else {"in": place, **names, "env": variable}
    assert api_of(folder / "new").get("key") == expected
    example = (folder / "new" / ".env.example").read_text(encoding="utf-8")
    assert example.splitlines()[1:] == ([] if place == "none" else [f"{variable}="])
    readme = (folder / "new" / "README.md").read_text(encoding="utf-8")
    assert (f"`{variable}`" in readme) == (place != "none")
    check_it(invoke, folder / "new", monkeypatch)


def check_it(invoke: Invoke, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """See that its checks pass and its sandbox answers."""
    monkeypatch.chdir(root)
    checked = invoke("check")
    assert (checked.exit_code, checked.stdout) == (0, "")
    tried = invoke("run", "acme/first-call", "--try", "--format", "json")
    assert [row["name"] for row in json.loads(tried.stdout)] == ["Harbour lamp", "Ferry whistle", "Tide table"]


def test_an_address_may_be_the_key(invoke: Invoke, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = ("--api", "acme", "--base-url", "https://hooks.acme.example", "--key-in", "path")
    assert invoke("init", "new", *hook).exit_code == 0
    assert api_of(folder / "new")["key"] == {"in": "path", "env": "ACME_API_KEY"}
    check_it(invoke, folder / "new", monkeypatch)


def test_rates_are_kept(init: Invoke, folder: Path) -> None:
    assert init("new", "--rate", "5/1s", "--rate", "100/5m").exit_code == 0
    assert api_of(folder / "new")["limits"] == {"rates": ["5/1s", "100/300s"]}


def test_it_is_trusted_and_no_other_folder_is(invoke: Invoke, folder: Path) -> None:
    assert invoke("init", "new", *ACME, "--key-in", "bearer").exit_code == 0
    stored = json.loads((folder.parent / "home" / "trust.json").read_text(encoding="utf-8"))
    [(trusted, said)] = stored["folders"].items()
    assert (trusted, said["destinations"]) == (str(folder / "new"), ["ACME_API_KEY api.acme.example"])
    shutil.copytree(folder / "new", folder / "copy")
    refused = invoke("--repository", "copy", "test")
    assert (refused.exit_code, "is not trusted" in refused.stderr) == (7, True)


def test_ruff_is_content_with_what_is_written(init: Invoke, folder: Path) -> None:
    assert init("new").exit_code == 0
    for words in (("check", "--ignore", "D417"), ("format", "--check")):  # a client is given, so Args: lacks it
        command = [sys.executable, "-m", "ruff", *words, "--no-cache", "--config", str(ROOT / "pyproject.toml"), "new"]
        checked = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    "title",
    ['x"\n[evil]\ny = "', "{{ 7 * 7 }}", "`# ///`", "# /// script", "<b>x</b>", 'a """ b', "\\", "\u202e\x1b[31m"],
)
def test_a_hostile_title_breaks_nothing(
    invoke: Invoke, init: Invoke, folder: Path, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert init("new", "--title", title).exit_code == 0
    described = tomllib.loads((folder / "new" / "recipes.toml").read_text(encoding="utf-8"))
    assert described == {"name": "new", "title": title}
    check_it(invoke, folder / "new", monkeypatch)


def test_one_error_names_all_that_is_missing(invoke: Invoke, folder: Path) -> None:
    made = invoke("init", "new")
    assert made.stderr == (
        "Error  What the API is has to be said.\n"
        "       --api  Name of the API, such as newswhip\n"
        "       --base-url  Its address up to the version, such as https://api.example.com/v1\n"
        "       --key-in  Where it wants its key: none, query, header, bearer, basic or path\n"
        "Fix    recipes init FOLDER --api ... --base-url ... --key-in ...\n"
    )
    assert (made.stdout, made.exit_code, list(folder.iterdir())) == ("", 2, [])
    named = invoke("init", "new", "--api", "acme", "--key-in", "header")
    assert named.stderr.splitlines()[-1] == "Fix    recipes init FOLDER --base-url ... --key-name ..."


def test_a_repository_is_not_made_twice(init: Invoke, folder: Path) -> None:
    assert init("my new").exit_code == 0
    before = files(folder)
    again = init("my new")
    assert again.stderr == (
        f"Error  {folder / 'my new'} is a repository already.\nFix    recipes --repository 'my new' new NAME\n"
    )
    assert (again.exit_code, files(folder)) == (2, before)


def test_a_file_in_the_way_is_left_alone(init: Invoke, folder: Path) -> None:
    (folder / "note").write_text("mine", encoding="utf-8")
    assert init("note").stderr.startswith(f"Error  {folder / 'note'} is no folder.\n")
    below = init("note/new")
    assert below.stderr.startswith(f"Error  Nothing could be written to {folder / 'note' / 'new'}: ")
    assert (below.exit_code, files(folder)) == (2, ["note"])


def test_files_of_a_folder_stay_beside_the_new_ones(init: Invoke, folder: Path) -> None:
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    made = init(".")
    assert (made.exit_code, files(folder)) == (0, sorted([*MADE, "notes.txt"]))
    assert made.stderr.splitlines()[-1] == "Next  recipes check && pytest"


def test_a_file_of_the_same_name_is_not_overwritten(init: Invoke, folder: Path) -> None:
    (folder / "README.md").write_text("mine", encoding="utf-8")
    made = init(".")
    assert made.stderr == (
        f"Error  {folder} holds README.md already, so nothing was written.\nFix    recipes init FOLDER\n"
    )
    assert (made.exit_code, files(folder), (folder / "README.md").read_text("utf-8")) == (2, ["README.md"], "mine")


def test_a_folder_that_cannot_be_made_is_an_error(init: Invoke) -> None:
    made = init("/proc/new")  # not even root may make one there
    assert (made.exit_code, made.stderr.splitlines()[0]) == (
        2,
        "Error  Nothing could be written to /proc/new: No such file or directory.",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_stays_as_it_is(init: Invoke, folder: Path) -> None:
    folder.chmod(0o555)
    made = init("new")
    folder.chmod(0o755)
    assert (made.exit_code, "Permission denied" in made.stderr, files(folder)) == (2, True, [])


def test_folders_above_it_go_too_where_it_cannot_be_made(init: Invoke, folder: Path) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "tests").write_text("a file where a folder is wanted", encoding="utf-8")
    made = init("a/b")
    assert (made.exit_code, files(folder)) == (2, ["a/b/tests"])
    assert [path.name for path in (folder / "a" / "b").iterdir()] == ["tests"]


def test_a_removed_folder_is_told(init: Invoke, folder: Path) -> None:
    folder.rmdir()
    made = init("new")
    assert made.stderr == "Error  The folder that you are in does not exist any more.\nFix    cd\n"


@pytest.mark.parametrize(
    "address, reason",
    [
        ("http://api.acme.example/v1", "must be https (http is for this machine only)"),
        ("https://user:test-key@api.acme.example", "must not hold a user name or password"),
        ("https://api.acme.example/v1?key=test-key", "must end before ? and #"),
        ("api.acme.example", "is no https address"),
        ("https://api acme", "must be plain ASCII without blanks"),
    ],
)
def test_an_address_that_is_refused_leaves_nothing(invoke: Invoke, folder: Path, address: str, reason: str) -> None:
    made = invoke("init", "new", "--api", "acme", "--base-url", address, "--key-in", "none")
    assert made.stderr == (
        f'Error  The API cannot be so: base-url {reason}.\nFix    --base-url "https://api.example.com/v1"\n'
    )
    assert (made.stdout, made.exit_code, list(folder.iterdir())) == ("", 2, [])


@pytest.mark.parametrize(
    "words, message",
    [
        (["--title", "  "], "--title says nothing."),
        (["--key-in", "none", "--key-env", "X_KEY"], "--key-env means nothing for --key-in none."),
        (["--key-in", "bearer", "--key-name", "X"], "--key-name means nothing for --key-in bearer."),
        (["--key-in", "bearer", "--key-env", "PATH"], "env cannot be PATH"),
        (["--key-in", "path"], "in cannot be path where base-url is more than a host"),
        (["--key-in", "none", "--rate", "fast"], "rates holds 'fast', which is no rate"),
        (["--key-in", "none", "--yes"], "--yes is for --curl."),
        (["--curl", "curl https://a.example/v1/x"], "The command says what --base-url would say."),
        (["--api", "httpx", "--key-in", "none"], "'httpx' names no API: the code of a recipe uses this word itself."),
        (["--api", "../up", "--key-in", "none"], "'../up' names no API: it holds '.'"),
        (["--api", "con", "--key-in", "none"], "'con' names no API: 'con' is a device on Windows."),
        (["--api", "\u0430cme", "--key-in", "none"], "it holds U+0430 (cyrillic small letter a)"),
        (["--api", "a" * 200, "--key-in", "none"], "the name of the API has 200 characters"),
    ],
)
def test_what_cannot_be_is_refused_with_a_way_out(invoke: Invoke, folder: Path, words: list[str], message: str) -> None:
    made = invoke("init", "new", *ACME, *words)
    assert (message in made.stderr, "\nFix    " in made.stderr) == (True, True), made.stderr
    assert (made.stdout, made.exit_code, list(folder.iterdir())) == ("", 2, [])


@pytest.mark.parametrize(
    "option, word, fix",
    [("--key-name", "a b", "--key-name X-Api-Key"), ("--key-env", "a b", "--key-env SOME_API_KEY")],
)
def test_what_cannot_be_said_of_a_key_is_answered_with_its_option(
    invoke: Invoke, option: str, word: str, fix: str
) -> None:
    words = ["--key-in", "header", "--key-name", "X-Key"] if option != "--key-name" else ["--key-in", "header"]
    made = invoke("init", "new", *ACME, *words, option, word)
    assert made.stderr.splitlines()[-1] == f"Fix    {fix}"


def test_a_folder_needs_a_name(init: Invoke, folder: Path) -> None:
    assert (init(" ").exit_code, list(folder.iterdir())) == (2, [])


@pytest.mark.parametrize("name, expected", [("42", "recipes-42"), ("日本", "recipes"), ("My API", "my-api")])
def test_a_repository_is_called_after_its_folder(init: Invoke, folder: Path, name: str, expected: str) -> None:
    assert init(name).exit_code == 0
    assert tomllib.loads((folder / name / "recipes.toml").read_text(encoding="utf-8"))["name"] == expected
