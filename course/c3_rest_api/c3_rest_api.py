# ---
# title: Build a REST API
# minutes: 90
# needs: [b1, c1]
# ---

# %% [markdown]
# # Build a REST API
#
# > **Goal.** After this module you can turn tables into resources that programs create, read, change and remove over
# > HTTP, check everything that comes in, say in one format what is wrong, and keep the rules of the company apart from
# > the web. Hopline's phone apps, its partners and its support desk all use such an API. You need B1 (change data from
# > Python: parameters, transactions, soft delete) and C1 (methods, status codes, headers).
#
# You know Flask and pydantic already? Run the locked cells that begin with `import json` and `OUTBOX`, then
# [skip to the questions](#Questions).

# %% [markdown]
# ## Warm-up
#
# Three items from earlier modules. They are not graded. Say your answer aloud, then open the line below it.
#
# **1.** (C1) A client asks for a trip that does not exist, sends broken JSON, and uses PUT where only GET is allowed.
# Which three status codes?
#
# <details><summary>Answer 1</summary>
#
# 404, 400 and 405. With 405 the server sends the header `Allow`, which lists the methods that are allowed.
#
# </details>
#
# **2.** (B1) Two statements must both happen or neither. In B1 you wrote `with db:`. What does it do at its end, and
# what does it not do?
#
# <details><summary>Answer 2</summary>
#
# It commits, or rolls back when an exception leaves the block. It does not close the connection.
#
# </details>
#
# **3.** (A1) `isinstance(True, int)`: what does Python say, and what is the trap?
#
# <details><summary>Answer 3</summary>
#
# True. So a rider's number of `true` passes for the number 1, unless you ask for the exact type.
#
# </details>

# %% setup
import json
import os
import re
import sqlite3
from contextlib import closing
from http import HTTPStatus

import hopline
from autograder import Question, chosen, raises, same_value
from autograder.errors import CheckFailed
from autograder.web import Client, VirtualClock, database_file, expect, meaning, rows_in

city = hopline.load("city")


def connect(db_path, timeout=5.0):
    """Open the database file for one request: rows with column names, foreign keys enforced."""
    db = sqlite3.connect(db_path, timeout=timeout)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA foreign_keys = ON")
    return db


