"""Databases for the tests of the scenario, closed when the test ends."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache

import hopline
import pytest

Open = Callable[..., sqlite3.Connection]


@cache
def snapshot(name: str, **options: int) -> bytes:
    """Build each data set once: most tests only read, and a copy of the bytes costs next to nothing."""
    with closing(hopline.load(name, **options)) as db:
        return db.serialize()


@pytest.fixture
def open_set() -> Iterator[Open]:
    """Open a private copy of a data set; foreign keys are not enforced in it."""

    def copy(name: str, **options: int) -> sqlite3.Connection:
        db = stack.enter_context(closing(sqlite3.connect(":memory:")))
        db.deserialize(snapshot(name, **options))
        return db

    with ExitStack() as stack:
        yield copy


@pytest.fixture
def load() -> Iterator[Open]:
    """`hopline.load` itself, with the connection closed for the test."""
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(closing(hopline.load(*args, **kwargs)))


@pytest.fixture
def open_rows() -> Iterator[Open]:
    """`hopline.load_rows`, with the connection closed for the test."""
    with ExitStack() as stack:
        yield lambda **tables: stack.enter_context(closing(hopline.load_rows(**tables)))
