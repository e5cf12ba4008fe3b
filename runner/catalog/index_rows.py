"""What the index knows of one recipe: enough for a listing, for search, and for the options of a command line.

Named tuples rather than dataclasses: rows come by the ten thousand, and a dataclass costs a millisecond to make.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final, NamedTuple

LAST: Final = 1 << 31


class Depends(Enum):
    """What besides its own text decides how a file reads."""

    NOTHING = "nothing"
    ON_NAMES = "the names beside it, as no recipe may import another"
    ON_DISK = "whether the disk gives it, or its text cannot be stored; so it is read each time"


class ParameterRow(NamedTuple):
    """One parameter of a recipe, as text.

    Attributes:
        name: As in the signature: `published_after`.
        option: On the command line: `--published-after`.
        kind: In a few words: `whole number 1..168`.
        choices: The allowed values; empty where there are no such.
        help: What it means.
        required: Whether a run needs a value for it.
        default: As typed; `""` where there is none. Values of a list stand on a line each.
        example: As `default`.
        private: Customer data.
    """

    name: str
    option: str
    kind: str
    choices: tuple[str, ...]
    help: str
    required: bool
    default: str
    example: str
    private: bool


class Row(NamedTuple):
    """One recipe of a listing.

    Attributes:
        name: What to type for it: its id, after its repository's alias where the id alone means another one.
        id: `<api>/<name>`, with hyphens.
        title: The customer's question.
        description: Markdown; may be empty.
        audience: Who asks.
        tags: For finding it.
        gives: `rows`, `record` or `text`.
        writes: It changes something at the API.
        deprecated: What to use instead, or `""`.
        customer: Whom it was made for, or `""`.
        columns: Of its rows: as a `TypedDict` names them, else as recorded; empty where neither tells.
        endpoints: That its recorded cases call: `POST /articles`.
        path: The file.
        repository: Title of its repository.
        root: Of its repository.
        alias: Of its repository; `""` for the one in use.
        parameters_json: For `parameters`.
        collection: Title of the collection it stands in, or `""`.
        position: In the order of all collections of its repository; that of a recipe in none is `LAST`.
    """

    name: str
    id: str
    title: str
    description: str
    audience: tuple[str, ...]
    tags: tuple[str, ...]
    gives: str
    writes: bool
    deprecated: str
    customer: str
    columns: tuple[str, ...]
    endpoints: tuple[str, ...]
    path: str
    repository: str
    root: str
    alias: str
    parameters_json: str
    collection: str = ""
    position: int = LAST

    @property
    def api(self) -> str:
        """The API it is for: `newswhip`."""
        return self.id.partition("/")[0]

    @property
    def parameters(self) -> tuple[ParameterRow, ...]:
        """What it asks for, in the order of the signature."""
        import json  # a listing shows no parameters

        return tuple(
            ParameterRow(**each | {"choices": tuple(each["choices"])}) for each in json.loads(self.parameters_json)
        )


def join_texts(texts: tuple[str, ...]) -> str:
    """Write texts as the lines of one; `split_texts` takes it apart again."""
    return "\n".join([text.replace("\\", r"\\").replace("\n", r"\n") for text in texts])


def split_texts(joined: str) -> tuple[str, ...]:
    """Read what `join_texts` wrote."""
    lines = tuple(joined.split("\n")) if joined else ()
    return tuple(map(_unescaped, lines)) if "\\" in joined else lines


def _unescaped(line: str) -> str:
    parts = line.split(r"\\")
    return "\\".join(part.replace(r"\n", "\n") for part in parts)


def join_collections(collections: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Write collections, each a title with ids, as the lines of one text."""
    return join_texts(tuple(part for title, ids in collections for each in ids for part in (title, each)))


def split_collections(joined: str) -> dict[str, tuple[str, int]]:
    """Read what `join_collections` wrote: title and position of each recipe, by its id."""
    parts = split_texts(joined)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {recipe_id: (title, at) for at, (title, recipe_id) in enumerate(pairs)}
