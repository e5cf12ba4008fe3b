import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

AT_THE_END = """
import atexit, gc, sys
atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 0, file=sys.stderr))
from runner.cli.program import run
run()
"""

LEAVING = '''\
from pathlib import Path


class Holder:
    """Refers to itself, so that only a search for garbage finds it."""

    def __init__(self) -> None:
        self.me = self
        self.file = Path("left.txt")

    def __del__(self) -> None:
        self.file.write_text("written", encoding="utf-8")


def main(echo: httpx.Client) -> list[dict[str, Any]]:
    """Leave something that ends by itself."""
    Holder()
    return [{"row": 1}]'''


def process(*words: str, home: Path, folder: Path) -> str:
    """Return what a process of its own wrote to stderr."""
    env = {"PYTHONPATH": os.pathsep.join(sys.path), "RECIPES_HOME": str(home)}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=env, capture_output=True, text=True, check=True
    ).stderr


@pytest.mark.parametrize(
    "words, is_enabled",
    [
        (("--help",), False),
        (("templates",), False),
        (("list",), True),
        (("check",), True),
        (("explain", "R101"), False),
    ],
)
def test_garbage_is_looked_for_only_in_commands_that_may_take_long(
    repo: Any, home: Path, folder: Path, words: tuple[str, ...], is_enabled: bool
) -> None:
    seen = process("-c", AT_THE_END, *words, home=home, folder=folder)
    assert seen.splitlines()[-1] == f"{is_enabled} True"


def test_what_a_recipe_left_behind_still_ends_by_itself(trusted: Any, home: Path, folder: Path) -> None:
    trusted.write_recipe(code=LEAVING)
    seen = process("-c", AT_THE_END, "run", "things", "--try", "-q", home=home, folder=folder)
    assert seen.splitlines()[-1] == "True False"
    assert (folder / "left.txt").read_text(encoding="utf-8") == "written"


LATE = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Leave a thread that prints when the run is over."""
    from threading import Thread, main_thread

    def work() -> None:
        main_thread().join()
        print("late")

    Thread(target=work).start()
    yield {"row": 1}'''

WAITING = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Wait after the first row."""
    import sys
    from threading import Event

    yield {"row": 1}
    print("waiting")
    Event().wait(60)'''

STOPPED_EARLY = """
import os, signal, sys
class Stop:
    def find_spec(self, name, *_):
        if name == "click":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Stop())
from runner.cli.program import run
run()
"""

ONLY_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals and descriptors")


@contextmanager
def recipes(*words: str, home: Path, folder: Path, **more: Any) -> Iterator[subprocess.Popen[str]]:
    env = {"PYTHONPATH": os.pathsep.join(sys.path), "RECIPES_HOME": str(home)}
    usual: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-m", "runner", *words], cwd=folder, env=env, **usual | more) as started:
        yield started


def test_what_a_recipe_prints_after_its_run_is_no_part_of_the_result(trusted: Any, home: Path, folder: Path) -> None:
    trusted.write_recipe(code=LATE)
    with recipes("run", "things", "--try", "-q", home=home, folder=folder) as started:
        stdout, stderr = started.communicate()
    assert (stdout, stderr.splitlines()[-1]) == ("row\n1\n", "late")


@ONLY_POSIX
def test_a_result_is_saved_although_nobody_reads_the_notes(trusted: Any, home: Path, folder: Path) -> None:
    trusted.write_recipe(code=LATE)
    reading, writing = os.pipe()
    os.close(reading)
    with recipes("run", "things", "--try", "-o", "x.csv", home=home, folder=folder, stderr=writing) as started:
        os.close(writing)
    assert (started.returncode, (folder / "x.csv").read_text(encoding="utf-8")) == (0, "row\n1\n")


@ONLY_POSIX
@pytest.mark.parametrize("descriptor", [0, 1, 2])
def test_a_standard_stream_may_be_closed(trusted: Any, home: Path, folder: Path, descriptor: int) -> None:
    trusted.write_recipe(code=LATE)
    words, close = ("run", "things", "--try", "-o", "x.csv"), lambda: os.close(descriptor)
    with recipes(*words, home=home, folder=folder, preexec_fn=close) as started:
        started.communicate()
    assert (started.returncode, (folder / "x.csv").read_text(encoding="utf-8")) == (0, "row\n1\n")


@ONLY_POSIX
def test_a_result_for_a_stdout_that_is_closed_is_not_lost_in_silence(trusted: Any, home: Path, folder: Path) -> None:
    trusted.write_recipe()
    close = lambda: os.close(1)  # noqa: E731
    with recipes("run", "things", "--try", "-q", home=home, folder=folder, preexec_fn=close) as started:
        _, stderr = started.communicate()
    assert stderr.splitlines()[-2] == "Error  The output could not be written: Bad file descriptor."
    assert started.returncode == 2


@ONLY_POSIX
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_whatever_ends_a_run_leaves_nothing_half_written(trusted: Any, home: Path, folder: Path, how: str) -> None:
    trusted.write_recipe(code=WAITING)
    before = set(folder.iterdir())
    with recipes("run", "things", "--try", "-o", "x.csv", home=home, folder=folder) as started:
        assert started.stderr is not None
        while started.stderr.readline() not in ("waiting\n", ""):
            pass
        started.send_signal(getattr(signal, how))
        stderr = started.stderr.read()
    assert started.returncode == 130
    assert stderr.startswith("Error  Stopped.\n       1 row was delivered before that.\n")
    assert set(folder.iterdir()) - before == {folder / "x.partial.csv"}


@ONLY_POSIX
def test_ctrl_c_before_the_command_is_no_bug(home: Path, folder: Path) -> None:
    words = [sys.executable, "-c", STOPPED_EARLY, "list"]
    env = {"PYTHONPATH": os.pathsep.join(sys.path), "RECIPES_HOME": str(home)}
    answer = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert (answer.stderr, answer.stdout, answer.returncode) == ("", "", 130)
