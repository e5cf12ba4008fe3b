"""A template and its answers become files, in which no answer can do anything but stand there."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runner.catalog import read_block
from runner.errors import BrokenSource

ASKING = """\
title = "A test"
[questions.text]
type = "str"
help = "Any text"
default = "x"
"""
EVERYWHERE = '''\
# /// script
# requires-python = ">=3.11"
#
# [tool.recipe-runner]
# customer = {{ text | toml }}
# ///
"""{{ text | docstring }}

{{ text | docstring }}
"""

VALUE = {{ text | literal }}
MORE = {"a": [{{ text | literal }}], {{ text | literal }}: 1}  # {{ text | comment }}


def main(words: str = {{ text | literal }}) -> str:
    """Say {{ text | docstring }}"""
    return words + {{ text | literal }}
'''
TEXTS = st.one_of(st.text(max_size=300), st.text("\"'\\\n#/{}% \u2028\u202e\x00", max_size=60))


def is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@given(TEXTS.filter(is_encodable))
@example('"""; import os')
@example("# ///\n# /// script")
@example("PLACE_OF_VALUE_0_")
@example("{{ text }}{% raw %}")
@example("word " * 100)
def test_any_text_stands_in_a_recipe_as_the_value_it_is_and_nothing_else(shared_workshop: Any, text: str) -> None:
    made = shared_workshop.recipe(EVERYWHERE, ASKING, {"text": text})
    module = ast.parse(made)
    kinds = [type(each) for each in module.body]
    assert kinds == [ast.Expr, ast.Assign, ast.Assign, ast.FunctionDef]
    texts = [each.value for each in ast.walk(ast.Module(module.body[1:], [])) if isinstance(each, ast.Constant)]
    assert sum(each == text for each in texts) >= 5
    assert set(map(str, texts)) - {"a", "1", ast.get_docstring(module.body[3], clean=False)} == {text} - {"a", "1"}
    block = read_block(made, Path("recipe.py"))
    assert block.table == {"customer": text}


def test_a_value_is_laid_out_where_it_stands(workshop: Any) -> None:
    made = workshop.recipe("f(\n    {{ text | literal }},\n)\n", ASKING, {"text": "ab " * 50})
    assert made == f'f(\n    (\n        "{"ab " * 36}"\n        "{"ab " * 14}"\n    ),\n)\n'


ELSEWHERE = "and stands elsewhere here"
LITERAL = "`| literal` is for an expression of its own"
DOCSTRING = '`| docstring` is for a text between """ and """'


