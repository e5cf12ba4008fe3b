"""Addresses that a repository may name: where its API is, and where its documentation."""

import re

_LOOPBACK_V4 = re.compile(r"127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_PRINTABLE = re.compile(r"[!-~]{1,2000}")
_LOOPBACKS = {4: "127.0.0.0/8", 6: "::1/128"}
_PART = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_INTERNAL = re.compile(rf"(?:\*\.)?{_PART}(?:\.{_PART}){{0,20}}")


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


def internal_host(text: str) -> str:
    """Accept what a repository lists as internal: a host, all below one (`*.corp.example`), an IP address or network.

    Returns:
        The same in small letters.

    Raises:
        ValueError: It is something else; the message says why, to be put after what was written.
    """
    from ipaddress import ip_network  # few repositories have such a list

    lowered = text.lower()
    if not text.isascii():
        raise ValueError("must be written in ASCII: xn--...")
    if "//" in text or "@" in text:
        raise ValueError("must be a host alone, without https:// and without a user")
    digits = "." in text and all(part.isdigit() for part in text.split("."))
    if not (digits or "/" in text or ":" in text):
        if not _INTERNAL.fullmatch(lowered):
            raise ValueError("is no host")
        if is_loopback(lowered):
            raise ValueError("is this machine, which everybody may know")
        return lowered
    try:
        network = ip_network(lowered)
    except ValueError as error:
        why = "has bits set behind its prefix" if "host bits" in str(error) else "is no host, IP address or network"
        raise ValueError(why) from None
    if network.network_address.is_loopback or network.overlaps(ip_network(_LOOPBACKS[network.version])):
        raise ValueError("is this machine, or has it within, which everybody may know")
    return lowered
