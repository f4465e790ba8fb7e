"""The courses that are attacked: what is released, what a right and a wrong answer is, what full marks are."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.notebooks.build import build
from autograder.notebooks.master import read_module
from autograder.notebooks.nbgrader_release import release_text

__all__ = ["Course", "make_course"]

_TESTS = Path(__file__).resolve().parents[1]
_PROJECT = _TESTS.parents[1]
_MARKERS = re.compile(r"^\s*### (BEGIN|END) .*\n?|^.*CANARY.*\n?", re.MULTILINE)
Notebook = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Course:
    """A course with one assignment, as an instructor has it before anything is handed in.

    Args:
        name: ``shop``, ``attacked`` or ``a2``.
        folder: the course, to be copied.
        assignment: the assignment's name, which is its notebook's, too.
        most: the points that can be had automatically.
        released: the notebook that learners get.
        right: for each answer cell's grade id, an answer with full marks.
        wrong: the same with answers that earn nothing.
        beside: files that are handed in with the notebook, by name.
        ours: whether it is in our format, or else an nbgrader course of somebody else's.
    """

    name: str
    folder: Path
    assignment: str
    most: float
    released: Notebook
    right: Mapping[str, str]
    wrong: Mapping[str, str]
    beside: Mapping[str, str]
    ours: bool

    def grade_id(self, place: str) -> str:
        """The answer cell that an attack means by a place such as ``q1``."""
        number = re.fullmatch(r"q(\d+)", place)
        return list(self.right)[int(number[1]) - 1] if number and int(number[1]) <= len(self.right) else place

    def answered(self, answers: Mapping[str, str]) -> Notebook:
        """The released notebook with answers by place; a place that no cell has becomes a cell of its own."""
        notebook = copy.deepcopy(self.released)
        cells = notebook["cells"]
        by_id = {_grade_id(cell): cell for cell in cells if _grade_id(cell)}
        for place, source in answers.items():
            cell = by_id.get(self.grade_id(place))
            if cell:
                cell["source"] = source
            elif place == "first":
                cells.insert(0, _code("first", source))
            elif place == "free":
                cells.insert(1 + cells.index(by_id[next(iter(self.right))]), _code("free", source))
            else:
                cells.append(_code("last", source))
        return notebook


def make_course(name: str, folder: Path) -> Course:
    """Write a course into a folder."""
    return {"shop": _shop, "attacked": _attacked, "a2": _a2}[name](folder)


def _grade_id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _code(name: str, source: str, **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": metadata,
        "outputs": [],
        "source": source.strip("\n"),
    }


# --- the course in nbgrader's own format -----------------------------------------------------------------------------


def _shop(folder: Path) -> Course:
    parts = re.split(r"^# %% (.+)\n", (_TESTS / "courses" / "shop.py").read_text("utf-8"), flags=re.MULTILINE)[1:]
    texts = dict(zip(parts[::2], (text.strip("\n") + "\n" for text in parts[1::2]), strict=True))
    cells = [_markdown("# Shop"), *_shop_cells(texts), _essay()]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell{number:02}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
    released = json.loads(release_text(nbformat.from_dict(notebook)))
    beside = {"shopchecks.py": texts["file shopchecks.py"]}
    for kind, content in (("source", notebook), ("release", released)):
        place = folder / kind / "ps1"
        place.mkdir(parents=True)
        (place / "ps1.ipynb").write_text(json.dumps(content, indent=1))
        for name, text in beside.items():
            (place / name).write_text(text)
    config = "c = get_config()\nc.CourseDirectory.course_id = 'shop'\nc.Execute.timeout = 6\n"
    (folder / "nbgrader_config.py").write_text(config)
    right = {f"q{n}": _MARKERS.sub("", texts[f"q{n} answer"]) for n in range(1, 7)}
    wrong = {f"q{n}": texts[f"q{n} wrong"] for n in range(1, 7)}
    return Course("shop", folder, "ps1", 14.0, released, right, wrong, beside, ours=False)


def _shop_cells(texts: Mapping[str, str]) -> list[dict[str, Any]]:
    cells = []
    for title, text in texts.items():
        name, *rest = title.split()
        flags = {"schema_version": 3, "cell_type": "code", "grade": False, "solution": False, "task": False}
        if title == "setup":
            about = {"grade_id": "setup", "locked": True}
        elif rest[0] == "answer":
            about = {"grade_id": name, "locked": False, "solution": True}
        elif rest[0] == "test":
            about = {"grade_id": f"test_{name}", "locked": True, "grade": True, "points": int(rest[1])}
        else:
            continue
        cells.append(_code(name, text, nbgrader=flags | about))
    return cells


def _markdown(source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "text", "metadata": metadata, "source": source}


def _essay() -> dict[str, Any]:
    about = {"schema_version": 3, "cell_type": "markdown", "grade_id": "essay", "task": False}
    graded = {"grade": True, "solution": True, "locked": False, "points": 2}
    return _markdown("Why do tokens expire?", nbgrader=about | graded)


# --- courses in our format -------------------------------------------------------------------------------------------


def _attacked(folder: Path) -> Course:
    """The module that was written to be attacked."""
    shutil.copytree(_TESTS / "courses" / "course", folder / "course")
    build(folder)
    return _ours("attacked", folder, "e9_attacked", folder / "course")


def _a2(folder: Path) -> Course:
    """A module of the real course."""
    module = "a2_one_table"
    for kind in ("solutions", "exercises"):
        shutil.copytree(_PROJECT / kind / module, folder / kind / module)
    return _ours("a2", folder, module, _PROJECT / "course")


def _ours(name: str, folder: Path, module: str, masters: Path) -> Course:
    made = read_module(masters / module / f"{module}.py")
    released = json.loads((folder / "exercises" / module / f"{module}.ipynb").read_text("utf-8"))
    right = {f"{q.key}_answer": _MARKERS.sub("", q.solution) for q in made.questions}
    wrong = {
        f"{q.key}_answer": f"%%sql {q.sql_name}\nSELECT 1\n" if q.sql_name else q.whole(q.wrong[0])
        for q in made.questions
    }
    return Course(name, folder, module, sum(q.points for q in made.questions), released, right, wrong, {}, ours=True)
