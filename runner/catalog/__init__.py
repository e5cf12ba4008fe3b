"""What there is: repositories, their recipes and APIs, as read from files. Nothing of them is executed.

`Library` names and finds over all repositories a user sees; `read_repository`, `read_recipe` and `read_api` read one
thing each, strictly: whatever breaks a rule is a `BrokenSource` with file, line and what to write instead.
`parse_value` and `check_value` turn what a user typed or wrote into the values of a recipe's parameters, `format_value`
and `describe_kind` show them, and `parameters_schema` describes them for programs.

Importing the package loads nothing: each name is loaded with its module when it is first used, since a listing from the
index needs few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runner.catalog.api import read_api
    from runner.catalog.block import Block, read_block
    from runner.catalog.docstring import read_args, split_docstring
    from runner.catalog.kinds import check_bounds, check_value, describe_kind, format_value, parse_value, read_kind
    from runner.catalog.library import Found, Library, readable_apis
    from runner.catalog.model import (
        MISSING,
        Api,
        Chart,
        ClientParameter,
        Key,
        Kind,
        Missing,
        Parameter,
        Rate,
        Recipe,
        Scalar,
        Value,
    )
    from runner.catalog.places import catalog_root, find_repository
    from runner.catalog.repository import Repository, read_repository
    from runner.catalog.reserved import RESERVED_NAMES, find_reserved
    from runner.catalog.schema import parameters_schema
    from runner.catalog.source import read_recipe
    from runner.catalog.toml_lines import line_of

__all__ = [
    "MISSING",
    "RESERVED_NAMES",
    "Api",
    "Block",
    "Chart",
    "ClientParameter",
    "Found",
    "Key",
    "Kind",
    "Library",
    "Missing",
    "Parameter",
    "Rate",
    "Recipe",
    "Repository",
    "Scalar",
    "Value",
    "catalog_root",
    "check_bounds",
    "check_value",
    "describe_kind",
    "find_repository",
    "find_reserved",
    "format_value",
    "line_of",
    "parameters_schema",
    "parse_value",
    "read_api",
    "read_args",
    "read_block",
    "read_kind",
    "read_recipe",
    "read_repository",
    "readable_apis",
    "split_docstring",
]

_MODULES = {
    "api": ("read_api",),
    "block": ("Block", "read_block"),
    "docstring": ("read_args", "split_docstring"),
    "kinds": ("check_bounds", "check_value", "describe_kind", "format_value", "parse_value", "read_kind"),
    "library": ("Found", "Library", "readable_apis"),
    "model": (
        "Api",
        "Chart",
        "ClientParameter",
        "Key",
        "Kind",
        "MISSING",
        "Missing",
        "Parameter",
        "Rate",
        "Recipe",
        "Scalar",
        "Value",
    ),
    "places": ("catalog_root", "find_repository"),
    "repository": ("Repository", "read_repository"),
    "reserved": ("RESERVED_NAMES", "find_reserved"),
    "schema": ("parameters_schema",),
    "source": ("read_recipe",),
    "toml_lines": ("line_of",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load the module that has the name (https://peps.python.org/pep-0562/)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
