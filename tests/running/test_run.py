import io
import sys
import threading
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.catalog import Key
from runner.errors import ApiRefused, AskedWrongly, NotTrusted, RecipeFailed
from runner.running.approval import Approval
from runner.running.isolated.isolation import Isolation
from runner.running.run import Plan, open_run
from runner.running.transports import Link
from runner.running.watching import Watcher


@pytest.fixture(params=[False, True], ids=["here", "apart"])
def isolation(request: pytest.FixtureRequest, apart: Isolation) -> Isolation | None:
    """Run each test in this process, and in one of the recipe's own."""
    return apart if request.param else None


RowsOf = Callable[..., list[dict[str, Any]]]
MakePlan = Callable[..., Plan]
MakeLink = Callable[..., Link]
Main = Callable[..., str]

ROWS = "Iterator[dict[str, Any]]"
ASYNC_ROWS = f"Async{ROWS}"


def test_a_generator_gives_rows(main: Main, rows_of: RowsOf) -> None:
    assert rows_of(main('yield {"a": 1}\nyield {"a": 2}')) == [{"a": 1}, {"a": 2}]


def test_a_list_gives_rows(main: Main, rows_of: RowsOf) -> None:
    assert rows_of(main('return [{"a": 1}, {"a": 2}]', gives="list[dict[str, Any]]")) == [{"a": 1}, {"a": 2}]


def test_no_rows_are_rows_too(main: Main, rows_of: RowsOf) -> None:
    assert rows_of(main("yield from ()")) == []


def test_an_async_generator_gives_rows(main: Main, rows_of: RowsOf) -> None:
    code = main('yield {"a": 1}\nawait asyncio.sleep(0)\nyield {"a": 2}', is_async=True)
    assert rows_of(code) == [{"a": 1}, {"a": 2}]


def test_a_coroutine_gives_a_list_of_rows(main: Main, rows_of: RowsOf) -> None:
    code = main('await asyncio.sleep(0)\nreturn [{"a": 1}]', gives="list[dict[str, Any]]", is_async=True)
    assert rows_of(code) == [{"a": 1}]


def test_a_main_that_is_not_async_may_return_an_async_generator(main: Main, rows_of: RowsOf) -> None:
    inner = 'async def rows():\n    yield {"a": 1}\nreturn rows()'
    assert rows_of(main(inner, gives=ASYNC_ROWS)) == [{"a": 1}]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_record_is_one_dict(main: Main, plan: MakePlan, is_async: bool) -> None:
    with open_run(plan(main('return {"a": None, "b": [1]}', gives="dict[str, Any]", is_async=is_async))) as run:
        assert run.record() == {"a": None, "b": [1]}


@pytest.mark.parametrize("is_async", [False, True])
def test_a_text_is_markdown(main: Main, plan: MakePlan, is_async: bool) -> None:
    with open_run(plan(main('return "# Title"', gives="str", is_async=is_async))) as run:
        assert run.text() == "# Title"


@pytest.mark.parametrize("gives, value", [(ROWS, "[]"), ("dict[str, Any]", '{"a": 1}'), ("str", '""')])
def test_a_run_can_be_carried_out_for_nothing_but_its_calls(
    main: Main, plan: MakePlan, sandboxed: MakeLink, app: Any, gives: str, value: str
) -> None:
    code = main(f'echo.get("/things")\nreturn {value}', "echo: httpx.Client", gives)
    with open_run(plan(code, sandboxed())) as run:
        run.exhaust()
    assert app.asked() == ["GET /v1/things"]


def test_a_recipe_calls_its_api_over_the_network(
    main: Main, rows_of: RowsOf, link: Link, server: Any, secret: str
) -> None:
    server.says({"body": [{"a": 1}]})
    assert rows_of(main('yield from echo.get("/things").json()', "echo: httpx.Client"), link) == [{"a": 1}]
    assert (server.asked(), server.seen[0].headers["X-Key"]) == (["GET /v1/things"], secret)


