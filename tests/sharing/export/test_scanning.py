"""What must not stand in an exported file is found wherever it stands, and said without being shown."""

import pytest

from runner.sharing.export.foreign import Belonging
from runner.sharing.export.scanning import Guarded, find_faults

KEY = "test-key-7Hq2Zk9wPx4"


@pytest.mark.parametrize(
    "parts, where",
    [
        ({"README.md": "fine\n", "recipe.py": f"a\nkey = {KEY!r}\n"}, "recipe.py, line 2: ECHO_API_KEY"),
        ({"sample.csv": f"a\n{KEY}\n".encode()}, "sample.csv, line 2: ECHO_API_KEY"),
        ({"README.md": "fine", f"{KEY}.csv": ""}, "the names of the parts, line 2: ECHO_API_KEY"),
        ({"cell 3": "For Globex Media."}, "cell 3, line 1: the name of another customer (1)"),
        ({"cell 3": b"x = '/Users/ada/list.csv'"}, "cell 3, line 1: a path of this machine (/Users/...)"),
        (f"a\n{KEY}\n", "line 2: ECHO_API_KEY"),
    ],
)
def test_of_several_parts_the_part_is_named(parts: dict[str, str | bytes] | str, where: str) -> None:
    faults, notes = find_faults(parts, secrets={"ECHO_API_KEY": KEY}, customers=["Globex Media"])
    assert ([f"{each.where}: {each.what}" for each in faults], notes) == ([where], [])


@pytest.mark.parametrize(
    "text",
    [
        "see /homes/city/team/list.csv",
        "see %2Fhomes%2Fcity%2Fteam",
        "# Globex\n# Media",
        '("a Globex "\n    "Media")',
        "Globex%20Media",
        "> GLOBEX\n> media",
    ],
)
def test_a_text_of_somebody_is_found_in_pieces_and_in_other_spellings(text: str) -> None:
    belongings = (Belonging("a folder", "/homes/city/team", is_anothers=False), Belonging("a name", "Globex Media"))
    faults, _ = find_faults(text, secrets={}, guarded=Guarded(belongings))
    assert [each.what for each in faults] in (["a folder"], ["a name (1)"])


@pytest.mark.parametrize("text", ["a Globex, and media", "Globex Mediation", "/homes/city/teams", "{Globex: Media}"])
def test_what_only_resembles_it_is_not_found(text: str) -> None:
    belongings = (Belonging("a folder", "/homes/city/team", is_anothers=False), Belonging("a name", "Globex Media"))
    assert find_faults(text, secrets={}, guarded=Guarded(belongings)) == ([], [])


HOSTS = (
    "git.corp.example",
    "*.int.example",
    "build01",
    "10.0.0.0/8",
    "192.168.1.7",
    "fd00::/8",
    "xn--bcher-kva.example",
)


@pytest.mark.parametrize(
    "text",
    [
        "https://GIT.corp.example:8080/x",
        "(git.corp.example.)",
        "wiki.int.example",
        "f'https://{name}.int.example'",
        "https%3A%2F%2Fgit%2Ecorp%2Eexample",
        "%2Fgit.corp.example",
        r"'\ngit.corp.example'",
        r"git\u002ecorp.example",
        "dGhlIGhvc3QgaXMgZ2l0LmNvcnAuZXhhbXBsZSBvaw==",
        "http://build01:8080/",
        "ssh://git@build01",
        "http://10.1.2.3/",
        "192.168.1.7",
        "http://[fd12:0:0::1]:80/",
        "http://bücher.example/",
    ],
)
def test_an_internal_host_is_found_in_addresses_and_bare(text: str) -> None:
    faults, _ = find_faults(text, secrets={}, guarded=Guarded(hosts=HOSTS))
    assert [each.what for each in faults] == ["an internal host"]


@pytest.mark.parametrize(
    "text",
    [
        "https://a.git.corp.example/",
        "https://mygit.corp.example/",
        "https://git.corp.example.com/",
        "https://int.example/",
        "build01 is a word",
        "http://build01.example/",
        "11.1.2.3 and 10.1.2 and 10.1.2.3.4 and 10.300.1.1",
        "192.168.1.70",
        "rows[::2] std::fd 10:20:30",
    ],
)
def test_another_host_is_none_of_the_list(text: str) -> None:
    assert find_faults(text, secrets={}, guarded=Guarded(hosts=HOSTS)) == ([], [])


@pytest.mark.parametrize(
    "path",
    [
        "/Users/ada/x.csv",
        r"C:\Users\ada",
        r"C:\\Users\\ada",
        r"\\\\server\share",
        "file:///x/y",
        "%2FUsers%2Fada",
        r"\/tmp\/x",
    ],
)
def test_a_path_is_found_once_and_only_its_beginning_is_shown(path: str) -> None:
    faults, _ = find_faults(f"open({path!r})" if "%" in path else f"open('{path}')", secrets={})
    assert len({each.id for each in faults}) == len(faults) == 1
    assert faults[0].what.startswith("a path of this machine (")
    assert "ada" not in str(faults[0])


@pytest.mark.parametrize("text", ["https://api.example/Users/ada", "and/or", "a /Users/ alone", "x:y", r"'\n\t'"])
def test_what_is_no_path_of_a_machine_passes(text: str) -> None:
    assert find_faults(text, secrets={}) == ([], [])


def test_a_part_whose_name_must_not_be_seen_is_numbered() -> None:
    faults, _ = find_faults({f"{KEY}.csv": "x /Users/ada y"}, secrets={"ECHO_API_KEY": KEY})
    assert [each.where for each in faults] == ["the names of the parts, line 1", "part 1, line 1"]
