"""Libraries that only some installations have, because few formats need them."""

import sys
from importlib import import_module
from shlex import join
from types import ModuleType

from runner.errors import AskedWrongly


def load_extra(module: str, package: str, extra: str, *, what: str) -> ModuleType:
    """Import a library that belongs to an extra of ours.

    Args:
        module: Its import name.
        package: Its name on PyPI.
        extra: The extra that brings it: `xlsx`.
        what: What needs it: `Excel files`.

    Raises:
        AskedWrongly: It is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise AskedWrongly(
            f"{what} need {package}, which is not installed.",
            hint=join([sys.executable, "-m", "pip", "install", f"recipe-runner[{extra}]"]),
        ) from error
