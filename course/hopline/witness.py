"""Small databases made by hand for one question."""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from hopline.datasets import connect
from hopline.errors import UnknownNameError
from hopline.schema import TABLES

Cell = int | float | str | bytes | None
Row = Mapping[str, Cell]

# What stands in a NOT NULL column that a row leaves out; {n} is the row's place in its table, counted from 1.
# A primary key of one column is not here: SQLite numbers those rows itself. It also stores "1" as 1 where a column
# holds integers.
DEFAULTS: dict[str, dict[str, Cell]] = {
    "zones": {"code": "Z{n}", "name": "Zone {n}", "kind": "zone", "tz": "Europe/Lisbon", "surge_bp": 10_000},
    "riders": {"full_name": "Rider {n}", "created_at": "2025-01-01T00:00:00Z"},
    "drivers": {
        "full_name": "Driver {n}",
        "license_no": "L{n}",
        "status": "active",
        "joined_at": "2025-01-01T00:00:00Z",
    },
    "vehicles": {"plate": "P-{n}", "model": "Leaf", "seats": 4, "is_electric": 0},
    "promo_codes": {"code": "PROMO{n}", "starts_at": "2025-01-01T00:00:00Z"},
    "trips": {
        "rider_id": 1,
        "pickup_zone_id": 1,
        "status": "requested",
        "requested_at": "2025-01-01T00:00:00Z",
        "quoted_cents": 1_000,
    },
    "payments": {
        "trip_id": 1,
        "method": "card",
        "status": "captured",
        "amount_cents": 1_000,
        "created_at": "2025-01-01T00:00:00Z",
    },
    "ratings": {"trip_id": "{n}", "rated_by": "rider", "stars": 5, "created_at": "2025-01-01T00:00:00Z"},
    "support_tickets": {
        "topic": "refund",
        "body": "I was charged twice",
        "status": "open",
        "priority": "normal",
        "opened_at": "2025-01-01T00:00:00Z",
    },
    "driver_shifts": {"driver_id": 1, "started_at": "2025-01-01T00:00:00Z"},
}


def load_rows(**tables: Sequence[Row]) -> sqlite3.Connection:
    """Open a small in-memory database that holds exactly these rows.

    A row names only the columns that matter: `load_rows(trips=[{"requested_at": "2025-03-04T00:00:00Z"}])`. Other
    nullable columns are NULL, and NOT NULL columns get a plain default. Foreign keys are enforced afterwards if the
    rows satisfy them, and not otherwise: a witness for a query about trips need not invent their riders.

    Args:
        tables: for each table by name, its rows as dicts from column to value.

    Raises:
        UnknownNameError: if there is no such table or column.
        sqlite3.IntegrityError: if a row breaks a CHECK, UNIQUE or NOT NULL rule of the schema.
    """
    for table in tables:
        if table not in TABLES:
            raise UnknownNameError("table", table, TABLES)
    name = _name_of(tables)
    image, sound = _images.get(name) or _image(tables)
    if name:
        _images[name] = image, sound
        if len(_images) > MOST_IMAGES:
            _images.popitem(last=False)
    con = connect(image)
    if sound:
        con.execute("PRAGMA foreign_keys = ON")
    return con


MOST_IMAGES = 200
_images: OrderedDict[str, tuple[bytes, bool]] = OrderedDict()  # the same few witnesses are asked for again and again


def _name_of(tables: Mapping[str, Sequence[Row]]) -> str:
    """All rows in one text; empty where two different rows could have the same."""
    rows = [row for table in tables.values() if type(table) is list for row in table]
    plain = all(type(table) is list for table in tables.values()) and all(
        type(row) is dict and all(type(cell) in PLAIN for cell in row.values()) for row in rows
    )
    return repr(tables) if plain else ""


PLAIN = {int, float, str, bytes, type(None)}


def _image(tables: Mapping[str, Sequence[Row]]) -> tuple[bytes, bool]:
    """The database's bytes, and whether its foreign keys are satisfied."""
    con = connect()
    try:
        for table, rows in tables.items():
            _insert(con, table, rows)
        con.commit()
        return con.serialize(), not con.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        con.close()


def _insert(con: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    columns = [name for _, name, *_ in con.execute(f"PRAGMA table_info({table})")]
    statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"  # noqa: S608  a checked name
    for number, row in enumerate(rows, 1):
        for column in row:
            if column not in columns:
                known = [f"{table}.{name}" for name in columns]
                raise UnknownNameError("column", f"{table}.{column}", known)
        filled = {**_defaults(table, number, row), **row}
        con.execute(statement, [filled.get(column) for column in columns])


def _defaults(table: str, number: int, row: Row) -> dict[str, Cell]:
    cells = {
        column: value.format(n=number) if isinstance(value, str) else value for column, value in DEFAULTS[table].items()
    }
    if table == "promo_codes" and row.get("amount_off_cents") is None:
        cells["percent_off"] = 10  # a promo has exactly one of the two
    return cells
