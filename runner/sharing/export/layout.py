"""Calls laid out as the formatter of this project does."""

from collections.abc import Sequence

from runner.scaffolding.literals import STEP, WIDTH, literal


class Code(str):
    """Text that is code already; every other text is a value."""

    __slots__ = ()


def call(head: str, arguments: Sequence[tuple[str, object]], *, indent: int, tail: str = "") -> str:
    """Write a call: on one line, with its arguments on a line of their own, or an argument a line.

    Args:
        head: What is called, with what stands before it: `parser.add_argument`.
        arguments: Name, or `""` for one by position, and value; `Code` stands as it is.
        indent: Columns before it.
        tail: What follows the closing bracket.
    """
    inside, margin = indent + STEP, " " * indent
    short = ", ".join(_argument(name, value, 0) for name, value in arguments)
    if "\n" not in short and len(f"{margin}{head}({short}){tail}") <= WIDTH:
        return f"{margin}{head}({short}){tail}"
    if "\n" not in short and inside + len(short) <= WIDTH:
        return f"{margin}{head}(\n{' ' * inside}{short}\n{margin}){tail}"
    lines = [f"{' ' * inside}{_argument(name, value, inside)},\n" for name, value in arguments]
    return f"{margin}{head}(\n{''.join(lines)}{margin}){tail}"


def _argument(name: str, value: object, indent: int) -> str:
    start = f"{name}=" if name else ""
    if isinstance(value, Code):
        return start + value
    return start + literal(value, indent=indent, first=indent + len(start), after=1)
