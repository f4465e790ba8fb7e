"""Suites are written beside their masters, and the author's reasons stay."""

import json

import pytest

from autograder.errors import EngineRoomError
from autograder.notebooks.distilling import distil_course
from autograder.notebooks.suites import SUITES

PYTHON_ONLY = """\
# ---
# title: Ways
# minutes: 5
# needs: []
# ---

# %% [markdown]
# # Ways
"""


@pytest.fixture
def suites(course):
    return course / "course" / "a2_one_table" / SUITES


def test_an_unknown_module_is_refused(course):
    with pytest.raises(EngineRoomError, match="There is no module b7"):
        list(distil_course(course, ["b7"]))


def test_a_broken_file_is_never_overwritten(course, suites):
    suites.write_text("{")
    with pytest.raises(EngineRoomError, match="It can't be read"):
        list(distil_course(course))
    assert suites.read_text() == "{"


def test_a_module_s_suites_are_written_and_told(course, suites):
    (found,) = distil_course(course)
    assert (found.name, found.path, list(found.suites)) == ("a2_one_table", suites, ["A2.1"])
    text = suites.read_text("utf-8")
    assert list(json.loads(text)["questions"]) == ["A2.1"]
    (again,) = distil_course(course, ["a2"])
    assert again.suites == found.suites
    assert suites.read_text("utf-8") == text


def test_reasons_stay_and_what_has_none_is_told(course, suites):
    (found,) = distil_course(course)
    left = [survivor.change for _, survivor in found.unexplained]
    assert left, "nothing keeps `electric` from holding a text"
    suites.write_text(suites.read_text("utf-8").replace('"why": ""', '"why": "never so"'), "utf-8")
    (again,) = distil_course(course)
    assert again.unexplained == []
    assert '"why": "never so"' in suites.read_text("utf-8")


def test_a_module_without_queries_has_no_file(course, suites):
    suites.with_name("a2_one_table.py").write_text(PYTHON_ONLY, "utf-8")
    assert list(distil_course(course)) == []
    assert not suites.exists()
    suites.write_text('{"schema": "engineroom-suites/1", "questions": {"A2.1": {"databases": [], "survivors": []}}}')
    assert list(distil_course(course)) == []
    assert not suites.exists()
