"""Results on their way to the gradebook: entered together, at least once a second while results come in.

A transaction for each of a thousand submissions costs more than everything that is written in it. What a crash keeps
from being entered stands in the results' files: the next run enters it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from autograder.errors import EngineRoomError
from autograder.grading.entry import Entry
from autograder.grading.gradebook import Gradebook

__all__ = ["Batch"]


class Batch:
    """Entries for one gradebook; leaving it enters what is left.

    Args:
        book: where they go.
        most: how many are entered together.
        seconds: how long results that come one after the other may wait. A slow class thus has each at once.
        clock: the time in seconds.
    """

    def __init__(
        self,
        book: Gradebook,
        *,
        most: int = 200,
        seconds: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._book, self._most, self._seconds, self._clock = book, most, seconds, clock
        self._waiting: list[tuple[Entry, Path | None]] = []
        self._last = clock()

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, _type: object, error: BaseException | None, _traceback: TracebackType | None) -> None:
        if error is None:
            self.enter()
            return
        with contextlib.suppress(EngineRoomError):  # the first error says more, and the files hold the results
            self.enter()

    def add(self, entry: Entry, note: Path | None = None) -> None:
        """Take an entry, and enter all that wait when it is time.

        Args:
            entry: what to enter.
            note: a file that says it is still to be entered; removed when it is.

        Raises:
            EngineRoomError: the gradebook can't be used; it says why.
        """
        self._waiting.append((entry, note))
        if len(self._waiting) >= self._most or self._clock() - self._last >= self._seconds:
            self.enter()

    def enter(self) -> None:
        """Enter all that wait.

        Raises:
            EngineRoomError: the gradebook can't be used; it says why.
        """
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._book.enter([entry for entry, _ in waiting])
        for _, note in waiting:
            if note:
                with contextlib.suppress(OSError):
                    note.unlink(missing_ok=True)
        self._last = self._clock()
