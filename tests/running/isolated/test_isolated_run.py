"""What a process of its own is for: nothing of ours gets into it, and nothing of it gets away."""

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from runner.errors import ApiRefused, Mismatch, RecipeFailed, Stopped
from runner.running.isolated.child.rows import RowPipe
from runner.running.isolated.frames import MOST_BYTES, REQUEST, Frame
from runner.running.isolated.isolation import Isolation
from runner.running.isolated.run import IsolatedRun
from runner.running.run import Plan, open_run
from runner.running.transports import Link, Patience

RowsOf = Callable[..., list[dict[str, Any]]]
MakePlan = Callable[..., Plan]
MakeLink = Callable[..., Link]
Main = Callable[..., str]

CLIENT = "echo: httpx.Client"


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return is_so()


def children() -> list[int]:
    """Return the processes that this one has started and that still run."""
    path = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [int(pid) for pid in path.read_text().split() if is_alive(int(pid))] if path.exists() else []


ONLY_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows a process as files")


def test_a_plan_says_how_its_recipe_runs(main: Main, plan: MakePlan) -> None:
    ready = plan(main('yield {"a": 1}'))
    assert type(open_run(ready)) is IsolatedRun
    assert type(open_run(replace(ready, isolation=None))) is not IsolatedRun


# What is in the process


def test_the_recipe_is_in_a_process_of_its_own(main: Main, rows_of: RowsOf) -> None:
    [row] = rows_of(main('import os\nyield {"mine": os.getpid(), "parent": os.getppid(), "group": os.getpgid(0)}'))
    assert row["parent"] == os.getpid()
    assert row["group"] == row["mine"] != os.getpid()


def test_the_environment_is_a_short_list(main: Main, rows_of: RowsOf, apart: Isolation, secret: str) -> None:
    mine = {
        **{
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "LC_TIME": "C",
            "TZ": "Europe/Dublin",
            "ECHO_API_KEY": secret,
        },
        **{"RECIPES_HOME": "/x", "HOME": "/x", "PYTHONPATH": "/x", "SSH_AUTH_SOCK": "/x", "AWS_SECRET": "x"},
        **{"LC_TOKEN": "x", "LANGUAGE": f"x{secret}"},
    }
    isolation = replace(apart, environ=mine)
    [row] = rows_of(main('import os\nyield {"all": dict(os.environ)}'), isolation=isolation)
    row["all"].pop("LC_CTYPE", None)  # Python itself may set it
    assert row["all"] == {name: mine[name] for name in ("PATH", "LANG", "LC_TIME", "TZ")}


