"""The first recorded request of a recipe as a curl command, with marks where it holds a value of the case.

How a recipe makes a request of its values is not known without running it. Only what stands in the request as it was
given is taken for the value: a whole text of the JSON body or the query, or a part of one that is long enough to be no
accident; a number only under the name of its parameter.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from runner.catalog import Api, Recipe
from runner.errors import BrokenSource
from runner.output.text import safe_text
from runner.recording.case import Case
from runner.recording.cassette import read_first_request
from runner.recording.exchange import RecordedRequest
from runner.sharing.export.commands import request_command
from runner.sharing.export.handover import Handover
from runner.sharing.site.clean import utf16_units
from runner.sharing.site.model import Filled, Slot

_MOST_BYTES: Final = 8_000_000
"""Of a cassette that is read for its first request."""
_LONGEST: Final = 20_000
_SHORTEST_PART: Final = 4
_MARK: Final = re.compile(r"qzslot([0-9]{1,6})(json|query|number)z")


def first_request(recipe: Recipe, apis: Mapping[str, Api], case: Case | None) -> tuple[Filled | None, int]:
    """Return the command of the first request of a case, and how many it has."""
    if case is None or not case.cassette.is_file() or case.cassette.stat().st_size > _MOST_BYTES:
        return None, 0
    try:
        request, count = read_first_request(case.cassette)
    except BrokenSource:
        return None, 0
    return (_filled(Handover(recipe, apis, {}), request, case) if request else None), count


def _filled(handover: Handover, request: RecordedRequest, case: Case) -> Filled | None:
    marker = _Marker(handover.recipe, case)
    text = request_command(handover, marker.marked(request))
    if len(text) > _LONGEST or safe_text(text, keep="\n") != text:
        return None
    plain, slots, end = "", list[Slot](), 0
    for found in _MARK.finditer(text):
        if int(found[1]) >= len(marker.values):
            continue  # it stands in the request itself
        plain += text[end : found.start()]
        name, value = marker.values[int(found[1])]
        shown, start = _written(value, found[2]), utf16_units(plain)
        plain += shown
        slots.append(Slot(start, start + utf16_units(shown), name, found[2]))
        end = found.end()
    plain += text[end:]
    return Filled(plain, tuple(slots))


class _Marker:
    """Puts marks in the place of values."""

    def __init__(self, recipe: Recipe, case: Case) -> None:
        private = {each.name for each in recipe.parameters if each.private}
        given = [(name, value) for name, value in case.values.items() if name not in private]
        self.values = [each for each in given if isinstance(each[1], str | int | float) and each[1] != ""]

    def marked(self, request: RecordedRequest) -> RecordedRequest:
        url = httpx.URL(request.url)
        pairs = [(name, self._text(name, value, "query")) for name, value in url.params.multi_items()]
        if pairs != url.params.multi_items():
            url = url.copy_with(query=urlencode(pairs).encode())
        return RecordedRequest(request.method, str(url), request.headers, self._body(request.body))

    def _body(self, body: bytes) -> bytes:
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            return body
        marked = json.dumps(self._leaves("", data), ensure_ascii=False, separators=(",", ":"))
        return re.sub(r'"(qzslot[0-9]+numberz)"', r"\1", marked).encode()

    def _leaves(self, name: str, data: Any) -> Any:
        match data:
            case dict():
                return {key: self._leaves(key, each) for key, each in data.items()}
            case list():
                return [self._leaves(name, each) for each in data]
            case str():
                return self._text(name, data, "json")
            case int() | float() if not isinstance(data, bool):
                at = self._find(lambda key, value: key == name and type(value) is type(data) and value == data)
                return data if at is None else f"qzslot{at}numberz"
        return data

    def _text(self, name: str, text: str, form: str) -> str:
        at = self._find(lambda key, value: str(value) == text and (isinstance(value, str) or key == name))
        if at is not None:
            return f"qzslot{at}{form}z"
        for at, (_, value) in enumerate(self.values):
            if isinstance(value, str) and len(value) >= _SHORTEST_PART and text.count(value) == 1:
                return text.replace(value, f"qzslot{at}{form}z")
        return text

    def _find(self, fits: Any) -> int | None:
        return next((at for at, each in enumerate(self.values) if fits(*each)), None)


def _written(value: object, form: str) -> str:
    """Write a value as it stands in the command, within a text in single quotes."""
    match form:
        case "json":
            text = json.dumps(value if isinstance(value, str) else str(value), ensure_ascii=False)[1:-1]
        case "query":
            text = urlencode({"": str(value)})[1:]
        case _:
            text = json.dumps(value)
    return text.replace("'", "'\"'\"'")
