# ---
# title: The attacked module
# minutes: 10
# needs: []
# ---

# %% [markdown]
# # The attacked module
#
# One question of each kind, so that attacks have something to aim at. The words CANARY-HIDDEN and CANARY-SOLUTION mark
# what no learner may ever see.

# %% setup
import base64
import hashlib
import hmac
import json
import sqlite3

import requests as http

from autograder import Question, raises, same_rows, same_value, use_database, web
from autograder.auth import refuses
from autograder.errors import CheckFailed
from autograder.web import Client, VirtualClock, expect


def shop(*orders):
    """A database of customers and these orders: customer and amount."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)")
    db.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount INTEGER)")
    db.executemany("INSERT INTO customers (name) VALUES (?)", [("Ann",), ("Bob",), ("Cy",)])
    db.executemany("INSERT INTO orders (customer_id, amount) VALUES (?, ?)", orders)
    db.commit()
    return db


class Unavailable(Exception):
    """The service gave no usable answer."""


def pages(count):
    """A service with so many orders, three on a page, for those who show the token."""

    def page(environ, start_response):
        if environ.get("HTTP_AUTHORIZATION") != "Bearer s3cret":
            start_response("401 Unauthorized", [("Content-Type", "application/json")])
            return [b"{}"]
        query = environ.get("QUERY_STRING", "")
        number = int(query.partition("page=")[2] or 1)
        items = [{"id": one, "amount": one * 7 % 13} for one in range(1, count + 1)][(number - 1) * 3 : number * 3]
        more = number + 1 if number * 3 < count else None
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"items": items, "next": more}).encode()]

    return web.Service(page)


city = use_database(shop((1, 50), (1, 70), (2, 20), (3, 90)))

# %% E9.1 prompt [markdown] type="sql-query" core=true
# ## E9.1 Totals
#
# For every customer with orders: `name` and the `total` of the amounts. Highest total first, then by name.

# %% E9.1 answer language="sql" magic_args="totals"
# -- Columns: name, total
# ### BEGIN SOLUTION
# -- CANARY-SOLUTION-1
# SELECT name, sum(amount) AS total FROM customers JOIN orders ON customer_id = customers.id
# GROUP BY customers.id ORDER BY total DESC, name
# ### END SOLUTION

# %% E9.1 check
q = Question("E9.1")
expected = from_solution(totals, on=city)
with q.check("the shop", points=1):
    same_rows(totals, expected, on=city)
q.result()

# %% E9.1 hidden
q = Question("E9.1", hidden=True)
reference = from_solution(totals)
with q.check("other orders", points=2, advice="Customers may have equal totals."):
    same_rows(totals, reference, on=shop((3, 7), (2, 7), (1, 1)))
    same_rows(totals, reference, on=shop())
    hidden_shop = shop((1, 8675309), (2, 8675310))  # CANARY-HIDDEN-1
    same_rows(totals, reference, on=hidden_shop)
q.result()

# %% E9.1 hints [markdown]
# 1. Which two tables hold name and amount?
# 2. One group for each customer.
# 3. `SELECT name, sum(…) AS total FROM … GROUP BY …`

# %% E9.1 wrong missing-filter language="sql"
# -- Every customer has 0 there.
# SELECT name, 0 AS total FROM customers WHERE id < 2

# %% E9.2 prompt [markdown] type="py-function" core=true
# ## E9.2 One customer's total
#
# Write `order_total(orders, customer)`: the sum of the amounts of one customer in a list of pairs (customer, amount).
# A negative amount raises `ValueError`.

# %% E9.2 answer
def order_total(orders, customer):
    """Return the sum of one customer's amounts."""
    ### BEGIN SOLUTION
    # CANARY-SOLUTION-2
    if any(amount < 0 for _, amount in orders):
        raise ValueError("no amount is below 0")
    return sum(amount for one, amount in orders if one == customer)
    ### END SOLUTION

# %% E9.2 check
q = Question("E9.2")
with q.check("two orders", points=1):
    same_value(order_total([(1, 50), (1, 70), (2, 20)], 1), 120, of="order_total(orders, 1)")
