"""Services to inject that note every call: work and side effects are counted, never timed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["FakeGateway", "Mail", "RecordingHasher", "RecordingMailer"]


class RecordingHasher:
    """Hashes passwords fast and weakly, and notes each call in ``calls`` as ``(method, password)``.

    For checks only: it stands in for a slow hasher where the number of hashes matters.
    """

    __offered__ = ("hash", "verify", "needs_rehash")

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def hash(self, password: str) -> str:
        """A new text to store; two hashes of one password differ."""
        self.calls.append(("hash", password))
        return self._made(password, secrets.token_hex(8))

    def verify(self, stored: str, password: str) -> bool:
        """Whether the stored text belongs to the password; False for a text that is no hash."""
        self.calls.append(("verify", password))
        parts = stored.split("$") if isinstance(stored, str) else []
        return len(parts) == 3 and hmac.compare_digest(self._made(password, parts[1]), stored)

    def needs_rehash(self, stored: str) -> bool:
        """True for a text made by another hasher."""
        return not stored.startswith("recorded$")

    def count(self, method: str) -> int:
        return sum(name == method for name, _ in self.calls)

    @staticmethod
    def _made(password: str, salt: str) -> str:
        return f"recorded${salt}${hashlib.sha256(f'{salt}{password}'.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that would have been sent."""

    to: str
    subject: str
    text: str


class RecordingMailer:
    """Sends nothing; keeps what it was given in ``mails``."""

    __offered__ = ("send",)

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def send(self, to: str, subject: str, text: str) -> None:
        self.mails.append(Mail(to, subject, text))

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]


class FakeGateway:
    """Takes payments that cost nothing, once for each key, and notes every try in ``tries``.

    Args:
        failures: the exceptions to raise at the first tries, None for a try that works.
    """

    __offered__ = ("charge",)

    def __init__(self, failures: Iterable[Exception | None] = ()) -> None:
        self._failures = list(failures)
        self.tries: list[tuple[int, str]] = []
        self.charges: dict[str, int] = {}

    def charge(self, cents: int, key: str) -> str:
        """Charge once; the same key again gives the same reference and takes no more money."""
        self.tries.append((cents, key))
        if self._failures and (failure := self._failures.pop(0)) is not None:
            raise failure
        if self.charges.setdefault(key, cents) != cents:
            raise ValueError("This key was used for another amount.")
        return f"pay_{list(self.charges).index(key) + 1}"
