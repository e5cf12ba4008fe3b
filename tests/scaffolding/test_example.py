import ast
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.catalog import Recipe, read_block
from runner.catalog.parsed import parse_text
from runner.catalog.source import recipe_of
from runner.checking.recipe_rules import check_text
from runner.errors import BrokenSource
from runner.output.text import mend
from runner.scaffolding.example import base_path, draft_from_recipe, example_source
from runner.scaffolding.naming import Target

ROOT = Path(__file__).parents[2]
PATH = Path("/team/recipes/echo/things.py")
TEXT = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
{table}# ///
{docstring}

{imports}from typing import Any{more}

import httpx


{head}
    """Give one row.

    Args:
{helps}    """
    return [{{"seen": [{names}], "by": str(echo)}}]
'''
TABLE = '#\n# [tool.recipe-runner]\n# tags = ["things"]\n# writes = true\n'


def origin(
    *parameters: str,
    head: str = "",
    docstring: str = '"""What is there?\n\nFor a developer.\n"""',
    imports: str = "",
    table: str = TABLE,
    client: str = "echo: httpx.Client",
) -> Recipe:
    """Read a recipe with these parameters; those without a default get an example."""
    names = [each.partition(":")[0] for each in parameters if each != "*"]
    for each, name in zip((each for each in parameters if each != "*"), names, strict=True):
        if " = " not in each:
            table += f"#\n# [tool.recipe-runner.parameters.{name}]\n# example = {_example(each)}\n"
    text = TEXT.format(
        table=table,
        docstring=docstring,
        imports=imports,
        more=", Literal" if any("Literal" in each for each in parameters) else "",
        head=head or f"def main({', '.join([client, *parameters])}) -> list[dict[str, Any]]:",
        helps="".join(f"        {name}: Some.\n" for name in names),
        names=", ".join(names),
    )
    return recipe_of(parse_text(text, PATH))


def _example(parameter: str) -> str:
    kind = parameter.partition(": ")[2]
    element = kind.removeprefix("list[").removesuffix("]").removeprefix("datetime.")
    example = {"date": "2026-01-31", "datetime": "2026-01-31T09:00:00Z"}.get(element, '"a"')
    return f"[{example}]" if kind.startswith("list") else example


def made(recipe: Recipe, *, customer: str = "Acme News", **values: Any) -> Recipe:
    """Make an example and read it."""
    return recipe_of(parse_text(example_source(recipe, customer=customer, values=values), PATH))


def defaults(recipe: Recipe) -> dict[str, Any]:
    return {each.name: each.default for each in recipe.parameters}


def signature(recipe: Recipe) -> str:
    head = recipe.source.index("main(")
    return recipe.source[head : recipe.source.index(':\n    """', head)]


def ruff(command: str, *words: str, text: str = "") -> str:
    """Return what the formatter or linter of this project says; `-` reads a text."""
    call = [sys.executable, "-m", "ruff", command, "--config", str(ROOT / "pyproject.toml"), "--quiet", *words]
    return subprocess.run(call, input=text.encode(), cwd=ROOT, capture_output=True).stdout.decode()


def formatted(text: str) -> str:
    return ruff("format", "-", text=text)


def lint(text: str) -> str:
    return ruff(
        "check", "--output-format", "concise", "--stdin-filename", str(ROOT / "recipes/echo/a.py"), "-", text=text
    )


VALUES = [
    ("word: str", "election", ""),
    ("word: str", 'say "it\'s"\n\\', ""),
    ("count: int = 2", -7, ""),
    ("share: float = 0.5", 1e-09, ""),
    ("loud: bool = False", True, ""),
    ("day: date", date(2026, 1, 31), "from datetime import date\n"),
    ("at: datetime", datetime(2026, 1, 31, 9, 5, tzinfo=UTC), "from datetime import datetime\n"),
    ("at: datetime", datetime(2026, 1, 31, 9, tzinfo=UTC), "from datetime import UTC, datetime\n"),
    ("at: datetime | None = None", datetime(2026, 1, 31, 9, tzinfo=UTC), "from datetime import (\n    datetime,\n)\n"),
    ("at: datetime.datetime", datetime(2026, 1, 31, 9, tzinfo=UTC), "import datetime\n"),
    ("day: datetime.date", date(2026, 1, 31), "import datetime\n"),
    ("file: Path", Path("some/file.csv"), "from pathlib import Path\n"),
    ("file: pathlib.Path", Path("date/datetime UTC Path.csv"), "import pathlib\n"),
    ("files: list[Path]", (Path("a.csv"), Path("b.csv")), "from pathlib import Path\n"),
    ('kind: Literal["a = b", "c"] = "c"', "a = b", ""),
    ("kind: Literal[1, 2] = 1", 2, ""),
    ("words: list[str]", ("one", "two"), ""),
    ("words: list[str] | None = None", (), ""),
    ("days: list[datetime.date]", (date(2026, 1, 31), date(2026, 2, 1)), "import datetime\n"),
    ("limit: int | None = 3", None, ""),
]


@pytest.mark.parametrize("parameter, value, imports", VALUES)
def test_a_value_of_every_kind_becomes_the_default(parameter: str, value: Any, imports: str) -> None:
    name = parameter.partition(":")[0]
    example = made(origin(parameter, imports=imports), **{name: value})
    assert defaults(example) == {name: value}
    assert type(example.parameters[0].default) is type(value)
    assert formatted(example.source) == example.source
    assert lint(example.source) == ""
    space: dict[str, Any] = {}
    exec(compile(example.source, "a.py", "exec"), space)
    [seen] = space["main"](None)[0]["seen"]
    assert seen == (list(value) if isinstance(value, tuple) else value)


def test_utc_is_imported_also_where_it_has_another_name_already() -> None:
    recipe = origin("at: datetime", imports="from datetime import UTC as zulu, datetime\n")
    example = made(recipe, at=datetime(2026, 1, 31, 9, tzinfo=UTC))
    assert "from datetime import UTC, UTC as zulu, datetime\n" in example.source


def test_a_moment_of_another_zone_is_written_in_utc() -> None:
    recipe = origin("at: datetime", imports="from datetime import datetime\n")
    example = made(recipe, at=datetime(2026, 1, 31, 9, tzinfo=timezone(timedelta(hours=2))))
    assert signature(example).endswith(
        "at: datetime = datetime(2026, 1, 31, 7, 0, tzinfo=UTC)) -> list[dict[str, Any]]"
    )


@pytest.mark.parametrize(
    "parameters, values, names",
    [
        (["a: str", "b: str"], {"a": "x"}, ["b", "a"]),
        (["a: str", "b: str", "c: int = 1"], {"b": "x"}, ["a", "b", "c"]),
        (["a: str", "b: str", "c: str"], {"a": "x", "b": "y"}, ["c", "a", "b"]),
        (["a: str", "*", "b: str", "c: str"], {"b": "x"}, ["a", "b", "c"]),
    ],
)
def test_what_has_no_default_stands_before_what_has_one(
    parameters: list[str], values: dict[str, Any], names: list[str]
) -> None:
    recipe = origin(*parameters)
    example = made(recipe, **values)
    assert [each.name for each in example.parameters] == names
    assert ("*, " in signature(example)) == ("*" in parameters)
    assert defaults(example) == defaults(recipe) | values


def test_a_signature_is_laid_out_as_the_formatter_does(tmp_path: Path) -> None:
    recipe = origin("word: str", "count: int = 2")
    for length in (*range(1, 130), 400):
        for text in ("x", "word ", '"'):
            example = made(recipe, word=(text * length)[:length])
            (tmp_path / f"{ord(text[0])}_{length}.py").write_text(example.source, encoding="utf-8")
            assert defaults(example) == {"word": (text * length)[:length], "count": 2}
    for count in range(2, 8):
        recipe = origin(*(f"word_{number}: str" for number in range(count)), "words: list[str]")
        example = made(recipe, word_1="election", words=("some words", "other words") * count)
        (tmp_path / f"{count}.py").write_text(example.source, encoding="utf-8")
    assert ruff("format", "--diff", str(tmp_path)) == ""


def test_comments_of_a_signature_stay_with_what_they_are_about() -> None:
    head = """\
def main(  # noqa: D417
    echo: httpx.Client,
    # what to look for
    word: str,  # a word or two
    lang: str,  # two letters
    # no more
) -> list[dict[str, Any]]:  # rows"""
    recipe = origin("word: str", "lang: str", head=head)
    example = made(recipe, word="election")
    start, end = example.source.index("def main"), example.source.index('\n    """Give')
    assert (
        example.source[start:end]
        == """\
def main(  # noqa: D417
    echo: httpx.Client,
    lang: str,  # two letters
    # what to look for
    word: str = "election",  # a word or two
    # no more
) -> list[dict[str, Any]]:  # rows"""
    )


def test_an_async_main_stays_one() -> None:
    head = "async def main(echo: httpx.AsyncClient, word: str) -> list[dict[str, Any]]:"
    example = made(origin("word: str", head=head), word="election")
    assert (example.is_async, defaults(example)) == (True, {"word": "election"})
    assert 'async def main(echo: httpx.AsyncClient, word: str = "election") -> ' in example.source


def test_without_values_the_signature_stays_as_it_is() -> None:
    recipe = origin("word: str", 'kind:  str="c"')
    assert signature(made(recipe)) == signature(recipe)


@pytest.mark.parametrize(
    "docstring, title, description",
    [
        ('"""What is there?"""', "What is there?", ""),
        ('"""What is there?\n"""', "What is there?", ""),
        ('"""\nWhat is there?\n"""', "What is there?", ""),
        ('"""\\\nWhat is there?\n\nFor you.\n"""', "What is there?", "\n\nFor you."),
        ('"""What is there?\n\nFor you."""', "What is there?", "\n\nFor you."),
        ('"""What is there?\nFor you.\n"""', "What is there?", "\n\nFor you."),
        ("'''What is there?\n\nA \"b\" \\\\d.\n'''", "What is there?", '\n\nA "b" \\d.'),
        ('r"""What is \\d?\n\nA \\d.\n"""', "What is \\d?", "\n\nA \\d."),
        ('"What is there?"', "What is there?", ""),
    ],
)
def test_for_whom_and_from_what_stands_below_the_question(docstring: str, title: str, description: str) -> None:
    example = made(origin(docstring=docstring))
    assert (example.title, example.description) == (title, f"For Acme News. Made from echo/things.{description}")
    assert formatted(example.source) == example.source


