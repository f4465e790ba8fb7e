"""An app is driven in a thread that can be given up; an object that is no app is named; JSON goes in and comes out."""

import _thread
import asyncio
import functools
import json
import os
import threading
import time

import pytest
from fastapi import FastAPI
from flask import Flask
from werkzeug import wrappers

from autograder.web import driver
from autograder.web.answer import AppFault, ExchangeLimits
from autograder.web.driver import Answer, drive, drive_all, exchange, interface
from autograder.web.message import Request, Response

GET = Request.of("GET", "/")
SHORT = ExchangeLimits(seconds=0.1)


def hello(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]


async def ahello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"hello"})


def create_app():
    return hello


async def create_later():
    return hello


async def mixed_up(environ, start_response):
    return [b""]


def asgi_two(scope):
    return None


class Handler:
    def __call__(self, environ, start_response):
        return hello(environ, start_response)

    def method(self, environ, start_response):
        return hello(environ, start_response)


class AsyncHandler:
    async def __call__(self, scope, receive, send):
        await ahello(scope, receive, send)


@pytest.mark.parametrize(
    ("app", "words"),
    [
        (None, "`create_app` returned None: return the app"),
        ("app", "returned a str, which can't be called"),
        ({"a": 1}, "returned a dict"),
        ((hello, 1), "returned a tuple"),
        (Flask, "returned the class Flask, not an app"),
        (FastAPI, "returned the class FastAPI, not an app"),
        (Handler, "returned the class Handler, not an app"),
        (create_app, "`create_app()`, which is no app"),
        (mixed_up, "`mixed_up(environ, start_response)`, which is no app"),
        (asgi_two, "`asgi_two(scope)`, which is no app"),
    ],
)
def test_what_is_no_app_is_named(app, words):
    with pytest.raises(AppFault, match="create_app") as caught:
        drive(app, GET)
    assert words in caught.value.text
    assert (caught.value.kind, caught.value.ran) == ("no-app", False)


def test_an_async_create_app_is_named_and_its_coroutine_closed():
    with pytest.raises(AppFault, match="make it a plain `def`"):
        drive(create_later(), GET)


def wrapped(app):
    @functools.wraps(app)
    def wrapper(*args):
        return app(*args)

    return wrapper


@pytest.mark.parametrize(
    ("app", "kind"),
    [
        (hello, "wsgi"),
        (Handler(), "wsgi"),
        (Handler().method, "wsgi"),
        (Flask("hopline"), "wsgi"),
        (functools.partial(hello), "wsgi"),
        (wrapped(hello), "wsgi"),
        (lambda *args: hello(*args), "wsgi"),
        (wrappers.Request.application(lambda request: wrappers.Response(b"hello")), "wsgi"),
        (ahello, "asgi"),
        (AsyncHandler(), "asgi"),
        (FastAPI(), "asgi"),
        (functools.partial(ahello), "asgi"),
        (wrapped(ahello), "asgi"),
        (lambda scope, receive, send: ahello(scope, receive, send), "asgi"),
    ],
)
def test_the_kind_of_an_app_is_recognised(app, kind):
    assert interface(app) == kind
    if not isinstance(app, Flask | FastAPI):
        assert drive(app, GET).body == b"hello"


# --- time -----------------------------------------------------------------------------------------------------------


def spins(environ, start_response):
    while True:
        pass


def waits(environ, start_response):
    threading.Event().wait(0.4)


async def blocks(scope, receive, send):
    time.sleep(1)


def drips(environ, start_response):
    start_response("200 OK", [])
    while True:
        yield b""


@pytest.mark.parametrize("app", [spins, waits, blocks, drips])
def test_an_app_that_hangs_is_given_up(app):
    started = time.monotonic()
    with pytest.raises(AppFault, match=r"did not answer within 0\.1 seconds") as caught:
        drive(app, GET, SHORT)
    assert time.monotonic() - started < 1
    assert (caught.value.kind, caught.value.ran) == ("hung", False)


