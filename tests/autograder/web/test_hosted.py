"""Calling the author's own WSGI apps."""

import pytest

from autograder.web import Request, Response
from autograder.web.hosted import call_wsgi, environ


def test_an_app_that_never_starts_is_an_error():
    """It is the author's mistake, and named."""
    with pytest.raises(ValueError, match="start_response"):
        call_wsgi(lambda environ, start: [b"x"], Request.of("GET", "/"))


def test_what_an_app_raises_comes_through_and_its_body_is_closed():
    """The caller decides what becomes of it."""

    class Body:
        closed = False

        def __iter__(self):
            yield b"x"
            raise KeyError("x")

        def close(self):
            self.closed = True

    body = Body()
    with pytest.raises(KeyError):
        call_wsgi(lambda environ, start: body, Request.of("GET", "/"))
    assert body.closed


def test_every_way_of_giving_a_body_counts():
    """Written, listed, or made by a generator that starts late."""

    def writes(environ, start):
        start("201 Created", [("A", "b")])(b"x")
        return [b"y", b"z"]

    def late(environ, start):
        start("200 OK", [])
        yield b"xyz"

    assert call_wsgi(writes, Request.of("GET", "/")) == Response(201, (("A", "b"),), b"xyz")
    assert call_wsgi(late, Request.of("GET", "/")) == Response(200, (), b"xyz")


def test_the_environ_says_what_was_sent():
    """Path in bytes of UTF-8, query as it stands, fields joined; an underscore doesn't pass for a dash."""
    headers = [
        ("Host", "h:81"),
        ("Content-Type", "a/b"),
        ("X-A", "1"),
        ("x-a", "2"),
        ("X_A", "3"),
        ("Content-Length", "2"),
    ]
    said = environ(Request.of("POST", "/%C3%A9%2Fx?a=%20", headers, b"hi"))
    assert said["PATH_INFO"].encode("latin-1").decode() == "/é/x"
    assert (said["QUERY_STRING"], said["CONTENT_TYPE"], said["CONTENT_LENGTH"]) == ("a=%20", "a/b", "2")
    assert (said["HTTP_X_A"], said["SERVER_NAME"], said["SERVER_PORT"]) == ("1, 2", "h", "81")
    assert said["wsgi.input"].read() == b"hi"


@pytest.mark.parametrize(
    ("target", "path", "query"), [("http://h/x?y=1", "/x", "y=1"), ("*", "*", ""), ("http://h", "/", "")]
)
def test_other_forms_of_a_target_have_a_path(target, path, query):
    """Also without a Host field."""
    said = environ(Request.of("GET", target))
    assert (said["PATH_INFO"], said["QUERY_STRING"], said["SERVER_NAME"]) == (path, query, "localhost")
