"""A box, seen from inside: a warden outside its walls, a tiny init within, and one guest after another.

The *warden* makes the namespaces, and then only watches: it ends the box when the guests take too much memory or when
the supervisor is gone. The *init* (process 1 of the box in tier A) forks a guest from its own warm memory, and between
two guests kills whatever is left and empties the folders. Neither ever runs a line of a guest's code.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.sandbox import kernel, root
from autograder.sandbox.kernel import Clone
from autograder.sandbox.sweep import wipe
from autograder.sandbox.tally import descendants, files_held, load_of, memory_of
from autograder.sandbox.walls import Caps, Tier, become_nobody, close_in, python_is_open_to_all

__all__ = ["Plan", "enter", "open_box", "receive", "send", "settle"]

_INSIDE = 1000  # the user number that a guest sees
_GLANCE_MS = 50  # how often the warden looks at the memory
_LOOK_INTO_FOLDERS = 10  # one in so many glances
_LOOKS_AT_LOCKED = 5
_OWN = Clone.IPC | Clone.UTS | Clone.CGROUP
_MESSAGE = 1 << 16
_NOT_FOR_US = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MOST_DESCRIPTORS = 8

Main = Callable[[Sequence[int], dict[str, Any]], None]


@dataclass(frozen=True)
class Plan:
    """What a box is to be.

    Args:
        tier: which walls.
        caps: how much a guest may take.
        readable: paths that guests may read.
        number: the box's own number, for a user number of its own.
        folders: tier B's two folders: the guest's own, and the one shared with the box beside it.
        beside: the shared folder is another box's, which empties it.
        trusted: guests run an author's code.
        scratch: where temporary files go: 0 the guest's own folder, 1 the shared one.
    """

    tier: Tier
    caps: Caps
    readable: Sequence[str]
    number: int
    folders: tuple[str, str] = (root.BOX, root.SHARED)
    beside: bool = False
    trusted: bool = False
    scratch: int = 0

    @property
    def emptied(self) -> Sequence[str]:
        """The folders that are this box's to empty."""
        return self.folders[:1] if self.beside else self.folders


