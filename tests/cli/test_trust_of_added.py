"""Trust in recipes of a repository that was really added: by git over http, pinned in a lock, kept in the store."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from runner.sharing.repositories.locked import Locked, read_lock
from tests.cli.conftest import Invoke, Repo, Server
from tests.conftest import ECHO_API, GitServer, Screen, Upstream
from tests.package_index import Index

ROOT = Path(__file__).parents[2]
THINGS = "acme/echo/things"
KEY = "test-key-7f2c9e41d8b6"


def locked_in(home: Path) -> Locked:
    [locked] = read_lock((home / "recipes.lock").read_text(encoding="utf-8"), home)
    return locked


def change(upstream: Upstream, invoke: Invoke, title: str = "What is new?") -> None:
    """Let the publisher change the recipe, and take that."""
    path = upstream.root / "recipes" / "echo" / "things.py"
    path.write_text(path.read_text(encoding="utf-8").replace("What is there?", title), encoding="utf-8")
    upstream.commit()
    assert invoke("repo", "update", "acme", "--yes").exit_code == 0


def kept(home: Path, name: str) -> Path:
    """Return a file where it is kept, made writable as an accident or another program might."""
    [root] = (home / "repositories" / "trees").iterdir()
    path = root / "recipes" / "echo" / name
    path.parent.chmod(0o755)
    if path.exists():
        path.chmod(0o644)
    return path


def test_the_digest_in_the_lock_is_the_one_that_trust_says_and_ci_takes(
    invoke: Invoke, url: str, upstream: Upstream, home: Path
) -> None:
    """With all that could be counted in two ways: a lock, a second API, data with the bytes CR and LF, an odd order."""
    upstream.write_recipe("city/list", "Where?")
    upstream.write("recipes/echo/things.lock", "httpx==0.28.1\n")
    upstream.write("recipes/echo/sandbox/logo.png", b"\x89PNG\r\n\x1a\n\xff")
    upstream.write("recipes/echo/sandbox/names.csv", b"a\r\nb\r\n")
    path = upstream.root / "recipes" / "echo" / "things.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# As city does.\n", encoding="utf-8")
    upstream.commit()
    invoke("repo", "add", url, "--as", "acme")
    recipes = locked_in(home).recipes
    for name in ("echo/things", "city/list"):
        refused = invoke("run", f"acme/{name}", "--try").stderr
        assert f"In CI, this version: RECIPES_TRUST=acme/{name}@{recipes[name]}\n" in refused
        invoke("trust", f"acme/{name}")
    facts = json.loads(invoke("trust", "--list", "--json").stdout)
    assert {each["recipe"]: each["digest"] for each in facts} == recipes
    invoke("untrust", "acme")
    word = f"{THINGS}@{recipes['echo/things']}"
    assert invoke("run", THINGS, "--try", env={"RECIPES_TRUST": word}).exit_code == 0
    assert invoke("run", "acme/city/list", "--try", env={"RECIPES_TRUST": word}).exit_code == 7


@pytest.mark.parametrize("how", ["version", "--all-versions", "--all-recipes", "RECIPES_TRUST"])
@pytest.mark.parametrize("name", ["things.py", "things.lock", "api.toml", "sandbox/__init__.py", "sandbox/json.py"])
def test_what_was_changed_where_it_is_kept_does_not_run_however_far_trust_goes(
    invoke: Invoke, acme: Upstream, home: Path, how: str, name: str
) -> None:
    env: dict[str, str | None] = {}
    if how == "RECIPES_TRUST":
        env[how] = f"{THINGS}@{locked_in(home).recipes['echo/things']}"
    else:
        words = {"version": [THINGS], "--all-recipes": ["acme", how]}.get(how, [THINGS, how])
        assert invoke("trust", *words).exit_code == 0
    assert invoke("run", THINGS, "--try", env=env).exit_code == 0
    path = kept(home, name)
    before = path.read_bytes() if path.exists() else b""
    path.write_bytes(before + b"\n# changed\n")
    for command in (("run", THINGS, "--try"), ("run", THINGS), ("trust", THINGS), ("trust", THINGS, "--all-versions")):
        refused = invoke(*command, env=env)
        assert (refused.exit_code, refused.stdout) == (3, ""), refused.stderr
        assert refused.stderr == (
            "Error  The files kept of acme are not what they were when they were kept.\n"
            "Fix    recipes sync   (fetches them again)\n"
        )
    assert invoke("sync").stdout.startswith("restored  acme")
    assert invoke("run", THINGS, "--try", env=env).exit_code == 0


def test_a_recipe_that_was_put_among_what_is_kept_does_not_run(invoke: Invoke, acme: Upstream, home: Path) -> None:
    invoke("trust", "acme", "--all-recipes")
    path = kept(home, "mine.py")
    path.write_bytes(path.with_name("things.py").read_bytes())
    assert invoke("run", "acme/echo/mine", "--try").exit_code == 3


def test_a_sandbox_and_a_template_run_only_as_they_were_kept(
    invoke: Invoke, url: str, upstream: Upstream, trusted: Repo, home: Path
) -> None:
    shutil.copytree(ROOT / "templates" / "recipe" / "blank", upstream.root / "templates" / "recipe" / "theirs")
    upstream.commit()
    invoke("repo", "add", url, "--as", "acme")
    invoke("trust", "acme", "--all-recipes")
    template = next((home / "repositories" / "trees").glob("*/templates/recipe/theirs/*"))
    template.parent.chmod(0o755)
    template.chmod(0o644)
    template.write_text("changed", encoding="utf-8")
    made = invoke("new", "echo/mine", "--template", "theirs", "-P", "question=What is there?")
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that a sandbox that is loaded does not serve for ever
        served = invoke("sandbox", "acme/echo", "--port", str(taken.getsockname()[1]))
    assert (made.exit_code, served.exit_code) == (3, 3), made.stderr + served.stderr


def test_the_question_says_of_which_commit_it_is(
    acme: Upstream, in_terminal: Callable[..., Screen], home: Path, url: str
) -> None:
    screen = in_terminal("run", THINGS, "--try", env={"RECIPES_HOME": str(home)}, typed="n\n")
    head = acme.git("rev-parse", "HEAD")
    assert screen.text.startswith(
        f"{THINGS}   {url} @ {head[:7]}\n  Not trusted: you have approved no version of it.\n"
    )
    assert screen.exit_code == 7


@pytest.mark.parametrize(
    "words, offered",
    [
        (("run", "acme/ec"), {THINGS}),
        (("show", "acme/ec"), {THINGS}),
        (("trust", "acm"), {"acme"}),
        (("trust", "acme/echo/t"), {THINGS}),
        (("untrust", "acme/echo/t"), {THINGS}),
        (("repo", "remove", ""), {"acme"}),
        (("repo", "update", "a"), {"acme"}),
    ],
)
def test_alias_and_ids_are_offered_for_tab(
    invoke: Invoke, acme: Upstream, words: tuple[str, ...], offered: set[str]
) -> None:
    invoke("trust", THINGS)
    asked = {"COMP_WORDS": " ".join(["recipes", *words]), "COMP_CWORD": str(len(words))}
    result = invoke(env={**asked, "_RECIPES_COMPLETE": "bash_complete"})
    assert offered <= {line.partition(",")[2] for line in result.stdout.splitlines()}


def test_what_was_granted_is_listed_compared_and_taken_back(invoke: Invoke, acme: Upstream, url: str) -> None:
    invoke("trust", THINGS)
    assert invoke("show", THINGS, "--diff").stdout == ""
    change(acme, invoke)
    [fact] = json.loads(invoke("trust", "--list", "--json").stdout)
    assert (fact["name"], fact["repository"], fact["level"], fact["current"]) == (THINGS, url, "version", False)
    assert "this version, not that of now" in invoke("trust", "--list").stdout
    assert '\n-"""What is there?"""\n+"""What is new?"""\n' in invoke("show", THINGS, "--diff").stdout
    invoke("repo", "remove", "acme")
    assert json.loads(invoke("trust", "--list", "--json").stdout)[0]["name"] == f"{url}/echo/things"
    assert invoke("untrust", url).exit_code == 0
    assert json.loads(invoke("trust", "--list", "--json").stdout) == []


def test_the_diff_of_an_update_begins_at_what_was_approved(invoke: Invoke, acme: Upstream) -> None:
    """Of two changes only the second came since the lock was written, and none of both was approved."""
    acme.write_recipe("echo/other", "What else?")
    acme.commit()
    invoke("repo", "update", "--yes")
    invoke("trust", THINGS)
    acme.write("recipes/echo/sandbox/helper.py", "SLY = 1\n")
    change(acme, invoke, "What did they not read?")
    path = acme.root / "recipes" / "echo" / "things.py"
    path.write_text(path.read_text(encoding="utf-8").replace("How many.", "So many."), encoding="utf-8")
    acme.write_recipe("echo/other", "What else is new?")
    acme.commit()
    plan = invoke("repo", "update", "--dry-run").stdout
    head, _, diff = plan.partition("\n\n")
    when = json.loads(invoke("trust", "--list", "--json").stdout)[0]["since"][:10]
    assert head.endswith(
        f"\nDiff\n  from what you approved of echo/things on {when}\n  from what is locked, for all else"
    )
    assert '\n-"""What is there?"""\n+"""What did they not read?"""\n' in diff
    assert "--- /dev/null\n+++ b/recipes/echo/sandbox/helper.py\n@@ -0,0 +1 @@\n+SLY = 1\n" in diff
    assert "--- approved/recipes/echo/things.py\n+++ b/recipes/echo/things.py\n" in diff
    assert "--- a/recipes/echo/other.py\n+++ b/recipes/echo/other.py\n" in diff
    assert "api.toml" not in diff


def test_an_update_back_to_what_was_approved_shows_nothing_new_and_asks_all_the_same(
    invoke: Invoke, acme: Upstream
) -> None:
    invoke("trust", THINGS)
    change(acme, invoke)
    acme.git("revert", "--no-edit", "HEAD")
    plan = invoke("repo", "update")
    assert plan.stdout.endswith("  from what is locked, for all else\n  Nothing in it is new to you.\n")
    assert (plan.exit_code, plan.stderr.splitlines()[-1]) == (2, "Fix    recipes repo update acme --yes")
    assert invoke("repo", "update", "--yes").exit_code == 0
    assert invoke("run", THINGS, "--try").exit_code == 0


def test_a_zip_elsewhere_that_is_called_alike_has_no_part_in_its_trust(
    invoke: Invoke, upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository that one merely stands in may name `packs/team.zip` in its lock too, with what it likes in it."""
    for name in ("mine", "theirs"):
        folder = tmp_path / name
        (folder / "packs").mkdir(parents=True)
        (folder / "recipes.toml").write_text(f'name = "{name}"\ntitle = "X"\n', encoding="utf-8")
        with zipfile.ZipFile(folder / "packs" / "team.zip", "w") as archive:
            for path in (each for each in upstream.root.rglob("*") if each.is_file() and ".git" not in each.parts):
                archive.write(path, path.relative_to(upstream.root))
        monkeypatch.chdir(folder)
        assert invoke("repo", "add", "packs/team.zip").exit_code == 0
        assert 'url = "packs/team.zip"' in (folder / "recipes.lock").read_text(encoding="utf-8")
        if name == "mine":
            assert invoke("trust", "team", "--all-recipes").exit_code == 0
            assert invoke("run", "team/echo/things", "--try").exit_code == 0
    assert invoke("run", "team/echo/things", "--try").exit_code == 7


