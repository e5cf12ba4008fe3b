import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from runner.catalog import Api, Key, read_api
from runner.errors import AskedWrongly
from runner.running.curl import as_curl
from runner.scaffolding.curl.call import DIFFERS, CurlCall
from runner.scaffolding.curl.importing import Captured
from runner.scaffolding.curl.keys import api_name, propose_api

Make = Callable[..., Captured]
Read = Callable[[str], CurlCall]
SECRET = "test-key-Zq8/1"


def toml_of(made: Captured) -> dict[str, Any]:
    (text,) = [text for name, text in made.draft.files.items() if name.endswith("api.toml")]
    return tomllib.loads(text)


@pytest.mark.parametrize(
    "options, key, secret",
    [
        (f"-H 'Authorization: Bearer {SECRET}'", {"in": "bearer", "env": "ACME_TOKEN"}, SECRET),
        (f"--oauth2-bearer {SECRET}", {"in": "bearer", "env": "ACME_TOKEN"}, SECRET),
        (f"-u u:{SECRET}", {"in": "basic", "env": "ACME_CREDENTIALS"}, f"u:{SECRET}"),
        ("-H 'Authorization: Basic dTp0ZXN0LWtleQ=='", {"in": "basic", "env": "ACME_CREDENTIALS"}, "u:test-key"),
        (f"-H 'X-Api-Key: {SECRET}'", {"in": "header", "name": "X-Api-Key", "env": "ACME_API_KEY"}, SECRET),
        (f"-H 'Authorization: Token {SECRET}'", {"in": "header", "name": "Authorization"}, f"Token {SECRET}"),
        (f"-G -d api_key={SECRET}", {"in": "query", "name": "api_key", "env": "ACME_API_KEY"}, SECRET),
        (f"-b session={SECRET}", {"in": "header", "name": "Cookie", "env": "ACME_COOKIE"}, f"session={SECRET}"),
    ],
)
def test_the_credential_of_a_call_becomes_the_key_of_a_new_api(
    captured: Make, options: str, key: dict[str, str], secret: str
) -> None:
    made = captured(f"curl https://api.acme.example/v1/items {options}")
    table = toml_of(made)
    assert table["base-url"] == "https://api.acme.example/v1"
    assert key.items() <= table["key"].items()
    assert dict(made.secrets) == {table["key"]["env"]: secret}
    assert made.values == {}


@pytest.mark.parametrize(
    "options",
    [
        f"-u u:{SECRET}",
        f"-H 'Authorization: Bearer {SECRET}' -H 'X-Api-Key: {SECRET}' -b 'sid={SECRET}'",
        f"-b 'sid={SECRET}; theme=dark' -H 'X-CSRF-Token: {SECRET}'",
        f"-G -d api_key={SECRET} -d token={SECRET}",
        f"-d user=jane -d password={SECRET}",
        f"-d 'password={SECRET} *'",
        f'--json \'{{"auth": {{"clientSecret": "{SECRET}"}}, "list": [{{"token": "{SECRET}"}}, 2]}}\'',
        f"-F password={SECRET}",
        f"-A 'Robot/1.0 (token={SECRET})'",
        f"-F a=1 -H 'Content-Type: {SECRET}{SECRET}'",
        f"-A 'Robot/1.0 {SECRET}{SECRET} token={SECRET}'",
        f"-G -d 'q=a token={SECRET}' -d b",
        f'--json \'{{"note": "use key: {SECRET}"}}\'',
        """--json '{"pin": {"passwd": 7788990011}, "token": 1.5}'""",
        f"-H 'Content-Type: text/xml' -d '<a><password>{SECRET}{SECRET}</password></a>'",
        f"-H 'X-Note: Bearer {SECRET}abcdefgh1'",
        f"-x http://u:{SECRET}@proxy.example",
        f"-d {SECRET}abcdefgh1",
        f"-d '{{id}} {SECRET}abcdefgh1'",
        f'-u user:x -H "X-Token: $X{SECRET}"',
        f"--json {SECRET}abcdefgh1",
        f"-H 'Content-Type: text/plain' -d 'it is {SECRET}abcdefgh1'",
        f"-d {SECRET}abcdefgh1=1",
        f"--url-query {SECRET}abcdefgh1",
        f"-G -d {SECRET}abcdefgh1=1",
        f"--aws-sigv4 {SECRET} -U u:{SECRET} --pass {SECRET}",
    ],
)
def test_secrets_are_named_but_stand_nowhere(captured: Make, options: str) -> None:
    made = captured(f"curl https://api.acme.example/v1/items {options}")
    written = "\n".join([*made.draft.files.values(), *made.draft.notes, repr(made)])
    assert "Zq8" not in written
    assert "7788990011" not in written


