"""The tweets and Facebook posts by which accounts and pages send people to articles."""

from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

from . import growth
from .accounts import FacebookPage, TwitterAccount, communities, publisher_page, twitter_accounts
from .dice import between, fraction, mix, pick
from .story import Story

PUSHES_MAX = 3
CREATED_MAX_MS = 150 * 60_000
"""A post is made at the latest so long after its article was discovered."""
COMMUNITY_LEAST = 200
"""A community posts an article only when it has more interactions than this."""

A = TypeVar("A", TwitterAccount, FacebookPage)


class Push(NamedTuple, Generic[A]):
    """One post by which an account or page sent people to an article.

    Attributes:
        created_ms: Epoch milliseconds.
        reach: Retweets of the tweet, or interactions with the Facebook post.
        seed: What else there is to know about the post follows from it.
    """

    account: A
    story: Story
    created_ms: int
    reach: int
    seed: int


def tweets(story: Story, now_ms: int) -> Iterator[Push[TwitterAccount]]:
    """Yield the tweets of influencers about a story."""
    count = growth.twitter(story, now_ms)
    if count:
        accounts = twitter_accounts(story.publisher.language)
        for number in range(mix(story.seed, 40) % PUSHES_MAX + 1):
            yield push_story(pick(accounts, story.seed, 41 + number), story, count, number)


def posts(story: Story, now_ms: int) -> Iterator[Push[FacebookPage]]:
    """Yield the Facebook posts about a story: by the outlet's own page, and by communities."""
    count = growth.facebook(story, now_ms)
    for number, page, least in pushing_pages(story):
        if count > least:
            yield push_story(page, story, count, number)


def pushing_pages(story: Story) -> Iterator[tuple[int, FacebookPage, int]]:
    """Yield the number of each post about a story, its page, and how many interactions the story must exceed first."""
    if mix(story.seed, 50) % 4:
        yield 0, publisher_page(story.publisher), 0
    if mix(story.seed, 51) % 3 == 0:
        yield 1, pick(communities(story.publisher.language), story.seed, 52), COMMUNITY_LEAST


def push_story(account: A, story: Story, count: int, number: int) -> Push[A]:
    """Return a post that has a part of the interactions with its story."""
    seed = push_seed(story, number)
    return Push(account, story, push_moment(story, seed), int(count * push_share(seed)), seed)


def push_seed(story: Story, number: int) -> int:
    """Return what everything about the post of this number follows from."""
    return mix(story.seed, 60 + number)


def push_moment(story: Story, seed: int) -> int:
    """Return when a post was made, in epoch milliseconds."""
    return story.discovered + between(1, CREATED_MAX_MS // 60_000, seed, 1) * 60_000


def push_share(seed: int) -> float:
    """Return the share of the interactions with its story that a post has."""
    return 0.05 + 0.4 * fraction(seed, 2)


def post_number(seed: int) -> int:
    """Return the second half of the id of a Facebook post; the first is the id of its page."""
    return seed >> 20
