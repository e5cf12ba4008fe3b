"""What an update would change, as text in which nothing steers a terminal: hidden text would defeat a review."""

from collections.abc import Iterator, Mapping, Sequence

from runner.cli.repositories import state_of
from runner.output.text import safe_text
from runner.sharing.repositories.locked import Locked
from runner.sharing.repositories.plan import Plan

_LONGEST_DIFF = 400_000
"""Characters; nobody reads more."""


def plan_text(before: Locked, after: Locked, plan: Plan, orphans: Mapping[str, Sequence[str]]) -> str:
    """Return the plan.

    Args:
        before: What is locked.
        after: What would be.
        plan: The difference.
        orphans: The examples that were made from recipes which would be gone, by the ids of those.
    """
    lines = [f"{before.alias}: {state_of(before)} -> {state_of(after)}", *_recipes(plan, orphans)]
    if plan.grants:
        lines += ["New", *(f"  {each}" for each in plan.grants)]
    if not plan.diff:
        lines.append("  Its files are the same.")
    diff = plan.diff.expandtabs(4)
    if len(diff) > _LONGEST_DIFF:
        diff = f"{diff[:_LONGEST_DIFF]}\n... and {len(diff) - _LONGEST_DIFF:,} characters more\n"
    text = "\n".join(safe_text(line) for line in lines)
    return f"{text}\n\n{safe_text(diff, keep=chr(10))}" if diff else f"{text}\n"


def _recipes(plan: Plan, orphans: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for what, names in (("added", plan.added), ("removed", plan.removed), ("changed", plan.changed)):
        for name in names:
            yield f"  {what:<8} {name}{_made_from(name, orphans)}"
    for old, new in plan.renamed:
        yield f"  renamed  {old} -> {new}{_made_from(old, orphans)}"


def _made_from(name: str, orphans: Mapping[str, Sequence[str]]) -> str:
    made = orphans.get(name, ())
    return f"   ({', '.join(made)} {'is' if len(made) == 1 else 'are'} made from it)" if made else ""
