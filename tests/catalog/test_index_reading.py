import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.index_file import CONTENT
from runner.catalog.index_reading import read_file
from runner.catalog.index_rows import Depends

Write = Callable[..., Path]
ROOT = Path(__file__).parents[2]


def read(path: Path) -> tuple[dict[str, str | int], Depends]:
    columns, depends = read_file(str(path))
    return dict(zip(CONTENT, columns, strict=True)), depends


def test_a_recipe_fills_the_columns(write_recipe: Write) -> None:
    columns, depends = read(write_recipe())
    assert depends is Depends.NOTHING
    assert {name: columns[name] for name in ("listed", "id", "title", "tags", "audience", "line", "problem")} == {
        "listed": 1,
        "id": "harbour/late-ferries",
        "title": "Which ferries are late right now?",
        "tags": "getting-started\nferries",
        "audience": "analyst",
        "line": 0,
        "problem": "",
    }
    assert columns["help"] == "Words to look for.\nHow far back to look, in hours."
    assert columns["options"] == "topic\nhours"


def test_what_was_recorded_fills_columns_endpoints_and_paths(write_recipe: Write, tmp_path: Path) -> None:
    (tmp_path / "default.yaml").write_text("\n    method: GET\n    uri: https://a.example/v1/b\n")
    (tmp_path / "default.jsonl").write_text('{"c":1}\n')
    stored, _ = read_file(str(write_recipe()), str(tmp_path), ["https://a.example/v1"])
    columns = dict(zip(CONTENT, stored, strict=True))
    assert (columns["columns"], columns["endpoints"], columns["paths"]) == ("c", "GET /b", "/b")


def test_a_typed_dict_counts_before_what_was_recorded(write_recipe: Write, tmp_path: Path) -> None:
    (tmp_path / "default.jsonl").write_text('{"c":1}\n')
    path = write_recipe(
        ("dict[str, Any]]:", "Late]:"),
        ("def main", "class Late(TypedDict):\n    ferry: str\n\n\ndef main"),
        ("import Any", "import Any, TypedDict"),
    )
    stored, _ = read_file(str(path), str(tmp_path))
    assert dict(zip(CONTENT, stored, strict=True))["columns"] == "ferry"


def test_choices_are_searched_with_the_options(write_parameter: Write) -> None:
    columns, _ = read(write_parameter('Literal["fast-lane", "slow"] = "slow"'))
    assert columns["options"] == "given\nfast-lane\nslow"


def test_a_broken_recipe_keeps_line_problem_and_hint(write_recipe: Write) -> None:
    columns, depends = read(write_recipe(("right now?", "right now.")))
    assert (columns["listed"], columns["line"], columns["hint"]) == (
        0,
        16,
        "put it as the customer's question, ending in ?",
    )
    assert str(columns["problem"]).startswith("the title is no question")
    assert depends is Depends.ON_NAMES


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_file_whose_name_is_no_utf8_is_not_stored(write_recipe: Write) -> None:
    columns, depends = read(write_recipe(at="recipes/harbour/caf\udce9.py"))
    assert (columns["listed"], depends) == (0, Depends.ON_DISK)


@pytest.mark.parametrize("text, line", [("", 0), ("no = 1", 1)])
def test_an_api_keeps_only_what_is_broken(write_api: Write, text: str, line: int) -> None:
    columns, _ = read(write_api(text) / "api.toml")
    assert (columns["listed"], bool(columns["line"]), columns["id"]) == (0, bool(line), "")


def test_what_cannot_be_opened_is_not_stored(tmp_path: Path) -> None:
    assert read(tmp_path / "harbour" / "late.py")[1] is Depends.ON_DISK


@pytest.mark.parametrize(
    "statement",
    [
        "import pandas",
        "import json, pandas",
        "from pandas import DataFrame",
        "import json; import pandas",
        "if True: import pandas",
        "if True:\n    import pandas",
        "from \\\n    pandas import DataFrame",
        "from \\\n    pandas \\\n    import json",
        "import json, \\\n    pandas",
    ],
)
def test_an_import_that_may_lie_beside_depends_on_names(write_recipe: Write, statement: str) -> None:
    columns, depends = read(write_recipe(("import httpx\n", f"import httpx\n{statement}\n")))
    assert (columns["problem"], depends) == ("", Depends.ON_NAMES)


@pytest.mark.parametrize(
    "statement",
    [
        "import json",
        "import os.path",
        "import json as j",
        "from urllib.parse import quote, urlsplit",
        "from collections.abc import (\n    Iterable,\n    Sequence,\n)",
        "from httpx import Client  # the client",
    ],
)
def test_the_standard_library_and_httpx_lie_beside_nothing(write_recipe: Write, statement: str) -> None:
    _, depends = read(write_recipe(("import httpx\n", f"import httpx\n{statement}\n")))
    assert depends is Depends.NOTHING


def test_what_a_process_cannot_answer_is_read_here(write_recipe: Callable[..., Path]) -> None:
    path = str(write_recipe())
    for program in ("/nonexistent", "/bin/false", sys.executable):
        code = (
            f"import sys\nfrom runner.catalog.index_reading import read_many\nsys.executable = {program!r}\n"
            f"print(len(list(read_many([({path!r}, '')] * 5, ()))))"
        )
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
        assert (ran.stdout, ran.stderr) == ("5\n", "")
