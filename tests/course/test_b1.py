"""What module B1 says of an ORM is what SQLAlchemy does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from hopline import SCHEMA
from sqlalchemy import ForeignKey, create_engine, event, select, text, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship


class Base(DeclarativeBase):
    """The classes of the lesson, on Hopline's tables."""


class Zone(Base):
    __tablename__ = "zones"
    zone_id: Mapped[int] = mapped_column(primary_key=True)
    tz: Mapped[str]
    surge_bp: Mapped[int]


class Rider(Base):
    __tablename__ = "riders"
    rider_id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str]
    email: Mapped[str | None]
    created_at: Mapped[str]


class Trip(Base):
    __tablename__ = "trips"
    trip_id: Mapped[int] = mapped_column(primary_key=True)
    rider_id: Mapped[int] = mapped_column(ForeignKey("riders.rider_id"))
    rider: Mapped[Rider] = relationship()


@pytest.fixture
def orm() -> Iterator[tuple[Session, list[str]]]:
    """A new session on 25 trips of 25 riders and 5 zones in Lisbon, and the statements that it sends."""
    engine, sent = create_engine("sqlite://"), list[str]()
    with closing(engine.raw_connection()) as raw:
        raw.cursor().executescript(SCHEMA)  # type: ignore[attr-defined]
        for n in range(1, 26):
            raw.cursor().execute("INSERT INTO riders (full_name, created_at) VALUES (?, '')", (f"Rider {n}",))
            if n <= 5:
                zone = (f"LIS-{n}", "Europe/Lisbon")
                raw.cursor().execute("INSERT INTO zones (code, name, kind, tz) VALUES (?, '', 'zone', ?)", zone)
            trip = "INSERT INTO trips (rider_id, pickup_zone_id, status, requested_at, quoted_cents)"
            raw.cursor().execute(f"{trip} VALUES (?, 1, 'requested', '', 0)", (n,))
        raw.commit()
    event.listen(engine, "before_cursor_execute", lambda _con, _cursor, sql, *_: sent.append(" ".join(sql.split())))
    with Session(engine) as session:
        yield session, sent
    engine.dispose()


def loop(session: Session) -> None:
    for trip in session.scalars(select(Trip)):
        assert trip.rider.full_name


def joined_loop(session: Session) -> None:
    for trip in session.scalars(select(Trip).options(joinedload(Trip.rider))):
        assert trip.rider.full_name


@pytest.mark.parametrize(
    ("snippet", "statements"),
    [
        (lambda session: session.get(Rider, 7), 1),
        (loop, 26),
        (joined_loop, 1),
        (lambda session: session.execute(update(Zone).where(Zone.tz == "Europe/Lisbon").values(surge_bp=12000)), 1),
        (lambda session: session.execute(text("SELECT rider_id FROM riders WHERE full_name = 'Ana'")), 1),
    ],
)
def test_the_snippets_send_as_many_statements_as_the_key_says(
    orm: tuple[Session, list[str]], snippet: Callable[[Session], Any], statements: int
) -> None:
    session, sent = orm
    snippet(session)
    assert len(sent) == statements


def test_text_of_ones_own_is_the_dangerous_one(orm: tuple[Session, list[str]]) -> None:
    session, _ = orm
    name = "nobody' OR '1' = '1"
    assert len(session.execute(text(f"SELECT rider_id FROM riders WHERE full_name = '{name}'")).all()) == 25
    assert session.scalars(select(Rider).where(Rider.full_name == name)).all() == []
