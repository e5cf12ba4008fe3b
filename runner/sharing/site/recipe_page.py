"""One recipe with its cases becomes the model of its page; nothing of it runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from runner import __version__
from runner.catalog import Api, Recipe, Repository, format_value, parameters_schema
from runner.recording.case import Case, case_folder
from runner.running.lean import prepare_httpx
from runner.sharing.export.provenance import Provenance
from runner.sharing.site import model
from runner.sharing.site.clean import LONGEST_TITLE, line, lines, web_link
from runner.sharing.site.endpoints import endpoints_of
from runner.sharing.site.fields import field_of
from runner.sharing.site.known import Read
from runner.sharing.site.markup import source_html
from runner.sharing.site.sampling import picture_of, read_cases, sample_of, shown_sample
from runner.sharing.site.scripts import filled_script, shows_private

prepare_httpx()
from runner.sharing.site.requests import first_request  # noqa: E402

WITHHELD: Final = "# Not shown: it holds the value of a private parameter.\n"
_UNRECORDED_DAY: Final = "1970-01-01"


def read_page(repository: Repository, recipe: Recipe, apis: Mapping[str, Api], cache: Path | None) -> Read:
    """Return what a recipe becomes.

    Args:
        repository: Where it lies.
        recipe: As read.
        apis: Of its clients, by name.
        cache: Where drawn pictures are kept, or None.
    """
    cases, oddities = read_cases(repository, recipe)
    case, recorded, more = sample_of(repository, recipe, cases)
    picture, undrawn = picture_of(recipe, recorded, cache)
    newest = max((each.recorded_at for each in cases), default=None)
    day = f"{newest:%Y-%m-%d}" if newest else _UNRECORDED_DAY
    curl, requests = first_request(recipe, apis, case)
    name = f"{repository.alias}/{recipe.id}" if repository.alias else recipe.id
    state = _state(recipe, cases)
    source = WITHHELD if shows_private(recipe) else lines(recipe.source)
    page = model.RecipePage(
        path=f"recipes/{name}",
        id=name,
        title=line(recipe.title, LONGEST_TITLE),
        description=lines(recipe.description),
        repository=line(repository.title),
        publisher=line(repository.publisher),
        apis=tuple(_called(apis[each.api]) for each in recipe.clients),
        audience=_words(recipe.audience),
        tags=_words(recipe.tags),
        gives=recipe.gives,
        columns=_words(recipe.columns) or _columns(recorded.rows),
        writes=recipe.writes,
        deprecated=line(recipe.deprecated, LONGEST_TITLE),
        based_on=line(recipe.based_on, LONGEST_TITLE),
        customer=line(recipe.customer, LONGEST_TITLE),
        dependencies=_words(recipe.dependencies),
        fields=tuple(map(field_of, recipe.parameters)),
        endpoints=tuple(endpoints_of(str(case_folder(repository.root, recipe.id)), list(apis.values()))),
        source=source,
        source_html=source_html(source),
        script=filled_script(recipe, apis, _provenance(recipe, repository, day), has_run=state == "ok"),
        curl=curl,
        requests=requests,
        sample=shown_sample(recipe, case, recorded) if case else None,
        picture=picture,
        digest=recipe.digest,
        recorded=format_value(newest) if newest else "",
        state=state,
        cases=len(cases),
        oddities=(*oddities, *more),
        schema=_without_private(recipe),
    )
    return Read(page, _note(recipe, undrawn))


def _note(recipe: Recipe, undrawn: str) -> str:
    """Return what whoever builds the site should know: why there is no picture."""
    if not undrawn:
        return ""
    return line(f"No pictures. {undrawn}" if "installed" in undrawn else f"{recipe.id}: {undrawn}")


def _provenance(recipe: Recipe, repository: Repository, day: str) -> Provenance:
    """Return what a script of the site says of itself; its day is that of the recording: the same bytes each day."""
    verified = "not run: made for the pages of the catalog; the day is that of its newest recording"
    return Provenance(recipe.id, recipe.digest, repository.title, "", __version__, day, verified)


def _state(recipe: Recipe, cases: Sequence[Case]) -> model.State:
    if not cases:
        return "unrecorded"
    return "ok" if all(each.digest == recipe.digest for each in cases) else "changed"


def _called(api: Api) -> model.CalledApi:
    key = api.key
    return model.CalledApi(
        api.name, line(api.title), web_link(api.docs), key.env if key else "", line(key.help) if key else ""
    )


def _words(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, (line(each, 100) for each in texts)))


def _columns(rows: Sequence[object]) -> tuple[str, ...]:
    return _words(list(rows[0])[:30]) if rows and isinstance(rows[0], dict) else ()


def _without_private(recipe: Recipe) -> dict[str, object]:
    """Return the parameters as JSON Schema, of what is private without its values."""
    schema = parameters_schema(recipe)
    for each in schema["properties"].values():
        if each.get("x-private"):
            each.pop("default", None)
            each.pop("examples", None)
    return schema
