"""Write `docs/checks.md` from the table of rules: `python -m runner.cli.rule_reference > docs/checks.md`."""

from collections.abc import Iterator

import click

from runner.checking.rules import Rule, read_rules

HEAD = """\
# What `recipes check` finds

<!-- Written by `python -m runner.cli.rule_reference > docs/checks.md`; edit runner/checking/rules.toml instead. -->

Nothing of a recipe runs. A finding makes the command end with 3, a note does not. Codes and names stay what they are: a
rule may go, and its code is not used again. `recipes explain CODE` prints one of these entries.
"""
PARTS = {
    "R0": "Files and their blocks",
    "R1": "Code",
    "R2": "Cases",
}
"""The heading of each group, by how its codes begin."""


def write_page() -> str:
    """Return the page: a list of all rules, then each with its reason and examples."""
    rules = read_rules().values()
    listed = [f"- [{rule.code}](#{_anchor(rule)}) {rule.title}\n" for rule in rules]
    parts = [HEAD, "".join(listed)]
    for start, heading in PARTS.items():
        parts.append(f"## {heading}\n")
        parts += [part for rule in rules if rule.code.startswith(start) for part in _entry(rule)]
    return "\n".join(parts)


def _entry(rule: Rule) -> Iterator[str]:
    import textwrap

    yield f"### {rule.code} {rule.name}\n"
    note = " This is a note." if rule.severity == "note" else ""
    yield textwrap.fill(f"{rule.title}.{note}", 120) + "\n"
    yield textwrap.fill(rule.reason, 120, break_on_hyphens=False, break_long_words=False) + "\n"
    for heading, example in (("Instead of", rule.bad), ("write", rule.good)):
        yield f"{heading}\n\n```text\n{example.strip(chr(10))}\n```\n"


def _anchor(rule: Rule) -> str:
    return f"{rule.code} {rule.name}".lower().replace(" ", "-")


if __name__ == "__main__":
    click.echo(write_page(), nl=False)
