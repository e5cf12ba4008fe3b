"""One call as a curl command describes it."""

from typing import Any, Final, Literal, NamedTuple, TypeAlias

from runner.scaffolding.curl.words import shown

DIFFERS: Final = "Not the same as curl: "
"""Begins each note about something that the recipe sends in another way, or not at all."""

FORM_TYPE: Final = "application/x-www-form-urlencoded"
JSON_TYPE: Final = "application/json"

Header: TypeAlias = tuple[str, str]
Pair: TypeAlias = tuple[str, str]


class Url(NamedTuple):
    """An address, taken apart but not decoded.

    Attributes:
        scheme: `http` or `https`.
        user: User name and password as they stand there, or `""`.
        host: With its port, if it has one.
        path: Begins with a slash.
        query: Without its question mark; None where there is none.
    """

    scheme: str
    user: str
    host: str
    path: str
    query: str | None

    def __repr__(self) -> str:
        return shown(self, "scheme", "host", "path", "query")

    @property
    def origin(self) -> str:
        """`https://api.example.com:8443`."""
        return f"{self.scheme}://{self.host}"

    @property
    def target(self) -> str:
        """Path and query, as they stand in the request line."""
        return self.path if self.query is None else f"{self.path}?{self.query}"


class TextBody(NamedTuple):
    """A body that is sent as it stands; bytes that are no UTF-8 are surrogates."""

    text: str

    def __repr__(self) -> str:
        return shown(self)


class JsonBody(NamedTuple):
    """A body that is JSON, as text and as what it means."""

    text: str
    parsed: Any

    def __repr__(self) -> str:
        return shown(self)


class FormBody(NamedTuple):
    """A body of fields that a form would send, decoded; encoding them again gives the same text."""

    text: str
    pairs: tuple[Pair, ...]

    def __repr__(self) -> str:
        return shown(self)


class FileBody(NamedTuple):
    """A body that is a file as it stands."""

    path: str


class Part(NamedTuple):
    """One part of a multipart body.

    Attributes:
        name: Of the field.
        text: What is sent, where no file is.
        path: The file to send, or `""`.
        file_name: The name it is sent under, or None for a plain field.
        content_type: Said of the part; `""` says nothing.
    """

    name: str
    text: str = ""
    path: str = ""
    file_name: str | None = None
    content_type: str = ""

    def __repr__(self) -> str:
        return shown(self, "name", "path", "file_name", "content_type")


class MultipartBody(NamedTuple):
    """Fields and files, each a part of its own."""

    parts: tuple[Part, ...]


Body: TypeAlias = TextBody | JsonBody | FormBody | FileBody | MultipartBody | None


class Auth(NamedTuple):
    """Credentials of options and address.

    Attributes:
        kind: How they are sent.
        text: `user:password`, or a token.
    """

    kind: Literal["basic", "bearer"]
    text: str

    def __repr__(self) -> str:
        return shown(self, "kind")


class CurlCall(NamedTuple):
    """What a curl command sends.

    Attributes:
        method: As it is sent; usually capitals.
        url: Where to, without credentials.
        headers: What is said beyond what every client says; with the type of the body, without cookies.
        cookies: The text of the `Cookie` header, or `""`.
        body: None where nothing is sent.
        auth: Credentials that stand in no header, or None.
        follow_redirects: `-L`.
        insecure: `-k`: certificates are not looked at.
        timeout: Seconds, or None.
        from_browser: It was copied from a browser.
        notes: What was repaired, dropped or named; differences begin with `DIFFERS`.
    """

    method: str
    url: Url
    headers: tuple[Header, ...] = ()
    cookies: str = ""
    body: Body = None
    auth: Auth | None = None
    follow_redirects: bool = False
    insecure: bool = False
    timeout: float | None = None
    from_browser: bool = False
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return shown(self, "method", "url", "auth", "follow_redirects", "insecure", "timeout", "from_browser", "notes")

    def header(self, name: str) -> str:
        """Return the value of a header, or `""`; capitals do not matter."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), "")
