"""Recipes that gather, over a network: within the rates, many calls under way, whole after a kill at any moment."""

import io
import json
import os
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Lock
from typing import Any

import pytest

from runner.catalog import read_api
from runner.running.approval import Approval
from runner.running.loading import load_sandbox
from runner.running.serving import NOW_KEY, answering, open_server

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp()
WEEKS = ("--topic", "heat pump", "--since", "2026-03-16", "--until", "2026-10-12")  # thirty of them
STORM = ("--topic", "storm", "--since", "2026-10-26", "--until", "2026-11-16")  # three, of which one is cut

TIMEOUT = 120


@dataclass
class Gathering:
    """A folder with recipes of the catalog, whose API is the sandbox on loopback.

    Attributes:
        asked: Called with the number of each call, from 1, before it is answered.
        windows: First days of the windows that were asked for.
        refused: Such days for which the key is refused.
        known: What runs gave that were left alone, by their words.
    """

    folder: Path
    known: dict[tuple[str, ...], str]
    calls: int = 0
    asked: Callable[[int], None] = lambda number: None
    windows: set[str] = field(default_factory=set)
    refused: frozenset[str] = frozenset()

    def start(self, *words: str, recipe: str = "backfill") -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "runner", "run", f"newswhip/{recipe}", *words, "--format", "jsonl"]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def rows(self, *words: str) -> str:
        """Return what a run gives that is left alone."""
        out, err = self.start(*words).communicate(timeout=TIMEOUT)
        assert err == ""
        assert out
        return out

    def whole(self, *words: str) -> str:
        """Return what a run gives that keeps nothing and is left alone."""
        if words not in self.known:
            self.known[words] = self.rows(*words)
        return self.known[words]

    def killed(self, *words: str, at: int) -> None:
        """Start a run, and end it with SIGKILL while the call of that number waits for its answer."""
        process = self.start(*words)
        last = self.calls + at

        def kill(number: int) -> None:
            if number == last:
                process.kill()

        self.asked = kill
        process.communicate(timeout=TIMEOUT)
        self.asked = lambda number: None
        assert process.returncode == -signal.SIGKILL

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "NEWSWHIP_API_KEY": "sandbox",
            "RECIPES_HOME": str(self.folder / "home"),
            "PYTHONPATH": str(ROOT),
        }


@pytest.fixture(scope="module")
def sandbox() -> Any:
    return load_sandbox(read_api(ROOT / "recipes" / "newswhip"), Approval(ROOT))


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, ...], str]:
    return {}


