import difflib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import indent

import httpx
import pytest
import vcr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vcr.persisters.filesystem import FilesystemPersister
from vcr.request import Request
from vcr.serialize import serialize
from vcr.serializers import yamlserializer

from runner.errors import BrokenSource
from runner.recording.cassette import HEAD, cassette_text, read_cassette, read_first_request
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse

from .conftest import exchange, json_texts

ROOT = Path(__file__).parents[2]
SAME_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
BODIES = [
    b"",
    b" ",
    b"\n",
    b"null",
    b"yes",
    b"{}",
    b'{"a":1}',
    b'{"a": 1, "b": [1, 2]}\n',
    b'{"a":1,"a":2.50,"b":1E400}',
    b'{"a":"\\ud800\\n"}',
    b'{"a":1 ,"b" :2}',
    b'\n\n{"a":1}',
    b'{"a":1}\r\n',
    b'{\r\n  "a": 1\r\n}',
    b'{\n  "a": 1,\n\n  "b": 2\n}\n',
    b'{\n\t"a": 1\n}',
    '{"a":"x\x85y"}'.encode(),
    '{"a":"x\u2028y"}'.encode(),
    '{"a":"x\u2029 y"}'.encode(),
    '{"a":"x\ufeffy"}'.encode(),
    "one\n\ufefftwo\u2028three\n".encode(),
    b'{\n  "a": 1,  \n  "b": 2\n}',
    '{"a":"\x85","b":"\u2028\u2029","c":"\ufeff"}'.encode(),
    '\ufeff{"a":1}'.encode(),
    '{"ship":"⛴️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿","a":"\U0010ffff"}'.encode(),
    "\ufffe\uffff\x7f\x9f\xa0".encode(),
    b"\x00\x01\x1b\x7f\t",
    b"a: b\n# c\n--- d\n...\n- e",
    b"  first line is indented\nsecond",
    b"trailing blanks  \nand tab\t\n",
    b"end\n\n\n",
    b"one\r\ntwo\rthree\n",
    b"\xff\xfe{}",
    b"\x1f\x8b\x08" + bytes(range(256)) * 3,
    b"id,n\n1,2\n",
    b"<p>\n  <b>x</b>\n</p>",
    b"[" * 3000,
    b"[" * 500 + b"]" * 500,
    b"x" * 100_000,
    json.dumps({"articles": [{"headline": "Ferry strike", "n": n} for n in range(2000)]}).encode(),
]


def plain(path: Path) -> Sequence[tuple[Request, dict[str, object]]]:
    """What vcrpy finds in a cassette without us."""
    requests, responses = FilesystemPersister.load_cassette(path, yamlserializer)
    return list(zip(requests, responses, strict=True))


def same_json(first: bytes, second: bytes) -> bool:
    return first == second or json.loads(first, parse_float=str) == json.loads(second, parse_float=str)


def test_a_cassette_looks_like_this() -> None:
    assert cassette_text([exchange(b'{"rows":[{"n":1}]}', sent=b'{"q":"a"}')]) == HEAD + (
        "interactions:\n"
        "- request:\n"
        "    method: POST\n"
        '    uri: "https://api.example/v1/articles?key=__API_KEY__&q=a%20b"\n'
        "    headers:\n"
        "      accept:\n"
        '      - "*/*"\n'
        "      content-type:\n"
        "      - application/json\n"
        "    body: !!str |-\n"
        "      {\n"
        '        "q":"a"\n'
        "      }\n"
        "  response:\n"
        "    status:\n"
        "      code: 200\n"
        "      message: OK\n"
        "    headers:\n"
        "      content-type:\n"
        "      - application/json\n"
        "      x-count:\n"
        '      - "1"\n'
        "    body:\n"
        "      string: !!str |-\n"
        "        {\n"
        '          "rows":[\n'
        "            {\n"
        '              "n":1\n'
        "            }\n"
        "          ]\n"
        "        }\n"
        "version: 1\n"
    )


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:24]))
def test_bodies_come_back_to_the_byte(written: Callable[[str], Path], body: bytes) -> None:
    recorded = (exchange(body, sent=body), exchange(b"[]"))
    assert read_cassette(written(cassette_text(recorded))) == recorded