PEEK = """\
import os
found = {name: open(f"/proc/{os.getppid()}/{name}", "rb").read().decode(errors="replace") for name in ["cmdline"]}
for name in ("environ", "mem"):
    try:
        with open(f"/proc/{os.getppid()}/{name}", "rb") as file:
            found[name] = file.read(1_000_000).decode(errors="replace")
    except OSError as error:
        found[name] = type(error).__name__
yield {"own": repr(dict(os.environ)), **found}"""
RUN = """\
import os, sys
from pathlib import Path
from runner.catalog import read_recipe
from runner.running.approval import Approval
from runner.running.isolated.isolation import Isolation
from runner.running.run import Plan, open_run
path = Path(sys.argv[1])
with open_run(Plan(read_recipe(path), {}, {}, Approval(path.parents[2]),
                   isolation=Isolation(lambda _: Path(sys.executable), os.environ))) as run:
    print(list(run.rows()))
import ctypes
print("dumpable:", ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@ONLY_LINUX
def test_a_recipe_that_prints_all_it_sees_of_its_parent_shows_no_key(main: Main, plan: MakePlan, secret: str) -> None:
    words = [sys.executable, "-c", RUN, str(plan(main(PEEK)).recipe.path)]
    if os.geteuid() == 0:  # root may read everything, except without its capabilities
        powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
        if not shutil.which("setpriv") or subprocess.run([*powerless, "true"], check=False).returncode:
            pytest.skip("root reads the environment of every process, and cannot give up that power here")
        words = powerless + words
    environ = {"PATH": os.environ["PATH"], "ECHO_API_KEY": secret}
    answer = subprocess.run(words, capture_output=True, text=True, env=environ, check=True)
    assert "'environ': 'PermissionError', 'mem': 'PermissionError'" in answer.stdout
    assert secret not in answer.stdout
    assert answer.stdout.endswith("dumpable: 0\n")


def test_nothing_beside_the_recipe_or_in_the_folder_executes(
    main: Main, plan: MakePlan, tmp_path: Path, apart: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = plan(main("import idna, json, sqlite3\nyield {'a': json.loads('1')}"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    names = ("json", "httpx", "idna", "sitecustomize", "usercustomize", "conftest", "sqlite3", "runner", "asyncio")
    for folder in (ready.recipe.path.parent, elsewhere):
        trap = f"import pathlib; pathlib.Path({str(tmp_path / 'trace')!r}).touch()\n"
        for name in (*(f"{each}.py" for each in names), "hook.pth", "pyvenv.cfg"):
            (folder / name).write_text(trap)
    monkeypatch.chdir(elsewhere)
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(elsewhere), "PYTHONSTARTUP": str(elsewhere / "json.py")}
    with open_run(replace(ready, isolation=replace(apart, environ=environ))) as run:
        assert list(run.rows()) == [{"a": 1}]
    assert not (tmp_path / "trace").exists()


def test_nothing_lies_beside_the_recipe(main: Main, rows_of: RowsOf, tmp_path: Path) -> None:
    [row] = rows_of(
        main(
            "import os\nfrom pathlib import Path\nf = Path(__file__)\n"
            'yield {"beside": os.listdir(f.parent), "folder": str(f.parent)}'
        )
    )
    assert row["beside"] == ["things.py"]
    assert not row["folder"].startswith(str(tmp_path))
    assert not Path(row["folder"]).exists()


def test_the_runner_cannot_be_imported(main: Main, rows_of: RowsOf) -> None:
    code = (
        "import importlib\nfor name in ('runner', 'runner.running.keys', 'runner.running.isolated.frames'):\n"
        "    try:\n        importlib.import_module(name)\n        yield {'found': True}\n"
        "    except ModuleNotFoundError:\n        yield {'found': False}"
    )
    assert [row["found"] for row in rows_of(main(code))] == [False, False, False]


def test_the_recipe_works_in_the_users_folder_and_with_the_users_values(
    plan: MakePlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "from pathlib import Path\n\n\n"
        "def main(file: Path, days: list[date], at: datetime | None = None) -> Iterator[dict[str, Any]]:\n"
        '    """Tell.\n\n    Args:\n        file: One.\n        days: Some.\n        at: When.\n    """\n'
        '    yield {"text": file.read_text(), "file": file, "days": days, "at": at}'
    )
    (tmp_path / "input.txt").write_text("hello")
    monkeypatch.chdir(tmp_path)
    table = '[tool.recipe-runner.parameters]\nfile.example = "x"\ndays.example = ["2026-01-01"]'
    values = {"file": Path("input.txt"), "days": (date(2026, 11, 20),), "at": datetime(2026, 11, 20, 9, tzinfo=UTC)}
    with open_run(plan(code, table=table, values=values)) as run:
        assert list(run.rows()) == [{"text": "hello", **values, "days": [date(2026, 11, 20)]}]


def test_all_that_is_written_goes_where_printed_text_goes(main: Main, plan: MakePlan) -> None:
    prints = io.StringIO()
    body = (
        "import os, subprocess, sys\n"
        'print("printed")\nprint("error", file=sys.stderr)\n'
        'os.write(1, b"by descriptor\\n")\nsubprocess.run(["echo", "from a program"])\nyield {"a": sys.stdin.read()}'
    )
    with open_run(plan(main(body), prints=prints)) as run:
        assert list(run.rows()) == [{"a": ""}]
    assert sorted(prints.getvalue().split("\n")) == ["", "by descriptor", "error", "from a program", "printed"]


def test_a_line_stays_whole_whatever_else_is_written_meanwhile(main: Main, plan: MakePlan) -> None:
    prints = io.StringIO()
    body = (
        "import subprocess\n"
        'print("one", end="")\nsubprocess.run(["sh", "-c", "echo between; sleep 0.2"])\nprint(" line")\n'
        'yield {"a": 1}\nprint("no end", end="")'
    )
    with open_run(plan(main(body), prints=prints)) as run:
        assert list(run.rows()) == [{"a": 1}]
    assert sorted(prints.getvalue().splitlines()) == ["between", "no end", "one line"]


def test_what_is_flushed_is_seen_at_once_and_so_is_a_long_line_in_parts(main: Main, plan: MakePlan) -> None:
    prints = io.StringIO()
    body = (
        'yield {"a": 1}\nprint("x" * 9000, end="")\nyield {"a": 2}\nprint("*", end="", flush=True)\nyield {"a": 3}\n'
        'print("10 %", end="\\r")\nyield {"a": 4}\nprint("not yet", end="")\nyield {"a": 5}\nyield {"a": 6}'
    )
    with open_run(plan(main(body), prints=prints)) as run:
        seen = [(row["a"], len(prints.getvalue())) for row, _ in zip(run.rows(), range(5), strict=False)]
    assert seen == [(1, 0), (2, 9000), (3, 9001), (4, 9006), (5, 9006)]
    assert prints.getvalue() == "x" * 9000 + "*10 %\rnot yet"


@pytest.mark.parametrize("where", ["in main", "before main"])
def test_what_stood_on_an_unended_line_when_it_failed_is_kept(main: Main, plan: MakePlan, where: str) -> None:
    prints = io.StringIO()
    failing = 'print("so far", end="")\nraise ValueError'
    code = main(f'yield {{"a": 1}}\n{failing}') if where == "in main" else f"{failing}\n\n\n{main('yield {}')}"
    with pytest.raises(RecipeFailed), open_run(plan(code, prints=prints)) as run:
        list(run.rows())
    assert prints.getvalue() == "so far"


# A process that is started early


PID = 'import os\nyield {"pid": os.getpid(), "all": dict(os.environ)}'


def early_pid(isolation: Isolation, python: str = sys.executable) -> int:
    before = set(children())
    isolation.start_early(Path(python))
    [pid] = set(children()) - before
    return pid


@ONLY_LINUX
def test_a_process_that_gets_ready_early_is_the_one_that_runs(main: Main, rows_of: RowsOf, apart: Isolation) -> None:
    pid = early_pid(apart)
    assert [row["pid"] for row in rows_of(main(PID), isolation=apart)] == [pid]
    assert [row["pid"] == pid for row in rows_of(main(PID), isolation=apart)] == [False]


@ONLY_LINUX
def test_one_that_was_started_with_a_key_in_its_environment_is_not(
    main: Main, rows_of: RowsOf, apart: Isolation, secret: str
) -> None:
    """Which values are keys is known after it was started."""
    isolation = replace(apart, environ={**apart.environ, "LANGUAGE": f"x{secret}"})
    pid = early_pid(isolation)
    [row] = rows_of(main(PID), isolation=isolation)
    assert (row["pid"] == pid, row["all"].get("LANGUAGE")) == (False, None)
    isolation.close()


@ONLY_LINUX
def test_one_of_another_python_is_not(main: Main, rows_of: RowsOf, apart: Isolation, tmp_path: Path) -> None:
    other = tmp_path / "python"
    other.symlink_to(sys.executable)
    pid = early_pid(apart, str(other))
    assert [row["pid"] == pid for row in rows_of(main(PID), isolation=apart)] == [False]
    apart.close()


@ONLY_LINUX
def test_one_that_is_not_needed_ends(apart: Isolation) -> None:
    pid = early_pid(apart)
    apart.close()
    assert not is_alive(pid)


# Keys


@pytest.mark.parametrize("packing", ["identity", "gzip", "deflate"])
def test_an_answer_that_echoes_the_key_reaches_the_recipe_without_it(
    main: Main, rows_of: RowsOf, link: Link, server: Any, secret: str, packing: str
) -> None:
    import gzip
    import zlib

    text = f'{{"said": "{secret}"}}'.encode()
    packed = {"identity": text, "gzip": gzip.compress(text), "deflate": zlib.compress(text)}[packing]
    server.says({"body": packed, "headers": {"X-Said": secret, "Content-Encoding": packing}})
    code = main(
        'answer = echo.get("/things")\nkey = "test" + "-key"\n'
        'yield {"seen": key in answer.text or key in str(answer.headers), "n": answer.json()["said"][1:-1].lower()}',
        CLIENT,
    )
    assert rows_of(code, link) == [{"seen": False, "n": "echo_api_key"}]
    assert server.seen[0].headers["X-Key"] == secret


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_reason_that_echoes_the_key_reaches_the_recipe_without_it(
    main: Main, rows_of: RowsOf, link: Link, server: Any, secret: str, is_streamed: bool
) -> None:
    server.says({"status": 400, "reason": f"No such key: {secret}"})
    call = 'echo.send(echo.build_request("GET", "/a"), stream=True)' if is_streamed else 'echo.get("/a")'
    code = main(f'r = {call}.reason_phrase\nyield {{"n": r[14:-1].lower(), "seen": "test" + "-key" in r}}', CLIENT)
    assert rows_of(code, link) == [{"n": "echo_api_key", "seen": False}]


@pytest.mark.parametrize("packing", ["br", "x-gzip", "gzip, zstd"])
@pytest.mark.parametrize("is_streamed", [False, True])
def test_an_answer_in_which_no_key_can_be_found_does_not_reach_the_recipe(
    main: Main, rows_of: RowsOf, link: Link, server: Any, packing: str, is_streamed: bool
) -> None:
    """A recipe may bring along what unpacks it."""
    server.says({"body": b"packed", "headers": {"Content-Encoding": packing}})
    call = 'echo.stream("GET", "/a")' if is_streamed else 'contextlib.closing(echo.get("/a"))'
    body = f"import contextlib\ntry:\n    with {call}:\n        yield {{'a': 'came'}}\n"
    code = main(f"{body}except httpx.DecodingError as error:\n    yield {{'a': str(error)}}", CLIENT)
    named = packing.removeprefix("gzip, ")
    assert rows_of(code, link) == [{"a": f"the answer is packed as {named}, which was not asked for"}]


def test_answers_are_asked_for_as_they_can_be_searched(main: Main, rows_of: RowsOf, link: Link, server: Any) -> None:
    rows_of(main('echo.get("/a", headers={"Accept-Encoding": "br, zstd;q=1, *"})\nyield {"a": 1}', CLIENT), link)
    assert server.seen[0].headers["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": "0"},
        {"Content-Length": "9", "Transfer-Encoding": "chunked"},
        {"transfer-encoding": "xchunked"},
    ],
)
def test_how_long_a_body_is_says_the_body(
    main: Main, rows_of: RowsOf, link: Link, server: Any, headers: dict[str, str]
) -> None:
    """Two lengths would be one request for one server and two for another, the second with what the recipe likes."""
    hidden = "DELETE /v1/all HTTP/1.1\r\nHost: x\r\n\r\n"
    rows_of(main(f'echo.post("/search", content={hidden!r}, headers={headers})\nyield {{"a": 1}}', CLIENT), link)
    assert server.asked() == ["POST /v1/search"]
    sent = server.seen[0].headers
    assert (sent["Content-Length"], "Transfer-Encoding" in sent) == (str(len(hidden)), False)


@pytest.mark.parametrize("hosts", [["evil.example"], ["{own}", "evil.example"], [""]])
def test_another_name_for_the_host_is_refused(
    main: Main, rows_of: RowsOf, link: Link, server: Any, hosts: list[str]
) -> None:
    """A server that many share goes by that name, and would hand the request and its key to somebody else's site."""
    headers = [("Host", host.format(own=f"127.0.0.1:{server.port}")) for host in hosts]
    with pytest.raises(ApiRefused) as refused:
        rows_of(main(f'echo.get("/things", headers={headers})\nyield {{"a": 1}}', CLIENT), link)
    assert str(refused.value).endswith("which is not its own. Nothing was sent.")
    assert server.seen == []


