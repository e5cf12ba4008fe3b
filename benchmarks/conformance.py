"""Run the tests of vcrpy and of pytest-recording with our serializer and persister in place.

    pip download --no-deps --no-binary :all: vcrpy pytest-recording
    pip install 'vcrpy[tests]' 'pytest-recording[tests]'
    python -m benchmarks.conformance vcrpy-*.tar.gz pytest_recording-*.tar.gz

Each suite runs without our hooks and with them, twice, since a test with a server may fail by chance; what passes once
passes. Tests that need the network are left out or fail in both. Tests that pass only without our hooks are named; one
that is not explained below makes the exit code 3. Nothing of the distributions stays.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import click

PLUGIN = """\
import vcr
from runner.recording.vcr_hooks import configure

plain = vcr.VCR.__init__

def hooked(self, *args, **kwargs):
    plain(self, *args, **kwargs)
    configure(self)

vcr.VCR.__init__ = hooked
configure(vcr.default_vcr)
"""
PLUGIN_FOR_RECORDING = f"""\
{PLUGIN}
def pytest_recording_configure(config, vcr):
    configure(vcr)
"""
OFFLINE = ("-m", "not online")
VCR_TESTS = "tests.unit.test_vcr::"
EXPLAINED = {
    f"{VCR_TESTS}test_vcr_before_record_response_iterable": "it silences vcrpy's own persister, but ours writes",
    f"{VCR_TESTS}test_force_reset_does_not_unpatch_a_cassette_opened_during_the_window": "follows from the other",
}
"""Tests that look into vcrpy itself, and why they cannot pass with another persister."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a suite ended.

    Attributes:
        passed: Names of tests.
        failed: Names of tests that failed or broke, with the first line of why.
    """

    passed: frozenset[str]
    failed: dict[str, str]

    def __str__(self) -> str:
        return f"{len(self.passed)} of {len(self.passed) + len(self.failed)} pass"


@click.command()
@click.argument("vcrpy", type=click.Path(exists=True, path_type=Path))
@click.argument("pytest_recording", type=click.Path(exists=True, path_type=Path))
def main(vcrpy: Path, pytest_recording: Path) -> None:
    """Test source distributions, packed or not, of VCRPY and PYTEST_RECORDING with our hooks."""
    lost = report(vcrpy, PLUGIN, OFFLINE) + report(pytest_recording, PLUGIN_FOR_RECORDING, ())
    sys.exit(3 if lost else 0)


def report(distribution: Path, plugin: str, options: Sequence[str]) -> int:
    """Print how a suite fares without and with our hooks; return how many tests our hooks break unexplained."""
    plain, hooked = (best_of_two(distribution, text, options) for text in ("", plugin))
    lost = {name: hooked.failed.get(name, "did not run") for name in sorted(plain.passed - hooked.passed)}
    print(f"{distribution.name}: {plain} without our hooks, {hooked} with them")
    for name, reason in lost.items():
        print(f"  only without: {name}\n    {EXPLAINED.get(name, reason)}")
    for name in sorted(hooked.passed - plain.passed):
        print(f"  only with: {name}")
    return len(lost.keys() - EXPLAINED.keys())


def best_of_two(distribution: Path, plugin: str, options: Sequence[str]) -> Outcome:
    """Run a suite twice; what passes once passes."""
    first, second = (outcome(distribution, plugin, options) for _ in range(2))
    passed = first.passed | second.passed
    return Outcome(passed, {name: why for name, why in (first.failed | second.failed).items() if name not in passed})


def outcome(distribution: Path, plugin: str, options: Sequence[str]) -> Outcome:
    """Run the tests of a distribution in a copy, with a plugin of this text."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = unpacked(distribution, folder)
        # Pytest tests that start pytest inside drop PYTEST_ADDOPTS, but keep this.
        (folder / "hooked.py").write_text(plugin, encoding="utf-8")
        places = [str(folder), str(Path(__file__).parents[1])]
        environment = os.environ | {"PYTEST_PLUGINS": "hooked", "PYTHONPATH": os.pathsep.join(places)}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml", str(folder / "report")]
        subprocess.run([*command, *options, "tests"], cwd=root, env=environment, capture_output=True, check=False)
        return outcome_of(folder / "report")


def unpacked(distribution: Path, folder: Path) -> Path:
    """Copy or unpack a distribution below a folder; vcrpy's own package goes, so that the installed one is tested."""
    target = folder / "distribution"
    if distribution.is_dir():
        shutil.copytree(distribution, target)
        root = target
    else:
        with tarfile.open(distribution) as archive:
            archive.extractall(target, filter="data")
        root = next(target.iterdir())
    shutil.rmtree(root / "vcr", ignore_errors=True)
    return root


def outcome_of(file: Path) -> Outcome:
    """Read a JUnit file; skipped tests do not count."""
    passed, failed = set(), {}
    for case in ElementTree.parse(file).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        broken = case.find("failure") if case.find("failure") is not None else case.find("error")
        if broken is not None:
            failed[name] = (broken.get("message") or "").partition("\n")[0][:200]
        elif case.find("skipped") is None:
            passed.add(name)
    return Outcome(frozenset(passed), failed)


if __name__ == "__main__":
    main()