def test_a_lock_cannot_name_what_came_from_elsewhere_under_an_address_that_is_trusted(
    invoke: Invoke,
    acme: Upstream,
    url: str,
    make_upstream: Callable[..., Upstream],
    git_server: GitServer,
    home: Path,
    folder: Path,
) -> None:
    """Somebody's repository was looked at, and never trusted; then one stands in a folder with a lock of theirs."""
    evil = make_upstream("evil")
    evil.write_recipe(title="What is yours?")
    evil.commit()
    invoke("trust", "acme", "--all-recipes")
    invoke("repo", "add", f"{git_server.url}/evil", "--as", "theirs")
    text = (home / "recipes.lock").read_text(encoding="utf-8")
    [part] = [each for each in text.split("[[repository]]") if 'alias = "theirs"' in each]
    (folder / "recipes.toml").write_text('name = "x"\ntitle = "X"\n', encoding="utf-8")
    lock = part.replace("theirs", "ours").replace(f"{git_server.url}/evil", url)
    (folder / "recipes.lock").write_text(f"lock-version = 1\n[[repository]]{lock}", encoding="utf-8")
    for _ in range(2):
        ran = invoke("run", "ours/echo/things", "--try")
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert "Missing  ours was added, and its files are not here." in ran.stderr
        assert invoke("sync").exit_code == 3


