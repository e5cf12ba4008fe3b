"""A recipe cut into the cells of a notebook."""

from pathlib import Path

import pytest

from runner.sharing.export.cells import Cell, recipe_cells
from tests.sharing.export.conftest import SOURCE, write_recipe

IMPORTS = "from collections.abc import Iterator\nfrom typing import Any\n\nimport httpx"


def cells(folder: Path, source: str) -> list[Cell]:
    return list(recipe_cells(write_recipe(folder, source)))


def texts(folder: Path, source: str) -> list[tuple[str, str]]:
    return [(cell.kind, cell.source) for cell in cells(folder, source)]


def test_imports_helpers_and_main_are_cells_of_their_own(tmp_path: Path) -> None:
    helpers = "HALF = 2\n\n\ndef half(number: int) -> int:\n    return number // HALF"
    source = SOURCE.replace("import httpx\n", f"import httpx\n\n{helpers}\n")
    after = "\n\ndef after() -> None: ...\n"
    imports, helping, main, last = texts(tmp_path, source + after)
    assert imports == ("code", IMPORTS)
    assert helping == ("code", helpers)
    assert main[1].startswith("def main(echo")
    assert last == ("code", "def after() -> None: ...")


def test_a_comment_between_statements_becomes_markdown(tmp_path: Path) -> None:
    source = SOURCE.replace(
        "import httpx\n",
        "import httpx\n\n# --------\n# How many the API takes <at once>.\n#\n# - at most\n# --------\n"
        "MOST = 10  # a call\n\n# And how long.\nLONG = 3\n",
    )
    kinds = texts(tmp_path, source)
    assert kinds[1:5] == [
        ("markdown", "How many the API takes &lt;at once&gt;.\n\n- at most"),
        ("code", "MOST = 10  # a call"),
        ("markdown", "And how long."),
        ("code", "LONG = 3"),
    ]


def test_a_comment_inside_a_function_stays_there(tmp_path: Path) -> None:
    source = SOURCE.replace("    yield {", "    # Only one.\n    yield {") + "    # No more.\n\n# The end.\n"
    assert [cell.kind for cell in cells(tmp_path, source)] == ["code", "code"]
    assert texts(tmp_path, source)[-1][1].endswith("    # No more.\n\n# The end.")


def test_what_stands_above_the_docstring_is_kept(tmp_path: Path) -> None:
    source = f"# SPDX-License-Identifier: MIT\n\n{SOURCE}"
    assert texts(tmp_path, source)[0] == ("markdown", "SPDX-License-Identifier: MIT")


@pytest.mark.parametrize(
    "helpers",
    [
        "ONE = 1; TWO = 2\nTHREE = (\n    1,\n# not a comment of the file\n    2,\n)",
        "@staticmethod\n# said of it\n@staticmethod\ndef decorated() -> None:\n    pass",
        'TEXT = """\n# no comment\n\n# nor this\n"""',
        "if ONE:\n    pass\n# still there\nelse:\n    pass",
        "import sys  # again\nONE = 1\nimport os",
    ],
)
def test_the_cells_together_are_the_recipe(helpers: str, tmp_path: Path) -> None:
    source = SOURCE.replace("import httpx\n", f"import httpx\n\nONE = 2\n{helpers}\n")
    joined = "\n".join(cell.source for cell in cells(tmp_path, source) if cell.kind == "code")
    body = source.partition('things are there?"""')[2]
    assert [line for line in joined.split("\n") if line] == [line for line in body.split("\n") if line]
    for cell in cells(tmp_path, source):
        if cell.kind == "code":
            compile(cell.source, cell.id, "exec")


def test_ids_are_told_apart_and_stay_the_same(tmp_path: Path) -> None:
    source = SOURCE.replace("import httpx\n", "import httpx\n\n# One.\nONE = 1\n")
    assert [cell.id for cell in cells(tmp_path, source)] == ["recipe-1", "about-2", "recipe-2", "recipe-3"]