@SAME_FILE
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_come_back(written: Callable[[str], Path], body: bytes) -> None:
    path = written(cassette_text([exchange(body, sent=body)]))
    assert read_cassette(path) == (exchange(body, sent=body),)
    [(request, response)] = plain(path)
    assert same_json(request.body, body)
    assert same_json(response["body"]["string"], body)  # type: ignore[index]


@SAME_FILE
@given(json_texts())
def test_any_json_comes_back_and_is_the_same_json_to_plain_vcrpy(written: Callable[[str], Path], text: str) -> None:
    body = text.encode()
    path = written(cassette_text([exchange(body, sent=body)]))
    assert read_cassette(path) == (exchange(body, sent=body),)
    [(request, response)] = plain(path)
    assert repr(json.loads(request.body)) == repr(json.loads(body))
    assert repr(json.loads(response["body"]["string"])) == repr(json.loads(body))  # type: ignore[index]


@SAME_FILE
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(["no", "x-Y", "null", "a b", ":"])
)
def test_any_url_reason_and_header_comes_back(written: Callable[[str], Path], text: str, name: str) -> None:
    recorded = Exchange(
        RecordedRequest("GET", text, ((name.lower(), text), (name.lower(), "2")), b""),
        RecordedResponse(404, text, (), b""),
    )
    assert read_cassette(written(cassette_text([recorded]))) == (recorded,)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:24]))
def test_plain_vcrpy_loads_the_same_exchanges(written: Callable[[str], Path], body: bytes) -> None:
    [(request, response)] = plain(written(cassette_text([exchange(body, sent=body)])))
    ours = exchange(body, sent=body)
    assert (request.method, request.uri) == (ours.request.method, ours.request.url)
    assert dict(request.headers) == dict(ours.request.headers)
    assert response["headers"] == {name: [value] for name, value in ours.response.headers}
    assert response["status"] == {"code": 200, "message": "OK"}
    assert same_json(request.body, body)
    assert same_json(response["body"]["string"], body)  # type: ignore[index]


def test_plain_vcrpy_plays_it(written: Callable[[str], Path]) -> None:
    recorded = exchange(b'{"rows":[{"n":1}]}', sent=b'{"q":"a"}')
    path = written(cassette_text([recorded]))
    match_on = ["method", "scheme", "host", "port", "path", "query", "body"]
    with vcr.VCR().use_cassette(str(path), record_mode="none", match_on=match_on) as cassette, httpx.Client() as client:
        answer = client.post(recorded.request.url, json={"q": "a"})
    assert (answer.status_code, answer.json(), answer.headers["x-count"]) == (200, {"rows": [{"n": 1}]}, "1")
    assert cassette.all_played


def test_a_changed_field_changes_two_lines_of_a_diff() -> None:
    def text(engagement: int) -> list[str]:
        articles = [{"headline": f"Story {n}", "fb": {"n": n, "of": [n]}} for n in range(300)]
        articles[150]["fb"] = {"n": engagement, "of": [150]}
        body = json.dumps({"articles": articles}, separators=(",", ":")).encode()
        return cassette_text([exchange(body)] * 3).splitlines()

    diff = [line for line in difflib.ndiff(text(1), text(2)) if line[0] in "-+"]
    assert len(diff) == 3 * 2


@pytest.mark.parametrize("separators", [(" ,", ":"), (",\t", ": "), (", ", " : ")])
def test_json_of_any_spacing_has_one_field_a_line(separators: tuple[str, str]) -> None:
    def text(number: int) -> list[str]:
        body = json.dumps([{"a": "\x85", "n": number}, 3], ensure_ascii=False, separators=separators).encode()
        return cassette_text([exchange(body)]).splitlines()

    changed = [line for line in difflib.ndiff(text(1), text(2)) if line[0] in "-+"]
    assert len(changed) == 2
    assert all("n" in line and "a" not in line for line in changed)


