"""Build ``exercises/index.ipynb``: the course map, as a page of links and as data for the learner's own progress."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import nbformat

from autograder.notebooks.model import Module
from autograder.notebooks.nbgrader_format import PYTHON, to_text
from autograder.notebooks.outline import Outline
from autograder.notebooks.points import total_points
from autograder.progress.course_map import CourseMap, MapModule, MapQuestion, MapUnit

__all__ = ["course_map", "index_text"]

_nbformat: Any = nbformat  # it says that it is typed, and is not

_HEAD = """\
# {title}

Hopline is a small ride-sharing company in Lisbon, New York and Istanbul. You build its back-end, module by module: read
the lesson, predict, answer the questions, and check each answer at once.

**Begin with the first module, or go on where you stopped.** Each link opens a notebook.\
"""
_STAND = """\
## Where you stand

Click the cell below and press Shift+Enter: it shows what you have mastered, what is open, and what comes next.\
"""
_CELL = """\
from autograder.progress import show_map

show_map()\
"""
_CALENDAR = """\
## A suggested calendar

{pace} modules a week. Slower is fine; a fixed day helps.

{weeks}\
"""
_RULES = """\
## How it works

- A module is **mastered** with 80 % of its points and all its core questions, marked ★. Try as often as you like.
- The map counts every check that is on this computer. In a class those are the checks you can see; the hidden ones run
  when your work is graded.
- Nothing is locked. If you open a module early, the map says which core questions before it are still open.
- Hint 1 is always free. The second hint opens after your second try, the third after your third. Hints cost no points.
- Your progress is kept in one file on this computer, `progress.db` in this folder. It is never sent anywhere.

## Take your progress with you

On Binder everything is deleted when the session ends. Before that, run this in any code cell, then download the file:
in the list of files at the left, right-click it and choose *Download*.

```python
from autograder.progress import export_progress

export_progress("my-progress.json")
```

Next time, or on another computer, upload the file into this folder and run this. Nothing is lost or counted twice: of
each question, the best result stays.

```python
from autograder.progress import import_progress

import_progress("my-progress.json")
```

In a terminal, the same is `engineroom progress --export my-progress.json` and
`engineroom progress --import my-progress.json`.\
"""


def course_map(outline: Outline, modules: Sequence[Module]) -> CourseMap:
    """Put together what the outline and the modules themselves say; modules that aren't there yet are left out."""
    there = {module.id: module for module in modules}
    units = [
        MapUnit(
            unit.title, tuple(_map_module(there[entry.id], entry.goal) for entry in unit.modules if entry.id in there)
        )
        for unit in outline.units
    ]
    return CourseMap(outline.title, outline.modules_a_week, tuple(unit for unit in units if unit.modules))


def index_text(course: CourseMap) -> str:
    """The notebook as the text of its file."""
    cells = [
        _markdown("index_head", _HEAD.format(title=course.title)),
        _markdown("index_stand", _STAND),
        _node("code", "index_map", _CELL) | {"execution_count": None, "outputs": []},
        *(_markdown(f"index_unit_{letter.lower()}", text) for letter, text in _units(course)),
        _markdown("index_calendar", _CALENDAR.format(pace=_spelled(course.modules_a_week), weeks=_weeks(course))),
        _markdown("index_rules", _RULES),
    ]
    metadata = {**PYTHON, "engineroom": course.to_json()}
    made = _nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})
    _nbformat.validate(made)
    return to_text(made)


def _map_module(module: Module, goal: str) -> MapModule:
    questions = tuple(
        MapQuestion(
            id=question.id,
            title=question.title,
            core=question.core,
            seen=total_points(question.check.source),
            sealed=total_points(question.hidden.source),
        )
        for question in module.questions
    )
    return MapModule(module.id, module.title, module.minutes, module.needs, goal, questions)


def _units(course: CourseMap) -> Iterator[tuple[str, str]]:
    """Each unit's letter, and its list of links."""
    there = {module.short: module for module in course.modules}
    for unit in course.units:
        letter = unit.modules[0].short[0].upper()
        items = [
            f"- **{_link(module)}** · {module.minutes} minutes{_needs(module, there)}  \n  You learn to {module.goal}."
            for module in unit.modules
        ]
        yield letter, "\n".join([f"## {letter} · {unit.title}", "", *items])


def _weeks(course: CourseMap) -> str:
    return "\n".join(
        f"- **Week {number}:** {' and '.join(map(_link, modules))}, {_hours(sum(module.minutes for module in modules))}"
        for number, modules in enumerate(course.weeks, start=1)
    )


def _link(module: MapModule) -> str:
    return f"[{module.name}]({module.notebook})"


def _needs(module: MapModule, there: Mapping[str, MapModule]) -> str:
    names = (f"[{need.upper()}]({there[need].notebook})" if need in there else need.upper() for need in module.needs)
    listed = ", ".join(names)
    return f" · after {listed}" if listed else ""


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"


def _spelled(count: int) -> str:
    return {1: "One", 2: "Two", 3: "Three", 4: "Four"}.get(count, str(count))


def _markdown(name: str, source: str) -> dict[str, Any]:
    return _node("markdown", name, source)


def _node(kind: str, name: str, source: str) -> dict[str, Any]:
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source}
