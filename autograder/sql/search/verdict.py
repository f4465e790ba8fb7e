"""What comparing two queries found out, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from autograder.sql.rows import Row, Rows

__all__ = ["Counterexample", "Policy", "Status", "Verdict"]


class Status(StrEnum):
    """What can be said of a candidate beside its reference."""

    SAME = "same"
    DIFFERENT = "different"
    INVALID = "invalid"
    NONDETERMINISTIC = "nondeterministic"
    UNTESTED = "could not test"


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts as a difference.

    Attributes:
        order: "reference": the order counts when the reference has ORDER BY at its end; "required": it counts anyway;
            "ignored": it never does.
        duplicates: whether it counts how often a row is repeated.
        ties: "any": rows with equal keys may come in any order, and LIMIT may keep any of them; "strict": exactly
            as the reference gives them.
        empty: whether a difference counts that needs a table without rows.
        names: whether the names of columns count.
        types: whether the text '1' differs from the number 1.
    """

    order: str = "reference"
    duplicates: bool = True
    ties: str = "any"
    empty: bool = True
    names: bool = False
    types: bool = True

    def __post_init__(self) -> None:
        for name, value, known in (
            ("order", self.order, ("reference", "required", "ignored")),
            ("ties", self.ties, ("any", "strict")),
        ):
            if value not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}; got {value!r}.")


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A small database on which two queries give different results.

    Attributes:
        tables: the rows of every table that the queries read; column names in `columns`.
        columns: the column names of these tables.
        setup: an SQL script that builds the database, for SQLite. It builds keys, indexes and the order of rows as
            they were when the difference was seen.
        expected: what the reference gives there.
        got: what the candidate gives there; None if it fails.
        kind: columns, error, order, luck, or what the database must hold for the difference to show: rows, null,
            duplicates, ties or empty.
        error: why the candidate fails.
        ordered: whether the order of rows counts.
    """

    tables: Mapping[str, tuple[Row, ...]]
    columns: Mapping[str, tuple[str, ...]]
    setup: str
    expected: Rows
    got: Rows | None
    kind: str
    error: str = ""
    ordered: bool = False

    def __len__(self) -> int:
        """How many rows its tables hold."""
        return sum(map(len, self.tables.values()))

    def __bool__(self) -> bool:
        """It is there, even when empty tables are all it needs."""
        return True


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a comparison. "Same" means: no difference found, and the databases could show one.

    Attributes:
        status: see `Status`.
        message: why it is so, where there is something to say.
        counterexample: present when the status is different, except where columns alone differ.
        databases: how many were tried.
        seconds: until the verdict, shrinking included.
        found_after: seconds until the difference was seen, before shrinking; 0 without a difference.
    """

    status: Status
    message: str = ""
    counterexample: Counterexample | None = None
    databases: int = 0
    seconds: float = 0.0
    found_after: float = 0.0
