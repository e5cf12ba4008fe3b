import os
from pathlib import Path

import pytest
import vcr

from runner.catalog.recorded import (
    LONGEST,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ENDPOINTS,
    base_urls,
    endpoint_path,
    read_recorded,
)
from runner.recording.cassette import cassette_text
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse

BASE = "https://api.harbour.example/v1"
CATALOG = Path(__file__).parents[2] / "cassettes" / "newswhip"


def exchange(method: str, url: str, body: bytes = b"", answer: bytes = b"{}") -> Exchange:
    headers = (("content-type", "application/json"),)
    return Exchange(RecordedRequest(method, url, headers, body), RecordedResponse(200, "OK", headers, answer))


def write(folder: Path, name: str, *urls: str, rows: str = "", method: str = "GET") -> None:
    text = cassette_text([exchange(method, url) for url in urls])
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / f"{name}.jsonl").write_text(rows, encoding="utf-8")


def endpoints(folder: Path, *bases: str) -> tuple[str, ...]:
    return read_recorded(str(folder), bases or (BASE,)).endpoints


def columns(folder: Path) -> tuple[str, ...]:
    return read_recorded(str(folder), (BASE,)).columns


def test_an_endpoint_is_method_and_path_below_the_base_url_once(tmp_path: Path) -> None:
    write(tmp_path, "default", f"{BASE}/ferries?key=x", f"{BASE}/boats", f"{BASE}/ferries?page=2")
    assert endpoints(tmp_path) == ("GET /ferries", "GET /boats")


@pytest.mark.parametrize(
    "url, expected",
    [
        (BASE, "/"),
        (f"{BASE}/", "/"),
        (f"{BASE}?a=1", "/"),
        (f"{BASE}/a/b%20c#part", "/a/b%20c"),
        (f"{BASE.replace('api', 'API')}/a", "/a"),
        (f"{BASE}2/a", "https://api.harbour.example/v12/a"),
        ("https://cdn.example/a?key=x", "https://cdn.example/a"),
        ("https://user:test-key-1@cdn.example/a", "https://cdn.example/a"),
        ("https://user:test-key-1@api.harbour.example/v1/a", "/a"),
        (f"{BASE}/" + "a" * 500, "/" + "a" * (LONGEST - 2) + "…"),
        (f"{BASE}/é", "/é"),
    ],
)
def test_an_address_is_told_below_its_api_or_whole_without_secrets(tmp_path: Path, url: str, expected: str) -> None:
    write(tmp_path, "default", url)
    assert endpoints(tmp_path) == (f"GET {expected}",)


def test_the_longest_base_url_counts(tmp_path: Path) -> None:
    write(tmp_path, "default", f"{BASE}/ferries")
    for folder, url in (("a", "https://api.harbour.example"), ("b", BASE), ("c", f"{BASE}/piers"), ("d", "broken")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "api.toml").write_text(f'title = "Harbour"\nbase-url = "{url}"\n')
    bases = base_urls(tmp_path / folder for folder in "abcd")
    assert bases == (f"{BASE}/piers", BASE, "https://api.harbour.example")
    assert endpoints(tmp_path, *bases) == ("GET /ferries",)


def test_the_default_case_comes_first_and_the_others_by_name(tmp_path: Path) -> None:
    for name in ("zebra", "default", "ahead"):
        write(tmp_path, name, f"{BASE}/{name}", rows=f'{{"{name}":1}}\n')
    assert read_recorded(str(tmp_path), (BASE,)) == (("GET /default", "GET /ahead", "GET /zebra"), ("default",))


def test_the_catalog_tells_what_its_recipes_call_and_give() -> None:
    recorded = read_recorded(str(CATALOG / "publisher-ranking"), ("https://api.newswhip.com/v1",))
    assert recorded.endpoints == ("POST /stats",)
    assert recorded.columns == ("rank", "domain", "interactions", "articles", "average", "moved")


@pytest.mark.parametrize("body", ["{}", "a: 1\n    method: PUT\n    uri: https://x.example/\n", "x" * 300, "'\"\\"])
def test_a_cassette_of_plain_vcrpy_is_read_too(tmp_path: Path, body: str) -> None:
    from vcr.request import Request

    cassette = vcr.cassette.Cassette(str(tmp_path / "default.yaml"))
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": body.encode()}}
    for url in (f"{BASE}/ferries?q=a: b", f"{BASE}/a'b", f"{BASE}/" + "very-long-" * 12 + "?q=x y"):
        cassette.append(Request("POST", url, body.encode(), {"A": "b"}), answer)
    cassette._save()
    assert endpoints(tmp_path) == ("POST /ferries", "POST /a'b", "POST /" + "very-long-" * 12)


