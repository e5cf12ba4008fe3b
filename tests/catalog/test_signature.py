from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.model import ClientParameter
from runner.catalog.source import read_recipe
from runner.errors import BrokenSource

MAIN = "main(harbour: httpx.Client, topic: str, hours: int = 24)"


def line_with(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text().split("\n"), 1) if text in line)


@pytest.mark.parametrize(
    "line, annotation",
    [
        ("import httpx", "httpx.Client"),
        ("from httpx import Client", "Client"),
        ("from httpx import Client as Caller", "Caller"),
    ],
)
def test_a_client_is_known_by_its_type(write_recipe: Callable[..., Path], line: str, annotation: str) -> None:
    path = write_recipe(("import httpx", line), ("httpx.Client", annotation))
    assert read_recipe(path).clients == (ClientParameter("harbour", "harbour", is_async=False),)


def test_an_async_main_takes_async_clients(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe(
        ("import httpx", "from httpx import AsyncClient"),
        ("def main(harbour: httpx.Client", "async def main(harbour: AsyncClient"),
    )
    assert read_recipe(path).clients == (ClientParameter("harbour", "harbour", is_async=True),)


def test_a_recipe_may_use_several_apis_whose_names_have_hyphens(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe(
        ("topic: str", "topic: str, city_weather: httpx.Client"), ("= 24", ""), ("# min", "# example = 2\n# min")
    )
    assert [client.api for client in read_recipe(path).clients] == ["harbour", "city-weather"]


def test_a_client_may_be_explained(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe(("    Args:\n", "    Args:\n        harbour: The API.\n"))
    assert [parameter.name for parameter in read_recipe(path).parameters] == ["topic", "hours"]


def test_keyword_only_parameters_are_like_others(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe(("topic: str, hours: int = 24", "*, hours: int = 24, topic: str"))
    assert [(each.name, each.required) for each in read_recipe(path).parameters] == [("hours", False), ("topic", True)]


def test_a_parameter_knows_its_line(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe(
        (f"{MAIN} ->", "main(\n    harbour: httpx.Client,\n    topic: str,\n    hours: int = 24,\n) ->")
    )
    assert [each.line for each in read_recipe(path).parameters] == [
        line_with(path, "    topic: str"),
        line_with(path, "    hours: int"),
    ]


@pytest.mark.parametrize(
    "old, new, at, problem, hint",
    [
        (MAIN, "main(harbour: httpx.Client, *topic: str)", "main(", "main takes *topic", "name each parameter"),
        (MAIN, "main(harbour: httpx.Client, **topic: str)", "main(", "main takes **topic", "name each parameter"),
        (
            "topic: str,",
            "topic: str, /,",
            "main(",
            "main has positional-only parameters",
            "remove the / of its signature",
        ),
        ("topic: str,", "topic: str, topic: str,", "main(", "main has topic twice", "rename one of them"),
        (
            "topic: str,",
            "Topic: str,",
            "main(",
            "the name 'Topic' makes no option",
            "use lower-case letters, digits and underscores",
        ),
        (
            "topic: str,",
            "größe: str,",
            "main(",
            "the name 'größe' makes no option",
            "use lower-case letters, digits and underscores",
        ),
        ("topic: str", "topic", "main(", "topic has no type", "write topic: str"),
        (
            "topic: str",
            "topic: Any",
            "main(",
            "topic has the type 'Any'",
            "write str, int, float, bool, date, datetime, Path, Literal[...], list[...] or one of these | None",
        ),
        (
            "hours: int =",
            "hours: int | str =",
            "main(",
            "hours is a choice between types",
            "keep one type, or write T | None",
        ),
        (
            "httpx.Client",
            "httpx.AsyncClient",
            "main(",
            "harbour is a httpx.AsyncClient, but main is not async",
            "write harbour: httpx.Client",
        ),
        (
            "def main",
            "async def main",
            "main(",
            "harbour is a httpx.Client, but main is async",
            "write harbour: httpx.AsyncClient",
        ),
        (
            "topic: str, hours",
            'topic: str = "a", other: httpx.Client = None, hours',
            "main(",
            "the client other has a default",
            "remove the default",
        ),
        (
            "        topic: Words to look for.\n",
            "",
            "main(",
            "Args: of main does not explain topic",
            "add topic: and what it means to Args:",
        ),
        (
            "topic: Words to look for.",
            "topic:",
            "main(",
            "Args: of main does not explain topic",
            "add topic: and what it means to Args:",
        ),
        (
            "        topic: Words",
            "        hour: Not there.\n        topic: Words",
            "hour: Not",
            "Args: explains hour, which main does not have",
            "write hours",
        ),
        (
            "        topic: Words",
            "        zzz: Not there.\n        topic: Words",
            "zzz: Not",
            "Args: explains zzz, which main does not have",
            "remove it from Args:",
        ),
        ("parameters.topic]", "parameters.topik]", "topik]", "main has no parameter 'topik'", "write topic"),
        (
            "parameters.topic]",
            "parameters.zzz]",
            "zzz]",
            "main has no parameter 'zzz'",
            "remove this table; main has topic, hours",
        ),
    ],
)
def test_a_violation_is_named_with_its_line_and_a_fix(
    write_recipe: Callable[..., Path], old: str, new: str, at: str, problem: str, hint: str
) -> None:
    path = write_recipe((old, new))
    with pytest.raises(BrokenSource) as caught:
        read_recipe(path)
    assert (caught.value.line, caught.value.problem, caught.value.hint) == (line_with(path, at), problem, hint)


def test_a_client_of_another_package_is_none(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe(("import httpx", "from other import Client"), ("httpx.Client", "Client"))
    with pytest.raises(BrokenSource, match=r"harbour has the type 'Client'$|does not explain harbour$"):
        read_recipe(path)


def test_a_table_for_a_main_without_parameters_is_refused(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe((MAIN, "main(harbour: httpx.Client)"), ("    Args:\n", "    Notes:\n"))
    with pytest.raises(BrokenSource) as caught:
        read_recipe(path)
    assert caught.value.hint == "remove this table; main has no parameters"