def utc(moment):
    """A moment as Hopline stores it, such as 2025-03-04T09:15:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

# %% [markdown]
# ## Lesson
#
# Run the setup cell above first. It brings two helpers that all examples use: `connect(db_path)` opens the database
# file, and `utc(moment)` writes a time as Hopline stores it.
#
# No example needs a server or a port. `database_file(...)` puts a data set into a file for a while, and `Client(app)`
# hands requests to your app and its answers to you, as a web server would.

# %% [markdown]
# ### Example 1: nouns, not verbs
#
# An API shows *resources*: things that have an address. A path names the thing. The method says what happens to it.
#
# 1. **Name** the collection with a plural noun: `/trips`. Its member has an id: `/trips/7`.
# 2. **Nest** what belongs to a member: `/trips/7/ratings`. Two levels are enough.
# 3. **Choose the method**: GET reads, POST adds to a collection, PUT replaces, PATCH edits, DELETE removes.
# 4. **Turn a deed into a noun**: to accept a trip is to create its acceptance, `POST /trips/7/acceptance`. Or it is an
#    edit of its status: PATCH.
# 5. **Filter in the query**: `/trips?status=requested`.
#
# Part of Hopline's tree:
#
# ```
# /trips                      GET: list        POST: request a trip
# /trips/{id}                 GET: read
# /trips/{id}/acceptance                       POST: a driver accepts
# /trips/{id}/ratings         GET: list        POST: rate
# /riders/{id}                GET, PUT, PATCH, DELETE
# /riders/{id}/trips          GET: this rider's trips
# ```
#
# **Predict.** Somebody proposes `GET /deleteTicket?id=3`. A browser loads pages ahead, and a search engine follows
# every link. What happens to the ticket? Which method and path would you write?
#
# <details><summary>What you should see</summary>
#
# The ticket is gone before anybody clicked: GET promises that it changes nothing (RFC 9110, section 9.2.1), so programs
# repeat it freely. Write `DELETE /tickets/3`.
#
# </details>

# %% [markdown]
# ### Example 2: a route, a query, an answer
#
# Flask is a small web framework. An app is an object; a decorator such as `@app.get("/zones/<int:zone_id>")` ties a
# function, the *handler*, to a method and a path. What stands in `<...>` becomes an argument.
#
# 1. **Route**: which method, which path, which arguments?
# 2. **Connect**: each request opens the database for itself and closes it. Web servers run many requests at once, in
#    several threads, and a connection of SQLite belongs to one thread.
# 3. **Ask**: one query with parameters. Name the columns that the world may see.
# 4. **Answer**: a dict becomes JSON with status 200. A pair `(dict, status)` sets the status, a third part the headers.
#
# `with closing(connect(db_path)) as db:` closes the connection at its end. In example 3 it reads `... as db, db:`. The
# second `db` is the `with db:` of B1: commit, or roll back when an exception leaves the block.
#
# **Predict.** The cell asks for five paths. Write down the status of each answer. `<int:...>` lets only digits through.

# %% example
from flask import Flask


def create_zone_app(db_path):
    app = Flask("zones")

    @app.get("/zones/<int:zone_id>")                                                  # Route
    def read_zone(zone_id):
        with closing(connect(db_path)) as db:                                         # Connect
            query = "SELECT zone_id, code, name FROM zones WHERE zone_id = ?"         # Ask
            zone = db.execute(query, (zone_id,)).fetchone()
        if zone is None:                                                              # Answer
            return {"title": "There is no such zone"}, 404
        return dict(zone)

    return app


with database_file(hopline.load("tiny")) as path:
    client = Client(create_zone_app(path))
    for target in ("/zones/11", "/zones/99", "/zones/eleven", "/zones/-1", "/zones/007"):
        answer = client.get(target)
        print(f"{target:15} {answer.status}  {answer.media_type:17} {answer.text.splitlines()[0][:60]}")

# %% [markdown]
# <details><summary>What you should see</summary>
#
# 200, 404, 404, 404, 200. The first 404 is ours, in JSON. The next two are Flask's: no route fits, and its page is
# HTML. Example 5 changes that. `007` is a way to write 7, so zone 7 comes.
#
# </details>
#
# Now a request that fails, on purpose. The largest whole number that SQLite stores is 2^63 - 1.
#
# **Predict.** The id has only digits, so the route fits. There is surely no such zone. Does the client read 404?

# %% example
import logging

logging.getLogger("zones").setLevel(logging.CRITICAL)  # Flask would print a long traceback here

with database_file(hopline.load("tiny")) as path:
    answer = Client(create_zone_app(path)).get("/zones/99999999999999999999")
    print(answer.status, answer.media_type)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# 500. Python's `sqlite3` raises OverflowError, nobody expects it, and the client reads that the *server* is to blame.
#      But the client sent a number that names no zone: 404 is the answer.
#
# An id is text until you have proved more. Repair the handler: `if zone_id >= 2**63:` answer 404 before you connect.
#
# </details>

# %% [markdown]
# ### Example 3: the first POST, step by step
#
# A rider rates a completed trip: `POST /trips/12/ratings` with `{"stars": 4}`. Each step has its own way to fail, and
# its own status. Keep the order: a later step may rely on the ones before.
#
# 1. **Type**: is the body said to be JSON? Otherwise 415.
# 2. **Parse**: is it JSON? Otherwise 400. In Flask, `request.get_json()` does both steps.
# 3. **Validate**: are the fields there, and of the right type? Otherwise 422.
# 4. **Rule**: does Hopline allow it? Otherwise 404, 409 or 422, depending on what is wrong.
# 5. **Store**: one transaction. The server sets id and time; the client never does.
# 6. **Answer**: 201, the header `Location` with the address of the new resource, and the resource itself.
#
# **Predict.** Eight requests, eight statuses. Trip 12 is completed, trip 7 is not, trip 99 does not exist.

# %% example
from flask import request


def create_rating_app(db_path, clock):
    app = Flask("ratings")

    @app.post("/trips/<int:trip_id>/ratings")
    def rate_trip(trip_id):
        body = request.get_json()                                                     # Type, Parse
        stars = body.get("stars") if isinstance(body, dict) else None
        if type(stars) is not int or not 1 <= stars <= 5:                             # Validate
            return {"title": "stars must be a whole number from 1 to 5"}, 422
        with closing(connect(db_path)) as db, db:
            trip = db.execute("SELECT status FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()
            if trip is None:                                                          # Rule
                return {"title": "There is no such trip"}, 404
            if trip["status"] != "completed":
                return {"title": "Only a completed trip can be rated"}, 409
            try:
                db.execute(                                                           # Store
                    "INSERT INTO ratings (trip_id, rated_by, stars, created_at) VALUES (?, 'rider', ?, ?)",
                    (trip_id, stars, utc(clock.now())),
                )
            except sqlite3.IntegrityError:
                return {"title": "This trip is rated already"}, 409
        return read_rating(trip_id), 201, {"Location": f"/trips/{trip_id}/ratings/rider"}  # Answer

    @app.get("/trips/<int:trip_id>/ratings/rider")
    def read_rating(trip_id):
        with closing(connect(db_path)) as db:
            query = "SELECT trip_id, stars, created_at FROM ratings WHERE trip_id = ? AND rated_by = 'rider'"
            rating = db.execute(query, (trip_id,)).fetchone()
        return dict(rating) if rating else ({"title": "Not rated yet"}, 404)

    return app


with database_file(hopline.load_rows(trips=[{"trip_id": 12, "status": "completed"}, {"trip_id": 7}])) as path:
    client = Client(create_rating_app(path, VirtualClock("2025-03-04T09:15:00Z")))
    for target, sent in (
        ("/trips/12/ratings", {"data": b"stars=4", "headers": {"Content-Type": "text/plain"}}),
        ("/trips/12/ratings", {"data": b'{"stars": 4', "headers": {"Content-Type": "application/json"}}),
        ("/trips/12/ratings", {"json": {"stars": "4"}}),
        ("/trips/12/ratings", {"json": {"stars": True}}),
        ("/trips/99/ratings", {"json": {"stars": 4}}),
        ("/trips/7/ratings", {"json": {"stars": 4}}),
        ("/trips/12/ratings", {"json": {"stars": 4, "created_at": "1999-01-01T00:00:00Z"}}),
        ("/trips/12/ratings", {"json": {"stars": 5}}),
    ):
        answer = client.post(target, **sent)
        print(f"{target}  {str(sent)[:62]:62} {answer.status}  {answer.header('Location') or ''}")
    print(client.get("/trips/12/ratings/rider").json())

# %% [markdown]
# <details><summary>What you should see</summary>
#
# 415, 400, 422, 422, 404, 409, 201 with a Location, 409. The rating has 4 stars and the server's time: the row was
# built from one checked value and the clock, so the `created_at` of the client had no effect. Had the handler written
# `**request.get_json()` into the row, the client would have set the time. That mistake is called *mass assignment*.
#
# There was no "is it rated already?" before the INSERT. Between such a question and the INSERT another request could be
# faster. The primary key decides, and the handler reads the database's answer.
#
# </details>

# %% [markdown]
# ### Example 4: let a model validate
#
# With ten fields, checks by hand become long. With pydantic you describe the body as a class, a *model*, and
# `model_validate` reports all that is wrong at once.
#
# 1. **Describe**: a field with a type; `Field(ge=1, le=5)` adds limits; `= None` makes it optional.
# 2. **Strict**: by default pydantic converts: the text `"4"` becomes 4, and `true` becomes 1. `strict=True` refuses.
# 3. **Forbid**: `extra="forbid"` makes an unknown field an error.
# 4. **Report**: `error.errors()` is a list with one entry for each problem: where (`loc`) and what (`msg`).
#
# **Predict.** For each of the six values of `stars`, does the lax model accept it? And the strict one?

# %% example
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class LaxRating(BaseModel):
    stars: int = Field(ge=1, le=5)                                                    # Describe


class NewRating(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")                            # Strict, Forbid
    stars: int = Field(ge=1, le=5)
    comment: str | None = Field(None, max_length=200)


def verdict(model, body):
    try:
        return model.model_validate(body)
    except ValidationError as error:
        return [f"{one['loc']}: {one['msg']}" for one in error.errors()]              # Report


for stars in (4, "4", 4.0, True, 6, None):
    lax, strict = verdict(LaxRating, {"stars": stars}), verdict(NewRating, {"stars": stars})
    print(f"{stars!r:5} lax: {str(lax)[:52]:52}  strict: {strict}")
print(verdict(NewRating, {"stars": 9, "comment": 5, "tip": 300}))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# Lax accepts 4, "4", 4.0 and True; strict accepts only 4. The last line names all three problems: `stars`, `comment`
# and the unknown `tip`.
#
# Two things a model does not do. It knows no upper limit of whole numbers, so write one for ids: `lt=2**63`. And an
# entry of `error.errors()` also holds the `input`: do not send it back, it may be a password.
# `error.errors(include_input=False)` leaves it out.
#
# </details>

# %% [markdown]
# ### Example 5: one format for all errors
#
# RFC 9457 defines *problem details*: an error is a JSON object with media type `application/problem+json`. `type` is a
# URI for the kind of problem, `about:blank` if the status says it all; `title`, `status` and `detail` are for people
# and programs; further members are allowed. Clients then need one piece of code for all errors.
#
# 1. **Catch** in one place: `@app.errorhandler(...)` registers a function for a class of exceptions.
# 2. **Keep** what the framework knows. 404 and 405 are exceptions of the class `HTTPException`, and
#    `error.get_response()` is the framework's answer with its headers.
# 3. **Write** the four members, and the media type.
#
# The cell does it for 404 alone, with `NotFound`, a subclass of HTTPException.
#
# **Predict.** Which of the two answers is a problem document now? What is the Content-Type of the other?

# %% example
from werkzeug.exceptions import NotFound

app = Flask("problems")


@app.get("/zones")
def list_zones():
    return {"zones": []}


@app.errorhandler(NotFound)                                                           # Catch
def not_found(error):
    response = error.get_response()                                                   # Keep
    members = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing here."}
    response.data = json.dumps(members)                                               # Write
    response.content_type = "application/problem+json"
    return response


for method, target in (("GET", "/zone"), ("DELETE", "/zones")):
    answer = Client(app).request(method, target)
    print(method, target, answer.status, answer.header("Content-Type"), "| Allow:", answer.header("Allow"))
    print("   ", answer.text[:110].replace("\n", " "))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# The 404 is a problem document. The 405 is still Flask's HTML page: its class is `MethodNotAllowed`, which has another
# handler, namely none. It has the header `Allow`, which 405 must have.
#
# </details>

# %% [markdown]
# ### Example 6: handler, service, repository
#
# The handler of example 3 does three jobs: it speaks HTTP, it knows Hopline's rules, it writes SQL. Three parts are
# easier to read, to change and to test:
#
# 1. **Repository**: stores and finds. It knows SQL and no rules.
# 2. **Service**: decides. It knows the rules, and neither HTTP nor SQL. What it needs is passed in.
# 3. **Handler**: translates. HTTP in, a call of the service, HTTP out.
#
# A test can then put a dict in the place of the database, and needs no web at all.
#
# **Predict.** The last line calls the service for trip 7, which nobody has completed. What is printed? How many lines
# of Flask run?

# %% example
class NotCompleted(Exception):
    """Only a completed trip can be rated."""


class RatingService:                                                                  # Service
    def __init__(self, repo, clock):
        self.repo, self.clock = repo, clock

    def rate(self, trip_id, stars):
        if self.repo.status_of(trip_id) != "completed":
            raise NotCompleted(trip_id)
        rating = {"trip_id": trip_id, "stars": stars, "created_at": utc(self.clock.now())}
        self.repo.add(rating)
        return rating


class DictRatings:                                                                    # Repository, for a test
    def __init__(self, **statuses):
        self.statuses, self.ratings = statuses, []

    def status_of(self, trip_id):
        return self.statuses.get(f"trip_{trip_id}")

    def add(self, rating):
        self.ratings.append(rating)


service = RatingService(DictRatings(trip_12="completed", trip_7="accepted"), VirtualClock())
print(service.rate(12, 4))
try:
    service.rate(7, 4)
except NotCompleted as error:
    print("refused:", error)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# The rating of trip 12 with the time of the virtual clock, then `refused: 7`. No line of Flask runs: the rule was
# tested alone. In the app, the handler turns `NotCompleted` into 409.
#
# </details>
#
# ### Example 7: the same endpoint in FastAPI
#
# Frameworks differ in how they look, not in what they do. FastAPI reads the path, the model and the status from the
# signature; it speaks ASGI, the asynchronous sister of WSGI. Django, Express, Spring, Laravel, Rails and .NET have the
# same parts: a route, a handler, a body that is validated, a response. You need not run this text:
#
# ```python
# from fastapi import FastAPI, HTTPException, Response
#
# app = FastAPI()
#
# @app.post("/trips/{trip_id}/ratings", status_code=201)                  # Route
# def rate_trip(trip_id: int, rating: NewRating, response: Response):     # Type, Parse, Validate: from the signature
#     try:
#         stored = service.rate(trip_id, rating.stars)                    # Rule, Store: the same service as before
#     except NotCompleted:
#         raise HTTPException(409)
#     response.headers["Location"] = f"/trips/{trip_id}/ratings/rider"    # Answer
#     return stored
# ```
#
# **Predict.** Which part of example 6 would you have to change to move from Flask to FastAPI?
#
# <details><summary>Answer</summary>
#
# Only the handler. Service and repository know no framework. One more difference: FastAPI answers broken JSON with 422,
# not 400, unless you tell it otherwise.
#
# </details>

# %% [markdown]
# The next cell is locked. It holds helpers of the checks: reading and changing a database file past your app, and
# requests that several questions need. You need not read it.

# %% setup
OUTBOX = """CREATE TABLE outbox (id INTEGER PRIMARY KEY, topic TEXT NOT NULL, payload TEXT NOT NULL,
    created_at TEXT NOT NULL, sent_at TEXT)"""


def change(path, statement, *values):
    """Change a database file past the app; return how many rows it touched."""
    with closing(sqlite3.connect(path, timeout=0.1)) as db, db:
        return db.execute(statement, values).rowcount


def trips_in(path):
    """The public part of every trip in a database file."""
    names = ["trip_id", "rider_id", "driver_id", "pickup_zone_id", "dropoff_zone_id", "status", "requested_at"]
    names.append("fare_cents")
    found = rows_in(path, f"SELECT {', '.join(names)} FROM trips ORDER BY 1")
    return [dict(zip(names, row, strict=True)) for row in found]


def put_in_place(backup, path):
    """Put another file in the place of the database file, as somebody does who restores a backup."""
    try:
        os.replace(backup, path)
    except PermissionError:  # Windows: somebody holds the file open
        raise CheckFailed("Your app keeps the database file open between requests.") from None


def expect_object(exchange):
    """The JSON object of an answer."""
    found = exchange.json()
    if not isinstance(found, dict):
        raise CheckFailed(f"{exchange.asked}: the body should be a JSON object, and is {found!r}.")
    return found


def location_of(exchange):
    """The address of what was made, for a request of its own."""
    if not exchange.location:
        raise CheckFailed(f"{exchange.asked}: the answer has no Location.")
    return exchange.location


def merge_patch(client, target, body):
    """A PATCH by the rules of RFC 7396."""
    return client.patch(target, json=body, headers={"Content-Type": "application/merge-patch+json"})


def move(client, trip_id, step, **body):
    """Move a trip on: POST to the sub-resource, or else PATCH with the new status."""
    made = client.post(f"/trips/{trip_id}/{step}", json=body)
    if made.status not in (404, 405):
        return made
    status = {"acceptance": "accepted", "start": "in_progress", "finish": "completed", "cancellation": "cancelled"}
    edited = client.patch(f"/trips/{trip_id}", json={**body, "status": status[step]})
    return made if edited.status in (404, 405) else edited


def is_problem(exchange, *statuses):
    """Require a problem document (RFC 9457) with one of these statuses; return it."""
    kept = {"Allow": None}  # a rule of its own, where it matters
    expect(exchange, status=statuses, header=kept)
    with meaning("content-type", "A problem document has the Content-Type application/problem+json."):
        if exchange.media_type == "application/json":
            expect(exchange, problem=True)
    with meaning("framework-default", "An error page of the framework came. Every error is a problem document."):
        expect(exchange, media_type="application/problem+json")
    expect(exchange, problem=True)
    return exchange.json()

# %% [markdown]
# ## Questions
#
# Eight questions, 30 points. Run your answer cell, then the check cell below it, as often as you like. The module is
# mastered with 24 points and every question marked ★.
#
# Every app has a function of its own name, so that an answer further down does not replace one above. All of them get
# `db_path`, the path of a database file with Hopline's tables. The check makes that file, sends requests to your app,
# and reads the file afterwards. Hidden checks do the same with other data. The classes, helpers and imports of an
# answer cell stay in your notebook: use them again further down.
#
# Choose freely how you build an app: Flask, another framework, or a bare WSGI or ASGI function. Only requests and
# responses count, and what stands in the database afterwards.

# %% C3.1 prompt [markdown] type="choice-set"
# ## C3.1 Name the resources
#
# For each need, pick the proposal that fits an API made of resources. Two of the needs have two right proposals: pick
# one. Write one letter between the quotation marks of each line.
#
# | need | a | b | c | d |
# |---|---|---|---|---|
# | `accept`: a driver accepts trip 7 | `GET /trips/7/accept` | `POST /trips/7/acceptance` | `POST /acceptTrip?id=7` | `PATCH /trips/7` with a new status |
# | `rate`: a rider rates trip 7 | `POST /trips/7/ratings` | `POST /rateTrip` | `GET /trips/7/ratings?stars=5` | `POST /trips/7?action=rate` |
# | `history`: list the trips of rider 4 | `GET /getTrips/4` | `POST /trips/search` | `GET /riders/4/trips` | `GET /trips?rider_id=4` |
# | `cancel`: cancel trip 7 | `GET /cancelTrip?id=7` | `POST /trips/7/cancellation` | `POST /trips/delete` with the id | `DELETE /trips` |
# | `search`: find active drivers in zone 3 | `POST /drivers/find` | `GET /searchDrivers?zone=3` | `POST /drivers` with the filter | `GET /drivers?zone_id=3&status=active` |
# | `email`: change only the e-mail of rider 4 | `POST /riders/4/updateEmail` | `GET /riders/4/email?set=new` | `PATCH /riders/4` with the e-mail | `PUT /riders/4` with only the e-mail |
# | `request`: a rider requests a trip | `PUT /trips` | `POST /trips` | `POST /trips/create` | `GET /trips/new` |
# | `leave`: a rider closes the account | `DELETE /riders/4` | `POST /riders/4/delete` | `GET /riders/4?delete=true` | `DELETE /riders` |

# %% C3.1 answer
resources = {
    "accept": "",
    "rate": "",
    "history": "",
    "cancel": "",
    "search": "",
    "email": "",
    "request": "",
    "leave": "",
}
### BEGIN SOLUTION
resources = {
    "accept": "b",
    "rate": "a",
    "history": "c",
    "cancel": "b",
    "search": "d",
    "email": "c",
    "request": "b",
    "leave": "a",
}
### END SOLUTION

# %% C3.1 check
q = Question("C3.1")
with q.check("one letter for each of the eight needs", points=0.5):
    for need in ("accept", "rate", "history", "cancel", "search", "email", "request", "leave"):
        chosen(resources[need], among="abcd")
        if len(str(resources[need]).strip()) != 1:
            raise CheckFailed(f"Pick exactly one letter for {need!r}; yours is {resources[need]!r}.")
q.result()

# %% C3.1 hidden
q = Question("C3.1", hidden=True)
verb = {"tag": "verb-in-path", "says": "A path of yours holds a verb. A path names a thing; the method is the verb."}
tunnel = {
    "tag": "tunnelled-method",
    "says": "A POST of yours carries another method in its path, its query or its body. HTTP has a method for it.",
}
writes = {"tag": "unsafe-get", "says": "A GET of yours changes something. GET only reads: caches repeat it."}
whole = {"tag": "whole-collection", "says": "A request of yours replaces or deletes all resources of a kind. Name one."}
merge = {"tag": "put-as-patch", "says": "PUT replaces the whole rider: all that you leave out is gone. PATCH edits."}
keys = {
    "accept": ("bd", {"a": writes, "c": verb}),
    "rate": ("a", {"b": verb, "c": writes, "d": tunnel}),
    "history": ("cd", {"a": verb, "b": tunnel}),
    "cancel": ("b", {"a": verb, "c": tunnel, "d": whole}),
    "search": ("d", {"a": verb, "b": verb, "c": tunnel}),
    "email": ("c", {"a": verb, "b": writes, "d": merge}),
    "request": ("b", {"a": whole, "c": verb, "d": writes}),
    "leave": ("a", {"b": tunnel, "c": writes, "d": whole}),
}


def judge(*needs):
    for need in needs:
        right, known = keys[need]
        pick = str(resources[need]).strip().lower()
        chosen(resources[need], pick if len(pick) == 1 and pick in right else right[0], among="abcd", known=known)


with q.check("needs that only read", points=0.5, advice="Which method reads? Where does a filter stand?"):
    judge("history", "search")
with q.check("needs that create or change", points=1, advice="Does the path name one thing? Does the method fit it?"):
    judge("accept", "rate", "cancel", "email", "request", "leave")
q.result()

# %% C3.1 hints [markdown]
# 1. Read only the paths first. A path names a thing: a trip, the ratings of a trip, the riders. Cross out each path
#    that tells the server what to do.
# 2. Now look at the methods. GET reads and changes nothing. POST to a collection creates a member. PUT replaces,
#    PATCH edits, DELETE removes. Is the resource in the path the one you mean, or all of its kind? A filter belongs
#    into the query.
# 3. A state change can be a new sub-resource, such as `POST /trips/7/cancellation`, or a PATCH of the status. So for
#    `accept` the path is `/trips/7/…` with POST, or `/trips/7` with PATCH; for `email` it is `/riders/4` with …

# %% C3.1 wrong verb-in-path change=true
# Cancels with `GET /cancelTrip?id=7`: the path is a command, and a GET changes something.
-    "cancel": "b",
+    "cancel": "a",

# %% C3.1 wrong tunnelled-method change=true
# Cancels with `POST /trips/delete`: POST carries a DELETE in its path.
-    "cancel": "b",
+    "cancel": "c",

# %% C3.1 wrong verb-in-path change=true
# Searches with `POST /drivers/find`: a search reads, so it is a GET with a query.
-    "search": "d",
+    "search": "a",

# %% C3.1 wrong unsafe-get change=true
# Accepts a trip by GET. Browsers and caches repeat a GET as they like.
-    "accept": "b",
+    "accept": "a",

# %% C3.1 wrong put-as-patch change=true
# PUT with only the e-mail would erase name and phone.
-    "email": "c",
+    "email": "d",

# %% C3.1 wrong whole-collection change=true
# `DELETE /riders` closes everybody's account.
-    "leave": "a",
+    "leave": "d",

# %% C3.1 right patch change=true
# A PATCH of the status says the same as a sub-resource, and a filter the same as a path below the rider.
-    "accept": "b",
+    "accept": "d",

-    "history": "c",
+    "history": "d",

# %% C3.1 right capitals change=true
# Capital letters and spaces do not matter.
-    "leave": "a",
+    "leave": " A ",

# %% C3.2 prompt [markdown] type="http-app" core=true
# ## C3.2 Read trips
#
# Write `create_read_app(db_path)`, which returns a web app that reads trips from the database file. Each request opens
# the file for itself and closes it again: another program may put a backup in its place while your app runs. The
# starter names the steps of example 2.
#
# | request | success | errors |
# |---|---|---|
# | `GET /trips/{trip_id}` | 200 and the trip | 404 when there is no such trip, whatever text stands for the id |
# | `GET /trips` | 200 and `{"trips": [...]}`: all trips by `trip_id` | |
# | `GET /trips?status={status}` | 200 and the trips with that status | 422 (or 400) when it is not one of the five |
#
# A trip is a JSON object with exactly `trip_id`, `rider_id`, `driver_id`, `pickup_zone_id`, `dropoff_zone_id`,
# `status`, `requested_at`, `fare_cents`. All other columns are internal. HEAD answers as GET does, without a body. The
# body of an error is up to you.

# %% C3.2 answer
from flask import Flask, request

PUBLIC = "trip_id, rider_id, driver_id, pickup_zone_id, dropoff_zone_id, status, requested_at, fare_cents"
STATUSES = ("requested", "accepted", "in_progress", "completed", "cancelled")


def create_read_app(db_path):
    """Return a WSGI or ASGI app that reads the trips in the database file."""
    app = Flask("read")

    # GET /trips/<trip_id>   Route, Connect, Ask, Answer
    # GET /trips             Route, Connect, Ask, Answer
    ### BEGIN SOLUTION
    @app.get("/trips/<trip_id>")
    def read_trip(trip_id):
        if not (trip_id.isascii() and trip_id.isdigit() and len(trip_id) < 19):
            return {"title": "Not Found"}, 404
        with closing(connect(db_path)) as db:
            trip = db.execute(f"SELECT {PUBLIC} FROM trips WHERE trip_id = ?", (int(trip_id),)).fetchone()
        return dict(trip) if trip else ({"title": "Not Found"}, 404)

    @app.get("/trips")
    def list_trips():
        status = request.args.get("status")
        if status is not None and status not in STATUSES:
            return {"title": "Unknown status"}, 422
        with closing(connect(db_path)) as db:
            trips = db.execute(
                f"SELECT {PUBLIC} FROM trips WHERE ? IS NULL OR status = ? ORDER BY trip_id", (status, status)
            ).fetchall()
        return {"trips": [dict(trip) for trip in trips]}

    ### END SOLUTION
    return app

# %% C3.2 check
q = Question("C3.2")
with q.check("two trips, a list, and a trip that is not there", points=1):
    with database_file(city) as path:
        client = Client(create_read_app(path))
        for trip in trips_in(path)[5:7]:
            expect(client.get(f"/trips/{trip['trip_id']}"), status=200, json=trip)
        moving = [trip for trip in trips_in(path) if trip["status"] == "in_progress"]
        expect(client.get("/trips?status=in_progress"), status=200, json_exact={"trips": moving})
        expect(client.get("/trips/5000"), status=404, rfc="RFC 9110, 15.5.5")
q.result()

# %% C3.2 hidden
q = Question("C3.2", hidden=True)
with q.check("ids that name no trip", points=0.5, advice="An id is text until you have proved more."):
    with database_file(hopline.load("ties", seed=3201)) as path:
        client = Client(create_read_app(path))
        expect(client.get("/trips/1"), status=200, json=trips_in(path)[0])
        for odd in ("abc", "0", "-1", "1.5", "7x", "5000", "9223372036854775808", "99999999999999999999", "1%20OR%201"):
            found = client.get(f"/trips/{odd}")
            with meaning("ok-with-error", "Some ids have no trip, and the answer is still a success. It must be 404."):
                assert not 200 <= found.status < 300, f"GET /trips/{odd} answered {found.status}"
            with meaning("unhandled-input", "An id made your app fail. SQLite keeps whole numbers below 2^63 only."):
                assert found.status < 500, f"GET /trips/{odd} answered {found.status}"
            expect(found, status=404, rfc="RFC 9110, 15.5.5")
with q.check("only the public fields", points=0.5, advice="Name the columns you send. Each trip is a JSON object."):
    with database_file(hopline.load("nulls", seed=3202)) as path:
        change(path, "ALTER TABLE trips ADD COLUMN fraud_note TEXT DEFAULT 'watch this rider'")
        client = Client(create_read_app(path))
        for trip in trips_in(path)[:12]:
            one = expect(client.get(f"/trips/{trip['trip_id']}"), status=200)
            with meaning("over-exposure", "Your answer holds columns that are internal. Pick columns by name."):
                assert not set(expect_object(one)) - set(trip), "an internal column is in the answer"
            expect(one, status=200, json_exact=trip, media_type="application/json")
            head = client.request("HEAD", f"/trips/{trip['trip_id']}")
            expect(head, status=200, media_type="application/json", rfc="RFC 9110, 9.3.2")
            assert not head.response.body, "the answer to HEAD has a body"
        expect(client.get("/trips"), status=200, json_exact={"trips": trips_in(path)}, media_type="application/json")
with q.check("the filter", points=0.5, advice="Try each status, one that does not exist, and one with a quote in it."):
    with database_file(hopline.load("fall", seed=3203)) as path:
        client = Client(create_read_app(path))
        for status in ("requested", "accepted", "completed", "cancelled"):
            wanted = [trip for trip in trips_in(path) if trip["status"] == status]
            expect(client.get(f"/trips?status={status}"), status=200, json_exact={"trips": wanted})
        for odd in ("x'%20OR%20'1'='1", "completed'%20--", "'", "lost", "Completed", "", "requested;%20--"):
            found = client.get(f"/trips?status={odd}")
            with meaning("sql-injection", "A status with a quote in it changes your query. Pass it as a parameter."):
                assert "'" not in odd or found.status in (400, 422), f"status={odd} answered {found.status}"
            expect(found, status=(400, 422), rfc="RFC 9110, 15.5.21")
    with database_file(hopline.load("empty")) as path:
        expect(Client(create_read_app(path)).get("/trips"), status=200, json_exact={"trips": []})
with q.check(
    "fifty readers at once, and a restored backup",
    points=0.5,
    advice="Open a connection in each request and close it there: another thread, another file, and the same app.",
):
    with database_file(hopline.load("dst", seed=3204)) as path:
        client = Client(create_read_app(path))
        many = [trip for trip in trips_in(path)[:50]]
        answers = client.parallel([("GET", f"/trips/{trip['trip_id']}") for trip in many])
        with meaning("shared-connection", "One connection serves all requests. SQLite refuses it in other threads."):
            for trip, answer in zip(many, answers, strict=True):
                expect(answer, status=200, json=trip)
        restored = hopline.load_rows(trips=[{"trip_id": 900_001, "rider_id": 3, "status": "cancelled"}])
        with database_file(restored) as backup:
            put_in_place(backup, path)
        with meaning("shared-connection", "Your app still reads the old file: its connection outlives the request."):
            expect(client.get("/trips/900001"), status=200, json=trips_in(path)[0])
        expect(client.get(f"/trips/{many[0]['trip_id']}"), status=404)
q.result()

# %% C3.2 hints [markdown]
# 1. Begin with the route. What does it hand to your function: a number or a text? Whoever calls your app may write
#    anything there. List five texts that are no trip's id, and decide on the answer to all of them.
# 2. Pick the columns by name, so that a new column never gets out. `fetchone()` gives None when there is no row:
#    answer 404 then. For the list, compare the wanted status with the five known ones before you ask the database,
#    and pass it as a parameter.
# 3. In the handler: `if not trip_id.isdigit() or len(trip_id) > 18: return {"title": "Not Found"}, 404`, then `with
#    closing(connect(db_path)) as db: trip = db.execute(f"SELECT {PUBLIC} FROM trips WHERE trip_id = ?",
#    (…,)).fetchone()`, and last `dict(trip)` or 404.

# %% C3.2 wrong over-exposure change=true
# You send every column of the table. A column that is added tomorrow would get out, too.
-            trip = db.execute(f"SELECT {PUBLIC} FROM trips WHERE trip_id = ?", (int(trip_id),)).fetchone()
+            trip = db.execute("SELECT * FROM trips WHERE trip_id = ?", (int(trip_id),)).fetchone()

# %% C3.2 wrong unhandled-input change=true
# A number above 2^63 - 1 raises OverflowError in SQLite, and your app answers 500.
-        if not (trip_id.isascii() and trip_id.isdigit() and len(trip_id) < 19):
+        if not (trip_id.isascii() and trip_id.isdigit()):

# %% C3.2 wrong unhandled-input change=true
# `int("abc")` raises ValueError, and your app answers 500. Such an id has no trip: 404.
-        if not (trip_id.isascii() and trip_id.isdigit() and len(trip_id) < 19):
-            return {"title": "Not Found"}, 404

# %% C3.2 wrong shared-connection change=true
# One connection is made with the app. SQLite refuses it in the other threads of a server.
-    app = Flask("read")
+    app = Flask("read")
+    shared = connect(db_path)

-        with closing(connect(db_path)) as db:
-            trip = db.execute(f"SELECT {PUBLIC} FROM trips WHERE trip_id = ?", (int(trip_id),)).fetchone()
+        trip = shared.execute(f"SELECT {PUBLIC} FROM trips WHERE trip_id = ?", (int(trip_id),)).fetchone()

# %% C3.2 wrong shared-connection change=true
# `check_same_thread=False` silences SQLite, and still one connection serves all requests.
-    app = Flask("read")
+    app = Flask("read")
+    shared = sqlite3.connect(db_path, check_same_thread=False)
+    shared.row_factory = sqlite3.Row

-        with closing(connect(db_path)) as db:
-            trip = db.execute(f"SELECT {PUBLIC} FROM trips WHERE trip_id = ?", (int(trip_id),)).fetchone()
+        trip = shared.execute(f"SELECT {PUBLIC} FROM trips WHERE trip_id = ?", (int(trip_id),)).fetchone()

# %% C3.2 wrong ok-with-error change=true
# An unknown trip gets 200 with `null`. Callers look at the status first: answer 404.
-        return dict(trip) if trip else ({"title": "Not Found"}, 404)
+        return {"trip": None} if trip is None else dict(trip)

# %% C3.2 wrong sql-injection change=true
# The status stands inside the text of the query: a quote in it changes the query.
-        if status is not None and status not in STATUSES:
-            return {"title": "Unknown status"}, 422

-            trips = db.execute(
-                f"SELECT {PUBLIC} FROM trips WHERE ? IS NULL OR status = ? ORDER BY trip_id", (status, status)
-            ).fetchall()
+            where = f"WHERE status = '{status}'" if status is not None else ""
+            trips = db.execute(f"SELECT {PUBLIC} FROM trips {where} ORDER BY trip_id").fetchall()

# %% C3.2 right wsgi
# A WSGI function without a framework: the contract is about requests and responses, not about tools.
import json
from urllib.parse import parse_qs

FIELDS = "trip_id, rider_id, driver_id, pickup_zone_id, dropoff_zone_id, status, requested_at, fare_cents"


def create_read_app(db_path):
    def answer(start_response, method, status, value):
        body = json.dumps(value).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [] if method == "HEAD" else [body]

    def app(environ, start_response):
        method, parts = environ["REQUEST_METHOD"], environ["PATH_INFO"].split("/")[1:]
        with closing(connect(db_path)) as db:
            if parts == ["trips"]:
                asked = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True).get("status")
                if asked and asked[0] not in ("requested", "accepted", "in_progress", "completed", "cancelled"):
                    return answer(start_response, method, "400 Bad Request", {"title": "no such status"})
                where, values = ("WHERE status = ?", asked[:1]) if asked else ("", [])
                rows = db.execute(f"SELECT {FIELDS} FROM trips {where} ORDER BY trip_id", values)
                return answer(start_response, method, "200 OK", {"trips": [dict(row) for row in rows]})
            if len(parts) == 2 and parts[0] == "trips":
                # Compared as text, so no id can overflow.
                row = db.execute(f"SELECT {FIELDS} FROM trips WHERE CAST(trip_id AS TEXT) = ?", parts[1:]).fetchone()
                if row:
                    return answer(start_response, method, "200 OK", dict(row))
        return answer(start_response, method, "404 Not Found", {"title": "not found"})

    return app

# %% C3.2 right fastapi
# The same contract in FastAPI, an ASGI framework: types in the signature take the place of the tests.
from typing import Literal

from fastapi import FastAPI, HTTPException

FIELDS = "trip_id, rider_id, driver_id, pickup_zone_id, dropoff_zone_id, status, requested_at, fare_cents"


def create_read_app(db_path):
    app = FastAPI()

    @app.api_route("/trips", methods=["GET", "HEAD"])
    def list_trips(status: Literal["requested", "accepted", "in_progress", "completed", "cancelled"] | None = None):
        with closing(connect(db_path)) as db:
            rows = db.execute(f"SELECT {FIELDS} FROM trips WHERE ?1 IS NULL OR status = ?1 ORDER BY trip_id", (status,))
            return {"trips": [dict(row) for row in rows]}

    @app.api_route("/trips/{trip_id}", methods=["GET", "HEAD"])
    def read_trip(trip_id: str):
        if not trip_id.isdigit() or int(trip_id) >= 2**63:
            raise HTTPException(404)
        with closing(connect(db_path)) as db:
            row = db.execute(f"SELECT {FIELDS} FROM trips WHERE trip_id = ?", (int(trip_id),)).fetchone()
        if row is None:
            raise HTTPException(404)
        return dict(row)

    return app

# %% C3.2 right converter change=true
# Flask's own converter lets only digits through; the largest number is cut off by hand.
-    @app.get("/trips/<trip_id>")
+    @app.get("/trips/<int:trip_id>")

-        if not (trip_id.isascii() and trip_id.isdigit() and len(trip_id) < 19):
+        if trip_id >= 2**63:

# %% C3.3 prompt [markdown] type="http-app" core=true
# ## C3.3 Request a trip
#
# Write `create_request_app(db_path, clock, distance_m)`, which returns a web app in which riders request trips. The
# server decides on number, status, time and quote: `clock.now()` gives the time, `distance_m(pickup_zone_id,
# dropoff_zone_id)` the way in whole metres, and the quote is (250 + 9 × full 100 m) × `surge_bp` of the pick-up zone ÷
# 10000, floored. A promo is stored with the trip as `promo_id` and taken off at the end of the ride, not from the
# quote.
#
# | request | success | errors |
# |---|---|---|
# | `POST /trips` with a JSON object: `rider_id`, `pickup_zone_id`, `dropoff_zone_id` (whole numbers), `promo_code` (text or null; may be missing) | 201, `Location` (absolute or relative), the new trip; one row in `trips` | 415 another media type · 400 not JSON · 422 a field missing or of another type; the rider, a zone or the promo cannot be used |
# | `GET /trips/{trip_id}` | 200 and the trip | 404 |
#
# A trip is a JSON object with at least `trip_id`, `rider_id`, `pickup_zone_id`, `dropoff_zone_id`, `status`,
# `requested_at`, `quoted_cents`. A deleted rider cannot be used. A promo can be used from `starts_at` until before
# `ends_at` (NULL: for ever), while fewer than `max_uses` trips carry it (NULL: no limit). Refuse unknown fields with
# 422, or ignore them. Two equal requests make two trips. After an error nothing is stored.

# %% C3.3 answer
from flask import Flask, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

ID = Field(ge=1, lt=2**63)


class TripRequest(BaseModel):
    """What a client may decide about a new trip, and nothing else."""

    model_config = ConfigDict(strict=True, extra="forbid")
    rider_id: int = ID
    pickup_zone_id: int = ID
    dropoff_zone_id: int = ID
    promo_code: str | None = None


def create_request_app(db_path, clock, distance_m):
    """Return a WSGI or ASGI app in which riders request trips."""
    app = Flask("request")
    shown = "trip_id, rider_id, pickup_zone_id, dropoff_zone_id, status, requested_at, quoted_cents"

    # POST /trips            Type, Parse, Validate, Rule, Store, Answer
    # GET /trips/<trip_id>   the Location of the answer leads here
    ### BEGIN SOLUTION
    @app.post("/trips")
    def request_trip():
        try:
            wanted = TripRequest.model_validate(request.get_json())  # Type: 415. Parse: 400. Both come from Flask
        except ValidationError:
            return {"title": "The trip request is not valid"}, 422  # Validate
        now = utc(clock.now())
        with closing(connect(db_path)) as db, db:
            db.execute("BEGIN IMMEDIATE")  # nobody uses up the promo between the question and the answer
            rider = db.execute(
                "SELECT 1 FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (wanted.rider_id,)
            ).fetchone()
            surge = db.execute("SELECT surge_bp FROM zones WHERE zone_id = ?", (wanted.pickup_zone_id,)).fetchone()
            goal = db.execute("SELECT 1 FROM zones WHERE zone_id = ?", (wanted.dropoff_zone_id,)).fetchone()
            promo = db.execute(
                """SELECT promo_id FROM promo_codes AS p
                WHERE code = ? AND starts_at <= ? AND (ends_at IS NULL OR ? < ends_at)
                  AND (max_uses IS NULL OR (SELECT count(*) FROM trips WHERE promo_id = p.promo_id) < max_uses)""",
                (wanted.promo_code, now, now),
            ).fetchone()
            if not rider or not surge or not goal or (wanted.promo_code is not None and not promo):  # Rule
                return {"title": "The rider, a zone or the promo cannot be used"}, 422
            metres = distance_m(wanted.pickup_zone_id, wanted.dropoff_zone_id)
            quote = (250 + metres // 100 * 9) * surge["surge_bp"] // 10_000
            trip_id = db.execute(  # Store
                """INSERT INTO trips
                (rider_id, pickup_zone_id, dropoff_zone_id, promo_id, status, requested_at, quoted_cents)
                VALUES (?, ?, ?, ?, 'requested', ?, ?)""",
                (
                    wanted.rider_id,
                    wanted.pickup_zone_id,
                    wanted.dropoff_zone_id,
                    promo["promo_id"] if promo else None,
                    now,
                    quote,
                ),
            ).lastrowid
        return read_trip(trip_id), 201, {"Location": f"/trips/{trip_id}"}  # Answer

    @app.get("/trips/<int:trip_id>")
    def read_trip(trip_id):
        with closing(connect(db_path)) as db:
            trip = db.execute(f"SELECT {shown} FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()
        return dict(trip) if trip else ({"title": "Not Found"}, 404)

    ### END SOLUTION
    return app

# %% C3.3 check
q = Question("C3.3")
with q.check("one trip from the airport to Baixa", points=1):
    with database_file(city) as path:
        client = Client(create_request_app(path, VirtualClock("2025-03-04T09:15:00Z"), lambda pickup, dropoff: 8_450))
        made = client.post("/trips", json={"rider_id": 1, "pickup_zone_id": 5, "dropoff_zone_id": 3})
        trip = {"rider_id": 1, "pickup_zone_id": 5, "dropoff_zone_id": 3, "status": "requested",
                "requested_at": "2025-03-04T09:15:00Z", "quoted_cents": 1509}
        expect(made, status=201, json=trip, rfc="RFC 9110, 15.3.2")
        expect(client.get(location_of(made)), status=200, json=trip)
q.result()

# %% C3.3 hidden
q = Question("C3.3", hidden=True)
start, fair = "2025-05-06T07:08:09Z", {"rider_id": 2, "pickup_zone_id": 11, "dropoff_zone_id": 12}


def stored(path):
    return rows_in(path, "SELECT rider_id, promo_id, status, requested_at, quoted_cents FROM trips ORDER BY trip_id")


def people_and_promos(**tables):
    riders = [{"rider_id": 1}, {"rider_id": 2}, {"rider_id": 3, "deleted_at": "2025-01-01T00:00:00Z"}]
    zones = [{"zone_id": 11, "surge_bp": 11_500}, {"zone_id": 12, "surge_bp": 10_000}]
    return hopline.load_rows(zones=zones, riders=riders, **tables)


with q.check(
    "the server decides on price, status, number and time",
    points=1,
    advice="A field that only the server may set came from the client. Build the row from the fields you have checked.",
):
    extras = (
        {"fare_cents": 1}, {"quoted_cents": 1}, {"status": "completed"}, {"trip_id": 77}, {"tip_cents": 5_000},
        {"requested_at": "2020-01-01T00:00:00Z"}, {"driver_id": 1}, {"promo_id": 1}, {"distance_m": 0},
    )
    drivers, promo = [{"driver_id": 1}], [{"promo_id": 1, "code": "HALF", "percent_off": 50}]
    for extra in extras:
        with database_file(people_and_promos(drivers=drivers, promo_codes=promo)) as path:
            client = Client(create_request_app(path, VirtualClock(start), lambda pickup, dropoff: 1_000))
            made = client.post("/trips", json=fair | extra)
            expect(made, status=(201, 422))
            found = rows_in(path, """SELECT trip_id, driver_id, promo_id, status, requested_at, distance_m,
                quoted_cents, fare_cents, tip_cents FROM trips""")
            as_it_should = [(1, None, None, "requested", start, None, 391, None, None)] if made.status == 201 else []
            known = [(*row[:5], None if row[5] == 1_000 else row[5], *row[6:]) for row in found]  # a server may note it
            with meaning("mass-assignment"):
                assert known == as_it_should, "a field of the client's stands in the row"
with q.check("the answer to a creation", points=0.5, advice="Look up 201 in RFC 9110. Where is the address?"):
    with database_file(people_and_promos(trips=[{"trip_id": 40, "rider_id": 1, "pickup_zone_id": 11}])) as path:
        clock = VirtualClock(start)
        client = Client(create_request_app(path, clock, lambda pickup, dropoff: 500))
        for wait, moment in ((0, start), (51, "2025-05-06T07:09:00Z")):
            clock.advance(wait)
            made = client.post("/trips", json=fair)
            with meaning("created-201", "A new resource is announced by 201 and its address in Location."):
                expect(made, status=201, rfc="RFC 9110, 15.3.2")
                target = location_of(made)
            expect(made, json={"rider_id": 2, "status": "requested", "requested_at": moment, "quoted_cents": 339})
            expect(client.get(target), status=200, json={key: made.json()[key] for key in (*fair, "trip_id")})
        expect(client.get("/trips/41"), status=200)
        expect(client.get("/trips/42"), status=200)
        expect(client.get("/trips/43"), status=404)
        assert len(stored(path)) == 3, "two equal requests must make two trips"
with q.check("the quote in whole cents", points=0.5, advice="Count full hundreds, multiply, floor once. Floats?"):
    zones = [{"zone_id": n, "surge_bp": bp} for n, bp in enumerate((10_000, 11_500, 12_500, 14_000, 20_000), 1)]
    with database_file(hopline.load_rows(zones=zones, riders=[{"rider_id": 1}])) as path:
        asked = []


        def metres(pickup, dropoff):
            asked.append((pickup, dropoff))
            return way

        client = Client(create_request_app(path, VirtualClock(start), metres))
        for way in (0, 99, 100, 1_000, 3_050, 15_000, 9_999_999):
            for zone in range(1, 6):
                wanted = (250 + way // 100 * 9) * zones[zone - 1]["surge_bp"] // 10_000
                made = client.post("/trips", json={"rider_id": 1, "pickup_zone_id": zone, "dropoff_zone_id": 1})
                expect(made, status=201)
                with meaning("float-money", "A quote is wrong by a cent, or no whole number. Use `//`, no floats."):
                    assert type(made.json()["quoted_cents"]) is int, "the quote is not a whole number"
                    same_value(made.json()["quoted_cents"], wanted, of="quoted_cents")
                same_value(stored(path)[-1][-1], wanted, of="quoted_cents in the database")
                with meaning("swapped-arguments", "Ask for the way from the pick-up zone to the drop-off zone."):
                    same_value(asked[-1], (zone, 1), of="what distance_m was asked")
with q.check("bodies that are no trip request", points=0.5, advice="Which error is it: media type, JSON, or fields?"):
    with database_file(people_and_promos()) as path:
        client = Client(create_request_app(path, VirtualClock(start), lambda pickup, dropoff: 500))
        as_text = client.post("/trips", data=b'{"rider_id": 2}', headers={"Content-Type": "text/plain"})
        expect(as_text, status=415, rfc="RFC 9110, 15.5.16")
        for broken in (b"", b"{", b'{"rider_id": 2,}', b"\xff\xfe"):
            sent = client.post("/trips", data=broken, headers={"Content-Type": "application/json"})
            expect(sent, status=400, rfc="RFC 9110, 15.5.1")
        strange = [{}, [], [fair], "trip", 7, b"null"]
        strange += [{key: value for key, value in fair.items() if key != left_out} for left_out in fair]
        strange += [fair | {key: odd} for key in fair for odd in ("2", True, 2.5, None, [2], 2**63)]
        strange += [fair | {"promo_code": 5}, fair | {"promo_code": ["HALF"]}]
        for body in strange:
            with meaning("blame-server", "A body of the client's made your app fail. That is never 500."):
                answer = client.post("/trips", json=body)
                assert answer.status < 500, f"the body {body!r} was answered with {answer.status}"
            expect(answer, status=(400, 422) if not isinstance(body, dict) else 422, rfc="RFC 9110, 15.5.21")
        assert stored(path) == [], "something was stored although the request was refused"
with q.check("riders, zones and promos that cannot be used", points=0.5, advice="Who may ride? Which promo counts?"):
    promos = [
        {"promo_id": 1, "code": "NOW", "starts_at": start, "ends_at": "2025-05-06T07:08:10Z"},
        {"promo_id": 2, "code": "OVER", "starts_at": "2025-01-01T00:00:00Z", "ends_at": start},
        {"promo_id": 3, "code": "SOON", "starts_at": "2025-05-06T07:08:10Z"},
        {"promo_id": 4, "code": "TWICE", "max_uses": 2},
        {"promo_id": 5, "code": "NEVER", "max_uses": 0},
    ]
    used = [{"rider_id": 1, "pickup_zone_id": 11, "promo_id": 4, "status": "completed"}]
    with database_file(people_and_promos(promo_codes=promos, trips=used)) as path:
        client = Client(create_request_app(path, VirtualClock(start), lambda pickup, dropoff: 500))
        for key, number in (("rider_id", 99), ("pickup_zone_id", 99), ("dropoff_zone_id", 99), ("rider_id", 2**62)):
            answer = client.post("/trips", json=fair | {key: number})
            with meaning("blame-server", "An id that does not exist made your app fail. The client erred: answer 422."):
                assert answer.status < 500, f"an unknown {key} was answered with {answer.status}"
            expect(answer, status=422, rfc="RFC 9110, 15.5.21")
        with meaning("deleted-rider", "A rider with a time in `deleted_at` has left and cannot request a trip."):
            expect(client.post("/trips", json=fair | {"rider_id": 3}), status=422)
        unfit = [(code, 422) for code in ("OVER", "SOON", "NEVER", "now", "", "NOBODY")]
        for code, status in (*unfit, ("NOW", 201), ("TWICE", 201), ("TWICE", 422), (None, 201)):
            answer = client.post("/trips", json=fair | {"promo_code": code})
            with meaning("promo-rule", "A promo counted that should not, or did not count. Test both ends."):
                assert (answer.status < 400) == (status < 400), f"the promo {code!r} was answered with {answer.status}"
            expect(answer, status=status)
        with meaning("promo-rule", "A trip was stored with another promo than the one that the rider named."):
            wanted = [(2, promo_id, "requested", start, 339) for promo_id in (1, 4, None)]
            assert stored(path)[1:] == wanted, "the rows in the database are not those of the accepted requests"
q.result()

# %% C3.3 hints [markdown]
# 1. Go through the six steps of example 3 with this task. Which fields may a rider decide? The table names four. All
#    other columns of the new row come from the clock, from the zones, or are fixed.
# 2. The model of the starter refuses wrong types and unknown fields. What it cannot know stands in the database: is
#    there such a rider, still active, are there such zones, is the promo valid now? Ask for each before you store,
#    and answer 422 in one place.
# 3. Build the row from checked values, never from `**request.json`: `trip_id = db.execute("INSERT INTO trips
#    (rider_id, …, status, requested_at, quoted_cents) VALUES (?, …, 'requested', ?, ?)", (wanted.rider_id, …, now,
#    quote)).lastrowid`, then `return read_trip(trip_id), 201, {"Location": …}`.

# %% C3.3 wrong mass-assignment
# All fields of the body go into the row, so a client can set its own price.
from flask import Flask, jsonify, request


def create_request_app(db_path, clock, distance_m):
    app = Flask("request")

    @app.post("/trips")
    def request_trip():
        wanted = request.get_json()
        if not isinstance(wanted, dict) or any(
            type(wanted.get(key)) is not int for key in ("rider_id", "pickup_zone_id", "dropoff_zone_id")
        ):
            return {"title": "not valid"}, 422
        wanted.pop("promo_code", None)
        with closing(connect(db_path)) as db, db:
            surge = db.execute("SELECT surge_bp FROM zones WHERE zone_id = ?", (wanted["pickup_zone_id"],)).fetchone()
            metres = distance_m(wanted["pickup_zone_id"], wanted["dropoff_zone_id"])
            quote = (250 + metres // 100 * 9) * surge["surge_bp"] // 10_000
            row = {"status": "requested", "requested_at": utc(clock.now()), "quoted_cents": quote, **wanted}
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            trip_id = db.execute(f"INSERT INTO trips ({names}) VALUES ({marks})", list(row.values())).lastrowid
        return read_trip(trip_id), 201, {"Location": f"/trips/{trip_id}"}

    @app.get("/trips/<int:trip_id>")
    def read_trip(trip_id):
        with closing(connect(db_path)) as db:
            trip = db.execute("SELECT * FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()
        return dict(trip) if trip else ({"title": "Not Found"}, 404)

    return app

# %% C3.3 wrong mass-assignment change=true
# The quote of the client wins over the server's: everybody would ride for one cent.
-    model_config = ConfigDict(strict=True, extra="forbid")
+    model_config = ConfigDict(strict=True, extra="allow")

-            quote = (250 + metres // 100 * 9) * surge["surge_bp"] // 10_000
+            quote = (wanted.model_extra or {}).get("quoted_cents") or (250 + metres // 100 * 9) * surge["surge_bp"] // 10_000

# %% C3.3 wrong created-201 change=true
# The answer to a creation is 200 and names no address. The client cannot find its trip again.
-        return read_trip(trip_id), 201, {"Location": f"/trips/{trip_id}"}  # Answer
+        return read_trip(trip_id), 200  # Answer

# %% C3.3 wrong blame-server change=true
# The foreign key of the database finds the unknown rider, and the client reads 500.
-            rider = db.execute(
-                "SELECT 1 FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (wanted.rider_id,)
-            ).fetchone()

-            if not rider or not surge or not goal or (wanted.promo_code is not None and not promo):  # Rule
+            if not surge or not goal or (wanted.promo_code is not None and not promo):  # Rule

# %% C3.3 wrong deleted-rider change=true
# A rider who has left can still request a trip.
-                "SELECT 1 FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (wanted.rider_id,)
+                "SELECT 1 FROM riders WHERE rider_id = ?", (wanted.rider_id,)

# %% C3.3 wrong float-money change=true
# The surge is a float here, and `int` cuts 390.99999999999994 to 390.
-            quote = (250 + metres // 100 * 9) * surge["surge_bp"] // 10_000
+            quote = (250 + metres // 100 * 9) * (surge["surge_bp"] / 10_000)

-                    quote,
+                    int(quote),

# %% C3.3 wrong float-money change=true
# `round` gives half a cent to the company in one ride and to the rider in another. Floor it.
-            quote = (250 + metres // 100 * 9) * surge["surge_bp"] // 10_000
+            quote = round((250 + metres / 100 * 9) * surge["surge_bp"] / 10_000)

# %% C3.3 wrong promo-rule change=true
# A promo ends before the moment in `ends_at`. Here it still counts at that moment.
-                WHERE code = ? AND starts_at <= ? AND (ends_at IS NULL OR ? < ends_at)
+                WHERE code = ? AND starts_at <= ? AND (ends_at IS NULL OR ? <= ends_at)

# %% C3.3 right ignores-extras change=true
# Unknown fields are ignored, the Location is absolute, and the keys come in another order.
-    model_config = ConfigDict(strict=True, extra="forbid")
+    model_config = ConfigDict(strict=True, extra="ignore")

-        return read_trip(trip_id), 201, {"Location": f"/trips/{trip_id}"}  # Answer
+        return read_trip(trip_id), 201, {"Location": f"{request.url_root}trips/{trip_id}"}  # Answer

-        return dict(trip) if trip else ({"title": "Not Found"}, 404)
+        return dict(reversed(list(dict(trip).items()))) if trip else ({"title": "Not Found"}, 404)

# %% C3.3 right by-hand
# Validation by hand, with the types compared exactly: `type(True) is int` is false.
from flask import Flask, request


def create_request_app(db_path, clock, distance_m):
    app = Flask("request")

    def one(db, query, *values):
        found = db.execute(query, values).fetchone()
        return found[0] if found else None

    @app.post("/trips")
    def request_trip():
        body = request.get_json()
        if not isinstance(body, dict):
            return {"error": "send an object"}, 400
        ids = [body.get(key) for key in ("rider_id", "pickup_zone_id", "dropoff_zone_id")]
        code = body.get("promo_code")
        if not all(type(number) is int and 0 < number < 2**63 for number in ids) or not isinstance(code, str | None):
            return {"error": "three whole numbers, and perhaps a promo"}, 422
        now = utc(clock.now())
        with closing(connect(db_path)) as db, db:
            live = one(db, "SELECT count(*) FROM riders WHERE rider_id = ? AND deleted_at IS NULL", ids[0])
            surge = one(db, "SELECT surge_bp FROM zones WHERE zone_id = ?", ids[1])
            promo = one(
                db,
                """SELECT promo_id FROM promo_codes p WHERE code = ? AND ? >= starts_at AND ? < coalesce(ends_at, '9')
                AND coalesce(max_uses, 1e9) > (SELECT count(*) FROM trips t WHERE t.promo_id = p.promo_id)""",
                code, now, now,
            )
            if not live or not surge or (code is not None and promo is None):
                return {"error": "cannot be used"}, 422
            if not one(db, "SELECT count(*) FROM zones WHERE zone_id = ?", ids[2]):
                return {"error": "no such zone"}, 422
            cents = (250 + 9 * divmod(distance_m(ids[1], ids[2]), 100)[0]) * surge // 10_000
            row = (*ids, promo, "requested", now, cents)
            made = one(
                db,
                """INSERT INTO trips (rider_id, pickup_zone_id, dropoff_zone_id, promo_id, status, requested_at,
                quoted_cents) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING trip_id""",
                *row,
            )
        return read_trip(made) | {"note": "thank you"}, 201, {"Location": f"/trips/{made}"}

    @app.get("/trips/<int:trip_id>")
    def read_trip(trip_id):
        with closing(connect(db_path)) as db:
            found = db.execute("SELECT * FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()
        return dict(found) if found else ({"error": "not found"}, 404)

    return app

# %% C3.3 right fastapi
# FastAPI reads the model from the signature. Its own 422 for broken JSON becomes 400, for a media type 415.
from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class TripRequest(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    rider_id: int = Field(gt=0, lt=2**63)
    pickup_zone_id: int = Field(gt=0, lt=2**63)
    dropoff_zone_id: int = Field(gt=0, lt=2**63)
    promo_code: str | None = None


def create_request_app(db_path, clock, distance_m):
    app = FastAPI()

    def find(trip_id):
        with closing(connect(db_path)) as db:
            found = db.execute("SELECT * FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()
        if found is None:
            raise HTTPException(404)
        return dict(found)

    @app.post("/trips", status_code=201)
    async def request_trip(request: Request, response: Response):
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            raise HTTPException(415)
        try:
            body = await request.json()
        except ValueError:
            raise HTTPException(400) from None
        try:
            wanted = TripRequest.model_validate(body)
        except ValidationError:
            raise HTTPException(422) from None
        now = utc(clock.now())
        with closing(connect(db_path)) as db, db:
            rider = db.execute("SELECT deleted_at FROM riders WHERE rider_id = ?", (wanted.rider_id,)).fetchone()
            zones = dict(db.execute("SELECT zone_id, surge_bp FROM zones").fetchall())
            promos = {row["code"]: row for row in db.execute("SELECT * FROM promo_codes")}
            promo = promos.get(wanted.promo_code)
            if rider is None or rider[0] or not {wanted.pickup_zone_id, wanted.dropoff_zone_id} <= zones.keys():
                raise HTTPException(422)
            if wanted.promo_code is not None:
                if promo is None or not promo["starts_at"] <= now < (promo["ends_at"] or "9999"):
                    raise HTTPException(422)
                uses = db.execute("SELECT count(*) FROM trips WHERE promo_id = ?", (promo["promo_id"],)).fetchone()[0]
                if promo["max_uses"] is not None and uses >= promo["max_uses"]:
                    raise HTTPException(422)
            metres = distance_m(wanted.pickup_zone_id, wanted.dropoff_zone_id)
            cents = (250 + metres // 100 * 9) * zones[wanted.pickup_zone_id] // 10_000
            made = db.execute(
                """INSERT INTO trips (rider_id, pickup_zone_id, dropoff_zone_id, promo_id, status, requested_at,
                quoted_cents) VALUES (?, ?, ?, ?, 'requested', ?, ?)""",
                (
                    wanted.rider_id,
                    wanted.pickup_zone_id,
                    wanted.dropoff_zone_id,
                    promo and promo["promo_id"],
                    now,
                    cents,
                ),
            ).lastrowid
        response.headers["Location"] = f"/trips/{made}"
        return find(made)

    @app.get("/trips/{trip_id}")
    def read_trip(trip_id: int):
        return find(trip_id)

    return app

# %% C3.4 prompt [markdown] type="http-app" core=true
# ## C3.4 Say what is wrong
#
# The starter registers riders, and its two routes are complete: only its errors are not yet fit to be read by a
# program. Add error handlers to `create_problem_app(db_path, clock)`, so that every error is a problem document of RFC
# 9457. Nothing that the client sent as a password may stand in an answer.
#
# | request | success | errors |
# |---|---|---|
# | `POST /riders` with `full_name`, `email`, `password`, `home_zone_id` | 201, `Location`, the rider | 415 another media type · 400 not JSON · 422 the fields (400 when it is no object) |
# | `GET /riders/{rider_id}` | 200 and the rider | 404 |
# | any other path or method | | 404 · 405 with `Allow` |
#
# Every error: `Content-Type: application/problem+json` and a JSON object with `type` (`"about:blank"` will do),
# `title`, `status` (the number of the status line), `detail`. When fields are wrong, also `errors`: an object with one
# entry for each wrong, missing or unknown field, from its name to a message. More members are welcome.

# %% C3.4 answer
from flask import Flask, Response, abort, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException


class NewRider(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    full_name: str = Field(min_length=1, max_length=80)
    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    password: str = Field(min_length=12, max_length=128)
    home_zone_id: int = Field(ge=1, lt=2**63)


def create_problem_app(db_path, clock):
    """Return a WSGI or ASGI app that registers riders and says what is wrong."""
    app = Flask("riders")

    @app.post("/riders")
    def create_rider():
        rider = NewRider.model_validate(request.get_json())  # HTTPException: 400, 415. ValidationError: the fields
        with closing(connect(db_path)) as db, db:
            if not db.execute("SELECT 1 FROM zones WHERE zone_id = ?", (rider.home_zone_id,)).fetchone():
                abort(422, "There is no such home zone.")
            rider_id = db.execute(
                "INSERT INTO riders (full_name, email, home_zone_id, created_at) VALUES (?, ?, ?, ?)",
                (rider.full_name, rider.email, rider.home_zone_id, utc(clock.now())),
            ).lastrowid
        return read_rider(rider_id), 201, {"Location": f"/riders/{rider_id}"}

    @app.get("/riders/<int(max=9223372036854775807):rider_id>")
    def read_rider(rider_id):
        query = "SELECT rider_id, full_name, email, home_zone_id FROM riders WHERE rider_id = ?"
        with closing(connect(db_path)) as db:
            rider = db.execute(query, (rider_id,)).fetchone()
        return dict(rider) if rider else abort(404, "There is no such rider.")

    # Register a handler for HTTPException, and one for ValidationError.
    ### BEGIN SOLUTION
    def write_problem(response, status, detail, **members):
        title = HTTPStatus(status).phrase
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
        response.data = json.dumps(body)
        response.content_type = "application/problem+json"
        return response

    @app.errorhandler(HTTPException)
    def framework_error(error):
        return write_problem(error.get_response(), error.code, error.description)  # keeps Allow

    @app.errorhandler(ValidationError)
    def invalid_fields(error):
        found = error.errors(include_input=False, include_url=False, include_context=False)
        errors = {".".join(map(str, one["loc"])) or "body": one["msg"] for one in found}
        return write_problem(Response(status=422), 422, f"{len(errors)} fields are not valid.", errors=errors)

    ### END SOLUTION
    return app

# %% C3.4 check
q = Question("C3.4")
with q.check("one registration with a short password", points=1):
    with database_file(city) as path:
        client = Client(create_problem_app(path, VirtualClock()))
        rider = {"full_name": "Elif Şahin", "email": "elif@example.com", "password": "short", "home_zone_id": 11}
        errors = is_problem(client.post("/riders", json=rider), 422)["errors"]
        same_value(set(errors), {"password"}, of="the fields named in errors")
q.result()

# %% C3.4 hidden
q = Question("C3.4", hidden=True)
good = {"full_name": "Zoë O'Brien", "email": "zoe@example.com", "password": "correct horse battery", "home_zone_id": 3}


def refused(client, body, *fields):
    """The body is refused for exactly these fields."""
    found = is_problem(client.post("/riders", json=body), 422)
    errors = found.get("errors")
    with meaning("first-error-only", "Your answer does not name all wrong fields. Name them all: one try, one answer."):
        assert isinstance(errors, dict), f"errors is not an object: {errors!r}"
        missing = set(fields) - set(errors)
        assert not missing, f"errors does not name {sorted(missing)}"
    same_value(set(errors), set(fields), of="the fields named in errors")
    assert all(isinstance(text, str) and text for text in errors.values()), "each entry of errors must be a message"


with q.check("several wrong fields at once", points=1, advice="Each wrong, missing or unknown field has an entry."):
    with database_file(hopline.load("ties", seed=3401)) as path:
        client = Client(create_problem_app(path, VirtualClock()))
        before = rows_in(path, "SELECT * FROM riders")
        refused(client, {}, *good)
        refused(client, {"full_name": "", "email": "nobody", "password": "x", "home_zone_id": 0}, *good)
        refused(client, good | {"email": None, "home_zone_id": "3"}, "email", "home_zone_id")
        refused(client, good | {"seats": 2, "role": "admin", "full_name": 7}, "seats", "role", "full_name")
        same_value(rows_in(path, "SELECT * FROM riders"), before, of="the table riders")
        made = client.post("/riders", json=good)
        expect(made, status=201, json={key: good[key] for key in ("full_name", "email", "home_zone_id")})
        expect(client.get(location_of(made)), status=200, json=made.json())
with q.check("values and bodies of the wrong kind", points=0.5, advice="Try true, NaN, 2^63, nothing, a list."):
    with database_file(hopline.load("tiny")) as path:
        client = Client(create_problem_app(path, VirtualClock()))
        for odd in (True, 1.5, 2**63, 2**64, -1, [3], {"id": 3}):
            refused(client, good | {"home_zone_id": odd}, "home_zone_id")
        for body in (b'{"home_zone_id": NaN}', b"[1, 2]", b'"rider"', b"null", b"7"):
            sent = client.post("/riders", data=body, headers={"Content-Type": "application/json"})
            is_problem(sent, 400, 422)
            assert "NaN" not in sent.response.text, "NaN is not JSON"
        for body in (b"", b"{", b"\xff"):
            is_problem(client.post("/riders", data=body, headers={"Content-Type": "application/json"}), 400)
        is_problem(client.post("/riders", json=good | {"home_zone_id": 999}), 422)
with q.check("errors that the framework makes", points=1, advice="Ask for a path and a method that your app lacks."):
    with database_file(hopline.load("tiny")) as path:
        client = Client(create_problem_app(path, VirtualClock()))
        for target in ("/", "/rider", "/riders/x", "/riders/99", "/riders/99999999999999999999", "/riders/1/trips"):
            is_problem(client.get(target), 404)
        is_problem(client.post("/riders", data=b"a=1", headers={"Content-Type": "text/plain"}), 415)
        for method, target, allowed in (("DELETE", "/riders", "POST"), ("PUT", "/riders/1", "GET")):
            wrong = client.request(method, target)
            is_problem(wrong, 405)
            with meaning("lost-allow", "405 says in Allow which methods are allowed (RFC 9110, 15.5.6)."):
                allow = [one.strip() for one in (wrong.header("Allow") or "").split(",")]
                assert allowed in allow, f"Allow is {allow}"
with q.check(
    "no password in an answer",
    points=0.5,
    tag="error-leak",  # nothing else is looked at in this group
    advice="An answer repeats the password that was sent. Answers are logged and shown: never send such a value back.",
):
    with database_file(hopline.load("tiny")) as path:
        client = Client(create_problem_app(path, VirtualClock()))
        for secret in ("hunter2", "x" * 129, 20250304, ["hunter2"], {"hunter2": "hunter2"}):
            one, two = {"password": secret}, {"password": secret, "Password": secret}
            for body in (good | one, one, good | two):
                text = client.post("/riders", json=body).response.text
                for told in ("hunter2", "x" * 129, "20250304"):
                    assert told not in text, "the answer holds the password that was sent"
        raw = client.post("/riders", data=b'{"password": "hunter2"', headers={"Content-Type": "application/json"})
        assert "hunter2" not in raw.response.text, "the answer holds the password that was sent"
q.result()

# %% C3.4 hints [markdown]
# 1. The framework has its own error pages. Ask your app for a path that it lacks and read the Content-Type of the
#    answer. Which exceptions bring these pages, and which exception brings the wrong fields?
# 2. Register one handler for `HTTPException` and one for `ValidationError`. The first can change the framework's own
#    response, `error.get_response()`, which keeps headers such as Allow. The second goes through
#    `error.errors(include_input=False)`: each entry has the place in `loc` and the message in `msg`.
# 3. Below `@app.errorhandler(HTTPException)`: `response = error.get_response()`, then `response.data =
#    json.dumps({"type": "about:blank", "title": error.name, "status": error.code, "detail": …})`, then
#    `response.content_type = "application/problem+json"`, then return it. For the fields: `{".".join(map(str,
#    one["loc"])): one["msg"] for one in …}`

# %% C3.4 wrong framework-default change=true
# Only validation errors are problem documents. 404, 405, 400 and 415 are still HTML pages.
-    @app.errorhandler(HTTPException)

# %% C3.4 wrong first-error-only change=true
# Your answer names the first wrong field only: a person with four mistakes needs four tries.
-        errors = {".".join(map(str, one["loc"])) or "body": one["msg"] for one in found}
+        errors = {".".join(map(str, one["loc"])) or "body": one["msg"] for one in found[:1]}

# %% C3.4 wrong error-leak change=true
# pydantic's own list holds the input of each field, and with it the password.
-        found = error.errors(include_input=False, include_url=False, include_context=False)
-        errors = {".".join(map(str, one["loc"])) or "body": one["msg"] for one in found}
+        found = error.errors(include_url=False, include_context=False)
+        errors = {".".join(map(str, one["loc"])) or "body": f"{one['msg']}: {one['input']}" for one in found}

# %% C3.4 wrong error-leak change=true
# `str(error)` tells each input, and with it the password.
-        return write_problem(Response(status=422), 422, f"{len(errors)} fields are not valid.", errors=errors)
+        return write_problem(Response(status=422), 422, str(error), errors=errors)

# %% C3.4 wrong content-type change=true
# The document is right, and its media type is not: programs choose by the Content-Type.
-        response.content_type = "application/problem+json"
+        response.content_type = "application/json"

# %% C3.4 wrong lost-allow change=true
# A new response for 405 has lost the header Allow of the framework's own.
-        return write_problem(error.get_response(), error.code, error.description)  # keeps Allow
+        return write_problem(Response(status=error.code), error.code, error.description)  # keeps Allow

# %% C3.4 right own-type change=true
# A type of its own for wrong fields, and an extra member: RFC 9457, sections 3.1 and 3.2.
-        return write_problem(Response(status=422), 422, f"{len(errors)} fields are not valid.", errors=errors)
+        more = {"errors": errors, "type": "https://hopline.example/problems/fields", "hint": "Mend all of them."}
+        return write_problem(Response(status=422), 422, f"{len(errors)} fields are not valid.", **more)

# %% C3.4 right handler-per-code
# One handler for each status that can occur, with json.dumps replaced by Flask's own provider.
from flask import Flask, abort, current_app, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Person(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)
    full_name: str = Field(min_length=1, max_length=80)
    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    password: str = Field(min_length=12, max_length=128)
    home_zone_id: int = Field(ge=1, lt=2**63)


def create_problem_app(db_path, clock):
    app = Flask("riders")

    def told(status, detail, headers=(), **more):
        body = {"status": status, "detail": detail, "type": "about:blank", "title": "Error", **more}
        text = current_app.json.dumps(body)
        return text, status, [("Content-Type", "application/problem+json; charset=utf-8"), *headers]

    @app.post("/riders")
    def create_rider():
        try:
            person = Person.model_validate(request.get_json())
        except ValidationError as error:
            wrong = {}
            for one in error.errors():
                wrong[str(one["loc"][0]) if one["loc"] else "body"] = one["msg"]
            return told(422, "Mend the fields below.", errors=wrong)
        with closing(connect(db_path)) as db, db:
            try:
                values = (person.full_name, person.email, person.home_zone_id, utc(clock.now()))
                made = db.execute(
                    "INSERT INTO riders (full_name, email, home_zone_id, created_at) VALUES (?, ?, ?, ?)", values
                )
            except sqlite3.IntegrityError:
                return told(422, "The home zone is unknown.", errors={"home_zone_id": "unknown"})
        shown = {"rider_id": made.lastrowid, **person.model_dump(exclude={"password"})}
        return shown, 201, {"Location": f"/riders/{made.lastrowid}"}

    @app.get("/riders/<rider_id>")
    def read_rider(rider_id):
        with closing(connect(db_path)) as db:
            for row in db.execute("SELECT rider_id, full_name, email, home_zone_id FROM riders"):
                if str(row["rider_id"]) == rider_id:
                    return dict(row)
        abort(404)

    for code in (400, 404, 415, 422):
        app.register_error_handler(code, lambda error: told(error.code, error.name))

    @app.errorhandler(405)
    def not_that_way(error):
        return told(405, "Not that way.", [("Allow", ", ".join(error.valid_methods))])

    return app

# %% C3.5 prompt [markdown] type="http-app"
# ## C3.5 Change and remove
#
# Complete `create_rider_app(db_path, clock)`: the starter reads riders, and you change and remove them. PUT replaces a
# rider by the one that is sent; PATCH edits it by the rules of JSON merge patch (RFC 7396): a field that is absent
# stays as it is, and a field that is null becomes NULL. DELETE is soft, as in B1: the row and its trips stay, and
# `deleted_at` gets the time of the first DELETE.
#
# | request | success | errors |
# |---|---|---|
# | `GET /riders/{rider_id}` | 200 and the rider | 404 |
# | `PUT /riders/{rider_id}` with all four fields | 200 and the rider | 404 · 422 a field is missing, unknown, or of another type |
# | `PATCH /riders/{rider_id}` with some of the four fields, as `application/merge-patch+json` | 200 and the rider | 404 · 422 a field is unknown or of another type |
# | `DELETE /riders/{rider_id}` | 204 without a body | 404 (a second DELETE: 204 or 404) |
#
# The four fields: `full_name` (text, not empty, never null), `email`, `phone` (text or null), `home_zone_id` (a zone's
# number or null). A rider in an answer has these and `rider_id`. A deleted rider is not found. The body of an error is
# up to you. PUT to an unknown id may create that rider with 201 instead of 404.

# %% C3.5 answer
from flask import Flask, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Rider(BaseModel):
    """A whole rider, as far as clients may set one: all four fields are required, and three of them may be null."""

    model_config = ConfigDict(strict=True, extra="forbid")
    full_name: str = Field(min_length=1)
    email: str | None
    phone: str | None
    home_zone_id: int | None = Field(ge=1, lt=2**63)


def create_rider_app(db_path, clock):
    """Return a WSGI or ASGI app that reads, replaces, edits and removes riders."""
    app = Flask("riders")

    def find(db, rider_id):
        query = "SELECT rider_id, full_name, email, phone, home_zone_id FROM riders WHERE rider_id = ?"
        return db.execute(f"{query} AND deleted_at IS NULL", (rider_id,)).fetchone()

    @app.get("/riders/<int:rider_id>")
    def read_rider(rider_id):
        with closing(connect(db_path)) as db:
            found = find(db, rider_id)
        return dict(found) if found else ({"title": "Not Found"}, 404)

    # PUT, PATCH, DELETE /riders/<rider_id>
    ### BEGIN SOLUTION
    def change(rider_id, merge):
        body = request.get_json()
        with closing(connect(db_path)) as db, db:
            found = find(db, rider_id)
            if found is None:
                return {"title": "Not Found"}, 404
            if merge and isinstance(body, dict):
                # absent: as before; null: null
                body = {name: found[name] for name in Rider.model_fields} | body
            try:
                rider = Rider.model_validate(body)
                db.execute(
                    """UPDATE riders SET full_name = :full_name, email = :email, phone = :phone,
                    home_zone_id = :home_zone_id WHERE rider_id = :rider_id""",
                    {**rider.model_dump(), "rider_id": rider_id},
                )
            except (ValidationError, sqlite3.IntegrityError):  # the fields, or a home zone that does not exist
                return {"title": "The rider is not valid"}, 422
            return dict(find(db, rider_id))

    @app.put("/riders/<int:rider_id>")
    def replace_rider(rider_id):
        return change(rider_id, merge=False)

    @app.patch("/riders/<int:rider_id>")
    def edit_rider(rider_id):
        return change(rider_id, merge=True)

    @app.delete("/riders/<int:rider_id>")
    def remove_rider(rider_id):
        with closing(connect(db_path)) as db, db:
            now = utc(clock.now())
            removed = db.execute(
                "UPDATE riders SET deleted_at = ? WHERE rider_id = ? AND deleted_at IS NULL", (now, rider_id)
            )
        return ("", 204) if removed.rowcount else ({"title": "Not Found"}, 404)

    ### END SOLUTION
    return app

# %% C3.5 check
q = Question("C3.5")
with q.check("PUT, PATCH and DELETE, one after the other", points=1):
    with database_file(city) as path:
        client = Client(create_rider_app(path, VirtualClock("2025-03-04T09:15:00Z")))
        new = {"full_name": "Ana Sousa-Kim", "email": "ana@example.com", "phone": "+351910000001", "home_zone_id": 4}
        expect(client.put("/riders/1", json=new), status=200, json={"rider_id": 1, **new})
        edited = {"rider_id": 1, **new, "phone": None}
        expect(merge_patch(client, "/riders/1", {"phone": None}), status=200, json=edited)
        expect(client.delete("/riders/1"), status=204, rfc="RFC 9110, 15.3.5")
q.result()

# %% C3.5 hidden
q = Question("C3.5", hidden=True)
full = {"full_name": "王小明", "email": "wang@example.com", "phone": "+90 532 000", "home_zone_id": 11}
everybody = "SELECT * FROM riders ORDER BY rider_id"


def others(path, rider_id):
    return [row for row in rows_in(path, everybody) if row[0] != rider_id]


with q.check("PUT replaces", points=1, advice="PUT sends the whole rider: all four fields, and it can be repeated."):
    with database_file(hopline.load("ties", seed=3501)) as path:
        client = Client(create_rider_app(path, VirtualClock()))
        rest, kept = others(path, 2), rows_in(path, "SELECT referred_by, created_at FROM riders WHERE rider_id = 2")
        for _ in ("once", "twice"):
            expect(client.put("/riders/2", json=full), status=200, json={"rider_id": 2, **full})
        row = rows_in(path, everybody)
        for left_out in full:
            body = {key: value for key, value in full.items() if key != left_out}
            with meaning("put-as-patch", "PUT without a field was accepted. PUT needs all; PATCH takes some."):
                expect(client.put("/riders/2", json=body), status=422, rfc="RFC 9110, 9.3.4")
        strange = [full | {key: odd} for key in full for odd in (True, ["x"], {})]
        strange += [full | {"full_name": None}, full | {"full_name": ""}, full | {"home_zone_id": 999}]
        strange += [full | {"home_zone_id": 2**63}, full | {"deleted_at": None}, full | {"rider_id": 9}]
        for body in strange:
            expect(client.put("/riders/2", json=body), status=422)
        same_value(rows_in(path, everybody), row, of="the table riders after refused requests")
        empty = {"full_name": "Wang", "email": None, "phone": None, "home_zone_id": None}
        expect(client.put("/riders/2", json=empty), status=200, json={"rider_id": 2, **empty})
        expect(client.get("/riders/2"), status=200, json_exact={"rider_id": 2, **empty})
        same_value(others(path, 2), rest, of="the other riders")
        now_kept = rows_in(path, "SELECT referred_by, created_at FROM riders WHERE rider_id = 2")
        same_value(now_kept, kept, of="referred_by and created_at, which no client sets")
        expect(client.put("/riders/8000", json=full), status=(404, 201))
with q.check("PATCH edits", points=1, advice="For each field: absent, null, a value. Three cases, three outcomes."):
    with database_file(hopline.load("ties", seed=3502)) as path:
        client = Client(create_rider_app(path, VirtualClock()))
        expect(client.put("/riders/3", json=full), status=200)
        rest = others(path, 3)
        with meaning("absent-vs-null", "A field that was not sent became NULL. Absent means: leave it as it is."):
            expect(merge_patch(client, "/riders/3", {}), status=200, json={"rider_id": 3, **full})
            for key, value in (("full_name", "Xiao"), ("email", "x@example.com"), ("phone", ""), ("home_zone_id", 3)):
                full[key] = value
                expect(merge_patch(client, "/riders/3", {key: value}), status=200, json={"rider_id": 3, **full})
        for key in ("email", "phone", "home_zone_id"):
            full[key] = None
            with meaning("cannot-clear", "null in a merge patch removes the value, and here the old one stayed."):
                expect(merge_patch(client, "/riders/3", {key: None}), status=200, json={"rider_id": 3, **full})
        row = rows_in(path, everybody)
        strange = [{"full_name": None}, {"full_name": ""}, {"full_name": 5}, {"home_zone_id": "3"}]
        strange += [{"home_zone_id": True}, {"seats": 2}, {"address": {"street": None}}, {"rider_id": 1}]
        strange += [{"deleted_at": "2025-01-01T00:00:00Z"}]
        strange += [{"home_zone_id": 999}, {"email": "y@example.com", "nick": "y"}]
        for body in strange:
            expect(merge_patch(client, "/riders/3", body), status=422, rfc="RFC 9110, 15.5.21")
        same_value(rows_in(path, everybody), row, of="the table riders after refused requests")
        same_value(others(path, 3), rest, of="the other riders")
        expect(merge_patch(client, "/riders/8000", {"phone": None}), status=404)
with q.check("DELETE keeps the books", points=1, advice="The row stays and gets a time. What else must not change?"):
    with database_file(hopline.load("ties", seed=3503)) as path:
        clock = VirtualClock("2025-06-07T08:09:10Z")
        client = Client(create_rider_app(path, clock))
        rest, trips = others(path, 4), rows_in(path, "SELECT * FROM trips")
        gone = client.delete("/riders/4")
        with meaning("no-content-204", "A DELETE without an answer body is 204, not 200 with an empty object."):
            expect(gone, status=204, rfc="RFC 9110, 15.3.5")
            assert not gone.response.body, "204 has no body"
        with meaning("hard-delete", "The row is gone, or its trips are. Set deleted_at instead."):
            same_value(len(rows_in(path, everybody)), len(rest) + 1, of="the number of riders in the table")
            same_value(rows_in(path, "SELECT * FROM trips"), trips, of="the table trips")
        when = "SELECT deleted_at FROM riders WHERE rider_id = 4"
        same_value(rows_in(path, when), [("2025-06-07T08:09:10Z",)], of="deleted_at")
        clock.advance(60)
        expect(client.delete("/riders/4"), status=(204, 404))
        with meaning("not-idempotent", "The second DELETE changed the time of the first."):
            same_value(rows_in(path, when), [("2025-06-07T08:09:10Z",)], of="deleted_at after a second DELETE")
        expect(client.get("/riders/4"), status=404)
        expect(merge_patch(client, "/riders/4", {"phone": "1"}), status=404)
        expect(client.delete("/riders/8000"), status=(204, 404))
        same_value(others(path, 4), rest, of="the other riders")
q.result()

# %% C3.5 hints [markdown]
# 1. PUT replaces, PATCH edits. For each of the two, write down what happens to `phone` when the body has a value for
#    it, when it has null, and when it does not have it at all. Absent and null differ.
# 2. For PATCH, start from the stored rider and put the fields of the body over it. What comes out is a whole rider,
#    so that the checks of PUT serve for both. For DELETE, write the time only where `deleted_at` is still NULL.
# 3. Merge with `{name: found[name] for name in (…)} | body`: a key of `body` wins, also when its value is None. The
#    DELETE: `UPDATE riders SET deleted_at = ? WHERE rider_id = ? AND …`, then `return "", 204`.

# %% C3.5 wrong absent-vs-null change=true
# A field that was not sent is read as null, so each PATCH erases what it does not name.
-                body = {name: found[name] for name in Rider.model_fields} | body
+                body = dict.fromkeys(Rider.model_fields) | {"full_name": found["full_name"]} | body

# %% C3.5 wrong cannot-clear change=true
# A null is dropped from the body, so nobody can remove a phone number.
-                body = {name: found[name] for name in Rider.model_fields} | body
+                body = {name: found[name] for name in Rider.model_fields} | {
+                    key: value for key, value in body.items() if value is not None
+                }

# %% C3.5 wrong put-as-patch change=true
# PUT keeps the fields that were not sent. Whoever sends a whole rider cannot rely on it.
-        return change(rider_id, merge=False)
+        return change(rider_id, merge=True)

# %% C3.5 wrong hard-delete change=true
# The row is deleted, and the trips of the rider with it, so last month's books are wrong.
-    def remove_rider(rider_id):
-        with closing(connect(db_path)) as db, db:
+    def remove_rider(rider_id):
+        with closing(connect(db_path)) as db, db:
+            db.execute("UPDATE riders SET referred_by = NULL WHERE referred_by = ?", (rider_id,))
+            db.execute("PRAGMA foreign_keys = OFF")
+            db.commit()
+            db.execute("PRAGMA foreign_keys = OFF")

-                "UPDATE riders SET deleted_at = ? WHERE rider_id = ? AND deleted_at IS NULL", (now, rider_id)
+                "DELETE FROM riders WHERE rider_id = ?", (rider_id,)

# %% C3.5 wrong no-content-204 change=true
# An empty object is a body. 200 with `{}` says that there is something to read.
-        return ("", 204) if removed.rowcount else ({"title": "Not Found"}, 404)
+        return {} if removed.rowcount else ({"title": "Not Found"}, 404)

# %% C3.5 wrong not-idempotent change=true
# The second DELETE writes a new time over the first.
-                "UPDATE riders SET deleted_at = ? WHERE rider_id = ? AND deleted_at IS NULL", (now, rider_id)
+                "UPDATE riders SET deleted_at = ? WHERE rider_id = ?", (now, rider_id)

# %% C3.5 right fields-set
# pydantic remembers which fields were sent: `model_fields_set`. The second DELETE answers 204.
from flask import Flask, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator


class Edit(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    full_name: str = Field("", min_length=1)
    email: str | None = None
    phone: str | None = None
    home_zone_id: int | None = None


def create_rider_app(db_path, clock):
    app = Flask("riders")
    names = ("full_name", "email", "phone", "home_zone_id")

    def answer(db, rider_id):
        row = db.execute("SELECT * FROM riders WHERE rider_id = ?", (rider_id,)).fetchone()
        if row is None or row["deleted_at"]:
            return {}, 404
        return {name: row[name] for name in ("rider_id", *names)}

    @app.route("/riders/<int:rider_id>", methods=["GET", "PUT", "PATCH", "DELETE"])
    def rider(rider_id):
        with closing(connect(db_path)) as db, db:
            now = answer(db, rider_id)
            if request.method == "GET" or (isinstance(now, tuple) and request.method != "DELETE"):
                return now
            if request.method == "DELETE":
                db.execute("UPDATE riders SET deleted_at = coalesce(deleted_at, ?) WHERE rider_id = ?",
                           (utc(clock.now()), rider_id))
                return "", 204
            try:
                edit = Edit.model_validate(request.get_json())
            except ValidationError:
                return {"title": "invalid"}, 422
            if request.method == "PUT" and len(edit.model_fields_set) < 4:
                return {"title": "PUT needs all fields"}, 422
            zone = edit.home_zone_id
            if zone is not None and zone not in [row[0] for row in db.execute("SELECT zone_id FROM zones")]:
                return {"title": "no such zone"}, 422
            for name in names:  # one fixed statement for each field
                if name in edit.model_fields_set:
                    db.execute(f"UPDATE riders SET {name} = ? WHERE rider_id = ?", (getattr(edit, name), rider_id))
            return answer(db, rider_id)

    return app

# %% C3.5 right put-creates change=true
# PUT to an unknown id creates the rider and says so with 201. The contract allows it.
-    def replace_rider(rider_id):
+    def replace_rider(rider_id):
+        with closing(connect(db_path)) as db, db:
+            known = db.execute("SELECT 1 FROM riders WHERE rider_id = ?", (rider_id,)).fetchone()
+            if not known:
+                rider = Rider.model_validate(request.get_json())
+                db.execute(
+                    """INSERT INTO riders (rider_id, full_name, email, phone, home_zone_id, created_at)
+                    VALUES (?, ?, ?, ?, ?, ?)""",
+                    (rider_id, rider.full_name, rider.email, rider.phone, rider.home_zone_id, utc(clock.now())),
+                )
+                return dict(find(db, rider_id)), 201, {"Location": f"/riders/{rider_id}"}

# %% C3.6 prompt [markdown] type="http-app" core=true
# ## C3.6 The life of a trip
#
# Write `create_trip_app(db_path, clock)`, which returns a web app that moves a trip from `requested` to `accepted`, to
# `in_progress`, to `completed`; only from `requested` or `accepted` can it become `cancelled`. Any other move is a
# conflict, also when another driver was faster by a moment, while your app was busy with the same request. A failure in
# the middle leaves the database as it was.
#
# | request | success | errors |
# |---|---|---|
# | `POST /trips/{trip_id}/acceptance` with `driver_id` | 200; `driver_id` and `accepted_at` are set | 404 no such trip · 409 the move is not allowed now · 422 the body, or no such active driver |
# | `POST /trips/{trip_id}/start` | 200; `started_at` is set | 404 · 409 |
# | `POST /trips/{trip_id}/finish` with `distance_m` (whole number from 0) | 200; `distance_m`, `finished_at`, `fare_cents` are set; one row in `outbox` | 404 · 409 · 422 |
# | `POST /trips/{trip_id}/cancellation` | 200 | 404 · 409 |
#
# Instead of these four you may offer `PATCH /trips/{trip_id}` with the new `status` and the same fields. A trip in an
# answer has at least `trip_id`, `status`, `driver_id`, `accepted_at`, `started_at`, `finished_at`, `fare_cents`. A 409
# is a JSON object with the present state in `trip_status` (in a problem document, `status` is the HTTP status). Steps
# without fields get `{}`. Times come from `clock.now()`. The fare: (250 + 9 × full 100 m) × `surge_bp` of the pick-up
# zone ÷ 10000, floored; minus the trip's promo (`percent_off`: the floored part, or `amount_off_cents`); never below 0.
# The promo was checked when the trip was requested. The table `outbox(id, topic, payload, created_at, sent_at)` holds
# news for other programs: add topic `trip.completed`, payload `{"trip_id": …, "fare_cents": …}` as JSON text, and the
# time.

# %% C3.6 answer
from flask import Flask, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Acceptance(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    driver_id: int = Field(ge=1, lt=2**63)


class Finish(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    distance_m: int = Field(ge=0, lt=2**31)


def create_trip_app(db_path, clock):
    """Return a WSGI or ASGI app that moves trips through their life."""
    app = Flask("trips")
    shown = "trip_id, status, driver_id, accepted_at, started_at, finished_at, fare_cents"

    # POST /trips/<trip_id>/acceptance, /start, /finish, /cancellation
    # A table of moves: for each step the states it may start from, the new state, the column of its time
    ### BEGIN SOLUTION
    moves = {
        "acceptance": (("requested",), "accepted", "accepted_at"),
        "start": (("accepted",), "in_progress", "started_at"),
        "finish": (("in_progress",), "completed", "finished_at"),
        "cancellation": (("requested", "accepted"), "cancelled", None),
    }

    def find(db, trip_id):
        return db.execute(f"SELECT {shown} FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()

    def fare_of(db, trip_id, distance_m):
        surge, percent, amount = db.execute(
            """SELECT surge_bp, percent_off, amount_off_cents FROM trips JOIN zones ON zone_id = pickup_zone_id
            LEFT JOIN promo_codes USING (promo_id) WHERE trip_id = ?""",
            (trip_id,),
        ).fetchone()
        fare = (250 + distance_m // 100 * 9) * surge // 10_000
        return max(0, fare - (fare * percent // 100 if percent is not None else amount or 0))

    @app.post("/trips/<int:trip_id>/<any(acceptance, start, finish, cancellation):step>")
    def move(trip_id, step):
        allowed, status, stamp = moves[step]
        model = {"acceptance": Acceptance, "finish": Finish}.get(step)
        try:
            changes = model.model_validate(request.get_json()).model_dump() if model else {}
        except ValidationError:
            return {"title": "The body is not valid"}, 422
        with closing(connect(db_path)) as db, db:  # one transaction: all of it is stored, or nothing
            if find(db, trip_id) is None:
                return {"title": "Not Found"}, 404
            if step == "acceptance" and not db.execute(
                "SELECT 1 FROM drivers WHERE driver_id = ? AND status = 'active'", (changes["driver_id"],)
            ).fetchone():
                return {"title": "There is no such active driver"}, 422
            if step == "finish":
                changes["fare_cents"] = fare_of(db, trip_id, changes["distance_m"])
            now = utc(clock.now())
            changes |= {"status": status} | ({stamp: now} if stamp else {})
            columns = ", ".join(f"{name} = ?" for name in changes)
            marks = ", ".join("?" * len(allowed))
            moved = db.execute(
                f"UPDATE trips SET {columns} WHERE trip_id = ? AND status IN ({marks})",
                (*changes.values(), trip_id, *allowed),
            )
            trip = dict(find(db, trip_id))
            if not moved.rowcount:
                return {"title": "Conflict", "status": 409, "trip_status": trip["status"]}, 409
            if step == "finish":
                payload = json.dumps({"trip_id": trip_id, "fare_cents": trip["fare_cents"]})
                db.execute(
                    "INSERT INTO outbox (topic, payload, created_at) VALUES ('trip.completed', ?, ?)", (payload, now)
                )
        return trip

    ### END SOLUTION
    return app

# %% C3.6 check
q = Question("C3.6")
with q.check("one trip from request to payment", points=1):
    with database_file(city) as path:
        change(path, OUTBOX)
        clock = VirtualClock("2025-09-01T10:00:00Z")
        client = Client(create_trip_app(path, clock))
        (trip_id, fare), *_ = rows_in(
            path,
            """SELECT trip_id, (250 + 4200 / 100 * 9) * surge_bp / 10000 FROM trips
            JOIN zones ON zone_id = pickup_zone_id WHERE status = 'requested' AND promo_id IS NULL""",
        )
        (driver_id,), *_ = rows_in(path, "SELECT driver_id FROM drivers WHERE status = 'active'")
        story = (
            ("acceptance", {"driver_id": driver_id}, {"status": "accepted", "accepted_at": "2025-09-01T10:00:00Z"}),
            ("start", {}, {"status": "in_progress", "started_at": "2025-09-01T10:05:00Z"}),
            ("finish", {"distance_m": 4_200}, {"status": "completed", "fare_cents": fare}),
        )
        for step, body, wanted in story:
            expect(move(client, trip_id, step, **body), status=200, json={"trip_id": trip_id, **wanted})
            clock.advance(300)
        expect(move(client, trip_id, "cancellation"), status=409, json={"trip_status": "completed"})
q.result()

# %% C3.6 hidden
import sys
import threading
import time

q = Question("C3.6", hidden=True)
now, earlier = "2025-09-01T10:00:00Z", "2025-09-01T09:00:00Z"
states = {
    "requested": {},
    "accepted": {"driver_id": 1, "accepted_at": earlier},
    "in_progress": {"driver_id": 1, "accepted_at": earlier, "started_at": earlier},
    "completed": {"driver_id": 1, "finished_at": earlier},
    "cancelled": {},
}
steps = {"acceptance": {"driver_id": 2}, "start": {}, "finish": {"distance_m": 1_000}, "cancellation": {}}
becomes = {
    ("requested", "acceptance"): {"status": "accepted", "driver_id": 2, "accepted_at": now},
    ("accepted", "start"): {"status": "in_progress", "started_at": now},
    ("in_progress", "finish"): {"status": "completed", "finished_at": now},
    ("requested", "cancellation"): {"status": "cancelled"},
    ("accepted", "cancellation"): {"status": "cancelled"},
}
people = {
    "zones": [{"zone_id": 1, "surge_bp": 11_500}, {"zone_id": 2}],
    "riders": [{}],
    "drivers": [{}, {}, {"status": "banned"}, {"status": "paused"}],
}
conflict = {
    code: {"tag": "conflict-409", "says": "A move that the present state forbids is a conflict: 409, with the state."}
    for code in (400, 403, 404, 412, 422)
} | {
    code: {"tag": "trust-client", "says": "A move was made that the present state forbids. The server decides."}
    for code in (200, 201, 204)
}


def trip_of(path, trip_id):
    names = ("status", "driver_id", "accepted_at", "started_at", "finished_at")
    found = rows_in(path, f"SELECT {', '.join(names)} FROM trips WHERE trip_id = ?", trip_id)
    return dict(zip(names, found[0], strict=True))


def no_success(client, trip_id, step, **body):
    """The step fails on the server's side: a status from 500 on, or an exception for the web server to answer."""
    try:
        assert move(client, trip_id, step, **body).status >= 500, "a request that could not be stored had success"
    except CheckFailed as error:
        if error.ran:
            raise


