"""The command `recipes`: typed arguments in, text out, RunnerError -> exit code.

Results go to stdout, everything else to stderr. A command is imported when it is asked for, and Click with `main`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runner.cli.group import main

__all__ = ["main"]


def __getattr__(name: str) -> Any:
    """Load `main` when it is asked for (https://peps.python.org/pep-0562/): the pytest plugin does not."""
    if name != "main":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from runner.cli.group import main

    return main
