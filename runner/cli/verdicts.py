"""Playing cases for `recipes test`: which there are, how each ends, and the report for CI."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from runner.catalog import Found
from runner.cli.recording import subject_of
from runner.cli.session import Session
from runner.cli.streams import PrintedText
from runner.errors import AskedWrongly, Mismatch, NotFound, NotTrusted, RunnerError
from runner.output.files import open_output
from runner.recording.case import Case, all_case_files, case_files, case_text, read_case
from runner.recording.outcome import Outcome, compare, read_lines
from runner.recording.replay import check_outcome, replay
from runner.running.secrets import Secrets


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one case ended.

    Attributes:
        recipe: Its id.
        case: Its name.
        state: `accepted` where the recipe gives something else now and the user takes it.
        message: What is wrong, or `""`.
        details: Lines below it.
        fix: What to type, or `""`.
        exit_code: 0 where nothing is wrong.
    """

    recipe: str
    case: str
    state: Literal["ok", "failed", "accepted"]
    message: str = ""
    details: tuple[str, ...] = ()
    fix: str = ""
    exit_code: int = 0


def cases_of(session: Session, names: Sequence[str], case: str | None) -> Iterator[tuple[Found, Path]]:
    """Yield the cases of recipes, or of all of the first repository in sight, each with its recipe.

    Raises:
        NotFound: There is no recipe or no case of a name.
        AskedWrongly: There is no case at all.
    """
    if names:
        found = [session.library.find(name, command="recipes test") for name in names]
        pairs = [(each, path) for each in found for path in case_files(each.repository.root, each.recipe.id)]
    else:
        pairs = list(_all_cases(session))
    if case is not None:
        stems = {path.stem for _, path in pairs}
        if case not in stems:
            raise NotFound("recorded case", case, tuple(stems), command="recipes test --case", fallback="recipes test")
        pairs = [(each, path) for each, path in pairs if path.stem == case]
    if not pairs:
        name = names[0] if names else "RECIPE"
        raise AskedWrongly("There is no recorded case to replay.", hint=f"recipes record {name}   (or with --sandbox)")
    yield from pairs


def judge(session: Session, found: Found, path: Path, *, accept: bool) -> Verdict:
    """Play a case and say how it ended; write a new result where the user takes it.

    Raises:
        NotTrusted: Nothing of the repository may run.
    """
    try:
        case = read_case(path)
        recorded = read_lines(case.result) if not accept or case.result.exists() else ()
        outcome = replay(subject_of(session, found), case, prints=PrintedText(Secrets()))
        if accept and (differences := compare((recorded, case.error), outcome)):
            _accept(found, case, outcome)
            return Verdict(found.recipe.id, path.stem, "accepted", "It gives something else now:", tuple(differences))
        check_outcome(case, recorded, outcome)
    except NotTrusted:
        raise
    except RunnerError as error:
        code = Mismatch.exit_code
        return Verdict(found.recipe.id, path.stem, "failed", str(error), error.details, error.hint, code)
    return Verdict(found.recipe.id, path.stem, "ok")


def write_junit(path: Path, verdicts: Sequence[Verdict]) -> None:
    """Write a report that CI servers read.

    Raises:
        AskedWrongly: It cannot be written.
    """
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    failed = sum(each.state == "failed" for each in verdicts)
    suite = Element("testsuite", name="recipes", tests=str(len(verdicts)), failures=str(failed))
    for verdict in verdicts:
        case = SubElement(suite, "testcase", classname=verdict.recipe.replace("/", "."), name=verdict.case)
        if verdict.state == "failed":
            failure = SubElement(case, "failure", message=_for_xml(verdict.message))
            failure.text = _for_xml("\n".join((verdict.message, *verdict.details, verdict.fix)))
    indent(suite)
    with open_output(path, force=True) as file:
        file.stream.write('<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode") + "\n")
        file.commit()


def _all_cases(session: Session) -> Iterator[tuple[Found, Path]]:
    root = session.library.repositories[0].root
    for path in all_case_files(root):
        yield session.library.find(f"{path.parent.parent.name}/{path.parent.name}", command="recipes test"), path


def _accept(found: Found, case: Case, outcome: Outcome) -> None:
    """Write the result aside and put it in place, then the case with the recipe's digest of now."""
    now = replace(case, error=outcome.error, digest=found.recipe.digest)
    for path, text in ((case.result, outcome.text), (case.path, case_text(now))):
        with open_output(path, force=True) as file:
            file.stream.write(text)
            file.commit()


def _for_xml(text: str) -> str:
    """Put a question mark for what XML 1.0 has no way to write."""
    return re.sub("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)
