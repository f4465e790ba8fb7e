"""The learner's process: runs answers, and lends their results to the checker.

Once it has run a learner's cell, everything in here is under the learner's control. Nothing it says is believed but the
values of the learner's own answers.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from autograder.errors import WireError
from autograder.grading.captured import captured
from autograder.grading.limits import Limits
from autograder.grading.shell import Shell, make_shell, problem_of
from autograder.grading.wire import Channel
from autograder.values import Json, decode, describe, encode, type_name

__all__ = ["Worker", "main"]

Message = Mapping[str, Any]


class Worker:
    """Answers one request after the other. To teach it a new one, add a method to ``operations``."""

    def __init__(self, channel: Channel, shell: Shell, limits: Limits) -> None:
        self._channel, self._shell, self._limits = channel, shell, limits
        self._lent: dict[int, object] = {}
        self._numbers: dict[int, int] = {}  # by id(); the objects in `_lent` stay alive, so no id is used twice
        self.operations: Mapping[str, Callable[[Message], dict[str, Json]]] = {
            "run": self._run,
            "get": self._get,
            "call": self._call,
            "attr": self._attr,
        }

    def serve(self) -> None:
        """Answer until the other end is closed."""
        while True:
            request = self._channel.receive()
            reply = {"n": request["n"], **self._answer(request)}
            try:
                self._channel.send(reply)
            except WireError as error:
                self._channel.send({"n": request["n"], "unsendable": str(error)})

    def _answer(self, request: Message) -> dict[str, Json]:
        """Do what is asked, with everything that is printed on the way."""
        with captured(self._limits.output) as out:
            try:
                reply = self.operations[request["op"]](request)
            except WireError as error:
                reply = {"unsendable": str(error)}
            except BaseException as error:
                reply = {"error": problem_of(error)}
        return {**reply, "out": out.text}

    def _run(self, request: Message) -> dict[str, Json]:
        """Run one cell."""
        error = self._shell.run(request["source"])
        return {} if error is None else {"error": problem_of(error)}

    def _get(self, request: Message) -> dict[str, Json]:
        """Look up a name in the notebook."""
        space = self._shell.user_ns
        return {"value": self._encoded(space[request["name"]])} if request["name"] in space else {"missing": True}

    def _call(self, request: Message) -> dict[str, Json]:
        """Call a lent object."""
        function: Any = self._lent[request["id"]]
        args = [decode(one, self._resolve) for one in request["args"]]
        kwargs = {name: decode(one, self._resolve) for name, one in request["kwargs"].items()}
        return {"value": self._encoded(function(*args, **kwargs))}

    def _attr(self, request: Message) -> dict[str, Json]:
        """Read an attribute of a lent object."""
        return {"value": self._encoded(getattr(self._lent[request["id"]], request["name"]))}

    def _encoded(self, value: object) -> Json:
        return encode(value, self._lend)

    def _lend(self, value: object) -> Mapping[str, Json]:
        """Refer to an object that can't cross, so that the checker can ask for more of it."""
        number = self._numbers.setdefault(id(value), len(self._numbers) + 1)
        self._lent[number] = value
        name = getattr(value, "__name__", "") if callable(value) else ""
        return {
            "id": number,
            "callable": callable(value),
            "type": type_name(value),
            "name": name if isinstance(name, str) else "",
            "text": "" if name else describe(value),
        }

    def _resolve(self, fields: Mapping[str, Json]) -> object:
        return self._lent[fields["id"]]


def _limit_process(limits: Limits) -> None:
    """Cap memory, and leave no core dump behind a crash. Files and processes are the box's business."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))


def main(descriptor: str, limits_text: str) -> None:
    """Serve on an inherited socket until it is closed; then end at once, whatever threads are still running."""
    limits = Limits.from_json(json.loads(limits_text))
    _limit_process(limits)
    channel = Channel.from_descriptor(int(descriptor), limits.frame)
    worker = Worker(channel, make_shell(), limits)
    channel.send({"ready": True})
    try:
        worker.serve()
    finally:
        os._exit(0)
