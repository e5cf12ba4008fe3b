"""Which methods of HTTP change nothing, and by which headers another one is meant."""

from typing import Final

READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OTHER_METHOD: Final = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
"""Headers by which some servers take another method than the one of the request."""
