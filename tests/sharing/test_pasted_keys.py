import pytest

from runner.sharing.pasted_keys import holds_key


@pytest.mark.parametrize(
    "text",
    [
        "test-key-A1b2C3d4E5f6G7",
        "curl -H 'X-Key: test-key-A1b2C3d4E5f6G7'",
        "--token=test-key-A1b2C3d4E5f6G7",
        "user:test-key-A1b2C3d4E5f6G7",
        "someone/test-key-A1b2C3d4E5f6G7",
        "https://someone:test-key@api.example/v1",
    ],
)
def test_a_key_is_seen_wherever_it_stands(text: str) -> None:
    assert holds_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "heat pumps",
        '"climate change" AND country_code:ie',
        "pass show acme/newswhip-2024",
        "pass show acme/newswhip-prod2x",
        "op read op://Private/newswhip/credential",
        "https://unionstandard.example/transport/2026/11/19/rafe-penhollow-we-will-end",
        "thenorthern24ledger.example",
        "3f2b8c1e-9d4a-4c7b-8e6f-0a1b2c3d4e5f",
        "2026-01-31T09:00:00Z",
        "Fédération internationale",
    ],
)
def test_words_places_and_commands_are_no_keys(text: str) -> None:
    assert not holds_key(text)
