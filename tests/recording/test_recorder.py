"""What is kept of a recording, and that a refused one leaves everything as it was."""

import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runner.errors import ApiRefused, AskedWrongly, Mismatch, NotRecordable, RecipeFailed, RunnerError
from runner.recording.case import read_case
from runner.recording.recorder import MOST_FILE_BYTES

from .conftest import NOON, Answer, ApiServer, Studio

Main = Callable[..., str]

GET = 'yield echo.get("/things").json()'
ASK = 'answer = echo.get("/things").raise_for_status()\nyield {"n": answer.json()["n"]}'


@contextmanager
def refused(studio: Studio, kind: type[RunnerError], match: str) -> Iterator[Any]:
    """Expect an error after which every file is as it was."""
    before = studio.files()
    with pytest.raises(kind, match=match) as caught:
        yield caught
    assert studio.files() == before


def test_a_case_is_three_files(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1, "name": "ferry"}))
    recorded = studio.record(main(GET))
    assert (recorded.change, recorded.rows, recorded.exchanges, recorded.doubts) == ("new", 1, 1, ())
    folder = "cassettes/echo/things"
    assert sorted(path for path, data in studio.files().items() if data != b"/") == [
        f"{folder}/default.jsonl",
        f"{folder}/default.toml",
        f"{folder}/default.yaml",
    ]
    assert studio.files()[f"{folder}/default.jsonl"] == b'{"n":1,"name":"ferry"}\n'
    case = read_case(studio.folder / "default.toml")
    assert (case.source, case.clock, case.recorded_at, case.error) == ("live", NOON, NOON, None)
    assert case == recorded.case
    [exchange] = studio.traffic()
    assert exchange.request.url == f"{server.url}/v1/things"
    assert studio.replay().lines == ('{"n":1,"name":"ferry"}',)


@pytest.mark.parametrize(
    "body, kind, match",
    [
        (f"{ASK}\nraise ValueError('no')", RecipeFailed, "stopped: no"),
        ("echo.get('/broken').raise_for_status()\nyield {}", ApiRefused, "refused the request"),
        ("echo.get('/broken')\nyield {'n': 1}", NotRecordable, "^Answer 1 is 404 Not Found, which a recipe that works"),
        ("yield {'n': 1}", NotRecordable, "^The run sent no request"),
        (
            f"{ASK}\nyield {{'n': time.perf_counter() + 1e9 * __import__('random').random()}}",
            NotRecordable,
            "another r",
        ),
        (
            "yield echo.get('/things', params={'n': __import__('random').random()}).json()",
            NotRecordable,
            "not play: GET",
        ),
        (
            "echo.get('/things', headers={'Accept': 'a'})\nyield {'n': str(__import__('uuid').uuid4())}",
            NotRecordable,
            "r",
        ),
        ("yield 1", RecipeFailed, "row"),
    ],
    ids=[
        "raises",
        "API refuses",
        "404 in the end",
        "no request",
        "chance in a row",
        "chance in a request",
        "uuid",
        "bad row",
    ],
)
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "again"])
def test_a_refusal_leaves_everything_as_it_was(
    body: str, kind: type[RunnerError], match: str, is_first: bool, studio: Studio, main: Main, server: ApiServer
) -> None:
    server.reply = lambda seen: Answer({"n": 1}, status=404 if "broken" in seen.target else 200)
    if not is_first:
        studio.record(main(ASK))
    with refused(studio, kind, match):
        studio.record(main(body))


def test_a_result_that_differs_is_shown(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1}))
    with refused(studio, NotRecordable, "^The recording does not play: it gives another result") as caught:
        studio.record(main("import itertools\n" + ASK + "\nyield {'n': id(object()) + __import__('random').random()}"))
    [line] = caught.value.details
    assert line.startswith("Row 2, n: ")
    assert caught.value.hint == "let the recipe take time from datetime.now(UTC), and nothing from chance"


def test_chance_in_a_request_has_the_same_fix(studio: Studio, main: Main) -> None:
    with refused(studio, NotRecordable, "^The recording does not play: GET .* was not recorded") as caught:
        studio.record(main("echo.get('/things', params={'n': __import__('random').random()})\nyield {'n': 1}"))
    assert caught.value.hint == "let the recipe take time from datetime.now(UTC), and nothing from chance"


