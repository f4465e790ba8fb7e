"""What is said about two results that differ, and that nothing is said of equal ones."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sql.compare import differences
from autograder.sql.rows import Rows

VALUES = st.none() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=2) | st.binary(max_size=2)
TABLES = st.lists(st.tuples(VALUES, VALUES), max_size=6).map(lambda rows: Rows(("a", "b"), tuple(rows)))


def says(expected, got, ordered=False, columns=("id", "model")):
    found = differences(Rows(columns, tuple(expected)), Rows(columns, tuple(got)), ordered=ordered)
    return [difference.sentence for difference in found]


@pytest.mark.parametrize(
    ("expected", "got", "sentence"),
    [
        (("plate",), ("plate", "model"), "1 column expected, yours has 2: expected plate; yours plate, model."),
        (("plate", "model"), (), "2 columns expected, yours has 0: expected plate, model; yours none."),
        (
            ("plate", "model"),
            ("Model", "plate"),
            "The columns are in another order: expected plate, model; yours Model, plate.",
        ),
        (
            ("id", "label"),
            ("id", "CASE WHEN 1 END"),
            "Column 2 should be called `label`, yours is `CASE WHEN 1 END`. Give it a name with AS label.",
        ),
        (
            ("a", "b"),
            ("x", "y"),
            "Column 1 should be called `a`, yours is `x`. All columns: expected a, b; yours x, y.",
        ),
    ],
)
def test_columns_come_first(expected, got, sentence):
    found = differences(Rows(expected, ((1,),)), Rows(got, ()), ordered=False)
    assert [(difference.kind, difference.sentence) for difference in found] == [("columns", sentence)]


@pytest.mark.parametrize(
    ("expected", "got", "sentences"),
    [
        ([(1, "a")], [], ["Your query returns no rows; 1 row is expected."]),
        ([], [(1, "a")], ["No rows are expected; yours has 1 row, for example (1, 'a')."]),
        ([(1, "a"), (2, "b")], [(2, "b")], ["1 row is missing: (1, 'a')."]),
        (
            [(n, "Leaf") for n in range(5)],
            [(0, "Leaf"), (1, "Leaf")],
            ["3 rows are missing, for example (2, 'Leaf')."],
        ),
        ([(1, "a")], [(1, "a"), (2, "b"), (3, "c")], ["2 rows do not belong in the result, for example (2, 'b')."]),
        ([(1, "a")], [(1, "a")] * 3, ["2 rows are repeated: (1, 'a') appears 3 times, expected once."]),
        ([(1, "a")] * 2, [(1, "a")], ["Row (1, 'a') should appear twice; yours has it once."]),
        (
            [(3, "a")],
            [("3", "a")],
            ["Column `id` should hold a number, such as 3; yours holds text, such as '3'."],
        ),
        (
            [("3", "a"), ("4", "a")],
            [(4, "a"), (3, "a")],
            ["Column `id` should hold text, such as '3'; yours holds a number, such as 3."],
        ),
        (
            [(5, "free"), (6, "short")],
            [(5, "short"), (6, "short")],
            ["Column `model` is wrong in 1 row: (5, 'free') is expected, yours has (5, 'short')."],
        ),
        (
            [(5, None)],
            [(5, "")],
            ["Column `model` is wrong in 1 row: (5, NULL) is expected, yours has (5, '')."],
        ),
        (
            [(1, "a"), (2, "a")],
            [(1, "a"), (3, "a"), (4, "b")],
            ["1 row is missing: (2, 'a').", "2 rows do not belong in the result, for example (3, 'a')."],
        ),
    ],
)
def test_rows_are_explained(expected, got, sentences):
    assert says(expected, got) == sentences


def test_an_order_is_explained_where_it_first_breaks():
    assert says([(1, "a"), (2, "b"), (3, "c")], [(1, "a"), (3, "c"), (2, "b")], ordered=True) == [
        "The right rows, in another order: row 2 should be (2, 'b'), yours is (3, 'c')."
    ]


def test_wrong_rows_in_an_order_are_placed_and_counted():
    assert says([(9, "a"), (5, "b"), (1, "a")], [(9, "a"), (6, "b"), (1, "a")], ordered=True)[0] == (
        "Row 2 should be (5, 'b'), yours is (6, 'b')."
    )
    assert says([(1, "a"), (2, "b")], [(1, "a")], ordered=True) == ["1 row is missing: (2, 'b')."]


def test_the_rows_at_fault_are_marked():
    (found,) = differences(Rows(("a",), ((1,), (2,))), Rows(("a",), ((1,), (1,), (2,))), ordered=False)
    assert (found.kind, found.expected_at, found.got_at) == ("repeated", (), (1,))


def test_noise_at_a_rounding_boundary_is_no_difference():
    below, above = 1.0000000049949999, 1.0000000049950003
    for ordered in (False, True):
        assert says([(1, below), (2, below)], [(1, above), (2, below)], ordered) == []


@given(TABLES, st.booleans())
def test_nothing_differs_from_itself(rows, ordered):
    assert differences(rows, rows, ordered=ordered) == []


@given(TABLES, st.randoms())
def test_a_bag_has_no_order(rows, chance):
    shuffled = list(rows.rows)
    chance.shuffle(shuffled)
    assert differences(rows, Rows(rows.columns, tuple(shuffled)), ordered=False) == []


@given(TABLES, TABLES, st.booleans())
def test_whatever_differs_is_said_in_sentences_and_both_ways(one, other, ordered):
    there, back = differences(one, other, ordered=ordered), differences(other, one, ordered=ordered)
    assert bool(there) == bool(back)
    assert all(difference.sentence.endswith(".") for difference in there)


@given(TABLES, st.data())
def test_a_lost_row_is_always_noticed(rows, data):
    if rows.rows:
        at = data.draw(st.integers(0, len(rows) - 1))
        fewer = Rows(rows.columns, rows.rows[:at] + rows.rows[at + 1 :])
        assert differences(rows, fewer, ordered=False)


def test_a_hundred_thousand_rows_are_compared():
    """In some way that isn't quadratic: else this test would not end."""
    rows = [(n, f"model {n % 7}", n / 7) for n in range(100_000)]
    other = [*rows[1:], (0, "wrong", 0.5)]
    random.Random(1).shuffle(other)
    assert len(says(rows, other, columns=("a", "b", "c"))) >= 1
