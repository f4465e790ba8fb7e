"""The course map: a page of links that works without running anything, and the data that the map is drawn from."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from autograder.notebooks.build import Change, build
from autograder.notebooks.index import course_map, index_text
from autograder.notebooks.outline import read_outline
from autograder.notebooks.release import release
from autograder.progress.course_map import read_map

OUTLINE = """\
title = "A course"
modules_a_week = 2

[[units]]
title = "Data"

[[units.modules]]
id = "a1_begin"
goal = "begin"

[[units.modules]]
id = "a2_one_table"
goal = "ask one table"

[[units]]
title = "Nothing yet"

[[units.modules]]
id = "b1_later"
goal = "go on"
"""


@pytest.fixture
def outlined(course):
    """The course, with an outline that names modules which aren't there yet."""
    (course / "course" / "course.toml").write_text(OUTLINE)
    return course


@pytest.fixture
def index(outlined, module):
    return nbformat.reads(index_text(course_map(read_outline(outlined), [module])), 4)


def test_modules_and_units_that_are_not_there_yet_are_left_out(index):
    text = "\n".join(cell.source for cell in index.cells)
    assert "a1_begin" not in text
    assert "Nothing yet" not in text
    assert "[A2 Ask one table](a2_one_table/a2_one_table.ipynb)** · 50 minutes · after A1" in text


def test_it_is_a_valid_notebook_with_one_code_cell_and_no_output(index):
    nbformat.validate(index)
    (code,) = [cell for cell in index.cells if cell.cell_type == "code"]
    assert code.source.endswith("show_map()")
    assert code.outputs == []


def test_the_data_holds_points_and_core_questions(outlined):
    build(outlined)
    course = read_map(outlined / "exercises")
    (module,) = course.modules
    assert [(one.id, one.core, one.seen, one.sealed) for one in module.questions] == [
        ("A2.1", True, 1.0, 1.0),
        ("A2.2", False, 2.0, 1.0),
        ("A2.3", False, 1.0, 1.0),
    ]
    assert (module.title, module.minutes, module.needs, module.goal) == ("Ask one table", 50, ("a1",), "ask one table")


def test_every_link_leads_to_a_notebook(outlined):
    build(outlined)
    exercises = outlined / "exercises"
    for file in exercises.rglob("*.ipynb"):
        text = "\n".join("".join(cell["source"]) for cell in json.loads(file.read_text())["cells"])
        links = re.findall(r"\]\(([^)#]+\.ipynb)\)", text)
        assert links
        assert all((file.parent / link).resolve().is_file() for link in links)


def test_building_all_makes_it_and_building_one_leaves_it_alone(outlined):
    path = outlined / "exercises" / "index.ipynb"
    build(outlined, ["a2"])
    assert not path.exists()
    assert [str(change) for change in build(outlined)] == ["exercises/index.ipynb: new"]
    assert build(outlined, check_only=True) == []
    path.write_text("{}")
    assert [change.what for change in build(outlined, check_only=True)] == ["out of date"]
    assert build(outlined, ["a2"], check_only=True) == []
    assert [change.what for change in build(outlined)] == ["changed"]


def test_a_course_without_an_outline_has_no_map(course):
    build(course)
    assert not (course / "exercises" / "index.ipynb").exists()


def test_a_learners_own_file_is_neither_unexpected_nor_released(outlined, tmp_path):
    """The author tries the course out, too."""
    build(outlined)
    (outlined / "exercises" / "progress.db").write_text("mine")
    (outlined / "exercises" / "my-progress.json").write_text("{}")
    assert build(outlined, check_only=True) == [Change(Path("exercises", "my-progress.json"), "unexpected")]
    (outlined / "exercises" / "my-progress.json").unlink()

    def no_wheel(_, folder):
        (folder / "engineroom-0-py3-none-any.whl").write_bytes(b"PK\x05\x06" + bytes(18))
        return folder / "engineroom-0-py3-none-any.whl"

    release(outlined, tmp_path / "bundle", make_wheel=no_wheel)
    names = {path.relative_to(tmp_path / "bundle").as_posix() for path in (tmp_path / "bundle").rglob("*")}
    assert "exercises/index.ipynb" in names
    assert not [name for name in names if "progress" in name or "solutions" in name]
