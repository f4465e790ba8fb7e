"""Answers that are nothing but data, judged where no learner's process is.

Queries and literal values run no line of a learner's Python: the checker asks queries by itself anyway, behind the
same fence, and reads a value without evaluating it. So the process that would hold them isn't started, which is a third
of the work for a notebook of queries. Whatever turns out to need one ends the attempt, and all is played with it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from typing import Any

from autograder import magics
from autograder.errors import EngineRoomError
from autograder.grading.captured import captured
from autograder.grading.query_cell import shown_text, taken_apart
from autograder.grading.wire import PeerGone
from autograder.python_source import parse
from autograder.sql.copies import image_of
from autograder.values import encode

__all__ = ["Alone", "values_in"]

_ASKS_IPYTHON = re.compile(r"[?!%]")  # it might: then only IPython knows
_LONGEST = 20_000  # characters of a cell; longer ones aren't worth looking at
_PLAIN = (str, int, float, bool, type(None))
Message = Mapping[str, Any]


def values_in(source: str, names: Collection[str]) -> dict[str, Any] | None:
    """The names and values that a cell of nothing but literal assignments binds, or a query's; None for any other.

    Args:
        source: the cell's text.
        names: those that it may bind.
    """
    if query := taken_apart(source):
        name, body = query
        return {name: body} if name in names else None if name else {}
    if len(source) > _LONGEST or _ASKS_IPYTHON.search(source):
        return None
    try:
        lines = parse(source).body
        found = {_target(one): ast.literal_eval(one.value) for one in lines if isinstance(one, ast.Assign)}
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None
    plain = len(found) == len(lines) and found.keys() <= set(names) and all(map(_is_plain, found.values()))
    return found if plain else None


def _target(statement: ast.Assign) -> str:
    """The one name that an assignment binds; no name at all when it is more than that."""
    (target,) = statement.targets if len(statement.targets) == 1 else (None,)
    return target.id if isinstance(target, ast.Name) else ""


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple | set):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(_is_plain(one) for pair in value.items() for one in pair)
    return isinstance(value, _PLAIN)


class Alone:
    """Stands where the channel to a learner's process would be, and answers what is asked of such a process.

    Args:
        output: characters that a cell may print.
    """

    def __init__(self, output: int) -> None:
        self._output = output
        self._values: dict[str, Any] = {}
        self._database: bytes | None = None
        self._reply: dict[str, Any] = {"ready": True}

    def send(self, message: Message, timeout: float | None = None) -> None:  # noqa: ARG002 - nobody to wait for
        """Do what is asked.

        Raises:
            PeerGone: it needs a process.
        """
        answer = {"run": self._run, "get": self._get}.get(message["op"])
        if answer is None:
            raise PeerGone("Nobody is there to do that.")
        self._reply = {"n": message["n"], **answer(message)}

    def receive(self, timeout: float | None = None) -> dict[str, Any]:  # noqa: ARG002
        return self._reply

    def _run(self, request: Message) -> dict[str, Any]:
        if request["setup"]:
            if not request["silent"]:
                raise PeerGone("How a kernel would show what the setup cell has to say, only a kernel knows.")
            return self._after_setup()
        if query := taken_apart(request["source"]):
            return self._ask(*query)
        values = values_in(request["source"], request["names"])
        if values is None:
            raise PeerGone("This is no data.")
        self._values |= values
        return {"out": ""}

    def _after_setup(self) -> dict[str, Any]:
        """The checker has just run a setup cell of its own: from here on, queries ask the database as it is now."""
        database, scripts = magics.database()
        try:
            if scripts:
                raise PeerGone("A script changes what it is asked.")
            self._database = None if database is None else image_of(database)
        except EngineRoomError:
            raise PeerGone("The database can't be read.") from None
        return {"out": ""}

    def _ask(self, name: str, query: str) -> dict[str, Any]:
        with captured(self._output) as out:
            shown = magics.run_cell(self._values, name, query, self._database)
            out.write(shown_text(shown))
        return {"out": out.text}

    def _get(self, request: Message) -> dict[str, Any]:
        name = request["name"]
        return {"value": encode(self._values[name])} if name in self._values else {"missing": True}
