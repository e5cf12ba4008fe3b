"""The process of one recipe: it loads the recipe, calls it, and tells what it gives."""

import importlib.util
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from runner.running.lean import import_without

httpx = import_without("httpx", "httpx._main")

from runner.running.calling import Calling, is_iterable  # noqa: E402
from runner.running.clock import THREAD_PATIENCE, StoppedClock, stopped_clock  # noqa: E402
from runner.running.isolated.child.post import Post  # noqa: E402
from runner.running.isolated.child.rows import RowPipe  # noqa: E402
from runner.running.isolated.child.telling import PrintedLines, Telling, close_network  # noqa: E402
from runner.running.isolated.child.transport import (  # noqa: E402
    PipeTransport,
    StreamingAsyncClient,
    StreamingClient,
)
from runner.running.isolated.frames import CALL, STATE, VALUE, WANT, Frame  # noqa: E402
from runner.running.isolated.packing import packed, unpacked  # noqa: E402

OUR_THREADS = 3
"""The recipe's, the one that takes in what comes, and the one that looks after rows."""


def serve() -> None:
    """Do what the run at the other end of stdin and stdout says; neither of them is the recipe's."""
    pipe = _take_pipe()
    start = pipe.read()
    if start is None:
        return
    post, data = Post(pipe), start.data()
    _forget_runner()
    with ExitStack() as stack:
        Stage(post, data, unpacked(start.body), stack).perform()


def _take_pipe() -> RowPipe:
    """Move the pipe to descriptors of its own; what is written to stdout from here on goes to stderr."""
    reading, writing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return RowPipe(os.fdopen(reading, "rb"), writing)


def _forget_runner() -> None:
    """Let the recipe import nothing of the runner."""
    sys.modules.update({name: None for name in sys.modules if name.partition(".")[0] == "runner"})  # type: ignore[misc]


class Stage:
    """Where the recipe runs."""

    def __init__(self, post: Post, data: dict[str, Any], values: dict[str, Any], stack: ExitStack) -> None:
        self._post, self._data, self._values, self._stack = post, data, values, stack
        self._printed = PrintedLines(post.pipe)
        self._result: Any = None
        self._is_done = False
        self._filename: str = data["filename"]

    def perform(self) -> None:
        """Load the recipe, and then do what comes until it is over."""
        clock = self._stop_clock()
        if self._data["is_closed"]:
            close_network(self._post.pipe)
        sys.stdout = sys.stderr = self._printed
        self._calling = Calling(clock.event_loop if clock else None)
        self._stack.callback(self._calling.close)
        clients = {each["name"]: self._client(**each) for each in self._data["clients"]}
        self._post.open()
        self._post.pipe.open()
        with self._telling() as loading:
            main = self._load()
        if not loading.failed:
            self._state("ready")
            self._follow(main, clients)

    def _follow(self, main: Callable[..., Any], clients: dict[str, Any]) -> None:
        if self._post.commands.get().kind == CALL:
            with self._telling():
                self._give(main, clients)
            if self._is_done:  # nobody has to say so, and this process ends while the other one writes the result
                return
            self._post.commands.get()
        with self._telling() as ending:
            self._calling.end(self._result)
        if not ending.failed:
            self._state("finished")

    def _give(self, main: Callable[..., Any], clients: dict[str, Any]) -> None:
        result = self._calling.call(main, **clients, **self._values)
        if not (self._data["gives"] == "rows" and is_iterable(result)):
            self._printed.flush()
            self._post.pipe.write(Frame(VALUE, packed(result)))
            self._is_done = True
            return
        self._result = result
        self._state("rows")
        wanted = 1
        self._rows = self._calling.each(result)  # kept, as what is let go would end where nobody hears of its errors
        for row in self._rows:
            self._post.pipe.write_row(row)
            wanted = (wanted - 1) or self._wanted()
            if not wanted or self._post.is_over.is_set():
                return
        self._state("end")
        self._is_done = True

    def _wanted(self) -> int:
        """Wait until more rows are wanted, and return how many; 0 if none."""
        self._post.pipe.write_rows()
        command = self._post.commands.get()
        if command.kind == WANT:
            return int(command.data()["rows"])
        self._post.commands.put(command)
        return 0

    def _telling(self) -> Telling:
        return Telling(self._post.pipe, self._printed, self._filename)

    def _state(self, state: str) -> None:
        self._printed.flush()
        self._post.pipe.send(STATE, state=state)

    def _load(self) -> Callable[..., Any]:
        source = Path(self._filename).read_bytes()
        module = ModuleType("recipe_runner_recipe")
        module.__file__ = self._filename
        sys.modules[module.__name__] = module
        exec(compile(source, self._filename, "exec"), module.__dict__)
        main: Callable[..., Any] = module.main
        return main

    def _client(self, name: str, *, is_async: bool, base_url: str, timeout: float, agent: str) -> Any:
        kind: Any = StreamingAsyncClient if is_async else StreamingClient
        client = kind(
            base_url=base_url,
            timeout=timeout,
            follow_redirects=True,
            headers={"User-Agent": agent},
            transport=PipeTransport(self._post, name),
        )
        self._stack.callback((lambda: self._calling.wait(client.aclose())) if is_async else client.close)
        return client

    def _stop_clock(self) -> StoppedClock | None:
        settings = self._data["clock"]
        if settings is None:
            return None
        for name, place in settings["library"]:
            _load_library(name, place)
        moment = datetime.fromisoformat(settings["at"])
        clock = self._stack.enter_context(stopped_clock(moment, waits=settings["waits"]))
        clock.patience = self._patience
        self._post.clock = clock
        return clock

    def _patience(self) -> float | None:
        """Leave an answer all the time that it takes, as it takes none on the clock; and some to threads."""
        if self._post.is_waiting:
            return None
        from threading import active_count

        return THREAD_PATIENCE if active_count() > OUR_THREADS else 0


def _load_library(name: str, place: str) -> None:
    """Load the runner's own copy of a library, which stands in no list of the recipe's, without pytest."""
    folders = [str(Path(place).parent)] if Path(place).name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, place, submodule_search_locations=folders)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.modules["pytest"] = None  # type: ignore[assignment]
    spec.loader.exec_module(module)
    del sys.modules["pytest"]
