"""Stand-ins: what a check holds in place of a function or an object that lives in the learner's process."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from autograder.errors import WireError
from autograder.grading.link import Link, Unanswered
from autograder.grading.raised import revive
from autograder.values import Foreign, Json, decode, encode, type_name

__all__ = ["Borrowed", "CallableStandIn", "StandIn"]


class StandIn(Foreign):
    """An object of the learner's. Its attributes are asked for one by one.

    No special method is passed on: it has no length, isn't equal to anything but itself, and is always true.
    """

    def __init__(self, borrowed: Borrowed, number: int, type_name: str, text: str) -> None:
        super().__init__(type_name, text)
        self._borrowed, self._number = borrowed, number

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._borrowed.ask("attr", id=self._number, name=name)


class CallableStandIn(StandIn):
    """A function or class of the learner's: calling it makes the call in the learner's process."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        refer = self._borrowed.refer
        sent = [encode(one, refer) for one in args]
        named = {name: encode(one, refer) for name, one in kwargs.items()}
        return self._borrowed.ask("call", id=self._number, args=sent, kwargs=named)


class Borrowed:
    """Everything that the checker has been lent by the learner's process.

    Args:
        link: the line to it.
        known: the checker's namespace, for the exception classes in it.
    """

    def __init__(self, link: Link, known: Mapping[str, Any]) -> None:
        self._link, self._known = link, known
        self._standins: dict[int, StandIn] = {}

    def ask(self, op: str, **fields: Json) -> Any:
        """Ask the learner's process for a value; what it prints on the way is printed here, for the check to capture.

        Raises:
            KeyError: there is no such name.
            Unanswered: no value came.
            Exception: what the learner's code raised.
        """
        reply = self._link.ask(op, **fields)
        out = reply.get("out")
        if isinstance(out, str) and out:
            sys.stdout.write(out)
        if reply.get("missing"):
            raise KeyError(fields.get("name"))
        try:
            if "error" not in reply:
                return decode(reply["value"], self._resolve)
            raised = revive(reply["error"], self._known)
        except (WireError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise self.unanswered(f"Your code's result can't be checked: {error}") from None
        raise raised

    def unanswered(self, why: str) -> Unanswered:
        return self._link.unanswered(why)

    def refer(self, value: object) -> Mapping[str, Json]:
        """Refer to a stand-in by its number. Nothing else of the checker's is lent yet: a seam for callbacks."""
        if isinstance(value, StandIn):
            return {"id": value._number}
        raise self.unanswered(
            f"This check hands your code a {type_name(value)}, which can't be passed between processes. "
            "Tell the course's author."
        )

    def _resolve(self, fields: Mapping[str, Json]) -> StandIn:
        """Make the stand-in for a reference, or find it again: the same object has the same stand-in."""
        number = int(fields["id"])
        if number not in self._standins:
            kind = CallableStandIn if fields["callable"] is True else StandIn
            made = kind(self, number, str(fields["type"])[:80], str(fields["text"])[:400])
            name = str(fields["name"])[:80]
            if name:
                made.__dict__["__name__"] = name
                made.text = made.text or name
            self._standins[number] = made
        return self._standins[number]
