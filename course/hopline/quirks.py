"""The trouble that is in the data on purpose, by id; prompts, tests and grading refer to these ids."""

from typing import NamedTuple


class Quirk(NamedTuple):
    """One kind of trouble.

    Attributes:
        id: K01 to K20.
        text: what a reader should know.
        sql: a query with one row per form of the quirk: `form`, and `n`, the number of rows that show it.
    """

    id: str
    text: str
    sql: str


def _quirk(id: str, text: str, **forms: str) -> Quirk:
    parts = (f"SELECT '{form}' AS form, count(*) AS n FROM ({query})" for form, query in forms.items())  # noqa: S608
    return Quirk(id, text, "\nUNION ALL ".join(parts))


def _spring_or_autumn(change: str, tz: str) -> str:
    return (
        "SELECT 1 FROM trips JOIN zones ON zone_id = pickup_zone_id "  # noqa: S608  texts of our own
        f"WHERE tz = '{tz}' AND abs(strftime('%s', started_at) - strftime('%s', '{change}')) <= 3600"
    )


_PER_TRIP = "SELECT trip_id FROM payments GROUP BY trip_id HAVING"
_REFUNDED = "SELECT trip_id, fare_cents, sum(amount_cents) back FROM payments JOIN trips USING (trip_id)"
_LAST_REQUEST = "(SELECT max(requested_at) FROM trips)"
_SHIFT_PAIR = "SELECT 1 FROM driver_shifts a JOIN driver_shifts b USING (driver_id) WHERE a.shift_id <> b.shift_id AND"
_MAIL_PAIR = "SELECT 1 FROM riders a JOIN riders b ON a.rider_id < b.rider_id AND a.email <> b.email AND"

