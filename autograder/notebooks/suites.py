"""The suites of a module, kept beside its master: tiny databases, and the mutants that no data can tell apart.

``suites.json`` stands in ``course/<module>/``. A file beside a source notebook would be copied to learners.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import FormatError
from autograder.sql.small import Small, small_from_json, small_to_json

__all__ = ["SUITES", "StoredSuite", "Survivor", "read_suites", "secret_rows", "suites_text"]

SUITES = "suites.json"
_SCHEMA = "engineroom-suites/1"


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no database shows. ``why`` is the author's reason why that is right; empty until there is one."""

    change: str
    sql: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class StoredSuite:
    """What is kept for one question."""

    databases: tuple[Small, ...] = ()
    survivors: tuple[Survivor, ...] = ()

    @property
    def rows(self) -> int:
        return sum(len(rows) for small in self.databases for rows in small.values())


def read_suites(master: Path) -> dict[str, StoredSuite]:
    """Read the suites of a module by question; none where there is no file.

    Raises:
        FormatError: the file holds something else.
    """
    path = master.with_name(SUITES)
    if not path.is_file():
        return {}
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["schema"] != _SCHEMA:
            raise ValueError(f"its schema is {data['schema']!r}, not {_SCHEMA!r}")
        return {question: _stored(entry) for question, entry in data["questions"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise FormatError(path, 1, f"It can't be read: {said}.", "Delete it, then run: engineroom distill") from None


def suites_text(suites: Mapping[str, StoredSuite]) -> str:
    """The text of the file: one row a line, so that a difference between two versions can be read."""
    questions = ",\n".join(f'  "{name}": {_question_text(stored)}' for name, stored in suites.items())
    return f'{{\n "schema": "{_SCHEMA}",\n "questions": {{\n{questions}\n }}\n}}\n'


def secret_rows(master: Path) -> Iterator[tuple[int, str]]:
    """The rows of the file with their line numbers, each as JSON or SQL and as Python would write it."""
    path = master.with_name(SUITES)
    lines = path.read_text("utf-8").split("\n") if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        row = line.strip().rstrip(",")
        if row.startswith("[") and row.endswith("]"):
            yield number, row[1:-1]
            yield number, repr(json.loads(row))[1:-1]


def _stored(entry: Mapping[str, Any]) -> StoredSuite:
    return StoredSuite(
        tuple(map(small_from_json, entry["databases"])),
        tuple(Survivor(str(one["change"]), str(one["sql"]), str(one["why"])) for one in entry["survivors"]),
    )


def _question_text(stored: StoredSuite) -> str:
    databases = ",".join(f"\n    {{{_database_text(small)}}}" for small in stored.databases)
    survivors = ",".join(
        f"\n    {_json({'change': one.change, 'sql': one.sql, 'why': one.why})}" for one in stored.survivors
    )
    return f'{{\n   "databases": [{databases}],\n   "survivors": [{survivors}]\n  }}'


def _database_text(small: Small) -> str:
    tables = []
    for table, rows in small_to_json(small).items():
        lines = ",\n".join(f"      {_json(row)}" for row in rows)
        tables.append(f"{_json(table)}: [\n{lines}\n    ]")
    return ", ".join(tables)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
