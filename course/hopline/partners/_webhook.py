"""The other direction: PayNow calls Hopline, and signs what it sends."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

TIMESTAMP_FIELD = "PayNow-Timestamp"
SIGNATURE_FIELD = "PayNow-Signature"


def webhook(
    event: Mapping[str, Any] | bytes, secret: str | bytes | Sequence[str | bytes], at: datetime | int
) -> tuple[dict[str, str], bytes]:
    """Make the headers and the body of a webhook call.

    Args:
        event: what happened, such as ``{"event_id": "evt_1", "type": "charge.succeeded", …}``; bytes are sent as they
            are.
        secret: signs the call. Several secrets, as during a rotation, make several signatures.
        at: when it is sent: an aware moment, or seconds since 1970.

    Returns:
        The header fields, with ``PayNow-Timestamp: 1741078800`` and ``PayNow-Signature: v1=<hex>,v1=<hex>``, and the
        body.
    """
    body = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode()
    seconds = int(at.timestamp()) if isinstance(at, datetime) else int(at)
    secrets = [secret] if isinstance(secret, str | bytes) else list(secret)
    signatures = ",".join(f"v1={signature(one, seconds, body)}" for one in secrets)
    headers = {"Content-Type": "application/json", TIMESTAMP_FIELD: str(seconds), SIGNATURE_FIELD: signatures}
    return headers, body


def signature(secret: str | bytes, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over ``timestamp.body``, in hexadecimal."""
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
