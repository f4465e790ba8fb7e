"""One learner's submission: the answers and free cells that count, taken from the file as data."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.grading.assignment import Assignment
from autograder.grading.limits import in_size
from autograder.grading.repair import Sorted, sort_cells
from autograder.grading.salvage import salvage

__all__ = ["MAX_BYTES", "Submission", "read_submission"]

MAX_BYTES = 200 << 20


@dataclass(frozen=True, slots=True)
class Submission:
    """What one learner handed in for one module.

    Args:
        learner: the learner's name, fit to be printed.
        answers: the text of every answer cell by grade id; the starter where nothing was handed in.
        free: the learner's other code cells by the grade id they stand behind; "" is the notebook's beginning.
        repairs: one sentence about each thing that was mended.
        prose: the learner's own Markdown cells in a plain nbgrader notebook, as ``free``: for a person to read.
    """

    learner: str
    answers: Mapping[str, str]
    free: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    prose: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A hash of what is graded."""
        parts = [sorted(self.answers.items()), sorted(self.free.items())]
        parts += [sorted(self.prose.items())] if self.prose else []
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def read_submission(path: Path, assignment: Assignment, learner: str, others: Collection[str] = ()) -> Submission:
    """Read a submitted notebook. Of damaged ones as much as possible; the rest is the instructor's anyway.

    Args:
        path: where the notebook should be. When it has another name, the only notebook beside it is taken.
        assignment: what was to be done.
        learner: whose it is; bytes that aren't UTF-8 are escaped.
        others: file names beside it that are other notebooks.

    Raises:
        SubmissionError: when there is nothing to grade; its text says what was found instead.
    """
    name = os.fsencode(learner).decode("utf-8", "backslashreplace")
    extra = [f"The learner's name isn't UTF-8; it is written as {name}."] if name != learner else []
    if os.path.lexists(path):
        found = sort_cells(salvage(_read(path)), assignment)
    else:
        other, found = _under_another_name(path, assignment, others)
        extra.append(f"The notebook was named {_shown(other)} instead of {path.name}; it was graded.")
    if assignment.answers and not found.known:  # a notebook may hold nothing but tasks
        raise SubmissionError(
            f"The notebook has none of the answer cells of {assignment.module}. Is it another module's notebook?"
        )
    return Submission(name, found.answers, found.free, (*extra, *found.repairs), found.prose)


def _read(path: Path) -> bytes:
    """Read a regular file. A link isn't followed: it may lead to somebody else's work."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if path.is_symlink():
        raise SubmissionError(f"{_shown(path)} is a link to another file. Hand in the notebook itself.")
    try:
        descriptor = os.open(path, flags)
        try:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise SubmissionError(f"{_shown(path)} is not a file. Hand in the notebook itself.")
            if about.st_size > MAX_BYTES:
                raise SubmissionError(
                    f"{_shown(path)} has {in_size(about.st_size)}; at most {in_size(MAX_BYTES)} are read. "
                    "Clear the notebook's outputs and hand it in again."
                )
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(MAX_BYTES + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SubmissionError(f"{_shown(path)} can't be read: {error.strerror or error}.") from None


def _under_another_name(path: Path, assignment: Assignment, others: Collection[str]) -> tuple[Path, Sorted]:
    """Find the notebook that was meant, if there is exactly one."""
    try:
        names = sorted(os.listdir(path.parent))  # noqa: PTH208 - names as they are on disk
    except OSError:
        raise SubmissionError(f"There is no folder {_shown(path.parent)}, so nothing was handed in.") from None
    fits = []
    for name in names:
        if name.endswith(".ipynb") and name not in others:
            with contextlib.suppress(SubmissionError):
                found = sort_cells(salvage(_read(path.parent / name)), assignment)
                if found.known:
                    fits.append((path.parent / name, found))
    if len(fits) == 1:
        return fits[0]
    there = ", ".join(_shown(Path(name)) for name in names[:8]) or "nothing"
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    several = "Several notebooks could be it" if fits else f"There is no {path.name}"
    raise SubmissionError(f"{several}; the folder holds {there}{more}. Hand in {path.name}.")


def _shown(path: Path) -> str:
    """A file's name, fit to be printed."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")
