"""The program `recipes`: one command, and the end of the process."""

import gc
import sys


def run() -> None:
    """Run one command, with as little search for garbage as can be: that takes longer than most commands do.

    None is looked for while things are imported, nor in commands that are `BRIEF`. At its end Python would look through
    all that was imported, but passes over what is frozen (https://docs.python.org/3/library/gc.html#gc.freeze). Where
    code of a recipe or a sandbox was loaded it has to look: what that code left behind may have an end of its own.
    """
    gc.disable()
    from runner.cli.group import main

    try:
        main(prog_name="recipes")
    finally:
        if "runner.running.loading" not in sys.modules:
            gc.freeze()
