from collections.abc import Callable

import httpx
import pytest

from runner.catalog import Api, Key
from runner.errors import KeyProblem
from runner.running.guard import with_key, with_other_key, without_key
from runner.running.keys import is_usable_key, sandbox_key, secrets_of, swap_path_key, usable_key

HOOK = Key("path", "", "ECHO_WEBHOOK", "Ask at the desk.")
PATH = "services/T0SANDBOX/B0SANDBOX/test-key-1"
HOME = "https://hooks.example"


@pytest.fixture
def api(make_api: Callable[..., Api]) -> Api:
    return make_api(HOME)._replace(key=HOOK)


@pytest.mark.parametrize("text", [f"{HOME}/{PATH}", f"/{PATH}"])
def test_a_path_key_is_the_whole_address_or_its_path(api: Api, text: str) -> None:
    assert (usable_key(api, text), is_usable_key(api, text)) == (PATH, True)


FOREIGN = [
    PATH,
    HOME,
    f"{HOME}/",
    f"http://hooks.example/{PATH}",
    f"https://evil.example/{PATH}",
    f"{HOME}.evil.example/{PATH}",
    f"{HOME}:81/{PATH}",
    f"{HOME}@evil.example/{PATH}",
    f"https://user:test-key@hooks.example/{PATH}",
    f"//evil.example/{PATH}",
    f"{HOME}//evil.example/{PATH}",
    f"/{PATH}/",
    f"/{PATH}?a=1",
    f"/{PATH}#a",
    f"/{PATH}\n",
    f" /{PATH}",
    f"/{PATH}/%2e%2e/a",
    f"/{PATH}\\a",
    f"/{PATH}/é",
    "/services/../admin",
    "/..",
    "/services/./test-key-1",
    "/" + "x" * 201,
    "/",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_a_path_key_that_could_lead_elsewhere_is_refused_and_not_quoted(api: Api, text: str) -> None:
    assert not is_usable_key(api, text)
    with pytest.raises(KeyProblem) as error:
        usable_key(api, text)
    assert str(error.value) == f"The key in ECHO_WEBHOOK is no address at {HOME}, and no path from the slash on."
    assert (error.value.details, error.value.hint) == (("Ask at the desk.",), f"export ECHO_WEBHOOK={HOME}/...")


@pytest.mark.parametrize("key", [None, Key("query", "key", "ECHO_API_KEY"), Key("bearer", "", "ECHO_API_KEY")])
def test_other_keys_are_taken_as_they_are(api: Api, key: Key | None) -> None:
    other = api._replace(key=key)
    assert (usable_key(other, "../a b"), is_usable_key(other, "../a b")) == ("../a b", True)


def test_no_key_is_no_wrong_key(api: Api) -> None:
    assert (usable_key(api, ""), is_usable_key(api, ""), secrets_of(api, "")) == ("", True, {})


@pytest.mark.parametrize("text", [f"{HOME}/{PATH}", f"/{PATH}"])
def test_each_secret_part_of_a_path_key_is_hidden_too(api: Api, text: str) -> None:
    assert secrets_of(api, text) == {
        "ECHO_WEBHOOK": PATH,
        "ECHO_WEBHOOK_PART_2": "T0SANDBOX",
        "ECHO_WEBHOOK_PART_3": "B0SANDBOX",
        "ECHO_WEBHOOK_PART_4": "test-key-1",
    }


@pytest.mark.parametrize("path", ["bot123:test-key-1", "v1/T0abc/services", "abcdefghijklmnop"])
def test_words_of_the_api_and_short_parts_are_no_secrets(api: Api, path: str) -> None:
    parts = {name: part for name, part in secrets_of(api, f"/{path}").items() if name != "ECHO_WEBHOOK"}
    assert parts == {}


def test_a_long_part_in_small_letters_is_a_secret(api: Api) -> None:
    assert secrets_of(api, "/services/abcdefghijklmnop")["ECHO_WEBHOOK_PART_2"] == "abcdefghijklmnop"


def test_other_keys_are_hidden_as_they_are(api: Api) -> None:
    assert secrets_of(api._replace(key=Key("basic", "", "ECHO_API_KEY")), "a/b") == {"ECHO_API_KEY": "a/b"}
    assert secrets_of(api._replace(key=None), "a/b") == {}


@pytest.mark.parametrize(
    "url, sent",
    [
        (f"{HOME}/", f"{HOME}/{PATH}"),
        (f"{HOME}/?a=1&b=%20", f"{HOME}/{PATH}?a=1&b=%20"),
        (f"{HOME}/sendMessage", f"{HOME}/{PATH}/sendMessage"),
        (f"{HOME}/a%2Fb/?c", f"{HOME}/{PATH}/a%2Fb/?c"),
        (f"{HOME}//evil.example/x", f"{HOME}/{PATH}//evil.example/x"),
    ],
)
def test_a_path_key_stands_before_the_path(url: str, sent: str) -> None:
    request = with_key(httpx.Request("GET", url), HOOK, PATH)
    assert (str(request.url), request.url.host) == (sent, "hooks.example")
    moved = with_other_key(request, HOOK, PATH, "__ECHO_WEBHOOK__")
    assert str(moved.url) == sent.replace(PATH, "__ECHO_WEBHOOK__")


@pytest.mark.parametrize("secret", [f"{HOME}/{PATH}", "a/../b", "a?b", "", "a b"])
def test_what_is_no_plain_path_is_never_put_in(secret: str) -> None:
    with pytest.raises(KeyProblem, match=r"^The key in ECHO_WEBHOOK is no plain path, so nothing was sent\.$"):
        with_key(httpx.Request("GET", f"{HOME}/"), HOOK, secret)


@pytest.mark.parametrize(
    "location, shown",
    [
        (f"/{PATH}/there?a=1", "/there?a=1"),
        (f"{HOME}/{PATH}", HOME),
        (f"{HOME}/{PATH}#a", f"{HOME}#a"),
        (f"//hooks.example/{PATH}/there", "//hooks.example/there"),
        (f"/{PATH}", "/"),
        (f"/{PATH}0", f"/{PATH}0"),
        (f"/there/{PATH}", f"/there/{PATH}"),
        (f"/there?next=/{PATH}", f"/there?next=/{PATH}"),
        ("there", "there"),
    ],
)
def test_a_redirect_is_followed_without_the_path_key(location: str, shown: str) -> None:
    assert without_key(location, HOOK, PATH) == shown


def test_a_redirect_stays_as_it_is_for_other_keys() -> None:
    assert without_key(f"/{PATH}/a", Key("query", "key", "ECHO_API_KEY"), PATH) == f"/{PATH}/a"


def test_the_key_of_a_sandbox_is_a_word_for_basic_twice() -> None:
    assert sandbox_key(HOOK) == sandbox_key(Key("query", "key", "ECHO_API_KEY")) == "sandbox"
    assert sandbox_key(Key("basic", "", "ECHO_LOGIN")) == "sandbox:sandbox"


def test_what_was_sent_without_a_path_key_gets_one_where_it_would_be() -> None:
    moved = with_other_key(httpx.Request("GET", f"{HOME}/there"), HOOK, "", "__ECHO_WEBHOOK__")
    assert str(moved.url) == f"{HOME}/__ECHO_WEBHOOK__/there"
    assert swap_path_key("/", "", "__ECHO_WEBHOOK__") == "/"


def test_only_the_beginning_of_a_path_is_swapped() -> None:
    assert swap_path_key(f"/a+b/a+b/{PATH}", "a+b", r"\1") == rf"/\1/a+b/{PATH}"
