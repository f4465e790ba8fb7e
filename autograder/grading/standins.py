"""Stand-ins: what a check holds in place of a function or an object that lives in the learner's process."""

from __future__ import annotations

import base64
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.errors import WireError
from autograder.grading.handlers import is_connection, read_request
from autograder.grading.link import Link, Unanswered
from autograder.grading.offers import Offers
from autograder.grading.raised import revive
from autograder.grading.twins import Twins
from autograder.sql.connected import TOLD
from autograder.values import Foreign, Json, decode, encode, type_name

__all__ = ["Borrowed", "CallableStandIn", "IteratorStandIn", "StandIn"]

_GRACE = 2.0  # seconds that an exchange may take beyond its own limit, so that its own words arrive


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

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_"):
            raise self._borrowed.unanswered(
                f"This check sets the attribute {name!r} of an object of yours, which can't be done from another "
                "process. Tell the course's author."
            )
        super().__setattr__(name, value)

    def __exchange__(self, data: Mapping[str, Json]) -> dict[str, Json]:
        """Have the learner's process drive this object as a web app; see `autograder.web.driver.exchange`."""
        limits = data.get("limits")
        seconds = limits.get("seconds") if isinstance(limits, dict) else None
        allowed = {"seconds": seconds + _GRACE} if isinstance(seconds, int | float) else {}
        return self._borrowed.exchange(self._number, data, **allowed)

    def __connected__(self, about: Mapping[str, Json], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Have the learner's process call this with a connection; see `autograder.sql.connected`."""
        return self._borrowed.connected(self._number, about, args, kwargs)


class CallableStandIn(StandIn):
    """A function, class or callable object of the learner's: calling it makes the call in the learner's process."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if is_connection(args):
            return self._borrowed.handle(self._number, *args)
        encoded = self._borrowed.encoded
        sent = [encoded(one) for one in args]
        named = {name: encoded(one) for name, one in kwargs.items()}
        return self._borrowed.call(self._number, args, sent, named)

    def __changing__(self, *args: Any) -> tuple[Any, dict[int, Any]]:
        """Make the call; return its value, and by its place each argument that it changed, as it is now."""
        return self._borrowed.call_changing(self._number, [self._borrowed.encoded(one) for one in args])


class IteratorStandIn(StandIn):
    """An iterator of the learner's, such as what a generator function returns: values are fetched one by one."""

    def __iter__(self) -> IteratorStandIn:
        return self

    def __next__(self) -> Any:
        return self._borrowed.ask("next", id=self._number)


class Borrowed:
    """Everything that passes between a check and the learner's process: what is lent, and what is handed over.

    Args:
        link: the line to it.
        known: the checker's namespace, for the exception classes in it.
    """

    def __init__(self, link: Link, known: Mapping[str, Any]) -> None:
        self._link, self._known = link, known
        self._standins: dict[int, StandIn] = {}
        self.twins = Twins()
        self.offers = link.offers = Offers(self.encoded, self._decoded)

    def ask(self, op: str, **fields: Json) -> Any:
        """Ask the learner's process for a value.

        Raises:
            KeyError: there is no such name.
            StopIteration: the iterator is at its end.
            Unanswered: no value came.
            Exception: what the learner's code raised, or let pass of what the check's own code raised.
        """
        return self._value(op, self._reply(op, **fields), fields)

    def _value(self, op: str, reply: Mapping[str, Any], fields: Mapping[str, Json]) -> Any:
        if reply.get("missing"):
            raise KeyError(fields.get("name"))
        if op == "next" and reply.get("end") is True:
            raise StopIteration
        try:
            return self._decoded(reply["value"])
        except (WireError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise self._unreadable(error) from None

    def exchange(self, number: int, data: Mapping[str, Json], **allowed: float) -> dict[str, Json]:
        """Have a lent app driven. What comes back is for the caller to read with care.

        Raises:
            Unanswered: nothing came.
        """
        reply = self._reply("exchange", id=number, data=data, **allowed)
        answer = reply.get("exchange")
        if not isinstance(answer, dict):
            raise self.unanswered("Your app's answer can't be read.")
        return answer

    def connected(
        self, number: int, about: Mapping[str, Json], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Have a lent function called with a connection to a database file that both processes reach.

        Raises:
            Unanswered: nothing came, or nothing that can be read.
            Exception: what the function raised.
        """
        sent: list[Json] = [self.encoded(one) for one in args]
        named: dict[str, Json] = {name: self.encoded(one) for name, one in kwargs.items()}
        told = self.ask("connected", id=number, about=dict(about), args=sent, kwargs=named)
        if not isinstance(told, dict) or told.keys() != TOLD.keys():
            raise self.unanswered("Your function's result can't be read.")
        if any(type(told[name]) is not kind for name, kind in TOLD.items() if kind is not object):
            raise self.unanswered("Your function's result can't be read.")
        return told

    def handle(self, number: int, connection: socket.socket, client: Any, server: Any) -> None:
        """Have a lent handler class answer the request on a connection to the check's own server."""
        data = base64.b64encode(read_request(connection)).decode("ascii")
        places = {"client": list(client[:2]), "server": list(server.server_address[:2])}
        response = self._reply("handle", id=number, data=data, **places).get("response")
        if not isinstance(response, str):
            raise self.unanswered("Your handler's answer can't be read.")
        connection.sendall(base64.b64decode(response))

    def call(self, number: int, args: Sequence[Any], sent: list[Json], named: Mapping[str, Json]) -> Any:  # noqa: ARG002
        """Call a lent object. ``args`` are the check's own objects, ``sent`` what goes over."""
        return self.ask("call", id=number, args=sent, kwargs=named)

    def call_changing(self, number: int, sent: list[Json]) -> tuple[Any, dict[int, Any]]:
        """Call a lent object, and learn what it did to its copies of the arguments. The check's stay as they are."""
        reply = self._reply("call", id=number, args=sent, kwargs={}, restore=True)
        changed = reply.get("changed")
        try:
            told = {int(place): data for place, data in dict(changed or {}).items()}
            now = {place: self._decoded(data) for place, data in told.items() if place in range(len(sent))}
        except (WireError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise self._unreadable(error) from None
        return self._value("call", reply, {}), now

    def encoded(self, value: object) -> Json:
        """Turn something that the check hands over into JSON."""
        return encode(value, self._refer, self._offer)

    def unanswered(self, why: str) -> Unanswered:
        return self._link.unanswered(why)

    def _reply(self, op: str, **fields: Json) -> dict[str, Any]:
        """Ask, print what was printed over there, for the check to capture, and raise what was raised."""
        return self._unless_raised(self._answer(op, **fields))

    def _answer(self, op: str, **fields: Json) -> dict[str, Any]:
        reply = self._link.ask(op, **fields)
        for stream, name in ((sys.stdout, "std" if "err" in reply else "out"), (sys.stderr, "err")):
            printed = reply.get(name)
            if isinstance(printed, str) and printed:
                stream.write(printed)
        return reply

    def _unless_raised(self, reply: dict[str, Any]) -> dict[str, Any]:
        if "error" in reply:
            raise self.offers.raised(reply.get("of")) or self._error(reply["error"])
        return reply

    def _error(self, problem: Any) -> Exception:
        try:
            return revive(problem, self._known_classes(), self._decoded)
        except (WireError, AttributeError, LookupError, TypeError, ValueError) as error:
            return self._unreadable(error)

    def _known_classes(self) -> Mapping[str, Any]:
        """Where this side's exception classes are found by name."""
        return self._known

    def _unreadable(self, error: Exception) -> Unanswered:
        return self.unanswered(f"Your code's result can't be checked: {error}")

    def _offer(self, value: object) -> Mapping[str, Json] | list[object] | None:
        """Offer an object that is marked for it, even if it is a kind of dict."""
        if isinstance(value, StandIn):
            return {"id": value._number}
        try:
            return self.offers.marked(value)
        except TypeError as error:
            raise self.unanswered(f"This check can't be run: {error}. Tell the course's author.") from None

    def _refer(self, value: object) -> Mapping[str, Json] | list[object]:
        """Refer to what both sides have, or offer it."""
        if twin := self.twins.reference(value):
            return twin
        if (offered := self.offers.function(value)) is not None:
            return offered
        raise self.unanswered(
            f"This check hands your code a {type_name(value)}, which can't be passed between processes: bind it in a "
            "setup cell, or list in its class's __offered__ what may be called. Tell the course's author."
        )

    def _kind(self, fields: Mapping[str, Json]) -> type[StandIn]:
        """The class of stand-in that a lent object needs."""
        if fields["callable"] is True:
            return CallableStandIn
        return IteratorStandIn if fields.get("iterator") is True else StandIn

    def _decoded(self, data: Json) -> Any:
        return decode(data, self._resolve)

    def _resolve(self, fields: Mapping[str, Json]) -> object:
        """Make the stand-in for a reference, or find it again: the same object has the same stand-in."""
        if fields["$"] == "offer":
            return self.offers.find(fields)
        if fields["$"] != "ref":
            raise WireError("it refers to something that isn't its own")
        number = int(fields["id"])
        if number not in self._standins:
            made = self._kind(fields)(self, number, str(fields["type"])[:80], str(fields["text"])[:400])
            name = str(fields["name"])[:80]
            if name:
                made.__dict__["__name__"] = name
                if not fields["text"]:
                    made.__dict__["_foreign"] = made._foreign[0], name
            self._standins[number] = made
        return self._standins[number]