q.result()

# %% E9.2 hidden
q = Question("E9.2", hidden=True)
hidden_cases = [([(4, 8675309), (5, 1)], 4, 8675309), ([(4, 31337)], 99, 0)]  # CANARY-HIDDEN-2
with q.check("other customers", points=1, tag="hard-coded", advice="Add up the amounts that are handed in."):
    for orders, customer, want in hidden_cases:
        same_value(order_total(orders, customer), want)
with q.check("a negative amount", points=1, tag="no-validation", advice="Which amounts can't be?"):
    raises(ValueError, order_total, [(1, -1)], 1)
q.result()

# %% E9.2 hints [markdown]
# 1. Refuse first, then add.
# 2. Go through the pairs.
# 3. `return sum(amount for …)`

# %% E9.2 wrong hard-coded
# Always the same.
def order_total(orders, customer):
    return -1

# %% E9.2 wrong no-validation
# Adds nothing up.
def order_total(orders, customer):
    return len(orders)

# %% E9.3 prompt [markdown] type="http-client" core=true
# ## E9.3 All pages
#
# Write `fetch_all(http, base_url, token)`: all items from `GET {base_url}/orders?page=1` and the pages that `next`
# names, with the header `Authorization: Bearer {token}`. A status that isn't 200 raises `Unavailable`.

# %% E9.3 answer
def fetch_all(http, base_url, token):
    """Return the items of all pages."""
    ### BEGIN SOLUTION
    # CANARY-SOLUTION-3
    found, page = [], 1
    while page:
        headers = {"Authorization": f"Bearer {token}"}
        response = http.get(f"{base_url}/orders", params={"page": page}, headers=headers, timeout=5)
        if response.status_code != 200:
            raise Unavailable(response.status_code)
        body = response.json()
        found += body["items"]
        page = body["next"]
    return found
    ### END SOLUTION

# %% E9.3 check
q = Question("E9.3")
with q.check("two pages", points=1):
    service = pages(4)
    with service.running() as base_url:
        found = fetch_all(http, base_url, "s3cret")
    same_value([item["id"] for item in found], [1, 2, 3, 4], of="the ids")
    service.requests.expect("GET", "/orders", times=2)
q.result()

# %% E9.3 hidden
q = Question("E9.3", hidden=True)
with q.check("seven orders", points=1, advice="Ask for every page."):
    service = pages(7)  # CANARY-HIDDEN-3
    with service.running() as base_url:
        found = fetch_all(http, base_url, "s3cret")
    same_value(found, [{"id": one, "amount": one * 7 % 13} for one in range(1, 8)])
    service.requests.expect("GET", "/orders", query={"page": "3"}, times=1)
with q.check("a wrong token", points=1, tag="unchecked-status", advice="Look at the status."):
    service = pages(7)
    with web.mistake("", ""), service.running() as base_url:
        raises(Unavailable, fetch_all, http, base_url, "CANARY-HIDDEN-TOKEN")
    service.requests.expect("GET", "/orders", times=1)
q.result()

# %% E9.3 hints [markdown]
# 1. A loop that ends when there is no next page.
# 2. Status first, then the body.
# 3. `while page: response = http.get(…)`

# %% E9.3 wrong stops-early
# Fetches nothing.
def fetch_all(http, base_url, token):
    return None

# %% E9.3 wrong unchecked-status
# Gives up.
def fetch_all(http, base_url, token):
    return {}

# %% E9.4 prompt [markdown] type="http-app" core=true
# ## E9.4 Things to do
#
# Write `create_app()`, which returns a WSGI app. `GET /todos` answers with the JSON list of all things to do, `POST
# /todos` with `{"title": …}` stores one and answers 200 with `{"id": …, "title": …}`.