def send(end: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send one small message, with open files."""
    socket.send_fds(end, [json.dumps(message).encode()], list(descriptors))


def receive(end: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Wait for one message; an empty one means that the other end is closed."""
    text, descriptors, _, _ = socket.recv_fds(end, _MESSAGE, _MOST_DESCRIPTORS)
    return (json.loads(text) if text else {}), descriptors


def open_box(plan: Plan, main: Main, control: int, life: int, joined: Sequence[int]) -> None:
    """Become the warden of a new box; called in a fresh fork of the zygote, and never returns.

    Args:
        plan: what box.
        main: what a guest does with the open files and the words it is given.
        control: the init's end of a packet socket to the supervisor.
        life: a pipe whose other end only the supervisor holds.
        joined: another box's user, network and mount namespaces, to stand beside it; empty for a box of its own.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    kernel.close_all_but([control, life, *joined])
    end = socket.socket(fileno=control)
    try:
        processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
        given = enter(plan, joined, processes)
        inner = os.fork()
        if inner == 0:
            os.close(life)
            os.close(processes)
            Init(plan, main, end).serve()
        send(end, {"up": True}, given)
        for descriptor in (*given, *joined):
            os.close(descriptor)
        _watch(plan, inner, end, life, processes)
    except OSError as error:
        with contextlib.suppress(OSError):
            send(end, {"problem": error.strerror or str(error)})
    os._exit(0)


def enter(plan: Plan, joined: Sequence[int], processes: int) -> list[int]:
    """Go into the box's namespaces; return open files that stand for those that a second box may join."""
    if plan.tier is not Tier.NAMESPACES:
        kernel.keep_orphans()
        if python_is_open_to_all():
            become_nobody(plan.number)
        return []
    as_root = os.getuid() == 0 and kernel.capable(kernel.Capability.SYS_ADMIN)
    given = []
    if not as_root:
        if python_is_open_to_all():
            become_nobody(plan.number)  # a container's root, which has no more rights than others
        _own_user_namespace(joined, processes)
    if joined:
        kernel.join_namespace(joined[1], Clone.NET)
        kernel.join_namespace(joined[2], Clone.MOUNT)
        kernel.unshare(_OWN)
    else:
        kernel.unshare(_OWN | Clone.NET | Clone.MOUNT)
        given = [os.open(f"/proc/self/ns/{name}", os.O_RDONLY) for name in ("user", "net", "mnt")]
        kernel.bring_up_loopback()
        root.enter(plan.readable, plan.caps.scratch)
    if as_root:  # only now: root reaches an interpreter that lies in a folder of root's
        become_nobody(plan.number)
        _own_user_namespace((), processes)
    kernel.unshare(Clone.PID)
    return given


def _own_user_namespace(joined: Sequence[int], processes: int) -> None:
    if joined:
        kernel.join_namespace(joined[0], Clone.USER)
    else:
        kernel.enter_user_namespace(processes, _INSIDE)


def _watch(plan: Plan, inner: int, end: socket.socket, life: int, processes: int) -> None:
    """Wait for the end of the box, or bring it about when that is needed; nobody of it is left afterwards."""
    poll = select.poll()
    poll.register(life, select.POLLIN)
    looks = 0
    try:
        while os.waitpid(inner, os.WNOHANG)[0] == 0:
            looks += 1
            if poll.poll(_GLANCE_MS):
                break  # the supervisor has closed the box, or is no more
            if why := _excess(plan, inner, processes, looks):
                with contextlib.suppress(OSError):
                    send(end, {"ended": why})
                break
    finally:
        _kill(processes)
        if plan.tier is Tier.LANDLOCK:
            _remove_folders(plan)


def _excess(plan: Plan, inner: int, processes: int, looks: int) -> str:
    """What the guests have too much of; empty when all is well."""
    load = load_of(inner, processes)
    if load.tasks > plan.caps.processes:  # where RLIMIT_NPROC doesn't hold
        return "processes"
    if load.memory > plan.caps.resident and memory_of(inner, processes) > plan.caps.resident:
        return "memory"
    # In tier A the folders have a size; in tier B somebody has to look, but a look costs more.
    if plan.tier is Tier.LANDLOCK and looks % _LOOK_INTO_FOLDERS == 0:
        return _excess_of_files(plan, inner, processes)
    return ""


def _excess_of_files(plan: Plan, inner: int, processes: int) -> str:
    for _ in range(_LOOKS_AT_LOCKED):
        held = [files_held(folder, plan.caps.scratch, inner, processes) for folder in plan.folders]
        if any(one is not None and one > plan.caps.scratch for one in held):
            return "disk"
        if None not in held:
            return ""
        time.sleep(_GLANCE_MS / 1000)  # who tries out what a locked folder does soon unlocks it
    return "locked"


def _remove_folders(plan: Plan) -> None:
    """Remove the folders that the box was given: a supervisor that was killed can't do it."""
    for folder in plan.emptied:
        with contextlib.suppress(OSError):
            wipe(folder)
            os.rmdir(folder)  # noqa: PTH106 - paths are texts here


def _kill(processes: int) -> None:
    """End the init, and with it, in tier A by the kernel itself, everybody in the box; orphans come to this process."""
    while True:
        for process in descendants(os.getpid(), processes):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def settle(plan: Plan) -> None:
    """Prepare this process to be the init of a box: folders of its own, deaf to signals, closed to others' eyes.

    Whatever a guest may have from its init is done here, once, and not by each guest.
    """
    kernel.die_with_parent()
    for number in _NOT_FOR_US:
        signal.signal(number, signal.SIG_IGN)
    if plan.tier is Tier.NAMESPACES:
        kernel.unshare(Clone.MOUNT)
        root.mount_scratch(root.BOX, plan.caps.scratch)
        root.mount_processes()
    else:
        kernel.keep_orphans()
    _make_home(plan)
    _be_the_first_to_go()
    kernel.bound_capabilities()
    kernel.allow_attaching(False)


class Init:
    """Forks guests and leaves nothing of them."""

    def __init__(self, plan: Plan, main: Main, control: socket.socket) -> None:
        self._plan, self._main, self._control = plan, main, control
        self._processes = -1

    def serve(self) -> None:
        """Do what the supervisor asks until it closes the box; never returns."""
        try:
            settle(self._plan)
            self._processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
            wake = self._wake_on_exits()
            while True:
                ready, _, _ = select.select([self._control.fileno(), wake], [], [])
                if wake in ready:
                    os.read(wake, 4096)
                    self._reap()
                if self._control.fileno() in ready:
                    request, descriptors = receive(self._control)
                    if not request:
                        break
                    self._do(request, descriptors)
        except Exception as error:
            with contextlib.suppress(OSError):
                send(self._control, {"problem": f"{type(error).__name__}: {error}"})
        self._sweep()
        os._exit(0)

    def _wake_on_exits(self) -> int:
        """Get a descriptor that can be read when a child has ended: process 1 inherits every orphan of its box."""
        wake, woken = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        return wake

    def _do(self, request: dict[str, Any], descriptors: list[int]) -> None:
        if request["op"] == "start":
            if os.fork() == 0:
                self._become_guest(descriptors, request["told"])
            for descriptor in descriptors:
                os.close(descriptor)
        else:
            left = self._sweep()
            self._empty_folders()
            send(self._control, {"empty": True, "left": left})

    def _become_guest(self, descriptors: Sequence[int], told: dict[str, Any]) -> None:
        plan = self._plan
        try:
            signal.set_wakeup_fd(-1)
            for number in (*_NOT_FOR_US, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            os.setsid()
            kernel.close_all_but(descriptors)
            kernel.allow_attaching(True)
            close_in(plan.tier, plan.caps, folders=plan.folders, readable=plan.readable, trusted=plan.trusted)
            self._main(descriptors, told)
        finally:
            os._exit(0)

    def _sweep(self) -> int:
        """Kill everybody but this process; return how many there were."""
        left = 0
        while True:
            self._kill_all()
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return left
            left += 1

    def _kill_all(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._plan.tier is Tier.NAMESPACES:
                os.kill(-1, signal.SIGKILL)
            else:
                for process in descendants(os.getpid(), self._processes):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process, signal.SIGKILL)

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass

    def _empty_folders(self) -> None:
        """Empty the folders that guests may write in. What can't be emptied ends the box: see `serve`.

        The shared folder is emptied by the box that it was made for, once nobody is left in the one beside it.
        """
        for folder in self._plan.emptied:
            wipe(folder)


def _be_the_first_to_go() -> None:
    """When the machine runs out of memory, let the kernel end a box before anything of the instructor's."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as adjustment:  # noqa: PTH123 - small
        adjustment.write("1000")


def _make_home(plan: Plan) -> None:
    """Make the guests' own folder their home."""
    home, temporary = plan.folders[0], plan.folders[plan.scratch]
    os.chdir(home)
    os.environ.update(HOME=home, IPYTHONDIR=f"{home}/.ipython", TMPDIR=temporary)
    tempfile.tempdir = temporary
