"""Each test asks in a process of its own: that of the tests may have several threads."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runner.catalog import copies

SEVERAL = pytest.mark.skipif(
    (os.cpu_count() or 1) < 2 or not Path("/proc/self/task").is_dir(), reason="here a process makes no copies"
)

_BEGIN = """
import os, sys, threading, time
from pathlib import Path
from runner.catalog.copies import each_answered
HERE, SEEN = os.getpid(), Path(sys.argv[1])

def see(number):
    (SEEN / f"{number}-{os.getpid()}").touch()
    return number % 3 == 0
"""
_TELL = """
print([*each_answered(see, range(int(sys.argv[2])))] == [number % 3 == 0 for number in range(int(sys.argv[2]))])
pids = {int(path.name.partition("-")[2]) for path in SEEN.iterdir()}
print(HERE in pids, len(pids - {HERE}) > 1, len([*SEEN.iterdir()]))
"""


def told(folder: Path, count: int, between: str = "") -> list[str]:
    words = [sys.executable, "-c", _BEGIN + between + _TELL, str(folder), str(count)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.splitlines()


@SEVERAL
def test_copies_see_to_each_item_once_and_the_answers_come_in_order(tmp_path: Path) -> None:
    assert told(tmp_path, 500) == ["True", "False True 500"]


def test_few_items_are_seen_to_here(tmp_path: Path) -> None:
    assert told(tmp_path, 63) == ["True", "True False 63"]


def test_beside_another_thread_there_are_no_copies(tmp_path: Path) -> None:
    thread = "threading.Thread(target=time.sleep, args=(3,), daemon=True).start()\n"
    assert told(tmp_path, 500, thread) == ["True", "True False 500"]


@SEVERAL
def test_a_thread_that_has_ended_is_none(tmp_path: Path) -> None:
    thread = "thread = threading.Thread(target=int)\nthread.start()\nthread.join()\n"
    for at in range(5):
        (tmp_path / f"{at}").mkdir()
        assert told(tmp_path / f"{at}", 500, thread) == ["True", "False True 500"]


@SEVERAL
@pytest.mark.parametrize("end", ["os._exit(1)", "raise ValueError", "raise KeyboardInterrupt"])
def test_what_a_copy_leaves_is_seen_to_here(tmp_path: Path, end: str) -> None:
    ends = f"""
all_see = see
def see(number):
    if number > 100 and os.getpid() != HERE:
        {end}
    return all_see(number)
"""
    [same, seen] = told(tmp_path, 500, ends)
    assert (same, seen.split()[0], seen.split()[2]) == ("True", "True", "500")


@SEVERAL
def test_what_a_function_raises_is_raised_here_and_no_copy_stays(tmp_path: Path) -> None:
    raises = """
def see(number):
    if number == 100:
        raise OSError(28, "No space left on device")
    time.sleep(0.01)
    return True
try:
    [*each_answered(see, range(10_000))]
except OSError as error:
    print(error.strerror)
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("none")
"""
    done = subprocess.run([sys.executable, "-c", _BEGIN + raises, str(tmp_path)], capture_output=True, text=True)
    assert (done.stdout.splitlines(), done.stderr) == (["No space left on device", "none"], "")


@SEVERAL
def test_ctrl_c_ends_the_copies_and_is_told_once(tmp_path: Path) -> None:
    waits = """
def see(number):
    (SEEN / f"{number}").touch()
    time.sleep(0.01)
    return True
try:
    [*each_answered(see, range(10_000))]
except KeyboardInterrupt:
    print("ended", flush=True)
time.sleep(0.2)
print(len([*SEEN.iterdir()]), flush=True)
time.sleep(0.3)
print(len([*SEEN.iterdir()]))
"""
    with subprocess.Popen(
        [sys.executable, "-c", _BEGIN + waits, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        while len([*tmp_path.iterdir()]) < 20:
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of the group
        out, err = process.communicate(timeout=30)
    ended, then, later = out.splitlines()
    assert (ended, then == later, err) == ("ended", True, "")


def test_nothing_is_asked_of_nothing() -> None:
    assert [*copies.each_answered(bool, [])] == []