def test_characters_that_nobody_sees_are_escaped() -> None:
    text = cassette_text([exchange(body, sent=body) for body in BODIES])
    assert [character for character in "\x85\u2028\u2029\ufeff\x7f\r\t" if character in text] == ["\t"]


def test_no_line_ends_with_a_blank_that_an_editor_would_strip() -> None:
    lines = cassette_text([exchange(body, sent=body) for body in BODIES]).split("\n")
    assert [line for line in lines if line != line.rstrip()] == []


def test_the_same_exchanges_give_the_same_bytes_with_plain_line_ends() -> None:
    texts = {cassette_text([exchange(body) for body in BODIES]) for _ in range(3)}
    assert len(texts) == 1
    assert "\r" not in texts.pop()


def test_no_exchange_is_an_empty_list(written: Callable[[str], Path]) -> None:
    text = cassette_text([])
    assert text == HEAD + "interactions: []\nversion: 1\n"
    assert read_cassette(written(text)) == ()


def test_values_of_a_header_that_stands_twice_stay_in_order(written: Callable[[str], Path]) -> None:
    headers = (("set-cookie", "a=1"), ("x", "1"), ("set-cookie", "b=2"))
    recorded = Exchange(RecordedRequest("GET", "https://api.example", (), b""), RecordedResponse(200, "", headers, b""))
    [found] = read_cassette(written(cassette_text([recorded])))
    assert found.response.headers == (("set-cookie", "a=1"), ("set-cookie", "b=2"), ("x", "1"))


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:24]))
def test_what_plain_vcrpy_writes_is_read(written: Callable[[str], Path], body: bytes) -> None:
    request = Request("GET", "https://api.example/", body, {"Accept": "*/*"})
    response = {"status": {"code": 200, "message": None}, "headers": {"X-A": ["1", "2"]}, "body": {"string": body}}
    text = serialize({"requests": [request], "responses": [response], "metadata": {"now": 1.5}}, yamlserializer)
    [found] = read_cassette(written(text))
    assert found.request == RecordedRequest("GET", "https://api.example/", (("accept", "*/*"),), body)
    assert found.response == RecordedResponse(200, "", (("x-a", "1"), ("x-a", "2")), body)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:24]))
def test_the_first_request_alone_is_the_first_of_all(written: Callable[[str], Path], body: bytes) -> None:
    ours = cassette_text([exchange(body), exchange(b"{}"), exchange(body)])
    requests = [Request("POST", "https://api.example/", each, {"Accept": "*/*"}) for each in (body, b"{}")]
    responses = [{"status": {"code": 200, "message": None}, "headers": {}, "body": {"string": body}} for _ in requests]
    theirs = serialize({"requests": requests, "responses": responses}, yamlserializer)
    head, listed, end = re.split(r"(?<=\ninteractions:\n)|(?=^version: 1\n\Z)", ours, flags=re.MULTILINE)
    for text in (ours, theirs, head + indent(listed, "  ") + end):
        path = written(text)
        exchanges = read_cassette(path)
        assert read_first_request(path) == (exchanges[0].request, len(exchanges))


@pytest.mark.parametrize("path", sorted(ROOT.glob("cassettes/*/*/default.yaml")), ids=lambda path: path.parent.name)
def test_the_first_request_of_each_recipe_is_read_alone(path: Path) -> None:
    exchanges = read_cassette(path)
    assert read_first_request(path) == (exchanges[0].request if exchanges else None, len(exchanges))


def test_what_is_wrong_behind_the_first_request_is_not_noticed(written: Callable[[str], Path]) -> None:
    text = cassette_text([exchange(b"1"), exchange(b"2")])
    path = written(text.replace("code: 200", "code: none"))
    assert read_first_request(path) == (exchange(b"1").request, 2)
    with pytest.raises(BrokenSource):
        read_cassette(path)


