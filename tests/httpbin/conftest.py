import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runner.catalog import read_api
from runner.cli import main
from runner.running.approval import Approval
from runner.running.loading import load_sandbox
from runner.running.serving import answering, open_server

REPOSITORY = Path(__file__).parent / "repository"

collect_ignore = ["repository"]  # its recipes have no cases: the tests beside it run them

Recipes = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the repository, without cases."""
    return Path(shutil.copytree(REPOSITORY, tmp_path / "httpbin", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture
def recipes(folder: Path, tmp_path: Path) -> Recipes:
    """Run `recipes` with these words in the repository, which is trusted."""

    def recipes(*words: str, **env: str) -> Result:
        home = {"RECIPES_HOME": str(tmp_path / "home"), "NO_PROXY": "127.0.0.1"}
        words = ("--repository", str(folder), *words)
        return CliRunner().invoke(main, words, env=home | env, prog_name="recipes")

    assert recipes("trust", str(folder)).exit_code == 0
    return recipes


@pytest.fixture
def served(folder: Path, recipes: Recipes) -> Iterator[str]:
    """The address at which the API answers over sockets, as if it were the live one."""
    app = load_sandbox(read_api(folder / "recipes" / "httpbin"), Approval(folder))
    with answering(open_server(app, port=0, now=None)) as server:
        address = f"http://127.0.0.1:{server.port}"
        for path in folder.glob("recipes/*/api.toml"):
            path.write_text(path.read_text().replace("https://httpbin.org", address), encoding="utf-8")
        assert recipes("trust", str(folder)).exit_code == 0
        yield address
