"""What a curl command sends as body: data, JSON, a form, a file."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, quote_plus, urlencode

from runner.errors import AskedWrongly
from runner.scaffolding.curl.arguments import Argument
from runner.scaffolding.curl.call import Body, FileBody, FormBody, JsonBody, TextBody
from runner.scaffolding.curl.words import VARIABLE, Input, mark, named, shown, to_bytes, to_text

ReadFile = Callable[[str], bytes]

DATA: Final = ("data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json")
_PAIR: Final = re.compile(r"(?i)\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}")
_HALF: Final = re.compile(r"(?i)\\ud[89a-f]")
DEEPEST: Final = 50
"""Objects and lists within each other that are written as such."""
LONGEST_INLINE: Final = 8000
"""Bytes: what a file holds beyond is not written into the recipe."""


class Files(NamedTuple):
    """What a command may read.

    Attributes:
        read: Gives the bytes of a file, or of `-`; raises OSError.
        input: What is redirected into the command, or None.
    """

    read: ReadFile
    input: Input | None = None

    def text(self, name: str) -> str:
        """Return what a file holds, or what is redirected.

        Raises:
            AskedWrongly: It cannot be read.
        """
        if name == "-" and self.input is not None and not self.input.name:
            return self.input.text
        name = self.path(name)
        try:
            return to_text(self.read(name))
        except OSError as error:
            what, hint = f"The file {name!r}", "go to the folder of the file first, or write its whole path"
            if name == "-":
                what, hint = "What the command reads from its input", "write into the command what is sent: -d 'a=1'"
            raise AskedWrongly(f"{what} cannot be read: {error.strerror or error}.", hint=hint) from None

    def path(self, name: str) -> str:
        """Return the name of the file behind a name; `-` is what is redirected.

        Raises:
            AskedWrongly: The command leaves the name open.
        """
        name = self.input.name if name == "-" and self.input is not None and self.input.name else name
        if VARIABLE.search(name):
            problem = f"The command leaves open which file it sends: {named(name, '${}')!r}."
            raise AskedWrongly(problem, hint="write the name of the file into the command: -d @body.json")
        return name

    def sent(self, name: str) -> str:
        """Return the name of a file that is sent as it stands.

        Raises:
            AskedWrongly: It has no name, or the command leaves that open.
        """
        path = self.path(name)
        if path == "-":
            problem = "What the command reads from its input is in no file that can be sent."
            raise AskedWrongly(problem, hint="write the name of the file into the command: -T photo.png")
        return path


class Data(NamedTuple):
    """All data options together.

    Attributes:
        text: Joined as curl does.
        file: The one file that is sent as it stands, because it is long or no text; or `""`.
        has_line_ends: That file has some, which curl leaves out.
        inlined: The files whose text is part of `text`.
        is_json: `--json` was among them.
    """

    text: str
    file: str = ""
    has_line_ends: bool = False
    inlined: tuple[str, ...] = ()
    is_json: bool = False

    def __repr__(self) -> str:
        return shown(self, "file", "has_line_ends", "inlined", "is_json")


def read_data(arguments: Sequence[Argument], files: Files) -> Data | None:
    """Join the data options; None where there is none.

    Raises:
        AskedWrongly: A file cannot be read, or one too long to be written out is mixed with other data.
    """
    given = [argument for argument in arguments if argument.name in DATA]
    if not given:
        return None
    is_json = any(argument.name == "json" for argument in given)
    joined, names = "", []
    for number, argument in enumerate(given):
        text = _one(argument, files)
        if _is_long(argument, text):
            if len(given) > 1:
                problem = "A file that is too long to be written out stands beside other data."
                raise AskedWrongly(problem, hint=f"send the file alone: -d {argument.value}")
            name = argument.value[1:]
            return Data(text, files.path(name), has_line_ends=text != files.text(name), is_json=is_json)
        if name := _file_of(argument):
            names.append(files.path(name))
        joined += ("&" if number and argument.name != "json" else "") + text
    return Data(joined, inlined=tuple(names), is_json=is_json)


def inlined(name: str) -> str:
    """Say that a file of this machine became a part of the recipe."""
    return f"What {name} holds is written into the recipe."


def _file_of(argument: Argument) -> str:
    """Return the file that a data option names, or `""`."""
    if argument.name == "data-urlencode":
        return argument.value.partition("@")[2] if "=" not in argument.value.partition("@")[0] else ""
    return argument.value[1:] if argument.value.startswith("@") and argument.name != "data-raw" else ""


def _one(argument: Argument, files: Files) -> str:
    value = argument.value
    if argument.name == "data-urlencode":
        return _encoded(value, files)
    if argument.name == "data-raw" or not value.startswith("@"):
        return value
    text = files.text(value[1:])
    return text if argument.name in ("data-binary", "json") else re.sub(r"[\r\n\0]", "", text)


def _is_long(argument: Argument, text: str) -> bool:
    is_file = argument.value.startswith("@") and argument.name not in ("data-raw", "data-urlencode")
    return is_file and (
        len(text) > LONGEST_INLINE or any("\udc80" <= char <= "\udcff" or char == "\0" for char in text)
    )


def _encoded(value: str, files: Files) -> str:
    """Encode what `--data-urlencode` is given: `text`, `=text`, `name=text`, `@file`, `name@file`."""
    found = re.compile(r"([^=@]*)([=@])(.*)", re.DOTALL).fullmatch(value)
    if found is None:
        return encoded(value)
    text = found[3] if found[2] == "=" else files.text(found[3])
    return f"{found[1]}={encoded(text)}" if found[1] else encoded(text)


def encoded(text: str) -> str:
    """Encode as curl does: a blank becomes `+`; variables stay."""
    pieces = VARIABLE.split(text)
    return "".join(mark(each) if at % 2 else quote_plus(to_bytes(each)) for at, each in enumerate(pieces))


def body_of(data: Data, content_type: str) -> Body:
    """Understand data as JSON or as fields of a form, where sending these again gives the same."""
    if data.file:
        return FileBody(data.file)
    if not data.text:
        return TextBody("")
    try:
        return JsonBody(data.text, parse_json(data.text))
    except ValueError:
        pass
    if content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        pairs = form_pairs(data.text)
        if pairs is not None:
            return FormBody(data.text, pairs)
    return TextBody(data.text)


def form_pairs(text: str) -> tuple[tuple[str, str], ...] | None:
    """Decode the fields of a query or a form; None where encoding them again gives another text.

    Variables are kept: encoding and decoding must not touch what stands in for a value.
    """
    marks = VARIABLE.findall(text)
    plain = substituted_marks(text)
    if not plain or any("\ud800" <= char <= "\udfff" for char in plain):
        return None
    pairs = parse_qsl(plain, keep_blank_values=True, encoding="utf-8", errors="surrogateescape")
    if any("\udc80" <= char <= "\udcff" for pair in pairs for char in "".join(pair)) or urlencode(pairs) != plain:
        return None
    names = {f"zqv{number}zqv": mark(name) for number, name in enumerate(marks)}
    return tuple((_restored(name, names), _restored(value, names)) for name, value in pairs)


def substituted_marks(text: str) -> str:
    """Write a plain word for each variable, so that a text with variables can be encoded and compared."""
    numbers = iter(range(len(text)))
    return VARIABLE.sub(lambda _: f"zqv{next(numbers)}zqv", text)


def _restored(text: str, names: dict[str, str]) -> str:
    for word, marked in names.items():
        text = text.replace(word, marked)
    return text


def parse_json(text: str) -> Any:
    """Parse an object or a list; only what the recipe sends in the same way passes.

    A variable outside of quotes stands for a number; it becomes the text of its mark.

    Raises:
        ValueError: It is no JSON, a plain value, has a name twice, or numbers that Python would write differently.
    """
    if _HALF.search(_PAIR.sub("", text)):
        raise ValueError("half a character, which cannot be sent")
    try:
        parsed = _strict(text)
    except ValueError:
        if not VARIABLE.search(text):
            raise
        parsed = _strict(_quoted_marks(text))
    if not isinstance(parsed, dict | list):
        raise ValueError("no object")  # noqa: TRY004 - the callers ask whether it is JSON of ours
    _refuse_deep(parsed)
    return parsed


def _refuse_deep(parsed: Any) -> None:
    """Let nothing pass that Python would refuse to read as an expression of so many brackets, or nobody would read."""
    level = [parsed]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
        level = [each for each in level if isinstance(each, dict | list)]
    if level:
        raise ValueError("too deep")


def _quoted_marks(text: str) -> str:
    """Put quotes around variables that stand outside of strings."""
    pieces = re.split(r'("(?:[^"\\]|\\.)*")', text)
    return "".join(
        piece if at % 2 else VARIABLE.sub(lambda found: f'"{mark("#" + found[1])}"', piece)
        for at, piece in enumerate(pieces)
    )


def _strict(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_float=_float, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("too deep") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _float(text: str) -> float:
    from decimal import Decimal  # few bodies have such numbers

    number = float(text)
    if Decimal(repr(number)) != Decimal(text) or number in (float("inf"), float("-inf")):
        raise ValueError("more digits than a float has")
    return number


def _refuse(name: str) -> Any:
    raise ValueError(name)
