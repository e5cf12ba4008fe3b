from dataclasses import replace
from pathlib import Path

import pytest

from runner.errors import BrokenSource
from runner.sharing.repositories.locked import Locked, lock_text, read_lock
from runner.sharing.repositories.source import Source

DIGEST = f"rb1:{'A' * 43}="
ACME = Locked(
    "acme", Source("git", "https://git.example/acme"), "refs/tags/v1", "b" * 40, DIGEST, {"echo/things": DIGEST}
)
ALL = (
    ACME,
    Locked("dev", Source("folder", "../dev")),
    Locked("pack", Source("pack", "acme-recipes"), ref="1.2", digest=DIGEST),
    Locked("zip", Source("zip", "https://files.example/a.zip"), digest=DIGEST),
)
PATH = Path("recipes.lock")
TEXT = """\
# Repositories that were added: `recipes repo add` writes this file, `recipes sync` fetches what it names.
# Commit it. It holds no key, and what it names does not run before you trust it.

lock-version = 1

[[repository]]
alias = "acme"
kind = "git"
url = "https://git.example/acme"
ref = "refs/tags/v1"
commit = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
digest = "rb1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

[repository.recipes]
"echo/things" = "rb1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""


def test_a_lock_is_written_like_this() -> None:
    assert lock_text((ACME,)) == TEXT


@pytest.mark.parametrize("locked", [ALL, (ACME,), ()])
def test_what_is_written_is_read_back(locked: tuple[Locked, ...]) -> None:
    assert read_lock(lock_text(locked), PATH) == locked
    assert read_lock(lock_text(locked).replace("\n", "\r\n"), PATH) == locked


def test_a_lock_of_many_recipes_is_read() -> None:
    many = replace(ACME, recipes={f"echo/r-{number}": DIGEST for number in range(20_000)})
    assert read_lock(lock_text((many,)), PATH) == (many,)


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("lock-version = 1", "lock-version = 2", "recipes.lock:4: lock-version is 2, and this runner reads 1"),
        ("lock-version = 1", "lock-version = true", "recipes.lock:4: lock-version cannot be true"),
        ("lock-version = 1\n", "", "recipes.lock:1: lock-version is missing"),
        ("lock-version", 'note = "x"\nlock-version', "recipes.lock:4: unknown key 'note'"),
        ("commit", "comit", "recipes.lock:11: unknown key 'comit'"),
        ('alias = "acme"', 'alias = "Acme"', "recipes.lock:7: alias cannot be 'Acme'"),
        ('alias = "acme"', 'alias = "catalog"', "recipes.lock:7: alias cannot be 'catalog'"),
        ('alias = "acme"\n', "", "recipes.lock:6: alias is missing"),
        ('"git"', '"svn"', "recipes.lock:9: acme: kind must be one of"),
        ("https://", "https://me:test-key-1@", "recipes.lock:9: acme: url is refused: The address holds a user name"),
        ("https://git.example/acme", "ext::sh -c x", "recipes.lock:9: acme: url is no address"),
        ("https://git.example/acme", "--upload-pack=x", "recipes.lock:9: acme: url is no address"),
        ("refs/tags/v1", "v1", "recipes.lock:10: ref of acme is no full name"),
        ("refs/tags/v1", "refs/tags/../v1", "recipes.lock:10: ref of acme is no full name"),
        ("bbbb", "xxxx", "recipes.lock:11: commit of acme is no commit"),
        ('commit = "bbbb', '# "', "recipes.lock:6: commit is missing"),
        ('digest = "rb1:AA', 'digest = "rb1:A', "recipes.lock:12: digest of acme is no digest"),
        ('digest = "rb1:', 'digest = "h1:', "recipes.lock:12: digest of acme is no digest"),
        ('"echo/things"', '"../things"', "recipes of acme holds '../things'"),
        ('things" = "rb1:A', 'things" = "rb1:', "recipes of acme holds 'echo/things'"),
        ('"echo/things" = "', '"echo/things" = 1 # "', "recipes of acme holds 'echo/things' = 1"),
        ("[[repository]]", "[repository]", "repository must be tables"),
        ("[[repository]]", "[[repository]", "this is no TOML"),
        ("[repository.recipes]", f"{'[' * 3000}", "this is no TOML"),
        ("lock-version", f"{'a.' * 50}b = 1\nlock-version", "more than 40 dots"),
    ],
)
def test_a_lock_that_was_edited_by_hand_is_read_strictly(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(BrokenSource) as broken:
        read_lock(TEXT.replace(old, new, 1), PATH)
    assert said in str(broken.value)
    assert broken.value.hint
    assert "test-key" not in str(broken.value)


def test_an_alias_that_stands_twice_is_named_with_its_line() -> None:
    twice = TEXT + TEXT.partition("lock-version = 1\n")[2]
    with pytest.raises(BrokenSource, match=r"recipes.lock:18: the alias acme stands here a second time"):
        read_lock(twice, PATH)


@pytest.mark.parametrize("key", ["commit", "digest", "ref"])
def test_what_means_nothing_for_a_kind_is_refused(key: str) -> None:
    text = f'lock-version = 1\n[[repository]]\nalias = "dev"\nkind = "folder"\nurl = "../dev"\n{key} = "x"\n'
    with pytest.raises(BrokenSource, match=rf"recipes.lock:6: {key} means nothing for a folder"):
        read_lock(text, PATH)


def test_inline_tables_are_read_too() -> None:
    text = 'lock-version = 1\nrepository = [{alias = "dev", kind = "folder", url = "../dev"}]\n'
    assert read_lock(text, PATH) == (ALL[1],)
    with pytest.raises(BrokenSource, match="the alias dev stands here a second time"):
        read_lock(text.replace("}]", '}, {alias = "dev", kind = "folder", url = "x"}]'), PATH)