def test_an_answer_without_the_key_comes_as_it_was_sent(main: Main, rows_of: RowsOf, link: Link, server: Any) -> None:
    import gzip

    server.says({"body": gzip.compress(b'{"a": 1}'), "headers": {"Content-Encoding": "gzip", "X-Other": "1"}})
    told = '{"a": r.json(), "h": r.headers["content-encoding"], "o": r.headers["x-other"], "m": r.http_version}'
    code = main(f'r = echo.get("/things")\nyield {told}', CLIENT)
    assert rows_of(code, link) == [{"a": {"a": 1}, "h": "gzip", "o": "1", "m": "HTTP/1.0"}]


def test_the_request_of_a_recipe_holds_no_key(main: Main, rows_of: RowsOf, link: Link, secret: str) -> None:
    code = main('r = echo.get("/things").request\nyield {"a": str(r.url), "h": str(r.headers)}', CLIENT)
    assert secret not in str(rows_of(code, link))


# Requests


def test_several_requests_of_an_async_recipe_are_on_their_way_at_once(
    main: Main, rows_of: RowsOf, link: Link, server: Any
) -> None:
    from threading import Barrier

    together, answer_one = Barrier(3, timeout=10), server.next_answer

    def answer(seen: Any) -> Any:
        together.wait()
        return answer_one(seen)

    server.next_answer = answer
    body = 'await asyncio.gather(*[echo.get(f"/{n}") for n in range(3)])\nyield {"a": 1}'
    assert rows_of(main(body, "echo: httpx.AsyncClient", is_async=True), link) == [{"a": 1}]


