import json
import re
from html import unescape
from pathlib import Path

import pytest
from pygments.lexer import Lexer
from pygments.lexers import PythonLexer

from runner.sharing.site.fields import bash_command, powershell_command
from runner.sharing.site.handed import spliced
from runner.sharing.site.markup import colour_of, python_lexer, source_html
from runner.sharing.site.model import Broken
from tests.sharing.site.conftest import Shelf

PARAMETERS = 'topic: str, days: int = 7, words: list[str] = ["a", "b"], strict: bool = False, note: str | None = None'
RECIPES = sorted((Path(__file__).parents[3] / "recipes").glob("*/*.py"))
TABLE = '[tool.recipe-runner.parameters.topic]\nexample = "it\'s me"'


def test_a_recipe_says_what_it_is(shelf: Shelf) -> None:
    shelf.recipe(table='tags = ["one"]\naudience = ["pr"]')
    shelf.case([{"author": "Ann", "count": 1200}, {"author": "Bob", "count": 3}], query="?number=1")
    [recipe] = shelf.site().recipes
    assert (recipe.id, recipe.path, recipe.title) == ("echo/things", "recipes/echo/things", "What things are there?")
    assert (recipe.tags, recipe.audience, recipe.gives, recipe.state) == (("one",), ("pr",), "rows", "ok")
    assert [each.name for each in recipe.endpoints] == ["GET /things"]
    assert recipe.sample is not None
    assert (recipe.sample.words, recipe.sample.columns, recipe.sample.total) == (
        "invented data recorded from the sandbox on 2026-11-21",
        ("author", "count"),
        2,
    )
    assert [[cell.text for cell in row] for row in recipe.sample.rows] == [["Ann", "1,200"], ["Bob", "3"]]


def test_a_recipe_without_a_case_has_a_page(shelf: Shelf) -> None:
    shelf.recipe()
    [recipe] = shelf.site().recipes
    assert (recipe.state, recipe.sample, recipe.curl, recipe.recorded) == ("unrecorded", None, None, "")
    assert b"nothing recorded" in shelf.files()["recipes/echo/things.html"]


def test_recipes_stand_as_they_are_best_read(shelf: Shelf) -> None:
    for name in ("a", "b", "c", "d"):
        shelf.recipe(name, f"What is {name}?")
    shelf.settings(
        more="".join(
            f'[[collection]]\ntitle = "{title}"\nrecipes = [{names}]\n'
            for title, names in (("One", '"echo/d", "echo/b"'), ("Two", '"echo/a"'))
        )
    )
    assert [recipe.id for recipe in shelf.site().recipes] == ["echo/d", "echo/b", "echo/a", "echo/c"]


def test_a_changed_recipe_is_told_from_its_recording(shelf: Shelf) -> None:
    shelf.recipe()
    shelf.case([{"a": 1}], digest="0" * 64)
    assert [each.state for each in shelf.site().recipes] == ["changed"]


def test_a_broken_recipe_is_listed_and_hides_nothing_else(shelf: Shelf) -> None:
    shelf.recipe()
    (shelf.root / "recipes" / "echo" / "broken.py").write_text("def main(:\n", encoding="utf-8")
    site = shelf.site()
    assert [each.id for each in site.recipes] == ["echo/things"]
    assert [(type(each), each.file) for each in site.broken] == [(Broken, "recipes/echo/broken.py")]
    health = shelf.files()["health.html"].decode()
    assert "recipes/echo/broken.py" in health
    assert str(shelf.root) not in health


def test_an_example_of_a_customer_stays_out_unless_it_is_named(shelf: Shelf) -> None:
    shelf.recipe(table='customer = "Acme News"')
    assert (shelf.site().recipes, shelf.site().left_out) == ((), 1)
    assert b"Acme" not in b"".join(shelf.files().values())
    assert [each.id for each in shelf.site(customers=["acme news"]).recipes] == ["echo/things"]


def test_no_value_of_a_private_parameter_is_shown(shelf: Shelf) -> None:
    table = '[tool.recipe-runner.parameters.account]\nprivate = true\nexample = "acct-4711"'
    shelf.recipe(parameters='account: str = "acct-0815"', table=table)
    shelf.case([{"a": 1}], values='account = "acct-4711"', query="?account=acct-4711")
    shown = b"".join(content for name, content in shelf.files().items() if not name.startswith("assets/mini"))
    assert b"acct-0815" not in shown
    [recipe] = shelf.site().recipes
    assert (recipe.script, recipe.fields[0].initial, recipe.fields[0].default) == (None, (), ())
    assert recipe.sample is not None
    assert recipe.sample.values == ()
    assert recipe.schema["properties"]["account"] == {
        "type": "string",
        "description": "What it is.",
        "x-private": True,
    }


