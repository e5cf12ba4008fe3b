from collections.abc import Callable
from typing import Any

import pytest

from runner.errors import ApiRefused, ApiUnreachable, RecipeFailed, RunnerError
from runner.running.isolated.isolation import Isolation
from runner.running.run import Plan, open_run
from runner.running.transports import Link
from runner.running.wires import FirstRequest, nowhere


@pytest.fixture(params=[False, True], ids=["here", "apart"])
def isolation(request: pytest.FixtureRequest, apart: Isolation) -> Isolation | None:
    """Run each test in this process, and in one of the recipe's own."""
    return apart if request.param else None


MakePlan = Callable[..., Plan]

SYNC = 'def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:\n    """Yield rows."""\n'
ASYNC = 'async def main(echo: httpx.AsyncClient) -> list[dict[str, Any]]:\n    """Give rows."""\n'


def lines(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines()).rstrip()


@pytest.fixture
def error_of(plan: MakePlan, link: Link) -> Callable[..., RunnerError]:
    """Run a `main` of these lines, and return the error that comes out."""

    def run(body: str, start: str = SYNC, link: Link = link) -> RunnerError:
        with pytest.raises(RunnerError) as error, open_run(plan(start + lines(body), link)) as run:
            run.exhaust()
        return error.value

    return run


ErrorOf = Callable[..., RunnerError]


@pytest.mark.parametrize(
    "body, said",
    [
        ('yield {"a": 1}\nyield {"a": {}["b"]}', "KeyError: 'b' at things.py:18"),
        ("raise ValueError\nyield", "ValueError at things.py:17"),
        ('raise LookupError("No luck.")\nyield', "LookupError: No luck at things.py:17"),
        ("yield {'a': int('x')}", "ValueError: invalid literal for int() with base 10: 'x' at things.py:17"),
        (
            "try:\n    int('x')\nexcept ValueError:\n    raise\nyield",
            "ValueError: invalid literal for int() with base 10: 'x' at things.py:18",
        ),
        (
            "import datetime\nyield {'a': datetime.date.fromisoformat('x')}",
            "ValueError: Invalid isoformat string: 'x' at things.py:18",
        ),
        (
            "import ipaddress\nyield {'a': ipaddress.ip_address('x')}",
            "ValueError: 'x' does not appear to be an IPv4 or IPv6 address at things.py:18",
        ),
        ("class OddError(ValueError):\n    pass\nraise OddError('x')\nyield", "OddError: x at things.py:19"),
        ("next(iter(()))\nyield", "RuntimeError: generator raised StopIteration at things.py:17"),
        ('raise SystemExit("enough")\nyield', "SystemExit: enough at things.py:17"),
        ("raise SystemExit(0)\nyield", "SystemExit: 0 at things.py:17"),
        (
            "import json\njson.loads('x')\nyield",
            "JSONDecodeError: Expecting value: line 1 column 1 (char 0) at things.py:18",
        ),
    ],
)
def test_what_a_recipe_raises_is_told_with_its_line(error_of: ErrorOf, body: str, said: str) -> None:
    error = error_of(body)
    assert (type(error), error.exit_code, str(error)) == (RecipeFailed, 1, f"The recipe echo/things raised {said}.")
    assert error.hint == "--debug shows where it came from"


@pytest.mark.parametrize(
    "body",
    [
        'raise ValueError("until lies before since.")\nyield',
        'yield {"a": 1}\nraise ValueError("until lies before since") from None',
        "def refuse():\n    raise ValueError('until lies before since')\nrefuse()\nyield",
        "try:\n    int('x')\nexcept ValueError:\n    raise ValueError('until lies before since') from None\nyield",
    ],
)
@pytest.mark.parametrize("start", [SYNC, ASYNC], ids=["sync", "async"])
def test_what_a_recipe_refuses_is_told_in_its_own_words(error_of: ErrorOf, body: str, start: str) -> None:
    if start == ASYNC:
        body = body.replace('yield {"a": 1}\n', "").replace("yield", "return []")
    error = error_of(body, start)
    assert (type(error), error.exit_code) == (RecipeFailed, 1)
    assert str(error) == "The recipe echo/things stopped: until lies before since."
    assert error.hint == "recipes show echo/things"


