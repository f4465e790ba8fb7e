# ---
# title: Authorization
# minutes: 180
# needs: [c3, d1]
# ---

# %% [markdown]
# # Authorization
#
# > **Goal.** After this module you can decide in one place who may do what, check every object and every field, keep
# > admin functions apart, prove your rules with a test, and stop somebody who uses an offer twice. At Hopline, riders,
# > drivers, support and partners share one API, and the most common hole in such an API is a missing check. You need
# > C3 (build a REST API) and D1 (accounts).
#
# You know this already? Run the two locked cells that begin with `import hashlib` and `IDENTITY`, then
# [skip to the questions](#Questions).
#
# **Ground rule.** The attacks in this module are for systems that you own or have permission to test. Everything here
# runs inside this notebook.

# %% [markdown]
# ## Warm-up
#
# Three items from earlier modules. They are not graded. Say your answer aloud, then open the line below it.
#
# **1.** (D1) A login gets the same answer for an unknown e-mail and for a wrong password. What would a guesser learn from
# two different answers?
#
# <details><summary>Answer 1</summary>
#
# Which e-mails have an account. Today you meet the same question again: which trips exist?
#
# </details>
#
# **2.** (C3) A client sends `{"dropoff_zone_id": 3, "fare_cents": 1}`. What is the mistake called if your app stores
# both?
#
# <details><summary>Answer 2</summary>
#
# Mass assignment: the client set a field that belongs to the server.
#
# </details>
#
# **3.** (A2) `driver_id` is NULL in a row. Is `driver_id = NULL` true for it, in SQL? And `None == None`, in Python?
#
# <details><summary>Answer 3</summary>
#
# In SQL it is NULL, which counts as not true. In Python it is True. A check that moves from one language to the other
# changes its meaning.
#
# </details>

# %% setup
import hashlib
import json
import re
import sqlite3
from contextlib import closing

import hopline
from autograder import Question, same_value
from autograder.errors import CheckFailed
from autograder.web import Client, VirtualClock, database_file, expect, meaning, rows_in

NOT_SIGNED_IN = ({"title": "Sign in first"}, 401, {"WWW-Authenticate": "Bearer"})
FORBIDDEN = ({"title": "You may not do this"}, 403)
NOT_FOUND = ({"title": "There is nothing here for you"}, 404)


def connect(db_path):
    """Open the database file for one request: rows with column names, foreign keys enforced."""
    db = sqlite3.connect(db_path, timeout=5)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = OFF")  # faster, for a file that need not survive a power cut, as here
    return db


def user_of(db, header):
    """Who sends this Authorization header: a dict with user_id, role, rider_id, driver_id; None for nobody."""
    scheme, _, token = (header or "").partition(" ")
    found = db.execute(
        """SELECT user_id, role, rider_id, driver_id FROM sessions JOIN users USING (user_id)
        WHERE token_hash = ? AND disabled_at IS NULL""",
        (hashlib.sha256(token.encode()).hexdigest(),),
    ).fetchone()
    return dict(found) if found and scheme == "Bearer" else None

# %% [markdown]
# The next cell is locked. It holds what the checks and the examples share: the tables of users and sessions, and the
# header that a user's app would send. You need not read it.

# %% setup
IDENTITY = """
CREATE TABLE users (user_id INTEGER PRIMARY KEY, role TEXT NOT NULL, rider_id INTEGER, driver_id INTEGER,
    disabled_at TEXT);
CREATE TABLE sessions (token_hash TEXT PRIMARY KEY, user_id INTEGER NOT NULL);
CREATE TABLE refunds (payment_id INTEGER PRIMARY KEY, amount_cents INTEGER NOT NULL, refunded_by INTEGER NOT NULL);
CREATE TABLE audit_log (audit_id INTEGER PRIMARY KEY, user_id INTEGER, method TEXT, path TEXT, status INTEGER);
CREATE TABLE fleets (fleet_id INTEGER PRIMARY KEY, name TEXT NOT NULL, owner_id INTEGER NOT NULL UNIQUE);
CREATE TABLE fleet_members (fleet_id INTEGER NOT NULL, driver_id INTEGER NOT NULL, from_at TEXT NOT NULL,
    until_at TEXT);
CREATE TABLE reviews (trip_id INTEGER PRIMARY KEY, reviewed_by INTEGER NOT NULL);
"""


def add_old_routes(app, db_path):
    """The first version of the API, still mounted: GET /v0/zones and GET /v0/export, without any guard."""

    @app.get("/v0/zones")
    def old_zones():
        with closing(connect(db_path)) as db:
            return {"zones": [row["name"] for row in db.execute("SELECT name FROM zones ORDER BY zone_id")]}

    @app.get("/v0/export", strict_slashes=False)
    def old_export():
        with closing(connect(db_path)) as db:
            return {"payments": [dict(row) for row in db.execute("SELECT * FROM payments ORDER BY payment_id")]}


class TripApi:
    """A small API to test, without a web: three trips, seven people. `ask` is its only method."""

    __offered__ = ("ask",)
    RIDERS = {11: "leyla", 12: "mateo", 13: "mateo"}
    DRIVERS = {11: "nia", 13: "nia"}
    TICKETS = {11: "open", 12: "closed"}
    ACTORS = ("leyla", "mateo", "nia", "sora", "kofi")

    def __init__(self):
        self.asked = []
        self.trips = {
            number: {"trip_id": number, "status": status, "dropoff": "Baixa", "fare_cents": fare}
            for number, status, fare in ((11, "completed", 900), (12, "requested", None), (13, "completed", 1_400))
        }

    def ask(self, actor, method, path, json=None):
        """Send a request as this actor; return (status, body)."""
        self.asked.append((actor, method, path))
        if not self.known(actor):
            return 401, self.error("Sign in first")
        parts = path.strip("/").split("/")
        if parts == ["trips"] and method == "GET":
            return 200, self.listed(actor)
        number = int(parts[1]) if len(parts) == 2 and parts[0] == "trips" and parts[1].isdigit() else 0
        if number not in self.trips or not self.sees(actor, number, method):
            return 404, None if method == "HEAD" else self.error("There is nothing here for you")
        if method in ("GET", "HEAD"):
            return 200, self.shown(number) if method == "GET" else None
        if method != "PATCH":
            return 405, self.error("Use GET, HEAD or PATCH")
        if not self.edits(actor, number):
            return 403, self.error("You may not do this")
        if not isinstance(json, dict) or not self.may_write(json):
            return 422, self.error("Only dropoff can be changed")
        self.trips[number].update(json)
        return 200, self.shown(number)

    def known(self, actor):
        return actor in self.ACTORS

    def sees(self, actor, number, method="GET"):
        support = actor == "sora" and self.TICKETS.get(number) == "open"
        return actor in (self.RIDERS[number], self.DRIVERS.get(number), "kofi") or support

    def edits(self, actor, number):
        return actor in (self.RIDERS[number], "kofi")

    def may_write(self, json):
        return set(json) == {"dropoff"}

    def listed(self, actor):
        return [self.shown(number) for number in self.trips if self.sees(actor, number)]

    def shown(self, number):
        return dict(self.trips[number])

    def error(self, title):
        return {"title": title}


class OpenApi(TripApi):
    """The same API without any rule: whoever asks gets everything."""

    def known(self, actor):
        return True

    def sees(self, actor, number, method="GET"):
        return True

    def edits(self, actor, number):
        return True


def bearer(user_id):
    """The header with which this user is signed in; none for None."""
    return {} if user_id is None else {"Authorization": f"Bearer token-{user_id}"}


def people(*users, fleets=(), members=(), **tables):
    """A small database of these rows and users: (user_id, role, rider_id, driver_id), perhaps disabled_at."""
    data = hopline.load_rows(**tables)
    data.executescript(IDENTITY)
    for user in users:
        data.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?)", (*user, None)[:5])
        token_hash = hashlib.sha256(f"token-{user[0]}".encode()).hexdigest()
        data.execute("INSERT INTO sessions VALUES (?, ?)", (token_hash, user[0]))
    data.executemany("INSERT INTO fleets VALUES (?, ?, ?)", fleets)
    data.executemany("INSERT INTO fleet_members VALUES (?, ?, ?, ?)", members)
    data.commit()
    return data


