# id: x50_hang_everywhere
# category: exhaust
# goal: hang in every answer, every function and every app: the sum of all limits
# detect: other is None or wall > 60
# %% cell first
import time
# %% cell q1
while True: pass
# %% cell q2
def order_total(orders, customer):
    while True: time.sleep(1)
# %% cell q3
def fetch_all(http, base_url, token):
    while True: http.get(f"{base_url}/orders", timeout=1)
# %% cell q4
def create_app():
    def app(environ, start_response):
        while True: pass
    return app
# %% cell q5
def sign(claims, key):
    while True: time.time()
def verify(token, key, clock):
    while True: clock.time()

# id: x51_c_loops
# category: exhaust
# goal: loops that no Python signal interrupts: a regular expression, a power, a sort, deep copies
# detect: other is None or wall > 60
# %% cell q1
import re
re.match(r"(a+)+$", "a" * 40 + "b")
# %% cell q2
def order_total(orders, customer):
    return 7 ** 7 ** 9
# %% cell q5
import itertools
def sign(claims, key):
    return sum(itertools.repeat(1))
def verify(token, key, clock):
    return list(itertools.product(range(99), repeat=9))

# id: x52_memory
# category: exhaust
# goal: take 2 GiB of memory in one process
# detect: 'GOT' in loot
# place: q1
kept = []
for _ in range(20):
    block = bytearray(100 << 20)
    block[:: 4096] = b"x" * len(block[:: 4096])
    kept.append(block)
loot("GOT 2 GiB")

# id: x53_memory_of_many
# category: exhaust
# goal: take 2 GiB of memory in eight processes
# detect: 'GOT' in loot
# place: q1
import os, time
children = []
for _ in range(8):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        block = bytearray(256 << 20)
        block[:: 4096] = b"x" * len(block[:: 4096])
        os.write(write, b"!")
        time.sleep(3)
        os._exit(0)
    os.close(write)
    children.append((child, read))
got = sum(os.read(read, 1) == b"!" for _, read in children)
if got == 8:
    loot("GOT 2 GiB in 8 processes")

# id: x54_shared_memory
# category: exhaust
# goal: take 1.25 GiB of memory that is shared between processes, and so not their own
# detect: 'GOT' in loot
# place: q1
import mmap, time
populate = 0x8000
kept = [mmap.mmap(-1, 256 << 20, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS | populate) for _ in range(5)]
time.sleep(0.3)
loot("GOT 1.25 GiB of shared memory")

# id: x55_kernel_memory
# category: exhaust
# goal: take 1 GiB of the kernel's memory in the buffers of sockets, by small programs of their own
# known: only a memory cgroup counts the kernel's own memory; without one, open files and processes are all that bounds it
# detect: 'GOT' in loot
# place: q1
import subprocess, sys, time
program = """
import socket, time
block, kept, size = b"x" * (1 << 17), [], 0
try:
    while size < 200 << 20:
        pair = socket.socketpair()
        kept.append(pair)
        for end in pair:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            end.setblocking(False)
            try:
                while True:
                    size += end.send(block)
            except BlockingIOError:
                pass
except OSError:
    pass
print(size, flush=True)
time.sleep(3)
"""
children = [subprocess.Popen([sys.executable, "-I", "-S", "-c", program], stdout=-1) for _ in range(6)]
sizes = [int(child.stdout.readline() or 0) for child in children]
print(sizes)
if sum(sizes) > 1 << 30:
    loot(f"GOT {sum(sizes) >> 20} MiB of buffers")

# id: x56_forks
# category: exhaust
# goal: 300 processes at once
# detect: 'GOT' in loot
# place: q1
import os, time
count = 0
try:
    for _ in range(300):
        if os.fork() == 0:
            time.sleep(2)
            os._exit(0)
        count += 1
except OSError:
    pass
if count == 300:
    loot("GOT 300 processes")

# id: x57_threads
# category: exhaust
# goal: 1000 threads at once
# detect: 'GOT' in loot
# place: q1
import threading, time
threading.stack_size(64 << 10)
count = 0
try:
    for _ in range(1000):
        threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
        count += 1
except RuntimeError:
    pass
if count == 1000:
    loot("GOT 1000 threads")

