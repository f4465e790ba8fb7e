"""Where a course keeps an assignment: the supervisor and every worker of a cluster read it in the same way."""

from __future__ import annotations

from pathlib import Path

from autograder.grading.assignment import Assignment

__all__ = ["read_master"]


def read_master(root: Path, module: str) -> Assignment:
    """Read a module to grade a class by.

    Args:
        root: the course, with ``solutions/`` and ``exercises/``.
        module: such as ``a2_one_table``.

    Raises:
        EngineRoomError: a notebook can't be read, or is no source notebook.
    """
    source, released = (root / kind / module / f"{module}.ipynb" for kind in ("solutions", "exercises"))
    return Assignment.read(source, released).for_a_class()
