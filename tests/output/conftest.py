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
