from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.catalog.api import read_api
from runner.catalog.model import Api, Key, Rate
from runner.errors import BrokenSource

FULL = """\
title = "Harbour"
base-url = "https://api.harbour.example/v1/"
docs = "https://harbour.example/docs"
sandbox = "sandbox:app"
sandbox-now = 2026-01-31T09:00:00Z
timeout = 2.5
read-posts = ["/ferries"]

[key]
in = "header"
name = "X-Api-Key"
env = "HARBOUR_API_KEY"
help = "Ask the harbour."

[limits]
rates = ["5/1s", "100/5m", "1000/2h"]
retry-on = [429, 500]

[errors]
message = "error.message"
id = "errors.0.id"
"""


def line_with(folder: Path, text: str) -> int:
    lines = (folder / "api.toml").read_text().split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_every_key_is_read(write_api: Callable[..., Path]) -> None:
    folder = write_api(text=FULL)
    assert read_api(folder) == Api(
        folder=folder,
        name="harbour",
        title="Harbour",
        base_url="https://api.harbour.example/v1",
        docs="https://harbour.example/docs",
        sandbox="sandbox:app",
        sandbox_now=datetime(2026, 1, 31, 9, tzinfo=UTC),
        timeout=2.5,
        read_posts=("/ferries",),
        key=Key("header", "X-Api-Key", "HARBOUR_API_KEY", "Ask the harbour."),
        rates=(Rate(5, 1.0), Rate(100, 300.0), Rate(1000, 7200.0)),
        retry_on=(429, 500),
        error_message="error.message",
        error_id="errors.0.id",
    )


def test_only_title_and_address_are_needed(write_api: Callable[..., Path]) -> None:
    folder = write_api()
    assert read_api(folder) == Api(folder, "harbour", "Harbour", "https://api.harbour.example/v1")


def test_a_file_with_crlf_is_read_the_same(write_api: Callable[..., Path]) -> None:
    folder = write_api(text=FULL)
    expected = read_api(folder)
    write_api(text=FULL.replace("\n", "\r\n"))
    assert read_api(folder) == expected


@pytest.mark.parametrize("value", ["2026-01-31T09:00:00Z", '"2026-01-31T09:00:00Z"', '"2026-01-31T10:00+01:00"'])
def test_the_sandbox_clock_is_a_moment_or_its_text(write_api: Callable[..., Path], value: str) -> None:
    assert read_api(write_api(f"sandbox-now = {value}\n")).sandbox_now == datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize("place", ["bearer", "basic"])
def test_a_bearer_or_basic_key_has_no_name(write_api: Callable[..., Path], place: str) -> None:
    folder = write_api(f'[key]\nin = "{place}"\nenv = "HARBOUR_API_KEY"\n')
    assert read_api(folder).key == Key(place, "", "HARBOUR_API_KEY")  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["https://hooks.example", "http://127.0.0.1:8080", "https://hooks.example/"])
def test_a_path_key_stands_behind_the_host_alone(write_api: Callable[..., Path], host: str) -> None:
    text = f'title = "Harbour"\nbase-url = "{host}"\n[key]\nin = "path"\nenv = "HARBOUR_WEBHOOK"\n'
    assert read_api(write_api(text=text)).key == Key("path", "", "HARBOUR_WEBHOOK")


@pytest.mark.parametrize("address", ["https://hooks.example/v1", "http://[::1]:8080"])
def test_a_path_key_wants_an_address_that_ends_after_the_host(write_api: Callable[..., Path], address: str) -> None:
    text = f'title = "Harbour"\nbase-url = "{address}"\n[key]\nin = "path"\nenv = "HARBOUR_WEBHOOK"\n'
    with pytest.raises(BrokenSource, match="in cannot be path where base-url is more than a host"):
        read_api(write_api(text=text))


def test_an_api_may_list_how_it_refuses_a_key(write_api: Callable[..., Path]) -> None:
    folder = write_api('[errors]\nkey-refused = ["no_service", "invalid_token"]\n')
    assert read_api(folder).key_refusals == ("no_service", "invalid_token")


def test_the_name_of_an_api_has_hyphens(write_api: Callable[..., Path]) -> None:
    assert read_api(write_api(folder="recipes/city_weather")).name == "city-weather"


