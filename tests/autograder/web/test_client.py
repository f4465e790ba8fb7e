"""A client asks an app, keeps what was said, and never takes a status for a failure."""

import json
import threading

import pytest
from fastapi import FastAPI, Request
from flask import Flask

from autograder.errors import CheckFailed, NotAttempted, WireError
from autograder.question import Question
from autograder.results import Outcome
from autograder.web.answer import ExchangeLimits
from autograder.web.client import Client
from autograder.web.driver import exchange


def echo(environ, start_response):
    """Answer with what was asked, as JSON."""
    headers = {name[5:].lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    seen = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"].encode("latin-1").decode(),
        "query": environ["QUERY_STRING"],
        "type": environ.get("CONTENT_TYPE"),
        "length": environ.get("CONTENT_LENGTH"),
        "headers": headers,
        "body": environ["wsgi.input"].read().decode("latin-1"),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(seen).encode()]


def always(status, headers=()):
    def app(environ, start_response):
        start_response(status, list(headers))
        return [] if status.startswith("3") else [b"x"]

    return app


class StandIn:
    """What a checker holds in place of an app: everything crosses as JSON text."""

    def __init__(self, app):
        self._app = app

    def __exchange__(self, data):
        return json.loads(json.dumps(exchange(self._app, json.loads(json.dumps(data)))))


def silent(environ, start_response):
    threading.Event().wait(0.4)


def rude(environ, start_response):
    start_response("200 OK", [("X-Name", "a\r\nb: c")])
    return []


# --- no answer ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [lambda app: app, StandIn])
@pytest.mark.parametrize(
    ("app", "ran", "words"),
    [
        (None, False, "`GET /trips?page=2`: `create_app` returned None: return the app at its end."),
        (silent, False, "did not answer within 0.1 seconds"),
        (rude, True, "line break"),
    ],
)
def test_an_app_that_does_not_answer_fails_the_check_with_the_exchange_shown(app, ran, words, place):
    client = Client(place(app), limits=ExchangeLimits(seconds=0.1))
    with pytest.raises(CheckFailed) as caught:
        client.get("/trips?page=2")
    assert words in caught.value.message
    assert caught.value.ran is ran
    [table] = caught.value.tables
    assert table.rows[0][1] == "GET /trips?page=2"
    assert "problem" in [row[0] for row in table.rows]
    assert client.transcript[0].error


def test_a_group_that_got_no_answer_could_not_run_and_the_next_one_does():
    q = Question("C3.2")
    with q.check("hangs", points=1):
        Client(silent, limits=ExchangeLimits(seconds=0.1)).get("/")
    with q.check("answers", points=1):
        assert Client(echo).get("/").status == 200
    assert [group.outcome for group in q.result().check.groups] == [Outcome.COULD_NOT_RUN, Outcome.RIGHT]


def test_a_stub_is_not_attempted():
    def app(environ, start_response):
        raise NotImplementedError

    with pytest.raises(NotAttempted, match="Not written yet"):
        Client(app).get("/")


def test_later_failures_show_the_conversation_before_them():
    app = Flask("hopline")
    app.testing = True

    @app.get("/boom")
    def boom():
        raise ValueError("secret")

    client = Client(app)
    client.get("/nowhere")
    with pytest.raises(CheckFailed, match="raised ValueError: secret") as caught:
        client.get("/boom")
    assert caught.value.tables[1].rows == (("1", "GET /nowhere", "404 Not Found"), ("2", "GET /boom", "no answer"))
    assert caught.value.tables[1].marks == (1,)


@pytest.mark.parametrize(
    "reply",
    [
        None,
        {},
        {"answers": []},
        {"answers": [{"response": None, "fault": "", "kind": "", "ran": True, "log": ""}]},
        {
            "answers": [
                {
                    "response": {"status": 200, "headers": [], "body": "x" * 400},
                    "fault": "",
                    "kind": "",
                    "ran": 1,
                    "log": "",
                }
            ]
        },
    ],
)
def test_rubbish_from_the_other_process_is_refused(reply):
    class Liar:
        def __exchange__(self, data):
            return reply

    with pytest.raises(WireError, match="did not come across"):
        Client(Liar(), limits=ExchangeLimits(body=10)).get("/")


