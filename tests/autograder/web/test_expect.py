"""A broken contract is told in order: what was asked, what came, what the contract says, the next step."""

import re

import pytest
from flask import Flask, abort, jsonify

from autograder.errors import CheckFailed
from autograder.web.client import Client
from autograder.web.expect import expect
from autograder.web.message import Request, Response
from autograder.web.transcript import Exchange

JSON = ("Content-Type", "application/json")
PROBLEM = ("Content-Type", "application/problem+json")
GOOD_PROBLEM = b'{"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is no trip 7."}'


def made(status=200, headers=(JSON,), body=b'{"trip_id": 7}', method="GET", target="/trips/7", **more):
    return Exchange(
        Request.of(method, target, [("Host", "api.hopline.test")]), Response.of(status, headers, body), **more
    )


def failure(exchange, **contract):
    with pytest.raises(CheckFailed) as caught:
        expect(exchange, **contract)
    return caught.value


def marked(failed):
    [table] = failed.tables
    return [table.rows[at][0] for at in table.marks]


def test_the_message_has_its_order():
    failed = failure(made(200, method="POST", target="/trips"), status=201)
    assert failed.message.splitlines() == [
        "`POST /trips` was answered with 200 OK (application/json).",
        "The contract says 201 Created: a new resource was made; Location says where (RFC 9110, 15.3.2).",
        "Next: answer with status 201.",
    ]
    assert marked(failed) == ["first line"]
    assert failed.ran is True


@pytest.mark.parametrize(
    ("got", "wanted", "words"),
    [
        (500, 200, "find out what broke inside"),
        (404, 200, "is there a route for `/trips/7`?"),
        (405, 200, "let the route take GET"),
        (308, 200, "look at slashes at the end"),
        (200, 422, "test for this case before the work is done"),
        (200, 429, "(RFC 6585, 4)"),
        (200, (400, 422), "400 Bad Request or 422 Unprocessable"),
        (200, 299, "The contract says 299."),
    ],
)
def test_a_wrong_status_comes_with_the_step_that_helps_most_often(got, wanted, words):
    assert words in failure(made(got, (("Location", "/trips/7/"),)), status=wanted).message


def test_an_error_log_is_shown_and_read():
    failed = failure(made(500, log="Traceback...\nKeyError: 'rider'\n"), status=200)
    assert "Its error log is in the table" in failed.message
    assert failed.tables[0].rows[-1] == ("error log", "", "Traceback... / KeyError: 'rider'")
    trouble = "sqlite3.ProgrammingError: SQLite objects created in a thread can only be used in that same thread."
    assert "Next: open a connection for each request" in failure(made(500, log=trouble), status=200).message


def test_a_known_wrong_status_has_its_tag():
    known = {200: {"tag": "created-201", "says": "A new resource is answered with 201."}}
    failed = failure(made(200), status=201, known=known)
    assert (failed.tag, failed.advice) == ("created-201", "A new resource is answered with 201.")
    assert failure(made(500), status=201, known=known).tag == ""


def test_the_authors_own_source_is_named():
    assert "(Hopline API, 3.1)" in failure(made(), status=201, rfc="Hopline API, 3.1").message


# --- the duties of a status -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "method", "name", "rfc"),
    [
        (405, "PUT", "Allow", "RFC 9110, 15.5.6"),
        (401, "GET", "WWW-Authenticate", "RFC 9110, 11.6.1"),
        (201, "POST", "Location", "RFC 9110, 10.2.2"),
    ],
)
def test_a_status_brings_its_header_with_it(status, method, name, rfc):
    failed = failure(made(status, method=method), status=status)
    assert f"The header {name} is missing ({rfc})." in failed.message
    assert marked(failed) == [name]
    assert expect(made(status, method=method), status=status, header={name.lower(): None})
    assert expect(made(status, ((name, "/x"),), method=method), status=status)


@pytest.mark.parametrize(("status", "method"), [(201, "PUT"), (200, "POST"), (401, "GET")])
def test_other_answers_have_no_such_duty(status, method):
    assert expect(made(status, method=method), status=None)
    assert expect(made(201, method="PUT"), status=201)


@pytest.mark.parametrize("location", ["mailto:a@b", "http://", "javascript:alert(1)", "http:///x"])
def test_a_location_that_leads_nowhere_is_none(location):
    assert "leads nowhere" in failure(made(201, [("Location", location)], method="POST"), status=201).message


@pytest.mark.parametrize("location", ["/trips/7", "7", "http://api.hopline.test/trips/7", "?id=7"])
def test_a_location_may_be_relative_or_absolute(location):
    assert expect(made(201, [("Location", location)], method="POST"), status=201)


# --- headers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("no-store", "should be `no-store`, and is `public`"),
        (re.compile(r"max-age=\d+"), r"should match `max-age=\d+`, and is `public`"),
        (lambda value: "private" in value, "should have another value, and is `public`"),
        (False, "shouldn't be there, and is `public`"),
    ],
)
def test_a_header_breaks_its_rule(rule, words):
    failed = failure(made(headers=[("Cache-Control", "public")]), header={"cache-control": rule})
    assert words in failed.message
    assert marked(failed) == ["Cache-Control"]


