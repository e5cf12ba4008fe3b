"""Nothing that anybody typed becomes code in a notebook, or gets into the way of what it calls by that name."""

import ast
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.catalog import Recipe
from runner.errors import AskedWrongly
from runner.sharing.export.cell_run import run_cells
from runner.sharing.export.handover import customer_name
from runner.sharing.export.notebook import notebook_bytes, notebook_cells, notebook_parts
from runner.sharing.export.notebook_values import Names, override_source
from runner.sharing.export.provenance import Provenance, read_provenance
from runner.sharing.export.script import script_text
from tests.sharing.export.conftest import PROVENANCE, SOURCE, handover, write_recipe
from tests.sharing.export.test_script import HOSTILE

pytest.importorskip("nbformat", reason="nbformat is not installed: pip install 'recipe-runner[notebook]'")


def cells(recipe: Recipe, provenance: Provenance = PROVENANCE, **options: Any) -> dict[str, str]:
    """Return the sources of a notebook by the ids of its cells, out of its bytes."""
    handed = handover(recipe, **options)
    made = notebook_bytes(notebook_cells(handed, provenance, script_text(handed, provenance)))
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(made)["cells"]}


def assignments(source: str) -> dict[str, object]:
    """Return what the cell of values assigns; there is nothing else in it."""
    found = {}
    for node in ast.parse(source).body:
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        assert isinstance(target, ast.Name)
        assert node.value is not None
        found[target.id] = ast.literal_eval(node.value)
    return found


def check_value(value: str, recipe: Recipe) -> None:
    made, plain = cells(recipe, topic=value), cells(recipe, topic="plain")
    assert assignments(made["parameters"]) == {
        "topic": value,
        "words": None,
        "echo_url": "https://echo.example/v1",
    }
    del made["parameters"], plain["parameters"]
    assert made == plain


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_stays_a_value(value: str, recipe: Recipe) -> None:
    check_value(value, recipe)
    assert max(map(len, cells(recipe, topic=value)["parameters"].split("\n"))) <= 120


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(value=st.text())
def test_any_text_stays_a_value(value: str, recipe: Recipe) -> None:
    check_value(value, recipe)


def check_names(hostile: str, recipe: Recipe) -> None:
    plain = cells(recipe, topic="t", help_text="h")
    customer = customer_name(hostile)
    provenance = replace(PROVENANCE, repository=hostile, verified=hostile)
    made = cells(recipe, provenance, topic="t", customer=customer, title=hostile, help_text=hostile)
    assert made.keys() == plain.keys()
    assert assignments(made["parameters"]) == assignments(plain["parameters"])
    same = ("requirements", "recipe-1", "recipe-2", "about-call", "result")
    assert {name: made[name] for name in same} == {name: plain[name] for name in same}
    for name in ("plumbing", "call"):
        statements = [[ast.dump(each) for each in without_texts(each[name])] for each in (made, plain)]
        assert statements[0] == statements[1]
    assert made["provenance"].count("```") == 2 + hostile.count("```") * 2


def without_texts(source: str) -> list[ast.stmt]:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return tree.body


@pytest.mark.parametrize("hostile", [each for each in HOSTILE if each.strip() and len(each) < 100])
def test_hostile_names_stay_in_their_texts(hostile: str, recipe: Recipe) -> None:
    check_names(hostile, recipe)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(name=st.text(min_size=1, max_size=50).filter(lambda text: bool(text.strip())))
def test_any_name_stays_in_its_text(name: str, recipe: Recipe) -> None:
    check_names(name, recipe)


def test_markup_in_a_name_shows_as_it_is(recipe: Recipe) -> None:
    title = cells(recipe, topic="t", customer="<img src=x> [a](b) `c` *d*")["title"]
    assert title.split("\n\n")[1] == r"For \<img src=x> \[a](b) \`c\` \*d\*."


TAKEN = SOURCE.replace("topic: str, words", "date: str, list: int, rows: str, topic: str, words").replace(
    "topic: What", "date: D.\n        list: L.\n        rows: R.\n        topic: What"
)