@pytest.mark.parametrize("table", ["", TABLE, '#\n# [tool.recipe-runner.parameters.word]\n# example = "a"\n'])
def test_the_table_names_customer_and_origin(table: str) -> None:
    recipe = origin('word: str = "b"', table=table)
    example = made(recipe)
    assert (example.customer, example.based_on) == ("Acme News", f"echo/things {recipe.digest}")
    assert (example.tags, example.writes) == (recipe.tags, recipe.writes)
    assert read_block(example.source, PATH).table.get("parameters") == read_block(recipe.source, PATH).table.get(
        "parameters"
    )


@pytest.mark.parametrize(
    "line",
    [
        '# customer = "Beta Corp"\n',
        "# customer = 'Beta Corp'  # since May\n",
        '# "customer"="Beta Corp"\n',
        '# customer = """\n# Beta Corp"""\n',
    ],
)
def test_the_customer_of_an_origin_goes_however_it_is_written(line: str) -> None:
    recipe = origin(table=TABLE + line + '# chart = {mark = "bar", x = "customer = ", y = "based-on = "}\n')
    assert recipe.customer == "Beta Corp"
    example = made(recipe)
    assert (example.customer, example.chart, "Beta" in example.source) == ("Acme News", recipe.chart, False)


def test_a_parameter_that_is_named_like_a_key_keeps_its_table() -> None:
    recipe = origin("customer: str", "writes: str")
    assert [each.example for each in made(recipe).parameters] == ["a", "a"]


