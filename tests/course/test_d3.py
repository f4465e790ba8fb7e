"""D3.3's bad tokens: each is caught by one check group, and is the only one that tells its own weak verifier apart."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path

import pytest

from autograder.notebooks.master import read_module
from autograder.notebooks.model import Passage

MASTER = Path(__file__).parents[2] / "course" / "d3_tokens" / "d3_tokens.py"
ISSUER, AUDIENCE, LIMIT = "https://auth.hopline.test", "hopline-api", 8192
MISSING = {
    "no exp": "exp",
    "no iat": "iat",
    "no sub": "sub",
    "no jti": "jti",
    "aud missing": "aud",
    "iss missing": "iss",
}
TOKENS = (
    "wrong key", "unsigned", "alg none", "alg NONE", "alg HS384", "crit unknown",
    *MISSING,
    "exp text", "exp 60 s ago", "nbf ahead", "iat far ahead", "aud a list of others", "aud wrong", "iss with a slash",
    "sub number", "sub empty",
    "ID token", "refresh token", "nested", "huge",
)  # fmt: skip


def part(text):
    return base64.urlsafe_b64decode(text + "==")


def signed(header, text, signature, key, weak):
    """Whether the signature is good enough for a verifier with this weakness."""
    algorithm = header["alg"]
    if algorithm in ("none", "NONE"):
        return weak == f"alg {algorithm}"
    if algorithm == "HS384" and weak == "alg HS384":
        return hmac.compare_digest(hmac.digest(key, text, hashlib.sha384), signature)
    if algorithm != "HS256":
        return False
    if not signature:
        return weak == "unsigned"
    return weak == "wrong key" or hmac.compare_digest(hmac.digest(key, text, hashlib.sha256), signature)


def audience_fits(audience, weak):
    if isinstance(audience, list):
        return AUDIENCE in audience or weak == "aud a list of others"
    return audience == AUDIENCE or (isinstance(audience, str) and weak == "aud wrong")


def times_fit(claims, weak):
    now, expires = time.time(), claims.get("exp", float("inf"))
    if isinstance(expires, str):
        return weak == "exp text"
    return (
        expires > now - (90 if weak == "exp 60 s ago" else 30)
        and (weak == "nbf ahead" or claims.get("nbf", 0) <= now + 30)
        and (weak == "iat far ahead" or claims.get("iat", 0) <= now + 30)
    )


def verifier(refused, weak=""):
    """A verifier that keeps D3.3's whole policy but one rule."""

    def user_of(token, key):
        if len(token) > LIMIT and weak != "huge":
            raise refused("too long")
        head, body, signature = token.split(".")
        header = json.loads(part(head))
        if not signed(header, f"{head}.{body}".encode(), part(signature), key, weak):
            raise refused("signature")
        if "crit" in header and weak != "crit unknown":
            raise refused("crit")
        kinds = {"at+jwt"} | {"ID token": {"JWT"}, "refresh token": {"rt+jwt"}}.get(weak, set())
        if header.get("typ") not in kinds:
            raise refused("typ")
        if weak == "nested" and header.get("cty") == "JWT":
            return user_of(part(body).decode(), key)
        claims = json.loads(part(body))
        if {"exp", "iat", "sub", "jti", "aud", "iss"} - claims.keys() - {MISSING.get(weak)}:
            raise refused("missing")
        issuer = claims.get("iss", ISSUER)
        if (issuer.rstrip("/") if weak == "iss with a slash" else issuer) != ISSUER:
            raise refused("iss")
        if not audience_fits(claims.get("aud", AUDIENCE), weak) or not times_fit(claims, weak):
            raise refused("aud or time")
        user = claims.get("sub", "nobody")
        if (isinstance(user, int) and weak != "sub number") or (user == "" and weak != "sub empty"):
            raise refused("sub")
        return user

    def authenticate(token, key):
        try:
            return user_of(token, key)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise refused(str(error)) from None

    return authenticate


@pytest.fixture(scope="module")
def judged():
    """Run D3.3's hidden checks on a verifier: the names they leave, and the groups that fail with their tags."""
    module = read_module(MASTER)
    setups = [part.cell.source for part in module.parts if isinstance(part, Passage) and part.role == "setup"]
    question = next(question for question in module.questions if question.id == "D3.3")
    space = {"__name__": "__main__"}
    for source in setups:
        exec(source, space)

    def judge(weak=""):
        space["authenticate"] = verifier(space["Unauthorized"], weak)
        exec(question.hidden.source, space)
        groups = space["q"].result().check.groups
        return space, [(group.name, group.tag) for group in groups if group.points < group.max]

    return judge


def test_the_strict_verifier_passes_every_group(judged):
    assert judged()[1] == []


def test_the_table_names_every_bad_token(judged):
    rows = [(name, tag) for group in judged()[0]["bad"].values() for name, tag, _, _ in group]
    assert tuple(name for name, _ in rows) == TOKENS
    assert all(tag for _, tag in rows)


@pytest.mark.parametrize("weak", TOKENS)
def test_one_token_tells_the_weak_verifier_apart(judged, weak):
    """A verifier that lacks one rule accepts exactly one of the tokens, fails exactly one group, and shows its tag."""
    space, failed = judged(weak)
    refused, rows = space["Unauthorized"], [row for group in space["bad"].values() for row in group]
    accepted = []
    for name, tag, _, token in rows:
        try:
            space["authenticate"](token, space["key"])
        except refused:
            continue
        accepted.append((name, tag))
    assert [name for name, _ in accepted] == [weak]
    assert [tag for _, tag in failed] == [accepted[0][1]]
    print(f"{weak:22} {failed[0][1]:14} {failed[0][0]}")
