"""Everything that no public source says and the sandbox had to decide: one name each.

The rest of the package imitates what is documented or was seen in real answers. Change a value here when the
behaviour of the API becomes known.
"""

import re
from collections.abc import Sequence
from typing import TypeVar

Story = TypeVar("Story")

DECIDED_IN_CODE = (
    "AND binds tighter than OR, and `a OR NOT b` is plain logic.",
    "A size or time that is no whole number gets the page of HTML on every GET endpoint.",
    "A publisher that the API does not know has no articles, and is no error.",
    "Velocity, ratios and forecasts follow formulas of our own (module growth): those of the API are not public.",
    "The security headers that were seen on a 403 are on every answer.",
)
"""Decisions that no switch can turn."""

# --- errors -------------------------------------------------------------------------------------------------------

# Unknown: what an invalid key is told (the text for a missing key is known).
INVALID_KEY_TEXT = "The API key passed with this request is not valid."
# Unknown: what an expired key is told.
EXPIRED_KEY_TEXT = "The API key passed with this request has expired."
# Unknown: what a key is told whose product does not include the endpoint.
NOT_ENTITLED_TEXT = "The API key passed with this request has no access to this endpoint."
# Unknown: the text of a 429, and whether refused requests count (here they do not).
RATE_LIMIT_TEXT = "Request limit exceeded for this API key."
# Unknown: answer to a path or method that does not exist, the bare list endpoints and the removed ones included.
NOT_FOUND_STATUS = 404
NOT_FOUND_TEXT = "Not found: {method} {path}"
# Unknown: answer to a body that is not JSON, or is JSON but no object.
MALFORMED_JSON_TEXT = "Invalid Json"
# Unknown: the name of the error when a field has the wrong type; the pattern follows the known one for a missing field.
WRONG_TYPE_ERROR = "error.expected.{kind}"
# Unknown: what happens above 7 days; refused here, perhaps clipped in reality.
OVER_LONG_WINDOW_TEXT = "The time range between 'from' and 'to' exceeds the limit of 7 days"
# Unknown: whether the 7-day rule holds on /stats, where month windows worked, and on /fbPosts, /syndicatedArticles and
# the influencer endpoints.
WINDOW_LIMITED_ENDPOINTS = frozenset({"/articles"})
# Unknown: answer to a size above the maximum, or below 1; refused here, perhaps clipped in reality.
BAD_SIZE_TEXT = "size parameter is invalid. Received: {size}"
# Unknown: texts for too many filters, too many terms and too many default fields.
TOO_MANY_FILTERS_TEXT = "Number of filters exceeds max limit of {limit}"
TOO_MANY_TERMS_TEXT = "Number of terms in a filter exceeds max limit of {limit}"
TOO_MANY_DEFAULT_FIELDS_TEXT = "Number of default_fields exceeds max limit of {limit}"
# Unknown: answer to a sort_by, aggregate_by or content_type that does not exist.
BAD_CHOICE_TEXT = "{name} parameter is invalid. Received: {value}"
# Unknown: answer to a filter that is no Lucene query.
BAD_QUERY_TEXT = "Failed to parse query [{query}]"
# Unknown: how several unknown fields are named in one message.
UNKNOWN_FIELDS_SEPARATOR = ", "
# Unknown: answer to a topic name that does not exist in a GET path.
BAD_CATEGORY_TEXT = "Unknown category. Received: {name}"
# Unknown: answer to a city that does not exist in a GET path.
BAD_CITY_TEXT = "Unknown city. Received: {name}"

# --- GET /local and /search -----------------------------------------------------------------------------------------

# Known from 2018: /search looks back 24 hours. Unknown: whether it still does.
SEARCH_HOURS = 24
# Unknown: whether `q` is a Lucene query. Here it is words, all of which must stand in headline, summary or bylines;
# operators and quotes are none. Nothing shall lean on them.
# Unknown: which articles belong to a city. Here each event of a country with cities happens in one of them, and whoever
# writes about it is local (module cities). Only 5 of the 14 German regions are known by name; others do not exist here.
# Unknown: answer to a topic other than `All` in /local; here such a path does not exist.