@pytest.mark.parametrize("has_key", [True, False])
def test_doctor_asks_no_host_of_a_repository_before_a_recipe_that_calls_it_is_trusted(
    invoke: Invoke, url: str, upstream: Upstream, has_key: bool
) -> None:
    if not has_key:
        upstream.write("recipes/echo/api.toml", ECHO_API.partition("\n[key]")[0])
        upstream.commit()
    invoke("repo", "add", url, "--as", "acme")
    found = invoke("doctor", "--offline").stdout
    assert (
        "! WARN  Echo: echo.example was not asked\n"
        "        You have trusted no recipe of acme that calls it.\n"
        "        Fix  recipes trust acme/echo/RECIPE   (run one, and it asks)\n"
    ) in found
    assert "--all-recipes" not in found
    invoke("trust", THINGS)
    assert "Echo: echo.example was not asked (--offline)" in invoke("doctor", "--offline").stdout


PEEK = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""What does it see?"""

import os
from typing import Any

import httpx


def main(echo: httpx.Client) -> dict[str, Any]:
    """Return its whole environment and that of its parent."""
    found = {"own": repr(dict(os.environ)), "pid": os.getpid(), "parent": os.getppid()}
    for name in ("environ", "mem"):
        try:
            with open(f"/proc/{os.getppid()}/{name}", "rb") as file:
                found[name] = file.read(1_000_000).decode(errors="replace")
        except OSError as error:
            found[name] = type(error).__name__
    print(os.environ, found)
    answer = echo.get("/things").raise_for_status()
    return {**found, "path": str(answer.request.url), "headers": repr(dict(answer.request.headers))}
'''


def publish_peek(upstream: Upstream, server: Server) -> None:
    upstream.write("recipes/echo/things.py", PEEK)
    upstream.write("recipes/echo/api.toml", ECHO_API.replace("https://echo.example", server.url))
    upstream.commit()


def powerless(home: Path, folder: Path, *words: str) -> tuple["subprocess.CompletedProcess[str]", bool]:
    """Run `recipes` with a key in its environment; return what came, and whether nothing is hidden, as for root."""
    command, may_read = [sys.executable, "-m", "runner", *words], os.geteuid() == 0
    if may_read:  # root may read everything, except without its capabilities
        less = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
        if shutil.which("setpriv") and not subprocess.run([*less, "true"], check=False).returncode:
            command, may_read = less + command, False
    env = {"PATH": os.environ["PATH"], "RECIPES_HOME": str(home), "HOME": str(home), "ECHO_API_KEY": KEY}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False), may_read


ONLY_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows a process's environment as a file")


@ONLY_LINUX
def test_a_trusted_recipe_that_prints_its_environment_and_its_parents_shows_no_key(
    invoke: Invoke, url: str, upstream: Upstream, server: Server, home: Path, folder: Path
) -> None:
    publish_peek(upstream, server)
    assert invoke("repo", "add", url, "--as", "acme").exit_code == 0
    assert invoke("trust", THINGS).exit_code == 0
    done, may_read = powerless(home, folder, "run", THINGS, "--format", "json")
    assert done.returncode == 0, done.stderr
    row: dict[str, Any] = json.loads(done.stdout)
    assert [seen.headers["X-Key"] for seen in server.seen] == [KEY]
    assert KEY not in done.stdout + done.stderr
    assert "RECIPES_HOME" not in row["own"]
    if not may_read:
        assert (row["environ"], row["mem"]) == ("PermissionError", "PermissionError")


@ONLY_LINUX
@pytest.mark.parametrize("words, code", [(("run", THINGS, "--try"), 7), (("run", THINGS, "--try", "--nonsense"), 2)])
def test_a_run_that_does_not_come_about_leaves_no_process(
    invoke: Invoke, acme: Upstream, words: tuple[str, ...], code: int
) -> None:
    """It may have been started already, so that it gets ready meanwhile."""
    assert invoke(*words).exit_code == code
    assert Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text() == ""


LURK = """\
import os, sys
parent, found = int(sys.argv[1]), sys.argv[2]
open(found + ".started", "w").close()
while os.path.exists(f"/proc/{parent}"):
    try:
        with open(f"/proc/{parent}/environ") as file:
            seen = file.read()
    except OSError:
        continue
    if "ECHO_API_KEY" in seen:
        open(found, "w").write(seen)
        break
