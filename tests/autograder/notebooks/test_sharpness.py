"""What becomes of a module's mutants: strengths, problems and doubts, each where it belongs."""

from autograder.notebooks.distilling import distil_course
from autograder.notebooks.master import read_module
from autograder.notebooks.sharpness import sharpness


def found(course):
    return sharpness(read_module(course / "course" / "a2_one_table" / "a2_one_table.py"), course)


def test_without_suites_the_author_is_reminded_and_nothing_is_tried(course):
    strengths, problems, (doubt,) = found(course)
    assert (strengths, problems) == ((), [])
    assert doubt.endswith("no mutant was tried, as there is no suites.json. Run: engineroom distill")


def test_what_no_data_shows_is_a_problem_and_what_is_doubtful_a_doubt(course):
    """Nothing keeps `electric` from holding other values, so the two references differ."""
    list(distil_course(course))
    (strength,), problems, doubts = found(course)
    assert strength.question == "A2.1"
    assert len(problems) == len(strength.unexplained) > 0
    assert all("A2.1: no data shows this mistake: " in problem for problem in problems)
    assert any("`isnull` and the solution differ on cars" in doubt for doubt in doubts)
