"""Rule for loops that may never end, told from what their ways out depend on."""

import ast
from collections.abc import Iterator

from runner.catalog.parsed import Function
from runner.checking.call_rules import is_request
from runner.checking.draft import Draft
from runner.checking.finding import Spot

Loop = ast.While | ast.For | ast.AsyncFor
_CHANGES = frozenset(
    {"append", "add", "extend", "update", "insert", "pop", "popleft", "popitem", "remove", "discard", "clear"}
)
_CLOCKS = ("now", "monotonic", "perf_counter", "time")
_FIX = "count: for page in range(MOST_PAGES), or stop at a moment"


def endless_loop(draft: Draft) -> Iterator[Spot]:
    """Find loops without a way out, and those that only the API's answers end."""
    loops: list[Loop] = [*draft.every(ast.While), *draft.every(ast.For)]
    for loop in loops:
        if not _goes_on(draft, loop):
            continue
        ways_out = _ways_out(draft, loop)
        if not ways_out:
            yield draft.spot(loop, "this loop never ends", _FIX)
        elif all(_asks_the_answer(draft, loop, way) for way in ways_out):
            yield draft.spot(loop, "only what the API answers ends this loop", _FIX)


def _goes_on(draft: Draft, loop: Loop) -> bool:
    """Tell whether a loop goes on until something in it says otherwise."""
    if isinstance(loop, ast.While):
        return True
    return isinstance(loop.iter, ast.Call) and draft.full_name(loop.iter.func) in ("itertools.count", "itertools.cycle")


def _ways_out(draft: Draft, loop: Loop) -> list[list[ast.expr]]:
    """Return the conditions of each way out; of one that nothing guards, or that is not understood, an empty list."""
    ways = [] if not isinstance(loop, ast.While) or _is_true(loop.test) else [[loop.test]]
    for each in ast.walk(loop):
        if isinstance(each, ast.Return | ast.Raise | ast.Break) and _leaves(draft, each, loop):
            ways.append(_conditions(draft, each, loop))
    return ways


def _is_true(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)


def _leaves(draft: Draft, statement: ast.stmt, loop: Loop) -> bool:
    """Tell whether a statement ends this loop, and not only a function or a loop in it."""
    for above in draft.above(statement):
        if above is loop:
            return True
        is_inner_loop = isinstance(above, ast.While | ast.For | ast.AsyncFor) and isinstance(statement, ast.Break)
        if is_inner_loop or isinstance(above, Function | ast.Lambda | ast.ClassDef):
            return False
    return False


def _conditions(draft: Draft, statement: ast.stmt, loop: Loop) -> list[ast.expr]:
    tests: list[ast.expr] = []
    for above in draft.above(statement):
        if above is loop:
            return tests
        if isinstance(above, ast.ExceptHandler | ast.Match):
            return []
        if isinstance(above, ast.If):
            tests.append(above.test)
    return tests


def _asks_the_answer(draft: Draft, loop: Loop, conditions: list[ast.expr]) -> bool:
    """Tell whether conditions depend on answers of the API, and on nothing that grows or that the clock says."""
    answers, counters = _answers(draft, loop), _counters(loop)
    inside = [each for condition in conditions for each in ast.walk(condition)]
    names = {each.id for each in inside if isinstance(each, ast.Name)}
    calls = [each for each in inside if isinstance(each, ast.Call)]
    if names & counters or any(_last(call.func) in _CLOCKS for call in calls):
        return False
    return bool(names & answers) or any(is_request(draft, call) for call in calls)


def _answers(draft: Draft, loop: Loop) -> set[str]:
    """Return the names that hold something of an answer, directly or by way of another name."""
    kept = [
        (each.targets if isinstance(each, ast.Assign) else [each.target], each.value)
        for each in ast.walk(loop)
        if isinstance(each, ast.Assign | ast.AnnAssign | ast.NamedExpr) and each.value is not None
    ]
    found: set[str] = set()
    for _ in kept:  # what is read from one name may stand above its assignment, in the next round of the loop
        for targets, value in kept:
            if _is_answer(draft, value, found):
                found |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return found


def _is_answer(draft: Draft, value: ast.expr, answers: set[str]) -> bool:
    inside = list(ast.walk(value))
    if any(isinstance(each, ast.Name) and each.id in answers for each in inside):
        return True
    calls = [each for each in inside if isinstance(each, ast.Call)]
    return any(is_request(draft, call) or _is_given_a_client(draft, call) for call in calls)


def _is_given_a_client(draft: Draft, call: ast.Call) -> bool:
    given = (*call.args, *(each.value for each in call.keywords))
    return any(isinstance(each, ast.Name) and each.id in draft.clients for each in given)


def _counters(loop: Loop) -> set[str]:
    """Return the names that a loop makes grow or shrink, or steps through."""
    targets = [each.target for each in ast.walk(loop) if isinstance(each, ast.AugAssign | ast.For | ast.comprehension)]
    names = {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    for each in ast.walk(loop):
        match each:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _CHANGES:
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _mentions(value, name):
                names.add(name)
    return names


def _mentions(value: ast.expr, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(value))


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
