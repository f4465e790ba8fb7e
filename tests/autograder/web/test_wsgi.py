"""A WSGI app is called as a server calls it, and each way of getting it wrong has a sentence of its own."""

import io
import sys

import pytest
from flask import Flask, jsonify, request, send_file
from flask.logging import default_handler

from autograder.web.answer import AppFault, ExchangeLimits, LogText
from autograder.web.message import Request
from autograder.web.wsgi import call_wsgi, environ_of

OK = "200 OK"
TEXT = [("Content-Type", "text/plain")]


def call(app, method="GET", target="/trips/7", headers=(("Host", "api.hopline.test"),), sent=b"", **limits):
    return call_wsgi(app, Request.of(method, target, headers, sent), ExchangeLimits(**limits), LogText(2000))


def fault_of(app, method="GET", **limits):
    with pytest.raises(AppFault) as caught:
        call(app, method, **limits)
    return caught.value


def replying(status=OK, headers=None, body=(b"hello",)):
    def app(environ, start_response):
        start_response(status, TEXT if headers is None else headers)
        return body

    return app


# --- broken apps ----------------------------------------------------------------------------------------------------


def never_starts(environ, start_response):
    return [b"hello"]


def starts_never_and_returns_none(environ, start_response):
    return None


def starts_twice(environ, start_response):
    start_response(OK, TEXT)
    start_response("404 Not Found", TEXT)
    return [b""]


def starts_twice_and_swallows_it(environ, start_response):
    start_response(OK, TEXT)
    try:
        start_response("404 Not Found", TEXT)
    except Exception:
        return [b"fine"]


def raises(environ, start_response):
    return {}["rider_id"]


def exits(environ, start_response):
    sys.exit(3)


def raises_midway(environ, start_response):
    start_response(OK, TEXT)
    yield b"one"
    raise ValueError("two")


def returns_coroutine(environ, start_response):
    async def answer():
        return [b""]

    return answer()


def stream(environ, start_response):
    start_response(OK, TEXT)
    while True:
        yield b"x" * 1000


def writes_for_ever(environ, start_response):
    write = start_response(OK, TEXT)
    while True:
        write(b"x" * 1000)


def in_thread_trouble(environ, start_response):
    raise RuntimeError("SQLite objects created in a thread can only be used in that same thread.")


@pytest.mark.parametrize(
    ("app", "kind", "ran", "words"),
    [
        (never_starts, "not-started", False, "without calling start_response"),
        (starts_never_and_returns_none, "not-started", False, "without calling start_response"),
        (starts_twice, "started-twice", True, "missing `return`"),
        (starts_twice_and_swallows_it, "started-twice", True, "missing `return`"),
        (raises, "raised", False, "KeyError: 'rider_id' (line "),
        (exits, "exited", False, "sys.exit()"),
        (raises_midway, "raised", False, "after it had begun to answer"),
        (returns_coroutine, "no-app", False, "async def app(scope, receive, send)"),
        (stream, "body-size", True, "did not end within 1 MiB"),
        (writes_for_ever, "body-size", True, "did not end within 1 MiB"),
        (in_thread_trouble, "raised", False, "Open a connection for each request"),
        (replying(status=200), "status-line", True, 'text such as "200 OK"; the app gave an int: `200`'),
        (replying(status=b"200 OK"), "status-line", True, "a bytes"),
        (replying(status="200"), "status-line", True, "three digits, a space and a reason"),
        (replying(status="OK"), "status-line", True, "three digits"),
        (replying(status="200 OK\r\nSet-Cookie: a=b"), "status-line", True, "three digits"),
        (replying(status="999 Wow"), "status-line", True, "between 200 and 599"),
        (replying(status="100 Continue"), "status-line", True, "between 200 and 599"),
        (replying(headers={"Content-Type": "text/plain"}), "header", True, "a list of pairs; the app gave a dict"),
        (replying(headers=["Content-Type"]), "header", True, "pairs of name and value"),
        (replying(headers=[("A", 7)]), "header", True, "must be text (str); the app gave an int"),
        (replying(headers=[(b"A", "7")]), "header", True, "must be text (str); the app gave a bytes"),
        (replying(headers=[("A b", "7")]), "header", True, "can't be a header's name"),
        (replying(headers=[("X-Name", "a\r\nSet-Cookie: admin=1")]), "header-injection", True, "line break"),
        (replying(headers=[("X-Name", "a\0")]), "header-injection", True, "control character"),
        (replying(headers=[("X-Name", "Łódź")]), "header", True, "can't carry"),
        (replying(headers=[(f"X-{n}", "1") for n in range(200)]), "header-flood", True, "more than 100"),
        (replying(headers=[("X", "1" * 70_000)]), "header-flood", True, "64 KiB"),
        (replying(body="hello"), "body-type", True, "such as `[body]`; it returned a str"),
        (replying(body=b"hello"), "body-type", True, "such as `[body]`; it returned a bytes"),
        (replying(body=None), "body-type", True, "it returned None"),
        (replying(body=7), "body-type", True, "it returned an int"),
        (replying(body=["hello"]), "body-type", True, "Encode text first"),
        (replying(body=[b"a", {"a": 1}]), "body-type", True, "holds a dict"),
        (replying(status="204 No Content"), "no-content", True, "204 No Content has no body, but the app sent 5 bytes"),
        (replying(status="304 Not Modified"), "no-content", True, "has no body"),
        (replying(headers=[("Content-Length", "4")]), "content-length", True, "says 4, the body has 5 bytes"),
        (replying(headers=[("Content-Length", "999999999")]), "content-length", True, "says 999999999"),
        (replying(headers=[("Content-Length", "five")]), "content-length", True, "says five"),
        (replying(headers=[("Content-Length", "5"), ("content-length", "6")]), "content-length", True, "5, 6"),
    ],
)
def test_a_broken_app_gets_one_clear_sentence(app, kind, ran, words):
    fault = fault_of(app)
    assert (fault.kind, fault.ran) == (kind, ran)
    assert words in fault.text
    assert "\r" not in fault.text
    assert "\n" not in fault.text


