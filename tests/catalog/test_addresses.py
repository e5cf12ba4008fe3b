import re

import pytest

from runner.catalog.addresses import base_url, is_loopback, web_page


@pytest.mark.parametrize(
    "text, accepted",
    [
        ("https://api.harbour.example", "https://api.harbour.example"),
        ("https://api.harbour.example/v1/", "https://api.harbour.example/v1"),
        ("https://api.harbour.example:8443/v1", "https://api.harbour.example:8443/v1"),
        ("HTTPS://API.harbour.example", "HTTPS://API.harbour.example"),
        ("http://localhost:8080/v1", "http://localhost:8080/v1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]"),
    ],
)
def test_https_and_http_on_loopback_are_accepted(text: str, accepted: str) -> None:
    assert base_url(text) == accepted


@pytest.mark.parametrize(
    "text, problem",
    [
        ("http://api.harbour.example", "must be https (http is for this machine only)"),
        ("http://localhost.evil.example", "must be https (http is for this machine only)"),
        ("http://127.0.0.1.evil.example", "must be https (http is for this machine only)"),
        ("http://127.1", "must be https (http is for this machine only)"),
        ("http://0.0.0.0", "must be https (http is for this machine only)"),
        ("http://[::2]", "must be https (http is for this machine only)"),
        ("https://name:word@api.harbour.example", "must not hold a user name or password"),
        ("https://api.harbour.example@evil.example", "must not hold a user name or password"),
        ("https://api.harbour.example?key=1", "must end before ? and #"),
        ("https://api.harbour.example/#", "must end before ? and #"),
        ("https://api.harbour.example:port", "is no address"),
        ("https://[::1", "is no address"),
        ("https://", "is no https address"),
        ("https:///v1", "is no https address"),
        ("api.harbour.example", "is no https address"),
        ("ftp://api.harbour.example", "is no https address"),
        ("file:///etc/hosts", "is no https address"),
        ("https://-evil.example", "is no https address"),
        ("https://evil%2eexample", "is no https address"),
        ("https://hаrbour.example", "must be plain ASCII without blanks"),
        ("https://api.harbour\n.example", "must be plain ASCII without blanks"),
        (" https://api.harbour.example", "must be plain ASCII without blanks"),
        ("https://evil.example\\@api.harbour.example", "must be plain ASCII without blanks"),
        ("", "must be plain ASCII without blanks"),
    ],
)
def test_another_address_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        base_url(text)


@pytest.mark.parametrize(
    "host, local",
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.255.255.255", True),
        ("::1", True),
        ("127.0.0.256", False),
        ("128.0.0.1", False),
        ("localhost.", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine(host: str, *, local: bool) -> None:
    assert is_loopback(host) == local


def test_a_web_page_is_accepted() -> None:
    assert web_page("https://harbour.example/a?b#c") == "https://harbour.example/a?b#c"


@pytest.mark.parametrize("text", ["javascript:alert(1)", "harbour.example", "https://harbour.example/a b", ""])
def test_what_is_no_web_page_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^must be an https address$"):
        web_page(text)
