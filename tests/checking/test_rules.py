"""Every rule: a bad repository gives its code at one line and nothing else, and the good one gives nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.catalog import read_api
from runner.checking.check import CASE_RULES, REPOSITORY_RULES
from runner.checking.draft import read_draft
from runner.checking.recipe_rules import DRAFT_RULES
from runner.checking.rules import find_rule, read_rules
from runner.errors import NotFound
from runner.recording.cassette import cassette_text

RECIPE = "recipes/newswhip/new_things.py"
CASE = "cassettes/newswhip/new-things/default"
LONG = "\n".join(["total = 0", *["total += 1"] * 120])
KEY = "AKIA" + "Q7" * 8
MANY = "def main(newswhip: httpx.Client) -> Iterator[dict[str, Any]]:\n    yield {'a': newswhip}\n"

Break = Callable[[Any], object]
BROKEN: dict[str, tuple[Break, str, int]] = {
    "R001": (lambda it: it.write("recipes/newswhip/New.py", Path(it.root, RECIPE).read_text("utf-8")), "New.py", 1),
    "R002": (lambda it: Path(it.root, RECIPE).write_bytes(b"# \xff\n"), RECIPE, 1),
    "R003": (lambda it: it.write_recipe(block=it.block.replace("# ///\n", "#///\n")), RECIPE, 4),
    "R004": (lambda it: it.write_recipe("topic topic"), RECIPE, 31),
    "R005": (lambda it: it.write_recipe("import runner"), RECIPE, 31),
    "R006": (lambda it: it.write_recipe(main=f"{MANY}\n\n{MANY}"), RECIPE, 29),
    "R007": (lambda it: it.write_recipe(docstring='"""New."""\n'), RECIPE, 5),
    "R008": (lambda it: it.write_recipe(main=MANY.replace("Client", "Client, q: str")), RECIPE, 25),
    "R009": (lambda it: it.write_recipe(main=MANY.replace("Iterator[dict[str, Any]]", "int")), RECIPE, 25),
    "R010": (lambda it: it.write_recipe(block=with_table(it, "tag = []")), RECIPE, 5),
    "R011": (lambda it: it.write("recipes/newswhip/api.toml", it.api + "sauce = 1\n"), "recipes/newswhip/api.toml", 3),
    "R012": (lambda it: it.write("recipes.toml", 'name = "tests"\n'), "recipes.toml", 1),
    "R013": (lambda it: link(it), "recipes/newswhip/link.py", 1),
    "R014": (lambda it: it.write_recipe(main=with_parameter("x", "x").replace("newswhip", "newswip")), RECIPE, 25),
    "R015": (lambda it: it.write_recipe(main=with_parameter("format", "format")), RECIPE, 25),
    "R016": (lambda it: it.write_recipe(docstring='"""What is new?"""\n'), RECIPE, 5),
    "R017": (lambda it: it.write_recipe(block=it.block.replace("httpx>=0.28", "httpx<1")), RECIPE, 3),
    "R018": (lambda it: it.write_recipe(block=it.block.replace('# requires-python = ">=3.11"\n', "")), RECIPE, 1),
    "R019": (lambda it: it.write_recipe(LONG), RECIPE, 9),
    "R020": (lambda it: it.write_recipe(f"topic = '{'x' * 110}'"), RECIPE, 31),
    "R021": (lambda it: with_collection(it, '"newswhip/new-things",\n  "newswhip/gone"'), "recipes.toml", 7),
    "R022": (lambda it: with_others(it), "recipes.toml", 6),
    "R101": (lambda it: it.write_recipe("print(topic)"), RECIPE, 31),
    "R102": (lambda it: it.write_recipe("while True:\n    yield {}"), RECIPE, 31),
    "R103": (lambda it: it.write_recipe("try:\n    pass\nexcept Exception:\n    topic = ''"), RECIPE, 33),
    "R104": (lambda it: it.write_recipe("try:\n    int(topic)\nexcept ValueError:\n    pass"), RECIPE, 33),
    "R105": (lambda it: it.write_recipe("now = datetime.now()"), RECIPE, 31),
    "R106": (lambda it: it.write_recipe(f"# {KEY}"), RECIPE, 31),
    "R107": (lambda it: it.write_recipe("httpx.get(topic)"), RECIPE, 31),
    "R108": (lambda it: it.write_recipe("newswhip.get('/x').json()"), RECIPE, 31),
    "R109": (lambda it: it.write_recipe("url = 'https://api.newswhip.com/v1/x'"), RECIPE, 31),
    "R110": (lambda it: it.write_recipe(above="def row(x: str, seen: list[str] = []) -> None: ...\n"), RECIPE, 25),
    "R111": (lambda it: it.write_recipe(main=with_parameter("unused", "0")), RECIPE, 25),
    "R201": (lambda it: shutil.rmtree(it.root / "cassettes"), RECIPE, 1),
    "R202": (lambda it: it.write("cassettes/newswhip/old/default.toml"), "cassettes/newswhip/old/default.toml", 1),
    "R203": (lambda it: Path(it.root, CASE + ".jsonl").unlink(), CASE + ".toml", 1),
    "R204": (lambda it: it.write(CASE + ".yaml.bak"), CASE + ".yaml.bak", 1),
    "R205": (lambda it: it.write(CASE + ".toml", "recipe = 1\n"), CASE + ".toml", 1),
    "R206": (lambda it: it.write_case(values={"topc": "ferry"}), CASE + ".toml", 7),
    "R207": (lambda it: it.write_case(digest="0" * 64), CASE + ".toml", 2),
    "R208": (lambda it: it.write(CASE + ".yaml", "#" * 1_000_000 + "\n" + cassette_text(())), CASE + ".yaml", 1),
    "R209": (lambda it: it.write(CASE + ".jsonl", f'{{"a": "{KEY}"}}\n'), CASE + ".jsonl", 1),
    "R210": (lambda it: it.write(CASE + ".yaml", "interactions: [\n"), CASE + ".yaml", 2),
    "R211": (lambda it: it.write(CASE + ".jsonl", "\n" + '"a@b.com"'), CASE + ".jsonl", 2),
    "R212": (lambda it: with_chart(it, '{mark = "bar", x = "likes", y = "headline"}'), RECIPE, 5),
}
"""What breaks each rule, in which file (the last part of its path will do), and on which line."""


def with_table(project: Any, line: str) -> str:
    return str(project.block.replace("# ///\n", f"# [tool.recipe-runner]\n# {line}\n# ///\n"))


def with_parameter(name: str, used: str) -> str:
    """Write a `main` with one parameter, which no case has to name."""
    return f'''\
def main(newswhip: httpx.Client, topic: str = "", {name}: int = 1) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        topic: What to look for.
        {name}: What for.
    """
    yield {{"rows": newswhip, "topic": topic, "used": {used}}}
