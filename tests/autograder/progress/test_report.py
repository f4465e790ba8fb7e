"""Pages for people: state in words, links, what is missing, what comes next."""

from datetime import UTC, datetime

import pytest

from autograder.progress.attempt import attempt_at
from autograder.progress.course_map import CourseMap, MapModule, MapQuestion, MapUnit
from autograder.progress.page import map_html, map_rows, module_note, next_step
from autograder.progress.report import Line, report, verdict
from autograder.progress.standing import course_standing
from autograder.results import CheckResult, GroupResult, Outcome

STAR = "\N{NO-BREAK SPACE}★"
A1 = MapModule("a1_first", "First <b>", 50, (), "x", (MapQuestion("A1.1", "T", True, 1.0, 1.0),))
A2 = MapModule("a2_second", "Second", 60, ("a1",), "x", (MapQuestion("A2.1", "T", False, 1.0, 1.0),))
COURSE = CourseMap("Course", 2, (MapUnit("Data <i>", (A1, A2)),))


def check(name, right=True, message="because\nof this", tag="a-tag"):
    outcome = Outcome.RIGHT if right else Outcome.WRONG
    group = GroupResult("group", float(right), 1.0, outcome, "" if right else message, "" if right else tag)
    return CheckResult(name, (group,))


def standing(*checks):
    return course_standing(COURSE, [attempt_at(one, datetime(2025, 3, 4, tzinfo=UTC)) for one in checks])


def test_texts_are_escaped():
    html = map_html(COURSE, standing(check("A1.1", right=False, tag="<u>")), note="<s>")
    assert not {"<b>", "<i>", "<u>", "<s>"}.intersection(html.replace("&lt;", "")) - {"<"}
    for tag in ("<b>", "<i>", "<u>", "<s>"):
        assert tag not in html


def test_the_map_says_everything_in_words():
    html = map_html(COURSE, standing(), to="../")
    assert "A · Data &lt;i&gt;" in html
    assert "not begun" in html
    assert 'href="../a2_second/a2_second.ipynb"' in html
    assert f"You can open it; still open before it: A1.1{STAR}" in html
    done = map_html(COURSE, standing(check("A1.1")))
    assert "mastered" in done
    assert "You began on 2025-03-04" in done


@pytest.mark.parametrize(
    ("checks", "notes"),
    [
        ((), ["50 min", f"You can open it; still open before it: A1.1{STAR}"]),
        ((check("A1.1"),), ["", "60 min"]),
        ((check("A1.1"), check("A2.1", right=False)), ["", "Open: A2.1"]),
    ],
)
def test_each_module_has_a_note(checks, notes):
    now = standing(*checks)
    assert [module_note(one) for one in now.modules] == notes
    assert [row[-1] for row in map_rows(now)] == notes


def test_the_next_step_in_one_line():
    assert next_step(standing()) == "Next: A1 First <b>. It needs nothing before it."
    assert next_step(standing(check("A1.1"), check("A2.1"))) == "You have mastered every module."


def test_a_report_shows_the_first_reason_and_the_next_step():
    wrong = check("A1.1", right=False)
    page = report([Line("A1.1", wrong, None)], ["A note."], standing(wrong), module="a1_first")
    assert "group: because" in page.html
    assert "of this" not in page.html
    assert "A note." in page.html
    assert "Next: A1.1. Change your answer" in repr(page)


def test_a_mastered_module_leads_to_the_next():
    page = report([Line("A1.1", check("A1.1"), None)], [], standing(check("A1.1")), module="a1_first", to="../")
    assert "A1 First &lt;b&gt; is mastered." in page.html
    assert 'Next: <a href="../a2_second/a2_second.ipynb">A2 Second</a>.' in page.html


def test_a_check_that_stopped_is_no_success():
    page = report([Line("A1.1", None, None)], [])
    assert "could not run" in page.html
    assert "Next: A1.1." in repr(page)


def test_the_verdict_names_what_is_missing():
    own = standing().modules[0]
    assert verdict(own) == (
        f"Not mastered yet: you have 0 % of the points, and 80 % are needed; core questions still open: A1.1{STAR}."
    )
