"""Tests of the learners' bundle."""

import shutil
import zipfile
from pathlib import Path

import pytest

from autograder.errors import EngineRoomError
from autograder.notebooks.build import build
from autograder.notebooks.release import MARKER, build_wheel, release

REPOSITORY = Path(__file__).parents[3]


def wheel_with(**members):
    """Build a stand-in for the engine's wheel that holds these members; `__` stands for a slash, `_py` for .py."""

    def make(root, folder):
        path = folder / "engineroom-0.1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("autograder/__init__.py", "")
            for name, text in members.items():
                wheel.writestr(name.replace("__", "/").replace("_py", ".py"), text)
        return path

    return make


@pytest.fixture
def ready(course):
    """A built course with Binder files and the litter of daily work."""
    build(course)
    (course / "binder").mkdir()
    (course / "binder" / "runtime.txt").write_text("python-3.11\n")
    litter = course / "exercises" / "a2_one_table" / ".ipynb_checkpoints"
    litter.mkdir()
    (litter / "x.ipynb").write_text("{}")
    return course


def left_behind(folder):
    """Temporary files beside the target."""
    return [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_folder_with_something_else_in_it_is_refused(ready, tmp_path):
    """Nothing of anybody's is overwritten."""
    target = tmp_path / "bundle"
    target.mkdir()
    (target / "thesis.txt").write_text("mine")
    with pytest.raises(EngineRoomError, match="isn't empty and wasn't written by a release"):
        release(ready, target, make_wheel=wheel_with())
    assert [path.name for path in target.iterdir()] == ["thesis.txt"]
    with pytest.raises(EngineRoomError, match="is a file"):
        release(ready, target / "thesis.txt", make_wheel=wheel_with())


def test_the_course_itself_is_no_target(ready):
    """Nor is a folder around it."""
    for target in (ready, ready.parent):
        with pytest.raises(EngineRoomError, match="holds the course itself"):
            release(ready, target, make_wheel=wheel_with())


@pytest.mark.parametrize("name", ["exercises/x", "course", "solutions/a/b", "autograder/x", "binder/x", "tests/x"])
def test_a_folder_of_the_courses_own_is_no_target(name, ready):
    """A bundle in `exercises` would be part of the next one."""
    with pytest.raises(EngineRoomError, match=r"is inside a folder that belongs to the course\. Name a folder outside"):
        release(ready, ready / name, make_wheel=wheel_with())
    assert not (ready / "exercises" / "x").exists()


def test_exercises_that_are_not_current_are_refused(ready, tmp_path):
    """What is released is what the authors' files say."""
    (ready / "exercises" / "a2_one_table" / "a2_one_table.ipynb").write_text("{}")
    with pytest.raises(EngineRoomError, match=r"out of date. Run: engineroom build"):
        release(ready, tmp_path / "bundle", make_wheel=wheel_with())


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (
            {"autograder__notes_py": "whole_cents = cents // 2\nreturn whole_cents"},
            "autograder/notes.py:1 holds a secret",
        ),
        ({"a2_one_table_py": ""}, "a2_one_table.py: must not be released"),
        ({"solutions__x": ""}, "solutions/x: must not be released"),
    ],
)
def test_a_leak_in_the_wheel_stops_the_release(members, words, ready, tmp_path):
    """Nothing is left behind, and the message names the member."""
    with pytest.raises(EngineRoomError, match="Nothing was released") as caught:
        release(ready, tmp_path / "bundle", make_wheel=wheel_with(**members))
    assert words in str(caught.value)
    assert not (tmp_path / "bundle").exists()
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("name", ["exercises/a2_one_table/suites.json", "binder/suites.json"])
def test_stored_suites_are_never_released(name, ready, tmp_path):
    """Wherever the file strays."""
    (ready / "course" / "a2_one_table" / "suites.json").write_text('{"schema": "engineroom-suites/1", "questions": {}}')
    release(ready, tmp_path / "bundle", make_wheel=wheel_with())
    assert not list((tmp_path / "bundle").rglob("suites.json"))
    (ready / name).write_text("{}")
    with pytest.raises(EngineRoomError, match=r"must not be released|aren't current"):
        release(ready, tmp_path / "other", make_wheel=wheel_with())
    assert not (tmp_path / "other").exists()


def test_a_leak_in_the_binder_files_stops_the_release(ready, tmp_path):
    """Every file of the bundle is audited, whatever its kind."""
    (ready / "binder" / "postBuild").write_text("# WHERE electric = 1 and retired_at is null\n")
    with pytest.raises(EngineRoomError, match="binder/postBuild:1 holds a secret"):
        release(ready, tmp_path / "bundle", make_wheel=wheel_with())


def test_a_failed_release_keeps_the_earlier_one(ready, tmp_path):
    """The earlier bundle stands until the new one is complete."""
    target = tmp_path / "bundle"
    release(ready, target, make_wheel=wheel_with())
    before = sorted(target.rglob("*"))
    with pytest.raises(EngineRoomError, match="Nothing was released"):
        release(ready, target, make_wheel=wheel_with(solutions__x=""))
    assert sorted(target.rglob("*")) == before


def test_a_wheel_that_cannot_be_built_is_one_sentence(tmp_path):
    """The build backend's last word, and what to try."""
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = []\nbuild-backend = "no_such_backend"\n')
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with pytest.raises(EngineRoomError, match=r"wheel can't be built: .*engineroom\[author\]") as caught:
        build_wheel(tmp_path, wheels)
    assert "\n" not in str(caught.value)


def test_the_bundle_holds_what_a_learner_needs_and_nothing_else(ready, tmp_path):
    """Exercises, Binder files, the engine, how to begin; released twice, it is replaced."""
    target = tmp_path / "new" / "bundle"
    for _ in range(2):
        release(ready, target, make_wheel=wheel_with())
        assert sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()) == [
            MARKER,
            "README.md",
            "binder/runtime.txt",
            "exercises/a2_one_table/a2_one_table.ipynb",
            "requirements.txt",
            "wheels/engineroom-0.1.0-py3-none-any.whl",
        ]
    assert (target / "requirements.txt").read_text() == "./wheels/engineroom-0.1.0-py3-none-any.whl[auth,lab,web]\n"
    assert "exercises/a2_one_table`: Ask one table (50 minutes)" in (target / "README.md").read_text()
    assert left_behind(target.parent) == []


def test_a_bundle_that_is_a_repository_keeps_its_history(ready, tmp_path):
    """Released again, it can be committed again."""
    target = tmp_path / "bundle"
    release(ready, target, make_wheel=wheel_with())
    (target / ".git").mkdir()
    (target / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    release(ready, target, make_wheel=wheel_with())
    assert (target / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert left_behind(tmp_path) == []


@pytest.mark.slow
def test_the_real_engine_is_released(ready, tmp_path):
    """The project's own wheel is built without a network, passes the audit and holds the engine and the scenario."""
    for name in ("pyproject.toml", "README.md", "LICENSE", "autograder"):
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, ready / name)
    shutil.copytree(REPOSITORY / "course" / "hopline", ready / "course" / "hopline")
    release(ready, tmp_path / "bundle")
    (wheel,) = (tmp_path / "bundle" / "wheels").iterdir()
    names = zipfile.ZipFile(wheel).namelist()
    assert {"autograder/__init__.py", "hopline/__init__.py"} <= set(names)
    assert not [name for name in names if name.endswith("a2_one_table.py")]
