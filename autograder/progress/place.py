"""Where a learner's own file lies, and whether this process is a learner's kernel at all.

Grading, building and proving never write progress. Their processes run no Jupyter kernel, or one that a program
started: nbgrader says so in the environment, and every runner built on nbclient keeps the kernel's history in memory.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from autograder.progress.course_map import INDEX

__all__ = ["FILE", "FILES", "exercises_above", "learners_shell", "notebook_file", "notebook_folder", "sealed_in"]

FILE = "progress.db"
# What SQLite may put beside it for a moment.
FILES = (FILE, *(f"{FILE}-{ending}" for ending in ("journal", "wal", "shm")))
_GRADERS = ("NBGRADER_EXECUTION", "NBGRADER_VALIDATING")
_NO_HISTORY = "--HistoryManager.hist_file"
_LEVELS = 3  # a notebook lies in its module's folder; a learner may have made another one in it


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # the folder was deleted
        return None


# Jupyter starts a kernel in the notebook's folder, and `os.chdir` in a cell may lead away from it later.
_STARTED_IN = _here()


def learners_shell() -> Any:
    """The IPython of a learner's kernel; None in any other process."""
    if "IPython" not in sys.modules or any(name in os.environ for name in _GRADERS):
        return None
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if type(shell).__name__ != "ZMQInteractiveShell" or any(one.startswith(_NO_HISTORY) for one in sys.argv):
        return None
    return shell


def notebook_file(shell: Any) -> Path | None:
    """The notebook of this kernel, as Jupyter's server or VS Code says; None where neither does, or it has moved."""
    said = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    path = Path(said) if isinstance(said, str) and said else None
    return path if path is not None and path.suffix == ".ipynb" and path.is_file() else None


def notebook_folder(shell: Any) -> Path | None:
    """The folder of this kernel's notebook; None if it is gone."""
    file = notebook_file(shell)
    return file.parent if file is not None else _STARTED_IN


def exercises_above(folder: Path | None) -> Path | None:
    """The folder of a notebook's course, known by its map: the folder itself, or the nearest one above it."""
    if folder is None:
        return None
    return next((one for one in (folder, *folder.parents[:_LEVELS]) if (one / INDEX).is_file()), None)


def sealed_in(exercises: Path, module: str) -> bool:
    """Whether the hidden checks of a module are at hand: in a self-study clone, never in a class's release."""
    return exercises.name == "exercises" and (exercises.parent / "solutions" / module / f"{module}.ipynb").is_file()
