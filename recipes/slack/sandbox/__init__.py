"""Slack's incoming webhooks, imitated in this process: no network, no key, and nothing is posted anywhere.

What is imitated: the address as the key, the checks of a message, and the answers, a word of plain text each, as the
public documentation describes them (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). What
it leaves open is decided where it is needed, behind the word "Unknown". Nothing is remembered between two messages.
"""

from .app import app

__all__ = ["app"]
