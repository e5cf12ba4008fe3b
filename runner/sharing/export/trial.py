"""A trial of an exported script before anybody gets it: in a process of its own, on a recorded case."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

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
from runner.sharing.export.arguments import option_of
from runner.sharing.export.calling import base_url_option
from runner.sharing.export.imitation import imitated

LONGEST: Final = 120
"""Seconds that a trial may take: it waits for nothing."""

_LAUNCHER: Final = """\
import runpy, sys, threading
from datetime import datetime

import runner.running.clock as clock

script, moment, *words = sys.argv[1:]
sys.argv = [script, *words]
clock.THREAD_PATIENCE = 2.0
threading.Thread(target=threading.Event().wait, daemon=True).start()
with clock.stopped_clock(datetime.fromisoformat(moment)):
    sys.modules.update({name: None for name in sys.modules if name.partition(".")[0] == "runner"})
    runpy.run_path(script, run_name="__main__")
"""
"""Lets the clock stand at the recorded moment, as replaying does, takes the runner away, and runs the script.

A second thread makes timers of an event loop patient, as answers come from another process.
"""


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
        AskedWrongly: A requirement is not installed here.
        Mismatch: It asks for something else than was recorded, fails, or gives something else.
    """
    recipe = subject.recipe
    subject.approval.check(recipe.path)
    check_dependencies(recipe)
    player = Player(read_known(case.cassette, cache), hint=hint_to_record(case))
    with ExitStack() as stack:
        values = stack.enter_context(placed(case, case_values(recipe, case)))
        apis = [subject.apis[client.api] for client in recipe.clients]
        servers = [stack.enter_context(imitated(api, player)) for api in apis]
        options = [base_url_option(recipe, client) for client in recipe.clients]
        words = [f"{option}={server.address}" for option, server in zip(options, servers, strict=True)]
        words += ["--json", *_words(recipe, values)]
        keys = {api.key.env: stand_in(api.key.env) for api in apis if api.key is not None}
        answer = _run(text, case, words, keys)
        player.check_all_played()
        shown = answer.stdout
        for server in servers:
            shown = shown.replace(server.address, server.api.base_url)
    _check(case, answer, shown)


def _run(text: str, case: Case, words: list[str], keys: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    with TemporaryDirectory(prefix="recipe-runner-") as name:
        script = Path(name, "script.py")
        script.write_text(text, encoding="utf-8")
        command = [sys.executable, "-I", "-X", "utf8", "-c", _LAUNCHER, str(script), case.clock.isoformat(), *words]
        # On Windows nothing connects without SYSTEMROOT; there PATH is where libraries are looked for.
        environment = {"PATH": os.defpath, "SYSTEMROOT": "C:\\Windows", "TZ": "UTC", **keys}
        try:
            return subprocess.run(
                command,
                cwd=name,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=LONGEST,
            )
        except subprocess.TimeoutExpired:
            raise Mismatch(f"The script did not end within {LONGEST} s on {case.title}.") from None


def _check(case: Case, answer: "subprocess.CompletedProcess[str]", shown: str) -> None:
    if answer.returncode:
        details = answer.stderr.strip().split("\n")[-3:]
        raise Mismatch(
            f"The script failed on the case {case.title}, so nothing was written.",
            details=details,
            hint=hint_to_record(case),
        )
    now = tuple(_lines(shown))
    if differences := compare((read_lines(case.result), None), Outcome(now)):
        raise Mismatch(
            f"The script does not give what was recorded for {case.title}, so nothing was written.",
            details=differences,
            hint=hint_to_record(case),
        )


def _lines(shown: str) -> Iterator[str]:
    """Yield the result as the lines of a case."""
    try:
        result = json.loads(shown)
    except ValueError:
        raise Mismatch(f"The script wrote no JSON, but {shown[:60]!r}.") from None
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
