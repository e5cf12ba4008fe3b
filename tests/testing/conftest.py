import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from runner.catalog import read_api, read_repository
from runner.cli import main
from runner.sharing.trust import TrustStore

API = """\
title = "Shop"
base-url = "https://shop.example/v1"
sandbox = "sandbox:app"
sandbox-now = 2026-11-20T09:00:00Z

[key]
in = "header"
name = "X-Key"
env = "SHOP_API_KEY"
help = "Ask at the desk."
"""
SANDBOX = """\
import json
from urllib.parse import parse_qs


def app(environ, start_response):
    number = int(parse_qs(environ["QUERY_STRING"])["number"][0])
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"name": f"thing {number}", "price": 10 * number}).encode()]
"""
RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""What do the things cost?"""

from collections.abc import Iterator
from typing import Any

import httpx


def main(shop: httpx.Client, count: int = 2) -> Iterator[dict[str, Any]]:
    """Yield a row a thing.

    Args:
        count: How many.
    """
    for number in range(1, count + 1):
        thing = shop.get("/things", params={"number": number}).raise_for_status().json()
        yield {"name": thing["name"], "price": thing["price"]}
'''
LETTER = RECIPE.replace("Iterator[dict[str, Any]]", "str").replace(
    '        yield {"name": thing["name"], "price": thing["price"]}\n', "    return f\"# {thing['name']}\"\n"
)
NEEDED = ("PATH", "LANG", "SYSTEMROOT")


@dataclass(frozen=True)
class Ran:
    """How a session of pytest ended; its stderr stands in the text too."""

    text: str
    exit_code: int

    @property
    def summary(self) -> str:
        """The last line, without how long it took."""
        return self.text.rstrip("\n").rpartition("\n")[2].rpartition(" in ")[0]


class Shop:
    """A trusted repository with two recipes and three cases, recorded from its sandbox.

    Attributes:
        root: The repository.
        home: The user's state folder.
    """

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self.home = home
        self.things = root / "recipes" / "shop" / "things.py"
        self.cases = root / "cassettes" / "shop" / "things"

    def trust(self) -> None:
        repository = read_repository(self.root)
        TrustStore(self.home, self.root / "none").trust(repository, [read_api(self.things.parent)])

    def pytest(self, *words: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Ran:
        """Run pytest in a process of its own."""
        kept = {name: os.environ[name] for name in NEEDED if name in os.environ}
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:hypothesispytest", *words],
            cwd=cwd or self.root,
            env=kept | {"RECIPES_HOME": str(self.home), **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return Ran(ran.stdout, ran.returncode)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def change(self, old: str, new: str, path: Path | None = None) -> None:
        """Change one place of the recipe, or of another file."""
        path = path or self.things
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")


def recorded(root: Path, home: Path) -> Shop:
    shop = Shop(root, home)
    shop.write("recipes.toml", 'name = "team"\ntitle = "Team recipes"\n')
    shop.write(
        "pytest.ini", "[pytest]\ntestpaths = tests recipes\nfilterwarnings = error\naddopts = -p no:cacheprovider\n"
    )
    shop.write("recipes/shop/api.toml", API)
    shop.write("recipes/shop/sandbox/__init__.py", SANDBOX)
    shop.write("recipes/shop/things.py", RECIPE)
    shop.write("recipes/shop/letter.py", LETTER)
    shop.trust()
    for words in (["shop/things"], ["shop/things", "--case", "three", "--count", "3"], ["shop/letter"]):
        result = CliRunner().invoke(
            main, ["--repository", str(root), "record", *words, "--sandbox"], env={"RECIPES_HOME": str(home)}
        )
        assert result.exit_code == 0, result.output
    return shop


@pytest.fixture(scope="session")
def recorded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    return recorded(folder / "shop", folder / "home").root


@pytest.fixture
def untrusted(recorded_once: Path, tmp_path: Path) -> Shop:
    shutil.copytree(recorded_once, tmp_path / "shop")
    return Shop(tmp_path / "shop", tmp_path / "home")


@pytest.fixture
def shop(untrusted: Shop) -> Shop:
    untrusted.trust()
    return untrusted


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"name": "live", "prices": [1, 2]}')

    def log_message(self, *_: object) -> None:
        """Keep silent."""


@pytest.fixture
def serve() -> Iterator[Callable[[], ThreadingHTTPServer]]:
    """Start a server on loopback that a test may also end before its time."""
    servers: list[ThreadingHTTPServer] = []

    def start() -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