def change(path, statement, *values):
    """Change a database file past the app."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement, values)


def expect_status(exchange, *statuses):
    """Require one of these statuses; a 401 may come without its header, which is not what this module is about."""
    return expect(exchange, status=statuses, header={"WWW-Authenticate": None, "Location": None, "Allow": None})

# %% [markdown]
# ## Lesson
#
# Run the two locked cells above first. `connect(db_path)` opens the database. `user_of(db, header)` reads an
# `Authorization` header and returns the user, or None: that is *authentication*, who somebody is. This module is about
# *authorization*: what they may do. Three ready answers save typing: `NOT_SIGNED_IN` (401), `FORBIDDEN` (403) and
# `NOT_FOUND` (404). `bearer(7)` makes the header of user 7.

# %% [markdown]
# ### Example 1: signed in is not allowed
#
# Hopline's first receipts page asked only whether somebody is signed in. Attack it as user 1.
#
# 1. **Sign in** as yourself, an ordinary rider.
# 2. **Change one number** in the address, again and again.
# 3. **Count** what comes back that is not yours.
#
# **Predict.** Leyla is user 1 and has one receipt, number 31. How many receipts does she read?

# %% example
from flask import Flask, request

lesson_data = people(
    (1, "rider", 1, None),
    (2, "rider", 2, None),
    (3, "support", None, None),
    riders=[{"full_name": "Leyla Aydın", "phone": "+90 532 11"}, {"full_name": "Mateo Silva", "phone": "+351 91 22"}],
    zones=[{}],
    trips=[{"trip_id": 7, "rider_id": 1}, {"trip_id": 8, "rider_id": 2}, {"trip_id": 9, "rider_id": 2}],
    payments=[{"payment_id": 31, "trip_id": 7}, {"payment_id": 32, "trip_id": 8}, {"payment_id": 33, "trip_id": 9}],
    support_tickets=[{"trip_id": 8, "rider_id": 2, "status": "open"}],
)
RECEIPT = "SELECT payment_id, rider_id, amount_cents FROM payments JOIN trips USING (trip_id) WHERE payment_id = ?"


def first_receipts_app(db_path):
    app = Flask("receipts")

    @app.get("/receipts/<int:payment_id>")
    def receipt(payment_id):
        with closing(connect(db_path)) as db:
            if user_of(db, request.headers.get("Authorization")) is None:
                return NOT_SIGNED_IN
            found = db.execute(RECEIPT, (payment_id,)).fetchone()
        return dict(found) if found else NOT_FOUND

    return app


with database_file(lesson_data) as path:
    client = Client(first_receipts_app(path))
    print("nobody:", client.get("/receipts/31").status)
    for number in range(30, 35):  # Change one number
        answer = client.get(f"/receipts/{number}", headers=bearer(1))  # Sign in
        print(number, answer.status, answer.json())  # Count

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# nobody: 401
# 30 404 {'title': 'There is nothing here for you'}
# 31 200 {'amount_cents': 1000, 'payment_id': 31, 'rider_id': 1}
# 32 200 {'amount_cents': 1000, 'payment_id': 32, 'rider_id': 2}
# 33 200 {'amount_cents': 1000, 'payment_id': 33, 'rider_id': 2}
# 34 404 {'title': 'There is nothing here for you'}
# ```
#
# Three, and two of them are Mateo's. No password was guessed, no token forged. This hole is the first in OWASP's list of
# API risks: *broken object level authorization*. Random ids would only make the numbers harder to find: links are shared,
# logged and mailed. A check is missing, and only a check mends it.
#
# </details>

# %% [markdown]
# ### Example 2: role, relation, condition
#
# A rule about access asks up to three things. Which *role* does the user have? Which *relation* do they have to the
# object? Does a *condition* hold now? Rules about support tickets, in words: a rider reads their own tickets; support
# reads all, and closes those that are open.
#
# 1. **Deny** by default: what no rule names is not allowed.
# 2. **Rules** are data: a dict from role and action to a small function of user and object.
# 3. **Ask** for the rule, and call it.
#
# **Predict.** Six questions: write True or False for each line of the loop. There is no rule about deleting.

# %% example
def own_ticket(user, ticket):
    return user["rider_id"] is not None and user["rider_id"] == ticket["rider_id"]


ticket_rules = {  # Rules
    ("rider", "read"): own_ticket,
    ("support", "read"): lambda user, ticket: True,
    ("support", "close"): lambda user, ticket: ticket["status"] == "open",
}


def may(user, action, ticket):
    rule = ticket_rules.get((user["role"], action))  # Ask
    return rule is not None and rule(user, ticket)  # Deny


leyla, sora = {"role": "rider", "rider_id": 1}, {"role": "support", "rider_id": None}
mine, old = {"rider_id": 1, "status": "open"}, {"rider_id": None, "status": "closed"}
for name, user, action, ticket in (
    ("Leyla reads her own", leyla, "read", mine),
    ("Leyla reads an old one", leyla, "read", old),
    ("Leyla closes her own", leyla, "close", mine),
    ("Sora closes an open one", sora, "close", mine),
    ("Sora closes an old one", sora, "close", old),
    ("Sora deletes one", sora, "delete", mine),
):
    print(f"{name:24}", may(user, action, ticket))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `True`, `False`, `False`, `True`, `False`, `False`.
#
# The last line is denied because no rule allows it. With a chain of `if` that ends in `return True`, each case that you
# forget is open. Here each case that you forget is closed, and somebody will tell you.
#
# Look at `is not None` in `own_ticket`. The old ticket belongs to no rider: its `rider_id` is None. For a user whose
# `rider_id` is None, too, None would equal None, and the ticket would be "theirs".
#
# </details>

# %% [markdown]
# ### Example 3: one query finds the object and checks it
#
# 1. **Load** the object *for the caller*: WHERE holds the condition for who may see it.
# 2. **Refuse** with 404 what this query does not find, whether it is somebody else's or does not exist.
# 3. **Act** on what was loaded, never on the id that came.
#
# 403 says: it is there, and you may not do this. That is right if the caller may know that it exists, for example
# somebody who may read a trip but not change it. It is wrong if the answer tells a secret: "there is a receipt 32".
#
# **Predict.** Leyla asks for receipt 31 (hers), 32 (Mateo's) and 99 (nobody's). Which two answers are equal?

# %% example
def receipts_app(db_path):
    app = Flask("receipts 2")

    def load_receipt(db, user, payment_id):
        query = f"{RECEIPT} AND trips.rider_id = ?"  # Load
        return db.execute(query, (payment_id, user["rider_id"])).fetchone()

    @app.get("/receipts/<int:payment_id>")
    def receipt(payment_id):
        with closing(connect(db_path)) as db:
            user = user_of(db, request.headers.get("Authorization"))
            if user is None:
                return NOT_SIGNED_IN
            found = load_receipt(db, user, payment_id)
        if found is None:  # Refuse
            return NOT_FOUND
        return dict(found)  # Act

    return app


with database_file(lesson_data) as path:
    client = Client(receipts_app(path))
    for number in (31, 32, 99):
        answer = client.get(f"/receipts/{number}", headers=bearer(1))
        print(number, answer.status, answer.json())

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# 31 200 {'amount_cents': 1000, 'payment_id': 31, 'rider_id': 1}
# 32 404 {'title': 'There is nothing here for you'}
# 99 404 {'title': 'There is nothing here for you'}
# ```
#
# The same condition also serves a list, its total and its pages. If you cut a page first and filter in Python
# afterwards, pages have gaps, and the total still counts what is hidden.
#
# </details>

# %% [markdown]
# ### Example 4: choose fields, for reading and for writing
#
# Somebody may see an object. The next question is: which of its fields?
#
# 1. **Name** the fields that this viewer gets. The list is short and stays right.
# 2. **Mask** what is needed only in part.
# 3. **Accept** in a write only the fields that this caller may change, and refuse the rest.
#
# The cell shows a rider to a driver in two ways. Then a colleague adds a column.
#
# **Predict.** Which way shows the new column?

# %% example
secret = {"phone", "email", "home_zone_id", "referred_by", "created_at", "deleted_at"}


def by_removing(row):
    return {name: row[name] for name in row.keys() if name not in secret}


def by_naming(row):
    return {"rider_id": row["rider_id"], "name": row["full_name"]}  # Name


def masked_card(number):
    return f"card ending in {number[-2:]}"  # Mask


with database_file(lesson_data) as path:
    change(path, "ALTER TABLE riders ADD COLUMN card_number TEXT DEFAULT '4556 1111 2222 3337'")
    with closing(connect(path)) as db:
        row = db.execute("SELECT * FROM riders WHERE rider_id = 1").fetchone()
print("by removing:", by_removing(row))
print("by naming:  ", by_naming(row))
print(masked_card(row["card_number"]))

sent = {"full_name": "Leyla A.", "role": "admin"}
print("refused:", sorted(sent.keys() - {"full_name", "phone"}))  # Accept

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# by removing: {'rider_id': 1, 'full_name': 'Leyla Aydın', 'card_number': '4556 1111 2222 3337'}
# by naming:   {'rider_id': 1, 'name': 'Leyla Aydın'}
# card ending in 37
# refused: ['role']
# ```
#
# If you remove fields, every field that nobody thought of is shown. Order tells something, too: if a list can be sorted
# by a hidden field, its order tells who has more. And hiding a field in the web page hides nothing: everybody can read
# the response.
#
# </details>

# %% [markdown]
# ### Example 5: test the matrix
#
# Rules are a table, so tests are loops: actor × action × object.
#
# 1. **Write the matrix** as data: what is expected in each cell.
# 2. **Ask** every cell, not only those that you worry about.
# 3. **Assert both**: what must be refused, and what must work.
#
# The cell tests both receipts apps with the same matrix. It fails, on purpose.
#
# **Predict.** Which app passes, and at which cell does the other one fail?

# %% example fails=true
matrix = {  # Write the matrix
    (1, 31): 200, (1, 32): 404, (1, 33): 404,
    (2, 31): 404, (2, 32): 200, (2, 33): 200,
    (3, 31): 404, (3, 32): 404, (3, 33): 404,
}

for make_app in (receipts_app, first_receipts_app):
    with database_file(lesson_data) as path:
        client = Client(make_app(path))
        for (user, number), expected in matrix.items():
            status = client.get(f"/receipts/{number}", headers=bearer(user)).status  # Ask
            assert status == expected, f"{make_app.__name__}: user {user}, receipt {number}: {status}"  # Assert both
    print(make_app.__name__, "keeps the rules")

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `receipts_app keeps the rules`, then `AssertionError: first_receipts_app: user 1, receipt 32: 200`.
#
# An app that refuses everybody would pass a matrix of nothing but 404: the three 200s are tests, too. And a status is
# not all: an answer 200 may hold a field too many.
#
# Repair the cell: take `first_receipts_app` out of the loop.
#
# </details>

# %% [markdown]
# ### Example 6: count and take in one step
#
# Some rules are about an offer, not about an object: the first two riders get a free ride. Each single request is allowed;
# together they are too many. A limit on requests per minute does not help, because three requests are enough.
#
# 1. **Keep** the count where all requests see it: in the database.
# 2. **Take** with one statement that tests and changes.
# 3. **Read** from `rowcount` whether you got one.
#
# The cell lets three requests look first, and only then lets all three take.
#
# **Predict.** One free ride is left. How many are given away in the first way, how many in the second?

# %% example
offers = sqlite3.connect(":memory:")
offers.execute("CREATE TABLE offers (code TEXT PRIMARY KEY, uses INTEGER, max_uses INTEGER)")  # Keep
offers.execute("INSERT INTO offers VALUES ('LOOK', 1, 2), ('TAKE', 1, 2)")

looks = [offers.execute("SELECT uses < max_uses FROM offers WHERE code = 'LOOK'").fetchone()[0] for _ in range(3)]
given = 0
for free in looks:
    if free:
        offers.execute("UPDATE offers SET uses = uses + 1 WHERE code = 'LOOK'")
        given += 1
print("look, then take:", given)

given = 0
for _ in range(3):
    taken = offers.execute("UPDATE offers SET uses = uses + 1 WHERE code = 'TAKE' AND uses < max_uses")  # Take
    given += taken.rowcount  # Read
print("take in one step:", given)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `look, then take: 3` and `take in one step: 1`.
#
# If a rule needs two statements, begin the transaction with `BEGIN IMMEDIATE`: SQLite then lets one request at a time
# write, and the others wait. A unique index is a third way: the second row of the same rider is refused.
#
# </details>
#
# ### One guard, or one in each route?
#
# | where | good for | what goes wrong |
# |---|---|---|
# | one guard before all routes, with a list of the public ones | admin functions, sign-in | it knows the route, not the object |
# | a decorator on each route | routes with different rules | somebody forgets one; let a test list the routes without one |
# | a condition in every query | objects | a second query somewhere forgets it; let only one class write queries |
#
# Most services use the first and the third together.

# %% [markdown]
# ## Questions
#
# Seven questions, 30 points. ★ marks the core questions. Run your answer cell, then the check cell below it, as often
# as you like. The module is mastered with 24 points and every question marked ★.
#
# You may build each app with Flask, with another framework, or as a bare WSGI or ASGI function: only requests, responses
# and the database file count.

# %% D4.1 prompt [markdown] type="py-function" core=true
# ## D4.1 May they?
#
# Write `can(user, action, resource)`: it returns `True` if the table allows it, else `False`; what no table names is
# denied. A user is `None` (anonymous) or a dict such as `{"id": 7, "roles": ["rider"], "disabled": False}`; a resource
# is `None` or a dict such as `{"rider_id": 7, "driver_id": 9}`.
#
# | action | who may |
# |---|---|
# | `zone.read` | everybody, also anonymous |
# | `trip.read` | a rider on their own trip, a driver on a trip they drive, support, admin |
# | `trip.cancel` | a rider on their own trip, support, admin |
# | `trip.finish` | a driver on a trip they drive, admin |
# | `trip.refund` | support, admin |
# | `user.ban` | admin |
#
# | detail | meaning |
# |---|---|
# | own trip | the user has the role `rider`, and their `id` is the trip's `rider_id` |
# | trip they drive | the user has the role `driver`, and their `id` is the trip's `driver_id` |
# | several roles | what one of them may do, the user may do |
# | `disabled` is `True` | may do nothing, not even `zone.read` |
# | `7` and `"7"` | the same id: a token holds it as text |
# | an id that is `None` or left out | nobody's; two of them are not the same person |

# %% D4.1 answer
def can(user, action, resource):
    """Whether this user may do this with this resource."""
    # Deny: nothing is allowed that no rule names
    # Rules: one entry for each role and action, in a dict
    # Ask: does one of the user's roles have a rule that holds?
    ### BEGIN SOLUTION
    user = user or {"id": None, "roles": ["anonymous"], "disabled": False}
    if user["disabled"]:
        return False
    roles = {*user["roles"], "anonymous"}
    return any(RULES.get((role, action), never)(user, resource or {}) for role in roles)


def never(user, resource):
    return False


def always(user, resource):
    return True


def rides(user, resource):
    return same_person(user.get("id"), resource.get("rider_id"))


def drives(user, resource):
    return same_person(user.get("id"), resource.get("driver_id"))


def same_person(one, other):
    return one is not None and other is not None and str(one) == str(other)


RULES = {
    ("anonymous", "zone.read"): always,
    ("rider", "trip.read"): rides,
    ("driver", "trip.read"): drives,
    ("support", "trip.read"): always,
    ("admin", "trip.read"): always,
    ("rider", "trip.cancel"): rides,
    ("support", "trip.cancel"): always,
    ("admin", "trip.cancel"): always,
    ("driver", "trip.finish"): drives,
    ("admin", "trip.finish"): always,
    ("support", "trip.refund"): always,
    ("admin", "trip.refund"): always,
    ("admin", "user.ban"): always,
}
### END SOLUTION

# %% D4.1 check
q = Question("D4.1")
with q.check("ten cells of the table", points=0.5):
    rider, driver = {"id": 7, "roles": ["rider"], "disabled": False}, {"id": 9, "roles": ["driver"], "disabled": False}
    admin, trip = {"id": 1, "roles": ["admin"], "disabled": False}, {"rider_id": 7, "driver_id": 9}
    for name, user, action, resource, allowed in (
        ("None", None, "zone.read", None, True),
        ("None", None, "trip.read", trip, False),
        ("rider 7", rider, "trip.read", trip, True),
        ("rider 7", rider, "trip.read", {"rider_id": 8, "driver_id": 9}, False),
        ("rider 7", rider, "trip.cancel", trip, True),
        ("rider 7", rider, "trip.finish", trip, False),
        ("driver 9", driver, "trip.finish", trip, True),
        ("driver 9", driver, "trip.cancel", trip, False),
        ("admin 1", admin, "user.ban", {"rider_id": 7}, True),
        ("admin 1", admin, "user.delete", {"rider_id": 7}, False),
    ):
        same_value(can(user, action, resource), allowed, of=f"can({name}, {action!r}, {resource})")
q.result()

# %% D4.1 hidden
q = Question("D4.1", hidden=True)
WHO = {
    "zone.read": {"anonymous": "all", "rider": "all", "driver": "all", "support": "all", "admin": "all"},
    "trip.read": {"rider": "own", "driver": "own", "support": "all", "admin": "all"},
    "trip.cancel": {"rider": "own", "support": "all", "admin": "all"},
    "trip.finish": {"driver": "own", "admin": "all"},
    "trip.refund": {"support": "all", "admin": "all"},
    "user.ban": {"admin": "all"},
}


def person(number, *roles, disabled=False):
    return {"id": number, "roles": list(roles), "disabled": disabled}


def decide(tag, says, user, action, resource, allowed):
    with meaning(tag, says):
        same_value(can(user, action, resource), allowed, of="can(user, action, resource)")


both = "The right relation with the wrong role, or the other way round, is not enough: a rule asks for role and id."
with q.check("all 90 cells", points=1, tag="wrong-cell", advice="Compare your rules with the table, row by row."):
    for role in ("anonymous", "rider", "driver", "support", "admin"):
        user = None if role == "anonymous" else person(41, role)
        mine = {"driver": {"rider_id": 5, "driver_id": 41}}.get(role, {"rider_id": 41, "driver_id": 5})
        for action, rule in WHO.items():
            for resource, own in ((mine, True), ({"rider_id": 5, "driver_id": 6}, False), ({}, False)):
                allowed = rule.get(role) == "all" or (own and rule.get(role) == "own")
                tag = "role-or-owner" if own and role in ("rider", "driver") else "wrong-cell"
                decide(tag, "", user, action, resource, allowed)
    decide("role-or-owner", both, person(41, "rider"), "trip.read", {"rider_id": 5, "driver_id": 41}, False)
    decide("role-or-owner", both, person(41, "driver"), "trip.read", {"rider_id": 41, "driver_id": 5}, False)
    decide("role-or-owner", both, person(41, "driver"), "trip.cancel", {"rider_id": 41, "driver_id": 41}, False)
with q.check("what no table names", points=0.5, tag="default-allow", advice="What is not named is denied, to everybody."):
    trip = {"rider_id": 41, "driver_id": 41}
    for role in ("rider", "driver", "support", "admin", "anonymous", "owner", "Admin", "adm", ""):
        for action in ("trip.delete", "trip", "read", "", "zone.write", "TRIP.READ"):
            user = None if role == "anonymous" else person(41, role)
            decide("default-allow", "", user, action, trip, False)
    for role in ("owner", "Admin", "adm", "riders", ""):
        for action in ("trip.read", "trip.cancel", "trip.finish", "trip.refund", "user.ban"):
            decide("default-allow", "A role that no table names may do nothing.", person(41, role), action, trip, False)
        decide("wrong-cell", "`zone.read` is for everybody, whatever their roles.", person(4, role), "zone.read", {}, True)
    decide("wrong-cell", "`zone.read` is for everybody, whatever their roles.", person(4), "zone.read", None, True)
    decide("default-allow", "A user without roles may only read zones.", person(41), "trip.read", trip, False)
with q.check(
    "disabled users, and several roles",
    points=0.5,
    tag="disabled-user",
    advice="Look at `disabled` before all roles. Then ask every role, not only the first.",
):
    for role in ("rider", "driver", "support", "admin"):
        for action in WHO:
            decide("disabled-user", "", person(41, role, disabled=True), action, {"rider_id": 41, "driver_id": 41}, False)
    several = "A user with several roles may what one of them may, in whatever order they stand."
    for roles in (("rider", "driver"), ("driver", "rider"), ("owner", "rider", "driver")):
        decide("first-role", several, person(41, *roles), "trip.cancel", {"rider_id": 41, "driver_id": 5}, True)
        decide("first-role", several, person(41, *roles), "trip.finish", {"rider_id": 5, "driver_id": 41}, True)
        decide("first-role", several, person(41, *roles), "trip.finish", {"rider_id": 41, "driver_id": 5}, False)
        decide("first-role", several, person(41, *roles), "trip.refund", {"rider_id": 41, "driver_id": 41}, False)
with q.check("ids of other types, and nobody's", points=0.5, tag="type-compare", advice="When are two ids the same person?"):
    text = "An id from a token is text, an id from the database a number: 7 and \"7\" are the same person."
    for mine, theirs in ((41, "41"), ("41", 41), ("41", "41")):
        decide("type-compare", text, person(mine, "rider"), "trip.read", {"rider_id": theirs}, True)
        decide("type-compare", text, person(mine, "driver"), "trip.finish", {"driver_id": theirs}, True)
    decide("type-compare", "41 and \"4\" are two people.", person(41, "rider"), "trip.read", {"rider_id": "4"}, False)
    decide("type-compare", "1 and \"41\" are two people.", person("1", "rider"), "trip.read", {"rider_id": 41}, False)
    nobody = "Two ids that are None, or left out, are not the same person: such a trip belongs to nobody."
    for resource in ({}, None, {"rider_id": None, "driver_id": None}):
        for user in (person(None, "rider", "driver"), {"roles": ["rider", "driver"], "disabled": False}):
            decide("null-owner", nobody, user, "trip.read", resource, False)
            decide("null-owner", nobody, user, "trip.finish", resource, False)
        decide("null-owner", nobody, person(41, "rider", "driver"), "trip.cancel", resource, False)
        decide("null-owner", "Support may read a trip of nobody's.", person(41, "support"), "trip.read", resource, True)
q.result()

# %% D4.1 hints [markdown]
# 1. Start with False, and let only a rule turn it into True. Then a role, an action or an id that you forgot is
#    denied by itself.
# 2. Write the table as data, not as a chain of `if`: a dict from `(role, action)` to a small function that gets the
#    user and the resource. Three such functions do: always, rides, drives. Look at `disabled` before anything else,
#    and ask every role of the user. The anonymous role's rule for zones counts for everybody. Compare ids as text,
#    after you know that neither is `None`.
# 3. Fill the gap: `return any(RULES.get((role, action), …)(user, resource or {}) for role in roles)`

# %% D4.1 wrong default-allow change=true
# An action that no rule names is allowed.
-def never(user, resource):
-    return False
+def never(user, resource):
+    return user["id"] is not None

# %% D4.1 wrong default-allow change=true
# Administrators may everything, also what does not exist.
-    roles = {*user["roles"], "anonymous"}
+    roles = {*user["roles"], "anonymous"}
+    if "admin" in roles:
+        return True

# %% D4.1 wrong disabled-user change=true
# The administrator's shortcut stands before the look at disabled.
-    if user["disabled"]:
+    if user["disabled"] and "admin" not in user["roles"]:

# %% D4.1 wrong type-compare change=true
# 7 and "7" are two people here.
-    return one is not None and other is not None and str(one) == str(other)
+    return one is not None and other is not None and one == other

# %% D4.1 wrong null-owner change=true
# None is the same person as None.
-    return one is not None and other is not None and str(one) == str(other)
+    return str(one) == str(other)

# %% D4.1 wrong first-role change=true
# Only the first role counts.
-    roles = {*user["roles"], "anonymous"}
+    roles = {*user["roles"][:1], "anonymous"}

# %% D4.1 wrong role-or-owner change=true
# Rider or driver of the trip, in whatever role: either is enough.
-    ("driver", "trip.read"): drives,
+    ("driver", "trip.read"): lambda user, resource: rides(user, resource) or drives(user, resource),

# %% D4.1 wrong wrong-cell change=true
# Support may also finish trips.
-    ("admin", "user.ban"): always,
+    ("admin", "user.ban"): always,
+    ("support", "trip.finish"): always,

# %% D4.1 wrong type-compare change=true
# Looks for one id inside the other.
-    return one is not None and other is not None and str(one) == str(other)
+    return one is not None and other is not None and str(one) in str(other)

# %% D4.1 wrong wrong-cell change=true
# Anonymous is taken for one role among the others, so a rider may not read zones.
-    roles = {*user["roles"], "anonymous"}
+    roles = set(user["roles"]) or {"anonymous"}

# %% D4.1 right match
# `match` says the table in another way; a guard holds the relation.
def can(user, action, resource):
    if user is None:
        return action == "zone.read"
    if user["disabled"] is True:
        return False
    me, it = user.get("id"), resource or {}
    rides = me is not None and it.get("rider_id") is not None and f"{me}" == f"{it['rider_id']}"
    drives = me is not None and it.get("driver_id") is not None and f"{me}" == f"{it['driver_id']}"
    for role in user["roles"]:
        match (action, role):
            case ("trip.read" | "trip.cancel" | "trip.finish" | "trip.refund" | "user.ban", "admin"):
                return True
            case ("trip.read" | "trip.cancel" | "trip.refund", "support"):
                return True
            case ("trip.read" | "trip.cancel", "rider") if rides:
                return True
            case ("trip.read" | "trip.finish", "driver") if drives:
                return True
    return action == "zone.read"

# %% D4.1 right classes
# A class for each role; a method's absence is the denial.
class Anyone:
    zone_read = staticmethod(lambda me, it: True)


class Rider(Anyone):
    trip_read = trip_cancel = staticmethod(lambda me, it: is_me(me, it.get("rider_id")))


class Driver(Anyone):
    trip_read = trip_finish = staticmethod(lambda me, it: is_me(me, it.get("driver_id")))


class Support(Anyone):
    trip_read = trip_cancel = trip_refund = staticmethod(lambda me, it: True)


class Admin(Support):
    trip_finish = user_ban = staticmethod(lambda me, it: True)


def is_me(me, other):
    return None not in (me, other) and int(me) == int(other) if str(other).isdigit() else False


def can(user, action, resource):
    kinds = {"rider": Rider, "driver": Driver, "support": Support, "admin": Admin}
    actions = {"zone.read", "trip.read", "trip.cancel", "trip.finish", "trip.refund", "user.ban"}
    if action not in actions or (user and user["disabled"]):
        return False
    found = [Anyone] + [kinds[role] for role in (user or {"roles": []})["roles"] if role in kinds]
    rules = [getattr(kind, action.replace(".", "_"), None) for kind in found]
    return any(rule is not None and rule((user or {}).get("id"), resource or {}) for rule in rules)

# %% D4.2 prompt [markdown] type="http-app" core=true
# ## D4.2 Somebody else's trip
#
# Write `create_trips_app(db_path)`: it shows trips and payments only to those who may see them. A trip may be seen by
# its rider, by the driver it has now, by support while a ticket of this trip in `support_tickets` is not `closed`, and
# by an admin. A trip that the caller may not see is answered exactly like one that does not exist.
#
# | request | answer |
# |---|---|
# | `GET /trips?page=2&status=completed` | `{"trips": […], "total": n}`: all that the caller may see, by `trip_id`, 3 on a page; `page` is 1 and `status` any if left out; `total` counts all pages |
# | `GET /trips/{id}` | the trip: `trip_id`, `rider_id`, `driver_id`, `status`, `dropoff_zone_id` |
# | `PATCH /trips/{id}` with `{"dropoff_zone_id": 2}` | the changed trip; only its rider and an admin may, others who see it get 403 |
# | `GET /trips/{id}/payments` | `{"payments": […]}`: `payment_id`, `amount_cents`, `status`, by `payment_id` |
# | `GET /payments/{id}` | the payment, if the caller may see its trip |
# | `GET /riders/{rider_id}/trips/{id}` | the trip, if it is this rider's and the caller may see it |
# | any of them, nobody signed in | 401: `NOT_SIGNED_IN` |
# | any of them, nothing there for the caller | 404: `NOT_FOUND`; also for an id that no trip can have, such as `abc` or a number too large for SQLite |
#
# | from the setup cell | what it is |
# |---|---|
# | `user_of(db, header)` | a dict with `user_id`, `role`, `rider_id`, `driver_id`, or None |
# | `rider_id`, `driver_id` of a user | who they are as a rider or driver, whatever their role; often None; not the same as `user_id` |
# | `connect(db_path)` | opens the database for one request |

# %% D4.2 answer
from flask import Flask, request


def create_trips_app(db_path):
    """Return an app that shows each caller only what they may see."""
    app = Flask("trips")

    def answer(handler, **ids):
        """Find out who asks, and let handler(db, caller) answer; the caller is the user, with the ids of the path."""
        with closing(connect(db_path)) as db, db:
            user = user_of(db, request.headers.get("Authorization"))
            if user is None:
                return NOT_SIGNED_IN
            return handler(db, {**user, **ids})

    # Load: one condition in SQL says which trips the caller may see
    # Refuse: 404 for all that this condition does not find
    # Act: with what was loaded
    ### BEGIN SOLUTION
    number = "int(max=9223372036854775807)"  # the largest that SQLite holds
    shown = "trip_id, rider_id, driver_id, status, dropoff_zone_id"
    visible = """(trips.rider_id = :rider_id OR trips.driver_id = :driver_id OR :role = 'admin'
        OR (:role = 'support' AND EXISTS (SELECT 1 FROM support_tickets AS ticket
            WHERE ticket.trip_id = trips.trip_id AND ticket.status <> 'closed')))"""

    def load_trip(db, caller):
        query = f"SELECT {shown} FROM trips WHERE trip_id = :trip_id AND {visible}"
        return db.execute(query, caller).fetchone()

    @app.get("/trips")
    def list_trips():
        def handler(db, caller):
            page, status = request.args.get("page", 1, type=int), request.args.get("status")
            wanted = {**caller, "status": status, "start": 3 * (page - 1)}
            where = f"{visible} AND (:status IS NULL OR status = :status)"
            total = db.execute(f"SELECT count(*) FROM trips WHERE {where}", wanted).fetchone()[0]
            found = db.execute(f"SELECT {shown} FROM trips WHERE {where} ORDER BY trip_id LIMIT 3 OFFSET :start", wanted)
            return {"trips": [dict(trip) for trip in found], "total": total}

        return answer(handler)

    @app.get(f"/trips/<{number}:trip_id>")
    def read_trip(trip_id):
        def handler(db, caller):
            trip = load_trip(db, caller)
            return NOT_FOUND if trip is None else dict(trip)

        return answer(handler, trip_id=trip_id)

    @app.patch(f"/trips/<{number}:trip_id>")
    def edit_trip(trip_id):
        def handler(db, caller):
            trip = load_trip(db, caller)
            if trip is None:
                return NOT_FOUND
            if caller["role"] != "admin" and trip["rider_id"] != caller["rider_id"]:
                return FORBIDDEN
            goal = request.get_json()["dropoff_zone_id"]
            db.execute("UPDATE trips SET dropoff_zone_id = ? WHERE trip_id = ?", (goal, trip_id))
            return dict(load_trip(db, caller))

        return answer(handler, trip_id=trip_id)

    @app.get(f"/trips/<{number}:trip_id>/payments")
    def list_payments(trip_id):
        def handler(db, caller):
            if load_trip(db, caller) is None:
                return NOT_FOUND
            query = "SELECT payment_id, amount_cents, status FROM payments WHERE trip_id = ? ORDER BY payment_id"
            return {"payments": [dict(payment) for payment in db.execute(query, (trip_id,))]}

        return answer(handler, trip_id=trip_id)

    @app.get(f"/payments/<{number}:payment_id>")
    def read_payment(payment_id):
        def handler(db, caller):
            query = f"""SELECT payment_id, amount_cents, payments.status FROM payments JOIN trips USING (trip_id)
                WHERE payment_id = :payment_id AND {visible}"""
            payment = db.execute(query, caller).fetchone()
            return dict(payment) if payment else NOT_FOUND

        return answer(handler, payment_id=payment_id)

    @app.get(f"/riders/<int:owner_id>/trips/<{number}:trip_id>")
    def read_riders_trip(owner_id, trip_id):
        def handler(db, caller):
            trip = load_trip(db, caller)
            return dict(trip) if trip and trip["rider_id"] == owner_id else NOT_FOUND

        return answer(handler, trip_id=trip_id)

    ### END SOLUTION
    return app

# %% D4.2 check
q = Question("D4.2")
with q.check("two riders and one trip", points=1):
    data = people(
        (1, "rider", 2, None),
        (2, "rider", 1, None),
        riders=[{"rider_id": 1}, {"rider_id": 2}],
        drivers=[{"driver_id": 1}],
        zones=[{"zone_id": 1}, {"zone_id": 2}],
        trips=[{"trip_id": 7, "rider_id": 1, "driver_id": 1, "status": "completed"}],
        payments=[{"payment_id": 31, "trip_id": 7, "amount_cents": 900}],
    )
    with database_file(data) as path:
        client = Client(create_trips_app(path))
        trip = {"trip_id": 7, "rider_id": 1, "driver_id": 1, "status": "completed", "dropoff_zone_id": None}
        expect(client.get("/trips/7", headers=bearer(2)), status=200, json_exact=trip)
        expect(client.get("/trips/7", headers=bearer(1)), status=404)
        expect_status(client.get("/trips/7"), 401)
        expect(client.get("/trips", headers=bearer(2)), status=200, json_exact={"trips": [trip], "total": 1})
        expect(client.get("/trips", headers=bearer(1)), status=200, json_exact={"trips": [], "total": 0})
        expect(client.get("/trips/7/payments", headers=bearer(2)), status=200)
q.result()

# %% D4.2 hidden
q = Question("D4.2", hidden=True)
USERS = [(1, "rider", 2, None), (2, "rider", 1, None), (5, "driver", None, 1), (6, "driver", 3, 2), (8, "support", None, None)]
USERS += [(9, "admin", None, None), (4, "support", None, None), (10, "rider", None, None)]
STATUSES = {11: "completed", 12: "completed", 13: "requested", 14: "accepted", 15: "completed", 16: "requested"}
PARTIES = {11: (1, 1), 12: (2, 1), 13: (1, None), 14: (2, 2), 15: (3, 2), 16: (2, None), 17: (3, 1), 18: (1, 1), 19: (1, 1)}
TICKETS = {12: ("open", "waiting"), 14: ("closed",), 11: ("closed", "waiting"), None: ("open",), 999: ("open",)}


def sees(user, trip_id):
    rider, driver = PARTIES[trip_id]
    _, role, rider_id, driver_id = user
    party = rider == rider_id or (driver is not None and driver == driver_id)
    return party or role == "admin" or (role == "support" and trip_id in (11, 12))


def town():
    return people(
        *USERS,
        riders=[{"rider_id": n} for n in (1, 2, 3)],
        drivers=[{"driver_id": n} for n in (1, 2)],
        zones=[{"zone_id": n} for n in (1, 2)],
        trips=[
            {"trip_id": n, "rider_id": rider, "driver_id": driver, "status": STATUSES.get(n, "completed")}
            for n, (rider, driver) in PARTIES.items()
        ],
        payments=[{"payment_id": 500 - n, "trip_id": n, "amount_cents": 10 * n} for n in PARTIES],
        support_tickets=[{"trip_id": n, "status": status} for n, all_of_it in TICKETS.items() for status in all_of_it],
    )


def as_trip(number, goal=None):
    rider, driver = PARTIES[number]
    status = STATUSES.get(number, "completed")
    return {"trip_id": number, "rider_id": rider, "driver_id": driver, "status": status, "dropoff_zone_id": goal}


def tagged(user, number):
    """The mistake that lets this user see this trip."""
    if user[1] == "support":
        return "no-ticket", "Support sees a trip only while a ticket of this trip is not closed."
    if PARTIES[number][1] is None and user[3] is None:
        return "null-owner", "A trip without driver is not the trip of everybody who is no driver: None equals None in Python."
    if user[0] in PARTIES[number]:
        return "wrong-id", "A user's id is not a rider's id. Compare `rider_id` with `rider_id`, `driver_id` with `driver_id`."
    return "method-gap", "A request reaches somebody else's trip or payment. Load every object through the same condition."


with q.check("every trip, every user, every method", points=1.5, tag="method-gap",
             advice="Who may see which trip? Use one function that loads a trip for a caller, in every route."):
    with database_file(town()) as path:
        client = Client(create_trips_app(path))
        for user in USERS:
            mine = bearer(user[0])
            for number, (rider, _) in list(PARTIES.items())[:7]:
                tag, says = tagged(user, number)
                seen, owner = sees(user, number), user[1] == "admin" or rider == user[2]
                paid = {"payment_id": 500 - number, "amount_cents": 10 * number, "status": "captured"}
                answers = {f"/trips/{number}": as_trip(number)}
                if number in (11, 15) and user[0] not in (6, 10):
                    answers |= {f"/trips/{number}/payments": {"payments": [paid]}, f"/payments/{500 - number}": paid}
                for target, body in answers.items():
                    if seen:
                        with meaning("over-strict", "Somebody was refused who may see the trip."):
                            expect(client.get(target, headers=mine), status=200, json_exact=body)
                    else:
                        with meaning(tag, says):
                            expect_status(client.get(target, headers=mine), 404, 403)
                        tag, says = "method-gap", "A trip is guarded, but its payments are not: they need the same condition."
                if number in (11, 13, 14, 17) and user[0] != 4:
                    edited = client.patch(f"/trips/{number}", json={"dropoff_zone_id": 2}, headers=mine)
                    with meaning(*(("over-strict", "PATCH refuses the trip's rider, or an admin.") if owner else
                            ("method-gap", "PATCH changes a trip for somebody who may not change it.") if edited.status < 300 else
                            ("403-vs-404", "PATCH by somebody who sees the trip, and may not change it, is answered with 403."))):
                        expect_status(edited, *([200] if owner else [403] if seen else [404, 403]))
                    stored = rows_in(path, "SELECT dropoff_zone_id FROM trips WHERE trip_id = ?", number)
                    with meaning("method-gap", "PATCH changes the database although it refuses, or not although it allows."):
                        same_value(stored, [(2 if owner else None,)], of="the drop-off zone that is stored")
                    if owner:
                        expect(edited, json_exact=as_trip(number, 2))
                    change(path, "UPDATE trips SET dropoff_zone_id = NULL")
        targets = ("/trips", "/trips/11", "/trips/11/payments", "/payments/489", "/riders/1/trips/11", "/trips/777")
        with meaning("unguarded", "A route answers although nobody is signed in. Ask who it is before all else: 401."):
            for target in targets:
                expect_status(client.get(target), 401)
                expect_status(client.get(target, headers={"Authorization": "Bearer token-77"}), 401)
                expect_status(client.head(target), 401, 405)
            expect_status(client.patch("/trips/11", json={"dropoff_zone_id": 2}), 401)
        change(path, "UPDATE trips SET driver_id = 2 WHERE trip_id = 11")
        with meaning("stale-driver", "A trip went to another driver. Only the driver that it has now may see it."):
            expect_status(client.get("/trips/11", headers=bearer(5)), 404, 403)
            expect(client.get("/trips/11", headers=bearer(6)), status=200)
        change(path, "UPDATE support_tickets SET status = 'closed'")
        with meaning("no-ticket", "The ticket was closed. From then on support may not see the trip any more."):
            expect_status(client.get("/trips/12", headers=bearer(8)), 404, 403)
with q.check("lists, counts and pages", points=1, tag="filter-after-page",
             advice="Filter in SQL, before you count and before you cut the page."):
    with database_file(town()) as path:
        client = Client(create_trips_app(path))
        for user in USERS:
            for status in (None, "completed"):
                seen = [n for n in PARTIES if sees(user, n) and status in (None, as_trip(n)["status"])]
                suffix = f"&status={status}" if status else ""
                pages = [client.get(f"/trips?page={page}{suffix}", headers=bearer(user[0])) for page in (1, 2, 4)[: 1 if status else 3]]
                found = [[trip["trip_id"] for trip in expect(page, status=200).json()["trips"]] for page in pages]
                for page in pages:
                    total = page.json()["total"]
                    with meaning("existence-leak", "`total` counts trips that the caller may not see: it tells of them."):
                        assert not isinstance(total, int) or total <= len(seen), "total is too large"
                    with meaning("wrong-total", "`total` counts what the caller may see on all pages, whatever the page."):
                        same_value(total, len(seen), of="total")
                with meaning("duplicates", "A trip stands in the list more than once: it has several tickets. Use EXISTS."):
                    same_value(len(set(found[0])), len(found[0]), of="how many different trips a page shows")
                with meaning("filter-after-page", "A page is not full although more follows. Filter before you cut pages."):
                    same_value(found, [seen[:3], seen[3:6], seen[9:12]][: len(pages)], of="the trips on pages 1, 2 and 4")
        everything = [as_trip(n) for n in (11, 13, 18)]
        first = {"trips": everything, "total": 4}
        for query in ("", "?page=1", "?rider_id=2", "?user_id=9", "?role=admin", "?rider_id=2&driver_id=1"):
            with meaning("trust-client", "What a client writes into the query must not decide whose trips come."):
                expect(client.get(f"/trips{query}", headers=bearer(2)), status=200, json_exact=first)
        with meaning("trust-client", "What a client writes into a header must not decide who it is."):
            forged = {**bearer(1), "X-User-Id": "9", "X-Role": "admin", "X-Rider-Id": "1"}
            expect_status(client.get("/trips/11", headers=forged), 404, 403)
            expect_status(client.get("/trips/11?rider_id=2&role=admin&user_id=2", headers=bearer(1)), 404, 403)
with q.check("nested paths", points=0.5, tag="nested-mismatch",
             advice="A path with two ids says two things. Both must hold: the trip is that rider's, and you may see it."):
    with database_file(town()) as path:
        client = Client(create_trips_app(path))
        for user in (USERS[0], USERS[1], USERS[3], USERS[4], USERS[5]):
            for owner in (1, 2, 3):
                for number in (11, 12, 15) if owner != 1 else (11, 12, 15, 99):
                    fits = number != 99 and PARTIES[number][0] == owner and sees(user, number)
                    answer = client.get(f"/riders/{owner}/trips/{number}", headers=bearer(user[0]))
                    if fits:
                        expect(answer, status=200, json_exact=as_trip(number))
                    else:
                        expect_status(answer, 404, 403)
with q.check("foreign and unknown look the same", points=1, tag="existence-leak",
             advice="Compare status, headers and body of a foreign trip with those of one that does not exist."):
    with database_file(town()) as path:
        client = Client(create_trips_app(path))
        for user in (1, 4):
            pairs = [("/trips/15", "/trips/777"), ("/trips/15/payments", "/trips/777/payments")]
            pairs += [("/payments/485", "/payments/777"), ("/riders/3/trips/15", "/riders/3/trips/777")]
            pairs += [("/riders/1/trips/15", "/riders/777/trips/15")]
            for foreign, unknown in pairs:
                for method in ("GET", "HEAD", *(["PATCH"] if foreign == "/trips/15" else [])):
                    more = {"json": {"dropoff_zone_id": 2}} if method == "PATCH" else {}
                    one, other = (client.request(method, t, headers=bearer(user), **more) for t in (foreign, unknown))
                    expect_status(one, *((404, 405) if method == "HEAD" else (404,)))
                    same_value((one.status, one.body), (other.status, other.body), of="the answer to a foreign id")
                    same_value(sorted(h for h in one.answer.headers if h[0].lower() != "date"),
                               sorted(h for h in other.answer.headers if h[0].lower() != "date"), of="its headers")
        with meaning("unhandled-input", "An odd id makes your app fail, or finds a trip. What names no trip is 404."):
            for odd in ("7.0", "%2211%22", "abc", "99999999999999999999", "-11", "11x"):
                expect_status(client.get(f"/trips/{odd}", headers=bearer(9)), 404, 400, 422)
                expect_status(client.get(f"/payments/{odd}", headers=bearer(9)), 404, 400, 422)
                expect_status(client.get(f"/riders/1/trips/{odd}", headers=bearer(9)), 404, 400, 422)
q.result()

# %% D4.2 hints [markdown]
# 1. Check the object, not the route: that somebody is signed in says nothing about trip 7. Write down in words which
#    trips a caller may see. It is one condition, and all six routes need it.
# 2. Put this condition into WHERE, with the caller's ids as parameters. Then a list, its total and its pages are right
#    by themselves, and a foreign trip is simply not found. Write one function `load_trip(db, caller)` and use it in
#    every route, PATCH as well. In SQL, `driver_id = NULL` is never true: that helps here. For tickets use EXISTS.
# 3. Fill the gap: `SELECT … FROM trips WHERE trip_id = :trip_id AND (rider_id = :rider_id OR driver_id = … OR :role =
#    'admin' OR (:role = 'support' AND EXISTS (…)))`

# %% D4.2 wrong method-gap change=true
# GET is guarded, PATCH changes whatever id it gets.
-            if caller["role"] != "admin" and trip["rider_id"] != caller["rider_id"]:
-                return FORBIDDEN
-            goal = request.get_json()["dropoff_zone_id"]
+            goal = request.get_json()["dropoff_zone_id"]

# %% D4.2 wrong method-gap change=true
# A payment has an address of its own, and there nobody asks whose trip it paid.
-                WHERE payment_id = :payment_id AND {visible}"""
+                WHERE payment_id = :payment_id"""

# %% D4.2 wrong filter-after-page change=true
# Cuts the page first and takes out the others' trips afterwards.
-            found = db.execute(f"SELECT {shown} FROM trips WHERE {where} ORDER BY trip_id LIMIT 3 OFFSET :start", wanted)
+            cut = db.execute("SELECT trip_id FROM trips ORDER BY trip_id LIMIT 3 OFFSET :start", wanted).fetchall()
+            found = [load_trip(db, {**caller, "trip_id": row[0]}) for row in cut]
+            found = [trip for trip in found if trip and status in (None, trip["status"])]

# %% D4.2 wrong existence-leak change=true
# The total counts everybody's trips.
-            total = db.execute(f"SELECT count(*) FROM trips WHERE {where}", wanted).fetchone()[0]
+            total = db.execute("SELECT count(*) FROM trips").fetchone()[0]

# %% D4.2 wrong wrong-total change=true
# The total counts this page.
-            found = db.execute(f"SELECT {shown} FROM trips WHERE {where} ORDER BY trip_id LIMIT 3 OFFSET :start", wanted)
-            return {"trips": [dict(trip) for trip in found], "total": total}
+            found = db.execute(f"SELECT {shown} FROM trips WHERE {where} ORDER BY trip_id LIMIT 3 OFFSET :start", wanted)
+            trips = [dict(trip) for trip in found]
+            return {"trips": trips, "total": len(trips)}

# %% D4.2 wrong over-strict change=true
# Asks for the role as well: a driver who rides does not find their own trip.
-    visible = """(trips.rider_id = :rider_id OR trips.driver_id = :driver_id OR :role = 'admin'
+    visible = """((trips.rider_id = :rider_id AND :role = 'rider')
+        OR (trips.driver_id = :driver_id AND :role = 'driver') OR :role = 'admin'

# %% D4.2 wrong over-strict change=true
# Lets the role decide who may change a trip: a driver who rides this one is refused.
-            if caller["role"] != "admin" and trip["rider_id"] != caller["rider_id"]:
+            if caller["role"] != "admin" and not (caller["role"] == "rider" and trip["rider_id"] == caller["rider_id"]):

# %% D4.2 wrong over-strict change=true
# A ticket that waits for an answer is not closed.
-            WHERE ticket.trip_id = trips.trip_id AND ticket.status <> 'closed')))"""
+            WHERE ticket.trip_id = trips.trip_id AND ticket.status = 'open')))"""

# %% D4.2 wrong existence-leak change=true
# A foreign trip is 403 and an unknown one 404: whoever counts up learns which exist.
-            return NOT_FOUND if trip is None else dict(trip)
+            known = db.execute("SELECT 1 FROM trips WHERE trip_id = ?", (trip_id,)).fetchone()
+            return dict(trip) if trip else FORBIDDEN if known else NOT_FOUND

# %% D4.2 wrong trust-client change=true
# The query says whose trips come.
-            wanted = {**caller, "status": status, "start": 3 * (page - 1)}
+            wanted = {**caller, "status": status, "start": 3 * (page - 1)}
+            wanted["rider_id"] = request.args.get("rider_id", caller["rider_id"], type=int)

# %% D4.2 wrong wrong-id change=true
# A user's id is taken for a rider's id.
-            return handler(db, {**user, **ids})
+            return handler(db, {**user, "rider_id": user["user_id"], **ids})

# %% D4.2 wrong null-owner change=true
# Compares in Python, where None equals None: every rider sees the trips that no driver has taken.
-        query = f"SELECT {shown} FROM trips WHERE trip_id = :trip_id AND {visible}"
-        return db.execute(query, caller).fetchone()
+        trip = db.execute(f"SELECT {shown} FROM trips WHERE trip_id = :trip_id", caller).fetchone()
+        tickets = db.execute("SELECT 1 FROM support_tickets WHERE trip_id = :trip_id AND status <> 'closed'", caller)
+        if trip is None or not (
+            trip["rider_id"] == caller["rider_id"]
+            or trip["driver_id"] == caller["driver_id"]
+            or caller["role"] == "admin"
+            or (caller["role"] == "support" and tickets.fetchone())
+        ):
+            return None
+        return trip

# %% D4.2 wrong no-ticket change=true
# Support sees a trip for ever after its first ticket.
-            WHERE ticket.trip_id = trips.trip_id AND ticket.status <> 'closed')))"""
+            WHERE ticket.trip_id = trips.trip_id)))"""

# %% D4.2 wrong no-ticket change=true
# One open ticket anywhere opens all trips to support.
-            WHERE ticket.trip_id = trips.trip_id AND ticket.status <> 'closed')))"""
+            WHERE ticket.status <> 'closed')))"""

# %% D4.2 wrong nested-mismatch change=true
# The rider in the path is not looked at.
-            return dict(trip) if trip and trip["rider_id"] == owner_id else NOT_FOUND
+            return dict(trip) if trip is not None else NOT_FOUND

# %% D4.2 wrong duplicates change=true
# Joins the tickets: a trip with two open tickets comes twice.
-            found = db.execute(f"SELECT {shown} FROM trips WHERE {where} ORDER BY trip_id LIMIT 3 OFFSET :start", wanted)
+            found = db.execute(
+                f"""SELECT trips.trip_id, trips.rider_id, driver_id, trips.status, dropoff_zone_id
+                FROM trips LEFT JOIN support_tickets AS one ON one.trip_id = trips.trip_id
+                WHERE {visible} AND (:status IS NULL OR trips.status = :status)
+                ORDER BY trips.trip_id LIMIT 3 OFFSET :start""",
+                wanted,
+            )

# %% D4.2 wrong unhandled-input change=true
# An id that SQLite cannot hold ends in an error 500.
-    number = "int(max=9223372036854775807)"  # the largest that SQLite holds
+    number = "int"

# %% D4.2 wrong 403-vs-404 change=true
# PATCH looks for the trip among those that the caller may change: whoever may only read it is told that it is not there.
-                return FORBIDDEN
-            goal = request.get_json()["dropoff_zone_id"]
+                return NOT_FOUND
+            goal = request.get_json()["dropoff_zone_id"]

# %% D4.2 wrong over-strict change=true
# Support sees a trip when none of its tickets is closed, so also a trip without a ticket.
-        OR (:role = 'support' AND EXISTS (SELECT 1 FROM support_tickets AS ticket
-            WHERE ticket.trip_id = trips.trip_id AND ticket.status <> 'closed')))"""
+        OR (:role = 'support' AND NOT EXISTS (SELECT 1 FROM support_tickets AS ticket
+            WHERE ticket.trip_id = trips.trip_id AND ticket.status = 'closed')))"""

# %% D4.2 right fastapi
# FastAPI: an id is taken as text, and a dependency finds the caller.
from fastapi import Body, Depends, FastAPI, Header, HTTPException


def create_trips_app(db_path):
    api = FastAPI()
    fields = "t.trip_id, t.rider_id, t.driver_id, t.status, t.dropoff_zone_id"
    open_tickets = "SELECT trip_id FROM support_tickets WHERE status != 'closed'"

    def caller(authorization: str | None = Header(None)):
        with closing(connect(db_path)) as db:
            user = user_of(db, authorization)
        if user is None:
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        return user

    def rows(user, columns, more="", *values, joined=""):
        rules = {"admin": "1", "support": f"t.trip_id IN ({open_tickets})"}
        where = f"(t.rider_id = ? OR t.driver_id = ? OR {rules.get(user['role'], '0')}) {more}"
        with closing(connect(db_path)) as db:
            query = f"SELECT {columns} FROM trips AS t {joined} WHERE {where} ORDER BY 1"
            return [dict(row) for row in db.execute(query, (user["rider_id"], user["driver_id"], *values))]

    def one(found):
        if not found:
            raise HTTPException(404)
        return found[0]

    @api.get("/trips")
    def list_trips(page: int = 1, status: str | None = None, user=Depends(caller)):
        found = [trip for trip in rows(user, fields) if status in (None, trip["status"])]
        return {"trips": found[3 * page - 3 : 3 * page], "total": len(found)}

    @api.get("/trips/{trip_id}")
    def read_trip(trip_id: str, user=Depends(caller)):
        return one(rows(user, fields, "AND CAST(t.trip_id AS TEXT) = ?", trip_id))

    @api.patch("/trips/{trip_id}")
    def edit_trip(trip_id: str, dropoff_zone_id: int = Body(embed=True), user=Depends(caller)):
        trip = read_trip(trip_id, user)
        if user["role"] != "admin" and user["rider_id"] != trip["rider_id"]:
            raise HTTPException(403)
        with closing(connect(db_path)) as db, db:
            db.execute("UPDATE trips SET dropoff_zone_id = ? WHERE trip_id = ?", (dropoff_zone_id, trip["trip_id"]))
        return read_trip(trip_id, user)

    @api.get("/trips/{trip_id}/payments")
    def list_payments(trip_id: str, user=Depends(caller)):
        trip = read_trip(trip_id, user)
        columns, joined = "payment_id, amount_cents, p.status", "JOIN payments AS p ON p.trip_id = t.trip_id"
        return {"payments": rows(user, columns, "AND t.trip_id = ?", trip["trip_id"], joined=joined)}

    @api.get("/payments/{payment_id}")
    def read_payment(payment_id: str, user=Depends(caller)):
        columns, joined = "payment_id, amount_cents, p.status", "JOIN payments AS p ON p.trip_id = t.trip_id"
        return one(rows(user, columns, "AND CAST(payment_id AS TEXT) = ?", payment_id, joined=joined))

    @api.get("/riders/{rider_id}/trips/{trip_id}")
    def read_riders_trip(rider_id: str, trip_id: str, user=Depends(caller)):
        trip = read_trip(trip_id, user)
        return one([trip] if str(trip["rider_id"]) == rider_id else [])

    return api

# %% D4.2 right bare-wsgi
# A bare WSGI function: ids of visible trips first, then plain Python.
def create_trips_app(db_path):
    def visible(db, user):
        trips = [dict(row) for row in db.execute("SELECT * FROM trips ORDER BY trip_id")]
        tickets = {row[0] for row in db.execute("SELECT trip_id FROM support_tickets WHERE status IN ('open', 'waiting')")}
        names = ("trip_id", "rider_id", "driver_id", "status", "dropoff_zone_id")
        return {
            trip["trip_id"]: {name: trip[name] for name in names}
            for trip in trips
            if user["role"] == "admin"
            or (user["role"] == "support" and trip["trip_id"] in tickets)
            or (user["rider_id"] is not None and trip["rider_id"] == user["rider_id"])
            or (user["driver_id"] is not None and trip["driver_id"] == user["driver_id"])
        }

    def payments(db, trips):
        found = [dict(row) for row in db.execute("SELECT * FROM payments ORDER BY payment_id")]
        return {
            one["payment_id"]: (one["trip_id"], {name: one[name] for name in ("payment_id", "amount_cents", "status")})
            for one in found
            if one["trip_id"] in trips
        }

    def answer(db, environ):
        user = user_of(db, environ.get("HTTP_AUTHORIZATION"))
        if user is None:
            return 401, {}
        trips, method = visible(db, user), environ["REQUEST_METHOD"]
        parts = environ["PATH_INFO"].strip("/").split("/")
        ids = [int(part) if re.fullmatch("[0-9]+", part) else part for part in parts]
        match ids:
            case ["trips"]:
                query = dict(re.findall(r"(\w+)=(\w+)", environ["QUERY_STRING"]))
                found = [trip for trip in trips.values() if query.get("status") in (None, trip["status"])]
                start = 3 * int(query.get("page", 1)) - 3
                return 200, {"trips": found[start : start + 3], "total": len(found)}
            case ["trips", number] if number in trips and method == "PATCH":
                if user["role"] != "admin" and trips[number]["rider_id"] != user["rider_id"]:
                    return 403, {}
                goal = json.loads(environ["wsgi.input"].read())["dropoff_zone_id"]
                db.execute("UPDATE trips SET dropoff_zone_id = ? WHERE trip_id = ?", (goal, number))
                return 200, {**trips[number], "dropoff_zone_id": goal}
            case ["trips", number] if number in trips:
                return 200, trips[number]
            case ["trips", number, "payments"] if number in trips:
                return 200, {"payments": [one for trip, one in payments(db, trips).values() if trip == number]}
            case ["payments", number] if number in (found := payments(db, trips)):
                return 200, found[number][1]
            case ["riders", rider, "trips", number] if number in trips and trips[number]["rider_id"] == rider:
                return 200, trips[number]
        return 404, {}

    def app(environ, start_response):
        with closing(connect(db_path)) as db, db:
            status, body = answer(db, environ)
        start_response(f"{status} -", [("Content-Type", "application/json")])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [json.dumps(body).encode()]

    return app

# %% D4.2 right view change=true
# A set of visible ids instead of a condition.
-        query = f"SELECT {shown} FROM trips WHERE trip_id = :trip_id AND {visible}"
-        return db.execute(query, caller).fetchone()
+        mine = {row[0] for row in db.execute(f"SELECT trip_id FROM trips WHERE {visible}", caller)}
+        return mine & {caller["trip_id"]} and db.execute(
+            f"SELECT {shown} FROM trips WHERE trip_id = ?", (caller["trip_id"],)
+        ).fetchone() or None

# %% D4.3 prompt [markdown] type="http-app" core=true
# ## D4.3 Too much in, too much out
#
# Write `create_fields_app(db_path)`: each viewer gets exactly the fields of the table, and writes only what the table
# names. Who sees which trips is simple here: riders those they ride, drivers those they drive, support all.
#
# | viewer (`role`) | fields of a trip |
# |---|---|
# | `rider` | `trip_id`, `status`, `requested_at`, `fare_cents`, `driver` |
# | `driver` | `trip_id`, `status`, `requested_at`, `distance_m`, `rider` |
# | `support` | `trip_id`, `status`, `requested_at`, `rider`, `driver` |
#
# | name | what it holds |
# |---|---|
# | `first_name` | the first word of `full_name` |
# | `driver`, or null without a driver | `first_name`, `plate` (of the trip's vehicle, or null) |
# | `rider`, for a driver | `first_name` |
# | `rider`, for support | `first_name`, `phone`: each sign but the last two as `*`, null stays null |
#
# | request | answer |
# |---|---|
# | `GET /trips/{id}` | the trip; 404 if the viewer does not see it |
# | `GET /trips?sort=status` | `{"trips": […]}` by that field, then `trip_id`; `sort` is one of the viewer's fields except `driver` and `rider`, or `trip_id` if left out; 422 for any other |
# | `PATCH /me` by a rider, a JSON object | 200 with `full_name` and `phone`; these two, or one of them, may be sent: text that is not blank (empty or spaces only), `phone` also null; else 422, and nothing is stored |
# | nobody signed in; another role's request to `/me` | 401; 403 |

# %% D4.3 answer
from flask import Flask, request


def create_fields_app(db_path):
    """Return an app that shows each role its own fields, and no others."""
    app = Flask("fields")
    # Views: for each role, one function that builds its dict, field by field
    # Sort: which fields may this viewer sort by?
    # Writes: which fields may be sent, and of which type?
    ### BEGIN SOLUTION
    query = """SELECT trip_id, trips.status, requested_at, fare_cents, distance_m, trips.driver_id AS driven,
            riders.full_name AS rider_name, phone, drivers.full_name AS driver_name, plate
        FROM trips JOIN riders USING (rider_id) LEFT JOIN drivers ON drivers.driver_id = trips.driver_id
        LEFT JOIN vehicles USING (vehicle_id)
        WHERE (:role = 'rider' AND trips.rider_id = :rider_id)
            OR (:role = 'driver' AND trips.driver_id = :driver_id) OR :role = 'support'"""
    plain = {
        "rider": ("trip_id", "status", "requested_at", "fare_cents"),
        "driver": ("trip_id", "status", "requested_at", "distance_m"),
        "support": ("trip_id", "status", "requested_at"),
    }

    def first_name(full_name):
        return full_name.split()[0]

    def masked(phone):
        return phone and "*" * (len(phone) - 2) + phone[-2:]

    def view(role, row):
        shown = {name: row[name] for name in plain[role]}
        if role != "driver":
            driver = {"first_name": first_name(row["driver_name"]), "plate": row["plate"]} if row["driven"] else None
            shown["driver"] = driver
        if role != "rider":
            shown["rider"] = {"first_name": first_name(row["rider_name"])}
        if role == "support":
            shown["rider"]["phone"] = masked(row["phone"])
        return shown

    def answer(handler):
        with closing(connect(db_path)) as db, db:
            user = user_of(db, request.headers.get("Authorization"))
            return NOT_SIGNED_IN if user is None else handler(db, user)

    @app.get("/trips")
    def list_trips():
        def handler(db, user):
            sort = request.args.get("sort", "trip_id")
            if sort not in plain.get(user["role"], ()):
                return {"title": "This field cannot be sorted by"}, 422
            found = db.execute(f"SELECT * FROM ({query}) ORDER BY {sort}, trip_id", user)
            return {"trips": [view(user["role"], row) for row in found]}

        return answer(handler)

    @app.get("/trips/<int:trip_id>")
    def read_trip(trip_id):
        def handler(db, user):
            row = db.execute(f"SELECT * FROM ({query}) WHERE trip_id = :trip_id", {**user, "trip_id": trip_id}).fetchone()
            return view(user["role"], row) if row else NOT_FOUND

        return answer(handler)

    @app.patch("/me")
    def edit_me():
        def handler(db, user):
            if user["role"] != "rider":
                return FORBIDDEN
            sent = request.get_json()
            for name, value in sent.items():
                good = name in ("full_name", "phone") and isinstance(value, str) and value.strip()
                if not good and not (name == "phone" and value is None):
                    return {"title": "Only full_name and phone can be changed, to text"}, 422
            for name, value in sent.items():
                db.execute(f"UPDATE riders SET {name} = ? WHERE rider_id = ?", (value, user["rider_id"]))
            me = db.execute("SELECT full_name, phone FROM riders WHERE rider_id = :rider_id", user).fetchone()
            return dict(me)

        return answer(handler)

    ### END SOLUTION
    return app

# %% D4.3 check
q = Question("D4.3")
with q.check("three views of one trip", points=1):
    data = people(
        (1, "rider", 4, None),
        (2, "driver", None, 5),
        (3, "support", None, None),
        riders=[{"rider_id": 4, "full_name": "Leyla Aydın", "phone": "+90 532 000 1147"}],
        drivers=[{"driver_id": 5, "full_name": "Kofi Mensah"}],
        vehicles=[{"vehicle_id": 6, "driver_id": 5, "plate": "34 HOP 12"}],
        zones=[{"zone_id": 1}],
        trips=[{"trip_id": 7, "rider_id": 4, "driver_id": 5, "vehicle_id": 6, "fare_cents": 900, "distance_m": 3_000}],
    )
    with database_file(data) as path:
        client = Client(create_fields_app(path))
        trip = {"trip_id": 7, "status": "requested", "requested_at": "2025-01-01T00:00:00Z"}
        driver = {"first_name": "Kofi", "plate": "34 HOP 12"}
        expect(client.get("/trips/7", headers=bearer(1)), status=200,
               json_exact={**trip, "fare_cents": 900, "driver": driver})
        expect(client.get("/trips/7", headers=bearer(2)), status=200,
               json_exact={**trip, "distance_m": 3_000, "rider": {"first_name": "Leyla"}})
        expect(client.get("/trips/7", headers=bearer(3)), status=200,
               json_exact={**trip, "driver": driver, "rider": {"first_name": "Leyla", "phone": "*" * 14 + "47"}})
q.result()

# %% D4.3 hidden
q = Question("D4.3", hidden=True)


def town():
    return people(
        (1, "rider", 4, None),
        (2, "driver", None, 5),
        (3, "support", None, None),
        (9, "rider", 3, None),
        riders=[
            {"rider_id": 3, "full_name": " Zoë  Ōe ", "phone": None, "email": "zoe@hopline.test"},
            {"rider_id": 4, "full_name": "Sinéad O'Neil Burke", "phone": "0861 55 02", "email": "sinead@hopline.test"},
        ],
        drivers=[{"driver_id": 5, "full_name": "Amara", "license_no": "LIC-77", "commission_bp": 1_234}],
        vehicles=[{"vehicle_id": 6, "driver_id": 5, "plate": "AA-11"}],
        zones=[{"zone_id": 1}],
        trips=[
            {"trip_id": 21, "rider_id": 4, "status": "requested", "fare_cents": 300, "distance_m": 9},
            {"trip_id": 22, "rider_id": 3, "driver_id": 5, "status": "accepted", "fare_cents": 200, "distance_m": 5},
            {"trip_id": 23, "rider_id": 4, "driver_id": 5, "vehicle_id": 6, "status": "completed", "fare_cents": 100,
             "distance_m": 7, "tip_cents": 4_321, "quoted_cents": 98_765, "requested_at": "2024-12-31T00:00:00Z"},
        ],
        payments=[{"trip_id": 23, "provider_ref": "pay_secret"}],
    )


SEEN = {1: ("rider", [21, 23]), 2: ("driver", [22, 23]), 3: ("support", [21, 22, 23]), 9: ("rider", [22])}
MASKED = {4: "*" * 8 + "02", 3: None}


def as_seen(role, number):
    """A trip of town() as this role should see it."""
    rider_id, status, fare, metres, moment = {
        21: (4, "requested", 300, 9, "2025-01-01T00:00:00Z"),
        22: (3, "accepted", 200, 5, "2025-01-01T00:00:00Z"),
        23: (4, "completed", 100, 7, "2024-12-31T00:00:00Z"),
    }[number]
    driver = None if number == 21 else {"first_name": "Amara", "plate": "AA-11" if number == 23 else None}
    rider = {"first_name": {4: "Sinéad", 3: "Zoë"}[rider_id]}
    trip = {"trip_id": number, "status": status, "requested_at": moment}
    return {
        "rider": {**trip, "fare_cents": fare, "driver": driver},
        "driver": {**trip, "distance_m": metres, "rider": rider},
        "support": {**trip, "driver": driver, "rider": {**rider, "phone": MASKED[rider_id]}},
    }[role]


def all_views(path, tag, says):
    client = Client(create_fields_app(path))
    for user, (role, numbers) in SEEN.items():
        mine = bearer(user)
        for number in (21, 22, 23, 99):
            answer = client.get(f"/trips/{number}", headers=mine)
            if number in numbers:
                with meaning(tag, says):
                    expect(answer, status=200, json_exact=as_seen(role, number))
            else:
                with meaning("missing-check", "A trip was shown to somebody who does not see it: 404."):
                    expect_status(answer, 404)
                    words = ("Sinéad", "Zoë", "Amara", "AA-11", "0861")
                    same_value([word for word in words if word in answer.text], [], of="names in the error")
        with meaning(tag, says):
            listed = {"trips": [as_seen(role, number) for number in numbers]}
            expect(client.get("/trips", headers=mine), status=200, json_exact=listed)
    expect_status(client.get("/trips"), 401)
    expect_status(client.get("/trips/21"), 401)
    return client


exactly = "A viewer got a field too many, too few, or with another value. Build each role's dict field by field."
with q.check("every view, one by one and in lists", points=0.75, tag="over-exposure", advice=exactly):
    with database_file(town()) as path:
        with meaning("masking", "Each sign of a phone but the last two becomes `*`; of two signs none."):
            for phone, shown in (("12", "12"), ("123", "*23"), ("+351 91", "*****91")):
                change(path, "UPDATE riders SET phone = ? WHERE rider_id = 4", phone)
                found = Client(create_fields_app(path)).get("/trips/21", headers=bearer(3))
                expect(found, status=200, json={"rider": {"first_name": "Sinéad", "phone": shown}})
        change(path, "UPDATE riders SET phone = '0861 55 02' WHERE rider_id = 4")
        all_views(path, "over-exposure", exactly)
with q.check("tables that grew", points=0.75, tag="deny-list-fields",
             advice="A colleague added columns, and your app shows them. Name what you show, not what you hide."):
    with database_file(town()) as path:
        for table in ("trips", "riders", "drivers", "vehicles"):
            change(path, f"ALTER TABLE {table} ADD COLUMN card_token TEXT DEFAULT 'tok_secret'")
            change(path, f"ALTER TABLE {table} ADD COLUMN fraud_{table} INTEGER DEFAULT 1")
        all_views(path, "deny-list-fields", "")
with q.check("what a rider may write", points=1, tag="mass-assignment",
             advice="Only `full_name` and `phone` may be sent. Whatever else comes: 422, and no row changes."):
    with database_file(town()) as path:
        client = Client(create_fields_app(path))

        def everything():
            tables = ("riders", "users", "trips", "drivers")
            return [rows_in(path, f"SELECT * FROM {table}") for table in tables]

        before = everything()
        extras = ("role", "rider_id", "user_id", "deleted_at", "created_at", "email", "fare_cents", "commission_bp", "rider",
                  "Full_Name", "phone ", "full_name = 'x', email")
        bad = [{"full_name": "Sinéad", name: ("admin", 3, None)[at % 3]} for at, name in enumerate(extras)]
        bad.append({"full_name": "Sinéad", "role": "admin"})
        bad += [{"phone": "1", "rider": {"rider_id": 3}}, {"phone": "1", "users": [{"role": "admin"}]}]
        types = "full_name and phone are text that is not blank; only phone may be null."
        odd = [{"full_name": value} for value in (None, "", "  ", 5, True, ["x"], {"first": "x"})]
        odd += [{"full_name": "Good", "phone": value} for value in (5, "", " ", ["1"], {})]
        for tag, says, bodies in (("mass-assignment", "", bad), ("no-validation", types, odd)):
            for body in bodies:
                with meaning(tag, says):
                    answer = client.patch("/me", json=body, headers=bearer(1))
                    assert everything() == before, f"the body {body!r} changed the database"
                    expect(answer, status=(422, 400))
        for user in (2, 3):
            expect_status(client.patch("/me", json={"full_name": "x"}, headers=bearer(user)), 403)
        expect_status(client.patch("/me", json={"full_name": "x"}), 401)
        assert everything() == before, "PATCH /me by another role changed the database"
        strict = "A body that is right was refused, or not stored."
        for body, name, phone in (
            ({"full_name": "Ana"}, "Ana", "0861 55 02"),
            ({"phone": None}, "Ana", None),
            ({"phone": "77", "full_name": "O'Ana; --"}, "O'Ana; --", "77"),
        ):
            with meaning("over-strict", strict):
                changed = client.patch("/me", json=body, headers=bearer(1))
                expect(changed, status=200)
                same_value(rows_in(path, "SELECT full_name, phone FROM riders WHERE rider_id = 4"), [(name, phone)])
            with meaning("over-exposure", "PATCH /me answers with `full_name` and `phone`, and nothing else."):
                expect(changed, json_exact={"full_name": name, "phone": phone})
        with meaning("wrong-row", "Somebody else's row was changed."):
            same_value([everything()[0][0], *everything()[1:]], [before[0][0], *before[1:]])
with q.check("sorting", points=0.5, tag="hidden-sort",
             advice="Who sorts by a field learns its order. Allow only the fields that the viewer sees."):
    with database_file(town()) as path:
        client = Client(create_fields_app(path))
        orders = {
            1: {"status": [23, 21], "requested_at": [23, 21], "fare_cents": [23, 21], "trip_id": [21, 23]},
            2: {"status": [22, 23], "requested_at": [23, 22], "distance_m": [22, 23]},
            3: {"status": [22, 23, 21], "requested_at": [23, 21, 22]},
        }
        for user, fields in orders.items():
            for field, order in fields.items():
                answer = expect(client.get(f"/trips?sort={field}", headers=bearer(user)), status=200)
                with meaning("wrong-order", "A list is not sorted by the field that was asked for, then by `trip_id`."):
                    same_value([trip["trip_id"] for trip in answer.json()["trips"]], order, of=f"trips by {field}")
        hidden = ("tip_cents", "rider_id", "quoted_cents", "phone", "rider", "driver", "rider.phone", "rowid", "1",
                  "full_name", "commission_bp", "status desc", "status;", "(SELECT phone FROM riders)")
        for user, more in ((1, ("distance_m",)), (2, ("fare_cents",)), (3, ("fare_cents", "distance_m"))):
            for field in (*hidden, *more):
                answer = client.get("/trips", params={"sort": field}, headers=bearer(user))
                expect(answer, status=(422, 400))
q.result()

# %% D4.3 hints [markdown]
# 1. Ask two questions about each field: who may see it, who may write it? The answer is a list of names for each
#    role. Never begin with the whole row and take fields away: the next new column would be shown to everybody.
# 2. Write one query that names its columns, and one function for each role that builds a dict from a row. A list calls
#    the same function for each row. Which fields may be sorted by? Those of the same list. For PATCH, test every key
#    and every value that was sent before you store the first one.
# 3. Fill the gap: `shown = {name: row[name] for name in plain[…]}`, then add the parts; for the phone
#    `"*" * (len(phone) - 2) + phone[…]`

# %% D4.3 wrong deny-list-fields change=true
# Takes the whole row and removes what is known to be secret.
-        FROM trips JOIN riders USING (rider_id) LEFT JOIN drivers ON drivers.driver_id = trips.driver_id
+            , trips.* FROM trips JOIN riders USING (rider_id) LEFT JOIN drivers ON drivers.driver_id = trips.driver_id

-        shown = {name: row[name] for name in plain[role]}
+        secret = {"fare_cents", "distance_m", "driven", "rider_name", "phone", "driver_name", "plate", "rider_id",
+            "driver_id", "vehicle_id", "pickup_zone_id", "dropoff_zone_id", "promo_id", "accepted_at", "started_at",
+            "finished_at", "quoted_cents", "tip_cents"} - set(plain[role])
+        shown = {name: row[name] for name in row.keys() if name not in secret and ":" not in name}

# %% D4.3 wrong over-exposure change=true
# One dict for everybody: drivers read the rider's phone.
-        if role == "support":
-            shown["rider"]["phone"] = masked(row["phone"])
+        if role != "rider":
+            shown["rider"]["phone"] = masked(row["phone"])

# %% D4.3 wrong over-exposure change=true
# The whole row comes along.
-        shown = {name: row[name] for name in plain[role]}
+        shown = {**row}

# %% D4.3 wrong over-exposure change=true
# Sends the full phone and a mask beside it, for the web page to choose.
-            shown["rider"]["phone"] = masked(row["phone"])
+            shown["rider"]["phone"] = masked(row["phone"])
+            shown["rider"]["phone_full"] = row["phone"]

# %% D4.3 wrong over-exposure change=true
# The list was forgotten: it gives whole rows.
-            return {"trips": [view(user["role"], row) for row in found]}
+            return {"trips": [dict(row) for row in found]}

# %% D4.3 wrong mass-assignment change=true
# Stores every column that is named.
-                good = name in ("full_name", "phone") and isinstance(value, str) and value.strip()
+                good = name in ("full_name", "phone", "email", "role", "deleted_at") and isinstance(value, str) and value.strip()

# %% D4.3 wrong mass-assignment change=true
# Unknown fields are dropped in silence, so the client believes that they were stored.
-            sent = request.get_json()
+            sent = {name: value for name, value in request.get_json().items() if name in ("full_name", "phone")}

# %% D4.3 wrong no-validation change=true
# A name may be null, or a number.
-                if not good and not (name == "phone" and value is None):
+                if not good and name not in ("full_name", "phone"):

# %% D4.3 wrong hidden-sort change=true
# Sorts by every column of the query: support learns the order of the fares.
-            if sort not in plain.get(user["role"], ()):
+            if sort not in ("trip_id", "status", "requested_at", "fare_cents", "distance_m", "tip_cents"):

# %% D4.3 wrong masking change=true
# Shows the last four signs.
-        return phone and "*" * (len(phone) - 2) + phone[-2:]
+        return phone and "*" * (len(phone) - 4) + phone[-4:]

# %% D4.3 wrong over-exposure change=true
# The name is cut in the wrong place, so a space in front gives an empty name.
-        return full_name.split()[0]
+        return full_name.split(" ")[0]

# %% D4.3 wrong masking change=true
# Masks digits only, so spaces and the plus sign stay.
-        return phone and "*" * (len(phone) - 2) + phone[-2:]
+        return phone and re.sub(r"\d(?=.{2})", "*", phone)

# %% D4.3 wrong wrong-order change=true
# The name of the field is given as a value, so all rows are equal for ORDER BY.
-            found = db.execute(f"SELECT * FROM ({query}) ORDER BY {sort}, trip_id", user)
+            found = db.execute(f"SELECT * FROM ({query}) ORDER BY :sort, trip_id", {**user, "sort": sort})

# %% D4.3 wrong over-strict change=true
# A phone that is null is taken for one that was not sent.
-                db.execute(f"UPDATE riders SET {name} = ? WHERE rider_id = ?", (value, user["rider_id"]))
+                db.execute(f"UPDATE riders SET {name} = coalesce(?, {name}) WHERE rider_id = ?", (value, user["rider_id"]))

# %% D4.3 right pydantic
# A pydantic model for each role, and one for what may come in.
from flask import Flask, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class DriverPart(BaseModel):
    first_name: str
    plate: str | None


class FirstName(BaseModel):
    first_name: str


class MaskedRider(FirstName):
    phone: str | None


class Shown(BaseModel):
    trip_id: int
    status: str
    requested_at: str


class ForRider(Shown):
    fare_cents: int | None
    driver: DriverPart | None


class ForDriver(Shown):
    distance_m: int | None
    rider: FirstName


class ForSupport(Shown):
    rider: MaskedRider
    driver: DriverPart | None


class Change(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    full_name: str = Field("-", pattern=r"\S")
    phone: str | None = Field(None, pattern=r"\S")


def create_fields_app(db_path):
    app = Flask("models")
    models = {"rider": ForRider, "driver": ForDriver, "support": ForSupport}

    def trips_of(db, user):
        for trip in map(dict, db.execute("SELECT * FROM trips ORDER BY trip_id").fetchall()):
            mine = {"rider": trip["rider_id"] == user["rider_id"], "driver": trip["driver_id"] == user["driver_id"]}
            if not mine.get(user["role"], True):
                continue
            rider = dict(db.execute("SELECT * FROM riders WHERE rider_id = ?", (trip["rider_id"],)).fetchone())
            driver = db.execute("SELECT * FROM drivers WHERE driver_id = ?", (trip["driver_id"],)).fetchone()
            car = db.execute("SELECT plate FROM vehicles WHERE vehicle_id = ?", (trip["vehicle_id"],)).fetchone()
            phone = re.sub(r".(?=..)", "*", rider["phone"]) if rider["phone"] else rider["phone"]
            parts = {"rider": {"first_name": rider["full_name"].strip().partition(" ")[0], "phone": phone}}
            parts["driver"] = driver and {"first_name": driver["full_name"].split()[0], "plate": car and car["plate"]}
            yield models[user["role"]].model_validate({**trip, **parts})

    @app.before_request
    def sign_in():
        with closing(connect(db_path)) as db:
            request.user = user_of(db, request.headers.get("Authorization"))
        if request.user is None:
            return NOT_SIGNED_IN
        return FORBIDDEN if request.path == "/me" and request.user["role"] != "rider" else None

    @app.get("/trips")
    def list_trips():
        names = models[request.user["role"]].model_fields
        sort = request.args.get("sort", "trip_id")
        if sort not in names or sort in ("rider", "driver"):
            return {}, 400
        with closing(connect(db_path)) as db:
            found = sorted(trips_of(db, request.user), key=lambda trip: (getattr(trip, sort), trip.trip_id))
        return {"trips": [trip.model_dump() for trip in found]}

    @app.get("/trips/<int:trip_id>")
    def read_trip(trip_id):
        with closing(connect(db_path)) as db:
            for trip in trips_of(db, request.user):
                if trip.trip_id == trip_id:
                    return trip.model_dump()
        return NOT_FOUND

    @app.patch("/me")
    def edit_me():
        try:
            sent = Change.model_validate(request.get_json()).model_dump(exclude_unset=True)
        except ValidationError:
            return {}, 422
        me = (request.user["rider_id"],)
        with closing(connect(db_path)) as db, db:
            if "full_name" in sent:
                db.execute("UPDATE riders SET full_name = ? WHERE rider_id = ?", (sent["full_name"], *me))
            if "phone" in sent:
                db.execute("UPDATE riders SET phone = ? WHERE rider_id = ?", (sent["phone"], *me))
            return dict(db.execute("SELECT full_name, phone FROM riders WHERE rider_id = ?", me).fetchone())

    return app

# %% D4.3 right sorted-in-python change=true
# Sorts in Python, after the field was tested.
-            found = db.execute(f"SELECT * FROM ({query}) ORDER BY {sort}, trip_id", user)
+            found = sorted(db.execute(query, user).fetchall(), key=lambda row: (row[sort], row["trip_id"]))

# %% D4.4 prompt [markdown] type="http-app"
# ## D4.4 The back door
#
# Write `create_admin_app(db_path, claims_of)`: only administrators reach the admin functions, however the request is
# written. An old partner still uses `GET /v0/zones`, so the old routes stay in the app; `GET /v0/export` is one of them,
# and an admin function too. With a framework other than Flask, write both old routes yourself.
#
# | request | answer to an administrator |
# |---|---|
# | `POST /admin/drivers/{id}/ban` | 200; the driver's `status` is `banned`, also when it was before; unknown: 404 |
# | `POST /admin/payments/{id}/refund` | 201; a row in `refunds`: `payment_id` (its primary key), the payment's `amount_cents`, `refunded_by` (the admin's id); unknown: 404; refunded before, or not `captured`: 409 |
# | `GET /admin/export`, `GET /v0/export` | 200 with `{"payments": […]}`: `payment_id`, `amount_cents`, `provider_ref` at least, by id |
#
# | who | answer |
# |---|---|
# | everybody | 200 for `GET /zones` and `GET /v0/zones`; the starter has both, and only these two are public |
# | no valid token, a user that `users` does not hold, or one with a `disabled_at` | 401: `NOT_SIGNED_IN` |
# | a user whose `role` in `users` is not `admin` now | 403: `FORBIDDEN` |
#
# | name | meaning |
# |---|---|
# | `claims_of(header)` | what the token of an Authorization header says: `{"sub": 8, "role": "admin"}`, with role as it was at login, up to an hour ago; None if it is not valid |
# | `audit_log` | each request for an admin function, allowed or not, leaves one row: `user_id` (NULL if not signed in), `method`, `path`, `status` |

# %% D4.4 answer
from flask import Flask, g, request


def create_admin_app(db_path, claims_of):
    """Return an app whose admin functions are for administrators only."""
    app = Flask("admin")
    add_old_routes(app, db_path)

    @app.get("/zones")
    def zones():
        with closing(connect(db_path)) as db:
            return {"zones": [row["name"] for row in db.execute("SELECT name FROM zones ORDER BY zone_id")]}

    # Deny: one guard before all routes, with a list of the public ones
    # Look up: role and state of the user, in the database
    # Act: ban, refund, export
    # Record: one row for each request that is not public
    ### BEGIN SOLUTION
    public = {"zones", "old_zones"}

    @app.before_request
    def guard():
        g.user_id = None
        if request.endpoint in public:
            return None
        claims = claims_of(request.headers.get("Authorization")) or {}
        with closing(connect(db_path)) as db:
            query = "SELECT user_id, role FROM users WHERE user_id = ? AND disabled_at IS NULL"
            user = db.execute(query, (claims.get("sub"),)).fetchone()
        if user is None:
            return NOT_SIGNED_IN
        g.user_id = user["user_id"]
        return None if user["role"] == "admin" else FORBIDDEN

    @app.after_request
    def record(response):
        if request.endpoint not in public:
            with closing(connect(db_path)) as db, db:
                row = (g.user_id, request.method, request.path, response.status_code)
                db.execute("INSERT INTO audit_log (user_id, method, path, status) VALUES (?, ?, ?, ?)", row)
        return response

    @app.post("/admin/drivers/<int:driver_id>/ban")
    def ban(driver_id):
        with closing(connect(db_path)) as db, db:
            done = db.execute("UPDATE drivers SET status = 'banned' WHERE driver_id = ?", (driver_id,))
            return {"driver_id": driver_id, "status": "banned"} if done.rowcount else NOT_FOUND

    @app.post("/admin/payments/<int:payment_id>/refund")
    def refund(payment_id):
        with closing(connect(db_path)) as db, db:
            paid = db.execute("SELECT status, amount_cents FROM payments WHERE payment_id = ?", (payment_id,)).fetchone()
            if paid is None:
                return NOT_FOUND
            if paid["status"] != "captured":
                return {"title": "Only a captured payment can be refunded"}, 409
            try:
                db.execute("INSERT INTO refunds VALUES (?, ?, ?)", (payment_id, paid["amount_cents"], g.user_id))
            except sqlite3.IntegrityError:
                return {"title": "This payment was refunded before"}, 409
            return {"payment_id": payment_id, "amount_cents": paid["amount_cents"]}, 201

    @app.get("/admin/export")
    def export():
        with closing(connect(db_path)) as db:
            found = db.execute("SELECT payment_id, amount_cents, provider_ref FROM payments ORDER BY payment_id")
            return {"payments": [dict(payment) for payment in found]}

    ### END SOLUTION
    return app

# %% D4.4 check
q = Question("D4.4")


def claims_from(header):
    """What a token of these checks says: "token-8-admin" is user 8, an admin at login."""
    found = re.fullmatch(r"Bearer token-(\d+)-(\w+)", header or "")
    return {"sub": int(found[1]), "role": found[2]} if found else None


with q.check("three roles at one door", points=1):
    data = people(
        (8, "admin", None, None),
        (7, "rider", 1, None),
        zones=[{"name": "Baixa"}],
        drivers=[{"driver_id": 3}],
        trips=[{}],
        payments=[{"payment_id": 5, "amount_cents": 900, "provider_ref": "pay_5"}],
    )
    with database_file(data) as path:
        client = Client(create_admin_app(path, claims_from))
        admin, rider = ({"Authorization": f"Bearer token-{who}"} for who in ("8-admin", "7-rider"))
        expect(client.get("/zones"), status=200, json={"zones": ["Baixa"]})
        expect_status(client.post("/admin/drivers/3/ban"), 401)
        expect_status(client.post("/admin/drivers/3/ban", headers=rider), 403)
        same_value(rows_in(path, "SELECT status FROM drivers"), [("active",)], of="the driver's status")
        expect_status(client.post("/admin/drivers/3/ban", headers=admin), 200)
        same_value(rows_in(path, "SELECT status FROM drivers"), [("banned",)], of="the driver's status")
        paid = {"payment_id": 5, "amount_cents": 900, "provider_ref": "pay_5"}
        expect(client.get("/admin/export", headers=admin), status=200, json={"payments": [paid]})
q.result()

# %% D4.4 hidden
q = Question("D4.4", hidden=True)


def office():
    return people(
        (8, "admin", None, None),
        (7, "rider", 1, None),
        (6, "support", None, None),
        (5, "admin", None, None),
        (4, "admin", None, None, "2025-01-01T00:00:00Z"),
        zones=[{"name": "Alfama"}],
        drivers=[{"driver_id": 31}, {"driver_id": 32}],
        trips=[{}],
        payments=[
            {"payment_id": n, "amount_cents": 100 * n, "provider_ref": f"ref-{7919 * n}", "status": status}
            for n, status in ((41, "captured"), (42, "failed"), (43, "captured"), (44, "authorized"), (45, "captured"))
        ],
    )


def by(text):
    return {"Authorization": f"Bearer token-{text}"} if text else {}


def untouched(path):
    same_value(rows_in(path, "SELECT count(*) FROM drivers WHERE status = 'banned'"), [(0,)], of="banned drivers")
    same_value(rows_in(path, "SELECT count(*) FROM refunds"), [(0,)], of="refunds")


FUNCTIONS = [("POST", "/admin/drivers/31/ban"), ("POST", "/admin/payments/41/refund"), ("GET", "/admin/export"),
             ("GET", "/v0/export")]
old = "The old export is still there. That nobody links to a route does not protect it: guard it as well."
with q.check("who may, now", points=1, tag="unguarded",
             advice="Ask for every function: what if nobody is signed in, and what if the user is no admin?"):
    with database_file(office()) as path:
        client = Client(create_admin_app(path, claims_from))
        for method, target in FUNCTIONS:
            with meaning("obscurity" if "v0" in target else "unguarded",
                         old if "v0" in target else "An admin function answers to somebody who may not use it."):
                for who in ("", "99-admin", "junk"):
                    answer = client.request(method, target, headers=by(who))
                    assert answer.status not in (200, 201), f"{method} {target} answered {answer.status}"
                    with meaning("401-vs-403", "Whoever is not signed in gets 401, and 403 is for a user who is known."):
                        expect_status(answer, 401)
                for who in ("7-rider", "6-support"):
                    expect_status(client.request(method, target, headers=by(who)), 403)
            with meaning("disabled-user", "A disabled administrator still works. Look at `disabled_at` each time: 401."):
                expect_status(client.request(method, target, headers=by("4-admin")), 401)
            with meaning("stale-role", "A token tells the role at login. Look up the role that the user has now."):
                expect_status(client.request(method, target, headers=by("7-admin")), 403)
        untouched(path)
        change(path, "UPDATE users SET role = 'support' WHERE user_id = 5")
        with meaning("stale-role", "A token tells the role at login. Look up the role that the user has now."):
            expect_status(client.get("/admin/export", headers=by("5-admin")), 403)
            change(path, "UPDATE users SET role = 'admin' WHERE user_id = 5")
            expect_status(client.get("/admin/export", headers=by("5-rider")), 200)
        with meaning("over-strict", "A public route, or an administrator, was refused."):
            for who in ("", "7-rider", "4-admin", "8-admin"):
                expect(client.get("/zones", headers=by(who)), status=200, json={"zones": ["Alfama"]})
                expect(client.get("/v0/zones", headers=by(who)), status=200, json={"zones": ["Alfama"]})
            paid = [{"payment_id": n, "amount_cents": 100 * n, "provider_ref": f"ref-{7919 * n}"} for n in range(41, 46)]
            for target in ("/admin/export", "/v0/export"):
                expect(client.get(target, headers=by("8-admin")), status=200, json={"payments": paid})
            expect_status(client.get("/admin/nothing", headers=by("8-admin")), 404)
with q.check("every way to it", points=1, tag="prefix-match",
             advice="One way of writing the request goes past your guard. Guard what the router found, not the text of the "
                    "address, and deny all that is not public."):
    with database_file(office()) as path:
        client = Client(create_admin_app(path, claims_from))
        ways = ("/Admin/export", "//admin/export", "/admin//export", "/admin/export/", "/admin%2Fexport", "/%61dmin/export",
                "/./admin/export", "/zones/../admin/export", "/admin/export?next=/zones", "/admin/export?zones",
                "/admin/export;/zones", "/admin/export#/zones", "/v0/export/", "//v0/export", "/v0//export", "/v0/%65xport",
                "/v0/export?from=/v0/zones", "/V0/export", "/zones/admin/export", "/v0/zones/../export")
        for number, who in enumerate(("", "7-rider")):
            for target in ways[number::4] if who else ways:
                with meaning("obscurity" if "v0/e" in target and "zones" not in target else "prefix-match"):
                    answer = client.get(target, headers=by(who))
                    assert "ref-" not in answer.text and not 200 <= answer.status < 300, f"{target} is open"
            with meaning("method-gap", "HEAD and other methods reach a route that GET does not. Guard all methods."):
                for target in ("/admin/export", "/v0/export"):
                    for method in ("HEAD", "POST", "PUT", "DELETE"):
                        answer = client.request(method, target, headers=by(who))
                        assert not 200 <= answer.status < 300, f"{method} {target} is open"
                        assert int(answer.header("Content-Length") or 0) < 250, "HEAD tells how long the export is"
                for target in ("/admin/drivers/31/ban", "/admin/payments/41/refund"):
                    for method, wanted in (("GET", "POST"), ("PUT", "POST"), ("POST", "HEAD"), ("POST", "OPTIONS")):
                        client.request(method, target, headers={**by(who), "X-HTTP-Method-Override": wanted})
                for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"):
                    client.post("/admin/drivers/31/ban", headers={**by(who), name: "/zones"})
            with meaning("method-gap", "A request that was refused changed something."):
                untouched(path)
with q.check("once, and written down", points=1, tag="no-audit",
             advice="Every request for an admin function leaves one row in `audit_log`, also a refused one."):
    with database_file(office()) as path:
        client = Client(create_admin_app(path, claims_from))
        amount = "The amount of a refund is that of the payment, whatever the client sends."
        for number, status in ((41, 201), (41, 409), (42, 409), (44, 409), (46, 404), (43, 201)):
            twice = "A payment was refunded twice. The primary key of `refunds` says no: catch that, and answer 409."
            state = "Only a payment that is `captured` can be refunded."
            with meaning("not-idempotent" if number == 41 else "wrong-state", twice if number == 41 else state):
                answer = client.post(f"/admin/payments/{number}/refund", json={"amount_cents": 1}, headers=by("8-admin"))
                expect_status(answer, status)
        with meaning("trust-client", amount):
            found = rows_in(path, "SELECT * FROM refunds ORDER BY 1")
            same_value([row[:2] for row in found], [(41, 4_100), (43, 4_300)], of="refunds")
        same_value([row[2] for row in found], [8, 8], of="refunded_by")
        with meaning("not-idempotent", "Two requests at the same moment refunded one payment twice, or one of them broke."):
            calls = [("POST", "/admin/payments/45/refund", {"headers": by(who)}) for who in ("8-admin", "5-admin") * 4]
            same_value(sorted(one.status for one in client.parallel(calls)), [201, *[409] * 7], of="eight answers")
        for number, status in ((31, 200), (31, 200), (99, 404)):
            expect_status(client.post(f"/admin/drivers/{number}/ban", headers=by("8-admin")), status)
        expected = [(8, "POST", f"/admin/payments/{n}/refund", status)
                    for n, status in ((41, 201), (41, 409), (42, 409), (44, 409), (46, 404), (43, 201))]
        expected += [(8, "POST", f"/admin/drivers/{n}/ban", status) for n, status in ((31, 200), (31, 200), (99, 404))]
        for who, user, status in (("", None, 401), ("7-rider", 7, 403), ("8-admin", 8, 200)):
            for target in ("/admin/export", "/v0/export"):
                expect_status(client.get(target, headers=by(who)), status)
                expected.append((user, "GET", target, status))
        query = """SELECT user_id, method, path, status FROM audit_log
            WHERE path NOT LIKE '%zones' AND path NOT LIKE '%/45/%' ORDER BY audit_id"""
        with meaning("no-audit", "A request is missing in `audit_log`, stands there twice, or with other values."):
            same_value(rows_in(path, query), expected, of="audit_log")
q.result()

# %% D4.4 hints [markdown]
# 1. Do not ask which routes need a guard. Ask which two do not, and put a guard before all others: then a route that
#    somebody forgot is closed. Which role counts, the one in the token or the one in the database?
# 2. `@app.before_request` runs before every route, the old ones too. `request.endpoint` is the name of the function
#    that the router found (`zones`, `old_zones`), so no way of writing the path fools it. A token may be an hour old:
#    take `sub` from it and look up the rest. `@app.after_request` gets every response, also a refusal. The primary
#    key of `refunds` stops the second refund: catch `IntegrityError`.
# 3. Fill the gap: `if request.endpoint in {…}: return None` at the start of the guard

# %% D4.4 wrong obscurity change=true
# Guards what begins with /admin. The old export has another name.
-        if request.endpoint in public:
-            return None
+        if not request.path.startswith("/admin"):
+            return None

# %% D4.4 wrong prefix-match change=true
# Public is what has "/zones" somewhere in its address.
-        if request.endpoint in public:
-            return None
+        if "/zones" in request.url:
+            return None

# %% D4.4 wrong prefix-match change=true
# Compares the address as it was written: `%61dmin` is `admin` to the router.
-        if request.endpoint in public:
-            return None
+        if not request.environ["REQUEST_URI"].startswith(("/admin", "/v0/export")):
+            return None

# %% D4.4 wrong stale-role change=true
# The role comes from the token.
-        return None if user["role"] == "admin" else FORBIDDEN
+        return None if claims["role"] == "admin" else FORBIDDEN

# %% D4.4 wrong stale-role change=true
# Both must say admin: who became an administrator an hour ago is refused.
-        return None if user["role"] == "admin" else FORBIDDEN
+        return None if user["role"] == claims["role"] == "admin" else FORBIDDEN

# %% D4.4 wrong disabled-user change=true
# A disabled administrator goes on working.
-            query = "SELECT user_id, role FROM users WHERE user_id = ? AND disabled_at IS NULL"
+            query = "SELECT user_id, role FROM users WHERE user_id = ?"

# %% D4.4 wrong method-gap change=true
# HEAD is not guarded: it has no body, but tells that the export is there and how long it is.
-        if request.endpoint in public:
-            return None
+        if request.endpoint in public or request.method == "HEAD":
+            return None

# %% D4.4 wrong unguarded change=true
# Guards only requests that write, as if reading did no harm.
-        if request.endpoint in public:
-            return None
+        if request.endpoint in public or request.endpoint == "export":
+            return None

# %% D4.4 wrong 401-vs-403 change=true
# Everybody who may not gets 403.
-            return NOT_SIGNED_IN
-        g.user_id = user["user_id"]
+            return FORBIDDEN
+        g.user_id = user["user_id"]

# %% D4.4 wrong not-idempotent change=true
# The second refund replaces the first, and the client reads 201 again.
-                db.execute("INSERT INTO refunds VALUES (?, ?, ?)", (payment_id, paid["amount_cents"], g.user_id))
+                db.execute("REPLACE INTO refunds VALUES (?, ?, ?)", (payment_id, paid["amount_cents"], g.user_id))

# %% D4.4 wrong wrong-state change=true
# Refunds a payment that failed.
-            if paid["status"] != "captured":
+            if paid["status"] == "refunded":

# %% D4.4 wrong trust-client change=true
# The client says how much comes back.
-                db.execute("INSERT INTO refunds VALUES (?, ?, ?)", (payment_id, paid["amount_cents"], g.user_id))
+                cents = (request.get_json(silent=True) or {}).get("amount_cents", paid["amount_cents"])
+                db.execute("INSERT INTO refunds VALUES (?, ?, ?)", (payment_id, cents, g.user_id))

# %% D4.4 wrong no-audit change=true
# Only what was done is written down, not who tried.
-        if request.endpoint not in public:
+        if request.endpoint not in public and response.status_code < 400:

# %% D4.4 wrong no-audit change=true
# Flask's `full_path` ends in a question mark.
-                row = (g.user_id, request.method, request.path, response.status_code)
+                row = (g.user_id, request.method, request.full_path, response.status_code)

# %% D4.4 right decorators
# A decorator on each route; the old export is wrapped afterwards, and a route without guard stops the app at its start.
from functools import wraps

from flask import Flask, make_response, request


def create_admin_app(db_path, claims_of):
    app = Flask("decorated")
    add_old_routes(app, db_path)

    def note(user_id, response):
        response = make_response(response)
        with closing(connect(db_path)) as db, db:
            row = (user_id, request.method, request.path, response.status_code)
            db.execute("INSERT INTO audit_log (user_id, method, path, status) VALUES (?, ?, ?, ?)", row)
        return response

    def admins_only(view):
        @wraps(view)
        def guarded(**ids):
            claims = claims_of(request.headers.get("Authorization"))
            with closing(connect(db_path)) as db:
                user = claims and db.execute("SELECT * FROM users WHERE user_id = ?", (claims["sub"],)).fetchone()
            if not user or user["disabled_at"]:
                return note(None, NOT_SIGNED_IN)
            if user["role"] != "admin":
                return note(user["user_id"], FORBIDDEN)
            return note(user["user_id"], view(user["user_id"], **ids))

        guarded.guarded = True
        return guarded

    @app.get("/zones")
    def zones():
        return app.view_functions["old_zones"]()

    @app.post("/admin/drivers/<int:driver_id>/ban")
    @admins_only
    def ban(_, driver_id):
        with closing(connect(db_path)) as db, db:
            if not db.execute("SELECT 1 FROM drivers WHERE driver_id = ?", (driver_id,)).fetchone():
                return NOT_FOUND
            db.execute("UPDATE drivers SET status = 'banned' WHERE driver_id = ?", (driver_id,))
        return {}

    @app.post("/admin/payments/<int:payment_id>/refund")
    @admins_only
    def refund(admin, payment_id):
        with closing(connect(db_path)) as db, db:
            if not db.execute("SELECT 1 FROM payments WHERE payment_id = ?", (payment_id,)).fetchone():
                return NOT_FOUND
            statement = """INSERT OR IGNORE INTO refunds SELECT payment_id, amount_cents, ? FROM payments
                WHERE payment_id = ? AND status = 'captured'"""
            return ({}, 201) if db.execute(statement, (admin, payment_id)).rowcount else ({}, 409)

    export = app.view_functions["old_export"]
    app.view_functions["old_export"] = admins_only(lambda _: export())
    app.add_url_rule("/admin/export", "export", admins_only(lambda _: export()))
    open_views = {name for name, view in app.view_functions.items() if not hasattr(view, "guarded")}
    assert open_views == {"zones", "old_zones", "static"}, open_views
    return app

# %% D4.4 right exact-paths change=true
# A list of whole paths that are public: whatever is written in another way is not on it.
-        if request.endpoint in public:
-            return None
+        if request.path in ("/zones", "/v0/zones"):
+            return None

# %% D4.5 prompt [markdown] type="py-function" core=true
# ## D4.5 Test the matrix
#
# Write `check_access(ask)`: it asks an API what the contract below says, and fails with `assert` when an answer breaks
# the contract. The check calls it with right APIs, which must pass, and with broken ones of three kinds, which must fail:
# too much allowed, too little allowed, right status with wrong content. Of each kind it may miss one; each call makes at
# most 300 requests.
#
# | name | meaning |
# |---|---|
# | `ask(actor, method, path, json=None)` | sends a request as this actor, and returns `(status, body)` |
# | an API | has the three trips of the next table at the start of each call of `check_access` |
# | the body of an error | may be anything |
# | `TripApi().ask("leyla", "GET", "/trips")` | lets you look around in a right API; `OpenApi()` is a broken one |
#
# | trip | rider | driver | ticket | `status`, `dropoff`, `fare_cents` |
# |---|---|---|---|---|
# | 11 | `leyla` | `nia` | open | `completed`, `Baixa`, 900 |
# | 12 | `mateo` | nobody | closed | `requested`, `Baixa`, None |
# | 13 | `mateo` | `nia` | none | `completed`, `Baixa`, 1400 |
#
# | request | answer |
# |---|---|
# | `GET /trips` | 200 with a list of the trips that the actor sees, in any order |
# | `GET /trips/{id}` | 200 with a dict of exactly `trip_id`, `status`, `dropoff`, `fare_cents` |
# | `HEAD /trips/{id}` | the status of GET, and the body None |
# | `PATCH /trips/{id}` with `{"dropoff": "Alfama"}` | by its rider or the admin: 200 with the changed trip, which is stored |
# | PATCH with any other field | by those who may change it: 422, and nothing changes |
# | PATCH by others who see the trip | 403, and nothing changes |
# | a trip that the actor does not see, or that does not exist | 404 |
# | anything, by somebody who is not known | 401 |
#
# | actor | sees |
# |---|---|
# | `leyla`, `mateo`, `nia` | the trips they ride or drive |
# | `sora`, of support | trips with an open ticket |
# | `kofi`, an admin | all trips |
# | `dana`, a disabled admin, and `anonymous` | not known |

# %% D4.5 answer
def check_access(ask):
    """Fail with AssertionError if the API behind `ask` breaks the contract."""
    # Data: who sees which trip, who changes it?
    # Reads: every actor and every trip, GET, HEAD and the list
    # Writes: every actor and every trip; look at what is stored afterwards
    # Allowed: also assert what must work
    ### BEGIN SOLUTION
    sees = {"leyla": {11}, "mateo": {12, 13}, "nia": {11, 13}, "sora": {11}, "kofi": {11, 12, 13}}
    writes = {"leyla": {11}, "mateo": {12, 13}, "kofi": {11, 12, 13}}
    trips = {
        number: {"trip_id": number, "status": status, "dropoff": "Baixa", "fare_cents": fare}
        for number, status, fare in ((11, "completed", 900), (12, "requested", None), (13, "completed", 1400))
    }

    def unchanged(number):
        assert ask("kofi", "GET", f"/trips/{number}") == (200, trips[number])

    for actor in (*sees, "dana", "anonymous"):
        known = actor in sees
        status, listed = ask(actor, "GET", "/trips")
        assert status == (200 if known else 401)
        if known:
            assert sorted(listed, key=lambda trip: trip["trip_id"]) == [trips[number] for number in sorted(sees[actor])]
        for number in (11, 12, 13, 99):
            path = f"/trips/{number}"
            seen = number in sees.get(actor, ())
            expected = 200 if seen else 404 if known else 401
            status, body = ask(actor, "GET", path)
            assert status == expected
            assert not seen or body == trips[number]
            assert ask(actor, "HEAD", path)[0] == expected
            written = number in writes.get(actor, ())
            status, body = ask(actor, "PATCH", path, {"dropoff": "Alfama"})
            assert status == (200 if written else 403 if seen else expected)
            if written:
                trips[number]["dropoff"] = "Alfama"
                assert body == trips[number]
                assert ask(actor, "PATCH", path, {"dropoff": "Belém", "fare_cents": 1})[0] == 422
                assert ask(actor, "PATCH", path, {"status": "cancelled"})[0] == 422
                unchanged(number)
                assert ask(actor, "PATCH", path, {"dropoff": "Baixa"})[0] == 200
                trips[number]["dropoff"] = "Baixa"
            elif number in trips:
                unchanged(number)
    ### END SOLUTION

# %% D4.5 check
q = Question("D4.5")


def notices(api):
    """Whether check_access finds fault with an API; the API's own log counts the requests."""
    try:
        check_access(api.ask)
    except NotImplementedError:
        raise
    except Exception as error:
        if not getattr(error, "ran", True):
            raise
        found = True
    else:
        found = False
    if len(api.asked) > 300:
        raise CheckFailed(f"check_access made {len(api.asked)} requests to one API. At most 300 are allowed.",
                          advice="Too many requests to one API: at most 300 are allowed.", tag="brute-force")
    return found


