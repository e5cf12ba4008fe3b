"""Adding, listing, removing: what a user sees of repositories of others before anything of them runs."""

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Invoke, Repo
from tests.conftest import GitServer, Screen, Upstream


def files_below(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_comes_is_shown_and_that_nothing_runs(invoke: Invoke, url: str, upstream: Upstream, home: Path) -> None:
    head = upstream.git("rev-parse", "HEAD")
    result = invoke("repo", "add", url, "--as", "acme")
    assert (result.stdout, result.exit_code) == ("", 0)
    assert result.stderr == (
        "Added    acme: Team recipes, published by Acme (so it says)\n"
        f"From     {url}, main at {head[:12]}\n"
        "Recipes  1, such as acme/echo/things\n"
        f"Locked   {home}/recipes.lock\n"
        "Next     recipes list   (nothing of it runs before you allow it; recipes run asks)\n"
    )


def test_its_recipes_are_seen_by_alias_everywhere(invoke: Invoke, url: str, upstream: Upstream) -> None:
    upstream.write("cassettes/README.md", "x")
    upstream.commit()
    invoke("repo", "add", url, "--as", "acme")
    assert "acme/echo/things,What is there?" in invoke("list").stdout
    names = [each["id"] for each in json.loads(invoke("list", "--json").stdout)]
    assert names[0] == "acme/echo/things"
    assert "acme/echo/things" in invoke("search", "what is there").stdout
    for name in ("acme/echo/things", "echo/things", "things"):
        assert "Recipe    acme/echo/things" in invoke("show", name).stdout
    assert "def main(" in invoke("show", "things", "--source").stdout
    completed = invoke(
        env={"COMP_WORDS": "recipes run acme/ec", "COMP_CWORD": "2", "_RECIPES_COMPLETE": "bash_complete"}
    )
    assert (completed.stdout, completed.stderr) == ("plain,acme/echo/things\n", "")


def test_the_list_says_where_each_group_is_from(
    invoke: Invoke, url: str, in_terminal: Callable[..., Screen], home: Path
) -> None:
    invoke("repo", "add", url, "--as", "acme")
    screen = in_terminal("list", "--api", "echo", env={"RECIPES_HOME": str(home)})
    assert "acme/echo/things" in screen.text
    screen = in_terminal("list", env={"RECIPES_HOME": str(home)})
    assert screen.text.startswith(f"Team recipes (acme, from {url}) · echo\nRECIPE  ")
    assert "Start here" in screen.text


def test_listing_runs_nothing_of_it(invoke: Invoke, url: str, upstream: Upstream, tmp_path: Path) -> None:
    """T1, for the part before trust: each command that only reads leaves no marker; run, record and test refuse."""
    marker = tmp_path / "marker"
    evil = f"import pathlib\npathlib.Path({str(marker)!r}).touch()\n"
    path = upstream.root / "recipes" / "echo" / "things.py"
    path.write_text(path.read_text().replace("from typing", f"{evil}from typing"))
    upstream.write("recipes/echo/sandbox/__init__.py", evil)
    for name in ("json", "requests", "sitecustomize", "usercustomize", "conftest"):
        upstream.write(f"recipes/echo/{name}.py", evil)
    upstream.commit()
    assert invoke("repo", "add", url, "--as", "acme").exit_code == 0
    reading: list[tuple[str, ...]] = [
        *(("list",), ("search", "there"), ("show", "things"), ("repo", "list"), ("repo", "verify"), ("sync",)),
        *(("repo", "update"), ("check", "things"), ("templates",), ("doctor", "--offline")),
        ("export", "things", "--to", "script", "-o", "x.py"),
    ]
    for words in reading:
        assert invoke(*words).exit_code in (0, 3), words
    for words in (("run", "things", "--try"), ("test", "things"), ("sandbox", "acme/echo"), ("run", "things")):
        result = invoke(*words)
        assert result.exit_code == (7 if words[0] != "test" else 2), (words, result.stderr)
    assert not marker.exists()


def test_a_run_is_refused_with_the_command_to_grant(invoke: Invoke, url: str) -> None:
    invoke("repo", "add", url, "--as", "acme")
    result = invoke("run", "things", "--try")
    assert (result.stdout, result.exit_code) == ("", 7)
    assert result.stderr.startswith("Error  acme/echo/things is not trusted, so it does not run.\n")
    assert result.stderr.endswith("Fix    recipes trust acme/echo/things\n")
    assert invoke("trust", "acme/echo/things").exit_code == 0
    assert json.loads(invoke("run", "things", "--try", "--format", "json").stdout) == {"path": "/v1/things"}
    assert invoke("untrust", "acme").exit_code == 0
    assert invoke("run", "things", "--try").exit_code == 7


def test_an_alias_and_a_folder_of_one_name_are_told_apart(invoke: Invoke, url: str, folder: Path) -> None:
    invoke("repo", "add", url, "--as", "acme")
    (folder / "acme").mkdir()
    result = invoke("trust", "acme", "--all-recipes")
    assert result.exit_code == 0
    assert "./acme" in result.stderr.splitlines()[0]
    assert json.loads(invoke("run", "things", "--try", "--format", "json").stdout) == {"path": "/v1/things"}


def test_in_a_repository_the_lock_is_its_own(invoke: Invoke, url: str, repo: Repo, home: Path) -> None:
    assert invoke("repo", "add", url, "--as", "acme").exit_code == 0
    assert (repo.root / "recipes.lock").is_file()
    assert not (home / "recipes.lock").exists()
    assert "test-key" not in (repo.root / "recipes.lock").read_text()


def test_the_users_own_and_the_repositorys_are_both_seen(
    invoke: Invoke, make_upstream: Callable[..., Upstream], git_server: GitServer, folder: Path
) -> None:
    for name in ("one", "two"):
        make_upstream(name)
    invoke("repo", "add", f"{git_server.url}/one")
    (folder / "recipes.toml").write_text('name = "mine"\ntitle = "Mine"\n')
    invoke("repo", "add", f"{git_server.url}/two")
    names = [each["id"] for each in json.loads(invoke("list", "--json").stdout)]
    assert names[:2] == ["two/echo/things", "one/echo/things"]
    result = invoke("show", "echo/things")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error  'echo/things' means several recipes.\n       two/echo/things\n       one/echo/things\n"
        "Fix    recipes show two/echo/things\n",
    )
    taken = invoke("repo", "add", f"{git_server.url}/two", "--as", "one")
    assert (taken.exit_code, taken.stderr) == (2, "Error  The name 'one' is taken.\nFix    --as OTHER-NAME\n")


