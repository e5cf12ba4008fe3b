"""Two people: one publishes and changes, the other sees what changed before it counts."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from runner.cli.session import Session
from runner.scaffolding.origins import find_examples
from runner.sharing.repositories.locked import read_lock
from tests.cli.conftest import Invoke, Repo
from tests.conftest import ECHO_API, GitServer, Screen, Upstream


def test_two_people_share_a_repository(
    invoke: Invoke, git_server: GitServer, tmp_path: Path, folder: Path, in_terminal: Callable[..., Screen]
) -> None:
    """One makes, commits and tags; the other adds, lists, is refused, reads, trusts this version, runs; and again."""
    upstream = Upstream(tmp_path / "published" / "recipes")
    os.chdir(upstream.root)
    made = invoke("init", ".", *("--api", "acme", "--base-url", "https://api.acme.example/v1", "--key-in", "none"))
    assert made.exit_code == 0, made.stderr
    first = upstream.commit("Recipes for Acme")
    upstream.git("tag", "v1")
    os.chdir(folder)
    other = {"RECIPES_HOME": str(tmp_path / "other")}
    url = f"{git_server.url}/recipes"

    def recipes(*words: str) -> Result:
        return invoke(*words, env=other)

    def at_terminal(*words: str, **answers: Any) -> Screen:
        return in_terminal(*words, env=other, cwd=folder, columns=200, **answers)

    added = recipes("repo", "add", url, "--as", "team", "--ref", "v1")
    assert added.exit_code == 0, added.stderr
    assert "team/acme/first-call" in recipes("list").stdout
    run = ("run", "acme/first-call", "--try", "--format", "json")
    refused = recipes(*run)
    assert (refused.exit_code, refused.stdout) == (7, "")
    assert refused.stderr.splitlines()[-1] == "Fix    recipes trust team/acme/first-call"
    assert "def main(" in recipes("show", "acme/first-call", "--source").stdout

    asked = at_terminal(*run, typed="d\ny\n")
    heading = "team/acme/first-call   {url} @ {commit:.7}\n  Not trusted: you {reason} version"
    assert asked.text.startswith(heading.format(url=url, commit=first, reason="have approved no"))
    assert "No version of it was approved, so all of it is new.\n--- recipes/acme/first_call.py\n" in asked.text
    assert "Trusted: team/acme/first-call, this version.\n" in asked.text
    assert asked.exit_code == 0
    assert (recipes(*run).exit_code, at_terminal(*run).exit_code) == (0, 0)

    path = upstream.root / "recipes" / "acme" / "first_call.py"
    path.write_text(path.read_text().replace("        limit: ", "        limit: At most: "))
    second = upstream.commit("Say it better")
    upstream.git("tag", "v2")
    assert recipes("repo", "update", "team").stderr.startswith("Current  team, v1 at ")
    plan = at_terminal("repo", "update", "team", "--ref", "v2", when={"Take it? [y/N]": "y\n"}).text
    assert plan.startswith(f"team: v1 at {first[:12]} -> v2 at {second[:12]}\n  changed  acme/first-call\nDiff\n")
    assert "  from what you approved of acme/first-call on 20" in plan
    assert "\n--- approved/recipes/acme/first_call.py\n+++ b/recipes/acme/first_call.py\n" in plan
    assert "\n+        limit: At most: " in plan
    assert plan.endswith(
        f"Taken    team, v2 at {second[:12]}\nNext     recipes run asks again before anything that changed runs\n"
    )

    assert recipes(*run).exit_code == 7
    again = at_terminal(*run, typed="d\n\n")
    assert again.text.startswith(heading.format(url=url, commit=second, reason="approved another"))
    assert "  Changed since        acme/first_call.py\n" in again.text
    assert "\n+        limit: At most: " in again.text
    assert again.exit_code == 7
    assert "+        limit: At most: " in recipes("show", "acme/first-call", "--diff").stdout
    assert at_terminal(*run, typed="y\n").exit_code == 0
    assert recipes(*run).exit_code == 0


def test_nothing_new_is_said_in_a_line(invoke: Invoke, acme: Upstream) -> None:
    result = invoke("repo", "update")
    head = acme.git("rev-parse", "HEAD")
    assert (result.stdout, result.stderr, result.exit_code) == ("", f"Current  acme, main at {head[:12]}\n", 0)


def test_the_plan_comes_first_and_a_dry_run_takes_nothing(invoke: Invoke, acme: Upstream, home: Path) -> None:
    old = acme.git("rev-parse", "HEAD")
    acme.write_recipe("echo/more", "What more is there?")
    acme.write("recipes/echo/api.toml", ECHO_API.replace("echo.example", "evil.example"))
    new = acme.commit()
    before = (home / "recipes.lock").read_bytes()
    result = invoke("repo", "update", "acme", "--dry-run")
    assert result.stdout.startswith(
        f"acme: main at {old[:12]} -> main at {new[:12]}\n"
        "  added    echo/more\n"
        "  changed  echo/things\n"
        "New\n"
        "  host: evil.example\n"
        "  key: ECHO_API_KEY goes to evil.example\n"
        "Diff\n"
        "  from what is locked, as you approved nothing of it\n"
        "\n"
        "--- a/recipes/echo/api.toml\n"
    )
    assert '\n-base-url = "https://echo.example/v1"\n+base-url = "https://evil.example/v1"\n' in result.stdout
    assert result.stderr == f"Kept     acme, main at {old[:12]}; nothing was taken.\n"
    assert (home / "recipes.lock").read_bytes() == before


def test_without_a_terminal_it_takes_yes(invoke: Invoke, acme: Upstream) -> None:
    acme.write_recipe("echo/more", "What more is there?")
    new = acme.commit()
    refused = invoke("repo", "update", "acme")
    assert (refused.exit_code, "added    echo/more" in refused.stdout) == (2, True)
    assert refused.stderr.endswith("Fix    recipes repo update acme --yes\n")
    assert "acme/echo/more" not in invoke("list").stdout
    taken = invoke("repo", "update", "acme", "--yes")
    assert taken.stderr == (
        f"Taken    acme, main at {new[:12]}\nNext     recipes run asks again before anything that changed runs\n"
    )
    assert "acme/echo/more" in invoke("list").stdout


@pytest.mark.parametrize("typed, is_taken", [("n\n", False), ("\n", False), ("y\n", True)])
def test_on_a_terminal_it_is_asked_with_no_as_default(
    invoke: Invoke, acme: Upstream, in_terminal: Callable[..., Screen], home: Path, typed: str, *, is_taken: bool
) -> None:
    acme.write_recipe("echo/more", "What more is there?")
    acme.commit()
    screen = in_terminal("repo", "update", env={"RECIPES_HOME": str(home)}, when={"Take it? [y/N]": typed})
    assert screen.exit_code == 0, screen.text
    assert ("acme/echo/more" in invoke("list").stdout) is is_taken


def test_a_commit_that_changes_no_declared_file_is_taken_at_once(invoke: Invoke, acme: Upstream) -> None:
    acme.write("docs/x.md", "More.")
    new = acme.commit()
    result = invoke("repo", "update", "acme")
    assert (result.exit_code, result.stderr) == (0, f"Taken    acme, main at {new[:12]}\n")
    assert "Its files are the same." in result.stdout


def test_another_tag_is_taken_by_its_name(invoke: Invoke, url: str, upstream: Upstream, home: Path) -> None:
    upstream.git("tag", "v1")
    invoke("repo", "add", url, "--as", "acme", "--ref", "v1")
    upstream.write_recipe("echo/more", "What more is there?")
    new = upstream.commit()
    upstream.git("tag", "v2")
    assert invoke("repo", "update", "acme").stderr.startswith("Current  acme, v1 at ")
    assert invoke("repo", "update", "acme", "--ref", "v2", "--yes").exit_code == 0
    [locked] = read_lock((home / "recipes.lock").read_text(), home)
    assert (locked.ref, locked.commit) == ("refs/tags/v2", new)
    assert invoke("repo", "update", "--ref", "v1").exit_code == 2


def test_t17_a_moved_tag_stops_with_both_commits_and_writes_nothing(
    invoke: Invoke, url: str, upstream: Upstream, home: Path
) -> None:
    old = upstream.git("rev-parse", "HEAD")
    upstream.git("tag", "v1")
    invoke("repo", "add", url, "--as", "acme", "--ref", "v1")
    before = (home / "recipes.lock").read_bytes()
    upstream.write_recipe("echo/more", "What more is there?")
    new = upstream.commit()
    upstream.git("tag", "--force", "v1")
    result = invoke("repo", "update", "acme", "--yes")
    assert (result.exit_code, result.stdout) == (3, "")
    assert f"       locked: {old}\n       now:    {new}\n" in result.stderr
    assert (home / "recipes.lock").read_bytes() == before
    assert invoke("sync", "--locked").exit_code == 0


def test_one_stop_does_not_hold_up_the_others(
    invoke: Invoke, acme: Upstream, make_upstream: Callable[..., Upstream], git_server: GitServer
) -> None:
    other = make_upstream("other")
    invoke("repo", "add", f"{git_server.url}/other")
    acme.git("commit", "--quiet", "--amend", "--message", "Rewritten")
    other.write_recipe("echo/more", "What more is there?")
    other.commit()
    result = invoke("repo", "update", "--yes")
    assert result.exit_code == 3
    assert "The history of main of acme was rewritten" in result.stderr
    assert result.stderr.endswith("Error  1 of 2 were not updated.\n")
    assert "other/echo/more" in invoke("list").stdout


def test_examples_that_lose_their_origin_are_named(invoke: Invoke, trusted: Repo, acme: Upstream) -> None:
    acme.write_recipe("echo/second", "What else is there?")
    acme.commit()
    invoke("repo", "update", "acme", "--yes")
    for name, origin in (("for-bob", "things"), ("for-ann", "second")):
        made = invoke("new", f"echo/{name}", "--from", f"acme/echo/{origin}", "--customer", name, "-P", "count=3")
        assert made.exit_code == 0, made.stderr
    (acme.root / "recipes" / "echo" / "things.py").unlink()
    (acme.root / "recipes" / "echo" / "second.py").rename(acme.root / "recipes" / "echo" / "renamed.py")
    acme.commit()
    plan = invoke("repo", "update", "acme", "--dry-run").stdout
    assert "  removed  echo/things   (echo/for-bob for for-bob is made from it)\n" in plan
    assert "  renamed  echo/second -> echo/renamed   (echo/for-ann for for-ann is made from it)\n" in plan


def test_an_example_of_the_catalog_stays_the_catalogs(invoke: Invoke, trusted: Repo, acme: Upstream) -> None:
    """A repository of others that takes the same id must not reach into the user's own example by an update."""
    made = invoke("new", "newswhip/acme-election", "--from", "newswhip/top-stories", "--customer", "Acme")
    assert made.exit_code == 0, made.stderr
    acme.write_recipe("newswhip/top-stories", "Anything else?")
    acme.commit()
    assert invoke("repo", "update", "acme", "--yes").exit_code == 0
    assert invoke("outdated").stderr == "1 example, none outdated.\n"


