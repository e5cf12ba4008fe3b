import io
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

API = tomllib.loads((Path(__file__).parents[2] / "recipes" / "newswhip" / "api.toml").read_text(encoding="utf-8"))


def test_every_post_of_the_sandbox_is_declared_as_a_read(sandbox: Any) -> None:
    routes = sys.modules[f"{sandbox.__name__}.app"].ROUTES
    posts = {route.path.pattern for route in routes if route.method == "POST"}
    assert posts - set(API["read-posts"]) == set()


def test_clock_of_trial_runs_stands_at_a_moment_with_a_zone() -> None:
    assert API["sandbox-now"] == datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_declared_rates_are_those_of_an_ordinary_key(sandbox: Any) -> None:
    rates = sys.modules[f"{sandbox.__name__}.keys"].USUAL_RATES
    assert [f"{rate.requests}/{rate.seconds:g}s" for rate in rates] == API["limits"]["rates"]


def test_path_of_a_real_server_comes_as_bytes_dressed_as_latin_1(sandbox: Any) -> None:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/v1/region/México/All/24".encode().decode("latin-1"),
        "QUERY_STRING": "key=sandbox",
        "wsgi.input": io.BytesIO(),
    }
    statuses: list[str] = []
    sandbox.app(environ, lambda status, _headers: statuses.append(status))
    assert statuses == ["200 OK"]