def test_a_value_gets_no_name_that_the_recipe_or_the_notebook_has(tmp_path: Path) -> None:
    block = "".join(f'# [tool.recipe-runner.parameters.{name}]\n# example = "x"\n' for name in ("date", "rows"))
    block += "# [tool.recipe-runner.parameters.list]\n# example = 1\n#\n"
    source = TAKEN.replace("# [tool.recipe-runner.parameters.topic]", f"{block}# [tool.recipe-runner.parameters.topic]")
    source = source.replace("import httpx\n", "import httpx\n\ntopic = 1\n\n\ndef echo_url() -> None: ...\n")
    source = source.replace(
        "from collections.abc import Iterator", "from collections.abc import Iterator\nfrom datetime import date"
    )
    recipe = write_recipe(tmp_path, source)
    made = cells(recipe, date="2026-01-02", rows="r", topic="t")
    assert list(assignments(made["parameters"])) == [
        *("the_date", "the_list", "the_rows", "the_topic", "words", "the_echo_url"),
    ]
    names = Names(recipe)
    values: dict[str, Any] = {"date": "d", "list": 3, "rows": "r", "topic": "t", "words": ("a",)}
    over = assignments(override_source(recipe, names, values, {"echo": "http://127.0.0.1:1/v1"}))
    assert over == {
        **{"the_date": "d", "the_list": 3, "the_rows": "r", "the_topic": "t", "words": ["a"]},
        "the_echo_url": "http://127.0.0.1:1/v1",
    }


@pytest.mark.parametrize("name", ["_Table", "_ask_for_keys", "_apis"])
def test_a_recipe_that_would_get_into_the_way_is_refused(name: str, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, f"{SOURCE}\n\n{name} = 1\n")
    with pytest.raises(AskedWrongly, match=f"has the name {name}, which exported"):
        cells(recipe, topic="t")


def test_a_helper_of_the_recipe_stays_where_it_is(tmp_path: Path) -> None:
    source = SOURCE.replace("def main", "def _half(number: int) -> int:\n    return number // 2\n\n\ndef main")
    made = cells(write_recipe(tmp_path, source.replace("words}", "words, 'half': _half(4)}")), topic="t")
    assert [name for name, text in made.items() if "def _half" in text] == ["recipe-2"]


def test_every_text_of_a_notebook_is_searched(recipe: Recipe) -> None:
    handed = handover(recipe, topic="t")
    made = json.loads(notebook_bytes(notebook_cells(handed, PROVENANCE, script_text(handed, PROVENANCE))))
    output = {"output_type": "display_data", "metadata": {"where": "LEAK-1"}, "data": {"text/html": ["LEAK", "-2"]}}
    made["cells"][4]["outputs"] = [output]
    made["cells"][0]["attachments"] = {"LEAK-3.png": {"image/png": "LEAK-4"}}
    made["cells"][2]["metadata"]["papermill"] = {"parameters": {"LEAK-5": "LEAK-6"}}
    made["metadata"]["kernelspec"]["name"] = "LEAK-7"
    made["metadata"]["widgets"] = {"state": [{"deep": "LEAK-8"}]}
    parts = notebook_parts(json.dumps(made).encode())
    found = {name: sorted(word for word in text.split() if word.startswith("LEAK")) for name, text in parts.items()}
    assert {name: words for name, words in found.items() if words} == {
        "output or metadata of cell 1": ["LEAK-3.png", "LEAK-4"],
        "output or metadata of cell 3": ["LEAK-5", "LEAK-6"],
        "output or metadata of cell 5": ["LEAK-1", "LEAK-2"],
        "metadata": ["LEAK-7", "LEAK-8"],
    }


def test_provenance_stands_in_it_and_is_read_back(recipe: Recipe, tmp_path: Path) -> None:
    handed = handover(recipe, topic="t")
    path = tmp_path / "things.ipynb"
    path.write_bytes(notebook_bytes(notebook_cells(handed, PROVENANCE, script_text(handed, PROVENANCE))))
    assert read_provenance(path) == PROVENANCE


CELLS = ["from __future__ import annotations", "def main(x: Nowhere) -> None: ...", "import asyncio", "3 + 4"]


def test_cells_run_as_in_a_kernel() -> None:
    """In a process of its own, as the main module changes."""
    import subprocess
    import sys

    sources = [
        *CELLS,
        "async def many():\n    for number in range(3):\n        yield number",
        "rows = [row async for row in many()]\nawait asyncio.sleep(0)\nnamed = __name__",
        "class Shown:\n    def _repr_html_(self): seen.append('html')\nseen = []\nShown()",
    ]
    code = (
        "import json, sys\nfrom runner.sharing.export.cell_run import run_cells\n"
        "left = run_cells(json.loads(sys.argv[1]))\n"
        "print(left['rows'], left['named'], left['seen'])"
    )
    command = [sys.executable, "-c", code, json.dumps(sources)]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert (answer.stdout, answer.stderr) == ("[0, 1, 2] __main__ ['html']\n", "")
    assert run_cells is not None


