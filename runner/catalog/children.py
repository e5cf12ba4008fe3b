"""Processes that read many files at once: of this Python, one for each processor, to which one function is known."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

_MOST: Final = 8
_RUN: Final = 5
"""Items that one process gets before the next one does: where every second one is long, none gets all of these."""


def shared(module: str, function: str, items: Sequence[Any], ask: Callable[[Sequence[Any]], object]) -> Iterator[Any]:
    """Let a process for each processor see to its share of some items; they end with the iterator.

    They import one module and nothing else; `multiprocessing` would run the caller's program once more in each.

    Args:
        module: Where the function is.
        function: Takes nothing; it reads what was asked from stdin, as JSON, and writes an answer for each item of its
            share to stdout, each as JSON on a line.
        items: All.
        ask: Returns what the function reads, for a share of the items.

    Yields:
        The answer for each item, in order; None where there is none: the caller sees to that item itself. So it is for
        all where there is one processor, or where they cannot be started.
    """
    found = _started(module, function)
    try:
        turns = [number // _RUN % len(found) if found else 0 for number in range(len(items))]
        for at, child in enumerate(found):
            child.ask(ask([item for item, turn in zip(items, turns, strict=True) if turn == at]))
        for turn in turns:
            yield found[turn].answer() if found else None
    finally:
        for child in found:
            child.end()


class Child:
    """One such process."""

    def __init__(self, module: str, function: str) -> None:
        """Start it."""
        code = f"import sys; sys.path[:] = sys.argv[1:]; from {module} import {function}; {function}()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def ask(self, question: object) -> None:
        """Hand it what its function reads; once."""
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as pipe:
            json.dump(question, pipe)

    def answer(self) -> Any:
        """Wait for the next answer and return it; None where there is none any more."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line.endswith("\n") else None

    def end(self) -> None:
        """End it, whatever it does."""
        with self._process:  # closes the pipes and waits
            self._process.kill()


def _started(module: str, function: str) -> list[Child]:
    number = min(os.cpu_count() or 1, _MOST)
    try:
        return [Child(module, function) for _ in range(number)] if number > 1 and sys.executable else []
    except OSError:
        return []
