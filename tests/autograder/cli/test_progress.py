"""`engineroom progress` in a terminal, and what `engineroom check` says at its end."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import EngineRoomError
from autograder.progress.attempt import attempt_at
from autograder.progress.store import Store
from autograder.results import CheckResult, GroupResult, Outcome

ROOT = Path(__file__).parents[3]
MODULE = "a2_one_table"
SAMPLES = ROOT / "tests" / "samples" / "submitted"


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A class's bundle, one question tried, and a terminal in it."""
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises", ignore=shutil.ignore_patterns("progress.db*"))
    monkeypatch.chdir(tmp_path)
    check = CheckResult("A2.1", (GroupResult("g", 1.0, 1.0, Outcome.RIGHT),))
    Store(tmp_path / "exercises" / "progress.db").add([attempt_at(check, datetime(2025, 3, 4, tzinfo=UTC))])
    return tmp_path


def test_without_a_map_it_says_who_makes_it(course):
    (course / "exercises" / "index.ipynb").unlink()
    done = run("progress")
    assert isinstance(done.exception, EngineRoomError)
    assert "An author makes it with: engineroom build" in str(done.exception)


def test_a_damaged_file_is_one_sentence(course):
    (course / "exercises" / "progress.db").write_text("junk" * 999)
    for words in (("progress",), ("progress", "--export", "my.json")):
        done = run(*words)
        assert done.exit_code == 1
        assert "progress.db is damaged" in str(done.exception)
    assert not (course / "my.json").exists()


def test_a_file_that_is_no_export_is_refused(course):
    (course / "other.json").write_text("[]")
    assert "no exported progress" in str(run("progress", "--import", "other.json").exception)


def test_it_shows_the_map_and_the_next_step(course):
    done = run("progress", "--json", "standing.json")
    assert done.exit_code == 0, done.output
    assert "A2 Ask one table" in done.output
    assert "begun" in done.output
    assert "Next: " in done.output
    data = json.loads((course / "standing.json").read_text())
    assert data["schema"] == "engineroom-standing/1"
    assert {"module": MODULE, "state": "begun"}.items() <= next(
        one for one in data["modules"] if one["module"] == MODULE
    ).items()


def test_progress_goes_out_and_comes_in_once(course):
    assert "1 attempt written to my.json" in run("progress", "--export", "my.json").output
    (course / "exercises" / "progress.db").unlink()
    assert "1 attempt added" in run("progress", "--import", "my.json").output
    assert "0 attempts added" in run("progress", "--import", "my.json").output


def test_check_says_what_is_missing_and_writes_nothing(course):
    """Only a learner's kernel writes progress."""
    before = (course / "exercises" / "progress.db").read_bytes()
    done = run("check", course / "exercises" / MODULE / f"{MODULE}.ipynb")
    assert done.exit_code == 1
    assert "Not mastered yet: you have " in done.output
    assert "core questions still open: A2.2" in done.output
    shutil.copy(SAMPLES / "bo" / MODULE / f"{MODULE}.ipynb", course / "exercises" / MODULE)
    done = run("check", course / "exercises" / MODULE / f"{MODULE}.ipynb")
    assert done.exit_code == 0, done.output
    assert "A2 Ask one table is mastered." in done.output
    assert (course / "exercises" / "progress.db").read_bytes() == before


def test_start_opens_the_map(course, monkeypatch):
    opened = []
    monkeypatch.setattr("os.execv", lambda _, command: opened.append(command))
    run("start", "--no-browser")
    assert str(course / "exercises" / "index.ipynb") in opened[0]
    (course / "exercises" / "index.ipynb").unlink()
    run("start", "--no-browser")
    assert str(course / "exercises") in opened[1]