def plumbing() -> Mapping[str, Any]:
    from runner.sharing.export.definitions import notebook_plumbing

    names: dict[str, Any] = {}
    exec(notebook_plumbing(), names)
    return names


def drawn(rows: list[dict[str, Any]], *words: str, **more: str) -> dict[str, Any]:
    chart = plumbing()["_Chart"](rows, *words, **more)
    spec: dict[str, Any] = chart._repr_mimebundle_()["application/vnd.vegalite.v5+json"]
    return spec


@pytest.mark.parametrize(
    "x, kind",
    [
        ([1, 2.5, None], "quantitative"),
        (["2026-01-01T00:00:00Z", "2026-01-02"], "temporal"),
        (["b", "a"], "nominal"),
        ([1, "a"], "nominal"),
        ([True], "nominal"),
        ([], "nominal"),
    ],
)
def test_an_axis_is_drawn_by_what_stands_on_it(x: list[object], kind: str) -> None:
    spec = drawn([{"a.b": each, "n": 1} for each in x], "line", "a.b", "n")
    assert spec["encoding"]["x"] == {"field": "x", "type": kind, "title": "a.b", "sort": None}
    assert spec["data"]["values"] == [{"x": each, "y": 1} for each in x]


def test_each_row_is_a_bar_of_its_own() -> None:
    spec = drawn([{"day": day, "n": n} for day, n in (("2026-01-01", 1), ("2026-01-01", 2))], "bar", "n", "day")
    first, second = (value["y"] for value in spec["data"]["values"])
    assert (first, second.strip("\N{ZERO WIDTH SPACE}"), first != second) == ("2026-01-01", "2026-01-01", True)
    assert [spec["encoding"][axis]["type"] for axis in "xy"] == ["quantitative", "nominal"]


@pytest.mark.parametrize("sort, order", [("n", "ascending"), ("-n", "descending")])
def test_a_picture_has_the_colors_the_order_and_the_title_of_the_chart(sort: str, order: str) -> None:
    rows = [{"name": "a", "n": 1, "part": "low"}, {"name": "a", "n": 2, "part": "high"}]
    spec = drawn(rows, "bar", "n", "name", color="part", sort=sort, title="Parts")
    assert spec["title"] == "Parts"
    assert spec["encoding"]["color"] == {"field": "color", "type": "nominal", "title": "part"}
    assert spec["encoding"]["y"]["sort"] == {"field": "sort", "op": "max", "order": order}
    assert spec["data"]["values"][1] == {"x": 2, "y": "a", "color": "high", "sort": 2}


def test_a_table_shows_a_part_of_many_rows_and_says_so() -> None:
    html = plumbing()["_Table"]([{"n": number} for number in range(1201)])._repr_html_()
    assert (html.count("<tr>"), html.endswith("</table><p>The first 200 of 1,201 rows.</p>")) == (201, True)
    assert plumbing()["_Table"]([])._repr_html_() == "<p>0 rows</p>"


DAY = "day (YYYY-MM-DD)"


@pytest.mark.parametrize(
    "value, options, message",
    [
        (True, {"kind": "whole number"}, "n must be a whole number, not True."),
        ("x", {"kind": DAY}, "n must be a day (YYYY-MM-DD), not 'x'."),
        (float("nan"), {"kind": "number"}, "n must be a number, not nan."),
        (1, {"kind": "text"}, "n must be a text, not 1."),
        (
            "2026-01-01",
            {"kind": "day (YYYY-MM-DD)", "low": "2026-01-02"},
            "n must be 2026-01-02 at least, not 2026-01-01.",
        ),
        ([], {"kind": "text", "many": True, "low": 1}, "n must be 1 at least, not 0."),
        ("abc", {"kind": "text", "high": 2}, "n must be 2 at most, not 3."),
        ("x", {"kind": "text", "choices": ["a", "b"]}, "n must be one of a, b, not 'x'."),
        (["a"], {"kind": "text"}, "n must be one text, not ['a']."),
        ("a", {"kind": "text", "many": True}, "n must be a list, not 'a'."),
        (None, {"kind": "text"}, "n is required: give it a value in the parameters cell."),
    ],
)
def test_a_value_that_does_not_fit_is_named(value: object, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"^n ") as caught:
        plumbing()["_given"]("n", value, **options)
    assert str(caught.value) == message