@pytest.mark.parametrize("alias", ["catalog", "local", "Acme", "../acme", "a b", "-x", "a/b", "", "ä"])
def test_an_alias_that_cannot_be_is_refused_before_anything_is_fetched(
    invoke: Invoke, git_server: GitServer, url: str, alias: str
) -> None:
    result = invoke("repo", "add", url, f"--as={alias}")
    assert result.exit_code == 2
    assert "--as" in result.stderr
    assert git_server.asked == []


def test_the_name_it_gives_itself_may_be_taken(invoke: Invoke, upstream: Upstream, url: str) -> None:
    upstream.write("recipes.toml", 'name = "catalog"\ntitle = "Not the catalog"\n')
    upstream.commit()
    result = invoke("repo", "add", url)
    assert (result.exit_code, result.stderr) == (2, "Error  The name 'catalog' is taken.\nFix    --as OTHER-NAME\n")


def test_the_catalog_cannot_be_hidden(invoke: Invoke, url: str, upstream: Upstream, repo: Repo) -> None:
    upstream.write_recipe("newswhip/top-stories", "Another?")
    upstream.write("recipes/newswhip/api.toml", 'title = "N"\nbase-url = "https://evil.example"\n')
    upstream.write("templates/recipe/blank/template.toml", "nonsense")
    upstream.commit()
    invoke("repo", "add", url, "--as", "evil")
    assert "Which stories" in invoke("show", "catalog/newswhip/top-stories").stdout
    ambiguous = invoke("run", "newswhip/top-stories", "--try")
    assert (ambiguous.exit_code, "means several recipes" in ambiguous.stderr) == (2, True)
    made = invoke("new", "newswhip/mine", "--template", "list", "-P", "question=What is mine?")
    assert made.exit_code == 0, made.stderr
    assert "api.newswhip.com" in (repo.root / "recipes" / "newswhip" / "api.toml").read_text()