"""
LEAVE = """\
    import subprocess
    import sys
    import time

    words = [sys.executable, "-c", LURK, str(os.getppid()), FOUND]
    quiet = subprocess.DEVNULL
    subprocess.Popen(words, start_new_session=True, stdin=quiet, stdout=quiet, stderr=quiet)
    while not os.path.exists(FOUND + ".started"):
        time.sleep(0.01)
"""


@ONLY_LINUX
def test_what_a_recipe_leaves_behind_reads_no_key_when_its_run_is_over(
    invoke: Invoke, url: str, upstream: Upstream, server: Server, home: Path, folder: Path, tmp_path: Path
) -> None:
    """A program that left the group of its process waits for the moment at which the run ends."""
    publish_peek(upstream, server)
    found = tmp_path / "found"
    hidden = f"\n\nLURK = {LURK!r}\nFOUND = {str(found)!r}\n\n\ndef main("
    text = PEEK.replace("\n\ndef main(", hidden).replace("    found = {", f"{LEAVE}    found = {{")
    upstream.write("recipes/echo/things.py", text)
    upstream.commit()
    assert invoke("repo", "add", url, "--as", "acme").exit_code == 0
    assert invoke("trust", THINGS).exit_code == 0
    done, may_read = powerless(home, folder, "run", THINGS, "--format", "json")
    if may_read:
        pytest.skip("root reads the environment of every process, and cannot give up that power here")
    assert (done.returncode, found.with_name("found.started").exists()) == (0, True), done.stderr
    time.sleep(0.5)  # if it found something, it has written it by now
    assert not found.exists()


def test_only_the_key_of_the_customer_who_is_meant_goes_out_and_netrc_has_no_say(
    invoke: Invoke, url: str, upstream: Upstream, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three customers with a key each, the API's own variable, and a password for the host in `~/.netrc`."""
    publish_peek(upstream, server)
    api = ECHO_API.replace("https://echo.example", server.url).replace('in = "header"\nname = "X-Key"', 'in = "bearer"')
    upstream.write("recipes/echo/api.toml", api)
    upstream.commit()
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password test-key-netrc\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    keys = {f"KEY_OF_{name}": f"{KEY}-{name.lower()}" for name in ("ANN", "BOB", "CY")}
    env: dict[str, str | None] = {**keys, "ECHO_API_KEY": f"{KEY}-own"}
    for name in ("ann", "bob", "cy"):
        made = invoke("profile", "add", name, "--key", f"ECHO_API_KEY=env:KEY_OF_{name.upper()}", env=env)
        assert made.exit_code == 0, made.stderr
    invoke("repo", "add", url, "--as", "acme")
    invoke("trust", THINGS)
    ran = invoke("run", THINGS, "--profile", "bob", "--format", "json", env=env)
    assert ran.exit_code == 0, ran.stderr
    assert [seen.headers["Authorization"] for seen in server.seen] == [f"Bearer {KEY}-bob"]
    assert KEY not in ran.stdout + ran.stderr.replace("\n", "")
    assert not {*keys, "ECHO_API_KEY", "NETRC", "HOME"} & {*re.findall(r"[A-Z_]{3,}", json.loads(ran.stdout)["own"])}