@pytest.mark.parametrize("path", ["abc123DEF456ghi789JKL0/v1/items", "api/abc123DEF456ghi789JKL0/v1/items"])
def test_a_secret_before_the_version_is_no_part_of_the_address_of_the_api(captured: Make, path: str) -> None:
    made = captured(f"curl https://api.acme.example/{path}")
    assert toml_of(made)["base-url"] == "https://api.acme.example"
    assert "abc123DEF456ghi789JKL0" not in "\n".join([*made.draft.files.values(), *made.draft.notes])


@pytest.mark.parametrize("path", ["hooks/T0aB3dE5fG7hJ9kL1mN3pQ5r", "bot/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"])
def test_a_secret_in_the_path_becomes_a_private_parameter(captured: Make, path: str) -> None:
    made = captured(f"curl https://api.acme.example/{path}")
    secret = path.partition("/")[2]
    assert secret not in "\n".join([*made.draft.files.values(), *made.draft.notes])
    assert secret in made.values.values()


def test_a_second_secret_is_a_private_parameter_and_named(captured: Make) -> None:
    made = captured(f"curl https://api.acme.example/v1/items -u u:{SECRET} -H 'X-Session-Token: {SECRET}'")
    assert made.values == {"x_session_token": SECRET}
    assert "Private, and asked for at each run: x_session_token." in made.draft.notes
    assert "The key (user name and password) is not in the recipe: put it into ACME_CREDENTIALS." in made.draft.notes


@pytest.mark.parametrize("written", ["$ACME_KEY", "YOUR_ACME_KEY", "<ACME_KEY>", "{ACME_KEY}"])
def test_a_stand_in_names_the_variable_and_is_no_secret(captured: Make, written: str) -> None:
    made = captured(f'curl "https://api.acme.example/v1/items" -H "X-Api-Key: {written}"')
    assert toml_of(made)["key"] == {"in": "header", "name": "X-Api-Key", "env": "ACME_KEY"}
    assert made.secrets == {}


@pytest.fixture
def acme(tmp_path: Path) -> Api:
    key = Key("query", "key", "ACME_KEY")
    return Api(tmp_path / "acme", "acme", "Acme", "https://api.acme.example/v1", read_posts=("/search",), key=key)


def test_a_known_api_is_found_by_its_address(captured: Make, acme: Api) -> None:
    other = Api(Path("other"), "other", "Other", "https://api.acme.example")
    made = captured(f"curl 'https://api.acme.example/v1/items?q=x&key={SECRET}'", name="items", apis=[other, acme])
    assert captured("curl 'https://api.acme.example/v1/a?key=demo'", name="a", apis=[acme]).secrets == {
        "ACME_KEY": "demo"
    }
    assert made.draft.recipe_id == "acme/items"
    assert list(made.draft.files) == ["recipes/acme/items.py"]
    assert made.secrets == {"ACME_KEY": SECRET}
    assert 'acme.get("/items", params={"q": q})' in made.draft.files["recipes/acme/items.py"]


def test_the_sandbox_of_a_named_api_on_this_machine_is_that_api(captured: Make, acme: Api) -> None:
    made = captured("curl http://127.0.0.1:8000/v1/items", name="acme/items", apis=[acme])
    assert list(made.draft.files) == ["recipes/acme/items.py"]
    assert f"{DIFFERS}the recipe calls https://api.acme.example/v1, not http://127.0.0.1:8000." in made.draft.notes


def test_a_call_to_another_place_than_the_named_api_is_refused(captured: Make, acme: Api) -> None:
    with pytest.raises(AskedWrongly) as caught:
        captured("curl https://b.example/v1/items", name="acme/items", apis=[acme])
    assert str(caught.value) == "The call goes to https://b.example, but Acme is at https://api.acme.example/v1."


def test_a_new_api_does_not_take_the_name_of_another(captured: Make, acme: Api) -> None:
    with pytest.raises(AskedWrongly) as caught:
        captured("curl https://www.acme.com/items", name="items", apis=[acme])
    message = "The API of www.acme.com would be called acme, but that is the one at https://api.acme.example/v1."
    assert str(caught.value) == message
    assert caught.value.hint == "Name the recipe with a name for its API: my-acme/items"


def test_what_export_writes_as_curl_comes_back_as_the_same_request(captured: Make, acme: Api) -> None:
    request = httpx.Request("POST", "https://api.acme.example/v1/search?a=1", json={"q": "it's", "from": 7})
    made = captured(as_curl(request, acme.key), name="acme/again", apis=[acme])
    source = made.draft.files["recipes/acme/again.py"]
    assert 'acme.post("/search", params={"a": a}, json={"q": q, "from": since})' in source
    assert made.left_open == {"ACME_KEY": "ACME_KEY"}


