"""RSA keys for tests: making one takes as long as a hundred requests, so each is made once for a process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["rsa_key"]


@cache
def rsa_key(name: str) -> RSAPrivateKey:  # noqa: ARG001 - the cache tells names apart
    """Return the RSA key of 2,048 bits that has this name in this process and those that it forks.

    >>> rsa_key("march") is rsa_key("march")
    True
    """
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    return generate_private_key(public_exponent=65537, key_size=2048)
