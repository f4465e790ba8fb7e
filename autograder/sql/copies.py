"""Private copies of a database, in memory, so that a learner's text never touches the database itself.

A copy on which a query only read is as good as new: it is kept and handed out again for a database of the same bytes.
No rule about when a copy grows stale can be wrong then, and SQLite need not read the schema again for every query,
which takes longer than most queries do.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing

from autograder.sql.query import QueryError

__all__ = ["Readable", "image_of", "private_copy", "readable", "reading_copy"]

Readable = sqlite3.Connection | bytes
"""A database that can be asked: open, or as the bytes that `image_of` gives."""

_MOST, _LARGEST = 48, 1 << 20  # copies, and bytes of one
_kept: list[tuple[bytes, sqlite3.Connection]] = []  # those that nobody uses, the latest first
_lock = threading.Lock()


@contextlib.contextmanager
def reading_copy(on: Readable) -> Iterator[sqlite3.Connection]:
    """Lend a copy in memory to who only reads, and leaves no limits and handlers; after an exception it is closed.

    Raises:
        QueryError: the database can't be read.
    """
    image = on if isinstance(on, bytes) else image_of(on)
    copy = _kept_copy(image) or _copy_of(image)
    try:
        yield copy
    except BaseException:
        copy.close()
        raise
    _keep(image, copy)


def private_copy(on: sqlite3.Connection) -> sqlite3.Connection:
    """Return a new copy in memory, to change at will; the caller closes it.

    Raises:
        QueryError: the database can't be read.
    """
    return _copy_of(image_of(on))


def image_of(on: sqlite3.Connection) -> bytes:
    """Return a database as bytes, as it stands; none for an empty one. Those of a kept copy are the same object.

    Raises:
        QueryError: it can't be read.
    """
    try:
        data = on.serialize()
    except sqlite3.Error as error:
        if _is_empty(on):
            return b""
        raise QueryError(f"The database can't be read ({error}). Run the setup cell at the top again.") from None
    # Bytes 18 and 19 are 2 when the file has a write-ahead log; a copy in memory can't have one, and 1 says so.
    image = data[:18] + b"\1\1" + data[20:] if data[18:20] == b"\2\2" else data
    with _lock:
        return next((seen for seen, _ in _kept if seen == image), image)


def readable(data: bytes) -> str:
    """Read text; where it isn't UTF-8, its bytes are written out, such as ``\\xff``."""
    return data.decode("utf-8", "backslashreplace")


def _copy_of(image: bytes) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0, check_same_thread=False)
    try:
        copy.text_factory = readable
        if image:
            copy.deserialize(image)
    except BaseException:
        copy.close()
        raise
    return copy


def _kept_copy(image: bytes) -> sqlite3.Connection | None:
    with _lock:
        for at, (seen, copy) in enumerate(_kept):
            if seen == image:
                del _kept[at]
                return copy
    return None


def _keep(image: bytes, copy: sqlite3.Connection) -> None:
    if len(image) > _LARGEST:
        copy.close()
        return
    with _lock:
        _kept.insert(0, (image, copy))
        gone = _kept[_MOST:]
        del _kept[_MOST:]
    for _, old in gone:
        old.close()


def _is_empty(on: sqlite3.Connection) -> bool:
    """Whether a database has no page yet: that can't be serialized."""
    with contextlib.suppress(sqlite3.Error), closing(on.cursor()) as cursor:
        cursor.row_factory = None
        return bool(cursor.execute("PRAGMA page_count").fetchone()[0] == 0)
    return False
