"""A notebook that answers one customer's question: values on top, then the recipe, the call, its rows as a table."""

import ast
import json
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final

from runner.catalog import Recipe
from runner.catalog.block import CLOSING, OPENING
from runner.output.extras import load_extra
from runner.recording.case import Case
from runner.sharing.export.cells import Cell, recipe_cells
from runner.sharing.export.handover import Handover
from runner.sharing.export.layout import Code, call
from runner.sharing.export.markdown import inline
from runner.sharing.export.notebook_call import call_source, plumbing_source
from runner.sharing.export.notebook_output import recorded_outputs
from runner.sharing.export.notebook_values import Names, parameters_source
from runner.sharing.export.provenance import Provenance

PARAMETERS: Final = "parameters"
"""Id and tag of the cell of values."""
_MARKS: Final = ("area", "bar", "line", "point")
_METADATA: Final[dict[str, dict[str, str]]] = {
    "kernelspec": {"display_name": "Python 3", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook_cells(handover: Handover, provenance: Provenance, script: str, case: Case | None = None) -> list[Cell]:
    """Return the cells; values stand in them as literals, everything else is the recipe's or ours.

    Args:
        handover: What is handed over.
        provenance: Of the notebook.
        script: As `script_text` makes it; what calls the API is taken from it.
        case: Whose rows stand as the output of the result; None leaves every cell without output.

    Raises:
        AskedWrongly: The recipe cannot be exported as it is.
    """
    recipe, names = handover.recipe, Names(handover.recipe)
    called = call_source(handover, names)
    shown = "_Page(result)" if recipe.gives == "text" else _table(recipe)
    chart = list(_chart(recipe))
    plumbing = plumbing_source(recipe, script, "\n".join([called, shown, *chart]))
    cells = [
        Cell("title", "markdown", "\n\n".join(_introduction(handover))),
        Cell("requirements", "code", _block(script)),
        Cell(PARAMETERS, "code", parameters_source(handover, names), tags=(PARAMETERS,)),
        *recipe_cells(recipe),
        Cell("about-call", "markdown", _BELOW),
        Cell("plumbing", "code", plumbing, is_folded=True),
        Cell("call", "code", called),
        Cell("result", "code", shown, outputs=() if case is None else recorded_outputs(recipe, case)),
        *(Cell("chart", "code", source) for source in chart),
        Cell("provenance", "markdown", "\n".join(["Where this comes from:\n", "```text", *provenance.lines(), "```"])),
    ]
    for cell in cells:
        if cell.kind == "code":
            compile(cell.source, cell.id, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return cells


def notebook_bytes(cells: Sequence[Cell]) -> bytes:
    """Return the file: no execution counts, and no metadata but the kernel's and the language's name.

    Raises:
        AskedWrongly: nbformat is not installed.
    """
    nbformat = load_extra("nbformat", "nbformat", "notebook", what="Notebooks")
    notebook = nbformat.v4.new_notebook(metadata=_METADATA, cells=[_node(nbformat.v4, cell) for cell in cells])
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)
    return f"{text.rstrip()}\n".encode()


def notebook_parts(content: bytes) -> dict[str, str]:
    """Return all text of a finished notebook, by where it stands: `cell 3`."""
    notebook, parts = json.loads(content), dict[str, str]()
    for number, cell in enumerate(notebook.pop("cells"), start=1):
        parts[f"cell {number}"] = "".join(cell.pop("source"))
        parts[f"output or metadata of cell {number}"] = "\n".join(_texts(cell))
    parts["metadata"] = "\n".join(_texts(notebook))
    return parts


def _node(v4: Any, cell: Cell) -> Any:
    metadata: dict[str, Any] = {"tags": list(cell.tags)} if cell.tags else {}
    if cell.is_folded:
        metadata["jupyter"] = {"source_hidden": True}
    if cell.kind == "markdown":
        return v4.new_markdown_cell(cell.source, id=cell.id, metadata=metadata)
    return v4.new_code_cell(
        cell.source, id=cell.id, metadata=metadata, outputs=[v4.new_output(**each) for each in cell.outputs]
    )


def _texts(value: object) -> Iterator[str]:
    match value:
        case dict():
            for name, each in value.items():
                yield from (name, *_texts(each))
        case list():
            if value and all(isinstance(each, str) for each in value):
                yield "".join(value)  # a text in lines
            else:
                for each in value:
                    yield from _texts(each)
        case str():
            yield value


_BELOW: Final = """\
## The call

First what calls the API, which changes nothing of what stands above; then the call, with the values from the top."""


def _introduction(handover: Handover) -> Iterator[str]:
    recipe = handover.recipe
    yield f"# {inline(recipe.title)}"
    if handover.customer:
        yield f"For {inline(handover.customer)}."
    if recipe.description:
        yield escape(recipe.description, quote=False)
    needs = " ".join(f'"{each}"' for each in handover.requirements)
    yield f"It needs Python 3.11 or later and what `%pip install {needs}` installs; run that in a cell once."
    for client in recipe.clients:
        api = handover.apis[client.api]
        if api.key is not None:
            words = (
                f"The key for {inline(api.title)} is read from the variable `{api.key.env}`, or asked for when the call"
            )
            yield f"{words} is made; it is never written into this notebook. {inline(api.key.help)}".strip()
    yield "The values stand in the next cell but one: change them there and run all cells again."


def _block(script: str) -> str:
    """Return the block of a script (PEP 723), which some tools read in notebooks too."""
    lines = script.split("\n")
    return "\n".join(lines[lines.index(OPENING) : lines.index(CLOSING) + 1])


def _table(recipe: Recipe) -> str:
    if recipe.gives == "rows":
        return "_Table(rows)"
    return '_Table([{"name": name, "value": value} for name, value in result.items()])'


def _chart(recipe: Recipe) -> Iterator[str]:
    """Yield the cell of the chart, where the recipe has one that this draws."""
    chart = recipe.chart
    if chart is not None and chart.mark in _MARKS:
        more = [(name, text) for name in ("color", "sort", "title") if (text := getattr(chart, name))]
        yield call("_Chart", [("", Code("rows")), ("", chart.mark), ("x", chart.x), ("y", chart.y), *more], indent=0)