with q.check("every move from every state", points=1, advice="Make a table: 5 states, 4 moves. Which 5 of 20 may be?"):
    pairs = [(state, step) for state in states for step in steps]
    trips = [{"trip_id": n, "status": state, **states[state]} for n, (state, _) in enumerate(pairs, 1)]
    with database_file(hopline.load_rows(**people, trips=[*trips, {"trip_id": 21}])) as path:
        change(path, OUTBOX)
        client = Client(create_trip_app(path, VirtualClock(now)))
        for trip_id, (state, step) in enumerate(pairs, 1):
            before, wanted = trip_of(path, trip_id), becomes.get((state, step))
            answer = move(client, trip_id, step, **steps[step])
            if wanted:
                expect(answer, status=200, json={"trip_id": trip_id} | before | wanted)
            else:
                expect(answer, status=409, json={"trip_status": state}, known=conflict, rfc="RFC 9110, 15.5.10")
            same_value(trip_of(path, trip_id), before | (wanted or {}), of=f"{state}, then {step}: the row")
        for step, body in steps.items():
            expect(move(client, 999, step, **body), status=404)
        for odd in (99, 3, 4, 0, "1", True, None):  # not there, banned, paused, not a driver's number
            expect(move(client, 21, "acceptance", driver_id=odd), status=422)
        same_value(trip_of(path, 21)["status"], "requested", of="the status after refused acceptances")
