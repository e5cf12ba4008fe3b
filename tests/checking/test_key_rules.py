"""Keys for these tests are made up while they run, so that none stands in this file."""

import random
import string
from typing import Any

import pytest

ALPHABET = string.ascii_letters + string.digits
FORMS = {
    "AWS": ("AKIA", string.ascii_uppercase + string.digits, 16, ""),
    "secret key": ("sk-", ALPHABET, 40, ""),
    "secret key of a project": ("sk-proj-", ALPHABET, 40, ""),
    "live key": ("sk_live_", ALPHABET, 24, ""),
    "GitHub": ("ghp_", ALPHABET, 36, ""),
    "Slack": ("xoxb-", string.digits, 24, ""),
    "Google": ("AIza", ALPHABET, 35, ""),
    "bearer": ("Authorization: Bearer ", ALPHABET, 32, ""),
    "JWT": ("eyJ", ALPHABET, 20, ".eyJhbGciOi.c2lnbmF0dXJl"),
    "address": ("https://user:", ALPHABET, 10, "@api.example"),
    "query": ("https://api.example/v1?size=5&key=", ALPHABET, 20, "&q=1"),
}


def invented(name: str) -> str:
    start, alphabet, length, end = FORMS[name]
    return start + "".join(random.Random(name).choices(alphabet, k=length)) + end


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("place", ["x = '{}'", "# {}", "x = f'{}'", "x = b'{}'"])
def test_a_well_known_form_is_found_wherever_it_stands(project: Any, name: str, place: str) -> None:
    assert project.lines_of("R106", "\n" + place.format(invented(name))) == [2]


def test_a_private_key_is_found(project: Any) -> None:
    begin = "-----BEGIN RSA PRIVATE " + "KEY-----"
    assert project.lines_of("R106", f"x = '''\n{begin}\n'''") == [2]


def test_a_key_in_the_block_is_found_too(project: Any) -> None:
    line = f'# tool.recipe-runner.deprecated = "{invented("AWS")}"\n# ///\n'
    project.write_recipe(block=project.block.replace("# ///\n", line))
    assert project.found() == [("R106", "recipes/newswhip/new_things.py", 4)]


RANDOM = "".join(random.Random(5).choices(ALPHABET, k=32))
HEX = "".join(random.Random(5).choices("0123456789abcdef", k=32))


@pytest.mark.parametrize(
    "line",
    [
        f"x = '{RANDOM}'",
        f"newswhip.headers['X-Thing'] = '{RANDOM}'",
        f"x = '{RANDOM[:22]}-{RANDOM[:4]}'",
        f"API_KEY = '{HEX}'",
        f"api_key: str = '{HEX}'",
        f"x = dict(token='{HEX}')",
        f"x = {{'password': '{HEX[:16]}'}}",
        f"newswhip.headers['X-Api-Key'] = '{HEX}'",
    ],
)
def test_what_is_too_random_for_a_name_is_found(project: Any, line: str) -> None:
    assert project.lines_of("R106", line) == [1]


@pytest.mark.parametrize(
    "text",
    [
        "test-key-live/1+2",
        "sk-test-key-0123456789abcdefghij",
        "sk-testkey0a1b2c3d4e5f6g7h8",
        "desk_20x61y1z20p9q0r0s1t2u",
        "aB1aB1aB1aB1aB1aB1aB1aB1",
        "NEWSWHIP_API_KEY",
        "Bearer ",
        "Bearer token of your account",
        "https://dailybeacon.example/economy/2026/11/19/first-orchard-bank-passes-interest-rates-cut-on-12ce74",
        "http://www.globaldigest.example/energy/heat-pump-sales-up-7-5-percent-as-791bb7/?from=newsletter",
        "https://example.com/watch?v=dQw4w9WgXcQ&key=value",
        '"climate change" AND (country_code:ie OR country_code:gb) AND NOT publisher:dailybeacon.example',
        "headline:ferry~2^4",
        "publication_timestamp",
        "123e4567-e89b-12d3-a456-426614174000",
        "%Y-%m-%dT%H:%M:%SZ",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "user@example.com",
        "press@dailybeacon.com",
        "https://***:***@proxy.example:3128",
        "https://user:***@proxy.example:3128",
        "2026-11-20T09:00:00.000000+00:00",
        "aGVhZGxpbmU=",
        "d41d8cd98f00b204e9800998ecf8427e",
        "getHttpResponseCode200FromTheServer",
        "first-sk-telecom-announces-its-5g-rollout-of-2026",
        "/v1/region/World/All/24/top10stories2026",
        "",
    ],
)
def test_names_addresses_queries_and_digests_are_none(project: Any, text: str) -> None:
    assert project.lines_of("R106", f"x = {text!r}") == []


@pytest.mark.parametrize(
    "line",
    [
        "x = {'key': 'fb_total_engagement_count'}",
        "x = max(topic, key='publication_timestamp_2026')",
        "token = topic",
        "api_key = 'test-key-0a1b2c3d4e5f'",
        "key = 'country_code_iso_3166'",
        "password = f'{topic}'",
        "x = f'https://{topic}:{topic}@api.example'",
    ],
)
def test_a_name_for_secrets_alone_makes_no_key(project: Any, line: str) -> None:
    assert project.lines_of("R106", line) == []


def test_a_finding_never_quotes_what_it_found(project: Any) -> None:
    from runner.checking.check import check_repository

    project.write_recipe(f"x = '{RANDOM}'\ny = '{invented('AWS')}'")
    findings = check_repository(project.root, {}).findings
    assert len(findings) == 2
    assert [each for each in findings if RANDOM in repr(each) or invented("AWS") in repr(each)] == []
