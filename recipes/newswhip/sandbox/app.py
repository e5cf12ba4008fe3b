"""The WSGI application: clock, key, rate limit, route, answer."""

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from .assumptions import ASSUMED_HEADER, GET_CACHE_HEADER, GET_CACHE_SECONDS, NOT_FOUND_STATUS, NOT_FOUND_TEXT
from .errors import ApiError, BadNumberError
from .fb_posts import post_fb_posts
from .hrefs import post_hrefs
from .influencers import post_facebook_influencers, post_twitter_influencers
from .keys import Meter, Product, check_product, find_key
from .request import Request
from .search import get_local, get_publisher, get_region, get_search, post_articles
from .stats import post_stats
from .syndication import post_syndicated

CLOCK = "recipe_runner.now"
"""Key of the WSGI environment under which a runner may say what time it is, in epoch seconds."""

PREFIX = "/v1"
JSON = "application/json"
HTML = "text/html; charset=UTF-8"

SECURITY_HEADERS = (
    ("Strict-Transport-Security", "max-age=15724800; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Permitted-Cross-Domain-Policies", "none"),
    ("Content-Security-Policy", "frame-ancestors 'none';"),
)

StartResponse = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Attributes:
        path: Pattern of the whole path after the version; its groups are passed to `answer`.
        answer: Takes the request and the groups, returns what becomes JSON.
        is_assumed: No public source has an answer, so all answers say that theirs is assumed.
    """

    method: str
    path: re.Pattern[str]
    product: Product
    answer: Callable[..., Any]
    is_assumed: bool = False


ROUTES = (
    Route("GET", re.compile(r"/region/([^/]+)/([^/]+)/([^/]+)"), Product.QUICK_START, get_region),
    Route("GET", re.compile(r"/publisher/([^/]+)/([^/]+)"), Product.QUICK_START, get_publisher),
    Route("GET", re.compile(r"/local/([^/]+)/All/([^/]+)"), Product.QUICK_START, get_local),
    Route("GET", re.compile(r"/search"), Product.QUICK_START, get_search),
    Route("POST", re.compile(r"/articles"), Product.HISTORICAL, post_articles),
    Route("POST", re.compile(r"/fbPosts"), Product.HISTORICAL, post_fb_posts),
    Route("POST", re.compile(r"/stats"), Product.HISTORICAL, post_stats),
    Route("POST", re.compile(r"/articlesByHrefs"), Product.HISTORICAL, post_hrefs),
    Route("POST", re.compile(r"/twitterInfluencers"), Product.HISTORICAL, post_twitter_influencers),
    Route("POST", re.compile(r"/fbInfluencers"), Product.HISTORICAL, post_facebook_influencers),
    Route("POST", re.compile(r"/syndicatedArticles"), Product.SYNDICATION, post_syndicated, is_assumed=True),
)


class Answer(NamedTuple):
    """Status, content type and body."""

    status: int
    kind: str
    body: bytes


METER = Meter()


def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request, as WSGI wants it."""
    now = float(environ[CLOCK]) if CLOCK in environ else time.time()
    request = read_request(environ, int(now * 1000))
    answer = answer_request(request, now)
    headers = [("Content-Type", answer.kind), ("Content-Length", str(len(answer.body))), *SECURITY_HEADERS]
    if request.method == "GET" and answer.status == HTTPStatus.OK:
        name, value = GET_CACHE_HEADER
        headers.append((name, value.format(seconds=GET_CACHE_SECONDS - int(now) % GET_CACHE_SECONDS)))
    if any(route.is_assumed and route.path.fullmatch(request.path.removeprefix(PREFIX)) for route in ROUTES):
        headers.append(ASSUMED_HEADER)
    start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
    return [answer.body]


def read_request(environ: dict[str, Any], now_ms: int) -> Request:
    """Return the request that a WSGI environment describes."""
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return Request(
        method=environ["REQUEST_METHOD"],
        path=decoded(path),
        query=dict(parse_qsl(query, keep_blank_values=True)),
        target=f"{path}?{query}" if query else path,
        body=environ["wsgi.input"].read(length) if length else b"",
        now_ms=now_ms,
    )


def decoded(path: str) -> str:
    """Return a path as text; WSGI servers hand over UTF-8 bytes dressed as Latin-1, in-process transports do not."""
    try:
        return path.encode("latin-1").decode()
    except UnicodeError:
        return path


def answer_request(request: Request, now: float) -> Answer:
    """Return what the API answers, errors included."""
    try:
        return Answer(200, JSON, to_json(dispatch(request, now)))
    except ApiError as error:
        envelope = {"error": {"message": error.message, "id": error_id(request)}}
        return Answer(error.status, JSON, to_json(envelope))
    except BadNumberError as error:
        return Answer(400, HTML, error.page(request.method, request.target).encode())


def dispatch(request: Request, now: float) -> Any:
    """Check key and rate, then let the endpoint answer."""
    name = request.query.get("key", "")
    key = find_key(name)
    METER.admit(name, key.rates, now)
    for route in ROUTES:
        match = route.path.fullmatch(request.path.removeprefix(PREFIX))
        if match and route.method == request.method and request.path.startswith(PREFIX):
            check_product(key, route.product)
            return route.answer(at_cached_moment(request), *match.groups())
    raise ApiError(NOT_FOUND_STATUS, NOT_FOUND_TEXT.format(method=request.method, path=request.path))


def at_cached_moment(request: Request) -> Request:
    """Return a GET request as if made when its cached answer was: at the start of the current piece of time."""
    if request.method != "GET":
        return request
    return replace(request, now_ms=request.now_ms // (GET_CACHE_SECONDS * 1000) * GET_CACHE_SECONDS * 1000)


def to_json(value: Any) -> bytes:
    """Return UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def error_id(request: Request) -> str:
    """Return the id of an error: looks like a random UUID, and follows from request and moment."""
    text = f"{request.method} {request.target} {request.now_ms}".encode() + request.body
    digits = hashlib.blake2b(text, digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
