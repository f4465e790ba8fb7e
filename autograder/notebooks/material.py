"""What an SQL question is tried with: its queries, its schema, and the author's own data sets."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.notebooks.expected import importing_from, run_setup
from autograder.notebooks.model import Module, Question
from autograder.notebooks.placeholders import placeholders_of
from autograder.question import Question as Asked
from autograder.sql.distill import read_small
from autograder.sql.rows import Row
from autograder.sql.search.facts import Facts
from autograder.sql.small import Small, ddl_of

__all__ = ["Material", "gather"]

_MOST_SAMPLES = 60


@dataclass(frozen=True)
class Material:
    """One question of type ``sql-query``, ready to be tried.

    Attributes:
        question: as the author wrote it.
        ordered: whether the order of rows counts.
        ddl: the schema.
        facts: its keys and rules.
        columns: the columns of each table with their types.
        visible: the rows of the notebook's database.
        names: what the module's setup binds.
    """

    question: Question
    ordered: bool
    ddl: str
    facts: Facts
    columns: Mapping[str, Mapping[str, str]]
    visible: Small
    names: Mapping[str, Any] = field(repr=False)

    @cached_property
    def hidden(self) -> tuple[Small, ...]:
        """The rows of each database of the hidden checks; to make them all takes a moment."""
        return tuple(_hidden(self.question, self.names))

    @property
    def sample(self) -> dict[str, list[Row]]:
        """Some rows of each table by its folded name, spread over all of them: what values look like."""
        return {
            table.casefold(): list(rows[:: max(1, len(rows) // _MOST_SAMPLES)][:_MOST_SAMPLES])
            for table, rows in self.visible.items()
        }


def gather(module: Module, course: Path) -> Iterator[Material]:
    """Run a module's setup and the databases of its hidden checks; give the material of each query question.

    Args:
        module: the module as its author wrote it, which can be built.
        course: the folder from which its cells may import.
    """
    questions = [question for question in module.questions if question.type == "sql-query"]
    with importing_from(course):
        names = run_setup(module) if questions else {}
        for question in questions:
            places = placeholders_of(question.check.source, hidden=False)
            if places and isinstance(on := eval(places[0].on, names), sqlite3.Connection):  # noqa: S307 - the author's
                yield _material(question, on, places[0].ordered, names)


def _material(question: Question, on: sqlite3.Connection, ordered: bool, names: Mapping[str, Any]) -> Material:
    facts = Facts.of(on)
    columns = {
        table.name: {
            name: str(declared).upper() for _, name, declared, *_ in on.execute(f"PRAGMA table_info([{table.name}])")
        }
        for table in facts.tables.values()
    }
    return Material(question, ordered, ddl_of(on), facts, columns, read_small(on), names)


def _hidden(question: Question, names: Mapping[str, Any]) -> list[Small]:
    """The databases on which the hidden cell compares; the cell runs with a check that only looks at them."""
    found: list[Small] = []

    def look(*_: object, on: sqlite3.Connection, **__: object) -> None:
        found.append(read_small(on))

    stand_ins = {
        "same_rows": look,
        "from_solution": lambda *_, **__: {},
        "Question": Asked,
        question.sql_name: question.sql,
    }
    # Whatever else the cell does is proved, and told, where it is run as a check.
    with contextlib.suppress(Exception):
        exec(compile(question.hidden.source, f"{question.id} hidden", "exec"), {**names, **stand_ins})  # noqa: S102 - the author's
    return [small for at, small in enumerate(found) if small and small not in found[:at]]
