import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

WORDS = [sys.executable, "-m", "runner", "sandbox", "--port", "0", "--now", "2026-11-20T09:00:00Z"]


@pytest.fixture
def sandbox(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A served sandbox, NewsWhip's if no other is named: the process, and what it says it listens on."""
    environment = {"PATH": os.environ["PATH"], "RECIPES_HOME": str(tmp_path)}
    with subprocess.Popen(
        [*WORDS, getattr(request, "param", "newswhip")],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell ignores it
    ) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        yield process, said.partition(" on ")[2].partition(". ")[0]
        process.kill()


def test_the_sandbox_serves_on_loopback_at_the_time_it_was_given(
    sandbox: tuple[subprocess.Popen[str], str],
) -> None:
    process, said = sandbox
    address, _, key = said.partition(", ")
    assert address.startswith("http://127.0.0.1:")
    assert key == "key: key=sandbox"
    answer = httpx.get(f"{address}/region/World/All/24", params={"key": "sandbox", "size": 3}, trust_env=False)
    moments = [article["publication_timestamp"] for article in answer.json()["articles"]]
    assert [1795165200_000 - 24 * 3600_000 <= moment <= 1795165200_000 for moment in moments] == [True] * 3
    refused = httpx.get(f"{address}/region/World/All/24", trust_env=False)
    assert (refused.status_code, json.loads(refused.text)["error"]["message"]) == (
        403,
        "No API key was passed with this request.",
    )
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130


@pytest.mark.parametrize("sandbox", ["slack"], indirect=True)
def test_a_sandbox_whose_key_is_its_path_names_the_whole_address(sandbox: tuple[subprocess.Popen[str], str]) -> None:
    answer = httpx.post(sandbox[1], json={"text": "hello"}, trust_env=False)
    assert (answer.status_code, answer.text) == (200, "ok")
