import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from click.testing import Result

from runner.catalog import Kind, Parameter, describe_kind
from runner.catalog.model import Base
from runner.cli.delivery import ROWS_ON_A_TERMINAL
from runner.cli.topics import EXIT_CODES, FORMAT_LINES, TOPICS
from runner.errors import RunnerError
from runner.output.formats import EXTENSIONS, FORMATS

Invoke = Callable[..., Result]
ROOT = Path(__file__).parents[2]


def test_help_alone_lists_the_topics(invoke: Invoke) -> None:
    result = invoke("help")
    assert result.stdout == (
        "Topics\n"
        "  exit-codes   What the number means that a command ends with\n"
        "  environment  Which variables are read\n"
        "  formats      How a result is written\n"
        "  values       How parameters get their values\n"
        "  profiles     How the values and keys of a customer are kept\n"
        "  trust        What may run on this machine\n"
        "\n"
        "Read one   recipes help exit-codes\n"
        "A command  recipes help run\n"
    )
    assert (result.stderr, result.exit_code) == ("", 0)


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_is_printed_and_fits_a_screen(invoke: Invoke, name: str) -> None:
    result = invoke("help", name)
    lines = result.stdout.splitlines()
    assert result.stdout == TOPICS[name].write()
    assert (result.stderr, result.exit_code, lines[-1] != "") == ("", 0, True)
    assert (len(lines) <= 40, [line for line in lines if len(line) > 88 or line != line.rstrip()]) == (True, [])


@pytest.mark.parametrize("name", ["run", "list", "doctor", "help"])
def test_the_name_of_a_command_shows_its_help(invoke: Invoke, name: str) -> None:
    result = invoke("help", name)
    assert result.stdout == invoke(name, "--help").stdout
    assert result.stdout.startswith(f"Usage: recipes {name} [OPTIONS]")
    assert (result.stderr, result.exit_code) == ("", 0)


@pytest.mark.parametrize(
    "typed, fix",
    [
        ("exit-code", "recipes help exit-codes"),
        ("docter", "recipes help doctor"),
        ("frobnicate", "recipes help"),
    ],
)
def test_an_unknown_topic_suggests_the_nearest(invoke: Invoke, typed: str, fix: str) -> None:
    result = invoke("help", typed)
    assert result.stderr == f"Error  No help topic named {typed!r}.\nFix    {fix}\n"
    assert (result.stdout, result.exit_code) == ("", 2)


def tree(kind: type[RunnerError]) -> Iterator[type[RunnerError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


def test_every_exit_code_is_explained_and_no_other() -> None:
    codes = {kind.exit_code for kind in tree(RunnerError) if kind.__module__ == RunnerError.__module__}
    assert list(EXIT_CODES) == sorted({0, 3} | codes)


def test_the_readme_explains_the_same_exit_codes() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d+) \| ", readme, re.MULTILINE) == [str(code) for code in EXIT_CODES]


def test_every_format_is_explained_with_its_file_endings() -> None:
    rows = re.findall(r"^  (\w+) +((?:\.\w+ ?)*) +\S", TOPICS["formats"].write(), re.MULTILINE)
    shown = {name: tuple(endings.split()) for name, endings in rows if name in FORMATS}
    assert shown == {name: tuple(end for end, meant in EXTENSIONS.items() if meant == name) for name in FORMATS}
    assert tuple(FORMAT_LINES) == FORMATS


def test_the_rows_that_a_terminal_shows_are_said_right() -> None:
    assert f"table, {ROWS_ON_A_TERMINAL} rows at most" in TOPICS["formats"].write()


@pytest.mark.parametrize("base", get_args(Base))
def test_every_kind_of_value_is_explained(base: Base) -> None:
    assert f"\n  {describe_kind(Parameter('x', Kind(base)))} " in TOPICS["values"].write()


def variables_read() -> Iterator[str]:
    """Yield the names that our code looks up in an environment, or mentions as ours."""
    for path in (ROOT / "runner").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r"(?<![A-Z_])RECIPES_[A-Z]+(?:_[A-Z]+)*", text)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("environ.get", "getenv")):
                yield str(ast.literal_eval(node.args[0])) if isinstance(node.args[0], ast.Constant) else ""
            if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
                yield str(ast.literal_eval(node.slice)) if isinstance(node.slice, ast.Constant) else ""


def test_every_variable_that_is_read_is_explained() -> None:
    text = TOPICS["environment"].write()
    found = {name for name in variables_read() if name}
    assert found >= {"RECIPES_HOME", "RECIPES_REPOSITORY", "RECIPES_PARAM", "TERM"}
    assert [name for name in sorted(found) if name not in text] == []
