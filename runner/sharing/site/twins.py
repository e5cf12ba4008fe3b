"""The pages once more as Markdown, for programs and for other sites to include."""

from collections.abc import Iterator, Sequence
from html import escape

from runner.sharing.export.markdown import fenced, inline
from runner.sharing.site.fields import bash_command
from runner.sharing.site.model import Collection, Endpoint, RecipePage, Sample, Site


def home_text(site: Site) -> str:
    """Return the list of all recipes, in the form of https://llmstxt.org."""
    parts = [f"# {inline(site.title)}"]
    parts += [f"> {inline(site.description)}"] if site.description else []
    parts.append("Each recipe is a Python script that answers one question; `recipes run ID` runs it.")
    for each in site.collections:
        parts += [f"## {inline(each.title)}", _list(each.recipes, "")]
    if site.recipes:
        parts += ["## Recipes", _list(site.recipes, "")]
    return "\n\n".join(parts) + "\n"


def recipe_text(recipe: RecipePage) -> str:
    """Return the page of a recipe."""
    parts = [f"# {inline(recipe.title)}", "\n".join(_facts(recipe))]
    parts += [escape(recipe.description, quote=False)] if recipe.description else []
    if recipe.fields:
        parts += ["## Values", "\n".join(_values(recipe))]
    parts += ["## Run it", fenced(bash_command(recipe.id, recipe.fields), "sh")]
    if recipe.curl:
        parts += ["## The first request", fenced(recipe.curl.shown, "sh")]
    if recipe.sample:
        parts += ["## Sample result", *_sample(recipe.sample)]
    parts += ["## The recipe", fenced(recipe.source, "python")]
    return "\n\n".join(parts) + "\n"


def endpoint_text(endpoint: Endpoint, recipes: Sequence[RecipePage]) -> str:
    """Return the page of an endpoint."""
    head = f"# {inline(f'{endpoint.api} {endpoint.name}'.strip())}"
    return f"{head}\n\n{_list(recipes, '../' * endpoint.path.count('/'))}\n"


def shelf_text(collection: Collection) -> str:
    """Return the page of a collection."""
    return f"# {inline(collection.title)}\n\n{_list(collection.recipes, '../' * collection.path.count('/'))}\n"


def _list(recipes: Sequence[RecipePage], home: str) -> str:
    return "\n".join(f"- [{inline(each.title)}]({home}{each.path}.md): `{each.id}`" for each in recipes)


def _facts(recipe: RecipePage) -> Iterator[str]:
    yield f"- Recipe: `{recipe.id}`"
    if recipe.audience:
        yield f"- For: {inline(', '.join(recipe.audience))}"
    for api in recipe.apis:
        yield f"- Calls: {inline(api.title)}{f', with the key in `{api.key}`' if api.key else ''}"
    columns = inline(", ".join(recipe.columns))
    yield f"- Gives: {recipe.gives}{f': {columns}' if columns else ''}"
    yield from (f"- Uses: {inline(each.name)}" for each in recipe.endpoints)
    if recipe.deprecated:
        yield f"- Deprecated: use {inline(recipe.deprecated)}"
    if recipe.writes:
        yield "- Writes: it changes something at the API"


def _values(recipe: RecipePage) -> Iterator[str]:
    yield from ("| option | takes | default or example | means |", "| --- | --- | --- | --- |")
    for each in recipe.fields:
        option = f"-P {each.name}=" if each.option == "-P" else each.option
        initial = "(private)" if each.private else ", ".join(each.initial)
        cells = (option, each.takes, initial, each.help)
        yield f"| {' | '.join(map(inline, cells))} |"


def _sample(sample: Sample) -> Iterator[str]:
    yield f"{inline(sample.words).capitalize()}."
    if sample.text:
        yield fenced(sample.text, "markdown")
        return
    head = sample.columns or ("name", "value")
    rows = ["| " + " | ".join(map(inline, head)) + " |", "|" + " --- |" * len(head)]
    rows += ["| " + " | ".join(inline(cell.text) for cell in row) + " |" for row in sample.rows]
    yield "\n".join(rows)
