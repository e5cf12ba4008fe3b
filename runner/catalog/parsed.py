"""A recipe file taken apart: its text, its block, its syntax tree. Nothing of it runs."""

import ast
import warnings
from pathlib import Path
from typing import NamedTuple

from runner.catalog.block import Block, read_block
from runner.catalog.syntax import tree_of
from runner.catalog.tables import Table
from runner.catalog.text_file import read_text
from runner.errors import BrokenSource

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Parsed(NamedTuple):
    """One recipe file.

    Attributes:
        path: The file.
        text: All of it.
        block: Its `# /// script` block.
        tree: Its syntax tree.
    """

    path: Path
    text: str
    block: Block
    tree: ast.Module

    def broken(self, node: ast.AST, problem: str, hint: str) -> BrokenSource:
        """Make an error for the line where a node begins."""
        return BrokenSource(self.path, getattr(node, "lineno", 1), problem, hint=hint)

    def docstring(self, node: ast.Module | Function) -> str:
        """Return the docstring of the file or a function with its indentation, or `""`."""
        text = ast.get_docstring(node, clean=False) or ""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise self.broken(node.body[0], "the docstring holds half a character", "remove the surrogate") from None
        return text

    @property
    def table(self) -> Table:
        """Our table of the block, to be read strictly."""
        return Table(self.path, self.block.table, self.block.line_of, ("tool", "recipe-runner"))

    @property
    def main(self) -> Function:
        """The one function named `main` at the top level."""
        found = [node for node in self.tree.body if isinstance(node, Function) and node.name == "main"]
        if not found:
            hint = "write def main(...) at the top level of the file"
            raise BrokenSource(self.path, 1, "there is no function main", hint=hint)
        if len(found) > 1:
            raise self.broken(found[1], "there is a second function main", "keep one of them")
        if found[0].decorator_list:
            raise self.broken(
                found[0].decorator_list[0], "main has a decorator", "remove it; main is called as it is read"
            )
        return found[0]


def parse_recipe(path: Path) -> Parsed:
    """Read and parse a recipe file.

    Raises:
        BrokenSource: It is not readable, has no proper block, or is no Python.
    """
    return parse_text(read_text(path), path)


def parse_text(text: str, path: Path) -> Parsed:
    """Parse the text that a recipe file has, or is about to have.

    Raises:
        BrokenSource: It holds an unsettled conflict, has no proper block, or is no Python.
    """
    before, has_conflict, _ = f"\n{text}".partition("\n<<<<<<< ")
    if has_conflict:
        hint = "settle it by hand, and remove the markers"
        raise BrokenSource(path, before.count("\n") + 1, "a conflict of two changes is not settled", hint=hint)
    block = read_block(text, path)
    return Parsed(path, text, block, _parse(path, text))


def _parse(path: Path, text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a recipe's "\d" is no reason to write to the terminal of `recipes list`
        try:
            return tree_of(text)
        except SyntaxError as error:
            problem = f"this is no Python: {error.msg}"
            raise BrokenSource(path, error.lineno or 1, problem, hint="correct this line") from None
        except (RecursionError, MemoryError, ValueError):
            raise BrokenSource(path, 1, "the Python is nested too deeply", hint="make it flat") from None