with q.check("a good API passes, an open one is noticed", points=0.5):
    if notices(TripApi()):
        raise CheckFailed("check_access fails with an API that keeps the contract.")
    if not notices(OpenApi()):
        raise CheckFailed("check_access does not notice an API that gives everything to everybody.")
q.result()

# %% D4.5 hidden
import random

q = Question("D4.5", hidden=True)


class Disguised(TripApi):
    """The same contract in another dress: other order, other error bodies."""

    def listed(self, actor):
        return super().listed(actor)[::-1]

    def shown(self, number):
        return dict(sorted(self.trips[number].items(), reverse=True))

    def error(self, title):
        return [title]


class Silent(TripApi):
    def error(self, title):
        return None


class PatchOpen(TripApi):
    def edits(self, actor, number):
        return True


class PatchUnseen(TripApi):
    def ask(self, actor, method, path, json=None):
        self.open = method == "PATCH"
        return super().ask(actor, method, path, json)

    def sees(self, actor, number, method="GET"):
        return self.open or super().sees(actor, number)

    def edits(self, actor, number):
        return actor in ("leyla", "mateo", "kofi")


class ListOpen(TripApi):
    def listed(self, actor):
        return [self.shown(number) for number in self.trips]


class AnyTicket(TripApi):
    def sees(self, actor, number, method="GET"):
        return actor == "sora" or super().sees(actor, number)


