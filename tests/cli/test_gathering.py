"""Recipes that gather, over a network: within the rates, many calls under way, whole after a kill at any moment."""

import json
import os
import select
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
class Gathering:
    """A folder with the catalog's recipes, whose API is the sandbox on loopback.

    Attributes:
        asked: Called with the number of each call, from 1, before it is answered.
        refused: The numbers of the calls that are answered with 403.
        statuses: Of the answers so far.
        clock_runs: Whether the API's clock goes on; so that the rates of its keys mean something.
    """

    folder: Path
    url: str = ""
    calls: int = 0
    asked: Asked = lambda number: None
    refused: set[int] = field(default_factory=set)
    statuses: list[str] = field(default_factory=list)
    clock_runs: bool = False
    known: dict[tuple[str, ...], str] = field(default_factory=dict)

    def start(self, *words: str, recipe: str = "backfill", key: str = "sandbox") -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "runner", "run", f"newswhip/{recipe}", *words, "--format", "jsonl"]
        env = {**self.environment, "NEWSWHIP_API_KEY": key}
        return subprocess.Popen(
            command, cwd=self.folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
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
            "PYTHONPATH": str(ROOT),
        }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gathering]:
    tmp_path = tmp_path_factory.mktemp("mine")
    made = Gathering(tmp_path)
    with serving(made) as url:
        made.url = url
        (tmp_path / "recipes" / "newswhip").mkdir(parents=True)
        (tmp_path / "recipes.toml").write_text('name = "mine"\ntitle = "Mine"\n', encoding="utf-8")
        for name, ours in (("backfill.py", "backfill_history.py"), ("shared.py", "shared_rate_limit.py")):
            shutil.copyfile(ROOT / "recipes" / "newswhip" / ours, tmp_path / "recipes" / "newswhip" / name)
        text = (ROOT / "recipes" / "newswhip" / "api.toml").read_text(encoding="utf-8")
        kept = [line for line in text.splitlines(True) if not line.startswith(("rates", "sandbox"))]
        text = "".join(kept).replace("https://api.newswhip.com/v1", url)
        (tmp_path / "recipes" / "newswhip" / "api.toml").write_text(text, encoding="utf-8")
        words = [sys.executable, "-m", "runner", "trust", "."]
        subprocess.run(words, cwd=tmp_path, env=made.environment, check=True, stderr=subprocess.DEVNULL)
        yield made


@pytest.fixture
def gathering(repository: Gathering) -> Iterator[Gathering]:
    yield repository
    repository.calls, repository.asked, repository.refused = 0, lambda number: None, set()
    repository.statuses, repository.clock_runs = [], False


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where a run keeps what is done."""
    return tmp_path / "kept"


@contextmanager
def serving(made: Gathering) -> Iterator[str]:
    app = load_sandbox(read_api(ROOT / "recipes" / "newswhip"), Approval(ROOT))

    def answer(environ: dict[str, Any], start: Any) -> Any:
        made.calls += 1
        number = made.calls
        made.asked(number)
        if number in made.refused:
            environ["QUERY_STRING"] = ""  # no key

        def start_and_tell(status: str, *more: Any) -> Any:
            made.statuses.append(status)
            return start(status, *more)

        now = NOW + time.monotonic() if made.clock_runs else NOW
        return app({**environ, NOW_KEY: now}, start_and_tell)

    with open_server(answer, port=0, now=None) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.port}/v1"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("at", [1, 8, 13, 20])
def test_a_killed_backfill_goes_on_to_the_rows_of_one_that_was_left_alone(
    gathering: Gathering, kept: Path, at: int
) -> None:
    whole = gathering.whole(*WEEKS)
    assert len(whole.splitlines()) > 500
    gathering.killed(*WEEKS, "--folder", str(kept), at=at)
    manifest = kept / "manifest.json"
    done = len(json.loads(manifest.read_text(encoding="utf-8"))) if manifest.exists() else 0
    gathering.calls = 0
    assert gathering.rows(*WEEKS, "--folder", str(kept)) == whole
    assert gathering.calls == 20 - done
    assert sorted(kept.glob("*.partial")) == []


def test_it_may_be_killed_again_and_again(gathering: Gathering, kept: Path) -> None:
    whole = gathering.whole(*WEEKS)
    for at in (12, 4, 2):
        gathering.killed(*WEEKS, "--folder", str(kept), at=at)
    assert gathering.rows(*WEEKS, "--folder", str(kept)) == whole
    gathering.calls = 0
    assert gathering.rows(*WEEKS, "--folder", str(kept)) == whole
    assert gathering.calls == 0


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
    process = gathering.start(*WEEKS, "--folder", str(kept))
    assert select.select([pipe], [], [], 20)[0]
    process.kill()
    process.communicate()
    os.close(pipe)
    aside.unlink()
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
    gathering.calls = 0
    assert gathering.rows(*WEEKS) == in_turn
    published = [json.loads(line)["published"] for line in in_turn.splitlines()]
    assert published == sorted(published)


def test_the_next_weeks_are_under_way_while_one_is_waited_for(gathering: Gathering) -> None:
    together = Barrier(10)
    gathering.asked = lambda number: print(together.wait(10))
    rows = gathering.rows(*WEEKS)
    assert (together.broken, len(rows.splitlines()) > 500) == (False, True)


def test_no_more_than_ten_weeks_are_under_way(gathering: Gathering) -> None:
    together = Barrier(11)

    def wait(number: int) -> None:
        try:
            together.wait(1)
        except BrokenBarrierError:
            return

    gathering.asked = wait
    gathering.rows("--topic", "heat pump", "--since", "2026-06-01", "--until", "2026-10-12")
    assert together.broken


def test_one_refusal_ends_it_with_one_message_and_what_is_done_stays(gathering: Gathering, kept: Path) -> None:
    gathering.refused = {3, 4, 5}
    process = gathering.start(*WEEKS, "--folder", str(kept))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 4
    assert said.count("Error  ") == 1
    assert "never retrieved" not in said
    gathering.refused = set()
    whole = gathering.whole(*WEEKS)
    assert gathering.rows(*WEEKS, "--folder", str(kept)) == whole


def test_dates_the_wrong_way_round_are_said_to_be_so(gathering: Gathering) -> None:
    process = gathering.start("--topic", "storm", "--since", "2026-10-12", "--until", "2026-10-05")
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out, gathering.calls) == (1, "", 0)
    assert "since is 2026-10-12, which is not before 2026-10-05" in said


@pytest.mark.parametrize("shares", [True, False])
def test_two_scripts_with_one_ledger_are_never_refused(gathering: Gathering, tmp_path: Path, shares: bool) -> None:
    gathering.clock_runs = True
    ledgers = [tmp_path / "one.sqlite", tmp_path / ("one.sqlite" if shares else "another.sqlite")]
    words = ("--topic", "heat pump", "--weeks", "8")
    scripts = [
        gathering.start(*words, f"--ledger={ledger}", recipe="shared", key="test-key-full") for ledger in ledgers
    ]
    rows = [script.communicate(timeout=60)[0].splitlines() for script in scripts]
    assert [len(each) for each in rows] == [8, 8]
    assert ("429 Too Many Requests" in gathering.statuses) is not shares
