from pathlib import Path

import pytest

from runner.catalog.block import read_block
from runner.errors import BrokenSource

PATH = Path("late_ferries.py")
BLOCK = """\
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "httpx>=0.28",
#   "rich[all] ; python_version < '4'",
# ]
#
# [tool.recipe-runner]
# tags = ["ferries"]
# ///
"""
CODE = '"""Which?"""\n'


def problem_of(text: str) -> tuple[int, str, str]:
    with pytest.raises(BrokenSource) as caught:
        read_block(text, PATH)
    return caught.value.line, caught.value.problem, caught.value.hint


def block_with(*lines: str) -> str:
    return "# /// script\n" + "".join(f"# {line}\n" for line in lines) + "# ///\n" + CODE


def test_a_block_gives_python_dependencies_and_our_table() -> None:
    block = read_block(BLOCK + CODE, PATH)
    assert (block.requires_python, block.dependencies) == (
        ">=3.11",
        ("httpx>=0.28", "rich[all] ; python_version < '4'"),
    )
    assert (block.table, block.line) == ({"tags": ["ferries"]}, 1)


def test_a_block_may_stand_below_other_comments() -> None:
    block = read_block("#!/usr/bin/env python\n# Invented.\n\n" + BLOCK + CODE, PATH)
    assert block.line == 4


@pytest.mark.parametrize("coding", ["utf-8", "UTF8"])
def test_a_file_may_say_that_it_is_utf_8(coding: str) -> None:
    assert read_block(f"# -*- coding: {coding} -*-\n{BLOCK}", PATH).line == 2


def test_a_block_knows_the_line_of_its_keys() -> None:
    block = read_block("# Invented.\n" + BLOCK + CODE, PATH)
    assert block.line_of(["tool", "recipe-runner", "tags"]) == 10


def test_a_block_without_our_table_is_proper() -> None:
    assert read_block(block_with('dependencies = ["httpx"]'), PATH).table == {}


ENCODINGS = {
    "LF": (BLOCK + CODE).encode(),
    "CRLF": (BLOCK + CODE).replace("\n", "\r\n").encode(),
    "CR": (BLOCK + CODE).replace("\n", "\r").encode(),
    "CRLF on one line": (BLOCK + CODE).replace("script\n", "script\r\n").encode(),
    "BOM": (BLOCK + CODE).encode("utf-8-sig"),
    "blank after the opening": BLOCK.replace("script\n", "script \n").encode(),
    "blank after the closing": BLOCK.replace("# ///\n", "# /// \n").encode(),
    "blank after a line": BLOCK.replace("# ]\n", "# ] \n").encode(),
    "tab after a line": BLOCK.replace("# ]\n", "# ]\t\n").encode(),
    "U+2028 in a line": BLOCK.replace("ferries", "ferr\u2028ies").encode(),
    "NEL in a line": BLOCK.replace("ferries", "ferr\x85ies").encode(),
    "form feed before": ("\f" + BLOCK).encode(),
    "in a docstring": ('"""\n' + BLOCK + '"""\n').encode(),
    "indented": ("if True:\n    " + BLOCK.replace("\n", "\n    ")).encode(),
    "another coding": ("# coding: latin-1\n" + BLOCK).encode(),
    "coding on the second line": ("#!python\n# -*- coding: utf-7 -*-\n" + BLOCK).encode(),
}


def test_of_all_encodings_exactly_lf_is_accepted() -> None:
    accepted = []
    for name, content in ENCODINGS.items():
        try:
            read_block(content.decode(), PATH)
        except BrokenSource:
            continue
        accepted.append(name)
    assert accepted == ["LF"]


