"""When two values count as equal, and how values are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sql.rows import cell, key_of, literal, near_keys, row_text, sort_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (3, "3"),
        (None, ""),
        (None, 0),
        ("a", b"a"),
        (1.00000001, 1.0000002),
        (1234567890.7, 1234567891),
        (1234567891, 1234567892.0),
        (2**53, 2**53 + 1),
        (math.inf, -math.inf),
    ],
)
def test_different_values_stay_different(one, other):
    assert key_of((one,)) != key_of((other,))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (3, 3.0),
        (0.1 + 0.2, 0.3),
        (3, 2.9999999999999996),
        (0, 0.1 + 0.2 - 0.3),
        (-0.0, 0),
        (1234567891, 1234567891.0000002),
        (2.0**60, 2**60),
        (2.5, 2.5000000000000004),
        (123456789.5, 123456789.49999999),
        (None, None),
        (b"\0", b"\0"),
    ],
)
def test_equal_values_have_the_same_key(one, other):
    assert key_of((one,)) == key_of((other,))


@given(st.floats(-1e12, 1e12))
def test_noise_never_separates_two_floats(value):
    noisy = value * (1 + 1e-15)
    assert key_of((noisy,)) in near_keys((value,))


@given(st.floats(allow_nan=False))
def test_a_key_is_its_own_key(value):
    assert key_of(key_of((value,))) == key_of((value,))


def test_many_noisy_columns_stay_few_keys():
    assert len(near_keys((1.0000000005,) * 50)) <= 64


def test_mixed_types_can_be_sorted():
    rows = [(b"a",), ("a",), (1.5,), (1,), (None,), ("B",)]
    assert sorted(rows, key=sort_key) == [(None,), (1,), (1.5,), ("B",), ("a",), (b"a",)]


def test_rows_are_written_as_sql_writes_them():
    assert row_text((12, "it's", None, b"\xab", 2.50)) == "(12, 'it''s', NULL, X'AB', 2.5)"
    assert row_text(tuple(range(20))).endswith("11, …)")
    assert len(literal("x" * 1000)) < 70


def test_cells_show_what_could_be_mistaken():
    assert [cell(value) for value in (None, "NULL", "", " a", "a", 1, b"\1")] == [
        "NULL",
        "'NULL'",
        "''",
        "' a'",
        "a",
        "1",
        "X'01'",
    ]
    assert len(cell("x" * 1000)) == 200
