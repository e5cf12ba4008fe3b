"""From pasted text to the call that curl would make."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final
from urllib.parse import unquote

from runner.errors import AskedWrongly
from runner.scaffolding.curl.arguments import Argument, read_arguments
from runner.scaffolding.curl.bodies import DATA, Data, Files, ReadFile, body_of, encoded, inlined, read_data
from runner.scaffolding.curl.call import (
    DIFFERS,
    FORM_TYPE,
    JSON_TYPE,
    Auth,
    Body,
    CurlCall,
    FileBody,
    Header,
    JsonBody,
    TextBody,
    Url,
)
from runner.scaffolding.curl.guesses import marked
from runner.scaffolding.curl.multipart import parse_multipart, read_form
from runner.scaffolding.curl.noise import is_from_browser, without_noise
from runner.scaffolding.curl.options import CHANGES_REQUEST
from runner.scaffolding.curl.paste import read_paste
from runner.scaffolding.curl.urls import read_url, without_blanks
from runner.scaffolding.curl.words import VARIABLE, marked_name

_USED: Final = frozenset(
    {*DATA, "url", "url-query", "request", "header", "form", "form-string", "user", "cookie", "get", "head"}
    | {"user-agent", "referer", "location", "location-trusted", "insecure", "upload-file", "max-time", "range"}
    | {"oauth2-bearer", "basic", "globoff", "next", "compressed"}
)
_METHOD: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""RFC 9110, section 9.1: a token."""
_NAME: Final = re.compile(r"(?:[A-Za-z0-9!#$%&'*+.^_`|~-]|" + VARIABLE.pattern + ")+")


def read_curl(text: str, *, read_file: ReadFile, number: int | None = None) -> CurlCall:
    """Understand a pasted curl command, for whatever shell it was written.

    Args:
        text: As pasted.
        read_file: Gives the bytes of a file that the command names, or of `-`; raises OSError.
        number: Which of several commands is meant, from 1; None takes the only one.

    Raises:
        AskedWrongly: It is no curl command, holds several or not so many, has an option that curl does not know, no
            address, or reads a file that is not there.
    """
    paste = read_paste(text, number)
    notes = list(paste.notes)
    arguments = _first_request(read_arguments(paste.words), notes)
    return _Reading(arguments, Files(read_file, paste.input), notes).call()


def _first_request(arguments: list[Argument], notes: list[str]) -> list[Argument]:
    first = list(takewhile(lambda each: each.name != "next", arguments))
    if len(first) < len(arguments):
        notes.append(f"{DIFFERS}what stands behind --next is another call, and was left out.")
    return first