# --- time ---------------------------------------------------------------------------------------------------------

# Unknown: whether an article published exactly at `from` or `to` belongs to the window.
FROM_INCLUSIVE = True
TO_INCLUSIVE = True
# Unknown: for how far `from` may be off; scripts that compute a week on their own clock would notice.
WINDOW_TOLERANCE_MS = 0
# Unknown: how far ahead the forecast looks; the help centre says twice the age, at most a day ahead.
PREDICTION_AHEAD_MAX_MS = 24 * 3_600_000

# --- filters ------------------------------------------------------------------------------------------------------

# Unknown: the operator between words that stand side by side. Classic Lucene says OR.
DEFAULT_OPERATOR = "OR"
# Unknown: whether a query of exclusions alone matches everything else.
EXCLUSIONS_ALONE_MATCH = True
# Unknown: how deep a query may nest.
NESTING_MAX = 200
# Unknown: wildcards, fuzzy terms, ranges, boosts, proximity, regular expressions. Refused: nothing shall lean on them.
UNSUPPORTED_SYNTAX_TEXT = "This sandbox does not imitate {kind} in a query, as support is not documented: [{query}]"
# Unknown: stemming and folding. Here words are compared in lower case, as they stand.
WORD = re.compile(r"\w+")
# Unknown: what search_full_text adds to. Here bare words are looked for in the body too, those of a field are not.
FULL_TEXT_FIELDS = ("full_text",)
# Unknown: whether `categories:` takes the id of "All" (here it matches everything).
ALL_TOPICS_MATCH = True
# Unknown: whether a topic filter takes in the topics below it.
TOPIC_INCLUDES_CHILDREN = False
# Unknown: whether `href:` compares the URL as it stands or a normal form; here as `normal_url` below.
# Unknown: whether siteStructure matches any part of the path; here the path must begin with it.
SITE_STRUCTURE_IS_PREFIX = True


VIDEO_PAGE = re.compile(r"(www\.)?youtube\.com/", re.IGNORECASE)


def normal_url(url: str) -> str:
    """Return the form under which two spellings of a URL are one.

    Unknown: how the API does it. Here scheme, `www.`, query, fragment and a closing slash do not count; only on
    youtube.com does the query, as it names the video.
    """
    rest = url.strip().split("://", 1)[-1].split("#", 1)[0]
    if not VIDEO_PAGE.match(rest):
        rest = rest.split("?", 1)[0]
    host, slash, path = rest.partition("/")
    return f"{host.lower().removeprefix('www.')}{slash}{path}".rstrip("/")


# --- related stories ----------------------------------------------------------------------------------------------

# Unknown: how similar two headlines must be: the share of words they have in common, of all words in either.
SIMILAR_HEADLINES = 0.5
# Unknown: whether names and numbers weigh more. Here this share of them must agree too; without it, "Flooding hits
# Eastmere" would be the story of "Flooding hits Caldwick".
SIMILAR_NAMES = 0.6
# Unknown: a cap on the related stories of one lead; None for no cap.
RELATED_MAX: int | None = None
# Unknown: whether total_match counts what grouping drops (same publisher, same headline). Here it does not.
TOTAL_MATCH_COUNTS_DROPPED = False


# Unknown: which stories are compared. Here the best by the sort, as many as were asked for.
def grouped_stories(ranked: Sequence[Story], size: int) -> Sequence[Story]:
    """Return the stories that are grouped among themselves, out of all that match, best first."""
    return ranked[:size]


# --- sizes, sorts, aggregates ---------------------------------------------------------------------------------------

