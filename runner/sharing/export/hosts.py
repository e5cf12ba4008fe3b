"""Find internal hosts in a text: those of a list, in addresses and on their own."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from runner.recording.known import Sighting
from runner.recording.layers import Layer

HOST: Final = "an internal host"

_BEFORE: Final = rb"(?<![a-z0-9_.-])"
_IN_ADDRESS: Final = rb"(?<=//|[/\w]@)"
_AFTER: Final = rb"(?![a-z0-9_-]|\.[a-z0-9_])"
_V4: Final = re.compile(rb"(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w]|\.[0-9])")
_V6: Final = re.compile(rb"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:[0-9]{0,3}\.[0-9.]{5,11})?", re.IGNORECASE)


class Hosts:
    """The internal hosts of some repositories, as `recipes.toml` lists them."""

    def __init__(self, listed: Iterable[str]) -> None:
        """Prepare to look for them.

        Args:
            listed: Hosts in small letters, `*.` and a host for all below it, IP addresses and networks.
        """
        names, self._networks = list[str](), list[IPv4Network | IPv6Network]()
        for text in listed:
            if _is_network(text):
                self._networks.append(ip_network(text))
            else:
                names.append(text)
        self._names = re.compile(b"|".join(map(_pattern, names)), re.IGNORECASE) if names else None

    def find(self, layer: Layer) -> Iterator[Sighting]:
        """Yield each internal host that stands in a layer, once."""
        seen = dict[str, int]()
        for found in self._names.finditer(layer.text) if self._names else ():
            seen.setdefault(found[0].decode(errors="replace").lower(), found.start())
        for text, at in self._addresses(layer.text):
            seen.setdefault(text, at)
        for text, at in seen.items():
            yield Sighting(HOST, text, at, certain=True)

    def _addresses(self, text: bytes) -> Iterator[tuple[str, int]]:
        patterns = {4: _V4, 6: _V6}
        for version in {network.version for network in self._networks}:
            for found in patterns[version].finditer(text):
                try:
                    address = ip_address(found[0].decode())
                except ValueError:
                    continue
                if any(address in network for network in self._networks):
                    yield str(address), found.start()


def _is_network(text: str) -> bool:
    return "/" in text or ":" in text or all(part.isdigit() for part in text.split("."))


def _pattern(host: str) -> bytes:
    """Return what matches one entry; a name without a dot is a word, and so a host in an address only."""
    names = dict.fromkeys(each.encode() for each in (host, _spoken(host)))
    either = b"|".join(re.escape(name.removeprefix(b"*.")) for name in names)
    if host.startswith("*."):
        return rb"\.(?:%s)%s" % (either, _AFTER)
    return rb"%s(?:%s)%s" % (_BEFORE if "." in host else _IN_ADDRESS, either, _AFTER)


def _spoken(host: str) -> str:
    """Return a host as people write it: `bücher.example` for `xn--bcher-kva.example`."""
    try:
        return host.encode().decode("idna")
    except UnicodeError:
        return host
