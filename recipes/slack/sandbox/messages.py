"""What a message must hold."""

import json
from typing import Any
from urllib.parse import parse_qs

from .refusals import INVALID_BLOCKS, INVALID_PAYLOAD, NO_TEXT, TOO_MANY_ATTACHMENTS, RefusedError

BLOCKS_MAX = 50
SECTION_TEXT_MAX = 3000
ATTACHMENTS_MAX = 100


def read_message(body: bytes, kind: str) -> dict[str, Any]:
    """Return the message out of a JSON body, or out of the field `payload` of a form."""
    if kind.startswith("application/x-www-form-urlencoded"):
        body = parse_qs(body.decode(errors="replace")).get("payload", [""])[0].encode()
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(INVALID_PAYLOAD) from None
    if not isinstance(message, dict):
        raise RefusedError(INVALID_PAYLOAD)
    return message


def check_message(message: dict[str, Any]) -> None:
    """Refuse a message that shows nothing, or more than Slack allows."""
    text, blocks, attachments = (message.get(name) for name in ("text", "blocks", "attachments"))
    # Unknown: whether a text of the wrong type is a broken payload, and a blank one is none.
    if not isinstance(text, str | None):
        raise RefusedError(INVALID_PAYLOAD)
    if isinstance(attachments, list) and len(attachments) > ATTACHMENTS_MAX:
        raise RefusedError(TOO_MANY_ATTACHMENTS)
    if blocks and not _are_blocks(blocks):
        raise RefusedError(INVALID_BLOCKS)
    if not (text or "").strip() and not blocks and not attachments:
        raise RefusedError(NO_TEXT)


def _are_blocks(blocks: Any) -> bool:
    return isinstance(blocks, list) and len(blocks) <= BLOCKS_MAX and all(map(_is_block, blocks))


def _is_block(block: Any) -> bool:
    """Tell whether a block has a type, and a section texts that are neither empty nor too long.

    Unknown here: the rules for the other types of blocks, which pass as they are.
    """
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        return False
    return block["type"] != "section" or _is_section(block)


def _is_section(block: dict[str, Any]) -> bool:
    fields = block.get("fields", [])
    texts = [block["text"], *fields] if "text" in block else fields
    return bool(texts) and all(map(_is_text, texts))


def _is_text(text: Any) -> bool:
    if not isinstance(text, dict) or text.get("type") not in ("mrkdwn", "plain_text"):
        return False
    words = text.get("text")
    return isinstance(words, str) and 1 <= len(words) <= SECTION_TEXT_MAX
