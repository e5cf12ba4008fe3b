from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.parsed import parse_recipe
from runner.catalog.source import read_recipe
from runner.errors import BrokenSource

END = "import httpx\n"


def broken(path: Path) -> BrokenSource:
    with pytest.raises(BrokenSource) as caught:
        read_recipe(path)
    return caught.value


def test_a_syntax_error_names_its_line(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe((END, f"{END}x = = 1\n"))
    error = broken(path)
    line = path.read_text().split("\n").index("x = = 1") + 1
    assert (error.line, error.problem, error.hint) == (line, "this is no Python: invalid syntax", "correct this line")


@pytest.mark.parametrize("place", ['    """Yield', "    Args:\n", "        topic:", "# ///\n"])
def test_the_markers_of_a_conflict_are_named_wherever_they_stand(
    write_recipe: Callable[..., Path], recipe_text: str, place: str
) -> None:
    text = recipe_text.replace(place, f"<<<<<<< mine\n{place}", 1)
    assert text != recipe_text
    path = write_recipe((recipe_text, text))
    error = broken(path)
    line = path.read_text().split("\n").index("<<<<<<< mine") + 1
    assert (error.line, error.problem) == (line, "a conflict of two changes is not settled")


@pytest.mark.parametrize("expression", ["-" * 90_000 + "1", "1+" * 90_000 + "1", "a" + ".b" * 90_000])
def test_python_that_is_nested_too_deeply_is_an_error(write_recipe: Callable[..., Path], expression: str) -> None:
    error = broken(write_recipe((END, f"{END}x = {expression}\n")))
    assert (error.line, error.problem, error.hint) == (1, "the Python is nested too deeply", "make it flat")


@pytest.mark.parametrize("expression", ["(" * 90_000 + ")" * 90_000, "9" * 5000])
def test_python_beyond_the_limits_of_its_parser_is_an_error(write_recipe: Callable[..., Path], expression: str) -> None:
    assert broken(write_recipe((END, f"{END}x = {expression}\n"))).problem.startswith("this is no Python: ")


def test_a_doubtful_escape_warns_nobody(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe((END, END + 'x = "\\d"\n'))
    assert parse_recipe(path).path == path


@pytest.mark.parametrize(
    "old, new, at, problem, hint",
    [
        ("def main", "def other", 1, "there is no function main", "write def main(...) at the top level of the file"),
        (
            "def main",
            "class A:\n    def main(self): ...\n\n\ndef other",
            1,
            "there is no function main",
            "write def main(...) at the top level of the file",
        ),
        ("def main", "def main(): ...\n\n\ndef main", 30, "there is a second function main", "keep one of them"),
        ("def main", "@wrapped\ndef main", 27, "main has a decorator", "remove it; main is called as it is read"),
        (
            "Which ferries",
            "Which \\ud800 ferries",
            16,
            "the docstring holds half a character",
            "remove the surrogate",
        ),
    ],
)
def test_a_violation_is_named_with_its_line_and_a_fix(
    write_recipe: Callable[..., Path], old: str, new: str, at: int, problem: str, hint: str
) -> None:
    error = broken(write_recipe((old, new)))
    assert (error.line, error.problem, error.hint) == (at, problem, hint)
