"""A feedback page tells everything a learner may know, trusts no text, and loads nothing."""

import re

from autograder.reports.feedback import render, write
from autograder.results import GroupResult, Outcome, QuestionResult, SubmissionResult, Table

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def submission(**changes):
    groups = (
        GroupResult(
            "the city data", 0, 1, Outcome.WRONG, EVIL, EVIL, False, (Table(EVIL, (EVIL,), ((EVIL,),), 3, (0,)),), EVIL
        ),
        GroupResult("ties", 2, 2, Outcome.RIGHT, hidden=True),
    )
    given = {"learner": EVIL, "module": "a2", "questions": (QuestionResult("A2.1", groups, EVIL),), "repairs": (EVIL,)}
    return SubmissionResult(**(given | changes))


def test_no_text_of_a_learner_becomes_markup():
    page = render(submission(problem=EVIL), title=EVIL)
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 8


def test_the_page_forbids_scripts_and_anything_from_elsewhere():
    page = render(submission())
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=\"(?!#)", page)


def test_every_outcome_is_told_in_words():
    for outcome in Outcome:
        questions = (QuestionResult("A2.1", (GroupResult("x", 0, 1, outcome),)),)
        assert outcome.value in render(submission(questions=questions))


def test_a_submission_that_could_not_be_graded_says_why():
    page = render(submission(questions=(), problem="It is not a notebook."))
    assert "could not be graded" in page
    assert "It is not a notebook." in page


def test_points_repairs_and_evidence_stand_on_the_page(tmp_path):
    write(submission(repairs=("Cell a2_1 was restored.",)), tmp_path / "a2.html", "Ask one table")
    page = (tmp_path / "a2.html").read_text()
    assert "2 of 3 points" in page
    assert "Cell a2_1 was restored." in page
    assert "3 rows, 1 shown" in re.sub(r"\s+", " ", page)
    assert "(hidden)" in page
