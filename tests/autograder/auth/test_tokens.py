"""Hand-made tokens: what a library would make comes out the same, and what it refuses to make can be made."""

import json
import subprocess
import sys

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from autograder.auth import b64url, jwk, mint_token

KEY = bytes(range(32))
CLAIMS = {"sub": "7", "role": "rider"}


@pytest.fixture(scope="module")
def private():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_library_accepts_a_token_that_is_sound(algorithm):
    token = mint_token({"alg": algorithm}, CLAIMS, KEY * 2)
    assert jwt.decode(token, KEY * 2, algorithms=[algorithm]) == CLAIMS


def test_rs256_fits_the_public_key(private):
    token = mint_token({"alg": "RS256"}, CLAIMS, private)
    assert jwt.decode(token, private.public_key(), algorithms=["RS256"]) == CLAIMS


def test_the_header_may_lie_about_the_algorithm():
    token = mint_token({"alg": "HS512"}, CLAIMS, KEY, algorithm="HS256")
    told = jwt.get_unverified_header(token)["alg"]
    signed, _, signature = token.rpartition(".")
    assert told == "HS512"
    assert signature == mint_token(*signed.split("."), KEY).rpartition(".")[2]


def test_an_unknown_algorithm_is_signed_in_the_usual_way():
    assert mint_token({"alg": "none"}, CLAIMS, KEY).count(".") == 2
    assert not mint_token({"alg": "none"}, CLAIMS, KEY).endswith(".")


def test_no_key_means_no_signature():
    assert mint_token({"alg": "none"}, CLAIMS, None).endswith(".")


def test_texts_are_parts_as_they_stand_and_bytes_are_encoded():
    assert mint_token("a", b"[1]", None, signature="c=\n") == "a.WzFd.c=\n"
    assert mint_token("a", "b", KEY, signature=b"\xff\xfe") == "a.b.__4"


def test_base64_is_url_safe_and_unpadded():
    assert b64url(b"\xfb\xff\xfe\xff") == "-__-_w"


def test_a_public_key_becomes_a_jwk_that_a_library_reads(private):
    made = jwk(private, "2025-03")
    assert {"n", "e"} <= made.keys() >= {"kid", "use"}
    assert "d" not in made
    token = mint_token({"alg": "RS256", "kid": "2025-03"}, CLAIMS, private)
    assert jwt.decode(token, jwt.PyJWK(json.loads(json.dumps(made))), algorithms=["RS256"]) == CLAIMS


def test_members_of_a_jwk_can_be_added_and_left_out():
    assert jwk(KEY, "old", use=None, alg="HS384") == {"kty": "oct", "kid": "old", "alg": "HS384", "k": b64url(KEY)}


def test_importing_loads_neither_library():
    code = "import sys, autograder.auth; sys.exit(any(name in sys.modules for name in ('jwt', 'cryptography')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
