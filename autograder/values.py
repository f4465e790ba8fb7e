"""Values as tagged JSON: what may cross from one process to another, and nothing else.

Plain JSON stands for itself; the rest is an object with a ``$``: ``{"$": "bytes", "v": "aGk="}``. What arrives is of an
exact builtin type. A subclass is reduced to its builtin value by the builtin's own methods, so an overridden
``__eq__`` or ``__int__`` stays behind. What has no such form arrives as a `Foreign`, which equals nothing.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograder.errors import WireError

__all__ = ["MAX_DEPTH", "MAX_NODES", "Foreign", "Json", "decode", "describe", "encode", "type_name"]

MAX_DEPTH = 64
MAX_NODES = 200_000
_EXACT = 2**53  # whole numbers up to here are safe in every JSON reader
_MAX_BITS = 1 << 16

Json = Any
"""Something that ``json.dumps`` takes."""

Refer = Callable[[object], "Mapping[str, Json] | list[object] | None"]
Resolve = Callable[[Mapping[str, Json]], object]


class Foreign:
    """An object that stayed in the other process: it says what it is, and equals nothing but itself."""

    def __init__(self, type_name: str, text: str) -> None:
        self._foreign = (type_name, text)  # one private name: the object's own attributes may be called anything

    def __repr__(self) -> str:
        kind, text = self._foreign
        return f"<{kind}: {text}>" if text else f"<{kind}>"


def encode(value: object, refer: Refer | None = None, first: Refer | None = None) -> Json:
    """Turn a value into JSON.

    Args:
        value: any object. Containers may be nested `MAX_DEPTH` deep and hold `MAX_NODES` values.
        refer: asked about each object without a form of its own; returns the fields of a reference (with a ``$`` if it
            isn't a plain ``ref``), a list to send in its place, or None.
        first: asked in the same way about each object whose type isn't exactly a builtin one, before it is reduced.

    Raises:
        WireError: too deep (a list that contains itself, say), too many values, or too large a number.
    """
    return _Encoder(refer, first).encode(value, 0)


def decode(data: Json, resolve: Resolve | None = None) -> Any:
    """Turn JSON from `encode` back into a value. Never runs code that came with the data.

    Args:
        data: what ``json.loads`` returned.
        resolve: turns the fields of a reference into an object; without it, references are errors.

    Raises:
        WireError: anything that `encode` wouldn't have written.
    """
    try:
        return _Decoder(resolve).decode(data, 0)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise WireError(f"A value from the other process is malformed ({error}).") from None


def type_name(value: object) -> str:
    """The name of an object's type. A metaclass that answers for it isn't asked."""
    return str(type.__dict__["__name__"].__get__(type(value)))[:80]


def describe(value: object, limit: int = 200) -> str:
    """An object's ``repr``, cut short; empty when the object can't be printed."""
    try:
        text = str.__str__(repr(value))
    except Exception:
        return ""
    return text if len(text) <= limit else f"{text[:limit]}..."


class _Encoder:
    """One value on its way out. ``_left`` counts down over all of its parts."""

    def __init__(self, refer: Refer | None, first: Refer | None) -> None:
        self._refer, self._first, self._left = refer, first, MAX_NODES

    def encode(self, value: object, depth: int) -> Json:
        self._left -= 1
        if self._left < 0:
            raise WireError(f"The value has more than {MAX_NODES:,} parts.")
        if depth > MAX_DEPTH:
            raise WireError(f"The value is nested more than {MAX_DEPTH} deep, or contains itself.")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if self._first and kind not in _BUILTIN and (fields := self._first(value)) is not None:
            return self._reference(fields, depth)
        for base, form in _SCALARS:
            if issubclass(kind, base):
                return form(value)
        if issubclass(kind, dict):
            return self._dict(value, depth + 1)
        for base, tag, parts in _CONTAINERS:
            if issubclass(kind, base):
                encoded = [self.encode(part, depth + 1) for part in parts(value)]
                return {"$": tag, "v": encoded} if tag else encoded
        fields = self._refer(value) if self._refer else None
        if fields is not None:
            return self._reference(fields, depth)
        return {"$": "repr", "type": type_name(value), "v": describe(value)}

    def _reference(self, fields: Mapping[str, Json] | list[object], depth: int) -> Json:
        return self.encode(fields, depth + 1) if isinstance(fields, list) else {"$": "ref", **fields}

    def _dict(self, value: Any, depth: int) -> Json:
        pairs = [(self.encode(key, depth), self.encode(part, depth)) for key, part in dict.items(value)]
        if all(type(key) is str and key != "$" for key, _ in pairs):
            return dict(pairs)
        return {"$": "dict", "v": pairs}


def _int(value: Any) -> Json:
    exact = int.__int__(value)
    if -_EXACT <= exact <= _EXACT:
        return exact
    if exact.bit_length() > _MAX_BITS:
        raise WireError(f"A whole number has more than {_MAX_BITS:,} bits.")
    return {"$": "int", "v": format(exact, "x")}


def _float(value: Any) -> Json:
    exact = float.__float__(value)
    return exact if math.isfinite(exact) else {"$": "float", "v": repr(exact)}


def _bytes(value: Any) -> Json:
    return {"$": "bytes", "v": base64.b64encode(memoryview(value)).decode("ascii")}


def _moment(tag: str, form: Callable[[Any], str]) -> Callable[[Any], Json]:
    def encode_moment(value: Any) -> Json:
        try:
            return {"$": tag, "v": str.__str__(form(value))}
        except Exception:  # a time zone of the learner's own making
            return {"$": "repr", "type": type_name(value), "v": ""}

    return encode_moment


def _timedelta(value: datetime.timedelta) -> Json:
    of = datetime.timedelta.__dict__
    return {"$": "timedelta", "v": [of[part].__get__(value) for part in ("days", "seconds", "microseconds")]}


# Asked in this order: a datetime is a date, too.
_SCALARS: tuple[tuple[type, Callable[[Any], Json]], ...] = (
    (str, str.__str__),
    (int, _int),
    (float, _float),
    ((bytes), _bytes),
    (bytearray, _bytes),
    (decimal.Decimal, lambda value: {"$": "decimal", "v": decimal.Decimal.__str__(value)}),
    (datetime.datetime, _moment("datetime", datetime.datetime.isoformat)),
    (datetime.date, _moment("date", datetime.date.isoformat)),
    (datetime.time, _moment("time", datetime.time.isoformat)),
    (datetime.timedelta, _timedelta),
)
_CONTAINERS: tuple[tuple[type, str, Callable[[Any], Iterable[object]]], ...] = (
    (list, "", list.__iter__),
    (tuple, "tuple", tuple.__iter__),
    (set, "set", set.__iter__),
    (frozenset, "frozenset", frozenset.__iter__),
)
_BUILTIN = frozenset({str, int, float, bytes, list, dict, tuple, set})  # the types that need no second look
_REFERENCES = frozenset({"ref", "twin", "builtin", "offer", "named", "row"})


class _Decoder:
    """One value on its way in."""

    def __init__(self, resolve: Resolve | None) -> None:
        self._resolve, self._left = resolve, MAX_NODES

    def decode(self, data: Json, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            raise WireError("A value from the other process is too large or nested too deep.")
        if data is None or isinstance(data, str | bool | int | float):
            return data
        if isinstance(data, list):
            return [self.decode(part, depth + 1) for part in data]
        if not isinstance(data, dict):
            raise WireError("A value from the other process isn't JSON.")
        if "$" not in data:
            return {str(key): self.decode(part, depth + 1) for key, part in data.items()}
        return self._tagged(data["$"], data, depth + 1)

    def _tagged(self, tag: Json, data: Mapping[str, Json], depth: int) -> Any:
        if self._resolve and tag in _REFERENCES:
            return self._resolve(data)
        if tag == "repr":
            return Foreign(str(data["type"])[:80], str(data["v"]))
        if tag == "dict":
            return {self.decode(key, depth): self.decode(part, depth) for key, part in data["v"]}
        if tag in _GATHER:
            return _GATHER[tag]([self.decode(part, depth) for part in data["v"]])
        if tag in _READ:
            return _READ[tag](data["v"])
        raise WireError(f"A value from the other process has the unknown tag {str(tag)[:40]!r}.")


def _read_int(text: str) -> int:
    if len(text) > _MAX_BITS // 4 + 1:
        raise WireError(f"A whole number has more than {_MAX_BITS:,} bits.")
    return int(text, 16)


_GATHER: Mapping[Json, Callable[[list[Any]], Any]] = {"tuple": tuple, "set": set, "frozenset": frozenset}
_READ: Mapping[Json, Callable[[Any], Any]] = {
    "int": _read_int,
    "float": lambda text: float({"nan": "nan", "inf": "inf", "-inf": "-inf"}[text]),
    "bytes": lambda text: base64.b64decode(text, validate=True),
    "decimal": decimal.Decimal,
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda parts: datetime.timedelta(*map(int, parts[:3])),
}
