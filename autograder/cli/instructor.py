"""Commands for instructors: hand out, grade, grade again."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from autograder.cli.console import JsonOption, console, course_root, need, print_table, save_json
from autograder.cli.tally import Tally
from autograder.display import count_text
from autograder.errors import EngineRoomError
from autograder.results import Outcome, SubmissionResult

if TYPE_CHECKING:
    from autograder.grading.changes import Change
    from autograder.grading.classroom import Classroom
    from autograder.grading.cluster import Cluster
    from autograder.grading.course import Course
    from autograder.grading.limits import Limits

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(release)
    app.command()(grade)
    app.command()(regrade)


def release(target: Path = typer.Argument(..., metavar="DIR", help="A new folder for the learners' bundle.")) -> None:
    """Write the learners' bundle: exercises, data, binder; no solution and no hidden test.

    Example: engineroom release ../hopline-course
    """
    need("nbgrader", "author")
    from autograder.notebooks.release import release as write_bundle

    write_bundle(course_root(), target)
    console.print(
        f"Wrote {target}. It holds no solution and no hidden test; publish it as its own repository.", markup=False
    )


_MODULES = typer.Argument(None, metavar="[MODULE]...", help="Modules to grade; all handed in when left out.")
_COURSE = typer.Option(None, metavar="DIR", help="An nbgrader course, as it is; the course you are in when left out.")
_SUBMITTED = typer.Option(
    None, help="Submissions, as <learner>/<module>/<module>.ipynb; the course's submitted/ when left out."
)
_INTO = typer.Option(None, help="Where gradebook, feedback and results go; the course when left out.")
_DB = typer.Option("", metavar="URL", help="The gradebook's SQLAlchemy URL; gradebook.db in --into when left out.")
_LIMIT = typer.Option(
    [], metavar="NAME=VALUE", help="Change a limit, such as cell=20 (seconds) or resident=1G; can be repeated."
)
_JOBS = typer.Option(os.cpu_count() or 1, "--jobs", "-j", min=1, help="Submissions graded at the same time.")


def grade(
    modules: list[str] = _MODULES,
    course: Path | None = _COURSE,
    submitted: Path | None = _SUBMITTED,
    into: Path | None = _INTO,
    db: str = _DB,
    jobs: int = _JOBS,
    cluster: str = typer.Option("", metavar="ADDRESS", help="Grade on the Dask cluster with this scheduler instead."),
    force: bool = typer.Option(False, "--force", help="Grade again what hasn't changed, too."),
    limit: list[str] = _LIMIT,
    json_file: Path | None = JsonOption,
) -> None:
    """Grade a class: gradebook, autograded notebooks, feedback pages, one JSON result per submission.

    Example: engineroom grade --submitted submitted
    """
    need("nbgrader", "grade")
    classroom = _classroom(course, submitted, into, db, limit)
    handed = classroom.find(modules or None)
    try:
        with _cluster(cluster, classroom.limits) as grader, Tally(len(handed)) as tally:
            jobs = grader.at_once if grader else jobs
            results = classroom.grade(handed, jobs=jobs, grader=grader, force=force, done=tally.add)
    except KeyboardInterrupt:
        console.print("Stopped. What is graded is kept; run the same command again to go on.")
        raise typer.Exit(130) from None
    from autograder.grading.database import shown

    _print_summary(results)
    console.print(f"Gradebook: {shown(classroom.gradebook_url)}", markup=False)
    console.print(f"Feedback:  {classroom.into / 'feedback'}", markup=False)
    for note in classroom.notes:
        console.print(f"Note: {note}", markup=False)
    save_json(json_file, [result.to_json() for result in results])
    _stop_if_any_failed([result for result in results if "failed" in result.run], len(results))


def _classroom(
    course: Path | None, submitted: Path | None, into: Path | None, db: str, limit: Sequence[str]
) -> Classroom:
    """The class that the options mean."""
    from autograder.grading.classroom import Classroom
    from autograder.grading.course import OwnCourse
    from autograder.grading.limits import Limits

    found = _nbgrader_course(course) if course else OwnCourse(course_root())
    limits = Limits.read(limit, found.limits)
    return Classroom(found.root, submitted or found.submitted, into or found.root, db, limits, found)


def _nbgrader_course(folder: Path) -> Course:
    from autograder.grading.nbgrader_course import open_course

    return open_course(folder)


def regrade(
    modules: list[str] = _MODULES,
    course: Path | None = _COURSE,
    submitted: Path | None = _SUBMITTED,
    into: Path | None = _INTO,
    db: str = _DB,
    jobs: int = _JOBS,
    limit: list[str] = _LIMIT,
    preview: bool = typer.Option(False, "--preview", help="Only show what would change; write nothing."),
    json_file: Path | None = JsonOption,
) -> None:
    """Grade everything again, show who changes, by how much and why, then write it. What persons gave is kept.

    Example: engineroom regrade --preview
    """
    need("nbgrader", "grade")
    from autograder.grading.regrade import Regrade

    classroom = _classroom(course, submitted, into, db, limit)
    handed = classroom.find(modules or None)
    with tempfile.TemporaryDirectory(prefix="engineroom-") as beside:
        again = Regrade(classroom, Path(beside))
        try:
            with Tally(len(handed)) as tally:
                comparison = again.preview(handed, jobs=jobs, done=tally.add)
        except KeyboardInterrupt:
            console.print("Stopped. Nothing was written.")
            raise typer.Exit(130) from None
        _print_changes(comparison.changes, comparison.changed, comparison.compared)
        if not preview:
            again.write(handed, jobs=jobs)
    console.print("Nothing was written: this was a preview." if preview else "Written.")
    for note in comparison.notes:
        console.print(f"Note: {note}", markup=False)
    save_json(json_file, {"written": not preview, **comparison.to_json()})
    _stop_if_any_failed(comparison.failed, comparison.compared)


def _stop_if_any_failed(failed: Sequence[SubmissionResult], of: int) -> None:
    """End with an error when the engine itself failed on a submission."""
    if failed:
        names = ", ".join(f"{result.learner} ({result.module})" for result in failed)
        raise EngineRoomError(
            f"The engine failed on {len(failed)} of {of} submissions: {names}. "
            "The gradebook keeps what it held for them; all others are graded."
        )


def _print_changes(changes: Sequence[Change], changed: int, compared: int) -> None:
    """One line for each question that changes, and how many learners that touches."""
    if changes:
        rows = [
            (
                change.learner,
                change.module,
                change.question,
                "–" if change.before is None else f"{change.before:g}",
                f"{change.after:g}",
                f"{change.difference:+g}" if change.difference else "0",
                "\n".join((*change.reasons, *change.flips, *change.kept)),
            )
            for change in changes
        ]
        columns = ("Learner", "Module", "Question", "Before", "After", "Change", "Why")
        print_table(count_text(len(changes), "changed question"), columns, rows, right=(3, 4, 5))
    console.print(f"{changed} of {count_text(compared, 'submission')} change; the others stay as they are.")


def _cluster(address: str, limits: Limits) -> AbstractContextManager[Cluster | None]:
    """Connect to a cluster, if there is an address."""
    if not address:
        return nullcontext()
    need("distributed", "cluster")
    from autograder.grading.cluster import Cluster

    return Cluster(address, limits)


def _print_summary(results: list[SubmissionResult]) -> None:
    rows = [
        (
            result.learner,
            result.module,
            f"{result.points:g} / {result.max:g}",
            *(str(_count(result, outcome)) for outcome in Outcome),
        )
        for result in results
    ]
    columns = ("Learner", "Module", "Score", *(outcome.value.capitalize() for outcome in Outcome))
    print_table(count_text(len(results), "submission"), columns, rows, right=(2, 3, 4, 5, 6))
    for result in results:
        for note in filter(None, (result.problem, *result.repairs, *result.run.get("differences", ()))):
            console.print(f"{result.learner}, {result.module}: {note}", markup=False)


def _count(result: SubmissionResult, outcome: Outcome) -> int:
    return sum(question.outcome is outcome for question in result.questions)
