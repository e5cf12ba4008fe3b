"""The page that builds a recipe in front of the reader: every command on it prints what it shows."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "how-to-write-a-recipe.md").read_text(encoding="utf-8")
RECIPE = Path("recipes", "newswhip", "talked_about.py")


def test_whoever_types_along_sees_what_the_page_shows(in_terminal: Callable[..., Any], tmp_path: Path) -> None:
    """One test, as each step builds on those before; screens are 100 columns wide."""
    folder = tmp_path / "our-recipes"
    folder.mkdir()
    commands = 0
    for kind, text in re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL):
        if kind == "toml":
            (folder / "recipes.toml").write_text(text.partition("\n")[2], encoding="utf-8")
        elif kind == "python":
            (folder / RECIPE).write_text(text, encoding="utf-8")
        else:
            command, _, output = text.removeprefix("$ ").partition("\n")
            screen = in_terminal(*shlex.split(command)[1:], cwd=folder, columns=100)
            shown = screen.text.replace(f"{folder}/", "").replace(str(folder), "our-recipes")
            assert (command, without_chance(shown)) == (command, without_chance(output))
            assert (screen.exit_code == 0) is not ("Error" in output or "R201" in output)
            commands += 1
    assert commands >= 10
    assert (folder / "talked-about-acme-news.py").is_file()


def without_chance(text: str) -> str:
    """Make alike what differs from one day to the next: seconds, days of recording, how many recipes there are."""
    text = re.sub(r"\d+\.\d s$", "0.0 s", text, flags=re.MULTILINE)
    return re.sub(r"\bof \d+ recipes\b", "of 9 recipes", re.sub(r"\bon \d{4}-\d{2}-\d{2}\b", "on 2026-01-01", text))


def test_the_readme_leads_to_the_page() -> None:
    assert "](docs/how-to-write-a-recipe.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
