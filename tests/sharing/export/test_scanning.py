"""What must not stand in an exported file is found wherever it stands, and said without being shown."""

import pytest

from runner.sharing.export.scanning import find_faults

KEY = "test-key-7Hq2Zk9wPx4"


@pytest.mark.parametrize(
    "parts, where",
    [
        ({"README.md": "fine\n", "recipe.py": f"a\nkey = {KEY!r}\n"}, "recipe.py, line 2: ECHO_API_KEY"),
        ({"sample.csv": f"a\n{KEY}\n".encode()}, "sample.csv, line 2: ECHO_API_KEY"),
        ({"README.md": "fine", f"{KEY}.csv": ""}, "the names of the parts, line 2: ECHO_API_KEY"),
        ({"cell 3": "For Globex Media."}, "cell 3, line 1: the name of another customer"),
        ({"cell 3": b"x = '/Users/ada/list.csv'"}, "cell 3, line 1: a path of this machine (/Users/...)"),
        (f"a\n{KEY}\n", "line 2: ECHO_API_KEY"),
    ],
)
def test_of_several_parts_the_part_is_named(parts: dict[str, str | bytes] | str, where: str) -> None:
    faults, notes = find_faults(parts, secrets={"ECHO_API_KEY": KEY}, customers=["Globex Media"])
    assert (faults, notes) == ([where], [])
