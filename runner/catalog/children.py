"""Processes that read many files at once: of this Python, one for each processor, to which one function is known."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, Self

from runner.catalog.dealing import processes, share_of, turns_of


def shared(module: str, function: str, items: Sequence[Any], ask: Callable[[Sequence[Any]], object]) -> Iterator[Any]:
    """Let processes see to some items as `Children.answers` does, with JSON; they begin and end with the iterator."""
    with Children(module, function) as children:
        for line in children.answers(items, ask):
            yield None if line is None else json.loads(line)


class Children:
    """A process for each processor, none where there is one processor or they cannot be started."""

    def __init__(self, module: str, function: str) -> None:
        """Start them; `multiprocessing` would run the caller's program once more in each, they import one module.

        Args:
            module: Where the function is.
            function: Takes nothing; it reads what was asked from stdin, as JSON, and writes an answer for each item of
                its share to stdout, each on a line.
        """
        self._found = _started(module, function)

    def __enter__(self) -> Self:
        """Let them run for the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End them, whatever they do."""
        for child in self._found:
            child.end()

    def answers(self, items: Sequence[Any], ask: Callable[[Sequence[Any]], object]) -> Iterator[str | None]:
        """Let each see to its share of some items; once.

        Args:
            items: All.
            ask: Returns what the function reads, for a share of the items.

        Yields:
            The answer for each item, in order; None where there is none: the caller sees to that item itself.
        """
        turns = turns_of(items, len(self._found))
        for at, child in enumerate(self._found):
            child.ask(ask(share_of(items, turns, at)))
        for turn in turns:
            yield self._found[turn].answer() if self._found else None


class Child:
    """One such process."""

    def __init__(self, module: str, function: str) -> None:
        """Start it."""
        imports = f"gc.disable(); sys.path[:] = sys.argv[1:]; from {module} import {function}; gc.enable()"
        code = f"import gc, sys; {imports}; {function}()"  # while it imports there is no garbage
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self._lines = SimpleQueue[str]()
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        """Take all that it says: a pipe holds little, and the caller may be busy with what another one says."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def ask(self, question: object) -> None:
        """Hand it what its function reads; once."""
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as pipe:
            json.dump(question, pipe)

    def answer(self) -> str | None:
        """Wait for the next answer and return it without its line end; None where there is none any more."""
        line = self._lines.get()
        if not line:
            self._lines.put(line)  # for whoever asks once more
        return line[:-1] if line.endswith("\n") else None

    def end(self) -> None:
        """End it, whatever it does."""
        with self._process:  # closes the pipes and waits
            self._process.kill()
            self._listener.join()


def _started(module: str, function: str) -> list[Child]:
    number = processes()
    try:
        return [Child(module, function) for _ in range(number)] if number > 1 and sys.executable else []
    except OSError:
        return []
