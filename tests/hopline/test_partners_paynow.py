"""PayNow: takes money once."""

from datetime import UTC, datetime

import pytest
import requests
from hopline.partners import PayNow

from autograder.web import Service, lost

CHARGE = {"trip_id": 7, "amount_cents": 1_250}


@pytest.fixture
def serve(monkeypatch):
    """Start PayNow without sockets; return its base URL."""
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "in-process")
    running = []

    def start(paynow, script=None):
        running.append(Service(paynow, script=script, host="pay.test").running())
        return running[-1].__enter__()

    yield start
    for service in running:
        service.__exit__(None, None, None)


def post(base_url, charge=CHARGE, key=None):
    headers = {} if key is None else {"Idempotency-Key": key}
    return requests.post(f"{base_url}/charges", json=charge, headers=headers, timeout=5)


@pytest.mark.parametrize(
    ("charge", "code"),
    [
        ({}, "invalid_trip"),
        ({**CHARGE, "trip_id": "7"}, "invalid_trip"),
        ({**CHARGE, "trip_id": True}, "invalid_trip"),
        ({**CHARGE, "amount_cents": 12.5}, "invalid_amount"),
        ({**CHARGE, "amount_cents": 1250.0}, "invalid_amount"),
        ({**CHARGE, "amount_cents": 0}, "invalid_amount"),
        ({**CHARGE, "amount_cents": -5}, "invalid_amount"),
        ({**CHARGE, "amount_cents": 10**9}, "invalid_amount"),
        ({**CHARGE, "card": 4}, "invalid_card"),
    ],
)
def test_money_is_whole_cents(serve, charge, code):
    """Whatever else is turned down, and nothing is taken."""
    paynow = PayNow()
    answer = post(serve(paynow), charge)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert paynow.charges == []


def test_a_declined_card_stays_declined(serve):
    """The answer is kept under its key like any other."""
    paynow = PayNow()
    base_url = serve(paynow)
    answers = [post(base_url, {**CHARGE, "card": "card_declined"}, "k").status_code for _ in range(2)]
    assert (answers, paynow.charges) == ([402, 402], [])


def test_one_key_is_one_charge(serve):
    """However often it is sent, and in whatever order its fields stand."""
    paynow = PayNow(now=lambda: datetime(2025, 3, 4, 10, tzinfo=UTC))
    base_url = serve(paynow)
    first, again = post(base_url, key="k"), post(base_url, dict(reversed(CHARGE.items())), key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() == paynow.charges[0]
    assert first.json()["created_at"] == "2025-03-04T10:00:00Z"
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert requests.get(base_url + first.headers["Location"], timeout=5).json() == first.json()
    assert paynow.charged_cents(7) == 1_250


def test_without_a_key_money_is_taken_each_time(serve):
    """That is what keys are for."""
    paynow = PayNow()
    base_url = serve(paynow)
    assert [post(base_url).status_code, post(base_url).status_code] == [201, 201]
    assert paynow.charged_cents(7) == 2_500


@pytest.mark.parametrize("other", [{"amount_cents": 1_251}, {"trip_id": 8}, {"card": "card_2"}])
def test_a_key_belongs_to_its_first_body(serve, other):
    """Another body under the same key is an error of the client's."""
    base_url = serve(PayNow())
    post(base_url, key="k")
    answer = post(base_url, {**CHARGE, **other}, key="k")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "key_reused")


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_a_fair_length(serve, key):
    """Neither none nor endless."""
    assert post(serve(PayNow()), key=key).status_code == 400


def test_a_repeat_may_come_too_early(serve):
    """409 while the first request is being worked on, then its answer."""
    base_url = serve(PayNow(busy=2))
    answers = [post(base_url, key="k") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 409, 409, 201]
    assert answers[1].headers["Retry-After"] == "1"


def test_a_lost_answer_can_be_asked_for_again(serve):
    """The charge was made; with the same key it is found, not repeated."""
    paynow = PayNow()
    base_url = serve(paynow, {("POST", "/charges"): [lost(), ...]})
    with pytest.raises(requests.ConnectionError):
        post(base_url, key="k")
    assert post(base_url, key="k").json() == paynow.charges[0]
    assert len(requests.get(f"{base_url}/charges?trip_id=7", timeout=5).json()["charges"]) == 1
    assert requests.get(f"{base_url}/charges?trip_id=8", timeout=5).json() == {"charges": []}
    assert requests.get(f"{base_url}/charges/ch_0009", timeout=5).status_code == 404


def test_the_token_is_asked_for_where_there_is_one(serve):
    """On every resource, with a 401 that says how."""
    base_url = serve(PayNow(token="t-1"))
    for path in ("/charges", "/charges/ch_0001", "/payments"):
        refused = requests.get(base_url + path, timeout=5)
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert post(base_url).status_code == 401
    assert requests.get(f"{base_url}/payments", headers={"Authorization": "Bearer t-1"}, timeout=5).ok


def test_links_lead_through_all_payments(serve):
    """Page by page, in order, each once; numbers of pages are ignored."""
    paynow = PayNow(past=25, per_page=10)
    base_url = serve(paynow)
    url, pages = f"{base_url}/payments?page=3", []
    while url:
        answer = requests.get(url, timeout=5)
        pages.append(answer.json()["payments"])
        url = answer.links.get("next", {}).get("url")
    assert [len(page) for page in pages] == [10, 10, 5]
    assert [payment for page in pages for payment in page] == paynow.payments
    assert paynow.payments == PayNow().payments != PayNow(seed=2).payments


@pytest.mark.parametrize("cursor", ["", "2", "****", "ZnJvbTotMQ", "ZnJvbTrCsg", "é"])
def test_cursors_are_made_by_the_server_only(serve, cursor):
    """A guess is refused."""
    assert requests.get(f"{serve(PayNow())}/payments", params={"cursor": cursor}, timeout=5).status_code == 400