def test_an_async_recipe_calls_its_api_over_the_network(main: Main, rows_of: RowsOf, link: Link, server: Any) -> None:
    server.says({"body": 1}, {"body": 2})
    body = (
        'answers = await asyncio.gather(echo.get("/a"), echo.get("/b"))\n'
        'for each in answers:\n    yield {"a": each.json()}'
    )
    rows = rows_of(main(body, "echo: httpx.AsyncClient", is_async=True), link)
    assert sorted(row["a"] for row in rows) == [1, 2]


def test_a_recipe_may_call_two_apis_and_each_gets_its_own_key(
    main: Main, rows_of: RowsOf, link: Link, server: Any, other_server: Any, secret: str
) -> None:
    key = Key("bearer", "", "OTHER_API_KEY")
    other = replace(
        link, secret="test-key-2", api=link.api._replace(name="other-api", base_url=other_server.url, key=key)
    )
    code = main('echo.get("/a")\nother_api.get("/b")\nyield {"a": 1}', "echo: httpx.Client, other_api: httpx.Client")
    rows_of(code, link, other)
    assert (server.asked(), other_server.asked()) == (["GET /v1/a"], ["GET /b"])
    assert (server.seen[0].headers.get("X-Key"), server.seen[0].headers.get("Authorization")) == (secret, None)
    assert (other_server.seen[0].headers.get("X-Key"), other_server.seen[0].headers.get("Authorization")) == (
        None,
        "Bearer test-key-2",
    )


def test_what_writes_is_let_through_only_where_the_recipe_declares_it(
    main: Main, rows_of: RowsOf, sandboxed: MakeLink, app: Any
) -> None:
    code = main('echo.delete("/things/1")\nyield {"a": 1}', "echo: httpx.Client")
    with pytest.raises(RecipeFailed, match="DELETE /things/1"):
        rows_of(code, sandboxed())
    assert rows_of(code, sandboxed(), table="writes = true") == [{"a": 1}]
    assert app.asked() == ["DELETE /v1/things/1"]


VALUES = '''\
def main(names: list[str], day: date | None = None, count: int = 1) -> Iterator[dict[str, Any]]:
    """Yield what was given.

    Args:
        names: Some.
        day: One.
        count: How many.
    """
    yield {"names": names, "kind": type(names).__name__, "day": day, "count": count}'''


@pytest.mark.parametrize("day", [None, date(2026, 11, 20)])
def test_values_arrive_with_their_types_and_lists_as_lists(rows_of: RowsOf, day: date | None) -> None:
    values = {"names": ("a", "b"), "day": day, "count": 3}
    assert rows_of(VALUES, table='[tool.recipe-runner.parameters.names]\nexample = ["a"]', values=values) == [
        {"names": ["a", "b"], "kind": "list", "day": day, "count": 3}
    ]


def test_an_error_after_some_rows_leaves_them_delivered(main: Main, plan: MakePlan) -> None:
    watcher = Told()
    delivered: list[int] = []
    with open_run(plan(main('yield {"a": 1}\nyield {"a": 2}\nraise KeyError("x")')), watcher) as run:
        with pytest.raises(RecipeFailed):
            delivered.extend(row["a"] for row in run.rows())
        assert (delivered, watcher.rows) == ([1, 2], [1, 2])


