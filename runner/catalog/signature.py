"""What `main` asks for: its clients, and its parameters with kind and help."""

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from runner.catalog.docstring import read_args
from runner.catalog.imports import httpx_names
from runner.catalog.kinds import UnknownKindError, read_kind
from runner.catalog.limits import limited
from runner.catalog.model import ClientParameter, Parameter
from runner.catalog.parsed import Function, Parsed
from runner.catalog.syntax import dotted_name
from runner.catalog.tables import Table
from runner.catalog.wording import listed, quoted
from runner.errors import BrokenSource, nearest

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class _Argument(NamedTuple):
    """One name in the signature, with its default if it has one."""

    node: ast.arg
    default: ast.expr | None

    @property
    def name(self) -> str:
        return self.node.arg


def read_signature(parsed: Parsed, main: Function) -> tuple[tuple[ClientParameter, ...], tuple[Parameter, ...]]:
    """Read the clients and the parameters of `main`, both in its order.

    Raises:
        BrokenSource: Signature, `Args:` and parameter tables do not make sense, or not together.
    """
    arguments = _arguments(parsed, main)
    clients = _clients(parsed, main, arguments)
    asked = [argument for argument in arguments if argument.name not in clients]
    helps = _helps(parsed, main, asked, clients)
    tables = _tables(parsed, [argument.name for argument in asked])
    parameters = [_parameter(parsed, argument, helps[argument.name], tables[argument.name]) for argument in asked]
    return tuple(clients.values()), tuple(parameters)


def _arguments(parsed: Parsed, main: Function) -> list[_Argument]:
    written = main.args
    for star, name in ((written.vararg, "*"), (written.kwarg, "**")):
        if star:
            raise parsed.broken(star, f"main takes {name}{star.arg}", "name each parameter")
    if written.posonlyargs:
        raise parsed.broken(
            written.posonlyargs[0], "main has positional-only parameters", "remove the / of its signature"
        )
    absent = [None] * (len(written.args) - len(written.defaults))
    pairs = [*zip(written.args, [*absent, *written.defaults], strict=True)]
    pairs += zip(written.kwonlyargs, written.kw_defaults, strict=True)
    arguments = [_Argument(node, default) for node, default in pairs]
    _refuse_names(parsed, arguments)
    return arguments


def _refuse_names(parsed: Parsed, arguments: Sequence[_Argument]) -> None:
    seen: set[str] = set()
    for argument in arguments:
        if not _NAME.fullmatch(argument.name):
            problem = f"the name {quoted(argument.name)} makes no option"
            raise parsed.broken(argument.node, problem, "use lower-case letters, digits and underscores")
        if argument.name in seen:
            raise parsed.broken(argument.node, f"main has {argument.name} twice", "rename one of them")
        seen.add(argument.name)


def _clients(parsed: Parsed, main: Function, arguments: Iterable[_Argument]) -> dict[str, ClientParameter]:
    imported = {name: f"httpx.{original}" for name, original in httpx_names(parsed).items()}
    clients: dict[str, ClientParameter] = {}
    for argument in arguments:
        annotation = argument.node.annotation
        name = dotted_name(annotation) if annotation else ""
        kind = imported.get(name, name)
        if kind not in ("httpx.Client", "httpx.AsyncClient"):
            continue
        _refuse_client(parsed, main, argument, kind)
        api = argument.name.replace("_", "-")
        clients[argument.name] = ClientParameter(argument.name, api, is_async=kind == "httpx.AsyncClient")
    return clients


def _refuse_client(parsed: Parsed, main: Function, argument: _Argument, kind: str) -> None:
    wanted = "httpx.AsyncClient" if isinstance(main, ast.AsyncFunctionDef) else "httpx.Client"
    if kind != wanted:
        word = "async" if isinstance(main, ast.AsyncFunctionDef) else "not async"
        problem = f"{argument.name} is a {kind}, but main is {word}"
        raise parsed.broken(argument.node, problem, f"write {argument.name}: {wanted}")
    if argument.default:
        raise parsed.broken(argument.default, f"the client {argument.name} has a default", "remove the default")


def _helps(parsed: Parsed, main: Function, asked: Iterable[_Argument], clients: Iterable[str]) -> dict[str, str]:
    """Return the help of each parameter; `Args:` must name them all, and nothing else but clients."""
    helps = read_args(parsed.docstring(main))
    for argument in asked:
        if not helps.get(argument.name):
            problem = f"Args: of main does not explain {argument.name}"
            raise parsed.broken(argument.node, problem, f"add {argument.name}: and what it means to Args:")
    known = [*(argument.name for argument in asked), *clients]
    for name in helps:
        if name not in known:
            near = nearest(name, known)
            line = _line_of_help(parsed, main, name)
            hint = f"write {near}" if near else "remove it from Args:"
            raise BrokenSource(parsed.path, line, f"Args: explains {name}, which main does not have", hint=hint)
    return helps


def _line_of_help(parsed: Parsed, main: Function, name: str) -> int:
    first, last = main.body[0].lineno, main.body[0].end_lineno
    entry = re.compile(rf"\s*{re.escape(name)}\s*[(:]")
    lines = parsed.text.split("\n")[first - 1 : last]
    return next((first + index for index, line in enumerate(lines) if entry.match(line)), first)


def _tables(parsed: Parsed, names: Sequence[str]) -> dict[str, Table]:
    """Return the table of each parameter, an empty one where there is none."""
    parameters = parsed.table.table("parameters")
    for name in parameters.values:
        if name not in names:
            near = nearest(name, names)
            hint = f"write {near}" if near else f"remove this table; main has {listed(names) or 'no parameters'}"
            raise BrokenSource(parsed.path, parameters.line(name), f"main has no parameter {quoted(name)}", hint=hint)
    return {name: parameters.table(name) for name in names}


def _parameter(parsed: Parsed, argument: _Argument, text: str, table: Table) -> Parameter:
    annotation = argument.node.annotation
    if annotation is None:
        raise parsed.broken(argument.node, f"{argument.name} has no type", f"write {argument.name}: str")
    try:
        kind = read_kind(annotation)
    except UnknownKindError as unknown:
        raise parsed.broken(annotation, f"{argument.name} {unknown}", unknown.hint) from None
    parameter = Parameter(argument.name, kind, text, line=argument.node.lineno)
    return limited(parsed, parameter, argument.default, table)
