"""What comes out of a run never holds the key, whatever the API and the recipe do."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from runner.errors import RecipeFailed
from runner.running.isolated.isolation import Isolation
from runner.running.run import Plan, open_run
from runner.running.transports import Link


@pytest.fixture(params=[False, True], ids=["here", "apart"])
def isolation(request: pytest.FixtureRequest, apart: Isolation) -> Isolation | None:
    """Run each test in this process, and in one of the recipe's own."""
    return apart if request.param else None


RowsOf = Callable[..., list[dict[str, Any]]]
MakePlan = Callable[..., Plan]
Main = Callable[..., str]

ROWS = "Iterator[dict[str, Any]]"
ECHOES: list[dict[str, Any]] = [
    {"body": b'{"said": "you sent test-key-a/1+2=&!"}'},
    {"body": b'{"said": "test-key-a%2F1%2B2%3D%26"}'},
    {"body": b'{"said": "test-key-a%2f1%2b2%3d%26"}'},
    {"body": b'{"said": "dGVzdC1rZXktYS8xKzI9Jg=="}'},
    {"body": b'{"test-key-a/1+2=&": ["test-key-a/1+2=&"]}'},
    {"headers": {"X-Said": "test-key-a/1+2=&"}},
    {"headers": {"Set-Cookie": "session=test-key-a/1+2=&"}},
]
TELL = 'answer = echo.get("/things")\ntold = [answer.text, str(answer.headers), str(dict(echo.cookies))]\n'


def shown(value: object) -> str:
    return json.dumps(value).replace("\\", "")


@pytest.mark.parametrize("echo", ECHOES, ids=str)
@pytest.mark.parametrize(
    "gives, code",
    [(ROWS, 'yield {"told": told}'), ("dict[str, Any]", 'return {"told": told}'), ("str", "return repr(told)")],
)
def test_a_key_that_the_api_echoes_is_in_no_result(
    main: Main, plan: MakePlan, link: Link, server: Any, secret: str, echo: dict[str, Any], gives: str, code: str
) -> None:
    server.says(echo)
    ready = plan(main(TELL + code, "echo: httpx.Client", gives), link)
    with open_run(ready) as run:
        result = shown({ROWS: lambda: list(run.rows()), "dict[str, Any]": run.record, "str": run.text}[gives]())
    assert "[ECHO_API_KEY]" in result
    assert [form for form in (secret, "test-key", "dGVzdC1rZXktYS8xKzI9Jg") if form in result] == []


@pytest.mark.parametrize("echo", ECHOES, ids=str)
def test_a_key_that_the_api_echoes_is_in_no_error_of_the_recipe(
    main: Main, plan: MakePlan, link: Link, server: Any, echo: dict[str, Any]
) -> None:
    server.says(echo)
    with (
        open_run(plan(main(TELL + "raise ValueError(told)\nyield", "echo: httpx.Client"), link)) as run,
        pytest.raises(RecipeFailed) as failed,
    ):
        run.exhaust()
    told = shown([str(failed.value), failed.value.hint, *failed.value.details])
    assert "[ECHO_API_KEY]" in told
    assert [form for form in ("test-key", "dGVzdC1rZXktYS8xKzI9Jg") if form in told] == []


@pytest.mark.parametrize("where", ["[{key!r}]", "[{{'a': 1}}, {{{key!r}: 1}}]", "[[{pad!r}, {key!r}]]"])
def test_a_row_of_the_wrong_shape_is_quoted_without_the_key(
    main: Main, rows_of: RowsOf, secret: str, where: str
) -> None:
    code = main(f"return {where.format(key=secret, pad='x' * 40)}", gives="list[dict[str, Any]]")
    with pytest.raises(RecipeFailed) as failed:
        rows_of(code)
    assert "test-key" not in str(failed.value)
