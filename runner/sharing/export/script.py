"""One Python file that answers one customer's question with httpx alone."""

import ast
import re
from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from runner.catalog import Api, Recipe
from runner.catalog.block import CLOSING, OPENING
from runner.errors import AskedWrongly
from runner.output.text import safe_text
from runner.scaffolding.literals import WIDTH, comment_text, toml_text
from runner.sharing.export.arguments import argument_lines, list_lines
from runner.sharing.export.handover import Handover
from runner.sharing.export.layout import Code, call
from runner.sharing.export.pieces import all_names, take_pieces
from runner.sharing.export.provenance import Provenance

_CLASSES: Final = {
    "query": "_ApiWithKeyInQuery",
    "header": "_ApiWithKeyInHeader",
    "bearer": "_ApiWithBearerKey",
    "basic": "_ApiWithBasicKey",
    "path": "_ApiWithKeyInPath",
}
_NAME: Final = re.compile(r"\b_\w+")
_BELOW: Final = "# Below stands how main is called: values, key, network, output. It changes nothing of what is above."


def script_text(handover: Handover, provenance: Provenance) -> str:
    """Return the script; values stand in it as literals, everything else is the recipe's or ours.

    Raises:
        AskedWrongly: The recipe cannot be exported as it is.
    """
    recipe = handover.recipe
    _check_fit(recipe)
    parts = [
        "\n".join([*_block(recipe), "", *_comment(_introduction(handover)), recipe_body(recipe)]).rstrip("\n"),
        "\n".join([_BELOW, *_missing_import(recipe)]),
        run_function(handover),
    ]
    parts += take_pieces(set(_NAME.findall(parts[-1])))
    parts.append("\n".join(['if __name__ == "__main__":', "    _run()"]))
    parts.append("\n".join(_comment(provenance.lines())))
    return "\n\n\n".join(parts) + "\n"


def recipe_body(recipe: Recipe) -> str:
    """Return the recipe's own text without its block."""
    lines = recipe.source.split("\n")
    start, end = lines.index(OPENING), lines.index(CLOSING)
    return "\n".join(lines[:start] + lines[end + 1 :])


def run_function(handover: Handover) -> str:
    """Return `_run`: the command line, the keys, the call of `main`, what becomes of the result."""
    recipe, taken = handover.recipe, {client.name for client in handover.recipe.clients}
    given, apis = ("_" * (name in taken) + name for name in ("given", "apis"))
    lines = ["def _run() -> None:", *_parser(handover), f"    {given} = parser.parse_args()"]
    for parameter in recipe.parameters:
        if parameter.kind.many:
            lines += list_lines(parameter, handover.values, given, indent=4)
    lines.append(f"    {apis}: list[_Api] = [")
    lines += [f"{_api(handover.apis[client.api], writes=recipe.writes)}," for client in recipe.clients]
    lines += ["    ]", f"    with _Ending({apis}):"]
    lines += [f"        _prepare({apis}, {given}.BASE_URL)"] if recipe.clients else []
    return "\n".join([*lines, *_call(recipe, given, apis)])


def _block(recipe: Recipe) -> Iterator[str]:
    dependencies = [*recipe.dependencies]
    if not any(each.startswith("httpx") for each in dependencies):
        dependencies.append("httpx>=0.28")
    yield OPENING
    yield f"# requires-python = {toml_text(recipe.requires_python or '>=3.11')}"
    yield f"# dependencies = {toml_text(dependencies)}"
    yield CLOSING


def _introduction(handover: Handover) -> Iterator[str]:
    if handover.customer:
        yield f"For {handover.customer}."
    needs = " ".join(f'"{each}"' for each in handover.recipe.dependencies) or '"httpx>=0.28"'
    keys = " and ".join(handover.keys)
    yield f"Run it with `uv run FILE`, or `pip install {needs}` and then `python FILE`; `--help` says what it takes."
    if keys:
        yield f"The key is read from {keys}, or asked for; it is never written."


