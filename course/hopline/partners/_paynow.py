"""PayNow: takes money once for every idempotency key, and lists what was paid."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from hopline._dice import Dice
from hopline.partners._partner import Answer, Call, Now, Partner, Refusal, standing_still

MOST_CENTS = 1_000_000
LONGEST_KEY = 255


@dataclass
class _Kept:
    """The first answer to a key, for repeats. `busy` counts the repeats that come too early."""

    fingerprint: str
    answer: Answer
    busy: int


class PayNow(Partner):
    """The payment partner.

    ``POST /charges`` takes ``{"trip_id": 7, "amount_cents": 1250, "card": "card_ok"}``; ``card`` may be left out.
    With an ``Idempotency-Key``, the same request gets the same answer again, without a second charge; the same key with
    another body gets 422. Without a key, every request charges. ``GET /charges?trip_id=7`` lists charges, ``GET
    /payments`` lists payments page by page: the ``Link`` field says where to go on, and page numbers don't exist.

    Args:
        seed: makes the payments of the past.
        past: how many of them there are.
        per_page: payments on a page.
        busy: how many repeats of a key get 409 "in progress" before the answer is ready.
        token: what clients must send as bearer token; None asks for nothing.
        declined: cards that are turned down with 402.
        now: asked for the time of a charge.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        past: int = 25,
        per_page: int = 10,
        busy: int = 0,
        token: str | None = None,
        declined: frozenset[str] = frozenset({"card_declined"}),
        now: Now = standing_still,
    ) -> None:
        self.payments = _past_payments(seed, past)
        self.charges: list[dict[str, Any]] = []
        self.per_page, self.busy, self.token, self.declined = per_page, busy, token, declined
        self._now = now
        self._kept: dict[str, _Kept] = {}

    def routes(self) -> Mapping[str, Mapping[str, Callable[..., Answer]]]:
        """Charges, and the list of payments."""
        return {
            "/charges": {"POST": self._charge, "GET": self._charges},
            "/charges/*": {"GET": self._one_charge},
            "/payments": {"GET": self._page},
        }

    def charged_cents(self, trip_id: int) -> int:
        """What was taken for a trip in all."""
        return sum(charge["amount_cents"] for charge in self.charges if charge["trip_id"] == trip_id)

    def _charge(self, call: Call) -> Answer:
        self._authenticate(call)
        wanted, key = _charge_of(call.json()), call.header("Idempotency-Key")
        if key is None:
            return self._take(wanted)
        if not 1 <= len(key) <= LONGEST_KEY:
            raise Refusal(400, "malformed_key", f"A key has 1 to {LONGEST_KEY} characters.")
        fingerprint = json.dumps(wanted, sort_keys=True)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = _Kept(fingerprint, self._take(wanted), self.busy)
            return kept.answer
        if kept.fingerprint != fingerprint:
            raise Refusal(422, "key_reused", "This key belongs to a request with another body.")
        if kept.busy > 0:
            kept.busy -= 1
            raise Refusal(409, "in_progress", "The first request is being worked on.", {"Retry-After": "1"})
        return Answer(kept.answer.status, kept.answer.content, {**kept.answer.headers, "Idempotent-Replayed": "true"})

    def _take(self, wanted: dict[str, Any]) -> Answer:
        if wanted["card"] in self.declined:
            return Refusal(402, "card_declined", "The bank turned the card down.").answer
        charge = {
            "charge_id": f"ch_{len(self.charges) + 1:04d}",
            **wanted,
            "status": "succeeded",
            "created_at": f"{self._now():%Y-%m-%dT%H:%M:%SZ}",
        }
        self.charges.append(charge)
        return Answer(201, charge, {"Location": f"/charges/{charge['charge_id']}"})

    def _charges(self, call: Call) -> Answer:
        self._authenticate(call)
        trip_id = call.query.get("trip_id")
        return Answer(200, {"charges": [c for c in self.charges if trip_id in (None, str(c["trip_id"]))]})

    def _one_charge(self, call: Call, charge_id: str) -> Answer:
        self._authenticate(call)
        for charge in self.charges:
            if charge["charge_id"] == charge_id:
                return Answer(200, charge)
        raise Refusal(404, "unknown_charge", "There is no such charge.")

    def _page(self, call: Call) -> Answer:
        self._authenticate(call)
        start = _position(call.query.get("cursor"))
        end = start + self.per_page
        links = [f'<{call.root}/payments>; rel="first"']
        if end < len(self.payments):
            links.append(f'<{call.root}/payments?cursor={_cursor(end)}>; rel="next"')
        return Answer(200, {"payments": self.payments[start:end]}, {"Link": ", ".join(links)})

    def _authenticate(self, call: Call) -> None:
        given = (call.header("Authorization") or "").removeprefix("Bearer ")
        if self.token is not None and not compare_digest(given.encode(), self.token.encode()):
            raise Refusal(401, "unauthorized", "The token is wrong or missing.", {"WWW-Authenticate": "Bearer"})


def _charge_of(given: dict[str, Any]) -> dict[str, Any]:
    trip_id, cents, card = given.get("trip_id"), given.get("amount_cents"), given.get("card", "card_ok")
    if type(trip_id) is not int or trip_id < 1:
        raise Refusal(422, "invalid_trip", "trip_id must be a whole number from 1.")
    if type(cents) is not int or not 1 <= cents <= MOST_CENTS:
        raise Refusal(422, "invalid_amount", f"amount_cents must be a whole number from 1 to {MOST_CENTS}.")
    if type(card) is not str:
        raise Refusal(422, "invalid_card", "card must be a text.")
    return {"trip_id": trip_id, "amount_cents": cents, "card": card}


def _past_payments(seed: int, count: int) -> list[dict[str, Any]]:
    dice = Dice(seed, "payments")
    return [
        {"payment_id": f"pay_{number:04d}", "trip_id": 1_000 + number, "amount_cents": dice.between(250, 9_999)}
        for number in range(1, count + 1)
    ]


def _cursor(position: int) -> str:
    return urlsafe_b64encode(f"from:{position}".encode()).decode().rstrip("=")


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        name, _, position = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        if name == "from" and position.isascii() and position.isdigit() and len(position) < 10:
            return int(position)
    except ValueError:
        pass
    raise Refusal(400, "malformed_cursor", "This cursor isn't one of ours.")
