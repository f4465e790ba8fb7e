"""Reading requests: above all those that are none."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.web.incoming import MOST_BODY, MOST_FIELDS, MOST_HEAD, MOST_LINE, RefusedError, read_request


def read(raw: bytes):
    return read_request(io.BytesIO(raw), lambda: 7.0)


REFUSED = {
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00", 400),
    "empty line": (b"\r\n\r\n", 400),
    "no version": (b"GET /\r\n\r\n", 400),
    "http/2": (b"GET / HTTP/2.0\r\n\r\n", 400),
    "preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "space in the target": (b"GET /a b HTTP/1.1\r\n\r\n", 400),
    "not ASCII": ("GET /é HTTP/1.1\r\n\r\n".encode(), 400),
    "control character": (b"GET /\x00 HTTP/1.1\r\n\r\n", 400),
    "broken host": (b"GET http://[ HTTP/1.1\r\n\r\n", 400),
    "thousands of parameters": (b"GET /?" + b"a&" * 1_100 + b" HTTP/1.1\r\n\r\n", 400),
    "cut in the first line": (b"GET / HT", 400),
    "cut in the headers": (b"GET / HTTP/1.1\r\nHost: a", 400),
    "no empty line": (b"GET / HTTP/1.1\r\nHost: a\r\n", 400),
    "long line": (b"GET /" + b"a" * MOST_LINE + b" HTTP/1.1\r\n\r\n", 414),
    "folded field": (b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", 400),
    "space before the colon": (b"GET / HTTP/1.1\r\nA : b\r\n\r\n", 400),
    "field without a colon": (b"GET / HTTP/1.1\r\nA\r\n\r\n", 400),
    "zero byte in a field": (b"GET / HTTP/1.1\r\nA: \x00\r\n\r\n", 400),
    "return in a field": (b"GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n", 400),
    "large fields": (b"GET / HTTP/1.1\r\n" + b"A: " + b"b" * MOST_HEAD + b"\r\n\r\n", 431),
    "many fields": (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * (MOST_FIELDS + 2) + b"\r\n", 431),
    "length and coding": (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "two lengths": (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    "negative length": (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
    "length in other digits": ("POST / HTTP/1.1\r\nContent-Length: ²\r\n\r\n".encode("latin-1"), 400),
    "endless length": (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", 400),
    "large body": (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MOST_BODY + 1), 413),
    "cut in the body": (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab", 400),
    "unknown coding": (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    "broken chunk": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "long chunk": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400),
    "large chunk": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", 413),
    "cut between chunks": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", 400),
    "endless trailer": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: b\r\n" * 200, 431),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_request_is_refused(case):
    """With the status that tells its sender why, and a sentence."""
    raw, status = REFUSED[case]
    with pytest.raises(RefusedError) as refused:
        read(raw)
    assert refused.value.status == status
    assert refused.value.reason.endswith(".")


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda raw: b"POST / HTTP/1.1\r\n" + raw))
def test_no_bytes_at_all_break_the_reader(raw):
    """It reads, refuses, or finds nothing."""
    with contextlib.suppress(RefusedError):
        request = read(raw)
        assert request is None or request.method


def test_silence_is_no_request():
    """A connection that was only opened leaves no trace."""
    assert read(b"") is None


def test_a_request_is_read_to_its_last_byte():
    """Fields in order, the body by its length, and the time once all is here."""
    request = read(b"POST /a?b=c HTTP/1.1\r\nHost: h\r\nX-Y:  z \r\nContent-Length: 2\r\n\r\nhi and more")
    assert (request.method, request.target, request.body, request.at) == ("POST", "/a?b=c", b"hi", 7.0)
    assert request.headers == (("Host", "h"), ("X-Y", "z"), ("Content-Length", "2"))


def test_chunks_are_put_together():
    """Extensions and trailers are read and left aside."""
    raw = b"POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n2;x=y\r\nhi\r\nA\r\n0123456789\r\n0\r\nT: u\r\n\r\n"
    assert read(raw).body == b"hi0123456789"