def _comment(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        parts = wrap(comment_text(line), WIDTH - 2, break_long_words=True, break_on_hyphens=False)
        yield from (f"# {part}" for part in parts)


def _missing_import(recipe: Recipe) -> list[str]:
    """Return the import of httpx where the recipe has none by that name."""
    imports = [alias for node in ast.parse(recipe.source).body if isinstance(node, ast.Import) for alias in node.names]
    if any(alias.name == "httpx" and alias.asname is None for alias in imports):
        return []
    return ["import httpx  # noqa: E402 - the recipe above imports only names of it"]


def _parser(handover: Handover) -> Iterator[str]:
    title = safe_text(handover.recipe.title)
    title = title.replace("%", "%%") if "%(prog)" in title else title
    yield from ("    import argparse", "    from typing import NoReturn", "")
    yield "    class Parser(argparse.ArgumentParser):"
    yield "        def error(self, message: str) -> NoReturn:"
    yield '            _fail(f"{message}; --help says what it takes")'
    yield "            raise SystemExit(2)"
    yield ""
    arguments = [("usage", "%(prog)s [options]"), ("description", title), ("allow_abbrev", False)]
    yield call("parser = Parser", arguments, indent=4)
    for parameter in handover.recipe.parameters:
        yield from argument_lines(parameter, handover.values, indent=4)
    several = len(handover.recipe.clients) > 1
    at = [("", "--base-url"), ("dest", "BASE_URL"), ("action", "append"), ("metavar", "API=URL" if several else "URL")]
    where = "another address than the published one" + (" of one API" if several else "")
    if handover.recipe.clients:
        yield call("parser.add_argument", [*at, ("default", Code("[]")), ("help", where)], indent=4)
    as_json = [("", "--json"), ("dest", "JSON"), ("action", "store_true"), ("help", "write JSON")]
    yield call("parser.add_argument", as_json, indent=4)


def _api(api: Api, *, writes: bool) -> str:
    key = api.key
    arguments: list[tuple[str, object]] = [("", api.title), ("", api.base_url), ("name", api.name)]
    if key is not None:
        arguments += [("variable", key.env), ("key_name", key.name), ("help_text", " ".join(key.help.split()))]
    rates = ", ".join(f"({rate.calls:d}, {rate.seconds!r})" for rate in api.rates)
    arguments += [
        ("timeout", api.timeout),
        ("rates", Code(f"[{rates}]")),
        ("retry_on", list(api.retry_on)),
        ("read_posts", list(api.read_posts)),
        ("writes", writes),
    ]
    return call(_CLASSES[key.place] if key else "_Api", [each for each in arguments if each[1] != ""], indent=8)


def _call(recipe: Recipe, given: str, apis: str) -> Iterator[str]:
    opened = "_async_client" if recipe.is_async else "_client"
    clients = ", ".join(f"{opened}({apis}[{at}]) as {each.name}" for at, each in enumerate(recipe.clients))
    arguments = [(each.name, Code(each.name)) for each in recipe.clients]
    arguments += [(each.name, Code(f"{given}.{each.name}")) for each in recipe.parameters]
    margin = 8
    if recipe.is_async:
        yield from ("        import asyncio", "", "        async def call() -> None:")
        margin += 4
    if clients:
        yield f"{' ' * margin}{'async ' * recipe.is_async}with {clients}:"
        margin += 4
    yield from _delivery(recipe, f"{given}.JSON", arguments, margin)
    if recipe.is_async:
        yield from ("", "        asyncio.run(call())")


def _delivery(recipe: Recipe, as_json: str, arguments: list[tuple[str, Code]], margin: int) -> Iterator[str]:
    """Yield the call of `main`, and what writes the result."""
    streams = recipe.is_async and _is_generator(recipe)
    main = f"{'await ' * (recipe.is_async and not streams)}main"
    space = " " * margin
    if recipe.gives != "rows":
        yield call(f"result = {main}", arguments, indent=margin)
        yield f"{space}_write_{recipe.gives}(result, as_json={as_json})"
        return
    yield f"{space}rows = _Rows(as_json={as_json})"
    yield call(f"{'async ' * streams}for row in {main}", arguments, indent=margin, tail=":")
    yield f"{space}    rows.write(row)"
    yield f"{space}rows.close()"


def _is_generator(recipe: Recipe) -> bool:
    """Whether an async `main` yields its rows; what it defines inside does not count."""
    main = next(
        node for node in ast.parse(recipe.source).body if isinstance(node, ast.AsyncFunctionDef) and node.name == "main"
    )
    waiting: list[ast.AST] = [*main.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def _check_fit(recipe: Recipe) -> None:
    tree, ours = ast.parse(recipe.source), all_names() | {"_run"}
    for node in ast.walk(tree):
        name = getattr(node, "name", None) or getattr(node, "id", None)
        if isinstance(name, str) and name in ours:
            raise AskedWrongly(f"{recipe.id} has the name {name}, which exported scripts keep for themselves.")
    for statement in tree.body:
        if isinstance(statement, ast.If) and "__main__" in ast.unparse(statement.test):
            raise AskedWrongly(
                f"{recipe.id} does something of its own when it is run as a script, at line {statement.lineno}.",
                hint="remove it: recipes run calls main",
            )