def test_an_api_that_others_described_gets_no_key_unasked(
    invoke: Invoke, url: str, trusted: Repo, home: Path, upstream: Upstream
) -> None:
    """T20 and "Bad input": an `api.toml` that names another API's key variable with a host of its own."""
    upstream.write_recipe("city/lights", "Where are lights?")
    text = (upstream.root / "recipes" / "city" / "api.toml").read_text()
    upstream.write("recipes/city/api.toml", text.replace("ECHO_API_KEY", "NEWSWHIP_API_KEY"))
    upstream.commit()
    invoke("repo", "add", url, "--as", "acme")
    made = invoke("new", "city/mine", "--from", "acme/city/lights")
    assert made.exit_code == 0, made.stderr
    assert "Not allowed yet: sending the key in NEWSWHIP_API_KEY to " in made.stderr
    assert "ANOTHER API'S KEY" in made.stderr
    assert "NEWSWHIP_API_KEY" not in (home / "trust.json").read_text()
    refused = invoke("run", "city/mine", env={"NEWSWHIP_API_KEY": "test-key-of-newswhip"})
    assert (refused.exit_code, "was not approved" in refused.stderr) == (7, True)


def test_a_recipe_of_others_is_recorded_nowhere(invoke: Invoke, url: str, trusted: Repo) -> None:
    invoke("repo", "add", url, "--as", "acme")
    invoke("trust", "acme/echo/things")
    result = invoke("record", "acme/echo/things", "--sandbox")
    assert result.exit_code == 2
    assert "belongs to Team recipes, and cases are kept beside recipes" in result.stderr


def test_a_customers_example_can_be_made_from_one(invoke: Invoke, url: str, trusted: Repo) -> None:
    invoke("repo", "add", url, "--as", "acme")
    made = invoke("new", "echo/for-bob", "--from", "acme/echo/things", "--customer", "Bob News", "-P", "count=3")
    assert made.exit_code == 0, made.stderr
    assert invoke("outdated").stderr == "1 example, none outdated.\n"


def test_a_recipe_of_others_is_exported_unrun(invoke: Invoke, url: str, folder: Path) -> None:
    invoke("repo", "add", url, "--as", "acme")
    result = invoke("export", "acme/echo/things", "--to", "script", "-o", "things.py")
    assert (result.exit_code, result.stdout) == (0, "things.py\n")
    assert "not run" in (folder / "things.py").read_text()


def test_a_folder_is_linked_and_read_as_it_is(invoke: Invoke, upstream: Upstream, repo: Repo) -> None:
    path = os.path.relpath(upstream.root)
    result = invoke("repo", "add", path, "--as", "dev")
    assert result.exit_code == 0, result.stderr
    assert f'url = "{path}"' in (repo.root / "recipes.lock").read_text()
    upstream.write_recipe("echo/more", "What more is there?")
    assert "dev/echo/more" in invoke("list").stdout
    assert invoke("run", "dev/echo/more", "--try").exit_code == 7
    assert invoke("trust", "dev").exit_code == 0
    assert invoke("run", "dev/echo/more", "--try").exit_code == 0
    assert "linked    dev" in invoke("sync").stdout
    assert invoke("sync", "--locked").exit_code == 3
    assert "Removed  dev" in invoke("repo", "remove", "dev").stderr
    assert (upstream.root / "recipes.toml").exists()


def test_a_zip_is_added_by_its_path(invoke: Invoke, upstream: Upstream, folder: Path) -> None:
    upstream.git("archive", "--format=zip", "--prefix=team-1/", f"--output={folder / 'team.zip'}", "HEAD")
    assert invoke("repo", "add", "team.zip").exit_code == 0
    assert "team/echo/things" in invoke("list").stdout
    (folder / "team.zip").unlink()
    assert invoke("sync").exit_code == 0


