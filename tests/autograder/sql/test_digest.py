"""Short names for results."""

from hypothesis import given
from hypothesis import strategies as st

from autograder.sql.compare import differences
from autograder.sql.digest import digest
from autograder.sql.rows import Rows

VALUES = st.sampled_from([None, 0, 1, 3, 3.0, 0.3, 0.1 + 0.2, "", "3", "a", "NULL", b"", b"a", 1e300, 2**60])
TABLES = st.lists(st.tuples(VALUES, VALUES), max_size=3).map(lambda rows: Rows(("a", "b"), tuple(rows)))


@given(TABLES, TABLES, st.booleans())
def test_two_results_share_a_digest_exactly_when_nothing_differs(one, other, ordered):
    same = digest(one, ordered=ordered) == digest(other, ordered=ordered)
    assert same == (differences(one, other, ordered=ordered) == [])


def test_a_digest_never_changes():
    rows = Rows(("Plate", "n"), (("AA-11", 3.0), (None, 0.1 + 0.2), (b"\xff", "\udcff")))
    assert digest(rows, ordered=False) == "d41964b747566c92"
    assert digest(rows, ordered=True) != digest(rows, ordered=False)


def test_columns_count_whatever_their_case():
    rows = ((1, 2),)
    assert digest(Rows(("A", "b"), rows), ordered=True) == digest(Rows(("a", "B"), rows), ordered=True)
    assert digest(Rows(("a", "b"), rows), ordered=True) != digest(Rows(("b", "a"), rows), ordered=True)
