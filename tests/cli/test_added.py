"""What of an added repository may run, and what is said before."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runner.cli.group import RunnerGroup
from runner.sharing.grants import Origin

from . import adding
from .adding import AddedSession
from .conftest import MAIN, Repo

IDENTITY = "https://git.example/acme/recipes"
TOUCHES = 'Path("MARKER").touch()\n\n\n' + MAIN
OPENING = """\
acme/echo/things   https://git.example/acme/recipes @ b82f1ca
  Not trusted: you have approved no version of it.
  Sends your key       ECHO_API_KEY to echo.example
  It runs as you: it can read your files and any key this machine can read.
"""
QUESTION = "  [d]iff  [v]iew  [o]nce  [y] this version  [a]ll versions of it  [r]epository  [N]o "
SANDBOX = "Sandbox: invented Echo data as of 2026-11-20 09:00 UTC. No key used, nothing sent.\n"
RAN = "NUMBER  PATH                  NOW\n     0  /v1/things  1,795,165,200\n"


class Added:
    """A repository that was added as `acme`, with one recipe.

    Attributes:
        repo: On disk.
        origin: Where it came from.
    """

    def __init__(self, root: Path, home: Path) -> None:
        self.repo = Repo(root)
        self.repo.write_recipe()
        self.origin = Origin(IDENTITY, "acme", "b82f1ca")
        self.home = home

    def __call__(self, *words: str, env: dict[str, str] | None = None) -> Result:
        """Run `recipes` where nobody can be asked."""
        environ = {"RECIPES_HOME": str(self.home), "PATH": os.environ["PATH"], **(env or {})}
        session = AddedSession(environ, Path.cwd(), self.repo.root, self.origin)
        return CliRunner().invoke(RunnerGroup("recipes"), words, obj=session, prog_name="recipes")

    @property
    def program(self) -> list[str]:
        """What runs in a terminal."""
        return [sys.executable, adding.__file__, str(self.repo.root), self.origin.identity, self.origin.alias]

    @property
    def grants(self) -> Any:
        """What is stored."""
        path = self.home / "trust.json"
        return json.loads(path.read_text(encoding="utf-8"))["grants"] if path.exists() else []

    def runs(self, *, env: dict[str, str] | None = None) -> bool:
        """Tell whether the recipe runs."""
        result = self("run", "acme/echo/things", "--try", env=env)
        assert result.exit_code in (0, 7), result.output
        return result.exit_code == 0


@pytest.fixture
def acme(tmp_path: Path, home: Path, folder: Path) -> Added:
    return Added(tmp_path / "trees" / "acme", home)


Terminal = Callable[..., Any]


@pytest.fixture
def terminal(acme: Added, in_terminal: Terminal, folder: Path) -> Terminal:
    """Run `recipes` in a terminal."""
    return lambda *words, **extra: in_terminal(*words, cwd=folder, program=acme.program, **extra)


TRY = ("run", "acme/echo/things", "--try", "--count", "1", "-q")


def test_looking_at_it_runs_nothing_of_it(acme: Added, tmp_path: Path, folder: Path) -> None:
    """T1: everything that needs no trust, on a recipe, a sandbox and an `__init__` that would leave a mark."""
    marker = tmp_path / "ran"
    touch = f"from pathlib import Path\nPath({str(marker)!r}).touch()\n"
    acme.repo.write_recipe(code=TOUCHES.replace("MARKER", str(marker)))
    sandbox = acme.repo.root / "recipes" / "echo" / "sandbox" / "__init__.py"
    sandbox.write_text(touch + sandbox.read_text(encoding="utf-8"), encoding="utf-8")
    write_case(acme.repo, "default", remove=marker)
    for name in ("conftest.py", "sitecustomize.py", "json.py", "httpx.py"):
        (acme.repo.root / name).write_text(touch, encoding="utf-8")
        if name != "conftest.py":
            (acme.repo.root / "recipes" / "echo" / f"_{name}").write_text(touch, encoding="utf-8")
    looks = [
        ("list",), ("list", "--json"), ("search", "things"), ("show", "acme/echo/things"), ("trust", "--list"),
        ("show", "acme/echo/things", "--source"), ("show", "acme/echo/things", "--json"),
        ("run", "acme/echo/things", "--help"), ("check", "acme/echo/things"), ("doctor", "--offline"),
        ("export", "acme/echo/things", "--to", "script"), ("templates",), ("trust", "acme/echo/things"),
    ]  # fmt: skip
    for words in looks:
        assert acme(*words).exit_code in (0, 3), words
    assert not marker.exists()
    assert acme("untrust", "acme").exit_code == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that a sandbox that is loaded does not serve for ever
        port = str(taken.getsockname()[1])
        commands = ("run", "acme/echo/things", "--try"), ("run", "acme/echo/things"), ("test", "acme/echo/things")
        for words in (*commands, ("sandbox", "acme/echo", "--port", port)):
            assert acme(*words).exit_code == 7, words
    assert not marker.exists()
    assert acme("trust", "acme/echo/things").exit_code == 0
    assert (acme.runs(), marker.exists()) == (True, True)


def test_where_nobody_can_be_asked_it_ends_with_7_and_says_what_it_would_do(acme: Added) -> None:
    acme.repo.write_recipe(code="import os\nimport subprocess\n\n\n" + MAIN, table="writes = true")
    result = acme("run", "acme/echo/things", "--try")
    *lines, ci, fix = result.stderr.splitlines()
    assert lines == [
        "Error  acme/echo/things is not trusted, so it does not run.",
        "       Not trusted: you have approved no version of it.",
        "       Sends your key       ECHO_API_KEY to echo.example",
        "       Writes               changes something at the API (writes = true)",
        "       Uses                 subprocess   (seen in the text; a hint, not a verdict)",
        "       A recipe runs as you: it can read your files and any key this machine can read.",
    ]
    assert fix == "Fix    recipes trust acme/echo/things"
    assert (result.stdout, result.exit_code) == ("", 7)
    word = ci.partition("RECIPES_TRUST=")[2]
    assert acme.runs(env={"RECIPES_TRUST": f"other/echo/things@rb1:{'A' * 43}=, {word}"})
    assert acme.grants == []


def test_the_command_is_the_word_where_nobody_can_be_asked(acme: Added) -> None:
    result = acme("trust", "acme/echo/things")
    assert (result.stderr, result.stdout) == (OPENING + "Trusted: acme/echo/things, this version.\n", "")
    assert acme.runs()


@pytest.mark.parametrize("name", ["api.toml", "things.py", "things.lock", "sandbox/__init__.py", "sandbox/json.py"])
def test_after_any_change_it_asks_again(acme: Added, name: str) -> None:
    """T2 and 4.4: the recipe, its lock, `api.toml`, a helper, a new file in the sandbox."""
    acme("trust", "acme/echo/things")
    assert acme.runs()
    path = acme.repo.root / "recipes" / "echo" / name
    before = path.read_bytes() if path.exists() else None
    path.write_bytes((before or b"") + b"# changed\n")
    assert not acme.runs()
    refused = acme("run", "acme/echo/things", "--try").stderr
    assert "Not trusted: you approved another version on 20" in refused
    assert f"Changed since        echo/{name}\n" in refused
    path.unlink() if before is None else path.write_bytes(before)
    assert acme.runs()


def test_the_same_recipe_of_another_repository_or_of_another_name_asks(acme: Added) -> None:
    acme("trust", "acme/echo/things")
    path = acme.repo.root / "recipes" / "echo" / "things.py"
    path.with_name("other.py").write_bytes(path.read_bytes())
    assert acme("run", "acme/echo/other", "--try").exit_code == 7
    acme.origin = Origin("https://git.example/evil/recipes", "acme")  # the alias leads elsewhere now
    assert not acme.runs()
    acme.origin = Origin(IDENTITY, "renamed")
    assert acme("run", "renamed/echo/things", "--try").exit_code == 0


def test_all_versions_are_trusted_only_with_that_word(acme: Added) -> None:
    assert acme("trust", "acme/echo/things", "--all-versions").exit_code == 0
    acme.repo.write_recipe(title="What is new?")
    assert acme.runs()
    acme.repo.write_recipe("other")
    assert acme("run", "acme/echo/other", "--try").exit_code == 7
    acme.repo.write_api("https://elsewhere.example/v1")
    refused = acme("run", "acme/echo/things", "--try")
    assert refused.exit_code == 7
    assert "Sends your key       ECHO_API_KEY to elsewhere.example (new)\n" in refused.stderr


def test_a_repository_is_trusted_only_with_that_word(acme: Added) -> None:
    assert acme("trust", "acme").stderr == (
        "Error  acme is a whole repository: a recipe of it can be trusted alone.\n"
        "Fix    recipes trust acme/api/name, or recipes trust acme --all-recipes\n"
    )
    assert acme("trust", "acme", "--all-recipes").exit_code == 0
    acme.repo.write_recipe("other")
    assert acme("run", "acme/echo/other", "--try").exit_code == 0
    assert acme("untrust", "acme/echo/other").stderr == (
        "Error  acme/echo/other still runs, as all of acme is trusted.\nFix    recipes untrust acme\n"
    )
    acme.repo.write_api("https://elsewhere.example/v1")
    assert acme("run", "acme/echo/other", "--try").exit_code == 7


def test_the_sandbox_of_an_api_is_trusted_by_itself(acme: Added) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = acme("sandbox", "acme/echo", "--port", str(taken.getsockname()[1]))
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (7, "Fix    recipes trust acme/echo")
    assert acme("trust", "acme/echo").exit_code == 0
    assert [each["item"] for each in acme.grants] == ["echo"]
    assert not acme.runs()


@pytest.mark.parametrize("where", ["acme", "own"])
def test_a_key_that_belongs_to_another_api_is_named(acme: Added, repo: Any, invoke: Any, where: str) -> None:
    """An `api.toml` that names another API's variable with a host of its own."""
    target = acme.repo if where == "acme" else repo
    target.write_recipe()
    api = target.root / "recipes" / "echo" / "api.toml"
    api.write_text(api.read_text(encoding="utf-8").replace("ECHO_API_KEY", "NEWSWHIP_API_KEY"), encoding="utf-8")
    warning = "NEWSWHIP_API_KEY is the key of NewsWhip (api.newswhip.com) in the catalog, and would go to echo.example"
    name = "acme/echo/things" if where == "acme" else "echo/things"
    refused = acme("run", name, env={"NEWSWHIP_API_KEY": "test-key-1"})
    assert (refused.exit_code, f"       ANOTHER API'S KEY    {warning}\n" in refused.stderr) == (7, True)
    assert warning in acme("trust", "acme/echo/things" if where == "acme" else ".").stderr


