"""Rules for calls to an API: by the client that is given, to paths below its base URL, and the answer looked at."""

import ast
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from runner.checking.draft import Draft
from runner.checking.finding import Spot

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "send"})
_OWN_CLIENT = re.compile(
    rf"(?:httpx|requests)\.(?:{'|'.join(sorted(_METHODS))}|Client|AsyncClient|Session|session)"
    r"|urllib\.request\.(?:urlopen|urlretrieve)|http\.client\.HTTPS?Connection|aiohttp\.ClientSession"
)
_LOOKS = frozenset({"raise_for_status", "status_code", "is_success", "is_error", "is_client_error", "is_server_error"})
"""What of a response tells whether the call worked."""


def own_client(draft: Draft) -> Iterator[Spot]:
    """Find calls past the client that is given."""
    for call in draft.every(ast.Call):
        name = draft.full_name(call.func)
        if _OWN_CLIENT.fullmatch(name):
            problem = f"{name} calls past the client that main is given"
            yield draft.spot(call, problem, "use the client: newswhip.get(...)" if not draft.clients else _use(draft))


def unchecked_status(draft: Draft) -> Iterator[Spot]:
    """Find answers of which something is read, or nothing at all, before the status was looked at."""
    for call in draft.every(ast.Call):
        if is_request(draft, call) and _is_unchecked(draft, call):
            problem = "the status of this answer is never looked at"
            yield draft.spot(call, problem, "call raise_for_status() on it before you read it")


def hard_coded_host(draft: Draft) -> Iterator[Spot]:
    """Find addresses of the API itself, which the client knows."""
    hosts = {urlsplit(api.base_url).netloc: api for name, api in draft.apis.items() if name in _called(draft)}
    for node, text in draft.texts:
        for host, api in hosts.items():
            if re.search(rf"https?://{re.escape(host)}(?![\w.:-])", text, re.IGNORECASE):
                fix = "write the path alone; api.toml holds the rest"
                yield draft.spot(node, f"the address of {api.title} stands in the code", fix)


def is_request(draft: Draft, call: ast.Call) -> bool:
    """Tell whether a call sends a request through a client that was given."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=name), attr=method):
            return name in draft.clients and method in _METHODS
    return False


def _use(draft: Draft) -> str:
    return f"use {min(draft.clients)}, which has the key, the limits and the recording"


def _called(draft: Draft) -> frozenset[str]:
    return frozenset(name.replace("_", "-") for name in draft.clients)


def _is_unchecked(draft: Draft, call: ast.Call) -> bool:
    """Follow a response as far as the next use tells; what is handed on may be looked at elsewhere."""
    use: ast.AST = call
    for above in draft.above(call):
        if isinstance(above, ast.Attribute):
            return above.attr not in _LOOKS
        if isinstance(above, ast.Expr):
            return True
        names = _named(above, use)
        if names is not None:
            return not any(_is_looked_at(draft, call, name) for name in names)
        if not isinstance(above, ast.Await):
            return False
        use = above
    return False


def _named(above: ast.AST, value: ast.AST) -> list[str] | None:
    """Return the names under which a statement keeps a value; None where it does something else with it."""
    targets: list[ast.expr] = []
    match above:
        case ast.Assign():
            targets = above.targets
        case ast.AnnAssign() | ast.NamedExpr():
            targets = [above.target]
        case ast.withitem(optional_vars=ast.expr() as target):
            targets = [target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return names if targets and len(names) == len(targets) else None


def _is_looked_at(draft: Draft, call: ast.Call, name: str) -> bool:
    """Tell whether a function looks at the status of a name, or does with it what is not followed here."""
    for each in draft.names_in(draft.scope(call)):
        if each.id != name or not isinstance(each.ctx, ast.Load):
            continue
        above = next(draft.above(each))
        if not isinstance(above, ast.Attribute) or above.attr in _LOOKS:
            return True
    return False
