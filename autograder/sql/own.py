"""Runs the author's own queries, and remembers what they gave.

A checker asks the same few queries of the same few databases for every submission of a class. The author's text is
trusted to give the same result for the same bytes; a learner's never is.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict

from autograder.sql.rows import Rows
from autograder.sql.run import image_of, run_query

__all__ = ["own_rows"]

_MOST_QUERIES, _MOST_IMAGES = 200, 8
_remembered: OrderedDict[str, list[tuple[bytes, Rows]]] = OrderedDict()


def own_rows(sql: str, on: sqlite3.Connection) -> Rows:
    """Return the result of one of the author's queries: `run_query`'s, which may have been found out before.

    Raises:
        NotAttempted, QueryError: as `run_query` does.
    """
    image = image_of(on)
    for seen, rows in _remembered.get(sql, ()):
        if seen == image:
            return rows
    found = run_query(sql, on)
    kept = _remembered.setdefault(sql, [])
    kept.insert(0, (image, found))
    del kept[_MOST_IMAGES:]
    _remembered.move_to_end(sql)
    while len(_remembered) > _MOST_QUERIES:
        _remembered.popitem(last=False)
    return found