def test_what_is_trusted_is_listed_and_taken_back(acme: Added, repo: Any) -> None:
    acme("trust", "acme/echo/things")
    acme("trust", ".")
    acme.repo.write_recipe("other")
    acme("trust", "acme/echo/other", "--all-versions")
    assert acme("trust", "acme/echo").exit_code == 0
    acme.repo.write_recipe(title="What is new?")
    facts = json.loads(acme("trust", "--list", "--json").stdout)
    assert [(each["name"], each["level"], each["current"], each["keys"]) for each in facts] == [
        (str(repo.root), "folder", True, ["ECHO_API_KEY echo.example"]),
        ("acme/echo/things", "version", False, ["ECHO_API_KEY echo.example"]),
        ("acme/echo/other", "recipe", True, ["ECHO_API_KEY echo.example"]),
        ("acme/echo", "version", True, ["ECHO_API_KEY echo.example"]),
    ]
    assert {*facts[1]} == {"name", "level", "repository", "recipe", "digest", "keys", "since", "current"}
    shown = acme("trust", "--list").stdout
    assert "this version, not that of now" in shown
    assert acme("untrust", "acme/echo/other").stderr == "No longer trusted: acme/echo/other\n"
    assert acme("untrust", "acme").stderr == "No longer trusted: acme (2 grants)\n"
    assert acme("untrust", "acme").exit_code == 2
    assert acme("untrust", ".").exit_code == 0
    assert acme("trust", "--list").stderr == "Nothing but the catalog is trusted.\n"
    assert json.loads(acme("trust", "--list", "--json").stdout) == []


