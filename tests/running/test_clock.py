import asyncio
import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.running.clock import stopped_clock
from runner.running.run import Run

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
REAL: tuple[Any, ...] = (time.sleep, time.monotonic, time.monotonic_ns, time.perf_counter, selectors.DefaultSelector)
SLEEPS = st.lists(st.floats(0, 3600), min_size=1, max_size=8)


def run_stopped(main: Callable[[], Any]) -> Any:
    """Run a coroutine function in a loop of a clock that stands at noon."""
    with stopped_clock(NOON) as clock, asyncio.Runner(loop_factory=clock.event_loop) as runner:
        return runner.run(main())


def since_noon() -> float:
    return round(time.time() - NOON.timestamp(), 6)


def test_the_clock_stands_at_the_moment() -> None:
    with stopped_clock(NOON):
        seen = [(datetime.now(UTC), time.time(), time.time_ns()) for _ in range(3)]
    assert seen == [(NOON, NOON.timestamp(), int(NOON.timestamp()) * 10**9)] * 3


@pytest.mark.parametrize("name", ["monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"])
def test_what_measures_time_stands_still_too(name: str) -> None:
    with stopped_clock(NOON):
        measure = getattr(time, name)
        before, again = measure(), measure()
        time.sleep(2)
        after = measure()
    assert (again - before, after - before) == (0, 2 * 10**9 if name.endswith("_ns") else 2)


def test_sleep_moves_the_clock_by_as_much() -> None:
    with stopped_clock(NOON):
        time.sleep(90)
        time.sleep(0.25)
        time.sleep(0)
        assert datetime.now(UTC) == NOON + timedelta(seconds=90.25)


@given(SLEEPS)
def test_sleeps_add_up(sleeps: list[float]) -> None:
    with stopped_clock(NOON) as clock:
        for seconds in sleeps:
            time.sleep(seconds)
        assert clock.monotonic() == pytest.approx(sum(sleeps), abs=1e-8)


@pytest.mark.parametrize("seconds", [-1, -0.5, float("nan")])
def test_a_sleep_that_is_none_is_refused(seconds: float) -> None:
    with stopped_clock(NOON), pytest.raises(ValueError):  # noqa: PT011 - as the real one
        time.sleep(seconds)


def test_a_tiny_sleep_moves_the_clock_so_that_no_loop_waits_for_ever() -> None:
    with stopped_clock(NOON) as clock:
        time.sleep(1e-12)
        assert clock.monotonic_ns() == 1


def test_asyncio_sleep_moves_the_clock_by_as_much() -> None:
    async def main() -> float:
        await asyncio.sleep(3600)
        return since_noon()

    assert run_stopped(main) == 3600


def test_sleepers_wake_in_order_and_all_together_take_as_long_as_the_longest() -> None:
    woken: list[tuple[float, float]] = []

    async def sleeper(seconds: float) -> None:
        await asyncio.sleep(seconds)
        woken.append((seconds, since_noon()))

    async def main() -> float:
        await asyncio.gather(sleeper(30), sleeper(10), sleeper(20), sleeper(0.5))
        return since_noon()

    assert run_stopped(main) == 30
    assert woken == [(0.5, 0.5), (10, 10), (20, 20), (30, 30)]


@given(SLEEPS)
def test_any_sleepers_wake_in_order(sleeps: list[float]) -> None:
    woken: list[float] = []

    async def sleeper(seconds: float) -> None:
        await asyncio.sleep(seconds)
        woken.append(seconds)

    async def main() -> float:
        await asyncio.gather(*map(sleeper, sleeps))
        return time.monotonic()

    assert run_stopped(main) == pytest.approx(max(sleeps), abs=1e-6)
    assert woken == pytest.approx(sorted(sleeps), abs=1e-6)


def test_a_timeout_ends_what_takes_longer() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.sleep(60)
        return since_noon()

    assert run_stopped(main) == 5


def test_a_timeout_leaves_alone_what_is_quicker() -> None:
    async def main() -> float:
        async with asyncio.timeout(60):
            await asyncio.sleep(5)
        return since_noon()

    assert run_stopped(main) == 5


def test_work_in_another_thread_is_waited_for() -> None:
    async def main() -> str:
        return await asyncio.to_thread(lambda: "done")

    assert run_stopped(main) == "done"


