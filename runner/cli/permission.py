"""Leave to run: what the user said before, or says now where a terminal lets them be asked."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from runner.catalog import Api, Recipe, Repository, readable_apis
from runner.catalog.index_walk import CATALOG
from runner.errors import NotTrusted, RunnerError
from runner.running.approval import Approval, destination
from runner.sharing.grants import Candidate, Origin
from runner.sharing.trust import AS_YOU

if TYPE_CHECKING:
    from runner.cli.session import Session
    from runner.sharing.disclosure import Disclosure, KnownApi

Asked: TypeAlias = tuple[Path, str, str]
"""What was asked about: a repository, and for an added one also the item and the digest of what it runs with."""


class Answers:
    """What was answered in this process, so that nothing is asked twice.

    Attributes:
        once: Leave for this process.
        declined: Repositories of which something was refused.
    """

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self.once: dict[Asked, Approval] = {}
        self.declined: set[Path] = set()


def approve(
    session: "Session", repository: Repository, recipe: Recipe | None = None, apis: Iterable[Api] = ()
) -> Approval:
    """Return the leave to run something of a repository; on a terminal, ask for it once where it is not given yet.

    Args:
        session: Of the command.
        repository: Where it lies.
        recipe: What runs; None for a sandbox or template.
        apis: Those it calls, or the one whose sandbox runs.

    Raises:
        NotTrusted: The user has not given it, or does not now.
        NotAsLocked: It is of an added repository, and was changed where that is kept.
    """
    candidate = _candidate(session, repository, recipe, apis)
    try:
        return session.trust.admit(candidate)
    except NotTrusted as refused:
        known = session.answers.once.get(_asked(candidate))
        if known and set(candidate.destinations) <= (known.destinations or set()):
            return known
        return _ask(session, candidate, refused)


def approve_quietly(
    session: "Session", repository: Repository, recipe: Recipe | None = None, apis: Iterable[Api] = ()
) -> Approval:
    """Do what `approve` does, and ask nobody.

    Raises:
        NotTrusted: The user has not given it.
        NotAsLocked: As for `approve`.
    """
    return session.trust.admit(_candidate(session, repository, recipe, apis))


def find_refusal(session: "Session", repository: Repository, api: Api | None = None) -> NotTrusted | None:
    """Return why a repository may not run as a whole, or an API of it may not be sent its key; None where it may."""
    origin = session.origin_of(repository)
    if origin is not None and api is not None:
        return None if _may_call(session, origin, api) else _nothing_calls(origin, api)
    try:
        approval = session.trust.approve(repository, origin=origin)
        if api is not None:
            approval.check_destination(api)
    except NotTrusted as error:
        return error
    return None


def _may_call(session: "Session", origin: Origin, api: Api) -> bool:
    """Tell whether anything of an added repository was allowed that calls an API of it, with the key it wants."""
    grants = (each for each in session.trust.grants() if each.identity == origin.identity)
    if api.key is not None:
        return any(destination(api) in each.destinations for each in grants)
    return any(each.level == "repository" or each.item.partition("/")[0] == api.name for each in grants)


def _nothing_calls(origin: Origin, api: Api) -> NotTrusted:
    hint = f"recipes trust {origin.alias}/{api.name}/RECIPE   (run one, and it asks)"
    return NotTrusted(f"You have trusted no recipe of {origin.alias} that calls it.", hint=hint)


def disclosure_of(session: "Session", candidate: Candidate) -> "Disclosure":
    """Return what a person is told of a candidate.

    Raises:
        BrokenSource: A file of an added recipe cannot be read.
    """
    from runner.sharing.disclosure import disclose

    return disclose(as_shown(candidate), session.trust, known_apis(session, candidate.repository))


def as_shown(candidate: Candidate) -> Candidate:
    """Return a candidate with all that leave would cover: of a folder, the keys of all its APIs."""
    if candidate.origin is not None:
        return candidate
    names = {api.name for api in candidate.apis}
    others = [api for api in readable_apis(candidate.repository) if api.name not in names]
    return Candidate(candidate.repository, candidate.recipe, (*candidate.apis, *others), candidate.origin)


def known_apis(session: "Session", besides: Repository) -> "list[KnownApi]":
    """Return the APIs of what is trusted, but for one repository: whose key is whose."""
    from runner.sharing.disclosure import KnownApi

    try:
        seen = session.library.repositories
    except RunnerError:  # the one in use is broken, which is another matter
        return []
    trusted = [each for each in seen if each.root != besides.root and find_refusal(session, each) is None]
    return [
        KnownApi(api, "the catalog" if each.alias == CATALOG else each.title)
        for each in reversed(trusted)  # the catalog first: its keys are everybody's
        for api in readable_apis(each)
    ]


def _candidate(session: "Session", repository: Repository, recipe: Recipe | None, apis: Iterable[Api]) -> Candidate:
    candidate = Candidate(repository, recipe, tuple(apis), session.origin_of(repository))
    if candidate.origin is not None:
        from runner.cli.pinned import refuse_changed

        refuse_changed(session, candidate)
    return candidate


def _ask(session: "Session", candidate: Candidate, refused: NotTrusted) -> Approval:
    """Show what would run, and ask where somebody can answer; else refuse with all of it."""
    root = candidate.repository.root
    if root in session.answers.declined:
        raise refused
    disclosure = disclosure_of(session, candidate)
    if not session.is_interactive:
        reason = (disclosure.reason,) if candidate.origin else ()  # of a folder the message says it
        refused.details = (*reason, *disclosure.lines, AS_YOU, *_for_ci(candidate))
        raise refused
    from runner.cli.trust_prompt import Prompt

    answer = Prompt(session, candidate, disclosure).ask()
    if answer is None:
        session.answers.declined.add(root)
        refused.details = ()
        raise refused
    if answer != "once":
        return session.trust.admit(candidate)
    approval = session.trust.approval_of(as_shown(candidate))
    session.answers.once[_asked(candidate)] = approval
    return approval


def _asked(candidate: Candidate) -> Asked:
    if candidate.origin is None:
        return candidate.repository.root, "", ""
    return candidate.repository.root, candidate.item, candidate.closure.digest if candidate.closure else ""


def _for_ci(candidate: Candidate) -> Iterable[str]:
    if candidate.origin is not None and candidate.closure is not None:
        yield f"In CI, this version: RECIPES_TRUST={candidate.name}@{candidate.closure.digest}"