def test_too_large_an_answer_from_the_other_process_is_refused():
    class Liar:
        def __exchange__(self, data):
            data["limits"]["body"] = 1 << 20
            return exchange(lambda e, s: (s("200 OK", []), [b"x" * 10_000])[1], data)

    with pytest.raises(WireError, match="too large"):
        Client(Liar(), limits=ExchangeLimits(body=10)).get("/")


# --- what is sent ---------------------------------------------------------------------------------------------------


def sent(method="GET", target="/", **more):
    return Client(echo).request(method, target, **more).json()


@pytest.mark.parametrize(
    ("target", "params", "path", "query"),
    [
        ("/trips?status=requested", (), "/trips", "status=requested"),
        ("/trips", {"status": "a&b c"}, "/trips", "status=a%26b+c"),
        ("/trips?a=1", [("b", 2), ("b", 3)], "/trips", "a=1&b=2&b=3"),
        ("/trips", {"b": [2, 3]}, "/trips", "b=2&b=3"),
        ("/trips/Łódź 1", (), "/trips/Łódź 1", ""),
        ("/trips/%2F?q=%20", (), "/trips//", "q=%20"),
        ("/trips/\n7", (), "/trips/7", ""),
        ("trips", (), "/trips", ""),
        ("", (), "/", ""),
        ("http://api.hopline.test/trips#top", (), "/trips", ""),
        ("//evil.test/x", (), "//evil.test/x", ""),
    ],
)
def test_targets_and_queries_are_encoded(target, params, path, query):
    seen = sent(target=target, params=params)
    assert (seen["path"], seen["query"]) == (path, query)


def test_the_host_is_that_of_the_target():
    assert sent(target="/")["headers"]["host"] == "api.hopline.test"
    assert sent(target="http://other.test:8000/")["headers"]["host"] == "other.test:8000"
    assert sent(headers={"host": "evil.test"})["headers"]["host"] == "evil.test"


@pytest.mark.parametrize(
    ("more", "kind", "body"),
    [
        ({"json": {"a": [1, None]}}, "application/json", '{"a": [1, null]}'),
        ({"json": []}, "application/json", "[]"),
        ({"json": b'{"a": NaN, "a": 9223372036854775808}'}, "application/json", '{"a": NaN, "a": 9223372036854775808}'),
        ({"json": {"a": 1}, "headers": {"content-type": "text/plain"}}, "text/plain", '{"a": 1}'),
        ({"json": {}, "headers": {"Content-Type": None}}, None, "{}"),
        ({"data": b"\xff\x00"}, None, "\xff\x00"),
        ({"data": "{"}, None, "{"),
        ({"data": {"a": "b c", "d": [1, 2]}}, "application/x-www-form-urlencoded", "a=b+c&d=1&d=2"),
    ],
)
def test_a_body_is_sent_byte_for_byte(more, kind, body):
    seen = sent("POST", **more)
    assert (seen["type"], seen["body"], seen["length"]) == (kind, body, str(len(body)))


def test_a_length_comes_with_every_body_and_every_post_and_nothing_else():
    assert sent("POST")["length"] == "0"
    assert sent("GET")["length"] is None
    assert sent("DELETE", data=b"x")["length"] == "1"
    assert sent("POST", json={}, headers={"Content-Length": "7"})["length"] == "7"


def test_a_header_may_occur_twice_and_defaults_can_be_taken_away():
    assert sent(headers=[("X-A", "1"), ("x-a", "2")])["headers"]["x_a"] == "1,2"
    assert "accept" not in sent(headers={"ACCEPT": None})["headers"]


