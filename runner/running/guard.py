"""What a recipe's client may send: to its own API only, and only what changes nothing unless the recipe says so."""

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode, urlsplit

import httpx

from runner.catalog import Api, Key
from runner.errors import ApiRefused, KeyProblem, RecipeFailed
from runner.running.keys import is_path_key, swap_path_key
from runner.running.methods import OTHER_METHOD, READING_METHODS


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules of one client.

    Attributes:
        api: The only place it may call.
        writes: Whether the recipe declares `writes = true`.
    """

    api: Api
    writes: bool

    def check(self, request: httpx.Request) -> None:
        """Refuse a request to another place, or one that may change something unasked.

        Raises:
            ApiRefused: The API redirected elsewhere, or the recipe gave a foreign address.
            RecipeFailed: The recipe writes but does not declare it.
        """
        if not self._is_home(request.url):
            raise ApiRefused(
                f"{self.api.title} was to be called at {_origin(request.url)}, but its address is {self.api.base_url}. "
                "Nothing was sent there: neither the key nor the request leaves the API's own host.",
                hint=f"If the API has moved, change base-url in recipes/{self.api.name}/api.toml.",
            )
        if not self.writes and not self.reads(request):
            path = self.path(request.url)
            raise RecipeFailed(
                f"This recipe calls {request.method} {path}, which may change something at {self.api.title}, "
                "and does not declare it.",
                hint=f'`writes = true` in the recipe, or "{path}" among read-posts in recipes/{self.api.name}/api.toml',
            )

    def reads(self, request: httpx.Request) -> bool:
        """Whether the request only reads, so that it may be sent again."""
        if any(name in request.headers for name in OTHER_METHOD):
            return False
        if request.method in READING_METHODS:
            return True
        if request.method != "POST":
            return False
        sent = request.url.raw_path.partition(b"?")[0]
        return any(sent == _parsed(self.api.base_url + path).raw_path for path in self.api.read_posts)

    def path(self, url: httpx.URL) -> str:
        """Return the path below the base URL: `/articles`; of a path that is not below it, all."""
        base = urlsplit(self.api.base_url).path
        return url.path.removeprefix(base) if url.path.startswith(f"{base}/") else url.path

    def _is_home(self, url: httpx.URL) -> bool:
        home = _parsed(self.api.base_url)
        return (url.scheme, url.host, _port(url)) == (home.scheme, home.host, _port(home))


def with_key(request: httpx.Request, key: Key, secret: str) -> httpx.Request:
    """Return a copy of the request that carries the key; the one that the recipe can see never does."""
    url, headers = request.url, request.headers.copy()
    headers.encoding = "utf-8"  # else the letters of a key must be those of the headers so far
    match key.place:
        case "query":
            url = _with_field(url, key.name, secret)
        case "header":
            headers[key.name] = secret
        case "bearer":
            headers["Authorization"] = f"Bearer {secret}"
        case "basic":
            credentials = secret if ":" in secret else f"{secret}:"
            headers["Authorization"] = f"Basic {b64encode(credentials.encode()).decode()}"
        case "path":
            url = _below(url, key, secret)
    return _copied(request, url, headers)


def with_other_key(request: httpx.Request, key: Key, old: str, new: str) -> httpx.Request:
    """Return a copy of a request that carries the key `new` where `with_key` has put `old`; `""` was not put in."""
    if key.place != "path" or not old:
        return with_key(request, key, new)
    path = swap_path_key(request.url.raw_path.decode("ascii"), old, new)
    url = request.url.copy_with(raw_path=path.encode("ascii"))
    return _copied(request, url, request.headers)


def _copied(request: httpx.Request, url: httpx.URL, headers: httpx.Headers) -> httpx.Request:
    """Return the same request with another address and headers; httpx would write its method in capitals."""
    copy = httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=request.extensions)
    copy.method = request.method
    return copy


def without_key(location: str, key: Key, secret: str) -> str:
    """Return the address of a redirect without the path key, which is put in again when it is followed."""
    return (swap_path_key(location, secret, "") or "/") if key.place == "path" else location


def _below(url: httpx.URL, key: Key, secret: str) -> httpx.URL:
    """Put a path key before the path, which is left out where it is `/` alone.

    Raises:
        KeyProblem: It is no plain path, so that it could lead elsewhere.
    """
    if not is_path_key(secret):
        raise KeyProblem(f"The key in {key.env} is no plain path, so nothing was sent.")
    path, mark, query = url.raw_path.partition(b"?")
    rest = b"" if path == b"/" else path
    return url.copy_with(raw_path=b"/" + secret.removeprefix("/").encode() + rest + mark + query)


def _with_field(url: httpx.URL, name: str, value: str) -> httpx.URL:
    """Put a field at the end of the query; the other ones are sent as the recipe wrote them."""
    others = [field for field in url.query.split(b"&") if field and field.partition(b"=")[0] != quote(name).encode()]
    return url.copy_with(query=b"&".join([*others, urlencode({name: value}).encode()]))


@lru_cache(maxsize=64)
def _parsed(address: str) -> httpx.URL:
    """Parse an address of an `api.toml`: each request is compared with it."""
    return httpx.URL(address)


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
