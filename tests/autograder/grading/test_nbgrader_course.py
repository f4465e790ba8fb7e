"""An nbgrader course is read as nbgrader reads it: its folders, its configuration, its steps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import EngineRoomError
from autograder.grading.assignment import Kind
from autograder.grading.course import OwnCourse
from autograder.grading.nbgrader_course import NbgraderCourse, open_course
from autograder.grading.nbgrader_master import language_of

SOLUTION = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
TEST = "assert f() == 1\n### BEGIN HIDDEN TESTS\nassert f() < 2\n### END HIDDEN TESTS"


@pytest.fixture
def course(tmp_path: Path, plain: Any) -> Callable[..., Path]:
    """Makes a course with the assignment `ps1`; `config` are lines of its configuration."""

    def make(config: str = "", step: str = "source", name: str = "ps1", schema: int = 3, **metadata: Any) -> Path:
        flags: dict[str, Any] = {"schema_version": schema} | ({"task": False} if schema == 3 else {})
        cells = [
            plain.cell("# Sums", kind="markdown"),
            plain.cell(SOLUTION, "a", solution=True, **flags),
            plain.cell(TEST, "t", grade=True, locked=True, points=2, **flags),
        ]
        for number, cell in enumerate(cells):
            cell |= {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
            cell["id"] = f"c{number}"
        text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})
        path = tmp_path / step / "ps1" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{config}\n")
        return tmp_path

    return make


def hand_in(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text('{"cells": []}')


def test_a_course_that_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(EngineRoomError, match="There is no folder"):
        NbgraderCourse(tmp_path / "nowhere")
    with pytest.raises(EngineRoomError, match=r"source/<assignment>/<notebook>\.ipynb"):
        NbgraderCourse(tmp_path).find(tmp_path)


def test_a_broken_configuration_is_told_in_one_sentence(course: Any) -> None:
    with pytest.raises(EngineRoomError, match=r"nbgrader_config.py stops with ZeroDivisionError"):
        NbgraderCourse(course("1 / 0"))


def test_cells_come_from_nbgraders_own_steps(course: Any) -> None:
    assignment = NbgraderCourse(course()).assignment("ps1")
    assert [cell.kind for cell in assignment.cells] == [Kind.MARKDOWN, Kind.ANSWER, Kind.TEST]
    assert assignment.by_id["a"].released == "def f():\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert assignment.by_id["t"].released == "assert f() == 1"
    assert assignment.by_id["t"].hidden
    assert "return 1" in assignment.by_id["a"].source


def test_the_configuration_is_obeyed(course: Any) -> None:
    """Folders, stubs, delimiters, the time for a cell: options of nbgrader's own classes."""
    root = course(
        'c.CourseDirectory.source_directory = "masters"\nc.CourseDirectory.course_id = "sums"\n'
        'c.ClearSolutions.code_stub = {"python": "pass"}\nc.Execute.timeout = 7\n'
        'c.ClearHiddenTests.begin_test_delimeter = "BEGIN NOTHING"',
        step="masters",
    )
    opened = NbgraderCourse(root)
    assert opened.assignment("ps1").by_id["a"].released == "def f():\n    pass"
    assert not opened.assignment("ps1").by_id["t"].released.startswith("### BEGIN")
    assert (opened.limits.cell, opened.course_id) == (7, "sums")
    assert opened.modules == ("ps1",)


@pytest.mark.parametrize("schema", [1, 2, 3])
def test_older_metadata_is_read_too(course: Any, schema: int) -> None:
    assignment = NbgraderCourse(course(schema=schema)).assignment("ps1")
    assert assignment.by_id["t"].points == 2


def test_newer_metadata_is_refused(course: Any) -> None:
    with pytest.raises(EngineRoomError, match="Schema version is too new"):
        NbgraderCourse(course(schema=99)).assignment("ps1")


