"""`MANIFEST.json` of a pack: what is in it, with digests, so that what arrives can be compared with what was sent."""

import json
from typing import Any, Final

from runner import __version__
from runner.errors import RepositoryRefused
from runner.sharing.repositories.snapshot import Snapshot

MANIFEST: Final = "MANIFEST.json"
_VERSION: Final = 1


def manifest_text(snapshot: Snapshot, version: str) -> str:
    """Return the manifest of a pack.

    Args:
        snapshot: The files that go into it.
        version: Of the pack, or `""`.
    """
    described = snapshot.description
    manifest: dict[str, Any] = {
        "manifest-version": _VERSION,
        "name": described.name,
        "title": described.title,
        "publisher": described.publisher,
        "version": version,
        "runner": __version__,
        "digest": snapshot.digest,
        "recipes": snapshot.recipes,
        "files": snapshot.hashes,
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"


def check_manifest(content: bytes, snapshot: Snapshot) -> None:
    """Compare the files of a pack with what its manifest says.

    Raises:
        RepositoryRefused: They differ, or it is no manifest.
    """
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError):
        raise _refused([]) from None
    said = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(said, dict) or manifest.get("digest") != snapshot.digest:
        differing = sorted(
            path
            for path in {*snapshot.hashes, *(said if isinstance(said, dict) else {})}
            if not isinstance(said, dict) or said.get(path) != snapshot.hashes.get(path)
        )
        raise _refused(differing)


def _refused(paths: list[str]) -> RepositoryRefused:
    message = f"This pack does not hold what its {MANIFEST} says, so nothing of it was kept."
    return RepositoryRefused(message, details=paths[:10], hint="ask for it again")
