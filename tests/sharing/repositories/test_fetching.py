from dataclasses import replace
from pathlib import Path

import pytest

from runner.errors import AskedWrongly, NotAsLocked, RepositoryRefused, SourceUnreachable
from runner.sharing.repositories.fetching import Fetcher
from runner.sharing.repositories.keeping import add, plan_update, sync, take, verify
from runner.sharing.repositories.locked import Locked
from runner.sharing.repositories.lockfile import LockFile
from runner.sharing.repositories.source import Source
from tests.conftest import GitServer, Upstream


@pytest.fixture
def source(upstream: Upstream, git_server: GitServer) -> Source:
    return Source("git", f"{git_server.url}/{upstream.root.name}")


@pytest.fixture
def locked(fetcher: Fetcher, source: Source, lock: LockFile) -> Locked:
    """The publisher's repository as it was added."""
    return add(lock, fetcher.store, fetcher.first(source, ""), "acme")


def test_what_comes_is_locked_to_the_last_digest(fetcher: Fetcher, source: Source, upstream: Upstream) -> None:
    came = fetcher.first(source, "")
    assert came.snapshot is not None
    head = upstream.git("rev-parse", "HEAD")
    assert came.locked == Locked(
        "team",
        source,
        "refs/heads/main",
        head,
        came.snapshot.digest,
        {"echo/things": came.locked.recipes["echo/things"]},
    )


def test_a_tag_is_taken_by_its_name(fetcher: Fetcher, source: Source, upstream: Upstream) -> None:
    head = upstream.git("rev-parse", "HEAD")
    upstream.git("tag", "v1")
    upstream.commit()
    assert (fetcher.first(source, "v1").locked.ref, fetcher.first(source, "v1").locked.commit) == ("refs/tags/v1", head)
    assert fetcher.first(source, head).locked.ref == head


def test_a_folder_is_linked_and_not_copied(fetcher: Fetcher, upstream: Upstream) -> None:
    came = fetcher.first(Source("folder", str(upstream.root)), "")
    assert (came.locked.alias, came.locked.digest, came.snapshot) == ("team", "", None)
    with pytest.raises(AskedWrongly, match="--ref is for a git repository"):
        fetcher.first(Source("folder", str(upstream.root)), "v1")


def test_what_is_new_comes_without_a_stop(fetcher: Fetcher, locked: Locked, upstream: Upstream) -> None:
    assert fetcher.newest(locked).locked == locked
    upstream.write_recipe("echo/more", "What more is there?")
    head = upstream.commit()
    newest = fetcher.newest(locked).locked
    assert (newest.commit, sorted(newest.recipes), newest.alias) == (head, ["echo/more", "echo/things"], "acme")


def stop(fetcher: Fetcher, locked: Locked) -> NotAsLocked:
    with pytest.raises(NotAsLocked) as stopped:
        fetcher.newest(locked)
    assert stopped.value.exit_code == 3
    return stopped.value


def test_t17_a_moved_tag_is_a_stop_with_both_commits(
    fetcher: Fetcher, source: Source, upstream: Upstream, lock: LockFile
) -> None:
    old = upstream.git("rev-parse", "HEAD")
    upstream.git("tag", "v1")
    locked = add(lock, fetcher.store, fetcher.first(source, "v1"), "acme")
    upstream.write_recipe(title="What is new?")
    new = upstream.commit()
    assert fetcher.newest(locked).locked == locked
    upstream.git("tag", "--force", "v1")
    stopped = stop(fetcher, locked)
    assert "The tag v1 of acme was moved" in str(stopped)
    assert stopped.details == (f"locked: {old}", f"now:    {new}")
    assert "recipes repo remove acme" in stopped.hint
    assert lock.read() == (locked,)


def test_t17_rewritten_history_is_a_stop_with_both_commits(
    fetcher: Fetcher, locked: Locked, upstream: Upstream
) -> None:
    upstream.git("commit", "--quiet", "--amend", "--message", "Rewritten")
    new = upstream.git("rev-parse", "HEAD")
    stopped = stop(fetcher, locked)
    assert "The history of main of acme was rewritten" in str(stopped)
    assert stopped.details == (f"locked: {locked.commit}", f"now:    {new}")


