"""What the docstrings of a recipe say: the customer's question, and what each parameter means."""

import re
from inspect import cleandoc

_ENTRY = re.compile(r"(\w+)\s*(?:\([^)]*\))?:(?:\s+(.*))?")


def split_docstring(text: str) -> tuple[str, str]:
    """Return the first line, and the rest as Markdown without its indentation; both may be empty."""
    title, _, description = cleandoc(text).partition("\n")
    return title.strip(), description.strip()


def read_args(docstring: str) -> dict[str, str]:
    """Read the Google-style `Args:` section.

    Returns:
        The help of each name on one line, in the order of the section; empty where there is no section.
    """
    helps: dict[str, str] = {}
    name = ""
    for line, is_entry in _section(docstring):
        entry = _ENTRY.fullmatch(line) if is_entry else None
        if entry:
            name = entry[1]
            helps[name] = entry[2] or ""
        elif name:
            helps[name] = f"{helps[name]} {line}".strip()
    return helps


def _section(docstring: str) -> list[tuple[str, bool]]:
    """Return each line of `Args:`, and whether it is indented like the first one rather than deeper."""
    lines = cleandoc(docstring).split("\n")
    if "Args:" not in lines:
        return []
    body: list[str] = []
    for line in lines[lines.index("Args:") + 1 :]:
        if line and not line.startswith(" "):
            break
        body.append(line)
    filled = [line for line in body if line.strip()]
    depth = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    return [(line.strip(), not line[depth:].startswith(" ")) for line in filled]
