"""SMS: a few messages a minute."""

import pytest
import requests
from hopline.partners import Sms

from autograder.web import Service, VirtualClock

MESSAGE = {"to": "+351210000001", "text": "Your driver is here."}


@pytest.fixture(autouse=True)
def in_process(monkeypatch):
    """No sockets."""
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "in-process")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({}, "invalid_number"),
        ({**MESSAGE, "to": "351210000001"}, "invalid_number"),
        ({**MESSAGE, "to": "+351 210"}, "invalid_number"),
        ({**MESSAGE, "to": 351210000001}, "invalid_number"),
        ({**MESSAGE, "text": ""}, "invalid_text"),
        ({**MESSAGE, "text": "x" * 161}, "invalid_text"),
        ({**MESSAGE, "text": None}, "invalid_text"),
    ],
)
def test_what_cannot_be_sent_is_turned_down(message, code):
    """And doesn't count towards the limit."""
    sms = Sms()
    with Service(sms).running() as base_url:
        answer = requests.post(f"{base_url}/messages", json=message, timeout=5)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert sms.messages == []


def test_one_number_gets_a_few_messages_a_minute():
    """The answer says how long to wait, and whoever waits that long gets through."""
    clock = VirtualClock()
    sms = Sms(limit=2, now=clock.now)
    with Service(sms, clock=clock).running() as base_url:

        def send(message):
            return requests.post(f"{base_url}/messages", json=message, timeout=5)

        assert send(MESSAGE).json() == {"message_id": "sms_0001", **MESSAGE, "status": "queued"}
        clock.sleep(10)
        assert send(MESSAGE).status_code == 202
        clock.sleep(0.5)
        refused = send(MESSAGE)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "50")
        assert send({**MESSAGE, "to": "+351210000002"}).status_code == 202
        clock.sleep(int(refused.headers["Retry-After"]))
        assert send(MESSAGE).status_code == 202
        assert send(MESSAGE).status_code == 429
    assert [message["message_id"] for message in sms.messages] == ["sms_0001", "sms_0002", "sms_0003", "sms_0004"]