with q.check(
    "two drivers accept the same trip",
    points=1,
    advice="Between your question and your UPDATE another driver can be faster. Let the UPDATE ask for the state.",
):

    class RivalClock(VirtualClock):
        """While the app looks at the clock, driver 2 accepts the trip."""

        won = asked = False

        def now(self):
            if not self.asked:
                self.asked = True
                try:
                    accept = "UPDATE trips SET status = 'accepted', driver_id = 2"
                    self.won = change(path, f"{accept} WHERE trip_id = 1 AND status = 'requested'") == 1
                except sqlite3.OperationalError:
                    pass  # the app has locked the file: the rival comes too late
            return super().now()

    def slow_rival(begun):
        """Driver 2 accepts trip 10 and takes a moment to commit: your app can read meanwhile, but not write."""
        with closing(sqlite3.connect(path)) as db:
            db.execute("UPDATE trips SET status = 'accepted', driver_id = 2 WHERE trip_id = 10")
            begun.set()
            time.sleep(0.3)
            db.commit()

    trips = [{"trip_id": n} for n in range(1, 11)]
    with database_file(hopline.load_rows(**people, trips=trips)) as path:
        change(path, OUTBOX)
        rival = RivalClock(now)
        client = Client(create_trip_app(path, rival))
        answer = move(client, 1, "acceptance", driver_id=1)
        says = "Two drivers got the same trip: its state changed after you asked for it, and before your UPDATE."
        with meaning("check-then-act", says):
            if rival.won and answer.status == 200:
                raise CheckFailed("the trip had a driver already, and the second was accepted, too")
            same_value(trip_of(path, 1)["driver_id"], 2 if rival.won else 1, of="driver_id of the trip")
        expect(answer, status=409 if rival.won else 200, known=conflict, rfc="RFC 9110, 15.5.10")
        method = client.transcript[-1].request.method  # POST to a sub-resource, or PATCH
        target, more = ("/trips/{}/acceptance", {}) if method == "POST" else ("/trips/{}", {"status": "accepted"})
        calls = [
            (method, target.format(trip_id), {"json": {"driver_id": driver_id, **more}})
            for trip_id in range(2, 10)
            for driver_id in (1, 2)
        ]
        answers = client.parallel(calls)
        for first, second in zip(answers[::2], answers[1::2], strict=True):
            if (first.status, second.status) == (200, 200):
                raise CheckFailed(f"{first.asked}: both were accepted", tag="check-then-act", advice=says)
            expect(first, status=(200, 409), known=conflict)
            expect(second, status=200 if first.status == 409 else 409, known=conflict)
            trip_id, winner = int(first.request.path.split("/")[2]), 1 if first.status == 200 else 2
            same_value(trip_of(path, trip_id)["driver_id"], winner, of="driver_id of the trip")
        if sys.platform != "emscripten":  # a browser has no threads
            begun = threading.Event()
            rival = threading.Thread(target=slow_rival, args=(begun,))
            rival.start()
            begun.wait(5)
            late = move(client, 10, "acceptance", driver_id=1)
            rival.join()
            with meaning("check-then-act", says):
                same_value(trip_of(path, 10)["driver_id"], 2, of="driver_id of the trip")
            expect(late, status=(409, 503))
        for call, first in zip(calls[::2], answers[::2], strict=True):
            expect(client.request(*call[:2], **call[2]), status=409, json={"trip_status": "accepted"})
