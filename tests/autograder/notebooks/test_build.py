"""Tests of writing and comparing the generated notebooks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import EngineRoomError, FormatError
from autograder.notebooks.build import Change, build, module_paths

SOLUTION = Path("solutions/a2_one_table/a2_one_table.ipynb")
EXERCISE = Path("exercises/a2_one_table/a2_one_table.ipynb")


def test_a_course_without_modules_says_how_to_begin(tmp_path):
    """An empty course isn't a success."""
    with pytest.raises(EngineRoomError, match="Begin one: engineroom new"):
        build(tmp_path)


def test_an_unknown_module_names_the_known_ones(course):
    """A typo in a name is answered with the names."""
    with pytest.raises(EngineRoomError, match=r"There is no module a3\. Known modules: a2_one_table\."):
        build(course, ["a3"])


def test_nothing_is_written_when_one_module_is_at_fault(course, master_text):
    """A breach in the second module leaves the first one's files alone."""
    folder = course / "course" / "b1_more"
    folder.mkdir()
    (folder / "b1_more.py").write_text(master_text, "utf-8")
    with pytest.raises(FormatError, match=r"A2\.1 isn't a question of this module"):
        build(course)
    assert not (course / "solutions").exists()
    assert not (course / "exercises").exists()


def test_comparing_changes_nothing_and_names_what_is_wrong(course):
    """Missing, out of date, unexpected: each file once, and no file touched."""
    assert build(course, check_only=True) == [Change(SOLUTION, "missing"), Change(EXERCISE, "missing")]
    assert not (course / "solutions").exists()
    build(course)
    assert build(course, check_only=True) == []
    (course / EXERCISE).write_text("{}")
    stray = course / "solutions" / "a2_one_table" / "notes.txt"
    stray.write_text("for me")
    assert [str(change) for change in build(course, check_only=True)] == [
        f"{EXERCISE.as_posix()}: out of date",
        "solutions/a2_one_table/notes.txt: unexpected",
    ]
    assert (course / EXERCISE).read_text() == "{}"


def test_building_reports_each_change_once(course):
    """New, then nothing, then changed; files nobody generates are reported and kept."""
    assert [change.what for change in build(course)] == ["new", "new"]
    before = (course / SOLUTION).stat().st_mtime_ns
    assert build(course) == []
    assert (course / SOLUTION).stat().st_mtime_ns == before
    (course / EXERCISE).write_text("{}")
    assert build(course) == [Change(EXERCISE, "changed")]
    (course / "exercises" / "old.ipynb").write_text("{}")
    assert build(course) == [Change(Path("exercises/old.ipynb"), "unexpected")]
    assert (course / "exercises" / "old.ipynb").exists()


def test_a_named_build_looks_at_that_module_only(course):
    """What lies elsewhere isn't its business; the short name is enough."""
    (course / "exercises" / "b9_other").mkdir(parents=True)
    (course / "exercises" / "b9_other" / "b9_other.ipynb").write_text("{}")
    assert [change.what for change in build(course, ["a2"])] == ["new", "new"]
    assert module_paths(course, ["a2_one_table", "a2"]) == module_paths(course)


def test_jupyters_own_litter_is_no_surprise(course):
    """Checkpoints are neither generated nor released."""
    build(course)
    litter = course / "exercises" / "a2_one_table" / ".ipynb_checkpoints"
    litter.mkdir()
    (litter / "a2_one_table-checkpoint.ipynb").write_text("{}")
    assert build(course, check_only=True) == []


def test_a_rebuild_gives_the_same_bytes_whatever_the_hash_seed(course):
    """A fresh interpreter with another hash seed finds nothing to change."""
    build(course)
    code = "import pathlib, sys, autograder.notebooks.build as b; print(b.build(pathlib.Path(sys.argv[1])))"
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    done = subprocess.run(
        [sys.executable, "-c", code, str(course)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )
    assert done.stdout.strip() == "[]"
