"""The errors a person reads: each says what happened, what was got, what was expected and what to do next."""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "CheckFailed",
    "EngineRoomError",
    "FormatError",
    "NotAttempted",
    "SubmissionError",
    "WireError",
]


class EngineRoomError(Exception):
    """A mistake that the person at the keyboard can mend. Commands print it as one sentence, without a traceback."""


class FormatError(EngineRoomError):
    """A module's text file breaks the author's format.

    Args:
        path: the author's file.
        line: the line at fault, counted from 1.
        problem: what is wrong, in one sentence.
        cure: what to write instead, in one sentence.
    """

    def __init__(self, path: Path | str, line: int, problem: str, cure: str) -> None:
        self.path, self.line, self.problem, self.cure = Path(path), line, problem, cure
        super().__init__(f"{path}:{line}: {problem} {cure}")


class SubmissionError(EngineRoomError):
    """A submission can't be read at all: nothing in it can be graded."""


class WireError(EngineRoomError):
    """A message between two processes is too large, too deep, malformed, or did not arrive in time."""


class NotAttempted(Exception):  # noqa: N818 - an outcome, not an error
    """Raised inside a check group when there is nothing to judge yet."""


class CheckFailed(AssertionError):  # noqa: N818 - an outcome, not an error
    """Raised inside a check group when an answer is wrong.

    Args:
        message: what is wrong, in the learner's words. May quote the data of the check.
        advice: what the author wrote for exactly this mistake. Safe to show even where the data is hidden.
        tag: the misconception's name, such as ``null-equals``; empty when it is none we know.
        tables: evidence for the learner's eyes, such as "yours" and "expected".
        ran: False when the answer raised an error instead of giving a result.
        made: whether the tables hold data that was made for this answer, and nothing of the check's own data. They may
            then be shown with a hidden check, where the learner has the solutions at hand.
    """

    def __init__(
        self,
        message: str,
        *,
        advice: str = "",
        tag: str = "",
        tables: tuple[object, ...] = (),
        ran: bool = True,
        made: bool = False,
    ) -> None:
        self.message, self.advice, self.tag, self.tables, self.ran = message, advice, tag, tables, ran
        self.made = made
        super().__init__(message)
