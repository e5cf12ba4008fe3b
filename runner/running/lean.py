"""Import a library without the optional part of it that costs most and that we never use."""

import sys
from importlib import import_module
from types import ModuleType


def import_without(name: str, optional: str) -> ModuleType:
    """Import `name` as if `optional` were not installed; it has to cope with that by itself.

    A None in `sys.modules` makes an import of that name raise ModuleNotFoundError
    (https://docs.python.org/3/library/sys.html#sys.modules).
    """
    if name in sys.modules or optional in sys.modules:
        return import_module(name)
    sys.modules[optional] = None  # type: ignore[assignment]
    try:
        return import_module(name)
    finally:
        del sys.modules[optional]


def prepare_httpx() -> None:
    """Import httpx without its own command line, which loads rich and pygments: a third of its import time."""
    import_without("httpx", "httpx._main")
