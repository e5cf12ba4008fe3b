"""Keep the environment of this process, and so its keys, from other processes of the same user, on Linux."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_GET_DUMPABLE: Final = 3  # prctl(2)
_SET_DUMPABLE: Final = 4


@contextmanager
def undumpable() -> Iterator[None]:
    """Let nobody read `/proc/<pid>/environ` and the memory of this process meanwhile, except root, whom nothing stops.

    Elsewhere than on Linux, and where the system refuses, it changes nothing.
    """
    if sys.platform != "linux":
        yield
        return
    prctl = ctypes.CDLL(None).prctl
    before = prctl(_GET_DUMPABLE, 0, 0, 0, 0)
    prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    try:
        yield
    finally:
        if before == 1:  # prctl sets no other value but 0
            prctl(_SET_DUMPABLE, before, 0, 0, 0)