def test_several_notebooks_are_several_modules(course: Any) -> None:
    root = course(name="problem1")
    course(name="problem2")
    hand_in(root / "submitted" / "ann" / "ps1", "problem1.ipynb")
    opened = NbgraderCourse(root)
    handed, _ = opened.find(opened.submitted, ["ps1"])
    assert [(one.module, one.assignment, one.file) for one in handed] == [
        ("ps1/problem1", "ps1", "problem1.ipynb"),
        ("ps1/problem2", "ps1", "problem2.ipynb"),
    ]
    assert opened.siblings("ps1/problem1") == {"problem2.ipynb"}
    assert opened.module_of("ps1", "problem2") == "ps1/problem2"
    with pytest.raises(EngineRoomError, match="No assignment ps9"):
        opened.find(opened.submitted, ["ps9"])


def test_another_order_of_folders_is_followed(course: Any, tmp_path: Path) -> None:
    root = course('c.CourseDirectory.directory_structure = "{assignment_id}/{nbgrader_step}/{student_id}"')
    (root / "ps1" / "source").mkdir(parents=True)
    (root / "source" / "ps1" / "ps1.ipynb").rename(root / "ps1" / "source" / "ps1.ipynb")
    hand_in(root / "ps1" / "submitted" / "ann", "ps1.ipynb")
    opened = NbgraderCourse(root)
    ((one,), _) = opened.find(opened.submitted)
    assert (one.learner, one.module) == ("ann", "ps1")
    assert opened.folder("autograded", one, tmp_path) == tmp_path / "ps1" / "autograded" / "ann"


def test_excluded_learners_are_left_out(course: Any) -> None:
    root = course('c.CourseDirectory.student_id_exclude = "bob,cy"')
    for learner in ("ann", "bob"):
        hand_in(root / "submitted" / learner / "ps1", "ps1.ipynb")
    opened = NbgraderCourse(root)
    handed, _ = opened.find(opened.submitted)
    assert [one.learner for one in handed] == ["ann"]


def test_a_learners_own_files_are_named(course: Any) -> None:
    root = course()
    (root / "source" / "ps1" / "given.py").write_text("")
    hand_in(root / "submitted" / "ann" / "ps1", "ps1.ipynb", "given.py", "mine.py", "timestamp.txt")
    opened = NbgraderCourse(root)
    ((one,), _) = opened.find(opened.submitted)
    assert opened.remarks(one) == ("The learner's own files were not used: mine.py.",)


def test_the_gradebook_is_the_configured_one(course: Any, tmp_path: Path) -> None:
    opened = NbgraderCourse(course())
    assert opened.gradebook_url(tmp_path) == f"sqlite:///{tmp_path / 'gradebook.db'}"
    assert opened.gradebook_url(tmp_path / "x") == f"sqlite:///{tmp_path / 'x' / 'gradebook.db'}"
    elsewhere = NbgraderCourse(course('c.CourseDirectory.db_url = "postgresql://db/grades"'))
    assert elsewhere.gradebook_url(tmp_path / "x") == "postgresql://db/grades"


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "python"),
        ({"kernelspec": {"name": "python3"}}, "python"),
        ({"kernelspec": {"name": "my-env"}}, "python"),
        ({"kernelspec": {"name": "ir"}}, "r"),
        ({"kernelspec": {"name": "x", "language": "R"}}, "r"),
        ({"kernelspec": {"name": "julia-1.9"}}, "julia"),
        ({"kernelspec": {"name": "x"}, "language_info": {"name": "bash"}}, "bash"),
        ({"kernelspec": {"name": "xpython", "language": "python"}}, "python"),
    ],
)
def test_the_language_is_read_from_the_notebook(metadata: dict[str, Any], language: str) -> None:
    class Notebook:
        pass

    notebook: Any = Notebook()
    notebook.metadata = metadata
    assert language_of(notebook) == language


def test_a_course_of_our_own_is_told_from_others(course: Any, tmp_path: Path) -> None:
    repository = Path(__file__).parents[3]
    assert isinstance(open_course(repository), OwnCourse)
    assert isinstance(open_course(course()), NbgraderCourse)
