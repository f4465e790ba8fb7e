"""Where Hopline works: three cities and their zones."""

from hopline._rows import Zone

LISBON, NEW_YORK, ISTANBUL = "Europe/Lisbon", "America/New_York", "Europe/Istanbul"
AIRPORT = 5

ZONES = (
    Zone(1, "LIS", "Lisbon", "city", None, LISBON, 10_000),
    Zone(2, "LIS-C", "Lisbon Centre", "district", 1, LISBON, 10_000),
    Zone(3, "LIS-C-BAI", "Baixa", "zone", 2, LISBON, 12_500),
    Zone(4, "LIS-C-ALF", "Alfama", "zone", 2, LISBON, 10_000),
    Zone(AIRPORT, "LIS-AIR", "Airport LIS", "zone", 1, LISBON, 15_000),
    Zone(6, "NYC", "New York", "city", None, NEW_YORK, 10_000),
    Zone(7, "NYC-M", "Manhattan", "district", 6, NEW_YORK, 10_000),
    Zone(8, "NYC-M-SOH", "SoHo", "zone", 7, NEW_YORK, 20_000),
    Zone(9, "NYC-M-HAR", "Harlem", "zone", 7, NEW_YORK, 10_000),
    Zone(10, "IST", "Istanbul", "city", None, ISTANBUL, 10_000),
    Zone(11, "IST-KAD", "Kadıköy", "zone", 10, ISTANBUL, 11_000),
    Zone(12, "IST-OLD", "Old depot", "zone", 10, ISTANBUL, 10_000),  # K04: never used
)

# A code is a label, not the structure: these lie below Lisbon without its prefix, or carry the prefix without it.
DEEP_ZONES = (
    Zone(13, "BAIXA-N", "Baixa north", "zone", 3, LISBON, 10_000),
    Zone(14, "BN-1", "Baixa north, first row", "zone", 13, LISBON, 10_000),
    Zone(15, "LISBURN", "Lisburn", "city", None, "Europe/London", 10_000),
    Zone(16, "LISBURN-E", "Lisburn east", "zone", 15, "Europe/London", 10_000),
)

SURGE_BP = {zone.zone_id: zone.surge_bp for zone in ZONES}
CITY_OF = {zone.zone_id: zone.tz for zone in ZONES}  # a city is named by its time zone

# Baixa is written more often because it is the busiest zone by far: on the daily data the top zone stands alone.
BUSY_PICKUPS = (3, 3, 3, 3, 3, 3, 4, 4, 5, 5, 8, 8, 8, 9, 9, 11, 11)
EVEN_PICKUPS = (3, 4, 5, 8, 9, 11)

# Nobody is set down in Harlem; in the one-way data sets not at the airport either.
DROPOFFS = {LISBON: (3, 4, 5), NEW_YORK: (8,), ISTANBUL: (11,)}
ONE_WAY_DROPOFFS = {LISBON: (3, 4), NEW_YORK: (8,), ISTANBUL: (11,)}

# The first second of summer or winter time in 2025, UTC. Istanbul keeps one time all year.
CLOCK_CHANGES = {
    "2025-03-09T07:00:00Z": NEW_YORK,
    "2025-03-30T01:00:00Z": LISBON,
    "2025-10-26T01:00:00Z": LISBON,
    "2025-11-02T06:00:00Z": NEW_YORK,
}
