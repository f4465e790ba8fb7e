"""What persons gave is read from a gradebook, and reading leaves no trace."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import EngineRoomError
from autograder.grading.database import file_url
from autograder.grading.entry import Entry
from autograder.grading.gradebook import Gradebook
from autograder.grading.persons import ByHand, cells_with_submissions, given_by_hand


@pytest.fixture
def path(make: Any, doubling: Any, tmp_path: Path) -> Path:
    """A gradebook, in a folder whose name an address must quote, where a person gave one score and extra credit."""
    path = tmp_path / "ä 100%20?#" / "gradebook.db"
    path.parent.mkdir()
    with Gradebook(file_url(path)) as book:
        book.register("unit", make.folder / "unit.ipynb")
        book.enter([Entry("unit", learner, {"q1_check": 1.0}) for learner in ("ann", "bo", "cy")])
        book._book.find_grade("q1_check", "unit", "unit", "ann").manual_score = 0.0
        book._book.find_grade("q2_check", "unit", "unit", "ann").extra_credit = 0.5
        book._book.db.commit()
    return path


def test_only_what_a_person_gave_is_found(path: Path) -> None:
    """A score of 0 is one, and extra credit alone is none."""
    found = given_by_hand(file_url(path))
    assert found == {("unit", "ann"): {"q1_check": ByHand(0.0), "q2_check": ByHand(None, 0.5)}}


def test_cells_are_found_of_what_was_handed_in(path: Path, make: Any) -> None:
    """Of a module without submissions, cells may still come and go."""
    with Gradebook(file_url(path)) as book:
        (make.folder / "other.ipynb").write_bytes((make.folder / "unit.ipynb").read_bytes())
        book.register("other", make.folder / "other.ipynb")
    (module,) = found = cells_with_submissions(file_url(path))
    assert module == "unit"
    assert sorted(found[module]) == [
        ("q1_answer", "SolutionCell"),
        ("q1_check", "GradeCell"),
        ("q1_hidden", "GradeCell"),
        ("q2_answer", "SolutionCell"),
        ("q2_check", "GradeCell"),
    ]


def test_reading_writes_nothing(path: Path) -> None:
    """Not even beside the file."""
    before = path.read_bytes(), path.stat().st_mtime_ns
    given_by_hand(file_url(path))
    cells_with_submissions(file_url(path))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("content", [None, b""])
def test_what_is_not_there_yet_holds_nothing_and_is_not_made(tmp_path: Path, content: bytes | None) -> None:
    """The first grading of a class, previewed."""
    path = tmp_path / "gradebook.db"
    if content is not None:
        path.write_bytes(content)
    assert given_by_hand(file_url(path)) == cells_with_submissions(file_url(path)) == {}
    assert path.exists() is (content is not None)
    assert given_by_hand("sqlite://") == {}


def test_a_damaged_gradebook_is_one_sentence(tmp_path: Path) -> None:
    """As when it is written."""
    (tmp_path / "gradebook.db").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(EngineRoomError, match=r"gradebook\.db is not a database"):
        given_by_hand(file_url(tmp_path / "gradebook.db"))


def test_a_gradebook_in_use_can_be_read(path: Path) -> None:
    """Another program is about to write."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(given_by_hand(file_url(path))) == 1