def test_a_secret_that_cannot_be_hidden_refuses_the_recording_and_is_not_named(
    studio: Studio, main: Main, server: ApiServer
) -> None:
    server.says(Answer({"n": 1}))
    studio.record(main(ASK))
    server.says(Answer({"n": 1, "token": "ghp_" + "a1B2c3D4e5" * 4}))  # another's key, which nobody knows here
    with refused(studio, NotRecordable, "^The recording holds a secret, so it is not kept") as caught:
        studio.record(main(ASK))
    assert "ghp_" not in " ".join([str(caught.value), caught.value.hint, *caught.value.details])
    assert caught.value.details[0].startswith("default.yaml, answer 1, body")
    assert "if a file with it was ever committed" in caught.value.hint


def test_an_answer_that_was_tried_again_may_stand_in_the_cassette(
    studio: Studio, main: Main, server: ApiServer
) -> None:
    server.says(Answer(status=429, headers={"Retry-After": "0"}), Answer({"n": 1}))
    assert studio.record(main(ASK)).exchanges == 2
    assert [each.response.status for each in studio.traffic()] == [429, 200]
    assert studio.replay().lines == ('{"n":1}',)


def test_the_same_call_may_fail_and_then_work_but_not_the_other_way_round(
    studio: Studio, main: Main, server: ApiServer
) -> None:
    twice = "for _ in range(2):\n    answer = echo.get('/things')\nyield {'n': 1}"
    server.says(Answer(status=404), Answer({"n": 1}))
    studio.record(main(twice))
    server.says(Answer({"n": 1}), Answer(status=404))
    with refused(studio, NotRecordable, "^Answer 2 is 404 Not Found"):
        studio.record(main(twice))


def test_an_expected_error_is_kept_and_replayed(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"error": "No such thing."}, status=400))
    recorded = studio.record(main(ASK), expects_error=True)
    table = tomllib.loads((studio.folder / "default.toml").read_text(encoding="utf-8"))
    assert table["expect-error"] is True
    assert table["error"]["exit-code"] == 5
    assert table["error"]["message"].startswith("Echo refused the request (400 Bad Request).")
    outcome = studio.replay()
    assert outcome.error == recorded.case.error
    assert (studio.folder / "default.jsonl").read_bytes() == b""


def test_rows_before_an_expected_error_are_kept(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1}), Answer(status=400))
    recorded = studio.record(main(f"{ASK}\n{ASK.replace('things', 'others')}"), expects_error=True)
    assert recorded.rows == 1
    assert studio.replay().lines == ('{"n":1}',)


def test_a_handled_404_is_kept_where_an_error_is_expected(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer(status=404))
    code = main("status = echo.get('/things').status_code\nyield {'found': status != 404}")
    with refused(studio, NotRecordable, "^Answer 1 is 404 Not Found") as caught:
        studio.record(code)
    assert caught.value.hint == "--expect-error, if this is what the case is for"
    assert studio.record(code, expects_error=True).case.error is None
    assert studio.replay().lines == ('{"found":false}',)


def test_an_error_that_is_expected_has_to_come(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1}))
    with refused(studio, NotRecordable, "^Nothing failed, and --expect-error says that something does"):
        studio.record(main(ASK), expects_error=True)


def test_recording_an_unchanged_api_again_changes_only_when_it_was(
    studio: Studio, main: Main, server: ApiServer
) -> None:
    server.says(Answer({"n": 1}, headers={"X-Request-Id": "1"}))
    studio.record(main(ASK))
    before = studio.files()
    server.says(Answer({"n": 1}, headers={"X-Request-Id": "2"}))
    later = NOON + timedelta(days=3)
    assert studio.record(clock=later, now=later).change == "same"
    after = studio.files()
    case = "cassettes/echo/things/default.toml"
    assert after.pop(case) == before.pop(case).replace(b"recorded-at = 2026-11-20", b"recorded-at = 2026-11-23")
    assert after == before


@pytest.mark.parametrize("what", ["answer", "recipe", "value"])
def test_recording_what_has_changed_says_so(what: str, studio: Studio, main: Main, server: ApiServer) -> None:
    code = main(ASK, "echo: httpx.Client, size: int = 3", arguments="size: How many.")
    server.says(Answer({"n": 1}))
    studio.record(code)
    later = NOON + timedelta(days=3)
    if what == "answer":
        server.says(Answer({"n": 1, "more": 2}))
    values = {"size": 4} if what == "value" else {}
    recorded = studio.record(f"{code}\n# more" if what == "recipe" else code, values=values, clock=later)
    assert recorded.change == "changed"
    assert read_case(studio.folder / "default.toml").clock == later