def test_t17_an_older_commit_is_rewritten_history_too(fetcher: Fetcher, locked: Locked, upstream: Upstream) -> None:
    upstream.commit()
    later = replace(locked, commit=fetcher.newest(locked).locked.commit)
    upstream.git("reset", "--quiet", "--hard", locked.commit)
    assert stop(fetcher, later).details == (f"locked: {later.commit}", f"now:    {locked.commit}")


def test_t17_a_branch_that_is_gone_is_a_stop(fetcher: Fetcher, locked: Locked, upstream: Upstream) -> None:
    upstream.git("branch", "--move", "trunk")
    stopped = stop(fetcher, locked)
    assert "main is gone from" in str(stopped)
    assert stopped.details == (f"locked: {locked.commit}",)


def test_t17_an_address_that_leads_elsewhere_is_a_stop_that_names_both(
    fetcher: Fetcher, locked: Locked, git_server: GitServer
) -> None:
    git_server.moved["/team"] = f"{git_server.url}/other"
    stopped = stop(fetcher, locked)
    assert "leads to another address" in str(stopped)
    assert stopped.details == (f"from: {git_server.url}/team", f"to:   {git_server.url}/other")
    with pytest.raises(NotAsLocked, match="leads to another address"):
        fetcher.first(locked.source, "")
    assert not any(path.startswith("/other") for path in git_server.asked)


def test_what_is_missing_is_fetched_as_it_was(
    fetcher: Fetcher, locked: Locked, upstream: Upstream, tmp_path: Path
) -> None:
    upstream.write_recipe(title="What is new?")
    upstream.commit()
    fresh = replace(fetcher, store=replace(fetcher.store, folder=tmp_path / "fresh"))
    assert sync(fresh, locked, is_strict=True) == "fetched"
    assert sync(fresh, locked, is_strict=True) == "here"
    verify(fresh.trees(locked.source), locked)


def test_a_locked_commit_is_fetched_though_its_branch_moved_on_or_went(
    fetcher: Fetcher, locked: Locked, upstream: Upstream, tmp_path: Path
) -> None:
    upstream.git("tag", "kept")
    upstream.git("checkout", "--quiet", "--orphan", "new")
    upstream.commit("Another root")
    upstream.git("branch", "--delete", "--force", "main")
    fresh = replace(fetcher, store=replace(fetcher.store, folder=tmp_path / "fresh"))
    assert sync(fresh, locked, is_strict=False) == "fetched"


def test_a_commit_that_no_branch_or_tag_has_is_not_taken_though_the_server_gives_it(
    fetcher: Fetcher, source: Source, locked: Locked, upstream: Upstream, tmp_path: Path
) -> None:
    """Under the address of a repository some servers give the commits of all its copies, whoever owns those."""
    upstream.write_recipe(title="Whose is this?")
    anybodys = upstream.commit()
    upstream.git("reset", "--quiet", "--hard", "HEAD~1")
    with pytest.raises(AskedWrongly, match=f"No branch or tag of .* has the commit {anybodys}"):
        fetcher.first(source, anybodys)
    fresh = replace(fetcher, store=replace(fetcher.store, folder=tmp_path / "fresh"))
    for each in (fetcher, fresh):
        with pytest.raises(NotAsLocked, match="has the locked commit of acme no more"):
            each.again(replace(locked, commit=anybodys))


def test_a_commit_that_is_gone_is_told_with_both(
    fetcher: Fetcher, locked: Locked, upstream: Upstream, tmp_path: Path
) -> None:
    fresh = replace(fetcher, store=replace(fetcher.store, folder=tmp_path / "fresh"))
    gone = replace(locked, commit="1" * 40)
    with pytest.raises(NotAsLocked, match="has the locked commit of acme no more") as stopped:
        sync(fresh, gone, is_strict=False)
    assert stopped.value.details == (f"locked: {gone.commit}", f"now:    {locked.commit}")


@pytest.mark.parametrize("key", ["digest", "recipes"])
def test_a_lock_with_a_wrong_digest_is_not_synced(fetcher: Fetcher, locked: Locked, tmp_path: Path, key: str) -> None:
    wrong = f"rb1:{'A' * 43}="
    edited = replace(locked, digest=wrong) if key == "digest" else replace(locked, recipes={"echo/things": wrong})
    fresh = replace(fetcher, store=replace(fetcher.store, folder=tmp_path / "fresh"))
    for each in (fetcher, fresh):
        with pytest.raises(NotAsLocked):
            sync(each, edited, is_strict=False)
    assert not fresh.trees(locked.source).has(wrong)
    assert not (fresh.store.folder / "trees").exists()