class _Reading:
    """All options of one request, asked for by what they mean."""

    def __init__(self, arguments: Sequence[Argument], files: Files, notes: list[str]) -> None:
        self._arguments = arguments
        self._files = files
        self._notes = notes
        self._given = {argument.name: argument for argument in arguments}  # the last one counts

    def call(self) -> CurlCall:
        data = read_data(self._arguments, self._files)
        form = read_form(self._arguments, self._files, self._notes)
        upload = self._value("upload-file")
        self._refuse_mixtures(data, form, upload)
        url = self._url(data)
        is_query = self._is_on("get") or self._is_on("head")
        headers = list(self._headers(data, is_query=is_query))
        body = form if form else self._body(None if is_query else data, upload, headers)
        method = self._method(body)
        kept, dropped = without_noise([each for each in headers if each[0].lower() != "cookie"], url.host)
        self._note_dropped(dropped)
        user = unquote(url.user)
        return CurlCall(
            method=method,
            url=url._replace(user=""),
            headers=tuple(self._without_boundary(kept, body)),
            cookies=self._cookies(headers),
            body=body,
            auth=self._auth(headers, user),
            follow_redirects=self._is_on("location") or self._is_on("location-trusted"),
            insecure=self._is_on("insecure"),
            timeout=self._seconds("max-time"),
            from_browser=is_from_browser(headers),
            notes=tuple(dict.fromkeys(self._notes)),
        )

    def _value(self, name: str) -> str:
        return self._given[name].value if name in self._given else ""

    def _all(self, name: str) -> list[str]:
        return [argument.value for argument in self._arguments if argument.name == name]

    def _is_on(self, name: str) -> bool:
        return name in self._given and self._given[name].is_on

    def _refuse_mixtures(self, data: Data | None, form: object, upload: str) -> None:
        bodies = [
            name for name, each in (("-d", data and not self._is_on("get")), ("-F", form), ("-T", upload)) if each
        ]
        if len(bodies) > 1 or (self._is_on("head") and bodies):
            both = " and ".join(bodies if len(bodies) > 1 else ["-I", *bodies])
            raise AskedWrongly(f"curl itself refuses {both} in one call.", hint="Leave one of them out.")

    def _url(self, data: Data | None) -> Url:
        addresses = self._all("url")
        if not addresses:
            raise AskedWrongly("The curl command has no address.", hint="curl https://api.example.com/items")
        if len(addresses) > 1:
            self._notes.append(f"{DIFFERS}the command has {len(addresses)} addresses; the recipe calls the first.")
        url = read_url(addresses[0], self._notes, globs=not self._is_on("globoff"))
        more = [self._query_part(value) for value in self._all("url-query")]
        if data is not None and (self._is_on("get") or self._is_on("head")):
            more = [data.text]  # and nothing of --url-query, as in curl
        more = [without_blanks(part, self._notes) for part in more]
        return _with_query(_uploaded(url, self._value("upload-file")), more)

    def _query_part(self, value: str) -> str:
        if value.startswith("+"):
            return value[1:]
        wrapped = Argument("data-urlencode", value, is_on=True, at=0)
        data = read_data([wrapped], self._files)
        return data.text if data else ""

    def _headers(self, data: Data | None, *, is_query: bool) -> Iterator[Header]:
        given = [header for text in self._header_texts() for header in _header(text) if self._can_be_sent(*header)]
        names = {name.lower() for name, _ in given}
        implied = []
        if self._value("user-agent"):
            implied.append(("User-Agent", self._value("user-agent")))
        if referer := self._value("referer").partition(";auto")[0]:
            implied.append(("Referer", referer))
        if size := self._value("range"):
            implied.append(("Range", f"bytes={size}" if "-" in size else f"bytes={size}-"))
        if data and data.is_json:
            implied += [("Content-Type", JSON_TYPE), ("Accept", JSON_TYPE)]
        elif data and not is_query:
            implied.append(("Content-Type", FORM_TYPE))
        removed = {name.lower() for name, value in given if value is None}
        yield from ((name, value) for name, value in given if value is not None)
        yield from (each for each in implied if each[0].lower() not in names | removed)

    def _can_be_sent(self, name: str, value: str | None) -> bool:
        if _NAME.fullmatch(name) and not re.search(r"[\r\n\0]", value or ""):
            return True
        self._notes.append(f"{DIFFERS}a header is left out that HTTP does not allow.")
        return False

    def _header_texts(self) -> Iterator[str]:
        for text in self._all("header"):
            if text.startswith("@"):
                self._notes.append(inlined(text[1:]))
                yield from self._files.text(text[1:]).splitlines()
            else:
                yield text

    def _body(self, data: Data | None, upload: str, headers: list[Header]) -> Body:
        if upload:
            return FileBody(self._files.path(upload))
        if data is None:
            return None
        content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
        for name in data.inlined:
            if name != "-":
                self._notes.append(inlined(name))
        if data.has_line_ends:
            self._notes.append(f"{DIFFERS}the line ends of {data.file} are sent, which -d takes out.")
        copied = parse_multipart(data.text, content_type)
        return copied or self._with_variables(body_of(data, content_type), data, content_type)

    def _with_variables(self, body: Body, data: Data, content_type: str) -> Body:
        """Take `$NAME` in single quotes for a variable where the body would else be no JSON: it is often meant so."""
        opened = marked(data.text)
        if not isinstance(body, TextBody) or opened == data.text or JSON_TYPE not in content_type:
            return body
        meant = body_of(data._replace(text=opened), content_type)
        if not isinstance(meant, JsonBody):
            return body
        self._notes.append(f"{DIFFERS}stand-ins in the body became parameters, although no shell would fill them in.")
        return meant

    def _method(self, body: Body) -> str:
        """Return the method that is named, or the one that curl takes.

        Raises:
            AskedWrongly: HTTP knows no such method.
        """
        if "request" in self._given:
            method = self._value("request")
            if not _METHOD.fullmatch(method):
                named = VARIABLE.sub(lambda found: f"${marked_name(found[1])}", method)
                raise AskedWrongly(f"The method of the command is none of HTTP: {named[:40]!r}.", hint="-X POST")
            return method
        if self._is_on("head"):
            return "HEAD"
        if self._value("upload-file"):
            return "PUT"
        return "GET" if body is None else "POST"

    def _without_boundary(self, headers: list[Header], body: Body) -> Iterator[Header]:
        """Leave out the type of a multipart body, which the client says with its own boundary."""
        for name, value in headers:
            if name.lower() == "content-type" and hasattr(body, "parts"):
                if not value.lower().startswith("multipart/form-data"):
                    self._notes.append(f"{DIFFERS}the body is sent as multipart/form-data, not as {value[:60]}.")
                continue
            yield name, value

    def _cookies(self, headers: list[Header]) -> str:
        own = [value for name, value in headers if name.lower() == "cookie"]
        if own:
            return "; ".join(own)
        given = self._all("cookie")
        if any("=" not in text for text in given):
            self._notes.append(f"{DIFFERS}cookies of a file are not sent.")
        return ";".join(text for text in given if "=" in text)

    def _auth(self, headers: list[Header], user: str) -> Auth | None:
        if any(name.lower() == "authorization" for name, _ in headers):
            return None
        is_other = any(self._is_on(name) for name in ("digest", "ntlm", "ntlm-wb", "negotiate", "anyauth", "aws-sigv4"))
        if is_other and not self._is_on("basic"):  # curl then waits for what the API asks for
            return None
        if token := self._value("oauth2-bearer"):
            return Auth("bearer", token)
        text = self._value("user") or user
        if "user" in self._given and not text:
            self._notes.append(f"{DIFFERS}user name and password are empty, and not sent.")
        return Auth("basic", text) if text else None

    def _seconds(self, name: str) -> float | None:
        try:
            return float(self._value(name)) or None
        except ValueError:
            return None

    def _note_dropped(self, headers: list[str]) -> None:
        if headers:
            self._notes.append(f"Headers of the client or the browser were left out: {', '.join(headers)}.")
        names = dict.fromkeys(each.name for each in self._arguments if each.name not in _USED and each.is_on)
        harmless = [f"--{name}" for name in names if name not in CHANGES_REQUEST]
        if harmless:
            self._notes.append(f"Options that do not change the call were left out: {', '.join(harmless)}.")
        for name in names:
            if name in CHANGES_REQUEST:
                self._notes.append(f"{DIFFERS}--{name} is not carried over.")
        if self._is_on("insecure"):
            self._notes.append("-k was left out: certificates are always looked at.")


def _header(text: str) -> Iterator[tuple[str, str | None]]:
    """Read `Name: value`, `Name;` for an empty one, `Name:` for none; curl ignores anything else."""
    name, has_colon, value = text.partition(":")
    if has_colon:
        yield name.strip(), value.strip() or None
    elif text.endswith(";") and text[:-1].strip():
        yield text[:-1].strip(), ""


def _with_query(url: Url, parts: Sequence[str]) -> Url:
    if not parts:
        return url
    query = url.query or ""
    for part in parts:
        query += f"{'&' if query and not query.endswith('&') else ''}{part}"
    return url._replace(query=query or None)


def _uploaded(url: Url, file: str) -> Url:
    """Put the name of an uploaded file behind an address that ends with a slash, as curl does."""
    if not file or file == "-" or not url.path.endswith("/") or url.query is not None:
        return url
    name = file.replace("\\", "/").rpartition("/")[2]
    return url._replace(path=url.path + encoded(name).replace("+", "%20"))
