"""Import a library without the optional part of it that costs most and that we never use."""

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
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


class _Late(ModuleType):
    """A package that runs its own `__init__` only when something of it is asked for by name."""

    def __getattr__(self, name: str) -> object:
        if find_spec(f"{self.__name__}.{name}") is not None:  # `from . import nodes` asks for the name first
            return import_module(f"{self.__name__}.{name}")
        assert self.__spec__ is not None
        assert self.__spec__.loader is not None
        self.__class__ = ModuleType  # type: ignore[assignment]
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def import_late(name: str) -> None:
    """Let modules of a package be imported without all others that the package shows by its own name."""
    spec = find_spec(name)
    if name not in sys.modules and spec is not None:
        module = module_from_spec(spec)
        module.__class__ = _Late
        sys.modules[name] = module


def prepare_jinja2() -> None:
    """Import what renders, and not the loaders and caches of Jinja2: a third of its import time."""
    import_late("jinja2")


def prepare_httpx() -> None:
    """Import httpx without its own command line, which loads rich and pygments: a third of its import time."""
    import_without("httpx", "httpx._main")
