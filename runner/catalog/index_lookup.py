"""What the index alone can answer while the disk is as it was: recipes by number or name, for search and TAB."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from runner.catalog.index_file import LISTED
from runner.catalog.index_listing import Told, make_row, shown_name
from runner.catalog.index_rows import Row, split_collections
from runner.catalog.index_walk import Place, Walked


class Spot(NamedTuple):
    """Where the index has a file: which of the repositories in sight, and the path below its `recipes/`."""

    at: int
    path: str


class Lookup:
    """The repositories in sight, within a transaction that found the index right.

    Attributes:
        connection: To the index.
        numbers: Of each repository in the index, with its position among those in sight.
        is_all: The index knows no other repository.
    """

    def __init__(self, connection: sqlite3.Connection, places: Sequence[Place], walks: Sequence[Walked] = ()) -> None:
        """Find the repositories in the index.

        Args:
            connection: To the index.
            places: The repositories in sight.
            walks: What the disk shows of them, where they were walked: files that a link takes from outside are not in
                the index, and their names are taken all the same.
        """
        self.connection = connection
        self.numbers: dict[int, int] = {}
        self._places = places
        self._walks = walks
        self._told: dict[int, Told] = {}
        for at, place in enumerate(places):
            query = "SELECT number, title, collections FROM repositories WHERE root = ?"
            for number, title, collections in connection.execute(query, (os.fsencode(place.root),)):
                self.numbers[number] = at
                self._told[at] = Told(title, split_collections(collections))
        [(known,)] = connection.execute("SELECT count(*) FROM repositories")
        self.is_all = known == len(self.numbers)

    def count(self) -> int:
        """Return how many files are in sight."""
        [(files,)] = self._select("count(*)", "1", ())
        return int(files)

    def texts(self, column: str) -> Iterator[str]:
        """Yield an expression over the columns of each recipe in sight."""
        return (text for (text,) in self._select(column, "listed = 1", ()))

    def spots(self, numbers: Iterable[int]) -> dict[int, Spot]:
        """Return where files stand, by their numbers."""
        return {number: self._spot("number = ?", number) for number in numbers}

    def row(self, number: int) -> Row:
        """Return the recipe with a number."""
        [row] = self._rows("number = ?", (number,))
        return row

    def named(self, beginning: str) -> Iterator[Row]:
        """Yield each recipe whose name, or last part of it, begins like this, in the order of a list."""
        for at, place in enumerate(self._places):
            above = f"{place.alias}/"
            text = beginning.removeprefix(above) if place.alias else beginning
            where = "repository = ? AND listed = 1 AND (substr(id, 1, ?) = ? OR substr(id, instr(id, '/') + 1, ?) = ?)"
            for number in (number for number, position in self.numbers.items() if position == at):
                found = self._rows(where, (number, len(text), text, len(text), text))
                yield from sorted(found, key=lambda row: row.path)

    def _spot(self, where: str, value: Any) -> Spot:
        [(number, path)] = self._select("repository, path", where, (value,))
        return Spot(self.numbers[number], path)

    def _rows(self, where: str, values: tuple[Any, ...]) -> Iterator[Row]:
        for number, path, *columns in self._select(f"repository, path, {', '.join(LISTED)}", where, values):
            at = self.numbers[number]
            place = self._places[at]
            name = shown_name(columns[1], place.alias, partial(self._is_elsewhere, at))
            yield make_row(columns, name=name, path=path, told=self._told[at], place=place)

    def _is_elsewhere(self, at: int, api: str, last: str) -> bool:
        """Tell whether another repository has a file for the recipe `api/last`, broken or not."""
        if any(walked.holds_id(api, last) for number, walked in enumerate(self._walks) if number != at):
            return True
        file = f"{last.replace('-', '_')}.py"
        pattern = f"{api.replace('-', '[-_]')}{os.sep}{file}"
        found = self._select("repository", "path GLOB ?", (pattern,))
        return any(self.numbers[number] != at for (number,) in found)

    def _select(self, columns: str, where: str, values: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        marks = ", ".join("?" * len(self.numbers))
        query = f"SELECT {columns} FROM files WHERE repository IN ({marks}) AND {where}"
        return self.connection.execute(query, (*self.numbers, *values))


def knows_folders(connection: sqlite3.Connection, place: Place, folders: bytes, reader: int) -> bool:
    """Tell whether the folders of a repository look as they did when the index was right."""
    query = "SELECT 1 FROM repositories WHERE root = ? AND reader = ? AND seen_folders = ? AND seen_files IS NOT NULL"
    return connection.execute(query, (os.fsencode(place.root), reader, folders)).fetchone() is not None
