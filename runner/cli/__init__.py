"""The command `recipes`: typed arguments in, text out, RunnerError -> exit code.

Results go to stdout, everything else to stderr. A command is imported when it is asked for.
"""

from runner.cli.group import main

__all__ = ["main"]