# %% E9.4 answer
def create_app():
    """Return a WSGI app."""
    ### BEGIN SOLUTION
    # CANARY-SOLUTION-4
    todos = []

    def app(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            todos.append({"id": len(todos) + 1, "title": json.loads(environ["wsgi.input"].read(length))["title"]})
            body = todos[-1]
        else:
            body = todos
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    return app
    ### END SOLUTION

# %% E9.4 check
q = Question("E9.4")
with q.check("nothing to do yet", points=1):
    expect(Client(create_app()).get("/todos"), status=200, json_exact=[])
q.result()

# %% E9.4 hidden
q = Question("E9.4", hidden=True)
with q.check("store and list", points=2, advice="What was stored must be listed."):
    client = Client(create_app())
    stored = {"id": 1, "title": "CANARY-HIDDEN-4"}
    expect(client.post("/todos", json={"title": "CANARY-HIDDEN-4"}), status=200, json=stored)
    expect(client.get("/todos"), status=200, json_exact=[stored])
q.result()

# %% E9.4 hints [markdown]
# 1. Where does the app keep what was stored?
# 2. Look at the method first.
# 3. `def app(environ, start_response): …`

# %% E9.4 wrong ok-with-error
# Answers everything with 500.
def create_app():
    def app(environ, start_response):
        start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
        return [b""]

    return app

# %% E9.5 prompt [markdown] type="py-function" core=true
# ## E9.5 Tokens that end
#
# Write `sign(claims, key)` and `verify(token, key, clock)`. A token is the base64url text of the claims as JSON, a dot,
# and the HMAC-SHA256 of that text in hexadecimal digits. `verify` returns the claims, or raises `ValueError` when the
# signature doesn't fit or `claims["exp"]` isn't after `clock.time()`.

# %% E9.5 answer
def sign(claims, key):
    """Return a token."""
    ### BEGIN SOLUTION
    # CANARY-SOLUTION-5
    text = base64.urlsafe_b64encode(json.dumps(claims, sort_keys=True).encode()).decode()
    return f"{text}.{hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}"
    ### END SOLUTION


def verify(token, key, clock):
    """Return the claims of a token that is right and hasn't ended."""
    ### BEGIN SOLUTION
    text, _, signature = token.partition(".")
    wanted = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature.encode(), wanted.encode()):
        raise ValueError("the signature doesn't fit")
    claims = json.loads(base64.urlsafe_b64decode(text))
    if claims["exp"] <= clock.time():
        raise ValueError("the token has ended")
    return claims
    ### END SOLUTION

# %% E9.5 check
q = Question("E9.5")
with q.check("there and back", points=1):
    clock = VirtualClock()
    claims = {"sub": "ann", "exp": clock.time() + 60}
    same_value(verify(sign(claims, b"k1"), b"k1", clock), claims, of="verify(sign(claims, key), key, clock)")
q.result()

# %% E9.5 hidden
q = Question("E9.5", hidden=True)


def made(claims, key):
    """A token as it should be."""
    text = base64.urlsafe_b64encode(json.dumps(claims, sort_keys=True).encode()).decode()
    return f"{text}.{hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}"


with q.check("the exact token", points=1, advice="Which text is signed?"):
    same_value(sign({"sub": "CANARY-HIDDEN-5", "exp": 9e9}, b"k2"), made({"sub": "CANARY-HIDDEN-5", "exp": 9e9}, b"k2"))
with q.check("tokens to refuse", points=1, tag="no-verify", advice="Another key, and a token that has ended."):
    clock = VirtualClock()
    claims = {"sub": "bob", "exp": clock.time() + 60}
    same_value(verify(made(claims, b"k3"), b"k3", clock), claims)
    refuses(ValueError, verify, made(claims, b"k4"), b"k3", clock, of="another key")
    clock.sleep(61)
    refuses(ValueError, verify, made(claims, b"k3"), b"k3", clock, of="a token that has ended")
q.result()

# %% E9.5 hints [markdown]
# 1. First the signature, then the time.
# 2. The text is signed, not the claims.
# 3. `wanted = hmac.new(key, …).hexdigest()`

# %% E9.5 wrong no-verify
# Believes everything.
def sign(claims, key):
    return ""


def verify(token, key, clock):
    return {}
