"""Maps: distances between places with difficult names."""

from wsgiref.util import setup_testing_defaults

import pytest
import requests
from hopline.partners import Maps

from autograder.web import Service


@pytest.fixture
def base_url(monkeypatch):
    """Maps, without sockets."""
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "in-process")
    with Service(Maps()).running() as base_url:
        yield base_url


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({}, 400, "missing_parameter"),
        ({"from": "Baixa"}, 400, "missing_parameter"),
        ({"from": "", "to": "Baixa"}, 400, "missing_parameter"),
        ({"from": "Baixa", "to": "Atlantis"}, 404, "unknown_place"),
        ({"from": "baixa", "to": "Alfama"}, 404, "unknown_place"),
    ],
)
def test_unknown_places_and_missing_ones_differ(base_url, params, status, code):
    """404 is for a place that isn't known, 400 for a question that isn't one."""
    answer = requests.get(f"{base_url}/distance", params=params, timeout=5)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_every_pair_of_places_has_one_distance(base_url):
    """The same both ways, 0 only from a place to itself, whole metres; names are encoded by whoever asks."""
    maps = Maps()
    for start in maps.places:
        for end in maps.places:
            answer = requests.get(f"{base_url}/distance", params={"from": start, "to": end}, timeout=5).json()
            assert answer == {"distance_m": maps.distance_m(end, start)}
            assert (answer["distance_m"] == 0) == (start == end)


def test_a_url_built_by_hand_goes_wrong(base_url):
    """The names are chosen so that it does."""
    answer = requests.get(f"{base_url}/distance?from=Baixa&to=Salt & Pepper Square", timeout=5)
    assert answer.status_code == 404


def test_other_places_can_be_given():
    """A check may bring its own map; it is a WSGI app like any other."""
    environ = {"PATH_INFO": "/distance", "QUERY_STRING": "from=A&to=B"}
    setup_testing_defaults(environ)
    assert b"".join(Maps({"A": (0, 0), "B": (3, -4)})(environ, lambda *started: None)) == b'{"distance_m": 7}'