@pytest.mark.parametrize("headers", [{"X": "a\nb"}, {"X": "Łódź"}, {"a b": "c"}, {"X": 7}])
def test_a_header_that_cannot_be_sent_is_the_authors_mistake(headers):
    with pytest.raises(ValueError, match="can't be sent"):
        Client(echo).get("/", headers=headers)


def test_json_and_data_together_are_the_authors_mistake():
    with pytest.raises(ValueError, match="not both"):
        Client(echo).post("/", json={}, data=b"")


def test_every_verb_has_its_method():
    client = Client(always("200 OK"))
    for verb in ("get", "post", "put", "patch", "delete", "options"):
        getattr(client, verb)("/")
    client.request("PURGE", "/")
    assert [one.request.method for one in client.transcript] == [
        *("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE")
    ]


# --- what comes back ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["200 OK", "302 Found", "404 Not Found", "500 Internal Server Error", "299 Own"])
def test_every_status_is_an_answer_and_no_redirect_is_followed(status):
    client = Client(always(status, [("Location", "/x")]))
    assert client.get("/").status == int(status[:3])
    assert len(client.transcript) == 1


def test_cookies_are_not_kept():
    client = Client(echo)
    assert "cookie" not in client.get("/").json()["headers"]
    client = Client(always("200 OK", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]))
    assert client.get("/").header_values("set-cookie") == ("a=1", "b=2")


def test_the_transcript_numbers_every_exchange():
    client = Client(echo)
    client.get("/a")
    client.parallel([("GET", "/b"), ("POST", "/c", {"json": {"n": 1}}), client.prepare("PUT", "/d")])
    assert [(one.number, one.asked) for one in client.transcript] == [
        (1, "GET /a"), (2, "GET /b"), (3, "POST /c"), (4, "PUT /d"),
    ]  # fmt: skip
    assert repr(client) == "Client(base='http://api.hopline.test'): 4 exchanges so far"


@pytest.mark.parametrize("calls", [[], [("GET", "/")] * 65])
def test_too_few_or_too_many_at_once_are_the_authors_mistake(calls):
    with pytest.raises(ValueError, match="Between 1 and 64"):
        Client(echo).parallel(calls)


@pytest.mark.parametrize("place", [lambda app: app, StandIn])
def test_requests_at_once_meet_in_the_app(place):
    gate = threading.Barrier(10)

    def app(environ, start_response):
        gate.wait(5)
        return echo(environ, start_response)

    made = Client(place(app)).parallel([("GET", f"/{n}") for n in range(10)])
    assert [one.json()["path"] for one in made] == [f"/{n}" for n in range(10)]


@pytest.mark.parametrize("place", [lambda app: app, StandIn])
def test_https_reaches_the_app(place):
    app = FastAPI()

    @app.get("/scheme")
    async def scheme(request: Request):
        return {"url": str(request.url)}

    made = Client(place(app), base="https://api.hopline.test").get("/scheme?a=1")
    assert made.json() == {"url": "https://api.hopline.test/scheme?a=1"}
    assert made.url == "https://api.hopline.test/scheme?a=1"


@pytest.mark.parametrize("place", [lambda app: app, StandIn])
def test_an_asgi_app_starts_once_and_ends_with_its_client(place):
    told = []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            for word in ("startup", "shutdown"):
                await receive()
                told.append(word)
                await send({"type": f"lifespan.{word}.complete"})
            return
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    with Client(place(app)) as client:
        client.get("/")
        client.get("/")
        assert told == ["startup"]
    assert told == ["startup", "shutdown"]


def test_the_clock_gives_requests_their_time():
    class Clock:
        def time(self):
            return 77.0

    client = Client(echo, clock=Clock())
    assert client.get("/").request.at == 77.0


def test_the_error_log_is_kept():
    def app(environ, start_response):
        environ["wsgi.errors"].write("something broke\n")
        return echo(environ, start_response)

    assert Client(app).get("/").log == "something broke\n"
