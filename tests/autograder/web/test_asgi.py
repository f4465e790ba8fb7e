"""An ASGI app is asked on a loop of its own that keeps its lifespan; each way of getting it wrong has a sentence."""

import asyncio
import sys
import threading
from contextlib import asynccontextmanager

import pytest
from fastapi import BackgroundTasks, FastAPI
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

from autograder.web.answer import AppFault, ExchangeLimits, LogText
from autograder.web.asgi import AsgiHost, scope_of
from autograder.web.message import Request, Response

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
END = {"type": "http.response.body", "body": b"hello"}


@pytest.fixture
def hosts():
    made = []
    yield made
    for host in made:
        host.close()


@pytest.fixture
def ask(hosts):
    def ask(app, *targets, method="GET", body=b"", seconds=5.0, logs=None, **limits):
        host = next((one for one in hosts if one.app is app), None) or AsgiHost(app)
        if host not in hosts:
            hosts.append(host)
        requests = [Request.of(method, target, [("Host", "a.test")], body) for target in targets or ("/",)]
        logs = logs or [LogText(2000) for _ in requests]
        found = host.answer(requests, ExchangeLimits(seconds=seconds, **limits), logs)
        return found if len(targets) > 1 else found[0]

    return ask


def sending(*messages):
    async def app(scope, receive, send):
        if scope["type"] == "http":
            for message in messages:
                await send(message)

    return app


async def silent(scope, receive, send):
    if scope["type"] == "http":
        await asyncio.sleep(1000)


async def raises(scope, receive, send):
    if scope["type"] == "http":
        raise KeyError("rider_id")


async def raises_midway(scope, receive, send):
    if scope["type"] == "http":
        await send(START)
        raise ValueError("two")


async def exits(scope, receive, send):
    if scope["type"] == "http":
        sys.exit(1)


async def endless(scope, receive, send):
    if scope["type"] == "http":
        await send(START)
        while True:
            await send({**END, "more_body": True})


async def swallows(scope, receive, send):
    if scope["type"] == "http":
        await send(START)
        try:
            await send(START)
        except Exception:
            await send(END)


@pytest.mark.parametrize(
    ("app", "kind", "ran", "words"),
    [
        (sending(), "not-started", False, 'ended without sending "http.response.start"'),
        (sending(END), "not-started", False, "there is no status"),
        (sending(START), "unfinished", False, "the answer has no end"),
        (sending(START, START), "started-twice", True, "twice"),
        (sending(START, END, END), "after-end", True, "after the end"),
        (sending({**START, "status": "200 OK"}, END), "status-line", True, "a whole number"),
        (sending({**START, "status": 99}, END), "status-line", True, "between 200 and 599"),
        (sending({**START, "headers": [("a", "b")]}, END), "header", True, "headers are bytes; the app gave a str"),
        (sending({**START, "headers": [b"a: b"]}, END), "header", True, "pairs"),
        (sending({**START, "headers": [(b"a", b"b\r\nc: d")]}, END), "header-injection", True, "line break"),
        (sending({**START, "headers": [(b"content-length", b"9")]}, END), "content-length", True, "says 9"),
        (sending({**START, "status": 204}, END), "no-content", True, "has no body"),
        (sending(START, {**END, "body": "hello"}), "body-type", True, "Encode text first"),
        (sending({"type": "http.respond"}), "message", True, "http.respond"),
        (sending("hello"), "message", True, "http.response.start"),
        (raises, "raised", False, "KeyError: 'rider_id' (line "),
        (raises_midway, "raised", False, "after it had begun"),
        (exits, "exited", False, "sys.exit()"),
        (endless, "body-size", True, "did not end"),
        (swallows, "started-twice", True, "twice"),
    ],
)
def test_a_broken_app_gets_one_clear_sentence(ask, app, kind, ran, words):
    fault = ask(app)
    assert isinstance(fault, AppFault)
    assert (fault.kind, fault.ran) == (kind, ran)
    assert words in fault.text


def test_an_app_that_stays_silent_is_given_up_and_the_next_request_is_answered(ask):
    async def app(scope, receive, send):
        if scope["type"] == "http":
            if scope["path"] == "/slow":
                await asyncio.sleep(1000)
            await send(START)
            await send(END)

    slow, quick = ask(app, "/slow", "/quick", seconds=0.1)
    assert (slow.kind, slow.ran) == ("hung", False)
    assert "within 0.1 seconds" in slow.text
    assert quick.body == b"hello"
    assert ask(app, "/again").status == 200


