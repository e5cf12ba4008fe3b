"""A year of weekly windows from the NewsWhip sandbox on loopback, against what its rate allows and a plain loop."""

import math
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from benchmarks.measuring import Command, Measured, environment, peak_memory, recipes, timed
from runner.catalog import read_api
from runner.running.approval import Approval
from runner.running.loading import load_sandbox
from runner.running.serving import NOW_KEY, open_server

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp()
WEEKS = 53
YEAR = ("--since", "2025-10-01", "--until", "2026-10-07")
FIVE_YEARS = ("--since", "2021-10-06", "--until", "2026-10-07")
CALLS_PER_SECOND = 5


@dataclass
class Api:
    """The sandbox on loopback.

    Attributes:
        delay: Seconds that each answer takes at least.
        key: The sandbox's key that ours stands for; it says which rates hold.
        runs: Counted so that each run finds its key unused.
    """

    delay: float = 0.0
    key: str = "sandbox"
    runs: int = 0

    def next_run(self) -> None:
        """Let an hour pass."""
        self.runs += 1


def measure_gathering(folder: Path, rounds: int) -> Iterator[Measured]:
    """Our recipe against the floor of the rate, and against itself with one call at a time."""
    with serving(api := Api()) as url:
        for rates in (True, False):
            api.key = "test-key-full" if rates else "sandbox"
            place = folder / f"rates-{rates}"
            write_repository(place, url, with_rates=rates)
            for api.delay in (0.0, 1.0):
                yield from measure_year(place, api, rounds, with_rates=rates)


def measure_year(folder: Path, api: Api, rounds: int, *, with_rates: bool) -> Iterator[Measured]:
    """Yield one line against each of floor and loop; our best run, as all that disturbs one only adds."""
    job = f"a year, {'5 a second' if with_rates else 'no rates'}, answers after {api.delay:g} s"
    ours = min(seconds_of(folder, "gather", api) for _ in range(rounds))
    plain = seconds_of(folder, "plain", api)
    if with_rates:
        floor = math.ceil(WEEKS / CALLS_PER_SECOND) - 1 + api.delay
        yield Measured(job, "floor of the rate", (ours, floor), ours / floor, 1.10)
    yield Measured(job, "plain loop", (ours, plain), ours / plain, None)


def seconds_of(folder: Path, name: str, api: Api) -> float:
    """Return how long one run takes."""
    return timed(Command(gather(name, *YEAR).words, api.next_run), folder)


def measure_memory(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield the peak memory in MB of a year, and of five."""
    with serving(Api()) as url:
        write_repository(folder / "memory", url, with_rates=False)
        for job, words in (("a year", YEAR), ("five years", FIVE_YEARS)):
            yield job, peak_memory(gather("gather", *words).words, folder / "memory")


def gather(name: str, *words: str) -> Command:
    """Return the command that gathers."""
    return recipes("run", f"newswhip/{name}", "--topic", "heat pump", *words, "--format", "csv")


def write_repository(folder: Path, url: str, *, with_rates: bool) -> None:
    """Make the folder a trusted repository with our recipe, and the same with one call at a time."""
    ours = ROOT / "recipes" / "newswhip"
    place = folder / "recipes" / "newswhip"
    place.mkdir(parents=True)
    (folder / "recipes.toml").write_text('name = "bench"\ntitle = "Bench"\n', encoding="utf-8")
    lines = (ours / "api.toml").read_text(encoding="utf-8").splitlines(True)
    left_out = ("sandbox",) if with_rates else ("sandbox", "rates")
    text = "".join(line for line in lines if not line.startswith(left_out))
    text = text.replace("https://api.newswhip.com/v1", url).replace("NEWSWHIP_API_KEY", "BENCH_KEY")
    (place / "api.toml").write_text(text, encoding="utf-8")
    recipe = (ours / "backfill_history.py").read_text(encoding="utf-8")
    (place / "gather.py").write_text(recipe, encoding="utf-8")
    (place / "plain.py").write_text(recipe.replace("AT_ONCE = 20", "AT_ONCE = 1"), encoding="utf-8")
    words = recipes("trust", str(folder)).words
    subprocess.run(words, cwd=folder, env=environment(folder), check=True, stderr=subprocess.DEVNULL)


@contextmanager
def serving(api: Api) -> Iterator[str]:
    """Serve the sandbox."""
    app = load_sandbox(read_api(ROOT / "recipes" / "newswhip"), Approval(ROOT))
    began = time.monotonic()

    def answer(environ: dict[str, Any], start: Any) -> Any:
        now = NOW + 3600 * api.runs + time.monotonic() - began
        query = environ["QUERY_STRING"].replace("test-key-bench", api.key)
        body = app({**environ, "QUERY_STRING": query, NOW_KEY: now}, start)
        time.sleep(api.delay)
        return body

    with open_server(answer, port=0, now=None) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}/v1"
        server.shutdown()
