"""Proxies: what a learner's code holds in place of a function or an object that the check offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from autograder.errors import WireError
from autograder.grading.line import Line
from autograder.grading.raised import CheckError, revive
from autograder.values import Json

__all__ = ["Offered", "Proxies"]

Call = Callable[[int, str, tuple[Any, ...], dict[str, Any]], Any]


class Offered:
    """An object of the check's. It has the methods that the check offers, and no other attribute."""

    __slots__ = ("_call", "_number")

    def __init__(self, call: Call, number: int) -> None:
        self._call, self._number = call, number

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of the check>"


class Proxies:
    """Makes proxies, and the calls that go through them.

    Args:
        line: the line to the checker.
        encoded: turns an argument into JSON.
        decoded: turns a result back into a value.
        known: the setup names, for the exception classes among them.
    """

    def __init__(
        self,
        line: Line,
        encoded: Callable[[object], Json],
        decoded: Callable[[Json], Any],
        known: Mapping[str, object],
    ) -> None:
        self._line, self._encoded, self._decoded, self._known = line, encoded, decoded, known
        self._made: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}  # by id(); the proxies in `_made` stay alive
        self._classes: dict[tuple[str, ...], type[Offered]] = {}

    def find(self, fields: Mapping[str, Json]) -> Any:
        """The proxy for an offer: the same one each time."""
        number = int(fields["id"])
        if number not in self._made:
            made = self._function(number, fields["function"]) if "function" in fields else self._object(number, fields)
            self._made[number] = made
            self._numbers[id(made)] = number
        return self._made[number]

    def reference(self, value: object) -> dict[str, Json] | None:
        """How to refer to an offer that goes back; None for an object that isn't a proxy."""
        number = self._numbers.get(id(value))
        return None if number is None else {"$": "offer", "id": number}

    def _function(self, number: int, name: str) -> Callable[..., Any]:
        def offered(*args: Any, **kwargs: Any) -> Any:
            return self._call(number, "__call__", args, kwargs)

        offered.__name__ = offered.__qualname__ = name
        return offered

    def _object(self, number: int, fields: Mapping[str, Json]) -> Offered:
        kind = (str(fields["type"]), *fields["names"])
        if kind not in self._classes:
            members = {name: _forward(name) for name in kind[1:]}
            self._classes[kind] = type(kind[0], (Offered,), {"__slots__": (), **members})
        return self._classes[kind](self._call, number)

    def _call(self, number: int, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Have the check make a call."""
        try:
            sent = {"args": [self._encoded(one) for one in args]}
            named = {"kwargs": {key: self._encoded(one) for key, one in kwargs.items()}}
        except WireError as error:
            raise ValueError(f"This can't be handed to the check: {error}") from None
        reply = self._line.call_back({"id": number, "name": name, **sent, **named})
        if "refused" in reply:
            raise RuntimeError(reply["refused"])
        if "error" not in reply:
            return self._decoded(reply["value"])
        raised = self._error(reply["error"])
        raised.__dict__["_of_the_check"] = reply["of"]
        raise raised

    def _error(self, problem: Mapping[str, Any]) -> BaseException:
        """The exception that the check's code raised; one that ``except Exception`` lets pass, too."""
        if ["builtins", "Exception"] in problem["types"]:
            return revive(problem, self._known, self._decoded, CheckError)
        name = str(problem["type"])
        base: type[BaseException] = SystemExit if ["builtins", "SystemExit"] in problem["types"] else BaseException
        own = base if name == base.__name__ else self._known.get(name)
        kind: Any = own if isinstance(own, type) and issubclass(own, base) else type(name, (base,), {})
        arg = problem.get("arg", problem["text"])
        made = kind.__new__(kind, arg)
        base.__init__(made, arg)  # the check's own class may want other arguments
        return cast(BaseException, made)


def _forward(name: str) -> Callable[..., Any]:
    def offered(self: Offered, /, *args: Any, **kwargs: Any) -> Any:
        return self._call(self._number, name, args, kwargs)

    def iterate(self: Offered, /) -> Iterator[Any]:
        return iter(self._call(self._number, name, (), {}))

    made = iterate if name == "__iter__" else offered
    made.__name__ = made.__qualname__ = name
    return made
