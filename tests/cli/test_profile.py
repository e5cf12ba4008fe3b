"""`recipes profile`: values and key references under a name; no key in any file or on any screen."""

import json
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
KEY = "test-key-live/1+2"
SECRET = "test-key-A1b2C3d4E5f6G7"
USE = "Use it  recipes run RECIPE --profile acme\n"
SAYING = "cmd:" + shlex.join([sys.executable, "-c", f"print('{KEY}')"])
FAILING = "cmd:" + shlex.join([sys.executable, "-c", "raise SystemExit(3)"])
HINT = "Fix    --key NEWSWHIP_API_KEY=env:NAME   (or keyring:SERVICE/USER, or cmd:COMMAND)\n"


@pytest.fixture
def file(home: Path) -> Path:
    return home / "profiles" / "acme.toml"


@pytest.fixture
def acme(invoke: Invoke, trusted: Any) -> Any:
    """A profile with values of each kind, beside a trusted repository."""
    trusted.write_recipe()
    words = ("--customer", "Acme News", "-P", "count=3", "-P", "names=a", "-P", "names=b")
    assert invoke("profile", "add", "acme", *words, "--key", "ECHO_API_KEY=env:ACME_KEY").exit_code == 0
    return trusted


def test_a_profile_is_made_and_can_be_used_at_once(invoke: Invoke, file: Path) -> None:
    words = ("-P", "hours=48", "--key", "NEWSWHIP_API_KEY=env:ACME_KEY")
    result = invoke("profile", "add", "acme", "--customer", "Acme News", *words)
    assert result.stderr == f"Profile acme: 1 value, 1 key reference, in {file}\n{USE}"
    assert (result.stdout, result.exit_code) == ("", 0)
    assert file.read_text(encoding="utf-8") == (
        'customer = "Acme News"\n\n[values]\nhours = "48"\n\n[keys]\nNEWSWHIP_API_KEY = "env:ACME_KEY"\n'
    )


def test_a_name_that_nothing_in_sight_has_is_kept_and_told(invoke: Invoke) -> None:
    result = invoke("profile", "add", "acme", "-P", "hour=48", "-P", "zzz=1", "--key", "NEWSWHIP_KEY=env:ACME_KEY")
    assert result.stderr.partition(USE)[2] == (
        "No recipe in sight has a parameter hour; did you mean hours?\n"
        "No recipe in sight has a parameter zzz.\n"
        "No API in sight takes its key from NEWSWHIP_KEY; did you mean NEWSWHIP_API_KEY?\n"
    )
    assert result.exit_code == 0


@pytest.mark.parametrize(
    "words, problem",
    [
        (("--key", f"NEWSWHIP_API_KEY={KEY}"), "The reference for NEWSWHIP_API_KEY is none: it must be env:NAME, "),
        (("--key", f"NEWSWHIP_API_KEY=cmd:run {SECRET}"), "The reference for NEWSWHIP_API_KEY is none: it holds what "),
        (("--key", KEY), "--key takes VARIABLE=REFERENCE."),
        (("--key", f"{KEY}=env:X"), "--key takes VARIABLE=REFERENCE."),
        (("--key", f"{SECRET.replace('-', '_')}=env:X"), "--key takes VARIABLE=REFERENCE."),
        (("-P", f"topic={SECRET}"), "topic looks like a key, and a profile only says where keys are kept."),
        (("-P", f"api_key={KEY}"), "api_key looks like a key, and a profile only says where keys are kept."),
        (("-P", SECRET), "-P takes NAME=VALUE."),
        (("-P", f"{SECRET}=1"), "What was typed is no name of a parameter."),
        (("--customer", SECRET), "The customer's name holds what looks like a key."),
        (("--customer", f"a{chr(10)}{SECRET}"), "The customer's name must be one line of at most 100 characters."),
        (("--customer", "x" * 300), "The customer's name must be one line of at most 100 characters."),
    ],
)
def test_a_key_is_refused_and_stands_nowhere(invoke: Invoke, home: Path, words: tuple[str, ...], problem: str) -> None:
    result = invoke("profile", "add", "acme", *words)
    assert result.stderr.startswith(f"Error  {problem}")
    assert "test-key" not in result.output.replace("_", "-")
    assert (result.exit_code, home.exists()) == (2, False)


