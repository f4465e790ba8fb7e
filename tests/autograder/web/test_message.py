"""Requests and responses as data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.web import Request, Response

FIELDS = st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=4)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"method": "GET", "target": "/", "headers": [], "body": "!", "at": 0},
        {"method": "GET", "target": "/", "headers": [["a"]], "body": "", "at": 0},
        {"method": "GET", "target": "/", "headers": [["a", 1]], "body": "", "at": 0},
        {"method": "GET", "target": "/", "headers": None, "body": "", "at": 0},
        {"method": "GET", "target": "http://[", "headers": [], "body": "", "at": 0},
        {"method": "GET", "target": "/?" + "a&" * 2_000, "headers": [], "body": "", "at": 0},
        {"method": "GET", "target": "/", "headers": [], "body": "", "at": "soon"},
    ],
)
def test_json_that_is_no_request_is_refused(broken):
    """What another process sends is either a request or one of three errors."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        Request.from_json(broken)


@given(st.text(min_size=1, max_size=20).map(lambda text: "/" + text), FIELDS, st.binary(max_size=30), st.floats(0, 9e9))
def test_a_request_survives_json(target, headers, body, at):
    """Nothing is lost between two processes."""
    request = Request.of("POST", target, headers, body, at)
    assert Request.from_json(request.to_json()) == request


@given(st.integers(100, 599), FIELDS, st.binary(max_size=30))
def test_a_response_survives_json(status, headers, body):
    """Nothing is lost between two processes."""
    response = Response.of(status, headers, body)
    assert Response.from_json(response.to_json()) == response


def test_path_and_query_are_decoded_once():
    """A plus is a space in the query only; empty values and repeats are kept."""
    request = Request.of("GET", "/a+b%2F%C3%A9?from=Old+Town&to=A%26B&x=&x=%252F")
    assert request.path == "/a+b/é"
    assert request.query == (("from", "Old Town"), ("to", "A&B"), ("x", ""), ("x", "%2F"))


@pytest.mark.parametrize(
    ("target", "path"), [("http://h:1/x?q=1", "/x"), ("*", "*"), ("//evil/x", "//evil/x"), ("/", "/")]
)
def test_every_form_of_a_target_has_a_path(target, path):
    """A proxy's absolute URL too; two slashes don't begin a host."""
    assert Request.of("GET", target).path == path


def test_header_names_have_no_case_and_may_repeat():
    """Repeated fields are joined, or listed."""
    response = Response.of(
        200, [("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("Content-Type", "Text/HTML; charset=x")]
    )
    assert response.header("SET-COOKIE") == "a=1, b=2"
    assert response.header_values("set-cookie") == ("a=1", "b=2")
    assert response.header("Link") is None
    assert response.media_type == "text/html"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "nonsense", "rot13", "", "\0"])
def test_text_never_fails(charset):
    """Whatever charset a server invents, there is text to show."""
    assert Response.of(200, {"Content-Type": f"text/plain; charset={charset}"}, "é".encode()).text == "é"
    assert Response.of(200, {"Content-Type": f"text/plain; charset={charset}"}, b"\xff").text == "\ufffd"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_is_a_value_error(body):
    """One error for all of them, however deep."""
    with pytest.raises(ValueError):  # noqa: PT011  json's own words
        Response.of(200, (), body).json()