@pytest.mark.parametrize("header", ["[ tool . recipe-runner ]", "[tool.recipe-runner]  # ours"])
def test_the_head_of_the_table_is_found_however_it_is_written(header: str) -> None:
    assert made(origin(table=f"#\n# {header}\n# writes = true\n")).customer == "Acme News"


@pytest.mark.parametrize(
    "table", ['# tool.recipe-runner.tags = ["a"]\n', "# [tool]\n# recipe-runner = {writes = true}\n"]
)
def test_a_table_that_takes_no_line_is_an_error(table: str) -> None:
    recipe = origin(table=table)
    with pytest.raises(BrokenSource, match="takes no further line"):
        made(recipe)


def test_an_example_of_an_example_names_only_its_own_customer_and_origin() -> None:
    first = made(origin("word: str"), customer="Beta Corp", word="ferry")
    first = first._replace(id="echo/beta-things")
    second = made(first, word="election")
    assert (second.customer, second.based_on) == ("Acme News", f"echo/beta-things {first.digest}")
    assert second.description == "For Acme News. Made from echo/beta-things.\n\nFor a developer."
    assert "Beta" not in second.source


def test_whose_values_are_kept_and_whose_name_still_stands_is_said() -> None:
    target = Target("echo", "acme", "Echo", "echo")
    first = made(origin("word: str"), customer="Beta Corp", word="ferry")
    draft = draft_from_recipe(first, target, customer="Acme News", values={})
    assert draft.notes == ("echo/things was made for Beta Corp: what you gave no value for is still theirs.",)
    named = first._replace(source=first.source.replace("For a developer.", "For Beta Corp's press team."))
    draft = draft_from_recipe(named, target, customer="Acme News", values={})
    assert draft.notes[1:] == ("The new recipe still names Beta Corp.",)