def test_what_has_arrived_is_read_before_the_clock_moves() -> None:
    async def main() -> tuple[bytes, float]:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            theirs.send(b"here")
            arrived = asyncio.Event()
            asyncio.get_running_loop().add_reader(ours, arrived.set)
            async with asyncio.timeout(60):
                await arrived.wait()
            asyncio.get_running_loop().remove_reader(ours)
            return ours.recv(10), since_noon()

    assert run_stopped(main) == (b"here", 0)


def test_a_loop_that_somebody_else_makes_does_not_wait_either() -> None:
    async def main() -> None:
        await asyncio.sleep(3600)

    with stopped_clock(NOON):
        asyncio.run(main())
        assert since_noon() == 3600


def test_a_wait_with_a_deadline_ends() -> None:
    with stopped_clock(NOON):
        deadline = time.monotonic() + 600
        rounds = 0
        while time.monotonic() < deadline:
            time.sleep(60)
            rounds += 1
    assert rounds == 10


def real_functions() -> tuple[Any, ...]:
    return (time.sleep, time.monotonic, time.monotonic_ns, time.perf_counter, selectors.DefaultSelector)


def test_afterwards_everything_is_as_before() -> None:
    before = time.time()
    with stopped_clock(NOON):
        assert not any(now is real for now, real in zip(real_functions(), REAL, strict=True))
    assert real_functions() == REAL
    assert before <= time.time() < before + 60


def test_after_an_exception_everything_is_as_before() -> None:
    with pytest.raises(KeyError), stopped_clock(NOON):
        raise KeyError
    assert real_functions() == REAL
    assert datetime.now(UTC) != NOON


def test_a_clock_within_a_clock_leaves_the_outer_one_where_it_stood() -> None:
    with stopped_clock(NOON):
        time.sleep(1)
        with stopped_clock(NOON - timedelta(days=1)):
            time.sleep(5)
            assert since_noon() == 5 - 86400
        assert since_noon() == 1
        time.sleep(1)
        assert since_noon() == 2


@pytest.mark.parametrize(
    "zone", [UTC, timezone(timedelta(hours=5, minutes=30)), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")]
)
def test_the_zone_of_the_moment_counts_and_local_time_is_utc_on_any_machine(zone: Any) -> None:
    with stopped_clock(NOON.astimezone(zone)):
        assert datetime.now(UTC) == NOON
        assert datetime.now() == NOON.replace(tzinfo=None)
        assert time.localtime()[:5] == (2026, 11, 20, 12, 0)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change the zone of a process")
def test_the_zone_of_the_machine_comes_back() -> None:
    before = (os.environ.get("TZ"), time.tzname)
    with stopped_clock(NOON):
        pass
    assert (os.environ.get("TZ"), time.tzname) == before


RECIPE = '''\
from time import sleep


def main(count: int = 3) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        count: How many.
    """
    for number in range(count):
        yield {"number": number, "now": datetime.now(UTC).isoformat()}
        sleep(60)'''


def test_a_recipe_may_import_sleep_by_its_name(rows_of: Callable[..., list[dict[str, Any]]]) -> None:
    assert rows_of(RECIPE, values={"count": 2}, clock_at=NOON) == [
        {"number": 0, "now": "2026-11-20T12:00:00+00:00"},
        {"number": 1, "now": "2026-11-20T12:01:00+00:00"},
    ]


ASYNC_RECIPE = '''\
async def main(count: int = 3) -> AsyncIterator[dict[str, Any]]:
    """Yield rows.

    Args:
        count: How many.
    """
    for number in range(count):
        await asyncio.sleep(60)
        yield {"number": number, "now": datetime.now(UTC).isoformat()}'''


def test_an_async_recipe_does_not_wait_either(rows_of: Callable[..., list[dict[str, Any]]]) -> None:
    assert rows_of(ASYNC_RECIPE, values={"count": 2}, clock_at=NOON) == [
        {"number": 0, "now": "2026-11-20T12:01:00+00:00"},
        {"number": 1, "now": "2026-11-20T12:02:00+00:00"},
    ]


def test_without_a_moment_the_clock_goes_on(plan: Callable[..., Any]) -> None:
    with Run(plan(RECIPE)):
        assert real_functions() == REAL


def test_a_clock_needs_no_pytest() -> None:
    code = (
        "import sys; from datetime import UTC, datetime; from runner.running.clock import stopped_clock\n"
        "with stopped_clock(datetime.now(UTC)): pass\n"
        "sys.exit('_pytest' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
