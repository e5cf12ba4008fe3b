"""What stands on the pages: plain texts, cleaned, with nothing in them that a page would obey."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

State: TypeAlias = Literal["ok", "changed", "unrecorded", "broken"]


class Field(NamedTuple):
    """One parameter, as a form asks for it.

    Attributes:
        name: As in the signature.
        option: What stands before its value in a command: `--days`; `-P` for a name that commands keep for themselves.
        shape: `text`, `int`, `float`, `bool`, `date`, `datetime`, `choice`; of a list that of one value.
        many: It takes several values.
        required: A run needs one.
        private: Customer data, so no value of it is shown or put into a link.
        takes: In a few words what to give: `whole number 1..168`.
        help: One line.
        low: The smallest number or day, or `""`.
        high: The largest, or `""`.
        choices: For `choice`.
        default: What a run takes where nothing is given, as texts.
        initial: What the form begins with: the default, or else the example.
    """

    name: str
    option: str
    shape: str
    many: bool
    required: bool
    private: bool
    takes: str
    help: str
    low: str
    high: str
    choices: tuple[str, ...]
    default: tuple[str, ...]
    initial: tuple[str, ...]


class Slot(NamedTuple):
    """Where in a text a value stands.

    Attributes:
        start: In UTF-16 units, as a script of a page counts.
        end: Behind it.
        name: Of the parameter.
        form: How it is written there: `python`, `json`, `query`, ...
        head: Before the value, for some forms.
    """

    start: int
    end: int
    name: str
    form: str
    head: str = ""


class Filled(NamedTuple):
    """A text with values in it that a page can exchange.

    Attributes:
        text: As a program takes it.
        slots: Where the values stand; empty where a page shows it otherwise.
        cleaned: As a page shows it, where that is something else.
    """

    text: str
    slots: tuple[Slot, ...] = ()
    cleaned: str = ""

    @property
    def shown(self) -> str:
        """As a page shows it."""
        return self.cleaned or self.text


class Cell(NamedTuple):
    """One cell of a table: `kind` is its class, `href` an https address or `""`."""

    kind: str
    text: str
    href: str = ""


class Sample(NamedTuple):
    """The beginning of a recorded result.

    Attributes:
        case: Its name.
        words: Where it is from: `invented data recorded from the sandbox on 2026-11-25`.
        recorded: The moment, ISO 8601 UTC.
        is_live: It came from the API.
        columns: Of the table; empty for a record or text.
        rows: Of the table, or name and value of a record.
        total: How many rows there are.
        text: Of a text the Markdown, or `""`.
        values: With which it was recorded: names and texts.
    """

    case: str
    words: str
    recorded: str
    is_live: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    text: str
    values: tuple[tuple[str, str], ...]


class CalledApi(NamedTuple):
    """An API that a recipe calls; `docs` is an https address or `""`."""

    name: str
    title: str
    docs: str
    key: str
    key_help: str


class Endpoint(NamedTuple):
    """What is called: `POST /articles` of an API.

    Attributes:
        key: Tells it from all others.
        path: Of its page, without the ending.
        name: `POST /articles`.
        api: Title of the API, or `""` for an address that belongs to none.
        docs: An https address or `""`.
    """

    key: str
    path: str
    name: str
    api: str
    docs: str


class RecipePage(NamedTuple):
    """One recipe.

    Attributes:
        path: Of its page, without the ending: `recipes/newswhip/top-stories`.
        id: What to type.
        title: The question.
        description: Markdown.
        gives: `rows`, `record` or `text`.
        columns: Of its rows.
        source: Its text.
        source_html: The same with its colours.
        script: The exported script, filled in; None where it cannot be exported or shows what is private.
        curl: The first recorded request, filled in; None where none is known.
        requests: How many are recorded in the sample's case.
        picture: SVG, or `""`.
        digest: Of its text: SHA-256 as hex.
        recorded: Of the newest case, ISO 8601 UTC, or `""`.
        oddities: What of its recordings cannot be read.
        schema: Its parameters, as JSON Schema.
        mark: The same for two pages that are the same in all else, or `""` where that is not known.
    """

    path: str
    id: str
    title: str
    description: str
    repository: str
    publisher: str
    apis: tuple[CalledApi, ...]
    audience: tuple[str, ...]
    tags: tuple[str, ...]
    gives: str
    columns: tuple[str, ...]
    writes: bool
    deprecated: str
    based_on: str
    customer: str
    dependencies: tuple[str, ...]
    fields: tuple[Field, ...]
    endpoints: tuple[Endpoint, ...]
    source: str
    source_html: str
    script: Filled | None
    curl: Filled | None
    requests: int
    sample: Sample | None
    picture: str
    digest: str
    recorded: str
    state: State
    cases: int
    oddities: tuple[str, ...]
    schema: Mapping[str, Any]
    mark: str = ""


class Broken(NamedTuple):
    """A recipe that cannot be read: its file, why, and what to do."""

    repository: str
    file: str
    problem: str
    fix: str


class Collection(NamedTuple):
    """Recipes that belong together, in their order."""

    path: str
    title: str
    recipes: tuple[RecipePage, ...]


class Site(NamedTuple):
    """All that is shown.

    Attributes:
        title: Of the first repository.
        description: Of it.
        publisher: Of it.
        homepage: Of it, an https address or `""`.
        recipes: In the order in which they are best read.
        left_out: How many recipes were made for customers and are not shown.
    """

    title: str
    description: str
    publisher: str
    homepage: str
    recipes: tuple[RecipePage, ...]
    collections: tuple[Collection, ...]
    broken: tuple[Broken, ...]
    left_out: int
    notes: tuple[str, ...]

    @property
    def endpoints(self) -> dict[str, Endpoint]:
        """Each endpoint by its key, in the order of recipes."""
        return {each.key: each for recipe in self.recipes for each in recipe.endpoints}

    @property
    def callers(self) -> dict[str, list[RecipePage]]:
        """The recipes that use each endpoint, by its key, in their order."""
        found: dict[str, list[RecipePage]] = {}
        for recipe in self.recipes:
            for each in recipe.endpoints:
                found.setdefault(each.key, []).append(recipe)
        return found
