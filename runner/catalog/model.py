"""What a repository holds: recipes with their parameters, and the APIs they call."""

from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

Base: TypeAlias = Literal["str", "int", "float", "bool", "date", "datetime", "path"]
Scalar: TypeAlias = str | int | float | bool | date | datetime | Path
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None
Gives: TypeAlias = Literal["rows", "record", "text"]
KeyPlace: TypeAlias = Literal["query", "header", "bearer", "basic", "path"]


class Missing(Enum):
    """The default of a parameter that has none; `None` is a default like any other."""

    MISSING = "missing"


MISSING = Missing.MISSING


class Kind(NamedTuple):
    """What values a parameter takes.

    Attributes:
        base: Type of one value. A `date` is a calendar day; a `datetime` is aware, UTC where none was given.
        choices: For `Literal[...]`: the allowed values, all str or all int; else empty.
        many: `list[base]`; a value is then a tuple.
        optional: `base | None`.
    """

    base: Base
    choices: tuple[str, ...] | tuple[int, ...] = ()
    many: bool = False
    optional: bool = False


class Parameter(NamedTuple):
    """One value that a recipe asks for.

    Attributes:
        name: As in the signature of `main`: `published_after`.
        kind: What values it takes.
        help: Its line of `Args:`, Markdown on one line; may be empty.
        default: `MISSING` for a required parameter.
        min: Smallest value for int, float, date and datetime; shortest text for str; fewest for a list. Or None.
        max: As `min`, the other end. Both are inclusive.
        example: An invented value for `--try` and the default case, or None.
        private: Customer data: kept out of recordings, history and site.
        line: Where the signature names it, from 1.
    """

    name: str
    kind: Kind
    help: str = ""
    default: Value | Missing = MISSING
    min: int | float | date | datetime | None = None
    max: int | float | date | datetime | None = None
    example: Value = None
    private: bool = False
    line: int = 0

    @property
    def required(self) -> bool:
        """Whether a run needs a value for it."""
        return self.default is MISSING

    @property
    def option(self) -> str:
        """Its option on the command line: `--published-after`."""
        return "--" + self.name.replace("_", "-")


class ClientParameter(NamedTuple):
    """A parameter of `main` that receives a client.

    Attributes:
        name: As in the signature.
        api: The API it calls: the name with hyphens for underscores.
        is_async: `httpx.AsyncClient` rather than `httpx.Client`.
    """

    name: str
    api: str
    is_async: bool


class Chart(NamedTuple):
    """What is drawn of rows; the names are those that Vega-Lite has for it.

    Attributes:
        mark: `bar`, `line`, `area` or `point`.
        x: The column from left to right.
        y: The column upwards.
        color: The column that tells series apart, or `""`.
        sort: The column by which names stand in order, `-` before it for the largest first; `""` keeps the rows' order.
        title: Above the picture; `""` leaves it to the question of the recipe.
    """

    mark: str
    x: str
    y: str
    color: str = ""
    sort: str = ""
    title: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names, each once."""
        named = (self.x, self.y, self.color, self.sort.removeprefix("-"))
        return tuple(dict.fromkeys(each for each in named if each))


class Recipe(NamedTuple):
    """One Python file that answers one customer question, as read, never run.

    Attributes:
        path: The file.
        id: `<api>/<name>`, with hyphens: `newswhip/top-stories`.
        title: First line of the docstring: the customer's question.
        description: The rest of the docstring, Markdown; may be empty.
        clients: What `main` is given, in its order.
        parameters: What the user gives, in the order of the signature.
        requires_python: Version specifier of the block, or `""`.
        dependencies: Requirements of the block: `httpx>=0.28`.
        tags: For finding it.
        audience: Who asks; may be empty.
        chart: What is drawn of its rows, or None.
        writes: It changes something at the API.
        customer: Whom it was made for, or `""`; then it stays out of what is shared.
        based_on: Id and digest of its origin, or `""`.
        deprecated: What to use instead, or `""`.
        gives: `rows`, a single `record`, or Markdown `text`.
        columns: Names from a `TypedDict` in the return annotation; empty where there is none.
        is_async: `main` is `async def`.
        source: The text of the file.
    """

    path: Path
    id: str
    title: str
    description: str
    clients: tuple[ClientParameter, ...]
    parameters: tuple[Parameter, ...]
    gives: Gives
    source: str
    requires_python: str = ""
    dependencies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    chart: Chart | None = None
    writes: bool = False
    customer: str = ""
    based_on: str = ""
    deprecated: str = ""
    columns: tuple[str, ...] = ()
    is_async: bool = False

    @property
    def api(self) -> str:
        """The folder it lies in: `newswhip`."""
        return self.id.partition("/")[0]

    @property
    def digest(self) -> str:
        """SHA-256 of its text with LF line ends, as hex."""
        from hashlib import sha256  # 4 ms, and a listing needs no digest

        return sha256(self.source.encode()).hexdigest()


class Key(NamedTuple):
    """How an API wants its key.

    Attributes:
        place: Where it goes: a `query` field, a `header`, as `bearer` token, as `basic` credentials
            (`user:password`, or the user name alone), or as the beginning of the `path`, such as that of a webhook.
        name: Of the query field or header; `""` for the others.
        env: The environment variable that holds it.
        help: Where a user gets one; may be empty.
    """

    place: KeyPlace
    name: str
    env: str
    help: str = ""


class Rate(NamedTuple):
    """At most `calls` in any `seconds`."""

    calls: int
    seconds: float


class Api(NamedTuple):
    """A service that recipes call, described by `api.toml`.

    Attributes:
        folder: Where its `api.toml` and recipes lie.
        name: Of that folder: `newswhip`.
        title: For people: `NewsWhip`.
        base_url: `https` (or `http` on loopback), without a slash at the end.
        docs: Address of its documentation, or `""`.
        sandbox: `module:attribute` of a WSGI callable in the folder, or `""`.
        sandbox_now: The moment at which a sandbox run's clock stands; None is the present.
        sandbox_folder: Where the catalog's sandbox lies that answers for an API without one of its own; else None.
        timeout: Seconds for one answer.
        read_posts: Paths below the base URL whose POST only reads.
        key: None for an API that wants none.
        rates: All hold at once.
        retry_on: Statuses worth another try.
        error_message: Where an error answer says what went wrong, as a dotted path, or `""`.
        error_id: Where it says the id that its support asks for, as a dotted path, or `""`.
        key_refusals: What it says when it refuses a key; where that is empty, a status of 403 tells.
    """

    folder: Path
    name: str
    title: str
    base_url: str
    docs: str = ""
    sandbox: str = ""
    sandbox_now: datetime | None = None
    sandbox_folder: Path | None = None
    timeout: float = 30.0
    read_posts: tuple[str, ...] = ()
    key: Key | None = None
    rates: tuple[Rate, ...] = ()
    retry_on: tuple[int, ...] = (429, 503)
    error_message: str = ""
    error_id: str = ""
    key_refusals: tuple[str, ...] = ()
