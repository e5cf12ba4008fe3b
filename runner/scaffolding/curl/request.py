"""The request of a recipe: one call of the client that sends what curl would send."""

import re
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from runner.catalog import Api
from runner.scaffolding.curl.call import (
    DIFFERS,
    CurlCall,
    FormBody,
    TextBody,
)
from runner.scaffolding.curl.fields import Fields, dict_pairs, joined_template
from runner.scaffolding.curl.guesses import guess, holds_secret, is_secret, stand_ins
from runner.scaffolding.curl.layout import Code, Group, Node, flat, literal, string, text_node
from runner.scaffolding.curl.naming import singular, snake
from runner.scaffolding.curl.payload import Payload
from runner.scaffolding.curl.slots import Asking, Slot, Template
from runner.scaffolding.curl.words import VARIABLE, mark, marked_text, named

_WITHOUT_BODY: Final = ("get", "head", "options", "delete")
_WITH_BODY: Final = ("post", "put", "patch")
_CERTAIN: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*")
"""What httpx sends of an address as it stands; about the rest it is asked."""
_ENDING: Final = re.compile(r"\.(?:json|xml|csv|txt|html|pdf)$")
_COLON: Final = re.compile(r":([A-Za-z_]\w*)")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z_-]*")


class Request(NamedTuple):
    """The call of the client.

    Attributes:
        node: The expression.
        path: Below the base URL, with parameters in braces, for people: `/users/{user_id}`.
        notes: What is sent in another way than curl does.
        method: One that httpx would send in capitals, though the command has it otherwise: then the expression makes
            the request and does not send it. `""` for all others.
    """

    node: Group
    path: str
    notes: tuple[str, ...]
    method: str = ""


def build_request(call: CurlCall, api: Api, asking: Asking) -> Request:
    """Write the request for a call.

    Args:
        call: Without the API's key.
        api: What the client is for.
        asking: Collects the parameters.
    """
    return _Builder(call, api, asking).build()


