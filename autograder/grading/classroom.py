"""Grade a class: every submission in processes of its own, several at a time, each result kept as soon as it is known.

A damaged submission costs its learner what is damaged and nobody else anything. A second run grades only what changed:
results are keyed by submission, master and engine together.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import EngineRoomError, SubmissionError
from autograder.files import json_text, write_text
from autograder.grading.course import Course, OwnCourse
from autograder.grading.entry import Entry
from autograder.grading.handed import Handed
from autograder.grading.limits import Limits
from autograder.grading.session import missing, result_key, ungraded
from autograder.grading.submission import read_submission
from autograder.grading.supply import Grader, Supply
from autograder.grading.warm_pairs import require_walls
from autograder.reports import feedback
from autograder.results import SubmissionResult

if TYPE_CHECKING:
    from autograder.grading.batch import Batch

__all__ = ["Classroom"]

_UNENTERED = "This result isn't in the gradebook yet. The next run of engineroom grade enters it.\n"


class Classroom:
    """One course's submissions and where their grades go.

    Args:
        root: the course, with ``solutions/`` and ``exercises/``; or give another ``course``.
        submitted: submissions as nbgrader collects them, ``<learner>/<module>/<module>.ipynb``.
        into: where ``gradebook.db``, ``autograded/``, ``feedback/`` and ``results/`` are written.
        url: the gradebook's SQLAlchemy URL, if it is elsewhere.
        limits: how long and how much; the course's own when left out.
        course: a course with another layout.

    Attributes:
        notes: sentences for the instructor about what was left out.
    """

    def __init__(
        self,
        root: Path,
        submitted: Path,
        into: Path,
        url: str = "",
        limits: Limits | None = None,
        course: Course | None = None,
    ) -> None:
        self.course = course or OwnCourse(root)
        self.submitted, self.into = submitted, into
        self._url = url
        self.limits = limits or self.course.limits
        self.notes: list[str] = []
        self.assignment = cache(self.course.assignment)

    @cached_property
    def gradebook_url(self) -> str:
        """The gradebook's SQLAlchemy URL."""
        return self._url or self.course.gradebook_url(self.into)

    def find(self, modules: Sequence[str] | None = None) -> list[Handed]:
        """List the submissions of ``modules``, or of every module that the course has.

        Raises:
            EngineRoomError: when the folder or a module doesn't exist, or nothing was handed in.
        """
        handed, self.notes = self.course.find(self.submitted, modules)
        return handed

    def grade(
        self,
        handed: Sequence[Handed],
        *,
        jobs: int = 1,
        grader: Grader | None = None,
        force: bool = False,
        done: Callable[[SubmissionResult], None] = lambda _: None,
    ) -> list[SubmissionResult]:
        """Grade ``handed``; the results come back in the same order.

        When the engine itself fails on a submission, the result says so under ``run["failed"]``, and what stands in
        the gradebook for it is kept.

        Args:
            handed: from `find`.
            jobs: how many at the same time.
            grader: who grades them; left out, this machine. It is closed at the end.
            force: grade again what hasn't changed, too.
            done: called with each result as it is known.

        Raises:
            EngineRoomError: when no walls hold on this machine, the gradebook can't be used, or results can't be
                written.
        """
        order = sorted(handed, key=lambda one: one.module)  # so that one module's warm processes end before the next's
        with grader or Supply(self.limits, (one.module for one in order)) as supply:
            self._warm(supply, order, force)
            if handed and grader is None:
                require_walls()
            with _writing(self.into):
                self.into.mkdir(parents=True, exist_ok=True)
            results = self._grade_all(order, jobs, supply, force, done)
        self.course.finish(self.gradebook_url, [one for one in handed if "failed" not in results[one].run])
        self.notes += self.course.notes
        return [results[one] for one in handed]

    def _grade_all(
        self, order: Sequence[Handed], jobs: int, supply: Grader, force: bool, done: Callable[[SubmissionResult], None]
    ) -> dict[Handed, SubmissionResult]:
        """Grade submissions and enter each into the gradebook; see `grade`."""
        # They load nbgrader, which takes a second: meanwhile the processes for the first module get warm.
        from autograder.grading.batch import Batch
        from autograder.grading.gradebook import Gradebook

        results: dict[Handed, SubmissionResult] = {}
        gradebook = Gradebook(self.gradebook_url, self.course.course_id)
        with gradebook as book, Batch(book) as batch, ThreadPoolExecutor(jobs) as pool:
            modules = sorted({one.module for one in order})
            self.course.prepare(modules, self.limits, self.into / ".engineroom")
            for module in modules:
                self.assignment(module)  # before anything is written: it may be no notebook for a class
                self.course.register(book, module)
            running = {pool.submit(self._grade_or_report, one, supply, force): one for one in order}
            try:
                for future in as_completed(running):
                    one = running[future]
                    results[one], fresh = future.result()
                    self._enter(batch, one, results[one], fresh)
                    done(results[one])
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                supply.close()  # what is being graded ends here, without a result
                raise
        return results

    def _warm(self, supply: Grader, order: Sequence[Handed], force: bool) -> None:
        """Start the processes for the first module that has something new, while the gradebook is being opened."""
        new = next((one for one in order if force or not self._results_file(one).is_file()), None)
        if new is None:
            return
        with contextlib.suppress(EngineRoomError):
            assignment = self.course.assignment(new.module)  # not to be kept: plain ones are calibrated first
            if assignment.plain is None:
                supply.warm(assignment)

    def beside(self, into: Path) -> Classroom:
        """The same class with an output folder and a gradebook of its own, to see what grading would give."""
        return Classroom(self.course.root, self.submitted, into, limits=self.limits, course=self.course)

    def kept(self, one: Handed) -> SubmissionResult | None:
        """The result that stands on disk; None when there is none that we understand."""
        return _read_result(self._results_file(one))

    def take_over(self, one: Handed, other: Classroom) -> None:
        """Put what another classroom found out about a submission in the place of what stands here.

        It is fresh: `grade` enters it without running anything again.

        Raises:
            EngineRoomError: the files can't be written.
        """
        result, notebook = other._results_file(one), self._folder("autograded", one) / one.file
        graded = other._folder("autograded", one) / notebook.name
        with _writing(self.into):
            self._results_file(one).unlink(missing_ok=True)  # as in `_grade_one`
            if graded.is_file():
                write_text(notebook, graded.read_text("utf-8"))
            write_text(self._unentered_note(one), _UNENTERED)
            write_text(self._results_file(one), result.read_text("utf-8"))

    def _grade_or_report(self, one: Handed, supply: Grader, force: bool) -> tuple[SubmissionResult, bool]:
        """Grade one submission; if the engine fails on it, say so and go on with the others."""
        report = self._results_file(one).with_suffix(".failed.txt")
        try:
            graded = self._grade_one(one, supply, force)
        except EngineRoomError:
            raise  # it is about this machine, not about this submission
        except Exception as error:
            with contextlib.suppress(OSError):
                write_text(report, traceback.format_exc())
            said = f"The engine failed on this submission ({type(error).__name__}); it was left ungraded. "
            result = ungraded(self.assignment(one.module), one.learner, f"{said}Please report it with {report.name}.")
            return replace(result, run={"failed": str(report)}), True
        finally:
            supply.done(one.module)
        with contextlib.suppress(OSError):
            report.unlink(missing_ok=True)
        return graded

    def _grade_one(self, one: Handed, supply: Grader, force: bool) -> tuple[SubmissionResult, bool]:
        """Grade one submission and keep its files, unless the same was graded before.

        Returns:
            The result, and whether it is a new one.
        """
        assignment = self.assignment(one.module)
        notebook = self._folder("autograded", one) / one.file
        before = self.kept(one)
        try:
            others = self.course.siblings(one.module)
            submission = read_submission(one.notebook, assignment, one.folder.parent.name, others)
        except SubmissionError as error:
            shutil.rmtree(notebook.parent, ignore_errors=True)  # as nbgrader does: it would show an earlier submission
            gone = assignment.plain is not None and not os.path.lexists(one.folder / one.file)
            unread = (missing if gone else ungraded)(assignment, one.learner, str(error))
            return self._kept(one, unread, force or unread != before)
        submission = replace(submission, repairs=(*submission.repairs, *self.course.remarks(one)))
        key = result_key(assignment, submission, self.limits)
        if not force and before is not None and before.key == key and notebook.is_file():
            return self._kept(one, before, False)
        graded = supply.grade(assignment, submission)
        text = self.course.autograded(one.module, submission, graded)
        with _writing(self.into):
            self._results_file(one).unlink(missing_ok=True)  # so that no old result vouches for half of the new files
            write_text(notebook, text)
        return self._kept(one, graded.result, True)

    def _kept(self, one: Handed, result: SubmissionResult, fresh: bool) -> tuple[SubmissionResult, bool]:
        """Write the feedback page, then the result: a result on disk means that everything else is there.

        Before a fresh result comes a note that the gradebook doesn't have it yet: after a crash, it is still fresh.
        """
        autograded = self._folder("autograded", one)
        note = self._unentered_note(one)
        with _writing(self.into):
            if fresh:
                write_text(note, _UNENTERED)
            if _moment(one) and autograded.is_dir():  # nbgrader looks there to know whether there is newer work
                write_text(autograded / "timestamp.txt", one.timestamp + "\n")
            page = (self._folder("feedback", one) / one.file).with_suffix(".html")
            feedback.write(result, page, self.assignment(one.module).title)
            write_text(self._results_file(one), json_text(result.to_json()))
        return result, fresh or note.exists()

    def _enter(self, batch: Batch, one: Handed, result: SubmissionResult, fresh: bool) -> None:
        when = _moment(one)
        if one.timestamp and when is None:
            self.notes.append(f"{one.learner}, {one.module}: timestamp.txt holds no date that can be read; left out.")
        if "failed" in result.run:
            batch.add(Entry(one.module, one.learner, timestamp=when))
        else:
            entry = Entry(one.module, one.learner, result.scores, result.unanswered, when, fresh)
            batch.add(entry, self._unentered_note(one))

    def _folder(self, kind: str, one: Handed) -> Path:
        """Where nbgrader keeps this kind of file for a learner."""
        return self.course.folder(kind, one, self.into)

    def _results_file(self, one: Handed) -> Path:
        return self.course.results_file(one, self.into)

    def _unentered_note(self, one: Handed) -> Path:
        """Stands beside a result until the gradebook has it."""
        return self._results_file(one).with_suffix(".unentered.txt")


@contextlib.contextmanager
def _writing(into: Path) -> Iterator[None]:
    """Say in one sentence that results can't be written."""
    try:
        yield
    except OSError as error:
        where = error.filename or into
        raise EngineRoomError(
            f"Can't write {where}: {error.strerror or error}. Mend that, or choose another folder with --into."
        ) from None


def _moment(one: Handed) -> datetime | None:
    """When it was handed in, as far as its timestamp can be read."""
    from autograder.grading.gradebook import moment  # see `Classroom._grade_all`

    return moment(one.timestamp)


def _read_result(path: Path) -> SubmissionResult | None:
    """Read a kept result; None when there is none that we understand."""
    try:
        return SubmissionResult.from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
