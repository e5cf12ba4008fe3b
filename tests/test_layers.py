"""Guards: who may import whom, and what a quick command may load."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("errors", "catalog", "running", "output", "recording", "checking", "scaffolding", "sharing", "cli", "testing")
"""Each may import those before it, never those after it (and `catalog` only `errors`)."""
MODULES = sorted((ROOT / "runner").rglob("*.py"))
EDGES = ("cli", "testing", "__main__")
"""Where a process begins: they may look at its environment and folder."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def layer(path: Path) -> str:
    return path.relative_to(ROOT / "runner").parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield node.module or ""


@pytest.mark.parametrize("path", [path for path in MODULES if layer(path) in LAYERS], ids=relative)
def test_a_package_imports_only_from_those_above_it(path: Path) -> None:
    allowed = LAYERS[: LAYERS.index(layer(path)) + 1]
    used = {name.split(".")[1] for name in imports(path) if name.startswith("runner.")}
    assert used - set(allowed) == set()


def test_every_package_stands_in_the_order_of_layers() -> None:
    assert {layer(path) for path in MODULES} - set(LAYERS) == {"__init__", "__main__"}


@pytest.mark.parametrize("path", [path for path in MODULES if layer(path) not in EDGES], ids=relative)
def test_nothing_below_the_command_line_imports_click(path: Path) -> None:
    assert "click" not in {name.partition(".")[0] for name in imports(path)}


FORBIDDEN = {("os", "environ"), ("os", "getenv"), ("os", "getcwd"), ("Path", "cwd"), ("sys", "exit"), ("sys", "argv")}


@pytest.mark.parametrize("path", [path for path in MODULES if layer(path) not in EDGES], ids=relative)
def test_nothing_below_the_command_line_prints_exits_or_looks_around(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    attributes = {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert attributes & FORBIDDEN == set()
    assert called & {"print", "exit", "input"} == set()


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_handler_catches_everything(path: Path) -> None:
    handlers = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ExceptHandler)
    ]
    caught = [ast.unparse(handler.type) if handler.type else "everything" for handler in handlers]
    assert [name for name in caught if name in ("Exception", "BaseException", "everything")] == []


@pytest.mark.parametrize("path", sorted((ROOT / "runner").rglob("__init__.py")), ids=relative)
def test_every_package_says_what_it_offers(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def loaded_by(*words: str) -> set[str]:
    code = (
        "import json, sys\nfrom runner.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted(name.partition('.')[0] for name in sys.modules)), file=sys.stderr)"
    )
    answer = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(answer.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "words", [("list",), ("show", "newswhip/top-stories"), ("check",), ("explain", "R101"), ("--help",), ()]
)
def test_looking_around_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    heavy = {"httpx", "rich", "jinja2", "vcr", "pytest", "_pytest", "asyncio", "ssl", "time_machine"}
    assert loaded_by(*words) & heavy == set()
