"""Hidden checks that need nothing of the learner's but data: noted at their place, judged when the learner is gone.

Most answers are data: a query, a letter, a list. A check of data has no reason to meet the process it came from. So
at the place of a hidden check, everything that it will read is noted; when the last visible check has spoken and the
learner's process has ended, the hidden checks are judged by the notes. No second run is needed to seal them off.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.errors import WireError
from autograder.grading.link import Link, Unanswered
from autograder.grading.namespace import Namespace, names_in
from autograder.values import Json, decode

__all__ = ["Held"]

_UNSET = object()


class _Noted(Namespace):
    """A namespace as it was, with the learner's values as they were: ``None`` for a name that wasn't there."""

    def __init__(self, space: Namespace, values: Mapping[str, Json | None], link: Link) -> None:
        super().__init__(space.names, space.imports)
        self.update(dict.copy(space))
        self.before = dict.copy(self)
        self.excuses = dict(space.excuses)
        self._values, self._link = values, link

    def of_the_learner(self, name: str) -> Any:
        if name not in self._values:
            return self._link.ask("get", name=name)  # nobody is there: the link notes that somebody asked
        value = self._values[name]
        if value is None:
            raise KeyError(name)
        return decode(value["value"])

    def unanswered(self, why: str) -> Unanswered:
        return self._link.unanswered(why)


class Held:
    """The hidden checks of one submission that wait for the end.

    Args:
        link: the line to the learner's process.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._noted: dict[str, _Noted] = {}
        self._bound: dict[str, tuple[object, object]] = {}  # by hidden checks: what a name was before, and is now

    def note(self, source: str, label: str, space: Namespace) -> bool:
        """Note what a hidden check will read. False when it needs more than data, or the learner gives no answer."""
        values: dict[str, Json | None] = {}
        for name in sorted(names_in(source, label) & space.names - space.imports.keys() - space.keys()):
            try:
                reply = self._link.seen.get(name) or self._link.ask("get", name=name)
                if reply.get("missing") is True:
                    values[name] = None
                else:
                    decode(reply["value"])  # without a way to resolve them, references are refused
                    values[name] = {"value": reply["value"]}
            except (Unanswered, WireError, AttributeError, LookupError, TypeError, ValueError):
                return False
        self._noted[label] = _Noted(space, values, self._link)
        return True

    def space(self, label: str) -> Namespace:
        """The names for a check whose turn has come: as noted, and what hidden checks before it have bound since."""
        space = self._noted[label]
        for name, (before, now) in self._bound.items():
            if dict.get(space, name, _UNSET) is before:
                space[name] = space.before[name] = now
        return space

    def done(self, label: str) -> None:
        """Keep what a check has bound, for the hidden checks behind it."""
        space = self._noted.pop(label)
        for name, now in dict.items(space):
            if (before := space.before.get(name, _UNSET)) is not now:
                self._bound[name] = (before, now)
