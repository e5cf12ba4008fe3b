"""`recipes explain`."""

from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from runner.checking.rules import Rule, find_rule, read_rules

WIDTH = 88


def complete_code(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the codes that begin like this, each with its title."""
    from runner.cli.completing import item

    return [item(code, rule.title) for code, rule in read_rules().items() if code.startswith(incomplete.upper())]


@click.command("explain")
@click.argument("code", required=False, shell_complete=complete_code)
def command(code: str | None) -> None:
    """Say what the rule CODE of `recipes check` asks for, and why; without one, list all rules."""
    if code is None:
        click.echo("\n".join(_contents()))
    else:
        click.echo("\n".join(_lines(find_rule(code))))


def _contents() -> Iterator[str]:
    rules = read_rules().values()
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        yield f"{rule.code}  {rule.name:<{width}}  {rule.title}"
    yield ""
    yield "Read one  recipes explain R101"


def _lines(rule: Rule) -> Iterator[str]:
    import textwrap

    kind = "  (a note: it fails no check)" if rule.severity == "note" else ""
    yield f"{rule.code}  {rule.name}{kind}"
    yield f"{rule.title}."
    yield ""
    yield textwrap.fill(rule.reason, WIDTH, break_on_hyphens=False, break_long_words=False)
    for heading, example in (("Instead of", rule.bad), ("Write", rule.good)):
        yield f"\n{heading}\n"
        yield textwrap.indent(example.strip("\n"), "    ")
