"""The NewsWhip API, imitated in this process: no network, no key, invented data.

What is imitated: every current operation with its paths, parameters, defaults, limits, the filter language, sort
orders, errors and the form of the answers, as the public documentation of the API describes them
(https://developer.newswhip.com) and as published answers show. What those leave open is decided in `assumptions`, one
name each. The answer of /syndicatedArticles stands in no public source and is assumed as a whole.

What is invented: every publisher, person, place, company, headline and number. They follow from one seed, so the same
request at the same moment gets the same bytes everywhere. The moment is `environ["recipe_runner.now"]` (epoch seconds)
if it is there, else the clock of the process; articles appear, grow and settle as it moves.
"""

from .app import app

__all__ = ["app"]
