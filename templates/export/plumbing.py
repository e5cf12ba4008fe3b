"""What an exported script needs besides its recipe: `recipes export` takes those of these pieces that a script uses.

Each piece begins with an underscore, imports inside itself and takes nothing from typing, so that it goes below any
recipe without a name or an import of the one getting into the way of the other.
"""

import httpx


class _Api:
    """An API: where it is, where its key goes, how often it may be asked, what may be asked again."""

    def __init__(
        self,
        title: str,
        base_url: str,
        *,
        name: str,
        variable: str = "",
        key_name: str = "",
        help_text: str = "",
        timeout: float = 30.0,
        rates: list[tuple[int, float]],
        retry_on: list[int],
        read_posts: list[str],
        writes: bool,
    ) -> None:
        import threading

        self.name, self.title, self.home, self.timeout = name, title, httpx.URL(base_url), timeout
        self.key, self.variable, self.key_name, self.help_text = "", variable, key_name, help_text
        self.rates, self.retry_on, self.read_posts, self.writes = rates, retry_on, read_posts, writes
        self._sent, self._lock = [0.0] * 0, threading.Lock()

    def move_to(self, address: str) -> None:
        """Take another address: of a test system, or of an imitation on this machine."""
        home = httpx.URL(address.rstrip("/"))
        local = home.host in ("127.0.0.1", "localhost", "::1")
        if not home.host or home.userinfo or (home.scheme != "https" and not (local and home.scheme == "http")):
            _fail(f"--base-url must be https, or http on this machine, not {address!r}.")
        self.home, self.rates = home, [] if local else self.rates  # an imitation has no rates

    def ask_for_key(self) -> None:
        """Take the key from the environment, or ask for it on a terminal."""
        import getpass
        import os
        import sys

        key = os.environ.get(self.variable, "").strip()
        if not key and sys.stdin.isatty() and sys.stderr.isatty():
            key = getpass.getpass(f"Key for {self.title} (it is not shown): ").strip()
        if not key:
            _fail(f"The key for {self.title} is missing: set {self.variable}. {self.help_text}".strip())
        if not (key.isascii() and key.isprintable()):
            _fail(f"What {self.variable} holds is no key: a character in it cannot be sent.")
        self.key = key

    def reads(self, request: httpx.Request) -> bool:
        """Tell whether a request changes nothing, so that it may be sent again."""
        paths = [httpx.URL(f"{self.home}{path}").path for path in self.read_posts]
        return request.method in ("GET", "HEAD", "OPTIONS") or (request.method == "POST" and request.url.path in paths)

    def sign(self, request: httpx.Request) -> httpx.Request:
        """Return a copy that carries the key; what the recipe and error messages can see never does."""
        url, home = request.url, self.home
        if (url.scheme, url.host, url.port) != (home.scheme, home.host, home.port):
            _fail(f"{self.title} is at {home.host}, so nothing was sent to {url.host}: neither request nor key.")
        if not (self.writes or self.reads(request)):
            _fail(f"{request.method} {url.path} may change something at {self.title}, so it was not sent.")
        copy = httpx.Request(request.method, url, headers=request.headers, stream=request.stream)
        copy.extensions = request.extensions
        self.put_key(copy)
        return copy

    def put_key(self, request: httpx.Request) -> None:
        """Put the key into a request; this API wants none."""

    def pause(self) -> float:
        """Count a call, and return for how many seconds it has to wait for the published rates."""
        import time

        with self._lock:
            now = time.monotonic()
            free = [self._sent[-calls] + seconds + 0.05 for calls, seconds in self.rates if len(self._sent) >= calls]
            self._sent.append(max([now, *free]))
            return self._sent[-1] - now

    def wait_after(self, request: httpx.Request, response: httpx.Response, tries: int) -> float | None:
        """Return in how many seconds a call is worth another try; None where it is not, or may change something."""
        import sys
        import time
        from contextlib import suppress
        from email.utils import parsedate_to_datetime

        if response.status_code not in self.retry_on or tries > 4 or not self.reads(request):
            return None
        said, seconds = response.headers.get("Retry-After", ""), 2.0 ** (tries - 1)
        with suppress(ValueError):  # it does not say, or not so that it can be read
            seconds = float(said) if said[:1].isdigit() else parsedate_to_datetime(said).timestamp() - time.time()
        seconds = min(max(seconds, 0.0), 900.0)
        sys.stderr.write(f"{self.title} answered {response.status_code}: waiting {seconds:.0f} s.\n")
        return seconds

    def explain(self, error: httpx.HTTPError) -> str:
        """Say in one line what went wrong, without the key."""
        from urllib.parse import quote

        if not isinstance(error, httpx.HTTPStatusError):
            return f"{self.title} could not be reached: {error or type(error).__name__}."
        status = f"{error.response.status_code} {error.response.reason_phrase}".strip()
        said = " ".join(error.response.text.split()) if error.response.is_closed else ""
        for form in {self.key, quote(self.key), quote(self.key, safe="")} - {""}:
            said = said.replace(form, f"[{self.variable}]")
        what = f"the key in {self.variable}" if error.response.status_code in (401, 403) else "the request"
        return f"{self.title} refused {what} ({status}). {said[:300]}".strip()


