"""`--profile` on `recipes export`: whose values, whose name, what is said, what is wrong with it."""

from pathlib import Path

import pytest

from tests.cli.conftest import Invoke, Repo
from tests.cli.test_export_scan import TABLE, TOPIC, write_profile

VALUES = '[values]\ntopic = "heat pumps"\nhours = "48"\nlimit = 7\n'


@pytest.fixture
def acme(trusted: Repo, invoke: Invoke, home: Path) -> Repo:
    """The profile acme, beside a trusted repository with a recipe and its case."""
    trusted.write_recipe(code=TOPIC, table=TABLE)
    assert invoke("record", "things", "--sandbox").exit_code == 0
    write_profile(home, "acme", f'customer = "Acme News"\n{VALUES}[keys]\nECHO_API_KEY = "env:ACME_KEY"\n')
    return trusted


def test_values_and_customer_come_from_the_profile(acme: Repo, invoke: Invoke) -> None:
    result = invoke("export", "things", "--to", "script", "--profile", "acme")
    assert (result.exit_code, result.stdout) == (0, "things-acme-news.py\n")
    assert result.stderr.splitlines()[0] == "From profile acme: --topic, --hours, --customer."
    text = (acme.root / "things-acme-news.py").read_text(encoding="utf-8")
    assert ("default: heat pumps" in text, "default: 48" in text) == (True, True)


@pytest.mark.parametrize(
    "words, env, said, hours",
    [
        (("--hours", "1"), {"RECIPES_PARAM_HOURS": "3"}, "--topic, --customer", 1),
        (("--params", "values.toml"), {"RECIPES_PARAM_HOURS": "3"}, "--topic, --customer", 2),
        ((), {"RECIPES_PARAM_HOURS": "3"}, "--topic, --customer", 3),
        (("--customer", "Acme News Ireland", "--topic", "x"), {}, "--hours", 48),
    ],
)
def test_every_other_place_wins_over_the_profile(
    acme: Repo, invoke: Invoke, words: tuple[str, ...], env: dict[str, str | None], said: str, hours: int
) -> None:
    (acme.root / "values.toml").write_text("hours = 2\n", encoding="utf-8")
    result = invoke("export", "things", "--to", "script", "--profile", "acme", *words, env=env)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (0, f"From profile acme: {said}.")
    assert f"default: {hours}]" in (acme.root / result.stdout.strip()).read_text(encoding="utf-8")


def test_a_variable_names_it_too_and_for_recorded_requests_gives_no_values(acme: Repo, invoke: Invoke) -> None:
    env: dict[str, str | None] = {"RECIPES_PROFILE": "acme"}
    result = invoke("export", "things", "--to", "markdown", env=env)
    assert (result.exit_code, result.stdout) == (0, "things-acme-news.md\n")
    result = invoke("export", "things", "--to", "curl", env=env)
    assert (result.exit_code, result.stdout) == (0, "things-acme-news.sh\n")
    assert result.stderr.splitlines()[0] == "From profile acme: --customer."
    result = invoke("export", "things", "--to", "curl", "--profile", "acme", "--force")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, "Fix    leave those values out, or --to script")


def test_where_none_is_chosen_that_of_the_customer_is_named(acme: Repo, invoke: Invoke) -> None:
    result = invoke("export", "things", "--to", "script", "--customer", "ACME News")
    assert result.stderr.splitlines()[0] == (
        "Profile acme is of ACME News too, and not used: --profile acme takes its values."
    )
    result = invoke("export", "things", "--to", "script", "--customer", "Initech")
    assert "rofile" not in result.stderr


def test_a_recipe_for_somebody_else_is_for_the_profiles_customer(acme: Repo, invoke: Invoke) -> None:
    acme.write_recipe(code=TOPIC, table=f'customer = "Globex Media"\n{TABLE}')
    assert invoke("export", "things", "--to", "script").stdout == "things-globex-media.py\n"
    assert invoke("export", "things", "--to", "script", "--profile", "acme").stdout == "things-acme-news.py\n"


@pytest.mark.parametrize(
    "text, words, message, fix",
    [
        ("", ("--profile", "acne"), "No profile named 'acne'.", "--profile acme"),
        ("", ("--profile", "zzz"), "No profile named 'zzz'.", "recipes profile list"),
        (
            "[values]\nhours = 0.5\n",
            ("--profile", "acme"),
            "Profile acme: --hours must be a whole number, not 0.5.",
            "recipes profile add acme -P hours=... --force",
        ),
        (
            '[values."echo/things"]\nhour = 1\n',
            ("--profile", "acme"),
            "Profile acme: echo/things has no parameter 'hour'.",
            "recipes profile show acme",
        ),
    ],
)
def test_what_is_wrong_with_a_profile_is_one_error(
    text: str, words: tuple[str, ...], message: str, fix: str, acme: Repo, invoke: Invoke, home: Path
) -> None:
    write_profile(home, "acme", text)
    result = invoke("export", "things", "--to", "script", *words)
    assert (result.stderr, result.stdout, result.exit_code) == (f"Error  {message}\nFix    {fix}\n", "", 2)


def test_a_profile_with_a_key_in_it_is_refused(acme: Repo, invoke: Invoke, home: Path) -> None:
    write_profile(home, "acme", '[keys]\nECHO_API_KEY = "test-key-7Hq2Zk9wPx4"\n')
    result = invoke("export", "things", "--to", "script", "--profile", "acme")
    assert (result.exit_code, "test-key" in result.output) == (2, False)
    assert "acme.toml:2: this is no reference" in result.stderr


def test_a_key_that_cannot_be_looked_up_is_told_and_stops_nothing(acme: Repo, invoke: Invoke, home: Path) -> None:
    write_profile(home, "acme", '[keys]\nA_KEY = "env:NOT_SET"\nB_KEY = "cmd:touch ran"\nC_KEY = "keyring:a/b"\n')
    result = invoke("export", "things", "--to", "script", "--profile", "acme")
    assert result.exit_code == 0
    assert [line for line in result.stderr.splitlines() if "Not searched" in line] == [
        "Not searched for: A_KEY (env:NOT_SET is not set), B_KEY (cmd:touch ran), C_KEY (keyring:a/b); nothing is run "
        "or unlocked for an export."
    ]
    assert not (acme.root / "ran").exists()
    named: dict[str, str | None] = {"NOT_SET": "test-key-7Hq2Zk9wPx4"}
    words = ("--topic", "test-key-7Hq2Zk9wPx4")
    result = invoke("export", "things", "--to", "script", "--profile", "acme", *words, "--force", env=named)
    assert (result.exit_code, "A_KEY of this profile" in result.stderr) == (3, True)
