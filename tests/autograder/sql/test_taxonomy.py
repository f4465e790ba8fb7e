"""Every mistake that a mutant makes has a name and a hint."""

import pytest

from autograder.sql.mutants.columns import column_operators
from autograder.sql.mutants.generate import OPERATORS
from autograder.sql.taxonomy import HINTS, misconception


def test_an_unknown_number_is_refused():
    with pytest.raises(KeyError):
        misconception(1)


def test_numbers_and_names_are_the_published_ones():
    assert (misconception(57).name, misconception(57).category) == (
        "Incorrect comparison operator or incorrect value compared",
        "logic",
    )
    assert misconception(2).hint == ""


@pytest.mark.parametrize("one", [*OPERATORS, *column_operators({})], ids=lambda one: one.name)
def test_every_mistake_of_a_mutant_has_a_hint(one):
    assert misconception(one.taxonomy).hint.endswith((".", "?"))


def test_every_hint_belongs_to_a_mistake_of_a_mutant():
    """What nothing can show would be dead text."""
    assert HINTS.keys() == {one.taxonomy for one in [*OPERATORS, *column_operators({})]}


def test_a_hint_is_one_or_two_short_sentences():
    assert max(map(len, HINTS.values())) < 120
