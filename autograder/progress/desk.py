"""Where a check in a learner's kernel and the learner's own file meet. Nothing that happens here breaks a check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.progress.aside import offer_html, solution_html, trouble_html
from autograder.progress.attempt import Attempt, attempt_at
from autograder.progress.guidance import Guidance, guidance, prediction_in
from autograder.progress.notebook import hints_of, own_answer, parts, solution_beside
from autograder.progress.place import FILE, exercises_above, learners_shell, notebook_file, notebook_folder
from autograder.progress.store import ProgressError, Store
from autograder.quiet import quiet
from autograder.results import CheckResult, Outcome

__all__ = ["notebook_here", "noted", "paused"]

# Where there is no file, or none that works, the kernel remembers for itself: hints open all the same.
_remembered: list[Attempt] = []
_paused = False


def noted(check: CheckResult) -> str:
    """Note a visible check in the learner's file; return as HTML what the panel should say beside the verdict.

    In any other process than a learner's kernel this does nothing.
    """
    shell = None if _paused or check.hidden or check.outcome is Outcome.NOT_ATTEMPTED else learners_shell()
    if shell is None:
        return ""
    try:
        with quiet():
            return _noted(check, shell)
    except Exception as error:
        return trouble_html(f"{type(error).__name__}: {error}.")


@contextmanager
def paused() -> Iterator[None]:
    """Run checks without noting them."""
    global _paused
    before, _paused = _paused, True
    try:
        yield
    finally:
        _paused = before


def notebook_here(shell: Any, question: str = "") -> Path | None:
    """The file of this kernel's notebook; where nobody says which, the one in its folder that asks the question."""
    said = notebook_file(shell)
    if said is not None:
        return said
    folder = notebook_folder(shell)
    found = sorted(folder.glob("*.ipynb")) if folder is not None else []
    return next((file for file in found if any(question in ("", part.question) for part in parts(file))), None)


def _noted(check: CheckResult, shell: Any) -> str:
    exercises = exercises_above(notebook_folder(shell))
    store = Store(exercises / FILE) if exercises is not None else None
    cells: Sequence[str] = shell.history_manager.input_hist_raw
    past, trouble = _past(store, check.question)
    now = attempt_at(check, datetime.now(UTC))
    prediction = prediction_in(cells, check.question)
    offer = guidance(past, now.outcome, now.failure, prediction)
    now = attempt_at(check, datetime.now(UTC), hint=offer.hint, prediction=prediction)
    if not (now.right and past and past[-1].right):  # running a right one again tells nothing new
        trouble = _kept(None if trouble else store, now) or trouble
    said = _solution(check, shell, cells) if now.right else _offer(check, shell, offer, prediction)
    return said + (trouble_html(trouble) if trouble else "")


def _past(store: Store | None, question: str) -> tuple[list[Attempt], str]:
    """The earlier attempts, and what is the matter with the file."""
    own = [one for one in _remembered if one.question == question]
    if store is None:
        return own, ""
    try:
        return store.attempts(question) + own, ""
    except ProgressError as error:
        return own, str(error)


def _kept(store: Store | None, attempt: Attempt) -> str:
    """Keep an attempt, with those that the file would not take before; say why it can't be kept there."""
    _remembered.append(attempt)
    if store is not None:
        try:
            store.add(_remembered)
        except ProgressError as error:
            return str(error)
        _remembered.clear()
    return ""


def _offer(check: CheckResult, shell: Any, offer: Guidance, prediction: str) -> str:
    hints = hints_of(notebook_here(shell, check.question), check.question)
    hint = hints[offer.hint - 1] if len(hints) >= offer.hint else ""
    return offer_html(offer, hint, prediction if offer.hint > 1 else "")


def _solution(check: CheckResult, shell: Any, cells: Sequence[str]) -> str:
    solution = solution_beside(notebook_folder(shell), check.question)
    return solution_html(own_answer(cells, solution), solution) if solution else ""
