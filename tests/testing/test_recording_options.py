"""The options of pytest-recording mean for cases what they mean for other tests, and those go on beside."""

import re
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from runner.recording.cassette import HEAD

from .conftest import SANDBOX, Shop

Serve = Callable[[], ThreadingHTTPServer]
MINE = """\
import os

import httpx
import pytest


@pytest.mark.vcr
def test_mine():
    assert httpx.get(os.environ["ADDRESS"]).json()["prices"] == [1, 2]
"""
LIVE = MINE.replace("@pytest.mark.vcr\n", "")
CONFIG = """\
import pytest


def refuse(anything):
    raise AssertionError("a hook of the user's saw a case")


@pytest.fixture
def vcr_config():
    return {
        "filter_query_parameters": ["number"],
        "filter_headers": ["user-agent"],
        "before_record_request": refuse,
        "before_record_response": refuse,
        "match_on": ["method"],
        "record_mode": "all",
    }
"""


def address(server: ThreadingHTTPServer) -> dict[str, str]:
    return {"ADDRESS": f"http://127.0.0.1:{server.server_address[1]}/things"}


def files(shop: Shop) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(shop.cases.iterdir())}


def undated(content: bytes) -> bytes:
    return re.sub(rb"recorded-at = [^\n]+", b"", content)


@pytest.mark.parametrize(
    "words",
    [
        ("--block-network",),
        ("--block-network", "--allowed-hosts=shop.example"),
        ("--record-mode=none",),
        ("--record-mode=once",),
        ("--block-network", "-n", "2"),
        ("-p", "no:recording"),
        ("-p", "no:recording", "--strict-markers"),
        ("-p", "no:randomly", "--strict-markers"),
    ],
    ids=" ".join,
)
def test_cases_are_played_and_stay_as_they_are(shop: Shop, words: tuple[str, ...]) -> None:
    shop.write("recipes/shop/sandbox/__init__.py", "raise SystemExit(9)\n")
    before = files(shop)
    assert shop.pytest("-q", *words).summary == "3 passed"
    assert files(shop) == before


@pytest.mark.parametrize("mode", ["all", "new_episodes", "rewrite"])
def test_a_mode_that_records_takes_the_cases_anew(shop: Shop, mode: str) -> None:
    before = files(shop)
    assert shop.pytest("-q", f"--record-mode={mode}").summary == "3 passed"
    assert {name: undated(content) for name, content in files(shop).items()} == {
        name: undated(content) for name, content in before.items()
    }
    shop.write("recipes/shop/sandbox/__init__.py", SANDBOX.replace("10 * number", "11 * number"))
    assert shop.pytest("-q", f"--record-mode={mode}", "--block-network").summary == "3 passed"
    assert b'"price":22' in files(shop)["default.jsonl"]
    assert shop.pytest("-q").summary == "3 passed"


@pytest.mark.parametrize("mode", ["all", "new_episodes", "rewrite"])
def test_a_recording_that_fails_leaves_the_old_case_whole(shop: Shop, mode: str) -> None:
    before = files(shop)
    shop.write("recipes/shop/sandbox/__init__.py", SANDBOX.replace("200 OK", "400 No"))
    ran = shop.pytest("-q", f"--record-mode={mode}", "recipes/shop/things.py")
    assert (ran.summary, ran.exit_code) == ("2 failed", 1)
    assert "Error  Shop refused the request" in ran.text
    assert files(shop) == before


def test_without_recordings_a_case_meets_the_sandbox_of_today(shop: Shop) -> None:
    before = files(shop)
    shop.write("recipes/shop/sandbox/__init__.py", SANDBOX.replace("10 * number", "11 * number"))
    assert shop.pytest("-q", "--disable-recording", "--block-network").summary == "3 passed"
    shop.change('"price": thing["price"]', '"cost": thing["price"]')
    ran = shop.pytest("-q", "--disable-recording")
    assert (
        "Error  shop/things does not run today as it was recorded.\n"
        "       Column price was recorded, and is gone\n"
        "       Column cost is new\n"
    ) in ran.text
    assert ran.summary == "2 failed, 1 passed"
    shop.write("recipes/shop/sandbox/__init__.py", SANDBOX.replace("200 OK", "400 No"))
    ran = shop.pytest("-q", "--disable-recording", "recipes/shop/letter.py")
    assert "It failed (exit code 5): Shop refused the request" in ran.text
    assert files(shop) == before


def test_settings_and_hooks_for_vcrpy_leave_cases_alone(shop: Shop) -> None:
    shop.write("conftest.py", CONFIG)
    before = files(shop)
    assert shop.pytest("-q").summary == "3 passed"
    assert shop.pytest("-q", "--block-network", "--record-mode=none").summary == "3 passed"
    assert files(shop) == before


def test_a_fixture_that_asks_for_the_cassette_gets_none(shop: Shop) -> None:
    shop.write(
        "conftest.py",
        "import pytest\n\n\n@pytest.fixture(autouse=True)\ndef played(vcr):\n    yield\n    assert vcr is None\n",
    )
    assert shop.pytest("-q").summary == "3 passed"


def test_the_tests_that_people_write_are_recorded_readably_and_played_beside(shop: Shop, serve: Serve) -> None:
    shop.write("tests/test_mine.py", MINE)
    server = serve()
    assert shop.pytest("-q", "--record-mode=once", env=address(server)).summary == "4 passed"
    cassette = shop.root / "tests" / "cassettes" / "test_mine" / "test_mine.yaml"
    text = cassette.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    assert '"prices":' in text
    server.shutdown()
    server.server_close()
    assert shop.pytest("-q", "--block-network", env=address(server)).summary == "4 passed"
    cassette.unlink()
    assert shop.pytest("-q", env=address(server)).summary == "1 failed, 3 passed"


@pytest.mark.parametrize("words", [(), ("--block-network", "--allowed-hosts=127.0.0.*"), ("-n", "2")], ids=" ".join)
def test_a_server_on_loopback_goes_on_beside_cases(shop: Shop, serve: Serve, words: tuple[str, ...]) -> None:
    shop.write("tests/test_live.py", LIVE)
    shop.write("tests/test_zlive.py", LIVE)
    ran = shop.pytest("-q", *words, "tests/test_live.py", "recipes", "tests/test_zlive.py", env=address(serve()))
    assert ran.summary == "5 passed"


def test_the_cassette_of_a_case_loads_in_a_test_of_ones_own(shop: Shop) -> None:
    cassette = Path("cassettes") / "shop" / "things" / "default.yaml"
    shop.write(
        "tests/test_own.py",
        "import httpx\nimport pytest\n\n\n"
        f"@pytest.mark.default_cassette({str(shop.root / cassette)!r})\n@pytest.mark.vcr\ndef test_own():\n"
        '    answer = httpx.get("https://shop.example/v1/things", params={"number": 2})\n'
        '    assert answer.json()["price"] == 20\n',
    )
    assert shop.pytest("-q", "--block-network").summary == "4 passed"
