import pytest

from runner.sharing.repositories.declared import is_declared, is_in_place


@pytest.mark.parametrize(
    "path",
    [
        *("recipes.toml", "README.md", "LICENSE", "LICENSE.txt", "LICENSE-MIT", "recipes/echo/api.toml"),
        *("recipes/echo/top_stories.py", "recipes/echo/top_stories.lock", "recipes/echo/sandbox/__init__.py"),
        *("recipes/echo/sandbox/data/x.json", "cassettes/echo/top-stories/default.yaml", "templates/recipe/a/x.py"),
    ],
)
def test_what_the_runner_reads_is_declared(path: str) -> None:
    assert is_declared(path, ["recipes/echo/sandbox/"])
    assert is_in_place(path)


@pytest.mark.parametrize(
    "path",
    [
        *("AGENTS.md", "CLAUDE.md", ".cursorrules", ".cursor/rules/x.md", ".github/workflows/x.yml", "Makefile"),
        *(".vscode/settings.json", ".envrc", "mise.toml", "conftest.py", "tests/test_x.py", "setup.py", "x.pth"),
        *("recipes/conftest.py", "recipes/echo/conftest.py", "recipes/echo/notes.txt", "recipes/echo/x.pth"),
        *("recipes/echo/_draft.py", "recipes/_echo/x.py", "recipes/echo/deeper/x.py", "recipes/echo/AGENTS.md"),
        *("recipes/echo/sandbox/AGENTS.md", "recipes/echo/sandbox/.envrc", "recipes/echo/sandbox/__pycache__/x.pyc"),
        *("cassettes/CLAUDE.md", "cassettes/.envrc", "templates/recipe/a/Makefile", "templates/export/x.py"),
        *("recipes/echo/other/__init__.py", "recipes/echo/sitecustomize.py", "docs/x.md"),
    ],
)
def test_t27_instructions_hooks_and_tests_are_not(path: str) -> None:
    assert not is_declared(path, ["recipes/echo/sandbox/"])


@pytest.mark.parametrize(
    "path, is_there", [("recipes", True), ("templates", True), ("cassettes/x", True), ("docs/x", False), ("cas", False)]
)
def test_a_place_and_all_in_it_is_looked_at(path: str, *, is_there: bool) -> None:
    assert is_in_place(path) is is_there
