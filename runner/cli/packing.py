"""One `recipes pack`: what goes into it, what is found in it, and the file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from runner.catalog import Repository, readable_apis
from runner.cli.export_guard import Guard
from runner.cli.session import Session
from runner.errors import HandoverRefused
from runner.output.files import open_output
from runner.output.text import mend, safe_text
from runner.sharing.export.foreign import Own
from runner.sharing.packs.archive import wheel_bytes, wheel_name, zip_bytes
from runner.sharing.packs.manifest import MANIFEST, manifest_text
from runner.sharing.packs.review import Review, review
from runner.sharing.repositories.folder import read_folder

_LABEL = 10  # cells of a label and the gap behind it


class Packing:
    """What is known of a pack before it is written."""

    def __init__(self, session: Session, typed: Mapping[str, Any]) -> None:
        """Read the repository.

        Raises:
            RepositoryRefused: It holds what no repository may hold that travels.
            AskedWrongly: There is none.
        """
        self._session, self._typed = session, typed
        self._repository: Repository = session.library.home
        self._snapshot = read_folder(self._repository.root, customers=typed["customers"])
        self._review = review(self._repository.root, self._snapshot)

    def write(self) -> Path | None:
        """Search all of it, write the file, and return where it is; None after writing to stdout.

        Raises:
            HandoverRefused: Something in it must not go.
            AskedWrongly: A file stands there already, or cannot be written.
        """
        repository, version = self._repository, self._typed["version"]
        files = {**self._snapshot.files, MANIFEST: manifest_text(self._snapshot, version).encode()}
        is_wheel = self._typed["wheel"]
        name = wheel_name(repository, version) if is_wheel else f"{repository.name}.zip"
        path = self._session.result_path(self._typed["output"]) if self._typed["output"] else Path(name)
        with open_output(path, force=self._typed["force"]) as file:
            self._guard().check(files, self._typed["accept"], {})
            content = wheel_bytes(repository, version, files) if is_wheel else zip_bytes(repository.name, files)
            file.stream.buffer.write(content)
            file.commit()
        for line in self._told(self._review):
            click.echo(safe_text(line), err=True)
        if path and path.suffix in (".zip", ".whl"):  # what `recipes repo add` takes
            click.echo(f"Add it   recipes repo add {safe_text(str(path))}", err=True)
        return path

    def show(self) -> None:
        """Say what a stranger will see.

        Raises:
            HandoverRefused: Something of it must not go.
        """
        found = self._faults()
        if self._typed["as_json"]:
            facts = {"name": self._repository.name, **asdict(self._review), "digest": self._snapshot.digest}
            click.echo(mend(json.dumps({**facts, "findings": found}, ensure_ascii=False, indent=1)))
        else:
            for line in self._lines():
                click.echo(safe_text(line))
        if found or self._review.broken:
            message = "A pack of this repository would hold what it must not."
            details = [*self._review.broken, *found]
            hint = "recipes check; take it out; or, where it may go:  --accept ID   (never a key)"
            raise HandoverRefused(message, details=details, hint=hint)

    def _faults(self) -> list[str]:
        try:
            self._guard().check(self._snapshot.files, self._typed["accept"], {})
        except HandoverRefused as error:
            return list(error.details)
        return []

    def _guard(self) -> Guard:
        """Return what searches: all of this repository is its own, and of customers those that are named."""
        files = self._snapshot.files
        source = "\n".join(files[path].decode(errors="replace") for path in files if path.endswith((".py", ".toml")))
        repository = self._repository
        words = [
            repository.name,
            repository.title,
            *(each for name in self._snapshot.recipes for each in name.split("/")),
        ]
        own = Own(", ".join(self._typed["customers"]), "", (), words, source)
        return Guard(self._session, own, repository, readable_apis(repository))

    def _lines(self) -> Iterator[str]:
        seen, repository = self._review, self._repository
        publisher = f", published by {repository.publisher}" if repository.publisher else ""
        yield f"{repository.title} · {repository.name}{publisher}"
        yield _line("Recipes", f"{seen.recipes:,}")
        for title, where, variable in seen.destinations:
            yield _line("Calls", f"{title}, {where}" + (f", with the key in {variable}" if variable else ""))
        yield _line(
            "Size", f"{_size(seen.size)} in {seen.files:,} files; largest {seen.largest[0]}, {_size(seen.largest[1])}"
        )
        yield _line("Licence", seen.licence or "none, so nobody knows whether it may be used   (add a file LICENSE)")
        yield _line("Digest", self._snapshot.digest)
        yield from self._told(seen)

    def _told(self, seen: Review) -> Iterator[str]:
        if seen.left_out:
            yield _line("Stays", f"{seen.left_out:,} made for customers   (--customer NAME takes those of NAME along)")
        if seen.caseless:
            more = f" and {len(seen.caseless) - 5:,} more" if len(seen.caseless) > 5 else ""
            yield _line("No case", f"{', '.join(seen.caseless[:5])}{more}: nothing proves that they work")
        for name in seen.private:
            yield _line("Private", f"{name} has a default or an example, which goes along")


def _line(label: str, text: str) -> str:
    return f"{label:<{_LABEL}}{text}"


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(size, 1) / 1_000:.1f} kB"
