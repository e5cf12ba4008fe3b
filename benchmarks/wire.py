"""What really goes over the wire: real curl and a recipe made from its command, against one loopback socket."""

import json
import re
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

from runner.catalog import MISSING, Recipe, Value, read_api, read_recipe
from runner.errors import RunnerError
from runner.running.approval import Approval
from runner.running.run import Plan, Run
from runner.running.transports import Link
from runner.running.wires import network
from runner.scaffolding.curl.importing import Captured

CLIENTS_OWN = frozenset(
    {"host", "user-agent", "accept-encoding", "connection", "content-length", "transfer-encoding", "expect"}
    | {"upgrade", "http2-settings"}
)
SHELL = "curl() { command curl -q -sS --max-time 5 --noproxy '*' \"$@\" >/dev/null; }\n"
LEFT_OUT = "Headers of the client or the browser were left out: "


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it came out of a socket."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's value, or `""`."""
        return next((value for each, value in self.headers if each == name), "")


class Ear:
    """A socket on loopback that hears requests and answers each with an empty list."""

    def __init__(self) -> None:
        self.heard: list[Sent] = []
        self._socket = socket.create_server(("127.0.0.1", 0))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    @property
    def host(self) -> str:
        """Where it listens, as in an address."""
        return f"127.0.0.1:{self.port}"

    def listen(self) -> None:
        """Answer until it is closed."""
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(connection,), daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _answer(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as stream:
            connection.settimeout(5)
            line = stream.readline().decode("latin-1").split(" ")
            if len(line) < 3:
                return
            headers = tuple(_header_lines(stream))
            names = dict(headers)
            if "100-continue" in names.get("expect", ""):
                stream.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                stream.flush()
            self.heard.append(Sent(line[0], " ".join(line[1:-1]), headers, _body(stream, names)))
            stream.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
            stream.write(b"Content-Length: 2\r\n\r\n" + b"[]" * (line[0] != "HEAD"))
            stream.flush()


@contextmanager
def ear() -> Iterator[Ear]:
    """Listen on a free port."""
    listening = Ear()
    thread = Thread(target=listening.listen, daemon=True)
    thread.start()
    try:
        yield listening
    finally:
        listening.close()
        thread.join()


def sent_by_curl(command: str, listening: Ear, folder: Path, environment: Mapping[str, str]) -> Sent | None:
    """Run a command in bash with real curl, and return the first request; None if it sends none."""
    before = len(listening.heard)
    subprocess.run(
        ["bash", "-c", SHELL + command],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )
    heard = listening.heard[before:]
    return heard[0] if heard else None


def sent_by_recipe(captured: Captured, listening: Ear, root: Path, environment: Mapping[str, str]) -> Sent | None:
    """Write a recipe into a repository and run it; return its first request.

    Args:
        captured: The recipe with the secrets of the command.
        listening: Where it calls.
        root: An empty folder.
        environment: Variables of the shell that the command leaves open.
    """
    recipe = written(captured, root)
    api = read_api(recipe.path.parent)
    filled = {name: environment.get(word, word) for name, word in captured.left_open.items()}
    key = api.key.env if api.key else ""
    link = Link(api, network(api), captured.secrets.get(key) or filled.get(key, ""))
    values: dict[str, Value] = {}
    for each in recipe.parameters:
        known = captured.values.get(each.name, filled.get(each.name))
        values[each.name] = known if known is not None else None if each.default is MISSING else each.default
    plan = Plan(recipe, values, {api.name: link}, Approval(root))
    before = len(listening.heard)
    try:
        with Run(plan) as run:
            run.exhaust()
    except RunnerError:
        if not listening.heard[before:]:
            raise
    return listening.heard[before]


def written(captured: Captured, root: Path) -> Recipe:
    """Write a draft to disk, with an `api.toml` if it has none, and read the recipe."""
    for name, text in captured.draft.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_recipe(next(root / name for name in captured.draft.files if name.endswith(".py")))


def differences(curls: Sent, ours: Sent, notes: tuple[str, ...] = ()) -> list[str]:
    """Return in what two requests differ, but for what each client says in its own way.

    Args:
        curls: What curl sent.
        ours: What the recipe sent.
        notes: Of the draft: headers that these name as left out are not compared.
    """
    found = [
        f"{name}: {theirs!r} became {own!r}"
        for name, theirs, own in (("method", curls.method, ours.method), ("target", _target(curls), _target(ours)))
        if theirs != own
    ]
    left_out = {
        name.lower() for note in notes if note.startswith(LEFT_OUT) for name in note[len(LEFT_OUT) : -1].split(", ")
    }
    theirs, own = _headers(curls, left_out), _headers(ours, left_out)
    found += [
        f"header {name}: {theirs.get(name)} became {own.get(name)}"
        for name in sorted(theirs.keys() | own.keys())
        if theirs.get(name) != own.get(name)
    ]
    if _meaning(curls) != _meaning(ours):
        found.append(f"body: {curls.body[:200]!r} became {ours.body[:200]!r}")
    return found


def _target(sent: Sent) -> str:
    """Return the target with capital letters in its percent signs, which curl 7 writes small in a query."""
    return re.sub("%[0-9a-fA-F]{2}", lambda found: found[0].upper(), sent.target)


def _headers(sent: Sent, left_out: set[str]) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in sent.headers:
        if name in CLIENTS_OWN - {"host", "user-agent"} or name in left_out or (name, value) == ("accept", "*/*"):
            continue
        if name == "user-agent" and value.startswith(("curl/", "recipe-runner/", "python-requests/")):
            continue
        if name == "host" and value.startswith("127.0.0.1:"):
            continue
        headers.setdefault(name, []).append(re.sub(r"; boundary=[^;]+", "", value) if name == "content-type" else value)
    return headers


def _meaning(sent: Sent) -> Any:
    """Return JSON as its names in order and its numbers with all digits, multipart as its parts, or bytes."""
    found = re.search(r'boundary="?([^";]+)', sent.header("content-type"))
    if found and sent.body:
        return sent.body.replace(b"--" + found[1].encode("latin-1"), b"--boundary").removesuffix(b"\r\n")
    try:
        return json.loads(sent.body, object_pairs_hook=tuple, parse_float=Decimal)
    except ValueError:
        return sent.body


def _header_lines(stream: Any) -> Iterator[tuple[str, str]]:
    while (line := stream.readline().rstrip(b"\r\n")) != b"":
        name, _, value = line.decode("latin-1").partition(":")
        yield name.lower(), value.strip()


def _body(stream: Any, headers: Mapping[str, str]) -> bytes:
    if "chunked" not in headers.get("transfer-encoding", ""):
        return bytes(stream.read(int(headers.get("content-length") or 0)))
    body = b""
    while size := int(stream.readline().split(b";")[0] or b"0", 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return body
