"""Exchanges by endpoint, and what the answers of one have in common: status, kind of content, shape of the body."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

from runner.recording.exchange import Exchange, RecordedResponse
from runner.recording.matching import likeness
from runner.recording.shape import Shape, read_shape
from runner.recording.shape_changes import find_changes
from runner.recording.text_forms import is_id

Key: TypeAlias = tuple[str, ...]
"""Method, host (or `""` where all have the same) and the segments of a path."""

VARIES: Final = "{}"


@dataclass(slots=True)
class Answers:
    """What the answers of one endpoint have in common; one that failed and was asked for again is left out.

    Attributes:
        statuses: Each with its reason: `404 Not Found`.
        types: Of content, without parameters: `application/json`; `""` where an answer names none.
        bodies: `JSON`, `empty` or `no JSON`, of the answers that worked.
        shape: Of the bodies that are JSON, of the answers that worked.
        errors: The shape of the others, by status.
    """

    statuses: dict[int, str] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    shape: Shape = field(default_factory=Shape)
    errors: dict[int, Shape] = field(default_factory=dict)

    def add(self, response: RecordedResponse) -> None:
        """Take note of one more answer."""
        self.statuses[response.status] = f"{response.status} {response.reason}".strip()
        if response.status >= 400:
            read_shape(response.body, self.errors.setdefault(response.status, Shape()))
            return
        self.types.add(content_type(response))
        is_json = read_shape(response.body, self.shape)
        self.bodies.add("JSON" if is_json else "no JSON" if response.body.strip() else "empty")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What was recorded of an endpoint, and what it answers today.

    Attributes:
        name: `GET /v1/jobs/{}`; with its host where a run calls several.
        recorded: The answers of the recording, or None: it was not asked then.
        today: Those of today, or None: it was not asked.
    """

    name: str
    recorded: Answers | None
    today: Answers | None


def find_endpoints(recorded: Sequence[Exchange], today: Sequence[Exchange]) -> list[Endpoint]:
    """Sort exchanges by endpoint, in the order of the recording, and then those asked today only.

    Paths are of one endpoint where they differ in a number, UUID, date or hash only, or where the recording itself
    has several that differ in one segment and are answered in the same shape.
    """
    with_host = len({urlsplit(each.request.url).netloc for each in recorded}) > 1
    old, new = _by_key(recorded, with_host=with_host), _by_key(today, with_host=with_host)
    templates = _templates(old)
    olds, news = _by_template(old, templates), _by_template(new, templates)
    names = {key: _name(key, olds.get(key) or news[key]) for key in dict.fromkeys((*olds, *news))}
    return [Endpoint(name, _answers(olds.get(key)), _answers(news.get(key))) for key, name in names.items()]


def content_type(response: RecordedResponse) -> str:
    """Return the content type of an answer without its parameters, or `""`."""
    value = next((value for name, value in response.headers if name == "content-type"), "")
    return value.partition(";")[0].strip().lower()


def _by_key(exchanges: Iterable[Exchange], *, with_host: bool) -> dict[Key, list[Exchange]]:
    found: dict[Key, list[Exchange]] = defaultdict(list)
    for each in exchanges:
        found[_key(each, with_host=with_host)].append(each)
    return dict(found)


def _key(exchange: Exchange, *, with_host: bool) -> Key:
    url = urlsplit(exchange.request.url)
    segments = [VARIES if is_id(unquote(part)) else part for part in url.path.split("/")]
    return (exchange.request.method, url.netloc if with_host else "", *segments)


def _templates(recorded: Mapping[Key, Sequence[Exchange]]) -> set[Key]:
    """Return the keys with `{}` for a segment that varies in the recording under answers of the same shape."""
    alike: dict[Key, list[Key]] = defaultdict(list)
    for key in recorded:
        for place in range(3, len(key)):  # a path begins with a slash, so its first segment is empty
            alike[_with_hole(key, place)].append(key)
    return {
        template for template, keys in alike.items() if len(keys) > 1 and _are_alike([recorded[key] for key in keys])
    }


def _with_hole(key: Key, place: int) -> Key:
    return (*key[:place], VARIES, *key[place + 1 :])


def _are_alike(groups: Sequence[Sequence[Exchange]]) -> bool:
    first, *others = [_gathered(group).shape for group in groups]
    return bool(first.fields or first.items or first.entries) and not any(
        [*find_changes(first, other), *find_changes(other, first)] for other in others
    )


def _by_template(exchanges: Mapping[Key, Sequence[Exchange]], templates: set[Key]) -> dict[Key, list[Exchange]]:
    found: dict[Key, list[Exchange]] = defaultdict(list)
    for key, group in exchanges.items():
        fitting = (hole for place in range(3, len(key)) if (hole := _with_hole(key, place)) in templates)
        found[next(fitting, key)] += group
    return dict(found)


def _name(key: Key, exchanges: Sequence[Exchange]) -> str:
    """Return a path as it is where it is always the same, else with `{}` where it varies."""
    paths = {urlsplit(each.request.url).path for each in exchanges}
    method, host, *segments = key
    return f"{method} {host}{paths.pop() if len(paths) == 1 else '/'.join(segments)}"


def _answers(exchanges: Sequence[Exchange] | None) -> Answers | None:
    return _gathered(exchanges) if exchanges else None


def _gathered(exchanges: Sequence[Exchange]) -> Answers:
    answers = Answers()
    last = {likeness(each.request): number for number, each in enumerate(exchanges)}
    for number, each in enumerate(exchanges):
        if each.response.status < 400 or last[likeness(each.request)] == number:
            answers.add(each.response)
    return answers
