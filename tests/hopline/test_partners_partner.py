"""What all partners share: requests read with suspicion, answers in JSON."""

import io
import json

import pytest
from hopline.partners._partner import MOST_BODY, Answer, Partner


class Echo(Partner):
    """Answers with the JSON that came."""

    def routes(self):
        return {
            "/things": {"POST": lambda call: Answer(200, call.json()), "GET": lambda call: Answer(200, call.query)},
            "/things/*/parts": {"GET": lambda call, thing: Answer(200, b"\x00", {"X-Root": call.root}, thing)},
        }


def ask(partner, method, path, query="", body=b"", media_type="application/json", **headers):
    """Call a WSGI app by hand; return status, headers and body."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": media_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "pay.test",
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    started = []
    content = b"".join(partner(environ, lambda status, fields: started.extend([int(status[:3]), dict(fields)])))
    return started[0], started[1], content


@pytest.mark.parametrize(
    ("request_line", "more", "status", "code"),
    [
        ("GET /", {}, 404, "not_found"),
        ("GET /things/", {}, 404, "not_found"),
        ("DELETE /things", {}, 405, "method_not_allowed"),
        ("POST /things", {"body": b"{"}, 400, "malformed_json"),
        ("POST /things", {"body": b"\xff"}, 400, "malformed_json"),
        ("POST /things", {"body": b"[" * 60_000}, 400, "malformed_json"),
        ("POST /things", {"body": b"[]"}, 400, "malformed_json"),
        ("POST /things", {"body": b"{}", "media_type": "text/plain"}, 415, "unsupported_media_type"),
        ("POST /things", {"body": b" " * (MOST_BODY + 1)}, 413, "too_large"),
    ],
)
def test_what_a_partner_turns_down_has_a_status_and_a_code(request_line, more, status, code):
    """And is JSON, with a sentence."""
    got, headers, body = ask(Echo(), *request_line.split(), **more)
    assert (got, headers["Content-Type"]) == (status, "application/json")
    error = json.loads(body)["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")


def test_a_wrong_method_is_told_the_right_ones():
    """As RFC 9110 asks of a 405."""
    assert ask(Echo(), "PUT", "/things")[1]["Allow"] == "GET, POST"


def test_answers_are_json_or_bytes():
    """Segments of the path become arguments; HEAD has the length and no body."""
    assert json.loads(ask(Echo(), "POST", "/things", body='{"é": 1}'.encode())[2]) == {"é": 1}
    assert json.loads(ask(Echo(), "GET", "/things", "a=1&a=2&b=")[2]) == {"a": "2", "b": ""}
    status, headers, body = ask(Echo(), "GET", "/things/é/parts")
    assert (status, headers["Content-Type"], headers["X-Root"], body) == (200, "é", "http://pay.test", b"\x00")
    status, headers, body = ask(Echo(), "HEAD", "/things", "a=1")
    assert (status, headers["Content-Length"], body) == (200, "10", b"")


def test_a_partner_says_what_it_answers():
    """A subclass without routes is unfinished."""
    with pytest.raises(NotImplementedError):
        ask(Partner(), "GET", "/")
