"""A submission is read as data, from whatever stands where it should be."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import SubmissionError
from autograder.grading.assignment import Assignment
from autograder.grading.submission import MAX_BYTES, Submission, read_submission

RIGHT = "def double(x):\n    return 2 * x"


@pytest.fixture
def handed(make: Any, doubling: Assignment) -> Path:
    cells = make.released(doubling)
    cells[3]["source"] = RIGHT
    path: Path = make.write(*cells, name="submitted/unit.ipynb")
    return path


def test_a_notebook_is_read(handed: Path, doubling: Assignment) -> None:
    """The learner's answers, and nothing to repair."""
    found = read_submission(handed, doubling, "ann")
    assert (found.learner, found.answers["q1_answer"], found.repairs) == ("ann", RIGHT, ())


def test_another_name_is_accepted_if_it_can_only_be_that(handed: Path, doubling: Assignment) -> None:
    """Browsers write `unit (1).ipynb`."""
    other = handed.rename(handed.with_name("unit (1).ipynb"))
    handed.with_name("notes.ipynb").write_text('{"cells": [{"cell_type": "code", "source": "1"}]}')
    found = read_submission(handed, doubling, "ann")
    assert found.answers["q1_answer"] == RIGHT
    assert found.repairs == ("The notebook was named unit (1).ipynb instead of unit.ipynb; it was graded.",)
    handed.with_name("unit (2).ipynb").write_bytes(other.read_bytes())
    with pytest.raises(
        SubmissionError, match=r"Several notebooks could be it; the folder holds notes.ipynb, unit \(1\)"
    ):
        read_submission(handed, doubling, "ann")


def test_a_missing_notebook_says_what_is_there_instead(make: Any, doubling: Assignment) -> None:
    """The sentence helps to find the mistake."""
    path = make.folder / "submitted" / "unit.ipynb"
    with pytest.raises(SubmissionError, match="There is no folder submitted"):
        read_submission(path, doubling, "ann")
    path.parent.mkdir()
    with pytest.raises(SubmissionError, match=r"There is no unit\.ipynb; the folder holds nothing"):
        read_submission(path, doubling, "ann")
    for name in (b"unit.pdf", b"\xff.txt"):
        Path(os.fsdecode(os.fsencode(path.parent) + b"/" + name)).touch()
    with pytest.raises(SubmissionError, match=r"holds unit\.pdf, \\xff\.txt\. Hand in unit\.ipynb"):
        read_submission(path, doubling, "ann")


def test_another_modules_notebook_is_refused(make: Any, doubling: Assignment) -> None:
    """Nothing in it answers anything here."""
    path = make.write(make.answer("z9", "x = 1"), name="submitted/unit.ipynb")
    with pytest.raises(SubmissionError, match="none of the answer cells of unit"):
        read_submission(path, doubling, "ann")


def test_links_pipes_and_folders_are_not_read(handed: Path, doubling: Assignment) -> None:
    """A link may lead to somebody else's work; a pipe would block the class."""
    other = handed.rename(handed.with_name("zoe.ipynb"))
    handed.symlink_to(other)
    with pytest.raises(SubmissionError, match="is a link"):
        read_submission(handed, doubling, "ann")
    handed.unlink()
    os.mkfifo(handed)
    with pytest.raises(SubmissionError, match="is not a file"):
        read_submission(handed, doubling, "ann")
    handed.unlink()
    handed.mkdir()
    with pytest.raises(SubmissionError, match="is not a file"):
        read_submission(handed, doubling, "ann")


def test_a_huge_file_is_refused_without_reading_it(handed: Path, doubling: Assignment) -> None:
    """The limit is told, with what to do."""
    with handed.open("r+b") as file:
        file.truncate(MAX_BYTES + 1)
    begin = time.monotonic()
    with pytest.raises(SubmissionError, match=r"has 200 MiB; at most 200 MiB are read. Clear the notebook's outputs"):
        read_submission(handed, doubling, "ann")
    assert time.monotonic() - begin < 1


def test_large_outputs_do_no_harm(handed: Path, doubling: Assignment) -> None:
    """50 MB of output are read past in no time."""
    data = json.loads(handed.read_text())
    lines = ["x" * 1000 + "\n"] * 1000
    data["cells"][3]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": lines}] * 50
    handed.write_text(json.dumps(data))
    assert handed.stat().st_size > 50_000_000
    begin = time.monotonic()
    assert read_submission(handed, doubling, "ann").answers["q1_answer"] == RIGHT
    assert time.monotonic() - begin < 5


def test_a_learners_name_can_be_printed(handed: Path, doubling: Assignment) -> None:
    """Folder names needn't be UTF-8; results must be."""
    found = read_submission(handed, doubling, os.fsdecode(b"Jos\xe9"))
    assert found.learner == r"Jos\xe9"
    assert found.repairs == (r"The learner's name isn't UTF-8; it is written as Jos\xe9.",)
    json.dumps(found.learner).encode()


def test_the_digest_is_that_of_what_is_graded() -> None:
    """Same answers and free cells, same digest."""
    one = Submission("ann", {"a": "1", "b": "2"}, {"": ("x",)})
    assert one.digest == Submission("zoe", {"b": "2", "a": "1"}, {"": ("x",)}, ("Repaired.",)).digest
    assert one.digest != Submission("ann", {"a": "1", "b": "3"}, {"": ("x",)}).digest