def test_the_fix_says_how_a_key_is_named(invoke: Invoke) -> None:
    assert invoke("profile", "add", "acme", "--key", f"NEWSWHIP_API_KEY={KEY}").stderr.endswith(HINT)


def test_a_file_with_a_key_in_it_is_refused_by_every_command(invoke: Invoke, acme: Any, file: Path) -> None:
    file.write_text(f'[keys]\nECHO_API_KEY = "{KEY}"\n', encoding="utf-8")
    for words in (
        ("profile", "show", "acme"),
        ("profile", "add", "acme", "-P", "x=1"),
        ("run", "things", "--profile", "acme"),
        ("record", "things", "--profile", "acme"),
    ):
        result = invoke(*words)
        assert result.stderr.startswith(f"Error  {file}:2: this is no reference: it must be env:NAME, ")
        assert ("test-key" in result.output, result.exit_code) == (False, 2)
    assert "test-key" not in invoke("doctor", "--offline").output


def test_profiles_are_listed_as_csv_and_json(invoke: Invoke, acme: Any, file: Path) -> None:
    invoke("profile", "add", "globex")
    result = invoke("profile", "list")
    assert result.stdout == "profile,customer,values,keys\nacme,Acme News,2,ECHO_API_KEY\nglobex,,0,\n"
    assert (result.stderr, result.exit_code) == ("", 0)
    listed = json.loads(invoke("profile", "list", "--json").stdout)
    assert listed[0] == {
        "name": "acme",
        "customer": "Acme News",
        "values": 2,
        "keys": ["ECHO_API_KEY"],
        "path": str(file),
    }
    assert [each["name"] for each in listed] == ["acme", "globex"]


def test_profiles_are_a_table_on_a_terminal(invoke: Invoke, acme: Any, in_terminal: Callable[..., Any]) -> None:
    screen = in_terminal("profile", "list")
    assert screen.text == "PROFILE  CUSTOMER   VALUES  KEYS\nacme     Acme News       2  ECHO_API_KEY\n"


def test_where_there_is_none_the_list_says_how_one_is_made(invoke: Invoke) -> None:
    result = invoke("profile", "list")
    assert result.stdout == "profile,customer,values,keys\n"
    assert result.stderr == "No profiles yet.  Next  recipes profile add NAME --customer TEXT -P NAME=VALUE\n"
    assert (invoke("profile", "list", "--json").stdout, result.exit_code) == ("[]\n", 0)


def test_a_damaged_profile_does_not_hide_the_others(invoke: Invoke, acme: Any, home: Path) -> None:
    (home / "profiles" / "broken.toml").write_text("x =", encoding="utf-8")
    result = invoke("profile", "list")
    assert result.stdout == "profile,customer,values,keys\nacme,Acme News,2,ECHO_API_KEY\n"
    assert result.stderr == (
        f"Error  {home}/profiles/broken.toml:1: this is no TOML: Invalid value\nFix    correct the TOML of this line\n"
    )


def test_a_profile_is_shown_with_the_end_of_its_key(invoke: Invoke, acme: Any, file: Path) -> None:
    with file.open("a", encoding="utf-8") as text:
        text.write(
            f'OTHER_KEY = {json.dumps(SAYING)}\n[values."echo/things"]\ncount = 4\nday = 2026-01-31\nloud = true\n'
        )
    result = invoke("profile", "show", "acme", env={"ACME_KEY": KEY})
    assert result.stdout == (
        "acme · Acme News\n"
        f"File  {file}\n"
        "\n"
        "PARAMETER  VALUE       FOR\n"
        "count      3           every recipe\n"
        "names      a, b        every recipe\n"
        "count      4           echo/things\n"
        "day        2026-01-31  echo/things\n"
        "loud       true        echo/things\n"
        "\n"
        f"KEY           FROM{' ' * (len(SAYING) - 4)}  RESOLVES\n"
        f"ECHO_API_KEY  env:ACME_KEY{' ' * (len(SAYING) - 12)}  yes, …/1+2\n"
        f"OTHER_KEY     {SAYING}  yes, …\n"
    )
    assert (result.stderr, result.exit_code) == ("", 0)


