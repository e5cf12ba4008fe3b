"""Bounds of a parameter: of a number or a day itself, of a text's length, of a list's count."""

from typing import Any

from runner.catalog.model import Kind, Parameter, Value
from runner.catalog.wording import quoted


class MisfitError(ValueError):
    """A value does not fit its parameter.

    Attributes:
        reason: The rest of a sentence that begins with the parameter: `must be a whole number, not 'x'`.
        instead: A value that would fit, as typed; may be empty.
    """

    def __init__(self, reason: str, instead: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.instead = instead


def counts(kind: Kind) -> bool:
    """Tell whether bounds count something, characters or values of a list, rather than compare the value."""
    return kind.many or kind.base == "str"


def has_bounds(kind: Kind) -> bool:
    """Tell whether `min` and `max` mean anything for a kind."""
    return kind.many or (kind.base not in ("bool", "path") and not kind.choices)


def fit_bounds(parameter: Parameter, value: Value) -> None:
    """Refuse a value of the right kind that is too small or too large; both ends are allowed.

    Raises:
        MisfitError: It is outside.
    """
    if value is None:
        return
    measured: Any = value
    if counts(parameter.kind):
        measured = len(measured)
    if parameter.min is not None and measured < parameter.min:
        raise _outside(parameter, "at least", parameter.min, measured)
    if parameter.max is not None and measured > parameter.max:
        raise _outside(parameter, "at most", parameter.max, measured)


def describe_range(parameter: Parameter) -> str:
    """Show both bounds as `1..168`, `from 1`, `up to 168`, or as `""` where there are none."""
    low, high = (None if bound is None else quoted(bound) for bound in (parameter.min, parameter.max))
    if low is not None and high is not None:
        return f"{low}..{high}"
    return f"from {low}" if low is not None else f"up to {high}" if high is not None else ""


def _outside(parameter: Parameter, side: str, bound: Any, measured: Any) -> MisfitError:
    if not counts(parameter.kind):
        return MisfitError(f"must be {side} {quoted(bound)}, not {quoted(measured)}", quoted(bound))
    noun = "value" if parameter.kind.many else "character"
    plural = "" if bound == 1 else "s"
    return MisfitError(f"must have {side} {bound} {noun}{plural}, not {measured}")
