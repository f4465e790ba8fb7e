# ---
# title: Every type
# minutes: 5
# needs: []
# ---

# %% [markdown]
# # Every type of question

# %% setup
import json
import sqlite3
import time
import requests as http
from autograder import Question, chosen, in_order, raises, same_rows, same_value, short_answer, use_database
from autograder.sql import accepts, gives, keeps_rules, refuses, same_state
from autograder.auth import captures, mint_token, weak_verifiers
from autograder.web import Client, Service, expect, ok

class PromoError(Exception):
    """A promo that can't be used."""

shop = use_database(sqlite3.connect(":memory:"), scripts=True)
shop.executescript("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2), (2)")

# %% A1.1 prompt [markdown] type="order"
# ## A1.1 Put the ride in order
# List the letters of the blocks: a validate, b price, c store, d notify. x draws the map.

# %% A1.1 answer
ride = []
### BEGIN SOLUTION
ride = ["a", "b", "c", "d"]
### END SOLUTION

# %% A1.1 check
q = Question("A1.1")
with q.check("something is placed", points=1):
    in_order(ride, "abcdx", before=[]) if "x" in ride else in_order(ride, "abcd", before=[])
q.result()

# %% A1.1 hidden
q = Question("A1.1", hidden=True)
with q.check("the order", points=1):
    in_order(
        ride,
        "abcd",
        before=[("a", "c"), ("b", "c"), ("c", "d")],
        never={"x": {"tag": "frontend-task", "says": "The phone draws the map."}},
        known={("c", "d"): {"tag": "notify-early", "says": "Store before you notify."}},
    )
q.result()

# %% A1.1 hints [markdown]
# 1. What must be true before anything is stored?
# 2. Check, price, store, notify.
# 3. `["a", "b", …]`

# %% A1.1 wrong notify-early
# Notifies first.
ride = "a b d c"

# %% A1.1 wrong frontend-task
# The phone's work.
ride = ["a", "b", "c", "d", "x"]

# %% A1.1 right price-first
# Price and validation may change places.
ride = "bacd"

# %% A1.2 prompt [markdown] type="py-function" core=true
# ## A1.2 Quote a fare
# Write `quote_cents(distance_m, surge_bp)`.

