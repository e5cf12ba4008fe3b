"""Related stories: articles with a similar headline, folded under the best of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil

from .assumptions import SIMILAR_HEADLINES, SIMILAR_NAMES, WORD
from .story import Story


def drop_repeats(ranked: Iterable[Story]) -> list[Story]:
    """Return stories without those that repeat a headline of the same publisher; the first of each stays."""
    best: dict[tuple[str, str], Story] = {}
    for story in ranked:
        best.setdefault((story.publisher.domain, story.text.headline), story)
    return list(best.values())


def group(ranked: Sequence[Story]) -> list[list[Story]]:
    """Return stories in groups of similar headlines; the first story of a group leads it.

    Args:
        ranked: Best first. Each story joins the first group whose lead resembles it, or opens a new one.
    """
    leads = Leads(Counter(word for story in ranked for word in set(story.text.words("headline"))))
    groups: list[list[Story]] = []
    by_headline: dict[str, int] = {}
    for story in ranked:
        headline = story.text.headline
        if headline not in by_headline:
            by_headline[headline] = leads.place(Headline.read(headline))
        number = by_headline[headline]
        if number == len(groups):
            groups.append([])
        groups[number].append(story)
    return groups


@dataclass(frozen=True, slots=True)
class Headline:
    """What two headlines are compared by.

    Attributes:
        words: All words, lower case.
        names: Those that are names or numbers, as far as their first letter tells; the first word does not count.
    """

    words: frozenset[str]
    names: frozenset[str]

    @classmethod
    def read(cls, text: str) -> "Headline":
        """Return what a headline is compared by."""
        words = WORD.findall(text)
        names = (word.lower() for word in words[1:] if not word[0].islower())
        return cls(frozenset(word.lower() for word in words), frozenset(names))

    def resembles(self, other: "Headline") -> bool:
        """Return whether two headlines tell the same story: enough words in common, and enough of the names."""
        shared = self.words & other.words
        names = self.names | other.names
        do_words_agree = len(shared) >= SIMILAR_HEADLINES * len(self.words | other.words)
        do_names_agree = len(names & shared) >= SIMILAR_NAMES * len(names)
        return do_words_agree and do_names_agree


@dataclass(slots=True)
class Leads:
    """Finds the lead whose headline resembles another.

    Two sets that share enough words share one of their rarest, so only leads with such a word are compared.

    Attributes:
        frequency: In how many headlines each word stands.
    """

    frequency: Counter[str]
    _leads: list[Headline] = field(default_factory=list)
    _with_word: dict[str, list[int]] = field(default_factory=dict)

    def place(self, headline: Headline) -> int:
        """Return the number of the lead that a headline belongs to; a new one if none resembles it."""
        rare = self._rarest(headline.words)
        for number in sorted({number for word in rare for number in self._with_word.get(word, ())}):
            if headline.resembles(self._leads[number]):
                return number
        self._leads.append(headline)
        for word in rare:
            self._with_word.setdefault(word, []).append(len(self._leads) - 1)
        return len(self._leads) - 1

    def _rarest(self, words: frozenset[str]) -> list[str]:
        kept = len(words) - ceil(SIMILAR_HEADLINES * len(words)) + 1
        return sorted(words, key=lambda word: (self.frequency[word], word))[:kept]
