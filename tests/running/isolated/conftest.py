import pytest

from runner.running.isolated.isolation import Isolation


@pytest.fixture
def isolation(apart: Isolation) -> Isolation:
    """Let every recipe of these tests run in a process of its own."""
    return apart
