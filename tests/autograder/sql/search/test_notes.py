"""Constants are kept by column, and columns that meet share them."""

from autograder.sql.search.notes import Classes, Notes


def test_joined_things_have_one_root_and_stay_apart_from_others():
    classes = Classes()
    classes.join("a", "b")
    classes.join("b", "c")
    classes.root("d")
    assert classes.root("a") == classes.root("c") != classes.root("d")
    assert sorted(map(sorted, classes.groups())) == [["a", "b", "c"], ["d"]]


def test_columns_that_meet_share_their_constants():
    notes = Notes()
    notes.note(("t", "x"), [5, None])
    notes.note(("u", "y"), ["a"])
    notes.classes.join(("t", "x"), ("u", "y"))
    assert notes.by_class() == {notes.classes.root(("t", "x")): [5, "a"]}


def test_a_value_of_no_column_is_kept_loose_once():
    notes = Notes()
    for value in (5, 5, "a", None, b"x"):
        notes.note(None, [value])
    assert (notes.numbers, notes.texts) == ([5], ["a"])


def test_only_sizes_that_a_small_database_can_have_are_kept():
    notes = Notes()
    for value in (3, 60, 61, -1, "4", None):
        notes.size(value)
    assert notes.sizes == {3, 60}
