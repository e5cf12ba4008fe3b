"""The edge between our code and a recipe's: whatever comes out of a recipe leaves here as a RunnerError."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

import httpx

from runner.catalog import Api, Recipe
from runner.errors import RecipeFailed, RunnerError
from runner.running.api_errors import explain_exchange, explain_status, explain_unreadable
from runner.running.raised import (
    ToldError,
    first_error,
    has_request,
    is_from_reading_json,
    is_refusal,
    line_of,
    said_by,
)
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
        first = first_error(error)
        if isinstance(first, Exception | SystemExit):
            raise self._scrubbed(self._explain(first)) from error
        if first is not None and first is not error:
            raise first

    def _explain(self, error: Exception | SystemExit) -> RunnerError:
        if isinstance(error, RunnerError):
            return error
        if isinstance(error, httpx.HTTPStatusError):
            return explain_status(error, self.apis, self.secrets)
        if isinstance(error, httpx.RequestError) and has_request(error):
            return explain_exchange(error, self.apis)
        if isinstance(error, ValueError) and is_from_reading_json(error):
            return explain_unreadable(error, self.apis, self.secrets)
        return self._explain_bug(error)

    def _explain_bug(self, error: Exception | SystemExit) -> RecipeFailed:
        told = error if isinstance(error, ToldError) else self._told(error)
        if told.is_refusal:
            refusal = f"The recipe {self.recipe.id} stopped: {told.said}".rstrip(".")
            return RecipeFailed(f"{refusal}.", hint=f"recipes show {self.recipe.id}")
        said = f": {told.said}" if told.said else ""
        where = f" at {self.recipe.path.name}:{told.line}" if told.line else ""
        message = f"The recipe {self.recipe.id} raised {told.kind}{said}"
        return RecipeFailed(f"{message.rstrip('.')}{where}.", hint="--debug shows where it came from")

    def _told(self, error: BaseException) -> ToldError:
        path = str(self.recipe.path)
        return ToldError(type(error).__name__, said_by(error), line_of(error, path), is_refusal=is_refusal(error, path))

    def _scrubbed(self, error: RunnerError) -> RunnerError:
        error.args = tuple(map(self.secrets.scrub, map(str, error.args)))
        error.hint = self.secrets.scrub(error.hint)
        error.details = tuple(map(self.secrets.scrub, error.details))
        return error
