"""From pasted text to the call that curl would make."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from runner.errors import AskedWrongly
from runner.scaffolding.curl.arguments import Argument, first_request, read_arguments
from runner.scaffolding.curl.bodies import DATA, Data, Files, ReadFile, body_of, inlined, read_data
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
from runner.scaffolding.curl.headers import BLANKS, TOKEN, Named, is_allowed, read_header
from runner.scaffolding.curl.multipart import parse_multipart, read_form
from runner.scaffolding.curl.noise import is_from_browser, without_noise
from runner.scaffolding.curl.options import CHANGES_REQUEST
from runner.scaffolding.curl.paste import read_paste
from runner.scaffolding.curl.urls import read_url, uploaded, with_query, without_blanks, without_bytes
from runner.scaffolding.curl.words import VARIABLE, named

_USED: Final = frozenset(
    {*DATA, "url", "url-query", "request", "header", "form", "form-string", "user", "cookie", "get", "head"}
    | {"user-agent", "referer", "location", "location-trusted", "insecure", "upload-file", "max-time", "range"}
    | {"oauth2-bearer", "basic", "globoff", "next", "compressed"}
)


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
    arguments = first_request(read_arguments(paste.words), notes)
    return _Reading(arguments, Files(read_file, paste.input), notes).call()


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
            auth=self._auth(user),
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
        return without_bytes(with_query(uploaded(url, self._value("upload-file")), more), self._notes)

    def _query_part(self, value: str) -> str:
        if value.startswith("+"):
            return value[1:]
        wrapped = Argument("data-urlencode", value, is_on=True, at=0)
        data = read_data([wrapped], self._files)
        return data.text if data else ""

    def _headers(self, data: Data | None, *, is_query: bool) -> Iterator[Header]:
        yield from ((name, value) for name, value in self._named if value is not None)
        names = {name.lower() for name, _ in self._named}
        for name, value in self._implied(data, is_query=is_query):
            header = (name, value.strip(BLANKS))
            if name.lower() not in names and self._can_be_sent(*header):
                yield header

    def _implied(self, data: Data | None, *, is_query: bool) -> Iterator[Header]:
        """Yield the headers that options other than `-H` mean."""
        if self._value("user-agent"):
            yield "User-Agent", self._value("user-agent")
        if referer := self._value("referer").partition(";auto")[0]:
            yield "Referer", referer
        yield from self._range(has_data=bool(data and not is_query) or "upload-file" in self._given)
        if data and data.is_json:
            yield from (("Content-Type", JSON_TYPE), ("Accept", JSON_TYPE))
        elif data and not is_query:
            yield "Content-Type", FORM_TYPE

    def _range(self, *, has_data: bool) -> Iterator[Header]:
        """Yield the header of `-r`, which asks for a part of the answer; beside a body curl says something else."""
        size = self._value("range")
        if has_data and "range" in self._given:
            self._notes.append(f"{DIFFERS}-r is left out, for which curl sends Content-Range beside a body.")
        elif size and not self._all("form") + self._all("form-string"):
            yield "Range", f"bytes={size}" if "-" in size or VARIABLE.search(size) else f"bytes={size}-"

    def _can_be_sent(self, name: str, value: str | None) -> bool:
        if is_allowed(name, value):
            return True
        why = "whose name the command leaves open" if VARIABLE.search(name) else "that HTTP does not allow"
        self._notes.append(f"{DIFFERS}a header is left out {why}.")
        return False

    @cached_property
    def _named(self) -> list[Named]:
        headers = [header for text in self._header_texts() for header in read_header(text)]
        if any(name != name.strip(BLANKS) for name, _ in headers):
            self._notes.append(f"{DIFFERS}blanks around the name of a header are left out.")
        plain = [(name.strip(BLANKS), value) for name, value in headers]
        hosts = [header for header in plain if header[0].lower() == "host"]
        if len(hosts) > 1:
            self._notes.append(f"{DIFFERS}the header Host is sent once, not {len(hosts)} times.")
            plain = [hosts[0], *(header for header in plain if header[0].lower() != "host")]
        return [header for header in plain if self._can_be_sent(*header)]

    @cached_property
    def _removed(self) -> set[str]:
        """The headers, in small letters, that `-H "Name:"` takes out."""
        return {name.lower() for name, value in self._named if value is None}

    def _header_texts(self) -> Iterator[str]:
        for text in self._all("header"):
            if text.startswith("@"):
                self._notes.append(inlined(text[1:]))
                yield from self._files.text(text[1:]).splitlines()
            else:
                yield text

    def _body(self, data: Data | None, upload: str, headers: list[Header]) -> Body:
        if upload:
            return FileBody(self._files.sent(upload))
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
            if not TOKEN.fullmatch(method):
                shown = named(method, "${}")[:40]
                raise AskedWrongly(f"The method of the command is none of HTTP: {shown!r}.", hint="-X POST")
            return method
        if self._is_on("head"):
            return "HEAD"
        if self._value("upload-file"):
            return "PUT"
        return "GET" if body is None else "POST"

    def _without_boundary(self, headers: list[Header], body: Body) -> Iterator[Header]:
        """Leave out the type of a multipart body, which the client says with its own boundary."""
        if "content-type" in self._removed and hasattr(body, "parts"):
            self._notes.append(f"{DIFFERS}the type of the body is sent, which the command takes out.")
        for name, value in headers:
            if name.lower() == "content-type" and hasattr(body, "parts"):
                if not value.lower().startswith("multipart/form-data"):
                    self._notes.append(f"{DIFFERS}the body is sent as multipart/form-data, not as the command says.")
                continue
            yield name, value

    def _cookies(self, headers: list[Header]) -> str:
        own = [value for name, value in headers if name.lower() == "cookie"]
        if len(own) > 1:
            self._notes.append(f"{DIFFERS}the header Cookie is sent once, not {len(own)} times.")
        if own == [""]:
            self._notes.append(f"{DIFFERS}an empty Cookie header is not sent.")
        if own or "cookie" in self._removed:
            return "; ".join(own)
        given = self._all("cookie")
        if any("=" not in text for text in given):
            self._notes.append(f"{DIFFERS}cookies of a file are not sent.")
        return ";".join(text for text in given if "=" in text).strip(BLANKS)

    def _auth(self, user: str) -> Auth | None:
        if any(name.lower() == "authorization" for name, _ in self._named):
            return None
        is_other = any(self._is_on(name) for name in ("digest", "ntlm", "ntlm-wb", "negotiate", "anyauth", "aws-sigv4"))
        if is_other and not self._is_on("basic"):  # curl then waits for what the API asks for
            return None
        if "oauth2-bearer" in self._given:  # beside --basic curl sends neither
            return None if self._is_on("basic") else self._bearer(self._value("oauth2-bearer"))
        text = self._value("user") or user
        if "user" in self._given and not text:
            self._notes.append(f"{DIFFERS}user name and password are empty, and not sent.")
        return Auth("basic", text) if text else None

    def _bearer(self, token: str) -> Auth | None:
        if not token:
            self._notes.append(f"{DIFFERS}the bearer token is empty, and not sent.")
        return Auth("bearer", token) if token else None

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
        if "host" in self._removed:
            self._notes.append(f"{DIFFERS}the Host header is sent, which the command takes out.")
        if self._is_on("insecure"):
            self._notes.append("-k was left out: certificates are always looked at.")
