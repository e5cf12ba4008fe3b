from typing import Any

import pytest


@pytest.mark.parametrize(
    "call",
    [
        "httpx.get(topic)",
        "get(topic)",
        "httpx.Client(timeout=5)",
        "httpx.AsyncClient()",
        "httpx.stream('GET', topic)",
        "urllib.request.urlopen(topic)",
    ],
)
def test_a_call_past_the_client_is_found(project: Any, call: str) -> None:
    assert project.lines_of("R107", f"x = {call}") == [1]


@pytest.mark.parametrize("call", ["httpx.Timeout(5)", "httpx.QueryParams(q=topic)", "topic.get('a')", "httpx.codes.OK"])
def test_other_names_of_httpx_are_none(project: Any, call: str) -> None:
    assert project.lines_of("R107", f"x = {call}") == []


@pytest.mark.parametrize(
    "lines",
    [
        "newswhip.get('/x').json()",
        "yield from newswhip.get('/x').json()['rows']",
        "newswhip.post('/x', json={})",
        "x = newswhip.get('/x')",
        "x = newswhip.get('/x')\nyield x.json()",
        "x: httpx.Response = newswhip.get('/x')\nyield x.json()",
        "if (x := newswhip.get('/x')):\n    yield x.json()",
        "with newswhip.stream('GET', '/x') as x:\n    yield from x.iter_lines()",
        "rows = [newswhip.get(each).json() for each in topic]",
        "rows = newswhip.get('/x').headers['x']",
    ],
)
def test_an_answer_whose_status_nobody_looks_at_is_found(project: Any, lines: str) -> None:
    assert project.lines_of("R108", lines) == [1]


@pytest.mark.parametrize(
    "lines",
    [
        "newswhip.get('/x').raise_for_status()",
        "yield newswhip.get('/x').raise_for_status().json()",
        "x = newswhip.get('/x')\nx.raise_for_status()\nyield x.json()",
        "x = newswhip.get('/x').raise_for_status()\nyield x.json()",
        "x = newswhip.get('/x')\nif x.status_code == 404:\n    return\nyield x.json()",
        "x = newswhip.get('/x')\nif x.is_success:\n    yield x.json()",
        "x = newswhip.get('/x')\nchecked(x)\nyield x.json()",
        "x = checked(newswhip.get('/x'))",
        "if newswhip.get('/x').is_error:\n    return",
        "with newswhip.stream('GET', '/x') as x:\n    x.raise_for_status()\n    yield from x.iter_lines()",
        "rows = [checked(newswhip.get(each)) for each in topic]",
        "status = newswhip.get('/x').status_code",
        "rows = topic.get('x')",
        "base = newswhip.base_url",
        "a, b = newswhip.get('/x'), 1",
    ],
)
def test_an_answer_that_is_looked_at_or_handed_on_is_none(project: Any, lines: str) -> None:
    assert project.lines_of("R108", lines) == []


ASYNC = '''\
async def main(newswhip: httpx.AsyncClient, topic: str = "ferry") -> AsyncIterator[dict[str, Any]]:
    """Yield rows.

    Args:
        topic: What to look for.
    """
    {lines}
    yield {{"rows": topic}}
'''


@pytest.mark.parametrize(
    "lines, found",
    [
        ("(await newswhip.get('/x')).json()", [1]),
        ("x = await newswhip.get('/x')", [1]),
        ("(await newswhip.get('/x')).raise_for_status()", []),
        ("x = await asyncio.gather(*(newswhip.get(each) for each in topic))", []),
    ],
)
def test_answers_that_are_waited_for_are_followed_too(project: Any, lines: str, found: list[int]) -> None:
    assert project.lines_of("R108", main=ASYNC.format(lines=lines)) == found


def test_a_client_in_a_helper_is_followed_too(project: Any) -> None:
    above = "def fetch(client: httpx.Client) -> Any:\n    return client.get('/x').json()\n"
    assert project.lines_of("R108", above=above) == [project.above_line + 1 - project.body_line + 1]


def test_a_look_at_an_answer_of_another_function_is_none(project: Any) -> None:
    above = "def fetch(client: httpx.Client) -> Any:\n    x = client.get('/x')\n    return x.json()\n"
    lines = "x = newswhip.get('/x')\nx.raise_for_status()"
    assert project.lines_of("R108", lines, above=above) == [project.above_line + 1 - project.body_line + 1]


def test_the_address_of_an_api_that_is_not_called_is_none(project: Any) -> None:
    project.write("recipes/other/api.toml", 'title = "Other"\nbase-url = "https://api.other.example"\n')
    assert project.lines_of("R109", "x = 'https://api.other.example/v1'") == []


@pytest.mark.parametrize(
    "address",
    [
        "'https://api.newswhip.com/v1/articles'",
        "'https://api.newswhip.com'",
        "'http://API.newswhip.com/v2'",
        "f'https://api.newswhip.com/v1/{topic}'",
        "'see https://api.newswhip.com?q=1'",
    ],
)
def test_the_address_of_the_api_is_found(project: Any, address: str) -> None:
    assert project.lines_of("R109", f"x = {address}") == [1]


@pytest.mark.parametrize(
    "address",
    [
        "'https://developer.newswhip.com'",
        "'https://api.newswhip.com.example/v1'",
        "'https://api.newswhip.community'",
        "'/v1/articles'",
        "''  # https://api.newswhip.com/v1 is what it is",
    ],
)
def test_another_address_is_none(project: Any, address: str) -> None:
    assert project.lines_of("R109", f"x = {address}") == []


def test_a_docstring_may_name_the_address(project: Any) -> None:
    docstring = project.docstring.replace("For the tests.", "See https://api.newswhip.com/v1/docs.")
    assert project.lines_of("R109", docstring=docstring) == []
