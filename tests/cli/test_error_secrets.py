"""T22: whatever goes wrong, the key is in nothing that is shown or kept."""

import socket
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from .conftest import Answer, Invoke

KEY = "SEKRET-8f3a9c5e7b1d2046"
RECIPE = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield what the API says."""
    import os
    try:
        response = echo.get("/things")
        response.raise_for_status()
        response.json()
        if response.headers.get("X-Raise"):
            raise ValueError("with " + os.environ["ECHO_API_KEY"])
        yield {"answer": 1}
        yield {"other": os.environ["ECHO_API_KEY"]}
    finally:
        print("printed", os.environ["ECHO_API_KEY"])'''
ERRORS = {
    "refused by status": Answer({"error": {"message": f"no such key: {KEY}"}}, status=401),
    "bad request": Answer({"error": {"message": f"bad: {KEY}"}}, status=400),
    "server error": Answer({"key": KEY}, status=500),
    "no JSON": Answer(f"<p>{KEY}</p>".encode()),
    "leads elsewhere": Answer(status=302, headers={"Location": f"https://evil.example/?key={KEY}"}),
    "recipe raises": Answer(headers={"X-Raise": "1"}),
    "row of another shape": Answer(),
}


@pytest.fixture
def unreachable() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


# Where nobody listens it is tried again for some ten seconds, so that stands here only once.
@pytest.mark.parametrize(
    "error, place, debug",
    [*product(ERRORS, ["query", "header"], [(), ("--debug",)]), ("nobody listens", "query", ("--debug",))],
)
def test_no_failure_shows_or_keeps_the_key(
    live: Any, server: Any, invoke: Invoke, unreachable: str, error: str, place: str, debug: tuple[str, ...],
    folder: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("ECHO_API_KEY", KEY)
    live.write_recipe(code=RECIPE)
    live.write_api(unreachable if error == "nobody listens" else server.url)
    path = live.root / "recipes" / "echo" / "api.toml"
    text = path.read_text(encoding="utf-8") + "\n[limits]\nretry-on = []\n"
    if place == "query":
        text = text.replace('in = "header"\nname = "X-Key"', 'in = "query"\nname = "key"')
    path.write_text(text, encoding="utf-8")
    server.answers = [ERRORS.get(error, Answer())]
    assert invoke("trust", ".").exit_code == 0
    result = invoke("run", "things", "-o", "rows.csv", *debug, env={"ECHO_API_KEY": KEY})
    assert result.exit_code not in (0, 2, 7), result.stderr
    assert KEY not in result.stdout + result.stderr
    kept = [path for path in folder.parent.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert kept == []
