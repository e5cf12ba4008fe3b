"""What a storyline is: a subject that comes back week after week, with the ways to put it into a headline."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """One storyline, in one language.

    Attributes:
        name: What a customer would search for: `ferry strike`.
        language: ISO 639-1.
        topics: Topic ids, broadest first.
        section: First part of the path of an article's URL, without slashes.
        weight: Share of the events of its language, relative to the others.
        headlines: One tuple an event; in it the wordings that different outlets use for the same event.
            They are templates: `{place}`, `{person}`, `{company}`, `{team}`, `{rival}`, `{film}`, `{car}`, `{day}`,
            `{n}`, `{big}`, `{pct}`, `{money}`.
        excerpts: Templates of the summary.
        body: Templates of sentences that only a search in the full text finds.
    """

    name: str
    language: str
    topics: tuple[int, ...]
    section: str
    weight: float
    headlines: tuple[tuple[str, ...], ...]
    excerpts: tuple[str, ...]
    body: tuple[str, ...]

    @property
    def keywords(self) -> str:
        """The publisher's own keywords, comma-separated."""
        return ",".join((*self.name.split(), self.section))
