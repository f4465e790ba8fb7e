# The assignment ps1 of a small course in nbgrader's own format: six questions, 14 automatic points, one essay of 2.
# `harness.courses` makes a source notebook of it. Below `answer` stands the solution, below `wrong` a wrong answer that
# earns nothing.

# %% setup
import sqlite3, json, threading, hmac, hashlib, base64, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

conn = sqlite3.connect(":memory:")
conn.executescript("""
create table customers(id integer primary key, name text, city text);
create table orders(id integer primary key, customer_id int, amount int);
insert into customers values (1,'Ann','Oslo'),(2,'Bob','Rome'),(3,'Cy','Oslo');
insert into orders values (10,1,50),(11,1,70),(12,2,20),(13,3,90);
""")


class Mock(BaseHTTPRequestHandler):
    log = []
    ORDERS = [{"id": i, "amount": i * 7 % 13} for i in range(1, 8)]

    def do_GET(self):
        Mock.log.append((self.path, self.headers.get("Authorization")))
        if self.headers.get("Authorization") != "Bearer s3cret":
            self.send_response(401)
            self.end_headers()
            return
        page = int(self.path.split("page=")[1]) if "page=" in self.path else 1
        more = page + 1 if page * 3 < len(Mock.ORDERS) else None
        body = json.dumps({"items": Mock.ORDERS[(page - 1) * 3 : page * 3], "next": more}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *a):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Mock)
threading.Thread(target=server.serve_forever, daemon=True).start()
BASE = "http://127.0.0.1:%d/orders" % server.server_port

# %% q1 answer
### BEGIN SOLUTION
# CANARY-SOLUTION-q1
q1_sql = "select name, sum(amount) as total from customers c join orders o on o.customer_id=c.id group by c.id order by total desc, name"
### END SOLUTION

# %% q1 wrong
q1_sql = "select name, 0 from customers limit 1"

# %% q1 test 2
assert isinstance(q1_sql, str), "q1_sql must be a string"
rows = conn.execute(q1_sql).fetchall()
assert len(rows) == 3
### BEGIN HIDDEN TESTS
# CANARY-HIDDEN-q1
expected_q1 = conn.execute("select name, sum(amount) t from customers c join orders o on o.customer_id=c.id group by c.id order by t desc, name /* CANARY-HIDDEN-q1 */").fetchall()
assert rows == expected_q1
assert [r[0] for r in rows] == sorted([r[0] for r in rows], key=lambda n: -dict(expected_q1)[n])
### END HIDDEN TESTS

# %% q2 answer
def order_total(conn, customer_id):
    """Sum of the amounts of one customer's orders, 0 when there are none."""
    ### BEGIN SOLUTION
    # CANARY-SOLUTION-q2
    return conn.execute("select coalesce(sum(amount),0) from orders where customer_id=?", (customer_id,)).fetchone()[0]
    ### END SOLUTION

# %% q2 wrong
def order_total(conn, customer_id):
    return -1

# %% q2 test 2
assert order_total(conn, 1) == 120
### BEGIN HIDDEN TESTS
# CANARY-HIDDEN-q2
hidden_cases_q2 = {2: 20, 3: 90, 99: 0}
for cid, want in hidden_cases_q2.items():
    got = order_total(conn, cid)
    assert got == want, f"CANARY-HIDDEN-q2 customer {cid}: wanted {want}, got {got!r}"
### END HIDDEN TESTS

# %% q3 answer
def fetch_all(base_url, token):
    """All orders from the paginated API, using a bearer token."""
    ### BEGIN SOLUTION
    # CANARY-SOLUTION-q3
    import urllib.request

    out, page = [], 1
    while page:
        r = urllib.request.Request(f"{base_url}?page={page}", headers={"Authorization": f"Bearer {token}"})
        d = json.load(urllib.request.urlopen(r, timeout=5))
        out += d["items"]
        page = d["next"]
    return out
    ### END SOLUTION

# %% q3 wrong
def fetch_all(base_url, token):
    return None

# %% q3 test 3
got3 = fetch_all(BASE, "s3cret")
assert isinstance(got3, list)
### BEGIN HIDDEN TESTS
# CANARY-HIDDEN-q3
assert got3 == Mock.ORDERS
assert [p for p, a in Mock.log if a == "Bearer s3cret"][-3:] == ["/orders?page=1", "/orders?page=2", "/orders?page=3"]
### END HIDDEN TESTS

