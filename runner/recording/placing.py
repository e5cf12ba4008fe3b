"""Writing a case beside the one before, and putting it in its place."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from runner.errors import AskedWrongly, RunnerError
from runner.output.lock import locked_folder
from runner.recording.case import Case, case_text, read_case


@contextmanager
def case_aside(case: Case) -> Iterator[Case]:
    """Make a folder beside the cases in which the new one is written; it is gone in the end."""
    made = [each for each in (case.folder, *case.folder.parents[:2]) if not each.exists()]
    try:
        case.folder.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=f".{case.name}.", dir=case.folder))
    except OSError as error:
        raise AskedWrongly(
            f"No case can be written to {case.folder}: {error.strerror}.", hint="--repository FOLDER"
        ) from None
    # `read_case` wants the names of API and recipe above the file.
    inside = folder.joinpath(case.folder.parent.name, case.folder.name)
    try:
        inside.mkdir(parents=True)
        yield replace(case, folder=inside)
    finally:
        rmtree(folder, ignore_errors=True)
        _remove_if_empty(made)


def _remove_if_empty(folders: Sequence[Path]) -> None:
    for each in folders:
        try:
            each.rmdir()
        except OSError:
            return


def compared(side: Case, case: Case) -> tuple[Case, str]:
    """Tell what is new; where nothing is, the clock stays too, so that only `recorded-at` changes."""
    if not case.path.exists():
        return side, "new"
    try:
        old = read_case(case.path)
    except RunnerError:
        return side, "changed"
    same = replace(side, clock=old.clock)
    if replace(old, recorded_at=side.recorded_at) != replace(same, folder=case.folder) or _files(side) != _files(old):
        return side, "changed"
    same.path.write_bytes(case_text(same).encode())
    return same, "same"


def _files(case: Case) -> dict[str, bytes | None]:
    paths = (case.cassette, case.result, *case.inputs)
    return {path.name: path.read_bytes() if path.is_file() else None for path in paths}


def put_in_place(side: Case, case: Case) -> None:
    """Put the new files in the place of the old ones, all of them, also if Ctrl-C falls between two."""
    stopped: KeyboardInterrupt | None = None
    with locked_folder(case.folder):
        new = sorted(side.folder.iterdir(), key=lambda path: path.suffix == ".toml")
        for path in new:
            try:
                path.replace(case.folder / path.name)
            except KeyboardInterrupt as interrupt:
                stopped = interrupt
                if path.exists():
                    path.replace(case.folder / path.name)
        for path in set(case.inputs) - {case.folder / path.name for path in new}:
            path.unlink()
    if stopped is not None:
        raise stopped
