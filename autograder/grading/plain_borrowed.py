"""What passes between a plain nbgrader test and the learner's process: more than our own checks need.

Such a test was written for one process. It sorts a list in place and looks at it, catches the learner's exceptions,
adds two of the learner's vectors, puts a function of its own in the place of the learner's.
"""

from __future__ import annotations

import keyword
import sqlite3
from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.errors import WireError
from autograder.grading.databases import Databases
from autograder.grading.link import Link
from autograder.grading.namespace import Namespace
from autograder.grading.raised import base_among
from autograder.grading.restored import CHANGEABLE, restore
from autograder.grading.specials import Powers, with_specials
from autograder.grading.standins import Borrowed, CallableStandIn, IteratorStandIn, StandIn
from autograder.values import Json

__all__ = ["PlainBorrowed"]


class _Operable:
    """Adds what `specials.with_specials` forwards to."""

    _borrowed: Any
    _number: int

    def _may(self, name: str, args: tuple[Any, ...]) -> bool:
        among = "" if all(isinstance(one, StandIn) for one in args) else " with data"
        return bool(self._borrowed.powers.may(f"{type_name_of(self)}.{name}{among}"))

    def _special(self, name: str, args: tuple[Any, ...]) -> Any:
        return self._borrowed.special(self._number, name, args)

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("_"):
            super().__setattr__(name, value)
        else:
            self._borrowed.set_attribute(self._number, name, value)


class _Object(_Operable, StandIn):
    pass


class _Callable(_Operable, CallableStandIn):
    pass


class _Iterator(_Operable, IteratorStandIn):
    pass


class _Class(_Callable):
    """A class of the learner's: ``isinstance`` asks over there."""

    def __instancecheck__(self, value: object) -> bool:
        return bool(self._special("__instancecheck__", (value,)))

    def __subclasscheck__(self, value: object) -> bool:
        return bool(self._special("__subclasscheck__", (value,)))


def type_name_of(standin: Any) -> str:
    """The name of the type that a stand-in stands for."""
    return str(standin._foreign[0])