@pytest.mark.parametrize(
    "text",
    [
        "interactions:\n- request:\n",
        "interactions:\n- request:\n    uri: a\n  response:\n",
        "a: 1\n- request:\n    uri: a\n  response:\n",
        "interactions: 1\n- request:\n  response:\n",
        "interactions:\n- other: 1\n- request:\n  response:\n",
        "- request:\n- request:\n  response:\n",
        "interactions: []\nmetadata:\n- request:\n    uri: a\n  response:\n",
        "",
    ],
)
def test_a_first_request_that_breaks_a_rule_is_named(written: Callable[[str], Path], text: str) -> None:
    with pytest.raises(BrokenSource):
        read_first_request(written(text))


def test_a_request_without_a_body_and_the_old_form_for_httpx_are_read(written: Callable[[str], Path]) -> None:
    text = (
        "interactions:\n- request:\n    body: null\n    headers: {}\n    method: GET\n    uri: https://api.example\n"
        "  response:\n    content: '{}'\n    headers:\n      X-A: plain\n    http_version: HTTP/1.1\n"
        "    status_code: 200\nversion: 1\n"
    )
    [found] = read_cassette(written(text))
    assert found.request.body == b""
    assert found.response == RecordedResponse(200, "", (("x-a", "plain"),), b"{}")


def test_a_block_without_our_mark_keeps_its_lines(written: Callable[[str], Path]) -> None:
    text = cassette_text([exchange(b'{"a":1}')]).replace("string: !!str |-", "string: |-")
    [found] = read_cassette(written(text))
    assert found.response.body == b'{\n  "a":1\n}'


def test_text_marked_like_ours_by_someone_else_keeps_its_lines(written: Callable[[str], Path]) -> None:
    text = cassette_text([exchange(b'{"a":1}')]).replace(
        '        {\n          "a":1\n        }', "        a,\n        b"
    )
    [found] = read_cassette(written(text))
    assert found.response.body == b"a,\nb"


