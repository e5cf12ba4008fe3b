import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import runner
from runner.catalog import catalog_root

Invoke = Callable[..., Result]
CATALOG = catalog_root(Path(runner.__file__).parent)
TRY = ("run", "newswhip/mine", "--try", "--topic", "ferry strike", "--format", "jsonl")


@pytest.fixture
def mine(folder: Path, invoke: Invoke) -> Path:
    """A trusted repository with a recipe for NewsWhip and an `api.toml` that names no sandbox; returns the latter."""
    api = folder / "recipes/newswhip/api.toml"
    api.parent.mkdir(parents=True)
    (folder / "recipes.toml").write_text('name = "team"\ntitle = "Team"\n', encoding="utf-8")
    text = (CATALOG / "recipes/newswhip/api.toml").read_text(encoding="utf-8")
    api.write_text("".join(line for line in text.splitlines(True) if not line.startswith("sandbox")), encoding="utf-8")
    recipe = (CATALOG / "recipes/newswhip/top_stories.py").read_text(encoding="utf-8")
    (api.parent / "mine.py").write_text(recipe, encoding="utf-8")
    assert invoke("trust", ".").exit_code == 0
    return api


def test_the_catalogs_sandbox_answers_where_a_repository_has_none(mine: Path, invoke: Invoke) -> None:
    tried = invoke(*TRY)
    assert tried.stderr.startswith("Sandbox: invented NewsWhip data as of 2026-11-20 09:00 UTC. No key used")
    assert (tried.exit_code, len(tried.stdout.splitlines())) == (0, 10)
    assert invoke("record", "newswhip/mine", "--sandbox").exit_code == 0
    assert invoke("drift", "newswhip/mine", "--sandbox").stdout == "ok        newswhip/mine  default\n"
    assert invoke("test", "newswhip/mine").exit_code == 0


def test_it_is_served_too(mine: Path, home: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "RECIPES_HOME": str(home)}
    words = [sys.executable, "-m", "runner", "sandbox", "newswhip", "--port", "0"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment, cwd=mine.parent) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        process.kill()
    assert said.startswith("NewsWhip sandbox (invented data) on http://127.0.0.1:")


def test_what_borrows_is_still_run_only_after_trust(mine: Path, invoke: Invoke) -> None:
    assert invoke("untrust", ".").exit_code == 0
    assert invoke(*TRY).exit_code == 7
    assert invoke("sandbox", "newswhip", "--port", "0").exit_code == 7


@pytest.mark.parametrize("host", ["https://api.newswhip.com/v2", "https://api.newswhip.com.evil.example/v1"])
def test_an_api_of_the_same_name_at_another_address_borrows_nothing(mine: Path, invoke: Invoke, host: str) -> None:
    text = mine.read_text(encoding="utf-8")
    mine.write_text(text.replace("https://api.newswhip.com/v1", host), encoding="utf-8")
    assert invoke("trust", ".").exit_code == 0
    tried = invoke(*TRY)
    assert tried.stderr.startswith(
        "Error  NewsWhip has no sandbox, and newswhip/mine no recorded case to answer --try."
    )
    recorded = invoke("record", "newswhip/mine", "--sandbox")
    assert recorded.stderr.startswith("Error  NewsWhip has no sandbox, so")
    served = invoke("sandbox", "newswhip", "--port", "0")
    assert (tried.exit_code, recorded.exit_code, served.exit_code, served.stderr) == (
        2,
        2,
        2,
        "Error  NewsWhip has no sandbox.\nFix    recipes list\n",
    )


@pytest.mark.parametrize("line", ['sandbox-folder = "/tmp/evil"\n', 'sandbox_folder = "/tmp/evil"\n'])
def test_a_repository_cannot_say_where_a_sandbox_lies(mine: Path, invoke: Invoke, line: str) -> None:
    mine.write_text(line + mine.read_text(encoding="utf-8"), encoding="utf-8")
    tried = invoke(*TRY)
    assert (tried.exit_code, f"{mine}:1: unknown key" in tried.stderr) == (1, True)


@pytest.mark.parametrize("sandbox", ["../../evil:app", "/tmp/evil:app", "a.b:app"])
def test_a_sandbox_is_a_plain_name(mine: Path, invoke: Invoke, sandbox: str) -> None:
    mine.write_text(f'sandbox = "{sandbox}"\n' + mine.read_text(encoding="utf-8"), encoding="utf-8")
    assert (invoke(*TRY).exit_code, "sandbox cannot be" in invoke(*TRY).stderr) == (1, True)


def test_a_sandbox_of_its_own_that_is_not_there_is_not_replaced(mine: Path, invoke: Invoke) -> None:
    mine.write_text('sandbox = "sandbox:app"\n' + mine.read_text(encoding="utf-8"), encoding="utf-8")
    tried = invoke(*TRY)
    assert (tried.exit_code, "there is no folder 'sandbox'" in tried.stderr) == (1, True)
