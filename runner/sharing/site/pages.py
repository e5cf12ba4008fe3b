"""A `Site` becomes pages: Jinja2 with everything escaped, and no address that leads out but https and mailto."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from heapq import nlargest
from itertools import dropwhile, islice
from operator import contains
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from runner.sharing.site.assets import shared_pieces
from runner.sharing.site.facets import Facets
from runner.sharing.site.fields import bash_command, powershell_command
from runner.sharing.site.handed import handed, spliced
from runner.sharing.site.made import Piece
from runner.sharing.site.markup import content_html, markdown_html, quoted_html
from runner.sharing.site.model import Collection, Endpoint, RecipePage, Site
from runner.sharing.site.programs import SCHEMA, program_pieces
from runner.sharing.site.search import search_data
from runner.sharing.site.stamps import digest

if TYPE_CHECKING:
    from jinja2 import Environment

_RELATED: Final = 4
_MOST_CARDS: Final = 50_000
_FOLDER: Final = ("templates", "site")
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
"""What a browser lets a page load and do."""
STATES: Final = {
    "ok": "recorded as it stands",
    "changed": "changed after it was recorded",
    "unrecorded": "nothing recorded",
    "broken": "broken",
}
"""How a recipe stands, as the page of health says it."""


class Pages:
    """Makes all pages of a site."""

    def __init__(self, site: Site, root: Path, *, address: str = "") -> None:
        """Render nothing yet.

        Args:
            site: What to show.
            root: Of the catalog, in which the templates lie.
            address: Where the site will be, with a slash at its end, or `""`.
        """
        self._site, self._folder, self._address = site, root.joinpath(*_FOLDER), address
        self._facets = Facets(site)
        self._callers = site.callers
        self._relations: dict[object, list[RecipePage]] = {}
        self._shelves = {recipe.id: each for each in site.collections for recipe in each.recipes}

    def pieces(self) -> Iterator[Piece]:
        """Yield each file."""
        site = self._site
        yield from shared_pieces(self._folder)
        yield Piece("assets/facets.css", lambda: self._facets.css().encode())
        yield Piece("assets/search-data.js", lambda: search_data(site).encode())
        for recipe in site.recipes:
            yield from self._recipe_pieces(recipe)
        for endpoint in site.endpoints.values():
            marks = [each.mark for each in self._callers[endpoint.key]]
            yield Piece(f"{endpoint.path}.html", partial(self.endpoint, endpoint), self._key(endpoint, marks))
        for collection in site.collections:
            marks = [each.mark for each in collection.recipes]
            key = self._key(collection.title, marks)
            yield Piece(f"{collection.path}.html", partial(self.collection, collection), key)
        for name, title in (("start", "Start here"), ("health", "Health"), ("index", "")):
            yield Piece(f"{name}.html", partial(self._page, name, name, title=title))
        yield Piece(SCHEMA, (self._folder / SCHEMA).read_bytes)
        yield from program_pieces(site, self._address)

    def _recipe_pieces(self, recipe: RecipePage) -> Iterator[Piece]:
        shelf, following = self._on_shelf(recipe)
        related = [
            (each.path, each.title, each.audience, each.apis, each.gives, each.deprecated, each.writes)
            for each in self._related(recipe)
        ]
        around = (shelf and (shelf.path, shelf.title), following and (following.path, following.title), related)
        yield Piece(f"{recipe.path}.html", partial(self.recipe, recipe), self._key(around, [recipe.mark]))
        if recipe.script:
            yield Piece(f"{recipe.path}.py", recipe.script.text.encode, recipe.mark)
        if recipe.picture:
            yield Piece(f"{recipe.path}.svg", recipe.picture.encode, recipe.mark)

    def _key(self, about: object, marks: Sequence[str]) -> str:
        """Return what is another one where a page may be another one; `""` where marks are missing."""
        site = self._site
        head = (site.title, site.publisher, site.homepage)
        return digest(repr((head, about, marks))) if all(marks) else ""

    def recipe(self, recipe: RecipePage) -> bytes:
        """Return the page of a recipe."""
        shelf, following = self._on_shelf(recipe)
        script = spliced(recipe)
        return self._page(
            "recipe",
            recipe.path,
            title=recipe.title,
            recipe=recipe,
            script=script,
            data=handed(recipe, script),
            bash=bash_command(recipe.id, recipe.fields),
            powershell=powershell_command(recipe.id, recipe.fields),
            related=self._related(recipe),
            shelf=shelf,
            next=following,
            file=recipe.path.rpartition("/")[2],
        )

    def endpoint(self, endpoint: Endpoint) -> bytes:
        """Return the page of an endpoint: what uses it."""
        recipes = self._callers[endpoint.key]
        return self._page("endpoint", endpoint.path, title=endpoint.name, endpoint=endpoint, recipes=recipes)

    def collection(self, collection: Collection) -> bytes:
        """Return the page of a collection."""
        return self._page("collection", collection.path, title=collection.title, collection=collection)

    def _page(self, template: str, path: str, *, title: str, **context: Any) -> bytes:
        made = self._environment.get_template(f"{template}.html.jinja")
        home = "../" * path.count("/")
        page: str = made.render(home=home, path=path, page_title=title, site=self._site, facets=self._facets, **context)
        return page.encode()

    def _on_shelf(self, recipe: RecipePage) -> tuple[Collection | None, RecipePage | None]:
        """Return the collection in which a recipe stands, and the recipe behind it there."""
        shelf = self._shelves.get(recipe.id)
        if shelf is None:
            return None, None
        behind = islice(dropwhile(lambda each: each.id != recipe.id, shelf.recipes), 1, 2)
        return shelf, next(behind, None)

    @property
    def _environment(self) -> "Environment":
        return environment_of(self._folder)

    def _related(self, recipe: RecipePage) -> list[RecipePage]:
        """Return the recipes with most endpoints and tags in common."""
        about = frozenset({each.key for each in recipe.endpoints}), frozenset(recipe.tags)
        if about not in self._relations:
            self._relations[about] = [self._site.recipes[at] for at in self._nearest(*about)]
        return [each for each in self._relations[about] if each.id != recipe.id][:_RELATED]

    def _nearest(self, endpoints: Iterable[str], tags: Iterable[str]) -> list[int]:
        """Return the numbers of the recipes with most of this, one more than are shown: one is the recipe itself."""
        counts = Counter[int]()
        for endpoint in endpoints:
            counts.update(self._places["endpoint", endpoint] * 2)
        for tag in tags:
            counts.update(self._places["tag", tag] * 3)
        all_in_all = len(self._site.recipes)  # of those that have as much in common the first stand first
        best = nlargest(_RELATED + 1, (count * all_in_all - at for at, count in counts.items()))
        return [-each % all_in_all for each in best]

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], list[int]]:
        """The numbers of the recipes that use an endpoint or have a tag."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, recipe in enumerate(self._site.recipes):
            for key in dict.fromkeys(each.key for each in recipe.endpoints):
                found["endpoint", key].append(number)
            for tag in dict.fromkeys(recipe.tags):
                found["tag", tag].append(number)
        return found


def _python(recipe: RecipePage) -> Markup:
    return Markup(recipe.source_html)


@cache
def environment_of(folder: Path) -> "Environment":
    """Return what renders the templates of a folder; one that has changed since is read again."""
    import jinja2

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FileSystemLoader(folder),
    )
    environment.filters.update(markdown=markdown_html, python=_python, content=content_html, quoted=quoted_html)
    environment.tests["contains"] = contains
    environment.globals.update(states=STATES, policy=content_html(POLICY), card=_Cards(environment))
    return environment


class _Cards:
    """Renders what leads to a recipe: the same card on the page of each endpoint, and from one build to the next."""

    def __init__(self, environment: "Environment") -> None:
        self._environment, self._made = environment, dict[tuple[str, str, str], Markup]()

    def __call__(self, recipe: RecipePage, home: str, classes: str = "") -> Markup:
        key = (recipe.mark, home, classes)
        if key in self._made:
            return self._made[key]
        card: Markup = self._environment.get_template("_parts.html.jinja").module.__dict__["card"](
            recipe, home, classes
        )
        if recipe.mark:
            if len(self._made) == _MOST_CARDS:
                self._made.clear()
            self._made[key] = card
        return card