def test_an_answer_that_comes_after_the_run_goes_to_nobody(
    main: Main, plan: MakePlan, sandboxed: MakeLink, app: Any
) -> None:
    answer_one, asked, may_answer = app.next_answer, Event(), Event()

    def answer(seen: Any) -> Any:
        asked.set()
        may_answer.wait(10)
        return answer_one(seen)

    app.next_answer = answer
    body = 'from threading import Thread\nThread(target=lambda: echo.get("/late"), daemon=True).start()\n'
    with open_run(plan(main(body + 'yield {"a": 1}\nyield {"a": 2}', CLIENT), sandboxed())) as run:
        rows, before = run.rows(), set(threading.enumerate())
        assert next(rows) == {"a": 1}
        assert asked.wait(10)
        late = set(threading.enumerate()) - before
    pipes = [os.pipe() for _ in range(50)]  # among them the numbers that were those of the process's pipes
    may_answer.set()
    for thread in late:
        thread.join(10)
    assert len(late) == 1
    for reading, writing in pipes:
        os.close(writing)
        with os.fdopen(reading, "rb") as file:
            assert file.read() == b""


@pytest.mark.parametrize("is_async", [False, True])
def test_an_answer_is_taken_piece_by_piece_where_the_recipe_does(
    main: Main, rows_of: RowsOf, link: Link, server: Any, secret: str, is_async: bool
) -> None:
    server.says({"body": b"a" * 200_000 + secret.encode() + b"b" * 200_000})
    body = (
        f'{"async " * is_async}with echo.stream("GET", "/big") as answer:\n'
        f"    {'async ' * is_async}for piece in answer.{'a' * is_async}iter_bytes():\n"
        '        yield {"n": len(piece), "key": b"test-key" in piece, "t": piece.strip(b"ab").decode()}'
    )
    kind = "AsyncClient" if is_async else "Client"
    rows = rows_of(main(body, f"echo: httpx.{kind}", is_async=is_async), link)
    assert len(rows) > 3
    assert [row["key"] for row in rows] == [False] * len(rows)
    assert "".join(row["t"] for row in rows) == "[ECHO_API_KEY]"
    assert sum(row["n"] for row in rows) == 400_000 + len("[ECHO_API_KEY]")


