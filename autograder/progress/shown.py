"""What a learner calls in a notebook: the map, and taking progress along. Trouble is told in a sentence, not raised."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.display import count_text, prose_html
from autograder.errors import EngineRoomError
from autograder.progress.course_map import CourseMap, read_map
from autograder.progress.page import Page, map_html, next_step
from autograder.progress.place import FILE, exercises_above, learners_shell, notebook_folder, sealed_in
from autograder.progress.portable import exported, imported
from autograder.progress.standing import CourseStanding, course_standing
from autograder.progress.store import ProgressError, Store

__all__ = ["exercises_here", "export_progress", "import_progress", "said", "show_map", "standing_in", "way_to"]


def show_map() -> Page:
    """Draw the map with the learner's own standing."""
    try:
        exercises = exercises_here()
        course, standing, trouble = standing_in(exercises)
    except EngineRoomError as error:
        return said(str(error))
    note = f"Your progress can't be shown: {trouble}" if trouble else ""
    return Page(map_html(course, standing, to=way_to(exercises), note=note), note or next_step(standing))


def export_progress(file: str) -> Page:
    """Write all attempts into a file beside the map."""
    try:
        exercises = exercises_here()
        target = exercises / file
        count = exported(Store(exercises / FILE), target)
    except EngineRoomError as error:
        return said(str(error))
    where = f"`{target.name}` is in the folder of the course map"
    return said(
        f"{count_text(count, 'attempt')} written. {where}: in the list of files, right-click it to download it."
    )


def import_progress(file: str) -> Page:
    """Add an exported file, looked for beside the map, then where the notebook is."""
    try:
        exercises = exercises_here()
        if learners_shell() is None:
            raise EngineRoomError("Progress is written in a learner's own notebook only.")
        beside = exercises / file
        count = imported(Store(exercises / FILE), beside if beside.is_file() else Path(file))
    except EngineRoomError as error:
        return said(str(error))
    return said(f"{count_text(count, 'attempt')} added. Run `show_map()` to see where you stand.")


def standing_in(exercises: Path) -> tuple[CourseMap, CourseStanding, str]:
    """The course, where the learner of this folder stands in it, and what is the matter with the learner's file.

    Raises:
        EngineRoomError: the course map is missing or damaged.
    """
    try:
        course = read_map(exercises)
    except (OSError, ValueError) as error:
        raise EngineRoomError(f"The course map can't be read: {error} Get a fresh copy of index.ipynb.") from None
    attempts, trouble = [], ""
    try:
        attempts = Store(exercises / FILE).attempts()
    except ProgressError as error:
        trouble = str(error)
    sealed = [module.id for module in course.modules if sealed_in(exercises, module.id)]
    return course, course_standing(course, attempts, sealed), trouble


def exercises_here() -> Path:
    """The folder of the course in which this notebook stands.

    Raises:
        EngineRoomError: there is none.
    """
    shell = learners_shell()
    exercises = exercises_above(notebook_folder(shell) if shell is not None else Path.cwd())
    if exercises is None:
        raise EngineRoomError(
            "There is no course map here: neither this notebook's folder nor one above it holds index.ipynb. "
            "Keep the notebook in the course's folder."
        )
    return exercises


def way_to(exercises: Path) -> str:
    """What leads from this notebook's folder to the exercises, as the beginning of a link: empty, or ``../``."""
    shell = learners_shell()
    folder = (notebook_folder(shell) if shell is not None else None) or Path.cwd()
    way = Path(os.path.relpath(exercises, folder)).as_posix()
    return "" if way == "." else f"{way}/"


def said(sentence: str) -> Page:
    """A sentence, to be shown in a notebook."""
    return Page(f"<p>{prose_html(sentence)}</p>", sentence)
