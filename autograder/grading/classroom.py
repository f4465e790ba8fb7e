"""Grade a class: every submission in processes of its own, several at a time, each result kept as soon as it is known.

A damaged submission costs its learner what is damaged and nobody else anything. A second run grades only what changed:
results are keyed by submission, master and engine together.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import cache
from pathlib import Path

from autograder.errors import EngineRoomError, SubmissionError
from autograder.files import write_text
from autograder.grading.assignment import Assignment
from autograder.grading.autograded import autograded_notebook
from autograder.grading.gradebook import Gradebook, moment
from autograder.grading.handed import Handed, find_handed
from autograder.grading.limits import Limits
from autograder.grading.pairs import require_walls
from autograder.grading.session import grade_submission, result_key, ungraded
from autograder.grading.submission import read_submission
from autograder.grading.supply import Supply
from autograder.reports import feedback
from autograder.results import SubmissionResult

__all__ = ["Classroom"]


class Classroom:
    """One course's submissions and where their grades go.

    Args:
        root: the course, with ``solutions/`` and ``exercises/``.
        submitted: submissions as nbgrader collects them, ``<learner>/<module>/<module>.ipynb``.
        into: where ``gradebook.db``, ``autograded/``, ``feedback/`` and ``results/`` are written.
        url: the gradebook's SQLAlchemy URL, if it is elsewhere.

    Attributes:
        notes: sentences for the instructor about what was left out.
    """

    def __init__(self, root: Path, submitted: Path, into: Path, url: str = "", limits: Limits | None = None) -> None:
        self.root, self.submitted, self.into = root, submitted, into
        self.gradebook_url = url or f"sqlite:///{(into / 'gradebook.db').resolve()}"
        self.limits = limits or Limits()
        self.notes: list[str] = []
        self.assignment = cache(self._assignment)

    def find(self, modules: Sequence[str] | None = None) -> list[Handed]:
        """List the submissions of ``modules``, or of every module that the course has.

        Raises:
            EngineRoomError: when the folder or a module doesn't exist, or nothing was handed in.
        """
        sources = (self.root / "solutions").glob("*/*.ipynb")
        known = sorted(path.stem for path in sources if path.stem == path.parent.name)
        if not known:
            raise EngineRoomError(f"No source notebooks in {self.root / 'solutions'}: grading needs the solutions.")
        if unknown := sorted(set(modules or ()) - set(known)):
            raise EngineRoomError(f"No module {unknown[0]} in {self.root / 'solutions'}; there is {', '.join(known)}.")
        handed, self.notes = find_handed(self.submitted, modules or known, known)
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

        When the engine itself fails on a submission, the result says so under ``run["failed"]``, and what stands in
        the gradebook for it is kept.

        Args:
            handed: from `find`.
            jobs: how many at the same time.
            force: grade again what hasn't changed, too.
            done: called with each result as it is known.

        Raises:
            EngineRoomError: when no walls hold on this machine, the gradebook can't be used, or results can't be
                written.
        """
        if handed:
            require_walls()
        results: dict[Handed, SubmissionResult] = {}
        with _writing(self.into):
            self.into.mkdir(parents=True, exist_ok=True)
        order = sorted(handed, key=lambda one: one.module)  # so that one module's warm processes end before the next's
        supply = Supply(self.limits, (one.module for one in order))
        with Gradebook(self.gradebook_url) as book, ThreadPoolExecutor(jobs) as pool, supply:
            for module in sorted({one.module for one in handed}):
                book.register(self.assignment(module).module, self._source(module))
            running = {pool.submit(self._grade_or_report, one, supply, force): one for one in order}
            try:
                for future in as_completed(running):
                    one = running[future]
                    results[one], fresh = future.result()
                    self._enter(book, one, results[one], fresh)
                    done(results[one])
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                supply.close()  # what is being graded ends here, without a result
                raise
        return [results[one] for one in handed]

    def _grade_or_report(self, one: Handed, supply: Supply, force: bool) -> tuple[SubmissionResult, bool]:
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

    def _grade_one(self, one: Handed, supply: Supply, force: bool) -> tuple[SubmissionResult, bool]:
        """Grade one submission and keep its files, unless the same was graded before.

        Returns:
            The result, and whether it is a new one.
        """
        assignment = self.assignment(one.module)
        notebook = self._folder("autograded", one) / f"{one.module}.ipynb"
        before = _read_result(self._results_file(one))
        try:
            submission = read_submission(one.notebook, assignment, one.folder.parent.name)
        except SubmissionError as error:
            shutil.rmtree(notebook.parent, ignore_errors=True)  # as nbgrader does: it would show an earlier submission
            unread = ungraded(assignment, one.learner, str(error))
            return self._keep(one, unread), force or unread != before
        key = result_key(assignment, submission, self.limits)
        if not force and before is not None and before.key == key and notebook.is_file():
            return self._keep(one, before), False
        with supply.pairs(assignment) as pairs:
            graded = grade_submission(assignment, submission, self.limits, pairs=pairs)
        text = autograded_notebook(self._source(one.module), submission, graded)
        with _writing(self.into):
            self._results_file(one).unlink(missing_ok=True)  # so that no old result vouches for half of the new files
            write_text(notebook, text)
        return self._keep(one, graded.result), True

    def _keep(self, one: Handed, result: SubmissionResult) -> SubmissionResult:
        """Write the feedback page, then the result: a result on disk means that everything else is there."""
        autograded = self._folder("autograded", one)
        with _writing(self.into):
            if (
                moment(one.timestamp) and autograded.is_dir()
            ):  # nbgrader looks there to know whether there is newer work
                write_text(autograded / "timestamp.txt", one.timestamp + "\n")
            page = self._folder("feedback", one) / f"{one.module}.html"
            feedback.write(result, page, self.assignment(one.module).title)
            kept = json.dumps(result.to_json(), indent=1, ensure_ascii=False)
            write_text(self._results_file(one), kept + "\n")
        return result

    def _enter(self, book: Gradebook, one: Handed, result: SubmissionResult, fresh: bool) -> None:
        when = moment(one.timestamp)
        if one.timestamp and when is None:
            self.notes.append(f"{one.learner}, {one.module}: timestamp.txt holds no date that can be read; left out.")
        if "failed" in result.run:
            book.submit(one.module, one.learner, when)
        else:
            book.record(one.module, one.learner, result.scores, result.unanswered, when, fresh=fresh)

    def _assignment(self, module: str) -> Assignment:
        released = self.root / "exercises" / module / f"{module}.ipynb"
        return Assignment.read(self._source(module), released).for_a_class()

    def _source(self, module: str) -> Path:
        return self.root / "solutions" / module / f"{module}.ipynb"

    def _folder(self, kind: str, one: Handed) -> Path:
        """Where nbgrader keeps this kind of file for a learner."""
        return self.into / kind / one.folder.parent.name / one.module

    def _results_file(self, one: Handed) -> Path:
        return self.into / "results" / one.folder.parent.name / f"{one.module}.json"


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


def _read_result(path: Path) -> SubmissionResult | None:
    """Read a kept result; None when there is none that we understand."""
    try:
        return SubmissionResult.from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
