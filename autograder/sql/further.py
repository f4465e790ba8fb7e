"""After a query was right on the data of the checks: is it right on other data too?

Checks leave here what passed. When all groups of a question are right, the question asks for a further look: a search
for a small database on which the query differs from the course's own one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import CheckFailed, EngineRoomError
from autograder.sql.copies import Readable, reading_copy
from autograder.sql.rows import Row
from autograder.sql.text import tokens

__all__ = ["Effort", "Further", "Passed", "counterexample", "further", "sample_of", "schema_of"]

MOST_SAMPLED = 60  # rows of a table


@dataclass(slots=True)
class Effort:
    """How hard to look for other data.

    Attributes:
        databases: how many to try for one answer; 0 turns the search off. It decides, so that every machine finds the
            same. A hundred take some 50 ms.
        seconds: the last resort on slow machines and with slow queries.
        notebook: whether this is a learner's notebook: visible checks then look further where the reference is at hand,
            and a missing parser is passed over.
    """

    databases: int = 120
    seconds: float = 2.0
    notebook: bool = True


@dataclass(frozen=True, slots=True)
class Passed:
    """An answer that had the right columns on one database, given as its bytes: its rows tell what values look like."""

    answer: str
    expected: Mapping[str, Any]
    image: bytes


@dataclass(slots=True)
class Further:
    """The queries whose results were compared in the group that runs at present.

    ``settled`` names questions and answers for which an earlier look found no difference: the same search would find
    none again. ``news`` are those of this process.
    """

    effort: Effort = field(default_factory=Effort)
    settled: frozenset[str] = frozenset()
    news: list[str] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    missed: Passed | None = None
    last: Any = None

    def remember(self, passed: Passed) -> None:
        """Keep what a further look needs."""
        if self.effort.databases:
            self.passed.append(passed)

    def taken(self) -> list[Passed]:
        """Return what has been remembered since the last call; forget what was missed."""
        passed, self.passed, self.missed = self.passed, [], None
        return passed

    def look(self, passed: Sequence[Passed]) -> CheckFailed | None:
        """Search for other data on which an answer that passed is wrong.

        Args:
            passed: what was compared in the groups of one question, with the course's own query in each.

        Raises:
            EngineRoomError: the search can't be done on this machine, where grading needs it.
        """
        if not passed or not self.effort.databases:
            return None
        if importlib.util.find_spec("sqlglot") is None:
            if self.effort.notebook:
                return None
            raise EngineRoomError("Grading SQL needs sqlglot. Install it with: pip install 'engineroom[grade]'")
        # Large, and needed only here: a notebook that passes no check never loads it.
        from autograder.sql.search.elsewhere import failure_elsewhere

        for (answer, schema), ones in _grouped(passed).items():
            name = _name(answer, schema, ones[0].expected)
            if name in self.settled:
                continue
            sample = _merged([sample_of(one.image) for one in ones])
            found = failure_elsewhere(answer, ones[0].expected, schema, sample, self.effort)
            if found is not None:
                self.last, failure = found
                return failure
            self.news.append(name)
        return None


further = Further()


def counterexample() -> sqlite3.Connection:
    """Return a new database in memory that holds the last counterexample, to experiment with.

    Raises:
        EngineRoomError: no counterexample has been found since the kernel started.
    """
    if further.last is None:
        raise EngineRoomError("There is no counterexample yet: run a check cell first.")
    database = sqlite3.connect(":memory:")
    database.executescript(further.last.setup)
    return database


def _name(answer: str, schema: str, expected: Mapping[str, Any]) -> str:
    """Name an answer to a question; blanks, comments and the case of words and names don't count."""
    words = [token.upper for token in tokens(answer)]
    told = json.dumps([words, schema, expected.get("sql"), expected.get("ordered")])
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:24]


def _grouped(passed: Sequence[Passed]) -> dict[tuple[str, str], list[Passed]]:
    """Put together what belongs to the same answer and schema."""
    grouped: dict[tuple[str, str], list[Passed]] = {}
    for one in passed:
        grouped.setdefault((one.answer, schema_of(one.image)), []).append(one)
    return grouped


def _merged(samples: Sequence[Mapping[str, Sequence[Row]]]) -> dict[str, list[Row]]:
    """Put the rows of several databases together."""
    merged: dict[str, dict[Row, None]] = {}
    for sample in samples:
        for table, rows in sample.items():
            merged.setdefault(table, {}).update(dict.fromkeys(rows))
    return {table: list(rows) for table, rows in merged.items()}


def schema_of(on: Readable) -> str:
    """Write the schema of a database, without triggers: they would change what is put into tables.

    Raises:
        QueryError: the database can't be read.
    """
    with reading_copy(on) as copy, closing(copy.cursor()) as cursor:
        rows = cursor.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger' AND name NOT LIKE 'sqlite_%'"
            " ORDER BY rowid"
        )
        return "".join(f"{sql};\n" for (sql,) in rows)


def sample_of(on: Readable) -> dict[str, list[Row]]:
    """Read rows from the beginning, the middle and the end of every table.

    Raises:
        QueryError: the database can't be read.
    """
    with reading_copy(on) as copy, closing(copy.cursor()) as cursor:
        return _sampled(cursor)


def _sampled(cursor: sqlite3.Cursor) -> dict[str, list[Row]]:
    names = cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    sample: dict[str, list[Row]] = {}
    for (name,) in names:
        quoted = '"' + name.replace('"', '""') + '"'
        columns = [row[1] for row in cursor.execute(f"PRAGMA table_info({quoted})").fetchall()]
        listed = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
        rows = cursor.execute(f"SELECT {listed} FROM {quoted} LIMIT 2000").fetchall()  # noqa: S608
        step = max(1, len(rows) // MOST_SAMPLED)
        sample[name.casefold()] = rows[::step][:MOST_SAMPLED]
    return sample