GOOD = cassette_text([exchange(b'{"rows":[{"n":1}]}', sent=b'{"q":"a"}')])


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("version: 1", "version: 2", "33: the cassette is of a newer format: 2"),
        ("version: 1", "version: '1'", "33: the cassette is of another format: '1'"),
        ("version: 1", "version: true", "33: the cassette is of another format: true"),
        ("version: 1\n", "", "2: the version is missing: the file seems to be cut off"),
        ("version: 1", "version: 1\nmore: 2", "34: the cassette has an unknown key 'more'"),
        ("interactions:", "interaction:", "3: the cassette has an unknown key 'interaction'"),
        ("interactions:\n", "interactions: []\nx:\n", "unknown key 'x'"),
        ("    method: POST\n", "", "4: the request lacks 'method'"),
        ("method: POST", "method: 1", "4: method must be text, not 1"),
        ("method: POST", "method: POST\n    method: PUT", "5: the key 'method' stands here a second time"),
        ("method: POST", "method: [POST]", "4: method must be text, not a list"),
        ("method: POST", "? [a]\n    : POST", "4: a key must be text"),
        ("code: 200", "code: 20", "17: the status must be a number such as 200, not 20"),
        ("code: 200", "code: OK", "17: the status must be a number such as 200, not 'OK'"),
        ("code: 200", "code: !!int OK", "17: 'OK' is no int"),
        ('- "1"', "- 1", "23: the header 'x-count' must be text, not 1"),
        ("body: !!str |-\n", "body:\n", "12: a body must be text, !!binary or null, not a table"),
        ("      string: !!str", "      strings: !!str", "unknown key 'strings'"),
        ("string: !!str |-", "string: !!binary |-", "25: this YAML cannot be read: failed to decode base64 data"),
        ("method: POST", "method: &a POST", "4: the anchor or alias 'a' is not allowed"),
        ("method: POST", "method: *a", "4: the anchor or alias 'a' is not allowed"),
        ("method: POST", "method: !!python/object/apply:os.system [x]", "4: the tag '!!python/object/apply:os.system'"),
        ("method: POST", "method: !!python/name:os.system x", "4: the tag '!!python/name:os.system'"),
        ("method: POST", "method: !mine POST", "4: the tag '!mine' is not allowed"),
        ("method: POST", 'method: "POST', "this YAML cannot be read: "),
        ("method: POST", "method: \x01", "a character is not allowed in YAML"),
        ("method: POST", "method: 2026-13-45", "4: '2026-13-45' is no timestamp"),
        ("version: 1\n", "version: 1\n---\nversion: 1\n", "34: a second document begins"),
    ],
)
def test_a_cassette_that_breaks_a_rule_is_named_with_its_line(
    written: Callable[[str], Path], old: str, new: str, said: str
) -> None:
    path = written(GOOD.replace(old, new, 1))
    with pytest.raises(BrokenSource) as raised:
        read_cassette(path)
    assert said in str(raised.value)
    assert str(raised.value).startswith(f"{path}:{raised.value.line}: ")
    assert raised.value.hint


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "1: the file is empty"),
        ("# only a comment\n", "1: the file is empty"),
        ("just text", "1: the cassette must have keys, not be 'just text'"),
        ("- request: {}\n", "1: this is a cassette of vcrpy before 1.0"),
        ("[" * 500, "1: values are nested more than 30 levels deep"),
        ("[" * 3000, "1: this YAML cannot be read: exceeded maximum nesting depth"),
        ("a:\n" + "".join(" " * n + "- \n" for n in range(1, 3000)), "values are nested more than 30 levels deep"),
        ("\n".join(["a: &a [x, x]"] + [f"{n}: &{n} [*a, *a]" for n in range(30)]), "1: the anchor or alias 'a'"),
        ("interactions: []\nversion: 1\nmetadata:\n" + "- a\n" * 600_000, "the file holds more than 500,000 values"),
        (b"interactions: []\nversion: '\xff'\n", "2: this line is not UTF-8"),
        ("interactions: []\nversion: 1\n".encode("utf-16"), "1: this line is not UTF-8"),
        ("interactions: []\nversion: 1\n\0", "a character is not allowed in YAML"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_hostile_file_is_refused(written: Callable[[str | bytes], Path], text: str | bytes, said: str) -> None:
    with pytest.raises(BrokenSource) as raised:
        read_cassette(written(text))
    assert said in str(raised.value)
    assert raised.value.hint


def test_a_file_that_is_cut_off_anywhere_is_refused(written: Callable[[str], Path]) -> None:
    for length in range(len(GOOD) - 1):
        path = written(GOOD[:length])
        with pytest.raises(BrokenSource):
            read_cassette(path)


def test_two_hundred_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "default.yaml"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(BrokenSource, match="1: the file is larger than 64 MB"):
        read_cassette(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenSource, match="there is no such file"):
        read_cassette(tmp_path / "none.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(BrokenSource, match="this is no plain file"):
        read_cassette(tmp_path / "pipe.yaml")


def test_pyyaml_without_libyaml_reads_the_same(written: Callable[[str], Path], tmp_path: Path) -> None:
    written(cassette_text([exchange(body, sent=body) for body in BODIES]))
    (tmp_path / "half.yaml").write_text(GOOD.replace("method: POST", r'method: "\ud800"'), encoding="utf-8")
    program = (
        "import sys\n"
        "sys.modules['yaml._yaml'] = None\n"
        "import yaml, pathlib\n"
        "assert not yaml.__with_libyaml__\n"
        "from runner.errors import BrokenSource\n"
        "from runner.recording.cassette import read_cassette\n"
        "for each in read_cassette(pathlib.Path('default.yaml')):\n"
        "    assert each.request.body == each.response.body\n"
        "    print(each.request.body.hex())\n"
        "try:\n"
        "    read_cassette(pathlib.Path('half.yaml'))\n"
        "except BrokenSource as error:\n"
        "    print(error.problem)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [*(body.hex() for body in BODIES), "this text holds half a surrogate pair"]


def test_reading_a_cassette_loads_no_vcrpy() -> None:
    program = "import sys, runner.recording.cassette; print('vcr' in sys.modules, 'pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_bytes_that_are_no_text_stand_in_base64() -> None:
    assert "string: !!binary |\n        ////////////\n" in cassette_text([exchange(b"\xff" * 9)])