def test_a_profile_is_shown_as_json(invoke: Invoke, acme: Any, file: Path) -> None:
    shown = json.loads(invoke("profile", "show", "acme", "--json", env={"ACME_KEY": KEY}).stdout)
    key = {"variable": "ECHO_API_KEY", "reference": "env:ACME_KEY", "resolves": True, "shown": "…/1+2"}
    assert shown == {
        "name": "acme",
        "customer": "Acme News",
        "path": str(file),
        "values": {"count": "3", "names": ["a", "b"]},
        "recipe_values": {},
        "keys": [key | {"problem": "", "fix": ""}],
    }


def test_of_a_key_for_a_folder_that_is_not_trusted_no_end_is_shown(invoke: Invoke, acme: Any) -> None:
    invoke("untrust", ".")
    shown = invoke("profile", "show", "acme", env={"ACME_KEY": KEY}).stdout
    assert shown.endswith("\nECHO_API_KEY  env:ACME_KEY  yes, …\n")


def test_a_reference_that_leads_to_no_key_is_shown_with_its_fix(invoke: Invoke, acme: Any) -> None:
    result = invoke("profile", "show", "acme")
    assert result.stdout.endswith(
        "\nECHO_API_KEY  env:ACME_KEY  no\n\nenv:ACME_KEY gives no key: it is not set.\nFix  export ACME_KEY=...\n"
    )
    assert result.exit_code == 0


def test_what_is_there_already_takes_force(invoke: Invoke, acme: Any) -> None:
    result = invoke("profile", "add", "acme", "-P", "count=4")
    assert result.stderr == "Error  Profile acme has count already: '3'.\nFix    --force\n"
    assert (result.exit_code, invoke("profile", "add", "acme", "-P", "count=4", "--force").exit_code) == (2, 0)


def test_values_and_references_are_taken_out(invoke: Invoke, acme: Any, file: Path) -> None:
    result = invoke("profile", "remove", "acme", "-P", "names", "--key", "ECHO_API_KEY")
    assert result.stderr == f"Profile acme: 1 value, 0 key references, in {file}\n{USE}"
    assert file.read_text(encoding="utf-8") == 'customer = "Acme News"\n\n[values]\ncount = "3"\n'


def test_a_whole_profile_goes_with_force_only(invoke: Invoke, acme: Any, file: Path) -> None:
    result = invoke("profile", "remove", "acme")
    assert result.stderr == "Error  The profile acme would be gone.\nFix    recipes profile remove acme --force\n"
    assert (result.exit_code, file.exists()) == (2, True)
    result = invoke("profile", "remove", "acme", "--force")
    assert (result.stderr, result.exit_code, file.exists()) == ("Removed: profile acme.\n", 0, False)


@pytest.mark.parametrize("answer, is_left", [("y\n", False), ("n\n", True), ("\n", True)])
def test_on_a_terminal_it_is_asked_for(
    invoke: Invoke, acme: Any, file: Path, in_terminal: Callable[..., Any], answer: str, is_left: bool
) -> None:
    screen = in_terminal("profile", "remove", "acme", when={"[y/N]: ": answer})
    assert screen.text.startswith("Remove the profile acme? [y/N]: ")
    assert (file.exists(), screen.exit_code) == (is_left, 0)


@pytest.mark.parametrize(
    "words, fix",
    [
        (("ad", "x"), "recipes profile add"),
        (("zzz",), "recipes profile --help"),
        (("show", "acne"), "recipes profile show acme"),
        (("remove", "acne"), "recipes profile remove acme"),
        (("add", "Acme"), "recipes profile add acme   (lower case, digits, hyphens; at most 40)"),
        (
            ("add", "Globex_Media & Co."),
            "recipes profile add globex-media-co   (lower case, digits, hyphens; at most 40)",
        ),
        (("add", "???"), "recipes profile add acme-news   (lower case, digits, hyphens; at most 40)"),
    ],
)
def test_what_is_not_there_suggests_the_nearest(invoke: Invoke, acme: Any, words: tuple[str, ...], fix: str) -> None:
    result = invoke("profile", *words)
    assert (result.stderr.splitlines()[-1], result.exit_code) == (f"Fix    {fix}", 2)