KEY = '[key]\nin = "query"\nname = "key"\nenv = "HARBOUR_API_KEY"\n'


@pytest.mark.parametrize(
    "more, at, problem, hint",
    [
        ("timout = 3\n", "timout", "unknown key 'timout'", "write timeout"),
        ("timeout = true\n", "timeout", "timeout must be seconds from 0 to 3600, not true", "write timeout = 30"),
        ("timeout = 0\n", "timeout", "timeout must be seconds from 0 to 3600, not 0", "write timeout = 30"),
        ("timeout = nan\n", "timeout", "timeout must be seconds from 0 to 3600, not nan", "write timeout = 30"),
        ("timeout = inf\n", "timeout", "timeout must be seconds from 0 to 3600, not inf", "write timeout = 30"),
        ('timeout = "3"\n', "timeout", "timeout must be seconds from 0 to 3600, not '3'", "write timeout = 30"),
        ('docs = "javascript:x"\n', "docs", "docs must be an https address", 'write docs = "https://..."'),
        ('sandbox = "a.b:c()"\n', "sandbox", "sandbox cannot be 'a.b:c()'", 'write it like sandbox = "sandbox:app"'),
        (
            "sandbox-now = 2026-01-31T09:00:00\n",
            "sandbox-now",
            "sandbox-now must be a moment with its offset, not 2026-01-31T09:00:00Z",
            "write sandbox-now = 2026-01-31T09:00:00Z",
        ),
        (
            "sandbox-now = 2026-01-31\n",
            "sandbox-now",
            "sandbox-now must be a moment with its offset, not 2026-01-31",
            "write sandbox-now = 2026-01-31T09:00:00Z",
        ),
        (
            'sandbox-now = "today"\n',
            "sandbox-now",
            "sandbox-now must be a moment with its offset, not 'today'",
            "write sandbox-now = 2026-01-31T09:00:00Z",
        ),
        ('read-posts = "/a"\n', "read-posts", "read-posts must be a list of texts", 'write read-posts = ["..."]'),
        (
            'read-posts = ["/a", "b"]\n',
            "read-posts",
            "read-posts holds 'b', which is no path",
            'write it like "/articles"',
        ),
        (
            'read-posts = ["/a?b"]\n',
            "read-posts",
            "read-posts holds '/a?b', which is no path",
            'write it like "/articles"',
        ),
        (
            '[limits]\nretry-on = ["429"]\n',
            "retry-on",
            "retry-on must be a list of statuses from 400 to 599",
            "write retry-on = [429, 503]",
        ),
        ("key = 1\n", "key", "key must be a table, not 1", "write [key]"),
        ("[kee]\n", "[kee]", "unknown key 'kee'", "write key"),
        (KEY + "headr = 1\n", "headr", "unknown key 'headr' in [key]", "remove it; the keys are in, name, env, help"),
        (
            KEY.replace("query", "cookie"),
            "in =",
            "in cannot be 'cookie'",
            'write in = "query", "header", "bearer", "basic" or "path"',
        ),
        (KEY.replace('in = "query"\n', ""), "[key]", "in is missing", 'add in = "..."'),
        (KEY.replace('name = "key"\n', ""), "[key]", "name is missing", 'add name = "..."'),
        (KEY.replace('env = "HARBOUR_API_KEY"\n', ""), "[key]", "env is missing", 'add env = "..."'),
        (KEY.replace("query", "bearer"), "name", "name means nothing for bearer", "remove it"),
        (
            KEY.replace("query", "path"),
            "in =",
            "in cannot be path where base-url is more than a host",
            "let base-url end after the host",
        ),
        (
            '[errors]\nkey-refused = "no_service"\n',
            "key-refused",
            "key-refused must be a list of texts",
            'write key-refused = ["..."]',
        ),
        (KEY.replace('"key"', '"a: b"'), "name", "name cannot be 'a: b'", 'write it like name = "X-Api-Key"'),
        (
            KEY.replace("HARBOUR", "harbour"),
            "env",
            "env cannot be 'harbour_API_KEY'",
            'write it like env = "SOME_API_KEY"',
        ),
        ('[limits]\nrate = "5/1s"\n', "rate", "unknown key 'rate' in [limits]", "write rates"),
        ('[limits]\nrates = "5/1s"\n', "rates", "rates must be a list of texts", 'write rates = ["..."]'),
        ('[limits]\nrates = ["5/s"]\n', "rates", "rates holds '5/s', which is no rate", 'write it like "100/300s"'),
        ('[limits]\nrates = ["0/1s"]\n', "rates", "rates holds '0/1s', which is no rate", 'write it like "100/300s"'),
        ('[limits]\nrates = ["5/1d"]\n', "rates", "rates holds '5/1d', which is no rate", 'write it like "100/300s"'),
        (
            "[limits]\nretry-on = [200]\n",
            "retry-on",
            "retry-on must be a list of statuses from 400 to 599",
            "write retry-on = [429, 503]",
        ),
        (
            "[limits]\nretry-on = 429\n",
            "retry-on",
            "retry-on must be a list of statuses from 400 to 599",
            "write retry-on = [429, 503]",
        ),
        ('[errors]\nmesage = "a"\n', "mesage", "unknown key 'mesage' in [errors]", "write message"),
        (
            '[errors]\nid = "a..b"\n',
            "id =",
            "id cannot be 'a..b'",
            'write it like id = "error.id"',
        ),
        ("a = = 1\n", "a = =", "this is no TOML: Invalid value", "correct the TOML of this line"),
    ],
)
def test_a_violation_is_named_with_its_line_and_a_fix(
    write_api: Callable[..., Path], more: str, at: str, problem: str, hint: str
) -> None:
    folder = write_api(more)
    with pytest.raises(BrokenSource) as caught:
        read_api(folder)
    assert str(caught.value) == f"{folder / 'api.toml'}:{line_with(folder, at)}: {problem}"
    assert caught.value.hint == hint


