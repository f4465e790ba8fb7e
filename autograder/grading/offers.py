"""Offers: what a check hands to the learner's code to be called back, and nothing beside it.

The other process may say anything. It names an offer by its number and one of the names that the offer's author
listed; whatever else it asks for is a forgery, and ends it.
"""

from __future__ import annotations

import functools
import types
from collections import deque
from collections.abc import Callable, Collection, ItemsView, Iterator, KeysView, Mapping, ValuesView
from itertools import islice
from random import Random
from typing import Any

from autograder.errors import CheckFailed, NotAttempted, WireError
from autograder.grading.raised import problem_of
from autograder.values import MAX_NODES, Foreign, Json, type_name

__all__ = ["OFFERED_SPECIALS", "Forged", "Offers"]

OFFERED_SPECIALS = frozenset(
    {"__call__", "__getitem__", "__setitem__", "__delitem__", "__contains__", "__len__", "__iter__"}
)
_FUNCTIONS = (
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.MethodWrapperType,
    functools.partial,
)
_LISTED = (Iterator, KeysView, ValuesView, ItemsView, range, deque)
_KNOWN: Mapping[type, tuple[str, ...]] = {
    Random: ("random", "uniform", "randint", "randrange", "choice", "choices", "sample", "gauss", "getrandbits"),
}
_KEPT_ERRORS = 64

Encoded = Callable[[object], Json]
Decoded = Callable[[Json], Any]


class Forged(WireError):  # noqa: N818 - says what happened
    """The learner's process called what was never offered, or sent a call that can't be read."""


class Offers:
    """What is on offer, by number. An offer stands as long as the checker: a learner's object may keep it.

    Args:
        encoded: turns a result into JSON.
        decoded: turns an argument back into a value.
    """

    def __init__(self, encoded: Encoded, decoded: Decoded) -> None:
        self._encoded, self._decoded = encoded, decoded
        self._offered: dict[int, tuple[Any, frozenset[str]]] = {}
        self._numbers: dict[int, int] = {}  # by id(); the objects in `_offered` stay alive
        self._raised: dict[int, BaseException] = {}
        self._errors = 0

    def marked(self, value: object) -> Mapping[str, Json] | None:
        """Offer an object whose class lists names in ``__offered__``; None for every other.

        Raises:
            TypeError: the list holds what can't be offered.
        """
        names = _KNOWN.get(type(value)) or getattr(type(value), "__offered__", None)
        if names is None or isinstance(value, type | Foreign):
            return None
        if isinstance(names, str):
            raise TypeError(f"__offered__ of {type_name(value)} must be a tuple of names, not one text")
        for name in names:
            if name.startswith("_") and name not in OFFERED_SPECIALS:
                raise TypeError(f"__offered__ of {type_name(value)} names {name}, which is private")
            if not callable(getattr(value, name, None)):
                raise TypeError(f"__offered__ of {type_name(value)} names {name}, which is no method of it")
        number = self._number(value, frozenset(names))
        return {"$": "offer", "id": number, "type": type_name(value), "names": list(names)}

    def function(self, value: object) -> Mapping[str, Json] | list[object] | None:
        """Offer a function, or list what can be gone through; None for every other object."""
        if isinstance(value, _FUNCTIONS):
            name = getattr(value, "__name__", "offered")
            number = self._number(value, frozenset({"__call__"}))
            return {"$": "offer", "id": number, "function": str(name)}
        if isinstance(value, _LISTED):
            return list(islice(value, MAX_NODES))
        return None

    def find(self, fields: Mapping[str, Json]) -> object:
        """The object behind an offer that came back.

        One whose equality is its own affair stays a stranger: it might call itself equal to what a check expects.

        Raises:
            WireError: there is no such offer.
        """
        value, _ = self._known(fields.get("id"))
        kind: Any = type(value)
        plain = isinstance(value, _FUNCTIONS) or kind.__eq__ is object.__eq__
        return value if plain else Foreign(type_name(value), "")

    def begin(self) -> None:
        """A new call is made from outside of any other: what earlier ones raised can't come back."""
        self._raised.clear()

    def serve(self, message: Mapping[str, Any]) -> dict[str, Json]:
        """Make the call that the learner's process asks for.

        Raises:
            Forged: it isn't one that was offered.
            KeyboardInterrupt: somebody wants to stop.
        """
        function, args, kwargs = self._read(message)
        try:
            return {"value": self._encoded(function(*args, **kwargs))}
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except (CheckFailed, NotAttempted) as verdict:  # its text may tell what the check expects
            return {"error": problem_of(type(verdict)("The check has failed.")), "of": self._keep(verdict)}
        except BaseException as error:
            return {"error": problem_of(error, self._encoded), "of": self._keep(error)}

    def raised(self, number: object) -> BaseException | None:
        """The exception that a call back ended with, if the learner's code let it pass through."""
        return self._raised.get(number) if type(number) is int else None

    def _read(self, message: Mapping[str, Any]) -> tuple[Callable[..., Any], list[Any], dict[str, Any]]:
        value, names = self._known(message.get("id"))
        name, args, kwargs = message.get("name"), message.get("args"), message.get("kwargs")
        if type(name) is not str or name not in names:
            raise Forged("Your code's process called something that this check doesn't offer.")
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise Forged("Your code's process sent a call that can't be read.")
        try:
            read = [self._decoded(one) for one in args], {key: self._decoded(one) for key, one in kwargs.items()}
        except (WireError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise Forged(f"What your code hands to the check can't be read: {error}") from None
        return (value if isinstance(value, _FUNCTIONS) else getattr(value, name)), *read

    def _known(self, number: Any) -> tuple[Any, Collection[str]]:
        if type(number) is not int or number not in self._offered:
            raise Forged("Your code's process named something that this check doesn't offer.")
        return self._offered[number]

    def _number(self, value: object, names: frozenset[str]) -> int:
        number = self._numbers.setdefault(id(value), len(self._numbers) + 1)
        self._offered[number] = value, names
        return number

    def _keep(self, error: BaseException) -> int:
        self._errors += 1
        self._raised[self._errors] = error
        self._raised.pop(self._errors - _KEPT_ERRORS, None)
        return self._errors
