"""The beginning of a recorded result, for a look at it: no recipe runs, and of a large file little is kept."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, NoReturn

from runner.errors import BrokenSource, RecipeFailed
from runner.output.cells import COMPACT, MAX_DEPTH, value_json

MOST_BYTES: Final = 64_000_000
_LONGEST_ROW: Final = 1_000_000
_ANEW: Final = "record the case anew"


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a result.

    Attributes:
        rows: The first ones, as JSON has them: dicts, or one text.
        total: How many there are.
    """

    rows: tuple[Any, ...]
    total: int


def read_sample(path: Path, count: int, gives: Literal["rows", "record", "text"]) -> Sample:
    """Read the first rows of a case's `.jsonl` and count all.

    Args:
        path: The file.
        count: How many rows to return.
        gives: What the recipe gives.

    Raises:
        BrokenSource: It cannot be read, is too large, or one of these rows is none.
    """
    _check_file(path)
    kind = str if gives == "text" else dict
    try:
        with path.open("rb") as file:
            first = [line for _ in range(count) if (line := file.readline(_LONGEST_ROW))]
            rows = tuple(_row(path, number, line, kind) for number, line in enumerate(first, start=1))
            return Sample(rows, len(rows) + sum(1 for _ in file))
    except OSError as error:
        raise BrokenSource(path, 1, f"the result cannot be read: {error.strerror}", hint=_ANEW) from None


def _check_file(path: Path) -> None:
    # A named pipe would never end, a device might not either.
    if not path.is_file():
        raise BrokenSource(path, 1, "there is no such result", hint=_ANEW)
    if path.stat().st_size > MOST_BYTES:
        raise BrokenSource(path, 1, f"the result is larger than {MOST_BYTES // 1_000_000} MB", hint=_ANEW)


def _row(path: Path, number: int, line: bytes, kind: type) -> Any:
    try:
        row = json.loads(line, parse_constant=_refuse)
        if line.count(b"[") + line.count(b"{") > MAX_DEPTH:
            value_json(COMPACT, "", row)  # what is nested too deep would break whoever writes it
    except (ValueError, RecursionError, RecipeFailed):
        raise BrokenSource(path, number, "this line is no JSON, or nested too deep", hint=_ANEW) from None
    if not isinstance(row, kind):
        raise BrokenSource(path, number, f"this line is no {'text' if kind is str else 'row'}", hint=_ANEW)
    return row


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
