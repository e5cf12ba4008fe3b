"""From a file that is new or changed to what the index stores of it. Loads the readers; a quiet index never does."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from runner.catalog.api import read_api
from runner.catalog.children import shared
from runner.catalog.index_rows import Depends, ParameterRow, join_texts
from runner.catalog.index_walk import API_FILE
from runner.catalog.kinds import describe_kind, format_value
from runner.catalog.model import Missing, Parameter, Recipe, Value
from runner.catalog.recorded import Recorded, endpoint_path, read_recorded
from runner.catalog.source import read_recipe
from runner.errors import BrokenSource

Stored: TypeAlias = tuple[str | int, ...]
"""The columns `index_file.CONTENT` in their order."""

_PLAIN_IMPORT: Final = re.compile(
    r"\s*(?:from\s+(\w+)[\w.]*\s+import\b[^;\\]*|import\s+(\w+)[\w.]*(?:\s+as\s+\w+)?\s*)"
)


def read_file(path: str, cases: str = "", bases: Sequence[str] = ()) -> tuple[Stored, Depends]:
    """Read a recipe or an `api.toml`; what breaks a rule is stored with its line, problem and hint.

    Args:
        path: The file.
        cases: The folder of the recipe's recorded cases; `""` where it has none.
        bases: The base URLs of the repository's APIs.
    """
    file = Path(path)
    columns, depends = _read_api(file) if file.name == API_FILE else _read_recipe(file, cases, bases)
    return columns, depends if _is_storable((path, *columns)) else Depends.ON_DISK


def read_files(files: Iterable[Sequence[str]], bases: Sequence[str]) -> Iterator[tuple[Stored, Depends]]:
    """Read files, each given with the folder of its cases; yield what each holds, in order."""
    return (read_file(path, cases, bases) for path, cases in files)


def read_many(files: Sequence[Sequence[str]], bases: Sequence[str]) -> Iterator[tuple[Stored, Depends]]:
    """Read files as `read_files` does in several processes; what a process does not answer is read here."""
    answers = shared(__name__, answer_from_pipe.__name__, files, lambda share: [share, bases])
    for (path, cases), answer in zip(files, answers, strict=True):
        yield (tuple(answer[0]), Depends(answer[1])) if answer else read_file(path, cases, bases)


def answer_from_pipe() -> None:
    """Read the files named on stdin, all of them first, and write what each holds to stdout, a line of JSON each."""
    files, bases = json.load(sys.stdin)
    for columns, depends in read_files(files, bases):
        sys.stdout.write(json.dumps([columns, depends.value]) + "\n")


def _read_api(file: Path) -> tuple[Stored, Depends]:
    try:
        read_api(file.parent)
    except BrokenSource as error:
        return _broken(file, error)
    return _unlisted(), Depends.NOTHING


def _read_recipe(file: Path, cases: str, bases: Sequence[str]) -> tuple[Stored, Depends]:
    try:
        recipe = read_recipe(file)
    except BrokenSource as error:
        return _broken(file, error)
    recorded = read_recorded(cases, bases) if cases else Recorded((), ())
    return _recipe_columns(recipe, recorded), Depends.ON_NAMES if _looks_beside(recipe.source) else Depends.NOTHING


def _broken(file: Path, error: BrokenSource) -> tuple[Stored, Depends]:
    columns = _unlisted(error.line, error.problem, error.hint)
    return columns, Depends.ON_NAMES if _is_readable(file) else Depends.ON_DISK


def _recipe_columns(recipe: Recipe, recorded: Recorded) -> Stored:
    parameters = recipe.parameters
    words = [word for each in parameters for word in (each.option[2:], *map(str, each.kind.choices))]
    return (
        1,
        recipe.id,
        recipe.title,
        join_texts(recipe.audience),
        join_texts(recipe.tags),
        recipe.gives,
        0,
        "",
        "",
        recipe.description,
        int(recipe.writes),
        recipe.deprecated,
        recipe.customer,
        join_texts(recipe.columns or recorded.columns),
        join_texts(recorded.endpoints),
        json.dumps([_parameter(each) for each in parameters]),
        "\n".join(words),
        "\n".join(each.help for each in parameters),
        "\n".join(dict.fromkeys(map(endpoint_path, recorded.endpoints))),
    )


def _unlisted(line: int = 0, problem: str = "", hint: str = "") -> Stored:
    return (0, *[""] * 5, line, problem, hint, "", 0, *[""] * 5, "", "", "")


def _parameter(parameter: Parameter) -> dict[str, object]:
    row = ParameterRow(
        name=parameter.name,
        option=parameter.option,
        kind=describe_kind(parameter),
        choices=tuple(map(str, parameter.kind.choices)),
        help=parameter.help,
        required=parameter.required,
        default=_as_text(parameter.default),
        example=_as_text(parameter.example),
        private=parameter.private,
    )
    return row._asdict()


def _as_text(value: Value | Missing) -> str:
    if value is None or isinstance(value, Missing):
        return ""
    return "\n".join(map(format_value, value)) if isinstance(value, tuple) else format_value(value)


def _looks_beside(source: str) -> bool:
    """Tell whether a recipe may import something that could also be a file beside it; when in doubt, it may."""
    for line in source.split("\n"):
        if "import" not in line and not line.endswith("\\"):
            continue
        plain = _PLAIN_IMPORT.fullmatch(line)
        module = plain and (plain[1] or plain[2])
        if module != "httpx" and module not in sys.stdlib_module_names:
            return True
    return False


def _is_readable(file: Path) -> bool:
    if not file.is_file():  # opening a named pipe would wait for ever
        return False
    try:
        with file.open("rb") as opened:
            opened.read(1)
    except OSError:
        return False
    return True


def _is_storable(columns: Stored) -> bool:
    """Tell whether SQLite takes the texts: a path need not be UTF-8, and a hint may name it."""
    try:
        "".join(text for text in columns if isinstance(text, str)).encode()
    except UnicodeEncodeError:
        return False
    return True