# %% A1.2 answer
def quote_cents(distance_m, surge_bp):
    """Whole cents."""
    ### BEGIN SOLUTION
    if distance_m < 0:
        raise ValueError("no way back")
    return (250 + distance_m // 100 * 9) * surge_bp // 10_000
    ### END SOLUTION

# %% A1.2 check
q = Question("A1.2")
with q.check("four rides", points=1):
    for metres, cents in ((0, 250), (100, 259), (1000, 340), (2500, 475)):
        same_value(quote_cents(metres, 10_000), cents, of=f"quote_cents({metres}, 10000)")
q.result()

# %% A1.2 hidden
q = Question("A1.2", hidden=True)
with q.check("part hundreds", points=1, tag="rounding-place", advice="Only full hundreds count."):
    same_value(quote_cents(199, 10_000), 259)
with q.check("whole cents", points=1, tag="float-money", advice="Stay in whole numbers."):
    assert type(quote_cents(101, 12_500)) is int
with q.check("negative distance", points=1, tag="no-validation", advice="A ride can't be shorter than nothing."):
    raises(ValueError, quote_cents, -1, 10_000)
q.result()

# %% A1.2 hints [markdown]
# 1. Stay in whole numbers.
# 2. `//` floors.
# 3. `(250 + distance_m // 100 * 9) * …`

# %% A1.2 wrong rounding-place
# Charges part-hundreds.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError
    return (250 + distance_m * 9 // 100) * surge_bp // 10_000

# %% A1.2 wrong float-money
# A float.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError
    return (250 + distance_m // 100 * 9) * surge_bp / 10_000

# %% A1.2 wrong no-validation
# Accepts anything, and warns about it.
import sys, warnings
def quote_cents(distance_m, surge_bp):
    warnings.warn("no check")
    print("127.0.0.1 GET /quote 200", file=sys.stderr)
    return (250 + distance_m // 100 * 9) * surge_bp // 10_000

# %% A1.2 right divmod
# Another way, in a lambda, that prints and warns: honest noise costs nothing.
import sys
def _checked(distance_m):
    if distance_m < 0:
        raise ValueError(distance_m)
    return distance_m
quote_cents = lambda d, s: (print("noise", file=sys.stderr), divmod((250 + divmod(_checked(d), 100)[0] * 9) * s, 10_000)[0])[1]

# %% A1.3 prompt [markdown] type="choice"
# ## A1.3 Who prices the ride?
# a: the phone, b: the back end, c: the rider.

# %% A1.3 answer
pricing = ""
### BEGIN SOLUTION
pricing = "b"
### END SOLUTION

# %% A1.3 check
q = Question("A1.3")
with q.check("one letter", points=1):
    chosen(pricing, among="abc")
q.result()

# %% A1.3 hidden
q = Question("A1.3", hidden=True)
with q.check("the owner", points=2):
    chosen(pricing, "b", known={"a": {"tag": "trust-client", "says": "The phone can be changed by its owner."}})
q.result()

# %% A1.3 hints [markdown]
# 1. Who can't be changed from outside?
# 2. Not the phone.
# 3. It begins with "back".

# %% A1.3 wrong trust-client
# The phone.
pricing = "a"

# %% A1.3 right upper
# A capital letter in a list.
pricing = ["B"]

# %% A1.4 prompt [markdown] type="choice-set"
# ## A1.4 Which run on the server?
# a: hash, b: animate, c: store.

# %% A1.4 answer
server = ""
### BEGIN SOLUTION
server = "ac"
### END SOLUTION

# %% A1.4 check
q = Question("A1.4")
with q.check("letters", points=1):
    chosen(server, among="abc")
q.result()

# %% A1.4 hidden
q = Question("A1.4", hidden=True)
with q.check("all of them", points=1):
    chosen(server, "ac", known={"b": {"tag": "frontend-task", "says": "Animation is the phone's."}})
q.result()

# %% A1.4 hints [markdown]
# 1. Two of them.
# 2. What lives on the phone?
# 3. a and …

# %% A1.4 wrong frontend-task
# All.
server = "abc"

# %% A1.4 right spaced
# As people write it.
server = "c, a"

# %% A1.5 prompt [markdown] type="short"
# ## A1.5 Which status says "not found"?
# Write the number.

# %% A1.5 answer
status = ""
### BEGIN SOLUTION
status = "404"
### END SOLUTION

# %% A1.5 check
q = Question("A1.5")
with q.check("a status", points=1):
    short_answer(status, pattern=r"\d{3}( [a-z ]+)?")
q.result()

# %% A1.5 hidden
q = Question("A1.5", hidden=True)
with q.check("the right one", points=1):
    short_answer(status, ["404", "404 not found"], known={"400": {"tag": "bad-request", "says": "400 is a bad request."}})
q.result()

# %% A1.5 hints [markdown]
# 1. It begins with 4.
# 2. RFC 9110, section 15.5.5.
# 3. 40…

# %% A1.5 wrong bad-request
# Near.
status = "400"

# %% A1.5 right number
# A number, not a text.
status = 404

# %% A1.6 prompt [markdown] type="sql-query"
# ## A1.6 All different
# Each value of `t.a` once; column `a`.

# %% A1.6 answer language="sql" magic_args="different"
# -- Columns: a
# ### BEGIN SOLUTION
# SELECT DISTINCT a FROM t
# ### END SOLUTION

# %% A1.6 check
q = Question("A1.6")
expected = from_solution(different, on=shop)
with q.check("the shop", points=1):
    same_rows(different, expected, on=shop)
q.result()

# %% A1.6 hidden
q = Question("A1.6", hidden=True, partial=True)
reference = from_solution(different)
with q.check("the same shop", points=1):
    same_rows(different, reference, on=shop)
q.result()

# %% A1.6 hints [markdown]
# 1. Once each.
# 2. DISTINCT.
# 3. `SELECT DISTINCT … FROM t`

# %% A1.6 wrong wrong-duplicates language="sql"
# -- Repeats 2.
# SELECT a FROM t

# %% A1.6 wrong missing-row language="sql"
# -- Leaves out 2.
# SELECT DISTINCT a FROM t LIMIT 1

# %% A1.6 right group-by language="sql"
# -- GROUP BY without aggregates does the same.
# SELECT a FROM t GROUP BY a

# %% A1.7 prompt [markdown] type="http-client"
# ## A1.7 Ask for a distance
# Write `distance_m(http, base_url, a, b)`: `GET /distance` with `from` and `to`; an answer other than 200 is None.

# %% A1.7 answer
def distance_m(http, base_url, a, b):
    """Metres, or None."""
    ### BEGIN SOLUTION
    answer = http.get(f"{base_url}/distance", params={"from": a, "to": b}, timeout=5)
    return answer.json()["metres"] if answer.status_code == 200 else None
    ### END SOLUTION

# %% A1.7 check
q = Question("A1.7")
with q.check("one distance", points=1):
    maps = Service(script={("GET", "/distance"): [ok({"metres": 3050})]})
    with maps.running() as url:
        same_value(distance_m(http, url, "Baixa", "Alfama"), 3050)
    maps.requests.expect(method="GET", path="/distance", query={"from": "Baixa", "to": "Alfama"})
q.result()

# %% A1.7 hidden
q = Question("A1.7", hidden=True)
with q.check("names with spaces", points=1, tag="unencoded", advice="Let the library write the query."):
    maps = Service(script={("GET", "/distance"): [ok({"metres": 7})]})
    with maps.running() as url:
        same_value(distance_m(http, url, "Old Town & Port", "Kadıköy"), 7)
    maps.requests.expect(query={"from": "Old Town & Port", "to": "Kadıköy"})
with q.check("no such place", points=1, tag="unchecked-status", advice="Look at the status first."):
    maps = Service(script={("GET", "/distance"): [ok({"metres": 0}, status=404)]})
    with maps.running() as url:
        same_value(distance_m(http, url, "a", "b"), None)
q.result()

# %% A1.7 hints [markdown]
# 1. The library encodes.
# 2. `params=`.
# 3. `http.get(url, params={…}, timeout=5)`

# %% A1.7 wrong unencoded
# Writes the query itself.
def distance_m(http, base_url, a, b):
    answer = http.get(f"{base_url}/distance?from={a}&to={b}", timeout=5)
    return answer.json()["metres"] if answer.status_code == 200 else None

# %% A1.7 wrong unchecked-status change=true
# Doesn't look at the status.
-    return answer.json()["metres"] if answer.status_code == 200 else None
+    return answer.json()["metres"]

# %% A1.7 right session
# A session of its own does the same.
def distance_m(http, base_url, a, b):
    with http.Session() as session:
        answer = session.get(base_url + "/distance", params=[("from", a), ("to", b)], timeout=(2, 5))
    return answer.json()["metres"] if answer.ok else None

# %% A1.8 prompt [markdown] type="http-app"
# ## A1.8 Are you there?
# Write `create_app(clock)`: `GET /health` answers 200 with the JSON `{"at": clock.time()}`, every other path 404.

# %% A1.8 answer
def create_app(clock):
    """A WSGI app."""
    ### BEGIN SOLUTION
    def app(environ, start_response):
        found = environ["PATH_INFO"] == "/health"
        start_response("200 OK" if found else "404 Not Found", [("Content-Type", "application/json")])
        return [json.dumps({"at": clock.time()} if found else {}).encode()]
    return app
    ### END SOLUTION

# %% A1.8 check
q = Question("A1.8")

class Clock:
    """A clock that the app may read."""
    __offered__ = ("time",)

    def time(self):
        return 41 + 1

with q.check("healthy", points=1):
    expect(Client(create_app(Clock())).get("/health"), status=200, json={"at": 42})
q.result()

# %% A1.8 hidden
q = Question("A1.8", hidden=True)
with q.check("other paths", points=1, tag="ok-with-error", advice="A path that isn't there is 404."):
    expect(Client(create_app(Clock())).get("/elsewhere"), status=404)
q.result()

# %% A1.8 hints [markdown]
# 1. `environ` holds the path.
# 2. `PATH_INFO`.
# 3. `start_response(…, [("Content-Type", "application/json")])`

# %% A1.8 wrong ok-with-error
# Always 200.
def create_app(clock):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"at": clock.time()}).encode()]
    return app

# %% A1.8 right class
# A class with __call__ is an app, too; so is one that says where it writes its log.
class create_app:
    def __init__(self, clock):
        self.clock = clock

    def __call__(self, environ, start_response):
        environ["wsgi.errors"].write("asked\n")
        if environ["PATH_INFO"] != "/health":
            start_response("404 Not Found", [])
            return []
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"at": self.clock.time()}).encode()]

