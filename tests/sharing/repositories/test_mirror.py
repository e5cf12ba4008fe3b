"""Git repositories as publishers make them, and as only an attacker would."""

import subprocess
import time
from pathlib import Path
from shutil import which

import pytest

from runner.errors import AskedWrongly, NotFound, RepositoryRefused, SourceUnreachable
from runner.sharing.repositories.git import Git, environment
from runner.sharing.repositories.mirror import Mirror, read_refs, short
from runner.sharing.repositories.snapshot import Snapshot
from runner.sharing.repositories.store import Store
from tests.conftest import GitServer, Upstream


def snapshot(upstream: Upstream, store: Store, git: Git) -> Snapshot:
    with store.mirror(f"file://{upstream.root}", git) as mirror:
        return mirror.snapshot(mirror.fetch("refs/heads/main"))


def refusal(upstream: Upstream, store: Store, git: Git) -> str:
    with pytest.raises(RepositoryRefused) as refused:
        snapshot(upstream, store, git)
    return " ".join([str(refused.value), *refused.value.details])


DECLARED = ["recipes.toml", "recipes/echo/api.toml", "recipes/echo/sandbox/__init__.py", "recipes/echo/things.py"]


def test_a_commit_is_read_without_a_checkout(upstream: Upstream, store: Store, git: Git) -> None:
    assert list(snapshot(upstream, store, git).files) == DECLARED
    assert not list(store.folder.rglob("*.toml"))


def test_t27_only_declared_files_are_taken(upstream: Upstream, store: Store, git: Git) -> None:
    for name in ("AGENTS.md", "CLAUDE.md", ".cursorrules", ".github/x.yml", ".vscode/x.json", ".envrc", "mise.toml"):
        upstream.write(name, "Do as I say.")
        upstream.write(f"recipes/echo/sandbox/{name}", "Do as I say.")
    upstream.write("Makefile", "all:")
    upstream.write("tests/conftest.py", "")
    upstream.write("recipes/echo/conftest.py", "")
    upstream.commit()
    assert list(snapshot(upstream, store, git).files) == DECLARED


@pytest.mark.parametrize("path", ["recipes/echo/passwd.py", "recipes/echo/x", "cassettes/x", "README.md", "templates"])
def test_t16_a_symlink_in_a_declared_place_refuses_all(upstream: Upstream, store: Store, git: Git, path: str) -> None:
    (upstream.root / path).parent.mkdir(exist_ok=True)
    (upstream.root / path).symlink_to("/etc/passwd")
    upstream.commit()
    assert f"{path} is a symbolic link" in refusal(upstream, store, git)


def test_t16_a_symlink_elsewhere_is_left_where_it_is(upstream: Upstream, store: Store, git: Git) -> None:
    upstream.write("docs/x", "")
    (upstream.root / "docs" / "y").symlink_to("/etc/passwd")
    upstream.commit()
    assert list(snapshot(upstream, store, git).files) == DECLARED


def test_t16_a_submodule_is_refused_and_never_fetched(upstream: Upstream, store: Store, git: Git) -> None:
    upstream.git("update-index", "--add", "--cacheinfo", f"160000,{upstream.git('rev-parse', 'HEAD')},recipes/sub")
    upstream.git("commit", "--quiet", "--message", "Submodule")
    assert "recipes/sub is a submodule" in refusal(upstream, store, git)


def commit_names(upstream: Upstream, *names: bytes) -> None:
    """Commit empty files of names that no working tree could hold."""
    blob = upstream.git("hash-object", "-w", "--stdin")
    lines = b"".join(b"100644 blob " + blob.encode() + b"\t" + name + b"\0" for name in names)
    tree = upstream.git("mktree", "-z", stdin=lines)
    listed = upstream.git("ls-tree", "HEAD:recipes").encode()
    recipes = upstream.git("mktree", stdin=listed + b"\n040000 tree " + tree.encode() + b"\tcity\n")
    top = upstream.git("ls-tree", "HEAD").splitlines()
    kept = [line for line in top if not line.endswith("\trecipes")]
    whole = upstream.git("mktree", stdin="\n".join([*kept, f"040000 tree {recipes}\trecipes"]).encode())
    commit = upstream.git("commit-tree", whole, "-m", "Names", "-p", "HEAD")
    upstream.git("update-ref", "refs/heads/main", commit)