class ClosedTicket(TripApi):
    TICKETS = {11: "open", 12: "open"}


class DisabledAdmin(TripApi):
    ACTORS = (*TripApi.ACTORS, "dana")

    def sees(self, actor, number, method="GET"):
        return actor == "dana" or super().sees(actor, number)

    def edits(self, actor, number):
        return actor == "dana" or super().edits(actor, number)


class HeadOpen(TripApi):
    def sees(self, actor, number, method="GET"):
        return method == "HEAD" or super().sees(actor, number)


class DriverDenied(TripApi):
    DRIVERS = {}


class SupportDenied(TripApi):
    TICKETS = {}


class AdminReadsOnly(TripApi):
    def edits(self, actor, number):
        return actor == self.RIDERS[number]


class EmptyList(TripApi):
    def listed(self, actor):
        return [self.shown(number) for number in self.trips if self.edits(actor, number)]


class NothingGoes(TripApi):
    def sees(self, actor, number, method="GET"):
        return False


class FieldLeak(TripApi):
    def shown(self, number):
        return {**self.trips[number], "rider_phone": "+351 910 000 011"}


class ListLeak(TripApi):
    def listed(self, actor):
        return [{**trip, "rider_phone": "+351 910 000 011"} for trip in super().listed(actor)]


class NotStored(TripApi):
    def ask(self, actor, method, path, json=None):
        kept = {number: dict(trip) for number, trip in self.trips.items()}
        answer = super().ask(actor, method, path, json)
        self.trips = kept
        return answer


