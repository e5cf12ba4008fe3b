import base64

import pytest

from runner.recording.credentials import Weight, holds_stand_in, looks_like_credential, weigh_name

CREDENTIALS = (
    "token access_token accessToken auth Authorization api_key apiKey X-API-Key client-secret password session "
    "session_id sessionId signature X-Amz-Signature sig private_key subscription-key"
)
HARMLESS = (
    "token_count tokens keywords keyword monkey author authors authenticated next_page_token nextPageToken cursor "
    "sessions secretary keys passwordless id page_key public_key é 12"
)


@pytest.mark.parametrize("name", CREDENTIALS.split())
def test_a_name_of_a_credential(name: str) -> None:
    assert weigh_name(name) is Weight.CREDENTIAL


@pytest.mark.parametrize("name", ["key", "sort_key", "partitionKey", "key_"])
def test_a_name_that_may_be_that_of_a_key_of_a_table(name: str) -> None:
    assert weigh_name(name) is Weight.KEY


@pytest.mark.parametrize("name", ["", *HARMLESS.split()])
def test_a_harmless_name(name: str) -> None:
    assert weigh_name(name) is Weight.NONE


@pytest.mark.parametrize(
    "value", ["test-key-Ab12Cd34Ef56", "9f86d081884c7d65", "Zm9vYmFyMTIz+/Zm9v==", "Abc1De2.fgh3IJ4_kl"]
)
def test_a_value_like_a_credential(value: str) -> None:
    assert looks_like_credential(value)


def test_how_long_a_value_has_to_be_is_for_the_caller_to_say() -> None:
    assert not looks_like_credential("a1b2c3d4")
    assert looks_like_credential("a1b2c3d4", least=8)


@pytest.mark.parametrize(
    "value",
    [
        "sports",
        "2026-11-20T09:00:00.000Z",
        "ferry-strike-hits-the-west-in-2026",
        "https://news.example/2026/11/20/ferry",
        "two words Ab12Cd34Ef56",
        "1795165200000",
        "aaaaaaaaaaaaaaaa1",
        "TotalEngagementCount",
        "com.example.news.Reader",
    ],
)
def test_a_value_that_is_no_credential(value: str) -> None:
    assert not looks_like_credential(value)


@pytest.mark.parametrize(
    "value",
    [
        "__ECHO_API_KEY__",
        "Bearer __ECHO_API_KEY__",
        base64.b64encode(b"__ECHO_API_KEY__:").decode(),
        base64.urlsafe_b64encode(b"me:__ECHO_API_KEY__").decode().rstrip("="),
    ],
)
def test_a_stand_in_is_seen(value: str) -> None:
    assert holds_stand_in(value)


@pytest.mark.parametrize("value", ["", "ECHO_API_KEY", "__init__", "a", "test-key-Ab12Cd34Ef56"])
def test_other_values_hold_no_stand_in(value: str) -> None:
    assert not holds_stand_in(value)
