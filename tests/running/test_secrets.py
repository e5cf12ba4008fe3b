import base64
import html
import json
from datetime import date
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runner.running.secrets import Secrets

KEY = 'test-key/1+2 =&"\\é'
SECRET_TEXTS = st.text(min_size=1, max_size=12)
BRACKETED = st.text(alphabet="[]ab", min_size=1, max_size=4)


def base64_of(secret: str, suffix: str = "") -> str:
    return base64.b64encode((secret + suffix).encode()).decode()


FORMS = {
    "as it is": KEY,
    "percent": quote(KEY, safe=""),
    "percent in lower case": "test-key%2f1%2b2%20%3d%26%22%5c%c3%a9",
    "percent with slashes": quote(KEY),
    "plus": quote_plus(KEY),
    "JSON": json.dumps(KEY)[1:-1],
    "JSON in UTF-8": json.dumps(KEY, ensure_ascii=False)[1:-1],
    "JSON with escaped slashes": json.dumps(KEY)[1:-1].replace("/", "\\/"),
    "a page": html.escape(KEY),
    "base64": base64_of(KEY),
    "base64 without padding": base64_of(KEY).rstrip("="),
    "base64 for URLs": base64.urlsafe_b64encode(KEY.encode()).decode(),
    "basic credentials": base64_of(KEY, ":"),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_secret_is_found_in_every_form(form: str) -> None:
    assert Secrets({"ECHO_API_KEY": KEY}).scrub(f"<{form}> and {form}") == "<[ECHO_API_KEY]> and [ECHO_API_KEY]"


def test_percent_escapes_in_lower_case_keep_the_case_of_the_rest() -> None:
    assert Secrets({"K": "Test/Key"}).scrub("Test%2fKey") == "[K]"


def test_each_secret_is_replaced_by_its_own_name() -> None:
    secrets = Secrets({"ONE": "test-key-1", "TWO": "test-key-2"})
    assert secrets.scrub("test-key-2, test-key-1, test-key-3") == "[TWO], [ONE], test-key-3"


def test_of_secrets_that_begin_alike_the_longest_is_found() -> None:
    assert Secrets({"SHORT": "test-key", "LONG": "test-key-1"}).scrub("test-key-1 test-key") == "[LONG] [SHORT]"


def test_of_secrets_that_overlap_none_is_left_whole() -> None:
    assert Secrets({"ONE": "test-key", "TWO": "key-test"}).scrub("test-key-test") == "[ONE]-test"


def test_text_at_any_depth_is_scrubbed() -> None:
    value = {"a": ["x test-key-1", ("test-key-1", 7)], "b": {"test-key-1": None, "c": True}}
    assert Secrets({"K": "test-key-1"}).scrub_value(value) == {
        "a": ["x [K]", ["[K]", 7]],
        "b": {"[K]": None, "c": True},
    }


@pytest.mark.parametrize("value", [None, True, 7, 1.5, date(2026, 11, 20)])
def test_what_is_no_text_stays(value: object) -> None:
    assert Secrets({"K": "test-key-1"}).scrub_value(value) == value


@pytest.mark.parametrize("by_name", [None, {}, {"ECHO_API_KEY": ""}])
def test_without_secrets_everything_stays_the_same_object(by_name: dict[str, str] | None) -> None:
    value: dict[str, Any] = {"a": ["b"]}
    secrets = Secrets(by_name)
    assert secrets.scrub_value(value) is value
    assert secrets.scrub("a [ECHO_API_KEY]") == "a [ECHO_API_KEY]"


@pytest.mark.parametrize("secret", ["KEY", "[", "]", "ECHO_API_KEY", "[ECHO_API_KEY]", "█", "[█▉"])
def test_a_secret_that_its_own_name_would_show_is_blotted_out(secret: str) -> None:
    scrubbed = Secrets({"ECHO_API_KEY": secret}).scrub(f"a{secret}b{secret}{secret}")
    assert secret not in scrubbed
    assert (scrubbed[0], scrubbed.count("b")) == ("a", 1)


def test_the_name_of_one_secret_does_not_show_another() -> None:
    assert "API" not in Secrets({"ECHO_API_KEY": "test-key-1", "OTHER": "API"}).scrub("test-key-1 API")


@given(SECRET_TEXTS | BRACKETED, st.lists(st.text(max_size=6) | st.none(), max_size=8))
@example("][", ["]", None, None, "["])
@example("b[", ["b", None, "["])
def test_no_text_holds_a_secret_afterwards(secret: str, parts: list[str | None]) -> None:
    text = "".join(secret if part is None else part for part in parts)
    assert secret not in Secrets({"ECHO_API_KEY": secret}).scrub(text)


@given(st.lists(SECRET_TEXTS | BRACKETED, min_size=2, max_size=3), st.text(), st.permutations(range(3)))
def test_no_text_holds_any_of_several_secrets_afterwards(secrets: list[str], between: str, order: list[int]) -> None:
    named = {f"KEY_{number}": secret for number, secret in enumerate(secrets)}
    text = between.join(secrets[number % len(secrets)] for number in order)
    scrubbed = Secrets(named).scrub(text)
    assert [secret for secret in secrets if secret in scrubbed] == []


@given(SECRET_TEXTS, st.dictionaries(st.text(max_size=4), st.text(max_size=4) | st.integers() | st.lists(st.text())))
@example("a", {"xax": 1})
@example("a", {"x": "xax"})
@example("a\nb", {"x": "a", "y": "b"})
def test_a_row_is_scrubbed_like_any_value(secret: str, row: dict[str, Any]) -> None:
    secrets = Secrets({"ECHO_API_KEY": secret})
    for each in (row, row | {"last": secret}, row | {secret: 1}):
        assert secrets.scrub_row(each) == secrets.scrub_value(each)


@given(SECRET_TEXTS, st.recursive(st.text() | st.none() | st.integers(), st.lists, max_leaves=5))
def test_scrubbing_twice_changes_nothing_more(secret: str, value: Any) -> None:
    secrets = Secrets({"ECHO_API_KEY": secret})
    once = secrets.scrub_value([value, secret])
    assert secrets.scrub_value(once) == once


ROWS = st.dictionaries(
    st.text(max_size=8),
    st.one_of(st.text(max_size=12), st.integers(), st.none(), st.lists(st.text(max_size=8))),
    max_size=4,
)


@given(st.text(min_size=1, max_size=4), ROWS, st.sampled_from(["{}", "a{}b", "%{}"]))
def test_a_row_is_scrubbed_as_any_value_is(secret: str, row: dict[str, object], around: str) -> None:
    secrets = Secrets({"ECHO_API_KEY": secret})
    row = {**row, "told": around.format(secret)}
    assert secrets.scrub_row(row) == secrets.scrub_value(row)
    assert secrets.scrub_row({"n": 1, "t": "nothing"}) == secrets.scrub_value({"n": 1, "t": "nothing"})


@pytest.mark.parametrize("size", [1, 2, 3, 7, 11, 50])
def test_a_secret_is_found_wherever_pieces_are_cut(size: int) -> None:
    secrets = Secrets({"KEY": "test-key-1", "OTHER": "test-keyring"})
    text = b"at test-key-1, test-keyring, test-ke, dGVzdC1rZXktMQ== and test-key-"
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    found = b"".join(secrets.scrub_pieces(pieces))
    assert found == b"at [KEY], [OTHER], test-ke, [KEY] and test-key-"
    assert found == secrets.scrub_bytes(text)


def test_a_piece_that_begins_no_secret_does_not_wait() -> None:
    given = iter([b"data: 1\n\n", b"data: 2\n\n"])
    assert next(Secrets({"KEY": "test-key-1"}).scrub_pieces(given)) == b"data: 1\n\n"


@pytest.mark.parametrize("secrets, is_empty", [({}, True), ({"KEY": ""}, True), ({"KEY": "x"}, False)])
def test_secrets_may_be_empty(secrets: dict[str, str], is_empty: bool) -> None:
    assert Secrets(secrets).is_empty == is_empty
