"""The learner's process: runs answers, and lends their results to the checker.

Once it has run a learner's cell, everything in here is under the learner's control. Nothing it says is believed but the
values of the learner's own answers.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autograder.errors import WireError
from autograder.grading.beside import Beside
from autograder.grading.captured import captured
from autograder.grading.databases import answer_content, answer_load
from autograder.grading.exotic import about, exotic, special
from autograder.grading.folder import unpack
from autograder.grading.handlers import answer_as_handler
from autograder.grading.limits import Limits
from autograder.grading.line import Line
from autograder.grading.proxies import Proxies
from autograder.grading.raised import problem_of
from autograder.grading.restored import CHANGEABLE
from autograder.grading.shell import Shell, make_shell
from autograder.grading.twins import Twins
from autograder.grading.warmth import USUAL, load
from autograder.grading.wire import Channel
from autograder.sandbox import broker
from autograder.values import Json, decode, describe, encode, type_name

__all__ = ["Worker", "main", "warm_up"]

Message = Mapping[str, Any]

_SHORT = 10_000  # characters


class Worker:
    """Answers one request after the other. To teach it a new one, add a method to ``operations``."""

    def __init__(self, channel: Channel, shell: Shell, limits: Limits) -> None:
        self._shell, self._limits = shell, limits
        self._line = Line(channel, self._answer)
        self._twins = Twins()
        self._proxies = Proxies(self._line, self._encoded, self._decoded, self._twins.by_name)
        self._lent: dict[int, object] = {}
        self._hurried: Any = None
        self._files: list[Message] = []
        self._is_plain = False
        self._beside: Beside | None = None
        self._numbers: dict[int, int] = {}  # by id(); the objects in `_lent` stay alive, so no id is used twice
        self.operations: Mapping[str, Callable[[Message], dict[str, Json]]] = {
            "run": self._run,
            "get": self._get,
            "call": self._call,
            "attr": self._attr,
            "next": self._next,
            "exchange": self._exchange,
            "connected": self._connected,
            "put": self._put,
            "plain": self._plain,
            "special": self._special,
            "set": self._set,
            "note": self._note,
            "setattr": self._setattr,
            "content": lambda one: answer_content(self._twins.by_name.get(one["name"]), one["only"]),
            "load": lambda one: answer_load(self._twins.by_name.get(one["name"]), one["data"]),
            "beside": self._run_beside,
            "handle": self._handle,
        }

    def serve(self) -> None:
        """Answer until the other end is closed."""
        self._line.serve()

    def _answer(self, request: Message, outermost: bool) -> dict[str, Json]:
        """Do what is asked, with everything that is printed on the way."""
        if not outermost:
            return self._done(request)
        with captured(self._limits.output) as out:
            reply = self._done(request)
        apart = {"std": out.part(error=False), "err": out.part(error=True)} if out.loud else {}
        return {**reply, "out": out.text, **apart}

    def _done(self, request: Message) -> dict[str, Json]:
        try:
            return self.operations[request["op"]](request)
        except WireError as error:
            return {"unsendable": str(error)}
        except BaseException as error:
            return {"error": problem_of(error, self._encoded), "of": _number_of(error)}

    def _run(self, request: Message) -> dict[str, Json]:
        """Run one cell. After a setup cell, ``twins`` are the names of what both sides have now.

        What a ``blind`` cell displays goes nowhere. Of the ``names`` that it should bind, those with short texts are
        told at once: they will be asked for.
        """
        if magics := sys.modules.get("autograder.magics"):
            magics.show_results(not request.get("blind"))
        before = dict(self._shell.user_ns) if request.get("locked") else {}
        error = self._shell.run(request["source"])
        if self._beside and request.get("locked"):
            self._beside.keep(before)
        self._twins.note(request.get("twins", ()), self._shell.user_ns)
        if "twins" in request:
            self._hurry()
        reply: dict[str, Json] = {} if error is None else {"error": problem_of(error)}
        if pictures := self._shell.pictures.kept:
            reply["pictures"] = list(pictures)
        values = {name: self._shell.user_ns.get(name) for name in request.get("names", ())}
        if texts := {name: value for name, value in values.items() if type(value) is str and len(value) <= _SHORT}:
            reply["texts"] = texts
        return reply

    def _hurry(self) -> None:
        """Once a setup cell has brought mock services in: they run in the checker, so nobody should wait for them."""
        transport = sys.modules.get("autograder.web.transport")
        if transport is not None and not self._hurried:
            self._hurried = transport.hurried()  # kept: it ends with its last reference
            self._hurried.__enter__()  # for the rest of this process's life

    def _get(self, request: Message) -> dict[str, Json]:
        """Look up a name in the notebook."""
        space = self._shell.user_ns
        return {"value": self._encoded(space[request["name"]])} if request["name"] in space else {"missing": True}

    def _call(self, request: Message) -> dict[str, Json]:
        """Call a lent object."""
        function: Any = self._lent[request["id"]]
        args = [self._decoded(one) for one in request["args"]]
        kwargs = {name: self._decoded(one) for name, one in request["kwargs"].items()}
        if not request.get("restore"):
            return {"value": self._encoded(function(*args, **kwargs))}
        before = [self._encoded(one) for one in args]
        try:
            reply: dict[str, Json] = {"value": self._encoded(function(*args, **kwargs))}
        except Exception as error:
            reply = {"error": problem_of(error, self._encoded), "of": _number_of(error)}
        after = [
            self._encoded(one) if isinstance(one, CHANGEABLE) else then for one, then in zip(args, before, strict=True)
        ]
        changed = {str(place): now for place, (then, now) in enumerate(zip(before, after, strict=True)) if then != now}
        return reply | ({"changed": changed} if changed else {})

    def _attr(self, request: Message) -> dict[str, Json]:
        """Read an attribute of a lent object."""
        return {"value": self._encoded(getattr(self._lent[request["id"]], request["name"]))}

    def _next(self, request: Message) -> dict[str, Json]:
        """Take the next value from a lent iterator."""
        iterator: Any = self._lent[request["id"]]
        for value in iterator:
            return {"value": self._encoded(value)}
        return {"end": True, "value": None}

    def _exchange(self, request: Message) -> dict[str, Json]:
        """Drive a lent app: HTTP requests as data in, responses as data out."""
        from autograder.web.driver import exchange  # only some modules have apps

        return {"value": None, "exchange": exchange(self._lent[request["id"]], request["data"])}

    def _connected(self, request: Message) -> dict[str, Json]:
        """Call a lent function with a connection to a database file."""
        from autograder.sql.connected import call_connected  # only some modules have databases

        function: Any = self._lent[request["id"]]
        args = [self._decoded(one) for one in request["args"]]
        kwargs = {name: self._decoded(one) for name, one in request["kwargs"].items()}
        return {"value": self._encoded(call_connected(function, request["about"], args, kwargs))}

    def _put(self, request: Message) -> dict[str, Json]:
        """Write a file of the assignment's."""
        unpack(request)
        self._files.append(request)
        return {}

    def _plain(self, request: Message) -> dict[str, Json]:
        """From now on this is a plain nbgrader notebook; if tests are to run here, remember how everything was."""
        os.environ["NBGRADER_EXECUTION"] = "autograde"
        self._is_plain = True
        if request["beside"]:
            self._beside = Beside(self._shell, request["names"], self._files, request["modules"])
        return {}

    def _special(self, request: Message) -> dict[str, Json]:
        """Use an operator on a lent object."""
        args = [self._decoded(one) for one in request["args"]]
        return special(self._lent[request["id"]], request["name"], args, self._encoded)

    def _set(self, request: Message) -> dict[str, Json]:
        """Bind a name anew, or unbind it, as a test does that puts something of its own in a function's place."""
        if "value" in request:
            self._shell.user_ns[request["name"]] = self._decoded(request["value"])
        else:
            self._shell.user_ns.pop(request["name"], None)
        return {"value": None}

    def _note(self, request: Message) -> dict[str, Json]:
        """Take names for those of what both sides have: the author's, in a cell that the learner may change."""
        self._twins.note(request["twins"], self._shell.user_ns)
        return {"value": None}

    def _setattr(self, request: Message) -> dict[str, Json]:
        """Set an attribute of a lent object."""
        setattr(self._lent[request["id"]], request["name"], self._decoded(request["value"]))
        return {"value": None}

    def _run_beside(self, request: Message) -> dict[str, Json]:
        """Run a test cell here."""
        if self._beside is None:
            raise RuntimeError("no tests are to be run here")
        return {"ending": self._beside.run(request["source"], request["label"], self._limits.output).to_json()}

    def _handle(self, request: Message) -> dict[str, Json]:
        """Have a lent handler class answer one HTTP request."""
        handler: Any = self._lent[request["id"]]
        return answer_as_handler(handler, request)

    def _encoded(self, value: object) -> Json:
        return encode(value, self._lend, self._exotic if self._is_plain else None)

    def _exotic(self, value: object) -> Mapping[str, Json] | None:
        return exotic(value, self._encoded)

    def _decoded(self, data: Json) -> Any:
        return decode(data, self._resolve)

    def _lend(self, value: object) -> Mapping[str, Json]:
        """Refer to an object that can't cross, so that the checker can ask for more of it."""
        if offer := self._proxies.reference(value):
            return offer
        number = self._numbers.setdefault(id(value), len(self._numbers) + 1)
        self._lent[number] = value
        name = getattr(value, "__name__", "") if callable(value) else ""
        return {
            "id": number,
            "callable": callable(value),
            "iterator": isinstance(value, Iterator),
            "type": type_name(value),
            "name": name if isinstance(name, str) else "",
            "text": "" if name else describe(value),
            **(about(value) if self._is_plain else {}),
        }

    def _resolve(self, fields: Mapping[str, Json]) -> object:
        kind = fields["$"]
        if kind == "ref":
            return self._lent[fields["id"]]
        return self._proxies.find(fields) if kind == "offer" else self._twins.find(fields)


