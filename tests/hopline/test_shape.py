"""The measures of a data set."""

from hopline.datasets import SHAPES

TINY = SHAPES["tiny"]


def test_window_includes_its_start_and_not_its_end():
    """Half-open, like every range of time in the course."""
    assert TINY.end == "2025-03-10T00:00:00Z"
    assert TINY.covers(TINY.start)
    assert TINY.covers("2025-03-09T23:59:59Z")
    assert not TINY.covers(TINY.end)
    assert not TINY.covers("2025-02-23T23:59:59Z")


def test_seeds_differ():
    """Two sets with one seed would share their dice, and so their names and prices."""
    seeds = [shape.seed for shape in SHAPES.values()]
    assert len(set(seeds)) == len(seeds)
