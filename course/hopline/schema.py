"""The ten tables of Hopline, as SQLite understands them.

Money is in cents, rates are in basis points (10 000 is 100 %), distances are in metres and every time is UTC text
such as `2025-03-04T09:15:00Z`, which sorts as text in the order of time.
"""

SCHEMA = """\
CREATE TABLE zones (
  zone_id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('city','district','zone')),
  parent_id INTEGER REFERENCES zones(zone_id),
  tz TEXT NOT NULL,                          -- IANA name
  surge_bp INTEGER NOT NULL DEFAULT 10000);
CREATE TABLE riders (
  rider_id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, email TEXT, phone TEXT,
  home_zone_id INTEGER REFERENCES zones(zone_id),
  referred_by INTEGER REFERENCES riders(rider_id),
  created_at TEXT NOT NULL, deleted_at TEXT);
CREATE TABLE drivers (
  driver_id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, license_no TEXT NOT NULL UNIQUE, email TEXT,
  mentor_id INTEGER REFERENCES drivers(driver_id), home_zone_id INTEGER REFERENCES zones(zone_id),
  status TEXT NOT NULL CHECK (status IN ('active','paused','banned')),
  commission_bp INTEGER,                     -- NULL means the default 2000
  joined_at TEXT NOT NULL);
CREATE TABLE vehicles (
  vehicle_id INTEGER PRIMARY KEY, driver_id INTEGER REFERENCES drivers(driver_id),
  plate TEXT NOT NULL UNIQUE, model TEXT NOT NULL, seats INTEGER NOT NULL,
  is_electric INTEGER NOT NULL CHECK (is_electric IN (0,1)), retired_at TEXT);
CREATE TABLE promo_codes (
  promo_id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE,
  percent_off INTEGER, amount_off_cents INTEGER,
  starts_at TEXT NOT NULL, ends_at TEXT, max_uses INTEGER,
  CHECK ((percent_off IS NULL) <> (amount_off_cents IS NULL)));
CREATE TABLE trips (
  trip_id INTEGER PRIMARY KEY, rider_id INTEGER NOT NULL REFERENCES riders(rider_id),
  driver_id INTEGER REFERENCES drivers(driver_id), vehicle_id INTEGER REFERENCES vehicles(vehicle_id),
  pickup_zone_id INTEGER NOT NULL REFERENCES zones(zone_id),
  dropoff_zone_id INTEGER REFERENCES zones(zone_id), promo_id INTEGER REFERENCES promo_codes(promo_id),
  status TEXT NOT NULL CHECK (status IN ('requested','accepted','in_progress','completed','cancelled')),
  requested_at TEXT NOT NULL, accepted_at TEXT, started_at TEXT, finished_at TEXT,
  distance_m INTEGER, quoted_cents INTEGER NOT NULL, fare_cents INTEGER, tip_cents INTEGER);
CREATE TABLE payments (
  payment_id INTEGER PRIMARY KEY, trip_id INTEGER NOT NULL REFERENCES trips(trip_id),
  method TEXT NOT NULL CHECK (method IN ('card','wallet','cash')),
  status TEXT NOT NULL CHECK (status IN ('authorized','captured','failed','refunded')),
  amount_cents INTEGER NOT NULL,             -- refunds are negative
  created_at TEXT NOT NULL, provider_ref TEXT);
CREATE TABLE ratings (
  trip_id INTEGER NOT NULL REFERENCES trips(trip_id),
  rated_by TEXT NOT NULL CHECK (rated_by IN ('rider','driver')),
  stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5), comment TEXT, created_at TEXT NOT NULL,
  PRIMARY KEY (trip_id, rated_by));
CREATE TABLE support_tickets (               -- imported from an old tool: no foreign keys
  ticket_id INTEGER PRIMARY KEY, rider_id INTEGER, trip_id INTEGER, topic TEXT NOT NULL, body TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open','waiting','closed')),
  priority TEXT NOT NULL CHECK (priority IN ('low','normal','high','urgent')),
  opened_at TEXT NOT NULL, closed_at TEXT);
CREATE TABLE driver_shifts (
  shift_id INTEGER PRIMARY KEY, driver_id INTEGER NOT NULL REFERENCES drivers(driver_id),
  started_at TEXT NOT NULL, ended_at TEXT);  -- NULL: still on shift
"""

# A table stands after every table it refers to, so rows can be inserted in this order and deleted in the reverse one.
TABLES = (
    "zones",
    "riders",
    "drivers",
    "vehicles",
    "promo_codes",
    "trips",
    "payments",
    "ratings",
    "support_tickets",
    "driver_shifts",
)
