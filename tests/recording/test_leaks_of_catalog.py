"""No false alarm: what the catalog's own recipes send and get in the sandbox."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from runner.catalog import Api, Recipe, read_recipe
from runner.catalog.api import read_api
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse
from runner.recording.leaks import find_leaks, find_leaks_in
from runner.recording.scrubbing import Scrubber
from runner.running.approval import Approval
from runner.running.loading import load_sandbox
from runner.running.run import Plan, Run
from runner.running.transports import Link
from runner.running.values import Given, settle_values

ROOT = Path(__file__).parents[2]
RECIPES = sorted((ROOT / "recipes" / "newswhip").glob("*.py"))
SECRETS = {"NEWSWHIP_API_KEY": "test-key-Ab12Cd34Ef56Gh78"}
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


class Taping(httpx.BaseTransport, httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.BaseTransport, tape: list[Exchange]) -> None:
        self._inner, self._tape = inner, tape

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        body = answer.read()
        sent = RecordedRequest(request.method, str(request.url), tuple(request.headers.items()), request.read())
        came = RecordedResponse(answer.status_code, answer.reason_phrase, tuple(answer.headers.items()), body)
        self._tape.append(Exchange(sent, came))
        return answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        copy = httpx.Request(request.method, request.url, headers=request.headers, content=await request.aread())
        answer = self.handle_request(copy)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def traffic(path: Path) -> Iterator[Exchange]:
    recipe, approval = read_recipe(path), Approval(ROOT)
    tape: list[Exchange] = []
    links = {each.api: taped(read_api(ROOT / "recipes" / each.api), approval, tape) for each in recipe.clients}
    values = settle_values(recipe, Given(file=files_of(recipe)), use_examples=True)
    with Run(Plan(recipe, values, links, approval, clock_at=NOW)) as run:
        run.exhaust()
    return iter(tape)


def taped(api: Api, approval: Approval, tape: list[Exchange]) -> Link:
    app = load_sandbox(api, approval)
    return Link(api, lambda _: Taping(httpx.WSGITransport(app), tape), "sandbox")  # type: ignore[arg-type]


def files_of(recipe: Recipe) -> dict[str, str]:
    """Return the files that are examples, as the default case keeps them."""
    folder = ROOT / "cassettes" / recipe.id
    files = {each.name: each.example for each in recipe.parameters if each.required and isinstance(each.example, Path)}
    return {name: str(folder / f"default.{path.name}") for name, path in files.items()}


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_of_the_catalog_raises_no_alarm(path: Path) -> None:
    recorded = [Scrubber(SECRETS).scrub(exchange) for exchange in traffic(path)]
    assert recorded
    assert find_leaks_in(recorded, secrets=SECRETS) == ()
    for exchange in recorded:
        assert find_leaks(exchange.response.body, secrets=SECRETS) == ()


def test_there_are_recipes_to_look_at() -> None:
    assert len(RECIPES) >= 6


@pytest.mark.parametrize(
    "path",
    [
        path
        for pattern in ("recipes.toml", "recipes/**/*.py", "recipes/**/*.toml", "runner/cli/*.py", "README.md")
        for path in sorted(ROOT.glob(pattern))
    ],
    ids=lambda path: path.name,
)
def test_a_file_of_this_project_raises_no_alarm(path: Path) -> None:
    assert find_leaks(path.read_bytes(), secrets=SECRETS) == ()
