import os
import stat
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from runner.errors import AskedWrongly, BrokenProfile, NotFound, NotTrusted, RunnerError
from runner.sharing.profile import Profile
from runner.sharing.profile_store import Changes, ProfileStore
from runner.sharing.references import Reference

ENV = Reference("env", "ACME_KEY")
COMMAND = Reference("cmd", "pass show acme")
posix = pytest.mark.skipif(os.name != "posix", reason="modes and owners are those of POSIX")


@pytest.fixture
def store(tmp_path: Path) -> ProfileStore:
    return ProfileStore(tmp_path / "config" / "profiles")


@pytest.fixture
def add(store: ProfileStore) -> Callable[..., Profile]:
    """Add to the profile acme, or another."""

    def add(name: str = "acme", *, force: bool = False, **changes: Any) -> Profile:
        return store.add(name, Changes(**{"customer": "", "values": {}, "keys": {}} | changes), force=force)

    return add


def error_of(call: Callable[[], object], kind: type[RunnerError] = AskedWrongly) -> tuple[str, str, int]:
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    return str(caught.value), caught.value.hint, caught.value.exit_code


def test_where_nothing_was_kept_there_are_no_names(store: ProfileStore) -> None:
    assert store.names() == ()


def test_what_is_added_is_read_again(store: ProfileStore, add: Callable[..., Profile]) -> None:
    profile = add(customer="Acme News", values={"topic": "a", "names": ["b", "c"]}, keys={"ECHO_API_KEY": ENV})
    assert profile == store.read("acme")
    assert profile == Profile("acme", "Acme News", {"topic": "a", "names": ["b", "c"]}, {}, {"ECHO_API_KEY": ENV})
    assert [path.name for path in sorted(store.folder.iterdir())] == [".lock", "acme.toml"]


@posix
def test_folder_and_file_are_the_users_alone(store: ProfileStore, add: Callable[..., Profile]) -> None:
    before = os.umask(0)
    try:
        add()
        add(values={"topic": "a"})
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (store.folder, store.path("acme"))] == [0o700, 0o600]


def test_what_is_added_later_stands_beside_what_was_there(add: Callable[..., Profile]) -> None:
    add(customer="Acme News", values={"topic": "a"}, keys={"ECHO_API_KEY": ENV})
    profile = add(values={"hours": "1"}, keys={"OTHER_KEY": COMMAND})
    keys = {"ECHO_API_KEY": ENV, "OTHER_KEY": COMMAND}
    assert profile == Profile("acme", "Acme News", {"topic": "a", "hours": "1"}, {}, keys)


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"customer": "Globex"}, "Profile acme is of 'Acme News' already."),
        ({"values": {"topic": "b"}}, "Profile acme has topic already: 'a'."),
        ({"keys": {"ECHO_API_KEY": COMMAND}}, "Profile acme has ECHO_API_KEY already: env:ACME_KEY."),
    ],
)
def test_something_else_in_the_same_place_takes_force(
    store: ProfileStore, add: Callable[..., Profile], changes: dict[str, Any], problem: str
) -> None:
    first = {"customer": "Acme News", "values": {"topic": "a"}, "keys": {"ECHO_API_KEY": ENV}}
    before = add(**first)
    assert error_of(lambda: add(**changes)) == (problem, "--force", 2)
    assert store.read("acme") == before
    assert add(**first) == before
    assert add(**changes, force=True) != before


@pytest.mark.parametrize("comment", ["# mine\n", '[values]\nx = "#" # mine\n', "[values] # mine\nx = '#'\n"])
def test_comments_of_a_person_are_not_lost_without_force(
    store: ProfileStore, add: Callable[..., Profile], comment: str
) -> None:
    add()
    store.path("acme").write_text(comment, encoding="utf-8")
    assert error_of(lambda: add(values={"topic": "a"}))[0] == f"{store.path('acme')} has comments, which would be lost."
    assert error_of(lambda: store.take_out("acme", (), (), force=False))[1] == "edit the file, or --force"
    assert store.path("acme").read_text(encoding="utf-8") == comment
    assert add(values={"topic": "a"}, force=True).values["topic"] == "a"


def test_a_number_sign_in_a_value_is_no_comment(add: Callable[..., Profile]) -> None:
    add(values={"topic": "#ferry \"#\" '#'"})
    assert add(values={"hours": "1"}).count == 2


@pytest.mark.parametrize(
    "name, fitting",
    [
        ("", "acme-news"),
        ("Acme", "acme"),
        ("a b", "a-b"),
        ("../x", "x"),
        ("-a", "a"),
        ("a-", "a"),
        ("a.b", "a-b"),
        ("x" * 41, "acme-news"),
        ("acme\n", "acme"),
        ("é", "acme-news"),
    ],
)
def test_a_name_is_lower_case_digits_and_hyphens(
    store: ProfileStore, add: Callable[..., Profile], name: str, fitting: str
) -> None:
    hint = f"recipes profile add {fitting}   (lower case, digits, hyphens; at most 40)"
    assert error_of(lambda: add(name)) == (f"{name!r} is no name for a profile.", hint, 2)
    assert error_of(lambda: store.read(name), NotFound)[0] == f"No profile named {name!r}."
    assert not store.folder.exists()


