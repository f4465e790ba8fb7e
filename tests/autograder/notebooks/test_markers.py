"""Tests of telling nbgrader's markers from lines that only look like them."""

import pytest

from autograder.notebooks.markers import Region, looks_like_marker, solution_regions, without_markers


@pytest.mark.parametrize(
    "text", ["x\n### END SOLUTION", "### BEGIN SOLUTION\n### BEGIN SOLUTION", "### BEGIN SOLUTION"]
)
def test_an_unsound_region_is_an_error_with_its_line(text):
    """Unbalanced and nested regions can't be cleared, so they can't be read."""
    with pytest.raises(ValueError, match="region") as caught:
        list(solution_regions(text.split("\n")))
    assert 1 <= caught.value.args[1] <= 2


def test_regions_know_their_lines_and_indentation():
    """Two regions, one indented."""
    lines = ["### BEGIN SOLUTION", "a", "### END SOLUTION", "b", "  ### BEGIN SOLUTION", "  c", "  ### END SOLUTION"]
    assert list(solution_regions(lines)) == [Region(1, 3, "", ("a",)), Region(5, 7, "  ", ("  c",))]
    assert without_markers("\n".join(lines)) == "a\nb\n  c"


@pytest.mark.parametrize("line", ["BEGIN;", "-- BEGIN IMMEDIATE", "The solution begins here.", "", "### Solution"])
def test_ordinary_lines_are_no_markers(line):
    """What nbgrader doesn't act on and nobody would take for a marker passes."""
    assert not looks_like_marker(line)
