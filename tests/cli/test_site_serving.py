"""`recipes site --serve` as a process of its own, asked over loopback."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Invoke, Repo

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
POLICY += "form-action 'none'; frame-ancestors 'none'"


class Served:
    """A running server: its address, and what it says on stderr."""

    def __init__(self, process: "subprocess.Popen[str]", said: Path) -> None:
        assert process.stdout is not None
        self.process, self._said = process, said
        self.address = process.stdout.readline().strip()

    @property
    def rest(self) -> str:
        """What it wrote to stdout behind the address."""
        assert self.process.stdout is not None
        return self.process.stdout.read()

    @property
    def said(self) -> str:
        return self._said.read_text(encoding="utf-8")

    def get(self, path: str, host: str = "") -> httpx.Response:
        return httpx.get(f"{self.address}{path}", headers={"Host": host} if host else {}, trust_env=False)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


@pytest.fixture
def serve(repo: Repo, home: Path, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    processes: list[subprocess.Popen[str]] = []

    def serve(*words: str) -> Served:
        (tmp_path / "temporary").mkdir(exist_ok=True)
        environment = {"RECIPES_HOME": str(home), "TMPDIR": str(tmp_path / "temporary"), "PATH": os.environ["PATH"]}
        with (tmp_path / "said").open("w", encoding="utf-8") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "runner", "site", "--serve", "--port", "0", *words],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                cwd=repo.root,
                env=environment,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell ignores it
            )
        processes.append(process)
        return Served(process, tmp_path / "said")

    yield serve
    for process in processes:
        assert process.stdout is not None
        process.kill()
        process.wait()
        process.stdout.close()


def eventually(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)
    return holds()


def test_a_change_is_served_and_what_breaks_is_said(repo: Repo, serve: Callable[..., Served], tmp_path: Path) -> None:
    path = repo.write_recipe()
    repo.write_recipe("others", title="Which others are there?")
    served = serve()
    good, page = path.read_text(encoding="utf-8"), "recipes/echo/things.html"
    assert "What things are there?" in served.get("").text
    path.write_text(good.replace("things are", "parts are"), encoding="utf-8")
    assert eventually(lambda: "What parts are there?" in served.get("").text)
    assert "What parts are there?" in served.get(page).text
    path.write_text("def main(:\n", encoding="utf-8")
    assert eventually(lambda: "Broken  recipes/echo/things.py: line 1: " in served.said)
    assert eventually(lambda: served.get(page).status_code == 404)
    assert "Which others are there?" in served.get("recipes/echo/others.html").text
    path.write_text(good, encoding="utf-8")
    assert eventually(lambda: served.get(page).status_code == 200)
    settings = repo.root / "recipes.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text("title = ", encoding="utf-8")
    assert eventually(lambda: "Error  " in served.said)
    assert "What things are there?" in served.get(page).text
    settings.write_text(before.replace('title = "', 'title = "New '), encoding="utf-8")
    assert eventually(lambda: "<h1>New " in served.get("").text)
    assert [each.name[:13] for each in (tmp_path / "temporary").iterdir()] == ["recipes-site-"]
    assert served.stop() == 130
    assert served.rest == ""
    assert "Traceback" not in served.said
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not (repo.root / "site").exists()


def test_only_the_pages_are_served_and_only_to_this_machine(
    repo: Repo, serve: Callable[..., Served], tmp_path: Path
) -> None:
    repo.write_recipe()
    (tmp_path / "secret.txt").write_text("mine", encoding="utf-8")
    served = serve("-o", "public")
    assert served.address.startswith("http://127.0.0.1:")
    answer = served.get("")
    assert {name: answer.headers[name] for name in ("Cache-Control", "Content-Security-Policy", "Content-Type")} == {
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
        "Content-Type": "text/html; charset=utf-8",
    }
    kinds = {name: served.get(f"{name}?x=1#y").headers["Content-Type"].partition(";")[0] for name in TYPES}
    assert kinds == TYPES
    port = httpx.URL(served.address).port
    hosts = {host: served.get("", host).status_code for host in ("evil.example", f"evil.example:{port}", "127.0.0.1")}
    assert hosts == dict.fromkeys(hosts, 403)
    assert served.get("", f"localhost:{port}").status_code == 200
    paths = [
        *("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//etc/passwd", "/assets/../../recipes.toml"),
        *("/.recipes-site.json", "/recipes/", "/assets", "/\\..\\secret.txt", "/index.html%00", "/nothing.html"),
    ]
    assert {path: status(port or 0, "GET", path) for path in paths} == dict.fromkeys(paths, 404)
    assert {method: status(port or 0, method, "/") for method in ("HEAD", "POST", "PUT")} == {
        "HEAD": 200,
        "POST": 501,
        "PUT": 501,
    }
    assert served.stop() == 130
    assert json.loads((repo.root / "public" / "catalog.json").read_text(encoding="utf-8"))["recipes"]


TYPES = {
    "index.html": "text/html",
    "assets/site.css": "text/css",
    "assets/recipe.js": "text/javascript",
    "assets/icon.svg": "image/svg+xml",
    "catalog.json": "application/json",
    "llms.txt": "text/plain",
    "index.md": "text/markdown",
    "recipes/echo/things.py": "text/x-python",
}


def status(port: int, method: str, path: str) -> int:
    """Return the status for a path that goes out exactly as it is."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        return int(connection.recv(1000).split()[1])


def test_a_port_that_is_taken_is_said(invoke: Invoke, repo: Repo) -> None:
    repo.write_recipe()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = invoke("site", "--serve", "--port", port)
    assert result.stderr == (
        f"Error  Port {port} cannot be used: Address already in use.\nFix    --port 0 takes a free one\n"
    )
    assert (result.stdout, result.exit_code) == ("", 2)


def test_a_port_without_a_server_is_refused(invoke: Invoke, repo: Repo, folder: Path) -> None:
    result = invoke("site", "--port", "9")
    assert result.stderr == "Error  --port is for --serve.\nFix    recipes site --serve --port 9\n"
    assert (result.stdout, result.exit_code) == ("", 2)
    assert not (folder / "site").exists()