def test_a_post_of_read_posts_does_not_write_and_another_does(captured: Make, acme: Api) -> None:
    reading = captured("curl https://api.acme.example/v1/search --json '{}'", name="a", apis=[acme])
    writing = captured("curl https://api.acme.example/v1/items --json '{}'", name="a", apis=[acme])
    assert "writes" not in reading.draft.files["recipes/acme/a.py"]
    assert "# writes = true" in writing.draft.files["recipes/acme/a.py"]


def test_a_post_that_only_reads_is_said_in_a_new_api_file(captured: Make) -> None:
    made = captured("curl https://api.acme.example/v1/find --json '{}'", only_reads=True)
    assert toml_of(made)["read-posts"] == ["/find"]
    assert "writes" not in made.draft.files["recipes/acme/call.py"]


def test_a_known_api_is_not_changed_but_the_line_to_add_is_said(captured: Make, acme: Api) -> None:
    made = captured("curl https://api.acme.example/v1/find --json '{}'", name="a", apis=[acme], only_reads=True)
    assert 'Add "/find" to read-posts in recipes/acme/api.toml, or the call is refused.' in made.draft.notes


def test_a_proposed_api_file_can_be_read(read: Read, tmp_path: Path) -> None:
    call = read(f"curl http://api.acme.example/api/v2/items -H 'Authorization: Token {SECRET}' -m 5")
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "api.toml").write_text(propose_api(call, "acme"), encoding="utf-8")
    api = read_api(folder)
    assert (api.base_url, api.timeout, api.title) == ("https://api.acme.example/api/v2", 5.0, "Acme")
    assert api.key == Key("header", "Authorization", "ACME_API_KEY", "The whole header, beginning with Token.")


@pytest.mark.parametrize(
    "host, name",
    [
        ("api.newswhip.com", "newswhip"),
        ("www.my-shop.co.uk", "my-shop"),
        ("localhost:8000", "local"),
        ("10.0.0.7", "api-7"),
        ("a.example:8443", "a"),
        ("3d.example", "api-3d"),
    ],
)
def test_a_new_api_is_named_after_its_host(host: str, name: str) -> None:
    assert api_name(host) == name


@pytest.mark.parametrize(
    "body",
    [
        "<s:Envelope><wsse:Password Type='text'>Ferry-77</wsse:Password></s:Envelope>",
        '<login user="jane" password="Ferry-77"/>',
        '{"user": "jane", "password": "Ferry-77", "n": 01}',
    ],
)
def test_a_password_in_a_body_that_is_sent_as_text_is_a_parameter(captured: Make, body: str) -> None:
    made = captured(f"curl https://api.acme.example/ -H 'Content-Type: text/xml' --data-raw {shlex.quote(body)}")
    assert "Ferry-77" not in "".join(made.draft.files.values())
    assert made.values["secret"] == "Ferry-77"


@pytest.mark.parametrize(
    "path, secret, sent",
    [
        ("/services/T0/B0/test-key-Zq8Kd03hQx7Lm2Pv", "/services/T0/B0/test-key-Zq8Kd03hQx7Lm2Pv", "/"),
        ("/test-key-Zq8Kd03hQx7Lm2Pv/send/", "/test-key-Zq8Kd03hQx7Lm2Pv", "/send/"),
        ("/services/T0/B0/short", "/services/T0/B0/short", "/"),
        ("/services/T0/B0/XXXXXXXX", None, "/"),
    ],
)
def test_a_path_that_is_the_key_of_its_api_is_not_in_the_recipe(
    captured: Make, path: str, secret: str | None, sent: str
) -> None:
    slack = read_api(Path(__file__).parents[3] / "recipes/slack")
    made = captured(f"curl https://hooks.slack.com{path} -d 'a=1'", name="slack/hello", apis=[slack])
    assert made.secrets == ({"SLACK_WEBHOOK_URL": secret} if secret else {})
    source = made.draft.files["recipes/slack/hello.py"]
    assert (f'slack.post("{sent}", ' in source, "services" in source, "test-key" in source) == (True, False, False)
    assert "The key (the path of the address) is not in the recipe: put it into SLACK_WEBHOOK_URL." in made.draft.notes


def test_a_secret_behind_its_name_in_a_path_stands_nowhere(captured: Make) -> None:
    made = captured(f"curl https://api.acme.example/v1/items/see%20token={SECRET.replace('/', '%2F')}")
    assert "Zq8" not in "\n".join([*made.draft.files.values(), *made.draft.notes])
    assert list(made.values.values()) == [f"see%20token={SECRET.replace('/', '%2F')}"]
