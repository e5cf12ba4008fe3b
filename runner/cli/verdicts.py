"""Playing cases for `recipes test`: which there are, how each ends, and the report for CI."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from runner.catalog import Found
from runner.catalog.ids import bare_id
from runner.cli.recording import repository_in_use, subject_of
from runner.cli.session import Session
from runner.cli.streams import PrintedText
from runner.errors import AskedWrongly, Mismatch, NotFound, NotTrusted, RunnerError
from runner.output.files import check_place, open_output
from runner.recording.case import Case, all_case_files, case_files, case_text, read_case
from runner.recording.outcome import Outcome, compare, read_lines
from runner.recording.replay import check_case, check_outcome, replay
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


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case to be played, not read yet.

    Attributes:
        recipe: What to type for its recipe.
        root: Its repository.
        path: Its `.toml`.
    """

    recipe: str
    root: Path
    path: Path

    @property
    def recipe_id(self) -> str:
        """The id of its recipe."""
        return f"{self.path.parent.parent.name}/{self.path.parent.name}"


def cases_of(session: Session, names: Sequence[str], case: str | None) -> list[CaseFile]:
    """Return the cases of recipes, or of all of the first repository in sight.

    Raises:
        NotFound: There is no recipe or no case of a name.
        AskedWrongly: There is no case at all, or none of a recipe.
    """
    if names:
        all_named = [each for name in names for each in _cases_of_one(session, name)]
        found = list({each.path: each for each in all_named}.values())
    else:
        root = session.library.home.root
        files = [CaseFile("", root, path) for path in all_case_files(root)]
        found = [replace(each, recipe=each.recipe_id) for each in files]
        if not found:
            raise AskedWrongly(f"There is no recorded case in {root}.", hint="recipes record RECIPE")
    if case is None:
        return found
    stems = dict.fromkeys(each.path.stem for each in found)
    if case not in stems:
        words = " ".join(["recipes test", *names])
        raise NotFound("recorded case", case, tuple(stems), command=f"{words} --case", fallback=words)
    return [each for each in found if each.path.stem == case]


def judge(session: Session, file: CaseFile, *, accept: bool) -> Verdict:
    """Play a case and say how it ended; write a new result where the user takes it.

    Raises:
        NotTrusted: Nothing of the repository may run.
    """
    try:
        differences = _play(session, file, accept=accept)
    except NotTrusted:
        raise
    except RunnerError as error:
        code = Mismatch.exit_code
        return Verdict(file.recipe_id, file.path.stem, "failed", str(error), error.details, error.hint, code)
    if differences:
        message = "It gives something else now, which is its result from now on:"
        return Verdict(file.recipe_id, file.path.stem, "accepted", message, tuple(differences))
    return Verdict(file.recipe_id, file.path.stem, "ok")


def check_report(path: Path) -> None:
    """Refuse a place for a report, before anything is played: `--junit` takes the next word, whatever it was meant for.

    Raises:
        AskedWrongly: Its folder is missing, or a file stands there that is no XML.
    """
    check_place(path)
    if path.is_file() and path.stat().st_size and not path.read_bytes().startswith(b"<?xml"):
        raise AskedWrongly(f"{path} is no report that could be replaced.", hint="--junit report.xml")


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


def _cases_of_one(session: Session, name: str) -> list[CaseFile]:
    meant = session.library.locate(name, command="recipes test")
    root, recipe_id = meant.repository.root, bare_id(meant.path)
    files = case_files(root, recipe_id)
    if not files:
        hint = f"recipes record {meant.name}   (or with --sandbox)"
        raise AskedWrongly(f"{meant.name} has no recorded case.", hint=hint)
    return [CaseFile(meant.name, root, path) for path in files]


def _play(session: Session, file: CaseFile, *, accept: bool) -> list[str]:
    """Return what differs and was accepted; whatever else differs is raised."""
    found = session.library.find(file.recipe, command="recipes test")
    if found.repository.root != file.root:
        raise NotFound("recipe", file.recipe_id, (), fallback=f"recipes new {file.recipe_id}, or remove {file.path}")
    subject, case = subject_of(session, found), read_case(file.path)
    prints, cache = PrintedText(Secrets()), session.cassette_cache
    if not accept:
        check_case(subject, case, cache=cache, prints=prints)
        return []
    if file.root != repository_in_use(session).root:
        raise AskedWrongly(f"{found.name} belongs to {found.repository.title}, and is not yours to change.")
    recorded = read_lines(case.result) if case.result.exists() else ()
    outcome = replay(subject, case, cache=cache, prints=prints)
    if outcome.failure is not None and not case.expects_error:
        check_outcome(case, recorded, outcome)
    differences = compare((recorded, case.error), outcome)
    if differences:
        _accept(found, case, outcome)
    return differences


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