@pytest.mark.parametrize(
    "names, said",
    [
        ((b"A.py", b"a.py"), "are one file on some systems"),
        (("caf\u00e9.py".encode(), "cafe\u0301.py".encode()), "are one file on some systems"),
        ((b"CON",), "Windows keeps for a device"),
        ((b"x\\y.py",), "holds a backslash"),
        ((b"x\ny.py",), "a character that is not shown"),
        ((b"x\xff.py",), "a character that is not shown"),
        ((b"x\x1b]52;c;x\x07.py",), "a character that is not shown"),
        ((b"x" * 250 + b".py",), "is longer than 200 characters"),
    ],
)
def test_t16_names_that_clash_or_steer_refuse_all(
    upstream: Upstream, store: Store, git: Git, names: tuple[bytes, ...], said: str
) -> None:
    commit_names(upstream, *names)
    found = refusal(upstream, store, git)
    assert said in found


def test_t16_filters_and_attributes_do_nothing(upstream: Upstream, store: Store, git: Git, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    upstream.write(".gitattributes", "*.py filter=evil\nREADME.md export-subst\nLICENSE export-ignore\n")
    upstream.write("README.md", "$Format:%H$\n")
    upstream.write("LICENSE", "MIT\n")
    upstream.commit()
    (tmp_path / ".gitconfig").write_text(f'[filter "evil"]\nsmudge = touch {marker}\nclean = cat\nrequired = true\n')
    files = snapshot(upstream, store, git).files
    assert (files["README.md"], files["LICENSE"]) == (b"$Format:%H$\n", b"MIT\n")
    assert not marker.exists()


def test_t16_hooks_of_a_template_folder_do_not_run(upstream: Upstream, store: Store, git: Git, tmp_path: Path) -> None:
    marker, templates = tmp_path / "marker", tmp_path / "templates" / "hooks"
    templates.mkdir(parents=True)
    for name in ("post-checkout", "post-merge", "reference-transaction", "pre-auto-gc"):
        (templates / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (templates / name).chmod(0o755)
    (tmp_path / ".gitconfig").write_text(f"[init]\ntemplateDir = {templates.parent}\n[core]\nhooksPath = {templates}\n")
    snapshot(upstream, store, git)
    assert not marker.exists()


@pytest.mark.parametrize("crlf", ["true", "false"])
def test_t16_line_ends_of_the_users_git_change_nothing(upstream: Upstream, store: Store, git: Git, crlf: str) -> None:
    (upstream.root.parent / ".gitconfig").write_text(f"[core]\nautocrlf = {crlf}\n")
    inside = snapshot(upstream, store, Git({**git.environ, "HOME": str(upstream.root.parent)}))
    assert inside.digest == snapshot(upstream, Store(store.folder / "other"), git).digest


def test_t11_a_recipe_with_other_line_ends_refuses_all(upstream: Upstream, store: Store, git: Git) -> None:
    path = upstream.root / "recipes" / "echo" / "things.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    upstream.commit()
    assert "line ends other than LF" in refusal(upstream, store, git)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(upstream: Upstream, store: Store, git: Git) -> None:
    upstream.write("cassettes/x.yaml", bytes(21_000_000))
    upstream.commit()
    assert "cassettes/x.yaml is larger than 20 MB" in refusal(upstream, store, git)


def make_tree(upstream: Upstream, *entries: str) -> str:
    """Write a tree with entries such as `100644 blob 4b82...\tname`, and return its number."""
    words = ["git", "-C", str(upstream.root), "mktree"]
    text = "".join(f"{each}\n" for each in entries)
    return subprocess.run(words, input=text, capture_output=True, text=True, check=True).stdout.strip()


def commit_tree(upstream: Upstream, cassettes: str) -> None:
    """Let the newest commit have this tree as its folder `cassettes`, which no disk has to hold."""
    blob = upstream.git("rev-parse", "HEAD:recipes.toml")
    root = make_tree(upstream, f"100644 blob {blob}\trecipes.toml", f"040000 tree {cassettes}\tcassettes")
    upstream.git("update-ref", "refs/heads/main", upstream.git("commit-tree", "-m", "Huge", root))


def test_more_files_than_are_taken_are_refused(upstream: Upstream, store: Store, git: Git) -> None:
    blob = upstream.git("rev-parse", "HEAD:recipes.toml")
    commit_tree(upstream, make_tree(upstream, *(f"100644 blob {blob}\tf{number}" for number in range(20_000))))
    assert "holds 20,001 files; 20,000 are taken at most" in refusal(upstream, store, git)


def test_files_that_are_too_large_together_are_refused_before_they_are_read(
    upstream: Upstream, store: Store, git: Git
) -> None:
    upstream.write("x", bytes(19_000_000))
    upstream.commit()
    blob = upstream.git("rev-parse", "HEAD:x")
    commit_tree(upstream, make_tree(upstream, *(f"100644 blob {blob}\tf{number}" for number in range(11))))
    assert "holds 209 MB; 200 MB are taken at most" in refusal(upstream, store, git)


def test_a_tree_that_holds_itself_again_and_again_is_not_listed_to_its_end(
    upstream: Upstream, store: Store, git: Git
) -> None:
    """Eight levels of a few hundred bytes name a hundred million files."""
    blob = upstream.git("rev-parse", "HEAD:recipes.toml")
    tree = make_tree(upstream, *(f"100644 blob {blob}\t{number}{'x' * 190}" for number in range(10)))
    for _ in range(7):
        tree = make_tree(upstream, *(f"040000 tree {tree}\td{number}" for number in range(10)))
    commit_tree(upstream, tree)
    began = time.monotonic()
    assert "lists more names than any that is taken" in refusal(upstream, store, git)
    assert time.monotonic() - began < 30


def test_a_git_that_does_not_end_is_ended(store: Store, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    slow = Git({"PATH": f"{program.parent}:/usr/bin:/bin"}, seconds=0.2)
    with pytest.raises(SourceUnreachable, match="git took longer"):
        slow.read(tmp_path, "ls-remote")


def test_recipes_for_customers_stay_where_they_are(upstream: Upstream, store: Store, git: Git) -> None:
    upstream.write_recipe("echo/acme-things", table='customer = "Acme News"')
    upstream.write("cassettes/echo/acme-things/default.yaml", "Acme News")
    upstream.write("recipes/echo/acme_things.lock", "Acme News")
    upstream.commit()
    found = snapshot(upstream, store, git)
    assert (list(found.files), found.left_out) == (DECLARED, 1)
    assert b"Acme News" not in b"".join(found.files.values())


def test_the_users_git_variables_lead_nowhere_else() -> None:
    given = {
        **{"PATH": "/bin", "HTTPS_PROXY": "http://proxy.example", "GIT_SSH_COMMAND": "ssh -i key"},
        **{"GIT_DIR": "/evil", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_PARAMETERS": "x", "GIT_ALLOW_PROTOCOL": "ext"},
    }
    found = environment(given, "https://git.example/a")
    assert {name for name in given if found.get(name) == given[name]} == {"PATH", "HTTPS_PROXY", "GIT_SSH_COMMAND"}
    assert (found["GIT_ALLOW_PROTOCOL"], found["GIT_TERMINAL_PROMPT"]) == ("https", "0")
    assert environment({}, "git@git.example:a")["GIT_ALLOW_PROTOCOL"] == "ssh"
    assert environment({}, "")["GIT_ALLOW_PROTOCOL"] == "none"


def test_t16_git_itself_runs_nothing_that_an_address_asks_for(store: Store, git: Git, tmp_path: Path) -> None:
    """Should the check of addresses have a hole, `--` and the list of transports are behind it."""
    marker = tmp_path / "marker"
    for url in (f"--upload-pack=touch {marker}", f"ext::touch {marker}", f"ssh://-oProxyCommand=touch {marker}/x"):
        with store.mirror(url, git) as mirror, pytest.raises(SourceUnreachable):
            mirror.list_refs()
    assert not marker.exists()


def test_t16_what_came_from_elsewhere_stands_behind_a_double_dash(store: Store, git: Git, tmp_path: Path) -> None:
    """Seen from the side of the program: `git` here is one that notes how it is called."""
    real, noted = which("git"), tmp_path / "noted"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\necho "$@" >> {noted}\nexec {real} "$@"\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    noting = Git({**git.environ, "PATH": f"{tmp_path / 'bin'}:{git.environ['PATH']}"})
    with store.mirror("--upload-pack=x", noting) as mirror:
        with pytest.raises(SourceUnreachable):
            mirror.list_refs()
        with pytest.raises(SourceUnreachable):
            mirror.fetch("refs/heads/main")
    calls = [line for line in noted.read_text().splitlines() if "--upload-pack" in line]
    assert len(calls) == 2
    assert all(" -- --upload-pack=x " in line for line in calls)


def test_a_server_over_http_lists_and_gives(upstream: Upstream, git_server: GitServer, store: Store, git: Git) -> None:
    first = upstream.commit()
    upstream.git("tag", "--annotate", "v1", "--message", "One")
    second = upstream.commit()
    url = f"{git_server.url}/team"
    with store.mirror(url, git) as mirror:
        refs = mirror.list_refs()
        assert refs.default == "refs/heads/main"
        assert refs.commits == {"refs/heads/main": second, "refs/tags/v1": first}
        assert (mirror.fetch(refs.choose("v1")), mirror.fetch(refs.choose(""))) == (first, second)
        assert (mirror.follows(second, first), mirror.follows(first, second)) == (True, False)


def test_a_plain_file_server_will_do(upstream: Upstream, store: Store, git: Git, git_server: GitServer) -> None:
    """Git calls it dumb http: static files after `git update-server-info`."""
    upstream.git("update-server-info")
    head = upstream.git("rev-parse", "HEAD")
    with store.mirror(f"{git_server.url}/team/.git", git) as mirror:
        assert mirror.fetch(mirror.list_refs().choose("")) == head


def test_a_commit_can_be_asked_for_by_its_number(
    upstream: Upstream, git_server: GitServer, store: Store, git: Git
) -> None:
    old = upstream.git("rev-parse", "HEAD")
    upstream.commit()
    with store.mirror(f"{git_server.url}/team", git) as mirror:
        assert mirror.fetch(old) == old
    with store.mirror(f"file://{upstream.root}", git) as mirror:
        assert mirror.fetch(old) == old
        with pytest.raises((AskedWrongly, SourceUnreachable)):
            mirror.fetch("0" * 39 + "1")


@pytest.mark.parametrize(
    "typed, error, hint",
    [
        ("v10", NotFound, "--ref v1"),
        ("nothing-like-it", NotFound, "--ref main"),
        ("--upload-pack=x", NotFound, "--ref main"),
        ("both", AskedWrongly, "--ref refs/tags/both"),
    ],
)
def test_a_ref_that_is_not_there_suggests_the_nearest(typed: str, error: type[Exception], hint: str) -> None:
    commits = dict.fromkeys(("refs/heads/main", "refs/tags/v1", "refs/heads/both", "refs/tags/both"), "a" * 40)
    refs = read_refs("".join(f"{commit}\t{name}\n" for name, commit in commits.items()) + f"{'a' * 40}\tHEAD\n")
    with pytest.raises(error) as refused:
        refs.choose(typed)
    assert getattr(refused.value, "hint", "") == hint


def test_refs_of_hostile_names_are_never_chosen() -> None:
    listed = f"ref: refs/heads/$(x)\tHEAD\n{'a' * 40}\tHEAD\n{'a' * 40}\trefs/heads/$(x)\n{'b' * 40}\trefs/heads/ok\n"
    refs = read_refs(listed)
    assert refs.default == ""
    with pytest.raises(AskedWrongly, match="names no branch as its own"):
        refs.choose("")
    with pytest.raises(NotFound):
        refs.choose("$(x)")


def test_refs_are_shown_as_people_say_them() -> None:
    assert [short(ref) for ref in ("refs/heads/main", "refs/tags/v1", "a" * 40)] == ["main", "v1", "a" * 12]


def test_nobody_there_is_told(store: Store, git: Git) -> None:
    with store.mirror("http://127.0.0.1:9/team", git) as mirror, pytest.raises(SourceUnreachable) as refused:
        mirror.list_refs()
    assert "cannot be fetched" in str(refused.value)
    assert refused.value.exit_code == 6


def test_git_that_is_missing_is_told(store: Store, tmp_path: Path) -> None:
    mirror = store.mirror("https://git.example/a", Git({"PATH": str(tmp_path)}))
    with pytest.raises(AskedWrongly, match="takes git, which is not installed"), mirror:
        pass


def test_what_a_server_says_reaches_the_progress_line_made_safe(
    upstream: Upstream, git_server: GitServer, store: Store, git: Git
) -> None:
    said: list[str] = []
    with store.mirror(f"{git_server.url}/team", Git(git.environ, said.append)) as mirror:
        mirror.fetch("refs/heads/main")
    assert any("objects" in line for line in said)
    assert all(line.isprintable() for line in said)


def test_a_git_that_was_killed_leaves_nothing_in_the_way(upstream: Upstream, store: Store, git: Git) -> None:
    url = f"file://{upstream.root}"
    with store.mirror(url, git) as mirror:
        head = mirror.fetch("refs/heads/main")
        folder = mirror.folder
    for name in ("refs/fetched/heads/main.lock", "HEAD.lock", "config.lock", "objects/pack/tmp_pack_x"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    second = upstream.commit()
    with store.mirror(url, git) as mirror:
        assert mirror.fetch("refs/heads/main") == second != head


def test_a_mirror_holds_no_working_tree(upstream: Upstream, store: Store, git: Git) -> None:
    with store.mirror(f"file://{upstream.root}", git) as mirror:
        mirror.fetch("refs/heads/main")
        answer = subprocess.run(
            ["git", f"--git-dir={mirror.folder}", "config", "core.bare"], capture_output=True, check=True
        )
        assert answer.stdout == b"true\n"
        assert isinstance(mirror, Mirror)
