"""Identity and security: hand-made tokens, services that log their calls, and weak verifiers to attack."""

from autograder.auth.keys import rsa_key
from autograder.auth.recorders import FakeGateway, Mail, RecordingHasher, RecordingMailer
from autograder.auth.refusals import refuses
from autograder.auth.targets import WeakVerifier, captures, weak_verifiers
from autograder.auth.tokens import b64url, jwk, mint_token

__all__ = [
    "FakeGateway",
    "Mail",
    "RecordingHasher",
    "RecordingMailer",
    "WeakVerifier",
    "b64url",
    "captures",
    "jwk",
    "mint_token",
    "refuses",
    "rsa_key",
    "weak_verifiers",
]
