"""Commands for instructors: hand out, grade."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from autograder.cli.console import JsonOption, console, course_root, need, print_table, save_json
from autograder.display import count_text
from autograder.errors import EngineRoomError
from autograder.results import Outcome, SubmissionResult

if TYPE_CHECKING:
    from autograder.grading.cluster import Cluster
    from autograder.grading.limits import Limits

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(release)
    app.command()(grade)


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


def grade(
    modules: list[str] = typer.Argument(
        None, metavar="[MODULE]...", help="Modules to grade; all handed in when left out."
    ),
    submitted: Path = typer.Option(Path("submitted"), help="Submissions, as <learner>/<module>/<module>.ipynb."),
    into: Path | None = typer.Option(None, help="Where gradebook, feedback and results go; the course when left out."),
    db: str = typer.Option(
        "", metavar="URL", help="The gradebook's SQLAlchemy URL; gradebook.db in --into when left out."
    ),
    jobs: int = typer.Option(os.cpu_count() or 1, "--jobs", "-j", min=1, help="Submissions graded at the same time."),
    cluster: str = typer.Option("", metavar="ADDRESS", help="Grade on the Dask cluster with this scheduler instead."),
    force: bool = typer.Option(False, "--force", help="Grade again what hasn't changed, too."),
    json_file: Path | None = JsonOption,
) -> None:
    """Grade a class: gradebook, autograded notebooks, feedback pages, one JSON result per submission.

    Example: engineroom grade --submitted submitted
    """
    need("nbgrader", "grade")
    from autograder.grading.classroom import Classroom

    root = course_root()
    classroom = Classroom(root, submitted, into or root, db)
    handed = classroom.find(modules or None)
    try:
        with _cluster(cluster, classroom.limits) as grader, _progress() as progress:
            task = progress.add_task("Grading", total=len(handed))
            results = classroom.grade(
                handed,
                jobs=grader.at_once if grader else jobs,
                grader=grader,
                force=force,
                done=lambda _: progress.advance(task),
            )
    except KeyboardInterrupt:
        console.print("Stopped. What is graded is kept; run the same command again to go on.")
        raise typer.Exit(130) from None
    _print_summary(results)
    console.print(f"Gradebook: {classroom.gradebook_url}", markup=False)
    console.print(f"Feedback:  {classroom.into / 'feedback'}", markup=False)
    for note in classroom.notes:
        console.print(f"Note: {note}", markup=False)
    save_json(json_file, [result.to_json() for result in results])
    if failed := [result for result in results if "failed" in result.run]:
        names = ", ".join(f"{result.learner} ({result.module})" for result in failed)
        raise EngineRoomError(
            f"The engine failed on {len(failed)} of {len(results)} submissions: {names}. "
            "The gradebook keeps what it held for them; all others are graded."
        )


def _cluster(address: str, limits: Limits) -> AbstractContextManager[Cluster | None]:
    """Connect to a cluster, if there is an address."""
    if not address:
        return nullcontext()
    need("distributed", "cluster")
    from autograder.grading.cluster import Cluster

    return Cluster(address, limits)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


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
        for note in filter(None, (result.problem, *result.repairs)):
            console.print(f"{result.learner}, {result.module}: {note}", markup=False)


def _count(result: SubmissionResult, outcome: Outcome) -> int:
    return sum(question.outcome is outcome for question in result.questions)
