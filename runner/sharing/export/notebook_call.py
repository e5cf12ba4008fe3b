"""The cells of a notebook that call the API: what does so, taken from the recipe's script, and the call of `main`."""

from collections.abc import Iterator

from runner.catalog import Recipe
from runner.errors import AskedWrongly
from runner.scaffolding.literals import STEP, literal
from runner.sharing.export.calling import api_class, client_source, is_awaited, streams
from runner.sharing.export.definitions import Definitions, names_in, notebook_plumbing
from runner.sharing.export.handover import Handover
from runner.sharing.export.layout import Code, call
from runner.sharing.export.notebook_values import Names, given_arguments


def call_source(handover: Handover, names: Names) -> str:
    """Return the cell of the call: where the APIs are, their keys, `main` with its values.

    Args:
        handover: What is handed over.
        names: Of its variables.
    """
    recipe = handover.recipe
    if not recipe.clients:
        return "\n".join(_main_lines(handover, names, indent=0))
    titles = {api.key.env: api.title for api in handover.apis.values() if api.key is not None}
    made = [f"{api_class(recipe, each)}({names.url(each.name)})" for each in recipe.clients]
    lines = [f"_ask_for_keys({literal(titles, first=15, after=1)})"] if titles else []
    lines += [f"_apis = [{', '.join(made)}]", "with _Explained(_apis):"]
    for at, client in enumerate(recipe.clients):
        opened = f"{'async ' * recipe.is_async}with {client_source(handover, at, f'_apis[{at}]')}"
        lines.append(f"{' ' * STEP * (at + 1)}{opened} as {names.client(client.name)}:")
    return "\n".join([*lines, *_main_lines(handover, names, indent=STEP * (len(recipe.clients) + 1))])


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


def _main_lines(handover: Handover, names: Names, *, indent: int) -> Iterator[str]:
    recipe = handover.recipe
    arguments = [
        *((each.name, Code(names.client(each.name))) for each in recipe.clients),
        *given_arguments(handover, names),
    ]
    yield call(f"result = {'await ' * is_awaited(recipe)}main", arguments, indent=indent)
    if recipe.gives == "rows":
        yield f"{' ' * indent}rows = {'[row async for row in result]' if streams(recipe) else 'list(result)'}"