def test_an_example_of_others_stays_theirs_though_the_catalog_has_the_id(
    invoke: Invoke, trusted: Repo, acme: Upstream
) -> None:
    acme.write_recipe("newswhip/top-stories", "Anything else?")
    acme.commit()
    invoke("repo", "update", "acme", "--yes")
    invoke("new", "newswhip/for-bob", "--from", "acme/newswhip/top-stories", "--customer", "Bob", "-P", "count=3")
    assert invoke("outdated").stderr == "1 example, none outdated.\n"


def test_of_two_origins_that_both_changed_the_catalogs_is_meant(
    invoke: Invoke, trusted: Repo, acme: Upstream, home: Path
) -> None:
    invoke("new", "newswhip/acme-election", "--from", "newswhip/top-stories", "--customer", "Acme")
    acme.write_recipe("newswhip/top-stories", "Anything else?")
    acme.commit()
    invoke("repo", "update", "acme", "--yes")
    path = trusted.root / "recipes" / "newswhip" / "acme_election.py"
    path.write_text(re.sub(r"top-stories [0-9a-f]{64}", f"top-stories {'0' * 64}", path.read_text()))
    session = Session({"RECIPES_HOME": str(home)}, trusted.root)
    [example], _ = find_examples(session.library, session.library.home)
    assert example.origin is not None
    assert not example.origin.path.is_relative_to(home)


