"""The httpbin package: as it is, and without its remark on what else could be installed."""

import logging

logging.getLogger("httpbin").setLevel(logging.ERROR)

from httpbin import app  # noqa: E402 - it remarks while it is imported

__all__ = ["app"]