def test_a_body_of_bytes_arrives_as_it_was_sent(main: Main, rows_of: RowsOf, link: Link, server: Any) -> None:
    body = bytes(range(256)) * 1000
    server.says({"body": body})
    told = '{"same": r.content == sent, "n": len(r.content)}'
    code = main(f'sent = bytes(range(256)) * 1000\nr = echo.post("/search", content=sent)\nyield {told}', CLIENT)
    assert rows_of(code, link) == [{"same": True, "n": 256_000}]
    assert server.seen[0].body == body


def test_a_recipe_can_give_up_waiting_for_an_answer(main: Main, rows_of: RowsOf, link: Link, server: Any) -> None:
    server.says({"never": True})
    body = (
        "try:\n    async with asyncio.timeout(0.2):\n        await echo.get('/slow')\n"
        "except TimeoutError:\n    yield {'a': 'gave up'}"
    )
    assert rows_of(main(body, "echo: httpx.AsyncClient", is_async=True), link) == [{"a": "gave up"}]


def test_a_recipe_may_set_the_timeout_of_a_call(main: Main, rows_of: RowsOf, link: Link, server: Any) -> None:
    server.says({"never": True})
    body = (
        "import time\nbegan = time.monotonic()\n"
        "try:\n    echo.post('/other', timeout=0.2)\nexcept httpx.ReadTimeout:\n"
        "    yield {'is_early': time.monotonic() - began < 4.5}"
    )
    assert rows_of(main(body, CLIENT), link, table="writes = true") == [{"is_early": True}]


def test_what_httpx_keeps_beside_a_request_is_not_the_recipes_to_set(
    main: Main, rows_of: RowsOf, link: Link, server: Any
) -> None:
    code = main('echo.get("/a", extensions={"target": b"/elsewhere"})\nyield {"a": 1}', CLIENT)
    rows_of(code, link)
    assert server.asked() == ["GET /v1/a"]


# Rows


def test_a_recipe_does_not_run_far_ahead_of_who_takes_its_rows(main: Main, plan: MakePlan, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    body = (
        "import itertools\nfrom pathlib import Path\n"
        f"for n in itertools.count():\n    Path({str(mark)!r}).write_text(str(n))\n"
        "    yield {'n': n, 'pad': 'x' * 1000}"
    )
    with open_run(plan(main(body))) as run:
        assert next(run.rows())["n"] == 0
        time.sleep(0.5)
        assert int(mark.read_text()) < 300


def test_a_recipe_calls_nothing_that_nobody_waits_for(
    main: Main, plan: MakePlan, sandboxed: MakeLink, app: Any
) -> None:
    rows = 'yield {"a": 1}\n    yield {"a": 2}\n    echo.get("/more")\n    yield {"a": 3}'
    code = main(f'try:\n    {rows}\nfinally:\n    echo.get("/bye")', CLIENT)
    with open_run(plan(code, sandboxed())) as run:
        given = run.rows()
        assert [next(given)["a"], next(given)["a"]] == [1, 2]
        time.sleep(0.3)
    assert app.asked() == ["GET /v1/bye"]


@ONLY_LINUX
def test_a_run_that_is_left_before_its_end_may_have_ended_already(main: Main, plan: MakePlan) -> None:
    before = children()
    with open_run(plan(main('yield {"a": 1}\nyield {"a": 2}'))) as run:
        rows = run.rows()
        assert [next(rows), next(rows)] == [{"a": 1}, {"a": 2}]
        assert wait_until(lambda: children() == before)


def test_no_row_waits_for_the_next_one(main: Main, plan: MakePlan) -> None:
    body = "import threading\nfor n in range(6):\n    yield {'n': n}\nthreading.Event().wait(30)\nyield {'n': 3}"
    began = time.monotonic()
    run = open_run(plan(main(body))).__enter__()
    rows = run.rows()
    assert [next(rows)["n"] for _ in range(6)] == [0, 1, 2, 3, 4, 5]
    assert time.monotonic() - began < 20
    run.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)


def test_a_dict_may_be_filled_again_for_the_next_row(main: Main, rows_of: RowsOf) -> None:
    body = "row = {}\nfor n in range(300):\n    row['n'] = n\n    row['all'] = [n] if n > 200 else n\n    yield row"
    assert rows_of(main(body)) == [{"n": n, "all": [n] if n > 200 else n} for n in range(300)]


