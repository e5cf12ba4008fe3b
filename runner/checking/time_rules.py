"""Rules for moments: without a time zone they mean another moment on another machine."""

import ast
from collections.abc import Iterator

from runner.checking.draft import Draft
from runner.checking.finding import Spot

_DATETIME, _DATE = "datetime.datetime", "datetime.date"
_NEVER_AWARE = {
    f"{_DATETIME}.utcnow": "datetime.now(UTC)",
    f"{_DATETIME}.utcfromtimestamp": "datetime.fromtimestamp(seconds, UTC)",
    f"{_DATETIME}.today": "datetime.now(UTC)",
    f"{_DATE}.today": "datetime.now(UTC).date()",
    f"{_DATE}.fromtimestamp": "datetime.fromtimestamp(seconds, UTC).date()",
}
_PLACE_OF_ZONE = {f"{_DATETIME}.now": 0, f"{_DATETIME}.fromtimestamp": 1, _DATETIME: 7}
"""Calls that take a time zone, with its place among the arguments."""
_INSTEAD = {
    f"{_DATETIME}.now": "datetime.now(UTC)",
    f"{_DATETIME}.fromtimestamp": "datetime.fromtimestamp(seconds, UTC)",
    _DATETIME: "datetime(..., tzinfo=UTC)",
}


def naive_time(draft: Draft) -> Iterator[Spot]:
    """Find calls that give a moment without time zone, or the day of the machine's own zone."""
    for call in draft.every(ast.Call):
        name = draft.full_name(call.func)
        instead = _NEVER_AWARE.get(name, "")
        if name in _PLACE_OF_ZONE and not _has_zone(call, _PLACE_OF_ZONE[name]) and not _gets_zone(draft, call, name):
            instead = _INSTEAD[name]
        if instead:
            shown = name.removeprefix("datetime.")
            yield draft.spot(call, f"{shown} depends on the time zone of the machine", f"write {instead}")


def _has_zone(call: ast.Call, place: int) -> bool:
    """Tell whether a time zone is given, or may be behind a star."""
    named = {each.arg: each.value for each in call.keywords}
    zone = named.get("tz") or named.get("tzinfo")
    if zone is None and len(call.args) > place:
        zone = call.args[place]
    if None in named or any(isinstance(each, ast.Starred) for each in call.args):
        return True
    return zone is not None and not (isinstance(zone, ast.Constant) and zone.value is None)


def _gets_zone(draft: Draft, call: ast.Call, name: str) -> bool:
    """Tell whether the very next thing done to the moment gives it a zone."""
    attribute, after, *_ = (*draft.above(call), None, None)
    if not isinstance(attribute, ast.Attribute) or not isinstance(after, ast.Call):
        return False
    if attribute.attr == "astimezone":
        return name != _DATETIME  # of numbers typed in, nobody knows whose clock they were read from
    return attribute.attr == "replace" and name == _DATETIME and any(each.arg == "tzinfo" for each in after.keywords)
