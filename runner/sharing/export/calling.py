"""The function of an exported script that reads the command line, calls `main` and hands its result on."""

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from runner.catalog import ClientParameter, Recipe
from runner.catalog.syntax import tree_of
from runner.output.text import safe_text
from runner.scaffolding.literals import STEP
from runner.sharing.export.arguments import argument_lines, check_lines, passed
from runner.sharing.export.handover import Handover
from runner.sharing.export.layout import Code, call
from runner.sharing.export.readers import reader_lines

_LOCAL: Final = frozenset(
    {"parser", "option", "given", "api", "apis", "result", "error", "cause", "call", "httpx", "main"}
)
"""Names in the function, which no client of it can have."""


def base_url_option(recipe: Recipe, client: ClientParameter) -> str:
    """Return the option that gives another address: `--base-url`, and of several APIs `--echo-base-url`."""
    return f"--{client.api}-base-url" if len(recipe.clients) > 1 else "--base-url"


def api_class(recipe: Recipe, client: ClientParameter) -> str:
    """Return the name of the class that sends to an API."""
    return f"_{client.name.title().replace('_', '')}Api" if len(recipe.clients) > 1 else "_Api"


def run_text(handover: Handover) -> str:
    """Return `_run`."""
    recipe = handover.recipe
    lines = ["def _run() -> None:", '    """Read the command line, call main, and write what it gives."""']
    lines += (f"{' ' * STEP}{line}".rstrip() for line in reader_lines(each.kind for each in recipe.parameters))
    lines += [*_parser(handover), "    given = parser.parse_args()"]
    for parameter in recipe.parameters:
        lines += check_lines(parameter, handover.values, indent=STEP)
    return "\n".join([*lines, "", *_calling(handover)])


def result_annotation(recipe: Recipe) -> str:
    """Return what `main` says that it returns."""
    returns = _main(recipe).returns
    assert returns is not None  # it would not have been read as a recipe
    return ast.unparse(returns)


def streams(recipe: Recipe) -> bool:
    """Whether the rows of an async `main` come one by one."""
    return recipe.is_async and recipe.gives == "rows" and "Async" in result_annotation(recipe)


def is_awaited(recipe: Recipe) -> bool:
    """Whether a call of `main` has to be awaited."""
    return recipe.is_async and not _is_generator(_main(recipe))


def dest_of(option: str, recipe: Recipe) -> str:
    """Return the name of an option of ours among the values, which no parameter has."""
    name = option.removeprefix("--").replace("-", "_")
    return name.upper() if any(each.name == name for each in recipe.parameters) else name


def _parser(handover: Handover) -> Iterator[str]:
    recipe, title = handover.recipe, safe_text(handover.recipe.title)
    title = title.replace("%", "%%") if "%(prog)" in title else title
    arguments = [("description", title), ("usage", Code("argparse.SUPPRESS"))]
    yield call("parser = argparse.ArgumentParser", arguments, indent=STEP)
    yield "    option = parser.add_argument  # an error is one line, as no usage stands above it"
    for parameter in recipe.parameters:
        yield from argument_lines(parameter, handover.values, indent=STEP)
    for client in recipe.clients:
        about = f" of {safe_text(handover.apis[client.api].title)}" * (len(recipe.clients) > 1)
        default = Code(f"{api_class(recipe, client)}.address")
        help_text = f"another address than the published one{about}".replace("%", "%%")
        yield _option(base_url_option(recipe, client), [("default", default), ("help", help_text)], recipe)
    yield _option("--json", [("action", "store_true"), ("help", "write JSON")], recipe)


def _option(option: str, arguments: Sequence[tuple[str, object]], recipe: Recipe) -> str:
    name = dest_of(option, recipe)
    dest = [("dest", name)] * (name.isupper())
    return call("option", [("", option), *dest, *arguments], indent=STEP)


def _calling(handover: Handover) -> Iterator[str]:
    """Yield what opens the clients, calls `main`, and ends with one line where an API does not do its part."""
    recipe = handover.recipe
    margin = " " * STEP
    if recipe.is_async:
        yield f"{margin}async def call() -> None:"
        yield from _opened(handover, indent=2 * STEP)
        yield ""
    if not recipe.clients:
        yield from [f"{margin}asyncio.run(call())"] if recipe.is_async else _delivered(handover, indent=STEP)
        return
    yield f"{margin}try:"
    yield _apis(recipe)
    yield from [f"{margin}    asyncio.run(call())"] if recipe.is_async else _opened(handover, indent=2 * STEP)
    yield from _ending(recipe)


