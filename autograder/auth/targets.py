"""Three weak verifiers to attack. Each has one known fault and a flag that it tells only to an administrator.

Secret keys, subjects and flags are random for each set, so a token that worked yesterday works nowhere else; the RSA
key, whose public half is published, is one for a process. They live in the checker: an attack sees what is published,
and the verifier's answer. No real file or network is involved.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import posixpath
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from autograder.auth.keys import rsa_key
from autograder.auth.tokens import mint_token
from autograder.errors import CheckFailed, NotAttempted

__all__ = ["WeakVerifier", "captures", "weak_verifiers"]

ISSUER, AUDIENCE = "https://auth.hopline.test", "hopline-admin"
_Signed = Callable[[Mapping[str, Any], bytes, bytes], bool]


class WeakVerifier:
    """A verifier with one fault.

    Args:
        name: what it is called in messages.
        public: what everyone may know: issuer, audience, the administrator's subject, a rider's token, and more.
        signed: whether header, signed bytes and signature go together; here is the fault.
    """

    def __init__(self, name: str, public: Mapping[str, Any], signed: _Signed) -> None:
        self.name, self.public, self._signed = name, dict(public), signed
        self.flag = f"hop-flag-{secrets.token_hex(8)}"

    def __repr__(self) -> str:
        return f"WeakVerifier({self.name!r})"

    def answer(self, token: object) -> str:
        """What the verifier says to whoever sends it this token."""
        try:
            claims = self._claims(token)
        except _RefusedError as refused:
            return f"401 Refused: {refused}"
        if claims.get("role") != "admin":
            return f"403 Welcome, {claims['sub']}. Your role is {claims.get('role')!r}; only 'admin' sees the flag."
        if claims["sub"] != self.public["admin"]:
            return f"403 {str(claims['sub'])[:80]!r} isn't an administrator."
        return f"200 Welcome, administrator. The flag is {self.flag}"

    def _claims(self, token: object) -> dict[str, Any]:
        """Everything but the signature is verified as it should be."""
        if not isinstance(token, str) or len(token) > 10_000 or token.count(".") != 2:
            raise _RefusedError("a token is a text of three parts with dots between them.")
        head, payload, signature = token.split(".")
        header, claims = _json(head, "header"), _json(payload, "payload")
        if not self._signed(header, f"{head}.{payload}".encode(), _decoded(signature, "signature")):
            raise _RefusedError("the signature doesn't fit.")
        now, expires = time.time(), claims.get("exp")
        if isinstance(expires, bool) or not isinstance(expires, int | float) or not now < expires < now + 86_400:
            raise _RefusedError("exp must be a number of seconds, in the future and at most one day ahead.")
        if claims.get("iss") != ISSUER:
            raise _RefusedError(f"iss must be {ISSUER}")
        if claims.get("aud") != AUDIENCE:
            raise _RefusedError(f"aud must be {AUDIENCE}")
        if not isinstance(claims.get("sub"), str):
            raise _RefusedError("sub must be a text.")
        return claims


def weak_verifiers() -> tuple[WeakVerifier, WeakVerifier, WeakVerifier]:
    """Open three verifiers with fresh keys, subjects and flags.

    The first accepts unsigned tokens; the second takes its public key for a shared secret when the header says HS256;
    the third reads its key from the file that the header names.
    """
    return _accepts_none(), _trusts_public_key(), _key_by_path()


def captures(target: WeakVerifier, forge: Callable[[dict[str, Any]], Any]) -> None:
    """Require that ``forge``, told what is public, returns a token that makes the target tell its flag.

    Raises:
        CheckFailed: with the verifier's answer. The tag is ``out-of-scope`` when the attack asked for something that
            isn't published.
    """
    try:
        token = forge(dict(target.public))
    except (CheckFailed, NotAttempted, NotImplementedError):
        raise
    except Exception as error:
        if isinstance(error, KeyError):
            raise CheckFailed(
                f"Your attack asks for {error}, which {target.name} doesn't publish.",
                advice=f"Work only with what is in `public`: {', '.join(target.public)}.",
                tag="out-of-scope",
            ) from None
        raise CheckFailed(
            f"Your attack on {target.name} stopped with {type(error).__name__}: {str(error)[:200]}",
            advice=f"Your function stopped with {type(error).__name__} before it returned a token.",
            tag="library-refuses" if type(error).__name__.startswith("Invalid") else "",
        ) from None
    said = target.answer(token)
    if target.flag not in said:
        raise CheckFailed(f"You sent the token to {target.name}. It answered: {said}", advice=f"It answered: {said}")


class _RefusedError(Exception):
    """The token isn't accepted."""


