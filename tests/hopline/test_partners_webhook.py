"""Webhooks: signed over what was sent, byte by byte."""

import json
from datetime import UTC, datetime

import pytest
from hopline.partners import signature, webhook

EVENT = {"event_id": "evt_1", "type": "charge.succeeded", "amount_cents": 1_250, "note": "Café"}


@pytest.mark.parametrize(
    ("secret", "timestamp", "body"), [("other", 1_741_078_800, b"{}"), ("s", 1, b"{}"), ("s", 1_741_078_800, b"{ }")]
)
def test_every_part_counts(secret, timestamp, body):
    """Another secret, time or byte is another signature."""
    assert signature(secret, timestamp, body) != signature("s", 1_741_078_800, b"{}")


def test_the_signature_is_the_one_that_others_compute():
    """HMAC-SHA256 over `timestamp.body`: `printf '1741078800.{}' | openssl dgst -sha256 -hmac s`."""
    expected = "79d5e85e0c533a77cea4e96892398b6359fa454d26d3054b115209b155db45e8"
    assert signature("s", 1_741_078_800, b"{}") == signature(b"s", 1_741_078_800, b"{}") == expected


def test_a_call_carries_time_signature_and_the_bytes_that_were_signed():
    """A moment and its seconds are the same; text beyond ASCII is sent as UTF-8."""
    headers, body = webhook(EVENT, "s", datetime(2025, 3, 4, 9, tzinfo=UTC))
    assert (headers, body) == webhook(EVENT, "s", 1_741_078_800)
    assert json.loads(body) == EVENT
    assert "Café".encode() in body
    assert headers == {
        "Content-Type": "application/json",
        "PayNow-Timestamp": "1741078800",
        "PayNow-Signature": f"v1={signature('s', 1_741_078_800, body)}",
    }


def test_two_secrets_make_two_signatures():
    """As during a rotation; and malformed JSON can be signed as well as any bytes."""
    headers, body = webhook(b'{"broken', ["old", b"new"], 7)
    assert body == b'{"broken'
    assert headers["PayNow-Signature"] == f"v1={signature('old', 7, body)},v1={signature('new', 7, body)}"
