"""Tests of replacing `from_solution` lines; what is refused is tested with the whole file in test_master."""

import pytest

from autograder.notebooks.placeholders import fill, placeholders_of
from autograder.notebooks.points import SourceError


def test_a_value_without_a_literal_is_refused():
    """`nan` would read as a name in the notebook."""
    source = "a = from_solution(x, on=db)"
    (place,) = placeholders_of(source, hidden=False)
    with pytest.raises(ValueError, match="can't be written as a literal"):
        fill(source, place, [float("nan")])


def test_one_line_goes_out_for_one_line_that_came_in():
    """The rest of the line stays, whatever letters stand before and behind; newlines in values don't break it."""
    source = "# top\nwert = from_solution(x, on=d(1), ordered=True)  # größe\nlast"
    (place,) = placeholders_of(source, hidden=False)
    assert (place.name, place.on, place.ordered, place.line) == ("x", "d(1)", True, 2)
    assert fill(source, place, {"a": "1\n2"}) == "# top\nwert = {'a': '1\\n2'}  # größe\nlast"


def test_several_placeholders_come_in_order():
    """A check may compare on more than one database."""
    source = "a = from_solution(x, on=one)\nb = from_solution(x, on=two)"
    first, second = placeholders_of(source, hidden=False)
    assert fill(fill(source, first, 1), second, 2) == "a = 1\nb = 2"


def test_a_visible_check_of_a_script_may_give_values():
    """What stands for its parameters, as an expression of what the setup cells bind."""
    (place,) = placeholders_of("a = from_solution(x, on=db, values=sent[:2])", hidden=False)
    assert (place.on, place.values) == ("db", "sent[:2]")
    with pytest.raises(SourceError, match="takes no `values=` there"):
        placeholders_of("a = from_solution(x, values=sent)", hidden=True)
