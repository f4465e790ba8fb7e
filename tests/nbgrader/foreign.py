"""Builds plain nbgrader courses for tests, and grades them with stock nbgrader."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

__all__ = ["cell", "nbgrader", "notebook", "scores", "stock", "submit", "text"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def cell(source: str, grade_id: str = "", **flags: Any) -> Any:
    """A code cell; `solution=True`, `grade=True, points=2` or `locked=True` as nbgrader's metadata has it."""
    made = new_code_cell(source)
    if grade_id:
        known = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        made.metadata["nbgrader"] = {**known, "cell_type": "code", "grade_id": grade_id, **flags}
    made["id"] = grade_id.replace("_", "-") or f"free-{abs(hash(source)) % 10**8}"
    return made


def text(source: str, grade_id: str = "", **flags: Any) -> Any:
    """A markdown cell."""
    made = new_markdown_cell(source)
    given = cell(source, grade_id, **flags)
    made.metadata = given.metadata
    if grade_id:
        made.metadata["nbgrader"]["cell_type"] = "markdown"
    made["id"] = given["id"]
    return made


def solved(solution: str) -> str:
    return f"{BEGIN}\n{solution}\n{END}"


def notebook(cells: Sequence[Any], path: Path, **metadata: Any) -> Path:
    made = new_notebook(
        metadata=metadata or {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    made.cells = list(cells)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def submit(course: Path, learner: str, assignment: str, name: str, answers: Mapping[str, str]) -> Path:
    """Hand in the released notebook with these answers."""
    made = nbformat.read(course / "release" / assignment / f"{name}.ipynb", as_version=4)
    for one in made.cells:
        grade_id = one.metadata.get("nbgrader", {}).get("grade_id")
        one.source = answers.get(grade_id, one.source)
    path = course / "submitted" / learner / assignment / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def nbgrader(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real command; it needs `alembic` and `jupyter` on PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    alone = {"HOME": str(course), "JUPYTER_CONFIG_DIR": str(course / "none")}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=os.environ | {"PATH": path, **alone},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def stock(course: Path, assignment: str) -> None:
    """Release and autograde with stock nbgrader."""
    done = nbgrader(course, "autograde", assignment, "--force")
    assert done.returncode == 0, done.stderr[-4000:]


def scores(database: Path) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """Every grade that a gradebook holds: automatic score, manual score, whether a person is asked."""
    connection = sqlite3.connect(database)
    try:
        rows = connection.execute(
            "SELECT s.student_id, o.name, b.name, x.auto_score, x.manual_score, x.needs_manual_grade FROM grade x"
            " JOIN submitted_notebook n ON n.id = x.notebook_id JOIN notebook o ON o.id = n.notebook_id"
            " JOIN submitted_assignment s ON s.id = n.assignment_id JOIN base_cell b ON b.id = x.cell_id"
        ).fetchall()
    finally:
        connection.close()
    return {row[:3]: row[3:] for row in rows}
