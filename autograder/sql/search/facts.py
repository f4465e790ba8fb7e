"""What a schema says of the values that may stand in a database, read from SQLite itself and never from a parser."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from autograder.sql.text import Token, tokens

__all__ = ["Column", "Facts", "Kind", "Link", "TableFacts", "quoted"]


class Kind(StrEnum):
    """What sort of value a column is meant for; finer than SQLite's affinities, which know no dates."""

    INTEGER = "integer"
    REAL = "real"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"

    @property
    def is_number(self) -> bool:
        return self in (Kind.INTEGER, Kind.REAL, Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Column:
    """One column into which a value can be inserted.

    ``required`` means that NULL can't stand there; ``declared`` is its type in the schema's words.
    """

    name: str
    kind: Kind
    required: bool
    declared: str = ""

    @property
    def folded(self) -> str:
        return self.name.casefold()


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key: which columns (by position) name which columns of which table (by its folded name)."""

    columns: tuple[int, ...]
    table: str
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One table. Columns are named by their position; ``checks`` are the texts of its CHECK constraints."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[int, ...] = ()
    uniques: tuple[tuple[int, ...], ...] = ()
    links: tuple[Link, ...] = ()
    checks: tuple[str, ...] = ()
    generated: bool = False

    @property
    def folded(self) -> str:
        return self.name.casefold()

    def at(self, column: str) -> int | None:
        """Return the position of a column, whatever the case of its name."""
        folded = column.casefold()
        return next((at for at, found in enumerate(self.columns) if found.folded == folded), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """All tables by folded name, each behind the tables it refers to where that is possible; views by their text."""

    tables: Mapping[str, TableFacts]
    views: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, database: sqlite3.Connection) -> Facts:
        """Read the facts of a database's main schema."""
        tables: dict[str, TableFacts] = {}
        views = {}
        for kind, name, sql in _all(
            database, "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        ):
            if kind == "table":
                tables[str(name).casefold()] = _table(database, str(name), str(sql or ""))
            elif kind == "view":
                views[str(name).casefold()] = str(sql)
        return cls(_parents_first({name: _linked(database, table, tables) for name, table in tables.items()}), views)


def quoted(name: str) -> str:
    """Write a name so that SQLite takes it for nothing else."""
    return '"' + name.replace('"', '""') + '"'


def _all(database: sqlite3.Connection, sql: str) -> list[tuple[Any, ...]]:
    cursor = database.cursor()
    cursor.row_factory = None
    return cursor.execute(sql).fetchall()


def _table(database: sqlite3.Connection, name: str, sql: str) -> TableFacts:
    columns: list[Column] = []
    places: dict[int, int] = {}  # SQLite's number of a column -> ours, which leaves generated columns out
    ranked: list[tuple[int, int]] = []
    rows = _all(database, f"PRAGMA table_xinfo({quoted(name)})")
    keys = sum(1 for row in rows if row[5])
    for number, column, declared, required, _, rank, hidden in rows:
        if hidden:
            continue
        places[number] = len(columns)
        if rank:
            ranked.append((rank, len(columns)))
        alone = rank and keys == 1
        columns.append(
            Column(
                str(column), _kind(str(declared or ""), bool(alone)), bool(required) or bool(rank), str(declared or "")
            )
        )
    key = tuple(at for _, at in sorted(ranked))
    uniques = {key} if key else set()
    for index in _all(database, f"PRAGMA index_list({quoted(name)})"):
        numbers = [row[1] for row in _all(database, f"PRAGMA index_info({quoted(str(index[1]))})")]
        partial = len(index) > 4 and index[4]
        if index[2] and not partial and all(number in places for number in numbers):
            uniques.add(tuple(places[number] for number in numbers))
    generated = any(row[6] in (2, 3) for row in rows)
    return TableFacts(name, tuple(columns), key, tuple(sorted(uniques)), (), _checks(sql), generated)


def _linked(database: sqlite3.Connection, table: TableFacts, tables: Mapping[str, TableFacts]) -> TableFacts:
    """Add a table's foreign keys, which can be read only when all tables are known."""
    grouped: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in _all(database, f"PRAGMA foreign_key_list({quoted(table.name)})"):
        grouped[row[0]].append(row)
    links = []
    for rows in grouped.values():
        rows.sort(key=lambda row: int(row[1]))
        parent = tables.get(str(rows[0][2]).casefold())
        if parent is None:
            continue
        columns = [table.at(str(row[3])) for row in rows]
        targets = [parent.at(str(row[4])) for row in rows] if rows[0][4] else list(parent.key)
        if len(columns) == len(targets) and None not in columns and None not in targets:
            links.append(Link(tuple(at for at in columns if at is not None), parent.folded, tuple(_known(targets))))
    return TableFacts(table.name, table.columns, table.key, table.uniques, tuple(links), table.checks, table.generated)


def _known(places: list[int | None] | list[int]) -> list[int]:
    return [at for at in places if at is not None]


def _parents_first(tables: Mapping[str, TableFacts]) -> dict[str, TableFacts]:
    ordered: dict[str, TableFacts] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in ordered or name in above:
            return
        for link in tables[name].links:
            visit(link.table, (*above, name))
        ordered[name] = tables[name]

    for name in tables:
        visit(name, ())
    return ordered


def _kind(declared: str, alone: bool) -> Kind:
    upper = declared.upper()
    for words, kind in (
        (("BOOL",), Kind.BOOLEAN),
        (("TIMESTAMP", "DATETIME"), Kind.DATETIME),
        (("DATE",), Kind.DATE),
        (("INT", "SERIAL", "YEAR"), Kind.INTEGER),
        (("CHAR", "CLOB", "TEXT", "STRING", "ENUM", "UUID", "JSON", "BLOB"), Kind.TEXT),
        (("REAL", "FLOA", "DOUB", "MONEY"), Kind.REAL),
    ):
        if any(word in upper for word in words):
            return kind
    if upper.startswith("TIME"):
        return Kind.TIME
    if "DEC" in upper or "NUM" in upper:
        scale = re.search(r"\(\s*\d+\s*,\s*(\d+)\s*\)", upper)
        return Kind.REAL if scale and int(scale.group(1)) > 0 else Kind.INTEGER
    return Kind.INTEGER if upper or alone else Kind.TEXT


def _checks(sql: str) -> tuple[str, ...]:
    """Cut the conditions of CHECK constraints out of a CREATE TABLE statement."""
    found = tokens(sql)
    texts = []
    for at, token in enumerate(found):
        if token.upper == "CHECK" and found[at + 1 : at + 2] and found[at + 1].text == "(":
            end = _closing(found, at + 1)
            if end is not None:
                texts.append(sql[found[at + 1].end : found[end].end - 1].strip())
    return tuple(texts)


def _closing(found: list[Token], opening: int) -> int | None:
    depth = 0
    for at in range(opening, len(found)):
        depth += {"(": 1, ")": -1}.get(found[at].text, 0)
        if depth == 0:
            return at
    return None