class StoredAnyway(TripApi):
    def ask(self, actor, method, path, json=None):
        status, body = super().ask(actor, method, path, json)
        if method == "PATCH" and status == 403:
            self.trips[int(path.split("/")[-1])].update(json)
        return status, body


class FareWritten(TripApi):
    def ask(self, actor, method, path, json=None):
        status, body = super().ask(actor, method, path, json)
        if status == 422:
            self.trips[int(path.split("/")[-1])].update(json)
        return status, body


class Swapped(TripApi):
    """Another trip's content."""

    def shown(self, number):
        return {**self.trips[number], "fare_cents": self.trips[24 - number if number != 12 else 12]["fare_cents"]}


KINDS = {
    "too much": (PatchOpen, PatchUnseen, ListOpen, AnyTicket, ClosedTicket, DisabledAdmin, HeadOpen),
    "too little": (DriverDenied, SupportDenied, AdminReadsOnly, EmptyList, NothingGoes),
    "content": (FieldLeak, ListLeak, NotStored, StoredAnyway, FareWritten, Swapped),
}
runs = [(kind, api) for kind, apis in KINDS.items() for api in apis] + [("good", api) for api in (TripApi, Disguised, Silent)]
random.Random().shuffle(runs)
found = {}


def judge():
    """Run check_access once with every API, in a random order; an API tells nothing about what it is."""
    if not found:
        verdicts = [(kind, api, notices(api())) for kind, api in runs]
        found["right API"] = [noticed for _, api, noticed in verdicts if api is TripApi]
        for kind in (*KINDS, "good"):
            found[kind] = [noticed for one, _, noticed in verdicts if one == kind]
    return found


