import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from runner.errors import KeyProblem
from runner.sharing.references import NoReferenceError, Reference, fetch_key, parse_reference

KEY = "test-key-a1B2"
SECRET = "test-key-A1b2C3d4E5f6G7"


def python(code: str) -> str:
    """A reference to a command that runs this code."""
    return f"cmd:{shlex.join([sys.executable, '-c', code])}"


def refused(text: str) -> KeyProblem:
    with pytest.raises(KeyProblem) as caught:
        fetch_key(parse_reference(text), {})
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value


@pytest.mark.parametrize(
    "text, reference",
    [
        ("env:ACME_KEY", Reference("env", "ACME_KEY")),
        ("env:NEWSWHIP_ACME_V2_API_KEY", Reference("env", "NEWSWHIP_ACME_V2_API_KEY")),
        ("keyring:newswhip/acme", Reference("keyring", "newswhip/acme")),
        ("keyring:https://api.example/v1/someone", Reference("keyring", "https://api.example/v1/someone")),
        ("cmd:pass show acme/newswhip", Reference("cmd", "pass show acme/newswhip")),
        ("cmd:op read 'op://News Whip/credential'", Reference("cmd", "op read 'op://News Whip/credential'")),
    ],
)
def test_a_reference_is_read_and_written_alike(text: str, reference: Reference) -> None:
    assert (parse_reference(text), str(reference)) == (reference, text)


@pytest.mark.parametrize(
    "text, why",
    [
        (KEY, "it must be env:NAME, keyring:SERVICE/USER or cmd:COMMAND; a key itself does not belong here"),
        ("", "it must be env:NAME, keyring:SERVICE/USER or cmd:COMMAND; a key itself does not belong here"),
        (f"file:{KEY}", "it must be env:NAME, keyring:SERVICE/USER or cmd:COMMAND; a key itself does not belong here"),
        (f"ENV:{KEY}", "it must be env:NAME, keyring:SERVICE/USER or cmd:COMMAND; a key itself does not belong here"),
        (f"env:{SECRET}", "it holds what looks like a key; only where the key is kept belongs here"),
        (f"keyring:newswhip/{SECRET}", "it holds what looks like a key; only where the key is kept belongs here"),
        (f"cmd:cat {SECRET}", "it holds what looks like a key; only where the key is kept belongs here"),
        (f"cmd:run --key={SECRET}", "it holds what looks like a key; only where the key is kept belongs here"),
        (f"cmd:echo {KEY}", "such a command says what is written here, and that would be the key"),
        (f"cmd:/bin/printf {KEY}", "such a command says what is written here, and that would be the key"),
        ("env:", "behind env: stands the name of a variable"),
        ("env:$KEY", "behind env: stands the name of a variable"),
        ("env:test-key", "behind env: stands the name of a variable"),
        ("keyring:newswhip", "behind keyring: stands SERVICE/USER"),
        ("keyring:newswhip/", "behind keyring: stands SERVICE/USER"),
        ("keyring:/acme", "behind keyring: stands SERVICE/USER"),
        ("cmd:", "behind cmd: stands a command as in a shell, with every quote closed"),
        ("cmd:  ", "behind cmd: stands a command as in a shell, with every quote closed"),
        ("cmd:pass 'show", "behind cmd: stands a command as in a shell, with every quote closed"),
        ("cmd:pass\nshow", "it must be one line of at most 1000 characters"),
        ("cmd:" + "x " * 500, "it must be one line of at most 1000 characters"),
    ],
)
def test_what_is_no_reference_is_refused_and_not_quoted(text: str, why: str) -> None:
    with pytest.raises(NoReferenceError) as caught:
        parse_reference(text)
    assert str(caught.value) == why


def test_a_variable_gives_its_text() -> None:
    assert fetch_key(parse_reference("env:ACME_KEY"), {"ACME_KEY": KEY}) == KEY


@pytest.mark.parametrize("environ", [{}, {"ACME_KEY": ""}])
def test_a_variable_that_is_not_set_is_named_with_what_sets_it(environ: dict[str, str]) -> None:
    with pytest.raises(KeyProblem) as caught:
        fetch_key(parse_reference("env:ACME_KEY"), environ)
    assert (str(caught.value), caught.value.hint, caught.value.exit_code) == (
        "env:ACME_KEY gives no key: it is not set.",
        "export ACME_KEY=...",
        4,
    )