# %% A1.9 prompt [markdown] type="attack"
# ## A1.9 Forge one
# Write `forge(public)`: a token with which the verifier, which accepts the algorithm none, takes you for its admin.

# %% A1.9 answer
def forge(public):
    """An admin's token."""
    ### BEGIN SOLUTION
    claims = {"iss": public["issuer"], "aud": public["audience"], "sub": public["admin"], "role": "admin"}
    return mint_token({"alg": "none"}, {**claims, "exp": int(time.time()) + 60}, None)
    ### END SOLUTION

# %% A1.9 check
q = Question("A1.9")
with q.check("the verifier's answer", points=1):
    captures(weak_verifiers()[0], forge)
q.result()

# %% A1.9 hidden
q = Question("A1.9", hidden=True)
with q.check("another verifier", points=1, tag="not-forged", advice="Names are new each time."):
    captures(weak_verifiers()[0], forge)
q.result()

# %% A1.9 hints [markdown]
# 1. Begin with the header.
# 2. No key is needed.
# 3. `mint_token({"alg": …}, claims, None)`

# %% A1.9 wrong out-of-scope
# Asks for what isn't public.
def forge(public):
    return mint_token({"alg": "HS256"}, {"sub": public["admin"]}, public["key"])

# %% A1.9 wrong not-forged change=true
# A rider's role.
-    claims = {"iss": public["issuer"], "aud": public["audience"], "sub": public["admin"], "role": "admin"}
+    claims = {"iss": public["issuer"], "aud": public["audience"], "sub": public["admin"], "role": "rider"}

