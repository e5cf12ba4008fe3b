import os
import select
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

import pytest

from runner.errors import AskedWrongly
from runner.output.files import check_place, open_output

IMPORTS = """
import os, resource
from pathlib import Path
from runner.errors import AskedWrongly
from runner.output.files import open_output
"""


def write(path: Path, text: str, *, force: bool = False) -> None:
    with open_output(path, force=force) as output:
        output.stream.write(text)
        output.commit()


def write_and_fail(path: Path, error: type[BaseException]) -> None:
    with open_output(path, force=True) as output:
        output.stream.write("x" * 100_000)
        raise error


def refusal(path: Path, *, force: bool = False) -> tuple[str, str]:
    with pytest.raises(AskedWrongly) as caught:
        open_output(path, force=force)
    return str(caught.value), caught.value.hint


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_stands_there_only_after_commit(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with open_output(path) as output:
        output.stream.write("ä\r\n")
        output.stream.flush()
        before = path.exists()
        output.commit()
    assert (before, path.read_bytes(), names(tmp_path)) == (False, "ä\r\n".encode(), ["rows.csv"])


def test_an_existing_file_is_refused_before_anything_runs(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")
    assert refusal(path) == (f"{path} exists.", "--force")
    assert (path.read_text(), names(tmp_path)) == ("old", ["rows.csv"])


def test_force_replaces_the_file_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")
    with open_output(path, force=True) as output:
        output.stream.write("new")
        output.stream.flush()
        before = path.read_text()
        output.commit()
    assert (before, path.read_text(), names(tmp_path)) == ("old", "new", ["rows.csv"])


def test_a_file_made_meanwhile_is_left_alone_and_the_result_kept(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with open_output(path) as output:
        output.stream.write("new")
        path.write_text("made meanwhile")
        with pytest.raises(AskedWrongly) as caught:
            output.commit()
    kept = tmp_path / "rows.partial.csv"
    message = f"{path} was made by something else meanwhile; the result is in {kept}."
    assert (str(caught.value), caught.value.hint) == (message, "--force")
    assert (path.read_text(), kept.read_text(), len(names(tmp_path))) == ("made meanwhile", "new", 2)


def test_a_missing_folder_is_refused_with_the_command_that_makes_it(tmp_path: Path) -> None:
    folder = tmp_path / "my results"
    assert refusal(folder / "rows.csv") == (f"The folder {folder} does not exist.", f"mkdir -p '{folder}'")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path, force=True) == (f"{tmp_path} is a folder.", f"-o {tmp_path}/result.csv")


def test_a_place_for_a_file_of_others_may_be_taken_and_is_found_through_links(tmp_path: Path) -> None:
    (tmp_path / "rows.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "rows.db")
    assert check_place(tmp_path / "link.db") == (tmp_path / "rows.db").resolve()


@pytest.mark.parametrize(
    "name, problem", [("folder", "{} is a folder."), ("none/rows.db", "The folder {.parent} does not exist.")]
)
def test_a_place_where_no_file_can_stand_is_refused(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(AskedWrongly) as caught:
        check_place(tmp_path / name)
    assert str(caught.value) == problem.format(tmp_path / name)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    path = tmp_path / "a" / "rows.csv"
    assert refusal(path) == (f"{path} cannot be written: Not a directory.", "-o another/folder/rows.csv")


@pytest.mark.usefixtures("an_ordinary_user")
def test_a_folder_that_is_not_writable_is_refused() -> None:
    path = Path("/rows-of-nobody.csv")
    assert refusal(path) == (f"{path} cannot be written: Permission denied.", "-o another/folder/rows-of-nobody.csv")


def test_a_ring_of_links_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.symlink_to(path)
    message, hint = refusal(path)
    assert message.startswith(f"{path} cannot be written: ")
    assert hint == "-o another/folder/rows.csv"


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write(tmp_path / "rows.csv", "x")
    assert (tmp_path / "rows.csv").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_what_was_private_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.touch(mode=0o600)
    write(path, "new", force=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "there" / "rows.csv"
    target.parent.mkdir()
    target.write_text("old")
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    assert refusal(link) == (f"{link} exists.", "--force")
    write(link, "new", force=True)
    assert (link.is_symlink(), target.read_text(), names(target.parent)) == (True, "new", ["rows.csv"])


def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "rows.csv")
    write(link, "new")
    assert (link.is_symlink(), (tmp_path / "rows.csv").read_text()) == (True, "new")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_without_commit_nothing_stays(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")
    with pytest.raises(error):
        write_and_fail(path, error)
    assert (path.read_text(), names(tmp_path)) == ("old", ["rows.csv"])


def test_what_was_written_can_be_kept_under_a_free_name(tmp_path: Path) -> None:
    kept = []
    for number in range(3):
        with open_output(tmp_path / "rows.v1.csv") as output:
            output.stream.write(f"{number}")
            kept.append(output.keep_partial())
    expected = [tmp_path / f"rows.v1.{name}.csv" for name in ("partial", "partial-2", "partial-3")]
    assert kept == expected
    assert ([path.read_text() for path in expected], len(names(tmp_path))) == (["0", "1", "2"], 3)


def test_what_is_kept_stands_beside_the_target_of_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "there" / "rows.csv")
    with open_output(link) as output:
        output.stream.write("x")
        kept = output.keep_partial()
    assert kept == tmp_path / "there" / "rows.partial.csv"
    assert kept.read_text() == "x"


def test_a_long_name_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 120 + ".csv")
    write(path, "x")
    assert names(tmp_path) == [path.name]


def test_a_full_device_is_told_as_such() -> None:
    with pytest.raises(AskedWrongly) as caught:
        write(Path("/dev/full"), "x")
    message = "The disk is full; /dev/full was not written."
    assert (str(caught.value), caught.value.hint, caught.value.exit_code) == (message, "-o another/folder/full", 2)


def test_a_pipe_is_written_directly(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with open_output(pipe) as output:
        output.stream.write("x")
        kept = output.keep_partial()
        output.commit()
    reader.join()
    assert (read, kept, names(tmp_path)) == (["x"], None, ["pipe"])


def run_python(code: str, folder: Path, stdout: IO[str]) -> None:
    paths = os.pathsep.join(sys.path)
    command = [sys.executable, "-c", IMPORTS + code]
    subprocess.run(command, check=True, env={"PYTHONPATH": paths, "FOLDER": str(folder)}, stdout=stdout)


def test_dev_stdout_keeps_what_the_shell_redirected_to(tmp_path: Path) -> None:
    place = tmp_path / "all.txt"
    place.write_text("before\n")
    with place.open("a") as stdout:
        code = "with open_output(Path('/dev/stdout')) as output:\n output.stream.write('x')\n output.commit()"
        run_python(code, tmp_path, stdout)
    assert (place.read_text(), names(tmp_path)) == ("before\nx", ["all.txt"])


TOO_LARGE = """
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
folder = Path(os.environ["FOLDER"])
try:
    with open_output(folder / "rows.csv", force=True) as output:
        try:
            for _ in range(100_000):
                output.stream.write("a row\\n")
        finally:
            output.stream.flush()
            print(output.keep_partial())
except AskedWrongly as error:
    print(error)
"""


def test_a_real_limit_of_the_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "data" / "rows.csv"
    path.parent.mkdir()
    path.write_text("old")
    with (tmp_path / "log").open("w") as log:
        run_python(TOO_LARGE, path.parent, log)
    message = f"The disk is full, or the file larger than the system allows; {path} was not written."
    assert (tmp_path / "log").read_text() == f"None\n{message}\n"
    assert (path.read_text(), names(path.parent)) == ("old", ["rows.csv"])


FAILING = """
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    with open_output(Path(os.environ["FOLDER"]) / "rows.csv") as output:
        output.stream.write("more than ten bytes")
        raise RuntimeError("failed")
except RuntimeError as error:
    print(error)
"""


def test_what_is_thrown_away_needs_no_room_on_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with (tmp_path / "log").open("w") as log:
        run_python(FAILING, folder, log)
    assert (names(folder), (tmp_path / "log").read_text()) == ([], "failed\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_ctrl_c_in_the_middle_of_writing_repeats_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    watching = os.open(path, os.O_WRONLY)
    os.set_blocking(reading, True)
    read: list[bytes] = []

    def interrupt() -> None:
        while select.select([], [watching], [], 0)[1]:
            pass  # until the pipe is full
        os.kill(os.getpid(), signal.SIGINT)
        os.close(watching)
        stopped.wait(10)
        with os.fdopen(reading, "rb") as file:
            read.append(file.read())

    stopped, reader = threading.Event(), threading.Thread(target=interrupt)
    with open_output(path) as output:
        output.stream.write("x" * 8191 + "\n")  # so that the next that is written fits in only in part
        output.stream.flush()
        reader.start()
        with pytest.raises(KeyboardInterrupt):
            output.stream.writelines(f"{number}\n" for number in range(1_000_000))
        stopped.set()
    reader.join(10)
    numbers = read[0].split()[1:]
    assert numbers == [b"%d" % number for number in range(len(numbers))]