with q.check("the fare at the end", points=1, advice="Surge first, then the promo, both floored. Never below 0."):
    promos = [
        {"promo_id": 1, "percent_off": 15},
        {"promo_id": 2, "amount_off_cents": 200},
        {"promo_id": 3, "percent_off": 100},
        {"promo_id": 4, "amount_off_cents": 100_000},
        {"promo_id": 5, "percent_off": 50, "ends_at": "2025-02-01T00:00:00Z"},
        {"promo_id": 6, "percent_off": 0},
    ]
    cases = [(1, 1, 1_000, 333), (1, 2, 3_050, 398), (2, 3, 500, 0), (2, 4, 9_999, 0)]
    cases += [(2, 5, 99, 125), (2, 6, 100, 259), (1, None, 3_050, 598), (2, None, 0, 250)]
    trips = [
        {"trip_id": n, "status": "in_progress", "driver_id": 1, "pickup_zone_id": zone, "promo_id": promo,
         "quoted_cents": 4_444, "dropoff_zone_id": 3 - zone}
        for n, (zone, promo, _, _) in enumerate(cases, 1)
    ]
    with database_file(hopline.load_rows(**people, promo_codes=promos, trips=trips)) as path:
        change(path, OUTBOX)
        client = Client(create_trip_app(path, VirtualClock(now)))
        for trip_id, (_, _, metres, fare) in enumerate(cases, 1):
            cheat = move(client, trip_id, "finish", distance_m=metres, fare_cents=1)
            done = cheat if cheat.status == 200 else move(client, trip_id, "finish", distance_m=metres)
            expect(done, status=200)
            with meaning("wrong-column", "The fare comes from the way, the surge and the promo, not from elsewhere."):
                same_value(done.json()["fare_cents"], fare, of="fare_cents")
            row = rows_in(path, "SELECT fare_cents, distance_m, finished_at FROM trips WHERE trip_id = ?", trip_id)
            same_value(row, [(fare, metres, now)], of="fare_cents, distance_m, finished_at in the table")
        change(path, "UPDATE trips SET status = 'in_progress'")
        for odd in ({}, {"distance_m": -1}, {"distance_m": "9"}, {"distance_m": True}, {"distance_m": 1.5}):
            expect(move(client, 1, "finish", **odd), status=422)
