"""What an API answered or did not answer, said in its own words."""

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import httpx

from runner.catalog import Api
from runner.errors import ApiRefused, ApiUnreachable, KeyProblem, RunnerError
from runner.running.secrets import Secrets

LONGEST_QUOTE = 300
"""Characters of an API's own message that are shown."""


def explain_status(error: httpx.HTTPStatusError, apis: Mapping[str, Api], secrets: Secrets) -> RunnerError:
    """Turn an answer that the recipe did not accept into an error with the API's own message.

    What is quoted is scrubbed here already, because a secret that is cut off would not be found later.
    """
    response = error.response
    api = _api_of(error.request.url, apis)
    title = api.title if api else error.request.url.host
    message = _message(response, api)
    said = f" It says: {quote}" if (quote := _shorten(message, secrets)) else ""
    status = f"{response.status_code} {response.reason_phrase}".strip()
    details = _details(response, api, secrets)
    if api is not None and api.key is not None and _is_about_key(response.status_code, message, api):
        hint = f"export {api.key.env}=... with a key that is allowed to do this. {api.key.help}".strip()
        return KeyProblem(f"{title} refused the key in {api.key.env} ({status}).{said}", hint=hint, details=details)
    if response.status_code == 429 or response.status_code >= 500:
        return ApiUnreachable(f"{title} kept failing ({status}).{said}", hint=_when(response), details=details)
    return ApiRefused(f"{title} refused the request ({status}).{said}", hint="--dry-run shows it", details=details)


def explain_exchange(error: httpx.RequestError, apis: Mapping[str, Api]) -> RunnerError:
    """Turn an exchange that failed on its way into an error that names the host and what happened."""
    url = error.request.url
    api = _api_of(url, apis)
    title = f"{api.title} ({url.host})" if api else url.host
    if isinstance(error, httpx.TimeoutException):
        seconds = f" within {api.timeout:g} s" if api else ""
        return ApiUnreachable(f"No answer from {title}{seconds}.", hint="try again later, or ask for less at once")
    what = str(error).rstrip(".") or type(error).__name__
    if isinstance(error, httpx.DecodingError):
        return ApiUnreachable(f"An answer of {title} cannot be decoded: {what}.", hint="try again later")
    return ApiUnreachable(f"{title} could not be reached: {what}.", hint="check the network, or try again later")


def explain_unreadable(error: ValueError, apis: Mapping[str, Api], secrets: Secrets) -> RunnerError:
    """Turn a body that is no JSON into an error that shows its beginning."""
    body = _one_line(secrets.scrub(_document(error)))
    title = " or ".join(api.title for api in apis.values()) or "the API"
    begins = f"it begins with {body[:60]!r}" if body else "it is empty"
    return ApiUnreachable(f"An answer of {title} is not JSON: {begins}.", hint="try again later")


def _when(response: httpx.Response) -> str:
    """Return when to try again, as far as the API says."""
    seconds = response.headers.get("Retry-After", "")
    return f"try again in {int(seconds)} s" if re.fullmatch("[0-9]{1,6}", seconds) else "try again later"


def _is_about_key(status: int, message: str, api: Api) -> bool:
    """Whether the API refuses the key itself: it says so in one of its words for that, or else by 401 or 403."""
    if status == 401 or not api.key_refusals:
        return status in (401, 403)
    return status < 500 and message.strip() in api.key_refusals


def _api_of(url: httpx.URL, apis: Mapping[str, Api]) -> Api | None:
    for api in apis.values():
        home = httpx.URL(api.base_url)
        if (url.scheme, url.host, url.port) == (home.scheme, home.host, home.port):
            return api
    return None


def _message(response: httpx.Response, api: Api | None) -> str:
    """Return the API's own message from its error envelope, or else the text of the page it sent."""
    body = _body(response)
    found = _dig(body, api.error_message) if api else None
    if isinstance(found, str):
        return found
    text = _text(response)
    if "<html" in text.lower():
        text = unescape(re.sub(r"(?is)<(script|style|title)\b.*?</\1>|<[^>]*>", " ", text))
    return text


def _details(response: httpx.Response, api: Api | None, secrets: Secrets) -> list[str]:
    request = response.request
    details = [f"Asked  {request.method} {request.url.copy_with(query=None)}"]
    found = _dig(_body(response), api.error_id) if api else None
    if isinstance(found, str | int):
        details.append(f"Id     {_shorten(str(found), secrets)}   (for the API's support)")
    return details


def _body(response: httpx.Response) -> Any:
    try:
        return json.loads(_text(response))
    except (ValueError, RecursionError):
        return None


def _document(error: ValueError) -> str:
    """Return the body that a JSON reader did not accept."""
    match error:
        case json.JSONDecodeError():
            return error.doc
        case UnicodeDecodeError():
            return error.object.decode(errors="replace")
    return ""


def _text(response: httpx.Response) -> str:
    try:
        return response.text
    except httpx.ResponseNotRead:
        return ""


def _dig(body: Any, dotted: str) -> Any:
    for part in filter(None, dotted.split(".")):
        body = body.get(part) if isinstance(body, dict) else None
    return body if dotted else None


def _shorten(text: str, secrets: Secrets) -> str:
    text = _one_line(secrets.scrub(text))
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def _one_line(text: str) -> str:
    return " ".join(text.split())
