"""POST /twitterInfluencers and /fbInfluencers: who pushes the articles that match."""

from collections.abc import Callable, Iterator
from typing import Any

from .accounts import FacebookPage, TwitterAccount
from .article import story_uuid
from .assumptions import INFLUENCERS_SIZE_MAX, REFERRALS_MAX, influencer_rank
from .dice import between
from .fields import INFLUENCER_FIELDS
from .lucene import Grammar, compile_filters
from .pushes import A, Push, post_number, posts, tweets
from .request import Body, Request
from .search import DEFAULT_FIELDS, find_stories
from .story import Story
from .window import read_window

INFLUENCERS_SIZE = 200


def post_twitter_influencers(request: Request) -> Any:
    """Answer POST /twitterInfluencers."""
    ranked = rank_accounts(request, "/twitterInfluencers", tweets)
    return {"twitterInfluencers": [twitter_json(pushes[0].account, pushes) for pushes in ranked]}


def post_facebook_influencers(request: Request) -> Any:
    """Answer POST /fbInfluencers."""
    ranked = rank_accounts(request, "/fbInfluencers", posts)
    return {"fbInfluencers": [facebook_json(pushes[0].account, pushes) for pushes in ranked]}


def rank_accounts(
    request: Request, endpoint: str, pushes_of: Callable[[Story, int], Iterator[Push[A]]]
) -> list[list[Push[A]]]:
    """Return the posts about the articles asked for, by account: the one with the most reach first, best post first."""
    body = Body(request.body, required=["filters"])
    window = read_window(body, endpoint, request.now_ms)
    size = body.size(INFLUENCERS_SIZE, INFLUENCERS_SIZE_MAX)
    matches = compile_filters(body.texts("filters"), Grammar(INFLUENCER_FIELDS, DEFAULT_FIELDS))
    found = find_stories(matches, window, request.now_ms, body.text("language", ""))
    by_account: dict[int, list[Push[A]]] = {}
    for push in (push for story in found for push in pushes_of(story, request.now_ms)):
        if push.created_ms <= request.now_ms and push.reach:
            by_account.setdefault(push.account.number, []).append(push)
    ranked = [sorted(pushes, key=lambda push: (-push.reach, push.seed)) for pushes in by_account.values()]
    ranked.sort(key=lambda pushes: (-influencer_rank([push.reach for push in pushes]), pushes[0].account.number))
    return ranked[:size]


def twitter_json(account: TwitterAccount, pushes: list[Push[TwitterAccount]]) -> dict[str, Any]:
    """Return an account with its tweets."""
    return {
        "twitter_id": account.number,
        "twitter_handle": account.handle,
        "likes_count": account.likes,
        "followers_count": account.followers,
        "following_count": account.following,
        "statuses_count": account.statuses,
        "max_retweet_value": pushes[0].reach,
        "social_referrals": [tweet_json(push) for push in pushes[:REFERRALS_MAX]],
    }


def tweet_json(push: Push[TwitterAccount]) -> dict[str, Any]:
    """Return one tweet."""
    return {
        "article_id": story_uuid(push.story),
        "twitter_url": f"https://twitter.com/{push.account.handle}/status/{push.seed >> 4}",
        "favourite_count": push.reach * between(1, 4, push.seed, 3) + between(0, 9, push.seed, 4),
        "rt_count": push.reach,
        "created_at": push.created_ms,
        "description": push.story.text.excerpt,
        "article_url": push.story.link,
    }


def facebook_json(page: FacebookPage, pushes: list[Push[FacebookPage]]) -> dict[str, Any]:
    """Return a page with its posts."""
    return {
        "fb_page_id": page.number,
        "fb_username": page.username,
        "about": page.about,
        "followers_count": page.followers,
        "likes_count": page.likes,
        "profile_image": f"https://img.example/page/{page.number}.jpg",
        "max_fb_interactions": pushes[0].reach,
        "social_referrals": [post_json(push) for push in pushes[:REFERRALS_MAX]],
    }


def post_json(push: Push[FacebookPage]) -> dict[str, Any]:
    """Return one Facebook post."""
    return {
        "article_id": story_uuid(push.story),
        "fb_post_id": f"{push.account.number}_{post_number(push.seed)}",
        "headline": push.story.text.headline,
        "description": push.story.text.excerpt,
        "fb_total_interactions": push.reach,
        "created_at": push.created_ms,
        "article_url": push.story.link,
    }
