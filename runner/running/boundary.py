"""The edge between our code and a recipe's: whatever comes out of a recipe leaves here as a RunnerError."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

import httpx

from runner.catalog import Api, Recipe
from runner.errors import RecipeFailed, RunnerError
from runner.running.api_errors import explain_exchange, explain_status, explain_unreadable
from runner.running.secrets import Secrets


@dataclass(frozen=True, slots=True)
class Boundary:
    """A context in which the recipe's code runs.

    It is no `except` clause because a recipe may raise anything; Ctrl-C, a closed generator and the end of a dry run
    pass through, and so does what is a RunnerError already.
    """

    recipe: Recipe
    apis: Mapping[str, Api]
    secrets: Secrets

    def __enter__(self) -> None:
        """Enter the recipe's code."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Translate what the recipe raised.

        Raises:
            RunnerError: With the secrets scrubbed from its message.
        """
        first = _first(error)
        if isinstance(first, Exception | SystemExit):
            raise self._scrubbed(self._explain(first)) from error
        if first is not None and first is not error:
            raise first

    def _explain(self, error: Exception | SystemExit) -> RunnerError:
        if isinstance(error, RunnerError):
            return error
        if isinstance(error, httpx.HTTPStatusError):
            return explain_status(error, self.apis, self.secrets)
        if isinstance(error, httpx.RequestError) and _has_request(error):
            return explain_exchange(error, self.apis)
        if isinstance(error, ValueError) and _is_from_reading_json(error):
            return explain_unreadable(error, self.apis, self.secrets)
        return self._explain_bug(error)

    def _explain_bug(self, error: Exception | SystemExit) -> RecipeFailed:
        said = f": {error}" if str(error) else ""
        where = f" at {self.recipe.path.name}:{line}" if (line := self._line_of(error)) else ""
        message = f"The recipe {self.recipe.id} raised {type(error).__name__}{said}"
        return RecipeFailed(f"{message.rstrip('.')}{where}.", hint="--debug shows where it came from")

    def _line_of(self, error: BaseException | None) -> int:
        """Return the last line of the recipe that the error went through, or else its cause; 0 where there is none."""
        if error is None:
            return 0
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno or 0 for frame in frames if frame.filename == str(self.recipe.path)]
        return lines[-1] if lines else self._line_of(error.__cause__)  # a generator hides its StopIteration there

    def _scrubbed(self, error: RunnerError) -> RunnerError:
        error.args = tuple(map(self.secrets.scrub, map(str, error.args)))
        error.hint = self.secrets.scrub(error.hint)
        error.details = tuple(map(self.secrets.scrub, error.details))
        return error


def _first(error: BaseException | None) -> BaseException | None:
    """Return the first error of a group, which is what a TaskGroup makes of the errors in it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _has_request(error: httpx.RequestError) -> bool:
    return getattr(error, "_request", None) is not None


def _is_from_reading_json(error: Exception) -> bool:
    """Whether it was raised while httpx read an answer, not while it made a request or the recipe went on."""
    reading = httpx.Response.json.__code__
    return any(frame.f_code is reading for frame, _ in traceback.walk_tb(error.__traceback__))
