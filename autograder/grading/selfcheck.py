"""Check one's own notebook with every check that this machine has for it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from autograder.errors import EngineRoomError
from autograder.grading.assignment import Assignment
from autograder.grading.limits import Limits
from autograder.grading.pairs import NoWallsError, PlainPairs
from autograder.grading.session import grade_submission
from autograder.grading.submission import read_submission
from autograder.grading.warm_pairs import warm_pairs
from autograder.results import SubmissionResult

__all__ = ["check_notebook"]


def check_notebook(notebook: Path, *, unsandboxed: bool = False) -> SubmissionResult:
    """Run a learner's notebook against the best master at hand.

    That is the source notebook with hidden tests where this machine has one (an author, an instructor, a self-study
    clone), else the released notebook, else the checks that stand in the notebook itself.

    Args:
        notebook: the file.
        unsandboxed: run it without walls. Only for one's own work; the result says so in its ``run["isolation"]``.

    Returns:
        The result; its ``run["checks"]`` is "all", or "visible" where this machine has no hidden ones.

    Raises:
        EngineRoomError: when the notebook can't be found or read.
    """
    if not notebook.is_file():
        raise EngineRoomError(f"No notebook at {notebook}.")
    if notebook.suffix != ".ipynb":
        raise EngineRoomError(f"{notebook} is not a notebook: its name doesn't end in .ipynb.")
    assignment = Assignment.read(_master(notebook.resolve()))
    limits = Limits()
    submission = read_submission(notebook, assignment, "you")
    try:
        pairs = PlainPairs(limits) if unsandboxed else warm_pairs(assignment, limits, rehearse=False)
    except NoWallsError as error:
        raise EngineRoomError(f"{error} To check your own notebook all the same, add --unsandboxed.") from None
    with closing(pairs):
        # With the source notebook at hand, a counterexample gives nothing away.
        result = grade_submission(assignment, submission, limits, pairs=pairs, made=assignment.is_source).result
    return replace(result, run={**result.run, "checks": "all" if assignment.is_source else "visible"})


def _master(notebook: Path) -> Path:
    """Find the best master for a notebook by its name, in the folders above it."""
    name = notebook.stem
    for folder in notebook.parents:
        for kind in ("solutions", "exercises"):
            candidate = folder / kind / name / f"{name}.ipynb"
            if candidate.is_file():
                return candidate
    return notebook
