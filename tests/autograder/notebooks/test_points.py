"""Tests of reading groups and points from a test cell's text."""

import pytest

from autograder.notebooks.points import Group, GroupError, groups_of, total_points

HEAD = 'q = Question("A1.1")\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('with q.check("a", points=n):\n    pass', "literal number"),
        ('with q.check("a", points="1"):\n    pass', "literal number"),
        ('with q.check("a", points=1e999):\n    pass', "more than 0"),
        ('with q.check("a", points=-1):\n    pass', "more than 0"),
        ('with q.check("a"):\n    pass', "doesn't say its points"),
        ("with q.check(points=1):\n    pass", "literal text"),
        ('with q.check(" ", points=1):\n    pass', "literal text"),
        ('with q.check(f"{a}", points=1):\n    pass', "literal text"),
        ('while True:\n    with q.check("a", points=1):\n        pass', "loop"),
        ('def f():\n    with q.check("a", points=1):\n        pass', "loop or a function"),
        ('group = q.check("a", points=1)', "`with` line"),
    ],
)
def test_a_group_that_cannot_be_read_is_refused_with_its_line(text, words):
    """Points are summed without running the cell, so what can't be read is an error."""
    with pytest.raises(GroupError, match=words) as caught:
        groups_of(HEAD + text)
    assert caught.value.line >= 2


def test_groups_come_in_order_with_name_points_and_line():
    """Several groups in one cell, nested in a plain `with` or an `if`, are all found."""
    text = (
        HEAD + 'with db, q.check("a", points=1):\n    pass\nif x:\n    with q.check("b", points=0.5):\n        pass\n'
    )
    assert groups_of(text) == (Group("a", 1, 2), Group("b", 0.5, 5))
    assert total_points(text) == 1.5


def test_a_check_of_something_else_is_no_group():
    """Only what a Question opens counts."""
    assert groups_of(HEAD + "linter.check('x')\nwith linter.check('x'):\n    pass") == ()


def test_a_whole_sum_is_a_whole_number():
    """nbgrader's metadata reads 2, not 2.0."""
    total = total_points(HEAD + 'with q.check("a", points=1.5):\n    pass\nwith q.check("b", points=0.5):\n    pass')
    assert repr(total) == "2"


def test_the_hidden_cell_of_a_source_notebook_can_be_read():
    """The grading engine reads the same from a cell between nbgrader's markers."""
    text = "# public\n### BEGIN HIDDEN TESTS\n" + HEAD + 'with q.check("a", points=3):\n    pass\n### END HIDDEN TESTS'
    assert total_points(text) == 3
