"""Verdicts are plain data."""

from autograder.sql.rows import Rows
from autograder.sql.search.verdict import Counterexample


def test_a_counterexample_without_rows_is_one_all_the_same():
    empty = Counterexample({"t": ()}, {"t": ("x",)}, "", Rows(("x",), ()), None, "error")
    assert len(empty) == 0
    assert empty
