# id: x01_infinite_loop
# category: exhaust
# goal: while True: pass
# place: q1
# detect: other is None or wall > 45 or autograde_rc != 0
# note: fails the attack if the grader stops it in bounded time and still grades the others
while True:
    pass

# id: x04_memory_hog
# category: exhaust
# goal: allocate and touch 2 GiB in one process
# place: q1
# detect: 'GOT2G' in loot
b = []
for i in range(32):
    x = bytearray(64 << 20)
    for j in range(0, len(x), 4096):
        x[j] = 1
    b.append(x)
loot("GOT2G")
del b
q1_sql = "select 1"

# id: x06_fork_bomb
# category: exhaust
# goal: 300 processes alive at once (bounded stand-in for a fork bomb)
# place: q1
# detect: 'FORKED300' in loot
import os, time

kids = []
try:
    for i in range(300):
        p = os.fork()
        if p == 0:
            time.sleep(8)
            os._exit(0)
        kids.append(p)
except OSError as e:
    print(e)
if len(kids) == 300:
    loot("FORKED300")
for k in kids:
    os.kill(k, 9)
    os.waitpid(k, 0)
q1_sql = "select 1"

# id: x08_disk_fill
# category: exhaust
# goal: write 400 MB into the working directory and /tmp
# place: q1
# detect: 'DISK400' in loot
import os

n = 0
try:
    for d in (".", "/tmp", "/dev/shm", "/var/tmp"):
        for i in range(8):
            try:
                with open(f"{d}/fill{i}", "wb") as f:
                    for j in range(25):
                        f.write(b"x" * (1 << 20))
                        n += 1
            except OSError as e:
                print(e)
                break
finally:
    for d in (".", "/tmp", "/dev/shm", "/var/tmp"):
        for i in range(8):
            try:
                os.remove(f"{d}/fill{i}")
            except OSError:
                pass
if n >= 400:
    loot("DISK400")
q1_sql = "select 1"

# id: x10_stdout_flood
# category: exhaust
# goal: print 100 MB
# place: q1
# detect: wall > 45 or nbsize > 5e6 or len(feedback) > 5e6 or autograde_rc != 0
for i in range(1000):
    print("x" * 100000)
q1_sql = "select 1"

# id: x16_regex_bomb
# category: exhaust
# goal: catastrophic regular expression as the answer's validator
# place: q1
# detect: other is None or wall > 60 or autograde_rc != 0
import re

re.match(r"(a+)+$", "a" * 40 + "b")
q1_sql = "select 1"

# id: x17_sql_infinite_cte
# category: exhaust
# goal: pure SQL: endless recursive CTE
# place: q1
# detect: other is None or wall > 60 or autograde_rc != 0
# note: needs a progress handler or a killable process; SIGINT does not stop sqlite's C loop
q1_sql = "with recursive c(x) as (select 1 union all select x+1 from c) select count(*), 1, 2 from c"

# id: x31_segfault
# category: exhaust
# goal: crash the interpreter (segmentation fault): is the rest graded, is it reported?
# place: q1
# detect: other is None or autograde_rc != 0
import ctypes

ctypes.string_at(0)
