"""`python -m runner` is `recipes`."""

import sys

if __name__ == "__main__":
    # `python -m` puts the current folder first, so a file there would be imported in place of a library.
    if not sys.flags.safe_path:
        del sys.path[0]
    from runner.cli.program import run

    run()
