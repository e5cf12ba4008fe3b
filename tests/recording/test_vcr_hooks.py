import json
import logging
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vcr import VCR
from vcr.cassette import Cassette
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.persisters.filesystem import CassetteDecodeError, CassetteNotFoundError, FilesystemPersister
from vcr.request import Request
from vcr.serializers import yamlserializer
from yaml.representer import RepresenterError

from runner.errors import BrokenSource
from runner.recording.cassette import HEAD, cassette_text, read_cassette
from runner.recording.vcr_hooks import ReadableSerializer, SafePersister, configure, json_body

from .conftest import exchange

SENT = b'{"q":"ferry","n":[1,2]}'
ANSWER = b'{"rows":[{"n":1.10}],"ship":"\xe2\x9b\xb4"}'


@pytest.fixture
def hooked() -> VCR:
    tapes = VCR(match_on=["method", "uri", "json_body"])
    configure(tapes)
    return tapes


def answering(body: bytes) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(200, content=body, headers={"content-type": "text/x"}))


def record(tapes: VCR, path: Path, *, sent: bytes = SENT, answer: bytes = ANSWER, mode: str = "once") -> None:
    with tapes.use_cassette(str(path), record_mode=mode), httpx.Client(transport=answering(answer)) as client:
        client.post("https://api.example/v1", content=sent)


def request(body: object, **headers: str) -> Request:
    return Request("POST", "https://api.example", body, headers)


def test_what_vcrpy_records_is_readable_and_comes_back_to_the_byte(hooked: VCR, tmp_path: Path) -> None:
    path = tmp_path / "new" / "tape.yaml"
    record(hooked, path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    assert '          "ship":"⛴"\n' in text
    [found] = read_cassette(path)
    assert (found.request.body, found.response.body) == (SENT, ANSWER)
    with hooked.use_cassette(str(path), record_mode="none"), httpx.Client(transport=answering(b"live")) as client:
        assert client.post("https://api.example/v1", content=b'{"n": [1, 2], "q": "ferry"}').content == ANSWER
    assert [each.name for each in path.parent.iterdir()] == ["tape.yaml"]


def test_plain_vcrpy_plays_what_the_hooks_recorded(hooked: VCR, tmp_path: Path) -> None:
    record(hooked, tmp_path / "tape.yaml")
    plain = VCR(match_on=["method", "uri"])
    with plain.use_cassette(str(tmp_path / "tape.yaml"), record_mode="none"), httpx.Client() as client:
        assert client.post("https://api.example/v1").json() == json.loads(ANSWER)


def test_the_hooks_play_what_plain_vcrpy_recorded(hooked: VCR, tmp_path: Path) -> None:
    record(VCR(), tmp_path / "tape.yaml")
    with hooked.use_cassette(str(tmp_path / "tape.yaml"), record_mode="none"), httpx.Client() as client:
        assert client.post("https://api.example/v1", content=SENT).content == ANSWER


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.binary() | st.text().map(lambda text: json.dumps({"a": [text]}, ensure_ascii=False).encode("utf-8", "replace"))
)
def test_the_serializer_is_exact_for_any_body(tmp_path: Path, body: bytes) -> None:
    response = {"status": {"code": 200, "message": "OK"}, "headers": {"A": ["1"]}, "body": {"string": body}}
    persister, path = SafePersister(), tmp_path / "tape.yaml"
    persister.save_cassette(path, {"requests": [request(body)], "responses": [response]}, ReadableSerializer())
    requests, responses = persister.load_cassette(path, ReadableSerializer())
    assert requests[0].body == body
    assert responses == [{**response, "body": {"string": body}}]


@pytest.mark.parametrize("body", [BytesIO(b"file"), iter([b"a", b"b"])], ids=["file", "iterator"])
def test_what_only_vcrpy_can_write_is_left_to_it(tmp_path: Path, body: object) -> None:
    response = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": b"{}"}}
    persister, path = SafePersister(), tmp_path / "tape.yaml"
    persister.save_cassette(path, {"requests": [request(body)], "responses": [response]}, ReadableSerializer())
    [loaded], _ = persister.load_cassette(path, ReadableSerializer())
    assert b"".join(loaded.body) in (b"file", b"ab")