def test_a_body_in_answer_to_head_is_named():
    fault = fault_of(replying(), "HEAD")
    assert fault.kind == "head-body"
    assert "5 bytes of body in answer to HEAD" in fault.text


def test_what_had_come_before_the_fault_is_kept_as_evidence():
    fault = fault_of(raises_midway)
    assert fault.response.status == 200
    assert fault.response.body == b"one"
    assert len(fault_of(stream, body=5000).response.body) == 5000


def test_an_exception_that_cannot_be_printed_does_no_harm():
    class Nasty(Exception):
        def __str__(self):
            raise RuntimeError

    def app(environ, start_response):
        raise Nasty

    assert "raised Nasty" in fault_of(app).text


@pytest.mark.parametrize("body", [[b"one"], [7]])
def test_close_is_called_whatever_happens(body):
    closed = []

    class Parts(list):
        def close(self):
            closed.append(True)

    try:
        call(replying(body=Parts(body)))
    except AppFault:
        assert body == [7]
    assert closed == [True]


def test_an_exception_in_close_is_the_apps():
    class Parts(list):
        def close(self):
            raise OSError("the database is gone")

    assert "OSError: the database is gone" in fault_of(replying(body=Parts([b"a"]))).text


# --- apps that are right, in their own ways -------------------------------------------------------------------------


def test_a_generator_answers():
    def app(environ, start_response):
        start_response(OK, TEXT)
        yield b"one"
        yield b""
        yield b"two"

    assert call(app).body == b"onetwo"


def test_a_class_is_an_app_as_pep_3333_shows_it():
    class App:
        def __init__(self, environ, start_response):
            self.start = start_response

        def __iter__(self):
            self.start(OK, TEXT)
            yield b"hello"

    assert call(App).body == b"hello"


def test_the_old_write_works():
    def app(environ, start_response):
        start_response(OK, TEXT)(b"one")
        return [b"two"]

    assert call(app).body == b"onetwo"


def test_exc_info_replaces_a_status_that_was_not_sent():
    def app(environ, start_response):
        start_response(OK, TEXT)
        try:
            1 / 0  # noqa: B018
        except ZeroDivisionError:
            start_response("500 Internal Server Error", TEXT, sys.exc_info())
        return [b"sorry"]

    assert call(app).status == 500


