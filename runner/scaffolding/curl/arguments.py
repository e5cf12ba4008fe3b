"""From the words of a curl command to its options."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from runner.errors import AskedWrongly, nearest
from runner.scaffolding.curl.call import DIFFERS
from runner.scaffolding.curl.options import Option, by_letter, by_name
from runner.scaffolding.curl.words import Word, shown


class Argument(NamedTuple):
    """One option with its word.

    Attributes:
        name: Of the option: `data-raw`; an address without option is `url`.
        value: Its word; `""` for an option without one.
        is_on: False for the `--no-` form.
        at: Where it begins in the pasted text, from 0.
    """

    name: str
    value: str
    is_on: bool
    at: int

    def __repr__(self) -> str:
        return shown(self, "name", "is_on", "at")


def read_arguments(words: Sequence[Word]) -> list[Argument]:
    """Tell options and addresses apart, in their order.

    Raises:
        AskedWrongly: curl has no such option, or the word of one is missing.
    """
    rest = iter(words)
    arguments: list[Argument] = []
    for word in rest:
        if word.text == "--":
            arguments.extend(Argument("url", each.text, is_on=True, at=each.at) for each in rest)
        elif word.text.startswith("--"):
            arguments.append(_long(word, rest))
        elif word.text.startswith("-") and len(word.text) > 1:
            arguments.extend(_letters(word, rest))
        elif word.text:
            arguments.append(Argument("url", word.text, is_on=True, at=word.at))
    return arguments


def first_request(arguments: Sequence[Argument], notes: list[str]) -> list[Argument]:
    """Return the arguments of the first of several requests, and add a note about the others."""
    first = list(takewhile(lambda each: each.name != "next", arguments))
    if len(first) < len(arguments):
        notes.append(f"{DIFFERS}what stands behind --next is another call, and was left out.")
    return first


def _long(word: Word, rest: Iterator[Word]) -> Argument:
    name = word.text[2:]
    option, is_on = _find(name), True
    if option is None and name.startswith("no-"):
        option, is_on = _find(name[3:]), False
    if option is None or (not is_on and option.takes_word):
        raise _unknown(word, f"--{name}")
    return Argument(option.name, _word_of(option, word, rest) if option.takes_word else "", is_on, word.at)


def _find(name: str) -> Option | None:
    """Find an option by its name, or by the beginning of one name only."""
    options = by_name()
    if name in options:
        return options[name]
    found = [option for each, option in options.items() if each.startswith(name)] if name else []
    return found[0] if len(found) == 1 else None


def _letters(word: Word, rest: Iterator[Word]) -> Iterator[Argument]:
    """Read a cluster such as `-sSLd`; what stands behind a letter that takes a word is that word."""
    for place, letter in enumerate(word.text[1:], start=1):
        option = by_letter().get(letter)
        if option is None:
            raise _unknown(Word(word.text, word.at), f"-{letter}")
        if option.takes_word:
            behind = word.text[place + 1 :]
            yield Argument(option.name, behind or _word_of(option, word, rest), is_on=True, at=word.at)
            return
        yield Argument(option.name, "", is_on=True, at=word.at)


def _word_of(option: Option, word: Word, rest: Iterator[Word]) -> str:
    value = next(rest, None)
    if value is None:
        raise AskedWrongly(
            f"The option --{option.name} at character {word.at + 1} needs a word behind it.",
            hint="Copy the whole command, to its last word.",
        )
    return value.text


def _unknown(word: Word, flag: str) -> AskedWrongly:
    flag, has_equals, _ = flag.partition("=")  # what stands behind may be a key
    if has_equals and _find(flag[2:]):
        return AskedWrongly(
            f"curl takes no {flag}=... as at character {word.at + 1}.", hint=f"{flag} VALUE, as two words"
        )
    known = [f"--{name}" for name in by_name()] if flag.startswith("--") else [f"-{letter}" for letter in by_letter()]
    starts = [name for name in known if len(flag) > 2 and name.startswith(flag)]
    near = starts[0] if starts else nearest(flag, known) or _other_case(flag)
    message = f"curl has no option {flag[:60]}, at character {word.at + 1}."
    return AskedWrongly(message, hint=f"{near}   (did you mean this?)" if near else "curl --help all")


def _other_case(flag: str) -> str:
    """Return the letter of the other case, which is the likeliest slip: `-l` for `-L`."""
    swapped = flag.swapcase()
    return swapped if swapped[1:] in by_letter() else ""