def test_rows_and_printed_text_keep_their_order(main: Main, plan: MakePlan) -> None:
    prints = io.StringIO()
    with open_run(plan(main("for n in range(3):\n    yield {'n': n}\n    print(n)"), prints=prints)) as run:
        told = [(row["n"], prints.getvalue().count("\n")) for row in run.rows()]
    assert told == [(0, 0), (1, 1), (2, 2)]


def test_rows_before_a_request_that_is_too_large_are_not_lost() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file:
        pipe = RowPipe(file, writing)
        for number in range(3):
            pipe.write_row({"n": number})
        with pytest.raises(ValueError, match="256 MB"):
            pipe.write(Frame(REQUEST, b"{}", bytes(MOST_BYTES + 1)))
        pipe.write(Frame(REQUEST, b"{}"))
        os.close(writing)
        frames = list(iter(pipe.read, None))
    assert [each.head for each in frames] == [b'[{"n":0}]', b'[{"n":1},{"n":2}]', b"{}"]


def test_many_rows_come_in_their_order(main: Main, rows_of: RowsOf) -> None:
    rows = rows_of(main("for n in range(20_000):\n    yield {'n': n, 'list': [n]}"))
    assert rows == [{"n": n, "list": [n]} for n in range(20_000)]


@pytest.mark.parametrize("value", ["{1, 2}", "object()", "b'x'", "1j"])
def test_a_value_that_no_row_can_hold_is_named_like_any_other(main: Main, plan: MakePlan, value: str) -> None:
    from runner.recording.outcome import carry_out

    ready = plan(main(f'yield {{"a": {value}}}'))
    here, there = carry_out(replace(ready, isolation=None)), carry_out(ready)
    assert here.error == there.error is not None


# The clock

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOW = 'yield {"now": datetime.now(UTC).isoformat()}'


@pytest.mark.parametrize("is_async", [False, True])
def test_the_clock_stands_and_sleeping_moves_it(main: Main, rows_of: RowsOf, is_async: bool) -> None:
    sleep = "await asyncio.sleep(3600)" if is_async else "import time\ntime.sleep(3600)"
    began = time.monotonic()
    rows = rows_of(main(f"{NOW}\n{sleep}\n{NOW}", is_async=is_async), clock_at=NOON)
    assert [row["now"] for row in rows] == ["2026-11-20T12:00:00+00:00", "2026-11-20T13:00:00+00:00"]
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("is_async", [False, True])
def test_both_clocks_are_one(main: Main, rows_of: RowsOf, sandboxed: MakeLink, app: Any, is_async: bool) -> None:
    """The sandbox sees the recipe's time, and the recipe the time that waiting before another try took."""
    app.says({"status": 503, "headers": {"Retry-After": "30"}}, {"body": {}})
    times: list[str] = []
    answer_one = app.next_answer

    def answer(seen: Any) -> Any:
        times.append(datetime.now(UTC).isoformat())
        return answer_one(seen)

    app.next_answer = answer
    wait = "await " * is_async
    sleep = "await asyncio.sleep(60)" if is_async else "import time\ntime.sleep(60)"
    code = main(f'{sleep}\n{wait}echo.get("/a")\n{NOW}', f"echo: httpx.{'Async' * is_async}Client", is_async=is_async)
    rows = rows_of(code, sandboxed(), clock_at=NOON)
    assert times == ["2026-11-20T12:01:00+00:00", "2026-11-20T12:01:30+00:00"]
    assert rows == [{"now": "2026-11-20T12:01:30+00:00"}]


def test_a_program_that_a_recipe_starts_is_waited_for_in_real_time(main: Main, rows_of: RowsOf) -> None:
    body = (
        "import subprocess\nimport sys\n"
        "words = [sys.executable, '-c', 'import time; time.sleep(0.3)']\n"
        "yield {'code': subprocess.run(words, timeout=30).returncode}"
    )
    assert rows_of(main(body), clock_at=NOON) == [{"code": 0}]


def test_a_deadline_does_not_pass_while_an_answer_is_on_its_way(
    main: Main, rows_of: RowsOf, sandboxed: MakeLink, app: Any
) -> None:
    answer_one = app.next_answer

    def answer(seen: Any) -> Any:
        import threading

        threading.Event().wait(0.4)
        return answer_one(seen)

    app.next_answer = answer
    code = main(
        f'async with asyncio.timeout(5):\n    await echo.get("/a")\n{NOW}', "echo: httpx.AsyncClient", is_async=True
    )
    assert rows_of(code, sandboxed(), clock_at=NOON) == [{"now": "2026-11-20T12:00:00+00:00"}]


def test_a_recording_from_the_network_waits_as_long_as_it_says(
    main: Main, rows_of: RowsOf, link: Link, server: Any
) -> None:
    server.says({"status": 503, "headers": {"Retry-After": "1"}}, {"body": {}})
    began = time.monotonic()
    code = main(f'import time\ntime.sleep(0.5)\necho.get("/a")\n{NOW}', CLIENT)
    rows = rows_of(code, replace(link, patience=Patience(jitter=0)), clock_at=NOON, clock_waits=True)
    assert time.monotonic() - began > 1.5
    assert rows == [{"now": "2026-11-20T12:00:01.500000+00:00"}]