def test_exc_info_after_the_body_began_raises_it_again():
    def app(environ, start_response):
        write = start_response(OK, TEXT)
        write(b"one")
        try:
            1 / 0  # noqa: B018
        except ZeroDivisionError:
            start_response("500 Internal Server Error", TEXT, sys.exc_info())
        return []

    assert "ZeroDivisionError" in fault_of(app).text


def test_the_environment_holds_what_pep_3333_wants():
    headers = [("Host", "api.hopline.test:8000"), ("Content-Type", "text/plain"), ("Content-Length", "3")]
    headers += [("X-Two", "a"), ("x-two", "b"), ("Cookie", "a=1"), ("Cookie", "b=2")]
    environ = environ_of(Request.of("POST", "/Old%20T%C3%B6wn/%2Fx?q=a%20b", headers, b"abc"), LogText(10))
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/Old Töwn//x"
    assert environ["QUERY_STRING"] == "q=a%20b"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("api.hopline.test", "8000")
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "3")
    assert (environ["HTTP_X_TWO"], environ["HTTP_COOKIE"]) == ("a,b", "a=1; b=2")
    assert environ["wsgi.url_scheme"] == "http"
    assert environ_of(Request.of("GET", "https://a.test/x"), LogText(1))["wsgi.url_scheme"] == "https"
    assert all(type(environ[name]) is str for name in environ if name.isupper())


def test_the_input_has_the_four_ways_of_reading_and_ends():
    source = environ_of(Request.of("POST", "/", (), b"a\nb\nc"), LogText(10))["wsgi.input"]
    assert source.readline() == b"a\n"
    assert source.read(1) == b"b"
    assert list(source) == [b"\n", b"c"]
    assert source.read() == source.read(5) == b""
    assert source.readlines() == []
    assert not hasattr(source, "getvalue")


@pytest.mark.parametrize(("announced", "promised"), [("2", True), ("1", False), ("x", False), (None, True)])
def test_the_input_is_called_terminated_only_where_it_ends_as_announced(announced, promised):
    """A framework reads a terminated input to its end: with bytes of the next request behind, that would be wrong."""
    headers = [("Content-Length", announced)] if announced else []
    environ = environ_of(Request.of("POST", "/", headers, b"hi"), LogText(10))
    assert environ.get("wsgi.input_terminated", False) is promised


def test_flask_answers_logs_and_streams():
    app = Flask("hopline")
    app.logger.addHandler(default_handler)  # Flask adds it by itself where nobody listens to the root logger

    @app.post("/trips")
    def create():
        return jsonify(request.get_json()), 201, {"Location": "/trips/7"}

    @app.get("/boom")
    def boom():
        return {}["secret"]

    @app.get("/file")
    def file():
        return send_file(io.BytesIO(b"\x89PNG"), mimetype="image/png")

    sent = [("Host", "api.hopline.test"), ("Content-Type", "application/json"), ("Content-Length", "8")]
    made = call(app, "POST", "/trips", sent, b'{"a": 1}')
    assert (made.status, made.json(), made.header("location")) == (201, {"a": 1}, "/trips/7")
    log = LogText(10_000)
    broken = call_wsgi(app, Request.of("GET", "/boom"), ExchangeLimits(), log)
    assert broken.status == 500
    assert "KeyError: 'secret'" in log.text
    assert call(app, target="/file").body == b"\x89PNG"
    assert call(app, "HEAD", "/file").body == b""
    assert call(app, "OPTIONS", "/trips").header("Allow")
    assert call(app, "DELETE", "/trips").status == 405


def django_shaped():
    """A handler like Django's: an instance, with a response object that is iterated and closed."""

    class HttpResponse:
        def __init__(self):
            self.closed = False

        def __iter__(self):
            return iter([b"hello"])

        def close(self):
            self.closed = True

    class WSGIHandler:
        __module__ = "django.core.handlers.wsgi"

        def __call__(self, environ, start_response):
            start_response(OK, [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "5")])
            return HttpResponse()

    return WSGIHandler()


def test_a_django_shaped_handler_answers_and_may_leave_heads_body_to_the_server():
    assert call(django_shaped()).body == b"hello"
    head = call(django_shaped(), "HEAD")
    assert (head.body, head.header("Content-Length")) == (b"", "5")
