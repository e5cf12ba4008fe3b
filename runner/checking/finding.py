"""What a check finds, and where."""

from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from runner.errors import BrokenSource

Severity: TypeAlias = Literal["finding", "note"]


class Spot(NamedTuple):
    """A place that breaks a rule.

    Attributes:
        path: The file.
        line: From 1.
        problem: What is wrong there: one sentence without a full stop.
        fix: What to do instead.
    """

    path: Path
    line: int
    problem: str
    fix: str


class Finding(NamedTuple):
    """A place that breaks the rule of a code.

    Attributes:
        code: Of the rule: `R101`.
        path: The file, absolute.
        line: From 1.
        problem: What is wrong there: one sentence without a full stop.
        fix: What to do instead.
        severity: A `note` is worth knowing and fails no check.
    """

    code: str
    path: Path
    line: int
    problem: str
    fix: str
    severity: Severity


def spot_of(error: BrokenSource) -> Spot:
    """Return the place that a reader refused."""
    return Spot(error.path, error.line, error.problem, error.hint)
