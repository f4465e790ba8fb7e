"""Twins: what a setup cell bound, and so exists in both processes. It crosses as its name."""

from __future__ import annotations

import builtins
import types
from collections.abc import Iterable, Mapping
from typing import Any

from autograder.errors import WireError
from autograder.values import Json

__all__ = ["Twins", "new_names"]

_PLAIN = (type(None), bool, int, float, str, bytes, list, tuple, dict, set, frozenset)
_BUILTIN_KINDS = (type, types.BuiltinFunctionType)
_builtins = dict(vars(builtins))  # as they were before anybody could change them


class Twins:
    """The objects of one side by their names, as they were right after the setup cells ran.

    They are only ever looked up for the learner's side. A twin's name that comes back from there means nothing: else a
    learner could answer with ``subprocess.run``, and have the checker call it.
    """

    def __init__(self) -> None:
        self.by_name: dict[str, object] = {}
        self._names: dict[int, str] = {}

    def note(self, names: Iterable[str], space: Mapping[str, object]) -> None:
        """Keep what these names are bound to now."""
        for name in names:
            if name in space:
                self.by_name[name] = dict.__getitem__(space, name) if isinstance(space, dict) else space[name]
        self._names = {id(value): name for name, value in reversed(self.by_name.items())}

    def reference(self, value: object) -> dict[str, Json] | None:
        """How to refer to an object that is bound by a setup cell or by Python itself; None for every other."""
        if name := self._names.get(id(value)):
            return {"$": "twin", "v": name}
        name = getattr(value, "__name__", "") if isinstance(value, _BUILTIN_KINDS) else ""
        return {"$": "builtin", "v": name} if name and _builtins.get(name) is value else None

    def find(self, fields: Mapping[str, Json]) -> object:
        """The object of this side that a reference means.

        Raises:
            WireError: there is none.
        """
        try:
            return (_builtins if fields["$"] == "builtin" else self.by_name)[fields["v"]]
        except KeyError:
            raise WireError(f"The setup cells bind no {str(fields.get('v'))[:80]!r} in your code's process.") from None


def new_names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names that a cell bound to objects, plain data left out: that crosses by value."""
    missing = object()
    return [
        name
        for name, value in after.items()
        if before.get(name, missing) is not value and not name.startswith("__") and type(value) not in _PLAIN
    ]