@pytest.mark.parametrize(
    "text, line, problem, hint",
    [
        (CODE, 1, "there is no `# /// script` block", "begin the file with `# /// script`"),
        ("\ufeff" + BLOCK, 1, "the file begins with a byte order mark", "save the file as UTF-8 without BOM"),
        (
            BLOCK.replace("[\n", "[\r\n", 1),
            3,
            "this line does not end with LF alone",
            "save the file with LF line ends",
        ),
        ("# coding=latin-1\n" + BLOCK, 1, "the file says it is in latin-1", "remove this line; write UTF-8"),
        (
            BLOCK.replace("script\n", "script \n"),
            1,
            "this line is not exactly `# /// script` (there are blanks at its end)",
            "write `# /// script`",
        ),
        ("#/// script\n# ///\n", 1, "this line is not exactly `# /// script`", "write `# /// script`"),
        ("# /// pyproject\n# ///\n", 1, "this line is not exactly `# /// script`", "write `# /// script`"),
        ("import os\n" + BLOCK, 2, "this block stands below a statement", "move it to the top of the file"),
        ('"""\n' + BLOCK + '"""\n', 2, "this block stands below a statement", "move it to the top of the file"),
        ("# /// script\n# a = 1\n", 1, "this block is never closed", "end it with `# ///`"),
        ("# /// script\n# ///\n", 1, "this block is empty", 'add dependencies = ["httpx>=0.28"]'),
        (
            "# /// script\n# a = 1\n# /// script\n# ///\n",
            3,
            "this block begins before the one above is closed",
            "write `# ///`",
        ),
        (BLOCK + CODE + BLOCK, 12, "this looks like a second block", "remove this line"),
        (BLOCK + "# a comment\n# ///\n", 12, "this looks like a second block", "remove this line"),
        (BLOCK + 'x = """\n   #///\n"""\n', 12, "this looks like a second block", "remove this line"),
        (
            "# /// script\n# a = 1\nb = 2\n# ///\n",
            3,
            "the block is not closed above this line",
            "end it with `# ///`",
        ),
        (
            "# /// script\n#a = 1\n# ///\n",
            2,
            "this line of the block does not begin with `# `",
            "write a blank after #",
        ),
        (
            "# /// script\n# a = 1 \n# ///\n",
            2,
            "this line of the block ends with blanks",
            "remove the blanks at its end",
        ),
        (
            BLOCK.replace("ferries", "ferr\u2028ies"),
            9,
            "this line holds a line separator other than LF",
            "remove the character",
        ),
    ],
)
def test_what_readers_could_read_differently_is_refused(text: str, line: int, problem: str, hint: str) -> None:
    assert problem_of(text) == (line, problem, hint)


@pytest.mark.parametrize(
    "lines, line, problem, hint",
    [
        (["a = = 1"], 2, "this is no TOML: Invalid value", "correct the TOML of this line"),
        (
            ["requires-pyton = '3'"],
            2,
            "unknown key 'requires-pyton'",
            "write requires-python",
        ),
        (
            ["[tool.recipe-runner]", "[[tool.uv.index]]", "url = 'https://evil.example'"],
            3,
            "unknown key 'uv' in [tool]",
            "remove it; the keys are recipe-runner",
        ),
        (["tool.black.line = 1"], 2, "unknown key 'black' in [tool]", "remove it; the keys are recipe-runner"),
        (["tool = 1"], 2, "tool must be a table, not 1", "write [tool]"),
        (
            ["tool.recipe-runner = 1"],
            2,
            "recipe-runner must be a table, not 1",
            "write [tool.recipe-runner]",
        ),
        (
            ['requires-python = "three"'],
            2,
            "requires-python is no version specifier: 'three'",
            'write requires-python = ">=3.11"',
        ),
        (
            ["requires-python = 3"],
            2,
            "requires-python must be text, not 3",
            'write requires-python = "..."',
        ),
        (
            ['dependencies = "httpx"'],
            2,
            "dependencies must be a list of texts",
            'write dependencies = ["..."]',
        ),
        (["dependencies = [1]"], 2, "dependencies must be a list of texts", 'write dependencies = ["..."]'),
        (
            ['dependencies = ["httpx", "httpx"]'],
            2,
            "dependencies names 'httpx' twice",
            "remove one of them",
        ),
    ],
)
def test_what_the_block_must_not_say_is_refused(lines: list[str], line: int, problem: str, hint: str) -> None:
    assert problem_of(block_with(*lines)) == (line, problem, hint)


@pytest.mark.parametrize(
    "requirement",
    [
        "evil @ https://evil.example/evil.whl",
        "evil @ file:///tmp/evil",
        "evil@git+ssh://evil.example",
        "git+https://evil.example/evil.git",
        "https://evil.example/evil.whl",
        "./evil",
        "/tmp/evil",
        "evil.whl/../x",
        "-e evil",
        "--index-url https://evil.example",
        "evil\\n--index-url https://evil.example",
        "httpx >=",
        "a" + " " * 90_000 + "!",
    ],
)
def test_a_dependency_that_is_more_than_name_and_versions_is_refused(requirement: str) -> None:
    text = block_with("dependencies = [", '  "httpx",', f'  "{requirement}",', "]")
    line, problem, hint = problem_of(text)
    assert (line, hint) in {(4, 'write it like "httpx>=0.28"'), (2, 'write it like "httpx>=0.28"')}
    assert problem.endswith(" is not a name with versions; addresses, paths and options are refused")


def test_the_line_of_a_refused_dependency_is_its_own() -> None:
    assert problem_of(block_with("dependencies = [", '  "httpx",', '  "./evil",', "]"))[0] == 4


@pytest.mark.parametrize(
    "requirement", ["httpx", "httpx>=0.28,<1", "ruamel.yaml ~= 0.18", "a_b[c,d]==1.*", "x; sys_platform == 'win32'"]
)
def test_names_with_versions_extras_and_markers_are_accepted(requirement: str) -> None:
    assert read_block(block_with(f'dependencies = ["{requirement}"]'), PATH).dependencies == (requirement,)
