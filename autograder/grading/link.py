"""The checker's line to the learner's process: questions with a deadline, and plain words when no answer comes."""

from __future__ import annotations

import contextlib
import inspect
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from autograder.errors import CheckFailed, WireError
from autograder.grading.limits import Limits, in_seconds
from autograder.grading.wire import PeerGone, PeerSilent
from autograder.values import Json

__all__ = ["MAX_NESTED", "CallsBack", "Link", "Unanswered"]

MAX_NESTED = 8
_PATIENCE = 100  # calls back that are refused one by one before the process is given up

_CRASHED = "Your code ended the Python process it ran in: it crashed, or called something like os._exit."
_GARBLED = "Your code disturbed the process it ran in, so its answer can't be read."


class Peer(Protocol):
    """Whoever plays the learner's part: a `Channel` to a process, as a rule."""

    def send(self, message: Mapping[str, Any], timeout: float | None = None) -> None: ...

    def receive(self, timeout: float | None = None) -> dict[str, Any]: ...


class CallsBack(Protocol):
    """Answers the calls that the learner's process makes while a question is open."""

    def begin(self) -> None:
        """A question is asked that isn't part of another."""

    def serve(self, message: Mapping[str, Any]) -> dict[str, Json]:
        """Make one call. Raises WireError when it is one that no honest process makes."""


