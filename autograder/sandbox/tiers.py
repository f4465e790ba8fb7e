"""Which walls hold on this machine: found out by building them in throw-away processes, never by version numbers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable

from autograder.sandbox import kernel, landlock, root, seccomp
from autograder.sandbox.box import Plan, enter, settle
from autograder.sandbox.kernel import Clone, Mount
from autograder.sandbox.tally import descendants
from autograder.sandbox.walls import Caps, Tier, become_nobody

__all__ = ["OK", "PROBES", "ask", "best", "facts", "main", "probe", "tier_of"]

OK = "ok"
_MOST = 60  # seconds for the probes, on a busy machine
_NUMBER = 999  # of the user that tries, when root asks


def best() -> Tier:
    """The strongest tier that works here. Call it where no other thread runs: it forks."""
    if sys.platform != "linux":
        return Tier.NONE
    return tier_of({name: probe(name) for name in ("namespaces", "seccomp", "landlock", "process tree")})


def tier_of(found: dict[str, str]) -> Tier:
    """The tier that the answers of `probe` add up to."""
    if found["seccomp"] != OK or found["process tree"] != OK:
        return Tier.NONE
    if found["namespaces"] == OK:
        return Tier.NAMESPACES
    return Tier.LANDLOCK if found["landlock"] == OK else Tier.NONE


def probe(name: str) -> str:
    """Try one mechanism of `PROBES` in a child; return "ok" or the system's words against it."""
    listen, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            PROBES[name]()
            os.write(tell, OK.encode())
        except BaseException as error:  # whatever it is, it means no
            no = str(getattr(error, "strerror", None) or error)
            os.write(tell, no.encode()[:200] or b"it failed")
        os._exit(0)
    os.close(tell)
    with os.fdopen(listen, "rb") as words:
        said = words.read().decode("utf-8", "replace")
    os.waitpid(child, 0)
    return said or "the process was killed"


def _user_namespace() -> None:
    become_nobody(_NUMBER)
    kernel.enter_user_namespace(os.open("/proc", os.O_RDONLY | os.O_DIRECTORY), 1000)


def _loopback() -> None:
    _user_namespace()
    kernel.unshare(Clone.NET)
    kernel.bring_up_loopback()


def _namespaces() -> None:
    """All that a box of tier A needs, as it needs it."""
    plan = Plan(Tier.NAMESPACES, Caps(), root.seen(), _NUMBER)
    enter(plan, (), os.open("/proc", os.O_RDONLY | os.O_DIRECTORY))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            settle(plan)
            code = os.getpid() != 1
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        raise OSError("no pid namespace")


def _processes() -> None:
    _user_namespace()
    kernel.unshare(Clone.MOUNT | Clone.PID)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            kernel.mount(None, "/", None, Mount.RECURSIVE | Mount.PRIVATE)
            kernel.mount("proc", "/proc", "proc", Mount.NO_SUID | Mount.NO_DEV | Mount.NO_EXEC, "subset=pid")
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        raise OSError("a /proc of one's own can't be mounted")


def _landlock() -> None:
    kernel.forbid_new_privileges()
    landlock.restrict(["/usr"], [])
    try:
        os.listdir("/")  # noqa: PTH208 - no more than a try
    except PermissionError:
        return
    raise OSError("Landlock doesn't hold")


def _seccomp() -> None:
    kernel.forbid_new_privileges()
    seccomp.install(seccomp.Rules(loopback=False))
    try:
        socket.socket().close()
    except OSError:
        return
    raise OSError("seccomp doesn't hold")


def _process_tree() -> None:
    """Find children by way of /proc: else nobody could watch what a guest takes."""
    listen, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(tell)
        os.read(listen, 1)
        os._exit(0)
    found = list(descendants(os.getpid(), os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)))
    os.close(tell)
    os.waitpid(child, 0)
    if found != [child]:
        raise OSError("/proc doesn't list the children of a process")


PROBES: dict[str, Callable[[], None]] = {
    "user namespace": _user_namespace,
    "network namespace with a loopback interface": _loopback,
    "namespaces": _namespaces,
    "own /proc": _processes,
    "landlock": _landlock,
    "seccomp": _seccomp,
    "process tree": _process_tree,
}


def facts() -> dict[str, str]:
    """What `main` prints, as data."""
    found = {name: probe(name) for name in PROBES}
    version = landlock.abi()
    return {**found, "landlock version": str(version), "machine": kernel.machine(), "tier": tier_of(found)}


def ask() -> dict[str, str]:
    """Get `facts` from a process of its own, so that any process may ask; takes some 0.1 s."""
    command = [sys.executable, "-I", "-m", "autograder.sandbox.tiers"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_MOST, check=True)
        return dict(json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return {"probes": f"they could not be run: {error}", "machine": kernel.machine(), "tier": Tier.NONE}


def main() -> None:
    """Print what this machine offers, as JSON; run in a process of its own, because it forks."""
    if sys.platform != "linux":
        found: dict[str, str] = {"tier": Tier.NONE, "machine": sys.platform}
    else:
        found = facts()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
