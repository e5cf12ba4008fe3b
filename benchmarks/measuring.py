"""Time whole processes in turn, and compare them round by round."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
HELLO = """\
import click

@click.command()
def main():
    click.echo("Hello")

main()
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One job, ours against another program's.

    Attributes:
        job: What was done.
        other: The floor, reference or peer.
        seconds: Medians: ours, the other's.
        ratio: Median of the ratios, round by round.
        goal: The ratio that we promise, or None.
    """

    job: str
    other: str
    seconds: tuple[float, float]
    ratio: float
    goal: float | None


@dataclass(frozen=True, slots=True)
class Command:
    """A command to time, with what makes its stage ready before each run (not timed)."""

    words: Sequence[str]
    prepare: Callable[[], None] = lambda: None


def compare(
    job: str, ours: Command, other: tuple[str, Command], folder: Path, *, rounds: int, goal: float | None = None
) -> Measured:
    """Run two commands in turn; the first round warms up and does not count."""
    name, theirs = other
    pairs = [(timed(ours, folder), timed(theirs, folder)) for _ in range(rounds + 1)][1:]
    medians = (statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs))
    return Measured(job, name, medians, statistics.median(first / second for first, second in pairs), goal)


def timed(command: Command, folder: Path) -> float:
    """Return the seconds a command takes; it has to work."""
    command.prepare()
    started = time.perf_counter()
    subprocess.run(
        command.words,
        cwd=folder,
        env=environment(folder),
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def peak_memory(words: Sequence[str], folder: Path) -> float:
    """Return the peak memory of a command in MB, asked of a process that has no other child."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    asking = [PYTHON, "-c", code, *words]
    answer = subprocess.run(asking, cwd=folder, env=environment(folder), check=True, capture_output=True, text=True)
    return int(answer.stdout) / 1024


def beside_python(name: str) -> str:
    """Return a command as installed beside this Python."""
    return str(Path(PYTHON).with_name(name))


def recipes(*words: str) -> Command:
    """Return our command."""
    return Command([beside_python("recipes"), *words])


def hello(folder: Path) -> tuple[str, Command]:
    """Return the smallest Click program: the floor of every command."""
    (folder / "hello.py").write_text(HELLO, encoding="utf-8")
    return "click hello", Command([PYTHON, "hello.py"])


def environment(folder: Path) -> dict[str, str]:
    """Return an environment with a key, a trust store and a cache of its own, in which Python may cache bytecode."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "SYSTEMROOT")}
    keys = {"BENCH_KEY": "test-key-bench", "NEWSWHIP_API_KEY": "sandbox"}
    return kept | keys | {"RECIPES_HOME": str(folder / "home"), "HOME": str(folder)}