@pytest.fixture
def gathering(tmp_path: Path, sandbox: Any, known: dict[tuple[str, ...], str]) -> Iterator[Gathering]:
    folder = tmp_path / "mine" / "recipes" / "newswhip"
    folder.mkdir(parents=True)
    made = Gathering(tmp_path / "mine", known)
    with serving(made, sandbox) as url:
        (made.folder / "recipes.toml").write_text('name = "mine"\ntitle = "Mine"\n', encoding="utf-8")
        for name, ours in (("backfill.py", "backfill_history.py"), ("shared.py", "shared_rate_limit.py")):
            shutil.copyfile(ROOT / "recipes" / "newswhip" / ours, folder / name)
        text = (ROOT / "recipes" / "newswhip" / "api.toml").read_text(encoding="utf-8")
        kept = [line for line in text.splitlines(True) if not line.startswith(("rates", "sandbox"))]
        text = "".join(kept).replace("https://api.newswhip.com/v1", url)
        (folder / "api.toml").write_text(text, encoding="utf-8")
        words = [sys.executable, "-m", "runner", "trust", "."]
        subprocess.run(words, cwd=made.folder, env=made.environment, check=True, stderr=subprocess.DEVNULL)
        yield made


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where a run keeps what is done."""
    return tmp_path / "kept"


@contextmanager
def serving(made: Gathering, sandbox: Any) -> Iterator[str]:
    """Serve the sandbox for one test; what a killed run still sends may arrive at any time."""
    lock = Lock()

    def answer(environ: dict[str, Any], start: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        day = datetime.fromtimestamp(json.loads(body)["from"] / 1000, UTC).strftime("%Y-%m-%d")
        with lock:
            made.calls += 1
            number = made.calls
            made.windows.add(day)
        made.asked(number)
        changes = {"QUERY_STRING": ""} if day in made.refused else {}
        return sandbox({**environ, **changes, NOW_KEY: NOW, "wsgi.input": io.BytesIO(body)}, start)

    with answering(open_server(answer, port=0, now=None)) as server:
        yield f"http://127.0.0.1:{server.port}/v1"


@pytest.mark.parametrize("at", [1, 22])
def test_a_killed_backfill_goes_on_to_the_rows_of_one_that_was_left_alone(
    gathering: Gathering, kept: Path, at: int
) -> None:
    whole = gathering.whole(*WEEKS)
    assert len(whole.splitlines()) > 500
    gathering.killed(*WEEKS, "--folder", str(kept), at=at)
    manifest = kept / "manifest.json"
    done = {week[:10] for week in json.loads(manifest.read_text(encoding="utf-8"))} if manifest.exists() else set()
    assert len(done) < 30
    gathering.windows = set()
    assert gathering.rows(*WEEKS, "--folder", str(kept)) == whole
    assert (len(gathering.windows), gathering.windows & done) == (30 - len(done), set())
    assert sorted(kept.glob("*.partial")) == []


def test_it_may_be_killed_again_and_again(gathering: Gathering, kept: Path) -> None:
    whole = gathering.whole(*WEEKS)
    for at in (12, 4, 2):
        gathering.killed(*WEEKS, "--folder", str(kept), at=at)
    assert gathering.rows(*WEEKS, "--folder", str(kept)) == whole
    gathering.windows = set()
    assert gathering.rows(*WEEKS, "--folder", str(kept)) == whole
    assert gathering.windows == set()


@pytest.mark.parametrize("at", [4, 5])
def test_a_week_that_is_cut_is_kept_as_a_whole_or_not_at_all(gathering: Gathering, kept: Path, at: int) -> None:
    whole = gathering.whole(*STORM)
    rows = [json.loads(line) for line in whole.splitlines()]
    assert len(rows) == len({row["uuid"] for row in rows}) > 6000
    gathering.killed(*STORM, "--folder", str(kept), at=at)
    assert sorted(path.name for path in kept.glob("*.jsonl")) == ["2026-10-26.jsonl", "2026-11-09.jsonl"]
    assert gathering.rows(*STORM, "--folder", str(kept)) == whole


def test_it_may_be_killed_while_it_writes_a_week(gathering: Gathering, kept: Path) -> None:
    kept.mkdir()
    aside = kept / "2026-06-01.partial"
    os.mkfifo(aside)  # whoever writes more than fits into a pipe waits for it to be read
    pipe = os.open(aside, os.O_RDONLY | os.O_NONBLOCK)
    process = gathering.start(*WEEKS, "--folder", str(kept), "-o", "rows.jsonl")
    assert select.select([pipe], [], [], TIMEOUT)[0]
    process.kill()
    process.communicate()
    os.close(pipe)
    aside.unlink()
    assert not (gathering.folder / "rows.jsonl").exists()
    aside.write_text('{"half', encoding="utf-8")
    assert gathering.rows(*WEEKS, "--folder", str(kept)) == gathering.whole(*WEEKS)
    assert sorted(kept.glob("*.partial")) == []


def test_it_may_be_killed_between_a_week_and_the_manifest(gathering: Gathering, kept: Path) -> None:
    kept.mkdir()
    os.mkfifo(kept / "manifest.partial")  # whoever opens it waits for the other end
    process = gathering.start(*WEEKS, "--folder", str(kept))
    while not any(kept.glob("*.jsonl")) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    (kept / "manifest.partial").unlink()
    assert not (kept / "manifest.json").exists()
    assert gathering.rows(*WEEKS, "--folder", str(kept)) == gathering.whole(*WEEKS)


def test_rows_come_in_order_of_time_though_the_answers_do_not(gathering: Gathering) -> None:
    in_turn = gathering.whole(*WEEKS)
    gathering.asked = lambda number: time.sleep(0.3 if number % 3 == 1 else 0)
    assert gathering.rows(*WEEKS) == in_turn
    published = [json.loads(line)["published"] for line in in_turn.splitlines()]
    assert published == sorted(published)


def test_the_next_weeks_are_under_way_while_one_is_waited_for(gathering: Gathering) -> None:
    together = Barrier(20)
    gathering.asked = lambda number: print(together.wait(10))
    rows = gathering.rows("--topic", "heat pump", "--since", "2026-01-05", "--until", "2026-10-12")  # twice twenty
    assert (together.broken, len(rows.splitlines()) > 1000) == (False, True)


def test_no_more_than_twenty_weeks_are_under_way(gathering: Gathering) -> None:
    together, passed = Barrier(21), []

    def wait(number: int) -> None:
        with suppress(BrokenBarrierError):
            passed.append(together.wait(2))

    gathering.asked = wait
    gathering.rows(*WEEKS)
    assert passed == []


def test_one_refusal_ends_it_with_one_message_and_what_is_done_stays(gathering: Gathering, kept: Path) -> None:
    gathering.refused = frozenset({"2026-03-30", "2026-04-06", "2026-04-13"})
    gathering.asked = lambda number: time.sleep(2 if number == 1 else 0)  # all three are answered before the first week
    process = gathering.start(*WEEKS, "--folder", str(kept))
    _, said = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 4
    assert said.count("Error  ") == 1
    assert "never retrieved" not in said
    gathering.refused = frozenset()
    whole = gathering.whole(*WEEKS)
    assert gathering.rows(*WEEKS, "--folder", str(kept)) == whole


def test_dates_the_wrong_way_round_are_said_to_be_so(gathering: Gathering) -> None:
    process = gathering.start("--topic", "storm", "--since", "2026-10-12", "--until", "2026-10-05")
    out, said = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, out, gathering.calls) == (1, "", 0)
    assert "since is 2026-10-12, which is not before 2026-10-05" in said


def test_two_scripts_with_one_ledger_keep_the_rates_together(gathering: Gathering, tmp_path: Path) -> None:
    ledger = tmp_path / "calls.sqlite"
    words = ("--topic", "heat pump", "--weeks", "8", f"--ledger={ledger}")
    scripts = [gathering.start(*words, recipe="shared") for _ in range(2)]
    rows = [script.communicate(timeout=TIMEOUT)[0].splitlines() for script in scripts]
    assert [len(each) for each in rows] == [8, 8]
    with closing(sqlite3.connect(ledger)) as database:
        sent = [moment for (moment,) in database.execute("SELECT at FROM calls ORDER BY at")]
    assert len(sent) == 16
    assert min(sixth - first for first, sixth in zip(sent, sent[5:], strict=False)) > 1
