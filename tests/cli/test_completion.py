"""TAB, asked as each shell asks, and in the shells themselves where they are installed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
Complete = Callable[..., list[str]]


@pytest.fixture
def complete(invoke: Invoke) -> Complete:
    """Return what TAB offers at the end of these words; `(file)` and `(dir)` leave it to the shell."""

    def complete(*words: str) -> list[str]:
        asked = {"COMP_WORDS": " ".join(["recipes", *words]), "COMP_CWORD": str(len(words))}
        result = invoke(env={**asked, "_RECIPES_COMPLETE": "bash_complete"})
        assert result.exit_code == 0
        lines = [line.split(",") for line in result.stdout.splitlines() if line]
        return [word if kind == "plain" else f"({kind})" for kind, word in lines]

    return complete


CHOOSING = '''\
def main(
    echo: httpx.Client, size: Literal["big", "small"] = "big", is_loud: bool = False, into: Path | None = None,
    format: str = "",
) -> dict[str, Any]:
    """Return one.

    Args:
        size: Of a thing, as it is.
        is_loud: Or quiet.
        into: Where it goes.
        format: A name that the command keeps for itself.
    """
    return {}'''


@pytest.mark.parametrize(
    "words, offered",
    [
        (("sh",), ["show"]),
        (("run", "newswhip/top-s"), ["newswhip/top-stories"]),
        (("run", "top-st"), ["newswhip/top-stories"]),
        (("run", "top_st"), ["newswhip/top-stories"]),
        (("show", "echo/"), ["echo/things"]),
        (("run", "things", "--si"), ["--size"]),
        (("run", "things", "--no"), ["--now", "--no-is-loud"]),
        (("run", "things", "--size", ""), ["big", "small"]),
        (("run", "things", "--is-loud", "--size", "s"), ["small"]),
        (("run", "things", "--try", "-P", "size="), ["size=big", "size=small"]),
        (("run", "things", "-P", "is"), ["is_loud="]),
        (("run", "things", "--format", "js"), ["json", "jsonl"]),
        (("list", "--tag", "get"), ["getting-started"]),
        (("list", "--api", "e"), ["echo"]),
        (("list", "--collection", "st"), ["start-here"]),
        (("sandbox", "e"), ["echo"]),
        (("check", "first-call", "top-st"), ["newswhip/top-stories"]),
        (("explain", "R11"), ["R110", "R111"]),
        (("help", "e"), ["exit-codes", "environment", "export", "explain"]),
        (("help", "sea"), ["search"]),
        (("run", "things", "-o", "ro"), ["(file)"]),
        (("run", "things", "--params", ""), ["(file)"]),
        (("run", "things", "--env-file", ""), ["(file)"]),
        (("run", "things", "--into", "ro"), ["(file)"]),
        (("record", "things", "--params", "ro"), ["(file)"]),
        (("record", "things", "--env-file", ""), ["(file)"]),
        (("new", "things", "--params", ""), ["(file)"]),
        (("new", "things", "--env-file", ""), ["(file)"]),
        (("run", "things", "--size", "x"), []),
        (("run", "things", "--forma"), ["--format"]),
        (("run", "things", "-P", "forma"), ["format="]),
        (("doctor", "--env-file", ""), ["(file)"]),
        (("trust", ""), ["(dir)"]),
        (("untrust", ""), ["(dir)"]),
        (("--repository", ""), ["(dir)"]),
        (("run", "no-such-recipe", "--si"), []),
        (("--repository", "nowhere", "run", ""), []),
    ],
)
def test_tab_offers_what_fits(complete: Complete, repo: Any, words: tuple[str, ...], offered: list[str]) -> None:
    repo.write_recipe(code=CHOOSING)
    assert complete(*words) == offered


def test_tab_runs_nothing_and_reads_no_recipe_again(complete: Complete, repo: Any, folder: Path) -> None:
    repo.write_recipe(code='Path("ran").touch()\n\n\n' + CHOOSING)
    assert complete("run", "things", "--si") == ["--size"]
    assert not (folder / "ran").exists()


def test_hostile_names_and_help_do_not_reach_the_shell(complete: Complete, repo: Any, invoke: Invoke) -> None:
    hostile = CHOOSING.replace('"big", "small"', '"$(touch x)", "`id`", "a b", "ok"').replace('= "big"', '= "ok"')
    repo.write_recipe(
        code=hostile.replace("Of a thing, as it is.", "Of a\\x1b[31m thing."), title="Is \x1b]0;x\x07 it?"
    )
    assert complete("run", "things", "--size", "") == ["ok"]
    asked = {"COMP_WORDS": "recipes run echo", "COMP_CWORD": "2", "_RECIPES_COMPLETE": "zsh_complete"}
    assert not set(invoke(env=asked).stdout) & {"\x1b", "\x07"}


@pytest.mark.parametrize(
    "shell_name, words, at, offered",
    [
        ("zsh", "recipes run things --size=b", "3", "plain\n--size=big\n_\n"),
        ("zsh", "recipes run things -P size=b", "4", "plain\nsize=big\n_\n"),
        ("zsh", "recipes run things --try --format js", "5", "plain\njson\n_\nplain\njsonl\n_\n"),
        ("fish", "recipes run things --size=b", "--size=b", "plain,--size=big\n"),
        ("fish", "recipes run things -P size=b", "size=b", "plain,size=big\n"),
        ("bash", "recipes run things --size = b", "5", "plain,big\n"),
        ("bash", "recipes run things --size =", "4", "plain,big\nplain,small\n"),
        ("bash", "recipes run things -P size = b", "6", "plain,big\n"),
        ("bash", "recipes run things -P size =", "5", "plain,big\nplain,small\n"),
        ("bash", "recipes run things --format = csv --size = b", "8", "plain,big\n"),
        ("bash", "recipes run things --size=b", "3", "plain,--size=big\n"),
        ("bash", "recipes --repository = . list --js", "5", "plain,--json\n"),
    ],
)
def test_a_value_behind_an_equals_sign_is_completed_as_each_shell_takes_it(
    invoke: Invoke, repo: Any, shell_name: str, words: str, at: str, offered: str
) -> None:
    repo.write_recipe(code=CHOOSING)
    asked = {"COMP_WORDS": words, "COMP_CWORD": at, "_RECIPES_COMPLETE": f"{shell_name}_complete"}
    assert invoke(env=asked).stdout == offered


COUNTED = """
import sys
questions = []
sys.addaudithook(lambda event, _: questions.append(event) if event == "sqlite3.connect" else None)
from runner.cli import main
try:
    main(prog_name="recipes")