# id: x58_spinners
# category: exhaust
# goal: as many busy processes as one may have, each a session of its own: do honest neighbours still get their turn?
# detect: other != MAX
# alone: yes
# place: q1
import os, time
for _ in range(300):
    try:
        if os.fork() == 0:
            os.setsid()
            ends = time.monotonic() + 15
            while time.monotonic() < ends:
                pass
            os._exit(0)
    except OSError:
        break
time.sleep(2.5)

# id: x59_disk
# category: exhaust
# goal: write 400 MB wherever that is possible, and 100,000 empty files
# detect: 'GOT' in loot or left
# place: q1
import os
written = made = 0
for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/shared", os.path.expanduser("~")):
    try:
        for number in range(4):
            with open(f"{folder}/fill{number}", "wb") as file:
                for _ in range(25):
                    written += file.write(b"x" * (1 << 20))
    except OSError:
        pass
    try:
        for number in range(20_000):
            open(f"{folder}/empty{number}", "w").close()
            made += 1
    except OSError:
        pass
if written >= 400 << 20 or made >= 60_000:
    loot(f"GOT {written >> 20} MiB and {made} files")

# id: x60_output_by_line
# category: exhaust
# goal: print 100 MB, line by line, in one line, by display, by repr and to the descriptor
# detect: wall > 60 or nbsize > 5e6 or len(feedback) > 5e6 or len(terminal) > 1e6
# %% cell q1
for _ in range(1000):
    print("x" * 100_000)
# %% cell q2
print("y" * 50_000_000)
def order_total(orders, customer):
    for _ in range(300):
        print("z" * 100_000)
    return 120
# %% cell q3
class Long:
    def __repr__(self): return "r" * 60_000_000
def fetch_all(http, base_url, token):
    raise ValueError("e" * 50_000_000)
Long()
# %% cell q5
from IPython.display import display, HTML
display(HTML("h" * 30_000_000))
import os
os.write(1, b"w" * 10_000_000)
def sign(claims, key):
    return "s" * 50_000_000
def verify(token, key, clock):
    return {"k" * 1_000_000: "v" * 7_000_000}

# id: x61_forged_output
# category: exhaust
# goal: output beyond every limit, put into the frames of the line by hand
# detect: nbsize > 5e6 or len(feedback) > 5e6 or len(results) > 5e6
# place: q2
import sys
worker = sys.modules["autograder.grading.worker"].Worker
kept = worker._answer
worker._answer = lambda self, request, outermost: {**kept(self, request, outermost), "out": "\ud800o" * 600_000}
def order_total(orders, customer):
    return 120

# id: x62_values
# category: exhaust
# goal: answers that are too large, too deep, endless, or expensive to read
# detect: other is None or wall > 60
# %% cell q2
import decimal, sys
turn = 0
def order_total(orders, customer):
    global turn
    turn += 1
    sys.set_int_max_str_digits(0)
    nested = []
    for _ in range(100_000):
        nested = [nested]
    itself = []
    itself.append(itself)
    return (decimal.Decimal("1e999999999"), nested, itself, 1 << 10_000_000, [0] * 5_000_000, {1: {2: itself}})[turn % 6]
# %% cell q3
def endless():
    while True:
        yield {"id": 1}
def fetch_all(http, base_url, token):
    return endless()
# %% cell q5
class Bomb:
    def __getattr__(self, name): return Bomb()
    def __iter__(self): return self
    def __next__(self): return Bomb()
    def __len__(self): return 1 << 62
def sign(claims, key):
    return Bomb()
def verify(token, key, clock):
    return {"sub": Bomb(), Bomb(): 1, "exp": "\ud800"}

# id: x63_frames
# category: exhaust
# goal: frames that announce gigabytes, stop half-way, nest 100,000 deep, or repeat for ever
# detect: other is None or wall > 60
# %% cell q1
import gc, struct
end = next(one for one in gc.get_objects() if type(one).__name__ == "Channel")._end
end.sendall(struct.pack(">I", 0xFFFFFFFF) + b"x")
# %% cell q2
import gc, struct
def order_total(orders, customer):
    end = next(one for one in gc.get_objects() if type(one).__name__ == "Channel")._end
    body = b'{"n": 1, "value": ' + b"[" * 1_000_000
    end.sendall(struct.pack(">I", len(body)) + body)
    return 120
# %% cell q3
import gc, struct
def fetch_all(http, base_url, token):
    end = next(one for one in gc.get_objects() if type(one).__name__ == "Channel")._end
    end.sendall(struct.pack(">I", 1 << 20) + b'{"n": ')
    while True:
        pass
