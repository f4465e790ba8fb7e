"""Maps: how far is it from one place to another?"""

from collections.abc import Callable, Mapping

from hopline.partners._partner import Answer, Call, Partner, Refusal

# Metres east and north of the middle of the map. Some names are hard on whoever builds a URL by hand.
PLACES = {
    "Baixa": (0, 0),
    "Alfama": (950, 240),
    "Airport LIS": (3_400, 6_100),
    "Old Town": (-1_200, 480),
    "Salt & Pepper Square": (610, -1_330),
    "Rua 1º de Maio": (-2_750, -900),
    "Kadıköy": (5_020, -4_470),
    "100% Fit Gym": (1_810, 2_090),
    "A+B Plaza": (-330, 3_600),
    "Why? Café": (2_240, -180),
    "#1 Pier": (-4_150, -2_210),
}


class Maps(Partner):
    """Answers ``GET /distance?from=…&to=…`` with ``{"distance_m": …}``, along streets that run straight.

    Args:
        places: where each place is, in metres east and north.
    """

    def __init__(self, places: Mapping[str, tuple[int, int]] = PLACES) -> None:
        self.places = dict(places)

    def routes(self) -> Mapping[str, Mapping[str, Callable[..., Answer]]]:
        """One resource."""
        return {"/distance": {"GET": self._distance}}

    def distance_m(self, start: str, end: str) -> int:
        """The distance between two places. Raises KeyError for an unknown one."""
        (east, north), (far_east, far_north) = self.places[start], self.places[end]
        return abs(far_east - east) + abs(far_north - north)

    def _distance(self, call: Call) -> Answer:
        for name in ("from", "to"):
            if not call.query.get(name):
                raise Refusal(400, "missing_parameter", f"The parameter {name!r} is missing.")
            if call.query[name] not in self.places:
                raise Refusal(404, "unknown_place", f"No place is called {call.query[name]!r}.")
        return Answer(200, {"distance_m": self.distance_m(call.query["from"], call.query["to"])})
