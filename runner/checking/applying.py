"""Applying rules: each finds places in what it is for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from runner.checking.finding import Finding, Severity, Spot

Subject = TypeVar("Subject")
Find = Callable[[Subject], Iterator[Spot]]


def apply_rules(rules: Mapping[str, Find[Subject]], subject: Subject) -> Iterator[Finding]:
    """Yield what each rule finds, with its code and severity."""
    for code, find in rules.items():
        for spot in find(subject):
            yield Finding(code, spot.path, spot.line, spot.problem, spot.fix, _severity(code))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by file, line and code."""
    return tuple(sorted(findings, key=lambda each: (str(each.path), each.line, each.code)))


def _severity(code: str) -> Severity:
    from runner.checking.rules import read_rules  # the table is long, and mostly nothing is found

    return read_rules()[code].severity
