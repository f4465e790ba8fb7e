"""The worker's end of the line: requests come in, replies go out, and any thread may call back while a request is open.

A thread that runs a learner's code never reads: it may be stopped at any moment (apps that hang are), and then half a
message would be off the line. While a call back waits, a thread of our own reads; else the main thread does, between
two requests.
"""

from __future__ import annotations

import _thread
import os
import threading
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire import Channel, PeerGone
from autograder.values import Json

__all__ = ["Line"]

Message = Mapping[str, Any]

_STOPPED = "the thread that called the check was stopped."
_GLANCE = 0.1  # seconds: nobody can stop a thread while it waits in a queue


class Line:
    """Serves requests in the main thread, and those that belong to a call back in the thread that made it.

    Args:
        channel: the channel to the checker.
        answer: does what a request asks for; told whether the request is the outermost one.
    """

    def __init__(self, channel: Channel, answer: Callable[[Message, bool], dict[str, Json]]) -> None:
        self._channel, self._answer = channel, answer
        self._process = os.getpid()
        self._lock = threading.Lock()  # for sending, and for what follows
        self._open = self._number = 0
        self._boxes: dict[int, SimpleQueue[Message]] = {}  # by the call back that waits
        self._main: SimpleQueue[Message] = SimpleQueue()
        self._main_waits = self._reading = False
        self._wanted = threading.Semaphore(0)

    def serve(self) -> None:
        """Answer requests until the other end is closed."""
        _thread.start_new_thread(self._read, ())
        while True:
            self._handle(self._next())

    def _next(self) -> Message:
        """The next request. While the main thread is here alone, nobody may call back, and it reads by itself."""
        with self._lock:
            self._main_waits = self._reading and self._main.empty()
            reads = not self._reading and self._main.empty()
        if not reads:
            return self._main.get()
        while "op" not in (message := self._channel.receive()):
            pass  # a reply to a thread that was stopped
        return message

    def call_back(self, fields: Message) -> Message:
        """Ask the checker to make a call, and wait for what comes of it.

        Raises:
            RuntimeError: nobody listens: the check's own call has ended, or this is another process.
            ValueError: the call is too large to be sent.
        """
        if os.getpid() != self._process:
            raise RuntimeError("What a check hands over can't be used in another process.")
        box: SimpleQueue[Message] = SimpleQueue()
        with self._lock:
            if not self._open:
                raise RuntimeError(
                    "This call comes too late: the check's call of your code has ended. Wait for your threads to end."
                )
            self._number = number = self._number + 1
            try:
                self._channel.send({"back": number, **fields})
            except WireError as error:
                raise ValueError(f"This can't be handed to the check: {error}") from None
            self._boxes[number] = box
            if not self._reading:
                self._reading = True
                self._wanted.release()
        try:
            while "op" in (message := _taken(box)):
                self._handle(message)
            return message
        finally:
            self._boxes.pop(number, None)  # it's still there if this thread was stopped

    def _handle(self, request: Message) -> None:
        """Answer one request, and anything that comes up on the way."""
        with self._lock:
            self._open += 1
            outermost = self._open == 1
        reply: Message = {"unsendable": _STOPPED}
        try:
            reply = self._answer(request, outermost)
        finally:
            if os.getpid() != self._process:
                os._exit(0)  # a forked child of the learner's: its parent answers
            with self._lock:
                self._open -= 1
                self._reply(request, reply)

    def _reply(self, request: Message, reply: Message) -> None:
        try:
            self._channel.send({"n": request["n"], **reply})
        except PeerGone:
            raise
        except WireError as error:
            self._channel.send({"n": request["n"], "unsendable": str(error)})

    def _read(self) -> None:
        """Read for those who wait, as long as there are any."""
        try:
            while self._wanted.acquire():
                while self._reading:
                    self._deliver(self._channel.receive())
        finally:
            os._exit(0)

    def _deliver(self, message: Message) -> None:
        """Put a message where it is waited for."""
        number, request = message.get("for", 0), "op" in message
        with self._lock:
            box = self._boxes.get(number) if request else self._boxes.pop(number, None)
            if not number:
                self._main_waits = False
                self._main.put(message)
            elif box:
                box.put(message)
            elif request:
                self._reply(message, {"unsendable": _STOPPED})
            self._reading = bool(self._boxes) or self._main_waits


def _taken(box: SimpleQueue[Message]) -> Message:
    """Wait for a message, and let the thread be stopped meanwhile."""
    while True:
        try:
            return box.get(timeout=_GLANCE)
        except Empty:
            continue
