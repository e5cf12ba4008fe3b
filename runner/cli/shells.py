"""TAB behind an equals sign, as each shell takes it: `--format=js`, `-P size=b`.

Click offers the value alone. Zsh and fish put what is offered in the place of the whole word, so the option has to
stand before it. To bash the sign is a word of its own, so there only what is behind it counts. Importing this will do.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from click.shell_completion import BashComplete, CompletionItem, FishComplete, ZshComplete, add_completion_class

Items: TypeAlias = list[CompletionItem[str]]


@add_completion_class
class Bash(BashComplete):
    """Bash, which gives `--format = js` as three words unless its COMP_WORDBREAKS was changed."""

    def get_completions(self, args: list[str], incomplete: str) -> Items:
        """Complete what is behind the sign."""
        *before, word = _joined([*args, incomplete])
        items = _whole(word, super().get_completions(before, word))
        return items if word == incomplete else _cut(word, items)


@add_completion_class
class Zsh(ZshComplete):
    """Zsh."""

    def get_completions(self, args: list[str], incomplete: str) -> Items:
        """Complete the whole word."""
        return _whole(incomplete, super().get_completions(args, incomplete))


@add_completion_class
class Fish(FishComplete):
    """Fish."""

    def get_completions(self, args: list[str], incomplete: str) -> Items:
        """Complete the whole word."""
        return _whole(incomplete, super().get_completions(args, incomplete))


def _joined(words: Sequence[str]) -> list[str]:
    """Make one word again of those that an equals sign parts; an empty one behind it was begun after a blank."""
    joined: list[str] = []
    is_behind = False
    for word in words:
        if joined and (word == "=" or (is_behind and word)):
            joined[-1] += word
        else:
            joined.append(word)
        is_behind = word == "="
    return joined


def _whole(word: str, items: Iterable[CompletionItem[str]]) -> Items:
    """Put the option before each value where both stand in one word."""
    option, sign, _ = word.partition("=")
    before = option + sign if sign and option.startswith("-") else ""
    return [CompletionItem(before + each.value, each.type, each.help) for each in items]


def _cut(word: str, items: Iterable[CompletionItem[str]]) -> Items:
    """Leave away what stands before the sign."""
    option, sign, _ = word.partition("=")
    return [CompletionItem(each.value.removeprefix(option + sign), each.type, each.help) for each in items]
