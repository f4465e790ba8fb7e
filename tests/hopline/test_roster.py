"""Who takes part and who is left out."""

from hopline._drivers import drivers, vehicles
from hopline._riders import riders
from hopline._roster import roster
from hopline.datasets import SHAPES


def cast(name):
    shape = SHAPES[name]
    return roster(riders(shape), drivers(shape), vehicles(shape))


def test_the_last_ones_never_take_part():
    """Four riders and two drivers have no trip at all, and one driver has only a cancelled one."""
    part = cast("city")
    working = sorted(driver for crew in part.drivers.values() for driver in crew)
    assert part.riders == list(range(1, 57))
    assert working == list(range(1, 22))
    assert part.unlucky == 22
    assert part.tipless == 21


def test_every_city_has_a_driver_even_in_tiny():
    """A pick-up in a city without drivers could never be matched."""
    assert all(cast("tiny").drivers.values())


def test_calm_riders_are_the_last_who_ride():
    """`Dispatch` leaves them out of random cancellations by cutting the list's end; tiny is too small for them."""
    part = cast("ties")
    assert part.calm == part.riders[-3:]
    assert cast("tiny").calm == []