def test_what_is_not_here_cannot_be_compared(invoke: Invoke, acme: Upstream, home: Path) -> None:
    acme.write_recipe("echo/more", "What more is there?")
    acme.commit()
    (home / "repositories" / "trees").rename(home / "gone")
    result = invoke("repo", "update", "acme", "--yes")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (3, "Fix    recipes sync")


def test_verify_reads_all_again(invoke: Invoke, acme: Upstream, home: Path) -> None:
    assert invoke("repo", "verify").stdout.startswith("ok  acme  rb1:")
    [path] = (home / "repositories" / "trees").glob("*/recipes/echo/things.py")
    path.parent.chmod(0o755)
    path.chmod(0o644)
    path.write_text(path.read_text().replace("things", "thongs"))
    result = invoke("repo", "verify", "acme")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "The files kept of acme are not what they were when they were kept." in result.stderr
    assert invoke("sync", "--locked").exit_code == 3
    assert invoke("sync", env={"RECIPES_OFFLINE": "1"}).stdout.startswith("restored  acme")
    assert invoke("repo", "verify").exit_code == 0


@pytest.mark.parametrize(
    "old, new",
    [('digest = "rb1:', 'digest = "rb1:A'), ("refs/heads/main", "main"), ("lock-version = 1", "lock-version = 2")],
)
def test_a_lock_that_was_damaged_by_hand_is_named_with_its_line(
    invoke: Invoke, acme: Upstream, home: Path, old: str, new: str
) -> None:
    lock = home / "recipes.lock"
    lock.write_text(lock.read_text().replace(old, new))
    for words in (("sync",), ("repo", "verify"), ("repo", "update"), ("repo", "remove", "acme")):
        result = invoke(*words)
        assert result.exit_code == 1
        assert f"Error  {lock}:" in result.stderr
        assert "\nFix    " in result.stderr


