"""Cells in a form that Excel reads as what they are."""

import re
from datetime import datetime
from decimal import Decimal

from runner.output.cells import cell_text
from runner.output.moments import in_utc, read_moment
from runner.output.numbers import Number, is_finite, is_number

BOM = "\ufeff"
MAX_DIGITS = 15  # Excel turns the digits after these into zeros

# https://owasp.org/www-community/attacks/CSV_Injection, and the same after anything that shows as blank or as nothing.
_FORMULA = re.compile("[\\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")
_LONG_NUMBER = re.compile(rf"\s*\d{{{MAX_DIGITS + 1},}}\s*", re.ASCII)


def excel_cell(column: str, value: object) -> str | float:
    """Write one cell of a CSV for Excel; numbers stay numbers, text that Excel would change starts with `'`."""
    if isinstance(value, datetime):
        return excel_moment(value)
    if is_number(value) and is_finite(value):
        return _excel_number(value)
    return _excel_text(cell_text(column, value))


def excel_moment(moment: datetime) -> str:
    """Write a moment in UTC as `2026-11-20 09:00:00`, with milliseconds if it has parts of a second."""
    moment = in_utc(moment)
    return moment.isoformat(" ", "milliseconds" if moment.microsecond else "seconds")


def _excel_number(value: Number) -> str | float:
    if isinstance(value, float):
        return value
    digits = value.as_tuple().digits if isinstance(value, Decimal) else str(abs(int(value)))
    return f"'{value}" if len(digits) > MAX_DIGITS else str(value)


def _excel_text(text: str) -> str:
    moment = read_moment(text)
    if moment:
        return excel_moment(moment)
    return f"'{text}" if _FORMULA.match(text) or _LONG_NUMBER.fullmatch(text) else text
