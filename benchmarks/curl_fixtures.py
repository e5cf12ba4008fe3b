"""Compare what real curl sends with what recipes made from its commands send.

    python -m benchmarks.curl_fixtures FOLDER [--rounds N] [--peers]

FOLDER is a checkout of curlconverter, or any folder with `*.sh` files of one curl command each. Each runs in bash with
real curl against a loopback socket, and its recipe against the same; `localhost:28139`, the address in those
fixtures, is replaced by that socket's. Prints the share that is equal but for the client's own headers and for browser
headers that were named as left out, and every command that differs, with the notes that say so. The exit code is 3 if
one differs and no note says it. What the importers of other projects make of the same commands is run in the same way
where they are installed: uncurl and Scrapy (with requests) in this environment, curlconverter in `node_modules` of the
current folder.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.peers import GOAL, PEERS, measure_against_curlconverter, sent_by_peer
from benchmarks.wire import Ear, Sent, differences, ear, sent_by_curl, sent_by_recipe
from runner.errors import RunnerError
from runner.scaffolding.curl.call import DIFFERS
from runner.scaffolding.curl.importing import capture

CONTENT = b"<p>content of a file</p>\n"


@dataclass(frozen=True, slots=True)
class Compared:
    """One command.

    Attributes:
        name: Of its file.
        verdict: `equal`, `said` where a note tells the difference, `silent`, `refused`, `no request` where curl itself
            sends nothing.
        details: What differs, and the notes.
    """

    name: str
    verdict: str
    details: tuple[str, ...] = ()


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rounds", default=0, help="Also time our conversion against curlconverter's, so many times.")
@click.option("--peers", is_flag=True, help="Also send what other importers make of the commands; takes minutes.")
def main(folder: Path, rounds: int, peers: bool) -> None:
    """Compare the commands in FOLDER."""
    fixtures = folder / "test" / "fixtures" / "curl_commands"
    files = sorted((fixtures if fixtures.is_dir() else folder).glob("*.sh"))
    compared = [compare(file) for file in files]
    for each in compared:
        if each.verdict != "equal":
            print("\n    ".join([f"{each.verdict:10} {each.name}", *each.details]))
    counts = {
        verdict: sum(each.verdict == verdict for each in compared) for verdict in ("equal", "said", "silent", "refused")
    }
    sending = [each for each in compared if each.verdict != "no request"]
    print(f"\n{len(files)} commands, {len(sending)} of which make curl send something")
    for verdict, count in counts.items():
        print(f"{verdict:8} {count:4}  {100 * count / max(len(sending), 1):5.1f} %")
    for name, (equal, total) in (compare_peers(files) if peers else {}).items():
        print(f"{name}: {equal} of {total} equal")
    if rounds and (measured := measure_against_curlconverter(files[len(files) // 2], rounds)):
        ours, theirs = measured.seconds
        print(f"{measured.job}: {ours:.3f} s against {theirs:.3f} s, ratio {measured.ratio:.2f} (goal: {GOAL})")
    sys.exit(3 if counts["silent"] else 0)


def compare(file: Path) -> Compared:
    """Send the command of one file twice, and look at the difference."""
    with ear() as listening, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = prepared(file, listening)
        make_files(command, folder)
        environment = {found: f"test-key-{found}" for found in re.findall(r"\$\{?([A-Z_]+)", command)}
        theirs = sent_by_curl(command, listening, folder, environment)
        if theirs is None:
            return Compared(file.name, "no request")
        try:
            captured = capture(command, name="call", apis=[], read_file=lambda each: read(folder, each))
            with chdir(folder):
                ours = sent_by_recipe(captured, listening, folder / "repository", environment)
        except RunnerError as error:
            return Compared(file.name, "refused", (str(error),))
        assert ours is not None
        return judged(file, theirs, ours, captured.draft.notes)


def judged(file: Path, theirs: Sent, ours: Sent, notes: tuple[str, ...]) -> Compared:
    """Return the verdict on two requests."""
    found = differences(theirs, ours, notes)
    said = [note for note in notes if note.startswith(DIFFERS)]
    verdict = "equal" if not found else "said" if said else "silent"
    return Compared(file.name, verdict, (*found, *said))


def compare_peers(files: list[Path]) -> dict[str, tuple[int, int]]:
    """Return how many commands each other importer that is installed sends as curl does, of those that curl sends."""
    return {name: (sum(outcomes), len(outcomes)) for name in PEERS if (outcomes := list(peer_outcomes(name, files)))}


def peer_outcomes(name: str, files: list[Path]) -> Iterator[bool]:
    """Yield for each command that makes curl send something whether the code of another importer sends the same."""
    for file in files:
        with ear() as listening, tempfile.TemporaryDirectory() as folder:
            command = prepared(file, listening)
            make_files(command, Path(folder))
            theirs = sent_by_curl(command, listening, Path(folder), {})
            if theirs is None:
                continue
            ours = sent_by_peer(name, command, listening, Path(folder))
            if ours is not False:
                yield isinstance(ours, Sent) and not differences(theirs, ours)


def prepared(file: Path, listening: Ear) -> str:
    """Return the command of a file with its addresses on this machine."""
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"https://(localhost:\d+)", r"http://\1", text)
    return re.sub(r"localhost:(?:28139|8888)|httpbin\.org", listening.host, text)


def make_files(command: str, folder: Path) -> None:
    """Make every file that a command seems to name, below a folder."""
    for name in re.findall(r"[@<=]\s*\"?(\.?/?[\w./-]+\.\w+|new_file)\b", command) + re.findall(
        r"(?:-T|--upload-file)\s+([\w.-]+)", command
    ):
        path = (folder / name).resolve()
        if path.is_relative_to(folder.resolve()):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(CONTENT)


def read(folder: Path, name: str) -> bytes:
    """Read a file below a folder; nothing is redirected."""
    return b"" if name == "-" else (folder / name).read_bytes()


if __name__ == "__main__":
    main()