class _ApiWithKeyInQuery(_Api):
    def put_key(self, request: httpx.Request) -> None:
        from urllib.parse import urlencode

        key = urlencode({self.key_name: self.key}).encode()
        request.url = request.url.copy_with(query=b"&".join(filter(None, [request.url.query, key])))


class _ApiWithKeyInHeader(_Api):
    def put_key(self, request: httpx.Request) -> None:
        request.headers[self.key_name] = self.key


class _ApiWithBearerKey(_Api):
    def put_key(self, request: httpx.Request) -> None:
        request.headers["Authorization"] = f"Bearer {self.key}"


class _ApiWithBasicKey(_Api):
    def put_key(self, request: httpx.Request) -> None:
        from base64 import b64encode

        credentials = self.key if ":" in self.key else f"{self.key}:"
        request.headers["Authorization"] = f"Basic {b64encode(credentials.encode()).decode()}"


class _ApiWithKeyInPath(_Api):
    def ask_for_key(self) -> None:
        import re

        published = str(self.home)
        super().ask_for_key()
        self.key = self.key.removeprefix(published).strip("/")  # it may be given as the whole address
        part = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~:=@+-]+"
        if not re.fullmatch(f"{part}(?:/{part})*", self.key):
            _fail(f"What {self.variable} holds is no address of {self.title}, and no path.")

    def put_key(self, request: httpx.Request) -> None:
        rest = request.url.raw_path.removeprefix(b"/" + self.key.encode())  # there already after a redirect
        rest = b"" if rest == b"/" else rest
        request.url = request.url.copy_with(raw_path=b"/" + self.key.encode() + rest)


def _prepare(apis: list[_Api], addresses: list[str]) -> None:
    """Give each API its key, and another address where one is given."""
    for api in apis:
        if api.variable:
            api.ask_for_key()
    for address in addresses:
        name, _, url = address.rpartition("=") if len(apis) > 1 else ("", "", address)
        named = [api for api in apis if name in ("", api.name)]
        if len(named) != 1:
            _fail(f"--base-url takes API=URL, where API is {' or '.join(api.name for api in apis)}; not {address!r}.")
        named[0].move_to(url)


def _proxy(home: httpx.URL) -> str | None:
    """Return the proxy that the environment names for a host outside this machine."""
    from urllib.request import getproxies, proxy_bypass

    local = home.host in ("127.0.0.1", "localhost", "::1")
    return None if local or proxy_bypass(home.host) else getproxies().get(home.scheme)


class _Transport(httpx.HTTPTransport):
    """Sends a request, later where the rates ask for it, and again where that helps and changes nothing."""

    def __init__(self, api: _Api) -> None:
        super().__init__(proxy=_proxy(api.home))
        self.api = api

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        import time

        tries = 0
        while True:
            time.sleep(self.api.pause())
            response = super().handle_request(self.api.sign(request))
            wait = self.api.wait_after(request, response, tries := tries + 1)
            if wait is None:
                return response
            response.close()
            time.sleep(wait)


def _client(api: _Api) -> httpx.Client:
    return httpx.Client(base_url=api.home, timeout=api.timeout, follow_redirects=True, transport=_Transport(api))


class _AsyncTransport(httpx.AsyncHTTPTransport):
    """Sends a request, later where the rates ask for it, and again where that helps and changes nothing."""

    def __init__(self, api: _Api) -> None:
        super().__init__(proxy=_proxy(api.home))
        self.api = api

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        import asyncio

        tries = 0
        while True:
            await asyncio.sleep(self.api.pause())
            response = await super().handle_async_request(self.api.sign(request))
            wait = self.api.wait_after(request, response, tries := tries + 1)
            if wait is None:
                return response
            await response.aclose()
            await asyncio.sleep(wait)


def _async_client(api: _Api) -> httpx.AsyncClient:
    transport = _AsyncTransport(api)
    return httpx.AsyncClient(base_url=api.home, timeout=api.timeout, follow_redirects=True, transport=transport)