def test_a_loop_that_was_given_up_does_not_run_on():
    with pytest.raises(AppFault):
        drive(spins, GET, SHORT)
    deadline = time.monotonic() + 2
    while any(thread.name.endswith("(work)") and thread.daemon for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_asgi_app_whose_loop_is_stuck_gets_a_new_one():
    stuck = True

    async def app(scope, receive, send):
        if stuck and scope["type"] == "http":
            time.sleep(1)
        await ahello(scope, receive, send)

    with pytest.raises(AppFault, match="did not answer"):
        drive(app, GET, SHORT)
    stuck = False
    assert drive(app, GET).body == b"hello"


@pytest.mark.parametrize("app", [hello, ahello])
def test_a_running_event_loop_is_no_hindrance(app):
    async def cell():
        return drive(app, GET)

    assert asyncio.run(cell()).body == b"hello"


def test_without_threads_a_wsgi_app_still_answers(monkeypatch):
    def refuse(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", refuse)
    assert drive(hello, GET).body == b"hello"


def test_noise_on_the_descriptors_changes_nothing(capfd):
    def app(environ, start_response):
        os.write(1, b"noise")
        os.write(2, b"noise")
        print("noise")
        return hello(environ, start_response)

    assert drive(app, GET).body == b"hello"
    assert "noise" in capfd.readouterr().out


# --- at once --------------------------------------------------------------------------------------------------------


def test_requests_at_once_really_overlap():
    gate = threading.Barrier(8)

    def app(environ, start_response):
        gate.wait(5)
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    answers = drive_all(app, [Request.of("GET", f"/{n}") for n in range(8)])
    assert [answer.response.body for answer in answers] == [f"/{n}".encode() for n in range(8)]


def test_one_that_hangs_leaves_the_others_whole():
    def app(environ, start_response):
        if environ["PATH_INFO"] == "/1":
            time.sleep(0.5)
        return hello(environ, start_response)

    answers = drive_all(app, [Request.of("GET", f"/{n}") for n in range(3)], SHORT)
    assert [answer.kind for answer in answers] == ["", "hung", ""]


def test_too_many_at_once_are_the_authors_mistake():
    with pytest.raises(ValueError, match="At most 64"):
        drive_all(hello, [GET] * 65)


# --- JSON -----------------------------------------------------------------------------------------------------------


def crossed(app, requests, close=False, limits=SHORT):
    data = {"requests": [one.to_json() for one in requests], "limits": limits.to_json(), "close": close}
    return json.loads(json.dumps(exchange(app, json.loads(json.dumps(data)))))["answers"]


def test_exchange_takes_and_returns_json_only():
    [answer] = crossed(hello, [GET])
    assert Answer.from_json(answer) == Answer(Response.of(200, [], b"hello"))
    [answer] = crossed(spins, [GET])
    assert Answer.from_json(answer).kind == "hung"
    [answer] = crossed(None, [GET])
    assert Answer.from_json(answer).ran is False


def test_exchange_closes_an_app_when_asked_to():
    told = []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            for word in ("startup", "shutdown"):
                await receive()
                told.append(word)
                await send({"type": f"lifespan.{word}.complete"})
        else:
            await ahello(scope, receive, send)

    crossed(app, [GET])
    crossed(app, [GET])
    assert told == ["startup"]
    assert crossed(app, [], close=True) == []
    assert told == ["startup", "shutdown"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"response": None, "fault": "", "kind": "", "ran": True, "log": ""},
        {"response": {"status": "x", "headers": [], "body": ""}, "fault": "", "kind": "", "ran": True, "log": ""},
        {"response": {"status": 200, "headers": [[1, 2]], "body": ""}, "fault": "", "kind": "", "ran": True, "log": ""},
        {"response": 7, "fault": "", "kind": "", "ran": True, "log": ""},
    ],
)
def test_a_malformed_answer_is_refused(data):
    with pytest.raises((KeyError, TypeError, ValueError)):
        Answer.from_json(data)


def test_event_loops_do_not_pile_up():
    def fresh():
        async def app(scope, receive, send):
            await ahello(scope, receive, send)

        return app

    for app in [fresh() for _ in range(20)]:
        drive(app, GET)
    assert len(driver._hosts) <= 8


def test_limits_cross_as_json():
    assert ExchangeLimits.from_json(json.loads(json.dumps(SHORT.to_json()))) == SHORT


def test_apps_in_turn_are_each_known_for_what_they_are():
    """What was found out about one app is never taken for another's, even at the same place in memory."""

    def wsgi(environ, start_response):
        start_response("200 OK", [])
        return [b"wsgi"]

    async def asgi(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"asgi"})

    for app, body in ((wsgi, b"wsgi"), (asgi, b"asgi"), (wsgi, b"wsgi"), (wsgi, b"wsgi")):
        assert drive(app, GET).body == body
    with pytest.raises(AppFault, match="None"):
        drive(None, GET)