def test_a_refusal_in_a_group_of_tasks_is_one_too(error_of: ErrorOf) -> None:
    body = (
        "async def refuse():\n    raise ValueError('too late')\n"
        "async with asyncio.TaskGroup() as group:\n    group.create_task(refuse())\nreturn []"
    )
    assert str(error_of(body, ASYNC)) == "The recipe echo/things stopped: too late."


def test_a_file_that_cannot_be_read_is_named(error_of: ErrorOf) -> None:
    error = error_of('open("no-such-list.csv")\nyield')
    assert str(error) == "The recipe echo/things stopped: no-such-list.csv: No such file or directory."
    assert error.hint == "recipes show echo/things"


@pytest.mark.parametrize("isolation", [False], indirect=True)
def test_the_cause_is_kept_for_a_developer(error_of: ErrorOf) -> None:
    assert isinstance(error_of("raise KeyError(1)\nyield").__cause__, KeyError)


def test_a_value_that_is_no_json_in_a_request_is_a_bug_of_the_recipe(error_of: ErrorOf, server: Any) -> None:
    error = error_of('echo.post("/search", json=float("nan"))\nyield')
    # Python 3.13 goes on with ": nan".
    assert str(error).startswith("The recipe echo/things raised ValueError: Out of range float values are not JSON")
    assert str(error).endswith(" at things.py:17.")
    assert server.seen == []


def test_of_a_group_of_errors_the_first_one_counts(error_of: ErrorOf, server: Any) -> None:
    server.says({"status": 404})
    body = (
        "async with asyncio.TaskGroup() as group:\n"
        '    task = group.create_task(echo.get("/things"))\n'
        "    await task\n"
        "    task.result().raise_for_status()"
    )
    assert isinstance(error_of(body, ASYNC), ApiRefused)


def test_the_end_of_a_dry_run_comes_out_of_a_group(plan: MakePlan, link: Link) -> None:
    body = 'async with asyncio.TaskGroup() as group:\n    group.create_task(echo.get("/things"))\nreturn []'
    with pytest.raises(FirstRequest), open_run(plan(ASYNC + lines(body), Link(link.api, nowhere(link.api)))) as run:
        run.exhaust()


def test_an_error_of_ours_passes_through_a_recipe(error_of: ErrorOf, other_server: Any) -> None:
    assert isinstance(error_of(f'echo.get("{other_server.url}")\nyield'), ApiRefused)


def test_a_recipe_may_handle_what_goes_wrong(plan: MakePlan, link: Link, server: Any) -> None:
    server.says({"status": 404})
    body = (
        "try:\n"
        '    echo.get("/things").raise_for_status()\n'
        "except httpx.HTTPStatusError as error:\n"
        '    yield {"status": error.response.status_code}'
    )
    with open_run(plan(SYNC + lines(body), link)) as run:
        assert list(run.rows()) == [{"status": 404}]


@pytest.mark.parametrize("start", [SYNC, ASYNC], ids=["sync", "async"])
def test_an_answer_that_is_no_json_counts_as_no_answer(error_of: ErrorOf, server: Any, start: str) -> None:
    server.says({"body": b"<p>Back   soon</p>"})
    call = "(await echo.get('/things'))" if start == ASYNC else "echo.get('/things')"
    error = error_of(f"return {call}.json()", start)
    assert (type(error), error.exit_code) == (ApiUnreachable, 6)
    assert str(error) == "An answer of Echo is not JSON: it begins with '<p>Back soon</p>'."


def test_the_address_in_the_details_is_scrubbed(error_of: ErrorOf, server: Any) -> None:
    server.says({"status": 404})
    error = error_of('echo.get("/things/test-key-a%2F1%2B2%3D%26/more").raise_for_status()\nyield')
    assert error.details == (f"Asked  GET {server.url}/v1/things/[ECHO_API_KEY]/more",)


def test_details_and_hint_are_scrubbed_as_well(error_of: ErrorOf, server: Any, secret: str) -> None:
    server.says({"status": 400, "body": {"error": {"message": f"bad {secret}", "id": secret}}})
    error = error_of('echo.get("/things", params={"q": "' + secret + '"}).raise_for_status()\nyield')
    assert secret not in str([str(error), error.hint, error.details])
    assert error.details[-1] == "Id     [ECHO_API_KEY]   (for the API's support)"