def test_a_broken_case_is_replaced(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1}))
    studio.record(main(ASK))
    (studio.folder / "default.toml").write_bytes(b"\xff")
    assert studio.record().change == "changed"
    assert studio.replay().lines == ('{"n":1}',)


TOPIC = "topic: Words to look for."
SEARCH = 'answer = echo.post("/search", json={"q": topic}).json()\nyield {"topic": topic, "said": answer["said"]}'


def searching(main: Main, default: str = "") -> str:
    return main(SEARCH, f"echo: httpx.Client, topic: str{default}", arguments=TOPIC)


PRIVATE = '[tool.recipe-runner.parameters.topic]\nexample = "ferry strike"\nprivate = true'


def test_a_private_value_becomes_the_example_in_every_file(studio: Studio, main: Main, server: ApiServer) -> None:
    server.reply = lambda seen: Answer({"said": f"About {json.loads(seen.body)['q']}: Acme%20Corp, ACME CORP, &"})
    studio.record(searching(main), table=PRIVATE, values={"topic": "Acme Corp"})
    assert json.loads(server.seen[0].body) == {"q": "Acme Corp"}
    for data in studio.files().values():
        assert b"acme" not in data.lower()
        assert data == b"/" or b"ferry" in data
    outcome = studio.replay(table=PRIVATE)
    assert json.loads(outcome.lines[0])["topic"] == "ferry strike"
    assert outcome.text.encode() == (studio.folder / "default.jsonl").read_bytes()


def test_each_value_of_a_private_list_becomes_one_of_the_example(studio: Studio, main: Main, server: ApiServer) -> None:
    table = '[tool.recipe-runner.parameters.topics]\nexample = ["ferry", "strike"]\nprivate = true'
    code = main(SEARCH.replace("topic", "topics"), "echo: httpx.Client, topics: list[str]", arguments="topics: Words.")
    server.says(Answer({"said": "Acme"}))
    studio.record(code, table=table, values={"topics": ["Acme", "Umbrella", "Initech"]})
    assert read_case(studio.folder / "default.toml").values == {"topics": ["ferry", "strike", "ferry"]}
    [exchange] = studio.traffic()
    assert json.loads(exchange.request.body) == {"q": ["ferry", "strike", "ferry"]}
    assert json.loads(exchange.response.body) == {"said": "ferry"}


def test_a_private_value_without_an_example_is_refused(studio: Studio, main: Main, server: ApiServer) -> None:
    table = "[tool.recipe-runner.parameters.topic]\nprivate = true"
    server.says(Answer({"said": ""}))
    studio.record(searching(main, " | None = None"), table=table)
    with refused(studio, NotRecordable, "^--topic is private and has no example to stand in its place"):
        studio.record(values={"topic": "Acme Corp"})


def test_a_private_value_that_is_too_short_is_refused(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"said": ""}))
    with refused(studio, RunnerError, "^A private value has fewer than 4 characters"):
        studio.record(searching(main), table=PRIVATE, values={"topic": "abc"})


def test_a_private_file_is_refused(studio: Studio, main: Main, server: ApiServer, tmp_path: Path) -> None:
    table = '[tool.recipe-runner.parameters.links]\nexample = "links.csv"\nprivate = true'
    (tmp_path / "customers.csv").write_bytes(b"Acme\n")
    with refused(studio, NotRecordable, "^--links is private and names a file"):
        studio.record(reading(main), table=table, values={"links": str(tmp_path / "customers.csv")})
    assert server.seen == []


def reading(main: Main) -> str:
    body = 'answer = echo.post("/search", json=links.read_text().split()).json()\nyield {"n": answer["n"]}'
    return main(body, "echo: httpx.Client, links: Path", arguments="links: A file.")


LINKS = '[tool.recipe-runner.parameters.links]\nexample = "links.csv"'


@pytest.fixture
def links(tmp_path: Path) -> Path:
    path = tmp_path / "recipes" / "links.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"a\nb\n")
    return path


