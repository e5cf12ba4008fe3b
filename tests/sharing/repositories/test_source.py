import subprocess
from pathlib import Path

import pytest

from runner.errors import AskedWrongly
from runner.sharing.repositories.source import Source, check_locked, parse_source


@pytest.mark.parametrize(
    "typed, kind, url",
    [
        ("https://git.example/acme/recipes", "git", "https://git.example/acme/recipes"),
        ("HTTPS://Git.Example:443/acme/recipes.git/", "git", "https://git.example/acme/recipes.git"),
        ("https://git.example:8443/a", "git", "https://git.example:8443/a"),
        ("http://127.0.0.1:8000/team", "git", "http://127.0.0.1:8000/team"),
        ("http://localhost/team", "git", "http://localhost/team"),
        ("http://[::1]:80/team", "git", "http://[::1]/team"),
        ("ssh://git@git.example/acme/recipes", "git", "ssh://git@git.example/acme/recipes"),
        ("git@git.example:acme/recipes.git", "git", "git@git.example:acme/recipes.git"),
        ("file:///srv/git/team", "git", "file:///srv/git/team"),
        ("https://git.example/a/v1.zip", "zip", "https://git.example/a/v1.zip"),
        ("https://files.example/a.whl?download=1", "zip", "https://files.example/a.whl?download=1"),
        ("acme-recipes", "pack", "acme-recipes"),
    ],
)
def test_an_address_is_written_in_one_way(tmp_path: Path, typed: str, kind: str, url: str) -> None:
    source = parse_source(typed, tmp_path)
    assert (source.kind, source.url) == (kind, url)
    assert check_locked(kind, url) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "--upload-pack=touch hacked",
        "-oProxyCommand=touch hacked",
        "ext::sh -c touch% hacked",
        "fd::17/x",
        "git::https://git.example/a",
        "git://git.example/a",
        "ftp://git.example/a",
        "http://git.example/a",
        "http://127.0.0.1.evil.example/a",
        "ssh://-oProxyCommand=touch/a",
        "ssh://git@-oProxyCommand=touch/a",
        "git@-oProxyCommand=touch:a",
        "-u@git.example:a",
        "https://git.example/a#v1",
        "https://git.example/a?ref=v1",
        "https://git example/a",
        "https://git.example/a\\b",
        "https://git.example/\x1b[2J",
        "https:///a",
        "https://git.example:port/a",
        "file://server/share",
        "file:///srv/x?y",
        "no such folder",
        "./nowhere",
        "",
    ],
)
def test_t16_what_is_no_plain_address_is_refused_before_git_starts(tmp_path: Path, typed: str) -> None:
    with pytest.raises(AskedWrongly) as refused:
        parse_source(typed, tmp_path)
    assert refused.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("typed", ["--upload-pack=touch hacked", "-x", "ext::sh -c touch% hacked", "fd::17"])
def test_t16_what_looks_like_an_option_or_a_transport_is_no_folder_either(tmp_path: Path, typed: str) -> None:
    """Somebody's repository may hold a folder of that name, and its README the command to add it."""
    (tmp_path / typed).mkdir()
    (tmp_path / typed / "recipes.toml").touch()
    with pytest.raises(AskedWrongly, match="no address of a repository"):
        parse_source(typed, tmp_path)


@pytest.mark.parametrize(
    "typed",
    [
        "https://user:test-key-93fa@git.example/a",
        "https://test-key-93fa@git.example/a",
        "https://test-key-93fa:@git.example/a.zip",
        "https://user%3Atest-key-93fa@git.example/a",
        "https://git.example@test-key-93fa@evil.example/a",
        "ssh://git:test-key-93fa@git.example/a",
        "https://git.example/a.zip?token=test-key-93fa",
        "https://git.example/a.zip?X-Amz-Signature=test-key-93fa",
        "https://git.example/a.zip?key=test-key-93fa",
        "user:test-key-93fa@git.example:a",
    ],
)
def test_t18_a_key_in_an_address_is_refused_and_quoted_nowhere(tmp_path: Path, typed: str) -> None:
    with pytest.raises(AskedWrongly) as refused:
        parse_source(typed, tmp_path)
    error = refused.value
    assert "test-key" not in " ".join([str(error), error.hint, *error.details])


def test_a_path_means_what_stands_there(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "recipes.toml").touch()
    (tmp_path / "a.zip").touch()
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "bare.git")], check=True)
    assert parse_source("./team", tmp_path) == Source("folder", "team")
    assert parse_source(str(tmp_path / "team"), Path("/")) == Source("folder", str(tmp_path / "team"))
    assert parse_source("a.zip", tmp_path) == Source("zip", "a.zip")
    assert parse_source("bare.git", tmp_path) == Source("git", f"file://{tmp_path / 'bare.git'}")
    assert parse_source("team/../team", tmp_path).kind == "folder"


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").touch()
    for typed, problem in (("empty", "is no repository"), ("notes.txt", "neither a folder nor")):
        with pytest.raises(AskedWrongly, match=problem):
            parse_source(typed, tmp_path)


@pytest.mark.parametrize(
    "kind, url, problem",
    [
        ("git", "https://user:pass@git.example/a", "url is refused"),
        ("git", "ext::sh", "url is no address"),
        ("git", "--upload-pack=x", "url is no address"),
        ("git", "https://git.example/a/", "url is not written as this program writes it"),
        ("git", "https://git.example/a.zip", "url is not written as this program writes it"),
        ("git", "team", "url is no address"),
        ("zip", "-x.zip", "url is no path"),
        ("folder", "a\nb", "url is no path"),
        ("folder", "//host/share", "url is no path"),
        ("folder", "\\\\host\\share", "url is no path"),
        ("pack", "a b", "url is no name of a pack"),
        ("svn", "https://svn.example", "kind must be one of git, zip, folder, pack"),
    ],
)
def test_a_lock_may_name_only_what_could_have_been_added(kind: str, url: str, problem: str) -> None:
    assert problem in check_locked(kind, url)


@pytest.mark.parametrize(
    "url, is_remote, host",
    [
        ("https://git.example/a", True, "git.example/a"),
        ("git@git.example:a", True, "git@git.example:a"),
        ("file:///srv/a", False, "file:///srv/a"),
    ],
)
def test_a_listing_shows_the_host(url: str, *, is_remote: bool, host: str) -> None:
    assert (Source("git", url).is_remote, Source("git", url).host) == (is_remote, host)