def test_the_scope_holds_what_the_specification_wants():
    scope = scope_of(
        Request.of("POST", "https://a.test:8443/T%C3%B6wn?q=a%20b", [("X-A", "1"), ("Host", "a.test:8443")])
    )
    assert (scope["path"], scope["raw_path"], scope["query_string"]) == ("/Töwn", b"/T%C3%B6wn", b"q=a%20b")
    assert scope["headers"] == [(b"x-a", b"1"), (b"host", b"a.test:8443")]
    assert (scope["scheme"], scope["server"]) == ("https", ("a.test", 8443))


def test_the_body_is_received_and_then_the_client_stays_until_the_end(ask):
    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        message = await receive()
        await send(START)
        await send({**END, "body": message["body"]})
        assert (await receive())["type"] == "http.disconnect"

    assert ask(app, method="POST", body=b"abc").body == b"abc"


def test_what_goes_wrong_after_the_answer_is_only_logged(ask):
    async def app(scope, receive, send):
        if scope["type"] == "http":
            await send(START)
            await send(END)
            raise ValueError("too late")

    log = LogText(500)
    assert ask(app, logs=[log]).status == 200
    assert "ValueError: too late" in log.text


def test_heads_body_is_left_to_the_server(ask):
    async def home(request):
        return PlainTextResponse("hello")

    head = ask(Starlette(routes=[Route("/", home)]), method="HEAD")
    assert (head.body, head.header("content-length")) == (b"", "5")


# --- lifespan -------------------------------------------------------------------------------------------------------


def living(told):
    @asynccontextmanager
    async def lifespan(app):
        told.append("up")
        yield {"name": "hopline"}
        told.append("down")

    async def home(request):
        return JSONResponse({"name": request.state.name})

    return Starlette(routes=[Route("/", home)], lifespan=lifespan)


def test_startup_comes_once_and_shutdown_at_the_end(ask, hosts):
    told = []
    app = living(told)
    assert ask(app).json() == {"name": "hopline"}
    assert ask(app).status == 200
    assert told == ["up"]
    hosts[0].close()
    assert told == ["up", "down"]


def test_a_startup_that_fails_says_why(ask):
    @asynccontextmanager
    async def lifespan(app):
        raise OSError("no database")
        yield

    fault = ask(Starlette(lifespan=lifespan))
    assert (fault.kind, fault.ran) == ("startup", False)
    assert "OSError: no database" in fault.text


def test_a_startup_that_never_ends_is_given_up(ask):
    async def app(scope, receive, send):
        await asyncio.sleep(1000)

    assert "startup (lifespan) did not end" in ask(app, seconds=0.1).text


@pytest.mark.parametrize("reads_first", [True, False])
def test_an_app_that_knows_no_lifespan_works(ask, reads_first):
    async def app(scope, receive, send):
        if reads_first:
            await receive()
        await send(START)
        await send(END)

    assert ask(app).body == b"hello"


# --- real frameworks ------------------------------------------------------------------------------------------------


def test_requests_at_once_share_one_loop_and_overlap(ask):
    app = FastAPI()
    inside, most = 0, 0

    @app.get("/")
    async def wait():
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.02)
        inside -= 1
        return {}

    assert [one.status for one in ask(app, *["/"] * 20)] == [200] * 20
    assert most == 20


def test_fastapi_answers_with_threads_validation_background_and_streams(ask):
    app, mails = FastAPI(), []

    @app.get("/plain/{trip_id}")
    def plain(trip_id: int):
        return {"trip_id": trip_id}

    @app.post("/mail", status_code=202)
    async def mail(tasks: BackgroundTasks):
        tasks.add_task(mails.append, "sent")
        return {}

    @app.get("/stream")
    async def stream():
        return StreamingResponse(iter([b"a", b"b"]))

    @app.get("/boom")
    async def boom():
        raise ValueError("secret")

    assert ask(app, "/plain/7").json() == {"trip_id": 7}
    assert ask(app, "/plain/x").status == 422
    assert ask(app, "/mail", method="POST").status == 202
    assert mails == ["sent"]
    assert ask(app, "/stream").body == b"ab"
    log = LogText(500)
    assert ask(app, "/boom", logs=[log]).status == 500
    assert "ValueError: secret" in log.text
    assert isinstance(ask(app, "/nowhere"), Response)


def test_no_thread_stays_behind(ask):
    app = FastAPI()

    @app.get("/")
    def home():
        return {}

    before = set(threading.enumerate())
    ask(app)
    for thread in set(threading.enumerate()) - before:
        thread.join(2)
    assert set(threading.enumerate()) <= before
