"""Pages in `docs/` are what their generators print, and nothing that is typed goes without help and an example."""

import re
import shlex
from pathlib import Path

import click
import pytest

from runner.cli.group import COMMANDS, main
from runner.cli.recipe_reference import write_page
from runner.cli.reference import EXAMPLES, walk_commands, write_reference
from runner.cli.session import Session

ROOT = Path(__file__).parents[1]


def every_command() -> dict[str, click.Context]:
    return {ctx.command_path: ctx for ctx in walk_commands(click.Context(main, info_name="recipes"))}


def test_the_page_is_what_the_generator_prints() -> None:
    """Mend it with `python -m runner.cli.reference > docs/cli.md`."""
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == write_reference()


def test_the_page_of_recipes_is_what_its_generator_prints() -> None:
    """Mend it with `python -m runner.cli.recipe_reference > docs/recipes.md`."""
    assert (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8") == write_page(ROOT)


def test_the_page_of_recipes_has_each_of_them_once() -> None:
    ids = [f"{path.parent.name}/{path.stem.replace('_', '-')}" for path in (ROOT / "recipes").glob("*/[a-z]*.py")]
    page = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^- \[`(\S+)`\]\(\.\./recipes/", page, re.MULTILINE)) == sorted(ids)
    assert sorted(re.findall(r"^recipes run (\S+) --try$", page, re.MULTILINE)) == sorted(ids)


def test_the_page_has_no_row_that_says_nothing() -> None:
    assert [line for line in write_reference().splitlines() if line.endswith("|  |")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_has_an_entry_for_every_command(name: str) -> None:
    assert f"## `recipes {name}" in (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def test_every_command_has_help_and_so_has_each_of_its_options() -> None:
    contexts = every_command()
    options = [
        (path, each.name, each.help)
        for path, ctx in contexts.items()
        for each in ctx.command.params
        if isinstance(each, click.Option)
    ]
    assert [path for path, ctx in contexts.items() if not ctx.command.help] == []
    assert [(path, name) for path, name, text in options if not text] == []
    assert [name for name, line in COMMANDS.items() if not line.endswith(".")] == []


def test_every_command_has_an_example_and_nothing_else_has() -> None:
    assert sorted(EXAMPLES) == sorted(every_command())


@pytest.mark.parametrize("path, example", EXAMPLES.items())
def test_an_example_is_accepted_by_its_command(path: str, example: str, tmp_path: Path) -> None:
    names, words = path.split(), shlex.split(example)
    assert words[: len(names)] == names
    ctx = click.Context(main, info_name="recipes", obj=Session({}, tmp_path))
    for name in names[1:]:
        assert isinstance(ctx.command, click.Group)
        command = ctx.command.get_command(ctx, name)
        assert command is not None
        ctx = click.Context(command, info_name=name, parent=ctx)
    ctx.command.make_context(names[-1], words[len(names) :], parent=ctx.parent)


def test_the_readme_leads_to_the_pages() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in ("cli", "recipes", "checks") if f"](docs/{name}.md)" not in readme] == []


def test_every_test_that_the_page_on_security_names_is_there() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`([^`]*test_[^`]*)`", page)
    places = [name.partition("::") for name in named]
    missing = [
        f"{path}::{test}"
        for path, _, test in places
        if not (ROOT / path).is_file() or f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert (len(named) > 60, missing) == (True, [])


def test_every_threat_that_is_to_be_met_has_a_line_in_one_table_with_a_test() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    _, table = page.split("| threat | what is done | test |\n|---|---|---|\n")
    rows = [line.split("|")[1:4] for line in table.splitlines()]
    assert all("::test_" in tests for _, _, tests in rows)
    listed = {int(number) for threat, _, _ in rows for number in re.findall(r"T(\d+)", threat)}
    assert {1, 2, *range(4, 19), 21, 22, 26, 29, 30} <= listed
    headings = re.findall(r"^#+ .*$", page, re.MULTILINE)
    assert len(headings) == len(set(headings))
