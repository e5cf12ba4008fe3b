"""What plays the catalog's APIs, and what a customer gives its recipes, for exported files that run by themselves."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from runner.catalog import Recipe, format_value, read_api, read_recipe
from runner.running.approval import Approval
from runner.running.loading import load_sandbox
from runner.running.serving import NOW_KEY, open_server
from runner.sharing.export.calling import base_url_option

ROOT = Path(__file__).parents[2]
RECIPES = {f"{path.parent.name}/{path.stem.replace('_', '-')}": path for path in sorted(ROOT.glob("recipes/*/*.py"))}


def one_of_each_kind() -> list[str]:
    """Return one recipe of each kind: what it gives, whether it waits, how many APIs, whether it writes or takes files.

    To start a kernel or an environment for each recipe of the catalog takes minutes, and shows the same each time.
    """
    kinds: dict[tuple[object, ...], str] = {}
    for name, path in RECIPES.items():
        recipe = read_recipe(path)
        takes_file = any(each.required and each.kind.base == "path" for each in recipe.parameters)
        kinds.setdefault((recipe.gives, recipe.is_async, len(recipe.clients), recipe.writes, takes_file), name)
    return sorted(kinds.values())


NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
KEYS = {
    "NEWSWHIP_API_KEY": "sandbox",
    "SLACK_WEBHOOK_URL": "services/T0SANDBOX/B0SANDBOX/test-key-full",
    "ECHO_API_KEY": "test-key-4Kq8Rm2Xv7",
    "OTHER_KEY": "test-key-9Zk3",
}


STAND = """\
def stand(moment, address, least):
    import datetime, time, urllib.request
    now = datetime.datetime.fromisoformat(moment)
    later = datetime.timedelta
    class Standing(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return now.astimezone(tz)
    def sleep(seconds):
        nonlocal now
        if seconds > least:
            now += later(seconds=seconds)
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}/later?{seconds}").close()
    datetime.datetime, time.sleep = Standing, sleep
"""
"""Lets a clock stand, and sleeping move it and that of the sandbox; with only what Python itself has."""
PLAY = f"""\
{STAND}
import runpy, sys
moment, address, *sys.argv = sys.argv[1:]
stand(moment, address, 0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs a script, which is named after a moment and a sandbox's address, at that moment."""


@pytest.fixture
def sandboxes() -> Iterator[dict[str, str]]:
    """The addresses of all sandboxes of the catalog on loopback; their clocks stand until somebody sleeps."""
    with ExitStack() as stack:
        yield {api: stack.enter_context(serving(api)) for api in ("newswhip", "slack")}


class serving:  # noqa: N801 - used like a function
    def __init__(self, name: str) -> None:
        api = read_api(ROOT / "recipes" / name)
        self._app, self._now = load_sandbox(api, Approval(ROOT)), NOW.timestamp()
        self._path = api.base_url.split("/", 3)[3] if api.base_url.count("/") > 2 else ""

    def __enter__(self) -> str:
        self._server = open_server(self._answer, port=0, now=None)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return f"http://127.0.0.1:{self._server.port}/{self._path}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, environ: Any, start: Any) -> Any:
        if environ["PATH_INFO"].endswith("/later"):
            self._now += float(next(iter(parse_qs(environ["QUERY_STRING"], keep_blank_values=True))))
            start("200 OK", [("Content-Length", "0")])
            return [b""]
        return self._app({**environ, NOW_KEY: self._now}, start)


def base_urls(recipe: Recipe, addresses: Mapping[str, str]) -> list[str]:
    """Return the words that lead an exported script to the sandboxes of its APIs."""
    return [f"{base_url_option(recipe, each)}={addresses[each.api]}" for each in recipe.clients]


def words_for(recipe: Recipe) -> list[str]:
    """Return the example of each value that has to be given."""
    values = {each.option: each.example for each in recipe.parameters if each.required}
    return [
        f"{option}={format_value(one)}"
        for option, value in values.items()
        for one in (value if isinstance(value, tuple) else [value])
        if one is not None
    ]


def place_files(recipe: Recipe, folder: Path) -> None:
    """Put the files that are examples into a folder, as the default case keeps them."""
    for name in (each.example.name for each in recipe.parameters if each.required and isinstance(each.example, Path)):
        copyfile(ROOT / "cassettes" / recipe.id / f"default.{name}", folder / name)
