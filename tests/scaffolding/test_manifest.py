from pathlib import Path
from typing import Any

import pytest

from runner.errors import BrokenSource
from runner.scaffolding.manifest import read_template

QUESTION = 'title = "A test"\n[questions.path]\ntype = "str"\nhelp = "A path"\n'
INT = QUESTION.replace("str", "int")


@pytest.mark.parametrize(
    "manifest, line, problem",
    [
        ('titel = "x"\n', 1, "unknown key 'titel'"),
        ("help = 'x'\n", 1, "title is missing"),
        ("title = 'a'\nhooks = ['rm']\n", 2, "unknown key 'hooks'"),
        ('title = """a\nb"""\n', 1, "title must be one line"),
        ("title = \n", 1, "this is no TOML"),
        (f"{QUESTION}validator = 1\n", 5, "unknown key 'validator' in [questions.path]"),
        ("title = 'a'\n[questions.path]\nhelp = 'x'\n", 2, "type is missing"),
        ("title = 'a'\n[questions.path]\ntype = 'text'\nhelp = 'x'\n", 3, "type cannot be 'text'"),
        ("title = 'a'\n[questions.Path]\ntype = 'str'\nhelp = 'x'\n", 2, "'Path' names no answer"),
        ("title = 'a'\n[questions.api]\ntype = 'str'\nhelp = 'x'\n", 2, "api is known already"),
        (f"{QUESTION}[computed]\npath = '1'\n", 6, "path is known already"),
        (f"{QUESTION}choices = ['a']\n", 5, "choices mean nothing for str"),
        (f"{QUESTION}default = 3\n", 5, "default must be text, not 3"),
        (f"{QUESTION}default = 'abc'\nmax = 2\n", 5, "default must have at most 2 characters, not 3"),
        (f"{QUESTION}default = 'abc'\npattern = '[0-9]+'\n", 5, "default must match [0-9]+, not 'abc'"),
        (f"{QUESTION}pattern = '('\n", 5, "pattern is no regular expression"),
        (f"{QUESTION}min = -1\n", 5, "min is a count of at most 4000"),
        (f"{QUESTION}defaults = {{echo = 3}}\n", 5, "defaults must be text, not 3"),
        (f"{INT}default = '1'\n", 5, "default must be a whole number, not '1'"),
        ('title = "a"\n[questions.n]\ntype = "bool"\nhelp = "x"\nmin = 1\n', 5, "min means nothing here"),
        ('title = "a"\n[questions.n]\ntype = "choice"\nhelp = "x"\n', 2, "choices are missing"),
        (f"{INT}pattern = 'x'\n", 5, "pattern is for text only"),
        ('title = "a"\n[files]\n"x.md.jinja" = "x.md"\n', 3, "there is no file x.md.jinja"),
        ('title = "a"\n[files]\n"../x.md.jinja" = "x.md"\n', 3, "../x.md.jinja leads out of the folder"),
        ('title = "a"\n[files]\n"/x.md.jinja" = "x.md"\n', 3, "/x.md.jinja leads out of the folder"),
        ('title = "a"\n[files]\n"nul.jinja" = "x.md"\n', 3, "nul.jinja is a device on Windows"),
        ('title = "a"\n[files]\n"x.md" = "x.md"\n', 3, "x.md does not end with .jinja"),
        ('title = "a"\n[files]\n"recipe.py.jinja" = "x.py"\n', 3, "recipe.py.jinja always makes the recipe"),
    ],
)  # fmt: skip
def test_a_bad_manifest_is_refused_with_file_and_line(workshop: Any, manifest: str, line: int, problem: str) -> None:
    with pytest.raises(BrokenSource) as caught:
        workshop.read("", manifest)
    assert str(caught.value).startswith(f"{workshop.root / 'plain' / 'template.toml'}:{line}: {problem}")
    assert caught.value.hint


def test_a_template_without_a_recipe_is_refused(workshop: Any) -> None:
    folder = workshop.write()
    (folder / "recipe.py.jinja").unlink()
    with pytest.raises(BrokenSource, match=r"recipe\.py\.jinja:1: there is no file recipe\.py\.jinja"):
        read_template(folder)


def test_a_file_that_is_not_listed_is_refused(workshop: Any) -> None:
    with pytest.raises(BrokenSource, match=r"template\.toml:1: more\.md\.jinja is not listed"):
        workshop.read(more__md="x")


def test_what_a_file_manager_leaves_is_no_part_of_a_template(workshop: Any) -> None:
    folder = workshop.write()
    (folder / ".DS_Store").write_bytes(b"\0")
    assert read_template(folder).files == {}


def test_a_link_in_a_template_is_refused(workshop: Any, tmp_path: Path) -> None:
    folder = workshop.write()
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    (folder / "more.md.jinja").symlink_to(tmp_path / "secret")
    with pytest.raises(BrokenSource, match="a template holds no links"):
        read_template(folder)


def test_a_folder_of_another_name_is_no_template(workshop: Any) -> None:
    folder = workshop.write()
    with pytest.raises(BrokenSource, match="the folder name 'Plain One' names no template"):
        read_template(folder.rename(folder.with_name("Plain One")))
