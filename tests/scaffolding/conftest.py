from dataclasses import dataclass
from pathlib import Path

import pytest

from runner.scaffolding.answers import settle_answers
from runner.scaffolding.draft import Draft
from runner.scaffolding.manifest import Template, read_template
from runner.scaffolding.naming import Target
from runner.scaffolding.rendering import draft_from_template

TARGET = Target("echo", "new-things", "Echo", "echo")
TITLE = 'title = "A test"\n'


@dataclass(frozen=True)
class Workshop:
    """A folder of templates."""

    root: Path

    def write(self, recipe: str = "", manifest: str = TITLE, **others: str) -> Path:
        """Write the template `plain`; `others` are files `NAME.jinja` with dots written as `__`."""
        folder = self.root / "plain"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "template.toml").write_text(manifest, encoding="utf-8")
        (folder / "recipe.py.jinja").write_text(recipe, encoding="utf-8")
        for name, text in others.items():
            (folder / f"{name.replace('__', '.')}.jinja").write_text(text, encoding="utf-8")
        return folder

    def read(self, recipe: str = "", manifest: str = TITLE, **others: str) -> Template:
        return read_template(self.write(recipe, manifest, **others))

    def draft(
        self, recipe: str = "", manifest: str = TITLE, answers: dict[str, str] | None = None, **others: str
    ) -> Draft:
        template = self.read(recipe, manifest, **others)
        words = {name: [text] for name, text in (answers or {}).items()}
        return draft_from_template(template, TARGET, settle_answers(template, TARGET, words=words, file={}, ask=None))

    def recipe(self, recipe: str = "", manifest: str = TITLE, answers: dict[str, str] | None = None) -> str:
        return self.draft(recipe, manifest, answers).files["recipes/echo/new_things.py"]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "templates" / "recipe")


@pytest.fixture(scope="module")
def shared_workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The same for properties, which are tried many times in one test."""
    return Workshop(tmp_path_factory.mktemp("shared") / "templates" / "recipe")
