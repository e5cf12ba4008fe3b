"""What a recipe made from a call does with the answer."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from runner.scaffolding.curl.call import CurlCall
from runner.scaffolding.curl.layout import Code, Group, Node, call_lines, string
from runner.scaffolding.curl.naming import parameter_name, singular, snake

ROWS: Final = "Iterator[dict[str, Any]]"
RECORD: Final = "dict[str, Any]"
_MOST_COLUMNS: Final = 8
_OWN_TEXT: Final = ("text/", "application/xml", "application/pdf", "image/")


class Answer(NamedTuple):
    """The end of `main`.

    Attributes:
        returns: The annotation.
        summary: First line of main's docstring.
        code: Statements, with `response` checked already.
    """

    returns: str
    summary: str
    code: str


def read_answer(call: CurlCall, sample: Any, *, writes: bool, taken: Sequence[str]) -> Answer:
    """Write what becomes of the answer.

    Args:
        call: Tells whether there will be an answer to read.
        sample: An answer of the API as JSON gives it, or None where none is known.
        writes: The call changes something.
        taken: Names that must not be used again.
    """
    if call.method.upper() == "HEAD":
        return Answer(RECORD, "Return the headers of the answer.", "    return dict(response.headers)\n")
    if sample is not None:
        return _known(sample, taken)
    if writes or call.header("accept").startswith(_OWN_TEXT):
        code = '    return {"status": response.status_code, "answer": response.text}\n'
        return Answer(RECORD, "Return what the API answered, with its status.", code)
    return Answer(ROWS, "Yield the rows of the answer as the API gives them.", _ANY_ROWS)


_ANY_ROWS: Final = """\
    answer = response.json()
    if isinstance(answer, dict):  # the rows are its first list, or it is the only row itself
        answer = next((value for value in answer.values() if isinstance(value, list)), [answer])
    yield from answer
"""


def _known(sample: Any, taken: Sequence[str]) -> Answer:
    path, rows = _rows_of(sample)
    if rows is None:
        record = sample if isinstance(sample, Mapping) and sample else {"answer": sample}
        code = "    return response.json()\n" if record is sample else '    return {"answer": response.json()}\n'
        return Answer(RECORD, "Return what the API answered.", code)
    name = parameter_name(singular(snake(path[-1])) if path else "item", "", {*taken, "response"})
    name = name if name != (snake(path[-1]) if path else "") else f"each_{name}"
    places = "".join(f"[{string(key)}]" for key in path)
    columns = _columns(rows)
    if not columns:
        return Answer(
            ROWS, "Yield the rows of the answer as the API gives them.", f"    yield from response.json(){places}\n"
        )
    items = tuple((f"{string(_column(key))}: ", Code(_cell(name, key, in_all))) for key, in_all in columns)
    node: Node = Group("{", items, "}")
    code = f"    for {name} in response.json(){places}:\n{call_lines('yield ', node, 8)}"
    return Answer(ROWS, f"Yield one row for each {name.replace('_', ' ')}.", code)


def _rows_of(sample: Any) -> tuple[tuple[str, ...], list[dict[str, Any]] | None]:
    """Find the first list of objects, at most two levels deep."""
    if _is_rows(sample):
        return (), sample
    for key, value in sample.items() if isinstance(sample, dict) else ():
        if _is_rows(value):
            return (key,), value
    for key, value in sample.items() if isinstance(sample, dict) else ():
        for inner, rows in value.items() if isinstance(value, dict) else ():
            if _is_rows(rows):
                return (key, inner), rows
    return (), None


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, bool]]:
    """Return the fields with plain values, and whether all rows have them."""
    found = dict.fromkeys(
        key for row in rows for key, value in row.items() if value is None or isinstance(value, str | int | float)
    )
    plain = [key for key in found if not any(isinstance(row.get(key), dict | list) for row in rows)]
    return [(key, all(key in row for row in rows)) for key in plain[:_MOST_COLUMNS]]


def _column(key: str) -> str:
    return snake(key) or key


def _cell(name: str, key: str, in_all: bool) -> str:
    return f"{name}[{string(key)}]" if in_all else f"{name}.get({string(key)})"
