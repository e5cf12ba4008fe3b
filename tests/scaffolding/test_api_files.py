"""An `api.toml` that is written says what the API is that it was written from."""

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.catalog import Api, Key, Rate
from runner.catalog.api import api_of
from runner.catalog.model import KeyPlace
from runner.catalog.tables import table_of
from runner.scaffolding.api_files import api_text

FOLDER = Path("recipes/acme")
ACME = Api(FOLDER, "acme", "Acme", "https://api.acme.example/v1")


def read(text: str) -> Api:
    return api_of(table_of(text, FOLDER / "api.toml"), FOLDER)


@pytest.mark.parametrize("place", get_args(KeyPlace))
def test_each_kind_of_key_is_read_back(place: KeyPlace) -> None:
    name = "X-Key" if place in ("query", "header") else ""
    address = "https://hooks.acme.example" if place == "path" else ACME.base_url
    api = ACME._replace(base_url=address, key=Key(place, name, "ACME_API_KEY", 'Ask "Ann"\n# or \\ Bob.'))
    assert read(api_text(api)) == api


@pytest.mark.parametrize("timeout", [0.5, 5.0, 30.0, 3600.0])
def test_timeouts_are_read_back(timeout: float) -> None:
    assert read(api_text(ACME._replace(timeout=timeout))).timeout == timeout


def test_all_else_is_read_back() -> None:
    api = ACME._replace(
        docs="https://docs.acme.example",
        sandbox="sandbox:app",
        sandbox_now=datetime(2026, 1, 5, 9, tzinfo=UTC),
        read_posts=("/articles", "/a/b"),
        rates=(Rate(5, 1.0), Rate(100, 300.0), Rate(1000, 86400.0)),
        error_message="error.message",
        error_id="error.id",
        key_refusals=("no_service",),
        retry_on=(),
    )
    assert read(api_text(api)) == api


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_title_is_read_back(title: str) -> None:
    assert read(api_text(ACME._replace(title=title))) == ACME._replace(title=title)
