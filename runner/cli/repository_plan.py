"""What an update would change, as text in which nothing steers a terminal: hidden text would defeat a review."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from runner.cli.repositories import state_of
from runner.output.text import safe_text
from runner.sharing.repositories.locked import Locked
from runner.sharing.repositories.plan import Plan

NEVER: Mapping[str, datetime] = MappingProxyType({})
_LONGEST_DIFF = 400_000
"""Characters; nobody reads more."""


def plan_text(
    before: Locked,
    after: Locked,
    plan: Plan,
    orphans: Mapping[str, Sequence[str]],
    approved: Mapping[str, datetime] = NEVER,
) -> str:
    """Return the plan.

    Args:
        before: What is locked.
        after: What would be.
        plan: The difference.
        orphans: The examples that were made from recipes which would be gone, by the ids of those.
        approved: When recipes were approved last, by their ids; from that state of theirs the diff begins.
    """
    lines = [f"{before.alias}: {state_of(before)} -> {state_of(after)}", *_recipes(plan, orphans)]
    if plan.grants:
        lines += ["New", *(f"  {each}" for each in plan.grants)]
    if plan.is_same:
        lines.append("  Its files are the same.")
    else:
        nothing = [] if plan.diff else ["  Nothing in it is new to you."]
        lines += ["Diff", *_origins(approved), *nothing]
    diff = plan.diff.expandtabs(4)
    if len(diff) > _LONGEST_DIFF:
        diff = f"{diff[:_LONGEST_DIFF]}\n... and {len(diff) - _LONGEST_DIFF:,} characters more\n"
    text = "\n".join(safe_text(line) for line in lines)
    return f"{text}\n\n{safe_text(diff, keep=chr(10))}" if diff else f"{text}\n"


def _origins(approved: Mapping[str, datetime]) -> Iterator[str]:
    """Say from which state the diff begins."""
    for name, when in approved.items():
        yield f"  from what you approved of {name} on {when:%Y-%m-%d}"
    yield "  from what is locked, for all else" if approved else "  from what is locked, as you approved nothing of it"


def _recipes(plan: Plan, orphans: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for what, names in (("added", plan.added), ("removed", plan.removed), ("changed", plan.changed)):
        for name in names:
            yield f"  {what:<8} {name}{_made_from(name, orphans)}"
    for old, new in plan.renamed:
        yield f"  renamed  {old} -> {new}{_made_from(old, orphans)}"


def _made_from(name: str, orphans: Mapping[str, Sequence[str]]) -> str:
    made = orphans.get(name, ())
    return f"   ({', '.join(made)} {'is' if len(made) == 1 else 'are'} made from it)" if made else ""
