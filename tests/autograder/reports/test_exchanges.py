"""An exchange reads as the two messages that went over the wire."""

from __future__ import annotations

import pytest

from autograder.reports.exchanges import sides_of
from autograder.results import Table
from autograder.web.message import Request, Response
from autograder.web.transcript import Exchange, transcript_table


def body_lines(body: str) -> list[str]:
    table = Table("Exchange", ("", "sent", "received"), (("body", body, ""),), 1, (), "exchange")
    return [line.text for line in sides_of(table)[0].lines]


def test_it_reads_what_a_transcript_writes() -> None:
    """First line, headers, an empty line, the body; what is missing is marked."""
    request = Request.of("POST", "/trips", {"Host": "a.test", "Content-Type": "application/json"}, b'{"from": "A"}')
    response = Response(200, (("Content-Type", "text/plain"),), b"made")
    table = transcript_table(Exchange(request, response), {"status"}, ["Location"])
    sent, received = sides_of(table)
    assert [line.text for line in sent.lines][:2] == ["POST /trips", "Content-Type: application/json"]
    assert [line.text for line in sent.lines][2:] == ["", "{", '  "from": "A"', "}"]
    assert [line.text for line in received.lines if line.marked] == ["200 OK", "Location: (missing)"]
    assert received.lines[-1].text == "made"


@pytest.mark.parametrize("body", ['{"a": 1, "a": 2}', "[1.00]", '"é\\u00e9"', "no json", "1e999", '{"a": "b  c"}'])
def test_a_body_is_spread_only_if_that_changes_nothing(body: str) -> None:
    """Not the digits of a number, not a name that stands there twice, not an escape."""
    assert "".join("".join(body_lines(body)).split()) == "".join(body.split())


def test_the_line_feed_at_the_end_of_a_body_is_left_out() -> None:
    """Frameworks add one; transcripts write it as an escape."""
    assert body_lines('{"a": 1}\\n') == ["", "{", '  "a": 1', "}"]


def test_there_is_an_end_to_it() -> None:
    """However many lines a body has."""
    assert len(body_lines("\n" * 10_000)) == 60