def test_a_digest_that_was_edited_by_hand_is_not_synced(invoke: Invoke, acme: Upstream, home: Path) -> None:
    lock = home / "recipes.lock"
    [locked] = read_lock(lock.read_text(), lock)
    lock.write_text(lock.read_text().replace(f'"{locked.digest}"', f'"rb1:{"A" * 43}="', 1))
    result = invoke("sync")
    assert result.exit_code == 3
    assert "acme has other content than recipes.lock says." in result.stderr
    assert locked.digest in result.stderr


def test_offline_is_said_by_option_and_by_variable(invoke: Invoke, acme: Upstream, home: Path) -> None:
    assert invoke("sync", "--offline").exit_code == 0
    (home / "repositories").rename(home / "gone")
    assert invoke("sync", "--offline").exit_code == 6
    assert invoke("sync", env={"RECIPES_OFFLINE": "1"}).exit_code == 6
    assert invoke("sync", env={"RECIPES_OFFLINE": "0"}).exit_code == 0


def run(home: Path, folder: Path, *words: str) -> "subprocess.Popen[bytes]":
    env = {"PATH": os.environ["PATH"], "RECIPES_HOME": str(home), "HOME": str(home)}
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", "runner", *words], cwd=folder, env=env, stdout=quiet, stderr=quiet)


