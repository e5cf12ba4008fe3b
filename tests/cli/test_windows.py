"""No recipe asks for a window that has grown too long by the time the API reads the call."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from runner.recording.cassette import read_cassette

ROOT = Path(__file__).parents[2]
CASSETTES = sorted((ROOT / "cassettes").glob("*/*/*.yaml"))
LONGEST = {
    "articles-frame": ("--query", "storm", "--days", "7", "--limit", "1"),
    "crisis-watch": ("--brand", "storm", "--hours", "168", "--limit", "1"),
    "filter-clinic": ("--days", "7"),
    "influencers": ("--topic", "storm", "--days", "7", "--limit", "1"),
    "merged-queries": ("--brands", "Hearthwell", "--days", "7"),
    "morning-digest": ("--beats", "Storms=storm", "--hours", "168"),
    "top-stories": ("--topic", "storm", "--hours", "168", "--limit", "1"),
    "youtube-videos": ("--topic", "storm", "--days", "7", "--limit", "1"),
}
"""What makes a recipe look as far back as one call can."""


@pytest.mark.parametrize("recipe", LONGEST)
def test_the_longest_look_back_is_not_refused_where_the_clock_goes_on(
    recipe: str, repo: Any, invoke: Callable[..., Result], wire: Any
) -> None:
    """The clock of this API, unlike that of `--try`, is later when the call arrives."""
    file = Path("recipes", "newswhip", f"{recipe.replace('-', '_')}.py")
    folder = repo.root / file.parent
    folder.mkdir()
    shutil.copy(ROOT / file, folder)
    api = (ROOT / file.with_name("api.toml")).read_text(encoding="utf-8")
    there = api.replace("https://api.newswhip.com/v1", wire.url).replace('sandbox = "sandbox:app"\n', "")
    (folder / "api.toml").write_text(there, encoding="utf-8")
    invoke("trust", ".")
    result = invoke("run", f"newswhip/{recipe}", *LONGEST[recipe], env={"NEWSWHIP_API_KEY": wire.key})
    assert result.exit_code == 0, result.stderr


def queries() -> list[tuple[str, dict[str, Any]]]:
    """Return each body in the catalog's cassettes that says from when on to look, with its cassette."""
    found = []
    for path in CASSETTES:
        for exchange in read_cassette(path):
            body = json.loads(exchange.request.body) if exchange.request.method == "POST" else {}
            if "from" in body:
                found.append((path.relative_to(ROOT).as_posix(), body))
    return found


def test_what_says_from_when_to_look_says_until_when_too() -> None:
    asked = queries()
    assert len(asked) > 100
    assert sorted({name for name, body in asked if "to" not in body}) == []