class _Builder:
    def __init__(self, call: CurlCall, api: Api, asking: Asking) -> None:
        self._call = call
        self._api = api
        self._asking = asking
        self._notes: list[str] = []
        self._payload = Payload(call, asking)

    def build(self) -> Request:
        path = self._path()
        params, raw = self._query()
        target = (*_unlike_host(path), *(("?", *raw) if raw is not None else ()))
        self._check_target()
        self._check_form()
        body = self._payload.arguments()
        items: list[tuple[str, Node]] = [("", text_node(target, quoting="path"))]
        items += [("params=", params)] if params else []
        headers = self._headers()
        items += [("headers=", headers)] if headers else []
        items += body
        if self._call.timeout not in (None, self._api.timeout):
            items.append(("timeout=", Code(f"{self._call.timeout:g}")))
        node = self._method(items, has_body=bool(body))
        return Request(node, _shown(path), tuple(self._notes), self._call.method if self._is_odd else "")

    @property
    def _is_odd(self) -> bool:
        """Whether the method is none that everybody means in capitals, and is not in capitals."""
        method = self._call.method
        return method != method.upper() and method.lower() not in (*_WITH_BODY, *_WITHOUT_BODY)

    def _method(self, items: list[tuple[str, Node]], *, has_body: bool) -> Group:
        client, method = self._asking.client, self._call.method
        name = method.lower()
        if method != method.upper() and not self._is_odd:
            self._notes.append(f"{DIFFERS}the method is sent as {method.upper()}, not as {method}.")
        if name in _WITH_BODY or (name in _WITHOUT_BODY and not has_body):
            return Group(f"{client}.{name}(", tuple(items), ")")
        call = "build_request" if self._is_odd else "request"
        return Group(f"{client}.{call}(", (("", Code(string(method.upper()))), *items), ")")

    def _path(self) -> Template:
        parts = below(self._call.url.path, self._api.base_url).split("/")
        if parts == [""]:
            if self._base_path:
                self._notes.append(f"{DIFFERS}the path is sent with a slash at its end.")
            return ("/",)
        pieces: list[str | Slot] = []
        for at, part in enumerate(parts[1:], start=1):
            before = named(parts[at - 1])
            pieces += ["/", *self._segment(part, before)]
        return joined_template(pieces)

    @property
    def _base_path(self) -> str:
        return re.sub(r"^https?://[^/]*", "", self._api.base_url)

    def _segment(self, raw: str, before: str) -> Template:
        colon = _COLON.fullmatch(raw)
        if colon:
            self._note_percent_signs("address")
            return self._asking.template("", mark(colon[1], raw), before, where="path")
        if stand_ins(raw):
            template = self._asking.template("", raw, before, where="path")
            private = {each.name for each in self._asking.parameters if each.private}
            return tuple(  # a secret is cut out of the address as it stands there, encoded
                part._replace(is_encoded=True) if isinstance(part, Slot) and part.name in private else part
                for part in template
            )
        text = unquote(raw)
        if holds_secret(text):
            name = f"{before} secret" if _WORD.fullmatch(before) else "secret"
            if quote(text, safe="") == raw:
                return (self._asking.secret(name, text, where="path"),)
            return (self._asking.secret(name, raw, where="path", is_encoded=True),)
        ending = _ENDING.search(text)
        stem = text[: ending.start()] if ending else text
        known = guess(stem)
        if known is None or known[0] not in ("int", "date", "str") or quote(text, safe="") != raw or not before:
            return (raw,)
        noun = singular(snake(before)) if _WORD.fullmatch(before) else "item"
        name = "day" if known[0] == "date" else f"{noun}_id"
        context = before if _WORD.fullmatch(before) else ""
        slot = self._asking.value(name, known[0], known[1], context, where="path")
        return joined_template([slot or stem, ending[0] if ending else ""])

    def _query(self) -> tuple[Node | None, Template | None]:
        """Return the query as an argument of its own, or else as part of the address."""
        query = self._call.url.query
        if query is None:
            return None, None
        pairs = dict_pairs(query)
        if pairs is not None:
            return Fields(self._asking).as_dict(pairs), None
        return None, Fields(self._asking).as_text(query)

    def _check_target(self) -> None:
        """Say so where httpx sends characters of the address in another way than curl."""
        if _is_encoded(self._call.url.target):
            self._note_percent_signs("address")
            return
        sent = VARIABLE.sub(lambda found: marked_text(found[1]), self._call.url.target)
        if _CERTAIN.fullmatch(sent) and not re.search(r"%(?![0-9A-Fa-f]{2})", sent):
            return
        import httpx  # 100 ms, and most addresses need no second opinion

        if httpx.URL(f"http://localhost{sent}").raw_path.decode("ascii") != sent:
            self._note_percent_signs("address")

    def _check_form(self) -> None:
        """Say so where a stand-in, which curl would send as it was written, is encoded as its value must be."""
        if not isinstance(self._call.body, FormBody | TextBody) or not self._payload.is_form:
            return
        if any(_is_encoded(field.partition("=")[2]) for field in self._call.body.text.split("&")):
            self._note_percent_signs("body")

    def _note_percent_signs(self, where: str) -> None:
        self._notes.append(f"{DIFFERS}characters of the {where} are sent as percent signs and numbers.")

    def _headers(self) -> Node | None:
        headers = [each for each in self._call.headers if not self._payload.implies(*each)]
        pairs = [(_title(name), self._header(name, value)) for name, value in headers]
        if self._call.cookies and self._call.from_browser:
            self._notes.append(f"{DIFFERS}the browser's cookies are not sent.")
        elif self._call.cookies:
            pairs.append(("Cookie", self._header("Cookie", self._call.cookies)))
        if self._call.auth:
            self._notes.append(f"{DIFFERS}the second credentials of the call are not sent.")
        if not pairs:
            return None
        if len({name.lower() for name, _ in pairs}) == len(pairs):
            return Group("{", tuple((f"{string(name)}: ", node) for name, node in pairs), "}")
        return Group("[", tuple(("", Group("(", (("", literal(name)), ("", node)), ")")) for name, node in pairs), "]")

    def _header(self, name: str, value: str) -> Node:
        is_plain = VARIABLE.sub("", value).isascii()
        if is_secret(name, value) or name.lower() in ("authorization", "cookie"):
            named = self._asking.secret(name.lower() if name == "Cookie" else name, value, where="header").name
            return Code(named if is_plain else f"{named}.encode()")
        node = text_node(self._asking.template(name, value, where="header", plain=False))
        return node if is_plain else Code(f"{flat(node)}.encode()")


def _is_encoded(text: str) -> bool:
    """Tell whether a stand-in in a text holds characters that are encoded as those of a value must be."""
    written = [text[each.start : each.end] for each in stand_ins(text)]
    return any(quote(each) != each for each in written if not VARIABLE.fullmatch(each))


def below(path: str, base_url: str) -> str:
    """Return a path below the one of a base URL."""
    base = re.sub(r"^https?://[^/]*", "", base_url)
    return path[len(base) :] if path.lower().startswith(base.lower()) else path


def _unlike_host(path: Template) -> Template:
    """Write a path that begins with two slashes so that httpx takes it for a path; the dot is not sent."""
    first, *others = path
    return (f"/.{first}", *others) if isinstance(first, str) and first.startswith("//") else path


def _title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-")) if name.islower() else name


def _shown(path: Template) -> str:
    """Return a path for people, with the names of its parameters in braces."""
    return "".join(piece if isinstance(piece, str) else f"{{{piece.name}}}" for piece in path)
