"""Calling a recipe's `main` and taking what it gives, in this process or in one of its own: standard library only."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

# asyncio and inspect take 12 ms to import, which a recipe that is not async need not pay.

_END = object()


class Calling:
    """Where a `main` is called, with an event loop for what is async; the loop is made when it is first used."""

    def __init__(self, loop_factory: "Callable[[], asyncio.AbstractEventLoop] | None" = None) -> None:
        self._loop_factory = loop_factory
        self._loop: asyncio.Runner | None = None

    def close(self) -> None:
        """Close the loop."""
        if self._loop is not None:
            self._loop.close()

    def call(self, main: Callable[..., Any], /, **given: Any) -> Any:
        """Call `main` and wait for what it returns."""
        result = main(**given)
        return self.wait(result) if isinstance(result, CoroutineType) else result

    def wait(self, awaitable: Awaitable[Any]) -> Any:
        """Wait for something async."""

        async def step() -> Any:
            return await awaitable

        if self._loop is None:
            import asyncio

            self._loop = asyncio.Runner(loop_factory=self._loop_factory)
        return self._loop.run(step())

    def each(self, result: Iterable[Any] | AsyncIterator[Any]) -> Iterator[Any]:
        """Yield what rows are made of, as they come."""
        if isinstance(result, Iterable):
            yield from result
            return
        while (row := self.wait(anext(result, _END))) is not _END:
            yield row

    def end(self, result: object) -> None:
        """Close a generator, so that its `finally` runs while its clients are still open."""
        if isinstance(result, AsyncGeneratorType):
            self.wait(result.aclose())
        elif isinstance(result, GeneratorType):
            result.close()


def is_iterable(result: Any) -> bool:
    """Tell whether rows can be taken from what `main` gave."""
    return isinstance(result, Iterable | AsyncIterator) and not isinstance(result, str | bytes | Mapping)
