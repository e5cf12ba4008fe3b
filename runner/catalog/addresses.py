"""Addresses that a repository may name: where its API is, and where its documentation."""

import re

_LOOPBACK_V4 = re.compile(r"127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_PRINTABLE = re.compile(r"[!-~]{1,2000}")


def base_url(text: str) -> str:
    """Accept an address for calls with a key: `https`, or `http` on loopback; nothing but host, port and path.

    Returns:
        The address without slashes at its end.

    Raises:
        ValueError: It is another one; the message says why, to be put after its name.
    """
    from urllib.parse import urlsplit

    if not _PRINTABLE.fullmatch(text) or "\\" in text:
        raise ValueError("must be plain ASCII without blanks")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("is no address") from None
    if "@" in parts.netloc:
        raise ValueError("must not hold a user name or password")
    if "?" in text or "#" in text:
        raise ValueError("must end before ? and #")
    if parts.scheme not in ("https", "http") or not (_HOST.fullmatch(host) or ":" in host):
        raise ValueError("is no https address")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must be https (http is for this machine only)")
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Tell whether a host name is this machine: `localhost`, `127.0.0.0/8`, `::1`."""
    return host in ("localhost", "::1") or _LOOPBACK_V4.fullmatch(host) is not None


def web_page(text: str) -> str:
    """Accept the address of a page to be shown as a link.

    Raises:
        ValueError: It is something else; the message says why, to be put after its name.
    """
    if not _PRINTABLE.fullmatch(text) or not text.startswith(("https://", "http://")):
        raise ValueError("must be an https address")
    return text
