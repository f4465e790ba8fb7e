"""The first process inside the guard: runs commands as an ordinary user, and tells what they left behind.

Started by `guard.run` as a script, with a plan as JSON on stdin; writes a report as JSON to stdout. It needs nothing
but Python and Linux. As root it only needs a mount and process table of its own; as an ordinary user it makes a user
namespace.

Inside, the home folders, /tmp and /root are empty but for what the plan names; nothing else can be written; there is
no network but a loopback of its own; processes outside can't be seen; and when this process ends, all others do.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Container
from pathlib import Path
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
NEW_NS, NEW_UTS, NEW_IPC, NEW_USER, NEW_PID, NEW_NET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG = 1
HIDDEN = ("/tmp", "/var/tmp", "/dev/shm", "/home", "/root")
ACCOUNT = 2000  # the grading account, when root runs the tests
PROCESSES = 3_000
SHOWN = 1 << 20  # bytes kept of what a command writes
SERVICE = b"CANARY-HOST-SERVICE\n"


def call(done: int, what: str) -> None:
    if done < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    arguments = [text.encode() for text in (source, target, kind)]
    call(LIBC.mount(*arguments, ctypes.c_ulong(flags), data.encode()), f"mount {target}")


def separate() -> bool:
    """Leave the machine's mounts, processes and network; returns whether we are root."""
    user, group, root = os.getuid(), os.getgid(), os.getuid() == 0
    spaces = NEW_NS | NEW_UTS | NEW_IPC | NEW_PID | NEW_NET | (0 if root else NEW_USER)
    call(LIBC.unshare(spaces), "unshare")
    if not root:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return root


def furnish(home: str, at: str, keep: list[str]) -> None:
    """Lay out the file system: what is hidden, what shows through, and the only folder that may be written."""
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    shown = {path: os.open(path, os.O_PATH | os.O_DIRECTORY) for path in keep}
    house = os.open(home, os.O_PATH | os.O_DIRECTORY)
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV)
    with contextlib.suppress(OSError):  # the only file system of a container may not allow it
        mount("none", "/", "", MS_BIND | MS_REMOUNT | MS_RDONLY)
    for folder in HIDDEN:
        if Path(folder).is_dir():
            mode = "755" if folder in ("/home", "/root") else "1777"
            mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, f"mode={mode},size=1g,nr_inodes=200k")
    for path, descriptor in shown.items():
        Path(path).mkdir(parents=True, exist_ok=True)
        mount(f"/proc/self/fd/{descriptor}", path, "", MS_BIND | MS_REC)
        with contextlib.suppress(OSError):
            mount("none", path, "", MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID)
        os.close(descriptor)
    Path(at).mkdir(parents=True, exist_ok=True)
    mount(f"/proc/self/fd/{house}", at, "", MS_BIND)
    mount("none", at, "", MS_BIND | MS_REMOUNT | MS_NOSUID | MS_NODEV)  # not read-only, as what it lies on is
    os.close(house)


def loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: up and running


def service(port: int, reached: list[str]) -> None:
    """A service of the machine's, on loopback and on an abstract socket: a submission must not reach it.

    Args:
        port: on loopback.
        reached: gets an entry for every connection.
    """
    plain = socket.create_server(("127.0.0.1", port))
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind("\0canary-service")
    abstract.listen()

    def serve(listener: socket.socket) -> None:
        while True:
            with contextlib.suppress(OSError):
                peer, _ = listener.accept()
                reached.append(str(listener.getsockname()))
                peer.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + SERVICE)
                peer.close()

    for listener in (plain, abstract):
        threading.Thread(target=serve, args=(listener,), daemon=True).start()


def run(command: dict[str, Any], root: bool) -> dict[str, Any]:
    """Run one command as the grading account, and kill everything when its time is over."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))

    account: dict[str, Any] = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if root else {}
    begin = time.monotonic()
    with tempfile.TemporaryFile(dir="/tmp") as out:
        process = subprocess.Popen(
            command["argv"],
            cwd=command["cwd"],
            env=command["env"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=limit,
            **account,
        )
        try:
            code: int | None = process.wait(command["seconds"])
        except subprocess.TimeoutExpired:
            code = None
            kill_all()
            process.wait()
        wall = time.monotonic() - begin
        out.seek(0)
        text = out.read(SHOWN).decode("utf-8", "backslashreplace")
    return {"code": code, "wall": wall, "out": text}


def reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def others() -> list[str]:
    """The command lines of all living processes but this one."""
    reap()
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal() and entry.name != "1":
            with contextlib.suppress(OSError, IndexError):
                state = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()[0]
                line = Path(entry.path, "cmdline").read_bytes().replace(b"\0", b" ")
                if state not in (b"Z", b"X"):
                    found.append(line.decode("utf-8", "backslashreplace")[:200] or entry.name)
    return found


def survivors(patience: float) -> list[str]:
    """Who is still alive after a moment in which honest processes end."""
    ends = time.monotonic() + patience
    while (alive := others()) and time.monotonic() < ends:
        time.sleep(0.02)
    return alive


def left_behind(there: Container[str] = ()) -> list[str]:
    """What lies in the folders that everybody may write in, and shared memory that outlived its makers.

    Args:
        there: what lay there before: the project itself, where it was cloned below ``/tmp``. It isn't looked into.
    """
    found = []
    for place in HIDDEN[:3]:
        for here, folders, files in os.walk(place):
            new = [name for name in (*folders, *files) if os.path.join(here, name) not in there]  # noqa: PTH118
            found += [os.fsencode(os.path.join(here, name)).decode("utf-8", "replace") for name in new]  # noqa: PTH118
            folders[:] = [name for name in folders if not os.path.ismount(os.path.join(here, name))]  # noqa: PTH118
    segments = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return found[:1000] + [f"shared memory of {segment.split()[3]} bytes" for segment in segments]


def kill_all() -> None:
    """Kill every process of the guard but this one."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)


def inside(plan: dict[str, Any], root: bool) -> dict[str, Any]:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    furnish(plan["home"], plan["at"], plan["keep"])
    loopback()
    there = frozenset(left_behind())
    reached: list[str] = []
    service(plan["port"], reached)
    ran = [run(command, root) for command in plan["commands"]]
    return {"ran": ran, "alive": survivors(plan["patience"]), "left": left_behind(there), "reached": reached}


def main() -> None:
    plan = json.load(sys.stdin)
    try:
        root = separate()
    except OSError as error:
        json.dump({"unavailable": str(error)}, sys.stdout)
        return
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        os._exit(0)
    try:
        report = inside(plan, root)
    except BaseException as error:
        report = {"broken": f"{type(error).__name__}: {error}"}
    json.dump(report, sys.stdout)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
