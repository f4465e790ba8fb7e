"""A decision, and the account of what was sent of it."""

from autograder.web import Request, Response
from autograder.web.handled import Handled
from autograder.web.journal import Entry
from autograder.web.reply import Drop, Stream


def test_what_is_taken_is_counted():
    """Piece by piece; whole only with the last one."""
    entry = Entry(Request.of("GET", "/"))
    spoken = Handled(Stream(200, (), b"abc", 3), entry).spoken()
    head = next(spoken)
    assert (entry.sent, entry.whole) == (len(head), False)
    assert b"".join(spoken) == b"abcabcabc"
    assert (entry.sent, entry.whole) == (len(head) + 9, True)


def test_nothing_sent_is_never_whole():
    """A dropped connection."""
    entry = Entry(Request.of("GET", "/"))
    assert list(Handled(Drop(), entry).spoken()) == []
    assert (entry.sent, entry.whole) == (0, False)


def test_a_head_request_gets_no_body_and_a_refusal_needs_no_entry():
    """The method is the entry's."""
    answer = Response.of(200, (), b"body")
    assert b"".join(Handled(answer, Entry(Request.of("HEAD", "/"))).spoken()).endswith(b"\r\n\r\n")
    assert b"".join(Handled(answer, None).spoken()).endswith(b"body")
