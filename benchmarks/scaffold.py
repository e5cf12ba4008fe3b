"""Making a recipe from a template of four files, against programs that render projects from templates.

Each renders the same four files of the same answers. Ours also parses and checks what it made, and looks for secrets.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Command, Measured, beside_python, compare, recipes, timed

RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["bench"]
# ///
"""{question}

{about}
"""

from collections.abc import Iterator
from typing import Any

import httpx


def main(bench: httpx.Client, limit: int = {limit}) -> Iterator[dict[str, Any]]:
    """Yield one row for each thing.

    Args:
        limit: How many rows at most.
    """
    response = bench.get({path}, params={{"size": limit}})
    response.raise_for_status()
    for thing in response.json()["things"]:
        yield {{"name": thing["name"], "link": thing["link"]}}
'''
NOTES = "# {question}\n\n{about}\n\nAt most {limit} rows.\n"
ANSWERS = {"question": "What is new?", "about": "For whoever measures this.", "path": "/things", "limit": "10"}
MANIFEST = """\
title = "Four files"
[questions.question]
type = "str"
help = "The title"
default = "What is new?"
[questions.about]
type = "str"
help = "For whom"
default = "For whoever measures this."
[questions.path]
type = "str"
help = "The path"
default = "/things"
[questions.limit]
type = "int"
help = "How many"
default = 10
[files]
"one.md.jinja" = "docs/{{ name }}-one.md"
"two.md.jinja" = "docs/{{ name }}-two.md"
"three.md.jinja" = "docs/{{ name }}-three.md"
"""
NAMES = ("one", "two", "three")


def measure_scaffolds(folder: Path, rounds: int) -> Iterator[Measured]:
    """Make a recipe of four files; each time into an empty place."""
    root = write_repository(folder / "ours")
    made = [root / "recipes" / "bench" / "new_things.py", *(root / "docs" / f"new-things-{name}.md" for name in NAMES)]
    words = recipes("new", "bench/new-things", "--template", "four").words
    ours = Command(words, lambda: remove(*made))
    timed(recipes("trust", "."), root)  # a template of a repository is used only then
    jobs = [(*cookiecutter(folder / "theirs"), 0.45), (*copier(folder / "copied"), 0.25)]
    for name, theirs, goal in jobs:
        yield compare("new, four files", ours, (name, theirs), root, rounds=rounds, goal=goal)


def write_repository(root: Path) -> Path:
    """Write a repository with one API and a template of its own."""
    template = root / "templates" / "recipe" / "four"
    template.mkdir(parents=True)
    (root / "recipes" / "bench").mkdir(parents=True)
    (root / "recipes.toml").write_text('name = "bench"\ntitle = "Bench"\n', encoding="utf-8")
    api = 'title = "Bench"\nbase-url = "https://bench.example/v1"\n'
    (root / "recipes" / "bench" / "api.toml").write_text(api, encoding="utf-8")
    (template / "template.toml").write_text(MANIFEST, encoding="utf-8")
    values = {name: f"{{{{ {name} | literal }}}}" for name in ("path", "limit")}
    texts = {name: f"{{{{ {name} | docstring }}}}" for name in ("question", "about")}
    (template / "recipe.py.jinja").write_text(RECIPE.format(**values, **texts), encoding="utf-8")
    plain = {name: f"{{{{ {name} }}}}" for name in ANSWERS}
    for name in NAMES:
        (template / f"{name}.md.jinja").write_text(NOTES.format(**plain), encoding="utf-8")
    return root


def cookiecutter(folder: Path) -> tuple[str, Command]:
    """Return the command of cookiecutter, with its template."""
    inside = folder / "template" / "{{cookiecutter.name}}"
    write_files(inside, {name: f"{{{{ cookiecutter.{name} }}}}" for name in ANSWERS}, ending="")
    answers = json.dumps({"name": "new-things", **ANSWERS})
    (folder / "template" / "cookiecutter.json").write_text(answers, encoding="utf-8")
    out = folder / "out"
    words = [beside_python("cookiecutter"), "--no-input", "--output-dir", str(out), str(folder / "template")]
    return "cookiecutter", Command(words, lambda: remove(out))


def copier(folder: Path) -> tuple[str, Command]:
    """Return the command of copier, with its template."""
    write_files(folder / "template", {name: f"{{{{ {name} }}}}" for name in ANSWERS}, ending=".jinja")
    questions = "".join(f"{name}:\n  type: str\n  default: '{value}'\n" for name, value in ANSWERS.items())
    (folder / "template" / "copier.yml").write_text(questions, encoding="utf-8")
    out = folder / "out"
    words = [beside_python("copier"), "copy", "--defaults", "--quiet", str(folder / "template"), str(out)]
    return "copier", Command(words, lambda: remove(out))


def write_files(folder: Path, values: dict[str, str], *, ending: str) -> None:
    """Write the same four files as a template of a peer, which puts values in as they are."""
    folder.mkdir(parents=True)
    recipe = RECIPE.format(**values | {"path": f'"{values["path"]}"'})
    (folder / f"new_things.py{ending}").write_text(recipe, encoding="utf-8")
    for name in NAMES:
        (folder / f"{name}.md{ending}").write_text(NOTES.format(**values), encoding="utf-8")


def remove(*paths: Path) -> None:
    """Remove files and folders that an earlier round made."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
