from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.model import Chart, ClientParameter, Kind, Parameter, Recipe
from runner.catalog.source import read_recipe
from runner.errors import BrokenSource

TABLE = '# audience = "analyst"\n'


def line_with(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text().split("\n"), 1) if text in line)


def test_a_recipe_is_read_whole(write_recipe: Callable[..., Path], recipe_text: str) -> None:
    path = write_recipe()
    assert read_recipe(path) == Recipe(
        path=path,
        id="harbour/late-ferries",
        title="Which ferries are late right now?",
        description="For a new customer.",
        clients=(ClientParameter("harbour", "harbour", is_async=False),),
        parameters=(
            Parameter("topic", Kind("str"), "Words to look for.", example="ferry strike", line=27),
            Parameter("hours", Kind("int"), "How far back to look, in hours.", default=24, min=1, max=168, line=27),
        ),
        gives="rows",
        source=recipe_text,
        requires_python=">=3.11",
        dependencies=("httpx>=0.28",),
        tags=("getting-started", "ferries"),
        audience=("analyst",),
    )


def test_the_recipe_of_the_design_page_is_proper(tmp_path: Path) -> None:
    path = tmp_path / "recipes" / "newswhip" / "top_stories.py"
    path.parent.mkdir(parents=True)
    path.write_bytes(DESIGN_RECIPE.encode())
    recipe = read_recipe(path)
    assert (recipe.id, recipe.title, recipe.gives) == (
        "newswhip/top-stories",
        "Which stories about my topic get the most engagement right now?",
        "rows",
    )
    assert recipe.chart == Chart("bar", "interactions", "headline")
    assert [parameter.name for parameter in recipe.parameters] == ["topic", "hours", "limit"]


def test_every_key_of_our_table_is_read(write_recipe: Callable[..., Path]) -> None:
    keys = (
        '# audience = ["analyst", "editor"]\n# writes = true\n# customer = "Invented Ltd"\n'
        '# chart = {mark = "line", x = "day", y = "n", color = "a", sort = "-n", title = "T"}\n'
        '# based-on = "harbour/ferries sha256:00"\n# deprecated = "use harbour/ferries"\n'
    )
    recipe = read_recipe(write_recipe((TABLE, keys)))
    assert (recipe.audience, recipe.chart, recipe.writes) == (
        ("analyst", "editor"),
        Chart("line", "day", "n", "a", "-n", "T"),
        True,
    )
    assert (recipe.customer, recipe.based_on, recipe.deprecated) == (
        "Invented Ltd",
        "harbour/ferries sha256:00",
        "use harbour/ferries",
    )


def test_a_recipe_needs_no_table_of_ours(write_recipe: Callable[..., Path], recipe_text: str) -> None:
    block = recipe_text[recipe_text.index("# [tool.recipe-runner]") : recipe_text.index("# ///\n")]
    recipe = read_recipe(write_recipe((block, ""), ("topic: str", 'topic: str = "ferry"')))
    assert (recipe.tags, recipe.audience, recipe.chart, recipe.writes) == ((), (), None, False)


