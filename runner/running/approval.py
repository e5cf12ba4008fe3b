"""Leave to run: nothing of a repository executes without it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from runner.catalog import Api
from runner.catalog.digests import canonical, file_hash
from runner.catalog.index_walk import holds, name_in
from runner.errors import NotTrusted


class Approval(NamedTuple):
    """The user's leave to run what one repository holds, or only certain bytes of it.

    Attributes:
        root: The repository.
        destinations: `VARIABLE host` for each key and the host it may go to; None allows what the repository says.
        catalog: Root of the repository that comes with this program: its sandboxes may answer too. None: they may not.
        files: SHA-256 of each file that was approved, as hex, by its path in the repository; None allows whatever
            stands there, as in a folder of the user's own.
        name: What was approved, as it is typed: `acme/newswhip/trending`; `""` for a whole folder.
    """

    root: Path
    destinations: frozenset[str] | None = None
    catalog: Path | None = None
    files: Mapping[str, str] | None = None
    name: str = ""

    def check(self, path: Path, content: bytes | None = None) -> None:
        """Refuse a file outside the approved repository, or with other bytes than were approved.

        Args:
            path: The file.
            content: What of it is about to run, where that was read already.

        Raises:
            NotTrusted: `path` lies elsewhere, or its content was not approved.
        """
        if not holds(os.path.realpath(self.root), path):
            raise NotTrusted(f"{path} lies outside {self.root}, which is all that was approved.")
        if self.files is not None:
            self.check_content(name_in(self.root, path), path.read_bytes() if content is None else content)

    def check_content(self, name: str, content: bytes) -> None:
        """Refuse bytes that were not approved.

        Args:
            name: The path of the file in the repository, with slashes.
            content: Its bytes, with any line ends.

        Raises:
            NotTrusted: They differ, or there was no such file.
        """
        if self.files is None or self.files.get(name) == file_hash(canonical(content)):
            return
        raise NotTrusted(f"{self.root / name} is not what was approved with {self._approved}.", hint=self.command)

    def check_sandbox(self, api: Api, path: Path) -> None:
        """Refuse a sandbox that lies neither in the approved repository nor, where it is lent, in the catalog.

        Raises:
            NotTrusted: `path` lies elsewhere, or its content was not approved.
        """
        if api.sandbox_folder is None:
            self.check(path)
        elif self.catalog is None or not holds(os.path.realpath(self.catalog), path):
            raise NotTrusted(f"{path} is no sandbox of the catalog, which alone may lend one.")

    def check_destination(self, api: Api) -> None:
        """Refuse to send a key to a host that was not approved together with it.

        Raises:
            NotTrusted: `api` now names another variable or another host than the user approved.
        """
        if self.destinations is None or api.key is None or destination(api) in self.destinations:
            return
        raise NotTrusted(
            f"{api.title} wants to send {api.key.env} to {host(api)}, which was not approved with {self._approved}.",
            hint=self.command,
        )

    @property
    def command(self) -> str:
        """What the user types to approve it as it is now."""
        return f"recipes trust {self.name}" if self.name else trust_command(self.root)

    @property
    def _approved(self) -> str:
        return self.name or str(self.root)


def trust_command(root: Path) -> str:
    """Return what the user types to approve a repository."""
    from shlex import quote

    return f"recipes trust {quote(str(root))}"


def destination(api: Api) -> str:
    """Return `VARIABLE host`: which key goes where."""
    return f"{api.key.env if api.key else ''} {host(api)}".strip()


def host(api: Api) -> str:
    """Return host and port of the API: `api.newswhip.com`."""
    return urlsplit(api.base_url).netloc
