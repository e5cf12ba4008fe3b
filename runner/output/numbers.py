"""Numbers as a reader wants them: thousands apart, two decimals at most. Only tables show them so."""

from decimal import Decimal
from math import isfinite
from sys import float_info
from typing import TypeAlias, TypeGuard

Number: TypeAlias = int | float | Decimal

MAX_DECIMALS = 2
_HUGE = 10**15


def is_number(value: object) -> TypeGuard[Number]:
    """Tell whether it counts something; True and False do not, nor does what is larger than any float."""
    if isinstance(value, int):
        return not isinstance(value, bool) and value.bit_length() <= float_info.max_exp
    return isinstance(value, float | Decimal)


def is_quantity(column: str) -> bool:
    """Tell whether numbers under this name count something, unlike years and ids."""
    return not f"_{column.lower()}".endswith(("_year", "_id"))


def decimals_of(value: Number) -> int:
    """Count the decimals that a number shows, 0 to 2."""
    if isinstance(value, int) or not _is_moderate(value):
        return 0
    return len(f"{value:.{MAX_DECIMALS}f}".partition(".")[2].rstrip("0"))


def number_text(value: Number, *, decimals: int, grouped: bool) -> str:
    """Write a number: `1,234.50`.

    Args:
        value: To be shown.
        decimals: How many to show, so that those of a column stand below each other.
        grouped: With commas between thousands.
    """
    comma = "," if grouped else ""
    if isinstance(value, int):
        return f"{int(value):{comma}}" + ("." + "0" * decimals if decimals else "")
    if not _is_moderate(value):
        return str(value)
    return f"{value:z{comma}.{decimals}f}"


def is_finite(value: Number) -> bool:
    """Tell whether a number is neither NaN nor infinite."""
    # For math.isfinite an int may be too large and a Decimal a signalling NaN.
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) or value.is_finite()


def _is_moderate(value: float | Decimal) -> bool:
    return is_finite(value) and -_HUGE < value < _HUGE