def test_what_is_made_from_an_example_for_nobody_else_stays_the_customers() -> None:
    target = Target("echo", "more", "Echo", "echo")
    first = made(origin("word: str"), customer="Beta Corp", word="ferry")
    draft = draft_from_recipe(first, target, customer="", values={})
    assert recipe_of(parse_text(draft.files["recipes/echo/more.py"], PATH)).customer == "Beta Corp"
    assert draft.notes == ()


def test_the_origins_text_is_kept_under_its_digest() -> None:
    recipe = origin("word: str")
    draft = draft_from_recipe(recipe, Target("echo", "acme", "Echo", "echo"), customer="", values={"word": "x"})
    assert draft.files[base_path(recipe.digest)] == recipe.source
    assert list(draft.files) == ["recipes/echo/acme.py", f".recipes/bases/{recipe.digest}.py"]


HOSTILE = [
    '"""; import os',
    "a\nb\r\n# ///\n# /// script", "{{ 7 * 7 }} {% x %}", "\u202e\u2066evil", "'\"\\" * 40, "x" * 10_000,
    "\\N{BULLET} \\x41", "\x00\x1b[31m", "A\u2028\x85\x0c", 'ends with "', "ends with \\", "# /// script", "\ud800",
]  # fmt: skip


def checked(text: str) -> None:
    """Let a text be the customer and a value, and see that it is nothing more."""
    recipe = origin("word: str")
    value = mend(text)
    source = example_source(recipe, customer=text, values={"word": value})
    before, after = ast.parse(recipe.source), ast.parse(source)
    assert [ast.dump(each) for each in after.body[1:-1]] == [ast.dump(each) for each in before.body[1:-1]]
    [main_before, main_after] = [each.body[-1] for each in (before, after)]
    assert isinstance(main_before, ast.FunctionDef)
    assert isinstance(main_after, ast.FunctionDef)
    assert list(map(ast.dump, main_after.body)) == list(map(ast.dump, main_before.body))
    assert [ast.literal_eval(each) for each in main_after.args.defaults] == [value]
    read = recipe_of(parse_text(source, PATH))
    assert (read.customer, read.title, defaults(read)) == (mend(text), "What is there?", {"word": value})
    assert [each for each in check_text(PATH, source, {}, {"echo"}) if each.severity == "finding"] == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_customer_or_value_is_only_text(text: str) -> None:
    checked(text)


@given(st.one_of(st.text(), st.text(alphabet="\"'\\#/ \n\r{}script%\u202e\u2028A"), st.text(min_size=200)))
def test_any_text_is_only_text(text: str) -> None:
    if text.strip():
        checked(text)
