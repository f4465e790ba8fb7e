"""Takes the one query out of a learner's text, or says why there is none that may run."""

from __future__ import annotations

from functools import lru_cache

from autograder.errors import EngineRoomError, NotAttempted
from autograder.sql.growth import MOST_TOKENS, grown_size
from autograder.sql.text import Token, clean, nearest, statements

__all__ = ["NoQueryError", "QueryError", "QueryStoppedError", "single_query"]

LONGEST_TEXT = 64 * 1024
READS = frozenset({"SELECT", "WITH", "VALUES", "EXPLAIN", "PRAGMA"})
_CHANGES = (
    "INSERT UPDATE DELETE REPLACE CREATE DROP ALTER VACUUM REINDEX ANALYZE ATTACH DETACH"
    " BEGIN COMMIT END ROLLBACK SAVEPOINT RELEASE"
)
CHANGES = frozenset(_CHANGES.split())
# How other programs are asked for a table: MySQL, Oracle, and the command line of SQLite.
LOOKS = frozenset({"SHOW", "DESCRIBE", "DESC", "USE", ".TABLES", ".SCHEMA"})


class QueryError(EngineRoomError):
    """A query that gave no result; the message says why in the learner's words."""


class QueryStoppedError(QueryError):
    """A query that might have given a result, had it not taken too long or given too much."""


class NoQueryError(QueryError):
    """A command by which other programs show their tables."""


@lru_cache(maxsize=256)  # a check asks the same text on one database after the other
def single_query(text: str) -> str:
    """Return the one query in a text, without the semicolons behind it.

    Raises:
        NotAttempted: there is no statement yet.
        NoQueryError: it is a command such as SHOW TABLES.
        QueryError: the text is too long, holds several statements, or one that changes data.
    """
    sql = clean(text)
    _refuse_unreadable(sql)
    found = statements(sql)
    if not found:
        raise NotAttempted("There is no query here yet.")
    if len(found) > 1:
        raise QueryError(f"One query, please: found {len(found)} statements. A semicolon ends a statement.")
    _refuse_changes(found[0])
    if grown_size(found[0]) > MOST_TOKENS:
        raise QueryError("The parts after WITH name each other too many times: the query is too large to run.")
    # Python's driver takes a second semicolon for a second statement.
    return sql[: found[0][-1].end]


def _refuse_unreadable(sql: str) -> None:
    if len(sql) > LONGEST_TEXT or len(sql.encode("utf-8", "replace")) > LONGEST_TEXT:
        raise QueryError(f"The query is too long: {len(sql):,} characters, at most {LONGEST_TEXT:,} are allowed.")
    if "\0" in sql:
        raise QueryError("The query holds a NUL character, which SQL can't read. Please type that line again.")
    if any("\ud800" <= character <= "\udfff" for character in sql):
        raise QueryError("The query holds half of a character pair, which can't be read. Please type it again.")


def _refuse_changes(statement: list[Token]) -> None:
    first, verb = statement[0], statement[0].upper
    if verb in READS:
        return
    if verb in CHANGES:
        raise QueryError(f"This question only reads data: {verb} is not allowed here. Begin with SELECT.")
    if first.text == "(":
        raise QueryError("A query can't stand in brackets as a whole. Begin with SELECT.")
    command = first.text + (statement[1].text if first.text == "." and len(statement) > 1 else "")
    if command.upper() in LOOKS:
        raise NoQueryError(f"A query begins with SELECT; `{command}` belongs to other programs.")
    guess = nearest(first.text, sorted(READS), cutoff=0.75)
    if guess:
        raise QueryError(f"A statement can't begin with `{first.text}`. Did you mean {guess}?")
    raise QueryError(f"A query begins with SELECT (or WITH); this text begins with `{first.text[:40]}`.")
