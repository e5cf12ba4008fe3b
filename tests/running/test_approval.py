from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from runner.catalog import Api, Key
from runner.errors import NotTrusted
from runner.running.approval import Approval, destination, trust_command

KEY = Key("header", "X-Key", "ECHO_API_KEY")
HOME = frozenset({"ECHO_API_KEY api.echo.example"})


@pytest.fixture
def echo(make_api: Callable[..., Api]) -> Api:
    return make_api("https://api.echo.example/v1", key=KEY)


def test_what_lies_in_the_repository_is_approved(tmp_path: Path) -> None:
    Approval(tmp_path).check(tmp_path / "recipes" / "echo" / "things.py")


@pytest.mark.parametrize("path", ["../things.py", "recipes/../../things.py", ".."])
def test_what_lies_elsewhere_is_not(tmp_path: Path, path: str) -> None:
    with pytest.raises(NotTrusted) as refused:
        Approval(tmp_path).check(tmp_path / path)
    assert str(refused.value) == f"{tmp_path / path} lies outside {tmp_path}, which is all that was approved."


def test_a_folder_whose_name_only_begins_alike_is_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(NotTrusted):
        Approval(tmp_path / "team").check(tmp_path / "team-two" / "things.py")


def test_a_key_may_go_where_it_was_approved_to_go(tmp_path: Path, echo: Api) -> None:
    Approval(tmp_path, HOME).check_destination(echo)
    Approval(tmp_path, HOME).check_destination(echo._replace(base_url="https://api.echo.example/v2"))


def test_an_approval_without_destinations_allows_what_the_repository_says(tmp_path: Path, echo: Api) -> None:
    Approval(tmp_path).check_destination(echo)


def test_an_api_without_a_key_needs_no_destination(tmp_path: Path, echo: Api) -> None:
    Approval(tmp_path, frozenset()).check_destination(echo._replace(key=None))


@pytest.mark.parametrize("base_url", ["https://evil.example/v1", "https://api.echo.example:444/v1"])
def test_a_key_may_go_to_no_other_host(tmp_path: Path, echo: Api, base_url: str) -> None:
    elsewhere = echo._replace(base_url=base_url)
    with pytest.raises(NotTrusted) as refused:
        Approval(tmp_path, HOME).check_destination(elsewhere)
    host = base_url.split("/")[2]
    assert str(refused.value) == (f"Echo wants to send ECHO_API_KEY to {host}, which was not approved with {tmp_path}.")
    assert (refused.value.exit_code, refused.value.hint) == (7, f"recipes trust {tmp_path}")


def test_no_other_key_may_go_to_the_host(tmp_path: Path, echo: Api) -> None:
    with pytest.raises(NotTrusted):
        Approval(tmp_path, HOME).check_destination(echo._replace(key=KEY._replace(env="OTHER_TOKEN")))


def test_the_command_can_be_pasted_for_a_folder_with_blanks() -> None:
    assert trust_command(Path("/a folder/it's")) == """recipes trust '/a folder/it'"'"'s'"""


def test_a_destination_names_variable_and_host(echo: Api) -> None:
    assert destination(echo) == "ECHO_API_KEY api.echo.example"


@pytest.fixture
def things(tmp_path: Path) -> Path:
    path = tmp_path / "recipes" / "echo" / "things.py"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"one\r\ntwo\n")
    return path


def test_what_was_approved_by_its_content_may_run_with_that_content_alone(tmp_path: Path, things: Path) -> None:
    files = {"recipes/echo/things.py": sha256(b"one\ntwo\n").hexdigest()}
    approval = Approval(tmp_path, files=files, name="acme/echo/things")
    approval.check(things)
    approval.check(things, b"one\ntwo\n")
    for path, content in ((things, b"one\n"), (tmp_path / "recipes" / "echo" / "other.py", b"one\ntwo\n")):
        with pytest.raises(NotTrusted) as refused:
            approval.check(path, content)
        assert str(refused.value) == f"{path} is not what was approved with acme/echo/things."
        assert refused.value.hint == "recipes trust acme/echo/things"
    things.write_bytes(b"three\n")
    with pytest.raises(NotTrusted):
        approval.check(things)