def test_two_commands_that_add_at_once_lose_nothing(
    invoke: Invoke, make_upstream: Callable[..., Upstream], git_server: GitServer, home: Path, folder: Path
) -> None:
    names = ("one", "two", "three")
    for name in names:
        make_upstream(name)
    commands = [run(home, folder, "repo", "add", f"{git_server.url}/{name}") for name in names]
    assert [command.wait(60) for command in commands] == [0, 0, 0]
    assert sorted(each.alias for each in read_lock((home / "recipes.lock").read_text(), home)) == sorted(names)
    assert invoke("repo", "verify").exit_code == 0


@pytest.mark.parametrize("command", ["add", "update"])
def test_killed_at_any_moment_a_command_leaves_old_or_new(
    invoke: Invoke,
    make_upstream: Callable[..., Upstream],
    git_server: GitServer,
    home: Path,
    folder: Path,
    command: str,
) -> None:
    """`kill -9` at moments all over the run: what is seen is whole, and the command works when it is given again."""
    upstream = make_upstream("team")
    for number in range(60):
        upstream.write_recipe(f"echo/r-{number}", f"What is {number}?")
    upstream.commit()
    url = f"{git_server.url}/team"
    began = time.monotonic()
    assert run(home, folder, "repo", "add", url).wait(60) == 0
    whole = time.monotonic() - began
    for at in range(4):
        if command == "add":
            invoke("repo", "remove", "team")
            for gone in ("trees", "mirrors"):
                if (home / "repositories" / gone).exists():
                    (home / "repositories" / gone).rename(home / f"gone-{gone}-{at}")
        else:
            upstream.write_recipe("echo/things", f"What is new in round {at}?")
            upstream.commit()
        words = ("repo", "add", url) if command == "add" else ("repo", "update", "team", "--yes")
        process = run(home, folder, *words)
        time.sleep(whole * (at + 1) / 4)
        process.kill()
        process.wait()
        listed = json.loads(invoke("repo", "list", "--json").stdout)
        assert invoke("repo", "verify").exit_code == 0
        assert all(each["state"] == "here" and each["recipes"] == 61 for each in listed)
        if listed or command == "update":
            assert invoke("repo", "update", "team", "--yes").exit_code == 0
        else:
            assert invoke("repo", "add", url).exit_code == 0
        assert invoke("repo", "verify").exit_code == 0
        assert len(json.loads(invoke("list", "--json").stdout)) > 61


