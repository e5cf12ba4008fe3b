import pytest

from runner.sharing.repositories.names import find_fault, find_twins


@pytest.mark.parametrize(
    "path",
    ["recipes.toml", "recipes/echo/top_stories.py", "cassettes/echo/top-stories/no match.yaml", "a/console.py", "é/ö"],
)
def test_plain_names_may_be_used(path: str) -> None:
    assert find_fault(path) == ""


@pytest.mark.parametrize(
    "path, fault",
    [
        ("../x.py", "holds the name '..'"),
        ("a/../x.py", "holds the name '..'"),
        ("a/./x.py", "holds the name '.'"),
        ("a//x.py", "holds the name ''"),
        ("/etc/passwd", "is absolute"),
        ("C:/x.py", "is absolute"),
        ("C:x.py", "is absolute"),
        ("..\\..\\x.py", "holds a backslash"),
        ("nul\0hid.py", "holds a character that is not shown"),
        ("a\x1b[2Jb.py", "holds a character that is not shown"),
        ("a\u202eyp.b", "holds a character that is not shown"),
        ("a\nb.py", "holds a character that is not shown"),
        ("a/CON", "holds a name that Windows keeps for a device"),
        ("nul.py", "holds a name that Windows keeps for a device"),
        ("com1.tar.gz", "holds a name that Windows keeps for a device"),
        ("a/x.", "holds a name that ends with a dot or blank, which Windows drops"),
        ("a /x", "holds a name that ends with a dot or blank, which Windows drops"),
        ("a/x:y", "holds a character that Windows does not take"),
        ("a/x?", "holds a character that Windows does not take"),
        ("a/" + "x" * 199, "is longer than 200 characters"),
        ("é" * 150, "holds a name of more than 255 bytes"),
    ],
)
def test_a_name_that_means_something_else_somewhere_is_a_fault(path: str, fault: str) -> None:
    assert find_fault(path) == fault


@pytest.mark.parametrize(
    "paths, twins",
    [
        (["a.py", "A.py"], [("a.py", "A.py")]),
        (["x/a.py", "X/b.py"], [("x", "X")]),
        (["caf\u00e9.py", "cafe\u0301.py"], [("caf\u00e9.py", "cafe\u0301.py")]),
        (["STRASSE.py", "stra\u00dfe.py"], [("STRASSE.py", "stra\u00dfe.py")]),
        (["a.py", "a.py"], [("a.py", "a.py")]),
        (["A", "a/b.py"], [("A", "a")]),
        (["a/b.py", "a"], [("a", "a")]),
        (["a/b.py", "a/c.py", "b/b.py"], []),
    ],
)
def test_twins_are_found_by_case_form_and_kind(paths: list[str], twins: list[tuple[str, str]]) -> None:
    assert find_twins(paths) == twins
