"""Where a key is kept, in words that are no secret themselves: a variable, the system's keyring, a command."""

import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, Literal, TypeAlias, cast, get_args

from runner.errors import AskedWrongly, KeyProblem
from runner.output.extras import load_extra
from runner.sharing.pasted_keys import holds_key

Scheme: TypeAlias = Literal["env", "keyring", "cmd"]
FORMS: Final = "env:NAME, keyring:SERVICE/USER or cmd:COMMAND"
SECONDS: Final = 30.0
"""How long a command may take: it may have to ask for a password or a finger."""
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_IN_CAPITALS: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_LONGEST: Final = 1000
_PRINTERS: Final = frozenset({"echo", "printf"})


class NoReferenceError(ValueError):
    """A text is no reference; the message says why and never quotes it, as it may be a key."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where one key is kept.

    Attributes:
        scheme: Which kind of place.
        target: `NAME` of a variable, `SERVICE/USER` of the keyring, or a command as typed in a shell.
    """

    scheme: Scheme
    target: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.target}"


def parse_reference(text: str) -> Reference:
    """Read `env:NAME`, `keyring:SERVICE/USER` or `cmd:COMMAND`.

    Raises:
        NoReferenceError: It is none of these, or holds what looks like a key.
    """
    scheme, colon, target = text.partition(":")
    if not colon or scheme not in get_args(Scheme):
        raise NoReferenceError(f"it must be {FORMS}; a key itself does not belong here")
    if len(text) > _LONGEST or not text.isprintable():
        raise NoReferenceError(f"it must be one line of at most {_LONGEST} characters")
    if not (scheme == "env" and is_variable(target)) and holds_key(target):
        raise NoReferenceError("it holds what looks like a key; only where the key is kept belongs here")
    kind = cast(Scheme, scheme)
    if not _FITS[kind](target):
        raise NoReferenceError(_WANTED[kind])
    if kind == "cmd" and PurePath(shlex.split(target)[0]).name in _PRINTERS:
        raise NoReferenceError("such a command says what is written here, and that would be the key")
    return Reference(kind, target)


def is_variable(name: str) -> bool:
    """Whether a name may be that of a variable, and is none that looks like a key."""
    return _VARIABLE.fullmatch(name) is not None and (_IN_CAPITALS.fullmatch(name) is not None or not holds_key(name))


def fetch_key(reference: Reference, environ: Mapping[str, str], *, seconds: float = SECONDS) -> str:
    """Return the key that a reference leads to.

    Args:
        reference: Where it is kept.
        environ: The environment, also of a command.
        seconds: How long a command may take.

    Raises:
        KeyProblem: There is none; nothing that a command wrote is quoted.
    """
    match reference.scheme:
        case "env":
            return _of_environment(reference, environ)
        case "keyring":
            return _of_keyring(reference)
        case "cmd":
            return _of_command(reference, environ, seconds)


def _of_environment(reference: Reference, environ: Mapping[str, str]) -> str:
    if key := environ.get(reference.target, ""):
        return key
    raise KeyProblem(f"{reference} gives no key: it is not set.", hint=f"export {reference.target}=...")


def _of_keyring(reference: Reference) -> str:
    try:
        keyring = load_extra("keyring", "keyring", "keyring", what="References like keyring:SERVICE/USER")
    except AskedWrongly as error:
        raise KeyProblem(str(error), hint=error.hint) from None
    service, _, user = reference.target.rpartition("/")
    try:
        key: str | None = keyring.get_password(service, user)
    except keyring.errors.KeyringError as error:
        message = f"{reference} gives no key: the keyring cannot be opened ({type(error).__name__})."
        raise KeyProblem(message, hint="unlock the keyring, or name another place with --force") from None
    if key:
        return key
    hint = shlex.join(["keyring", "set", service, user])
    raise KeyProblem(f"{reference} gives no key: the keyring has none of that name.", hint=hint)


def _of_command(reference: Reference, environ: Mapping[str, str], seconds: float) -> str:
    words = shlex.split(reference.target)
    try:
        done = subprocess.run(
            words,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
        problem = f"the command ended with {done.returncode}" if done.returncode else ""
        key = "" if problem else _first_line(done.stdout)
    except subprocess.TimeoutExpired:
        key, problem = "", f"the command took longer than {seconds:g} seconds"
    except OSError as error:
        key, problem = "", f"the command cannot be started ({error.strerror})"
    if key:
        return key
    message = f"{reference} gives no key: {problem or 'the first line of what the command said is empty or no text'}."
    raise KeyProblem(message, hint=f"{shlex.join(words)}   (run it yourself: nothing it says is shown here)")


def _first_line(output: bytes) -> str:
    """Return the first line of what a command said, or `""` where it is no UTF-8."""
    try:
        return output.partition(b"\n")[0].decode().strip("\r")
    except UnicodeDecodeError:
        return ""


def _is_command(target: str) -> bool:
    try:
        return bool(shlex.split(target))
    except ValueError:  # a quote is not closed
        return False


def _is_entry(target: str) -> bool:
    service, _, user = target.rpartition("/")
    return bool(service.strip() and user.strip())


_FITS: Final[dict[Scheme, Callable[[str], bool]]] = {
    "env": is_variable,
    "keyring": _is_entry,
    "cmd": _is_command,
}
_WANTED: Final[dict[Scheme, str]] = {
    "env": "behind env: stands the name of a variable",
    "keyring": "behind keyring: stands SERVICE/USER",
    "cmd": "behind cmd: stands a command as in a shell, with every quote closed",
}
