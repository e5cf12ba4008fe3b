from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.source import read_recipe
from runner.errors import BrokenSource

MARK = "import httpx\n"


@pytest.fixture
def neighbours(tmp_path: Path) -> None:
    folder = tmp_path / "recipes" / "harbour"
    (folder / "sandbox").mkdir(parents=True)
    (folder / "ferries.py").touch()
    (folder / "json.py").touch()
    (folder / "httpx.py").touch()


@pytest.mark.parametrize(
    "statement, problem, hint",
    [
        ("import runner", "a recipe cannot import runner", "use httpx and the standard library"),
        ("import runner.catalog as x", "a recipe cannot import runner", "use httpx and the standard library"),
        (
            "from runner.errors import RunnerError",
            "a recipe cannot import runner",
            "use httpx and the standard library",
        ),
        ("from recipes.harbour import ferries", "a recipe cannot import recipes", "use httpx and the standard library"),
        ("import os, ferries", "a recipe cannot import another: ferries", "copy what you need into main"),
        (
            "from ferries import main as other",
            "a recipe cannot import another: ferries",
            "copy what you need into main",
        ),
        ("import sandbox", "a recipe cannot import another: sandbox", "copy what you need into main"),
        ("from . import ferries", "a recipe has nothing to import from beside it", "copy what you need into main"),
        ("from .ferries import x", "a recipe has nothing to import from beside it", "copy what you need into main"),
    ],
)
@pytest.mark.usefixtures("neighbours")
def test_the_runner_and_other_recipes_cannot_be_imported(
    write_recipe: Callable[..., Path], statement: str, problem: str, hint: str
) -> None:
    path = write_recipe((MARK, f"{MARK}{statement}\n"))
    with pytest.raises(BrokenSource) as caught:
        read_recipe(path)
    line = path.read_text().split("\n").index(statement) + 1
    assert (caught.value.line, caught.value.problem, caught.value.hint) == (line, problem, hint)


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    import runner\n",
        "if True:\n    pass\nelse:\n    import runner\n",
        "try:\n    pass\nexcept OSError:\n    import runner\n",
        "try:\n    pass\nfinally:\n    import runner\n",
        "match 1:\n    case 1:\n        import runner\n",
        "class A:\n    with open(0):\n        import runner\n",
        "import os; import runner\n",
    ],
)
def test_imports_are_found_wherever_they_stand(write_recipe: Callable[..., Path], text: str) -> None:
    with pytest.raises(BrokenSource, match="a recipe cannot import runner"):
        read_recipe(write_recipe((MARK, MARK + text)))


@pytest.mark.parametrize("statement", ["import json", "import httpx_auth", "from collections import abc"])
@pytest.mark.usefixtures("neighbours")
def test_the_standard_library_and_packages_can_be_imported(write_recipe: Callable[..., Path], statement: str) -> None:
    assert read_recipe(write_recipe((MARK, f"{MARK}{statement}\n"))).id == "harbour/late-ferries"
