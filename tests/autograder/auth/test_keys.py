"""RSA keys that are made once."""

from __future__ import annotations

import subprocess
import sys

from autograder.auth import mint_token, rsa_key

PRINT = "from autograder.auth import rsa_key; print(rsa_key('a').public_key().public_numbers().n)"


def test_a_name_has_one_key() -> None:
    """Of the size that RS256 asks for (RFC 7518, 3.3), and another than the next name's."""
    assert rsa_key("a") is rsa_key("a")
    assert rsa_key("a").key_size == 2048
    assert rsa_key("a").private_numbers() != rsa_key("b").private_numbers()
    assert mint_token({"alg": "RS256"}, {}, rsa_key("a")).count(".") == 2


def test_another_process_has_other_keys() -> None:
    """Who knows one knows none of the grader's."""
    done = subprocess.run([sys.executable, "-c", PRINT], capture_output=True, text=True, check=True)
    assert int(done.stdout) != rsa_key("a").public_key().public_numbers().n
