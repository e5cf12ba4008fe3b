import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runner.catalog import Recipe
from runner.running.environments.store import Environments
from tests.package_index import Index

CODE = '''\
def main() -> list[dict[str, Any]]:
    """Give rows."""
    return []'''


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An index that has httpx as it is installed here."""
    index = Index(tmp_path / "index")
    index.add_installed("httpx")
    yield index
    index.close()


@pytest.fixture(params=["pip", "uv"])
def tool(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What installs; each test is for both."""
    if request.param == "uv" and not shutil.which("uv"):
        pytest.skip("uv is not installed")
    return str(request.param)


@pytest.fixture
def environ(index: Index, tool: str, tmp_path: Path) -> dict[str, str]:
    """An environment that leads to the index and to nothing else."""
    program = shutil.which("uv") if tool == "uv" else None
    return {
        "PATH": str(Path(program).parent) if program else str(tmp_path / "nothing"),
        "HOME": str(tmp_path / "home"),
        "PIP_INDEX_URL": index.url,
        "PIP_CONFIG_FILE": os.devnull,
        "UV_DEFAULT_INDEX": index.url,
        "UV_CACHE_DIR": str(tmp_path / "uv-cache"),
        "UV_PYTHON_DOWNLOADS": "never",
    }


@pytest.fixture
def said() -> list[str]:
    """What was announced."""
    return []


@pytest.fixture
def environments(environ: dict[str, str], said: list[str], tmp_path: Path) -> Environments:
    return Environments(tmp_path / "cache" / "environments", tmp_path / "state" / "locks", environ, said.append)


@pytest.fixture
def needing(write_recipe: Callable[..., Recipe]) -> Callable[..., Recipe]:
    """Make a recipe with these requirements, and with a lock beside it if one is given."""

    def make(*requirements: str, code: str = CODE, lock: str = "") -> Recipe:
        recipe = write_recipe(code)._replace(dependencies=requirements)
        if lock:
            recipe.path.with_suffix(".lock").write_text(lock, encoding="utf-8")
        return recipe

    return make