def test_a_command_holds_what_a_run_cannot_do_without(shelf: Shelf) -> None:
    shelf.recipe(parameters=PARAMETERS, table=TABLE)
    [recipe] = shelf.site().recipes
    assert bash_command(recipe.id, recipe.fields) == "recipes run echo/things --topic 'it'\"'\"'s me'"
    assert powershell_command(recipe.id, recipe.fields) == "recipes run echo/things --topic 'it''s me'"


def test_a_recipe_that_was_never_run_and_cannot_be_has_no_script(shelf: Shelf) -> None:
    path = shelf.recipe()
    assert shelf.site().recipes[0].script is not None
    path.write_text(path.read_text(encoding="utf-8") + "\n\nif main:\n    break\n", encoding="utf-8")
    assert shelf.site().recipes[0].script is None


def test_a_script_knows_where_its_values_stand(shelf: Shelf) -> None:
    shelf.recipe(parameters=PARAMETERS + ', crowd: str = "\U0001f600\U0001f600 so"', table=TABLE)
    [recipe] = shelf.site().recipes
    assert recipe.script is not None
    units = recipe.script.text.encode("utf-16-le")
    found = {
        (slot.name, slot.form): units[slot.start * 2 : slot.end * 2].decode("utf-16-le") for slot in recipe.script.slots
    }
    assert found["topic", "python"] == '"it\'s me"'
    assert found["days", "python"] == "7"
    assert found["strict", "python"] == "False"
    assert found["note", "argument"] == ""
    assert json.loads(found["words", "list"]) == ["a", "b"]
    assert found["crowd", "python"] == '"\U0001f600\U0001f600 so"'
    assert found["days", "help"].endswith('default: 7]"')


def test_a_script_of_a_recipe_that_has_the_names_of_its_functions_knows_it_too(shelf: Shelf) -> None:
    path = shelf.recipe(parameters="days: int = 7")
    taken = "".join(f"\n\ndef {name}() -> None:\n    pass\n" for name in ("_run", "_run_", "_Api", "json", "main_"))
    path.write_text(path.read_text(encoding="utf-8") + taken, encoding="utf-8")
    [recipe] = shelf.site().recipes
    assert recipe.script is not None
    slot = next(slot for slot in recipe.script.slots if slot.form == "python")
    assert (slot.name, recipe.script.text[slot.start : slot.end]) == ("days", "7")


@pytest.mark.parametrize(
    "query, marks",
    [
        ("?q=flooding&size=10", [("topic", "query")]),
        ("?q=about+flooding&limit=10", [("topic", "query"), ("limit", "query")]),
        ("?q=other", []),
    ],
)
def test_a_request_is_marked_where_it_holds_a_value_of_the_case(
    shelf: Shelf, query: str, marks: list[tuple[str, str]]
) -> None:
    shelf.recipe(parameters='topic: str = "flooding", limit: int = 10')
    shelf.case([{"a": 1}], values='topic = "flooding"\nlimit = 10', query=query)
    [recipe] = shelf.site().recipes
    assert recipe.curl is not None
    assert [(slot.name, slot.form) for slot in recipe.curl.slots] == marks
    assert "qzslot" not in recipe.curl.text
    assert recipe.curl.text.splitlines()[0] == f"curl 'https://echo.example/v1/things{query}' \\"


def test_a_request_that_holds_the_text_of_a_mark_is_shown_as_it_is(shelf: Shelf) -> None:
    shelf.recipe(parameters='topic: str = "flooding"')
    query = f"?q=flooding&r=qzslot7jsonz&s=qzslot{'9' * 5000}queryz"
    shelf.case([{"a": 1}], values='topic = "flooding"', query=query)
    [recipe] = shelf.site().recipes
    assert recipe.curl is not None
    assert [(slot.name, slot.form) for slot in recipe.curl.slots] == [("topic", "query")]
    assert recipe.curl.text.splitlines()[0] == f"curl 'https://echo.example/v1/things{query}' \\"


def test_the_same_files_give_the_same_bytes(shelf: Shelf) -> None:
    shelf.recipe(parameters=PARAMETERS, table=TABLE)
    shelf.case([{"a": 1, "b": "x"}])
    assert shelf.files() == shelf.files()


def test_endpoints_that_differ_in_an_id_have_one_page_and_others_never_share_one(shelf: Shelf) -> None:
    for name, query in (("one", "/1"), ("two", "/2"), ("dash", "/a-b"), ("slash", "/a/b")):
        shelf.recipe(name)
        shelf.case([{"a": 1}], name, query=query)
    endpoints = shelf.site().endpoints
    assert [each.name for each in endpoints.values()] == [
        "GET /things/a-b",
        "GET /things/{}",
        "GET /things/a/b",
    ]
    assert len({each.path for each in endpoints.values()}) == 3


