"""What was handed in, as it lies on disk: ``<learner>/<module>/<module>.ipynb``, as nbgrader collects it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import EngineRoomError, SubmissionError

__all__ = ["Handed", "find_handed"]

_TIMESTAMP_BYTES = 200


@dataclass(frozen=True, slots=True)
class Handed:
    """One submission as it lies on disk. ``learner`` is the folder's name with undecodable bytes escaped.

    ``module`` is the notebook's name, or ``assignment/notebook`` where nbgrader keeps several in one assignment.
    """

    learner: str
    module: str
    folder: Path

    @property
    def assignment(self) -> str:
        """What nbgrader calls it."""
        return self.module.partition("/")[0]

    @property
    def file(self) -> str:
        """The notebook's file name."""
        return self.module.rpartition("/")[2] + ".ipynb"

    @property
    def notebook(self) -> Path:
        """Where the notebook should be.

        Raises:
            SubmissionError: when the folder is a link: it may lead to somebody else's work.
        """
        if self.folder.is_symlink():
            raise SubmissionError(f"{self.module} is a link to another folder. Hand in the folder itself.")
        return self.folder / self.file

    @property
    def timestamp(self) -> str:
        """When it was handed in, as ``timestamp.txt`` says; empty without a readable one."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            descriptor = os.open(self.folder / "timestamp.txt", flags)
            with os.fdopen(descriptor, "rb") as file:
                return file.read(_TIMESTAMP_BYTES).decode("utf-8", "replace").strip()
        except OSError:
            return ""


def find_handed(submitted: Path, wanted: Sequence[str], known: Sequence[str]) -> tuple[list[Handed], list[str]]:
    """List the submissions, and say what lies there and is none.

    Args:
        submitted: the folder that holds a folder for each learner.
        wanted: the modules to list.
        known: every module that the course has.

    Returns:
        The submissions by learner and module, and a sentence about each kind of thing that was left out.

    Raises:
        EngineRoomError: when the folder can't be read or nothing was handed in.
    """
    try:
        entries = sorted(submitted.iterdir(), key=lambda path: os.fsencode(path.name))
    except OSError as error:
        why = "" if isinstance(error, FileNotFoundError) else f" ({error.strerror})"
        raise EngineRoomError(
            f"No folder {submitted}{why}. Submissions lie as <learner>/<module>/<module>.ipynb."
        ) from None
    entries = [entry for entry in entries if not entry.name.startswith(".")]
    learners, notes = _one_folder_each([entry for entry in entries if entry.is_dir()])
    handed, strange, stray = [], set(), [_printable(entry) for entry in entries if not entry.is_dir()]
    for learner in learners:
        folders, notebooks = _inside(learner)
        handed += [Handed(_printable(learner), module, learner / module) for module in wanted if module in folders]
        strange |= folders - set(known)
        stray += [f"{_printable(learner)}/{name}" for name in notebooks]
    if strange:
        notes.append(f"Left out, because the course has no such module: {_listed(sorted(strange))}.")
    if stray:
        notes.append(f"Left out, because a submission lies as <learner>/<module>/<module>.ipynb: {_listed(stray)}.")
    if not handed:
        said = " ".join((f"Nothing handed in below {submitted} for {', '.join(wanted)}.", *notes))
        raise EngineRoomError(said)
    return handed, notes


def _one_folder_each(learners: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Of folders whose names read the same, keep the one that is really named so: a gradebook can't tell them apart."""
    kept: dict[str, Path] = {}
    notes = []
    for learner in sorted(learners, key=lambda path: _printable(path) != path.name):
        name = _printable(learner)
        if name in kept:
            notes.append(f"Two folders would both be the learner {name}; only one was graded. Rename the other.")
        kept.setdefault(name, learner)
    return sorted(kept.values(), key=lambda path: os.fsencode(path.name)), notes


def _inside(learner: Path) -> tuple[set[str], list[str]]:
    """A learner's folders, and notebooks that lie beside them; what is hidden is left out."""
    try:
        entries = sorted(path for path in learner.iterdir() if not path.name.startswith("."))
        folders = {_printable(path) for path in entries if path.is_dir()}
    except OSError as error:
        raise EngineRoomError(f"The folder {_printable(learner)} can't be read: {error.strerror or error}.") from None
    return folders, [_printable(path) for path in entries if path.suffix == ".ipynb" and not path.is_dir()]


def _listed(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _printable(path: Path) -> str:
    """A file's name as text that every encoding and database can hold."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")
