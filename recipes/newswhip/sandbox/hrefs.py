"""POST /articlesByHrefs: the articles at up to five URLs, of any age."""

import re
from datetime import UTC, datetime
from typing import Any

from .article import article_json
from .errors import bad_request
from .fields import href_test
from .request import Body, Request
from .story import DAY_MS
from .world import stories_between

HREFS_MAX = 5
DATE = re.compile(r"/(\d{4})/(\d\d)/(\d\d)/")


def post_hrefs(request: Request) -> Any:
    """Answer POST /articlesByHrefs."""
    hrefs = Body(request.body, required=["hrefs"]).texts("hrefs")
    if len(hrefs) > HREFS_MAX:
        raise bad_request(f"Number of HREFs exceeds max limit of {HREFS_MAX}")
    return [{"href": href, "articles": articles_at(href, request.now_ms)} for href in hrefs]


def articles_at(href: str, now_ms: int) -> list[dict[str, Any]]:
    """Return the articles at a URL; several when the API met the page under several forms of it."""
    day = DATE.search(href)
    if not day:
        return []
    try:
        start = datetime.strptime(day[0], "/%Y/%m/%d/").replace(tzinfo=UTC)
    except ValueError:
        return []
    first_ms, matches = int(start.timestamp()) * 1000, href_test(href)
    found = [story for story in stories_between(first_ms, first_ms + DAY_MS - 1, now_ms) if matches(story)]
    return [article_json(story, now_ms, []) for story in found]
