"""An instructor's configuration is loaded as nbgrader loads it, and what is wrong with it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import EngineRoomError
from autograder.grading.nbgrader_settings import load_settings


def config(folder: Path, text: str) -> Path:
    (folder / "nbgrader_config.py").write_text(f"c = get_config()\n{text}\n")
    return folder


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("c.CourseDirectory.course_id = 5", "course_id"),
        ("this is no Python", "SyntaxError"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(EngineRoomError, match=said):
        load_settings(config(tmp_path, text))


def test_a_course_without_configuration_has_nbgraders_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.directory.root == str(tmp_path)
    assert settings.directory.source_directory == "source"
    assert (settings.limits.cell, settings.limits.submission) == (30, 300)


@pytest.mark.parametrize(("timeout", "seconds"), [("5", 5), ("None", 3600), ("-1", 3600)])
def test_the_time_for_a_cell_is_the_configured_one(tmp_path: Path, timeout: str, seconds: float) -> None:
    limits = load_settings(config(tmp_path, f"c.Execute.timeout = {timeout}")).limits
    assert (limits.cell, limits.call) == (seconds, seconds)
    assert limits.submission >= seconds


def test_a_course_that_was_moved_is_where_it_was_found(tmp_path: Path) -> None:
    """Its configuration names the folder on the machine where it was written."""
    settings = load_settings(config(tmp_path, "c.CourseDirectory.root = '/srv/elsewhere/course'"))
    assert settings.directory.root == str(tmp_path)
