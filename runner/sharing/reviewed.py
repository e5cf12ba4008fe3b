"""What the user approved last of a repository, file by file: what an update is compared with before it is taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from runner.sharing.approved import MOST_BYTES, Approved
from runner.sharing.grants import Grant
from runner.sharing.repositories.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was read already.

    Attributes:
        files: The content of each file when it was approved last; None for one that a recipe would run with by now, and
            did not when that was approved.
        since: When each recipe was approved last, by its id.
    """

    files: Mapping[str, bytes | None] = field(default_factory=dict, repr=False)
    since: Mapping[str, datetime] = field(default_factory=dict)


def last_reviewed(grants: Iterable[Grant], copies: Approved, identity: str, snapshot: Snapshot) -> Reviewed:
    """Return what of a repository was approved last.

    Args:
        grants: All that were given.
        copies: Of what was approved.
        identity: Of the repository.
        snapshot: Its files as they would be.
    """
    last = {each.item: each for each in sorted(grants, key=_when) if each.identity == identity and each.digest}
    files, since = dict[str, bytes | None](), dict[str, datetime]()
    for grant in sorted(last.values(), key=_when):  # of a file that several recipes share, the last look counts
        before = copies.recall(grant.digest)
        if before is not None and "/" in grant.item:
            files |= {path: before.get(path) for path in {*before, *_readable(snapshot, grant.item)}}
            since[grant.item] = grant.when
    return Reviewed(files, dict(sorted(since.items())))


def _when(grant: Grant) -> datetime:
    return grant.when


def _readable(snapshot: Snapshot, recipe_id: str) -> Iterable[str]:
    """Return the files of a recipe of which copies would be kept."""
    return (path for path in snapshot.closures.get(recipe_id, ()) if len(snapshot.files[path]) <= MOST_BYTES)
