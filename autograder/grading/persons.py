"""What persons gave in a gradebook: read without writing a byte, so that it can be looked at before grading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Assignment, BaseCell, Grade, Notebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import URL, Connection, create_engine, inspect, make_url, or_, select

from autograder.grading.database import in_words

__all__ = ["ByHand", "cells_with_submissions", "given_by_hand"]


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person gave for one cell; ``score`` is None when only extra credit was given."""

    score: float | None = None
    extra: float = 0.0


def given_by_hand(url: str) -> Mapping[tuple[str, str], Mapping[str, ByHand]]:
    """Read manual scores and extra credit, by module and learner, then by the cell's grade id.

    Raises:
        EngineRoomError: the database can't be read. One that isn't there yet holds nothing.
    """
    found: dict[tuple[str, str], dict[str, ByHand]] = {}
    query = (
        select(Assignment.name, SubmittedAssignment.student_id, BaseCell.name, Grade.manual_score, Grade.extra_credit)
        .select_from(Grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(or_(Grade.manual_score.is_not(None), Grade.extra_credit.is_not(None)))
    )
    with _reading(url) as connection:
        for module, learner, cell, score, extra in connection.execute(query) if connection else ():
            found.setdefault((module, learner), {})[cell] = ByHand(score, extra or 0.0)
    return found


def cells_with_submissions(url: str) -> Mapping[str, frozenset[tuple[str, str]]]:
    """Read the cells, as name and type, of every module that was handed in: nbgrader lets none come or go.

    Raises:
        EngineRoomError: the database can't be read. One that isn't there yet holds nothing.
    """
    found: dict[str, set[tuple[str, str]]] = {}
    query = (
        select(Assignment.name, BaseCell.name, BaseCell.type)
        .select_from(BaseCell)
        .join(Notebook, Notebook.id == BaseCell.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .where(Notebook.name == Assignment.name)
        .where(select(SubmittedNotebook.id).where(SubmittedNotebook.notebook_id == Notebook.id).exists())
    )
    with _reading(url) as connection:
        for module, cell, kind in connection.execute(query) if connection else ():
            found.setdefault(module, set()).add((cell, kind))
    return {module: frozenset(cells) for module, cells in found.items()}


@contextmanager
def _reading(url: str) -> Iterator[Connection | None]:
    """A connection that can't write; None where there is no gradebook yet."""
    with in_words(url):
        address = _read_only(make_url(url))
        if address is None:
            yield None
            return
        engine = create_engine(address)
        options = {"postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}
        try:
            with engine.connect().execution_options(**options) as connection:
                yield connection if inspect(connection).has_table(Grade.__tablename__) else None
        finally:
            engine.dispose()


def _read_only(address: URL) -> URL | None:
    """The address of a database to be read; None for a file that isn't there."""
    if address.get_backend_name() != "sqlite":
        return address
    path = Path(address.database or "")
    if not path.is_file():
        return None
    return address.set(database=f"{path.resolve().as_uri()}").update_query_dict({"mode": "ro", "uri": "true"})
