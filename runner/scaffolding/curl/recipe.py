"""The text of a recipe for one call: block, question, signature, request, rows."""

import re
from collections.abc import Sequence
from typing import Any

from runner.catalog import MISSING, Api
from runner.scaffolding.curl.answer import ROWS, Answer
from runner.scaffolding.curl.layout import call_lines, flat, literal, signature, string
from runner.scaffolding.curl.request import Request
from runner.scaffolding.curl.slots import Asked, Asking
from runner.scaffolding.literals import docstring_text


def recipe_text(request: Request, answer: Answer, asking: Asking, *, words: tuple[str, str], writes: bool) -> str:
    """Return the text of a recipe.

    Args:
        request: The call.
        answer: What becomes of its answer.
        asking: What `main` asks for.
        words: The question, and what stands below it.
        writes: Whether it changes something at the API.
    """
    ordered = sorted(asking.parameters, key=lambda each: each.default is not MISSING)
    code = _sending(request, asking.client) + "    response.raise_for_status()\n" + answer.code
    head = signature("main", [f"{asking.client}: httpx.Client", *map(_argument, ordered)], answer.returns)
    imports = _imports(head + code, answer.returns)
    docstring = _docstring(*words)
    return f"{_block(ordered, writes=writes)}{docstring}\n\n{imports}\n\n{head}{_main_docstring(answer, ordered)}{code}"


def _sending(request: Request, client: str) -> str:
    """Return the statements that send the request."""
    if not request.method:
        return call_lines("response = ", request.node, 4)
    written = f"    request.method = {string(request.method)}  # httpx itself would send it in capitals\n"
    return f"{call_lines('request = ', request.node, 4)}{written}    response = {client}.send(request)\n"


def _block(parameters: Sequence[Asked], *, writes: bool) -> str:
    """Return the block of the file; values get into it as TOML only."""
    table: dict[str, Any] = {"writes": True} if writes else {}
    tables = {each.name: entries for each in parameters if (entries := _entries(each))}
    lines = ['requires-python = ">=3.11"', 'dependencies = ["httpx>=0.28"]']
    if table or tables:
        lines += ["", "[tool.recipe-runner]", *(["writes = true"] if writes else [])]
    for name, entries in tables.items():
        lines += ["", f"[tool.recipe-runner.parameters.{name}]", *_toml(entries)]
    if tables and not table:
        lines.remove("[tool.recipe-runner]")
        lines.remove("")
    body = "".join(f"# {line}\n" if line else "#\n" for line in lines)
    return f"# /// script\n{body}# ///\n"


def _entries(parameter: Asked) -> dict[str, Any]:
    entries: dict[str, Any] = {"example": parameter.example} if parameter.default is MISSING else {}
    return entries | ({"private": True} if parameter.private else {})


def _toml(entries: dict[str, Any]) -> list[str]:
    import tomli_w

    return tomli_w.dumps(entries).splitlines()


def _docstring(title: str, description: str) -> str:
    return f'"""{docstring_text(title)}\n\n{description}\n"""'


def _argument(parameter: Asked) -> str:
    if parameter.default is MISSING:
        return f"{parameter.name}: {parameter.kind}"
    return f"{parameter.name}: {parameter.kind} = {flat(literal(parameter.default))}"


def _imports(code: str, returns: str) -> str:
    """Return the imports that the code needs, in the order in which they are sorted."""
    lines = []
    if returns == ROWS:
        lines.append("from collections.abc import Iterator")
    moments = [name for name in ("UTC", "date", "datetime") if _names(code, name)]
    if moments:
        lines.append(f"from datetime import {', '.join(moments)}")
    if _names(code, "Path"):
        lines.append("from pathlib import Path")
    lines.append("from typing import Any")
    if "quote(" in code:
        lines.append("from urllib.parse import quote")
    return "\n".join([*lines, "", "import httpx", ""])


def _names(code: str, name: str) -> bool:
    """Tell whether code uses a type: as annotation, or in a call."""
    uses = {"UTC": "tzinfo=UTC", "date": ": date ", "datetime": ": datetime ", "Path": ": Path "}
    return uses[name] in code


def _main_docstring(answer: Answer, parameters: Sequence[Asked]) -> str:
    if not parameters:
        return f'    """{answer.summary}"""\n'
    helps = "".join(f"        {each.name}: {each.help}\n" for each in parameters)
    return f'    """{answer.summary}\n\n    Args:\n{helps}    """\n'


def default_question(method: str, path: str, api: Api) -> str:
    """Return a question that a call answers, to be put into better words by whoever knows the customer."""
    noun = _noun(path)
    return {
        "POST": f"How do I send {noun} to {api.title}?",
        "PUT": f"How do I replace {noun} at {api.title}?",
        "PATCH": f"How do I change {noun} at {api.title}?",
        "DELETE": f"How do I delete {noun} at {api.title}?",
    }.get(method.upper(), f"What does {api.title} say about {noun}?")


def _noun(path: str) -> str:
    words = [part for part in path.split("/") if part.isascii() and part.replace("-", "").replace("_", "").isalpha()]
    return words[-1].replace("_", " ").replace("-", " ") if words else "this"


def described(method: str, path: str) -> str:
    """Return what stands below the question, in lines that fit."""
    shown = path if re.fullmatch(r"[A-Za-z0-9/_.{}~-]{1,60}", path) else "one of its paths"
    call = f"{method.upper()} {shown}"
    return f"For somebody who wants to see one call of this API at work.\nIt is {call}, as sent with curl."
