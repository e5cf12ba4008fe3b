"""What can be read from an error that a recipe raised; also in a process of its own, so httpx is all it needs."""

import traceback
from json import JSONDecodeError
from opcode import opmap
from typing import Final

import httpx

_RAISE: Final = opmap["RAISE_VARARGS"]


class ToldError(Exception):
    """What a recipe raised in a process of its own, as that process told it.

    Attributes:
        kind: The name of its class.
        said: Its text.
        line: Of the recipe, or 0.
        is_refusal: Whether `is_refusal` said so there.
    """

    def __init__(self, kind: str, said: str, line: int, trace: str = "", *, is_refusal: bool = False) -> None:
        super().__init__(f"{kind}: {said}" if said else kind)
        self.kind, self.said, self.line, self.is_refusal = kind, said, line, is_refusal
        if trace:
            self.add_note(trace)


class ToldUnreadableError(JSONDecodeError):
    """An answer was no JSON, as the process that read it told."""

    def __init__(self, document: str) -> None:
        super().__init__("no JSON", document, 0)


def first_error(error: BaseException | None) -> BaseException | None:
    """Return the first error of a group, which is what a TaskGroup makes of the errors in it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def line_of(error: BaseException | None, filename: str) -> int:
    """Return the last line of a file that the error went through, or else its cause; 0 where there is none."""
    if error is None:
        return 0
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == filename]
    return lines[-1] if lines else line_of(error.__cause__, filename)  # a generator hides its StopIteration there


def is_refusal(error: BaseException, filename: str) -> bool:
    """Tell whether a file says itself that it will not go on: `raise ValueError("until lies before since")`.

    A ValueError of a library comes from elsewhere, and one of a builtin, such as `int("x")`, from a call in the file:
    so what counts is the last thing that ran. A file that cannot be opened is one that the user named.
    """
    if isinstance(error, OSError):
        return error.filename is not None
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if type(error) is not ValueError or not str(error) or last is None:
        return False
    code = last.tb_frame.f_code
    return code.co_filename == filename and code.co_code[last.tb_lasti] == _RAISE


def said_by(error: BaseException) -> str:
    """Return the text of an error; where it is about a file, its name and the reason without a number."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def has_request(error: httpx.RequestError) -> bool:
    """Tell whether the error knows which request it is about."""
    return getattr(error, "_request", None) is not None


def is_from_reading_json(error: BaseException) -> bool:
    """Whether it was raised while httpx read an answer, not while it made a request or the recipe went on."""
    if isinstance(error, ToldUnreadableError):
        return True
    reading = httpx.Response.json.__code__
    return any(frame.f_code is reading for frame, _ in traceback.walk_tb(error.__traceback__))
