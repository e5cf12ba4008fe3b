import os
import subprocess
import sys
from pathlib import Path
from shlex import quote

import pytest

WITHOUT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
sys.modules[sys.argv[1]] = None
from runner.errors import AskedWrongly
from runner.output.database import Database
from runner.output.provenance import Provenance
from runner.output.workbook import Workbook
provenance = Provenance("echo/things", "What?", {}, (), datetime(2026, 11, 20, tzinfo=UTC), "live", "0.1.0")
kind = {"xlsxwriter": Workbook, "sqlite_utils": Database}[sys.argv[1]]
try:
    with kind(Path(sys.argv[2]), provenance):
        pass
except AskedWrongly as error:
    print(error, error.hint, sep="\\n")
"""


@pytest.mark.parametrize(
    "module, sentence, extra",
    [
        ("xlsxwriter", "Excel files need XlsxWriter, which is not installed.", "xlsx"),
        ("sqlite_utils", "Databases need sqlite-utils, which is not installed.", "sqlite"),
    ],
)
def test_a_missing_library_is_named_with_the_command_that_adds_it_and_no_file_is_made(
    tmp_path: Path, module: str, sentence: str, extra: str
) -> None:
    command = [sys.executable, "-c", WITHOUT, module, str(tmp_path / "rows.file")]
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    hint = f"{quote(sys.executable)} -m pip install 'recipe-runner[{extra}]'"
    assert (result.stdout, result.stderr) == (f"{sentence}\n{hint}\n", "")
    assert list(tmp_path.iterdir()) == []
