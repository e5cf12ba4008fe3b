"""One run of a recipe: from settled values to rows, a record or a text."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, Self

import httpx

from runner.catalog import Api, Recipe, Value
from runner.errors import RecipeFailed
from runner.running.approval import Approval
from runner.running.boundary import Boundary
from runner.running.calling import Calling, is_iterable
from runner.running.clients import open_client
from runner.running.clock import StoppedClock, stopped_clock
from runner.running.dependencies import check_dependencies
from runner.running.loading import load_main
from runner.running.rows import check_record, check_rows
from runner.running.secrets import Secrets
from runner.running.transports import Link
from runner.running.watching import Watcher

if TYPE_CHECKING:
    from runner.running.isolated.isolation import Isolation


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one run needs; nothing has been executed or sent yet.

    Attributes:
        recipe: What to run.
        values: One for each of its parameters.
        links: How each API is reached, by the API's name.
        approval: The user's leave to run code of the recipe's repository.
        secrets: What must not come out.
        clock_at: The moment at which the clock stands; None lets it run.
        clock_waits: Sleeps last as long as they say although the clock stands: a recording from the network.
        prints: Where text goes that the recipe prints by itself; None leaves it alone.
        scrubs_result: Hide the secrets in what the run gives; if not, who takes it has to.
        isolation: How the recipe runs in a process of its own; None lets it run in this one.
    """

    recipe: Recipe
    values: Mapping[str, Value]
    links: Mapping[str, Link]
    approval: Approval
    secrets: Secrets = field(default_factory=Secrets)
    clock_at: datetime | None = None
    clock_waits: bool = False
    prints: IO[str] | None = None
    scrubs_result: bool = True
    isolation: "Isolation | None" = None

    @property
    def apis(self) -> Mapping[str, Api]:
        """The APIs of the run by name."""
        return {name: link.api for name, link in self.links.items()}


def open_run(plan: Plan, watcher: Watcher | None = None) -> "Run":
    """Return the run of a plan, to be entered: in this process, or in one of its own where the plan says so."""
    if plan.isolation is None:
        return Run(plan, watcher)
    from runner.running.isolated.run import IsolatedRun

    return IsolatedRun(plan, watcher)


class Run:
    """A context in which a plan is carried out; `rows`, `record` or `text` gives what the recipe declares.

    Raises:
        RunnerError: Whatever goes wrong in the recipe or at an API, with the secrets scrubbed.
    """

    def __init__(self, plan: Plan, watcher: Watcher | None = None) -> None:
        self._plan = plan
        self._watcher = watcher or Watcher()
        self._boundary = Boundary(plan.recipe, plan.apis, plan.secrets)
        self._hidden = plan.secrets if plan.scrubs_result else Secrets()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Stop the clock where asked, open the clients and load `main`."""
        plan = self._plan
        for link in plan.links.values():
            plan.approval.check_destination(link.api)
        plan.approval.check(plan.recipe.path, plan.recipe.source.encode())
        self._check_needs()
        with ExitStack() as stack:
            self._begin(stack)
            clock = self._stop_clock(stack)
            if plan.prints is not None:
                stack.enter_context(redirect_stdout(plan.prints))
            self._prepare(stack, clock)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the clients; the clock goes on."""
        self._stack.close()

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as they come, all with the same columns, scrubbed of secrets."""
        with self._boundary:
            result = self._call()
            if not is_iterable(result):
                raise RecipeFailed(f"{self._plan.recipe.id} says it gives rows, but gave {_name(result)}.")
            self._stack.callback(self._end, result)
            rows = map(self._hidden.scrub_row, self._each(result))
            for number, row in enumerate(check_rows(rows, self._plan.recipe.columns), start=1):
                self._watcher.delivered(number)
                yield row

    def record(self) -> dict[str, Any]:
        """Return the one record of a recipe that gives one."""
        with self._boundary:
            return check_record(self._hidden.scrub_value(self._call()))

    def text(self) -> str:
        """Return the Markdown of a recipe that gives text."""
        with self._boundary:
            text = self._call()
            if not isinstance(text, str):
                raise RecipeFailed(f"{self._plan.recipe.id} says it gives text, but gave {_name(text)}.")
            return self._hidden.scrub(text)

    def exhaust(self) -> None:
        """Carry the recipe out and let go what it gives."""
        match self._plan.recipe.gives:
            case "rows":
                for _ in self.rows():
                    pass
            case "record":
                self.record()
            case "text":
                self.text()

    def _stop_clock(self, stack: ExitStack) -> StoppedClock | None:
        plan = self._plan
        if plan.clock_at is None:
            return None
        return stack.enter_context(stopped_clock(plan.clock_at, waits=plan.clock_waits))

    def _check_needs(self) -> None:
        check_dependencies(self._plan.recipe)

    def _begin(self, stack: ExitStack) -> None:
        """Do what has to be done while the clock goes on."""

    def _prepare(self, stack: ExitStack, clock: StoppedClock | None) -> None:
        recipe = self._plan.recipe
        self._calling = Calling(clock.event_loop if clock else None)
        stack.callback(self._calling.close)
        self._clients = {parameter.name: self._open(stack, parameter) for parameter in recipe.clients}
        with self._boundary:
            self._main = load_main(recipe, self._plan.approval)

    def _open(self, stack: ExitStack, parameter: Any) -> httpx.Client | httpx.AsyncClient:
        link = self._plan.links[parameter.api]
        client = open_client(parameter, link, writes=self._plan.recipe.writes, watcher=self._watcher)
        if isinstance(client, httpx.AsyncClient):
            stack.callback(lambda: self._calling.wait(client.aclose()))
        else:
            stack.callback(client.close)
        return client

    def _values(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self._plan.values.items()}

    def _call(self) -> Any:
        return self._calling.call(self._main, **self._clients, **self._values())

    def _each(self, result: Any) -> Iterator[Any]:
        return self._calling.each(result)

    def _end(self, result: Any) -> None:
        """Close the recipe's generator while its clients are still open."""
        with self._boundary:
            self._calling.end(result)


def _name(result: object) -> str:
    return "nothing" if result is None else f"a {type(result).__name__}"
