"""Where a repository comes from, as typed; what an address must not hold is refused before anything is started."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from runner.catalog.addresses import is_loopback
from runner.errors import AskedWrongly
from runner.recording.credentials import Weight, weigh_name

Kind: TypeAlias = Literal["git", "zip", "folder", "pack"]
KINDS: Final = get_args(Kind)

_PRINTABLE: Final = re.compile(r"[!-~]{1,1000}")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_TRANSPORT: Final = re.compile(r"[A-Za-z0-9+.-]+::")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_SCP: Final = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):(?!/)([A-Za-z0-9_~][!-9;-~]*)")
_USER: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PACK: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_ARCHIVES: Final = (".zip", ".whl")
_PORTS: Final = {"https": 443, "http": 80, "ssh": 22}
_HINT: Final = "recipes repo add https://HOST/OWNER/REPOSITORY   (or a folder, a .zip, the name of an installed pack)"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a repository comes from.

    Attributes:
        kind: How it comes.
        url: Its address, normalised and without user and password; a path for a folder or a zip on this machine, which
            may be relative to the folder of the lock; the name of a pack.
    """

    kind: Kind
    url: str

    @property
    def is_remote(self) -> bool:
        """Whether the network is asked for it."""
        return (_SCHEME.match(self.url) is not None and not self.url.startswith("file://")) or _is_scp(self.url)

    def identity(self, folder: Path) -> str:
        """Return what it is however it is called here, so that no other lock can make something else pass for it.

        Args:
            folder: Of the lock that names it.
        """
        if self.kind == "pack":
            return f"pack:{self.url}"
        if self.kind == "git" or self.is_remote:
            return self.url
        return (folder / self.url).resolve().as_uri()

    @property
    def host(self) -> str:
        """What a listing shows: host and path of an address, or the path or name as it is."""
        return self.url.partition("://")[2] if "://" in self.url and self.is_remote else self.url


def parse_source(text: str, folder: Path) -> Source:
    """Return where a repository comes from.

    Args:
        text: As typed: an address, a path, or the name of an installed pack.
        folder: To which a path is relative.

    Raises:
        AskedWrongly: It is none of them, or an address that is refused; a password in it is not quoted.
    """
    if text.startswith("-") or _TRANSPORT.match(text):
        raise AskedWrongly("This is no address of a repository.", hint=_HINT)
    if _SCHEME.match(text):
        return _of_address(text)
    if (place := (folder / Path(text).expanduser())).exists():
        return _of_path(place, text)
    if _SCP.fullmatch(text):
        return Source("git", text)
    if _PACK.fullmatch(text) and not text.endswith(_ARCHIVES):
        return Source("pack", text)
    if "@" in text:
        raise AskedWrongly("There is no such folder, and this is no address of a repository.", hint=_HINT)
    raise AskedWrongly(f"There is no such folder, file or pack: {text!r}.", hint=_HINT)


def check_locked(kind: str, url: str) -> str:
    """Return why a lock may not name such a source, as the end of a sentence; `""` where it may."""
    if kind not in KINDS:
        return f"kind must be one of {', '.join(KINDS)}"
    is_address = _SCHEME.match(url) is not None
    try:
        if is_address:
            parsed = _of_address(url)
            return "" if (parsed.kind, parsed.url) == (kind, url) else "url is not written as this program writes it"
    except AskedWrongly as error:
        return f"url is refused: {error}"
    if kind == "git":
        return "" if _is_scp(url) else "url is no address"
    if kind == "pack":
        return "" if _PACK.fullmatch(url) else "url is no name of a pack"
    # On Windows a path that begins with two slashes is a host, which would be asked as soon as somebody looks.
    is_odd = url.startswith(("-", "//")) or "\\" in url or not url.isprintable()
    return "url is no path" if is_odd or not url else ""


def _of_address(text: str) -> Source:
    scheme = text.partition("://")[0].lower()
    if not _PRINTABLE.fullmatch(text) or "\\" in text:
        raise AskedWrongly("An address is plain ASCII without blanks.", hint=_HINT)
    if scheme == "file":
        return _of_file_address(text)
    if scheme not in _PORTS:
        raise AskedWrongly(f"Repositories are not fetched by {scheme}: only by https and ssh.", hint=_HINT)
    return _of_remote(text, scheme)


def _of_remote(text: str, scheme: str) -> Source:
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise AskedWrongly("This is no address.", hint=_HINT) from None
    _refuse_secrets(parts.netloc, parts.query, scheme)
    if parts.fragment or "#" in text:
        raise AskedWrongly("An address of a repository has no #.", hint="--ref TAG   names what to take")
    if not (_HOST.fullmatch(host) or ":" in host):
        raise AskedWrongly("This address names no proper host.", hint=_HINT)
    if scheme == "http" and not is_loopback(host):
        raise AskedWrongly(
            "Plain http is for this machine only: anybody between could change what comes.", hint="https"
        )
    user = f"{parts.username}@" if scheme == "ssh" and parts.username else ""
    place = f"{user}[{host}]" if ":" in host else f"{user}{host}"
    netloc = place if port in (None, _PORTS[scheme]) else f"{place}:{port}"
    path = parts.path.rstrip("/")
    is_archive = path.lower().endswith(_ARCHIVES) and scheme != "ssh"
    if parts.query and not is_archive:
        raise AskedWrongly("An address of a git repository has no query.", hint=_HINT)
    return Source("zip" if is_archive else "git", urlunsplit((scheme, netloc, path, parts.query, "")))


def _refuse_secrets(netloc: str, query: str, scheme: str) -> None:
    """Refuse what would stand in the lock, in logs and on screens; it is quoted nowhere."""
    user, at, _ = netloc.rpartition("@")
    if at and (scheme != "ssh" or not _USER.fullmatch(user)):
        raise AskedWrongly(
            "The address holds a user name or password, which would be kept in a file.",
            hint="leave it out; git asks a credential helper: https://git-scm.com/docs/gitcredentials",
        )
    for name, _ in parse_qsl(query, keep_blank_values=True):
        if weigh_name(name) is not Weight.NONE:
            raise AskedWrongly(
                "The address holds a key in its query, which would be kept in a file.", hint="leave it out"
            )


def _of_file_address(text: str) -> Source:
    path = text[len("file://") :].rstrip("/")
    if not path.startswith("/") or "?" in path or "#" in path:
        raise AskedWrongly("A file address begins with file:/// and ends with a path.", hint=_HINT)
    if path.lower().endswith(_ARCHIVES):
        return Source("zip", path)
    return Source("git", f"file://{path}")


def _of_path(place: Path, text: str) -> Source:
    is_absolute = Path(text).expanduser().is_absolute()
    shown = place.resolve().as_posix() if is_absolute or not place.name else Path(text).as_posix()
    if place.is_file():
        if text.lower().endswith(_ARCHIVES):
            return Source("zip", shown)
        raise AskedWrongly(f"{text!r} is neither a folder nor a .zip or .whl.", hint=_HINT)
    if (place / "recipes.toml").is_file():
        return Source("folder", shown)
    if (place / "HEAD").is_file() and (place / "objects").is_dir():
        return Source("git", f"file://{place.resolve().as_posix()}")
    raise AskedWrongly(f"{text!r} is no repository: it has no recipes.toml.", hint="recipes init FOLDER makes one")


def _is_scp(text: str) -> bool:
    return _SCP.fullmatch(text) is not None
