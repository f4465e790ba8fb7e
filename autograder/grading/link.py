"""The checker's line to the learner's process: questions with a deadline, and plain words when no answer comes."""

from __future__ import annotations

import inspect
import time
from typing import Any

from autograder.errors import CheckFailed, WireError
from autograder.grading.limits import Limits, in_seconds
from autograder.grading.wire import Channel, PeerGone, PeerSilent

__all__ = ["Link", "Unanswered"]

_CRASHED = "Your code ended the Python process it ran in: it crashed, or called something like os._exit."
_GARBLED = "Your code disturbed the process it ran in, so its answer can't be read."


class Unanswered(CheckFailed):
    """The learner's process gave no answer. In a check group this means: could not run."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ran=False)


class Link:
    """Asks the worker.

    ``gone`` is empty while the worker is well, and afterwards says what happened to it. ``failures`` are the questions
    of this cell that got no answer: the line of the cell that asked, and why.
    """

    def __init__(self, channel: Channel, limits: Limits) -> None:
        self._channel, self._limits = channel, limits
        self._number = 0
        self._cell_ends, self._cell_seconds = float("inf"), limits.cell
        self._label = ""
        self.gone = ""
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
        if self.gone:
            raise self.unanswered(self.gone)
        allowed = self._limits.call if seconds is None else seconds
        left = min(allowed, self._cell_ends - time.monotonic())
        if left <= 0:
            raise self.unanswered(f"The checks of this cell took longer than {in_seconds(self._cell_seconds)} in all.")
        self._number += 1
        reply = self._exchange({"n": self._number, "op": op, **fields}, left, allowed)
        if reply.get("n") != self._number:
            raise self._lost(_GARBLED)
        if "unsendable" in reply:
            raise self.unanswered(f"Your code's result can't be checked: {reply['unsendable']}")
        return reply

    def _exchange(self, message: dict[str, Any], left: float, allowed: float) -> dict[str, Any]:
        begin = time.monotonic()
        try:
            self._channel.send(message, left)
        except PeerSilent:
            raise self._lost(_too_slow(allowed)) from None
        except PeerGone:
            raise self._lost(_CRASHED) from None
        except WireError as error:  # nothing was sent
            raise self.unanswered(f"What this check hands to your code can't be sent: {error}") from None
        try:
            return self._channel.receive(left - (time.monotonic() - begin))
        except PeerSilent:
            raise self._lost(_too_slow(min(left, allowed))) from None
        except PeerGone:
            raise self._lost(_CRASHED) from None
        except WireError:
            raise self._lost(_GARBLED) from None

    def _lost(self, why: str) -> Unanswered:
        self.gone = why
        return self.unanswered(why)


def _too_slow(seconds: float) -> str:
    return f"Your code did not finish within {in_seconds(seconds)}. Look for a loop that never ends."
