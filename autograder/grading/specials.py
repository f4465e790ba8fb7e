"""Operators on learners' own objects: which there are, how a stand-in forwards them, and when it may.

A stand-in that forwarded every operator would let a learner return an object that equals anything. So a test cell may
use only those that the author's own solution needed in that very cell; elsewhere a stand-in equals itself alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

__all__ = ["Powers", "special_names", "with_specials"]

_BINARY = """
    add sub mul truediv floordiv mod pow matmul and or xor lshift rshift divmod radd rsub rmul rtruediv rfloordiv rmod
    rpow rmatmul rand ror rxor rdivmod iadd isub imul itruediv ior iand eq ne lt le gt ge
"""
_OTHERS = """
    len getitem setitem delitem contains iter reversed bool neg pos abs invert int float index round trunc floor ceil
    str repr format enter exit hash complex bytes
"""
_BINARY_NAMES = frozenset(f"__{name}__" for name in _BINARY.split())
_NAMES = _BINARY_NAMES | {f"__{name}__" for name in _OTHERS.split()}
_ALWAYS = {"__bool__": lambda _self: True, "__hash__": object.__hash__}


class Powers:
    """What a test cell may do with learners' objects beyond calls and data.

    Args:
        granted: names such as ``Vector.__add__``; None grants everything and notes what is used.
    """

    def __init__(self, granted: Collection[str] | None = ()) -> None:
        self._granted, self.used = granted, set[str]()

    def could(self, name: str) -> bool:
        """Whether this may be done at all."""
        return self._granted is None or name in self._granted

    def may(self, name: str) -> bool:
        """Whether this may be done; noted if so."""
        if self.could(name):
            self.used.add(name)
        return self.could(name)


def special_names(kind: type) -> list[str]:
    """The special methods that a type defines otherwise than every object."""
    plain = type if issubclass(kind, type) else object
    return [name for name in sorted(_NAMES) if callable(found := _of(kind, name)) and found is not _of(plain, name)]


def _of(kind: type, name: str) -> object:
    """What a type's instances have under a name; its metaclass isn't asked."""
    return next((vars(one)[name] for one in kind.__mro__ if name in vars(one)), None)


def with_specials(base: type, names: Collection[str]) -> type:
    """A kind of stand-in with these special methods, each forwarded where it may be.

    Args:
        base: a class with ``_special(name, args)`` and ``_may(name, args)``.
        names: from the learner's process; what isn't a special method is left out.
    """
    members: dict[str, Any] = {name: _forwarded(base, name) for name in names if name in _NAMES}
    if "__eq__" in members:
        members.setdefault("__hash__", base.__hash__)
    return type(base.__name__, (base,), members)


def _forwarded(base: type, name: str) -> Callable[..., Any]:
    fallback = _ALWAYS.get(name, getattr(base, name, None))

    def special(self: Any, *args: Any) -> Any:
        if self._may(name, args):
            return self._special(name, args)
        if name in _BINARY_NAMES:
            return NotImplemented
        if fallback is None:
            raise TypeError(f"This test can't use {name} of an object of the learner's.")
        return fallback(self, *args)

    special.__name__ = name
    return special
