"""Count what SQLite does, and make it fail on purpose: work in machine steps, statements, faults.

Each meter watches a connection that exists (``with meter.watching(con):``), or every connection that is opened with
its factory: ``sqlite3.connect(path, factory=meter.factory)``.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from autograder.errors import CheckFailed
from autograder.sql.text import Token, tokens

__all__ = ["Faults", "FaultyConnection", "StatementLog", "WorkMeter", "every_fault", "normalised"]

_CONTROL = frozenset({"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"})
_MOST_FAULTS = 500
Factory = type[sqlite3.Connection]


class WorkMeter:
    """Count the steps of SQLite's virtual machine: the same number on every run, unlike seconds.

    >>> con = sqlite3.connect(":memory:")
    >>> meter = WorkMeter()
    >>> with meter.watching(con):
    ...     rows = con.execute("SELECT 1").fetchall()
    >>> 0 < meter.steps < 20
    True

    Args:
        budget: stop a statement once more steps than this have been counted (`sqlite3.OperationalError`, interrupted).
    """

    def __init__(self, budget: int | None = None) -> None:
        self.budget, self.steps = budget, 0

    def __repr__(self) -> str:
        return f"WorkMeter: {self.steps:,} steps"

    def reset(self) -> None:
        self.steps = 0

    @contextlib.contextmanager
    def watching(self, con: sqlite3.Connection) -> Iterator[WorkMeter]:
        """Count within the block. A connection has one progress handler: another one is replaced, and gone after."""
        con.set_progress_handler(self._step, 1)
        try:
            yield self
        finally:
            with contextlib.suppress(sqlite3.ProgrammingError):  # closed within the block
                con.set_progress_handler(None, 1)

    @property
    def factory(self) -> Factory:
        """A connection class whose connections are all counted by this meter."""
        return _factory(lambda con: con.set_progress_handler(self._step, 1))

    def _step(self) -> int:
        self.steps += 1
        return 1 if self.budget is not None and self.steps > self.budget else 0


class StatementLog:
    """Keep the text of every statement that is run: one query too many per row shows at once.

    Statements that open and close transactions are kept apart, in ``control``. A statement that fires triggers is there
    once more for each statement of theirs: count reads.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.control: list[str] = []

    def __repr__(self) -> str:
        return f"StatementLog: {self.count} statements"

    @property
    def count(self) -> int:
        return len(self.texts)

    def counts(self) -> Counter[str]:
        """How often each statement was run, whatever its values."""
        return Counter(map(normalised, self.texts))

    def reset(self) -> None:
        self.texts.clear()
        self.control.clear()

    @contextlib.contextmanager
    def watching(self, con: sqlite3.Connection) -> Iterator[StatementLog]:
        """Keep what is run within the block."""
        con.set_trace_callback(self._keep)
        try:
            yield self
        finally:
            with contextlib.suppress(sqlite3.ProgrammingError):  # closed within the block
                con.set_trace_callback(None)

    @property
    def factory(self) -> Factory:
        """A connection class whose connections all write to this log."""
        return _factory(lambda con: con.set_trace_callback(self._keep))

    def _keep(self, sql: str) -> None:
        words = tokens(sql[:200])
        (self.control if words and words[0].upper in _CONTROL else self.texts).append(sql)


def normalised(sql: str) -> str:
    """A statement's text with one space between words and ``?`` for each value: equal for equal work."""
    parts: list[str] = []
    for token in tokens(sql):
        parts.append("?" if _is_value(token) else token.upper if token.kind == "word" else token.text)
    return " ".join(parts).rstrip("; ")


def _is_value(token: Token) -> bool:
    return token.kind in {"string", "number", "parameter"}


def _factory(prepare: Callable[[sqlite3.Connection], object]) -> Factory:
    class Watched(sqlite3.Connection):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            prepare(self)

    return Watched


# --- faults ---------------------------------------------------------------------------------------------------------


