"""The named data sets."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import hopline
import pytest
from hopline.datasets import SHAPES

HIDDEN = ("nulls", "ties", "dst", "fall", "knots", "quiet")
GENERATED = ("tiny", "city", *HIDDEN)
SEEDS = (None, 21, 90210)


def test_unknown_name_is_refused_with_the_nearest_match():
    """The message ends the search for the right name."""
    with pytest.raises(
        hopline.UnknownNameError, match=r"no data set 'citi'\. Did you mean 'city'\?.*tiny, city, nulls"
    ):
        hopline.load("citi")


def test_only_load_can_be_resized():
    """A resized `city` would be another database under the same name."""
    with pytest.raises(ValueError, match="Only the data set 'load'"):
        hopline.load("city", trips=1_000)


@pytest.mark.parametrize("trips", [-1, 0, 99, 200_001])
def test_size_out_of_range_is_refused(trips):
    """The message names the value and the range."""
    with pytest.raises(ValueError, match=rf"trips={trips} .* from 100 to 200000"):
        hopline.load("load", trips=trips)


def test_every_data_set_is_described_and_shaped():
    """`empty` is the only one that needs no shape."""
    assert set(hopline.DATASETS) == set(SHAPES) | {"empty"}
    assert all("\n" not in text and text for text in hopline.DATASETS.values())


@pytest.mark.parametrize(
    ("name", "riders", "drivers", "trips"),
    [
        ("tiny", 9, 6, 25),
        ("city", 60, 24, 600),
        ("nulls", 60, 24, 160),
        ("ties", 14, 8, 220),
        ("dst", 60, 24, 260),
        ("fall", 60, 24, 260),
        ("empty", 0, 0, 0),
    ],
)
def test_sizes_are_as_promised(open_set, name, riders, drivers, trips):
    """Lessons quote these numbers."""
    counts = "SELECT (SELECT count(*) FROM riders), (SELECT count(*) FROM drivers), (SELECT count(*) FROM trips)"
    assert open_set(name).execute(counts).fetchone() == (riders, drivers, trips)


@pytest.mark.parametrize("name", GENERATED)
def test_same_seed_gives_the_same_bytes(load, name):
    """A stored result stays true; another seed makes other rows."""
    assert load(name).serialize() == load(name).serialize()
    assert load(name, seed=5).serialize() == load(name, seed=5).serialize()
    assert load(name).serialize() != load(name, seed=5).serialize()


def test_seed_zero_is_a_seed(load):
    """0 is not "no seed"."""
    assert load("tiny", seed=0).serialize() != load("tiny").serialize()


def test_bytes_do_not_depend_on_the_process():
    """Neither the salt of hash() nor the order of a set may reach the data."""
    code = "import hashlib, hopline; print(hashlib.sha256(hopline.load('nulls').serialize()).hexdigest())"
    root = str(Path(hopline.__file__).parents[1])
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": root, "PYTHONHASHSEED": salt},
        ).stdout
        for salt in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("tiny", "2edec18bb6e5e3d7ec0442560ffd292f9e628ec82316b1decd211f83fb0f6544"),
        ("city", "86cbbbf39994b87149123c0daef1fe26b1a065e75b1a568e9bdf2af352336f33"),
    ],
)
def test_visible_data_changes_only_on_purpose(open_set, name, digest):
    """Lessons quote rows of `tiny` and `city`, so a change of the generator must not slip in.

    If you meant to change them: put the digest of the failure message here, run all notebooks again, and correct the
    numbers the lessons quote. Only INSERT lines count, because the frame of a dump differs between Python versions.
    """
    rows = "\n".join(line for line in open_set(name).iterdump() if line.startswith("INSERT"))
    assert hashlib.sha256(rows.encode()).hexdigest() == digest


def test_copies_are_separate(load):
    """What one query changes, the next one does not see."""
    first = load("tiny")
    first.execute("DELETE FROM ratings")
    assert load("tiny").execute("SELECT count(*) FROM ratings").fetchone() > (0,)


@pytest.mark.parametrize("name", ["city", "empty"])
def test_foreign_keys_are_enforced(load, name):
    """An answer that inserts an orphan fails here as it would in production."""
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        load(name).execute("INSERT INTO driver_shifts VALUES (9999, 9999, '2025-01-01T00:00:00Z', NULL)")


def test_connection_serves_another_thread(load):
    """A query may run beside the clock that stops it."""
    db, seen = load("tiny"), []
    thread = threading.Thread(target=lambda: seen.append(db.execute("SELECT count(*) FROM trips").fetchone()))
    thread.start()
    thread.join()
    assert seen == [(25,)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", GENERATED)
def test_no_row_points_nowhere(open_set, name, seed):
    """Only support tickets dangle, and they have no foreign keys."""
    assert open_set(name, seed=seed).execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_half_of_every_nullable_column_is_null_in_nulls(open_set, seed):
    """Every nullable column has NULLs and values; planted rows aside, half the rows are NULL."""
    db = open_set("nulls", seed=seed)
    bound = {"driver_id", "accepted_at", "started_at", "finished_at", "closed_at", "percent_off", "amount_off_cents"}
    bound |= {"ends_at", "max_uses"}  # five promos with one part each
    for table in hopline.TABLES:
        for _, column, _, not_null, _, key in db.execute(f"PRAGMA table_info({table})").fetchall():
            if not not_null and not key:
                nulls, rows = db.execute(f"SELECT sum({column} IS NULL), count(*) FROM {table}").fetchone()
                floor = 0.15 if column in bound else 0.35
                assert floor * rows <= nulls < rows, f"{table}.{column}: {nulls} of {rows}"


def test_load_is_large_and_resizable(load):
    """20 000 trips unless another size is asked for."""
    assert load("load", trips=1_000).execute("SELECT count(*) FROM trips").fetchone() == (1_000,)
    assert load("load", trips=100).execute("SELECT count(*) FROM trips").fetchone() == (100,)
    assert SHAPES["load"].trips == 20_000


@pytest.mark.slow
def test_largest_load_is_sound(load):
    """200 000 trips keep the promises of the small sets."""
    db = load("load", trips=200_000)
    assert db.execute("SELECT count(*) FROM trips").fetchone() == (200_000,)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_quiet_has_fewer_than_ten_fares(open_set):
    """A top ten of seven, with one completed trip whose fare is unknown."""
    fares = "SELECT count(fare_cents), count(*) FROM trips WHERE status = 'completed'"
    assert open_set("quiet").execute(fares).fetchone() == (7, 8)


def test_nobody_pays_cash_in_dst(open_set):
    """The "every method that occurs" is two methods there."""
    methods = "SELECT DISTINCT method FROM payments WHERE status = 'captured' ORDER BY 1"
    assert open_set("dst").execute(methods).fetchall() == [("card",), ("wallet",)]
