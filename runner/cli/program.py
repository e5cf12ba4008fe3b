"""The program `recipes`: one command, and the end of the process."""

import gc
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def run() -> None:
    """Run one command, with as little search for garbage as can be: that takes longer than most commands do.

    None is looked for while things are imported, nor in commands that are `BRIEF`. At its end Python would look through
    all that was imported, but passes over what is frozen (https://docs.python.org/3/library/gc.html#gc.freeze). Where
    code of a recipe or a sandbox was loaded it has to look: what that code left behind may have an end of its own.
    """
    gc.disable()
    try:
        _open_what_is_closed()
        _say_what_is_heard()
        _stop_in_order()
        from runner.cli.group import main

        main(prog_name="recipes")
    except KeyboardInterrupt:  # before the command, which answers for itself
        sys.exit(130)
    finally:
        if "runner.running.loading" in sys.modules:
            sys.stdout = sys.stderr  # the result is complete, and a thread of a recipe may go on printing
        else:
            gc.freeze()


class _Said(io.BufferedWriter):
    """Takes notes and errors: where nobody reads them any more, that stops nothing."""

    def write(self, data: "ReadableBuffer") -> int:
        with suppress(OSError):
            return super().write(data)
        return memoryview(data).nbytes

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def _open_what_is_closed() -> None:
    """Let no file get the number of a standard stream that was closed: what is said would be written into it."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            # It can only be read, so that no result gets lost without an error.
            nothing = os.open(os.devnull, os.O_RDONLY)
            setattr(sys, name, os.fdopen(nothing, "r" if name == "stdin" else "w", closefd=False))


def _say_what_is_heard() -> None:
    if sys.platform != "win32":  # where a terminal takes no bytes
        said, usual = _Said(io.FileIO(2, "w", closefd=False)), sys.stderr
        sys.stderr = io.TextIOWrapper(said, usual.encoding, usual.errors, line_buffering=True)


def _stop_in_order() -> None:
    """Let whatever tells this program to end do what Ctrl-C does, so that nothing half-written is left."""
    import signal

    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP; `nohup` has it ignored
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
