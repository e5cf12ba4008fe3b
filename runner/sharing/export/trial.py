"""A trial of an exported script or notebook before anybody gets it: in a process of its own, on a recorded case."""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from runner.catalog import Parameter, Recipe, Value, format_value
from runner.errors import Mismatch
from runner.output.cells import COMPACT, row_json
from runner.output.text import mend
from runner.recording.case import SOURCES, Case
from runner.recording.exchange import stand_in
from runner.recording.outcome import Outcome, compare, read_lines
from runner.recording.parsed import read_known
from runner.recording.player import Player
from runner.recording.replay import Subject, case_values, hint_to_record, placed
from runner.running.dependencies import check_dependencies
from runner.running.isolated.dumpable import make_undumpable
from runner.running.serving import answering
from runner.sharing.export.arguments import option_of
from runner.sharing.export.calling import base_url_option
from runner.sharing.export.cells import Cell
from runner.sharing.export.imitation import Imitation
from runner.sharing.export.notebook_values import Names, override_source

LONGEST: Final = 120
"""Seconds that a trial may take: it waits for nothing."""

_LAUNCHER: Final = """\
import json, runpy, sys, threading
from datetime import datetime

import runner.running.clock as clock
from runner.output.cells import COMPACT, value_json
from runner.sharing.export.cell_run import run_cells

file, moment, library, *words = sys.argv[1:]
sys.argv = [file, *words]
clock.THREAD_PATIENCE = 2.0
threading.Thread(target=threading.Event().wait, daemon=True).start()
with clock.stopped_clock(datetime.fromisoformat(moment)):
    sys.modules.update({name: None for name in sys.modules if name.partition(".")[0] == "runner"})
    sys.path[:0] = [library] if library else []
"""
_SCRIPT: Final = """\
    runpy.run_path(file, run_name="__main__")
"""
_CELLS: Final = """\
    with open(file, encoding="utf-8") as cells:
        names = run_cells(json.load(cells))
sys.stdout.write(value_json(COMPACT, "", names[words[0]]))
"""
"""Lets the clock stand at the recorded moment, as replaying does, takes the runner away, and runs script or cells.

A second thread makes timers of an event loop patient, as answers come from another process.
"""

_Making: TypeAlias = Callable[[Mapping[str, Value], Mapping[str, str]], "Program"]
"""Makes what is run from values by parameter and addresses by client."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is run.

    Attributes:
        name: For messages: `script`.
        text: Of its file.
        run: What the launcher does with the file.
        words: Its arguments.
    """

    name: str
    text: str
    run: str
    words: tuple[str, ...]


def describe_trial(case: Case) -> str:
    """Say what a trial on a case shows once it has gone well."""
    count = len(read_lines(case.result))
    rows = f"{count:,} row{'' if count == 1 else 's'}"
    source = f"{SOURCES[case.source]} on {case.recorded_at:%Y-%m-%d}"
    return f"ran on the case {case.name} ({source}) and gave its {rows}"


def try_script(text: str, subject: Subject, case: Case, *, cache: Path | None = None) -> None:
    """Run a script on a case, with the case's values, and compare what it gives.

    Args:
        text: All of the script.
        subject: What it was made from, with the user's leave to run it.
        case: As read; one whose run is meant to work.
        cache: As for `read_known`.

    Raises:
        NotTrusted: It may not run.
        AskedWrongly: A requirement is not to be had.
        Mismatch: It asks for something else than was recorded, fails, or gives something else.
    """
    recipe = subject.recipe

    def make(values: Mapping[str, Value], addresses: Mapping[str, str]) -> Program:
        words = [f"{base_url_option(recipe, client)}={addresses[client.name]}" for client in recipe.clients]
        return Program("script", text, _SCRIPT, (*words, "--json", *_words(recipe, values)))

    _try(make, subject, case, cache)


def try_notebook(cells: Sequence[Cell], subject: Subject, case: Case, *, cache: Path | None = None) -> None:
    """Run the code cells of a notebook as `try_script` does; the case's values come as papermill gives them."""
    recipe, names = subject.recipe, Names(subject.recipe)

    def make(values: Mapping[str, Value], addresses: Mapping[str, str]) -> Program:
        sources = list[str]()
        for cell in (each for each in cells if each.kind == "code"):
            sources += [cell.source, *[override_source(recipe, names, values, addresses)] * ("parameters" in cell.tags)]
        return Program("notebook", json.dumps(sources), _CELLS, ("rows" if recipe.gives == "rows" else "result",))

    _try(make, subject, case, cache)


