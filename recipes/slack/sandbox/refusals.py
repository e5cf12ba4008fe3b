"""What Slack says when it takes no message: a status and one word."""

from typing import NamedTuple


class Refusal(NamedTuple):
    """An answer to a message that is not posted.

    Attributes:
        status: HTTP status.
        word: The whole body.
        headers: Those that only this answer has.
    """

    status: int
    word: str
    headers: tuple[tuple[str, str], ...] = ()


class RefusedError(Exception):
    """A message is not posted."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.word)
        self.refusal = refusal


INVALID_PAYLOAD = Refusal(400, "invalid_payload")
NO_TEXT = Refusal(400, "no_text")
INVALID_BLOCKS = Refusal(400, "invalid_blocks")
TOO_MANY_ATTACHMENTS = Refusal(400, "too_many_attachments")
INVALID_TOKEN = Refusal(403, "invalid_token")
ACTION_PROHIBITED = Refusal(403, "action_prohibited")
NO_TEAM = Refusal(404, "no_team")  # Unknown: its status
NO_SERVICE = Refusal(404, "no_service")
CHANNEL_NOT_FOUND = Refusal(404, "channel_not_found")
CHANNEL_IS_ARCHIVED = Refusal(410, "channel_is_archived")
ROLLUP_ERROR = Refusal(500, "rollup_error")
# Unknown: the word. About one message a second is allowed, and the header tells how many seconds to wait.
RATE_LIMITED = Refusal(429, "rate_limited", (("Retry-After", "30"),))
