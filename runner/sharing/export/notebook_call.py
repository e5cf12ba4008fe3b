"""The cells of a notebook that call the API: what does so, taken from the recipe's script, and the call of `main`."""

import ast
from collections.abc import Iterator

from runner.catalog import Recipe
from runner.errors import AskedWrongly
from runner.scaffolding.literals import literal
from runner.sharing.export.definitions import Definitions, names_in, notebook_plumbing
from runner.sharing.export.handover import Handover
from runner.sharing.export.layout import Code, call
from runner.sharing.export.notebook_values import Names, given_arguments


def call_source(handover: Handover, names: Names, script: str) -> str:
    """Return the cell of the call: where the APIs are, their keys, `main` with its values.

    Args:
        handover: What is handed over.
        names: Of its variables.
        script: As `script_text` makes it.
    """
    clients, is_async = handover.recipe.clients, handover.recipe.is_async
    if not clients:
        return "\n".join(_main_lines(handover, names, indent=0))
    titles = {api.key.env: api.title for api in handover.apis.values() if api.key is not None}
    urls = [(each.api, names.url(each.name)) for each in clients]
    addresses = [f'f"{api}={{{url}}}"' if len(clients) > 1 else url for api, url in urls]
    opened = "_async_client" if is_async else "_client"
    opening = ", ".join(f"{opened}(_apis[{at}]) as {names.client(each.name)}" for at, each in enumerate(clients))
    lines = [f"_apis = {_apis(script)}"]
    lines += [f"_ask_for_keys({literal(titles, first=15, after=1)})"] if titles else []
    lines.append(f"_prepare(_apis, [{', '.join(addresses)}])")
    lines += ["with _Explained(_apis):", f"    {'async ' * is_async}with {opening}:"]
    return "\n".join([*lines, *_main_lines(handover, names, indent=8)])


def plumbing_source(recipe: Recipe, script: str, used_by: str) -> str:
    """Return the cell of what the others use and do not define.

    Args:
        recipe: Whose own names are left alone.
        script: As `script_text` makes it.
        used_by: The other cells' code.

    Raises:
        AskedWrongly: The recipe has a name that notebooks need for themselves.
    """
    bound = names_in(recipe.source)
    for name in sorted(Definitions(notebook_plumbing()).names | {"_apis"}):
        if name in bound:
            raise AskedWrongly(f"{recipe.id} has the name {name}, which exported notebooks keep for themselves.")
    return Definitions(script, notebook_plumbing(), besides=recipe.source).take(used_by)


def yields_rows(recipe: Recipe) -> bool:
    """Tell whether an async `main` yields its rows; what it defines inside does not count."""
    waiting: list[ast.AST] = [
        statement
        for node in ast.parse(recipe.source).body
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "main"
        for statement in node.body
    ]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def _apis(script: str) -> str:
    """Return the list of APIs that the script's `_run` makes."""
    [run] = [each for each in ast.parse(script).body if isinstance(each, ast.FunctionDef) and each.name == "_run"]
    [made] = [each.value for each in run.body if isinstance(each, ast.AnnAssign) and each.value is not None]
    text = ast.get_source_segment(script, made) or ""
    return "\n".join(line.removeprefix("    ") for line in text.split("\n"))


def _main_lines(handover: Handover, names: Names, *, indent: int) -> Iterator[str]:
    recipe = handover.recipe
    arguments = [
        *((each.name, Code(names.client(each.name))) for each in recipe.clients),
        *given_arguments(handover, names),
    ]
    streams = recipe.is_async and yields_rows(recipe)
    yield call(f"result = {'await ' * (recipe.is_async and not streams)}main", arguments, indent=indent)
    if recipe.gives == "rows":
        yield f"{' ' * indent}rows = {'[row async for row in result]' if streams else 'list(result)'}"
