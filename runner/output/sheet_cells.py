"""Values in a form that a sheet of Excel can hold."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from runner.output.cells import cell_text
from runner.output.excel import MAX_DIGITS
from runner.output.moments import in_utc, read_moment
from runner.output.numbers import Number, is_finite, is_number
from runner.output.text import ELLIPSIS, REPLACEMENT, mend

SheetValue: TypeAlias = str | float | bool | date | None

# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
MAX_UNITS = 32_767
"""Characters that a cell holds, as UTF-16 counts them: an emoji is two."""
MAX_NUMBER = 9.99999999999999e307
FIRST_DAY = date(1900, 3, 1)
"""Excel has a 29 February 1900, so that the days before this one are others than those it shows."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LINE_END = re.compile("\r\n?")
# https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def sheet_value(column: str, value: object) -> SheetValue:
    """Turn a value into what a cell holds.

    Args:
        column: Its name, for the message.
        value: Text that is exactly a day or a moment in UTC becomes one; a list or dict becomes compact JSON.

    Returns:
        A moment is UTC and knows no zone; a number has no more digits than Excel keeps, others are text.

    Raises:
        RecipeFailed: Values of this type do not belong into a row.
    """
    if value is None or isinstance(value, bool):
        return value
    if is_number(value):
        return _number(column, value)
    when = _read_date(value) if isinstance(value, str) else value
    if isinstance(when, date) and (fitting := _date(when)):
        return fitting
    return clean_text(cell_text(column, value))


def clean_text(text: str) -> str:
    r"""Replace what XML cannot hold; a line ends in `\n`."""
    return _NOT_XML.sub(REPLACEMENT, _LINE_END.sub("\n", mend(text)))


def cut_text(text: str) -> str:
    """Cut text that is longer than a cell can hold and end it with `…`."""
    if len(text) <= MAX_UNITS // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_UNITS:
        return text
    return units[: 2 * (MAX_UNITS - 1)].decode("utf-16-le", "ignore") + ELLIPSIS


def _number(column: str, value: Number) -> str | float:
    if not is_finite(value) or not -MAX_NUMBER <= value <= MAX_NUMBER:
        return cell_text(column, value)
    if isinstance(value, float):
        return float(value)
    digits = value.as_tuple().digits if isinstance(value, Decimal) else str(abs(int(value)))
    if len(digits) > MAX_DIGITS:
        return cell_text(column, value)
    return float(value) if isinstance(value, Decimal) else int(value)


def _read_date(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return read_moment(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _date(value: date) -> date | None:
    """Return a day or moment as Excel knows it, or None where Excel has none."""
    if not isinstance(value, datetime):
        return value if value >= FIRST_DAY else None
    moment = in_utc(value)
    return moment if moment.tzinfo is None and moment.date() >= FIRST_DAY else None