def test_an_evil_zip_leaves_nothing(invoke: Invoke, upstream: Upstream, folder: Path, home: Path) -> None:
    upstream.git("archive", "--format=zip", f"--output={folder / 'team.zip'}", "HEAD")
    with zipfile.ZipFile(folder / "team.zip", "a") as archive:
        archive.writestr("../../../hacked.py", "x")
    result = invoke("repo", "add", "team.zip")
    assert result.exit_code == 3
    assert "../../../hacked.py holds the name '..'" in result.stderr
    assert not list(folder.parent.rglob("hacked.py"))
    assert not (home / "recipes.lock").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--", "--upload-pack=touch hacked"),
        ("ext::sh -c touch% hacked",),
        ("ssh://-oProxyCommand=touch%20hacked/x",),
        ("http://git.example/a",),
    ],
)
def test_t16_addresses_that_are_commands_are_refused(
    invoke: Invoke, folder: Path, home: Path, words: tuple[str, ...]
) -> None:
    result = invoke("repo", "add", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Fix    " in result.stderr
    assert list(folder.iterdir()) == []
    assert not (home / "recipes.lock").exists()


@pytest.mark.parametrize("address", ["https://me:{}@git.example/a", "https://files.example/a.zip?token={}"])
def test_t18_a_key_in_an_address_reaches_no_file_and_no_screen(
    invoke: Invoke, folder: Path, home: Path, address: str
) -> None:
    result = invoke("repo", "add", address.format("test-key-44ac"))
    assert result.exit_code == 2
    assert "test-key" not in result.output
    assert b"test-key" not in b"".join([*files_below(folder).values(), *files_below(home).values()])


def test_a_ref_that_is_not_there_suggests_the_nearest(invoke: Invoke, url: str, upstream: Upstream) -> None:
    upstream.git("tag", "v1.4.0")
    result = invoke("repo", "add", url, "--ref", "v1.4.1")
    assert (result.exit_code, result.stderr) == (2, "Error  No tag or branch named 'v1.4.1'.\nFix    --ref v1.4.0\n")
    assert invoke("repo", "add", url, "--ref", "v1.4.0").exit_code == 0


def stand_in_for_ssh(folder: Path, code: str) -> dict[str, str | None]:
    """Let git call a script in place of ssh, which keeps what it was given in `asked`."""
    script = folder.parent / "ssh"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {folder.parent}/asked\n[ "$1" = -G ] && exit 0\n{code}\n')
    script.chmod(0o755)
    return {"GIT_SSH_COMMAND": str(script)}


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for ssh is a shell script")
@pytest.mark.parametrize("address", ["ssh://git@git.example:2222{path}", "git@git.example:{path}"])
def test_ssh_is_called_as_the_user_set_it(invoke: Invoke, upstream: Upstream, folder: Path, address: str) -> None:
    """A key, a port or a jump host is theirs to say, and no part of what somebody else wrote has a say in it."""
    path = f"{upstream.root}" if address.startswith("ssh") else upstream.root.name
    at = f"cd {upstream.root.parent}" if not address.startswith("ssh") else ":"
    env = stand_in_for_ssh(folder, f'{at}; for last; do :; done; eval "$last"')
    added = invoke("repo", "add", address.format(path=path), "--as", "acme", env=env)
    assert added.exit_code == 0, added.stderr
    assert json.loads(invoke("repo", "list", "--json").stdout)[0]["url"] == address.format(path=path)
    asked = (folder.parent / "asked").read_text().splitlines()
    assert asked[-2:] == ["git@git.example", f"git-upload-pack '{path}'"]
    assert invoke("repo", "update", env=env).stderr.startswith("Current  acme, main at ")


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for ssh is a shell script")
@pytest.mark.parametrize(
    "said, fix",
    [
        ("Host key verification failed.", "ssh to that host once, and compare the key that it shows"),
        (
            "git@git.example: Permission denied (publickey).",
            "let ssh know your key: ssh-add KEY, or GIT_SSH_COMMAND='ssh -i KEY'",
        ),
        ("ssh: connect to host git.example port 22: Connection refused", "check the address and the network"),
        ("kex_exchange\033[2J", "check the address and the network"),
    ],
)
def test_what_ssh_says_is_passed_on(invoke: Invoke, folder: Path, said: str, fix: str) -> None:
    env = stand_in_for_ssh(folder, f"printf 'Warning: something else.\\r\\n{said}\\r\\n' >&2; exit 255")
    refused = invoke("repo", "add", "ssh://git@git.example/acme", env=env)
    shown = said.replace("\033", "\ufffd")
    assert (refused.exit_code, refused.stderr) == (
        6,
        f"Error  ssh://git@git.example/acme cannot be fetched: {shown}\nFix    {fix}\n",
    )


def test_no_network_and_no_git_are_told(invoke: Invoke, folder: Path) -> None:
    nobody = invoke("repo", "add", "http://127.0.0.1:9/team")
    assert (nobody.exit_code, "cannot be fetched" in nobody.stderr) == (6, True)
    offline = invoke("repo", "add", "https://git.example/a", env={"RECIPES_OFFLINE": "1"})
    assert (offline.exit_code, "the network is not to be asked" in offline.stderr) == (6, True)
    missing = invoke("repo", "add", "https://git.example/a", env={"PATH": str(folder)})
    assert missing.exit_code == 2
    assert missing.stderr.startswith("Error  This takes git, which is not installed.\nFix    install git")


def test_a_missing_tree_is_one_line_and_breaks_no_list(invoke: Invoke, url: str, home: Path) -> None:
    invoke("repo", "add", url, "--as", "acme")
    (home / "repositories" / "trees").rename(home / "gone")
    result = invoke("list")
    assert result.exit_code == 0
    assert result.stderr == "Missing  acme was added, and its files are not here.  Fix  recipes sync\n"
    assert "newswhip/top-stories" in result.stdout
    assert invoke("sync").stdout.startswith("fetched   acme  main at ")
    assert "acme/echo/things" in invoke("list").stdout


def test_a_broken_lock_breaks_no_list(invoke: Invoke, url: str, home: Path) -> None:
    invoke("repo", "add", url, "--as", "acme")
    lock = home / "recipes.lock"
    lock.write_text(lock.read_text().replace("lock-version = 1", "lock-version = 9"))
    result = invoke("list")
    assert (result.exit_code, result.stderr.count("\n")) == (0, 1)
    assert "lock-version is 9, and this runner reads 1  Fix  pip install -U recipe-runner" in result.stderr
    for words in (("repo", "list"), ("sync",), ("repo", "add", url)):
        assert invoke(*words).exit_code == 1


def test_a_linked_folder_that_breaks_is_a_fault_among_others(invoke: Invoke, upstream: Upstream) -> None:
    invoke("repo", "add", str(upstream.root), "--as", "dev")
    (upstream.root / "recipes.toml").write_text("nonsense")
    listed = invoke("list")
    assert (listed.exit_code, "recipes.toml:1: this is no TOML" in listed.stderr) == (0, True)
    assert "newswhip/top-stories" in listed.stdout
    shown = invoke("show", "newswhip/top-stories")
    assert (shown.exit_code, "recipes.toml:1: this is no TOML" in shown.stderr) == (0, True)
    assert invoke("search", "stories").exit_code == 0


EVIL = "A\u202e\x1b]52;c;eA==\x07\x1b[2J\x9b31mB\rC\u2066?"


def test_t26_nothing_that_others_wrote_steers_a_terminal(
    invoke: Invoke, in_terminal: Callable[..., Screen], upstream: Upstream, home: Path
) -> None:
    escaped = "".join(f"\\u{ord(char):04x}" if not char.isascii() or char < " " else char for char in EVIL)
    upstream.write("recipes.toml", f'name = "team"\ntitle = "{escaped}"\npublisher = "{escaped}"\n')
    upstream.write_recipe(title=f"{escaped}")
    upstream.write("README.md", f"{EVIL}\n")
    upstream.commit()
    source, env = f"file://{upstream.root}", {"RECIPES_HOME": str(home), "HOME": str(home)}
    texts = [in_terminal("repo", "add", source, env=env).text]
    for words in (("list",), ("search", "a"), ("show", "things"), ("repo", "list"), ("templates",), ("trust", "team")):
        texts.append(in_terminal(*words, env=env).text)
    upstream.write("README.md", f"{EVIL}{EVIL}\n")
    upstream.write_recipe("echo/more", f"{escaped} more?")
    upstream.commit()
    texts.append(in_terminal("repo", "update", "team", env=env, when={"Take it?": "n\n"}).text)
    for text in texts:
        shown = text.replace("\n", "")
        assert shown
        assert [char for char in shown if not char.isprintable()] == []


def test_t7_only_plain_words_are_offered_for_tab(invoke: Invoke, url: str, upstream: Upstream) -> None:
    for name in ("$(touch x)", "`id`", "a b", "a;b", "a\u00e9", "A", "-x"):
        upstream.write(f"recipes/echo/{name}.py", "x")
    upstream.commit()
    assert invoke("repo", "add", url, "--as", "acme").exit_code == 0
    for typed in ("", "acme/", "acme/echo/"):
        words = {"COMP_WORDS": f"recipes run {typed}", "COMP_CWORD": "2", "_RECIPES_COMPLETE": "bash_complete"}
        offered = [line.partition(",")[2] for line in invoke(env=words).stdout.splitlines()]
        assert "acme/echo/things" in offered
        assert all(set(each) <= set("abcdefghijklmnopqrstuvwxyz0123456789-/") for each in offered)


def test_t12_and_t13_a_hostile_cassette_is_refused_when_it_is_read(
    invoke: Invoke, url: str, upstream: Upstream, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    bomb = 'a: &a ["x","x"]\n' + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20)
    )
    case = f'recipe = "echo/things"\ndigest = "{"0" * 64}"\nclock = 2026-01-01T00:00:00+00:00\n'
    case += 'recorded-at = 2026-01-01T00:00:00Z\nsource = "live"\n\n[values]\ncount = 2\n'
    for name, text in (("default", f'!!python/object/apply:os.system ["touch {marker}"]\n'), ("bomb", bomb)):
        upstream.write(f"cassettes/echo/things/{name}.jsonl", "")
        upstream.write(f"cassettes/echo/things/{name}.yaml", text)
        upstream.write(f"cassettes/echo/things/{name}.toml", case)
    upstream.commit()
    assert invoke("repo", "add", url, "--as", "acme").exit_code == 0
    for words in (("show", "things"), ("list",), ("export", "things", "--to", "curl"), ("test", "things")):
        assert invoke(*words).exit_code in (0, 1, 3, 7)
    assert invoke("trust", "acme/echo/things").exit_code == 0
    for name, said in (
        ("default", "the tag '!!python/object/apply:os.system' is not"),
        ("bomb", "the anchor or alias"),
    ):
        for words in (("run", "things", "--replay", name), ("test", "things", "--case", name)):
            refused = invoke(*words)
            assert refused.exit_code != 0
            assert said in refused.stdout + refused.stderr
    assert not marker.exists()