def test_without_a_command_its_help_is_shown(invoke: Invoke) -> None:
    result = invoke("profile")
    assert (result.stdout, result.exit_code) == (invoke("profile", "--help").stdout, 0)


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_file_that_others_could_read_is_closed_and_that_is_told(invoke: Invoke, acme: Any, file: Path) -> None:
    file.chmod(0o644)
    note = f"Others could read {file}; now only you can.\n"
    assert invoke("profile", "list").stderr == note
    assert (file.stat().st_mode & 0o777, invoke("profile", "list").stderr) == (0o600, "")
    file.chmod(0o666)
    result = invoke("run", "things", "--try", "--profile", "acme")
    assert (result.stderr.splitlines()[-1], result.exit_code) == (f"Fix    look at it, then  chmod 600 {file}", 7)


def test_doctor_lists_profiles_and_whether_their_keys_can_be_had(invoke: Invoke, acme: Any, home: Path) -> None:
    invoke("profile", "add", "acme", "--key", f"OTHER_KEY={FAILING}")
    (home / "profiles" / "broken.toml").write_text("\nx =", encoding="utf-8")
    lines = invoke("doctor", "--offline", env={"ACME_KEY": KEY}).stdout
    assert (
        "! WARN  Slack: no key in SLACK_WEBHOOK_URL\n"
        "        At api.slack.com/apps: your app, Incoming Webhooks, Add New Webhook; copy the whole URL.\n"
        "        Fix  export SLACK_WEBHOOK_URL=...   (--try needs none)\n"
        "✓ OK    Profile acme: 2 values\n"
        "        ECHO_API_KEY from env:ACME_KEY: key …/1+2\n"
        f"        OTHER_KEY from {FAILING}: not followed (--offline)\n"
        "! WARN  Profile broken cannot be used\n"
        f"        {home}/profiles/broken.toml:2: this is no TOML: Invalid value\n"
        "        Fix  correct the TOML of this line\n"
        "✓ OK    Echo: echo.example was not asked (--offline)\n"
    ) in lines
    assert "Acme News" not in lines


def test_doctor_follows_commands_where_it_may_send(invoke: Invoke, live: Any) -> None:
    invoke("profile", "add", "acme", "--key", f"OTHER_KEY={FAILING}", "--key", f"ECHO_API_KEY={SAYING}")
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}
    result = invoke("doctor", "--json", env=nowhere)
    facts = json.loads(result.stdout)["profiles"]
    assert [(each["name"], each["state"], each["values"]) for each in facts] == [("acme", "warn", 0)]
    other, echo = facts[0]["references"]
    assert (echo["state"], echo["resolves"], echo["shown"]) == ("ok", True, "…/1+2")
    assert (other["state"], other["resolves"], other["shown"]) == ("warn", False, "")
    assert other["problem"] == f"{FAILING} gives no key: the command ended with 3."
    assert KEY not in result.output.replace(json.dumps(SAYING)[1:-1], "")


def test_tab_offers_names_of_profiles_and_of_parameters(invoke: Invoke, acme: Any) -> None:
    def offered(*words: str) -> str:
        line = " ".join(["recipes", *words])
        asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words)), "_RECIPES_COMPLETE": "bash_complete"}
        return invoke(env=asked).stdout

    for words in (
        ("profile", "show", "a"),
        ("run", "things", "--profile", "ac"),
        ("record", "things", "--profile", ""),
    ):
        assert offered(*words) == "plain,acme\n"
    assert offered("profile", "show", "b") == "\n"
    assert offered("profile", "re") == "plain,remove\n"
    assert "plain,count=" in offered("profile", "add", "x", "-P", "cou").split("\n")
