import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

from runner.output.lock import locked


def test_one_at_a_time_holds_the_lock(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0", encoding="utf-8")
    start = Barrier(8)

    def count() -> None:
        start.wait(10)
        for _ in range(25):
            with locked(tmp_path / "lock"):
                counter.write_text(str(int(counter.read_text(encoding="utf-8")) + 1), encoding="utf-8")

    threads = [Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.read_text(encoding="utf-8") == "200"


def test_a_process_that_dies_lets_go_of_the_lock(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys\nfrom runner.output.lock import locked\n"
        "with locked(pathlib.Path(sys.argv[1])):\n    os._exit(3)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "lock")], check=False).returncode == 3
    with locked(tmp_path / "lock"):
        pass
