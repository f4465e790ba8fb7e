"""Commands for learners: open the course, check a notebook."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from autograder.cli.console import JsonOption, console, course_root, need, print_table, save_json
from autograder.display import SIGNS, points_text
from autograder.errors import EngineRoomError
from autograder.progress.course_map import INDEX
from autograder.progress.lookahead import standing_with
from autograder.progress.page import next_step
from autograder.progress.place import exercises_above
from autograder.progress.report import verdict
from autograder.progress.standing import State
from autograder.results import Outcome, QuestionResult, SubmissionResult

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(start)
    app.command()(check)


def start(
    browser: bool = typer.Option(True, "--browser/--no-browser", help="Open a browser, or only print the address."),
) -> None:
    """Open the course map in JupyterLab.

    Example: engineroom start
    """
    need("jupyterlab", "lab")
    exercises = course_root() / "exercises"
    if not exercises.is_dir():
        raise EngineRoomError(f"No exercises at {exercises}. An author makes them with: engineroom build")
    index = exercises / INDEX
    command = [
        *(sys.executable, "-m", "jupyter", "lab", str(index if index.is_file() else exercises)),
        *(() if browser else ("--no-browser",)),
        *(("--allow-root",) if _is_root() else ()),
        # News and update checks would call home.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    os.execv(sys.executable, command)  # noqa: S606 - the server takes this process's place, so Ctrl-C reaches it


def _is_root() -> bool:
    """In a container everybody is; Jupyter would refuse to start."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def check(
    notebook: Path = typer.Argument(..., metavar="NOTEBOOK", help="Your notebook, such as a2_one_table.ipynb."),
    unsandboxed: bool = typer.Option(
        False, "--unsandboxed", help="Run your own code without a sandbox, where this machine has none."
    ),
    json_file: Path | None = JsonOption,
) -> None:
    """Run every check this machine has for a notebook and tell what is open.

    Example: engineroom check exercises/a2_one_table/a2_one_table.ipynb
    """
    from autograder.grading.selfcheck import check_notebook

    result = check_notebook(notebook, unsandboxed=unsandboxed)
    visible_only = result.run["checks"] == "visible"
    kind = "visible checks, " if visible_only else ""
    rows = [(*_summed_up(question), f"{question.points:g} / {question.max:g}") for question in result.questions]
    title = f"{result.module}: {kind}{points_text(result.points, result.max)}"
    print_table(title, ("", "Question", "Result", "Points"), rows)
    for repair in result.repairs:
        console.print(f"Note: {repair}", markup=False)
    _explain_failures(result)
    if visible_only:
        console.print("These are the checks you can see. Hidden checks run when your work is graded.")
    for line in _standing(notebook, result):
        console.print(line, markup=False)
    save_json(json_file, result.to_json())
    raise typer.Exit(0 if all(question.outcome is Outcome.RIGHT for question in result.questions) else 1)


def _standing(notebook: Path, result: SubmissionResult) -> list[str]:
    """Whether the module is mastered with this result, and, if it is, what comes next. Nothing of it is noted."""
    exercises = exercises_above(notebook.resolve().parent)
    if exercises is None:
        return []
    standing = standing_with(exercises, result)
    own = next((one for one in standing.modules if one.module.id == result.module), None) if standing else None
    if standing is None or own is None:
        return []
    return [verdict(own), *([next_step(standing)] if own.state is State.MASTERED else [])]


def _summed_up(question: QuestionResult) -> tuple[str, str, str]:
    sign, word = SIGNS[question.outcome]
    return f"{sign} {question.question}", question.title, word


def _explain_failures(result: SubmissionResult) -> None:
    """Print what to know about each open question, and the next step."""
    open_questions = [question for question in result.questions if question.outcome is not Outcome.RIGHT]
    for question in open_questions:
        if question.outcome is Outcome.NOT_ATTEMPTED:
            console.print(f"{question.question}: {question.groups[0].message}", markup=False)
            continue
        for group in question.groups:
            if group.outcome is not Outcome.RIGHT and group.message:
                console.print(f"{question.question}, {group.name}: {group.message}", markup=False)
    if open_questions:
        console.print(f"Next: {open_questions[0].question}. Change your answer, save the notebook, check again.")
    else:
        console.print("Every check passes.")
