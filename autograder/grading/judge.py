"""Runs a plain nbgrader test cell in the checker, and says how it ended."""

from __future__ import annotations

import builtins
import contextlib
import traceback
from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import Any
from unittest.mock import Mock

from autograder.grading.captured import Captured, captured
from autograder.grading.limits import Limits
from autograder.grading.link import Link, Unanswered
from autograder.grading.namespace import Namespace, run_cell
from autograder.grading.plain_borrowed import PlainBorrowed
from autograder.grading.specials import Powers
from autograder.grading.standins import StandIn
from autograder.grading.verdict import Ending, ending_of
from autograder.values import Json

__all__ = ["PlainNamespace", "ending_with", "judge", "shown_value"]


class PlainNamespace(Namespace):
    """Global names as a kernel has them: ``globals()`` knows the learner's, too, and ``display`` does nothing.

    What Python itself calls ``sum`` or ``len`` is never the learner's, even if the author's solution takes such a name.
    """

    def __init__(self, names: Iterable[str], imports: Mapping[str, str]) -> None:
        super().__init__(frozenset(names) - vars(builtins).keys(), imports)
        self._dropped: set[str] = set()
        self["display"] = lambda *_args, **_kwargs: None

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or (isinstance(name, str) and self._found(name))

    def __missing__(self, name: str) -> Any:
        if name in self._dropped:
            raise KeyError(name)
        return super().__missing__(name)

    def __setitem__(self, name: str, value: object) -> None:
        """Bind a name. A function that takes the place of a learner's does so over there, too."""
        super().__setitem__(name, value)
        if name in self.names and isinstance(self.borrowed, PlainBorrowed):
            self._dropped.discard(name)
            if isinstance(value, StandIn | FunctionType | Mock):
                with contextlib.suppress(Unanswered):
                    self.borrowed.put(name, value)

    def __delitem__(self, name: str) -> None:
        """Unbind a name. One of the learner's is gone over there, too."""
        theirs = name in self and not dict.__contains__(self, name)
        if not theirs or name in self._dropped:
            super().__delitem__(name)
        if name in self.names and isinstance(self.borrowed, PlainBorrowed):
            self._dropped.add(name)
            with contextlib.suppress(Unanswered):
                self.borrowed.drop(name)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except (KeyError, Unanswered):
            return default

    def release(self, names: Iterable[str]) -> None:
        """Let the learner's values show again."""
        super().release(names)
        self._dropped.difference_update(names)

    def _found(self, name: str) -> bool:
        if name not in self.names:
            return False
        with contextlib.suppress(KeyError, Unanswered):
            self[name]
            return True
        return False


def judge(request: Mapping[str, Any], space: Namespace, link: Link, limits: Limits) -> dict[str, Json]:
    """Run a test cell whole, and tell how it ended and what it printed."""
    link.begin_cell(request["seconds"], request["grade_id"])
    powers = Powers(request["powers"])
    with captured(limits.output) as out:
        try:
            if isinstance(space.borrowed, PlainBorrowed):
                space.borrowed.begin(powers)
            value = run_cell(request["source"], request["grade_id"], space)
            ending = ending_of(shown_value(value, request["source"]), out.loud)
        except BaseException as error:
            ending = _ended(error, request["grade_id"], space, out)
    if ending.kind != "error" and link.failures:  # swallowed by a bare except: silence must not pass for an answer
        ending = Ending("error", text=link.failures[0][1], line=link.failures[0][0], lost=link.failures[0][1])
    return {"ending": ending.to_json(), "out": out.text, "used": sorted(powers.used)}


def _ended(error: BaseException, label: str, space: Namespace, out: Captured) -> Ending:
    ending = ending_with(error, f"<{label}>", out.loud)
    if isinstance(error, Unanswered):
        return Ending("error", text=error.message, line=ending.line, lost=error.message)
    if isinstance(error, NameError) and error.name in space.names and not hasattr(builtins, str(error.name)):
        return Ending("error", text=ending.text, line=ending.line, missing=str(error.name), stderr=out.loud)
    return ending


def ending_with(error: BaseException, filename: str, stderr: bool) -> Ending:
    """The ending of a cell that an exception ended."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == filename]
    text = str(error)
    asserted = isinstance(error, AssertionError)
    said = text if asserted else f"{type(error).__name__}{': ' + text if text else ''}"
    return Ending("error", text=said[:2_000], asserted=asserted, line=lines[-1] if lines else 0, stderr=stderr)


def shown_value(value: object, source: str) -> object:
    """The value that a notebook would show: none behind a semicolon."""
    return None if source.rstrip().endswith(";") else value
