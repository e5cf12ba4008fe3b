"""Days and moments as text, and back."""

import re
from datetime import UTC, date, datetime

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|\+00:00)", re.ASCII)


def iso_text(value: date) -> str:
    """Write a day or moment as ISO 8601: `2026-11-20`, `2026-11-20T09:00:00Z`; without `Z` if it knows no zone."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return value.isoformat()
    moment = in_utc(value)
    return moment.isoformat() + ("" if moment.tzinfo else "Z")


def in_utc(moment: datetime) -> datetime:
    """Return a moment as UTC without zone; one that knows no zone, or is beyond year 9999 in UTC, as it is."""
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return moment


def read_moment(text: str) -> datetime | None:
    """Return the moment that text is if it is exactly an ISO 8601 moment in UTC; else None."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
