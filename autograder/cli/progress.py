"""The learner's own progress in a terminal: the map, and taking it along as one file."""

from __future__ import annotations

from pathlib import Path

import typer

from autograder.cli.console import JsonOption, console, course_root, print_table, save_json
from autograder.display import count_text
from autograder.errors import EngineRoomError
from autograder.progress.course_map import INDEX
from autograder.progress.page import map_rows, next_step
from autograder.progress.place import FILE
from autograder.progress.portable import exported, imported
from autograder.progress.shown import standing_in
from autograder.progress.store import Store

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(progress)


def progress(
    export: Path | None = typer.Option(None, "--export", metavar="FILE", help="Write all your progress into a file."),
    take: Path | None = typer.Option(None, "--import", metavar="FILE", help="Add the progress of an exported file."),
    json_file: Path | None = JsonOption,
) -> None:
    """Show what you have mastered and what comes next; take your progress to another computer.

    Example: engineroom progress --export my-progress.json
    """
    exercises = course_root() / "exercises"
    if not (exercises / INDEX).is_file():
        raise EngineRoomError(f"No course map at {exercises / INDEX}. An author makes it with: engineroom build")
    store = Store(exercises / FILE)
    if take is not None:
        console.print(f"{count_text(imported(store, take), 'attempt')} added from {take}.", markup=False)
    if export is not None:
        console.print(f"{count_text(exported(store, export), 'attempt')} written to {export}.", markup=False)
    course, standing, trouble = standing_in(exercises)
    if trouble:
        raise EngineRoomError(f"Your progress can't be shown: {trouble}")
    print_table(course.title, ("State", "Module", "Points", "Core ★", "What to know"), map_rows(standing))
    console.print(next_step(standing), markup=False)
    rows = [
        {"module": one.module.id, "state": one.state, "points": one.earned, "max": one.most, "missing": one.missing}
        for one in standing.modules
    ]
    save_json(json_file, {"schema": "engineroom-standing/1", "modules": rows, "next": next_step(standing)})