@pytest.mark.parametrize("kind", ["git", "folder"])
def test_what_was_added_runs_in_a_process_of_its_own_also_where_it_is_linked(
    invoke: Invoke, url: str, upstream: Upstream, server: Server, kind: str
) -> None:
    publish_peek(upstream, server)
    assert invoke("repo", "add", url if kind == "git" else str(upstream.root), "--as", "acme").exit_code == 0
    assert invoke("trust", THINGS if kind == "git" else str(upstream.root)).exit_code == 0
    ran = invoke("run", THINGS, "--format", "json", env={"ECHO_API_KEY": KEY})
    assert ran.exit_code == 0, ran.stderr
    row = json.loads(ran.stdout)
    assert (row["parent"], row["pid"] == os.getpid()) == (os.getpid(), False)
    assert "ECHO_API_KEY" not in row["own"]


def test_nothing_is_asked_of_an_index_before_it_is_trusted(
    invoke: Invoke, url: str, upstream: Upstream, home: Path, tmp_path: Path
) -> None:
    index = Index(tmp_path / "index")
    index.add_installed("httpx")
    index.add("paper_boats", "2.1", {"paper_boats.py": 'COLOUR = "red"\n'})
    environ: dict[str, str | None] = {"PIP_INDEX_URL": index.url, "PIP_CONFIG_FILE": os.devnull}
    path = upstream.root / "recipes" / "echo" / "things.py"
    text = path.read_text(encoding="utf-8").replace('"httpx>=0.28"', '"httpx>=0.28", "paper-boats"')
    path.write_text(text.replace('"path": ', '"colour": __import__("paper_boats").COLOUR, "path": '), encoding="utf-8")
    upstream.commit()
    invoke("repo", "add", url, "--as", "acme")
    environ["PATH"] = str(tmp_path / "nothing")  # hides uv
    for words in (("run", THINGS, "--try"), ("run", THINGS, "--try", "--dry-run"), ("show", THINGS)):
        result = invoke(*words, env=environ)
        assert result.exit_code == (7 if words[0] == "run" else 0), result.stderr
    assert "Needs                paper-boats\n" in invoke("run", THINGS, "--try", env=environ).stderr
    assert (index.asked, (home / "cache" / "environments").exists()) == ([], False)
    invoke("trust", THINGS, env=environ)
    assert index.asked == []
    ran = invoke("run", THINGS, "--try", "--format", "json", env=environ)
    assert json.loads(ran.stdout) == {"colour": "red", "path": "/v1/things"}, ran.stderr
    index.close()


