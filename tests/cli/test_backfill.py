"""A backfill of the catalog over a network: as quick as the rates, and whole after a kill at any moment."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest

from runner.catalog import read_api
from runner.running.approval import Approval
from runner.running.loading import load_sandbox
from runner.running.serving import NOW_KEY, open_server

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp()
WEEKS = ("--topic", "heat pump", "--since", "2026-05-25", "--until", "2026-10-12")  # twenty of them
STORM = ("--topic", "storm", "--since", "2026-10-26", "--until", "2026-11-16")  # three, of which one is cut

Asked = Callable[[int], None]


@dataclass
class Backfills:
    """A folder with the catalog's recipes, whose API is the sandbox on loopback.

    Attributes:
        asked: Called with the number of each call, from 1, before it is answered.
        refused: The numbers of the calls that are answered with 400.
    """

    folder: Path
    url: str = ""
    calls: int = 0
    asked: Asked = lambda number: None
    refused: set[int] = field(default_factory=set)
    known: dict[tuple[str, ...], str] = field(default_factory=dict)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "runner", "run", "newswhip/backfill", *words, "--format", "jsonl"]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def rows(self, *words: str) -> str:
        """Return what a run gives that is left alone."""
        out, err = self.start(*words).communicate(timeout=60)
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

        def kill(number: int) -> None:
            if number == at:
                process.kill()

        self.calls, self.asked = 0, kill
        process.communicate(timeout=60)
        self.asked = lambda number: None
        assert process.returncode == -signal.SIGKILL

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "RECIPES_HOME": str(self.folder / "home"),
            "NEWSWHIP_API_KEY": "sandbox",
            "PYTHONPATH": str(ROOT),
        }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backfills]:
    tmp_path = tmp_path_factory.mktemp("mine")
    made = Backfills(tmp_path)
    with serving(made) as url:
        made.url = url
        (tmp_path / "recipes" / "newswhip").mkdir(parents=True)
        (tmp_path / "recipes.toml").write_text('name = "mine"\ntitle = "Mine"\n', encoding="utf-8")
        shutil.copyfile(
            ROOT / "recipes" / "newswhip" / "backfill_history.py",
            tmp_path / "recipes" / "newswhip" / "backfill.py",
        )
        text = (ROOT / "recipes" / "newswhip" / "api.toml").read_text(encoding="utf-8")
        kept = [line for line in text.splitlines(True) if not line.startswith(("rates", "sandbox"))]
        text = "".join(kept).replace("https://api.newswhip.com/v1", url)
        (tmp_path / "recipes" / "newswhip" / "api.toml").write_text(text, encoding="utf-8")
        words = [sys.executable, "-m", "runner", "trust", "."]
        subprocess.run(words, cwd=tmp_path, env=made.environment, check=True, stderr=subprocess.DEVNULL)
        yield made


@pytest.fixture
def backfills(repository: Backfills) -> Iterator[Backfills]:
    yield repository
    repository.calls, repository.asked, repository.refused = 0, lambda number: None, set()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where a run keeps what is done."""
    return tmp_path / "kept"


@contextmanager
def serving(made: Backfills) -> Iterator[str]:
    app = load_sandbox(read_api(ROOT / "recipes" / "newswhip"), Approval(ROOT))

    def answer(environ: dict[str, Any], start: Any) -> Any:
        made.calls += 1
        number = made.calls
        made.asked(number)
        if number in made.refused:
            environ["QUERY_STRING"] = ""  # no key
        return app({**environ, NOW_KEY: NOW}, start)

    with open_server(answer, port=0, now=None) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.port}/v1"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("at", [1, 8, 13, 20])
def test_a_killed_backfill_goes_on_to_the_rows_of_one_that_was_left_alone(
    backfills: Backfills, kept: Path, at: int
) -> None:
    whole = backfills.whole(*WEEKS)
    assert len(whole.splitlines()) > 500
    backfills.killed(*WEEKS, "--folder", str(kept), at=at)
    manifest = kept / "manifest.json"
    done = len(json.loads(manifest.read_text(encoding="utf-8"))) if manifest.exists() else 0
    backfills.calls = 0
    assert backfills.rows(*WEEKS, "--folder", str(kept)) == whole
    assert backfills.calls == 20 - done
    assert sorted(kept.glob("*.partial")) == []


