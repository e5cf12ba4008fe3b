"""Nothing that anybody typed becomes code, ends a comment or a block, or gets another name for what the recipe uses."""

import ast
import datetime
import re
import runpy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.catalog import Rate, Recipe
from runner.errors import AskedWrongly
from runner.sharing.export.handover import customer_name, file_name
from runner.sharing.export.script import recipe_body, script_text
from tests.sharing.export.conftest import PROVENANCE, SOURCE, handover, write_recipe

BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
"""As PEP 723 reads a block."""

HOSTILE = [
    'x"; import os; os.abort() #',
    "x'''\nimport os\n'''",
    '"""\nimport os\n"""',
    "x\nimport os",
    "x\rimport os",
    "x\u2028import os",
    "# /// script\n# dependencies = ['evil']\n# ///",
    "\n# /// script\n# dependencies = ['evil']\n# ///\n",
    "\\",
    "\\\n",
    "{0} {x} %(prog)s %s %",
    "$(touch x) `touch x`",
    "\x1b]0;x\x07\u202egnp",
    "\ud800",
    "x" * 5000,
    "a word " * 300,
    "",
]


def statements(text: str) -> list[str]:
    """Return the script's statements, without the strings in them."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return [ast.dump(node) for node in tree.body]


def added(text: str) -> Iterator[dict[str, object]]:
    """Yield what each option of a parameter is made with."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "option":
            option = ast.literal_eval(node.args[0])
            if option == "--base-url":
                continue
            keywords = {each.arg or "": each.value for each in node.keywords}
            names = [name for name in keywords if name in ("default", "help")]
            shown: dict[str, object] = {name: ast.literal_eval(keywords[name]) for name in names}
            yield {"option": option, **shown}


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_stays_a_value(value: str, recipe: Recipe) -> None:
    text = script_text(handover(recipe, topic=value), PROVENANCE)
    plain = script_text(handover(recipe, topic="plain"), PROVENANCE)
    [topic] = [each for each in added(text) if each["option"] == "--topic"]
    assert topic["default"] == value
    assert statements(text) == statements(plain)
    assert len(BLOCK.findall(text)) == 1
    assert max(map(len, text.split("\n"))) <= 120


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(value=st.text())
def test_any_text_stays_a_value(value: str, recipe: Recipe) -> None:
    text = script_text(handover(recipe, topic=value), PROVENANCE)
    [topic] = [each for each in added(text) if each["option"] == "--topic"]
    assert topic["default"] == value
    assert len(BLOCK.findall(text)) == 1


@pytest.mark.parametrize("hostile", [each for each in HOSTILE if each.strip() and len(each) < 100])
def test_hostile_names_stay_in_their_comments_and_literals(hostile: str, recipe: Recipe) -> None:
    plain = script_text(handover(recipe, topic="t", help_text="h"), PROVENANCE)
    customer = customer_name(hostile)
    provenance = replace(PROVENANCE, repository=hostile, verified=hostile)
    text = script_text(handover(recipe, topic="t", customer=customer, title=hostile, help_text=hostile), provenance)
    assert statements(text) == statements(plain)
    assert len(BLOCK.findall(text)) == 1
    assert re.fullmatch(r"things(-[a-z0-9-]+)?\.py", file_name(handover(recipe, customer=customer), "script"))


def test_a_hostile_help_neither_ends_a_literal_nor_is_read_as_a_format(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, SOURCE.replace("What about.", 'What "about" %(prog)s 100 % \\\\ {x}.'))
    text = script_text(handover(recipe, topic="t"), PROVENANCE)
    [topic] = [each for each in added(text) if each["option"] == "--topic"]
    assert str(topic["help"]) % {"prog": "?"} == 'What "about" %(prog)s 100 % \\ {x}.  [default: t]'


