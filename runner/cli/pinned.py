"""What runs of an added repository is what `recipes.lock` names, also where all versions of it are trusted."""

from runner.cli.repositories import root_of
from runner.cli.session import Session
from runner.errors import NotAsLocked
from runner.sharing.grants import Candidate
from runner.sharing.repositories.keeping import check_recipe, verify
from runner.sharing.repositories.locked import Locked
from runner.sharing.repositories.sight import Added
from runner.sharing.repositories.store import Store


def refuse_changed(session: Session, candidate: Candidate) -> None:
    """Refuse what is kept of an added repository and is not what was locked, as it came from nobody who was asked for.

    A linked folder is read as it is. Of a recipe all that it runs with is compared; for a sandbox or template, which no
    line of the lock names, all files of the repository are.

    Raises:
        NotAsLocked: It was changed where it is kept.
        BrokenSource: A file of it cannot be read.
    """
    added = next((each for each in session.added if each.root == candidate.repository.root), None)
    if added is None or added.kind == "folder":
        return
    locked = _locked(session, added)
    if candidate.recipe is None or candidate.closure is None:
        verify(Store(session.store_folder).of(added.identity), locked)
    else:
        check_recipe(locked, candidate.recipe.id, candidate.closure.digest)


def _locked(session: Session, added: Added) -> Locked:
    """Return what a lock says of a repository in sight.

    Raises:
        NotAsLocked: It was taken out of it meanwhile.
    """
    for lock in session.locks:
        for each in lock.read():
            if each.alias == added.alias and root_of(session, lock, each).resolve() == added.root:
                return each
    raise NotAsLocked(f"{added.alias} is not in recipes.lock any more.", hint="recipes repo list")
