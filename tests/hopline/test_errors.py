"""What is said when a name is wrong."""

import pytest
from hopline import UnknownNameError


def test_message_names_the_nearest_match_and_everything_known():
    """A typing error is mended without looking anything up."""
    error = UnknownNameError("data set", "citty", ["tiny", "city"])
    assert str(error) == "There is no data set 'citty'. Did you mean 'city'? These exist: tiny, city."


def test_message_does_not_guess_wildly():
    """A name that is like none of the known ones gets the list, not a silly guess."""
    assert "Did you mean" not in str(UnknownNameError("table", "xyzzy", ["trips"]))


def test_it_is_a_value_error():
    """Code that catches ValueError catches it."""
    with pytest.raises(ValueError, match="no table 'trip'"):
        raise UnknownNameError("table", "trip", ["trips"])
