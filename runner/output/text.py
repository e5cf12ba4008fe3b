"""Text on its way to a terminal: what may be shown, how wide it is, where to cut it.

Shown are letters, marks, numbers, punctuation, symbols and the blank. Other blanks (no-break, ideographic) become a
plain one. All else becomes U+FFFD: controls, text direction, line and paragraph separators, private use, surrogates,
unassigned characters, and what takes no room and so hides: format characters, fillers, variation selectors. Kept of
these are the emoji and text selectors U+FE0E and U+FE0F behind a visible character, and the joiners U+200C and U+200D
where spelling needs them: between two letters of a script without capitals (Persian, Hindi) or two symbols (emoji).
"""

import unicodedata
from collections.abc import Iterator

ELLIPSIS = "…"
REPLACEMENT = "\ufffd"
JOINERS = "\u200c\u200d"
SELECTORS = "\ufe0e\ufe0f"


def _characters(*ranges: tuple[int, int]) -> frozenset[str]:
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))


# These count as printable and yet show nothing, so they could carry text that nobody sees.
_HIDDEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180f\u3164\uffa0\U00016fe4") | _characters(
    (0x180B, 0x180D), (0xFE00, 0xFE0F), (0x1D173, 0x1D17A), (0xE0100, 0xE01EF)
)
# What western text is made of, a cell each; so that it is measured without Rich.
_NARROW = _characters(
    *((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2FF), (0x370, 0x377), (0x37A, 0x482), (0x2010, 0x2027), (0x2030, 0x205E)),
    *((0x20A0, 0x20BF), (0x2190, 0x21FF), (0x2500, 0x25FC), (0x2713, 0x2713), (0x2717, 0x2717), (0xFFFD, 0xFFFD)),
)
_REGIONAL = _characters((0x1F1E6, 0x1F1FF))
_ATTACHED = frozenset(JOINERS) | _characters((0x1F3FB, 0x1F3FF))
_JOINABLE = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})


def safe_text(text: str, *, keep: str = "") -> str:
    r"""Replace what a terminal would obey or hide instead of show; the rules stand at the top of the module.

    Args:
        text: From anywhere, e.g. a headline.
        keep: Characters to leave as they are: `"\n"` for Markdown.
    """
    rest = text
    for char in keep:  # many times quicker than `translate`
        rest = rest.replace(char, "")
    if rest.isprintable() and (rest.isascii() or _HIDDEN.isdisjoint(rest)):
        return text
    return "".join(char if char in keep else _shown(text, index) for index, char in enumerate(text))


def _shown(text: str, index: int) -> str:
    char = text[index]
    if char.isprintable() and char not in _HIDDEN:
        return char
    if unicodedata.category(char) == "Zs":
        return " "
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if char in SELECTORS:
        return char if _is_visible(before) else REPLACEMENT
    return char if char in JOINERS and _joins(before, after) else REPLACEMENT


def _is_visible(char: str) -> bool:
    return char > " " and char.isprintable() and char not in _HIDDEN


def _joins(before: str, after: str) -> bool:
    return bool(before and after) and {unicodedata.category(each) for each in (before, after)} <= _JOINABLE


def mend(text: str) -> str:
    """Join the halves of surrogate pairs and replace lone ones by U+FFFD, so that UTF-8 can hold the text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def width(text: str) -> int:
    """Count the cells that a terminal needs for text cleaned by `safe_text`."""
    if text.isascii() or _NARROW.issuperset(text):
        return len(text)
    # Importing these takes 20 ms, and most text never needs them.
    import re

    from rich.cells import cell_len

    # Rich takes what follows a joiner for part of an emoji.
    return cell_len(re.sub("\u200d(?=[\u0600-\u1fff])", "", text))


def shorten(text: str, cells: int) -> str:
    """Cut text that is wider than `cells` and end it with `…`; characters of several code points stay whole."""
    if width(text) <= cells:
        return text
    room = cells - 1
    if room < 0:
        return ""
    if text.isascii():
        return text[:room].rstrip() + ELLIPSIS
    return _prefix(text, room).rstrip() + ELLIPSIS


def _prefix(text: str, cells: int) -> str:
    taken = 0
    end = 0
    for cluster in _clusters(text):
        taken += width(cluster)
        if taken > cells:
            break
        end += len(cluster)
    return text[:end]


def _clusters(text: str) -> Iterator[str]:
    start = 0
    for index in range(1, len(text)):
        if not _is_attached(text, start, index):
            yield text[start:index]
            start = index
    yield text[start:]


def _is_attached(text: str, start: int, index: int) -> bool:
    char, before = text[index], text[index - 1]
    if before == "\u200d" or char in _ATTACHED or unicodedata.category(char).startswith("M"):
        return True
    return index - start == 1 and before in _REGIONAL and char in _REGIONAL