@pytest.mark.parametrize("rule", [True, None, "public", re.compile("pub"), lambda value: value.startswith("p")])
def test_a_header_keeps_its_rule(rule):
    assert expect(made(headers=[("Cache-Control", "public")]), header={"cache-CONTROL": rule, "X-None": False})


def test_an_empty_header_is_none():
    assert "The header ETag is empty" in failure(made(headers=[("ETag", "")]), header={"ETag": True}).message


# --- media type -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        ("text/html; charset=utf-8", "text/html"),
        ("TEXT/HTML;charset=UTF-8", "text/html; charset=utf-8"),
        ('text/html; charset="utf-8"', "text/html; charset=utf-8"),
        ("image/png", ("image/jpeg", "image/png")),
    ],
)
def test_a_media_type_fits_with_the_parameters_that_are_named(got, wanted):
    assert expect(made(headers=[("Content-Type", got)]), media_type=wanted)


@pytest.mark.parametrize(
    ("headers", "wanted", "words"),
    [
        ((), "text/html", "should be `text/html`, and is missing"),
        ([("Content-Type", "text/html")], "text/html; charset=utf-8", "and is `text/html`"),
        ([("Content-Type", "text/plain")], ("image/jpeg", "image/png"), "should be `image/jpeg` or `image/png`"),
    ],
)
def test_a_media_type_does_not_fit(headers, wanted, words):
    failed = failure(made(headers=headers), media_type=wanted)
    assert words in failed.message
    assert marked(failed) == ["Content-Type" if headers else "content-type"]


def test_json_needs_a_json_media_type():
    assert "Content-Type should be `application/json`" in failure(made(headers=()), json={"trip_id": 7}).message
    assert expect(made(headers=(PROBLEM,)), json={"trip_id": 7})


# --- body -----------------------------------------------------------------------------------------------------------


def test_the_path_of_the_first_difference_is_named():
    failed = failure(made(422, body=b'{"errors": {}}'), status=422, json={"errors": {"rider_id": str}})
    assert "`body.errors.rider_id` is missing." in failed.message
    assert marked(failed) == ["body"]


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"", "should be JSON, and is empty"), (b"{", "can't be read as JSON"), (b"[" * 100_000, "nested too deep")],
)
def test_a_body_that_is_no_json_is_told(body, words):
    assert words in failure(made(body=body), json={"a": 1}).message


def test_exact_json_and_exact_bytes():
    assert "`body.trip_id` shouldn't be there." in failure(made(), json_exact={}).message
    assert expect(made(), json_exact={"trip_id": 7}, body=b'{"trip_id": 7}')
    assert "The body should be empty, and isn't" in failure(made(), body=b"").message
    assert "The body should be `hi`" in failure(made(), body="hi").message


def test_everything_that_differs_is_told_at_once():
    failed = failure(made(headers=()), json={"a": 1}, header={"ETag": True, "Vary": True, "X-A": True, "X-B": True})
    assert failed.message.count("is missing") == 4
    assert "And 2 more." in failed.message


# --- problem details ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "body", "words"),
    [
        ((JSON,), GOOD_PROBLEM, "Content-Type should be `application/problem+json`, and is `application/json`"),
        ((PROBLEM,), b"<html>", "should be JSON with the problem's details (RFC 9457, 3)"),
        ((PROBLEM,), b"[]", "`body` should be an object"),
        ((PROBLEM,), b'{"type": "about:blank"}', "`body.title` is missing. There is: type. (RFC 9457, 3.1)"),
        ((PROBLEM,), GOOD_PROBLEM.replace(b"404", b'"404"'), "`body.status` should be a whole number"),
        ((PROBLEM,), GOOD_PROBLEM.replace(b"404", b"400"), "is 400, the status line says 404: they must agree"),
        ((PROBLEM,), GOOD_PROBLEM.replace(b"Not Found", b" "), "`body.title` should be a text that says something"),
    ],
)
def test_a_problem_has_four_members_that_agree_with_the_status_line(headers, body, words):
    assert words in failure(made(404, headers, body), status=404, problem=True).message


def test_a_good_problem_may_have_more_members():
    body = GOOD_PROBLEM.replace(b"}", b', "request_id": "a1"}')
    assert expect(made(404, (PROBLEM,), body), status=404, problem=True, json={"request_id": str})


# --- with a real app ------------------------------------------------------------------------------------------------


def test_a_small_conversation_with_flask():
    app = Flask("hopline")

    @app.get("/trips/<int:trip_id>")
    def show(trip_id):
        return jsonify(trip_id=trip_id) if trip_id == 7 else abort(404)

    client = Client(app)
    assert expect(client.get("/trips/7"), status=200, json_exact={"trip_id": 7}).json() == {"trip_id": 7}
    assert expect(client.delete("/trips/7"), status=405, header={"Allow": re.compile("GET")})
    assert "Content-Type should be" in failure(client.get("/trips/8"), status=404, problem=True).message


def test_an_exchange_without_an_answer_could_not_run():
    failed = failure(Exchange(Request.of("GET", "/"), None, error="It hung."), status=200)
    assert failed.ran is False


def test_nothing_of_a_hidden_check_is_in_the_advice():
    assert failure(made(200), status=201).advice == ""