PLUG = """\
import json, os, shutil, signal, sys
from contextlib import suppress
from pathlib import Path

home, old, new = Path(os.environ["RECIPES_HOME"]), *map(Path, sys.argv[1:3])
words = sys.argv[3:]
WRITES = {
    "open": lambda path, _, flags: os.open(path, flags, 0o644),
    "os.mkdir": lambda path, mode, _: os.mkdir(path, mode),
    "os.chmod": lambda path, mode, _: os.chmod(path, mode),
    "os.rename": lambda before, after, *_: os.rename(before, after),
    "os.remove": lambda path, _: os.remove(path),
    "os.rmdir": lambda path, _: os.rmdir(path),
}
left = 0

def pull(event, arguments):
    "End this process after the write that was chosen; after opening a file, and before anything stands in it."
    global left
    if event not in WRITES or not str(arguments[0]).startswith(str(home)):
        return
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
        return
    left -= 1
    if left == 0:
        with suppress(OSError):
            WRITES[event](*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

def carry_out(words, at=0):
    global left
    if not (pid := os.fork()):
        quiet = os.open(os.devnull, os.O_RDWR)
        os.dup2(quiet, 1), os.dup2(quiet, 2)
        left = at
        sys.addaudithook(pull)
        try:
            main([*words])
        except SystemExit as end:
            os._exit(end.code or 0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

def lock():
    return (home / "recipes.lock").read_text() if (home / "recipes.lock").exists() else ""

sys.dont_write_bytecode = True
from runner.cli import main
import runner.cli.repo_add, runner.cli.repo_update, runner.cli.repositories, runner.sharing.repositories.keeping
at, done, wanted = 0, -signal.SIGKILL, (new / "recipes.lock").read_text()
while done:
    at += 1
    for folder, _, _ in os.walk(home):
        os.chmod(folder, 0o700)
    shutil.rmtree(home)
    shutil.copytree(old, home)
    before = lock()
    done = carry_out(words, at)
    told = {"at": at, "ended": done, "whole": lock() in (before, wanted)}
    told["sound"] = carry_out(["repo", "verify"])
    told["again"] = carry_out(words) if lock() == before != wanted else 0
    told["new"] = lock() == wanted
    told["sound then"] = carry_out(["repo", "verify"]), carry_out(["sync", "--locked"])
    print(json.dumps(told))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is copied for each write")
@pytest.mark.parametrize("command", ["add", "update", "remove"])
def test_killed_at_each_write_a_command_leaves_old_or_new(
    invoke: Invoke, upstream: Upstream, home: Path, folder: Path, command: str
) -> None:
    """The plug is pulled after the first write, then after the second, and so on; then the command is given again."""
    url = f"file://{upstream.root}"
    words = {"add": ("add", url), "update": ("update", "--yes"), "remove": ("remove", "team")}[command]
    home.mkdir()
    if command != "add":
        assert invoke("repo", "add", url).exit_code == 0
    upstream.write_recipe(title="What is new?")
    upstream.commit()
    old, new = home.with_name("old"), home.with_name("new")
    shutil.copytree(home, old)
    assert invoke("repo", *words).exit_code == 0
    shutil.copytree(home, new)
    env = {"PATH": os.environ["PATH"], "RECIPES_HOME": str(home), "HOME": str(home)}
    run_all = [sys.executable, "-c", PLUG, str(old), str(new), "repo", *words]
    done = subprocess.run(run_all, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *killed, last = map(json.loads, done.stdout.splitlines())
    assert len(killed) > {"add": 20, "update": 15, "remove": 2}[command]
    fine = {"ended": -9, "whole": True, "sound": 0, "again": 0, "new": True, "sound then": [0, 0]}
    assert [each for each in killed if {**each, **fine} != each] == []
    assert {**last, **fine, "ended": 0} == last


FULL = """\
import resource, signal, sys
sys.dont_write_bytecode = True  # else Python leaves halves of compiled files for others to trip over
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from runner.cli import main
main(sys.argv[2:])
"""


@pytest.mark.parametrize("most", [0, 50, 300, 900])
def test_a_disk_that_is_full_leaves_the_old_state(
    invoke: Invoke, acme: Upstream, home: Path, folder: Path, most: int
) -> None:
    """No file may grow beyond so many bytes, which is how a full disk looks to each write after the first."""
    before = (home / "recipes.lock").read_bytes()
    acme.write_recipe("echo/more", "What more is there?")
    acme.write("README.md", "x" * 1000)
    acme.commit()
    env = {"PATH": os.environ["PATH"], "RECIPES_HOME": str(home), "HOME": str(home)}
    words = [sys.executable, "-c", FULL, str(most), "repo", "update", "acme", "--yes"]
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("Error  ")
    assert "check the address and the network" not in done.stderr
    assert (home / "recipes.lock").read_bytes() == before
    assert invoke("repo", "verify").exit_code == 0
    assert invoke("repo", "update", "acme", "--yes").exit_code == 0
    assert "acme/echo/more" in invoke("list").stdout
