"""Keep the environment of this process, and so its keys, from other processes of the same user, on Linux."""

import ctypes
import sys
from typing import Final

_SET_DUMPABLE: Final = 4  # prctl(2)


def make_undumpable() -> None:
    """Let nobody read `/proc/<pid>/environ` and the memory of this process from now on, except root.

    It stays so to the end: a program that a recipe leaves behind may wait for the moment at which its run is over.
    Elsewhere than on Linux, and where the system refuses, it changes nothing.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)