def test_an_async_recipe_says_so(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe(("def main(harbour: httpx.Client", "async def main(harbour: httpx.AsyncClient"))
    assert read_recipe(path).is_async


def test_what_a_title_holds_is_kept(write_recipe: Callable[..., Path]) -> None:
    assert read_recipe(write_recipe(("Which ferries", r"Which \x1b[31m"))).title == "Which \x1b[31m are late right now?"


@pytest.mark.parametrize(
    "old, new, at, problem, hint",
    [
        (TABLE, '# audiance = "x"\n', "audiance", "unknown key 'audiance' in [tool.recipe-runner]", "write audience"),
        (
            TABLE,
            "# zzz = 1\n",
            "zzz",
            "unknown key 'zzz' in [tool.recipe-runner]",
            "remove it; the keys are tags, audience, chart, writes, customer, based-on, deprecated, parameters",
        ),
        (TABLE, "# audience = 1\n", "audience", "audience must be a list of texts", 'write audience = ["..."]'),
        (TABLE, '# audience = ""\n', "audience", "audience must be text, not ''", 'write audience = "..."'),
        (TABLE, "# writes = 1\n", "writes", "writes must be true or false, not 1", "write writes = true"),
        (TABLE, "# customer = []\n", "customer", "customer must be text, not a list", 'write customer = "..."'),
        (TABLE, "# based-on = {}\n", "based-on", "based-on must be text, not a table", 'write based-on = "..."'),
        (TABLE, "# deprecated = true\n", "deprecated", "deprecated must be text, not true", 'write deprecated = "..."'),
        (
            TABLE,
            '# chart = "bar"\n',
            "chart",
            "chart must be a table, not 'bar'",
            "write [tool.recipe-runner.chart]",
        ),
        (TABLE, '# chart = {mark = "bar", x = "n"}\n', "chart", "y is missing", 'add y = "..."'),
        (
            TABLE,
            '# chart = {mark = "pie", x = "n", y = "m"}\n',
            "chart",
            "mark cannot be 'pie'",
            "write one of bar, line, area, point",
        ),
        (
            TABLE,
            '# chart = {mark = "bar", x = "n", y = "n"}\n',
            "chart",
            "y names the same column as x",
            "name two columns",
        ),
        (
            TABLE,
            '# chart = {mark = "bar", x = "n", y = "m", colour = "a"}\n',
            "chart",
            "unknown key 'colour' in [tool.recipe-runner.chart]",
            "write color",
        ),
        (
            '"ferries"',
            '"Ferries"',
            "tags",
            "tags holds 'Ferries', which is no tag",
            "use lower-case letters, digits and hyphens: getting-started",
        ),
        ('"ferries"', '" "', "tags", "tags must be a list of texts", 'write tags = ["..."]'),
        ('"ferries"', "1", "tags", "tags must be a list of texts", 'write tags = ["..."]'),
        ('"ferries"', '"getting-started"', "tags", "tags names 'getting-started' twice", "remove one of them"),
        (
            '"""Which ferries are late right now?\n\nFor a new customer.\n"""\n',
            "",
            "# /// script",
            "the file has no docstring",
            'write """What does the customer ask?""" below the block',
        ),
        (
            "right now?",
            "right now.",
            '"""Which',
            "the title is no question: 'Which ferries are late right now.'",
            "put it as the customer's question, ending in ?",
        ),
    ],
)
def test_a_violation_is_named_with_its_line_and_a_fix(
    write_recipe: Callable[..., Path], old: str, new: str, at: str, problem: str, hint: str
) -> None:
    path = write_recipe((old, new))
    with pytest.raises(BrokenSource) as caught:
        read_recipe(path)
    assert str(caught.value) == f"{path}:{line_with(path, at)}: {problem}"
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    "name", ["Late.py", "late-ferries.py", "1.py", "late ferries.py", "_late.py", "x" * 65 + ".py"]
)
def test_a_file_name_that_makes_no_id_is_refused(write_recipe: Callable[..., Path], name: str) -> None:
    path = write_recipe(at=f"recipes/harbour/{name}")
    with pytest.raises(BrokenSource) as caught:
        read_recipe(path)
    assert str(caught.value).startswith(f"{path}:1: the file name ")
    assert caught.value.hint == "use lower-case letters, digits and underscores: top_stories.py"


@pytest.mark.parametrize("folder", ["Harbour", "1", "har.bour", "x" * 65])
def test_a_folder_name_that_makes_no_id_is_refused(write_recipe: Callable[..., Path], folder: str) -> None:
    path = write_recipe(at=f"recipes/{folder}/late_ferries.py")
    with pytest.raises(BrokenSource) as caught:
        read_recipe(path)
    assert str(caught.value).startswith(f"{path}:1: the folder name ")
    assert caught.value.hint == "use lower-case letters, digits and hyphens"


@pytest.mark.parametrize("folder", ["old_harbour", "old-harbour"])
def test_an_id_has_hyphens_for_underscores(write_recipe: Callable[..., Path], folder: str) -> None:
    assert read_recipe(write_recipe(at=f"recipes/{folder}/late_ferries.py")).id == "old-harbour/late-ferries"


@pytest.mark.parametrize(
    "signature",
    [
        "topic: " + "list[" * 150 + "str" + "]" * 150,
        "topic: a" + ".b" * 2000,
        "topic: " + "|".join(["int"] * 900),
        "topic: str = " + "[" * 190 + "]" * 190,
        "topic: str = " + "-" * 900 + "1",
        "topic: int = 0x" + "f" * 5000,
        "topic: str = " + "1+" * 50_000 + "1",
    ],
)
def test_hostile_signatures_are_errors_and_not_crashes(write_recipe: Callable[..., Path], signature: str) -> None:
    path = write_recipe(("topic: str", signature))
    with pytest.raises(BrokenSource) as caught:
        read_recipe(path)
    assert len(str(caught.value)) < len(str(path)) + 200


DESIGN_RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["getting-started", "articles"]
# chart = {mark = "bar", x = "interactions", y = "headline"}
#
# [tool.recipe-runner.parameters.topic]
# example = "ferry strike"
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
# ///
"""Which stories about my topic get the most engagement right now?

For a new customer who wants to see what works for a topic before building anything.
The API ranks by engagement and looks back 7 days at most.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


def main(newswhip: httpx.Client, topic: str, hours: int = 24, limit: int = 10) -> Iterator[dict[str, Any]]:
    """Yield one row a story, most engagement first.

    Args:
        topic: Words to look for, or a Lucene query such as `"climate change" AND country_code:ie`.
        hours: How far back to look.
        limit: How many stories.
    """
    since = datetime.now(UTC) - timedelta(hours=hours)
    response = newswhip.post("/articles", json={"filters": [topic], "from": since.timestamp(), "size": limit})
    yield from response.raise_for_status().json()["articles"]
'''