def test_standing_in_a_cloned_repository_grants_nothing(
    invoke: Invoke, upstream: Upstream, folder: Path, url: str
) -> None:
    """Its `recipes.lock` may name anything: nothing is fetched before `recipes sync`, and nothing runs after it."""
    invoke("repo", "add", url, "--as", "acme", env={"RECIPES_HOME": str(folder / "other")})
    upstream.write("recipes.lock", (folder / "other" / "recipes.lock").read_text())
    os.chdir(upstream.root)
    assert "Missing  acme" in invoke("list").stderr
    assert invoke("sync").exit_code == 0
    assert invoke("run", "acme/echo/things", "--try").exit_code == 7
    assert invoke("run", "echo/things", "--try").exit_code == 7


def test_the_list_of_repositories_is_a_contract(invoke: Invoke, url: str, upstream: Upstream, home: Path) -> None:
    nothing = invoke("repo", "list", "--json")
    assert (json.loads(nothing.stdout), nothing.exit_code) == ([], 0)
    invoke("repo", "add", url, "--as", "acme")
    [row] = json.loads(invoke("repo", "list", "--json").stdout)
    digest = row["digest"]
    assert row == {
        "alias": "acme",
        "title": "Team recipes",
        "publisher": "Acme",
        "kind": "git",
        "url": url,
        "ref": "refs/heads/main",
        "commit": upstream.git("rev-parse", "HEAD"),
        "digest": digest,
        "recipes": 1,
        "state": "here",
        "lock": str(home / "recipes.lock"),
        "folder": row["folder"],
    }
    assert digest.startswith("rb1:")
    assert invoke("repo", "list").stdout.splitlines()[0] == "alias,title,kind,url,ref,commit,recipes,state"


def test_it_is_removed_by_its_name(invoke: Invoke, url: str, home: Path) -> None:
    invoke("repo", "add", url, "--as", "acme")
    result = invoke("repo", "remove", "acme")
    assert result.stderr == f"Removed  acme, from {home}/recipes.lock\nBack     recipes repo add {url} --as acme\n"
    assert "acme" not in invoke("list").stdout
    unknown = invoke("repo", "remove", "acme")
    assert (unknown.exit_code, unknown.stderr) == (
        2,
        "Error  No added repository named 'acme'.\nFix    recipes repo list\n",
    )


def test_an_unknown_command_suggests_the_nearest(invoke: Invoke) -> None:
    assert invoke("repo", "ad").stderr == "Error  No command named 'ad'.\nFix    recipes repo add\n"
    assert "Commands:" in invoke("repo").stdout
