import base64
import random

import pytest

from runner.recording.shapes import find_shapes

LETTERS = "Ab1Cd2Ef3Gh4Jk5Lm6Np7Qr8St9Uv0"
"""No key: put together here so that none that looks real stands in this file."""


def token_part(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


JWT = ".".join([token_part('{"alg": "none"}'), token_part('{"sub": "test"}'), LETTERS])
FOUND = {
    f"a {JWT}": "a JSON web token",
    "-----BEGIN " + "RSA PRIVATE KEY-----": "a private key",
    "-----BEGIN " + "CERTIFICATE-----": "a certificate or key in PEM",
    "https://me:letmein@" + "api.example/v1": "a password in a URL",
    "Authorization: " + f"Token {LETTERS}": "an Authorization header",
    '"Authorization": [' + f'"{LETTERS}"]': "an Authorization header",
    "curl -H 'x: Bearer " + f"{LETTERS}'": "a bearer token",
    "proxy: Basic " + base64.b64encode(f"me:{LETTERS}".encode()).decode(): "Basic credentials",
    "Set-Cookie: " + f"sid={LETTERS}; HttpOnly": "a cookie",
    "Cookie:\n  - sid=" + LETTERS: "a cookie",
    "AK" + "IA" + "TESTKEY1" * 2: "a key of AWS",
    "AI" + "za" + "testkey" * 5: "a key of Google",
    "key = sk" + f"-proj-{LETTERS}": "a secret key (sk-)",
    "key = sk" + f"_test_{LETTERS}": "a secret key (sk_)",
    "gh" + f"p_{LETTERS}{LETTERS}": "a token of GitHub",
    "github" + f"_pat_{LETTERS}": "a token of GitHub",
    "gl" + f"pat-{LETTERS}": "a token of GitLab",
    "xo" + f"xb-{LETTERS}": "a token of Slack",
    "https://hooks.slack" + ".com/services/TEST/KEY/test": "a webhook of Slack",
    "mail somebody@" + "newspaper.ie today": "an e-mail address",
    "somebody+tag@" + "mail.example.io": "an e-mail address",
}
HARMLESS = [
    "mail info@newspaper.example, me@example.com, you@sub.example.org or it@host.invalid",
    "picture@2x.png and icon@3x.webp, medium.com/@someone, pkg@1.2.3, @handle",
    "Bearer of bad news: Basic understanding, basic internationalization, a bearer certificate",
    "Authorization: Bearer __ECHO_API_KEY__",
    "Authorization: Basic " + base64.b64encode(b"__ECHO_API_KEY__:").decode(),
    "https://__ECHO_API_KEY__:x@api.example/ and https://***:***@proxy.example",
    "https://news.example/sk-telecom-announces-results-for-the-third-quarter-of-2026",
    "https://news.example/2026/11/20/task-force-of-the-council-meets:again@ten",
    f"https://news.example/mask-{LETTERS}",
    "he said: cookie: one cup of sugar; set-cookie: yes",
    "eyJust a word.eyJust.another",
    "https://news.example:8080/a@b",
    "the AKIA of old, ASIAN MARKETS OPEN HIGHER TODAY",
]


@pytest.mark.parametrize("text, what", FOUND.items(), ids=FOUND.values())
def test_a_shape_is_recognised(text: str, what: str) -> None:
    assert [shape.what for shape in find_shapes(f"before {text} after".encode())] == [what]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_resembles_a_credential_is_left_alone(text: str) -> None:
    assert list(find_shapes(text.encode())) == []


def test_only_what_is_nothing_else_is_certain() -> None:
    certain = {shape.what: shape.certain for text in FOUND for shape in find_shapes(text.encode())}
    assert {what for what, sure in certain.items() if not sure} == {"an e-mail address", "a certificate or key in PEM"}


def test_noise_is_left_alone() -> None:
    noise = random.Random(4).randbytes(2_000_000)
    assert [shape.what for shape in find_shapes(noise) if shape.what != "an e-mail address"] == []


def test_a_shape_gives_its_place() -> None:
    shapes = list(find_shapes(b"mail " + b"a@" + b"b.ie and " + b"c@" + b"d.ie"))
    assert [(shape.value, shape.at) for shape in shapes] == [("a@b.ie", 5), ("c@d.ie", 16)]
