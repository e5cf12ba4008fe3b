import os
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from runner.catalog import Api, Recipe, read_api, read_recipe, read_repository
from runner.catalog.closure import MOST_BYTES, Closure, api_closure, apis_named, recipe_closure
from runner.errors import BrokenSource

API = 'title = "Echo"\nbase-url = "https://echo.example"\nsandbox = "box:app"\n'
RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""What is there?"""

import httpx


def main(echo: httpx.Client) -> dict[str, object]:
    """Say it."""
    return {}
'''


class Team:
    """A repository with two APIs, the first with a sandbox, and a recipe for it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "recipes.toml").write_text('name = "team"\ntitle = "Team"\n', encoding="utf-8")
        self.write("echo/api.toml", API)
        self.write("other/api.toml", API.replace("Echo", "Other"))
        self.write("other/box/__init__.py", "")
        self.write("echo/box/__init__.py", "from .inner import app\n")
        self.write("echo/box/inner.py", "def app(): ...\n")
        self.write("echo/things.py", RECIPE)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / "recipes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    @property
    def api(self) -> Api:
        return read_api(self.root / "recipes" / "echo")

    @property
    def recipe(self) -> Recipe:
        return read_recipe(self.root / "recipes" / "echo" / "things.py")

    @property
    def closure(self) -> Closure:
        return recipe_closure(read_repository(self.root), self.recipe)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def test_a_recipe_runs_with_its_file_and_with_api_and_sandbox(team: Team) -> None:
    team.write("echo/unused.py", "")
    assert sorted(team.closure.files) == [
        "recipes/echo/api.toml",
        "recipes/echo/box/__init__.py",
        "recipes/echo/box/inner.py",
        "recipes/echo/things.py",
    ]
    assert sorted(api_closure(team.root, team.api).files) == sorted(team.closure.files)[:3]


def test_the_digest_is_that_of_lines_of_digest_and_path_in_order_of_path(team: Team) -> None:
    files = {path.relative_to(team.root).as_posix(): path.read_bytes() for path in team.root.rglob("echo/**/*.*")}
    lines = [f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    prefix, _, base64 = team.closure.digest.partition(":")
    assert (prefix, b64decode(base64)) == ("rb1", sha256("".join(lines).encode()).digest())


def test_the_digest_of_known_files_never_changes() -> None:
    closure = Closure({"recipes/echo/things.py": b"one\n", "recipes/echo/api.toml": b""})
    assert closure.digest == "rb1:qOPwchPAI8G51CTTrTFcqxc2MuFLWS7KyQFzGUVyZ5Q="


@pytest.mark.parametrize(
    "name, text",
    [
        ("echo/things.py", RECIPE + "# more\n"),
        ("echo/things.lock", "httpx==0.28.1\n"),
        ("echo/api.toml", API + "timeout = 5\n"),
        ("echo/box/inner.py", "def app(): print()\n"),
        ("echo/box/extra.py", ""),
        ("echo/box/data/names.csv", "a,b\n"),
    ],
)
def test_every_change_gives_another_digest(team: Team, name: str, text: str) -> None:
    before = team.closure.digest
    team.write(name, text)
    assert team.closure.digest != before


@pytest.mark.parametrize(
    "name", ["echo/other.py", "echo/other.lock", "other/api.toml", "other/box/x.py", "echo/box/__pycache__/x.pyc"]
)
def test_what_it_does_not_run_with_changes_nothing(team: Team, name: str) -> None:
    before = team.closure.digest
    team.write(name, 'title = "Another"\n')
    assert team.closure.digest == before


def test_line_ends_of_windows_give_the_same_digest(team: Team) -> None:
    before = team.closure.digest
    team.write("echo/box/inner.py", "def app(): ...\r\n")
    team.write("echo/api.toml", API.replace("\n", "\r\n"))
    assert team.closure.digest == before


@pytest.mark.parametrize("name", ["box/inner.py", "box/sub", "things.lock"])
def test_a_link_out_of_the_repository_is_refused(
    team: Team, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "secret"
    elsewhere.write_text("mine", encoding="utf-8")
    path = team.root / "recipes" / "echo" / name
    path.unlink(missing_ok=True)
    path.symlink_to(elsewhere)
    with pytest.raises(BrokenSource) as refused:
        _ = team.closure
    assert (refused.value.path, refused.value.problem) == (path, "a link leads out of the repository")


def test_a_pipe_is_not_waited_for(team: Team) -> None:
    os.mkfifo(team.root / "recipes" / "echo" / "box" / "pipe")
    with pytest.raises(BrokenSource, match="this is no plain file"):
        _ = team.closure


def test_what_would_fill_the_memory_is_refused(team: Team) -> None:
    with team.write("echo/box/huge.bin", "").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(BrokenSource, match="more than 20 MB"):
        _ = team.closure


def test_a_sandbox_that_is_lent_is_not_the_repositorys(team: Team, make_lent: Callable[[Api], Api]) -> None:
    assert [*api_closure(team.root, make_lent(team.api)).files] == ["recipes/echo/api.toml"]


@pytest.fixture
def make_lent() -> Callable[[Api], Api]:
    return lambda api: api._replace(sandbox_folder=Path("/somewhere"))


SPELLED = "def main(\uff45cho: httpx.Client, \uff4belvin: httpx.Client): ..."


@pytest.mark.parametrize(
    "text, apis",
    [
        ("def main(echo: httpx.Client): ...", {"own-one", "echo"}),
        ("# echoes, Echo", {"own-one"}),
        ("x = echo_two", {"own-one", "echo-two"}),
        ("# as echo does", {"own-one", "echo"}),  # one too many
        (SPELLED, {"own-one", "echo", "kelvin"}),
        ("", {"own-one"}),
    ],
)
def test_an_api_counts_whose_name_stands_in_the_text_however_it_is_spelled(text: str, apis: set[str]) -> None:
    assert apis_named(text, "own-one", ["own-one", "echo", "echo-two", "kelvin"]) == apis


def test_an_api_of_another_folder_counts_with_its_sandbox_also_where_it_breaks_a_rule(team: Team) -> None:
    team.write("echo/things.py", RECIPE.replace("What is there?", "What do other people say?"))
    assert {"recipes/other/api.toml", "recipes/other/box/__init__.py"} <= team.closure.files.keys()
    team.write("other/api.toml", 'sandbox = "box:app"\nunknown = 1\n')
    assert "recipes/other/box/__init__.py" in team.closure.files
    team.write("other/api.toml", "this is no TOML")
    assert "recipes/other/box/__init__.py" not in team.closure.files