@pytest.mark.parametrize(
    "recipe, line, problem",
    [
        ("x = 1\ny = {{ text }}\n", 2, "a str may not stand here as it is; write {{ ... | literal }}"),
        ("x = 1\ny = {{ 'x' }}\n", 2, "a str may not stand here as it is; write {{ ... | literal }}"),
        ("y = {{ text | literal | trim }}\n", 1, "a str may not stand here as it is; write {{ ... | literal }}"),
        ("\ny = '{{ text | literal }}'\n", 2, f"{LITERAL}, {ELSEWHERE}"),
        ("y = x{{ text | literal }}\n", 1, f"{LITERAL}, {ELSEWHERE}"),
        ("# {{ text | literal }}\n", 1, f"{LITERAL}, {ELSEWHERE}"),
        ("y = {{ text | docstring }}\n", 1, f"{DOCSTRING}, {ELSEWHERE}"),
        ("y = '{{ text | docstring }}'\n", 1, f"{DOCSTRING}, {ELSEWHERE}"),
        ('y = f"""{{ text | docstring }}"""\n', 1, f"{DOCSTRING}, {ELSEWHERE}"),
        ('y = f"{ {{ text | identifier }} }"\n', 1, "`| identifier` is for a name, and stands elsewhere here"),
        ("{{ text | comment }}\n", 1, "`| comment` is for a comment, and stands elsewhere here"),
        ("y = {{ text | toml }}\n", 1, "`| toml` is for a comment of the block, and stands elsewhere here"),
        ("PLACE_OF_VALUE_7_ = 1\n", 1, "PLACE_OF_VALUE_7_ is a name that only the program uses"),
        ("y = {{ text | literal(3) }}\n", 1, "`| literal` takes nothing in brackets"),
        ("y = = {{ text | literal }}\n", 1, "what this makes is no Python: invalid syntax in `y = = ...`"),
        ("y = (\n", 1, "what this makes is no Python"),
        ("{% if text %}\n\n{{ txt | literal }}{% endif %}\n", 3, "'txt' is undefined"),
        ("x = 1\n\n{{ text | litral }}\n", 3, "there is no filter 'litral'"),
        ("x = 1\n{% if text is callable %}{% endif %}\n", 2, "there is no test 'callable'"),
        ("x = 1\n{% if text %}\n", 2, "Unexpected end of template"),
        ("x = 1\n{{ text.upper() | literal }}\n", 2, "call is not allowed in a template"),
        ("{{ text.__class__ | literal }}\n", 1, "a dot is not allowed in a template"),
        ("{{ (text ~ text) | literal }}\n", 1, "~ is not allowed in a template"),
        ("{{ ('a' * 9) | literal }}\n", 1, "* is not allowed in a template"),
        ("\n{% set y = text %}\n", 2, "set is not allowed in a template"),
        ("\n{% include 'x' %}\n", 2, "include is not allowed in a template"),
        ("{% extends 'x' %}\n", 1, "extends is not allowed in a template"),
        ("{% import 'x' as y %}\n", 1, "import is not allowed in a template"),
        ("{% macro f() %}{{ f() }}{% endmacro %}\n", 1, "macro is not allowed in a template"),
        ("{% for x in text recursive %}{% endfor %}\n", 1, "a loop may not call itself"),
        ("{% for x in 5 %}{% endfor %}\n", 1, "'int' object is not iterable"),
        ("{% do text %}\n", 1, "Encountered unknown tag 'do'"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " | literal }}", 1, "the template is nested too deeply"),
        ("y = {{ text | lower(1, 2) | literal }}\n", 1, "takes"),
    ],
)  # fmt: skip
def test_a_bad_template_is_refused_with_file_and_line(workshop: Any, recipe: str, line: int, problem: str) -> None:
    with pytest.raises(BrokenSource) as caught:
        workshop.recipe(recipe, ASKING)
    path = workshop.root / "plain" / "recipe.py.jinja"
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert problem in caught.value.problem
    assert caught.value.hint


@pytest.mark.parametrize("depth", [2, 3])
def test_loops_end_after_ten_thousand_rounds(workshop: Any, depth: int) -> None:
    recipe = "{% for x in text %}" * depth + "{% endfor %}" * depth
    with pytest.raises(BrokenSource, match="the loops go round more than 10,000 times"):
        workshop.recipe(recipe, ASKING, {"text": "x" * 2000})


def test_a_template_makes_a_million_characters_at_most(workshop: Any) -> None:
    recipe = "{% for x in text %}" + "#" * 900 + "\n{% endfor %}"
    with pytest.raises(BrokenSource, match="more than 1,000,000 characters"):
        workshop.recipe(recipe, ASKING, {"text": "x" * 2000})


def test_loops_conditions_and_filters_shape_the_text(workshop: Any) -> None:
    recipe = (
        "{% for part in text | split('.') %}\n"
        "{{ part | identifier }} = {{ part | upper | literal }}{% if not loop.last %}  # more{% endif +%}\n"
        "{% endfor %}\n"
    )
    assert workshop.recipe(recipe, ASKING, {"text": "a.b"}) == 'a = "A"  # more\nb = "B"\n'


FILES = ASKING + '[files]\n"notes.md.jinja" = "docs/{{ name }}.md"\n"set.toml.jinja" = "docs/{{ module }}.toml"\n'


