"""The published table of rules, `rules.toml`: codes and names are stable, and each code has one function."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from runner.checking.finding import Severity
from runner.errors import NotFound


@dataclass(frozen=True, slots=True)
class Rule:
    """What one rule asks for.

    Attributes:
        code: `R101`: R0 is for files and their blocks, R1 for the code, R2 for cases.
        name: In words, for people: `print`.
        title: What is wrong, as one sentence without a full stop.
        reason: Why that matters; one paragraph of Markdown.
        bad: Lines that break the rule.
        good: The same lines, mended.
        severity: A `note` fails no check.
    """

    code: str
    name: str
    title: str
    reason: str
    bad: str
    good: str
    severity: Severity


@cache
def read_rules() -> Mapping[str, Rule]:
    """Return every rule by its code, in the order of the codes."""
    text = Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
    return {code: _rule(code, entry) for code, entry in tomllib.loads(text).items()}


def find_rule(name: str) -> Rule:
    """Find a rule by its code in small or capital letters, or by its name.

    Raises:
        NotFound: There is none.
    """
    rules = read_rules()
    by_name = {rule.name: rule for rule in rules.values()}
    found = rules.get(name.upper()) or by_name.get(name.lower())
    if found is None:
        known = [*rules, *by_name]
        typed = name.upper() if name[1:].isdigit() else name
        raise NotFound("rule", typed, known, command="recipes explain", fallback="recipes explain")
    return found


def _rule(code: str, entry: Mapping[str, str]) -> Rule:
    severity: Severity = "note" if entry.get("severity") == "note" else "finding"
    reason = " ".join(entry["reason"].split())
    return Rule(code, entry["name"], entry["title"], reason, entry["bad"], entry["good"], severity)
