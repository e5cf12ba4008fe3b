"""A run whose recipe is carried out in a process of its own; all that needs the key stays in this one."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from runner.errors import Mismatch, RecipeFailed, Stopped
from runner.running.clients import AGENT, open_transport
from runner.running.clock import StoppedClock
from runner.running.dependencies import check_python
from runner.running.isolated.desk import Desk, OneAtATime
from runner.running.isolated.dumpable import make_undumpable
from runner.running.isolated.frames import (
    CALL,
    DROP,
    ERROR,
    FINISH,
    MORE,
    NETWORK,
    PACKED_ROWS,
    PRINT,
    REQUEST,
    ROWS,
    START,
    STATE,
    VALUE,
    WANT,
    BadFrameError,
    Frame,
)
from runner.running.isolated.packing import packed, read_rows, unpacked
from runner.running.isolated.process import PATIENCE
from runner.running.isolated.reports import reported
from runner.running.run import Run

_CLOCK_LIBRARY = ("_time_machine", "time_machine")

MOST_AHEAD = 512
"""Rows that a recipe may make before they are wanted; at first it is one, and twice as many each time."""


class IsolatedRun(Run):
    """A `Run` in which the recipe executes elsewhere: it gives the same rows and raises the same errors.

    Ctrl-C ends the recipe's process at once, without its `finally`.
    """

    def __exit__(self, *about: object) -> None:
        """End the process; the clock goes on."""
        if len(about) > 1 and isinstance(about[1], KeyboardInterrupt | Stopped):
            self._abandon()
        super().__exit__(*about)

    def _check_needs(self) -> None:
        check_python(self._plan.recipe)

    def _begin(self, stack: ExitStack) -> None:
        plan = self._plan
        self._is_abandoned = self._is_finishing = self._is_finished = False
        assert plan.isolation is not None
        environ = {n: v for n, v in plan.isolation.child_environ().items() if plan.secrets.scrub(v) == v}
        make_undumpable()
        folder = stack.enter_context(TemporaryDirectory(prefix="recipe-runner-", ignore_cleanup_errors=True))
        self._file = Path(folder, plan.recipe.path.name)
        self._file.write_bytes(plan.recipe.source.encode())
        self._process = plan.isolation.start(plan.recipe, environ)
        self._process.said = self._say
        self._desk = Desk(self._process, plan.secrets)
        stack.callback(self._close)

    def _prepare(self, stack: ExitStack, clock: StoppedClock | None) -> None:
        plan, watcher = self._plan, OneAtATime(self._watcher)
        with self._boundary:
            self._send(START, packed(self._values()), **self._start())
        transports = {}
        for parameter in plan.recipe.clients:
            link = plan.links[parameter.api]
            transport = open_transport(link, is_async=False, writes=plan.recipe.writes, watcher=watcher)
            stack.callback(transport.close)
            transports[parameter.name] = transport
        self._desk.open(transports, clock)
        with self._boundary:
            self._expect("ready")
        stack.callback(self._finish)

    def _start(self) -> dict[str, Any]:
        plan = self._plan
        clock = None
        if plan.clock_at is not None:
            library = [(name, _place(name)) for name in _CLOCK_LIBRARY]
            clock = {"at": plan.clock_at.isoformat(), "waits": plan.clock_waits, "library": library}
        return {
            "filename": str(self._file),
            "gives": plan.recipe.gives,
            "clients": [self._client(parameter) for parameter in plan.recipe.clients],
            "clock": clock,
            "is_closed": plan.clock_at is not None and not plan.clock_waits,
        }

    def _client(self, parameter: Any) -> dict[str, Any]:
        api = self._plan.links[parameter.api].api
        about = {"name": parameter.name, "is_async": parameter.is_async}
        return {**about, "base_url": api.base_url, "timeout": api.timeout, "agent": AGENT}

    def _call(self) -> Any:
        self._send(CALL)
        frame = self._next()
        if frame.kind == VALUE:
            try:
                value = unpacked(frame.head)
            except BadFrameError as error:
                raise self._garbled(error) from None
            self._is_finished = True
            return value
        self._check_state(frame, "rows")
        return self._rows()

    def _rows(self) -> Iterator[Any]:
        try:
            wanted = coming = 1
            while (frame := self._next()).kind in (ROWS, PACKED_ROWS):
                for row in read_rows(frame):
                    yield row
                    coming -= 1
                    if not coming:
                        wanted = coming = min(wanted * 2, MOST_AHEAD)
                        self._send(WANT, rows=wanted)
        except BadFrameError as error:
            raise self._garbled(error) from None
        self._check_state(frame, "end")
        self._is_finished = True

    def _each(self, result: Any) -> Iterator[Any]:
        yield from result

    def _end(self, result: Any) -> None:
        """Leave the recipe's generator to the end of its process."""

    def _finish(self) -> None:
        """Let the recipe's generator end, while its requests are still answered."""
        if self._is_abandoned or self._is_finished:
            return
        self._is_finishing = True
        with self._boundary:
            with suppress(OSError):  # it may have come to its end already, which is read next
                self._process.pipe.send(FINISH)
            while (frame := self._next()).kind != STATE or frame.data().get("state") not in ("end", "finished"):
                pass
        self._is_finished = True

    def _close(self) -> None:
        if not self._is_finished:
            self._process.kill()
        self._process.close(patience=PATIENCE if self._is_finished else 1.0)

    def _abandon(self) -> None:
        self._is_abandoned = True
        self._process.kill()

    def _send(self, kind: bytes, body: bytes = b"", /, **head: Any) -> None:
        try:
            self._process.pipe.send(kind, body, **head)
        except OSError:
            raise self._gone() from None

    def _expect(self, state: str) -> None:
        self._check_state(self._next(), state)

    def _check_state(self, frame: Frame, state: str) -> None:
        if frame.kind != STATE or frame.data().get("state") != state:
            raise self._garbled(BadFrameError("a message out of turn"))

    def _next(self) -> Frame:
        """Return the next frame that tells of the result; what comes before is seen to.

        Raises:
            RecipeFailed: The process has gone, or talks nonsense.
        """
        try:
            while (frame := self._process.pipe.read()) is not None:
                if frame.kind in (ROWS, PACKED_ROWS, VALUE, STATE):
                    return frame
                self._see_to(frame)
        except BadFrameError as error:
            raise self._garbled(error) from None
        raise self._gone()

    def _see_to(self, frame: Frame) -> None:
        seen_to = {
            PRINT: self._print,
            REQUEST: self._answer,
            MORE: self._go_on,
            DROP: self._drop,
            NETWORK: self._refuse,
        }
        if frame.kind == ERROR:
            raise reported(frame, self._desk.error)
        if frame.kind not in seen_to:
            raise BadFrameError("a message out of turn")
        seen_to[frame.kind](frame)

    def _print(self, frame: Frame) -> None:
        self._say(str(frame.data().get("text")))

    def _answer(self, frame: Frame) -> None:
        if self._is_finishing and not frame.data().get("over"):
            self._desk.refuse(_number(frame))
            return
        self._is_abandoned = True  # until it is answered: what ends the run here leaves the recipe waiting
        self._desk.send(frame)
        self._is_abandoned = False

    def _go_on(self, frame: Frame) -> None:
        self._desk.go_on(_number(frame))

    def _drop(self, frame: Frame) -> None:
        self._desk.drop(_number(frame))

    def _refuse(self, frame: Frame) -> None:
        self._abandon()
        raise Mismatch(
            f"The recipe asked for {frame.data().get('what')}, and nothing is sent in this run: no network.",
            hint="call the API through the client that main is given",
        )

    def _say(self, text: str) -> None:
        """Pass on what is printed, by the recipe or by what it started."""
        (self._plan.prints or sys.stdout).write(text)

    def _gone(self) -> BaseException:
        self._is_abandoned = True
        if self._desk.ending is not None:
            return self._desk.ending
        how = self._process.how_it_ended()
        return RecipeFailed(
            f"The process of {self._plan.recipe.id} {how} before the recipe was done.",
            details=[line for line in self._process.last_lines if line],
            hint="a recipe ends by returning; os._exit, a crash or a killed process is no end",
        )

    def _garbled(self, error: BadFrameError) -> RecipeFailed:
        self._abandon()
        return RecipeFailed(
            f"The process of {self._plan.recipe.id} sent {error} instead of a result, and was ended.",
            hint="a recipe writes to no file that it did not open",
        )


def _number(frame: Frame) -> int:
    number = frame.data().get("id")
    if not isinstance(number, int):
        raise BadFrameError("a message about nothing")
    return number


def _place(library: str) -> str:
    spec = find_spec(library)
    assert spec is not None
    assert spec.origin is not None
    return spec.origin