def test_a_template_makes_other_files_too(workshop: Any) -> None:
    draft = workshop.draft(
        "", FILES, {"text": 'a "b"'}, notes__md="# {{ text }}\n", set__toml="text = {{ text | toml }}\n"
    )
    assert draft.files == {
        "recipes/echo/new_things.py": "",
        "docs/new-things.md": '# a "b"\n',
        "docs/new_things.toml": 'text = "a \\"b\\""\n',
    }
    assert (draft.recipe_id, draft.notes) == ("echo/new-things", ())
    assert tomllib.loads(draft.files["docs/new_things.toml"]) == {"text": 'a "b"'}


@pytest.mark.parametrize(
    "place, problem",
    [
        ("../{{ name }}.md", "goes to '../new-things.md', which leads out of the folder"),
        ("/tmp/x.md", "goes to '/tmp/x.md', which leads out of the folder"),
        ("docs\\\\x.md", "goes to 'docs\\\\x.md', which leads out of the folder"),
        ("C:/x.md", "goes to 'C:/x.md', which leads out of the folder"),
        ("docs/aux.md", "goes to 'docs/aux.md', which is a device on Windows"),
        ("docs/LPT1.txt.md", "goes to 'docs/LPT1.txt.md', which is a device on Windows"),
        (".github/x.md", "goes to '.github/x.md', which is no plain path"),
        ("docs/x.md ", "goes to 'docs/x.md ', which is no plain path"),
        ("docs//x.md", "goes to 'docs//x.md', which is no plain path"),
        ("{{ text }}", "goes to '../../evil.md', which leads out of the folder"),
        ("docs/x.sh", "goes to 'docs/x.sh', and a template makes .py, .toml, .md, .txt, .csv"),
        ("Recipes/Echo/New_things.py", "goes to Recipes/Echo/New_things.py, as another file does"),
        ("docs/{{ nme }}.md", "'nme' is undefined"),
    ],
)
def test_a_file_goes_only_below_the_repository(workshop: Any, place: str, problem: str) -> None:
    manifest = f'{ASKING}[files]\n"notes.md.jinja" = "{place}"\n'
    with pytest.raises(BrokenSource) as caught:
        workshop.draft("", manifest, {"text": "../../evil.md"}, notes__md="x")
    assert str(caught.value).startswith(f"{workshop.root / 'plain' / 'template.toml'}:7: ")
    assert problem in caught.value.problem


@pytest.mark.parametrize("text", ["x = {{ text }}\n", 'x = "{{ text | toml }}"\n'])
def test_a_value_enters_toml_only_as_a_value(workshop: Any, text: str) -> None:
    manifest = f'{ASKING}[files]\n"set.toml.jinja" = "docs/x.toml"\n'
    with pytest.raises(BrokenSource):
        workshop.draft("", manifest, {"text": 'a"\nb = "c'}, set__toml=text)


def test_computed_values_come_from_answers_and_from_each_other(workshop: Any) -> None:
    manifest = ASKING + "[computed]\nloud = 'text | upper'\nlong = 'loud | length if loud != \"A\" else 0'\n"
    assert workshop.recipe("{{ long | literal }}\n", manifest, {"text": "abc"}) == "3\n"


@pytest.mark.parametrize(
    "expression, problem",
    [
        ("txt", "'txt' is not defined"),
        ("text |", "unexpected end"),
        ("1 2", "more than one"),
        ("text()", "call is not"),
    ],
)
def test_a_bad_expression_is_refused_with_its_line(workshop: Any, expression: str, problem: str) -> None:
    with pytest.raises(BrokenSource) as caught:
        workshop.recipe("x = 1\n", f"{ASKING}[computed]\nloud = '{expression}'\n")
    assert str(caught.value).startswith(f"{workshop.root / 'plain' / 'template.toml'}:7: ")
    assert problem in caught.value.problem