def test_headers_in_bytes_stay_bytes() -> None:
    serializer = ReadableSerializer()
    sent = {"method": "GET", "uri": "https://api.example", "body": None, "headers": {"a": [b"1"], b"b": ["2"]}}
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": ""}}
    document = {"version": 1, "interactions": [{"request": sent, "response": answer}]}
    assert serializer.deserialize(serializer.serialize(document)) == document


def test_a_request_without_a_body_stays_without() -> None:
    serializer = ReadableSerializer()
    sent: dict[str, Any] = {"method": "GET", "uri": "https://api.example", "body": None, "headers": {}}
    answer = {"status": {"code": 200, "message": None}, "headers": {}, "body": {"string": '{"a":1}'}}
    document = {"version": 1, "interactions": [{"request": sent, "response": answer}], "metadata": {"now": "x", "n": 1}}
    text = serializer.serialize(document)
    assert text.startswith(HEAD)
    assert serializer.deserialize(text) == document


def test_metadata_survive(hooked: VCR, tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    with hooked.use_cassette(str(path)) as tape, httpx.Client(transport=answering(ANSWER)) as client:
        assert tape.get_metadata("now", "2026-11-20T09:00:00Z") == "2026-11-20T09:00:00Z"
        client.post("https://api.example/v1", content=SENT)
    with hooked.use_cassette(str(path), record_mode="none") as tape:
        assert tape.get_metadata("now", "another") == "2026-11-20T09:00:00Z"
    assert len(read_cassette(path)) == 1


def test_a_failure_while_writing_leaves_the_old_cassette(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text("old", encoding="utf-8")
    broken = {"requests": [request(b"")], "responses": [{"body": {"string": object()}}]}
    with pytest.raises(RepresenterError, match="Cassette not saved"):
        SafePersister().save_cassette(path, broken, ReadableSerializer())
    assert [(each.name, each.read_text(encoding="utf-8")) for each in tmp_path.iterdir()] == [("tape.yaml", "old")]


def test_who_reads_while_a_cassette_is_written_sees_the_old_one_whole(hooked: VCR, tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    record(hooked, path)
    old = path.read_text(encoding="utf-8")
    with path.open(encoding="utf-8") as reader:
        record(hooked, path, sent=b"other", mode="new_episodes")
        assert reader.read() == old
    assert len(read_cassette(path)) == 2


def test_a_cassette_behind_a_link_is_written_where_the_link_leads(hooked: VCR, tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to(tmp_path / "real.yaml")
    record(hooked, tmp_path / "link.yaml")
    assert (tmp_path / "link.yaml").is_symlink()
    assert len(read_cassette(tmp_path / "real.yaml")) == 1


def test_a_missing_or_empty_cassette_is_none_yet(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("\n", encoding="utf-8")
    for name in ("missing.yaml", "empty.yaml"):
        with pytest.raises(CassetteNotFoundError):
            SafePersister().load_cassette(tmp_path / name, ReadableSerializer())


def test_a_cassette_without_exchanges_is_one_and_stays_closed(hooked: VCR, tmp_path: Path) -> None:
    (tmp_path / "tape.yaml").write_text(cassette_text([]), encoding="utf-8")
    with pytest.raises(CannotOverwriteExistingCassetteException):
        record(hooked, tmp_path / "tape.yaml", mode="once")


def test_a_cassette_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "tape.yaml").write_bytes(b"\xff")
    with pytest.raises(CassetteDecodeError, match=r"tape\.yaml is no UTF-8"):
        SafePersister().load_cassette(tmp_path / "tape.yaml", ReadableSerializer())


def test_a_damaged_cassette_of_ours_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text(cassette_text([exchange(b'{"a":1}')]).replace("method: POST", "method: &a POST"), encoding="utf-8")
    with pytest.raises(BrokenSource) as raised:
        SafePersister().load_cassette(path, ReadableSerializer())
    assert str(raised.value) == f"{path}:4: the anchor or alias 'a' is not allowed"


def test_a_persister_of_the_users_own_stays() -> None:
    class Own(FilesystemPersister):  # type: ignore[misc]
        pass

    tapes = VCR()
    tapes.register_persister(Own)
    configure(tapes)
    assert tapes.persister is Own


def test_vcrpys_own_cassette_class_loads_what_we_write(written: Callable[[str], Path]) -> None:
    path = written(cassette_text([exchange(ANSWER, sent=SENT)]))
    for options in ({}, {"serializer": ReadableSerializer(), "persister": SafePersister()}):
        tape = Cassette.load(path=str(path), **options)
        [(sent, answer)] = tape.data
        assert (sent.method, sent.uri, dict(sent.headers)) == (
            "POST",
            exchange().request.url,
            dict(exchange().request.headers),
        )
        assert json.loads(sent.body) == json.loads(SENT)
        assert json.loads(answer["body"]["string"]) == json.loads(ANSWER)
    assert (sent.body, answer["body"]["string"]) == (SENT, ANSWER)


@pytest.mark.parametrize(
    "first, second",
    [
        (b'{"a": 1}', b'{"a":1}'),
        (None, b""),
        (BytesIO(b'{"a": 1}'), b'{"a":1}'),
        (iter([b'{"a":', b"1}"]), b'{"a":1}'),
        ("text", b"text"),
    ],
)
def test_bodies_are_the_same_as_json(first: object, second: object) -> None:
    kind = {"Content-Type": "application/json"}
    assert json_body(request(first, **kind), request(second, **kind)) is True


def test_other_bodies_are_not() -> None:
    assert json_body(request(b'{"a":1}'), request(b'{"a":2}')) is False
    assert json_body(request(b"a"), request(None)) is False


CONFTEST = """\
import pytest
from runner.recording.vcr_hooks import configure

def pytest_recording_configure(config, vcr):
    configure(vcr)

@pytest.fixture
def vcr_config():
    return {"match_on": ["method", "uri", "json_body"]}
"""
TESTS = """\
import httpx
import pytest

@pytest.mark.vcr("other.yaml", "third.yaml")
def test_own(vcr):
    assert vcr.get_metadata("now", "recorded") == "recorded"
    assert httpx.post("https://api.example/v1/articles?key=__API_KEY__&q=a%20b", json={"q": 1}).json() == {"n": 1}
    assert httpx.post("https://api.example/v1/articles?key=__API_KEY__&q=a%20b", json={"q": 2}).json() == {"n": 2}
    assert httpx.post("https://api.example/v1/articles?key=__API_KEY__&q=a%20b", json={"q": 3}).json() == {"n": 3}
"""


def test_pytest_recording_plays_own_and_further_cassettes_with_metadata(tmp_path: Path) -> None:
    folder = tmp_path / "cassettes" / "test_mine"
    folder.mkdir(parents=True)
    for number, name in enumerate(("test_own", "other", "third"), start=1):
        text = cassette_text([exchange(b'{"n":%d}' % number, sent=b'{"q":%d}' % number)])
        extra = {"test_own": "metadata:\n  now: recorded\n", "other": "metadata:\n  now: other\n"}.get(name, "")
        (folder / f"{name}.yaml").write_text(text.replace("version: 1\n", f"{extra}version: 1\n"), encoding="utf-8")
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_mine.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--block-network"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout


def test_our_serializer_reads_what_vcrpys_writes(tmp_path: Path) -> None:
    document: dict[str, Any] = {"version": 1, "interactions": [], "metadata": {"at": 1.5}}
    serializer = ReadableSerializer()
    assert serializer.deserialize(yamlserializer.serialize(document)) == document
    assert serializer.deserialize(serializer.serialize(document)) == document


def test_vcrpy_tells_no_answer_in_its_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        configure(VCR())
        logging.getLogger("vcr.cassette").info("an answer with test-key-in-it")
    assert "test-key" not in caplog.text