def _decoded(part: str, what: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _RefusedError(f"the {what} isn't base64url.") from None


def _json(part: str, what: str) -> dict[str, Any]:
    try:
        data = json.loads(_decoded(part, what))
    except (ValueError, RecursionError):
        raise _RefusedError(f"the {what} isn't JSON.") from None
    if not isinstance(data, dict):
        raise _RefusedError(f"the {what} isn't a JSON object.")
    return data


def _published(header: Mapping[str, Any], key: Any, **more: Any) -> dict[str, Any]:
    """What everyone may know: names, and the token of an ordinary rider as an example."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": f"rider-{secrets.randbelow(9000) + 1000}", "role": "rider"}
    sample = mint_token(header, {**claims, "exp": int(time.time()) + 3600}, key)
    admin = f"staff-{secrets.token_hex(4)}"
    return {"issuer": ISSUER, "audience": AUDIENCE, "admin": admin, "sample_token": sample, **more}


def _fits(key: bytes, signed: bytes, signature: bytes) -> bool:
    return hmac.compare_digest(_hs256(key, signed), signature)


def _hs256(key: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, signed, "sha256")


def _accepts_none() -> WeakVerifier:
    key = secrets.token_bytes(32)

    def signed(header: Mapping[str, Any], text: bytes, signature: bytes) -> bool:
        if str(header.get("alg")).lower() == "none":
            return True  # the fault: the token decides that it needs no signature
        return header.get("alg") == "HS256" and _fits(key, text, signature)

    return WeakVerifier("verifier 1", _published({"alg": "HS256", "typ": "JWT"}, key), signed)


def _trusts_public_key() -> WeakVerifier:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding

    private = rsa_key("weak verifiers")
    public = private.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def signed(header: Mapping[str, Any], text: bytes, signature: bytes) -> bool:
        if header.get("alg") == "HS256":
            return _fits(pem, text, signature)  # the fault: one key for all algorithms
        if header.get("alg") != "RS256":
            return False
        try:
            public.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    known = _published({"alg": "RS256", "typ": "JWT"}, private, public_key=pem.decode("ascii"))
    return WeakVerifier("verifier 2", known, signed)


def _key_by_path() -> WeakVerifier:
    name, notice = f"key-{secrets.token_hex(3)}", b"User-agent: *\nDisallow: /admin\n"
    key = secrets.token_bytes(32)
    files = {f"/srv/hopline/keys/{name}": key, "/dev/null": b"", "/srv/hopline/public/robots.txt": notice}

    def signed(header: Mapping[str, Any], text: bytes, signature: bytes) -> bool:
        if header.get("alg") != "HS256" or not isinstance(header.get("kid"), str):
            return False
        path = posixpath.normpath(posixpath.join("/srv/hopline/keys", header["kid"]))  # the fault: a name is a path
        found = files.get(path)
        if found is None:
            raise _RefusedError(f"there is no key file {path[:100]}")
        return _fits(found, text, signature)

    known = _published(
        {"alg": "HS256", "typ": "JWT", "kid": name},
        key,
        key_folder="/srv/hopline/keys",
        system="Linux",
        robots_txt=notice.decode("ascii"),
    )
    return WeakVerifier("verifier 3", known, signed)
