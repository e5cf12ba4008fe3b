import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from benchmarks.wire import Ear, Sent, ear, sent_by_curl, sent_by_recipe
from runner.scaffolding.curl.call import CurlCall
from runner.scaffolding.curl.importing import Captured, capture
from runner.scaffolding.curl.reading import read_curl

FILES = {
    "body.json": b'{"a": 1}\n',
    "lines.txt": b"one\r\ntwo\n",
    "latin.txt": b"caf\xe9\n",
    "photo.png": b"\x89PNG\x00\xff",
    "-": b"from stdin",
}


def read_file(name: str) -> bytes:
    """Give one of a few files."""
    if name not in FILES:
        raise FileNotFoundError(2, "No such file or directory")
    return FILES[name]


@pytest.fixture
def read() -> Callable[[str], CurlCall]:
    """Understand a command."""
    return lambda text: read_curl(text, read_file=read_file)


@pytest.fixture
def captured() -> Callable[..., Captured]:
    """Make a recipe `acme/call` from a command."""

    def make(text: str, name: str = "acme/call", **options: object) -> Captured:
        given = {"apis": (), "read_file": read_file} | options
        return capture(text, name=name, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def listening() -> Iterator[Ear]:
    """A socket on loopback that answers with an empty list."""
    with ear() as one:
        yield one


@pytest.fixture
def both(
    listening: Ear, captured: Callable[..., Captured], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Sent, Sent, tuple[str, ...]]]:
    """Send a command, in which HOST is the socket, with real curl and with its recipe."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)

    def send(command: str, environment: Mapping[str, str] | None = None) -> tuple[Sent, Sent, tuple[str, ...]]:
        command = command.replace("HOST", listening.host)
        made = captured(command)
        theirs = sent_by_curl(command, listening, tmp_path, environment or {})
        ours = sent_by_recipe(made, listening, tmp_path / "repository", environment or {})
        assert theirs is not None, "curl sent nothing"
        assert ours is not None
        return theirs, ours, made.draft.notes

    return send