@pytest.mark.parametrize("missing", ["title", "base-url"])
def test_title_and_address_must_be_there(write_api: Callable[..., Path], missing: str) -> None:
    kept = [line for line in FULL.split("\n") if not line.startswith(missing)]
    with pytest.raises(BrokenSource, match=rf"api\.toml:1: {missing} is missing$"):
        read_api(write_api(text="\n".join(kept)))


def test_an_address_that_would_send_the_key_in_clear_is_refused(write_api: Callable[..., Path]) -> None:
    folder = write_api(text=FULL.replace("https://api", "http://api"))
    with pytest.raises(BrokenSource) as caught:
        read_api(folder)
    assert (caught.value.line, caught.value.problem, caught.value.hint) == (
        2,
        "base-url must be https (http is for this machine only)",
        'write base-url = "https://..."',
    )


@pytest.mark.parametrize(
    "variable",
    [
        "PATH",
        "HOME",
        "PYTHONPATH",
        "PYTHON_KEY",
        "LD_PRELOAD",
        "DYLD_X",
        "SSH_AUTH_SOCK",
        "RECIPES_PROFILE",
        "HTTPS_PROXY",
    ],
)
def test_a_variable_that_is_no_key_is_refused(write_api: Callable[..., Path], variable: str) -> None:
    with pytest.raises(BrokenSource) as caught:
        read_api(write_api(KEY.replace("HARBOUR_API_KEY", variable)))
    assert (caught.value.line, caught.value.problem) == (6, f"env cannot be {variable}, which is no variable for a key")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenSource) as caught:
        read_api(tmp_path)
    path = tmp_path / "api.toml"
    assert (str(caught.value), caught.value.hint) == (f"{path}:1: there is no such file", f"write {path}")


@pytest.mark.parametrize("value", ["0x" + "f" * 5000, "[0x" + "f" * 5000 + "]", "[[[[[1]]]]]", "{a = {b = 1}}"])
@pytest.mark.parametrize("key", ["docs", "sandbox", "sandbox-now", "timeout", "read-posts", "key", "limits"])
def test_hostile_values_are_errors_and_not_crashes(write_api: Callable[..., Path], key: str, value: str) -> None:
    with pytest.raises(BrokenSource) as caught:
        read_api(write_api(f"{key} = {value}\n"))
    assert (caught.value.line, len(caught.value.problem) < 100) == (3, True)