def test_the_recipe_stands_unchanged_below_its_requirements(recipe: Recipe) -> None:
    text = script_text(handover(recipe, topic="t", customer="Acme News"), PROVENANCE)
    lines = text.split("\n")
    assert lines[:6] == [
        "# /// script",
        '# requires-python = ">=3.11"',
        '# dependencies = ["httpx>=0.28"]',
        "# ///",
        "",
        "# For Acme News.",
    ]
    assert recipe_body(recipe).rstrip("\n") in text
    assert "tool.recipe-runner" not in text
    assert ast.get_docstring(ast.parse(text)) == "Which things are there?"
    assert text.index("def main(") < text.index("def _run(") < text.index("class _Api")
    assert [line for line in text[: text.index('"""Which')].split("\n") if not line.startswith("#")] == ["", ""]


def test_only_what_the_recipe_needs_is_there(recipe: Recipe, tmp_path: Path) -> None:
    text = script_text(handover(recipe, topic="t"), PROVENANCE)
    assert 'signed.headers["X-Key"] = self.key' in text
    for needless in ("asyncio", "urllib.parse", "Authorization", "posts", "threading", "_write_record", "rates"):
        assert needless not in text
    threads = write_recipe(tmp_path, SOURCE.replace("import httpx", "import threading\n\nimport httpx"))
    assert "with self.lock" in script_text(handover(threads, rates=(Rate(5, 1.0),), topic="t"), PROVENANCE)


def test_a_required_value_that_was_not_given_stays_required(recipe: Recipe) -> None:
    text = script_text(handover(recipe), PROVENANCE)
    assert "required=True" in text


@pytest.mark.parametrize("imported", ["from httpx import Client", "import httpx as hx\nfrom httpx import Client"])
def test_httpx_is_imported_where_the_recipe_has_it_by_another_name(imported: str, tmp_path: Path) -> None:
    source = SOURCE.replace("import httpx", imported).replace("httpx.Client", "Client")
    text = script_text(handover(write_recipe(tmp_path, source), topic="t"), PROVENANCE)
    assert "\nimport httpx  # noqa: E402" in text
    compile(text, "script", "exec")


def test_a_name_of_the_recipe_is_never_taken_from_it(tmp_path: Path) -> None:
    code = """
from datetime import time
from time import sleep

csv = json = os = sys = io = contextlib = getpass = math = re = pathlib = _Api = "mine"


def _run() -> None: ...
def _plain() -> str:
    return f"{json} {sys} {_json}"
_json = time(1)
"""
    text = script_text(handover(write_recipe(tmp_path, SOURCE + code), topic="csv sys json"), PROVENANCE)
    names = runpy.run_path(str(written(tmp_path, text)), run_name="__main_of_another__")
    kept = ("csv", "json", "os", "sys", "io", "contextlib", "getpass", "math", "re", "pathlib", "_Api")
    assert ({names[name] for name in kept}, names["time"]) == ({"mine"}, datetime.time)
    assert names["_plain"]() == "mine mine 01:00:00"
    assert "import json as __json\n" in text
    assert 'default="csv sys json"' in text


def test_a_name_within_a_function_leaves_ours_and_one_of_any_other_place_does_not(tmp_path: Path) -> None:
    code = """

def _inner() -> None:
    json = 1


try:
    import tomllib as sys
except ImportError as _plain:
    pass
"""
    text = script_text(handover(write_recipe(tmp_path, SOURCE + code), topic="t"), PROVENANCE)
    assert {"    import json", "    import sys as _sys"} < {*text.splitlines()}


def written(folder: Path, text: str) -> Path:
    path = folder / "script.py"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "code, message",
    [
        ("argparse = 1", "echo/things has the name argparse, which exported scripts keep for themselves."),
        ("def email() -> None: ...", "echo/things has the name email, which exported scripts keep for themselves."),
        ('if __name__ == "__main__":\n    main()', "echo/things does something of its own when it is run as a script"),
    ],
)
def test_a_recipe_that_would_get_into_the_way_is_refused(code: str, message: str, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, f"{SOURCE}\n\n{code}\n")
    with pytest.raises(AskedWrongly, match=re.escape(message)):
        script_text(handover(recipe, topic="t"), PROVENANCE)
