"""Calls a learner's function with a connection to a database file, in the process where the function lives.

A connection can't pass from the check to the learner's process. The path of a file can: over there a connection is
opened for each call, watched, and closed; what the function really did is read from the file afterwards.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from typing import Any

from autograder.errors import CheckFailed, NotAttempted
from autograder.sql.meters import Faults, StatementLog

__all__ = ["TOLD", "Connected", "call_connected"]

TOLD: Mapping[str, type] = {
    "value": object,
    "kept": bool,
    "closed": bool,
    "texts": list,
    "control": list,
    "statements": list,
    "broken": bool,
}
"""What is told of a call, and of which type it is."""

_LONGEST = 400  # characters of a statement that are kept
_MOST = 20_000  # statements
_ROW_FACTORIES: Mapping[str, Any] = {"": None, "Row": sqlite3.Row}


class Connected:
    """A learner's function, to be called without the connection that is its first argument.

    Each call opens the file anew, with foreign keys enforced, and closes it: what isn't committed then is gone.

    >>> import tempfile
    >>> def add(con, note):
    ...     with con:
    ...         return con.execute("INSERT INTO notes VALUES (?)", (note,)).rowcount
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/notes.db"
    ...     con = sqlite3.connect(path)
    ...     _ = con.execute("CREATE TABLE notes (note TEXT)")
    ...     con.close()
    ...     log = StatementLog()
    ...     Connected(add, path, log=log)("late")
    1
    >>> log.texts
    ["INSERT INTO notes VALUES ('late')"]

    What it says of itself (``log``, ``faults``, ``kept``) comes from the learner's process and could be made up there.
    Let such facts cost points for manners, and judge what was done by the file.

    Args:
        function: the learner's.
        path: of the database file, as `autograder.web.database_file` gives it.
        log: gets the statements of each call.
        faults: breaks a statement, and gets those that were run; made for `every_fault`.
        row_factory: the connection's ``row_factory`` during the call: "Row" for `sqlite3.Row`.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        path: str,
        *,
        log: StatementLog | None = None,
        faults: Faults | None = None,
        row_factory: str = "",
    ) -> None:
        self.function, self.path = function, path
        self.log, self.faults, self.row_factory = log, faults, row_factory
        self.kept = True
        """Whether the last call left the connection's ``row_factory``, ``text_factory`` and isolation as they were."""
        self.__name__ = str(getattr(function, "__name__", "your function"))

    def __repr__(self) -> str:
        return f"Connected: {self.__name__} on {self.path}"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function. What it raises passes; the error of a fault is this side's own.

        Raises:
            CheckFailed: the function closed the connection, which isn't its own.
        """
        about = {
            "path": self.path,
            "row_factory": self.row_factory,
            "log": self.log is not None,
            "at": self.faults.at if self.faults else 0,
        }
        call = getattr(self.function, "__connected__", None)
        told = call_connected(self.function, about, args, kwargs) if call is None else call(about, args, kwargs)
        self.kept = told["kept"] is True
        if self.log is not None:
            self.log.texts += map(str, told["texts"])
            self.log.control += map(str, told["control"])
        if self.faults is not None:
            self.faults.statements += map(str, told["statements"])
            if told["broken"] is True:
                raise self.faults.error
        if told["closed"] is True:
            advice = "Your function closes the connection that it was given. Others still need it: leave it open."
            raise CheckFailed(f"`{self.__name__}` closed the connection.", advice=advice, tag="side-effect")
        return told["value"]

    def gives(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function where it has no reason to raise anything: if it does, the answer is wrong.

        Raises:
            CheckFailed: with what the function raised. The error of a fault passes: that one has a reason.
        """
        try:
            return self(*args, **kwargs)
        except (CheckFailed, NotAttempted, NotImplementedError):
            raise
        except Exception as error:
            if self.faults is not None and error is self.faults.error:
                raise
            shown = ", ".join(["con", *map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())])
            call = f"{self.__name__}({shown})"
            call = call if len(call) <= _LONGEST else f"{self.__name__}(con, …)"
            text = f"{type(error).__name__}: {error}".rstrip(": .")
            raise CheckFailed(f"`{call}` stopped with {text}.") from error


def call_connected(
    function: Callable[..., Any], about: Mapping[str, Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Make the call in this process, and tell what came of it.

    Args:
        function: gets the connection as its first argument.
        about: the ``path``, the name of the ``row_factory``, whether to keep a ``log``, and the statement ``at`` which
            a fault falls.
        args: the further arguments.
        kwargs: those with names.

    Returns:
        The ``value``; whether the connection's settings were ``kept``, and whether it was ``closed``; the ``texts`` of
        the statements and those that ``control`` transactions; the ``statements`` that the fault's plan counted, and
        whether it is ``broken`` by it.
    """
    log, faults = StatementLog(), Faults(int(about["at"]))
    factory = faults.factory if faults.at else sqlite3.Connection
    value, broken = None, False
    with closing(sqlite3.connect(str(about["path"]), factory=factory)) as con:
        for pragma in ("foreign_keys = ON", "synchronous = OFF"):
            sqlite3.Cursor(con).execute(f"PRAGMA {pragma}").close()  # a plain cursor: no fault counts it
        con.row_factory = _ROW_FACTORIES[str(about["row_factory"])]
        before = con.row_factory, con.text_factory, con.isolation_level
        try:
            with log.watching(con) if about["log"] else nullcontext():
                value = function(con, *args, **kwargs)
        except Exception:
            if not faults.fired:
                raise
            broken = True  # whatever the function makes of the fault's error
        closed = _is_closed(con)
        kept = not closed and (con.row_factory, con.text_factory, con.isolation_level) == before
    texts, control, statements = (
        [text[:_LONGEST] for text in found[:_MOST]] for found in (log.texts, log.control, faults.statements)
    )
    return {
        "value": value,
        "kept": kept,
        "closed": closed,
        "texts": texts,
        "control": control,
        "statements": statements,
        "broken": broken,
    }


def _is_closed(con: sqlite3.Connection) -> bool:
    try:
        _ = con.in_transaction, con.total_changes
    except sqlite3.ProgrammingError:
        return True
    return False
