"""What a learner wrote comes back as it was, cut; pictures come back as our own; nothing of a hidden check does."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image

from autograder.grading import work as module
from autograder.grading.assignment import Assignment, Kind
from autograder.grading.run import RanCell
from autograder.grading.submission import Submission
from autograder.grading.work import MOST_FREE, MOST_PICTURES, redrawn, work_of
from autograder.results import SubmissionResult


def png(colour: str = "red") -> str:
    file = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def free(source: str, **gave: Any) -> RanCell:
    return RanCell(Kind.FREE, "", source, **gave)


def submitted(assignment: Assignment, **answers: str) -> Submission:
    return Submission("ann", {cell.grade_id: cell.released for cell in assignment.answers} | answers)


def test_answers_stand_in_order_with_what_they_gave(doubling: Assignment) -> None:
    """And are told from starters."""
    ran = (RanCell(Kind.ANSWER, "q2_answer", "small = 1", "printed\n", "NameError: no"),)
    first, second = work_of(doubling, submitted(doubling, q2_answer="small = 1"), ran)
    assert (first.question, first.untouched) == ("q1", True)
    assert (second.question, second.source, second.untouched) == ("q2", "small = 1", False)
    assert (second.printed, second.problem) == ("printed\n", "NameError: no")


def test_own_cells_come_last_if_they_gave_something(make: Any) -> None:
    """An author's example is nobody's own cell, and there are never too many."""
    assignment = make.assignment(make.solved("q1", "x = 1"), make.code("print('example')"))
    cells = (
        free("print('example')", text="example\n"),
        free("y = 1"),
        free("print(2)", text="2\n"),
        free("1/0", problem="ZeroDivisionError"),
        *(free(f"print({number})", text="more\n") for number in range(3, 100)),
    )
    found = work_of(assignment, submitted(assignment), cells)
    assert [cell.source for cell in found[1:3]] == ["print(2)", "1/0"]
    assert len(found) == 1 + MOST_FREE


def test_floods_are_cut(doubling: Assignment) -> None:
    """In what was written and in what was printed."""
    ran = (RanCell(Kind.ANSWER, "q1_answer", "", "x" * 70_000 + "\n" * 70_000),)
    cells = work_of(doubling, submitted(doubling, q1_answer="y = 1\n" * 50_000), ran)
    assert len(json.dumps([cells[0].source, cells[0].printed])) < 30_000


def test_pictures_are_drawn_anew_or_left_out() -> None:
    """Whatever the learner's process called a picture."""
    evil = base64.b64encode(b"<script>alert(1)</script>").decode()
    (cell,) = redrawn((free("x", pictures=(png(), "no base64", evil, png())),))
    first, *others = cell.pictures
    assert first != png()
    assert Image.open(io.BytesIO(base64.b64decode(first))).size == (20, 10)
    assert others == ["", "", ""]  # after one that can't be decoded, no other is tried


def test_pictures_of_answers_come_first_and_there_is_an_end() -> None:
    """A learner's own cells can't crowd them out."""
    many = tuple(free(str(number), pictures=(png(),) * 4) for number in range(3))
    cells = redrawn((*many, RanCell(Kind.ANSWER, "q1_answer", "", pictures=(png("blue"),))))
    assert cells[-1].pictures[0]
    assert sum(bool(picture) for cell in cells for picture in cell.pictures) == MOST_PICTURES


def test_pictures_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a page with all of them is no burden."""
    monkeypatch.setattr(module, "reencode", lambda data: b"x" * 90_000)
    (cell,) = redrawn((free("x", pictures=(png(),) * 4),))
    assert [bool(picture) for picture in cell.pictures] == [True, True, False, False]


def test_a_displayed_picture_gets_into_the_result(make: Any, doubling: Assignment) -> None:
    """From the learner's process to the result, and through JSON."""
    source = (
        f"def double(x):\n    return 2 * x\nprint('hello')\nfrom IPython.display import Image, display\n"
        f"import base64\ndisplay(Image(data=base64.b64decode('{png()}'), format='png'))"
    )
    graded = make.grade(doubling, {"q1": source})
    answer = graded.result.work[0]
    assert answer.printed == "hello\n[picture 1]\n"
    assert Image.open(io.BytesIO(base64.b64decode(answer.pictures[0]))).size == (20, 10)
    assert SubmissionResult.from_json(json.loads(json.dumps(graded.result.to_json()))) == graded.result


def test_a_process_that_lies_about_pictures_harms_nothing(make: Any, doubling: Assignment) -> None:
    """The points stay, and the pictures are left out."""
    for lie in ("['<script>'] * 9", "7", "[7, None, {}]", "['A' * 2_000_000]", "{'a': 1}"):
        source = f"def double(x):\n    return 2 * x\nget_ipython().pictures.kept = {lie}"
        graded = make.grade(doubling, {"q1": source})
        assert graded.result.points == 2, lie
        assert not any(graded.result.work[0].pictures)


def test_a_sealed_run_leaves_nothing_in_it(make: Any, doubling: Assignment) -> None:
    """What a hidden check hands over can be neither printed nor painted."""
    spy = (
        "seen = []\ndef double(x):\n    seen.append(x)\n    print('seen', seen)\n    return 2 * x\n"
        "import atexit; atexit.register(lambda: print(seen))"
    )
    graded = make.grade(doubling, {"q1": spy, "q2": "print('so far', seen)\nsmall = [1, 2, 3]"})
    assert graded.result.work[1].printed == "so far [2]\n"
    assert "21" not in json.dumps([cell.printed for cell in graded.result.work])