def _try(make: _Making, subject: Subject, case: Case, cache: Path | None) -> None:
    recipe = subject.recipe
    subject.approval.check(recipe.path, recipe.source.encode())
    library = _library(subject)
    player = Player(read_known(case.cassette, cache), hint=hint_to_record(case))
    with ExitStack() as stack:
        values = stack.enter_context(placed(case, case_values(recipe, case)))
        apis = [subject.apis[client.api] for client in recipe.clients]
        servers = [stack.enter_context(answering(Imitation(api, player))) for api in apis]
        clients = [client.name for client in recipe.clients]
        program = make(values, dict(zip(clients, (server.address for server in servers), strict=True)))
        keys = {api.key.env: stand_in(api.key.env) for api in apis if api.key is not None}
        answer = _run(program, case, keys, library)
        if player.mismatch or not answer.returncode:  # else what it failed with says more
            player.check_all_played()
        shown = answer.stdout
        for server in servers:
            shown = shown.replace(server.address, server.api.base_url)
    _check(program.name, case, answer, shown)


def _library(subject: Subject) -> str:
    """Return the folder of the packages that the recipe's block lists; `""` where this program's own will do."""
    if subject.isolation is None:
        check_dependencies(subject.recipe)
        return ""
    python = subject.isolation.interpreter(subject.recipe)
    is_own = python == Path(sys.executable)
    return "" if is_own else sysconfig.get_path("purelib", "venv", {"base": str(python.parent.parent)})


def _run(program: Program, case: Case, keys: Mapping[str, str], library: str) -> "subprocess.CompletedProcess[str]":
    with TemporaryDirectory(prefix="recipe-runner-") as name:
        file = Path(name, "script.py")
        file.write_text(program.text, encoding="utf-8")
        command = [sys.executable, "-I", "-X", "utf8", "-c", _LAUNCHER + program.run]
        command += [str(file), case.clock.isoformat(), library]
        # On Windows nothing connects without SYSTEMROOT; there PATH is where libraries are looked for.
        environment = {"PATH": os.defpath, "SYSTEMROOT": "C:\\Windows", "TZ": "UTC", **keys}
        make_undumpable()  # the keys in the environment of this process are none of its business
        try:
            return subprocess.run(
                [*command, *program.words],
                cwd=name,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=LONGEST,
            )
        except subprocess.TimeoutExpired:
            raise Mismatch(f"The {program.name} did not end within {LONGEST} s on {case.title}.") from None


def _check(name: str, case: Case, answer: "subprocess.CompletedProcess[str]", shown: str) -> None:
    if answer.returncode:
        details = answer.stderr.strip().split("\n")[-3:]
        raise Mismatch(
            f"The {name} failed on the case {case.title}, so nothing was written.",
            details=details,
            hint=hint_to_record(case),
        )
    now = tuple(_lines(name, shown))
    if differences := compare((read_lines(case.result), None), Outcome(now)):
        raise Mismatch(
            f"The {name} does not give what was recorded for {case.title}, so nothing was written.",
            details=differences,
            hint=hint_to_record(case),
        )


def _lines(name: str, shown: str) -> Iterator[str]:
    """Yield the result as the lines of a case."""
    try:
        result = json.loads(shown)
    except ValueError:
        raise Mismatch(f"The {name} wrote no JSON, but {shown[:60]!r}.") from None
    for row in result if isinstance(result, list) else [result]:
        yield mend(row_json(COMPACT, row) if isinstance(row, dict) else COMPACT.encode(row))


def _words(recipe: Recipe, values: Mapping[str, Value]) -> Iterator[str]:
    for parameter in recipe.parameters:
        yield from _words_of(parameter, values[parameter.name])


def _words_of(parameter: Parameter, value: Value) -> Iterator[str]:
    option = option_of(parameter)
    if isinstance(value, bool):
        yield option if value else f"--no-{option[2:]}"
    elif isinstance(value, tuple):
        yield from (f"{option}={format_value(each)}" for each in value)
        if not value:
            yield option
    elif value is not None:
        yield f"{option}={format_value(value)}"
    elif parameter.kind.base != "bool" and not parameter.kind.many:
        yield f"{option}="
