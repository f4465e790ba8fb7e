"""Tokens made by hand, right or wrong: a token library refuses to make most of those that a verifier must refuse.

Terms as in RFC 7515 (JWS), RFC 7517 (JWK) and RFC 7519 (JWT).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

__all__ = ["b64url", "jwk", "mint_token"]

_HASHES = {"256": "sha256", "384": "sha384", "512": "sha512"}
Part = Mapping[str, Any] | bytes | str


def b64url(data: bytes) -> str:
    """Base64 with the URL-safe alphabet and without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def mint_token(
    header: Part, claims: Part, key: Any, *, signature: bytes | str | None = None, algorithm: str | None = None
) -> str:
    """Make a token exactly as asked, whether it is sound or not.

    Args:
        header: a mapping becomes JSON; bytes are encoded as they are; a text is the encoded part itself.
        claims: the same for the second part.
        key: bytes for HS256, HS384 and HS512; an RSA private key for RS256, RS384 and RS512; None for no signature.
        signature: what to put in the third part instead of signing: bytes are encoded, a text is the part itself.
        algorithm: how to sign, whatever the header says. Without it the header's ``alg`` decides where it names a
            signing algorithm that fits the key, else HS256 or RS256.

    Returns:
        Three parts, joined by dots.
    """
    signed = f"{_part(header)}.{_part(claims)}"
    if signature is None:
        signature = _sign(signed.encode("ascii"), key, algorithm or _named(header, key))
    return f"{signed}.{signature if isinstance(signature, str) else b64url(signature)}"


def jwk(key: Any, kid: str, **fields: Any) -> dict[str, Any]:
    """The public half of an RSA key, or a shared secret, as a JSON Web Key (RFC 7517, 4).

    Args:
        key: an RSA private key, an RSA public key, or bytes.
        kid: its name.
        fields: members to add or to replace; ``use=None`` leaves ``use`` out.
    """
    if isinstance(key, bytes):
        made: dict[str, Any] = {"kty": "oct", "kid": kid, "use": "sig", "alg": "HS256", "k": b64url(key)}
    else:
        numbers = (key.public_key() if hasattr(key, "public_key") else key).public_numbers()
        made = {
            "kty": "RSA",
            "kid": kid,
            "use": "sig",
            "alg": "RS256",
            "n": _number(numbers.n),
            "e": _number(numbers.e),
        }
    return {name: value for name, value in {**made, **fields}.items() if value is not None}


def _number(value: int) -> str:
    return b64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _part(part: Part) -> str:
    if isinstance(part, str):
        return part
    return b64url(part if isinstance(part, bytes) else json.dumps(part, separators=(",", ":")).encode())


def _named(header: Part, key: Any) -> str:
    """The header's algorithm if it is one that the key can do, else the usual one for such a key."""
    family = "HS" if isinstance(key, bytes) else "RS"
    named = str(header.get("alg")) if isinstance(header, Mapping) else ""
    return named if named[:2] == family and named[2:] in _HASHES else f"{family}256"


def _sign(signed: bytes, key: Any, algorithm: str) -> bytes:
    if key is None:
        return b""
    digest = _HASHES[algorithm[2:]]
    if isinstance(key, bytes):
        return hmac.new(key, signed, getattr(hashlib, digest)).digest()
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    made: bytes = key.sign(signed, padding.PKCS1v15(), getattr(hashes, digest.upper())())
    return made