def test_where_the_clock_stands_the_network_is_closed(main: Main, plan: MakePlan, server: Any) -> None:
    call = f'    socket.create_connection(("127.0.0.1", {server.port})).close()\n'
    code = main(f'import socket\ntry:\n{call}except Exception:\n    pass\nyield {{"a": 1}}')
    with pytest.raises(Mismatch) as refused, open_run(plan(code, clock_at=NOON)) as run:
        list(run.rows())
    assert str(refused.value).startswith("The recipe asked for the address of '127.0.0.1'")
    assert refused.value.exit_code == 3
    with open_run(plan(code)) as run:
        assert list(run.rows()) == [{"a": 1}]


# The end


@pytest.fixture
def child_pids(tmp_path: Path) -> Callable[[], list[int]]:
    def pids() -> list[int]:
        return [int(path.read_text() or 0) for path in sorted(tmp_path.glob("pid*"))]

    return pids


START = (
    "import os, subprocess, sys, time\nfrom pathlib import Path\n"
    "started = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "Path({folder!r}, 'pid1').write_text(str(os.getpid()))\nPath({folder!r}, 'pid2').write_text(str(started.pid))\n"
)


@pytest.mark.parametrize("end", ["", 'raise KeyError("x")', "os._exit(0)"])
def test_nothing_that_a_recipe_started_is_left(
    main: Main, plan: MakePlan, tmp_path: Path, child_pids: Callable[[], list[int]], end: str
) -> None:
    code = main(START.format(folder=str(tmp_path)) + f'yield {{"a": 1}}\n{end}')
    try:
        with open_run(plan(code)) as run:
            list(run.rows())
    except RecipeFailed:
        assert end
    assert len(child_pids()) == 2
    assert wait_until(lambda: not any(map(is_alive, child_pids())))


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Stopped("Stopped.")])
def test_ctrl_c_ends_all_of_it_at_once(
    main: Main, plan: MakePlan, tmp_path: Path, child_pids: Callable[[], list[int]], error: Any
) -> None:
    body = "try:\n    yield {'a': 1}\n    yield {'a': 2}\nfinally:\n    time.sleep(60)"
    code = main(START.format(folder=str(tmp_path)) + body)
    began = time.monotonic()
    run = open_run(plan(code)).__enter__()
    next(run.rows())
    run.__exit__(type(error), error, None)
    assert wait_until(lambda: not any(map(is_alive, child_pids())), seconds=2)  # a signal takes its moment
    assert time.monotonic() - began < 20


@pytest.mark.skipif(sys.platform == "win32", reason="a signal to one process is none to Windows")
def test_ctrl_c_ends_all_of_it_also_while_its_end_is_waited_for(
    main: Main, plan: MakePlan, tmp_path: Path, child_pids: Callable[[], list[int]]
) -> None:
    ending, is_left = tmp_path / "ending", Event()
    waiting = f"time.sleep(0.3), Path({str(ending)!r}).touch(), time.sleep(60)"
    body = f"import atexit\natexit.register(lambda: ({waiting}))\nyield {{'a': 1}}"

    def interrupt() -> None:
        is_left.wait()
        wait_until(ending.exists, 60)
        os.kill(os.getpid(), signal.SIGINT)

    def carry_out() -> None:
        with open_run(plan(main(START.format(folder=str(tmp_path)) + body))) as run:
            run.exhaust()
            is_left.set()

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        carry_out()
    assert wait_until(lambda: not any(map(is_alive, child_pids())), seconds=2)


def test_what_is_written_after_the_run_is_not_passed_on(main: Main, plan: MakePlan, tmp_path: Path) -> None:
    late, said = tmp_path / "late", io.StringIO()
    program = f"import os, time\nwhile not os.path.exists({str(late)!r}): time.sleep(0.01)\nos.write(2, b'late')"
    body = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {program!r}], start_new_session=True)\n"
    before = set(threading.enumerate())
    with open_run(plan(main(f"{body}yield {{'a': 1}}"), prints=said)) as run:
        list(run.rows())
        [listener] = set(threading.enumerate()) - before
    late.touch()
    listener.join(10)
    assert not listener.is_alive()
    assert said.getvalue() == ""


def test_a_process_whose_run_was_killed_ends_too(main: Main, plan: MakePlan, tmp_path: Path) -> None:
    mark = f"Path({str(tmp_path / 'pid')!r}).write_text(str(os.getpid()))"
    recipe = plan(main(f"import os, time\nfrom pathlib import Path\n{mark}\ntime.sleep(60)\nyield {{}}")).recipe
    process = subprocess.Popen([sys.executable, "-c", RUN, str(recipe.path)])
    assert wait_until(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()))
    process.kill()
    process.wait()
    assert wait_until(lambda: not is_alive(int((tmp_path / "pid").read_text())))