_ALL = (
    _quirk(
        "K01",
        "A phone is NULL for some riders, and an empty or blank text for others.",
        missing="SELECT 1 FROM riders WHERE phone IS NULL",
        empty="SELECT 1 FROM riders WHERE phone = ''",
        spaces="SELECT 1 FROM riders WHERE phone <> '' AND trim(phone) = ''",
        deleted_and_blank="SELECT 1 FROM riders WHERE deleted_at IS NOT NULL AND trim(phone) = ''",
    ),
    _quirk(
        "K02",
        "E-mails differ only in case or outer spaces; some are NULL.",
        case=f"{_MAIL_PAIR} lower(a.email) = lower(b.email)",
        spaces=f"{_MAIL_PAIR} trim(a.email) = trim(b.email)",
        missing="SELECT 1 FROM riders WHERE email IS NULL",
    ),
    _quirk(
        "K03",
        "Some riders are deleted, some vehicles retired, some drivers banned.",
        deleted="SELECT 1 FROM riders WHERE deleted_at IS NOT NULL",
        retired="SELECT 1 FROM vehicles WHERE retired_at IS NOT NULL",
        banned="SELECT 1 FROM drivers WHERE status = 'banned'",
    ),
    _quirk(
        "K04",
        "Riders, drivers and zones without trips; a driver whose only trip was cancelled; "
        "drivers with no car and with two, and a car without driver.",
        rider_without_trip="SELECT 1 FROM riders WHERE rider_id NOT IN (SELECT rider_id FROM trips)",
        driver_without_trip="SELECT driver_id FROM drivers EXCEPT SELECT driver_id FROM trips",
        driver_only_cancelled="SELECT 1 FROM trips WHERE driver_id IS NOT NULL "
        "GROUP BY driver_id HAVING count(*) = 1 AND max(status) = 'cancelled'",
        zone_never_used="SELECT zone_id FROM zones WHERE kind = 'zone' "
        "EXCEPT SELECT pickup_zone_id FROM trips EXCEPT SELECT dropoff_zone_id FROM trips",
        car_without_driver="SELECT 1 FROM vehicles WHERE driver_id IS NULL",
        driver_without_car="SELECT driver_id FROM drivers EXCEPT SELECT driver_id FROM vehicles",
        driver_with_two_cars="SELECT 1 FROM vehicles WHERE driver_id > 0 GROUP BY driver_id HAVING count(*) = 2",
    ),
    _quirk(
        "K05",
        "Different people have the same full name, three of them.",
        three="SELECT 1 FROM riders GROUP BY full_name HAVING count(*) = 3",
    ),
    _quirk(
        "K06",
        "Referrals form chains five deep; in `knots` they also form a circle, and somebody referred himself.",
        five_deep="WITH RECURSIVE chain(rider_id, depth) AS (SELECT rider_id, 0 FROM riders UNION "
        "SELECT r.rider_id, depth + 1 FROM riders r JOIN chain c ON r.referred_by = c.rider_id WHERE depth < 5) "
        "SELECT 1 FROM chain WHERE depth = 5",
    ),
    _quirk(
        "K07",
        "Some mentors joined after their pupils; some drivers have no mentor.",
        young_mentor="SELECT 1 FROM drivers d, drivers m WHERE m.driver_id = d.mentor_id AND m.joined_at > d.joined_at",
        no_mentor="SELECT 1 FROM drivers WHERE mentor_id IS NULL",
    ),
    _quirk(
        "K08",
        "Trips have a NULL driver, vehicle, drop-off or fare; a fare of 0 is a free trip and not NULL.",
        driver="SELECT 1 FROM trips WHERE driver_id IS NULL",
        vehicle="SELECT 1 FROM trips WHERE status = 'completed' AND vehicle_id IS NULL",
        dropoff="SELECT 1 FROM trips WHERE dropoff_zone_id IS NULL",
        fare="SELECT 1 FROM trips WHERE fare_cents IS NULL",
        free="SELECT 1 FROM trips WHERE status = 'completed' AND fare_cents = 0",
    ),
    _quirk(
        "K09",
        "Some cancelled trips carry a fee; one fee is larger than any completed fare.",
        fee="SELECT 1 FROM trips WHERE status = 'cancelled' AND fare_cents > 0",
        no_fee="SELECT 1 FROM trips WHERE status = 'cancelled' AND fare_cents IS NULL",
        largest="SELECT 1 FROM trips WHERE status = 'cancelled' "
        "AND fare_cents > (SELECT max(fare_cents) FROM trips WHERE status = 'completed')",
    ),
    _quirk(
        "K10",
        "Two trips of one rider were requested in the same second.",
        same_second="SELECT 1 FROM trips GROUP BY rider_id, requested_at HAVING count(*) > 1",
        latest="SELECT rider_id FROM trips GROUP BY rider_id, requested_at HAVING count(*) > 1 "
        "AND requested_at = (SELECT max(t.requested_at) FROM trips t WHERE t.rider_id = trips.rider_id)",
    ),
    _quirk(
        "K11",
        "What stands at the top is tied: the tenth and the eleventh dearest trip cost the same.",
        cut="SELECT fare_cents FROM (SELECT fare_cents FROM trips WHERE status = 'completed' "
        "AND fare_cents IS NOT NULL ORDER BY 1 DESC LIMIT 2 OFFSET 9) GROUP BY 1 HAVING count(*) = 2",
    ),
    _quirk(
        "K12",
        "Payments fail and then succeed, are captured twice or too high, refunded, only authorized or missing; "
        "cash has no provider reference.",
        retried=f"{_PER_TRIP} sum(status = 'failed') > 0 AND sum(status = 'captured') > 0",
        only_failed=f"{_PER_TRIP} sum(status = 'failed') = count(*)",
        twice=f"{_PER_TRIP} sum(status = 'captured') > 1",
        partly_refunded=f"{_REFUNDED} WHERE payments.status = 'refunded' GROUP BY trip_id HAVING -back < fare_cents",
        refunded=f"{_REFUNDED} WHERE payments.status = 'refunded' GROUP BY trip_id HAVING -back = fare_cents",
        only_authorized=f"{_PER_TRIP} sum(status = 'authorized') = count(*)",
        overpaid="SELECT 1 FROM payments p JOIN trips USING (trip_id) WHERE p.status = 'captured' "
        "AND amount_cents > fare_cents",
        missing="SELECT trip_id FROM trips WHERE status = 'completed' AND fare_cents > 0 EXCEPT "
        "SELECT trip_id FROM payments",
        free_and_unpaid="SELECT trip_id FROM trips WHERE status = 'completed' AND fare_cents = 0 EXCEPT "
        "SELECT trip_id FROM payments",
        no_reference="SELECT 1 FROM payments WHERE provider_ref IS NULL",
    ),
    _quirk(
        "K13",
        "A trip has no rating, one or two; comments are NULL, empty or blank, or hold %, _, ' or a backslash.",
        none="SELECT trip_id FROM trips WHERE status = 'completed' EXCEPT SELECT trip_id FROM ratings",
        one="SELECT 1 FROM ratings GROUP BY trip_id HAVING count(*) = 1",
        both="SELECT 1 FROM ratings GROUP BY trip_id HAVING count(*) = 2",
        missing="SELECT 1 FROM ratings WHERE comment IS NULL",
        empty="SELECT 1 FROM ratings WHERE comment = ''",
        percent="SELECT 1 FROM ratings WHERE instr(comment, '%') > 0",
        underscore="SELECT 1 FROM ratings WHERE instr(comment, '_') > 0",
        quote="SELECT 1 FROM ratings WHERE instr(comment, '''') > 0",
        backslash="SELECT 1 FROM ratings WHERE instr(comment, '\\') > 0",
    ),
    _quirk(
        "K14",
        "Tickets name a trip that does not exist or none at all; some are anonymous.",
        dangling="SELECT trip_id FROM support_tickets WHERE trip_id > 0 EXCEPT SELECT trip_id FROM trips",
        no_trip="SELECT 1 FROM support_tickets WHERE trip_id IS NULL",
        anonymous="SELECT 1 FROM support_tickets WHERE rider_id IS NULL",
    ),
    _quirk(
        "K15",
        "There are three time zones, and trips across midnight, month end and both changes of the clock.",
        third_zone="SELECT DISTINCT tz FROM trips JOIN zones ON zone_id = pickup_zone_id LIMIT 1 OFFSET 2",
        midnight="SELECT 1 FROM trips WHERE substr(requested_at, 1, 10) < substr(finished_at, 1, 10)",
        month_end="SELECT 1 FROM trips WHERE substr(requested_at, 1, 7) < substr(finished_at, 1, 7)",
        spring_new_york=_spring_or_autumn("2025-03-09T07:00:00Z", "America/New_York"),
        spring_lisbon=_spring_or_autumn("2025-03-30T01:00:00Z", "Europe/Lisbon"),
        autumn_lisbon=_spring_or_autumn("2025-10-26T01:00:00Z", "Europe/Lisbon"),
        autumn_new_york=_spring_or_autumn("2025-11-02T06:00:00Z", "America/New_York"),
    ),
    _quirk(
        "K16",
        "Shifts of one driver overlap, touch, lie inside each other, or never end.",
        overlap=f"{_SHIFT_PAIR} a.started_at < b.started_at AND b.started_at < a.ended_at AND a.ended_at < b.ended_at",
        touch=f"{_SHIFT_PAIR} a.ended_at = b.started_at",
        nest=f"{_SHIFT_PAIR} a.started_at < b.started_at AND b.ended_at < a.ended_at",
        open="SELECT 1 FROM driver_shifts WHERE ended_at IS NULL",
        open_then_another=f"{_SHIFT_PAIR} a.ended_at IS NULL AND a.started_at < b.started_at",
    ),
    _quirk(
        "K17",
        "Promos take off a percentage or an amount; they are open-ended, not yet valid, expired, used up or unused.",
        percent="SELECT 1 FROM promo_codes WHERE percent_off IS NOT NULL",
        amount="SELECT 1 FROM promo_codes WHERE amount_off_cents IS NOT NULL",
        open_ended="SELECT 1 FROM promo_codes WHERE ends_at IS NULL",
        not_yet_valid=f"SELECT 1 FROM promo_codes WHERE starts_at > {_LAST_REQUEST}",  # noqa: S608
        expired=f"SELECT 1 FROM promo_codes WHERE ends_at < {_LAST_REQUEST}",  # noqa: S608
        used_up="SELECT 1 FROM promo_codes p WHERE max_uses = (SELECT count(*) FROM trips t "
        "WHERE t.promo_id = p.promo_id AND t.status = 'completed')",
        unused="SELECT promo_id FROM promo_codes EXCEPT SELECT promo_id FROM trips",
    ),
    _quirk(
        "K18",
        "Names have apostrophes, accents, letters of other scripts, and outer spaces; so may names in requests.",
        apostrophe="SELECT 1 FROM riders WHERE instr(full_name, '''') > 0",
        accent="SELECT 1 FROM riders WHERE full_name GLOB '*[à-ÿĀ-ž]*'",
        script="SELECT 1 FROM riders WHERE full_name GLOB '*[一-鿿]*'",
        spaces="SELECT 1 FROM riders WHERE full_name <> trim(full_name)",
    ),
    _quirk(
        "K19",
        "The alphabetical order of priorities and statuses is not their real order: high < low, completed < requested.",
        high="SELECT 1 FROM support_tickets WHERE priority = 'high'",
        low="SELECT 1 FROM support_tickets WHERE priority = 'low'",
        completed="SELECT 1 FROM trips WHERE status = 'completed'",
        requested="SELECT 1 FROM trips WHERE status = 'requested'",
    ),
    _quirk(
        "K20",
        "Some trips have no distance. Very large integers and NaN come in requests only, never in these tables.",
        zero="SELECT 1 FROM trips WHERE status = 'completed' AND distance_m = 0",
    ),
)

QUIRKS = {quirk.id: quirk for quirk in _ALL}