'''


def with_chart(project: Any, chart: str) -> None:
    """Give the recipe a chart, and its case one row."""
    project.write_recipe(block=with_table(project, f"chart = {chart}"))
    project.write(CASE + ".jsonl", '{"headline": "a", "interactions": 1}\n')


def with_collection(project: Any, recipes: str) -> None:
    start = 'name = "tests"\ntitle = "Tests"\n\n[[collection]]\ntitle = "Start here"\n'
    project.write("recipes.toml", f"{start}recipes = [{recipes}]\n")


def with_others(project: Any) -> None:
    """Name another recipe in a collection, so that the first one stands in none."""
    project.write_recipe(name="newswhip/named")
    folder = project.root / "cassettes/newswhip/named"
    shutil.copytree(project.root / CASE.removesuffix("/default"), folder)
    case = (folder / "default.toml").read_text(encoding="utf-8")
    (folder / "default.toml").write_text(case.replace("new-things", "named"), encoding="utf-8")
    with_collection(project, '"newswhip/named"')


def link(project: Any) -> None:
    outside = project.root.parent / "outside.py"
    outside.write_text("", encoding="utf-8")
    (project.root / "recipes/newswhip/link.py").symlink_to(outside)


def test_a_repository_in_order_gives_nothing(project: Any) -> None:
    assert project.found() == []


@pytest.mark.parametrize("code", BROKEN)
def test_what_breaks_a_rule_is_found_at_its_line_and_nothing_else_is(project: Any, code: str) -> None:
    break_it, path, line = BROKEN[code]
    break_it(project)
    [(found_code, found_path, found_line)] = project.found()
    assert (found_code, found_path.endswith(path), found_line) == (code, True, line)


def test_every_rule_is_tested_here_and_has_one_function() -> None:
    assert sorted([*DRAFT_RULES, *REPOSITORY_RULES, *CASE_RULES]) == list(read_rules()) == sorted(BROKEN)


@pytest.mark.parametrize("code", [code for code in read_rules() if "R101" <= code < "R200" and code != "R106"])
def test_the_examples_of_a_rule_for_code_are_true(project: Any, code: str) -> None:
    rule = read_rules()[code]
    assert list(spots(project, code, rule.bad)) != []
    assert list(spots(project, code, rule.good)) == []


def spots(project: Any, code: str, example: str) -> Any:
    """Put an example where it belongs: functions as they are, all else into `main`."""
    place = "main" if "def main(" in example else "above" if example.startswith("def ") else "body"
    path = project.write_recipe(**{place: example})
    return DRAFT_RULES[code](read_draft(path, {"newswhip": read_api(path.parent)}, ["newswhip"]))


@pytest.mark.parametrize("typed", ["R101", "r101", "print", "Print"])
def test_a_rule_is_found_by_code_and_by_name(typed: str) -> None:
    assert find_rule(typed).title == "The recipe prints"


@pytest.mark.parametrize("typed, fix", [("R1001", "R101"), ("prnt", "print"), ("x", "")])
def test_an_unknown_rule_suggests_the_nearest(typed: str, fix: str) -> None:
    with pytest.raises(NotFound) as raised:
        find_rule(typed)
    assert str(raised.value) == f"No rule named {typed!r}."
    assert raised.value.hint == f"recipes explain {fix}".strip()


def test_every_rule_says_what_why_and_how() -> None:
    for code, rule in read_rules().items():
        assert all((rule.name, rule.title, rule.reason, rule.bad.strip(), rule.good.strip())), code
        assert rule.reason.endswith("."), code
        assert not rule.title.endswith("."), code
    names = [rule.name for rule in read_rules().values()]
    assert (len(set(names)), list(read_rules())) == (len(names), sorted(read_rules()))


def test_only_what_proves_nothing_by_itself_is_a_note() -> None:
    assert [code for code, rule in read_rules().items() if rule.severity == "note"] == [
        "R019",
        "R020",
        "R022",
        "R207",
        "R211",
    ]
