"""An exchange is shown side by side, whole, cut where long, and with nothing in it that could act on the page."""

import pytest

from autograder.display import table_html
from autograder.errors import CheckFailed
from autograder.web.message import Request, Response
from autograder.web.transcript import Exchange, body_text, conversation_table, transcript_table

ASKED = Request.of("POST", "/trips?a=1", [("Host", "api.hopline.test"), ("Content-Type", "application/json")], b"{}")
JSON = [("Content-Type", "application/json")]


def made(status=201, headers=JSON, body=b'{"a": 1}', **more):
    return Exchange(ASKED, Response.of(status, headers, body), **more)


def rows(exchange, marks=(), missing=()):
    table = transcript_table(exchange, marks, missing)
    assert table.columns == ("", "sent", "received")
    assert table.total == len(table.rows)
    return {row[0]: row[1:] for row in table.rows}, [table.rows[at][0] for at in table.marks]


def test_sent_and_received_stand_side_by_side():
    found, marked = rows(made(number=3))
    assert found == {
        "first line": ("POST /trips?a=1", "201 Created"),
        "Content-Type": ("application/json", "application/json"),
        "body": ("{}", '{"a": 1}'),
    }
    assert marked == []
    assert transcript_table(made(number=3)).caption == "Exchange 3"


def test_rows_at_fault_are_marked_and_missing_headers_shown():
    found, marked = rows(made(), {"status", "Content-TYPE", "body"}, ["Location"])
    assert found["Location"] == ("", "(missing)")
    assert marked == ["first line", "Location", "Content-Type", "body"]


def test_plumbing_is_left_out_unless_it_is_at_fault():
    headers = [*JSON, ("Content-Length", "8"), ("Server", "x")]
    assert "Content-Length" not in rows(made(headers=headers))[0]
    assert rows(made(headers=headers), {"content-length"})[0]["Content-Length"] == ("", "8")


def test_a_header_that_comes_twice_has_two_rows():
    table = transcript_table(made(headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]))
    assert [row[2] for row in table.rows if row[0] == "Set-Cookie"] == ["a=1", "b=2"]


def test_without_an_answer_the_problem_and_the_log_are_shown():
    found, marked = rows(Exchange(ASKED, None, error="It hung.", log="a\nb\nlast line\n"))
    assert found["first line"] == ("POST /trips?a=1", "no answer")
    assert found["problem"] == ("", "It hung.")
    assert found["error log"] == ("", "a / b / last line")
    assert marked == ["problem"]


@pytest.mark.parametrize(
    ("headers", "body", "shown"),
    [
        (JSON, b"", ""),
        (JSON, b"x" * 700, "x" * 600 + "… (700 bytes in all)"),
        (JSON, "é".encode() * 700_000, "é" * 600 + "… (1.3 MiB in all)"),
        (JSON, b"a\r\nb", r"a\r\nb"),
        ([("Content-Type", "image/png")], b"\x89PNG\x00", "(5 bytes of image/png)"),
        ([("Content-Type", "application/octet-stream")], b"abc\x00", "(4 bytes of application/octet-stream)"),
        ([], b"\x00\x01", "(2 bytes of binary data)"),
        ([], b"hello", "hello"),
        ([("Content-Type", "text/html")], b"\xff<b>", "\ufffd<b>"),
    ],
)
def test_bodies_are_cut_escaped_or_told_by_size(headers, body, shown):
    assert body_text(Response.of(200, headers, body)) == shown


def test_nothing_in_a_table_acts_on_the_page():
    evil = "<script>alert(1)</script>\x1b[2J\u202e"
    exchange = made(
        headers=[("X-A", evil), ("Content-Type", f"text/html;{evil}")], body=evil.encode(), error=evil, log=evil
    )
    table = transcript_table(exchange)
    html = table_html(table)
    assert "<script" not in html
    assert not any(letter in html for letter in "\x1b\u202e")


def test_a_header_flood_does_not_flood_the_table():
    assert len(transcript_table(made(headers=[(f"X-{n}", "1") for n in range(100)])).rows) < 50


def test_json_that_cannot_be_read_fails_with_the_exchange():
    with pytest.raises(
        CheckFailed, match=r"`POST /trips\?a=1` should answer with JSON; the body \(text/html\)"
    ) as caught:
        made(headers=[("Content-Type", "text/html")], body=b"<!doctype html>").json()
    assert caught.value.tables[0].marks


def test_an_exchange_without_an_answer_fails_whatever_is_asked_of_it():
    empty = Exchange(ASKED, None, error="It hung.")
    for ask in ("status", "headers", "body", "text", "media_type", "location"):
        with pytest.raises(CheckFailed, match="It hung") as caught:
            getattr(empty, ask)
        assert caught.value.ran is False
    assert repr(empty) == "<Exchange 0: POST /trips?a=1 -> no answer>"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/trips/7", "http://api.hopline.test/trips/7"),
        ("trips/7", "http://api.hopline.test/trips/7"),
        ("https://api.hopline.test/trips/7", "https://api.hopline.test/trips/7"),
        ("", ""),
    ],
)
def test_a_location_becomes_an_absolute_url(location, url):
    assert made(headers=[("Location", location)]).location == url


def test_a_conversation_is_a_row_for_each_exchange():
    table = conversation_table([made(number=n) for n in range(1, 61)], {60})
    assert len(table.rows) == 40
    assert table.total == 60
    assert table.marks == (39,)
