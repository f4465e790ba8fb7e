"""Ratings."""

import pytest
from hopline._ratings import COMMENTS


@pytest.mark.parametrize("name", ["city", "nulls", "ties", "dst", "fall"])
@pytest.mark.parametrize("seed", [None, 21])
def test_every_comment_is_there(open_set, name, seed):
    """Wildcards, quotes, blanks and the backslash are in each data set, even where half is forgotten."""
    found = {comment for (comment,) in open_set(name, seed=seed).execute("SELECT comment FROM ratings")}
    assert found == set(COMMENTS)


def test_only_completed_trips_are_rated(open_set):
    """And not before they are finished."""
    early = """SELECT count(*) FROM ratings r JOIN trips USING (trip_id)
               WHERE finished_at IS NULL OR r.created_at < finished_at"""
    assert open_set("city").execute(early).fetchone() == (0,)
