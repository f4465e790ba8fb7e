"""One row of each table, typed; the fields stand in the order of the columns."""

from typing import NamedTuple


class Zone(NamedTuple):
    zone_id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    tz: str
    surge_bp: int


class Rider(NamedTuple):
    rider_id: int
    full_name: str
    email: str | None
    phone: str | None
    home_zone_id: int | None
    referred_by: int | None
    created_at: str
    deleted_at: str | None


class Driver(NamedTuple):
    driver_id: int
    full_name: str
    license_no: str
    email: str | None
    mentor_id: int | None
    home_zone_id: int | None
    status: str
    commission_bp: int | None
    joined_at: str


class Vehicle(NamedTuple):
    vehicle_id: int
    driver_id: int | None
    plate: str
    model: str
    seats: int
    is_electric: int
    retired_at: str | None


class Promo(NamedTuple):
    promo_id: int
    code: str
    percent_off: int | None
    amount_off_cents: int | None
    starts_at: str
    ends_at: str | None
    max_uses: int | None


class Trip(NamedTuple):
    trip_id: int
    rider_id: int
    driver_id: int | None
    vehicle_id: int | None
    pickup_zone_id: int
    dropoff_zone_id: int | None
    promo_id: int | None
    status: str
    requested_at: str
    accepted_at: str | None
    started_at: str | None
    finished_at: str | None
    distance_m: int | None
    quoted_cents: int
    fare_cents: int | None
    tip_cents: int | None


class Payment(NamedTuple):
    payment_id: int
    trip_id: int
    method: str
    status: str
    amount_cents: int
    created_at: str
    provider_ref: str | None


class Rating(NamedTuple):
    trip_id: int
    rated_by: str
    stars: int
    comment: str | None
    created_at: str


class Ticket(NamedTuple):
    ticket_id: int
    rider_id: int | None
    trip_id: int | None
    topic: str
    body: str
    status: str
    priority: str
    opened_at: str
    closed_at: str | None


class Shift(NamedTuple):
    shift_id: int
    driver_id: int
    started_at: str
    ended_at: str | None