class Told(Watcher):
    """Remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[int] = []
        self.called: list[tuple[str, str, str]] = []

    def delivered(self, rows: int) -> None:
        self.rows.append(rows)

    def calling(self, api: str, method: str, path: str) -> None:
        super().calling(api, method, path)
        self.called.append((api, method, path))


def test_the_watcher_hears_of_calls_and_rows(main: Main, plan: MakePlan, sandboxed: MakeLink) -> None:
    watcher = Told()
    code = main('echo.get("/things", params={"q": "private"})\nyield {"a": 1}\nyield {"a": 2}', "echo: httpx.Client")
    with open_run(plan(code, sandboxed()), watcher) as run:
        list(run.rows())
    assert (watcher.rows, watcher.called, watcher.calls) == ([1, 2], [("Echo", "GET", "/v1/things")], 1)


def test_rows_are_given_while_the_recipe_is_at_work(main: Main, plan: MakePlan, sandboxed: MakeLink, app: Any) -> None:
    code = main('yield {"a": 1}\necho.get("/things")\nyield {"a": 2}', "echo: httpx.Client")
    with open_run(plan(code, sandboxed())) as run:
        rows = run.rows()
        assert (next(rows), app.asked()) == ({"a": 1}, [])
        assert (next(rows), app.asked()) == ({"a": 2}, ["GET /v1/things"])


LEAVING = 'try:\n    yield {"a": 1}\n    yield {"a": 2}\nfinally:\n    '


def test_a_generator_that_is_left_early_ends_while_its_client_is_open(
    main: Main, plan: MakePlan, sandboxed: MakeLink, app: Any
) -> None:
    with open_run(plan(main(LEAVING + 'echo.get("/bye")', "echo: httpx.Client"), sandboxed())) as run:
        rows = run.rows()
        next(rows)
        assert app.asked() == []
    assert app.asked() == ["GET /v1/bye"]


def test_an_async_generator_that_is_left_early_ends_while_its_client_is_open(
    main: Main, plan: MakePlan, sandboxed: MakeLink, app: Any
) -> None:
    code = main(LEAVING + 'await echo.get("/bye")', "echo: httpx.AsyncClient", is_async=True)
    with open_run(plan(code, sandboxed())) as run:
        rows = run.rows()
        next(rows)
    assert app.asked() == ["GET /v1/bye"]


def test_what_goes_wrong_at_the_end_of_a_generator_is_told(main: Main, plan: MakePlan) -> None:
    run = open_run(plan(main(LEAVING + 'raise KeyError("end")'))).__enter__()
    rows = run.rows()
    next(rows)
    with pytest.raises(RecipeFailed, match=r"raised KeyError: 'end' at things\.py:"):
        run.__exit__()


@pytest.mark.parametrize("isolation", [False], indirect=True)
@pytest.mark.parametrize("kind, is_async", [("Client", False), ("AsyncClient", True)])
def test_clients_are_closed_at_the_end(
    main: Main, plan: MakePlan, sandboxed: MakeLink, kind: str, is_async: bool
) -> None:
    kept: list[Any] = []
    code = main('yield {"a": 1, "closed": lambda: echo.is_closed}', f"echo: httpx.{kind}", is_async=is_async)
    with open_run(plan(code, sandboxed())) as run:
        kept.extend(run.rows())
        assert kept[0]["closed"]() is False
    assert kept[0]["closed"]() is True


@pytest.mark.parametrize("is_async", [False, True])
def test_ctrl_c_passes_through_untouched(main: Main, plan: MakePlan, is_async: bool) -> None:
    stop = main('yield {"a": 1}\nraise KeyboardInterrupt', is_async=is_async)
    with pytest.raises(KeyboardInterrupt), open_run(plan(stop)) as run:
        list(run.rows())


def test_what_a_recipe_prints_goes_elsewhere_than_its_result(main: Main, plan: MakePlan) -> None:
    stdout, prints = io.StringIO(), io.StringIO()
    code = 'print("loading")\n\n\n' + main('print("working")\nyield {"a": 1}')
    with redirect_stdout(stdout):
        with open_run(plan(code, prints=prints)) as run:
            assert list(run.rows()) == [{"a": 1}]
        print("after")
    assert (stdout.getvalue(), prints.getvalue()) == ("after\n", "loading\nworking\n")


def test_nothing_of_the_recipe_executes_before_the_run_begins(main: Main, plan: MakePlan, tmp_path: Path) -> None:
    ready = plan(f'open({str(tmp_path / "trace")!r}, "w").close()\n\n\n' + main('yield {"a": 1}'))
    assert not (tmp_path / "trace").exists()
    with open_run(ready):
        assert (tmp_path / "trace").exists()


def test_a_recipe_outside_what_was_approved_is_refused(main: Main, plan: MakePlan, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    ready = plan(f'open({str(tmp_path / "trace")!r}, "w").close()\n\n\n' + main('yield {"a": 1}'))
    with pytest.raises(NotTrusted) as refused, open_run(replace(ready, approval=Approval(tmp_path / "other"))):
        pass
    assert refused.value.exit_code == 7
    assert not (tmp_path / "trace").exists()


def test_a_key_is_not_sent_where_it_was_not_approved_to_go(main: Main, plan: MakePlan, link: Link, server: Any) -> None:
    code = main('echo.get("/things")\nyield {"a": 1}', "echo: httpx.Client")
    ready = plan(code, link)
    root = ready.approval.root
    elsewhere = replace(ready, approval=Approval(root, frozenset({"ECHO_API_KEY api.echo.example"})))
    with pytest.raises(NotTrusted) as refused, open_run(elsewhere):
        pass
    assert (refused.value.hint, server.seen) == (f"recipes trust {root}", [])


@pytest.mark.parametrize("isolation", [False], indirect=True)
def test_missing_packages_are_told_before_anything_executes(main: Main, plan: MakePlan, tmp_path: Path) -> None:
    ready = plan(f'open({str(tmp_path / "trace")!r}, "w").close()\n\n\n' + main('yield {"a": 1}'))
    wanting = ready.recipe._replace(dependencies=("no-such-package-of-anyone>=2",))
    with pytest.raises(AskedWrongly), open_run(replace(ready, recipe=wanting)):
        pass
    assert not (tmp_path / "trace").exists()


def test_an_error_while_loading_names_its_line(main: Main, plan: MakePlan) -> None:
    with pytest.raises(RecipeFailed) as failed:
        open_run(plan("NUMBER = 1 / 0\n\n\n" + main('yield {"a": 1}'))).__enter__()
    assert str(failed.value) == ("The recipe echo/things raised ZeroDivisionError: division by zero at things.py:15.")


def test_an_error_while_entering_lets_the_clock_go_on(main: Main, plan: MakePlan) -> None:
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    stdout = sys.stdout
    with pytest.raises(RecipeFailed):
        open_run(plan("NUMBER = 1 / 0\n\n\n" + main("yield {}"), clock_at=moment, prints=io.StringIO())).__enter__()
    assert datetime.now(UTC) != moment
    assert sys.stdout is stdout


def test_a_refused_redirect_ends_the_run_with_the_right_error(
    main: Main, rows_of: RowsOf, link: Link, server: Any, other_server: Any
) -> None:
    server.says({"status": 301, "headers": {"Location": f"{other_server.url}/x"}})
    with pytest.raises(ApiRefused):
        rows_of(main('echo.get("/things")\nyield {"a": 1}', "echo: httpx.Client"), link)
    assert other_server.seen == []


LEFT_BEHIND = """\
from threading import Thread
def ask():
    try:
        echo.get("/late")
    except Exception:
        pass
Thread(target=ask, daemon=True).start()
yield {"a": 1}
yield {"a": 2}"""


def test_a_request_that_is_left_behind_is_not_tried_again_after_the_run(
    main: Main, plan: MakePlan, link: Link, server: Any
) -> None:
    server.says({"never": True})
    heard, before, link = Watcher(), set(threading.enumerate()), replace(link, api=link.api._replace(timeout=1.0))
    with open_run(plan(main(LEFT_BEHIND, "echo: httpx.Client"), link), heard) as run:
        assert next(run.rows()) == {"a": 1}
        until = time.monotonic() + 10
        while not server.seen and time.monotonic() < until:
            time.sleep(0.01)
        late = [each for each in set(threading.enumerate()) - before if "process_request" not in each.name]
    for thread in late:
        thread.join(10)
        assert not thread.is_alive()
    assert server.asked() == ["GET /v1/late"]
    assert heard.waits == 0
