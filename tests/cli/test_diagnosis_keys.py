from typing import Any

import pytest

from runner.catalog import Key
from runner.cli.diagnosis_keys import end_of_key


@pytest.mark.parametrize(
    "place, secret, shown",
    [
        ("header", "test-key-1234", "…1234"),
        ("query", "test-key9", "…key9"),
        ("bearer", "test-key", "…"),
        ("bearer", " test-key\n", "…"),
        ("bearer", "k", "…"),
        ("header", "test-key:1234", "…1234"),
        ("basic", "someone:test-key-1234", "…1234"),
        ("basic", "someone-with-a-long-name:test-key", "…"),
        ("basic", "test-key-1234:", "…1234"),
        ("basic", "someone:test-key-1234\n", "…1234"),
        ("basic", "test-key-1234", "…1234"),
        ("path", "https://hooks.example/services/T0/test-key-1234", "…1234"),
        ("path", "/services/a-long-name/test-key", "…"),
    ],
)
def test_of_a_key_only_the_end_is_shown_and_of_a_short_one_nothing(place: Any, secret: str, shown: str) -> None:
    assert end_of_key(secret, Key(place, "", "ECHO_API_KEY")) == shown
