"""A template: a folder with `template.toml`, `recipe.py.jinja`, and what else it makes. Read, never run."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from runner.catalog.ids import ID_PART
from runner.catalog.tables import Table, read_table
from runner.catalog.wording import quoted
from runner.errors import BrokenSource
from runner.scaffolding.paths import check_path
from runner.scaffolding.questions import GIVEN, Question, check_name, one_line, read_question

MANIFEST: Final = "template.toml"
RECIPE: Final = "recipe.py.jinja"
ENDING: Final = ".jinja"
_KEYS: Final = ("title", "help", "questions", "computed", "files")


class Template(NamedTuple):
    """What `recipes new` can start from.

    Attributes:
        folder: Where it lies.
        title: What it makes, in one line.
        help: For whom it is, and what it shows; may be empty.
        questions: In the order in which they are asked.
        computed: Expressions by name, in their order.
        files: Where each file but the recipe goes, as an expression in text, by its path below the folder.
        table: Of `template.toml`, for the lines of errors.
    """

    folder: Path
    title: str
    help: str
    questions: tuple[Question, ...]
    computed: Mapping[str, str]
    files: Mapping[str, str]
    table: Table

    @property
    def name(self) -> str:
        """What to type for it."""
        return self.folder.name

    @property
    def path(self) -> Path:
        """Its `template.toml`."""
        return self.folder / MANIFEST


def read_template(folder: Path) -> Template:
    """Read the template in a folder.

    Raises:
        BrokenSource: It breaks a rule.
    """
    path = folder / MANIFEST
    if not ID_PART.fullmatch(folder.name):
        problem = f"the folder name {quoted(folder.name)} names no template"
        raise BrokenSource(path, 1, problem, hint="use lower-case letters, digits and hyphens")
    table = read_table(path)
    table.allow(*_KEYS)
    table.require("title")
    questions = tuple(read_question(name, each) for name, each in table.table("questions").tables())
    computed, files = table.table("computed"), table.table("files")
    names = [*GIVEN, *(each.name for each in questions)]
    for name in computed.values:
        check_name(computed, name, names)
    template = Template(
        folder,
        title=one_line(table, "title"),
        help=table.text("help"),
        questions=questions,
        computed={name: computed.text(name) for name in computed.values},
        files={name: files.text(name) for name in files.values},
        table=table,
    )
    _check_files(template)
    return template


def _check_files(template: Template) -> None:
    """Refuse a listed file that is not there or lies elsewhere, and one that is there and not listed."""
    table = template.table.table("files")
    for name in (RECIPE, *template.files):
        if name == RECIPE and name in template.files:
            raise table.broken(name, "always makes the recipe", "remove it")
        _check_file(template, table, name)
    for path in sorted(template.folder.rglob("*")):
        name = path.relative_to(template.folder).as_posix()
        if path.is_symlink():
            raise BrokenSource(path, 1, "a template holds no links", hint="put the file itself here")
        if path.is_file() and path.name[0] != "." and name not in (MANIFEST, RECIPE, *template.files):
            problem = f"{name} is not listed, so nothing would become of it"
            raise BrokenSource(template.path, table.line(), problem, hint=f'add "{name}" = "..." to [files]')


def _check_file(template: Template, table: Table, name: str) -> None:
    try:
        check_path(name)
    except ValueError as error:
        raise table.broken(name, str(error), "write a path below the template") from None
    if not name.endswith(ENDING):
        hint = f"rename it to {PurePosixPath(name).name}{ENDING}"
        raise table.broken(name, f"does not end with {ENDING}", hint)
    path = template.folder / name
    if path.is_symlink() or not path.is_file():
        where, line = (path, 1) if name == RECIPE else (template.path, table.line(name))
        raise BrokenSource(where, line, f"there is no file {name}", hint=f"write {path}")
