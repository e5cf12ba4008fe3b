"""What programs read of a site: the catalog as JSON, a list for language models, a map, and what was recorded last."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from typing import Any, Final

from runner.sharing.site.made import Piece
from runner.sharing.site.model import RecipePage, Site
from runner.sharing.site.twins import endpoint_text, home_text, recipe_text, shelf_text

SCHEMA: Final = "catalog.schema.json"
_MOST_IN_FEED: Final = 50


def program_pieces(site: Site, address: str) -> Iterator[Piece]:
    """Yield each file.

    Args:
        site: What is shown.
        address: Where the site will be, with a slash at its end; `""` makes no map, as a map has whole addresses.
    """
    callers = site.callers
    yield _piece("catalog.json", lambda: _json({"$schema": SCHEMA, **_catalog(site)}))
    yield _piece("feed.json", lambda: _json(_feed(site, address)))
    yield _piece("llms.txt", lambda: home_text(site))
    yield _piece("index.md", lambda: home_text(site))
    for recipe in site.recipes:
        yield _piece(f"{recipe.path}.md", partial(recipe_text, recipe), recipe.mark)
    for endpoint in site.endpoints.values():
        yield _piece(f"{endpoint.path}.md", partial(endpoint_text, endpoint, callers[endpoint.key]))
    for each in site.collections:
        yield _piece(f"{each.path}.md", partial(shelf_text, each))
    if address:
        yield _piece("sitemap.xml", lambda: _map(site, address))


def _piece(name: str, text: Callable[[], str], key: str = "") -> Piece:
    return Piece(name, lambda: text().encode(), key)


def _catalog(site: Site) -> dict[str, Any]:
    callers = site.callers
    return {
        "title": site.title,
        "description": site.description,
        "publisher": site.publisher,
        "homepage": site.homepage,
        "recipes": [_recipe(each) for each in site.recipes],
        "collections": [
            {"title": each.title, "page": f"{each.path}.html", "recipes": [recipe.id for recipe in each.recipes]}
            for each in site.collections
        ],
        "endpoints": [
            {
                "name": each.name,
                "api": each.api,
                "page": f"{each.path}.html",
                "recipes": [recipe.id for recipe in callers[each.key]],
            }
            for each in site.endpoints.values()
        ],
        "broken": [
            {"repository": each.repository, "file": each.file, "problem": each.problem, "fix": each.fix}
            for each in site.broken
        ],
    }


def _recipe(recipe: RecipePage) -> dict[str, Any]:
    return {
        "id": recipe.id,
        "title": recipe.title,
        "description": recipe.description,
        "page": f"{recipe.path}.html",
        "markdown": f"{recipe.path}.md",
        "script": f"{recipe.path}.py" if recipe.script else None,
        "repository": recipe.repository,
        "apis": [{"name": each.name, "title": each.title, "key": each.key or None} for each in recipe.apis],
        "audience": recipe.audience,
        "tags": recipe.tags,
        "gives": recipe.gives,
        "columns": recipe.columns,
        "endpoints": [each.name for each in recipe.endpoints],
        "parameters": recipe.schema,
        "writes": recipe.writes,
        "deprecated": recipe.deprecated,
        "state": recipe.state,
        "recorded": recipe.recorded or None,
        "digest": recipe.digest,
    }


def _feed(site: Site, address: str) -> dict[str, Any]:
    """Return what was recorded last as a JSON Feed (https://jsonfeed.org); no other change is known."""
    recorded = sorted((each for each in site.recipes if each.recorded), key=lambda each: each.recorded, reverse=True)
    items = [
        {
            "id": f"{each.id} {each.recorded}",
            "url": f"{address}{each.path}.html",
            "title": each.title,
            "content_text": f"{each.id} was recorded.",
            "date_published": each.recorded,
        }
        for each in recorded[:_MOST_IN_FEED]
    ]
    return {"version": "https://jsonfeed.org/version/1.1", "title": site.title, "items": items}


def _map(site: Site, address: str) -> str:
    pages = [("index.html", ""), ("start.html", ""), ("health.html", "")]
    pages += [(f"{each.path}.html", each.recorded[:10]) for each in site.recipes]
    pages += [(f"{each.path}.html", "") for each in site.endpoints.values()]
    pages += [(f"{each.path}.html", "") for each in site.collections]
    lines = (
        f"<url><loc>{escape(address + path, quote=False)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for path, day in pages
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return head + "\n".join(lines) + "\n</urlset>\n"


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"
