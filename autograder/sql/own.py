"""Runs the author's own queries, and remembers what they gave.

A checker asks the same few queries of the same few databases for every submission of a class. The author's text is
trusted to give the same result for the same bytes; a learner's never is.
"""

from __future__ import annotations

from autograder.sql.copies import Readable, image_of
from autograder.sql.rows import Rows
from autograder.sql.run import run_query

__all__ = ["own_rows"]

_MOST_IMAGES, _MOST_QUERIES = 48, 64  # databases, and queries of each
_remembered: list[tuple[bytes, dict[str, Rows]]] = []  # the database that was asked last comes first


def own_rows(sql: str, on: Readable) -> Rows:
    """Return the result of one of the author's queries: `run_query`'s, which may have been found out before.

    Raises:
        NotAttempted, QueryError: as `run_query` does.
    """
    image = on if isinstance(on, bytes) else image_of(on)
    results = _results_of(image)
    found = results.get(sql)
    if found is None:
        found = results[sql] = run_query(sql, image)
        if len(results) > _MOST_QUERIES:
            del results[next(iter(results))]
    return found


def _results_of(image: bytes) -> dict[str, Rows]:
    """What the author's queries gave on a database of these bytes, so far."""
    for at, (seen, results) in enumerate(_remembered):
        if seen == image:
            _remembered.insert(0, _remembered.pop(at))
            return results
    results = {}
    _remembered.insert(0, (image, results))
    del _remembered[_MOST_IMAGES:]
    return results
