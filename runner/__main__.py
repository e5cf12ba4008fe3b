"""`python -m runner` is `recipes`."""

from runner.cli import main

if __name__ == "__main__":
    main(prog_name="recipes")