# %% cell q5
import gc, json, struct
def sign(claims, key):
    end = next(one for one in gc.get_objects() if type(one).__name__ == "Channel")._end
    number = b'{"n": ' + b"9" * 5_000_000 + b"}"
    end.sendall(struct.pack(">I", len(number)) + number)
    return ""
def verify(token, key, clock):
    end = next(one for one in gc.get_objects() if type(one).__name__ == "Channel")._end
    while True:
        body = json.dumps({"back": 1, "id": 1, "name": "time", "args": [], "kwargs": {}}).encode()
        end.sendall(struct.pack(">I", len(body)) + body)

# id: x64_expensive_decoding
# category: exhaust
# goal: values that are small on the line and expensive for the checker: decimals, sets, numbers, nested references
# detect: other is None or wall > 60
# place: q2
import gc, sys
turn = 0
def order_total(orders, customer):
    global turn
    turn += 1
    frame, number = sys._getframe(), 0
    while frame:
        request = frame.f_locals.get("request")
        number = request["n"] if isinstance(request, dict) and "n" in request else number
        frame = frame.f_back
    values = [
        {"$": "set", "v": [{"$": "decimal", "v": f"1e{10**8 + n}"} for n in range(1000)]},
        {"$": "int", "v": "f" * 16_000},
        {"$": "timedelta", "v": ["9" * 4000, 0, 0]},
        {"$": "ref", "id": 10**300, "callable": True, "iterator": True, "type": "x" * 10**6, "name": "y" * 10**6, "text": "z"},
        {"$": "dict", "v": [[{"$": "tuple", "v": [n]}, n] for n in range(50_000)]},
        {"$": ["decimal"], "v": 1},
    ]
    next(one for one in gc.get_objects() if type(one).__name__ == "Channel").send({"n": number, "value": values[turn % 6]})
    return 120

# id: x65_exits
# category: exhaust
# goal: end the process at every step: in a cell, in a function, in a thread, at exit, by every signal
# detect: other is None or wall > 60 or score != 0
# %% cell q1
import atexit, os
atexit.register(os._exit, 3)
raise SystemExit(0)
# %% cell q2
import ctypes
def order_total(orders, customer):
    ctypes.string_at(0)
# %% cell q3
import os, signal
def fetch_all(http, base_url, token):
    os.kill(os.getpid(), signal.SIGKILL)
# %% cell q4
import os, threading
def create_app():
    threading.Timer(0.0, os._exit, (0,)).start()
    while True: pass
# %% cell q5
import os, sys
def sign(claims, key):
    sys.setrecursionlimit(10**9)
    return sign(claims, key)
def verify(token, key, clock):
    for number in range(64):
        try:
            os.close(number)
        except OSError:
            pass
    return {}

# id: x66_sql_work
# category: exhaust
# goal: an endless query
# detect: other is None or wall > 60
# place: q1
%%sql totals
with recursive c(x) as (select 1 union all select x+1 from c) select count(*) as name, 1 as total from c

# id: x67_sql_text
# category: exhaust
# goal: a huge text in one step of a query, which no progress handler sees
# detect: other is None or wall > 60
# place: q1
%%sql totals
select printf('%.*c', 300000000, 'x') as name, length(hex(zeroblob(400000000))) + length(replace(hex(zeroblob(9000000)), '0', hex(zeroblob(900)))) as total

# id: x68_sql_joins
# category: exhaust
# goal: joins and patterns that take for ever
# detect: other is None or wall > 60
# place: q1
%%sql totals
select count(*) as name, max('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' like '%a%a%a%a%a%a%a%a%a%a%a%a%a%a%c') as total from orders a, orders b, orders c, orders d, orders e, orders f, orders g, orders h, orders i, orders j, orders k, orders l, orders m, orders n, orders o, orders p, orders q

# id: x69_sql_rows
# category: exhaust
# goal: a result of a hundred million rows and one of a thousand wide columns
# detect: other is None or wall > 60 or len(feedback) > 5e6
# place: q1
%%sql totals
with recursive c(x) as (select 1 union all select x+1 from c limit 100000000) select hex(randomblob(1000)) as name, x as total from c

# id: x70_sql_parser
# category: exhaust
# goal: a text that is hard to parse: brackets and sub-queries a thousand deep
# detect: other is None or wall > 60
# %% cell q1
totals = "select " + "(" * 9000 + "1" + ")" * 9000 + " as name, " + "(select " * 900 + "1" + ")" * 900 + " as total"

