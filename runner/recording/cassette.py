"""The cassette: a file of recorded exchanges in vcrpy's format 1, which plain vcrpy and pytest-recording load as is."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from runner.catalog.wording import quoted
from runner.errors import BrokenSource
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse
from runner.recording.readable import Body
from runner.recording.strict_yaml import ANEW, Node, parse_yaml
from runner.recording.yaml_text import Value, yaml_text

FORMAT: Final = 1
HEAD: Final = "# Recorded traffic, in vcrpy's format. In a body marked !!str, line ends and indentation do not count.\n"
MOST_BYTES: Final = 64_000_000

_REQUEST: Final = b"\n- request:\n"
_RESPONSE: Final = b"\n  response:\n"

Headers = tuple[tuple[str, str], ...]


def read_cassette(path: Path) -> tuple[Exchange, ...]:
    """Read the exchanges of a cassette, in the order recorded; ours, or what plain vcrpy wrote.

    Header names come in lower case, and a body as it stands in the file: plain vcrpy may have kept it packed.

    Raises:
        BrokenSource: It cannot be read, or breaks a rule of the format.
    """
    return _Reader(path).exchanges(parse_yaml(_content(path), path))


def read_first_request(path: Path) -> tuple[RecordedRequest | None, int]:
    """Read the first request of a cassette, and how many it holds; what is wrong behind it is not noticed.

    Of a file as we and plain vcrpy write it only that much is parsed, which takes a tenth of the time.

    Raises:
        BrokenSource: As `read_cassette`.
    """
    content = _content(path)
    start = content.find(_REQUEST)
    end = content.find(_RESPONSE, start)
    if start == -1 or end == -1:
        exchanges = _Reader(path).exchanges(parse_yaml(content, path))
        return (exchanges[0].request if exchanges else None), len(exchanges)
    return _Reader(path).first_request(parse_yaml(content[: end + 1], path)), content.count(_REQUEST)


def cassette_text(exchanges: Sequence[Exchange]) -> str:
    """Return the text of a cassette; the same exchanges always give the same, and `read_cassette` reads them back.

    The values of a header that stands more than once come together at its first place, as vcrpy has them.
    """
    interactions: list[Value] = [
        {"request": _request(exchange.request), "response": _response(exchange.response)} for exchange in exchanges
    ]
    return HEAD + yaml_text({"interactions": interactions, "version": FORMAT})


def _request(request: RecordedRequest) -> Value:
    headers = _by_name(request.headers)
    return {"method": request.method, "uri": request.url, "headers": headers, "body": Body(request.body)}


def _response(response: RecordedResponse) -> Value:
    return {
        "status": {"code": response.status, "message": response.reason},
        "headers": _by_name(response.headers),
        "body": {"string": Body(response.body)},
    }


def _by_name(headers: Headers) -> Value:
    values: dict[str, list[Value]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    return values


def _content(path: Path) -> bytes:
    # A named pipe would never end, a device might not either.
    if not path.is_file():
        problem = "this is no plain file" if path.exists() else "there is no such file"
        raise BrokenSource(path, 1, problem, hint=ANEW)
    try:
        if path.stat().st_size > MOST_BYTES:
            problem = f"the file is larger than {MOST_BYTES // 1_000_000} MB"
            raise BrokenSource(path, 1, problem, hint="record less: smaller pages, fewer calls")
        content = path.read_bytes()
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror}"
        raise BrokenSource(path, 1, problem, hint="check its permissions") from None
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenSource(path, line, "this line is not UTF-8", hint=ANEW) from None
    return content


class _Reader:
    """Makes exchanges of values, and names the place of what does not fit."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def exchanges(self, root: Node) -> tuple[Exchange, ...]:
        if isinstance(root.value, list):
            self._refuse(root, "this is a cassette of vcrpy before 1.0", "record it again")
        if isinstance(root.value, dict) and "version" not in root.value:
            self._refuse(root, "the version is missing: the file seems to be cut off", ANEW)
        keys = self._mapping(root, "the cassette", ("version",), ("interactions", "metadata"))
        version = keys["version"]
        if type(version.value) is not int or version.value != FORMAT:
            is_newer = isinstance(version.value, int) and version.value > FORMAT
            problem = f"the cassette is of {'a newer' if is_newer else 'another'} format: {quoted(version.value)}"
            self._refuse(version, problem, "update: pip install --upgrade recipe-runner" if is_newer else ANEW)
        if "interactions" not in keys:
            self._refuse(root, "the cassette lacks 'interactions'", ANEW)
        return tuple(self._exchange(each) for each in self._listed(keys["interactions"]))

    def first_request(self, root: Node) -> RecordedRequest:
        """Return the request of a text that ends behind it."""
        keys = self._mapping(root, "the cassette", ("interactions",), ("version", "metadata"))
        interactions = self._listed(keys["interactions"])
        if not interactions:
            self._refuse(keys["interactions"], "'interactions' is empty, and a request stands elsewhere", ANEW)
        return self._request(self._mapping(interactions[0], "an interaction", ("request",))["request"])

    def _listed(self, node: Node) -> list[Node]:
        if not isinstance(node.value, list):
            self._refuse(node, "'interactions' must be a list", ANEW)
        return node.value

    def _exchange(self, node: Node) -> Exchange:
        keys = self._mapping(node, "an interaction", ("request", "response"))
        return Exchange(self._request(keys["request"]), self._response(keys["response"]))

    def _request(self, node: Node) -> RecordedRequest:
        keys = self._mapping(node, "the request", ("method", "uri", "headers", "body"))
        return RecordedRequest(
            self._text(keys["method"], "method"),
            self._text(keys["uri"], "uri"),
            self._headers(keys["headers"]),
            self._body(keys["body"]),
        )

    def _response(self, node: Node) -> RecordedResponse:
        if isinstance(node.value, dict) and "status_code" in node.value:
            return self._response_of_old_httpx(node)
        keys = self._mapping(node, "the response", ("status", "headers", "body"), ("url",))
        status = self._mapping(keys["status"], "the status", ("code", "message"))
        body = self._mapping(keys["body"], "the body", ("string",))
        message = status["message"]
        return RecordedResponse(
            self._code(status["code"]),
            "" if message.value is None else self._text(message, "message"),
            self._headers(keys["headers"]),
            self._body(body["string"]),
        )

    def _response_of_old_httpx(self, node: Node) -> RecordedResponse:
        """Read what vcrpy 4 and 5 wrote for httpx."""
        keys = self._mapping(node, "the response", ("status_code", "headers", "content"), ("http_version",))
        return RecordedResponse(
            self._code(keys["status_code"]), "", self._headers(keys["headers"]), self._body(keys["content"])
        )

    def _headers(self, node: Node) -> Headers:
        if not isinstance(node.value, dict):
            self._refuse(node, "the headers must be names with lists of values", ANEW)
        return tuple(
            (name.lower(), self._text(value, f"the header {quoted(name)}"))
            for name, values in node.value.items()
            for value in (values.value if isinstance(values.value, list) else [values])
        )

    def _body(self, node: Node) -> bytes:
        if node.value is not None and not isinstance(node.value, str | bytes):
            problem = f"a body must be text, !!binary or null, not {quoted(node.value)}"
            self._refuse(node, problem, "put it between quotes")
        return node.value.encode() if isinstance(node.value, str) else node.value or b""

    def _text(self, node: Node, what: str) -> str:
        if not isinstance(node.value, str):
            self._refuse(node, f"{what} must be text, not {quoted(node.value)}", "put it between quotes")
        return node.value

    def _code(self, node: Node) -> int:
        if type(node.value) is not int or not 100 <= node.value <= 999:
            self._refuse(node, f"the status must be a number such as 200, not {quoted(node.value)}", ANEW)
        return node.value

    def _mapping(self, node: Node, what: str, required: Iterable[str], allowed: Iterable[str] = ()) -> dict[str, Node]:
        if not isinstance(node.value, dict):
            self._refuse(node, f"{what} must have keys, not be {quoted(node.value)}", ANEW)
        for name, value in node.value.items():
            if name not in (*required, *allowed):
                self._refuse(value, f"{what} has an unknown key {quoted(name)}", "remove it")
        for name in required:
            if name not in node.value:
                self._refuse(node, f"{what} lacks {quoted(name)}", ANEW)
        return node.value

    def _refuse(self, node: Node, problem: str, hint: str) -> NoReturn:
        raise BrokenSource(self._path, node.line, problem, hint=hint)