with q.check(
    "a failure in the middle, and the outbox",
    points=1,
    advice="The trip and the row in outbox are stored together or not at all: one transaction around both.",
):
    money = "SELECT fare_cents, distance_m FROM trips"
    full_disk = "SELECT RAISE(ABORT, 'the disk is full'); END"
    faults = (
        f"CREATE TRIGGER fault BEFORE INSERT ON outbox BEGIN {full_disk}",
        f"CREATE TRIGGER fault BEFORE UPDATE ON trips BEGIN {full_disk}",
    )
    for fault in faults:
        trips = [{"trip_id": 7, "status": "in_progress", **states["in_progress"]}]
        with database_file(hopline.load_rows(**people, trips=trips)) as path:
            change(path, OUTBOX)
            change(path, fault)
            client, before = Client(create_trip_app(path, VirtualClock(now))), trip_of(path, 7)
            no_success(client, 7, "finish", distance_m=1_000)
            with meaning("half-done", "After a failure one of two changes was stored. Put both into one transaction."):
                same_value(trip_of(path, 7), before, of="the trip after a failure")
                same_value(rows_in(path, money), [(None, None)], of="fare and distance after a failure")
                same_value(rows_in(path, "SELECT * FROM outbox"), [], of="the outbox after a failure")
            change(path, "DROP TRIGGER fault")
            done = expect(move(client, 7, "finish", distance_m=1_000), status=200).json()
            move(client, 7, "finish", distance_m=1_000)  # a conflict, and no news
            found = rows_in(path, "SELECT topic, payload, created_at, sent_at FROM outbox")
            same_value(len(found), 1, of="the number of rows in the outbox")
            topic, payload, *times = found[0]
            same_value([topic, json.loads(payload), *times],
                       ["trip.completed", {"trip_id": 7, "fare_cents": done["fare_cents"]}, now, None],
                       of="the row in the outbox")
q.result()

# %% C3.6 hints [markdown]
# 1. Draw the five states as circles and the allowed moves as arrows. Each arrow has a step, a state at its start, a
#    state at its end, and the column of its time. All other pairs of state and step are conflicts.
# 2. Keep the arrows in a table (a dict), so that one function makes every move. Ask and act in one statement: an
#    UPDATE that names the allowed states in its WHERE changes no row when the state is another one. Then `rowcount`
#    is 0, and you answer 409 with the state that you read.
# 3. Inside one `with closing(connect(db_path)) as db, db:` first `moved = db.execute("UPDATE trips SET status = ?,
#    accepted_at = ?, driver_id = ? WHERE trip_id = ? AND status IN (…)", …)`, then `if not moved.rowcount:` answer
#    409; for finish add the INSERT into outbox in the same block.

# %% C3.6 wrong trust-client
# The client names the new status, and your app stores it: a trip can be completed without a ride.
from flask import Flask, request


