"""SMS: sends short messages, a few a minute to each number."""

import re
from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from hopline.partners._partner import Answer, Call, Now, Partner, Refusal, standing_still

LONGEST_TEXT = 160


class Sms(Partner):
    """Answers ``POST /messages`` with ``{"to": "+351210000001", "text": "…"}``. What was sent is in `messages`.

    Args:
        limit: messages to one number within `window` seconds; one more gets 429 and ``Retry-After``.
        window: seconds.
        now: asked for the time.
    """

    def __init__(self, *, limit: int = 3, window: int = 60, now: Now = standing_still) -> None:
        self.messages: list[dict[str, Any]] = []
        self._limit, self._window, self._now = limit, window, now
        self._sent: dict[str, list[float]] = {}

    def routes(self) -> Mapping[str, Mapping[str, Callable[..., Answer]]]:
        """One resource."""
        return {"/messages": {"POST": self._send}}

    def _send(self, call: Call) -> Answer:
        wanted = call.json()
        to, text = wanted.get("to"), wanted.get("text")
        if not isinstance(to, str) or not re.fullmatch(r"\+[1-9][0-9]{6,14}", to):
            raise Refusal(422, "invalid_number", "to must be a number such as +351210000001.")
        if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_TEXT:
            raise Refusal(422, "invalid_text", f"text must have 1 to {LONGEST_TEXT} characters.")
        moment = self._now().timestamp()
        recent = [sent for sent in self._sent.get(to, []) if sent > moment - self._window]
        if len(recent) >= self._limit:
            wait = max(1, ceil(recent[-self._limit] + self._window - moment))
            raise Refusal(429, "too_many_messages", "Too many messages to this number.", {"Retry-After": str(wait)})
        self._sent[to] = [*recent, moment]
        message = {"message_id": f"sms_{len(self.messages) + 1:04d}", "to": to, "text": text}
        self.messages.append(message)
        return Answer(202, {**message, "status": "queued"})