def test_the_cases_of_an_added_recipe_are_tested_exported_and_compared_once_it_is_trusted(
    invoke: Invoke, url: str, upstream: Upstream, home: Path, folder: Path
) -> None:
    author: dict[str, str | None] = {"RECIPES_HOME": str(home / "author")}
    where = ("--repository", str(upstream.root))
    assert invoke("trust", str(upstream.root), env=author).exit_code == 0
    assert invoke(*where, "record", "things", "--sandbox", env=author).exit_code == 0
    upstream.commit()
    invoke("repo", "add", url, "--as", "acme")

    def outcomes() -> list[int]:
        replayed: Result = invoke("run", THINGS, "--replay")
        return [replayed.exit_code, invoke("test", THINGS).exit_code, invoke("drift", THINGS, "--sandbox").exit_code]

    assert outcomes() == [7, 7, 7]
    unrun = invoke("export", THINGS, "--to", "script", "-o", "unrun.py")
    assert (unrun.exit_code, "Not run: the recipe is not trusted here" in unrun.stderr) == (0, True)
    assert invoke("trust", THINGS).exit_code == 0
    assert outcomes() == [0, 0, 0]
    exported = invoke("export", THINGS, "--to", "script", "-o", "run.py")
    assert (exported.exit_code, "Not run" in exported.stderr) == (0, False)


@ONLY_LINUX
def test_what_an_export_tries_reads_no_key_in_its_parent(
    invoke: Invoke, url: str, upstream: Upstream, home: Path, folder: Path
) -> None:
    path = upstream.write_recipe()
    text = path.read_text(encoding="utf-8").replace("import httpx\n", "import httpx\nimport os\n")
    look = """    try:
        with open(f"/proc/{os.getppid()}/environ", encoding="utf-8") as file:
            seen = file.read()
    except OSError:
        seen = ""
    if "ECHO_API_KEY=" in seen:
        raise RuntimeError(seen)
    answer ="""
    path.write_text(text.replace("    answer =", look), encoding="utf-8")
    author: dict[str, str | None] = {"RECIPES_HOME": str(home / "author")}
    assert invoke("trust", str(upstream.root), env=author).exit_code == 0
    assert invoke("--repository", str(upstream.root), "record", "things", "--sandbox", env=author).exit_code == 0
    upstream.commit()
    assert invoke("repo", "add", url, "--as", "acme").exit_code == 0
    assert invoke("trust", THINGS).exit_code == 0
    done, may_read = powerless(home, folder, "export", THINGS, "--to", "script", "-o", "x.py")
    if may_read:
        pytest.skip("root reads the environment of every process, and cannot give up that power here")
    assert (done.returncode, "Not run" in done.stderr) == (0, False), done.stderr