def one_may_pass(kind, tag, says):
    if any(judge()["right API"]):
        raise CheckFailed("a good API was refused", advice="The API that keeps the contract was refused, so nothing is proved.",
                          tag="brittle")
    missed = judge()[kind].count(False)
    if missed > 1:
        total = len(KINDS[kind])
        raise CheckFailed(f"{missed} of {total} missed", advice=f"{total - missed} of {total} were noticed. {says}", tag=tag)


with q.check("good APIs in another dress", points=0.5, tag="brittle"):
    if any(judge()["good"]):
        raise CheckFailed("a good API was refused", advice="A right API was refused. Assert only what the contract says: a "
                          "list may come in any order, a dict has no order, and the body of an error may be anything.")
    if sum(sum(found[kind]) for kind in KINDS) < 3:
        raise CheckFailed("nothing noticed", advice="Hardly any broken API was noticed.", tag="deny-only")
with q.check("too much allowed", points=1.5):
    one_may_pass("too much", "single-actor", "Go through every actor, every trip and every method: also HEAD, the list, "
                 "support with a closed ticket and with none, and the disabled admin.")
with q.check("too little allowed", points=1):
    one_may_pass("too little", "deny-only", "An API that refuses everybody is safe and useless: assert also what must work, "
                 "for each actor.")
with q.check("right status, wrong content", points=1.5):
    one_may_pass("content", "status-only", "Compare bodies as well, field by field, and read again after each PATCH, "
                 "allowed or refused.")
q.result()

# %% D4.5 hints [markdown]
# 1. Three questions make the matrix: who asks, what do they do, with which trip? Write down the answers as data: for
#    each actor the trips they see, and the trips they change. Then let loops ask everything.
# 2. From the two tables follows each status: not known 401, not seen 404, seen but not theirs to change 403, else 200.
#    A status says little: compare the body with the whole trip. After each PATCH let `kofi` read the trip again, also
#    after a refusal. And assert what must work, or an API that refuses everybody passes.
# 3. Fill the gap: `assert status == (200 if number in writes.get(actor, ()) else … if number in sees.get(actor, ()) else
#    404 if actor in sees else 401)`

# %% D4.5 wrong deny-only
# Asserts only what must be refused: an API that refuses everything passes.
def check_access(ask):
    sees = {"leyla": {11}, "mateo": {12, 13}, "nia": {11, 13}, "sora": {11}, "kofi": {11, 12, 13}}
    writes = {"leyla": {11}, "mateo": {12, 13}, "nia": set(), "sora": set(), "kofi": {11, 12, 13}}
    for actor in ("leyla", "mateo", "nia", "sora", "kofi", "dana", "anonymous"):
        status, listed = ask(actor, "GET", "/trips")
        if actor not in sees:
            assert status == 401
        else:
            assert {trip["trip_id"] for trip in listed} <= sees[actor]
        for number in (11, 12, 13):
            if number not in sees.get(actor, ()):
                for method in ("GET", "HEAD", "PATCH"):
                    assert ask(actor, method, f"/trips/{number}", {"dropoff": "x"})[0] in (401, 404)
            elif number not in writes[actor]:
                assert ask(actor, "PATCH", f"/trips/{number}", {"dropoff": "x"})[0] in (403, 404)

# %% D4.5 wrong status-only
# Looks at the status and never at the body.
def check_access(ask):
    sees = {"leyla": {11}, "mateo": {12, 13}, "nia": {11, 13}, "sora": {11}, "kofi": {11, 12, 13}}
    writes = {"leyla": {11}, "mateo": {12, 13}, "nia": set(), "sora": set(), "kofi": {11, 12, 13}}
    for actor in ("leyla", "mateo", "nia", "sora", "kofi", "dana", "anonymous"):
        assert ask(actor, "GET", "/trips")[0] == (200 if actor in sees else 401)
        for number in (11, 12, 13, 99):
            seen = number in sees.get(actor, ())
            expected = 200 if seen else 404 if actor in sees else 401
            assert ask(actor, "GET", f"/trips/{number}")[0] == expected
            assert ask(actor, "HEAD", f"/trips/{number}")[0] == expected
            changed = expected if not seen or number in writes[actor] else 403
            assert ask(actor, "PATCH", f"/trips/{number}", {"dropoff": "Alfama"})[0] == changed
            if seen and changed == 200:
                assert ask(actor, "PATCH", f"/trips/{number}", {"fare_cents": 1})[0] == 422

# %% D4.5 wrong single-actor
# Only one rider is looked at.
def check_access(ask):
    trip = {"trip_id": 11, "status": "completed", "dropoff": "Baixa", "fare_cents": 900}
    assert ask("leyla", "GET", "/trips") == (200, [trip])
    assert ask("leyla", "GET", "/trips/11") == (200, trip)
    assert ask("leyla", "GET", "/trips/12")[0] == 404
    assert ask("leyla", "PATCH", "/trips/12", {"dropoff": "Alfama"})[0] == 404
    assert ask("leyla", "PATCH", "/trips/11", {"dropoff": "Alfama"}) == (200, {**trip, "dropoff": "Alfama"})
    assert ask("leyla", "PATCH", "/trips/11", {"fare_cents": 1})[0] == 422
    assert ask("leyla", "GET", "/trips/11") == (200, {**trip, "dropoff": "Alfama"})
    assert ask("anonymous", "GET", "/trips/11")[0] == 401

# %% D4.5 wrong brittle change=true
# Expects the list in the order in which one API gave it.
-            assert sorted(listed, key=lambda trip: trip["trip_id"]) == [trips[number] for number in sorted(sees[actor])]
+            assert listed == [trips[number] for number in sorted(sees[actor])]

# %% D4.5 wrong brittle change=true
# Expects a certain error body, of which the contract says nothing.
-            assert not seen or body == trips[number]
+            assert body == trips[number] if seen else "title" in body

# %% D4.5 wrong single-actor change=true
# Forgets support, the disabled admin and HEAD.
-    for actor in (*sees, "dana", "anonymous"):
+    for actor in ("leyla", "mateo", "nia", "kofi", "anonymous"):

-            assert ask(actor, "HEAD", path)[0] == expected
+            assert ask(actor, "GET", path)[0] == expected

# %% D4.5 wrong brute-force change=true
# Asks everything many times over.
-        for number in (11, 12, 13, 99):
+        for number in (11, 12, 13, 99) * 8:

# %% D4.5 wrong brittle
# Fails whatever the API says.
def check_access(ask):
    assert ask("leyla", "GET", "/trips/12")[0] == 200

# %% D4.5 right table
# A written table of all statuses; the stored trip is read once, at the end of each actor's turn.
def check_access(ask):
    table = {
        "leyla": "200/200 404/404 404/404",
        "mateo": "404/404 200/200 200/200",
        "nia": "200/403 404/404 200/403",
        "sora": "200/403 404/404 404/404",
        "kofi": "200/200 200/200 200/200",
        "dana": "401/401 401/401 401/401",
        "anonymous": "401/401 401/401 401/401",
    }
    fares = {11: ("completed", 900), 12: ("requested", None), 13: ("completed", 1400)}
    drops = dict.fromkeys(fares, "Baixa")

    def as_it_is(number):
        return dict(trip_id=number, status=fares[number][0], dropoff=drops[number], fare_cents=fares[number][1])

    for turn, (actor, row) in enumerate(table.items()):
        cells = {number: tuple(map(int, cell.split("/"))) for number, cell in zip(fares, row.split(), strict=True)}
        for number, (read, write) in cells.items():
            status, body = ask(actor, "GET", f"/trips/{number}")
            assert (status, body if status == 200 else None) == (read, as_it_is(number) if read == 200 else None), (actor, number)
            if ask(actor, "HEAD", f"/trips/{number}")[0] != read:
                raise AssertionError("HEAD")
            status, body = ask(actor, "PATCH", f"/trips/{number}", json={"dropoff": f"place {turn}"})
            assert status == write
            if write == 200:
                drops[number] = f"place {turn}"
                assert body == as_it_is(number)
                for bad in ({"fare_cents": 5}, {"trip_id": 1, "dropoff": "x"}):
                    assert ask(actor, "PATCH", f"/trips/{number}", bad)[0] == 422
        status, listed = ask(actor, "GET", "/trips")
        if row.startswith("401"):
            assert status == 401
        else:
            assert status == 200 and len(listed) == sum(read == 200 for read, _ in cells.values())
            assert all(as_it_is(trip["trip_id"]) == trip and cells[trip["trip_id"]][0] == 200 for trip in listed)
        assert all(ask("kofi", "GET", f"/trips/{number}")[1] == as_it_is(number) for number in fares)

# %% D4.5 right two-may-be-missed change=true
# One of a kind may be missed: this one does not look for the disabled admin.
-    for actor in (*sees, "dana", "anonymous"):
+    for actor in (*sees, "anonymous"):

# %% D4.6 prompt [markdown] type="http-app"
# ## D4.6 Fleets
#
# Write `create_fleet_app(db_path)`: the owner of a fleet sees the trips of its drivers, and no others. A trip belongs to
# the fleet in which its driver was when the trip was requested: there is a row in `fleet_members` (`fleet_id`,
# `driver_id`, `from_at`, `until_at`) with `from_at` at or before `requested_at`, and `until_at` after it or NULL. The table
# `fleets` has `fleet_id` and `owner_id`, a `user_id`; memberships of one driver do not overlap.
#
# | request | answer to the owner |
# |---|---|
# | `GET /fleet/trips` | `{"trips": […]}` by `trip_id`: `trip_id`, `driver_id`, `requested_at`, `fare_cents` |
# | `GET /fleet/trips/{id}` | one of these trips, else 404 |
# | `GET /fleet/revenue` | `{"trips": n, "fare_cents": sum}` of the completed trips; a fare that is NULL counts 0 |
# | `GET /fleet/export` | `text/csv`: the line `trip_id,driver_id,fare_cents`, then a line for each trip by `trip_id`; NULL is empty |
# | `POST /fleet/reviews` with `{"trip_ids": [3, 4]}` | 201: a row in `reviews` (`trip_id`, `reviewed_by`: the owner's `user_id`) for each, those that have one keep it; if one trip is not the fleet's: 404, and no row at all |
# | nobody signed in; a user without a fleet | 401; 403 |

# %% D4.6 answer
from flask import Flask, request


