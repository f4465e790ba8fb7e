"""Tests of answers that are written as changes of the solution."""

import pytest

from autograder.notebooks.changes import ChangeError, changed

SOLUTION = "def half(cents):\n    whole = cents // 2\n    return whole\n\ndef double(cents):\n    return cents * 2"

# The changes, words of the error, and the line at fault.
BREACHES = {
    "no change": ("\n\n", "no change", 1),
    "a line that isn't there": ("-    whole = cents / 2\n+    whole = 1", "stand nowhere", 1),
    "a line that stands there twice": ("\n-\n+x\n\n-def half(cents):\n-    return whole", "stand nowhere", 5),
    "blanks forgotten": ("-whole = cents // 2", "stand nowhere", 1),
    "a line to add without a place": ("+import math", "has no place", 1),
    "neither": ("-    return whole\n     return 1", "has only", 2),
    "the same line twice": ("-    return whole\n+    return 1\n\n-    return whole\n+    return 2", "same line", 4),
}


@pytest.mark.parametrize(("text", "words", "line"), BREACHES.values(), ids=BREACHES)
def test_a_change_that_cannot_be_made_is_an_error_with_its_line(text, words, line):
    """An author reads what is wrong, where, and what to write."""
    with pytest.raises(ChangeError, match=words) as caught:
        changed(SOLUTION, text.split("\n"))
    assert caught.value.line == line
    assert caught.value.cure


def test_lines_that_stand_there_twice_are_ambiguous():
    """Which of them is meant can't be told."""
    with pytest.raises(ChangeError, match="stand 2 times"):
        changed("a\nb\na", ["-a", "+c"])


def test_all_changes_are_made_at_places_of_the_solution():
    """A change never meets the lines of another one."""
    changes = ["-    whole = cents // 2", "+    whole = cents / 2", "", "-    return cents * 2", "+    return whole"]
    assert changed(SOLUTION, changes) == SOLUTION.replace("//", "/").replace("return cents * 2", "return whole")
    assert changed("a\nb\nc", ["-a", "+b", "-c"]) == "b\nb"


def test_lines_can_be_taken_away_and_empty_lines_changed():
    """`-` without `+`, and `-` alone."""
    assert changed(SOLUTION, ["-    return whole", "-", "-def double(cents):"]).count("\n") == 2