def test_an_unknown_name_suggests_the_nearest(store: ProfileStore, add: Callable[..., Profile]) -> None:
    add("acme")
    add("globex")
    assert store.names() == ("acme", "globex")
    assert error_of(lambda: store.read("acne"), NotFound)[1] == "recipes profile show acme"
    assert error_of(lambda: store.remove("glob"), NotFound)[1] == "recipes profile remove globex"
    assert error_of(lambda: store.read("zzz"), NotFound)[1] == "recipes profile list"


def test_values_and_references_are_taken_out_one_by_one(store: ProfileStore, add: Callable[..., Profile]) -> None:
    add(values={"topic": "a", "hours": "1"}, keys={"ECHO_API_KEY": ENV, "OTHER_KEY": COMMAND})
    left = Profile("acme", values={"hours": "1"}, keys={"OTHER_KEY": COMMAND})
    assert store.take_out("acme", ("topic",), ("ECHO_API_KEY",), force=False) == left
    assert store.read("acme") == left
    gone = error_of(lambda: store.take_out("acme", ("topic",), (), force=False), NotFound)
    assert gone == ("No value in profile acme named 'topic'.", "recipes profile show acme", 2)
    gone = error_of(lambda: store.take_out("acme", (), ("ECHO_API_KEY",), force=False), NotFound)
    assert gone[0] == "No key reference in profile acme named 'ECHO_API_KEY'."


def test_a_profile_is_removed_also_when_it_is_damaged(store: ProfileStore, add: Callable[..., Profile]) -> None:
    add()
    store.path("acme").write_bytes(b"\xff = [")
    store.remove("acme")
    assert store.names() == ()


def test_damage_is_named_with_its_line(store: ProfileStore, add: Callable[..., Profile]) -> None:
    path = store.path("acme")
    add()
    path.write_text("[values]\ntopic = \n", encoding="utf-8")
    found = (f"{path}:2: this is no TOML: Invalid value", "correct the TOML of this line", 2)
    assert error_of(lambda: store.read("acme"), BrokenProfile) == found
    assert error_of(lambda: add(values={"x": "1"}), BrokenProfile) == found
    path.write_bytes(b"customer = '\xff'")
    gone = (f"{path} is not UTF-8 text.", "recipes profile remove acme", 2)
    assert error_of(lambda: store.read("acme"), BrokenProfile) == gone
    path.unlink()
    path.mkdir()
    assert error_of(lambda: store.read("acme"), BrokenProfile)[0] == f"{path} cannot be read: Is a directory."


@posix
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_closed_to_them(
    store: ProfileStore, add: Callable[..., Profile], mode: int
) -> None:
    profile = add(values={"topic": "a"})
    assert not store.is_open("acme")
    store.path("acme").chmod(mode)
    assert store.is_open("acme")
    assert store.read("acme") == profile
    assert (store.is_open("acme"), stat.S_IMODE(store.path("acme").stat().st_mode)) == (False, 0o600)


@posix
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_believed(
    store: ProfileStore, add: Callable[..., Profile], mode: int
) -> None:
    add(keys={"ECHO_API_KEY": COMMAND})
    path = store.path("acme")
    path.chmod(mode)
    message = "belongs to another user, or others may write to it, so it is not believed"
    found = (
        f"{path} {message}: a profile can name commands that run as you.",
        f"look at it, then  chmod 600 {path}",
        7,
    )
    assert error_of(lambda: store.read("acme"), NotTrusted) == found
    assert error_of(lambda: add(values={"topic": "a"}), NotTrusted) == found
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_link_is_not_believed(store: ProfileStore, add: Callable[..., Profile], tmp_path: Path) -> None:
    add()
    store.path("acme").rename(tmp_path / "elsewhere.toml")
    store.path("acme").symlink_to(tmp_path / "elsewhere.toml")
    found = error_of(lambda: store.read("acme"), NotTrusted)
    assert found == (
        f"{store.path('acme')} is a link, so it is not believed: a profile can name commands that run as you.",
        "put the file itself there",
        7,
    )


def test_two_at_a_time_lose_nothing(store: ProfileStore, add: Callable[..., Profile]) -> None:
    start = Barrier(8)

    def put(number: int) -> None:
        start.wait()
        add(values={f"v{number}": "1"})

    threads = [Thread(target=put, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(store.read("acme").values) == [f"v{number}" for number in range(8)]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = ProfileStore(tmp_path / "file" / "profiles")
    found = error_of(lambda: store.add("acme", Changes("", {}, {}), force=False))
    hint = "set RECIPES_HOME to a folder of yours"
    assert found == (f"The profiles in {store.folder} cannot be written: Not a directory.", hint, 2)