def damage(fetcher: Fetcher, locked: Locked) -> Path:
    path = fetcher.trees(locked.source).tree(locked.digest) / "recipes" / "echo" / "things.py"
    path.parent.chmod(0o755)
    path.chmod(0o644)
    path.write_text("other", encoding="utf-8")
    return path


def test_what_was_changed_where_it_is_kept_is_seen_and_restored(fetcher: Fetcher, locked: Locked) -> None:
    path = damage(fetcher, locked)
    with pytest.raises(NotAsLocked, match="are not what they were"):
        verify(fetcher.trees(locked.source), locked)
    with pytest.raises(NotAsLocked, match="are not what they were"):
        sync(fetcher, locked, is_strict=True)
    assert path.read_text(encoding="utf-8") == "other"
    assert sync(replace(fetcher, is_offline=True), locked, is_strict=False) == "restored"
    assert path.read_text(encoding="utf-8") != "other"


def test_what_is_here_needs_no_network(fetcher: Fetcher, locked: Locked, git_server: GitServer, tmp_path: Path) -> None:
    offline, asked = replace(fetcher, is_offline=True), len(git_server.asked)
    assert sync(offline, locked, is_strict=True) == "here"
    fresh = replace(offline, store=replace(fetcher.store, folder=tmp_path / "fresh"))
    for act in (lambda: sync(fresh, locked, is_strict=False), lambda: offline.newest(locked)):
        with pytest.raises(SourceUnreachable, match="the network is not to be asked"):
            act()
    assert len(git_server.asked) == asked


def test_a_linked_folder_is_not_locked(fetcher: Fetcher, upstream: Upstream) -> None:
    linked = fetcher.first(Source("folder", str(upstream.root)), "").locked
    assert sync(fetcher, linked, is_strict=False) == "linked"
    verify(fetcher.store, linked)
    with pytest.raises(NotAsLocked, match="is a linked folder, whose content is not locked"):
        sync(fetcher, linked, is_strict=True)


def test_a_zip_of_this_machine_is_taken_as_it_is(fetcher: Fetcher, upstream: Upstream, lock: LockFile) -> None:
    upstream.git("archive", "--format=zip", f"--output={fetcher.base / 'team.zip'}", "HEAD")
    source = Source("zip", "team.zip")
    locked = add(lock, fetcher.store, fetcher.first(source, ""), "zipped")
    assert (locked.commit, locked.ref, fetcher.newest(locked).locked) == ("", "", locked)
    upstream.write("recipes/echo/api.toml", "other = 1\n")
    upstream.commit()
    upstream.git("archive", "--format=zip", f"--output={fetcher.base / 'team.zip'}", "HEAD")
    assert fetcher.newest(locked).locked.digest != locked.digest
    fetcher.store.folder.rename(fetcher.base / "gone")
    with pytest.raises(NotAsLocked, match=r"zipped has other content than recipes\.lock says"):
        sync(fetcher, locked, is_strict=False)


def test_a_refused_repository_leaves_nothing_but_the_clone(
    fetcher: Fetcher, source: Source, upstream: Upstream, lock: LockFile
) -> None:
    (upstream.root / "recipes" / "echo" / "x.py").symlink_to("/etc/passwd")
    upstream.commit()
    with pytest.raises(RepositoryRefused):
        fetcher.first(source, "")
    assert not (fetcher.store.folder / "trees").exists()
    assert not lock.path.exists()


def test_a_repository_is_added_once(fetcher: Fetcher, source: Source, locked: Locked, lock: LockFile) -> None:
    for alias, said in (("acme", "The name 'acme' is taken"), ("other", "was added already, as acme")):
        with pytest.raises(AskedWrongly, match=said):
            add(lock, fetcher.store, fetcher.first(source, ""), alias)
    assert lock.read() == (locked,)


def test_what_another_command_changed_meanwhile_is_not_overwritten(
    fetcher: Fetcher, locked: Locked, lock: LockFile, upstream: Upstream
) -> None:
    upstream.write_recipe(title="What is new?")
    upstream.commit()
    came = fetcher.newest(locked)
    assert plan_update(fetcher.trees(locked.source), locked, came) is not None
    take(lock, locked, came.locked)
    with pytest.raises(AskedWrongly, match="was changed meanwhile, so nothing was taken"):
        take(lock, locked, came.locked)
    assert lock.read() == (came.locked,)
