"""What is handed over, and to whom."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from runner.catalog import Api, Recipe, Value
from runner.errors import AskedWrongly
from runner.scaffolding.literals import comment_text

LONGEST_CUSTOMER: Final = 100
_LONGEST_SLUG: Final = 40
_DEVICE: Final = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
"""What Windows takes for a device, whatever its ending."""
_ENDINGS: Final = {"script": "py", "notebook": "ipynb", "zip": "zip", "markdown": "md", "curl": "sh"}
"""Of a file of each format."""
FORMATS: Final = tuple(_ENDINGS)
_PROJECT: Final = re.compile(r"httpx(?![\w.-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Handover:
    """One recipe for one customer.

    Attributes:
        recipe: As read.
        apis: The APIs of its clients, by name.
        values: The customer's, checked; a required parameter without one stays required in what is exported.
        customer: On one line, or `""`.
    """

    recipe: Recipe
    apis: Mapping[str, Api]
    values: Mapping[str, Value]
    customer: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The variables of the keys it needs, in the order of the clients."""
        apis = (self.apis[client.api] for client in self.recipe.clients)
        return tuple(dict.fromkeys(api.key.env for api in apis if api.key is not None))

    @property
    def requirements(self) -> tuple[str, ...]:
        """The libraries it needs: those of the recipe, and httpx."""
        named = self.recipe.dependencies
        return named if any(_PROJECT.match(each) for each in named) else (*named, "httpx>=0.28")


def customer_name(text: str) -> str:
    """Return the name of a customer on one line, without anything that hides.

    Raises:
        AskedWrongly: It names nobody, or is no name.
    """
    name = comment_text(text)
    if not name:
        raise AskedWrongly("--customer names nobody.", hint='--customer "Acme News"')
    if len(name) > LONGEST_CUSTOMER:
        raise AskedWrongly(
            f"--customer has {len(name)} characters, and a name has {LONGEST_CUSTOMER} at most.",
            hint='--customer "Acme News"',
        )
    return name


def file_name(handover: Handover, format_: str) -> str:
    """Return what the file is called where nobody says: `top-stories-acme-news.py`."""
    last = handover.recipe.id.rpartition("/")[2]
    last = f"{last}-recipe" if _DEVICE.fullmatch(last) else last
    slug = re.sub(r"[^a-z0-9]+", "-", handover.customer.lower())[:_LONGEST_SLUG].strip("-")
    return f"{last}-{slug}.{_ENDINGS[format_]}" if slug else f"{last}.{_ENDINGS[format_]}"
