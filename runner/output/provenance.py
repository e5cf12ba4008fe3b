"""What a file of rows says of the run that it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Provenance:
    """The run behind the rows of a workbook or database; it holds no key and no private value.

    Attributes:
        recipe: Its id: `newswhip/top-stories`.
        title: The question it answers.
        values: What the recipe was given, by parameter, without what is private.
        private: The parameters whose values are.
        started: When the run began, aware.
        source: `live`, or what the data is instead: `Sandbox: invented data`.
        version: Of this program.
    """

    recipe: str
    title: str
    values: Mapping[str, Any]
    private: tuple[str, ...]
    started: datetime
    source: str
    version: str