class PlainBorrowed(Borrowed):
    """Everything that passes, for plain tests.

    Attributes:
        powers: what the cell that runs may do beyond calls and data.
    """

    def __init__(self, link: Link, known: Namespace) -> None:
        super().__init__(link, known)
        self._space = known
        self.powers = Powers()
        self._kinds: dict[tuple[type, tuple[str, ...]], type] = {}
        self._exceptions: dict[int, type[Exception]] = {}
        self._databases = Databases(self.twins.by_name, self._reply)

    def begin(self, powers: Powers) -> None:
        """A test cell begins."""
        self.powers = powers
        self._databases.pull(powers)

    def after_setup(self) -> None:
        """A setup cell has run on both sides."""
        self._databases.note()

    def call(self, number: int, args: Sequence[Any], sent: list[Json], named: Mapping[str, Json]) -> Any:
        """Call a lent function, and do to the arguments what it did to its copies of them."""
        self._databases.push(self.powers)
        changeable = any(isinstance(one, CHANGEABLE) for one in args)
        reply = self._answer("call", id=number, args=sent, kwargs=named, restore=changeable)
        self._restore(args, reply.get("changed"))
        self._databases.pull(self.powers)
        return self._value("call", self._unless_raised(reply), {})

    def _restore(self, args: Sequence[Any], changed: Any) -> None:
        try:
            for place, data in (changed if isinstance(changed, dict) else {}).items():
                restore(args[int(place)], self._decoded(data))
        except (WireError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise self._unreadable(error) from None

    def special(self, number: int, name: str, args: Sequence[Any]) -> Any:
        """Use an operator on a lent object."""
        reply = self._reply("special", id=number, name=name, args=[self.encoded(one) for one in args])
        return NotImplemented if reply.get("not") is True else self._value("special", reply, {})

    def set_attribute(self, number: int, name: str, value: object) -> None:
        """Set an attribute of a lent object."""
        self._reply("setattr", id=number, name=name, value=self.encoded(value))

    def put(self, name: str, value: object) -> None:
        """Bind a name of the learner's to something else over there, where that can cross."""
        self._reply("set", name=name, value=self.encoded(value))

    def drop(self, name: str) -> None:
        """Unbind a name of the learner's over there."""
        self._reply("set", name=name)

    def _kind(self, fields: Mapping[str, Json]) -> type[StandIn]:
        if fields.get("class") is True:
            base: type = _Class
        elif fields["callable"] is True:
            base = _Callable
        else:
            base = _Iterator if fields.get("iterator") is True else _Object
        names = fields.get("specials")
        kind = base, tuple(map(str, names)) if isinstance(names, list) else ()
        if kind not in self._kinds:
            self._kinds[kind] = with_specials(*kind)
        return self._kinds[kind]

    def _resolve(self, fields: Mapping[str, Json]) -> object:
        if fields["$"] == "row":
            return _row([str(one) for one in fields["names"]], [self._decoded(one) for one in fields["v"]])
        if fields["$"] == "named":
            return _named(str(fields["type"]), fields["names"], [self._decoded(one) for one in fields["v"]])
        if fields["$"] == "ref" and isinstance(fields.get("bases"), list):
            return self._exception_class(int(fields["id"]), fields["bases"])
        found = super()._resolve(fields)
        if isinstance(found, StandIn) and "doc" in fields:
            found.__dict__["__doc__"] = str(fields["doc"])
        elif isinstance(found, StandIn):
            found.__dict__["__doc__"] = None
        return found

    def _exception_class(self, number: int, mro: list[Any]) -> type[Exception]:
        """A class of this side for an exception class of the learner's, so that ``except`` can name it."""
        if number not in self._exceptions:
            kinds = [(str(module), str(name)) for module, name in mro[:20]]
            self._meet(kinds[1:])
            base = base_among(kinds[1:], self._known_classes())
            name = kinds[0][1] if kinds[0][1].isidentifier() else "LearnerError"
            self._exceptions[number] = type(name, (base,), {})
        return self._exceptions[number]

    def _error(self, problem: Any) -> Exception:
        if isinstance(problem, dict) and isinstance(problem.get("types"), list):
            self._meet([(str(module), str(name)) for module, name in problem["types"][:20]])
        return super()._error(problem)

    def _meet(self, kinds: list[tuple[str, str]]) -> None:
        """Get to know the exception classes among the learner's own."""
        known = {kind.__name__ for kind in self._exceptions.values()}
        for module, name in kinds:
            if module == "__main__" and name in self._space.names and name not in known:
                self._space.get(name)

    def _known_classes(self) -> dict[str, Any]:
        own = {kind.__name__: kind for kind in self._exceptions.values()}
        return {**own, **dict.copy(self._space)}

    def _offer(self, value: object) -> Mapping[str, Json] | list[object] | None:
        for number, kind in self._exceptions.items():
            if value is kind:
                return {"id": number}
        return super()._offer(value)


def _row(names: list[str], values: list[Any]) -> sqlite3.Row:
    """A real row: found by place and by name."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.row_factory = sqlite3.Row
        quoted = ", ".join('? AS "' + name.replace('"', '""') + '"' for name in names)
        found: sqlite3.Row = connection.execute(f"SELECT {quoted}", values).fetchone()
        return found
    except (sqlite3.Error, OverflowError, ValueError) as error:
        raise WireError(f"a row can't be read: {error}") from None
    finally:
        connection.close()


def _named(name: str, fields: list[Any], values: list[Any]) -> tuple[Any, ...]:
    """A named tuple of this side's; a plain one where the names are none."""
    names = [str(one) for one in fields]
    fit = all(one.isidentifier() and not keyword.iskeyword(one) and not one.startswith("_") for one in names)
    if not fit or len(set(names)) != len(names) or len(names) != len(values):
        return tuple(values)
    kind = namedtuple(name if name.isidentifier() and not keyword.iskeyword(name) else "Row", names)  # type: ignore[misc]
    return kind(*values)
