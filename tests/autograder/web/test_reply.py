"""What scripts are made of."""

import json

import pytest

from autograder.web import (
    Request,
    Response,
    drop,
    garbage,
    hang,
    html,
    lost,
    malformed,
    ok,
    redirect,
    slow,
    status,
    stream,
    then_ok,
    too_many,
)
from autograder.web.reply import Drop, Garbage, Hang, Lost, Slow, Stream

ASKED = Request.of("GET", "/distance")


@pytest.mark.parametrize("seconds", [0, -1, 31, float("nan")])
def test_a_hang_has_an_end(seconds):
    """Nobody waits for longer than half a minute."""
    with pytest.raises(ValueError, match="0 to 30"):
        hang(seconds)


@pytest.mark.parametrize(
    ("content", "media_type", "body"),
    [
        ({"é": [1]}, "application/json", '{"é": [1]}'.encode()),
        (None, "application/json", b"null"),
        ("é", "text/plain", "é".encode()),
        (b"\x00", "application/octet-stream", b"\x00"),
    ],
)
def test_ok_says_what_it_sends(content, media_type, body):
    """Bytes as they are, text as text, anything else as JSON."""
    response = ok(content)(ASKED)
    assert isinstance(response, Response)
    assert (response.status, response.media_type, response.body) == (200, media_type, body)


def test_the_author_has_the_last_word_on_headers():
    """A content type that was given isn't given twice."""
    response = ok(b"x", 201, {"content-type": "image/png", "ETag": '"1"'})(ASKED)
    assert response == Response(201, (("content-type", "image/png"), ("ETag", '"1"')), b"x")


def test_statuses_come_with_or_without_a_body():
    """None means an empty body, and not JSON's null."""
    assert status(503)(ASKED) == Response(503, (), b"")
    assert status(404, {"error": "unknown"})(ASKED).json() == {"error": "unknown"}


@pytest.mark.parametrize(
    ("wish", "sent"), [(2, "2"), ("Tue, 04 Mar 2025 09:00:10 GMT", "Tue, 04 Mar 2025 09:00:10 GMT")]
)
def test_too_many_says_when_to_come_back(wish, sent):
    """In seconds, or as a date, or not at all."""
    assert too_many(wish)(ASKED).header("Retry-After") == sent
    assert too_many(None)(ASKED).header("Retry-After") is None


def test_malformed_json_calls_itself_json():
    """It has the right status and type, and breaks off."""
    response = malformed()(ASKED)
    assert (response.status, response.media_type) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_other_answers_and_faults_are_what_they_are_called():
    """One line each, as an author reads them."""
    assert html()(ASKED).media_type == "text/html"
    assert redirect("/x", 307)(ASKED) == Response(307, (("Location", "/x"),), b"")
    assert drop()(ASKED) == Drop()
    assert garbage(b"?")(ASKED) == Garbage(b"?")
    assert hang(5)(ASKED) == Hang(5)
    assert stream(b"ab", 3, 9)(ASKED) == Stream(200, (("Content-Length", "9"),), b"ab", 3)
    assert slow(9)(ASKED) == Slow(9, ...)
    assert isinstance(lost()(ASKED), Lost)
    assert [step is ... or step(ASKED) for step in then_ok(drop(), ..., json=1)] == [Drop(), True, ok(1)(ASKED)]