def test_a_page_holds_the_recipe_once_and_what_is_around_it_in_the_script(shelf: Shelf) -> None:
    shelf.recipe("plain", "Is it 😀?", parameters=PARAMETERS, table=TABLE)
    [recipe] = shelf.site().recipes
    assert recipe.script is not None
    around = spliced(recipe)
    text, source = (each.encode("utf-16-le") for each in (around.text, recipe.source))
    at, start, end = (each * 2 for each in (around.at, around.start, around.end))
    assert (text[:at] + source[start:end] + text[at:]).decode("utf-16-le") == recipe.script.text
    assert "def main(" in source[start:end].decode("utf-16-le")
    assert "def main(" not in around.text


def test_a_page_says_how_to_install_what_a_script_needs(shelf: Shelf) -> None:
    path = shelf.recipe()
    assert 'pip install "httpx>=0.28"</code>' in unescape(shelf.files()["recipes/echo/things.html"].decode())
    path.write_text(path.read_text(encoding="utf-8").replace('["httpx>=0.28"]', '["httpx>=0.28", "rich"]'), "utf-8")
    assert 'pip install "httpx>=0.28" "rich"</code>' in unescape(shelf.files()["recipes/echo/things.html"].decode())


def test_a_wide_table_shows_fewer_rows(shelf: Shelf) -> None:
    for name, columns in (("narrow", 3), ("wide", 12), ("widest", 40), ("empty", 0)):
        shelf.recipe(name)
        shelf.case([{f"c{number}": 1 for number in range(columns)}] * 30, name)
    samples = {each.id: each.sample for each in shelf.site().recipes}
    assert {id_: sample and len(sample.rows) for id_, sample in samples.items()} == {
        "echo/empty": 20,
        "echo/narrow": 20,
        "echo/wide": 10,
        "echo/widest": 5,
    }


ODD = [
    'def a():\n    """One\n\n    two."""\n  \t"""three"""\n',
    "x = [ ( { } ) ] ; y = {1: 2, 'a':'b'}\nz = f\"{x[0] + y['a']:>{w}} {{}}\" 'c'  # d [e] (f)\n",
    "class A ( B , metaclass = C ) :\n\t@d . e ( f )\n\tasync def g ( self , * , h : int = 1 ) -> i [ j ] : ...\n",
    "from . import ( a as b , c )\nimport d . e , f\nraise g ( ) from h\nmatch i :\n    case [ j , * k ] : pass\n",
    "self.print(match, x.case, x . self) ; lazy = 1\n_ = __name__ + a.__init__ + __x\ntype X = int\n1if x else.5\n",
    "match x :\n  case _ : print ( case , match . a , _ )\nprint_(a)(b)['c'](d)\nab'c'\n  in_ = a-1 if b!=c else~d\n",
    "a = ['b c', \"d's\", '', \"\", 'e\\'f', \"\\\\\", '%s {x}', 'g' 'h', 'i\nj = 1  # 'k'\n    'l'\n  if m: 'n'\n",
    "class A:\n  'doc'\n  b = 1\n\n  \n    '''c\n    d'''\n    match e:\n    case f: ...\n  lazy import g\n  )\n",
    "a = rb'\\n' b\"c\" u'd' ; e = 0x1_f + 1e3j , not f is None\n\u00e9\u00a0= 1\x0c\n \\\n  ,",
]


@pytest.mark.parametrize("source", [*ODD, *(path.read_text(encoding="utf-8") for path in RECIPES)])
def test_colours_are_those_of_pygments(source: str) -> None:
    def kinds(lexer: Lexer) -> list[tuple[str, str]]:
        return [
            (char, colour_of(kind)) for kind, piece in lexer.get_tokens(source) for char in piece if not char.isspace()
        ]

    assert kinds(python_lexer()) == kinds(PythonLexer(stripnl=False))


@pytest.mark.parametrize(
    "source, html",
    [
        ("import json\n", "<i class=k>import</i> <i class=f>json</i>\n"),
        ("a = 'x' 'y'\n", "a = <i class=s>'x' 'y'</i>\n"),
        ("if a < 1:  # <b>\n    pass\n", None),
    ],
)
def test_only_what_has_a_colour_stands_in_an_element(source: str, html: str | None) -> None:
    shown = source_html(source)
    assert html in (None, shown)
    assert unescape(re.sub("</?i[^>]*>", "", shown)) == source
