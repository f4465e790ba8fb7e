"""The named data sets, and how to open one."""

import sqlite3
from contextlib import closing
from functools import cache, lru_cache

from hopline._dice import spread
from hopline._generate import generate
from hopline._places import EVEN_PICKUPS, ONE_WAY_DROPOFFS
from hopline._shape import UNFINISHED_STATUSES, Shape
from hopline.errors import UnknownNameError
from hopline.schema import SCHEMA, TABLES

DATASETS = {
    "tiny": "9 riders, 25 trips: small enough to check by eye",
    "city": "60 riders, 24 drivers, 600 trips: the daily database",
    "nulls": "160 trips, half of every nullable column NULL",
    "ties": "220 trips with values from tiny domains: equal fares, equal counts, exact midnights",
    "dst": "260 trips around the spring clock changes of Lisbon and New York; nobody pays cash",
    "fall": "260 trips around the autumn clock changes; nobody is set down at the airport",
    "knots": "120 trips, referral loops, zones deeper than their codes tell",
    "quiet": "12 trips in a week with gaps, seven of them completed with a fare",
    "empty": "the ten tables without a row",
    "load": "20 000 trips, or up to 200 000 with load('load', trips=...): for query costs",
}

LARGEST = 200_000
FEWEST = 100  # what `load` plants among its trips must fit

USUAL = ("airport", "fees", "free_rides", "oddities", "only_cancelled", "same_second", "month_end")
BIG = (*USUAL, "cancellers", "clock_changes")

SHAPES = {
    "tiny": Shape(7, 25, 9, 6, USUAL, start="2025-02-24T00:00:00Z", days=14),
    "city": Shape(2025, 600, 60, 24, (*BIG, "one_day")),
    "nulls": Shape(
        11,
        160,
        60,
        24,
        (*BIG, "cancelled_promos", "midnights", "unpriced"),
        statuses=UNFINISHED_STATUSES,
        null_share=0.5,
        hard=True,
    ),
    "ties": Shape(
        22,
        220,
        14,
        8,
        (*BIG, "cancelled_promos", "midnights"),
        start="2025-02-27T00:00:00Z",
        days=7,
        pickups=EVEN_PICKUPS,
        coarse=True,
        hard=True,
    ),
    "dst": Shape(
        33,
        260,
        60,
        24,
        (*BIG, "cancelled_promos", "unpriced"),
        start="2025-03-07T00:00:00Z",
        days=26,
        methods=spread(card=3, wallet=1),
        hard=True,
    ),
    "fall": Shape(
        44,
        260,
        60,
        24,
        (*BIG, "cancelled_promos"),
        start="2025-10-24T00:00:00Z",
        days=12,
        dropoffs=ONE_WAY_DROPOFFS,
        hard=True,
    ),
    "knots": Shape(55, 120, 60, 24, (*USUAL, "cancelled_promos"), days=60, hard=True, knots=True),
    "quiet": Shape(66, 12, 12, 6, ("handful",), start="2025-05-05T00:00:00Z", days=7, hard=True),
    "load": Shape(77, 20_000, 2_000, 200, BIG, hard=True),
}


def load(name: str = "city", *, seed: int | None = None, trips: int | None = None) -> sqlite3.Connection:
    """Open a fresh in-memory copy of a data set.

    Changes to one copy never reach another. Foreign keys are enforced, and the connection may be used from another
    thread, so that a query can be run beside a clock that stops it.

    Args:
        name: one of `DATASETS`.
        seed: a whole number that makes other rows of the same kind; the same seed always gives the same bytes.
        trips: the size of the data set `load`, from 100 to 200 000; the others have one size.

    Raises:
        UnknownNameError: if there is no such data set.
        ValueError: if `trips` is given for another data set than `load`, or is out of range.
    """
    if name not in DATASETS:
        raise UnknownNameError("data set", name, DATASETS)
    if trips is not None and name != "load":
        raise ValueError(f"Only the data set 'load' can be resized, not {name!r}: leave trips={trips!r} out.")
    if trips is not None and not FEWEST <= trips <= LARGEST:
        raise ValueError(f"trips={trips!r} is out of range: 'load' takes from {FEWEST} to {LARGEST} trips.")
    con = connect(_image(name, seed, trips))
    con.execute("PRAGMA foreign_keys = ON")
    return con


@lru_cache(maxsize=64)
def _image(name: str, seed: int | None, trips: int | None) -> bytes:
    """Make a data set and keep its bytes: a second copy of the same one takes a hundredth of the time."""
    with closing(connect()) as con:
        if name in SHAPES:
            shape = SHAPES[name]
            fill(con, shape._replace(seed=shape.seed if seed is None else seed, trips=trips or shape.trips))
        return con.serialize()


def connect(image: bytes = b"") -> sqlite3.Connection:
    """Open the database in these bytes, or an empty one with the ten tables; foreign keys are not enforced yet."""
    con = sqlite3.connect(":memory:", check_same_thread=False)
    con.deserialize(image or _bare())
    return con


@cache
def _bare() -> bytes:
    with closing(sqlite3.connect(":memory:")) as con:
        con.executescript(SCHEMA)
        return con.serialize()


def fill(con: sqlite3.Connection, shape: Shape) -> None:
    """Insert the rows of a shape.

    executemany() needs only the row length; sqlite-utils would say the same in one call, but takes over 100 ms to
    import, which is longer than all of this. Enforcement stays off meanwhile: riders may refer each other in a circle.
    """
    rows = generate(shape)
    for table in TABLES:
        marks = ", ".join("?" * len(rows[table][0]))
        con.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])  # noqa: S608  a name of our own
    con.commit()