def test_an_input_file_is_kept_beside_the_case(studio: Studio, main: Main, server: ApiServer, links: Path) -> None:
    server.says(Answer({"n": 1}))
    recorded = studio.record(reading(main), table=LINKS, values={"links": str(links)})
    assert recorded.case.values == {"links": "links.csv"}
    assert (studio.folder / "default.links.csv").read_bytes() == b"a\nb\n"
    links.unlink()
    assert studio.replay(table=LINKS).lines == ('{"n":1}',)
    (studio.folder / "default.links.csv").write_bytes(b"a\nc\n")
    with pytest.raises(Mismatch) as caught:
        studio.replay(table=LINKS)
    assert caught.value.details[-1] == "Differs  body [1]: b was recorded, c is sent"


def test_an_input_file_that_is_not_read_any_more_goes(
    studio: Studio, main: Main, server: ApiServer, links: Path
) -> None:
    server.says(Answer({"n": 1}))
    studio.record(reading(main), table=LINKS, values={"links": str(links)})
    studio.record(main(ASK), name="other")
    studio.record(main(ASK))
    assert {path.name for path in studio.folder.iterdir()} == {
        *("default.jsonl", "default.toml", "default.yaml"),
        *("other.jsonl", "other.toml", "other.yaml"),
    }


def test_another_input_file_is_a_change(studio: Studio, main: Main, server: ApiServer, links: Path) -> None:
    code = main(f"links.read_text()\n{ASK}", "echo: httpx.Client, links: Path", arguments="links: A file.")
    server.says(Answer({"n": 1}))
    studio.record(code, table=LINKS, values={"links": str(links)})
    assert studio.record(table=LINKS, values={"links": str(links)}).change == "same"
    links.write_bytes(b"other\n")
    assert studio.record(table=LINKS, values={"links": str(links)}).change == "changed"


def test_two_input_files_of_one_name_are_refused(studio: Studio, main: Main, links: Path, tmp_path: Path) -> None:
    other = tmp_path / "recipes" / "more" / "links.csv"
    other.parent.mkdir()
    other.write_bytes(b"")
    code = main("yield {}", "echo: httpx.Client, links: list[Path]", arguments="links: Files.")
    table = LINKS.replace('"links.csv"', '["links.csv"]')
    with refused(studio, NotRecordable, "^Two files are named links.csv"):
        studio.record(code, table=table, values={"links": [str(links), str(other)]})


@pytest.mark.parametrize("name", ["yaml", "toml", "jsonl"])
def test_an_input_file_with_the_name_of_a_part_is_refused(name: str, studio: Studio, main: Main, links: Path) -> None:
    path = links.with_name(name)
    path.write_bytes(b"")
    with refused(studio, NotRecordable, "has the name of a file of the case itself"):
        studio.record(reading(main), table=LINKS, values={"links": str(path)})


def test_a_large_input_file_is_refused(studio: Studio, main: Main, links: Path) -> None:
    links.write_bytes(b"a" * (MOST_FILE_BYTES + 1))
    with refused(studio, NotRecordable, "is larger than 1 MB"):
        studio.record(reading(main), table=LINKS, values={"links": str(links)})


def test_an_input_file_that_cannot_be_copied_is_refused(studio: Studio, main: Main, links: Path) -> None:
    path = links.with_name("a" * 250)
    path.write_bytes(b"")
    with refused(studio, NotRecordable, "cannot be kept beside a case: File name too long"):
        studio.record(reading(main), table=LINKS, values={"links": str(path)})


def test_a_recipe_that_writes_a_file_leaves_none_in_the_repository(
    studio: Studio, main: Main, server: ApiServer
) -> None:
    body = f'out.mkdir()\n(out / "rows.txt").write_text("x")\n{ASK}'
    code = main(body, "echo: httpx.Client, out: Path = Path('out')", arguments="out: A folder.")
    server.says(Answer({"n": 1}))
    studio.record(code)
    studio.replay()
    assert not [path for path in studio.root.rglob("*") if path.name in ("out", "rows.txt")]
    assert not Path("out").exists()


def test_a_folder_that_cannot_be_written_is_told(studio: Studio, main: Main) -> None:
    (studio.root / "cassettes").write_bytes(b"a file")
    with refused(studio, AskedWrongly, r"^No case can be written to .*things: (Not a directory|File exists)\.$"):
        studio.record(main(ASK))
