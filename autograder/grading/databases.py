"""Connections that both sides made in a setup cell: what one side writes, the other finds.

Only where the author's own solution needs it: else a learner could change the data that a test takes its truth from.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from autograder.grading.specials import Powers
from autograder.values import Json

__all__ = ["Databases", "answer_content", "answer_load"]

_MOST = 4 << 20  # bytes of a database that may cross
Ask = Callable[..., Mapping[str, Any]]


def content(connection: sqlite3.Connection) -> bytes:
    """All that a database holds; empty when it can't be had. What is uncommitted counts, and is committed."""
    with contextlib.suppress(sqlite3.Error):
        connection.commit()
        data = connection.serialize()
        return data if len(data) <= _MOST else b""
    return b""


def load(connection: sqlite3.Connection, data: bytes) -> None:
    """Make a database hold what another one held."""
    with contextlib.suppress(sqlite3.Error):
        connection.commit()
        connection.deserialize(data)


class Databases:
    """The checker's connections that have a twin over there.

    Args:
        twins: every twin by its name; may grow.
        ask: asks the learner's process.
    """

    def __init__(self, twins: Mapping[str, object], ask: Ask) -> None:
        self._twins, self._ask = twins, ask
        self._common: dict[str, tuple[str, str]] = {}  # digests of both sides when they were last the same

    def push(self, powers: Powers) -> None:
        """Before a call: what this side has written goes over."""
        for name, connection in self._connections(powers):
            data = content(connection)
            if self._changed(name, _digest(data), 0) and powers.may(f"database {name}"):
                told = self._ask("load", name=name, data=base64.b64encode(data).decode("ascii"))
                self._common[name] = _digest(data), str(told.get("digest"))

    def pull(self, powers: Powers) -> None:
        """After a call or a cell: what the learner's side has written comes here."""
        for name, connection in self._connections(powers):
            digest = str(self._ask("content", name=name, only="digest").get("digest"))
            if self._changed(name, digest, 1) and powers.may(f"database {name}"):
                data = base64.b64decode(str(self._ask("content", name=name, only="data").get("data")))
                load(connection, data)
                self._common[name] = _digest(content(connection)), digest

    def note(self) -> None:
        """After a setup cell: both sides hold the same now."""
        for name, connection in self._sqlite():
            digest = str(self._ask("content", name=name, only="digest").get("digest"))
            self._common[name] = _digest(content(connection)), digest

    def _changed(self, name: str, digest: str, side: int) -> bool:
        return self._common.get(name, (digest, digest))[side] != digest

    def _connections(self, powers: Powers) -> list[tuple[str, sqlite3.Connection]]:
        return [(name, one) for name, one in self._sqlite() if powers.could(f"database {name}")]

    def _sqlite(self) -> list[tuple[str, sqlite3.Connection]]:
        return [(name, one) for name, one in self._twins.items() if isinstance(one, sqlite3.Connection)]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def answer_content(connection: object, only: str) -> dict[str, Json]:
    """The learner's side: what a connection holds, or a digest of it."""
    data = content(connection) if isinstance(connection, sqlite3.Connection) else b""
    told = {"digest": _digest(data)} if only == "digest" else {"data": base64.b64encode(data).decode("ascii")}
    return {"value": None, **told}


def answer_load(connection: object, data: str) -> dict[str, Json]:
    """The learner's side: take over what the checker's connection holds."""
    if isinstance(connection, sqlite3.Connection):
        load(connection, base64.b64decode(data))
        return {"value": None, "digest": _digest(content(connection))}
    return {"value": None, "digest": ""}