class FleetTrips:
    """The trips of one fleet: nobody can make this object without saying which fleet."""

    def __init__(self, db, fleet_id):
        self.db, self.fleet_id = db, fleet_id

    # One condition on fleet and time, used by every method
    ### BEGIN SOLUTION
    def rows(self, more="", *values):
        query = f"""SELECT trip_id, driver_id, requested_at, fare_cents, status FROM trips
            WHERE EXISTS (SELECT 1 FROM fleet_members AS member
                WHERE member.fleet_id = ? AND member.driver_id = trips.driver_id
                AND member.from_at <= requested_at AND (member.until_at IS NULL OR requested_at < member.until_at))
            {more} ORDER BY trip_id"""
        return self.db.execute(query, (self.fleet_id, *values)).fetchall()

    def revenue(self):
        done = self.rows("AND status = 'completed'")
        return {"trips": len(done), "fare_cents": sum(row["fare_cents"] or 0 for row in done)}

    def review(self, trip_ids, user_id):
        if not set(trip_ids) <= {row["trip_id"] for row in self.rows()}:
            return False
        rows = [(trip_id, user_id) for trip_id in trip_ids]
        self.db.executemany("INSERT INTO reviews VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
        return True

    ### END SOLUTION


def create_fleet_app(db_path):
    """Return an app in which every query is about one fleet."""
    app = Flask("fleets")
    # Who asks, and which fleet is theirs? 401, 403, or a FleetTrips
    # Routes: nothing but FleetTrips touches the trips
    ### BEGIN SOLUTION
    def scoped(handler):
        with closing(connect(db_path)) as db, db:
            user = user_of(db, request.headers.get("Authorization"))
            if user is None:
                return NOT_SIGNED_IN
            fleet = db.execute("SELECT fleet_id FROM fleets WHERE owner_id = :user_id", user).fetchone()
            return handler(FleetTrips(db, fleet["fleet_id"]), user) if fleet else FORBIDDEN

    def shown(row):
        return {name: row[name] for name in ("trip_id", "driver_id", "requested_at", "fare_cents")}

    @app.get("/fleet/trips")
    def list_trips():
        return scoped(lambda fleet, user: {"trips": [shown(row) for row in fleet.rows()]})

    @app.get("/fleet/trips/<int:trip_id>")
    def read_trip(trip_id):
        def handler(fleet, user):
            found = fleet.rows("AND trip_id = ?", trip_id)
            return shown(found[0]) if found else NOT_FOUND

        return scoped(handler)

    @app.get("/fleet/revenue")
    def revenue():
        return scoped(lambda fleet, user: fleet.revenue())

    @app.get("/fleet/export")
    def export():
        def handler(fleet, user):
            fares = [(row["trip_id"], row["driver_id"], row["fare_cents"]) for row in fleet.rows()]
            lines = [f"{trip},{driver},{'' if fare is None else fare}" for trip, driver, fare in fares]
            return "\n".join(["trip_id,driver_id,fare_cents", *lines]) + "\n", 200, {"Content-Type": "text/csv"}

        return scoped(handler)

    @app.post("/fleet/reviews")
    def review():
        def handler(fleet, user):
            done = fleet.review(request.get_json()["trip_ids"], user["user_id"])
            return ({}, 201) if done else NOT_FOUND

        return scoped(handler)

    ### END SOLUTION
    return app

# %% D4.6 check
q = Question("D4.6")


def lines_of(exchange):
    """The lines of a CSV answer, whatever ends them."""
    expect(exchange, status=200, media_type="text/csv")
    return [line.strip() for line in exchange.text.splitlines() if line.strip()]


with q.check("two fleets", points=1):
    data = people(
        (1, "rider", None, None),
        (2, "driver", None, 5),
        (3, "driver", None, 6),
        drivers=[{"driver_id": 5}, {"driver_id": 6}],
        riders=[{}],
        zones=[{}],
        trips=[
            {"trip_id": 71, "driver_id": 5, "status": "completed", "fare_cents": 900,
             "requested_at": "2025-03-01T08:00:00Z"},
            {"trip_id": 72, "driver_id": 6, "status": "completed", "fare_cents": 500,
             "requested_at": "2025-03-01T09:00:00Z"},
        ],
        fleets=[(1, "Tejo", 1), (2, "Hudson", 2)],
        members=[(1, 5, "2025-01-01T00:00:00Z", None), (2, 6, "2025-01-01T00:00:00Z", None)],
    )
    with database_file(data) as path:
        client = Client(create_fleet_app(path))
        trip = {"trip_id": 71, "driver_id": 5, "requested_at": "2025-03-01T08:00:00Z", "fare_cents": 900}
        expect(client.get("/fleet/trips", headers=bearer(1)), status=200, json_exact={"trips": [trip]})
        expect(client.get("/fleet/trips/71", headers=bearer(1)), status=200, json_exact=trip)
        expect(client.get("/fleet/trips/71", headers=bearer(2)), status=404)
        expect(client.get("/fleet/revenue", headers=bearer(2)), status=200, json_exact={"trips": 1, "fare_cents": 500})
        same_value(lines_of(client.get("/fleet/export", headers=bearer(1))), ["trip_id,driver_id,fare_cents", "71,5,900"])
        expect_status(client.get("/fleet/trips"), 401)
        expect_status(client.get("/fleet/trips", headers=bearer(3)), 403)
        expect_status(client.post("/fleet/reviews", json={"trip_ids": [71]}, headers=bearer(1)), 201)
        same_value(rows_in(path, "SELECT * FROM reviews"), [(71, 1)], of="reviews")
q.result()

# %% D4.6 hidden
q = Question("D4.6", hidden=True)
DAYS = {n: f"2025-03-{n:02}T12:00:00Z" for n in range(1, 29)} | {9.9: "2025-03-10T09:00:00Z"}
TRIPS = {  # trip: driver, day, status, fare; fleet 11 (owner 31), fleet 12 (owner 32), fleet 13 (owner 33) has nobody
    101: (5, 1, "completed", 1_000), 102: (5, 4, "completed", 2_000), 103: (5, 10, "completed", 3_000),
    104: (5, 12, "cancelled", 400), 105: (5, 20, "completed", 5_000), 106: (6, 10, "completed", None),
    107: (6, 15, "cancelled", 700), 108: (7, 10, "completed", 9_000), 109: (6, 25, "requested", None),
    110: (None, 10, "requested", None), 111: (5, 26, "completed", 0), 112: (5, 6, "completed", 0),
    113: (5, 9.9, "completed", 70),
}
MEMBERS = [(11, 5, 4, 10), (12, 5, 10, 20), (11, 5, 20, 25), (12, 6, 1, None)]
OWNED = {31: [102, 105, 112, 113], 32: [103, 104, 106, 107, 109], 33: []}


def fleets():
    return people(
        *((n, "driver" if n == 32 else "rider", None, 7 if n == 32 else None) for n in (31, 32, 33, 11, 12)),
        drivers=[{"driver_id": n} for n in (5, 6, 7)],
        riders=[{}],
        zones=[{}],
        trips=[{"trip_id": n, "driver_id": driver, "requested_at": DAYS[day], "status": status, "fare_cents": fare}
               for n, (driver, day, status, fare) in TRIPS.items()],
        fleets=[(11, "Tejo", 31), (12, "Hudson", 32), (13, "Bosphorus", 33)],
        members=[(fleet, driver, DAYS[start], end and DAYS[end]) for fleet, driver, start, end in MEMBERS],
    )


def as_trip(n):
    return {"trip_id": n, "driver_id": TRIPS[n][0], "requested_at": DAYS[TRIPS[n][1]], "fare_cents": TRIPS[n][3]}


with q.check("then and now", points=1.5, tag="temporal-scope",
             advice="A trip belongs to the fleet in which the driver was when the trip was requested, then and for ever."):
    with database_file(fleets()) as path:
        client = Client(create_fleet_app(path))
        for owner, mine in OWNED.items():
            answer = expect(client.get("/fleet/trips", headers=bearer(owner)), status=200)
            found = [trip["trip_id"] for trip in answer.json()["trips"]]
            edge = "A membership begins with `from_at` and ends just before `until_at`; look at both ends."
            with meaning("boundary", edge):
                off = set(found) ^ set(mine)
                assert not off or not off <= {102, 103, 105, 113}, "trips at the edge of a membership are in the wrong fleet"
            same_value(found, mine, of="the trips of a fleet")
            expect(answer, json_exact={"trips": [as_trip(n) for n in mine]})
            for n in (*TRIPS, 999):
                one = client.get(f"/fleet/trips/{n}", headers=bearer(owner))
                if n in mine:
                    expect(one, status=200, json_exact=as_trip(n))
                else:
                    with meaning("method-gap", "The list is scoped, and one trip alone is not."):
                        expect_status(one, 404)
with q.check("sums and exports", points=1, tag="method-gap",
             advice="The list is not the only way out. Sums and exports need the same condition."):
    with database_file(fleets()) as path:
        client = Client(create_fleet_app(path))
        for owner, mine in OWNED.items():
            done = [n for n in mine if TRIPS[n][2] == "completed"]
            total = {"trips": len(done), "fare_cents": sum(TRIPS[n][3] or 0 for n in done)}
            answer = expect(client.get("/fleet/revenue", headers=bearer(owner)), status=200)
            with meaning("null-sum", "The sum of no rows is NULL in SQL. Say 0: `coalesce(sum(fare_cents), 0)`."):
                assert answer.json().get("fare_cents") is not None, "the sum is null"
            expect(answer, json_exact=total)
            lines = [f"{n},{TRIPS[n][0]},{'' if TRIPS[n][3] is None else TRIPS[n][3]}" for n in mine]
            wanted = ["trip_id,driver_id,fare_cents", *lines]
            got = lines_of(client.get("/fleet/export", headers=bearer(owner)))
            same_value([line.split(",")[0] for line in got], [line.split(",")[0] for line in wanted], of="the export")
            with meaning("export-format", "The export has the right trips, in another form: three columns, NULL is empty."):
                same_value(got, wanted, of="the export")
with q.check("reviews of many trips", points=1, tag="half-done",
             advice="Test all ids before you store the first. One that is not the fleet's: 404, and no row."):
    with database_file(fleets()) as path:
        client = Client(create_fleet_app(path))
        stored = "SELECT * FROM reviews ORDER BY trip_id"
        for ids in ([103], [102, 103], [103, 102], [102, 999], [101], [110], [102, 105, 104]):
            answer = client.post("/fleet/reviews", json={"trip_ids": ids}, headers=bearer(31))
            with meaning("method-gap", "Trips of another fleet were reviewed. A write needs the same condition as a list."):
                same_value([row for row in rows_in(path, stored) if row[0] not in OWNED[31]], [], of="reviews")
            same_value(rows_in(path, stored), [], of="reviews after a refusal")
            expect_status(answer, 404)
        keep = "A trip that has a review keeps it; the others get theirs."
        with meaning("not-idempotent", keep):
            change(path, "INSERT INTO reviews VALUES (102, 77)")
            for _ in range(2):
                expect_status(client.post("/fleet/reviews", json={"trip_ids": [105, 102]}, headers=bearer(31)), 201)
                same_value(rows_in(path, stored), [(102, 77), (105, 31)], of="reviews")
        expect_status(client.post("/fleet/reviews", json={"trip_ids": [103, 104, 106]}, headers=bearer(32)), 201)
        same_value(len(rows_in(path, stored)), 5, of="reviews")
with q.check("one owner after another, and nobody's fleet", points=0.5, tag="cross-tenant",
             advice="The answer to one owner came to another. What you keep, keep by fleet."):
    with database_file(fleets()) as path:
        client = Client(create_fleet_app(path))
        targets = ("/fleet/trips", "/fleet/revenue", "/fleet/export")
        alone = {(owner, t): Client(create_fleet_app(path)).get(t, headers=bearer(owner)).body
                 for owner in OWNED for t in targets}
        for owner in (31, 32, 33, 31, 32):
            for target in targets:
                same_value(client.get(target, headers=bearer(owner)).body, alone[owner, target], of=f"GET {target}")
        with meaning("trust-client", "What a client writes into the query must not decide which fleet it is."):
            for target in targets:
                for more in ("fleet_id=12", "owner_id=32", "driver_id=6", "fleet=12"):
                    same_value(client.get(f"{target}?{more}", headers=bearer(31)).body, alone[31, target])
        with meaning("missing-check", "Somebody without a fleet got an answer. 401 for nobody, 403 for a user without fleet."):
            for target in (*targets, "/fleet/trips/103"):
                expect_status(client.get(target), 401)
                for user in (11, 12):
                    expect_status(client.get(target, headers=bearer(user)), 403)
            for user, status in ((None, 401), (12, 403)):
                posted = client.post("/fleet/reviews", json={"trip_ids": [103]}, headers=bearer(user))
                expect_status(posted, status)
            same_value(rows_in(path, "SELECT count(*) FROM reviews"), [(0,)], of="reviews")
q.result()

# %% D4.6 hints [markdown]
# 1. Whose trip was it at that time? The driver's fleet today says nothing about a trip in March. And count the ways out
#    of your app: a list, one trip, a sum, a file, a write.
# 2. Write the condition once, in `FleetTrips`: there is a membership of this fleet and this trip's driver that had
#    begun and had not ended when the trip was requested. Every method starts from these rows, so none can forget it.
#    The fleet comes from the signed-in user, never from the request. For reviews, compare the ids that were sent with
#    the fleet's ids before you insert.
# 3. Fill the gap: `WHERE EXISTS (SELECT 1 FROM fleet_members AS m WHERE m.fleet_id = ? AND m.driver_id =
#    trips.driver_id AND m.from_at <= requested_at AND (m.until_at IS NULL OR …))`

# %% D4.6 wrong temporal-scope change=true
# The fleet of today: old trips move with their driver.
-                AND member.from_at <= requested_at AND (member.until_at IS NULL OR requested_at < member.until_at))
+                AND member.until_at IS NULL)

# %% D4.6 wrong temporal-scope change=true
# Whoever was once a member belongs to the fleet with all trips.
-                AND member.from_at <= requested_at AND (member.until_at IS NULL OR requested_at < member.until_at))
+                )

# %% D4.6 wrong boundary change=true
# At the moment of a change the trip belongs to both fleets.
-                AND member.from_at <= requested_at AND (member.until_at IS NULL OR requested_at < member.until_at))
+                AND requested_at BETWEEN member.from_at AND coalesce(member.until_at, '9999'))

# %% D4.6 wrong boundary change=true
# Compares only the days: a trip in the morning goes to the fleet of the afternoon.
-                AND member.from_at <= requested_at AND (member.until_at IS NULL OR requested_at < member.until_at))
+                AND date(member.from_at) <= date(requested_at)
+                AND (member.until_at IS NULL OR date(requested_at) < date(member.until_at)))

# %% D4.6 wrong cross-tenant change=true
# A cache whose key does not know the fleet.
-    def scoped(handler):
+    kept = {}
+
+    def scoped(handler):

-            return handler(FleetTrips(db, fleet["fleet_id"]), user) if fleet else FORBIDDEN
+            if fleet is None or request.method != "GET":
+                return handler(FleetTrips(db, fleet["fleet_id"]), user) if fleet else FORBIDDEN
+            if request.path not in kept or request.view_args:
+                kept[request.path] = handler(FleetTrips(db, fleet["fleet_id"]), user)
+            return kept[request.path]

# %% D4.6 wrong method-gap change=true
# The export was written later, and nobody thought of the fleet.
-            fares = [(row["trip_id"], row["driver_id"], row["fare_cents"]) for row in fleet.rows()]
+            fares = fleet.db.execute("SELECT trip_id, driver_id, fare_cents FROM trips ORDER BY trip_id").fetchall()

# %% D4.6 wrong method-gap change=true
# One trip alone is found by its number.
-            found = fleet.rows("AND trip_id = ?", trip_id)
+            found = fleet.db.execute("SELECT * FROM trips WHERE trip_id = ?", (trip_id,)).fetchall()

# %% D4.6 wrong method-gap change=true
# Reviews whatever ids are sent.
-        if not set(trip_ids) <= {row["trip_id"] for row in self.rows()}:
+        if not trip_ids:

# %% D4.6 wrong null-sum change=true
# A fleet without trips reads null.
-        return {"trips": len(done), "fare_cents": sum(row["fare_cents"] or 0 for row in done)}
+        return {"trips": len(done), "fare_cents": sum(row["fare_cents"] or 0 for row in done) if done else None}

# %% D4.6 wrong export-format change=true
# A fare that is NULL becomes the text None.
-            lines = [f"{trip},{driver},{'' if fare is None else fare}" for trip, driver, fare in fares]
+            lines = [f"{trip},{driver},{fare}" for trip, driver, fare in fares]

# %% D4.6 wrong half-done change=true
# Reviews the fleet's trips and leaves out the others.
-        if not set(trip_ids) <= {row["trip_id"] for row in self.rows()}:
-            return False
-        rows = [(trip_id, user_id) for trip_id in trip_ids]
+        mine = {row["trip_id"] for row in self.rows()}
+        rows = [(trip_id, user_id) for trip_id in trip_ids if trip_id in mine]

# %% D4.6 wrong half-done change=true
# Says 404 in the end, but the first rows are stored already.
-        return True
+        return set(trip_ids) <= {row["trip_id"] for row in self.rows()}

-        if not set(trip_ids) <= {row["trip_id"] for row in self.rows()}:
+        mine = {row["trip_id"] for row in self.rows()}
+        if not set(trip_ids) & mine:

-        rows = [(trip_id, user_id) for trip_id in trip_ids]
+        rows = [(trip_id, user_id) for trip_id in trip_ids if trip_id in mine]

# %% D4.6 wrong trust-client change=true
# The client may name the fleet.
-            return handler(FleetTrips(db, fleet["fleet_id"]), user) if fleet else FORBIDDEN
+            asked = request.args.get("fleet_id", fleet and fleet["fleet_id"], type=int)
+            return handler(FleetTrips(db, asked), user) if fleet else FORBIDDEN

# %% D4.6 wrong missing-check change=true
# A user without a fleet gets empty lists: nobody notices the mistake in the sign-in.
-            return handler(FleetTrips(db, fleet["fleet_id"]), user) if fleet else FORBIDDEN
+            return handler(FleetTrips(db, fleet["fleet_id"] if fleet else 0), user)

