"""Running the code cells of a notebook as a kernel does, without one: one namespace, and pictures of last lines."""

import ast
import asyncio
import sys
from codeop import Compile
from collections.abc import Sequence
from inspect import CO_COROUTINE
from types import ModuleType
from typing import Any, Final

_DRAWN: Final = ("_repr_html_", "_repr_markdown_", "_repr_mimebundle_")


def run_cells(sources: Sequence[str]) -> dict[str, Any]:
    """Run them one after the other as `__main__` of this process, and return what they leave behind."""
    module = sys.modules["__main__"] = ModuleType("__main__")
    compiler = Compile()  # what a cell imports from __future__ holds in those below it
    compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    sys.displayhook = _draw
    with asyncio.Runner() as runner:
        for number, source in enumerate(sources, start=1):
            for tree, mode in _halves(ast.parse(source)):
                code = compiler(tree, f"<cell {number}>", mode)  # type: ignore[arg-type]  # compile() takes trees too
                left = eval(code, module.__dict__)
                if code.co_flags & CO_COROUTINE:
                    runner.run(left)
    return module.__dict__


def _halves(tree: ast.Module) -> list[tuple[ast.Module | ast.Interactive, str]]:
    """Return the statements of a cell, and the expression at its end, which is shown."""
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return [(tree, "exec")]
    *body, last = tree.body
    return [(ast.Module(body, []), "exec"), (ast.Interactive([last]), "single")]


def _draw(value: object) -> None:
    """Make every picture of a value that a notebook would; it has to be possible, and is not looked at."""
    for name in _DRAWN:
        if draw := getattr(value, name, None):
            draw()
