"""Grade a class: every submission in processes of its own, several at a time, each result kept as soon as it is known.

A damaged submission costs its learner what is damaged and nobody else anything. A second run grades only what changed:
results are keyed by submission, master and engine together.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.errors import EngineRoomError, SubmissionError
from autograder.files import write_text
from autograder.grading.assignment import Assignment
from autograder.grading.autograded import autograded_notebook
from autograder.grading.gradebook import Gradebook
from autograder.grading.limits import Limits
from autograder.grading.session import grade_submission, result_key, ungraded
from autograder.grading.submission import read_submission
from autograder.reports import feedback
from autograder.results import SubmissionResult

__all__ = ["Classroom", "Handed"]


@dataclass(frozen=True, slots=True)
class Handed:
    """One submission as it lies on disk. ``learner`` is the folder's name with undecodable bytes escaped."""

    learner: str
    module: str
    folder: Path

    @property
    def notebook(self) -> Path:
        return self.folder / f"{self.module}.ipynb"

    @property
    def timestamp(self) -> str | None:
        """When it was handed in, as nbgrader's ``timestamp.txt`` says; None without a readable one."""
        try:
            return (self.folder / "timestamp.txt").read_text("utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            return None


class Classroom:
    """One course's submissions and where their grades go.

    Args:
        root: the course, with ``solutions/`` and ``exercises/``.
        submitted: submissions as nbgrader collects them, ``<learner>/<module>/<module>.ipynb``.
        into: where ``gradebook.db``, ``autograded/``, ``feedback/`` and ``results/`` are written.
        url: the gradebook's SQLAlchemy URL, if it is elsewhere.
    """

    def __init__(self, root: Path, submitted: Path, into: Path, url: str = "", limits: Limits | None = None) -> None:
        self.root, self.submitted, self.into = root, submitted, into
        self.gradebook_url = url or f"sqlite:///{(into / 'gradebook.db').resolve()}"
        self.limits = limits or Limits()
        self.assignment = cache(self._assignment)

    def find(self, modules: Sequence[str] | None = None) -> list[Handed]:
        """List the submissions of ``modules``, or of every module that the course has.

        Raises:
            EngineRoomError: when the folder or a module doesn't exist, or nothing was handed in.
        """
        known = sorted(path.parent.name for path in (self.root / "solutions").glob("*/*.ipynb"))
        if unknown := sorted(set(modules or ()) - set(known)):
            raise EngineRoomError(f"No module {unknown[0]} in {self.root / 'solutions'}; there is {', '.join(known)}.")
        if not self.submitted.is_dir():
            raise EngineRoomError(f"No folder {self.submitted}. Submissions lie as <learner>/<module>/<module>.ipynb.")
        handed = [
            Handed(_readable(learner.name), module, learner / module)
            for learner in sorted(self.submitted.iterdir(), key=lambda path: os.fsencode(path.name))
            for module in modules or known
            if (learner / module).is_dir()
        ]
        if not handed:
            raise EngineRoomError(f"Nothing handed in below {self.submitted} for {', '.join(modules or known)}.")
        return handed

    def grade(
        self,
        handed: Sequence[Handed],
        *,
        jobs: int = 1,
        force: bool = False,
        done: Callable[[SubmissionResult], None] = lambda _: None,
    ) -> list[SubmissionResult]:
        """Grade ``handed``; the results come back in the same order.

        Args:
            handed: from `find`.
            jobs: how many at the same time.
            force: grade again what hasn't changed, too.
            done: called with each result as it is known.
        """
        results: dict[Handed, SubmissionResult] = {}
        self.into.mkdir(parents=True, exist_ok=True)
        with Gradebook(self.gradebook_url) as book, ThreadPoolExecutor(jobs) as pool:
            for module in sorted({one.module for one in handed}):
                book.register(module, self._source(module))
            running = {pool.submit(self._grade_one, one, force): one for one in handed}
            try:
                for future in as_completed(running):
                    one = running[future]
                    results[one] = future.result()
                    self._enter(book, one, results[one])
                    done(results[one])
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return [results[one] for one in handed]

    def _grade_one(self, one: Handed, force: bool) -> SubmissionResult:
        """Grade one submission and keep its files, unless the same was graded before."""
        assignment = self.assignment(one.module)
        kept = self._results_file(one)
        try:
            submission = read_submission(one.notebook, assignment, one.folder.parent.name)
        except SubmissionError as error:
            return self._keep(one, ungraded(assignment, one.learner, str(error)), kept)
        key = result_key(assignment, submission, self.limits)
        if not force and (before := _read_result(kept)) is not None and before.key == key:
            return before
        graded = grade_submission(assignment, submission, self.limits)
        notebook = autograded_notebook(self._source(one.module), submission, graded)
        write_text(self._folder("autograded", one) / f"{one.module}.ipynb", notebook)
        return self._keep(one, graded.result, kept)

    def _keep(self, one: Handed, result: SubmissionResult, kept: Path) -> SubmissionResult:
        """Write the feedback page, then the result: a result on disk means that everything else is there."""
        title = self.assignment(one.module).title
        feedback.write(result, self._folder("feedback", one) / f"{one.module}.html", title)
        write_text(kept, json.dumps(result.to_json(), indent=1, ensure_ascii=False) + "\n")
        return result

    def _enter(self, book: Gradebook, one: Handed, result: SubmissionResult) -> None:
        book.record(one.module, one.learner, result.scores, result.unanswered, one.timestamp)

    def _assignment(self, module: str) -> Assignment:
        return Assignment.read(self._source(module), self.root / "exercises" / module / f"{module}.ipynb")

    def _source(self, module: str) -> Path:
        return self.root / "solutions" / module / f"{module}.ipynb"

    def _folder(self, kind: str, one: Handed) -> Path:
        """Where nbgrader keeps this kind of file for a learner."""
        return self.into / kind / one.folder.parent.name / one.module

    def _results_file(self, one: Handed) -> Path:
        return self.into / "results" / one.folder.parent.name / f"{one.module}.json"


def _readable(name: str) -> str:
    """A file name as text that every encoding and database can hold."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _read_result(path: Path) -> SubmissionResult | None:
    """Read a kept result; None when there is none that we understand."""
    try:
        return SubmissionResult.from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
