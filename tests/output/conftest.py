import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.output.provenance import Provenance


@pytest.fixture
def provenance() -> Provenance:
    return Provenance(
        recipe="echo/all-things",
        title="What things are there?",
        values={"topic": "=ferry", "hours": 24, "since": datetime(2026, 11, 1, tzinfo=UTC), "files": (Path("a.csv"),)},
        private=("customer",),
        started=datetime(2026, 11, 20, 9, tzinfo=UTC),
        source="live",
        version="0.1.0",
    )


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Drop the rights of root, for whom no file is closed."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def an_ordinary_user() -> Iterator[None]:
    with ordinary_user():
        yield


@pytest.fixture
def as_ordinary_user() -> Callable[[], AbstractContextManager[None]]:
    return ordinary_user
