"""The learner's own record: what is mastered, what is begun, what comes next. It never leaves the learner's folder.

This package is light: the modules that do the work are loaded when one of its functions is called.
"""

from __future__ import annotations

from typing import Any

__all__ = ["check_module", "export_progress", "import_progress", "show_map"]


def show_map() -> Any:
    """Show where you stand in the whole course, and what comes next."""
    from autograder.progress.shown import show_map as show

    return show()


def check_module() -> Any:
    """Run every check of this notebook again, and say what is open and what comes next.

    Elsewhere than in a learner's notebook it does nothing, so it costs nothing while work is graded.
    """
    from autograder.progress.place import learners_shell

    if learners_shell() is None:
        return None
    from autograder.progress.whole import check_module as check

    return check()


def export_progress(file: str) -> Any:
    """Write all your progress into one file, to take it with you.

    Args:
        file: its name, such as ``my-progress.json``; it is made beside the course map.
    """
    from autograder.progress.shown import export_progress as export

    return export(file)


def import_progress(file: str) -> Any:
    """Add the progress that was exported into a file. Doing it twice changes nothing.

    Args:
        file: its name; it is looked for beside the course map and beside this notebook.
    """
    from autograder.progress.shown import import_progress as add

    return add(file)