def test_it_may_be_killed_again_and_again(backfills: Backfills, kept: Path) -> None:
    whole = backfills.whole(*WEEKS)
    for at in (12, 4, 2):
        backfills.killed(*WEEKS, "--folder", str(kept), at=at)
    assert backfills.rows(*WEEKS, "--folder", str(kept)) == whole
    backfills.calls = 0
    assert backfills.rows(*WEEKS, "--folder", str(kept)) == whole
    assert backfills.calls == 0


@pytest.mark.parametrize("at", [4, 5])
def test_a_week_that_is_cut_is_kept_as_a_whole_or_not_at_all(backfills: Backfills, kept: Path, at: int) -> None:
    whole = backfills.whole(*STORM)
    rows = [json.loads(line) for line in whole.splitlines()]
    assert len(rows) == len({row["uuid"] for row in rows}) > 6000
    backfills.killed(*STORM, "--folder", str(kept), at=at)
    assert sorted(path.name for path in kept.glob("*.jsonl")) == ["2026-10-26.jsonl", "2026-11-09.jsonl"]
    assert backfills.rows(*STORM, "--folder", str(kept)) == whole


def test_it_may_be_killed_while_it_writes_a_week(backfills: Backfills, kept: Path) -> None:
    kept.mkdir()
    aside = kept / "2026-06-01.partial"
    os.mkfifo(aside)  # whoever writes more than fits into a pipe waits for it to be read
    process = backfills.start(*WEEKS, "--folder", str(kept))
    with aside.open():
        process.kill()
        process.communicate()
    aside.unlink()
    aside.write_text('{"half', encoding="utf-8")
    assert backfills.rows(*WEEKS, "--folder", str(kept)) == backfills.whole(*WEEKS)
    assert sorted(kept.glob("*.partial")) == []


def test_it_may_be_killed_between_a_week_and_the_manifest(backfills: Backfills, kept: Path) -> None:
    kept.mkdir()
    os.mkfifo(kept / "manifest.partial")  # whoever opens it waits for the other end
    process = backfills.start(*WEEKS, "--folder", str(kept))
    while not any(kept.glob("*.jsonl")) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    (kept / "manifest.partial").unlink()
    assert not (kept / "manifest.json").exists()
    assert backfills.rows(*WEEKS, "--folder", str(kept)) == backfills.whole(*WEEKS)


def test_rows_come_in_order_of_time_though_the_answers_do_not(backfills: Backfills) -> None:
    in_turn = backfills.whole(*WEEKS)
    backfills.asked = lambda number: time.sleep(0.3 if number % 3 == 1 else 0)
    backfills.calls = 0
    assert backfills.rows(*WEEKS) == in_turn
    published = [json.loads(line)["published"] for line in in_turn.splitlines()]
    assert published == sorted(published)


def test_the_next_weeks_are_under_way_while_one_is_waited_for(backfills: Backfills) -> None:
    together = Barrier(10)
    backfills.asked = lambda number: print(together.wait(10))
    rows = backfills.rows(*WEEKS)
    assert (together.broken, len(rows.splitlines()) > 500) == (False, True)


def test_no_more_than_ten_weeks_are_under_way(backfills: Backfills) -> None:
    together = Barrier(11)

    def wait(number: int) -> None:
        try:
            together.wait(1)
        except BrokenBarrierError:
            return

    backfills.asked = wait
    backfills.rows("--topic", "heat pump", "--since", "2026-06-01", "--until", "2026-10-12")
    assert together.broken


def test_one_refusal_ends_it_with_one_message_and_what_is_done_stays(backfills: Backfills, kept: Path) -> None:
    backfills.refused = {3, 4, 5}
    process = backfills.start(*WEEKS, "--folder", str(kept))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 4
    assert said.count("Error  ") == 1
    assert "never retrieved" not in said
    backfills.refused = set()
    whole = backfills.whole(*WEEKS)
    assert backfills.rows(*WEEKS, "--folder", str(kept)) == whole


def test_dates_the_wrong_way_round_are_said_to_be_so(backfills: Backfills) -> None:
    process = backfills.start("--topic", "storm", "--since", "2026-10-12", "--until", "2026-10-05")
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out, backfills.calls) == (1, "", 0)
    assert "since is 2026-10-12, which is not before 2026-10-05" in said