class Unanswered(CheckFailed):
    """The learner's process gave no answer. In a check group this means: could not run."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ran=False)


class _Unsent(Unanswered):
    """The message is too large or no JSON, so nothing was sent and both ends are still in step."""


class Link:
    """Asks the worker, and serves what it calls back until its reply comes.

    ``gone`` is empty while the worker is well, and afterwards says what happened to it. ``failures`` are the questions
    of this cell that got no answer: the line of the cell that asked, and why. ``offers`` answers the calls back.
    ``seen`` are the last replies about names since anything was run over there, which may have changed them. ``told``
    are those that came along with what was run, and that nobody has asked for yet. Once it is ``sealed``, nobody is
    asked any more, and ``missed`` says whether somebody wanted to.
    """

    def __init__(self, channel: Peer, limits: Limits) -> None:
        self._channel, self._limits = channel, limits
        self._turn = threading.RLock()  # a check's threads ask one after the other
        self._number = 0
        self._open: dict[int, dict[str, Any] | None] = {}  # questions, each inside the one before, and replies
        self._serving: list[Json] = []  # the calls back that are being served, each inside the one before
        self._served, self._ends = 0, float("inf")
        self._cell_ends, self._cell_seconds = float("inf"), limits.cell
        self._label = ""
        self.offers: CallsBack | None = None
        self.gone = ""
        self.seen: dict[str, dict[str, Any]] = {}
        self.told: dict[str, dict[str, Any]] = {}
        self.sealed = self.missed = False
        self.failures: list[tuple[int, str]] = []

    def wait_until_ready(self, seconds: float) -> None:
        """Wait for the worker to start."""
        if self._channel.receive(seconds) != {"ready": True}:
            raise WireError("The learner's process did not start.")

    def begin_cell(self, seconds: float, label: str = "") -> None:
        """From now on all questions together may take so long. ``label`` is what `run_cell` calls the cell."""
        self._cell_ends, self._cell_seconds = time.monotonic() + seconds, seconds
        self._label, self.failures = f"<{label}>", []

    def unanswered(self, why: str) -> Unanswered:
        """Make the exception for a question without an answer, and note the line that asked.

        A check may swallow the exception, as ``raises(Exception, f)`` does: silence must not pass for an answer.
        """
        frame, line = inspect.currentframe(), 0
        while frame:
            if frame.f_code.co_filename == self._label:
                line = frame.f_lineno
            frame = frame.f_back
        self.failures.append((line, why))
        return Unanswered(why)

    def ask(self, op: str, *, seconds: float | None = None, **fields: Any) -> dict[str, Any]:
        """Ask for one operation and wait for its reply.

        Args:
            op: one of `worker.Worker.operations`.
            seconds: how long to wait; left out, the limit of a call.
            fields: the operation's own.

        Raises:
            Unanswered: there is no reply, or none that can be read.
        """
        if self.sealed:
            self.missed = True
            raise self.unanswered("The learner's process has ended.")
        allowed = self._limits.call if seconds is None else seconds
        with self._alone(allowed):
            if self.gone:
                raise self.unanswered(self.gone)
            if len(self._open) >= MAX_NESTED:
                raise self.unanswered(f"Your code and this check call each other more than {MAX_NESTED} deep.")
            if op == "get":
                reply = self._get(str(fields.get("name")), fields, allowed)
            else:
                self.seen.clear()
                self.told.clear()
                reply = self._ask(op, fields, allowed)
            if self._served > self._limits.callbacks and not self._open:
                raise self.unanswered(self._too_many())
        if "unsendable" in reply:
            raise self.unanswered(f"Your code's result can't be checked: {reply['unsendable']}")
        return reply

    def _get(self, name: str, fields: Mapping[str, Any], allowed: float) -> dict[str, Any]:
        """Ask about a name, unless the reply came along with a cell's and nobody has had it yet.

        Who asks again may wait for a thread of the learner's; and in the middle of a call anything may have changed.
        """
        if self._open:
            return self._ask("get", fields, allowed)
        self.seen[name] = reply = self.told.pop(name, None) or self._ask("get", fields, allowed)
        return reply

    @contextlib.contextmanager
    def _alone(self, seconds: float) -> Iterator[None]:
        if not self._turn.acquire(timeout=min(seconds, threading.TIMEOUT_MAX)):
            raise self.unanswered("Your code was still busy with another call of this check.")
        try:
            yield
        finally:
            self._turn.release()

    def _ask(self, op: str, fields: Mapping[str, Any], allowed: float) -> dict[str, Any]:
        now = time.monotonic()
        if not self._open:
            self._served, self._ends = 0, float("inf")
            if self.offers:
                self.offers.begin()
        ends = min(now + allowed, self._cell_ends, self._ends)
        if now >= ends:
            raise self.unanswered(f"The checks of this cell took longer than {in_seconds(self._cell_seconds)} in all.")
        self._ends = ends if not self._open else self._ends
        self._number += 1
        number, after = self._number, self._serving[-1] if self._serving else 0
        self._open[number] = None
        try:
            self._send({"n": number, "op": op, "for": after, **fields}, ends, allowed)
            return self._reply(number, ends, min(allowed, ends - now))
        except _Unsent:
            raise
        except BaseException:
            self.gone = self.gone or _GARBLED  # its reply would be taken for that of the next question
            raise
        finally:
            del self._open[number]

    def _reply(self, number: int, ends: float, allowed: float) -> dict[str, Any]:
        """Wait for one question's reply. That of one further out may come before it, from another thread over there."""
        while (reply := self._open[number]) is None:
            message = self._receive(ends, allowed)
            if "back" in message:
                self._serve(message, ends, allowed)
                continue
            of = message.get("n")
            if type(of) is not int or of not in self._open or self._open[of] is not None:
                raise self._lost(_GARBLED)
            self._open[of] = message
        return reply

    def _serve(self, message: Mapping[str, Any], ends: float, allowed: float) -> None:
        """Serve one call back, and whatever it asks of the learner's process in turn."""
        back = message["back"]
        if type(back) is not int or self.offers is None:
            raise self._lost(_GARBLED)
        self._served += 1
        if self._served > self._limits.callbacks + _PATIENCE:
            raise self._lost(self._too_many())
        if self._served > self._limits.callbacks:
            reply: dict[str, Json] = {"refused": self._too_many()}
        else:
            self._serving.append(back)
            try:
                reply = self.offers.serve(message)
            except WireError as forged:
                raise self._lost(str(forged)) from None
            finally:
                self._serving.pop()
        if self.gone:
            raise self.unanswered(self.gone)
        try:
            self._send({"for": back, **reply}, ends, allowed)
        except _Unsent as unsent:
            self._send({"for": back, "refused": unsent.message}, ends, allowed)

    def _send(self, message: Mapping[str, Any], ends: float, allowed: float) -> None:
        try:
            self._channel.send(message, ends - time.monotonic())
        except PeerSilent:
            raise self._lost(_too_slow(allowed)) from None
        except PeerGone:
            raise self._lost(_CRASHED) from None
        except WireError as error:  # nothing was sent
            why = f"What this check hands to your code can't be sent: {error}"
            self.unanswered(why)
            raise _Unsent(why) from None

    def _receive(self, ends: float, allowed: float) -> dict[str, Any]:
        try:
            return self._channel.receive(max(ends - time.monotonic(), 0.0))
        except PeerSilent:
            raise self._lost(_too_slow(allowed)) from None
        except PeerGone:
            raise self._lost(_CRASHED) from None
        except WireError:
            raise self._lost(_GARBLED) from None

    def _too_many(self) -> str:
        most = f"{self._limits.callbacks:,}"
        return f"Your code made more than {most} calls in one call of this check. Look for a loop that never ends."

    def _lost(self, why: str) -> Unanswered:
        self.gone = why
        return self.unanswered(why)


def _too_slow(seconds: float) -> str:
    return f"Your code did not finish within {in_seconds(seconds)}. Look for a loop that never ends."