class _Kind:
    """Reads a word of the command line as the kind of value that the recipe declares, within its bounds."""

    def __init__(
        self, base: str, low: object = None, high: object = None, *, choices: list[object] | None = None
    ) -> None:
        self.base, self.low, self.high, self.choices = base, low, high, choices

    def __call__(self, text: str) -> object:
        from argparse import ArgumentTypeError

        try:
            value = self._read(text)
        except ValueError:
            raise ArgumentTypeError(f"{text!r} is no {self.base}") from None
        if self.choices and value not in self.choices:
            raise ArgumentTypeError(f"{text!r} is none of {', '.join(map(str, self.choices))}")
        self.check(value)
        return value

    def check(self, value: object) -> None:
        """Refuse a value outside the bounds; of a text its length counts, of a list the number of values."""
        from argparse import ArgumentTypeError
        from typing import Any

        measured: Any = len(value) if isinstance(value, str | list) else value
        low, high = (self._read(bound) if isinstance(bound, str) else bound for bound in (self.low, self.high))
        if low is not None and measured < low:
            raise ArgumentTypeError(f"must be {self.low} at least, not {measured}")
        if high is not None and measured > high:
            raise ArgumentTypeError(f"must be {self.high} at most, not {measured}")

    def _read(self, text: str) -> object:
        from datetime import UTC, date, datetime
        from math import isfinite
        from pathlib import Path

        match self.base:
            case "whole number":
                return int(text)
            case "number":
                number = float(text)
                if not isfinite(number):
                    raise ValueError(text)
                return number
            case "yes or no":
                return {"yes": True, "no": False}[text] if text in ("yes", "no") else int("")
            case "day (YYYY-MM-DD)":
                return date.fromisoformat(text)
            case "moment (ISO 8601)":
                moment = datetime.fromisoformat(text)
                return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            case "file":
                return Path(text)
        return text


def _check_count(option: str, values: list[object] | None, low: int | None, high: int | None) -> None:
    """Refuse too few or too many values."""
    count = len(values or [])
    if values is not None and not (low or 0) <= count <= (count if high is None else high):
        _fail(f"{option} takes {low or 0} to {'any number of' if high is None else high} values, not {count}.")


class _OptionalKind(_Kind):
    """Lets an empty word stand for no value."""

    def __call__(self, text: str) -> object:
        return super().__call__(text) if text else None


def _json(value: object) -> str:
    """Write a result as JSON: moments as ISO 8601, and null for a number that is none."""
    import json

    return json.dumps(_plain(value), ensure_ascii=False, indent=1)


def _plain(value: object) -> object:
    from datetime import UTC, date, datetime
    from math import isfinite

    match value:
        case dict():
            return {str(_plain(key)): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
        case date():
            return value.isoformat()
        case float():
            return value if isfinite(value) else None
        case None | bool() | int() | str():
            return value
    return str(value)


def _cell(value: object) -> str:
    import json

    value = _plain(value)
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


class _Rows:
    """Writes rows: a table on a terminal when all are there, CSV elsewhere as they come, or JSON."""

    def __init__(self, *, as_json: bool) -> None:
        import sys

        self.as_json, self.is_table = as_json, sys.stdout.isatty() and not as_json
        self.kept = [dict[str, object]()] * 0
        self._columns = [""] * 0

    def write(self, row: dict[str, object]) -> None:
        import csv
        import sys

        if self.as_json or self.is_table:
            self.kept.append(dict(row))
            return
        lines = csv.writer(sys.stdout)
        if not self._columns:
            self._columns = list(row)
            lines.writerow(self._columns)
        lines.writerow([_cell(row.get(column)) for column in self._columns])
        sys.stdout.flush()

    def close(self) -> None:
        import sys

        if self.as_json:
            sys.stdout.write(_json(self.kept) + "\n")
        elif self.is_table and self.kept:
            _write_table(self.kept)


def _write_table(rows: list[dict[str, object]]) -> None:
    import shutil
    import sys

    cells = [list(rows[0]), *([_line(value) for value in row.values()] for row in rows)]
    widths = [min(max(map(len, column)), 60) for column in zip(*cells, strict=False)]
    width = shutil.get_terminal_size().columns
    for line in cells:
        shown = "  ".join(cell[:wide].ljust(wide) for cell, wide in zip(line, widths, strict=False))
        sys.stdout.write(shown[:width].rstrip() + "\n")


def _line(value: object) -> str:
    """Write a value on one line, without what would steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in _cell(value))


def _write_record(record: dict[str, object], *, as_json: bool) -> None:
    import sys

    if as_json or not sys.stdout.isatty():
        sys.stdout.write(_json(record) + "\n")
        return
    width = max(map(len, record), default=0)
    sys.stdout.write("".join(f"{name:<{width}}  {_line(value)}\n" for name, value in record.items()))


def _write_text(text: str, *, as_json: bool) -> None:
    import sys

    sys.stdout.write((_json(text) if as_json else text.rstrip("\n")) + "\n")


def _fail(message: str) -> None:
    """End with one line, whatever was the matter."""
    import sys

    sys.stderr.write(f"{' '.join(message.split())}\n")
    raise SystemExit(2) from None


class _Ending:
    """Ends a run in which an API did not do its part with one line, and no traceback."""

    def __init__(self, apis: list[_Api]) -> None:
        self.apis = apis

    def __enter__(self) -> None:
        import io
        import sys

        if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8", newline="")

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        import os
        import sys

        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        match error:
            case httpx.HTTPError():
                request = getattr(error, "_request", None)
                host = request.url.host if request is not None else ""
                _fail(next((api for api in self.apis if api.home.host == host), self.apis[0]).explain(error))
            case BrokenPipeError():
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has had enough
                raise SystemExit(0) from None
            case KeyboardInterrupt():
                sys.stderr.write("Stopped.\n")
                raise SystemExit(130) from None
