"""Recipe Runner: a library of runnable API example scripts.

`runner.catalog` reads what there is, `runner.running` runs it, `runner.output` writes what comes out. The command
`recipes` lives in `runner.cli`; nothing below it knows of a command line.
"""

__version__ = "0.1.0"
