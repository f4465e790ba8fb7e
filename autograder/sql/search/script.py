"""Writes a database as an SQL script that builds it again."""

from __future__ import annotations

from autograder.sql.rows import Value
from autograder.sql.search.arena import Layout
from autograder.sql.search.facts import Facts, quoted
from autograder.sql.search.maker import Database

__all__ = ["script"]


def script(layout: Layout, database: Database, facts: Facts, *, backwards: bool = False) -> str:
    """Return CREATE and INSERT statements for some tables, as the layout has them.

    Args:
        layout: whose tables, keys and indexes are written.
        database: the rows, in the order in which they are to be inserted.
        facts: the schema.
        backwards: whether SQLite is told to give rows in the other order where a query asks for none.
    """
    lines = ["PRAGMA reverse_unordered_selects = ON;"] if backwards else []
    lines += [f"{sql};" for sql in layout.declared(database)]
    for name, rows in database.items():
        table = facts.tables[name]
        names = ", ".join(_plainly(column.name) for column in table.columns)
        lines += [
            f"INSERT INTO {_plainly(table.name)} ({names}) VALUES ({', '.join(map(_literal, row))});"  # noqa: S608
            for row in rows
        ]
    return "\n".join(lines) + "\n"


def _plainly(name: str) -> str:
    return name if name.isidentifier() and name.isascii() and name.upper() not in _RESERVED else quoted(name)


def _literal(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


_RESERVED_WORDS = (
    "ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE"
    " DISTINCT DROP ELSE ESCAPE EXCEPT EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTERSECT INTO IS ISNULL JOIN"
    " LIMIT NOT NOTHING NOTNULL NULL ON OR ORDER PRIMARY REFERENCES RETURNING SELECT SET TABLE THEN TO TRANSACTION"
    " UNION UNIQUE UPDATE USING VALUES WHEN WHERE"
)
_RESERVED = frozenset(_RESERVED_WORDS.split())
