"""How a recipe runs in a process of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from runner.catalog import Recipe
from runner.running.isolated.process import Process

INHERITED: Final = frozenset(
    (
        *("PATH", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"),  # without the last some Pythons do not start
        *("LC_ALL", "LC_COLLATE", "LC_CTYPE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME"),
        *("SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "NUMBER_OF_PROCESSORS"),  # Windows
    )
)
"""The variables that such a process gets; no key, nothing of the runner, nothing that leads to the user's own files."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """What a plan needs in order to run a recipe in a process of its own.

    Attributes:
        interpreter: Returns the Python that has what the recipe's block lists; it may install that first.
        environ: The environment of this process, of which the other one gets what is `INHERITED`.
    """

    interpreter: Callable[[Recipe], Path]
    environ: Mapping[str, str] = field(repr=False)
    _waiting: list[Process] = field(default_factory=list, init=False, repr=False, compare=False)

    def start_early(self, python: Path) -> None:
        """Start a process before it is known what it will do, so that it imports while this one does.

        It runs nothing of the recipe before `start` hands it out; `close` has to follow.
        """
        self._waiting.append(Process(python, self.child_environ()))

    def start(self, recipe: Recipe, environ: Mapping[str, str]) -> Process:
        """Return a process for a recipe: the one that waits already, if it is the same.

        Args:
            recipe: What it will run.
            environ: All of its environment.
        """
        python = self.interpreter(recipe)
        if self._waiting and (self._waiting[0].python, self._waiting[0].environ) == (python, environ):
            return self._waiting.pop()
        return Process(python, environ)

    def close(self) -> None:
        """End the process that waits and was not needed."""
        while self._waiting:
            self._waiting.pop().close(patience=0)

    def child_environ(self) -> dict[str, str]:
        """Return the environment of the recipe's process."""
        return {name: value for name, value in self.environ.items() if name.upper() in INHERITED}
