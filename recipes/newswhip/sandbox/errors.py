"""What goes wrong, and how the API says so."""

import html
from collections.abc import Iterable

from .assumptions import UNKNOWN_FIELDS_SEPARATOR


class ApiError(Exception):
    """A request that is answered with the JSON envelope of an error.

    Attributes:
        status: HTTP status.
        message: Text for the developer; the only thing beside the status that tells errors apart.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class BadNumberError(Exception):
    """A path segment or query value that must be a whole number and is none: answered with a page of HTML."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f'Cannot parse parameter {name} as Int: For input string: "{text}"')

    def page(self, method: str, target: str) -> str:
        """Return the page for a request to `target`, a path with its query."""
        request = html.escape(f"For request '{method} /api{target}' [{self}]", quote=False)
        return (
            '<!DOCTYPE html>\n<html lang="en">\n  <head>\n    <title>Bad Request</title>\n  </head>\n'
            f'  <body>\n    <h1>Bad Request</h1>\n    <p id="detail">{request}</p>\n  </body>\n</html>\n'
        )


def bad_request(message: str) -> ApiError:
    """Return the error for a request that cannot be understood."""
    return ApiError(400, message)


def unknown_fields(names: Iterable[str]) -> ApiError:
    """Return the error for fields that an endpoint does not filter by."""
    return bad_request(f"Fields '{UNKNOWN_FIELDS_SEPARATOR.join(names)}' is not allowed for filters query!")


def invalid_fields(problems: Iterable[tuple[str, str]]) -> ApiError:
    """Return the error for fields of the body that are missing or have the wrong type.

    Args:
        problems: Pairs of field and error, such as `("filters", "error.path.missing")`.
    """
    parts = (f"(/{name},List(ValidationError(List({error}),WrappedArray())))" for name, error in sorted(problems))
    return bad_request(f"List({', '.join(parts)})")
