# id: f01_ast_transformer
# category: forge
# goal: strip every assert from later cells with an IPython AST transformer
# place: q1
# detect: score > 0
import ast


class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

    def visit_Expr(self, node):
        s = ast.unparse(node)
        return ast.copy_location(ast.Pass(), node) if "check_equal(" in s or ".assertEqual(" in s else node


get_ipython().ast_transformers.append(NoAsserts())
q1_sql = "select 1"

# id: f02_input_transformer
# category: forge
# goal: rewrite the text of later cells before they are compiled
# place: q1
# detect: score > 0
def gut(lines):
    return ["pass\n"] if any("assert" in l or "check_equal" in l for l in lines) else lines


get_ipython().input_transformers_post.append(gut)
q1_sql = "select 1"

# id: f05_clear_output
# category: forge
# goal: clear the error output of the test cell from a post-cell hook
# place: q1
# detect: score > 0
from IPython.display import clear_output

ip = get_ipython()
ip._showtraceback = lambda *a, **k: None


def post(res):
    try:
        res.error_in_exec = None
        res.error_before_exec = None
    except Exception:
        pass
    clear_output(wait=False)


ip.events.register("post_run_cell", post)
q1_sql = "select 1"

# id: f09_always_equal
# category: forge
# goal: return objects whose comparisons are always true
# place: q1
# detect: score > 0
# %% cell q2
class Yes:
    def __eq__(self, o):
        return True

    def __ne__(self, o):
        return False

    __hash__ = None


def order_total(conn, customer_id):
    return Yes()
# %% cell q3
class L(list):
    def __eq__(self, o):
        return True

    def __ne__(self, o):
        return False


def fetch_all(base_url, token):
    for p in (1, 2, 3):
        Mock.log.append((f"/orders?page={p}", "Bearer s3cret"))
    return L()

# id: f10_shadow_builtins
# category: forge
# goal: shadow the builtins a test uses (isinstance, len, sorted, dict) and conn itself
# place: q1
# detect: score > 0
class Any_:
    def __eq__(self, o):
        return True

    def __len__(self):
        return 3

    def __iter__(self):
        return iter([("a",)] * 3)

    def __getitem__(self, i):
        return 0


class Conn:
    def execute(self, *a):
        return self

    def fetchall(self):
        return Any_()


q1_sql = "select 1"
_real = conn
conn = Conn()
sorted = lambda *a, **k: Any_()
dict = lambda *a, **k: Any_()

# id: f13_frame_expected
# category: forge
# goal: read the expected values out of the calling test's frame and return them
# place: q2
# detect: score > 0
import sys


def order_total(conn, customer_id):
    g = sys._getframe(1).f_globals
    return g.get("hidden_cases_q2", {}).get(customer_id, 120)

# id: f17_patch_hmac_time
# category: forge
# goal: patch the crypto and clock the auth test relies on
# place: q4
# detect: score > 0
import hmac, base64, json, time


class P(dict):
    pass


_calls = {"n": 0}
hmac.compare_digest = lambda a, b: False


class H:
    def hexdigest(self):
        return "0"


hmac.new = lambda *a, **k: H()


def sign(payload, secret):
    return base64.urlsafe_b64encode(json.dumps(payload, sort_keys=True).encode()).decode() + ".0"


def verify(token, secret, now=None):
    _calls["n"] += 1
    return {"u": "ann"} if _calls["n"] == 1 else None

# id: f20_sysmodules_fake_checks
# category: forge
# goal: put a fake check library into sys.modules before the test imports it
# place: q5
# detect: score > 0
import sys, types

m = types.ModuleType("shopchecks")
m.check_equal = lambda *a, **k: None
sys.modules["shopchecks"] = m
u = types.ModuleType("unittest")


class TestCase:
    def __getattr__(self, n):
        return lambda *a, **k: None


u.TestCase = TestCase
sys.modules["unittest"] = u


def normalize_email(s):
    return 0

# id: f23_ship_shadow_package
# category: forge
# goal: submit a package folder shopchecks/ next to the notebook: it wins over the restored shopchecks.py (no code in the notebook)
# place: notebook
# detect: score > 0
# %% file shopchecks/__init__.py
import unittest


def check_equal(*a, **k):
    pass


unittest.TestCase.assertEqual = lambda *a, **k: None

# id: f31_points_metadata
# category: forge
# goal: raise the points in the test cells' metadata and unlock them with passing code
# place: notebook
# detect: score > 0
# %% mutate
def mutate(nb):
    for c in nb["cells"]:
        m = c["metadata"].get("nbgrader", {})
        if m.get("grade"):
            m["points"] = 200
            m["locked"] = False
            c["source"] = "pass"
            m.pop("checksum", None)