def _opened(handover: Handover, *, indent: int) -> Iterator[str]:
    recipe, margin = handover.recipe, " " * indent
    if not recipe.clients:
        yield from _delivered(handover, indent=indent)
        return
    opened = f"{'async ' * recipe.is_async}with "
    clients = [_client(handover, at) for at in range(len(recipe.clients))]
    if len(clients) == 1:
        yield f"{margin}{opened}{clients[0]}:"
    else:
        yield f"{margin}{opened}("
        yield from (f"{margin}    {client}," for client in clients)
        yield f"{margin}):"
    yield from _delivered(handover, indent=indent + STEP)


def _apis(recipe: Recipe) -> str:
    """Return what makes an object for each API."""
    given = [f"given.{dest_of(base_url_option(recipe, client), recipe)}" for client in recipe.clients]
    made = [f"{api_class(recipe, each)}({url})" for each, url in zip(recipe.clients, given, strict=True)]
    return f"        api = {made[0]}" if len(made) == 1 else f"        apis = [{', '.join(made)}]"


def client_source(handover: Handover, at: int, api: str) -> str:
    """Return what opens a client.

    Args:
        handover: What is handed over.
        at: Which of the recipe's clients.
        api: The expression of its API.
    """
    recipe = handover.recipe
    timeout = handover.apis[recipe.clients[at].api].timeout
    seconds = int(timeout) if timeout.is_integer() else timeout
    kind = "httpx.AsyncClient" if recipe.is_async else "httpx.Client"
    return f"{kind}(base_url={api}.home, timeout={seconds!r}, follow_redirects=True, transport={api})"


def _client(handover: Handover, at: int) -> str:
    recipe, client = handover.recipe, handover.recipe.clients[at]
    name = f"{client.name}_" if client.name in _LOCAL else client.name
    api = f"apis[{at}]" if len(recipe.clients) > 1 else "api"
    return f"{client_source(handover, at, api)} as {name}"


def _delivered(handover: Handover, *, indent: int) -> Iterator[str]:
    """Yield the call of `main`, and what writes the result."""
    recipe = handover.recipe
    names = {each.name: f"{each.name}_" if each.name in _LOCAL else each.name for each in recipe.clients}
    arguments = [(name, Code(local)) for name, local in names.items()]
    arguments += [(each.name, passed(each)) for each in recipe.parameters]
    yield call(f"result = {'await ' * is_awaited(recipe)}main", arguments, indent=indent)
    written = f"{'await ' * streams(recipe)}_write_{recipe.gives}"
    yield f"{' ' * indent}{written}(result, as_json=given.{dest_of('--json', recipe)})"


def _ending(recipe: Recipe) -> Iterator[str]:
    yield "    except httpx.InvalidURL as error:"
    yield '        raise _failure(f"That is no address: {error}") from None'
    if recipe.is_async and ("TaskGroup" in recipe.source or "ExceptionGroup" in recipe.source):
        yield "    except (httpx.HTTPError, PermissionError, ExceptionGroup) as error:"
        yield "        cause: BaseException = error"
        yield "        while isinstance(cause, BaseExceptionGroup):"
        yield "            cause = cause.exceptions[0]"
        yield "        if not isinstance(cause, httpx.HTTPError | PermissionError):"
        yield "            raise"
    elif recipe.is_async:
        yield "    except (httpx.HTTPError, PermissionError) as cause:"
    else:
        yield "    except httpx.HTTPError as cause:"
    if len(recipe.clients) > 1:
        known = "isinstance(cause, httpx.HTTPError) and " * recipe.is_async
        condition = f"{known}each.home.netloc == cause.request.url.netloc"
        yield f"        api = next((each for each in apis if {condition}), apis[0])"
    yield "        raise _failure(api.explain(cause)) from None"


def _main(recipe: Recipe) -> ast.FunctionDef | ast.AsyncFunctionDef:
    body = tree_of(recipe.source).body
    return next(
        node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "main"
    )


def _is_generator(main: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether `main` yields its rows; what it defines inside does not count."""
    waiting: list[ast.AST] = [*main.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
    return False