# %% A1.9 right capitals
# In other letters.
def forge(public):
    claims = {"iss": public["issuer"], "aud": public["audience"], "sub": public["admin"], "role": "admin"}
    return mint_token({"alg": "NONE"}, {**claims, "exp": time.time() + 60}, None, signature="c2ln")


# %% A1.10 prompt [markdown] type="sql-script"
# ## A1.10 Keep notes
# Create the table `notes` with `t_id`, which is required, and `text`, which is required and not blank; then put one
# note `big` to every row of `t` whose `a` is above 1, once for each value.

# %% A1.10 answer language="sql" magic_args="keep_notes"
# ### BEGIN SOLUTION
# CREATE TABLE notes (t_id INTEGER NOT NULL, text TEXT NOT NULL CHECK (trim(text) <> ''));
# INSERT INTO notes SELECT DISTINCT a, 'big' FROM t WHERE a > 1;
# ### END SOLUTION

# %% A1.10 check
q = Question("A1.10")
expected = from_solution(keep_notes, on=shop)
with q.check("the rows of the notebook", points=1):
    same_state(keep_notes, expected, on=shop)
q.result()

# %% A1.10 hidden
q = Question("A1.10", hidden=True)
reference = from_solution(keep_notes)
with q.check("other rows", points=1, advice="Each value once, and only those above 1."):
    other = sqlite3.connect(":memory:")
    other.executescript("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (0), (1), (NULL), (3), (3)")
    same_state(keep_notes, reference, on=other)
with q.check("rules", points=1):
    keeps_rules(
        keep_notes,
        [
            accepts("a note", "INSERT INTO notes VALUES (1, 'x')"),
            refuses(
                "a note without text",
                "INSERT INTO notes VALUES (1, NULL)",
                by="NOT NULL",
                says="CHECK takes NULL for passed: a required value needs NOT NULL.",
                tag="check-null",
            ),
            refuses(
                "a blank note",
                "INSERT INTO notes VALUES (1, '  ')",
                by="CHECK",
                says="A text of spaces is a text: forbid it with CHECK.",
                tag="missing-constraint",
            ),
            gives("the notes after one more", "INSERT INTO notes VALUES (9, 'y')", "SELECT text FROM notes WHERE t_id = 9", [("y",)]),
        ],
        on=other,
    )
q.result()

# %% A1.10 hints [markdown]
# 1. Two statements.
# 2. NOT NULL and CHECK are two rules.
# 3. `CREATE TABLE notes (…); INSERT INTO notes SELECT DISTINCT …`

# %% A1.10 wrong check-null language="sql"
# -- CHECK takes NULL for passed.
# CREATE TABLE notes (t_id INTEGER NOT NULL, text TEXT CHECK (trim(text) <> ''));
# INSERT INTO notes SELECT DISTINCT a, 'big' FROM t WHERE a > 1;

# %% A1.10 wrong missing-constraint language="sql"
# -- Nothing forbids a blank text.
# CREATE TABLE notes (t_id INTEGER NOT NULL, text TEXT NOT NULL);
# INSERT INTO notes SELECT DISTINCT a, 'big' FROM t WHERE a > 1;

# %% A1.10 wrong missing-distinct language="sql"
# -- A value that stands twice in t gets one note only.
# CREATE TABLE notes (t_id INTEGER NOT NULL, text TEXT NOT NULL CHECK (trim(text) <> ''));
# INSERT INTO notes SELECT a, 'big' FROM t WHERE a > 1;

# %% A1.10 right grouped language="sql"
# -- GROUP BY gives each value once, and a transaction around it all is fine.
# BEGIN;
# CREATE TABLE notes (t_id INT NOT NULL, text TEXT NOT NULL, CHECK (length(trim(text)) > 0)) STRICT;
# INSERT INTO notes (text, t_id) SELECT 'big', a FROM t WHERE a >= 2 GROUP BY a;
# COMMIT;
