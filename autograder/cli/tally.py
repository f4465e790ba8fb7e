"""How grading is getting on: a bar with running totals, or a plain line now and then where there is no terminal."""

from __future__ import annotations

import time
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from autograder.cli.console import console
from autograder.results import Outcome, SubmissionResult

__all__ = ["Tally"]

_PAUSE = 10.0  # seconds between two plain lines


class Tally:
    """Counts results as they come. A context manager: the bar stands while the block runs.

    Args:
        total: how many results there will be.
    """

    def __init__(self, total: int) -> None:
        self._total, self._graded, self._stopped = total, 0, 0
        self._points = self._most = 0.0
        self._begun = self._said = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[totals]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("Grading", total=total, totals="")

    def __enter__(self) -> Tally:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def add(self, result: SubmissionResult) -> None:
        """Count one result."""
        self._graded += 1
        self._points += result.points
        self._most += result.max
        self._stopped += any(question.outcome is Outcome.COULD_NOT_RUN for question in result.questions)
        self._progress.update(self._task, advance=1, totals=self.totals)
        now = time.monotonic()
        if not console.is_terminal and now - self._said >= _PAUSE:
            self._said = now
            left = (now - self._begun) / self._graded * (self._total - self._graded)
            console.print(f"{self._graded} of {self._total} graded, about {left:.0f} s left; {self.totals}")

    @property
    def totals(self) -> str:
        """The running totals in words."""
        mean = 100 * self._points / self._most if self._most else 0.0
        return f"mean {mean:.0f} %, {self._stopped} with code that could not run"