def _number_of(error: BaseException) -> int:
    """Which exception of the check's this is; 0 when it is none."""
    with contextlib.suppress(Exception):
        return int(BaseException.__dict__["__dict__"].__get__(error).get("_of_the_check", 0))
    return 0


def _limit_process(limits: Limits) -> None:
    """Cap memory, and leave no core dump behind a crash. Files and processes are the box's business."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))


def warm_up(told: Mapping[str, Any]) -> None:
    """Start IPython and load what learners' cells load, once for all guests of a zygote.

    Args:
        told: ``imports``, statements to run, and ``setup``, texts of cells that are run and forgotten: what they cache
            stays. All of it is public: a learner's process may look through this memory. ``cold``: do without both,
            because one of them starts threads.
    """
    shell = make_shell()
    load(USUAL if told.get("cold") else told.get("imports", ()))
    with captured(0):
        for source in () if told.get("cold") else told.get("setup", ()):
            shell.run(source)
        shell.reset(new_session=False)  # type: ignore[no-untyped-call]
        shell.run("pass")  # IPython compiles some of its own on the first cell


def main(descriptors: Sequence[int], told: Mapping[str, Any]) -> None:
    """Serve on an inherited socket until it is closed; then end at once, whatever threads are still running.

    Args:
        descriptors: the line to the checker and, where there is one, the line to its broker.
        told: the limits.
    """
    limits = Limits.from_json(told)
    _limit_process(limits)
    for end in descriptors[1:]:
        broker.use(socket.socket(fileno=end))
    channel = Channel.from_descriptor(descriptors[0], limits.frame)
    worker = Worker(channel, make_shell(pictures=limits.frame // 2), limits)
    channel.send({"ready": True})
    try:
        worker.serve()
    finally:
        os._exit(0)
