"""From answers to bytes."""

import pytest

from autograder.web import Response
from autograder.web.outgoing import is_sendable, pieces
from autograder.web.reply import Drop, Garbage, Hang, Stream


@pytest.mark.parametrize(
    "response",
    [
        Response.of(99),
        Response.of(101),
        Response.of(600),
        Response.of(200, {"A": "b\r\nC: d"}),
        Response.of(200, {"A": "b\x00"}),
        Response.of(200, {"A": "€"}),
        Response.of(200, {"A b": "c"}),
        Response.of(200, {"": "c"}),
    ],
)
def test_what_would_break_the_wire_is_not_sendable(response):
    """An author's mistake must not turn into another answer than was meant."""
    assert not is_sendable(response)


def test_common_responses_are_sendable():
    """Latin-1 is what a field may hold; an empty value, too."""
    assert is_sendable(Response.of(299, {"X-Name": "é", "Empty": ""}))


def test_an_answer_says_where_it_ends():
    """Every connection carries one answer; its length is given unless the author lies about it."""
    assert b"".join(pieces(Response.of(200, {"Connection": "keep-alive"}, b"hi"), "GET")) == (
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
    )
    assert b"Content-Length: 9" in b"".join(pieces(Response.of(200, {"Content-Length": "9"}, b"hi"), "GET"))


@pytest.mark.parametrize(
    ("response", "method"), [(Response.of(204, (), b"x"), "GET"), (Response.of(200, (), b"x"), "HEAD")]
)
def test_some_answers_have_no_body(response, method):
    """Whatever the app gave."""
    assert b"".join(pieces(response, method)).endswith(b"\r\n\r\n")


def test_an_unknown_status_has_a_reason_all_the_same():
    """Clients want three parts in a status line."""
    assert next(pieces(Response.of(299), "GET")).startswith(b"HTTP/1.1 299 Unknown\r\n")


def test_long_bodies_go_out_piece_by_piece():
    """Nothing is lost or doubled at the seams."""
    body = bytes(range(256)) * 1_000
    parts = list(pieces(Response.of(200, (), body), "GET"))
    assert len(parts) == 4
    assert b"".join(parts).endswith(body)


def test_a_stream_is_made_on_the_way():
    """However long it is, only what is taken is made."""
    parts = pieces(Stream(200, (), b"x" * 1_000, 10**9), "GET")
    assert b"Content-Length" not in next(parts)
    assert next(parts) == b"x" * 1_000


def test_faults_send_what_they_are():
    """Nothing, or bytes that aren't HTTP."""
    assert list(pieces(Drop(), "GET")) == []
    assert list(pieces(Hang(5), "GET")) == []
    assert list(pieces(Garbage(b"?"), "GET")) == [b"?"]