@pytest.mark.parametrize("said", [KEY, f"{KEY}\n", f"{KEY}\r\nlogin: someone\n"])
def test_the_first_line_of_what_a_command_says_is_the_key(said: str) -> None:
    assert fetch_key(parse_reference(python(f"import sys; sys.stdout.write({said!r})")), {}) == KEY


def test_a_command_sees_the_environment_and_no_shell() -> None:
    code = "import os, sys; print(os.environ['WHO'], *sys.argv[1:])"
    reference = parse_reference(f"{python(code)} '$WHO' '*' ';' ls")
    assert fetch_key(reference, {"WHO": "acme"}) == "acme $WHO * ; ls"


def test_a_command_has_nothing_to_read() -> None:
    assert fetch_key(parse_reference(python("import sys; print(repr(sys.stdin.read()))")), {}) == "''"


@pytest.mark.parametrize(
    "code, why",
    [
        (f"print('{KEY}'); raise SystemExit(3)", "the command ended with 3"),
        ("pass", "the first line of what the command said is empty or no text"),
        (f"print('\\n{KEY}')", "the first line of what the command said is empty or no text"),
        (f"import os; os.write(1, b'\\xff{KEY}')", "the first line of what the command said is empty or no text"),
    ],
)
def test_a_command_that_gives_no_key_is_told_and_nothing_that_it_said(
    code: str, why: str, capfd: pytest.CaptureFixture[str]
) -> None:
    reference = python(f"import sys; print('{KEY}', file=sys.stderr); {code}")
    error = refused(reference)
    assert str(error) == f"{reference} gives no key: {why}."
    assert error.hint == f"{reference[4:]}   (run it yourself: nothing it says is shown here)"
    assert capfd.readouterr() == ("", "")


def test_a_command_that_is_not_there_is_told() -> None:
    error = refused("cmd:no-such-command-at-all x")
    assert str(error) == (
        "cmd:no-such-command-at-all x gives no key: the command cannot be started (No such file or directory)."
    )


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    code = f"import time; print('{KEY}', flush=True); time.sleep(60); open({str(tmp_path / 'lived')!r}, 'w')"
    started = monotonic()
    with pytest.raises(KeyProblem) as caught:
        fetch_key(parse_reference(python(code)), {}, seconds=0.5)
    assert monotonic() - started < 20
    assert str(caught.value).endswith(" gives no key: the command took longer than 0.5 seconds.")
    assert caught.value.__context__ is None  # the TimeoutExpired holds what the command had said


class Entries(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self, entries: dict[tuple[str, str], str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries = entries

    def get_password(self, service: str, username: str) -> str | None:
        if service == "locked":
            raise KeyringLocked(KEY)
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def entries() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Entries({("newswhip", "acme"): KEY, ("https://api.example/v1", "someone"): KEY}))
    yield
    keyring.set_keyring(before)


@pytest.mark.parametrize("entry", ["newswhip/acme", "https://api.example/v1/someone"])
def test_the_keyring_gives_its_entry(entries: None, entry: str) -> None:
    assert fetch_key(parse_reference(f"keyring:{entry}"), {}) == KEY


def test_an_entry_that_the_keyring_lacks_is_named_with_what_makes_it(entries: None) -> None:
    error = refused("keyring:newswhip/someone else")
    assert str(error) == "keyring:newswhip/someone else gives no key: the keyring has none of that name."
    assert error.hint == "keyring set newswhip 'someone else'"


def test_a_keyring_that_stays_locked_is_told(entries: None) -> None:
    error = refused("keyring:locked/acme")
    assert str(error) == "keyring:locked/acme gives no key: the keyring cannot be opened (KeyringLocked)."


def test_without_the_extra_the_fix_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    error = refused("keyring:newswhip/acme")
    assert str(error) == "References like keyring:SERVICE/USER need keyring, which is not installed."
    assert error.hint == f"{sys.executable} -m pip install 'recipe-runner[keyring]'"