finally:
    print(len(questions), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words, opened", [("run --hours 24 top-st", 1), ("run top-stories --ho", 1), ("list --tag ", 1), ("show x --so", 0)]
)
def test_tab_asks_the_index_once(tmp_path: Path, words: str, opened: int) -> None:
    asked = {"COMP_WORDS": f"recipes {words}", "COMP_CWORD": str(len(words.split(" "))), "RECIPES_HOME": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", COUNTED],
        cwd=tmp_path,
        env={**os.environ, **asked, "_RECIPES_COMPLETE": "bash_complete"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stderr == f"{opened}\n"
    assert answer.stdout.startswith("plain,")


def test_tab_in_a_folder_that_is_gone_offers_no_recipe(complete: Complete, folder: Path) -> None:
    folder.rmdir()
    assert complete("run", "top") == []


def shell(command: list[str], cwd: Path) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    beside = str(Path(sys.executable).parent)
    environment = {"PATH": f"{beside}{os.pathsep}{os.environ['PATH']}", "RECIPES_HOME": str(cwd), "HOME": str(cwd)}
    answer = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=True, timeout=30)
    return answer.stdout


def test_bash_completes(tmp_path: Path) -> None:
    script = (
        'eval "$(recipes completion bash)"; COMP_WORDS=(recipes run newswhip/top-s); COMP_CWORD=2; '
        '_recipes_completion recipes; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert shell(["bash", "-c", script], tmp_path) == "newswhip/top-stories\n"


def test_fish_completes(tmp_path: Path) -> None:
    script = 'recipes completion fish | source; complete -C "recipes run newswhip/top-s"'
    title = "Which stories about my topic get the most engagement right …"
    assert shell(["fish", "-c", script], tmp_path) == f"newswhip/top-stories\t{title}\n"


@pytest.mark.parametrize(
    "typed, completed",
    [
        ("run newswhip/top-s", "run newswhip/top-stories"),
        ("run top-stories --format=ts", "run top-stories --format=tsv"),
    ],
)
def test_zsh_completes(tmp_path: Path, in_terminal: Callable[..., Any], typed: str, completed: str) -> None:
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not installed")
    start = 'autoload -U compinit; compinit -u; eval "$(recipes completion zsh)"; PS1="READY> "\n'
    (tmp_path / ".zshrc").write_text(start, encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    screen = in_terminal(
        "-i",
        program=["zsh"],
        env={"ZDOTDIR": str(tmp_path), "HOME": str(tmp_path), "PATH": path},
        when={"READY> ": f"recipes {typed}\t", completed: "\x15exit\n"},
    )
    assert f"recipes {completed}" in screen.text