class Faults:
    """A plan for one break: the k-th statement of all its connections together fails.

    COMMIT counts as a statement, ROLLBACK never fails. After the break everything works again.

    Args:
        at: which statement fails, from 1; 0 for none.
        error: what it raises.
    """

    def __init__(self, at: int = 0, error: Exception | None = None) -> None:
        self.at = at
        self.error: Exception = error or sqlite3.OperationalError("disk I/O error")
        self.statements: list[str] = []

    def __repr__(self) -> str:
        return f"Faults(at={self.at}): {len(self.statements)} statements so far"

    @property
    def fired(self) -> bool:
        return 0 < self.at <= len(self.statements)

    @property
    def broke(self) -> str:
        """The statement that failed; empty when none did."""
        return self.statements[self.at - 1] if self.fired else ""

    @property
    def factory(self) -> type[FaultyConnection]:
        """A connection class that follows this plan."""
        return type("FaultyConnection", (FaultyConnection,), {"faults": self})

    def count(self, sql: str) -> None:
        """Take note of a statement. Raises the error when it's the one."""
        self.statements.append(" ".join(sql.split())[:200])
        if len(self.statements) == self.at:
            raise self.error


class FaultyConnection(sqlite3.Connection):
    """A connection that fails where its plan says so. Use `Faults.factory`, or a subclass with its own ``faults``."""

    faults: Faults = Faults()

    def cursor(self, factory: type[sqlite3.Cursor] | None = None) -> sqlite3.Cursor:  # type: ignore[override]
        return super().cursor(factory or _FaultyCursor)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Go through a cursor, which counts. Whether the base class would ask `cursor` depends on Python's version."""
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        return self.cursor().executemany(sql, parameters)

    def executescript(self, script: str, /) -> sqlite3.Cursor:
        return self.cursor().executescript(script)

    def commit(self) -> None:
        if self.in_transaction:
            self.faults.count("COMMIT")
        super().commit()

    def __exit__(self, kind: Any, error: Any, trace: Any, /) -> Any:
        """As in the base class, which commits without asking `commit`; a failed commit is rolled back."""
        if error is not None:
            self.rollback()
            return False
        try:
            self.commit()
        except BaseException:
            self.rollback()
            raise
        return False


class _FaultyCursor(sqlite3.Cursor):
    connection: FaultyConnection

    def execute(self, sql: str, parameters: Any = (), /) -> _FaultyCursor:
        self._count(sql)
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> _FaultyCursor:
        self._count(sql)
        return super().executemany(sql, parameters)

    def executescript(self, script: str, /) -> sqlite3.Cursor:
        self._count(script)
        return super().executescript(script)

    def _count(self, sql: str) -> None:
        if not sql.lstrip().upper().startswith("ROLLBACK"):
            self.connection.faults.count(sql)


def every_fault(run: Callable[[Faults], object], *, most: int = _MOST_FAULTS) -> int:
    """Run again and again, breaking at the first statement, then at the second, until nothing is left to break.

    >>> def run(faults):
    ...     con = sqlite3.connect(":memory:", factory=faults.factory)
    ...     con.execute("SELECT 1")
    ...     con.execute("SELECT 2")
    ...     con.close()
    >>> every_fault(run)
    2

    Args:
        run: makes fresh data, opens connections with ``factory=faults.factory``, does the work and tests what must hold
            whatever broke. The plan's own error may come out of it.
        most: give up after so many rounds.

    Returns:
        How many statements could break.

    Raises:
        CheckFailed: what ``run`` raised, with the statement that had failed; or the work has more statements than
            ``most``.
    """
    for at in range(1, most + 1):
        faults = Faults(at)
        try:
            run(faults)
        except CheckFailed as failure:
            failure.message = f"{_told(faults)}{failure.message}"
            failure.args = (failure.message,)
            raise
        except AssertionError as failure:
            raise CheckFailed(f"{_told(faults)}{failure or 'a test does not hold.'}") from failure
        except Exception as error:
            if error is not faults.error:
                raise
        if not faults.fired:
            return at - 1
    raise CheckFailed(f"After {most} statements the work still went on. Look for a loop, or a query for each row.")


def _told(faults: Faults) -> str:
    if not faults.fired:
        return "With no fault at all: "
    return f"When statement {faults.at} failed (`{faults.broke}`): "