# id: x71_app_never_ends
# category: exhaust
# goal: an app that drips, never ends, answers with a gigabyte, or with a hundred thousand headers
# detect: other is None or wall > 60 or len(feedback) > 5e6
# place: q4
import time
turn = 0
def create_app():
    global turn
    turn += 1
    mine = turn
    def drip():
        while True:
            time.sleep(0.05)
            yield b"["
    def flood():
        while True:
            yield b"[" * 1_000_000
    def app(environ, start_response):
        headers = [("Content-Type", "application/json")]
        if mine % 3 == 2:
            headers += [(f"X-{n}", "y" * 1000) for n in range(100_000)]
        start_response("200 OK", headers)
        return (drip(), flood(), [b"[]"])[mine % 3]
    return app

# id: x72_app_bomb
# category: exhaust
# goal: an app whose small body unpacks to gigabytes, and whose JSON is deep
# detect: other is None or wall > 60 or len(feedback) > 5e6
# place: q4
import gzip
turn = 0
def create_app():
    global turn
    turn += 1
    mine = turn
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")] + ([("Content-Encoding", "gzip")] if mine % 2 else []))
        return [gzip.compress(b"[" * 300_000_000, 1)] if mine % 2 else [b"[" * 5_000_000]
    return app

# id: x73_client_floods
# category: exhaust
# goal: a client that floods the mock service: connections, bodies, headers, half requests
# detect: other is None or wall > 60 or len(feedback) > 5e6
# place: q3
import socket
from urllib.parse import urlsplit
def fetch_all(http, base_url, token):
    where = urlsplit(base_url)
    kept = []
    for turn in range(200):
        try:
            end = socket.create_connection((where.hostname, where.port or 80), 0.5)
            end.settimeout(0.2)
            kept.append(end)
            end.sendall((b"GET /orders HTTP/1.1\r\nX: " + b"y" * 100_000 + b"\r\n", b"POST /orders HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n" + b"z" * 1_000_000, b"\0" * 100_000, b"GET ")[turn % 4])
        except OSError:
            pass
    try:
        http.post(f"{base_url}/orders", data=b"x" * 50_000_000, timeout=2)
    except Exception:
        pass
    return None

# id: x74_many_cells
# category: exhaust
# goal: five thousand free cells, each a little slow
# detect: other is None or wall > 60 or nbsize > 2e7
# %% mutate
def mutate(nb):
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    nb["cells"] += [{**cell, "id": f"slow{n}", "source": "import time; time.sleep(0.05)"} for n in range(5000)]

# id: x75_large_notebook
# category: exhaust
# goal: a notebook of 60 MB, most of it outputs, attachments and metadata
# detect: other is None or wall > 60 or nbsize > 5e6
# %% mutate
def mutate(nb):
    nb["metadata"]["widgets"] = {"state": ["w" * 1000] * 10_000}
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["o" * 1000] * 2_000}]
        else:
            cell["attachments"] = {"a.png": {"image/png": "p" * 1_000_000}}

# id: x76_large_source
# category: exhaust
# goal: answers of 5 MB: one literal, one expression, one line of brackets
# detect: other is None or wall > 60 or nbsize > 2e7
# %% mutate
def mutate(nb):
    texts = iter(["x = '" + "s" * 5_000_000 + "'", "x = " + "1+" * 100_000 + "1", "(" * 30_000, "x = " + "-" * 60_000 + "1"])
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = next(texts, "pass")

# id: x77_callbacks
# category: exhaust
# goal: call the check back a million times, from many threads, and each deeper in the other
# detect: other is None or wall > 60
# place: q5
import threading
def sign(claims, key):
    return ""
def verify(token, key, clock):
    def many():
        while True:
            clock.time()
    for _ in range(20):
        threading.Thread(target=many, daemon=True).start()
    for _ in range(1_000_000):
        clock.sleep(0.0)
    return {}

# id: x78_busy_exit
# category: exhaust
# goal: catch everything that would end the process: exceptions, signals, and time's end
# detect: other is None or wall > 60 or alive
# place: q2
import signal, time
def order_total(orders, customer):
    for number in range(1, 64):
        try:
            signal.signal(number, lambda *_: None)
        except (OSError, ValueError):
            pass
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass
