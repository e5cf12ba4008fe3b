"""How long the catalog's recipes are, and what their lines are for."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

RECIPES = Path(__file__).parents[1] / "recipes"
KINDS = (
    *("block", "imports", "blank"),
    *("title and text", "help and other docstrings", "constants", "main", "other functions"),
)
"""What a line may be; the first three say nothing about the question."""
ABOUT = KINDS[3:]
DOCSTRINGS = KINDS[3:5]


def count_lines() -> Iterator[str]:
    """Yield a Markdown table of what the lines of all recipes are for, and how long the recipes are."""
    counts = {path: Counter(kinds_of(path.read_text(encoding="utf-8"))) for path in sorted(RECIPES.glob("*/*.py"))}
    total = sum(counts.values(), Counter[str]())
    yield from (f"| of {len(counts)} recipes | lines | share | in the median |", "|---|---:|---:|---:|")
    for kind in KINDS:
        middle = median(count[kind] for count in counts.values())
        yield f"| {kind} | {total[kind]:,} | {100 * total[kind] / total.total():.0f} % | {middle:.0f} |"
    sizes = {path: count.total() for path, count in counts.items()}
    longest = max(sizes, key=lambda path: sizes[path])
    aside = 100 * (1 - sum(total[kind] for kind in ABOUT) / total.total())
    yield ""
    yield f"recipes: {median(sizes.values()):.0f} lines in the median, the longest {sizes[longest]} ({longest.stem})"
    yield f"recipes: {aside:.0f} % of the lines are not about the question (block, imports, blank)"


def kinds_of(text: str) -> list[str]:
    """Return what each line of a recipe is."""
    lines = text.splitlines()
    block = lines.index("# ///") + 1
    kinds = ["block"] * block + ["constants"] * (len(lines) - block)
    for node in ast.parse(text).body:
        match node:
            case ast.Import() | ast.ImportFrom():
                mark(kinds, node, "imports")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                mark(kinds, node, "main" if node.name == "main" else "other functions")
                if ast.get_docstring(node) is not None:
                    mark(kinds, node.body[0], "help and other docstrings")
            case ast.Expr(ast.Constant(str())):
                mark(kinds, node, "title and text")
    for number, line in enumerate(lines):
        if not line.strip() and kinds[number] not in DOCSTRINGS:
            kinds[number] = "blank"
    return kinds


def mark(kinds: list[str], node: ast.stmt, kind: str) -> None:
    """Say what the lines of a statement are."""
    assert node.end_lineno is not None
    kinds[node.lineno - 1 : node.end_lineno] = [kind] * (node.end_lineno - node.lineno + 1)
