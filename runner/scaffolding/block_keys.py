"""Keys of our table in the block of a recipe, written into its text; every other line stays as it is."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from runner.catalog import read_block
from runner.catalog.block import CLOSING, OPENING
from runner.errors import BrokenSource
from runner.scaffolding.literals import toml_text

_PATH: Final = ("tool", "recipe-runner")
_HEADER: Final = re.compile(r"# *\[\s*tool\s*\.\s*recipe-runner\s*\]")
_BELOW: Final = re.compile(r"# *\[\s*tool\s*\.\s*recipe-runner\s*\.")


def with_keys(source: str, path: Path, keys: Mapping[str, str], *, without: Collection[str] = ()) -> str:
    """Return the text of a recipe with keys at the top of our table, in place of those of the same names.

    Args:
        source: Of a recipe that can be read.
        path: Of its file, for errors.
        keys: What to write.
        without: Names of keys that go.

    Raises:
        BrokenSource: The table is written in a form that takes no further line.
    """
    wanted = {name: each for name, each in read_block(source, path).table.items() if name not in {*keys, *without}}
    for name in {*keys, *without}:
        source = _without_key(source, path, name)
    lines = _with_lines(source.split("\n"), [f"# {name} = {toml_text(value)}" for name, value in keys.items()])
    try:
        table = read_block(text := "\n".join(lines), path).table
    except BrokenSource:
        table = {}
    if table.keys() != wanted.keys() | keys.keys() or any(table[name] != wanted[name] for name in wanted):
        problem = "the table of the recipe runner takes no further line as it is written"
        raise BrokenSource(path, read_block(source, path).line, problem, hint="begin it with [tool.recipe-runner]")
    return text


def _without_key(source: str, path: Path, name: str) -> str:
    """Remove a key; its value may span lines, so as many go as leave the rest what it was."""
    block = read_block(source, path)
    if name not in block.table:
        return source
    wanted = {other: each for other, each in block.table.items() if other != name}
    lines = source.split("\n")
    start = block.line_of((*_PATH, name)) - 1
    for end in range(start + 1, lines.index(CLOSING) + 1):
        shorter = "\n".join([*lines[:start], *lines[end:]])
        try:
            if read_block(shorter, path).table == wanted:
                return shorter
        except BrokenSource:
            continue
    raise BrokenSource(path, start + 1, f"{name} does not stand on a line of its own", hint="write it on its own line")


def _with_lines(lines: list[str], new: list[str]) -> list[str]:
    """Put lines at the top of our table, which begins with them where there was none."""
    end = lines.index(CLOSING, lines.index(OPENING))
    block = lines[:end]
    header = next((at for at, line in enumerate(block) if _HEADER.match(line)), None)
    if header is not None:
        return [*lines[: header + 1], *new, *lines[header + 1 :]]
    at = next((at for at, line in enumerate(block) if _BELOW.match(line)), end)
    above = ["#"] if block[at - 1] != "#" else []
    below = ["#"] if at < end else []
    return [*lines[:at], *above, "# [tool.recipe-runner]", *new, *below, *lines[at:]]