# %% q4 answer
def sign(payload, secret):
    """base64url(json(payload)) + '.' + hex HMAC-SHA256 over that."""
    ### BEGIN SOLUTION
    # CANARY-SOLUTION-q4
    b = base64.urlsafe_b64encode(json.dumps(payload, sort_keys=True).encode()).decode()
    return b + "." + hmac.new(secret.encode(), b.encode(), hashlib.sha256).hexdigest()
    ### END SOLUTION


def verify(token, secret, now=None):
    """payload when the signature fits and payload['exp'] is in the future, else None"""
    ### BEGIN SOLUTION
    b, _, s = token.partition(".")
    if not hmac.compare_digest(s, hmac.new(secret.encode(), b.encode(), hashlib.sha256).hexdigest()):
        return None
    p = json.loads(base64.urlsafe_b64decode(b))
    return p if p.get("exp", 0) > (time.time() if now is None else now) else None
    ### END SOLUTION

# %% q4 wrong
def sign(payload, secret):
    return ""


def verify(token, secret, now=None):
    return None

# %% q4 test 3
tok = sign({"u": "ann", "exp": time.time() + 60}, "k1")
assert verify(tok, "k1")["u"] == "ann"
### BEGIN HIDDEN TESTS
# CANARY-HIDDEN-q4
assert verify(tok, "k2") is None
assert verify(sign({"u": "bob", "exp": time.time() - 5}, "k1"), "k1") is None
b4 = base64.urlsafe_b64encode(json.dumps({"u": "eve", "exp": 9e9}, sort_keys=True).encode()).decode()
assert sign({"u": "eve", "exp": 9e9}, "k1") == b4 + "." + hmac.new(b"k1", b4.encode(), hashlib.sha256).hexdigest()
assert not hmac.compare_digest(tok.split(".")[1], "0" * 64)
### END HIDDEN TESTS

# %% q5 answer
def normalize_email(s):
    """Trim and lower-case."""
    ### BEGIN SOLUTION
    # CANARY-SOLUTION-q5
    return s.strip().lower()
    ### END SOLUTION

# %% q5 wrong
def normalize_email(s):
    return 0

# %% q5 test 2
from shopchecks import check_equal
check_equal(normalize_email(" Ann@X.org "), "ann@x.org")
### BEGIN HIDDEN TESTS
# CANARY-HIDDEN-q5
import unittest
unittest.TestCase().assertEqual(normalize_email("BOB+x@Y.ORG"), "bob+x@y.org")
### END HIDDEN TESTS

# %% q6 answer
class Todo(BaseHTTPRequestHandler):
    """GET /todos -> JSON list; POST /todos (JSON {"title"}) -> 201 and the stored item {"id","title"}."""
    ### BEGIN SOLUTION
    # CANARY-SOLUTION-q6
    items = []

    def _send(self, code, obj):
        b = json.dumps(obj).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(b)))
        self.end_headers()
        self.wfile.write(b)

    def do_GET(self):
        self._send(200, Todo.items)

    def do_POST(self):
        d = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        d = {"id": len(Todo.items) + 1, "title": d["title"]}
        Todo.items.append(d)
        self._send(201, d)

    def log_message(self, *a):
        pass
    ### END SOLUTION

# %% q6 wrong
class Todo(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(500)
        self.end_headers()

    def log_message(self, *a):
        pass

# %% q6 test 2
import urllib.request
todo_server = ThreadingHTTPServer(("127.0.0.1", 0), Todo)
threading.Thread(target=todo_server.serve_forever, daemon=True).start()
TODO = "http://127.0.0.1:%d/todos" % todo_server.server_port
with urllib.request.urlopen(TODO, timeout=5) as r:
    assert r.status == 200
    first = json.load(r)
assert first == []
### BEGIN HIDDEN TESTS
# CANARY-HIDDEN-q6
with urllib.request.urlopen(urllib.request.Request(TODO, data=b'{"title": "CANARY-HIDDEN-q6"}', headers={"Content-Type": "application/json"}), timeout=5) as r:
    assert r.status == 201
with urllib.request.urlopen(TODO, timeout=5) as r:
    assert json.load(r) == [{"id": 1, "title": "CANARY-HIDDEN-q6"}]
### END HIDDEN TESTS

# %% file shopchecks.py
"""check library shipped with the assignment"""


def check_equal(got, want):
    if type(got) is not type(want) or got != want:
        raise AssertionError("%r is not %r" % (got, want))