@pytest.mark.parametrize(
    "end, how",
    [
        ("import os\nos._exit(3)", "ended by itself with exit code 3"),
        ("import os\nos.kill(os.getpid(), 9)", "was ended by SIGKILL"),
        ("import ctypes\nctypes.string_at(0)", "was ended by SIGSEGV"),
    ],
)
def test_a_process_that_dies_is_told_with_what_it_said_last(main: Main, plan: MakePlan, end: str, how: str) -> None:
    code = main(f'import os\nyield {{"a": 1}}\nos.write(2, b"last words\\n")\n{end}')
    rows: list[Any] = []
    with pytest.raises(RecipeFailed) as failed, open_run(plan(code, prints=io.StringIO())) as run:
        rows.extend(run.rows())
    assert str(failed.value) == f"The process of echo/things {how} before the recipe was done."
    assert (rows, failed.value.details, failed.value.exit_code) == ([{"a": 1}], ("last words",), 1)


FIND = "import os\nfor fd in range(3, 20):\n    try:\n        os.write(fd, {data})\n    except OSError:\n        pass\n"


@pytest.mark.parametrize(
    "data, said",
    [
        ("b'garbage' * 5", "no frame at all"),
        ("b'R' + (2**31).to_bytes(4, 'big') + bytes(4)", "a frame of 2,147,483,648 bytes"),
        ("b'R' + (5).to_bytes(4, 'big') + bytes(4) + b'{\"a\":'", "rows that are no JSON"),
        ("b'Q' + (2).to_bytes(4, 'big') + bytes(4) + b'{}'", "a request that cannot be read"),
        ("b'E' + (14).to_bytes(4, 'big') + bytes(4) + b'{\"kind\":\"bug\"}'", "an error that cannot be read"),
        ("b'V' + (2).to_bytes(4, 'big') + bytes(4) + b'[]'", "a message out of turn"),
        ("b'M' + (2).to_bytes(4, 'big') + bytes(4) + b'{}'", "a message about nothing"),
        ("b'S' + (2).to_bytes(4, 'big') + bytes(4) + b'{}'", "a message out of turn"),
    ],
)
def test_nonsense_in_the_pipe_is_an_error_and_ends_the_process(
    main: Main, plan: MakePlan, data: str, said: str
) -> None:
    code = main(FIND.format(data=data) + 'import time\ntime.sleep(30)\nyield {"a": 1}')
    with pytest.raises(RecipeFailed) as failed, open_run(plan(code)) as run:
        list(run.rows())
    assert str(failed.value) == f"The process of echo/things sent {said} instead of a result, and was ended."


@pytest.mark.parametrize(
    "head",
    [
        '{"id": 1, "now": 1e30}',
        '{"id": 1, "now": 99999999999999999999999}',
        '{"id": 1, "now": 0, "client": "echo", "method": 1, "url": "http://x:y/", "headers": [], "timeout": {}}',
        '{"id": 1, "now": 0, "client": "other", "method": "GET", "url": "/", "headers": [], "timeout": {}}',
        '{"id": 1, "now": 0, "client": "echo", "method": "GET", "url": "/", "headers": [[1, 2]], "timeout": {}}',
        '{"id": 1, "now": 0, "client": "echo", "method": "GET", "url": "/", "headers": [], "timeout": 5}',
    ],
)
def test_a_request_that_is_none_is_an_error(main: Main, plan: MakePlan, sandboxed: MakeLink, head: str) -> None:
    data = f"b'Q' + ({len(head)}).to_bytes(4, 'big') + bytes(4) + {head.encode()!r}"
    code = main(FIND.format(data=data) + 'import time\ntime.sleep(30)\nyield {"a": 1}', CLIENT)
    with (
        pytest.raises(RecipeFailed, match="instead of a result"),
        open_run(plan(code, sandboxed(), clock_at=NOON)) as run,
    ):
        list(run.rows())


def test_a_group_of_requests_ends_with_the_first_of_a_dry_run(
    main: Main, plan: MakePlan, make_api: Callable[..., Any]
) -> None:
    from runner.running.wires import FirstRequest, nowhere

    api = make_api("https://echo.example/v1")
    code = main('try:\n    echo.get("/a")\nfinally:\n    echo.get("/b")\nyield {"a": 1}', CLIENT)
    with pytest.raises(FirstRequest) as first, open_run(plan(code, Link(api, nowhere(api)))) as run:
        run.exhaust()
    assert first.value.request.url.path == "/v1/a"


def test_a_traceback_of_the_recipe_is_kept_for_a_developer(main: Main, plan: MakePlan) -> None:
    with pytest.raises(RecipeFailed) as failed, open_run(plan(main('yield {"a": 1}\nraise KeyError("x")'))) as run:
        run.exhaust()
    assert str(failed.value.__cause__) == "KeyError: 'x'"
    [trace] = failed.value.__cause__.__notes__  # type: ignore[union-attr]
    assert 'raise KeyError("x")' in trace


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    """See that each test ends the process that it started."""
    yield
    assert children() == []