# %% D4.6 wrong not-idempotent change=true
# A second review takes the place of the first.
-        self.db.executemany("INSERT INTO reviews VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
+        self.db.executemany("REPLACE INTO reviews VALUES (?, ?)", rows)

# %% D4.6 right view
# A view with the fleet of every trip, made when the app starts; no class at all.
import csv
import io

from flask import Flask, g, make_response, request


def create_fleet_app(db_path):
    app = Flask("view")
    with closing(connect(db_path)) as db, db:
        db.execute("""CREATE VIEW IF NOT EXISTS owned_trips AS
            SELECT owner_id, trips.* FROM trips JOIN fleet_members AS m USING (driver_id) JOIN fleets USING (fleet_id)
            WHERE m.from_at <= requested_at AND requested_at < coalesce(m.until_at, '9999-12-31')""")

    def ask(columns, more="1", *values):
        with closing(connect(db_path)) as db:
            query = f"SELECT {columns} FROM owned_trips WHERE owner_id = ? AND {more} ORDER BY trip_id"
            return [dict(row) for row in db.execute(query, (g.owner, *values))]

    @app.before_request
    def sign_in():
        with closing(connect(db_path)) as db:
            user = user_of(db, request.headers.get("Authorization"))
            if not user:
                return NOT_SIGNED_IN
            g.owner = user["user_id"]
            if not db.execute("SELECT 1 FROM fleets WHERE owner_id = ?", (g.owner,)).fetchone():
                return FORBIDDEN

    @app.get("/fleet/trips")
    def trips():
        return {"trips": ask("trip_id, driver_id, requested_at, fare_cents")}

    @app.get("/fleet/trips/<int:n>")
    def trip(n):
        return next(iter(ask("trip_id, driver_id, requested_at, fare_cents", "trip_id = ?", n)), None) or NOT_FOUND

    @app.get("/fleet/revenue")
    def revenue():
        return ask("count(*) AS trips, coalesce(sum(fare_cents), 0) AS fare_cents", "status = 'completed'")[0]

    @app.get("/fleet/export")
    def export():
        text = io.StringIO()
        writer = csv.DictWriter(text, ["trip_id", "driver_id", "fare_cents"])
        writer.writeheader()
        writer.writerows(ask("trip_id, driver_id, fare_cents"))
        answer = make_response(text.getvalue())
        answer.mimetype = "text/csv"
        return answer

    @app.post("/fleet/reviews")
    def review():
        ids = request.json["trip_ids"]
        with closing(connect(db_path)) as db:
            for n in ids:
                statement = """INSERT INTO reviews SELECT trip_id, owner_id FROM owned_trips
                    WHERE trip_id = ? AND owner_id = ? ON CONFLICT DO NOTHING"""
                done = db.execute(statement, (n, g.owner)).rowcount
                if not done and not ask("1", "trip_id = ?", n):
                    return NOT_FOUND  # closed without commit: nothing is stored
            db.commit()
        return {"reviewed": len(ids)}, 201

    return app

# %% D4.6 right python-intervals change=true
# Reads the fleet's memberships first and compares in Python.
-        query = f"""SELECT trip_id, driver_id, requested_at, fare_cents, status FROM trips
-            WHERE EXISTS (SELECT 1 FROM fleet_members AS member
-                WHERE member.fleet_id = ? AND member.driver_id = trips.driver_id
-                AND member.from_at <= requested_at AND (member.until_at IS NULL OR requested_at < member.until_at))
-            {more} ORDER BY trip_id"""
-        return self.db.execute(query, (self.fleet_id, *values)).fetchall()
+        query = "SELECT driver_id, from_at, until_at FROM fleet_members WHERE fleet_id = ?"
+        members = self.db.execute(query, (self.fleet_id,)).fetchall()
+        trips = self.db.execute(f"SELECT * FROM trips WHERE driver_id IS NOT NULL {more} ORDER BY trip_id", values)
+        return [
+            trip
+            for trip in trips
+            if any(
+                trip["driver_id"] == driver and start <= trip["requested_at"] < (end or "9999")
+                for driver, start, end in members
+            )
+        ]

# %% D4.7 prompt [markdown] type="http-app"
# ## D4.7 One free ride each
#
# Write `create_promo_app(db_path, clock)`: riders redeem promo codes, and nobody gets more than the rules allow, however
# many requests come at once. Make the tables that you need when the app is created (`CREATE TABLE IF NOT EXISTS`): another
# copy of the app may work on the same file. Nothing is redeemed at the start, and bodies are sound.
#
# | request, by a user with the role `rider` | answer |
# |---|---|
# | `POST /redemptions` with `{"code": "HALF"}` | 201 with `redemption_id` and `code` (as the promo has it) |
# | `DELETE /redemptions/{id}` | 204: it is given back (the trip was cancelled); given back before: 204 or 404, and nothing changes; somebody else's: 404 |
# | nobody signed in; another role | 401; 403 |
#
# | rule of POST, in this order | if it is broken |
# |---|---|
# | fewer than 5 POSTs of this user were answered with 404 in the last 60 minutes | 429 with `Retry-After`, in whole seconds |
# | there is a promo with this code, in any case and with any spaces around; `starts_at` is not after now, and `ends_at` is after now or NULL | 404 |
# | this person has no completed trip | 403 |
# | this person has not redeemed this promo, apart from what was given back | 409 |
# | fewer than `max_uses` of this promo are redeemed and not given back; NULL means any number | 409 |
#
# | detail | meaning |
# |---|---|
# | the same person | two rows of `riders` whose e-mails are equal without outer spaces and in any case: somebody may leave and register again; a rider without e-mail (NULL) is the same person as nobody else |
# | `promo_codes` | `promo_id`, `code` (in capitals), `max_uses`, `starts_at`, `ends_at` |
# | time | `clock.now()`; `utc(moment)`, in the starter, writes it as the tables do |

# %% D4.7 answer
from datetime import timedelta

from flask import Flask, request


def utc(moment):
    """A moment as Hopline stores it, such as 2025-03-04T09:15:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def create_promo_app(db_path, clock):
    """Return an app in which a promo is used as often as the rules allow, and no more."""
    app = Flask("promos")
    # Tables: a ledger of redemptions, and of wrong guesses
    # Check: the rules that nobody can outrun
    # Take: count and insert in one statement, or one transaction that begins with BEGIN IMMEDIATE
    # Give back: once
    ### BEGIN SOLUTION
    with closing(connect(db_path)) as db, db:
        db.execute("""CREATE TABLE IF NOT EXISTS redemptions (redemption_id INTEGER PRIMARY KEY AUTOINCREMENT,
            promo_id INTEGER NOT NULL, person TEXT NOT NULL, UNIQUE (promo_id, person))""")
        db.execute("CREATE TABLE IF NOT EXISTS guesses (user_id INTEGER NOT NULL, at TEXT NOT NULL)")

    same_person = "coalesce(lower(trim(email)), 'rider ' || rider_id)"

    def answer(handler):
        with closing(connect(db_path)) as db, db:
            user = user_of(db, request.headers.get("Authorization"))
            if user is None:
                return NOT_SIGNED_IN
            if user["role"] != "rider":
                return FORBIDDEN
            query = f"SELECT {same_person} FROM riders WHERE rider_id = :rider_id"
            return handler(db, user["user_id"], db.execute(query, user).fetchone()[0])

    def wait(db, user_id, now):
        since = (user_id, utc(now - timedelta(minutes=60)))
        guesses = db.execute("SELECT at FROM guesses WHERE user_id = ? AND at > ?", since).fetchall()
        return 3600 if len(guesses) >= 5 else 0

    @app.post("/redemptions")
    def redeem():
        def handler(db, user_id, person):
            now = clock.now()
            db.execute("BEGIN IMMEDIATE")
            if seconds := wait(db, user_id, now):
                return {"title": "Too many wrong codes"}, 429, {"Retry-After": str(seconds)}
            promo = db.execute(
                """SELECT promo_id, code, max_uses FROM promo_codes
                WHERE code = ? AND starts_at <= ? AND (ends_at IS NULL OR ends_at > ?)""",
                (request.get_json()["code"].strip().upper(), utc(now), utc(now)),
            ).fetchone()
            if promo is None:
                db.execute("INSERT INTO guesses VALUES (?, ?)", (user_id, utc(now)))
                return NOT_FOUND
            ridden = f"""SELECT 1 FROM trips JOIN riders USING (rider_id)
                WHERE trips.status = 'completed' AND {same_person} = ?"""
            if db.execute(ridden, (person,)).fetchone():
                return {"title": "This code is for new riders"}, 403
            used = db.execute("SELECT count(*) FROM redemptions WHERE promo_id = ?", (promo["promo_id"],)).fetchone()[0]
            if promo["max_uses"] is not None and used >= promo["max_uses"]:
                return {"title": "This code is used up"}, 409
            try:
                row = (promo["promo_id"], person)
                made = db.execute("INSERT INTO redemptions (promo_id, person) VALUES (?, ?)", row)
            except sqlite3.IntegrityError:
                return {"title": "You have used this code"}, 409
            return {"redemption_id": made.lastrowid, "code": promo["code"]}, 201

        return answer(handler)

    @app.delete("/redemptions/<int:redemption_id>")
    def give_back(redemption_id):
        def handler(db, user_id, person):
            gone = db.execute("DELETE FROM redemptions WHERE redemption_id = ? AND person = ?", (redemption_id, person))
            return ("", 204) if gone.rowcount else NOT_FOUND

        return answer(handler)

    ### END SOLUTION
    return app

# %% D4.7 check
q = Question("D4.7")
with q.check("one ride for Leyla, none for Mateo", points=1):
    data = people(
        (1, "rider", 4, None),
        (2, "rider", 5, None),
        (3, "support", None, None),
        riders=[{"rider_id": 4, "email": "leyla@hopline.test"}, {"rider_id": 5, "email": "mateo@hopline.test"}],
        zones=[{}],
        trips=[{"rider_id": 5, "status": "completed"}],
        promo_codes=[{"code": "FREE", "max_uses": 1}],
    )
    with database_file(data) as path:
        client = Client(create_promo_app(path, VirtualClock("2025-03-04T09:00:00Z")))
        made = client.post("/redemptions", json={"code": " free"}, headers=bearer(1))
        expect(made, status=201, header={"Location": None}, json={"redemption_id": int, "code": "FREE"})
        expect(client.post("/redemptions", json={"code": "FREE"}, headers=bearer(1)), status=409)
        expect(client.post("/redemptions", json={"code": "FREE"}, headers=bearer(2)), status=403)
        expect_status(client.post("/redemptions", json={"code": "FREE"}, headers=bearer(3)), 403)
        expect_status(client.post("/redemptions", json={"code": "FREE"}), 401)
        expect(client.delete(f"/redemptions/{made.json()['redemption_id']}", headers=bearer(1)), status=204)
        expect(client.post("/redemptions", json={"code": "Free"}, headers=bearer(1)), status=201, header={"Location": None})
q.result()

# %% D4.7 hidden
import threading
import time

q = Question("D4.7", hidden=True)
NOW = "2025-03-04T09:00:00Z"


def party(riders, promos, trips=()):
    users = [(100 + n, "rider", n, None) for n in range(1, len(riders) + 1)]
    rows = [{"rider_id": n, **row} for n, row in enumerate(riders, 1)]
    return people(*users, riders=rows, zones=[{}], promo_codes=promos, trips=trips)


def emails(count):
    return [{"email": f"rider{n}@hopline.test"} for n in range(1, count + 1)]


def post(client, user, code):
    return client.post("/redemptions", json={"code": code}, headers=bearer(100 + user))


class CountingClock(VirtualClock):
    """Counts how often it is asked: so many requests have come to where they look at the time."""

    def __init__(self, start):
        super().__init__(start)
        self.asked = 0

    def now(self):
        self.asked += 1
        return super().now()

    def time(self):
        self.asked += 1
        return super().time()


def at_the_same_moment(client, calls, path, clock):
    """Make all requests while somebody else holds the write lock for a moment.

    Reading goes on meanwhile, so an app that reads first and writes later has read everywhere before anybody writes. An
    app that takes the lock first, or writes in one statement, waits: it is right whatever happens when.
    """
    lock = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")

    def release():
        for _ in range(40):
            if clock.asked >= len(calls):
                break
            time.sleep(0.01)
        time.sleep(0.05)
        lock.execute("ROLLBACK")
        lock.close()

    thread = threading.Thread(target=release)
    thread.start()
    try:
        return client.parallel(calls)
    finally:
        thread.join()


with q.check("many at the same moment", points=1, tag="check-then-act",
             advice="Between your count and your insert another request came. Count and take in one step."):
    with database_file(party(emails(16), [{"code": "LAST", "max_uses": 3}, {"code": "ALL"}])) as path:
        clock = CountingClock(NOW)
        one = Client(create_promo_app(path, clock))
        calls = [("POST", "/redemptions", {"json": {"code": "LAST"}, "headers": bearer(100 + n)}) for n in range(1, 17)]
        calls += [("POST", "/redemptions", {"json": {"code": "all"}, "headers": bearer(101)})] * 8
        found = [answer.status for answer in at_the_same_moment(one, calls, path, clock)]
        same_value(sorted(found[:16]), [201] * 3 + [409] * 13, of="sixteen riders at once, three uses")
        same_value(sorted(found[16:]), [201] + [409] * 7, of="one rider, eight times")
        with meaning("lost-on-restart", "A second copy of the app knows nothing of the first. Keep everything in the file."):
            other = Client(create_promo_app(path, VirtualClock(NOW)))
            expect_status(post(other, 1, "ALL"), 409)
            expect_status(post(other, 1, "LAST"), 409)
            expect_status(post(one, 2, "LAST"), 409)
with q.check("one for each person, new ones only", points=1, tag="same-person",
             advice="Who is the same person? Compare e-mails without case and outer spaces; NULL is nobody's."):
    riders = [
        {"email": "ines@hopline.test"}, {"email": " Ines@Hopline.test "}, {"email": None},
        {"email": None}, {"email": "ridden@hopline.test", "deleted_at": NOW}, {"email": "RIDDEN@hopline.test"},
        {"email": "twice@hopline.test"}, {"email": "TWICE@hopline.test "}, {"email": "waiting@hopline.test"},
        {"email": "ine@hopline.test"},
    ]
    trips = [{"rider_id": 5, "status": "completed"}, {"rider_id": 9, "status": "cancelled"}, {"rider_id": 9}]
    promos = [{"code": "NEW"}, {"code": "TOO", "max_uses": 9}, {"code": "NONE", "max_uses": 0}]
    with database_file(party(riders, promos, trips)) as path:
        client = Client(create_promo_app(path, VirtualClock(NOW)))
        expect(post(client, 1, "NEW"), status=201, header={"Location": None})
        change(path, "UPDATE riders SET deleted_at = ? WHERE rider_id = 1", NOW)
        for user, code, status in ((2, "new", 409), (2, "TOO", 201), (2, "too", 409), (3, "NEW", 201), (4, "NEW", 201), (4, "NEW", 409),
                                   (10, "NEW", 201)):
            expect(post(client, user, code), status=status, header={"Location": None})
        with meaning("not-new", "Somebody who has ridden before, perhaps under another account, is not new: 403."):
            expect_status(post(client, 6, "NEW"), 403)
            expect_status(post(client, 9, "NEW"), 201)
        calls = [("POST", "/redemptions", {"json": {"code": "NEW"}, "headers": bearer(n)}) for n in (107, 108) * 3]
        same_value(sorted(answer.status for answer in client.parallel(calls)), [201] + [409] * 5, of="one person, six times")
        with meaning("max-uses", "A promo with `max_uses` 0 can be used by nobody, and NULL means any number."):
            expect_status(post(client, 3, "NONE"), 409)
with q.check("given back, once", points=0.5, tag="not-idempotent",
             advice="Giving back twice freed two uses. A redemption is given back once, by whoever made it."):
    with database_file(party(emails(6), [{"code": "ONE", "max_uses": 1}])) as path:
        client = Client(create_promo_app(path, VirtualClock(NOW)))
        first = expect(post(client, 1, "ONE"), status=201, header={"Location": None}).json()["redemption_id"]
        with meaning("missing-check", "Somebody gave back the redemption of another rider."):
            expect_status(client.delete(f"/redemptions/{first}", headers=bearer(102)), 404)
            expect_status(client.delete(f"/redemptions/{first}"), 401)
            expect_status(post(client, 2, "ONE"), 409)
        calls = [("DELETE", f"/redemptions/{first}", {"headers": bearer(101)})] * 6
        assert {answer.status for answer in client.parallel(calls)} <= {204, 404}, "giving back failed"
        expect_status(client.delete(f"/redemptions/{first}", headers=bearer(101)), 204, 404)
        found = [post(client, user, "ONE").status for user in (3, 4, 5)]
        same_value(found, [201, 409, 409], of="three riders after one use was given back")
        expect_status(client.delete(f"/redemptions/{first}", headers=bearer(101)), 204, 404)
        expect_status(post(client, 6, "ONE"), 409)
with q.check("codes and guesses", points=0.5, tag="no-throttle",
             advice="After five wrong codes in an hour this user has to wait, also with a right code, and no other user."):
    promos = [
        {"code": "OPEN", "starts_at": NOW, "ends_at": "2025-03-04T12:00:00Z"},
        {"code": "OVER", "starts_at": "2025-01-01T00:00:00Z", "ends_at": NOW},
        {"code": "SOON", "starts_at": "2025-03-04T09:00:01Z"},
    ]
    with database_file(party(emails(3), promos)) as path:
        clock = VirtualClock(NOW)
        client = Client(create_promo_app(path, clock))
        with meaning("promo-rule", "A code counts from `starts_at` until just before `ends_at`, in any case."):
            for code in ("OVER", "soon", "O%", "OPENED"):
                expect_status(post(client, 1, code), 404)
            expect_status(post(client, 2, "  OpEn "), 201)
        with meaning("over-strict", "The fifth wrong code is still answered with 404; only the next request has to wait."):
            expect_status(post(client, 1, ""), 404)
        with meaning("lost-on-restart", "A second copy of the app knows nothing of the guesses. Keep them in the file."):
            for app in (client, Client(create_promo_app(path, clock))):
                for code in ("OPEN", "GUESS"):
                    with meaning("no-throttle" if app is client else "lost-on-restart"):
                        expect(post(app, 1, code), status=429, header={"Retry-After": re.compile(r"[1-9]\d*")})
        with meaning("over-strict", "One user's guesses must not lock out another, nor last longer than an hour."):
            for code in ("A", "B", "C", "D"):
                expect_status(post(client, 3, code), 404)
            expect_status(post(client, 3, "OPEN"), 201)
            expect_status(post(client, 3, "E"), 404)
            with meaning("no-throttle", "A right code between the wrong ones does not undo them."):
                expect_status(post(client, 3, "OPEN"), 429)
            clock.advance(3_590)
            with meaning("no-throttle"):
                expect_status(post(client, 1, "OPEN"), 429)
            clock.advance(20)
            expect_status(post(client, 1, "OPEN"), 201)
q.result()

# %% D4.7 hints [markdown]
# 1. What must not happen twice needs a place that sees all requests: the database, not your process. For each rule ask
#    what happens if another request comes between the question and the act.
# 2. Keep a ledger: one row for each redemption, with a unique pair of promo and person. The person is the e-mail in one
#    form, or the rider's number without one. For the total, count and insert in one transaction that takes the write
#    lock first: `BEGIN IMMEDIATE`. Giving back is a DELETE with id and person; `rowcount` says whether it happened. Wrong
#    codes are rows too: user and time.
# 3. Fill the gap: `db.execute("BEGIN …")`, then count, then `INSERT INTO redemptions (promo_id, person) VALUES (?, ?)`

# %% D4.7 wrong check-then-act change=true
# Counts first and inserts later, without a lock.
-            db.execute("BEGIN IMMEDIATE")

# %% D4.7 wrong check-then-act change=true
# Looks whether the person has redeemed, and has no unique index that decides.
-            promo_id INTEGER NOT NULL, person TEXT NOT NULL, UNIQUE (promo_id, person))""")
+            promo_id INTEGER NOT NULL, person TEXT NOT NULL)""")

-            db.execute("BEGIN IMMEDIATE")
-            if seconds := wait(db, user_id, now):
+            if seconds := wait(db, user_id, now):

-            try:
-                row = (promo["promo_id"], person)
-                made = db.execute("INSERT INTO redemptions (promo_id, person) VALUES (?, ?)", row)
-            except sqlite3.IntegrityError:
+            row = (promo["promo_id"], person)
+            if not db.execute("SELECT 1 FROM redemptions WHERE promo_id = ? AND person = ?", row).fetchone():
+                most = promo["max_uses"] or 10**9
+                made = db.execute(
+                    """INSERT INTO redemptions (promo_id, person) SELECT ?, ?
+                    WHERE (SELECT count(*) FROM redemptions WHERE promo_id = ?) < ?""",
+                    (*row, row[0], most),
+                )
+                if not made.rowcount:
+                    return {"title": "This code is used up"}, 409
+            else:

# %% D4.7 wrong lost-on-restart change=true
# Guesses are counted in the process.
-    def wait(db, user_id, now):
+    guessed = []
+
+    def wait(db, user_id, now):

-        guesses = db.execute("SELECT at FROM guesses WHERE user_id = ? AND at > ?", since).fetchall()
+        guesses = [at for user, at in guessed if user == user_id and at > since[1]]

-                db.execute("INSERT INTO guesses VALUES (?, ?)", (user_id, utc(now)))
+                guessed.append((user_id, utc(now)))

# %% D4.7 wrong lost-on-restart change=true
# The ledger begins anew with each start of the app.
-    with closing(connect(db_path)) as db, db:
-        db.execute("""CREATE TABLE IF NOT EXISTS redemptions (redemption_id INTEGER PRIMARY KEY AUTOINCREMENT,
+    with closing(connect(db_path)) as db, db:
+        db.execute("DROP TABLE IF EXISTS redemptions")
+        db.execute("""CREATE TABLE IF NOT EXISTS redemptions (redemption_id INTEGER PRIMARY KEY AUTOINCREMENT,

# %% D4.7 wrong not-idempotent change=true
# Each DELETE lowers the count by one, the repeated one too.
-        db.execute("CREATE TABLE IF NOT EXISTS guesses (user_id INTEGER NOT NULL, at TEXT NOT NULL)")
+        db.execute("CREATE TABLE IF NOT EXISTS guesses (user_id INTEGER NOT NULL, at TEXT NOT NULL)")
+        db.execute("CREATE TABLE IF NOT EXISTS returned (promo_id INTEGER, redemption_id INTEGER)")

-            used = db.execute("SELECT count(*) FROM redemptions WHERE promo_id = ?", (promo["promo_id"],)).fetchone()[0]
+            used = db.execute("SELECT count(*) FROM redemptions WHERE promo_id = ?", (promo["promo_id"],)).fetchone()[0]
+            used -= db.execute("SELECT count(*) FROM returned WHERE promo_id = ?", (promo["promo_id"],)).fetchone()[0]

-            gone = db.execute("DELETE FROM redemptions WHERE redemption_id = ? AND person = ?", (redemption_id, person))
-            return ("", 204) if gone.rowcount else NOT_FOUND
+            mine = db.execute(
+                "SELECT promo_id FROM redemptions WHERE redemption_id = ? AND ? IN (person, substr(person, 9))",
+                (redemption_id, person),
+            ).fetchone()
+            if mine is None:
+                return NOT_FOUND
+            db.execute("INSERT INTO returned VALUES (?, ?)", (mine[0], redemption_id))
+            marked = f"{redemption_id:08}{person}"
+            db.execute(
+                "UPDATE redemptions SET person = ? WHERE redemption_id = ? AND person = ?", (marked, redemption_id, person)
+            )
+            return "", 204

# %% D4.7 wrong missing-check change=true
# Whoever knows the number gives it back.
-            gone = db.execute("DELETE FROM redemptions WHERE redemption_id = ? AND person = ?", (redemption_id, person))
+            gone = db.execute("DELETE FROM redemptions WHERE redemption_id = ?", (redemption_id,))

# %% D4.7 wrong same-person change=true
# A rider's number is the person: who registers again rides free again.
-    same_person = "coalesce(lower(trim(email)), 'rider ' || rider_id)"
+    same_person = "'rider ' || rider_id"

# %% D4.7 wrong same-person change=true
# All riders without e-mail are one person.
-    same_person = "coalesce(lower(trim(email)), 'rider ' || rider_id)"
+    same_person = "coalesce(lower(trim(email)), 'nobody')"

# %% D4.7 wrong same-person change=true
# Compares e-mails as they were written.
-    same_person = "coalesce(lower(trim(email)), 'rider ' || rider_id)"
+    same_person = "coalesce(email, 'rider ' || rider_id)"

# %% D4.7 wrong not-new change=true
# Only the trips of this account count.
-                WHERE trips.status = 'completed' AND {same_person} = ?"""
-            if db.execute(ridden, (person,)).fetchone():
+                JOIN users USING (rider_id) WHERE trips.status = 'completed' AND {same_person} = ? AND user_id = ?"""
+            if db.execute(ridden, (person, user_id)).fetchone():

# %% D4.7 wrong no-throttle change=true
# Codes can be guessed without end.
-        return 3600 if len(guesses) >= 5 else 0
+        return 0

# %% D4.7 wrong no-throttle change=true
# A right code makes the wrong ones forgotten: guess four, use an own code, guess four more.
-                made = db.execute("INSERT INTO redemptions (promo_id, person) VALUES (?, ?)", row)
+                made = db.execute("INSERT INTO redemptions (promo_id, person) VALUES (?, ?)", row)
+                db.execute("DELETE FROM guesses WHERE user_id = ?", (user_id,))

# %% D4.7 wrong over-strict change=true
# Stops after the fourth wrong code.
-        return 3600 if len(guesses) >= 5 else 0
+        return 3600 if len(guesses) >= 4 else 0

# %% D4.7 wrong over-strict change=true
# Everybody's guesses count together.
-        guesses = db.execute("SELECT at FROM guesses WHERE user_id = ? AND at > ?", since).fetchall()
+        guesses = db.execute("SELECT at FROM guesses WHERE ? AND at > ?", since).fetchall()

# %% D4.7 wrong promo-rule change=true
# The end of a promo still counts.
-                WHERE code = ? AND starts_at <= ? AND (ends_at IS NULL OR ends_at > ?)""",
+                WHERE code = ? AND starts_at <= ? AND (ends_at IS NULL OR ends_at >= ?)""",

# %% D4.7 wrong max-uses change=true
# Zero is false, so a promo with max_uses 0 has no limit.
-            if promo["max_uses"] is not None and used >= promo["max_uses"]:
+            if promo["max_uses"] and used >= promo["max_uses"]:

# %% D4.7 wrong over-strict change=true
# An earlier wrong code counts for ever.
-        since = (user_id, utc(now - timedelta(minutes=60)))
+        since = (user_id, utc(now - timedelta(days=60)))

# %% D4.7 right one-statement
# No BEGIN: one INSERT … SELECT counts and takes, a partial unique index keeps persons apart, giving back sets a time.
from datetime import datetime

from flask import Flask, g, request


def create_promo_app(db_path, clock):
    app = Flask("statement")

    def run(statement, *values):
        with closing(sqlite3.connect(db_path, timeout=10)) as db, db:
            db.row_factory = sqlite3.Row
            db.create_function("person", 2, lambda email, rider: email.strip().casefold() if email else f"#{rider}")
            cursor = db.execute(statement, values)
            return cursor.fetchall(), cursor.rowcount, cursor.lastrowid

    run("""CREATE TABLE IF NOT EXISTS uses (id INTEGER PRIMARY KEY, promo_id, person, user_id, at, back_at)""")
    run("CREATE UNIQUE INDEX IF NOT EXISTS once ON uses (promo_id, person) WHERE back_at IS NULL")
    run("CREATE TABLE IF NOT EXISTS tries (user_id, at REAL)")

    @app.before_request
    def sign_in():
        with closing(connect(db_path)) as db:
            g.user = user_of(db, request.headers.get("Authorization"))
        if not g.user or g.user["role"] != "rider":
            return FORBIDDEN if g.user else NOT_SIGNED_IN

    @app.post("/redemptions")
    def redeem():
        me, now = g.user["user_id"], clock.time()
        stamp = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        tries = [row["at"] for row in run("SELECT at FROM tries WHERE user_id = ? ORDER BY at DESC LIMIT 5", me)[0]]
        if len(tries) == 5 and now - tries[-1] < 3600:
            return {}, 429, {"Retry-After": str(int(3600 - (now - tries[-1])) + 1)}
        code = request.json["code"].strip().upper()
        promos = run("""SELECT * FROM promo_codes WHERE code = ? AND ? >= starts_at AND ? < coalesce(ends_at, '9')""",
                     code, stamp, stamp)[0]
        if not promos:
            run("INSERT INTO tries VALUES (?, ?)", me, now)
            return NOT_FOUND
        who = run("SELECT person(email, rider_id) AS p FROM riders WHERE rider_id = ?", g.user["rider_id"])[0][0]["p"]
        old = run("""SELECT 1 FROM riders JOIN trips USING (rider_id)
            WHERE person(email, rider_id) = ? AND trips.status = 'completed'""", who)[0]
        if old:
            return FORBIDDEN
        try:
            _, made, number = run("""INSERT INTO uses (promo_id, person, user_id, at)
                SELECT promo_id, ?, ?, ? FROM promo_codes AS p WHERE promo_id = ? AND (max_uses IS NULL OR max_uses >
                    (SELECT count(*) FROM uses WHERE uses.promo_id = p.promo_id AND back_at IS NULL))""",
                who, me, stamp, promos[0]["promo_id"])
        except sqlite3.IntegrityError:
            made = 0
        return ({"redemption_id": number, "code": promos[0]["code"]}, 201) if made > 0 else ({}, 409)

    @app.delete("/redemptions/<int:number>")
    def give_back(number):
        run("UPDATE uses SET back_at = ? WHERE id = ? AND user_id = ? AND back_at IS NULL",
            clock.time(), number, g.user["user_id"])
        mine = run("SELECT 1 FROM uses WHERE id = ? AND user_id = ?", number, g.user["user_id"])[0]
        return ("", 204) if mine else NOT_FOUND

    return app

# %% D4.7 right exclusive change=true
# EXCLUSIVE keeps readers out as well: more than needed, and right.
-            db.execute("BEGIN IMMEDIATE")
+            db.execute("BEGIN EXCLUSIVE")

# %% [markdown]
# ## Close
#
# ### Common mistakes you may have met
#
# When a check recognises a mistake, its result shows one of these names.
#
# | name | what happened |
# |---|---|
# | `default-allow` | What no rule names was allowed; begin with no. |
# | `wrong-cell` | One role could do more or less than the table says. |
# | `role-or-owner` | The role without the relation, or the relation without the role, was enough. |
# | `first-role` | Only one of several roles counted. |
# | `disabled-user` | A disabled user went on working. |
# | `type-compare` | 7 and "7" were two people, or 4 was found in 41. |
# | `null-owner` | None was taken for the same person as None. |
# | `wrong-id` | A user's id was taken for a rider's or a driver's. |
# | `unguarded`, `missing-check` | A request was answered without a check. |
# | `method-gap` | One method, route or export was forgotten. |
# | `trust-client` | A value from the request decided who it is, whose data it is, or how much money. |
# | `no-ticket` | Support saw a trip without an open ticket. |
# | `stale-driver`, `stale-role` | What was true earlier still counted. |
# | `wrong-total` | The total was not that of all pages. |
# | `filter-after-page` | The page was cut before the filter. |
# | `existence-leak` | An answer or a total told that something hidden exists. |
# | `duplicates` | A join made two rows of one. |
# | `nested-mismatch` | Two ids in a path did not belong together. |
# | `unhandled-input` | An odd id made the server fail. |
# | `over-exposure` | A viewer got more fields than the table says. |
# | `deny-list-fields` | Fields were removed instead of chosen, so a new one came out. |
# | `masking` | Too much or too little of a number was hidden. |
# | `mass-assignment` | A field was written that the caller may not write. |
# | `no-validation`, `wrong-row` | A value of a wrong type was stored, or in another row. |
# | `hidden-sort`, `wrong-order` | A list was sorted by a hidden field, or not as asked. |
# | `over-strict` | Somebody was refused who is allowed. |
# | `obscurity` | A route was open because nobody links to it. |
# | `prefix-match` | The text of the address decided; ask what the router found. |
# | `401-vs-403` | 401 asks who you are; 403 refuses somebody who is known. |
# | `403-vs-404` | Whoever may see an object but not change it gets 403; 404 is for what they do not see. |
# | `not-idempotent` | The second request changed something again. |
# | `wrong-state` | Something happened that the present state does not allow. |
# | `no-audit` | A request left no trace, or a wrong one. |
# | `deny-only` | The test asserted only refusals. |
# | `status-only` | The test did not look at the body, or at what is stored. |
# | `single-actor` | The test left out actors, trips or methods. |
# | `brittle` | The test asserted what the contract does not say. |
# | `brute-force` | The test made too many requests. |
# | `temporal-scope`, `boundary` | Data was counted for the fleet of another time, or at the wrong edge. |
# | `cross-tenant` | One owner got what was kept for another. |
# | `half-done` | Some of several changes were stored, although the whole was refused. |
# | `check-then-act` | Between the question and the act another request came. |
# | `lost-on-restart` | A count lived in the process and not in the file. |
# | `same-person`, `not-new` | One person counted as two, or two as one. |
# | `export-format` | The file had another form than promised. |
# | `null-sum` | The sum of no rows was null instead of 0. |
# | `max-uses`, `promo-rule` | An offer counted too often, or at the wrong time. |
# | `no-throttle` | Codes could be guessed without end. |
#
# ### Read the source
#
# - [OWASP API Security Top 10](https://owasp.org/API-Security/editions/2023/en/0x11-t10/): numbers 1, 3, 5, 6 and 9 are
#   the questions of this module.
# - [OWASP Authorization Cheat Sheet](https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html): deny by
#   default, check every request, test.
# - [RFC 9110, section 15.5](https://www.rfc-editor.org/rfc/rfc9110#section-15.5): 401, 403 and 404, and when 404 may stand
#   for 403.
#
# ### Next
#
# Module D5, *Delegated login*: let somebody else sign your users in. The access rules of this module are also a part of
# your capstone.
