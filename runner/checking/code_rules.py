"""Rules for the code of a recipe that hold in any program, and count double in one that is read as an example."""

import ast
from collections.abc import Iterator

from runner.checking.draft import Draft
from runner.checking.finding import Spot

_PRINTERS = ("print", "pprint.pprint", "pprint.pp", "sys.stdout.write", "sys.stderr.write")
_BROAD = ("Exception", "BaseException", "builtins.Exception", "builtins.BaseException")
_MUTABLE = ("list", "dict", "set", "collections.defaultdict", "collections.deque", "bytearray")


def prints(draft: Draft) -> Iterator[Spot]:
    """Find what is printed instead of given as a result; a file of the recipe's own may be printed to."""
    for call in draft.every(ast.Call):
        name = draft.full_name(call.func)
        if name not in _PRINTERS or _prints_to_a_file(draft, call):
            continue
        yield draft.spot(call, f"{name} writes past the result", "yield it as a row, or leave it out")


def broad_except(draft: Draft) -> Iterator[Spot]:
    """Find handlers that also take errors nobody thought of, and do not raise them again."""
    for handler in draft.every(ast.ExceptHandler):
        if _is_broad(draft, handler.type) and not any(isinstance(each, ast.Raise) for each in ast.walk(handler)):
            caught = ast.unparse(handler.type) if handler.type else "everything"
            yield draft.spot(handler, f"this handler takes {caught}", "name the one error that you expect here")
    for call in draft.every(ast.Call):
        if draft.full_name(call.func) == "contextlib.suppress" and any(_is_broad(draft, each) for each in call.args):
            yield draft.spot(call, "this suppresses every error", "name the one error that you expect here")


def silent_except(draft: Draft) -> Iterator[Spot]:
    """Find handlers of one kind of error that do nothing about it."""
    for handler in draft.every(ast.ExceptHandler):
        if not _is_broad(draft, handler.type) and all(map(_does_nothing, handler.body)):
            caught = ast.unparse(handler.type) if handler.type else ""
            yield draft.spot(handler, f"{caught} is caught and nothing is said", "do what it means, or let it rise")


def mutable_default(draft: Draft) -> Iterator[Spot]:
    """Find defaults that a call could change for the next one; those of `main` are only read."""
    for function in draft.functions:
        if function.name == "main" and isinstance(draft.scope(function), ast.Module):
            continue
        written = function.args
        for default in filter(None, (*written.defaults, *written.kw_defaults)):
            if _is_mutable(draft, default):
                problem = f"each call of {function.name} shares the default {ast.unparse(default)}"
                yield draft.spot(default, problem, "write None or a tuple")


def unused_parameter(draft: Draft) -> Iterator[Spot]:
    """Find what `main` is given and never looks at."""
    main = draft.parsed.main if draft.parsed and draft.recipe else None
    if main is None:
        return
    used = {each.id for each in draft.names_in(main)}
    if {"locals", "vars", "eval"} & used:
        return
    for argument in (*main.args.args, *main.args.kwonlyargs):
        if argument.arg not in used:
            yield draft.spot(argument, f"main never uses {argument.arg}", "use it or remove it")


def _prints_to_a_file(draft: Draft, call: ast.Call) -> bool:
    files = [draft.full_name(each.value) for each in call.keywords if each.arg == "file"]
    own = any(function.name == "print" for function in draft.functions)
    return own or (bool(files) and files[0] not in ("sys.stdout", "sys.stderr"))


def _is_broad(draft: Draft, caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(draft, each) for each in caught.elts)
    return caught is None or draft.full_name(caught) in _BROAD


def _does_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _is_mutable(draft: Draft, default: ast.expr) -> bool:
    if isinstance(default, ast.Call):
        return draft.full_name(default.func) in _MUTABLE
    return isinstance(default, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)
