"""The NewsWhip sandbox behind a front that shows what an API does on bad days: refuses, leaves out, kills."""

import io
import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner.catalog import read_api
from runner.running.approval import Approval
from runner.running.loading import load_sandbox
from runner.running.serving import NOW_KEY

ROOT = Path(__file__).parents[2]
KILLED_AT = "FRONT_KILLED_AT"
"""The variable with the number of the call, from 1, at which the process ends without any warning."""

LISTS = ("articles", "fbPosts", "fbInfluencers", "twitterInfluencers")
MOMENTS = ("publication_timestamp", "predicted_timestamp", "created_at", "total_match", "count", "id")
TOO_MANY = b'{"error": {"message": "Request limit exceeded for this API key.", "id": "0"}}'


@dataclass
class Front:
    """A sandbox that answers for the catalog's recipes in a repository of its own.

    Attributes:
        change: Makes of an answer, as JSON, another one.
        refused: Numbers of the calls, from 1, that are answered 429, with `Retry-After: 7`.
        moments: When each call arrived, in seconds since 1970.
    """

    sandbox: Any
    change: Callable[[Any], Any] = lambda answer: answer
    refused: range = range(0)
    moments: list[float] = field(default_factory=list)

    def answer(self, environ: dict[str, Any], start: Any) -> Any:
        """Answer one request, as WSGI wants it; by a clock of whole minutes, so that a short wait changes no number."""
        self.moments.append(time.time())  # which stands where nobody sleeps
        if len(self.moments) == int(os.environ.get(KILLED_AT, "0")):
            os.kill(os.getpid(), signal.SIGKILL)
        if len(self.moments) in self.refused:
            start("429 Too Many Requests", [("Content-Type", "application/json"), ("Retry-After", "7")])
            return [TOO_MANY]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        said: list[Any] = []
        asked = {**environ, "wsgi.input": io.BytesIO(body), NOW_KEY: time.time() // 60 * 60}
        content = b"".join(self.sandbox(asked, lambda *words: said.extend(words)))
        if said[0].startswith("200"):
            content = json.dumps(self.change(json.loads(content))).encode()
        start(said[0], [header for header in said[1] if header[0] != "Content-Length"])
        return [content]


FRONT = Front(load_sandbox(read_api(ROOT / "recipes" / "newswhip"), Approval(ROOT)))


def build_repository(folder: Path) -> None:
    """Write a repository with the recipes of the catalog, whose NewsWhip is the front."""
    shutil.copytree(ROOT / "recipes", folder / "recipes", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(
        ROOT / "cassettes" / "newswhip" / "score-spreadsheet", folder / "cassettes/newswhip/score-spreadsheet"
    )
    (folder / "recipes.toml").write_text('name = "mine"\ntitle = "Mine"\n', encoding="utf-8")
    sandbox = folder / "recipes" / "newswhip" / "sandbox"
    shutil.rmtree(sandbox)
    sandbox.mkdir()
    text = "from tests.cli.front import FRONT\n\napp = FRONT.answer\n"
    (sandbox / "__init__.py").write_text(text, encoding="utf-8")


def nothing(answer: Any) -> Any:
    """Let nothing be found."""
    return first(0, answer)


def first(number: int, answer: Any) -> Any:
    """Let no more be found than so many."""
    if isinstance(answer, list):
        looked_up = bool(answer) and "href" in answer[0]
        return [each | {"articles": each["articles"][:number]} for each in answer] if looked_up else answer[:number]
    cut = {name: answer[name][:number] for name in LISTS if name in answer}
    return answer | cut | {"total_match": min(number, answer.get("total_match", number))}


def capped(answer: Any) -> Any:
    """Let an answer hold ten articles, however many match."""
    return answer | {"articles": answer["articles"][:10]}


def full(answer: Any) -> Any:
    """Let every answer with more than ten articles be full, and tell no more than it holds, as if nobody counted on."""
    if not isinstance(answer, dict) or answer.get("total_match", 0) <= 10:
        return answer
    return answer | {"articles": (answer["articles"] * 5000)[:5000], "total_match": 5000}


def more(answer: Any) -> Any:
    """Let many more match than the answer holds."""
    return answer | {"total_match": 15_602} if "total_match" in answer else answer


def gaps(answer: Any) -> Any:
    """Leave out what may be left out, and empty what may be empty or null."""
    return _each(_gaps, answer)


def zeros(answer: Any) -> Any:
    """Let nobody have reacted to anything."""
    return _each(_zeros, answer)


def _each(change: Callable[[dict[str, Any]], dict[str, Any]], value: Any) -> Any:
    if isinstance(value, list):
        return [_each(change, item) for item in value]
    return change({name: _each(change, item) for name, item in value.items()}) if isinstance(value, dict) else value


def _gaps(part: dict[str, Any]) -> dict[str, Any]:
    optional = ("videos", "fb_overperforming", "tw_overperforming", "likes", "comments", "shares")
    kept = {name: value for name, value in part.items() if name not in optional or "angrys" in part}
    empty: dict[str, Any] = {
        "authors": None,
        "entities": [],
        "topics": [],
        "country": "",
        "country_code": "",
        "keywords": "",
    }
    return kept | {name: value for name, value in empty.items() if name in kept}


def _zeros(part: dict[str, Any]) -> dict[str, Any]:
    return {
        name: type(value)(0) if type(value) in (int, float) and name not in MOMENTS else value
        for name, value in part.items()
    }
