"""What stops `recipes export`: keys, what belongs to others, internal hosts, paths of this machine; in every format."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import pytest
from click.testing import Result

from runner.cli.export import command
from tests.cli.conftest import MAIN, Invoke, Repo

KEY = "test-key-7Hq2Zk9wPx4"
OTHER_KEY = "test-key-2Wm8Vb5Tn1"
STOPPED = "Error  What would be handed over holds what it must not, so nothing was written."
[FORMATS] = [tuple(each.type.choices) for each in command.params if isinstance(each.type, click.Choice)]

TOPIC = '''\
def main(echo: httpx.Client, topic: str, account: str = "acct-0000", hours: int = 24) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        topic: What about, such as tulip fever.
        account: Whose.
        hours: How far back.
    """
    answer = echo.get("/things", params={"q": topic}).raise_for_status().json()
    yield {"path": answer["path"], "hours": hours}'''
TABLE = 'parameters.topic.example = "ferry strike"\nparameters.account = {private = true, example = "acct-1111"}\n'


@pytest.fixture
def recorded(trusted: Repo, invoke: Invoke) -> Repo:
    """A trusted repository with internal hosts, one recipe, and its case."""
    hosts = 'internal-hosts = ["*.corp.example", "10.20.0.0/16", "build01"]\n'
    (trusted.root / "recipes.toml").write_text(f'name = "team"\ntitle = "Team recipes"\n{hosts}', encoding="utf-8")
    trusted.write_recipe(code=TOPIC, table=TABLE)
    result = invoke("record", "things", "--sandbox")
    assert result.exit_code == 0, result.stderr
    return trusted


def findings(result: Result) -> list[str]:
    """Return what was found, without ids; nothing may have been written."""
    lines = result.stderr.splitlines()
    assert (result.exit_code, lines[0], result.stdout) == (3, STOPPED, ""), result.stderr
    return [re.sub(r"  \[[0-9a-f]{12}\]$", "", line.strip()) for line in lines[1:-1]]


def write_profile(home: Path, name: str, text: str) -> None:
    (home / "profiles").mkdir(parents=True, exist_ok=True, mode=0o700)
    path = home / "profiles" / f"{name}.toml"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "planted, what",
    [
        (KEY, "ECHO_API_KEY"),
        (base64.b64encode(f"key={KEY}".encode()).decode(), "ECHO_API_KEY"),
        (OTHER_KEY, "ECHO_API_KEY of another profile (1)"),
        ("Globex Media", "the name of another customer (2)"),
        ("INITECH", "the name of another customer (1)"),
        ("acct 48213 of ours", "a value of another customer (1)"),
        ("https://wiki.corp.example/x", "an internal host"),
        ("WIKI.Corp.Example", "an internal host"),
        (quote("https://wiki.corp.example", safe="").replace(".", "%2E"), "an internal host"),
        ("10.20.3.4", "an internal host"),
        ("/Users/ada/list.csv", "a path of this machine (/Users/...)"),
        ("file:///srv2/list.csv", "a path of this machine (file:///...)"),
    ],
)
def test_what_must_not_leave_stops_an_export_of_any_format(
    kind: str, planted: str, what: str, recorded: Repo, invoke: Invoke, home: Path
) -> None:
    recorded.write_recipe("others", table='customer = "Initech"')
    text = (
        'customer = "Globex Media"\n[values]\naccount = "acct 48213 of ours"\n[keys]\nECHO_API_KEY = "env:GLOBEX_KEY"\n'
    )
    write_profile(home, "gmedia", text)
    recorded.write_recipe(code=TOPIC, table=TABLE, title=f"What is there for {planted}?")
    before = sorted(recorded.root.rglob("*"))
    result = invoke("export", "things", "--to", kind, env={"ECHO_API_KEY": KEY, "GLOBEX_KEY": OTHER_KEY})
    found = findings(result)
    assert {each.partition(": ")[2] for each in found} == {what}
    assert all("line " in each for each in found)
    assert (planted in result.output, KEY in result.output) == (False, False)
    assert sorted(recorded.root.rglob("*")) == before


@pytest.mark.parametrize("kind", [each for each in FORMATS if each != "curl"])
@pytest.mark.parametrize(
    "value, what",
    [
        (KEY, "ECHO_API_KEY"),
        ("word " * 60 + "Globex\n\nMedia", "the name of another customer (1)"),
        ("word " * 60 + "see git.corp.example", "an internal host"),
        ("x" * 300 + f"@build01/{KEY}", "ECHO_API_KEY"),
    ],
)
def test_a_long_value_that_stands_in_pieces_is_searched_whole(
    kind: str, value: str, what: str, recorded: Repo, invoke: Invoke, home: Path
) -> None:
    write_profile(home, "globex", 'customer = "Globex Media"\n')
    result = invoke("export", "things", "--to", kind, "--topic", value, env={"ECHO_API_KEY": KEY})
    assert f"the value of --topic, {what}" in [re.sub(r"line \d+: ", "", each) for each in findings(result)]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("planted", ["/homes/city/adalove", "c2VlIC9ob21lcy9jaXR5L2FkYWxvdmUvbGlzdC5jc3Y="])
def test_the_home_folder_is_found_as_it_is_called(kind: str, planted: str, recorded: Repo, invoke: Invoke) -> None:
    recorded.write_recipe(code=TOPIC, table=TABLE, title=f"Which things are in {planted}?")
    result = invoke("export", "things", "--to", kind, env={"HOME": "/homes/city/adalove"})
    assert "your home folder" in {each.partition(": ")[2] for each in findings(result)}


def test_the_name_of_the_home_folder_is_told(recorded: Repo, invoke: Invoke) -> None:
    path = recorded.write_recipe(code=TOPIC, table=TABLE)
    text = path.read_text()
    path.write_text(text.replace("What about", "As Adalove said"))
    result = invoke("export", "things", "--to", "script", env={"HOME": "/homes/city/adalove"})
    assert (result.exit_code, result.stderr.count("the name of your home folder\n")) == (0, 1)


VALUES = """\
customer = "Globex Media"
[values]
topic = {topic}
hours = 24
region = "en"
flag = "true"
"""


@pytest.mark.parametrize(
    "topic, title, ends",
    [
        ("heat pumps", "Which heat pumps are there?", "stops"),
        ("list-7", "Which things are on LIST-7?", "stops"),
        ("globex.example", "Which things are at globex.example?", "stops"),
        ("election", "Which things has the election?", "is told"),
        ("tulip fever", "Which things are there?", "is told"),  # it stands in the recipe, as every customer gets it
        ("ferry strike", "Which ferry strike is there?", "passes"),  # the example
        ("24", "Which things are there in 24 hours, en and true?", "passes"),
        ("2026-01-31", "Which things are there on 2026-01-31?", "passes"),
        ("pumps", "Which heatpumps are there?", "passes"),
    ],
)
def test_a_value_of_another_profile_counts_where_it_tells_something(
    topic: str, title: str, ends: str, recorded: Repo, invoke: Invoke, home: Path
) -> None:
    write_profile(home, "globex", VALUES.format(topic=json.dumps(topic)))
    path = recorded.write_recipe(code=TOPIC, table=TABLE)
    result = invoke("export", "things", "--to", "script", "--customer", f"{title} Ltd")
    what = "a value of another customer (1)"
    assert path.exists()
    assert (result.exit_code, result.stderr.count(what) > 0) == {"stops": (3, True), "is told": (0, True)}.get(
        ends, (0, False)
    ), result.stderr


def test_a_private_value_stops_however_it_looks(recorded: Repo, invoke: Invoke, home: Path) -> None:
    write_profile(home, "globex", "[values]\naccount = 48213\n")
    result = invoke("export", "things", "--to", "script", "--topic", "48213 things")
    assert {each.partition(": ")[2] for each in findings(result)} == {"a value of another customer (1)"}


def test_what_a_customers_recipe_has_as_default_is_that_customers(recorded: Repo, invoke: Invoke) -> None:
    theirs = MAIN.replace("count: int = 2", 'count: int = 2, words: list[str] = ["blue barns", "World"]')
    theirs = theirs.replace("count: How many.", "count: How many.\n        words: Which.")
    recorded.write_recipe("others", theirs, table='customer = "Initech"')
    result = invoke("export", "things", "--to", "script", "--topic", "blue barns and hay")
    assert {each.partition(": ")[2] for each in findings(result)} == {"a value of another customer (1)"}
    public = TOPIC.replace('account: str = "acct-0000"', 'account: str = "acct-0000", more: str = "blue barns"')
    recorded.write_recipe("public", public.replace("hours: How", "more: M.\n        hours: How"), table=TABLE)
    assert invoke("export", "things", "--to", "script", "--topic", "blue barns and hay").exit_code == 0


def test_what_is_handed_over_is_nobody_elses(recorded: Repo, invoke: Invoke, home: Path) -> None:
    write_profile(home, "globex", 'customer = "Acme News"\n[values]\ntopic = "heat pumps"\naccount = "gx-77"\n')
    words = ("--topic", "heat pumps", "--account", "gx-77", "--customer", "Acme News Ireland")
    result = invoke("export", "things", "--to", "script", *words)
    assert (result.exit_code, result.stdout) == (0, "things-acme-news-ireland.py\n"), result.stderr


def test_the_profile_of_the_customer_is_nobody_elses_though_it_was_not_chosen(
    recorded: Repo, invoke: Invoke, home: Path
) -> None:
    write_profile(home, "globex", 'customer = "Acme News"\n[values]\ntopic = "heat pumps"\n')
    export = ("export", "things", "--to", "script", "--topic", "more heat pumps of globex")
    assert invoke(*export, "--customer", "ACME  news").exit_code == 0
    what = {each.partition(": ")[2] for each in findings(invoke(*export, "--customer", "Initech"))}
    assert what == {"a value of another customer (1)", "the name of another profile (1)"}


@pytest.mark.parametrize("name, code", [("globex", 3), ("team", 0), ("default", 0)])
def test_the_name_of_another_profile_stops_where_it_is_no_word_of_any_text(
    name: str, code: int, recorded: Repo, invoke: Invoke, home: Path
) -> None:
    write_profile(home, name, "")
    result = invoke("export", "things", "--to", "script", "--topic", f"things of {name.upper()}")
    assert (result.exit_code, "the name of another profile (1)" in result.stderr) == (code, True)


def test_the_key_of_another_api_is_looked_for_too(recorded: Repo, invoke: Invoke) -> None:
    env: dict[str, str | None] = {"NEWSWHIP_API_KEY": OTHER_KEY}
    result = invoke("export", "things", "--to", "script", "--topic", f"x {OTHER_KEY[::-1]} {OTHER_KEY}", env=env)
    assert {each.partition(": ")[2] for each in findings(result)} == {"NEWSWHIP_API_KEY"}


def test_what_may_stay_is_accepted_by_its_id_and_a_key_never(recorded: Repo, invoke: Invoke, home: Path) -> None:
    write_profile(home, "gmedia", 'customer = "Globex Media"\n')
    export = ("export", "things", "--to", "script", "--topic", "Globex Media")
    result = invoke(*export)
    assert len(findings(result)) == 2
    [id_] = set(re.findall(r"\[([0-9a-f]{12})\]", result.stderr))
    fix = f"Fix    change the value or the recipe; or, where it may stand in the file:  --accept {id_}\n"
    assert result.stderr.endswith(fix)
    assert invoke(*export, "--accept", "0" * 12).exit_code == 3
    assert invoke(*export, "--accept", id_).exit_code == 0
    env: dict[str, str | None] = {"ECHO_API_KEY": KEY}
    result = invoke("export", "things", "--to", "script", "--topic", KEY, "--accept", "", "--force", env=env)
    assert {each.partition(": ")[2] for each in findings(result)} == {"ECHO_API_KEY"}
    assert result.stderr.endswith("have it replaced if others could read it\n")


def test_a_profile_that_cannot_be_read_stops_an_export_as_its_names_are_not_known(
    recorded: Repo, invoke: Invoke, home: Path
) -> None:
    write_profile(home, "broken", f'[keys]\nECHO_API_KEY = "{KEY}"\n')
    result = invoke("export", "things", "--to", "script")
    assert result.stderr.splitlines()[0].startswith(f"Error  {home}/profiles/broken.toml:2: ")
    assert (result.exit_code, KEY in result.output, (recorded.root / "things.py").exists()) == (2, False, False)


def test_no_command_runs_and_no_keyring_opens_for_an_export(
    recorded: Repo, invoke: Invoke, home: Path, folder: Path
) -> None:
    for name in ("acme", "globex"):
        write_profile(home, name, '[keys]\nECHO_API_KEY = "cmd:touch ran"\nOTHER_KEY = "keyring:a/b"\n')
    assert invoke("export", "things", "--to", "script", "--profile", "acme").exit_code == 0
    assert not (folder / "ran").exists()


def test_a_list_of_hosts_of_the_repository_in_use_counts_for_the_catalog(
    recorded: Repo, invoke: Callable[..., Any]
) -> None:
    result = invoke("export", "newswhip/top-stories", "--to", "script", "--topic", "wiki.corp.example")
    assert {each.partition(": ")[2] for each in findings(result)} == {"an internal host"}