def test_what_an_answer_holds_is_no_request(tmp_path: Path) -> None:
    body = f"\n    method: PUT\n    uri: {BASE}/body\n".encode()
    text = cassette_text([exchange("POST", f"{BASE}/ferries", body, body)])
    (tmp_path / "default.yaml").write_text(text, encoding="utf-8")
    assert endpoints(tmp_path) == ("POST /ferries",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"interactions: [" * 3000,
        b"\n    method: \x1b[31m\n    uri: https://x.example/\n",
        b"\n    method: GET\n    uri: ftp://x.example/\n",
        b"\n    method: GET\n    uri: !!python/object:os.system https://x.example/\n",
        b"\n    method: GET\n",
    ],
)
def test_what_is_no_cassette_tells_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "default.yaml").write_bytes(content)
    assert endpoints(tmp_path) == ()


def test_what_could_steer_a_terminal_or_end_a_line_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "default.yaml").write_bytes(b"\n    method: GET\n    uri: https://x.example/a\x1b[31m\x02\xff\n")
    (tmp_path / "default.jsonl").write_text('{"a\\nb\\u0000\\ud800\\u001b":1}\n')
    assert endpoints(tmp_path) == ("GET https://x.example/a\ufffd[31m\ufffd\ufffd",)
    assert columns(tmp_path) == ("a\ufffdb\ufffd\ufffd\ufffd",)


def test_a_cassette_with_line_ends_of_windows_is_read(tmp_path: Path) -> None:
    write(tmp_path, "default", f"{BASE}/ferries")
    path = tmp_path / "default.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert endpoints(tmp_path) == ("GET /ferries",)


@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize("end", ["", "?a=b"])
def test_quotes_are_no_part_of_an_address(tmp_path: Path, quote: str, end: str) -> None:
    text = f"- request:\n    method: {quote}get{quote}\n    uri: {quote}{BASE}/ferries{end}{quote}\n"
    (tmp_path / "default.yaml").write_text(text)
    assert endpoints(tmp_path) == ("GET /ferries",)


def test_so_many_endpoints_and_columns_are_told(tmp_path: Path) -> None:
    row = "{" + ",".join(f'"{number}":1' for number in range(MOST_COLUMNS + 5)) + "}\n"
    write(tmp_path, "default", *(f"{BASE}/{number}" for number in range(MOST_ENDPOINTS + 5)), rows=row)
    assert (len(endpoints(tmp_path)), len(columns(tmp_path))) == (MOST_ENDPOINTS, MOST_COLUMNS)


def test_what_stands_behind_many_bytes_is_not_looked_at(tmp_path: Path) -> None:
    write(tmp_path, "default", f"{BASE}/ferries")
    with (tmp_path / "default.yaml").open("ab") as file:
        file.write(b" " * MOST_BYTES + f"\n    method: GET\n    uri: {BASE}/late\n".encode())
    write(tmp_path, "other", f"{BASE}/other")
    assert endpoints(tmp_path) == ("GET /ferries",)


@pytest.mark.parametrize(
    "rows, expected",
    [
        ('{"a":1,"b":{"c":1}}\n{"x":1}\n', ("a", "b")),
        ("", ()),
        ("{}\n", ()),
        ('"# A text"\n', ()),
        ("[1]\n", ()),
        ('{"a":1', ()),
        ('{"a":1}', ()),
        ("no JSON\n", ()),
        ("[" * 100_000 + "\n", ()),
        ('{"' + "a" * 300 + '":1}\n', ("a" * (LONGEST - 1) + "…",)),
    ],
    ids=range(10),
)
def test_columns_are_those_of_the_first_row(tmp_path: Path, rows: str, expected: tuple[str, ...]) -> None:
    write(tmp_path, "default", rows=rows)
    assert columns(tmp_path) == expected


def test_a_case_without_rows_leaves_the_columns_to_the_next(tmp_path: Path) -> None:
    write(tmp_path, "default")
    write(tmp_path, "other", rows='{"a":1}\n')
    assert columns(tmp_path) == ("a",)


def test_a_folder_that_is_not_there_tells_nothing(tmp_path: Path) -> None:
    assert read_recorded(str(tmp_path / "gone"), (BASE,)) == ((), ())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_only_plain_files_are_opened(tmp_path: Path) -> None:
    write(tmp_path, "real", f"{BASE}/ferries", rows='{"a":1}\n')
    folder = tmp_path / "late"
    (folder / "folder.yaml").mkdir(parents=True)
    os.mkfifo(folder / "pipe.yaml")
    for end in ("yaml", "jsonl"):
        (folder / f"default.{end}").symlink_to(tmp_path / f"real.{end}")
    assert read_recorded(str(folder), (BASE,)) == ((), ())


def test_the_path_of_an_endpoint_goes_without_its_method() -> None:
    assert endpoint_path("POST /articles") == "/articles"