def create_trip_app(db_path, clock):
    app = Flask("trips")

    @app.patch("/trips/<int:trip_id>")
    def edit(trip_id):
        body = request.get_json()
        times = {"accepted": "accepted_at", "in_progress": "started_at", "completed": "finished_at"}
        body |= {times[body["status"]]: utc(clock.now())} if body["status"] in times else {}
        columns = ", ".join(f"{name} = ?" for name in body)
        with closing(connect(db_path)) as db, db:
            db.execute(f"UPDATE trips SET {columns} WHERE trip_id = ?", (*body.values(), trip_id))
            trip = db.execute("SELECT * FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()
        return dict(trip) if trip else ({"title": "Not Found"}, 404)

    return app

# %% C3.6 wrong check-then-act change=true
# The state is read first and the UPDATE does not ask again: both drivers get the trip.
-                changes["fare_cents"] = fare_of(db, trip_id, changes["distance_m"])
+                changes["fare_cents"] = fare_of(db, trip_id, changes["distance_m"])
+            if find(db, trip_id)["status"] not in allowed:
+                return {"title": "Conflict", "status": 409, "trip_status": find(db, trip_id)["status"]}, 409

-            marks = ", ".join("?" * len(allowed))

-                f"UPDATE trips SET {columns} WHERE trip_id = ? AND status IN ({marks})",
-                (*changes.values(), trip_id, *allowed),
+                f"UPDATE trips SET {columns} WHERE trip_id = ?",
+                (*changes.values(), trip_id),

# %% C3.6 wrong check-then-act change=true
# The time is taken first, then the state is read, and the UPDATE does not ask again.
-        with closing(connect(db_path)) as db, db:  # one transaction: all of it is stored, or nothing
+        with closing(connect(db_path)) as db, db:  # one transaction: all of it is stored, or nothing
+            now = utc(clock.now())

-            now = utc(clock.now())
+            if find(db, trip_id)["status"] not in allowed:
+                return {"title": "Conflict", "trip_status": find(db, trip_id)["status"]}, 409

-            marks = ", ".join("?" * len(allowed))

-                f"UPDATE trips SET {columns} WHERE trip_id = ? AND status IN ({marks})",
-                (*changes.values(), trip_id, *allowed),
+                f"UPDATE trips SET {columns} WHERE trip_id = ?",
+                (*changes.values(), trip_id),

# %% C3.6 wrong conflict-409 change=true
# 400 says that the request cannot be understood. It can: the present state forbids it. That is 409.
-                return {"title": "Conflict", "status": 409, "trip_status": trip["status"]}, 409
+                return {"title": "Conflict", "status": 409, "trip_status": trip["status"]}, 400

# %% C3.6 wrong wrong-column change=true
# The fare is copied from the quote, so neither the real way nor the promo counts.
-                changes["fare_cents"] = fare_of(db, trip_id, changes["distance_m"])
+                changes["fare_cents"] = db.execute("SELECT quoted_cents FROM trips WHERE trip_id=?", (trip_id,)).fetchone()[0]

# %% C3.6 wrong wrong-column change=true
# The promo is forgotten: the fare is the full price.
-        return max(0, fare - (fare * percent // 100 if percent is not None else amount or 0))
+        return fare

# %% C3.6 wrong half-done change=true
# The trip is committed before the outbox row is written. A failure between the two loses the news.
-                return {"title": "Conflict", "status": 409, "trip_status": trip["status"]}, 409
+                return {"title": "Conflict", "status": 409, "trip_status": trip["status"]}, 409
+            db.commit()

# %% C3.6 right patch
# One PATCH with the wanted status, held against a table of moves: the contract allows it.
from flask import Flask, jsonify, request

AFTER = {"accepted": "requested", "in_progress": "accepted", "completed": "in_progress"}


def create_trip_app(db_path, clock):
    app = Flask("trips")

    @app.patch("/trips/<int:trip_id>")
    def edit(trip_id):
        body = request.get_json()
        wanted, driver, way = body.get("status"), body.get("driver_id"), body.get("distance_m")
        if wanted == "accepted" and type(driver) is not int:
            return {"detail": "driver_id must be a whole number"}, 422
        if wanted == "completed" and (type(way) is not int or way < 0):
            return {"detail": "distance_m must be a whole number from 0"}, 422
        if wanted not in (*AFTER, "cancelled") or set(body) - {"status", "driver_id", "distance_m"}:
            return {"detail": "no such status, or an unknown field"}, 422
        with closing(connect(db_path)) as db:
            db.execute("BEGIN IMMEDIATE")  # nobody else writes from here on, so asking first is safe
            trip = db.execute("SELECT * FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()
            if trip is None:
                return {"detail": "no such trip"}, 404
            allowed = ("requested", "accepted") if wanted == "cancelled" else (AFTER[wanted],)
            if trip["status"] not in allowed:
                return {"detail": "not now", "trip_status": trip["status"]}, 409
            now, fare = utc(clock.now()), None
            if wanted == "accepted":
                active = [row[0] for row in db.execute("SELECT driver_id FROM drivers WHERE status = 'active'")]
                if driver not in active:
                    return {"detail": "no such active driver"}, 422
                db.execute("UPDATE trips SET driver_id = ?, accepted_at = ? WHERE trip_id = ?", (driver, now, trip_id))
            elif wanted == "in_progress":
                db.execute("UPDATE trips SET started_at = ? WHERE trip_id = ?", (now, trip_id))
            elif wanted == "completed":
                zone = db.execute("SELECT * FROM zones WHERE zone_id = ?", (trip["pickup_zone_id"],)).fetchone()
                promo = db.execute("SELECT * FROM promo_codes WHERE promo_id = ?", (trip["promo_id"],)).fetchone()
                fare = (250 + 9 * (way // 100)) * zone["surge_bp"] // 10_000
                if promo and promo["percent_off"] is not None:
                    fare -= fare * promo["percent_off"] // 100
                elif promo:
                    fare = max(0, fare - promo["amount_off_cents"])
                news = json.dumps({"fare_cents": fare, "trip_id": trip_id})
                row = ("trip.completed", news, now)
                db.execute("INSERT INTO outbox (topic, payload, created_at) VALUES (?, ?, ?)", row)
                db.execute("UPDATE trips SET distance_m = ?, finished_at = ?, fare_cents = ? WHERE trip_id = ?",
                           (way, now, fare, trip_id))
            db.execute("UPDATE trips SET status = ? WHERE trip_id = ?", (wanted, trip_id))
            db.commit()
            return dict(db.execute("SELECT * FROM trips WHERE trip_id = ?", (trip_id,)).fetchone())

    return app

# %% C3.6 right returning change=true
# One UPDATE with RETURNING for each step; the state is read only when no row came back.
-                f"UPDATE trips SET {columns} WHERE trip_id = ? AND status IN ({marks})",
+                f"UPDATE trips SET {columns} WHERE trip_id = ? AND status IN ({marks}) RETURNING *",

-            trip = dict(find(db, trip_id))
-            if not moved.rowcount:
-                return {"title": "Conflict", "status": 409, "trip_status": trip["status"]}, 409
+            row = moved.fetchone()
+            if row is None:
+                return {"title": "Conflict", "trip_status": find(db, trip_id)["status"]}, 409
+            trip = dict(row)

# %% C3.7 prompt [markdown] type="http-app"
# ## C3.7 When it breaks inside
#
# The two routes of the starter are complete, and anything in them may fail: the function `estimate`, the database, even
# the log. Add the rest of `create_safe_app(db_path, estimate, log)`, so that a stranger reads little and Hopline's log
# says much. `log(text)` stands for your logging library: it writes one entry, which may have several lines.
#
# | event | answer | log |
# |---|---|---|
# | an exception that nobody expected | 500 | one entry: request id, method, path, and the traceback |
# | the database is locked (`sqlite3.OperationalError`) | 503 with `Retry-After` | as you like |
# | 404, 405 and the like | their own status | as you like |
#
# Every error is a problem document as in C3.4 that also has `request_id`. Every answer has the header `X-Request-ID`:
# the one of the request if it consists of 8 to 64 letters A-Z, a-z, digits, `-` and `_`; otherwise a new one of that
# form. No answer holds the text of an exception. What a client sent can never begin a new line in the log. A log that
# raises an exception does not change the answer.

# %% C3.7 answer
import re
import traceback
import uuid

from flask import Flask, Response, abort, g, request
from werkzeug.exceptions import HTTPException


def create_safe_app(db_path, estimate, log):
    """Return a WSGI or ASGI app that tells strangers little and its log much."""
    app = Flask("safe")

    @app.get("/estimates/<place>")
    def read_estimate(place):
        return {"place": place, "minutes": estimate(place)}  # estimate may raise anything

    @app.get("/trips/<int:trip_id>")
    def read_trip(trip_id):
        with closing(connect(db_path, timeout=0.1)) as db:
            trip = db.execute("SELECT trip_id, status FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()
        return dict(trip) if trip else abort(404, "There is no such trip.")

    # The request id: take it or make it before each request, and send it back after.
    # One handler for HTTPException, one for Exception.
    ### BEGIN SOLUTION
    @app.before_request
    def take_request_id():
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if re.fullmatch(r"[A-Za-z0-9_-]{8,64}", given) else uuid.uuid4().hex

    @app.after_request
    def send_request_id(response):
        response.headers["X-Request-ID"] = g.request_id
        return response

    def write_problem(response, status, detail):
        members = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
        response.data = json.dumps({**members, "request_id": g.request_id})
        response.content_type = "application/problem+json"
        return response

    @app.errorhandler(HTTPException)
    def framework_error(error):
        return write_problem(error.get_response(), error.code, error.description)

    @app.errorhandler(Exception)
    def unexpected_error(error):
        try:
            log(f"request {g.request_id}: {request.method} {request.path!r}\n{traceback.format_exc()}")
        except Exception:  # the log is broken, too: the answer matters more
            pass
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            busy = Response(status=503, headers={"Retry-After": "2"})
            return write_problem(busy, 503, "Please try again in 2 seconds.")
        return write_problem(Response(status=500), 500, "Something went wrong on our side.")

    ### END SOLUTION
    return app

# %% C3.7 check
q = Question("C3.7")
with q.check("an estimate that fails", points=1):

    def broken(place):
        raise RuntimeError("no route to maps.internal:5432")

    entries = []
    with database_file(city) as path:
        client = Client(create_safe_app(path, broken, entries.append))
        failed = client.get("/estimates/LIS-AIR", headers={"X-Request-ID": "visible-check-1"})
        expect(failed, status=500, problem=True, json={"request_id": "visible-check-1"}, rfc="RFC 9457, 3.2")
        assert "maps.internal" not in failed.text, "the answer holds the text of the exception"
        same_value(len(entries), 1, of="the number of log entries")
        assert "Traceback" in entries[0] and "visible-check-1" in entries[0], f"the log says: {entries[0]}"
        client = Client(create_safe_app(path, len, entries.append))
        expect(client.get("/estimates/LIS"), status=200, json={"minutes": 3})
q.result()

# %% C3.7 hidden
q = Question("C3.7", hidden=True)
form = re.compile(r"[A-Za-z0-9_-]{8,64}")
secret = "could not connect to postgres://admin:hunter2@10.0.0.5/maps"


def failing(place):
    raise (ConnectionError if place.startswith("NYC") else RuntimeError)(secret)


with q.check(
    "nothing of the exception gets out",
    points=0.5,
    advice="An answer tells a stranger what went wrong inside. Write a fixed sentence, and the details into the log.",
):
    entries = []
    with database_file(hopline.load("tiny")) as path:
        client = Client(create_safe_app(path, failing, entries.append))
        for place in ("LIS", "NYC", "%3Cscript%3E", "x" * 200):
            failed = expect(client.get(f"/estimates/{place}"), status=500, problem=True)
            told = failed.text + str(failed.headers)
            with meaning("error-leak"):
                for word in ("hunter2", "postgres", "10.0.0.5", "Traceback", "RuntimeError", "ConnectionError"):
                    assert word not in told, "the answer holds part of the exception"

        def broken_log(text):
            raise OSError("disk full: hunter2")

        client = Client(create_safe_app(path, failing, broken_log))
        failed = client.get("/estimates/LIS")
        expect(failed, status=500, problem=True)
        assert "hunter2" not in failed.text, "the answer holds part of the exception"
with q.check("what stands in the log", points=0.5, advice="Method, path, id and traceback, and no line of a client."):
    entries = []
    with database_file(hopline.load("tiny")) as path:
        client = Client(create_safe_app(path, failing, entries.append))
        for count, place in enumerate(("LIS", "NYC-M", "IST"), 1):
            failed = client.get(f"/estimates/{place}")
            same_value(len(entries), count, of="the number of log entries")
            for part in ("Traceback", secret, "GET", f"/estimates/{place}", failed.json()["request_id"]):
                assert part in entries[-1], "a log entry lacks the method, the path, the id or the traceback"
        with meaning("log-injection", "A line break that a client sent is in the log: anybody can forge an entry."):
            for forged in ("LIS%0AINFO%20forged%20entry", "LIS%0D%0AINFO%20forged%20entry", "%0AINFO%20forged%20entry"):
                client.get(f"/estimates/{forged}")
            lines = [line.lstrip() for entry in entries for line in entry.splitlines()]
            assert not any(line.startswith("INFO forged") for line in lines), "a client has written a line of the log"
with q.check("request ids in and out", points=0.5, advice="Take an id of the right form; replace all others."):
    entries, seen = [], set()
    with database_file(hopline.load("tiny")) as path:
        client = Client(create_safe_app(path, failing, entries.append))
        for target, status in (("/trips/1", 200), ("/trips/99", 404), ("/estimates/LIS", 500), ("/nowhere", 404)):
            for given in ("abcd-EFGH_1234", "12345678", "x" * 64):
                taken = client.get(target, headers={"X-Request-ID": given})
                expect(taken, status=status, header={"X-Request-ID": given})
            for given in (None, "", "short-1", "x" * 65, "with space 1", "<script>", "semi;colon;1", "a" * 5_000):
                with meaning("log-injection", "A bad id came back, or stands in the log. Check its form."):
                    made = client.get(target, headers={"X-Request-ID": given} if given is not None else {})
                    expect(made, status=status, header={"X-Request-ID": lambda value: bool(form.fullmatch(value))})
                    assert not given or not any(given in entry for entry in entries), "a bad id stands in the log"
                seen.add(made.header("X-Request-ID"))
                if status != 200:
                    expect(made, problem=True, json={"request_id": made.header("X-Request-ID")})
        same_value(len(seen), 32, of="the number of different new ids")
with q.check(
    "HTTP errors and a locked database",
    points=0.5,
    advice="404 and 405 are answers, not accidents: they keep their status. A locked database is 503 with Retry-After.",
):
    entries = []
    with database_file(hopline.load("tiny")) as path:
        client = Client(create_safe_app(path, len, entries.append))
        expect(client.get("/estimates/IST"), status=200, json={"place": "IST", "minutes": 3})
        with meaning("swallows-http", "An error of HTTP became 500. Only what nobody expected is 500."):
            for method, target in (("GET", "/trips/99"), ("GET", "/trips/x"), ("POST", "/trips/1")):
                assert client.request(method, target).status < 500, f"{method} {target} was answered with 500"
        expect(client.get("/trips/99"), status=404, problem=True)
        expect(client.get("/trips/x"), status=404, problem=True)
        expect(client.post("/trips/1"), status=405, problem=True)
        with closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with meaning("locked-database", "The database was only busy for a moment. Say 503 and when to come back."):
                busy = client.get("/trips/1")
                expect(busy, status=503, problem=True, header={"Retry-After": True}, rfc="RFC 9110, 15.6.4")
        expect(client.get("/trips/1"), status=200, json={"trip_id": 1})
q.result()

# %% C3.7 hints [markdown]
# 1. Imagine a stranger who reads every answer, and a colleague who reads the log at night. What does each of them
#    need to know? The request id joins the two: the stranger can name it, and the colleague can find it.
# 2. Flask looks for the handler that fits the exception best: one for `HTTPException` keeps 404 and 405 apart from
#    the one for `Exception`. `!r` in an f-string writes a line break as `\n`. Put the call of `log` into a `try` of
#    its own.
# 3. Before the request: `g.request_id = given if re.fullmatch(r"[A-Za-z0-9_-]{8,64}", given) else …`. Below
#    `@app.errorhandler(Exception)`: call `log` with `g.request_id`, `request.method`, `{request.path!r}` and
#    `traceback.format_exc()`, then return a problem with status … and a fixed sentence; after each request set the
#    header from `g.request_id`.

# %% C3.7 wrong error-leak change=true
# `str(error)` goes to the stranger, with the password of the database in it.
-        return write_problem(Response(status=500), 500, "Something went wrong on our side.")
+        return write_problem(Response(status=500), 500, str(error))

# %% C3.7 wrong swallows-http change=true
# One handler for all exceptions turns 404 and 405 into 500.
-    @app.errorhandler(HTTPException)

# %% C3.7 wrong log-injection change=true
# The header is used as it came: it can be 5000 characters long, or hold markup.
-        g.request_id = given if re.fullmatch(r"[A-Za-z0-9_-]{8,64}", given) else uuid.uuid4().hex
+        g.request_id = given or uuid.uuid4().hex

# %% C3.7 wrong log-injection change=true
# The path stands in the log as it came, line breaks too: a client can forge entries.
-            log(f"request {g.request_id}: {request.method} {request.path!r}\n{traceback.format_exc()}")
+            log(f"request {g.request_id}: {request.method} {request.path}\n{traceback.format_exc()}")

# %% C3.7 wrong locked-database change=true
# A locked database is a short wait, and the client is told that something broke.
-        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
-            busy = Response(status=503, headers={"Retry-After": "2"})
-            return write_problem(busy, 503, "Please try again in 2 seconds.")

# %% C3.7 wrong error-leak change=true
# The traceback helps whoever debugs, and whoever attacks. It belongs into the log.
-        return write_problem(Response(status=500), 500, "Something went wrong on our side.")
+        return write_problem(Response(status=500), 500, traceback.format_exc())

# %% C3.7 right counter
# One handler that gives HTTP errors back, and ids from a counter.
import itertools
import string
import traceback

from flask import Flask, g, request
from werkzeug.exceptions import HTTPException, NotFound, ServiceUnavailable


def create_safe_app(db_path, estimate, log):
    app = Flask("safe")
    numbers = itertools.count(10_000_000)
    letters = set(string.ascii_letters + string.digits + "-_")

    @app.get("/estimates/<place>")
    def read_estimate(place):
        return {"minutes": estimate(place), "place": place}

    @app.get("/trips/<int:trip_id>")
    def read_trip(trip_id):
        try:
            with closing(connect(db_path, timeout=0.05)) as db:
                found = db.execute("SELECT trip_id, status FROM trips WHERE trip_id = ?", (trip_id,)).fetchall()
        except sqlite3.OperationalError:
            raise ServiceUnavailable("busy", retry_after=1) from None
        if not found:
            raise NotFound
        return dict(found[0])

    @app.before_request
    def number():
        given = request.headers.get("x-request-id") or ""
        g.id = given if 8 <= len(given) <= 64 and set(given) <= letters else f"req-{next(numbers)}"

    @app.after_request
    def mark(response):
        response.headers["x-request-id"] = g.id
        return response

    @app.errorhandler(Exception)
    def problem(error):
        known = error.get_response() if isinstance(error, HTTPException) else None
        status = error.code if known else 500
        if not known:
            stack = "".join(traceback.format_exception(error))
            text = f"{g.id} {request.method} {request.path}".replace("\r", "\\r").replace("\n", "\\n")
            try:
                log(text + "\n" + stack)
            except Exception as second:
                print("the log failed:", type(second).__name__)
        body = {"type": "about:blank", "title": "Error", "status": status, "detail": "It failed.", "request_id": g.id}
        headers = {name: value for name, value in known.headers if name != "Content-Length"} if known else {}
        return json.dumps(body), status, headers | {"Content-Type": "application/problem+json"}

    return app

# %% C3.7 right middleware
# A WSGI layer around the Flask app makes the ids, catches what falls through, and keeps HTTP errors.
import secrets
import traceback

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException


def create_safe_app(db_path, estimate, log):
    inner = Flask("inner")
    inner.testing = True  # exceptions pass through to the layer around it

    @inner.get("/estimates/<place>")
    def read_estimate(place):
        return {"place": place, "minutes": estimate(place)}

    @inner.get("/trips/<int:trip_id>")
    def read_trip(trip_id):
        with closing(connect(db_path, timeout=0.1)) as db:
            found = db.execute("SELECT trip_id, status FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()
        return dict(found) if found else abort(404)

    @inner.errorhandler(HTTPException)
    def keep(error):
        response = error.get_response()
        response.data = problem(error.code, error.name, request.environ["hopline.id"])
        response.content_type = "application/problem+json"
        return response

    def problem(status, title, name):
        members = {"type": "about:blank", "title": title, "status": status, "detail": title, "request_id": name}
        return json.dumps(members).encode()

    def app(environ, start_response):
        given = environ.get("HTTP_X_REQUEST_ID", "")
        plain = given.replace("-", "").replace("_", "")
        fits = given.isascii() and 8 <= len(given) <= 64 and (plain.isalnum() or not plain)
        name = environ["hopline.id"] = given if fits else secrets.token_hex(16)

        def start(status, headers, exc_info=None):
            return start_response(status, [*headers, ("X-Request-ID", name)])

        try:
            return list(inner(environ, start))
        except Exception as error:
            try:
                asked = ascii(environ["REQUEST_METHOD"] + " " + environ["PATH_INFO"])
                log(f"{name} {asked}\n{traceback.format_exc()}")
            except Exception:
                pass
            busy = isinstance(error, sqlite3.OperationalError)
            headers = [("Content-Type", "application/problem+json")] + [("Retry-After", "1")] * busy
            start("503 Service Unavailable" if busy else "500 Internal Server Error", headers)
            return [problem(503 if busy else 500, "Busy" if busy else "It failed", name)]

    return app

# %% [markdown]
# ### The old app of C3.8
#
# The next cell is locked. It holds the app that C3.8 asks you to take apart, the service `Fares`, and two exceptions
# for your service. Read it before you read the task: which lines are about HTTP, which are a rule of Hopline, which are
# SQL?

# %% setup
from datetime import datetime, timedelta

from flask import Flask, request


class NoSuchTrip(Exception):
    """There is no trip with this number."""


class WrongState(Exception):
    """The state of the trip does not allow this."""


class Fares:
    """What a cancellation costs: a quarter of the quote, floored, at least 300 cents."""

    __offered__ = ("cancellation_cents",)  # what an app may call of it

    def cancellation_cents(self, quoted_cents):
        return max(300, quoted_cents // 4)


def create_old_app(db_path, clock, fares):
    """The app as it is today: all in one handler."""
    app = Flask("old")

    @app.post("/trips/<int:trip_id>/cancellation")
    def cancel_trip(trip_id):
        data = request.get_json(silent=True)
        if not isinstance(data, dict):
            return {"error": "Send a JSON object."}, 400
        by = data.get("by")
        if by not in ("rider", "driver"):
            return {"error": "by must be rider or driver."}, 422
        reason = data.get("reason", "")
        if not isinstance(reason, str) or len(reason) > 200:
            return {"error": "reason must be text of at most 200 characters."}, 422
        db = sqlite3.connect(db_path)
        try:
            row = db.execute(
                "SELECT rider_id, status, accepted_at, quoted_cents FROM trips WHERE trip_id = ?", (trip_id,)
            ).fetchone()
            if row is None:
                return {"error": f"There is no trip {trip_id}."}, 404
            rider_id, status, accepted_at, quoted_cents = row
            if status not in ("requested", "accepted"):
                return {"error": f"A trip that is {status} cannot be cancelled."}, 409
            now = clock.now()
            fee = 0
            if by == "rider" and status == "accepted":
                waited = now - datetime.fromisoformat(accepted_at)
                if waited > timedelta(minutes=2):
                    fee = fares.cancellation_cents(quoted_cents)
            changed = db.execute(
                "UPDATE trips SET status = 'cancelled', fare_cents = ? WHERE trip_id = ? AND status = ?",
                (fee or None, trip_id, status),
            )
            if changed.rowcount == 0:
                return {"error": "The trip has just changed. Try again."}, 409
            ticket = None
            if by == "driver" and status == "accepted":
                added = db.execute(
                    """INSERT INTO support_tickets (rider_id, trip_id, topic, body, status, priority, opened_at)
                    VALUES (?, ?, 'driver cancelled', ?, 'open', 'high', ?)""",
                    (rider_id, trip_id, reason or "No reason given.", now.strftime("%Y-%m-%dT%H:%M:%SZ")),
                )
                ticket = added.lastrowid
            db.commit()
        finally:
            db.close()
        return {
            "trip_id": trip_id,
            "status": "cancelled",
            "fee_cents": fee,
            "ticket_id": ticket,
            "message": f"Cancelled. The fee is {fee / 100:.2f}." if fee else "Cancelled free of charge.",
        }, 200

    return app

# %% C3.8 prompt [markdown] type="py-function"
# ## C3.8 Move the rule out
#
# Take `create_old_app` apart into a repository, a service and a thin handler, without changing one byte of what clients
# read. Hidden checks try each part alone: the service with a repository that is not yours and without any request, the
# handler with a service that is not yours.
#
# | part | contract |
# |---|---|
# | `SqlTrips(db_path)` | `get(trip_id)`: a dict with `trip_id`, `rider_id`, `status`, `accepted_at`, `quoted_cents`, or None |
# | | `set_status(trip_id, old, new, fee_cents)`: sets status and `fare_cents` if the status is still `old`; True if so |
# | | `add(ticket)`: stores a dict with the columns of `support_tickets` except `ticket_id`; returns the new `ticket_id` |
# | `TripService(repo, clock, fares)` | `cancel(trip_id, by, reason)`: returns the dict that the client reads; raises `NoSuchTrip` or `WrongState` with the sentence that the client reads |
# | `create_service_app(service)` | an app with `POST /trips/{trip_id}/cancellation`: checks the form of the body (400, 422), calls `service.cancel`, turns the two exceptions into 404 and 409 |
#
# A repository may have no other methods than these three, and knows no rule. A service sees no request and no SQL; what
# it needs from outside, it gets from `repo`, `clock` and `fares`. Functions that return objects with these methods are
# as good as classes.

# %% C3.8 answer
from datetime import datetime, timedelta

from flask import Flask, request


class SqlTrips:
    """The repository: reads and writes the database file. No rules."""

    def __init__(self, db_path):
        self.db_path = db_path

    def get(self, trip_id):
        ### BEGIN SOLUTION
        query = "SELECT trip_id, rider_id, status, accepted_at, quoted_cents FROM trips WHERE trip_id = ?"
        with closing(connect(self.db_path)) as db:
            trip = db.execute(query, (trip_id,)).fetchone()
        return dict(trip) if trip else None
        ### END SOLUTION

    def set_status(self, trip_id, old, new, fee_cents):
        ### BEGIN SOLUTION
        with closing(connect(self.db_path)) as db, db:
            changed = db.execute(
                "UPDATE trips SET status = ?, fare_cents = ? WHERE trip_id = ? AND status = ?",
                (new, fee_cents, trip_id, old),
            )
        return changed.rowcount == 1
        ### END SOLUTION

    def add(self, ticket):
        ### BEGIN SOLUTION
        names = "rider_id, trip_id, topic, body, status, priority, opened_at"
        with closing(connect(self.db_path)) as db, db:
            return db.execute(
                f"INSERT INTO support_tickets ({names}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [ticket[name] for name in names.split(", ")],
            ).lastrowid
        ### END SOLUTION


class TripService:
    """The rules. No request, no response, no SQL."""

    def __init__(self, repo, clock, fares):
        ### BEGIN SOLUTION
        self.repo, self.clock, self.fares = repo, clock, fares
        ### END SOLUTION

    def cancel(self, trip_id, by, reason):
        """Cancel a trip. Return what the client reads, or raise NoSuchTrip or WrongState."""
        ### BEGIN SOLUTION
        trip = self.repo.get(trip_id)
        if trip is None:
            raise NoSuchTrip(f"There is no trip {trip_id}.")
        status = trip["status"]
        if status not in ("requested", "accepted"):
            raise WrongState(f"A trip that is {status} cannot be cancelled.")
        now = self.clock.now()
        fee = self.fee_of(trip, now) if by == "rider" else 0
        if not self.repo.set_status(trip_id, status, "cancelled", fee or None):
            raise WrongState("The trip has just changed. Try again.")
        ticket_id = None
        if by == "driver" and status == "accepted":
            ticket_id = self.repo.add(
                {
                    "rider_id": trip["rider_id"],
                    "trip_id": trip_id,
                    "topic": "driver cancelled",
                    "body": reason or "No reason given.",
                    "status": "open",
                    "priority": "high",
                    "opened_at": utc(now),
                }
            )
        message = f"Cancelled. The fee is {fee / 100:.2f}." if fee else "Cancelled free of charge."
        return {
            "trip_id": trip_id, "status": "cancelled", "fee_cents": fee, "ticket_id": ticket_id, "message": message
        }

    def fee_of(self, trip, now):
        if trip["status"] != "accepted" or now - datetime.fromisoformat(trip["accepted_at"]) <= timedelta(minutes=2):
            return 0
        return self.fares.cancellation_cents(trip["quoted_cents"])
        ### END SOLUTION


def create_service_app(service):
    """Return an app whose one handler reads the request, calls the service and writes the response."""
    app = Flask("new")

    # POST /trips/<trip_id>/cancellation
    ### BEGIN SOLUTION
    @app.post("/trips/<int:trip_id>/cancellation")
    def cancel_trip(trip_id):
        data = request.get_json(silent=True)
        if not isinstance(data, dict):
            return {"error": "Send a JSON object."}, 400
        by, reason = data.get("by"), data.get("reason", "")
        if by not in ("rider", "driver"):
            return {"error": "by must be rider or driver."}, 422
        if not isinstance(reason, str) or len(reason) > 200:
            return {"error": "reason must be text of at most 200 characters."}, 422
        try:
            return service.cancel(trip_id, by, reason)
        except NoSuchTrip as error:
            return {"error": str(error)}, 404
        except WrongState as error:
            return {"error": str(error)}, 409

    ### END SOLUTION
    return app

# %% C3.8 check
q = Question("C3.8")


def replay(old_path, new_path, calls, tag="behaviour-changed"):
    """Make the same requests to the old app and to the new one; every answer and both databases stay equal."""
    clock = VirtualClock("2025-03-04T09:15:00Z")
    old = Client(create_old_app(old_path, clock, Fares()))
    new = Client(create_service_app(TripService(SqlTrips(new_path), clock, Fares())))
    for target, body in calls:
        wanted, got = old.post(target, json=body), new.post(target, json=body)
        with meaning(tag, "An answer differs from the old app's. A refactoring changes nothing that a client can see."):
            expect(got, status=wanted.status, body=wanted.body, media_type=wanted.header("Content-Type"))
    for table in ("trips", "support_tickets"):
        same_value(rows_in(new_path, f"SELECT * FROM {table}"), rows_in(old_path, f"SELECT * FROM {table}"), of=table)


with q.check("the old conversation, once more", points=1):
    with database_file(city) as old_path, database_file(city) as new_path:
        waiting = rows_in(old_path, "SELECT trip_id, status FROM trips WHERE status IN ('requested', 'accepted')")
        calls = [
            (f"/trips/{trip_id}/cancellation", {"by": by, "reason": "rain"})
            for (trip_id, _), by in zip(waiting[:8], ("rider", "driver") * 4, strict=True)
        ]
        replay(old_path, new_path, [*calls, ("/trips/5000/cancellation", {"by": "rider"})])
q.result()

# %% C3.8 hidden
q = Question("C3.8", hidden=True)


class ShelfTrips:
    """A repository that is two lists. It stores what it is told and decides nothing."""

    __offered__ = ("get", "set_status", "add")

    def __init__(self, *trips, changed=True):
        self.trips, self.tickets, self.changed = {trip["trip_id"]: dict(trip) for trip in trips}, [], changed

    def get(self, trip_id):
        return dict(self.trips[trip_id]) if trip_id in self.trips else None

    def set_status(self, trip_id, old, new, fee_cents):
        if self.changed:
            self.trips[trip_id] |= {"status": new, "fee_cents": fee_cents, "old": old}
        return self.changed

    def add(self, ticket):
        self.tickets.append(ticket)
        return 900 + len(self.tickets)


class OddFares:
    """A price that no rule of Hopline's gives."""

    __offered__ = ("cancellation_cents",)

    def cancellation_cents(self, quoted_cents):
        return quoted_cents + 7


class AnyService:
    """A service that answers what it is told to answer."""

    __offered__ = ("cancel",)

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def cancel(self, trip_id, by, reason):
        self.asked.append((trip_id, by, reason))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def trip(number, status, seconds_ago=0):
    moment = VirtualClock("2025-05-05T12:00:00Z")
    moment.advance(3_600 - seconds_ago)
    at = utc(moment.now()) if status != "requested" else None
    return {"trip_id": number, "rider_id": 30 + number, "status": status, "accepted_at": at, "quoted_cents": 1_201}


def cancel(repo, *args):
    """Call the service by itself: no app, no request, no database."""
    service = TripService(repo, VirtualClock("2025-05-05T13:00:00Z"), OddFares())
    try:
        return service.cancel(*args)
    except (NoSuchTrip, WrongState, NotImplementedError, CheckFailed):
        raise
    except Exception as error:
        says = "The service does not work by itself: it needs a request, a database, or a method that only yours has."
        happened = f"the service raised {type(error).__name__}: {error}"
        raise CheckFailed(happened, tag="layer-leak", advice=says) from None


with q.check("the service alone, with another repository", points=1,
             advice="Call your service outside of any app. What it needs must come in through its arguments."):
    repo = ShelfTrips(trip(1, "requested"), trip(2, "accepted", 600))
    same_value(cancel(repo, 1, "rider", "")["fee_cents"], 0, of="the fee of a trip that nobody has accepted")
    same_value(cancel(repo, 2, "driver", "flat tyre")["ticket_id"], 901, of="ticket_id")
    same_value(
        repo.tickets,
        [{"rider_id": 32, "trip_id": 2, "topic": "driver cancelled", "body": "flat tyre", "status": "open",
          "priority": "high", "opened_at": "2025-05-05T13:00:00Z"}],
        of="the tickets",
    )
    same_value([repo.trips[n]["status"] for n in (1, 2)], ["cancelled", "cancelled"], of="the two states")
with q.check("the rule stands in the service", points=1,
             advice="A repository that only stores must be enough. Who decides on states, fees and tickets?"):
    for seconds, fee in ((0, 0), (119, 0), (120, 0), (121, 1_208), (3_000, 1_208)):
        repo = ShelfTrips(trip(1, "accepted", seconds), trip(2, "accepted", seconds))
        same_value(cancel(repo, 1, "rider", "")["fee_cents"], fee, of=f"the fee {seconds} seconds after acceptance")
        same_value(repo.trips[1]["fee_cents"], fee or None, of="the fee that is stored")
        same_value(repo.trips[1]["old"], "accepted", of="the old status that set_status is told")
        same_value(cancel(repo, 2, "driver", "")["fee_cents"], 0, of="the fee when the driver cancels")
        same_value([one["body"] for one in repo.tickets], ["No reason given."], of="the tickets")
    for status in ("in_progress", "completed", "cancelled"):
        repo = ShelfTrips(trip(1, status, 600))
        with meaning("rule-in-repo", "With a repository that only stores, any trip can be cancelled."):
            raises(WrongState, cancel, repo, 1, "rider", "", of=f"service.cancel(...) of a trip that is {status}")
        same_value(repo.trips[1]["status"], status, of="the status afterwards")
    raises(NoSuchTrip, cancel, ShelfTrips(), 1, "rider", "", of="service.cancel(...) of an unknown trip")
    late = ShelfTrips(trip(1, "accepted", 600), changed=False)
    raises(WrongState, cancel, late, 1, "driver", "", of="service.cancel(...) when set_status returns False")
    same_value(late.tickets, [], of="the tickets when set_status returns False")
with q.check("the handler alone, with another service", points=1,
             advice="The handler reads, calls, writes. Which lines of it decide something about trips?"):
    odd = {"trip_id": 5, "status": "cancelled", "fee_cents": -3, "ticket_id": 77, "message": "as you wish"}
    for answer, status, body in (
        (odd, 200, odd),
        (NoSuchTrip("Never heard of it."), 404, {"error": "Never heard of it."}),
        (WrongState("Too late."), 409, {"error": "Too late."}),
    ):
        service = AnyService(answer)
        client = Client(create_service_app(service))
        got = client.post("/trips/5/cancellation", json={"by": "driver", "reason": "because"})
        expect(got, status=status)
        with meaning("rule-in-handler", "What the service said came out changed. The handler passes it on as it is."):
            expect(got, json_exact=body)
        expect(client.post("/trips/6/cancellation", json={"by": "rider"}), status=status)
        same_value([tuple(one) for one in service.asked], [(5, "driver", "because"), (6, "rider", "")], of="the calls")
        for wrong in ({"by": "nobody"}, {}, {"by": "rider", "reason": 5}, {"by": "rider", "reason": "x" * 201}):
            expect(client.post("/trips/5/cancellation", json=wrong), status=422)
        same_value(len(service.asked), 2, of="how often the service was called, refused bodies left out")
with q.check("byte for byte, on other data", points=1, advice="Compare each sentence and number with the old app's."):
    bodies = [{"by": by, "reason": reason} for by in ("rider", "driver") for reason in ("", "gêné", "x" * 200)]
    bodies += [{"by": "rider"}, {"by": "driver"}, {"by": "admin"}, {}, {"by": "rider", "reason": None}]
    bodies += [[], "rider", {"by": "driver", "reason": "x" * 201, "fee_cents": 1}, {"by": "rider", "fee_cents": 0}]
    states = ("requested", "accepted", "in_progress", "completed", "cancelled", "accepted")
    times = [None, "2025-03-04T09:14:00Z", *["2025-03-04T08:00:00Z"] * 3, "2025-03-04T09:13:00Z"]
    trips = [
        {"trip_id": 100 * n + k, "status": status, "accepted_at": at, "quoted_cents": 777 * k}
        for n, (status, at) in enumerate(zip(states, times, strict=True), 1)
        for k in range(len(bodies))
    ]
    data = hopline.load_rows(zones=[{}], riders=[{}], trips=trips)
    with database_file(data) as old_path, database_file(data) as new_path:
        calls = [
            (f"/trips/{100 * n + k}/cancellation", body)
            for n in range(1, len(states) + 1)
            for k, body in enumerate(bodies)
        ]
        twice = [(target, {"by": "rider"}) for target, _ in calls[:4]]
        replay(old_path, new_path, [*calls, *twice, ("/trips/99/cancellation", {"by": "driver"})])
q.result()

# %% C3.8 hints [markdown]
# 1. Take three pens. Mark in the old handler what is about HTTP (body, status), what is a rule (states, two minutes,
#    fee, ticket), and what is SQL. Each colour becomes one of the three parts.
# 2. What does the rule need to know? A trip, the time, a price. Pass these in: the service asks `repo.get`, decides,
#    tells `repo.set_status` and `repo.add`. Where the old handler answered 404 or 409, the service raises
#    `NoSuchTrip` or `WrongState` with the same sentence.
# 3. In the service: `trip = self.repo.get(trip_id)`, `if trip is None: raise …` with the old sentence, and after the
#    rule `if not self.repo.set_status(trip_id, trip["status"], "cancelled", fee or None): raise …`. In the handler:
#    `return service.cancel(trip_id, by, reason)` inside a `try` with two `except`.

# %% C3.8 wrong layer-leak change=true
# The service reads the request itself, so it works only inside a web app.
-        """Cancel a trip. Return what the client reads, or raise NoSuchTrip or WrongState."""
+        """Cancel a trip. Return what the client reads, or raise NoSuchTrip or WrongState."""
+        reason = request.get_json().get("reason", "")

# %% C3.8 wrong layer-leak change=true
# The service opens the database of the repository: SQL has moved, not gone.
-        trip = self.repo.get(trip_id)
+        with closing(connect(self.repo.db_path)) as db:
+            trip = db.execute("SELECT * FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()

# %% C3.8 wrong rule-in-repo change=true
# The repository decides which states may be cancelled. With another repository the rule is gone.
-    def set_status(self, trip_id, old, new, fee_cents):
+    def set_status(self, trip_id, old, new, fee_cents):
+        if old not in ("requested", "accepted"):
+            raise WrongState(f"A trip that is {old} cannot be cancelled.")

-        if status not in ("requested", "accepted"):
-            raise WrongState(f"A trip that is {status} cannot be cancelled.")

# %% C3.8 wrong rule-in-handler change=true
# The handler writes the message, so a service with another message is not heard.
-            return service.cancel(trip_id, by, reason)
+            done = dict(service.cancel(trip_id, by, reason))
+            fee = done["fee_cents"]
+            done["message"] = f"Cancelled. The fee is {fee / 100:.2f}." if fee else "Cancelled free of charge."
+            return done

# %% C3.8 wrong behaviour-changed change=true
# A sentence was improved on the way. Somebody's program may read it: change it in another step.
-            raise WrongState(f"A trip that is {status} cannot be cancelled.")
+            raise WrongState(f"A trip in state {status} cannot be cancelled.")

# %% C3.8 wrong behaviour-changed change=true
# The fee begins at two minutes instead of after them.
-        if trip["status"] != "accepted" or now - datetime.fromisoformat(trip["accepted_at"]) <= timedelta(minutes=2):
+        if trip["status"] != "accepted" or now - datetime.fromisoformat(trip["accepted_at"]) < timedelta(minutes=2):

# %% C3.8 right functions
# Functions that return an object with the methods: a closure holds what a class would hold.
from datetime import datetime
from types import SimpleNamespace

from flask import Flask, request


def SqlTrips(db_path):
    def ask(query, *values):
        with closing(connect(db_path)) as db, db:
            cursor = db.execute(query, values)
            return cursor.fetchall(), cursor.rowcount, cursor.lastrowid

    def get(trip_id):
        rows, _, _ = ask("SELECT * FROM trips WHERE trip_id = ?", trip_id)
        return dict(rows[0]) if rows else None

    def set_status(trip_id, old, new, fee_cents):
        query = "UPDATE trips SET fare_cents = ?, status = ? WHERE status = ? AND trip_id = ?"
        return ask(query, fee_cents, new, old, trip_id)[1] > 0

    def add(ticket):
        columns = sorted(ticket)
        query = f"INSERT INTO support_tickets ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        return ask(query, *[ticket[column] for column in columns])[2]

    return SimpleNamespace(get=get, set_status=set_status, add=add)


def TripService(repo, clock, fares):
    def cancel(trip_id, by, reason):
        trip = repo.get(trip_id)
        if not trip:
            raise NoSuchTrip(f"There is no trip {trip_id}.")
        if trip["status"] != "requested" and trip["status"] != "accepted":
            raise WrongState(f"A trip that is {trip['status']} cannot be cancelled.")
        now, taken, fee, ticket = clock.now(), trip["status"] == "accepted", 0, None
        if taken and by == "rider" and (now - datetime.fromisoformat(trip["accepted_at"])).total_seconds() > 120:
            fee = fares.cancellation_cents(trip["quoted_cents"])
        if not repo.set_status(trip_id, trip["status"], "cancelled", fee if fee else None):
            raise WrongState("The trip has just changed. Try again.")
        if taken and by == "driver":
            ticket = repo.add(dict(
                rider_id=trip["rider_id"], trip_id=trip_id, topic="driver cancelled", body=reason or "No reason given.",
                status="open", priority="high", opened_at=utc(now),
            ))
        told = "Cancelled free of charge." if not fee else f"Cancelled. The fee is {fee // 100}.{fee % 100:02}."
        return dict(trip_id=trip_id, status="cancelled", fee_cents=fee, ticket_id=ticket, message=told)

    return SimpleNamespace(cancel=cancel)


def create_service_app(service):
    app = Flask("functions")
    statuses = {NoSuchTrip: 404, WrongState: 409}

    def fail(error):
        return {"error": str(error)}, statuses[type(error)]

    for kind in statuses:
        app.register_error_handler(kind, fail)

    @app.post("/trips/<int:trip_id>/cancellation")
    def cancel(trip_id):
        match request.get_json(silent=True):
            case {"by": "rider" | "driver" as by, **rest}:
                reason = rest.get("reason", "")
                if isinstance(reason, str) and len(reason) <= 200:
                    return service.cancel(trip_id, by, reason)
                return {"error": "reason must be text of at most 200 characters."}, 422
            case {}:
                return {"error": "by must be rider or driver."}, 422
        return {"error": "Send a JSON object."}, 400

    return app

# %% C3.8 right two-classes change=true
# A pure function holds the rule about money; the service only joins the parts.
-        if trip["status"] != "accepted" or now - datetime.fromisoformat(trip["accepted_at"]) <= timedelta(minutes=2):
-            return 0
-        return self.fares.cancellation_cents(trip["quoted_cents"])
+        return self.fares.cancellation_cents(trip["quoted_cents"]) if is_late(trip, now) else 0
+
+
+def is_late(trip, now):
+    """Whether a cancellation costs something: more than two minutes after acceptance."""
+    return trip["status"] == "accepted" and now > datetime.fromisoformat(trip["accepted_at"]) + timedelta(minutes=2)

# %% [markdown]
# ## Close
#
# ### Common mistakes you may have met
#
# When a check recognises a mistake, its result shows one of these names.
#
# | name | what happened |
# |---|---|
# | `verb-in-path` | The path says what to do; it should name a thing. |
# | `tunnelled-method` | A POST carried another method inside; use that method. |
# | `unsafe-get` | A GET changed something; it may be repeated by anybody. |
# | `whole-collection` | The request meant one resource and named all of them. |
# | `over-exposure` | Internal columns were in the answer; name the public ones. |
# | `unhandled-input` | A strange id or value made the server fail; test it first. |
# | `ok-with-error` | An error came with status 200; the status tells it first. |
# | `shared-connection` | One connection served all requests; open one in each. |
# | `sql-injection` | A value of the client's stood in the text of a query; pass it as a parameter. |
# | `mass-assignment` | The client set a field that is the server's; build the row from checked fields. |
# | `created-201` | A creation was not announced by 201 and Location. |
# | `blame-server` | The client's mistake was answered with 500. |
# | `float-money` | Money was a float; stay in whole cents. |
# | `deleted-rider` | A rider who has left was still served. |
# | `promo-rule` | A promo counted outside its time, or too often. |
# | `swapped-arguments` | Two arguments stood in the wrong order. |
# | `framework-default` | The framework's own HTML page came instead of a problem document. |
# | `first-error-only` | Only the first wrong field was named; name all. |
# | `error-leak` | An answer told the input or the inside of the server. |
# | `content-type` | A problem document had another media type. |
# | `lost-allow` | 405 came without `Allow`. |
# | `absent-vs-null` | A field that was not sent was taken as null. |
# | `cannot-clear` | A null was taken as "not sent". |
# | `put-as-patch` | PUT kept what was not sent; it replaces. |
# | `hard-delete` | The row was deleted; keep it and set `deleted_at`. |
# | `no-content-204` | 200 with an empty object came where 204 belongs. |
# | `not-idempotent` | The second request changed what the first had done. |
# | `trust-client` | The client decided on a state. |
# | `check-then-act` | Between the question and the change another request was faster. |
# | `conflict-409` | A conflict with the present state had another status than 409. |
# | `wrong-column` | The fare came from another column. |
# | `half-done` | One of two changes was stored without the other; use one transaction. |
# | `swallows-http` | 404 or 405 became 500. |
# | `log-injection` | A client could write into the log, or its id came back unchecked. |
# | `locked-database` | A short wait was reported as a failure; say 503 and Retry-After. |
# | `layer-leak` | The service needed a request or a database. |
# | `rule-in-repo` | The repository decided; a rule belongs to the service. |
# | `rule-in-handler` | The handler decided; a rule belongs to the service. |
# | `behaviour-changed` | The refactoring changed what a client reads. |
#
# ### Read the source
#
# - [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110): methods in section 9, status codes in section 15.
# - [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457): problem details, with examples on three pages.
# - [Flask: Handling Application Errors](https://flask.palletsprojects.com/en/stable/errorhandling/): error handlers,
#   from one exception to all.
#
# ### Next
#
# Module C4, *Robust, documented APIs*: pages that do not slip, two people who edit the same thing, requests that are
# sent twice, and a contract that a machine can read. The API of this module is also the first part of your capstone.