def test_a_repository_that_is_gone_is_listed_and_taken_back_by_its_address(acme: Added, invoke: Any) -> None:
    acme("trust", "acme/echo/things")
    [fact] = json.loads(invoke("trust", "--list", "--json").stdout)
    assert (fact["name"], fact["current"]) == (f"{IDENTITY}/echo/things", None)
    assert invoke("untrust", IDENTITY).exit_code == 0
    assert acme.grants == []


@pytest.mark.parametrize(
    "words, error",
    [
        (("trust", "acme/echo/thing"),
         "Error  No recipe named 'acme/echo/thing'.\nFix    recipes trust acme/echo/things\n"),
        (("trust", "acme/ecoh"), "Error  No API named 'acme/ecoh'.\nFix    recipes list\n"),
        (("trust", "acme/echo/things", "--all-recipes"),
         "Error  --all-recipes goes with an alias alone.\nFix    recipes trust acme --all-recipes\n"),
        (("trust", "newswhip/first-call"),
         "Error  newswhip/first-call is of the catalog, which is always trusted.\n"
         "Fix    recipes run newswhip/first-call\n"),
        (("trust", "nothing"),
         "Error  There is no folder 'nothing', and nothing of that name was added.\nFix    recipes list\n"),
        (("trust", "--json"), "Error  --json is for --list.\nFix    recipes trust --list --json\n"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_error_with_a_fix(acme: Added, words: tuple[str, ...], error: str) -> None:
    result = acme(*words)
    assert (result.stderr, result.exit_code) == (error, 2)


def test_a_recipe_of_the_folder_is_trusted_with_it_alone(acme: Added, repo: Any) -> None:
    repo.write_recipe("mine")
    result = acme("trust", "echo/mine")
    assert result.stderr == (
        f"Error  echo/mine is trusted with its folder, or not at all.\nFix    recipes trust {repo.root}\n"
    )
    assert acme("trust", ".", "--all-versions").exit_code == 2
    assert acme("trust", "--list").stderr == "Nothing but the catalog is trusted.\n"


def test_an_alias_comes_before_a_folder_of_that_name(acme: Added, repo: Any, folder: Path) -> None:
    Repo(folder / "acme")
    result = acme("trust", "acme", "--all-recipes")
    assert result.stderr.startswith("acme is taken for what was added under this name; ./acme would be the folder.\n")
    assert acme("trust", "./acme").stderr.startswith(f"Trusted: {folder}/acme.")


@pytest.mark.parametrize("word", ["acme/echo/things", "*", "acme/echo/things@rb1:x", "acme@rb1:" + "A" * 43 + "="])
def test_an_environment_allows_nothing_by_a_name_alone(acme: Added, word: str) -> None:
    result = acme("run", "acme/echo/things", "--try", env={"RECIPES_TRUST": word})
    assert result.stderr.splitlines()[0] == f"Error  RECIPES_TRUST allows exact versions only, and {word!r} is none."
    assert result.exit_code == 2


def test_a_terminal_asks_once_and_an_answer_without_a_word_is_no(acme: Added, terminal: Terminal) -> None:
    screen = terminal(*TRY, typed="\n")
    assert screen.text == (
        f"{OPENING}{QUESTION}Error  acme/echo/things is not trusted, so it does not run.\n"
        "Fix    recipes trust acme/echo/things\n"
    )
    assert (screen.exit_code, acme.grants) == (7, [])


# The Enter is for a Ctrl-C that comes just before readline listens, which Python then hears of at the next key.
@pytest.mark.parametrize("key", ["\x03\n", "\x04"])
def test_ctrl_c_and_the_end_of_input_are_no(acme: Added, terminal: Terminal, key: str) -> None:
    screen = terminal(*TRY, when={"[N]o ": key})
    assert (screen.exit_code, acme.grants) == (7, [])
    assert screen.text.endswith("Fix    recipes trust acme/echo/things\n")


def test_once_is_once(acme: Added, terminal: Terminal) -> None:
    screen = terminal(*TRY, typed="o\n")
    assert screen.text == f"{OPENING}{QUESTION}{SANDBOX}{RAN}"
    assert (screen.exit_code, acme.grants, acme.runs()) == (0, [], False)


@pytest.mark.parametrize(
    "answer, said, level",
    [
        ("y", "Trusted: acme/echo/things, this version.\n", "version"),
        ("a", "Trusted: acme/echo/things, this recipe in all versions.\n", "recipe"),
    ],
)
def test_a_word_is_remembered(acme: Added, terminal: Terminal, answer: str, said: str, level: str) -> None:
    assert terminal(*TRY, typed=f"{answer}\n").text == f"{OPENING}{QUESTION}{said}{SANDBOX}{RAN}"
    assert [each["level"] for each in acme.grants] == [level]
    assert terminal(*TRY).text == SANDBOX + RAN


def test_a_repository_is_trusted_when_its_alias_is_typed(acme: Added, terminal: Terminal) -> None:
    whole = "  All recipes of acme, now and after every update, would run as you. Type acme to allow it: "
    screen = terminal(*TRY, typed="r\nyes\nr\nacme\n")
    assert screen.text == (
        f"{OPENING}{QUESTION}{whole}That is not its name, so nothing was allowed.\n"
        f"{QUESTION}{whole}Trusted: acme, all recipes in all versions.\n{SANDBOX}{RAN}"
    )
    assert [each["level"] for each in acme.grants] == ["repository"]
    screen = terminal("untrust", "acme")
    screen = terminal("trust", "acme", "--all-recipes", typed="no\n")
    assert (screen.exit_code, acme.grants) == (7, [])


def test_the_text_and_what_changed_are_shown_before_the_answer(acme: Added, terminal: Terminal) -> None:
    first = terminal(*TRY, typed="d\nv\ny\n").text
    assert "No version of it was approved, so all of it is new.\n--- recipes/echo/things.py\n# /// script\n" in first
    assert first.count("--- recipes/echo/sandbox/__init__.py\n") == 2
    hidden = "\x1b[2K\r\u202e# looks fine"
    path = acme.repo.root / "recipes" / "echo" / "sandbox" / "__init__.py"
    path.write_text(path.read_text(encoding="utf-8") + f"import os  {hidden}\n", encoding="utf-8")
    screen = terminal(*TRY, typed="d\nn\n")
    assert "  Changed since        echo/sandbox/__init__.py\n" in screen.text
    shown = "\N{REPLACEMENT CHARACTER}[2K\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}# looks fine"
    assert "--- approved/recipes/echo/sandbox/__init__.py\n+++ now/recipes/echo/sandbox/__init__.py\n" in screen.text
    assert f"\n+import os  {shown}\n" in screen.text
    assert not set(screen.text) & {"\x1b", "\r", "\u202e"}  # T26: what hides text in a diff defeats the look at it
    assert screen.exit_code == 7


def test_a_version_that_only_wants_another_package_says_so(acme: Added, terminal: Terminal) -> None:
    acme("trust", "acme/echo/things")
    path = acme.repo.root / "recipes" / "echo" / "things.py"
    text = path.read_text(encoding="utf-8").replace('["httpx>=0.28"]', '["httpx>=0.28", "solar-utils"]')
    path.write_text(text, encoding="utf-8")
    assert "  New dependency       solar-utils\n" in terminal(*TRY, typed="n\n").text


def test_a_test_of_several_cases_asks_once(acme: Added, terminal: Terminal) -> None:
    for case in ("default", "two"):
        write_case(acme.repo, case)
    screen = terminal("test", "acme/echo/things", typed="o\nn\n")
    assert (screen.text.count("[N]o"), screen.text.splitlines()[-1]) == (1, "2 cases, all as recorded.")
    refused = terminal("drift", "acme/echo/things", "--sandbox", typed="n\no\n")
    assert refused.text.count("[N]o") == 1


def write_case(repo: Repo, name: str, *, remove: Path | None = None) -> None:
    """Record a case in a trusted copy's place, as its author did; remove the mark that this leaves."""
    session = {"RECIPES_HOME": str(repo.root / "author"), "PATH": os.environ["PATH"]}
    for words in (("trust", "."), ("record", "things", "--sandbox", "--case", name)):
        command = [sys.executable, "-m", "runner", *words]
        subprocess.run(command, cwd=repo.root, env=session, check=True, capture_output=True)
    if remove is not None:
        remove.unlink()


def test_a_folder_one_merely_stands_in_is_asked_about(
    repo: Any, in_terminal: Terminal, folder: Path, home: Path
) -> None:
    repo.write_recipe()
    words = ("run", "things", "--try", "--count", "1", "-q")
    opening = (
        f"echo/things   {folder}\n"
        "  Not trusted: you have not allowed this folder.\n"
        "  Sends your key       ECHO_API_KEY to echo.example\n"
        "  It runs as you: it can read your files and any key this machine can read.\n"
        "  [v]iew  [o]nce  [y] trust this folder  [N]o "
    )
    refused = in_terminal(*words, cwd=folder, typed="\n")
    assert refused.text == (
        f"{opening}Error  {folder} is not trusted, so nothing of it runs.\nFix    recipes trust {folder}\n"
    )
    assert (refused.exit_code, (home / "trust.json").exists()) == (7, False)
    assert in_terminal(*words, cwd=folder, typed="o\n").text == f"{opening}{SANDBOX}{RAN}"
    allowed = in_terminal(*words, cwd=folder, typed="v\ny\n").text
    assert "--- recipes/echo/things.py\n# /// script\n" in allowed
    assert allowed.endswith(f"Trusted: {folder}. Its recipes run as you.\n{SANDBOX}{RAN}")
    assert in_terminal(*words, cwd=folder).text == SANDBOX + RAN


def test_a_new_host_of_a_trusted_folder_is_asked_about(trusted: Any, in_terminal: Terminal, folder: Path) -> None:
    trusted.write_recipe()
    trusted.write_api("https://elsewhere.example/v1")
    words = ("run", "things", "--try", "--count", "1", "-q")
    screen = in_terminal(*words, cwd=folder, typed="y\n")
    assert "  Not trusted: you have allowed it, but not to send this key there.\n" in screen.text
    assert "  Sends your key       ECHO_API_KEY to elsewhere.example (new)\n" in screen.text
    assert in_terminal(*words, cwd=folder).text == SANDBOX + RAN


def test_an_api_that_comes_along_from_elsewhere_sends_no_key_before_that_is_allowed(
    acme: Added, terminal: Terminal, folder: Path
) -> None:
    (folder / "recipes.toml").write_text('name = "mine"\ntitle = "Mine"\n', encoding="utf-8")
    assert acme("trust", ".").exit_code == 0
    made = acme("new", "one", "--from", "acme/echo/things")
    assert (made.exit_code, "Not allowed yet: sending the key in ECHO_API_KEY to echo.example." in made.stderr) == (
        0,
        True,
    )
    assert acme("run", "echo/one", env={"ECHO_API_KEY": "test-key-1"}).exit_code == 7
    (folder / "recipes" / "echo" / "api.toml").unlink()
    asked = terminal("new", "two", "--from", "acme/echo/things", typed="y\n")
    assert "Let recipes of this folder send the key in ECHO_API_KEY to echo.example? [y/N]: " in asked.text
    assert "Its recipes may send the key in ECHO_API_KEY to echo.example.\n" in asked.text


def test_what_changed_since_it_was_trusted_can_be_read_alone(acme: Added, terminal: Terminal, repo: Any) -> None:
    assert acme("show", "acme/echo/things", "--diff").stderr == (
        "Error  No version of acme/echo/things was approved.\nFix    recipes show acme/echo/things --source\n"
    )
    acme("trust", "acme/echo/things")
    assert acme("show", "acme/echo/things", "--diff").stdout == ""
    acme.repo.write_recipe(title="What \x1b[2K \u202e is new?")
    changed = acme("show", "acme/echo/things", "--diff").stdout
    assert '\n-"""What things are there?"""\n+"""What  \u202e is new?"""\n' in changed
    assert not {"\x1b", "\u202e"} & set(terminal("show", "acme/echo/things", "--diff").text)
    repo.write_recipe("mine")
    assert acme("show", "echo/mine", "--diff").exit_code == 2


def test_an_export_asks_nothing_and_is_not_run(acme: Added, terminal: Terminal) -> None:
    write_case(acme.repo, "default")
    screen = terminal("export", "acme/echo/things", "--to", "script", typed="y\n")
    assert screen.text.startswith("Not run: the recipe is not trusted here\n")
    assert (screen.exit_code, acme.grants) == (0, [])


PAYLOADS = [
    "\x1b[31m", "\x1b]0;owned\x07", "\x1b]52;c;aGk=\x07", "\x9b2J", "\r", "\x08", "\x7f", "\u202e", "\u2066", "\u2028",
    "\u200b", "\ufeff",
]  # fmt: skip


def test_no_command_shows_what_steers_a_terminal(acme: Added, terminal: Terminal) -> None:
    """T26: title, help, name of the API, requirement, and the text of the recipe, with 12 payloads."""
    hostile = "".join(f"a{payload}" for payload in PAYLOADS)
    text = acme.repo.write_recipe(title="What?").read_text(encoding="utf-8")
    spelled = json.dumps(hostile)[1:-1]
    text = text.replace('"httpx>=0.28"]', f'"httpx>=0.28", "evil{spelled}"]').replace("How many.", f"Many {spelled}")
    (acme.repo.root / "recipes" / "echo" / "things.py").write_text(f"{text}\n# {hostile}\n", encoding="utf-8")
    acme.repo.write_recipe("other", title=f"What {hostile.replace(chr(13), '')}?")
    api = acme.repo.root / "recipes" / "echo" / "api.toml"
    api.write_text(api.read_text(encoding="utf-8").replace("Echo", f"Echo {spelled}"), encoding="utf-8")
    commands = [
        ("list",), ("search", "what"), ("show", "acme/echo/things"), ("show", "acme/echo/other"),
        ("show", "acme/echo/things", "--source"), ("run", "acme/echo/things", "--help"), ("check", "acme/echo/things"),
        ("run", "acme/echo/things", "--try"), ("run", "acme/echo/other", "--try"), ("sandbox", "acme/echo"),
        ("trust", "acme/echo/other"), ("trust", "acme/echo"), ("trust", "--list"), ("doctor", "--offline"),
        ("untrust", "acme"),
    ]  # fmt: skip
    for words in commands:
        for answers in ("d\nv\nn\n", "y\n"):
            if answers == "d\nv\nn\n" or words[0] == "trust":
                shown = terminal(*words, typed=answers).text
                assert not {char for char in shown if char != "\n" and not char.isprintable()}, words


def test_doctor_says_that_added_recipes_ask_one_by_one(acme: Added) -> None:
    found = acme("doctor", "--offline").stdout
    assert f"✓ OK    Team recipes: 1 recipe, each recipe asks for trust · {acme.repo.root}\n" in found
    assert "recipes trust" not in found.partition(str(acme.repo.root))[2].partition("\n✓")[0]


def test_a_template_of_an_added_repository_wants_trust_in_all_of_it(acme: Added, terminal: Terminal, repo: Any) -> None:
    catalog = Path(adding.__file__).parents[2] / "templates" / "recipe" / "blank"
    shutil.copytree(catalog, acme.repo.root / "templates" / "recipe" / "theirs")
    words = ("new", "echo/mine", "--template", "theirs", "-P", "question=What is there?")
    refused = acme(*words)
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (7, "Fix    recipes trust acme --all-recipes")
    screen = terminal(*words, typed="o\n\n/things\nid\n\n\n\n")
    assert "  [o]nce  [r]epository  [N]o " in screen.text
    assert screen.exit_code == 0, screen.text
    assert (repo.root / "recipes" / "echo" / "mine.py").exists()
    assert acme.grants == []
