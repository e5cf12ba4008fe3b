"""The templates that come along: what they make passes every check, the linter and the formatter, as it stands."""

import subprocess
import sys
from pathlib import Path

import pytest

import runner
from runner.catalog import catalog_root, read_repository
from runner.errors import BadValues
from runner.scaffolding.answers import settle_answers
from runner.scaffolding.draft import Draft
from runner.scaffolding.manifest import Template
from runner.scaffolding.naming import Target
from runner.scaffolding.rendering import draft_from_template
from runner.scaffolding.templates import find_template, find_templates
from runner.scaffolding.writing import check_draft, write_draft

CATALOG = read_repository(catalog_root(Path(runner.__file__).parent), alias="catalog")
NAMES = ("alert", "blank", "enrich", "list", "report", "windows")
NEWSWHIP = Target("newswhip", "new-things", "NewsWhip", "newswhip")
OTHER = Target("acme-search", "new-things", "Acme", "acme_search")
OTHER_ANSWERS = {
    "path": ["/search"],
    "items": ["result.hits"],
    "columns": ["name", "score=meta.score", "id"],
    "amount": ["meta.score"],
    "fixed": ["deep=true", "max=10", "sort=by name"],
    "question": ['Which "hits" are there, it\'s said?'],
    "about": ['For somebody who writes """ and \\ in prose. ' * 4],
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    for name in ("newswhip", "slack", "acme_search"):
        (root / "recipes" / name).mkdir(parents=True)
        text = f'title = "{name}"\nbase-url = "https://{name.replace("_", "-")}.example"\nread-posts = ["/search"]\n'
        (root / "recipes" / name / "api.toml").write_text(text, encoding="utf-8")
    (root / "recipes.toml").write_text('name = "team"\ntitle = "Team"\n', encoding="utf-8")
    return root


def made(template: Template, target: Target, **words: list[str]) -> Draft:
    known = {question.name for question in template.questions}
    given = {name: each for name, each in words.items() if name in known}
    return draft_from_template(template, target, settle_answers(template, target, words=given, file={}, ask=None))


def ruff(*words: str, root: Path) -> str:
    config = Path(__file__).parents[2] / "pyproject.toml"
    command = [
        sys.executable,
        "-m",
        "ruff",
        *words,
        "--config",
        str(config),
        "--ignore",
        "D417",
        "--no-cache",
        "recipes",
    ]
    if words[0] == "format":
        command.remove("--ignore")
        command.remove("D417")
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return answer.stdout if answer.returncode else ""


def test_these_templates_come_along() -> None:
    shelved, broken = find_templates([CATALOG])
    assert (sorted(each.template.name for each in shelved), broken) == (sorted(NAMES), [])
    assert all(each.template.help.strip() and each.template.title for each in shelved)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_makes_a_recipe_that_passes_every_check(name: str, root: Path) -> None:
    draft = made(find_template([CATALOG], name).template, NEWSWHIP)
    assert check_draft(root, draft) == []
    write_draft(root, draft, force=False)
    assert (ruff("check", root=root), ruff("format", "--diff", root=root)) == ("", "")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", NAMES)
def test_a_template_fits_other_apis_too(name: str, method: str, root: Path) -> None:
    draft = made(find_template([CATALOG], name).template, OTHER, method=[method], **OTHER_ANSWERS)
    assert check_draft(root, draft) == []
    write_draft(root, draft, force=False)
    assert (ruff("check", "--ignore", "D301", root=root), ruff("format", "--diff", root=root)) == ("", "")


@pytest.mark.parametrize("moment", ["iso", "seconds", "milliseconds"])
def test_slices_are_asked_for_as_the_api_writes_moments(moment: str, root: Path) -> None:
    template = find_template([CATALOG], "windows").template
    draft = made(template, OTHER, moment=[moment], **OTHER_ANSWERS)
    assert check_draft(root, draft) == []
    write_draft(root, draft, force=False)
    assert ruff("format", "--diff", root=root) == ""


@pytest.mark.parametrize("name", NAMES)
def test_the_code_of_a_template_is_short_enough_to_be_read(name: str) -> None:
    [text] = made(find_template([CATALOG], name).template, NEWSWHIP).files.values()
    assert len([line for line in text.split('"""', 2)[2].splitlines() if line.strip()]) <= 95


@pytest.mark.parametrize("name", ["blank", "enrich", "list", "windows"])
def test_columns_with_a_comma_between_them_are_not_taken_for_one(name: str) -> None:
    with pytest.raises(BadValues, match="-P columns must match"):
        made(find_template([CATALOG], name).template, OTHER, **OTHER_ANSWERS | {"columns": ["name,id"]})
