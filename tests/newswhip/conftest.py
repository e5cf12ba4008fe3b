import importlib.util
import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import httpx
import pytest

FOLDER = Path(__file__).parents[2] / "recipes" / "newswhip" / "sandbox"
NOW = 1_795_165_200.0  # 2026-11-20T09:00:00Z

copies = itertools.count()


class Connect(Protocol):
    """Gives a client whose requests reach the sandbox at one moment."""

    def __call__(self, moment: float = NOW, *, key: str = "sandbox") -> httpx.Client: ...


def load_sandbox() -> ModuleType:
    name = f"newswhip_sandbox_of_tests_{next(copies)}"
    spec = importlib.util.spec_from_file_location(
        name, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def connect_to(sandbox: ModuleType) -> Connect:
    def connect(moment: float = NOW, *, key: str = "sandbox") -> httpx.Client:
        def app_at_moment(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            return sandbox.app({**environ, "recipe_runner.now": moment}, start_response)

        return httpx.Client(
            transport=httpx.WSGITransport(app_at_moment),
            base_url="https://api.newswhip.com/v1",
            params={"key": key} if key else {},
        )

    return connect


@pytest.fixture(scope="session")
def sandbox() -> ModuleType:
    return load_sandbox()


@pytest.fixture(scope="session")
def at(sandbox: ModuleType) -> Connect:
    return connect_to(sandbox)


@pytest.fixture(scope="session")
def newswhip(at: Connect) -> httpx.Client:
    return at()


@pytest.fixture
def at_unmetered() -> Connect:
    """Connect to a copy of the sandbox that has not counted any request yet."""
    return connect_to(load_sandbox())


@pytest.fixture(scope="session")
def assumptions(sandbox: ModuleType) -> Any:
    return sys.modules[f"{sandbox.__name__}.assumptions"]


@pytest.fixture(scope="session")
def week(search: Callable[..., Any]) -> Any:
    """All articles of the last week."""
    return search()


@pytest.fixture(scope="session")
def search(newswhip: httpx.Client) -> Callable[..., Any]:
    """Search for every article that matches one query, without grouping; other fields of the body by name."""

    def search_articles(*filters: str, **fields: Any) -> Any:
        body = {"filters": filters, "find_related": False, "size": 5000, **fields}
        response = newswhip.post("/articles", json=body)
        assert response.status_code == 200, response.text
        return response.json()["articles"]

    return search_articles