# Unknown: the maximum of the influencer endpoints, as the page contradicts itself (500 and 5,000).
INFLUENCERS_SIZE_MAX = 500
# Unknown: how many posts one influencer lists.
REFERRALS_MAX = 50
# Unknown: whether articles without country or author make a bucket of their own; here they make none.
EMPTY_KEY_IS_BUCKET = False
# Unknown: whether GET endpoints still take sort_by and video_only; what is not listed here is ignored.
GET_OPTIONS = frozenset({"sort_by", "video_only"})
# Unknown: how true is spelled in a query string.
TRUE_TEXTS = frozenset({"true", "True", "1"})
# Unknown: where a bucket without values stands when sorted by that value, and a story without a ratio; here last.
RANK_OF_NOTHING = -1.0
# Unknown: the default sort of a long window; the current page says this, the one of 2018 said fb_tw_and_li.
DEFAULT_SORT_OF_LONG_WINDOWS = "fb_tw_overperforming"


# Unknown: how the sort by both ratios makes one number of them.
def combined_ratio(facebook: float, twitter: float) -> float:
    """Return what fb_tw_overperforming sorts by."""
    return max(facebook, twitter)


# Unknown: whether influencers are ordered by their best post or by all together.
def influencer_rank(reaches: Sequence[int]) -> int:
    """Return what an influencer is sorted by, from the reach of each post."""
    return sum(reaches)


# --- POST /fbPosts ------------------------------------------------------------------------------------------------

# Seen: "Native Video" and "Status". Unknown: how the other types are spelled in `post_type`.
POST_TYPES = {
    "native_video": "Native Video",
    "embedded_video": "Embedded Video",
    "live_video": "Live Video",
    "link": "Link",
    "photo": "Photo",
    "status": "Status",
}
# Unknown: what is in `fb_sponsor_tags`; here the names of brands.
# Unknown: whether `fb_data` of a post has likes, comments and shares beside the reactions, as that of an article has;
# here it has not.
# Unknown: how `page_name` and `external_link` are compared; here by the words in them, so `page_name:harbourpost` finds
# the page `harbourpost.page`.


# Unknown: which spellings of content_type are taken; a sample of the API's own sends "Status" for "status".
def plain_content_type(value: str) -> str:
    """Return a content type as it is listed."""
    return value.strip().lower().replace(" ", "_")


# --- POST /syndicatedArticles -------------------------------------------------------------------------------------

# No public copy has the whole page of this endpoint, and none has an answer: all of this is assumed.
SYNDICATION_MIN_FIELD = "min_match_rate"
SYNDICATION_MAX_FIELD = "max_match_rate"
SYNDICATION_ANSWER = "articles"
"""What holds the matched articles in the answer, beside `total_match`."""
MATCH_RATE_FIELD = "matched_rate"
MATCH_SOURCE_FIELD = "matched_sourceId"
"""Articles had fields of these two names until release 1.10.0 moved them here."""
# Known: topics_filter exists, and filters by `_type` and `_value`. Unknown: its form; here Lucene queries, one of which
# a topic of the source article must match, such as `_type:category AND _value:20`.
TOPICS_FILTER_FIELD = "topics_filter"
TOPIC_TYPE = "category"
# Unknown: members of syndication_query beside topics_filter; here they are ignored, and `{}` takes every source.
# Unknown: answer to a rate outside of 0 to 100, or to a minimum above the maximum.
BAD_RATE_TEXT = "{name} parameter is invalid. Received: {value}"
# Unknown: whether an article can match several sources. Here it matches one.
ASSUMED_HEADER = ("X-Sandbox-Assumed", "No public source has this endpoint's answer: it may look different.")
"""Stands on the sandbox's answers that are assumed as a whole."""

# --- GET cache ----------------------------------------------------------------------------------------------------

# Unknown: the exact lifetime ("about 3 minutes") and when it starts. Here time is cut into pieces of this length, so
# that the answer depends on the moment alone and not on who asked before.
GET_CACHE_SECONDS = 180
# Unknown: which header names the lifetime.
GET_CACHE_HEADER = ("Cache-Control", "private, max-age={seconds}")
