"""The zygote: executed, never forked, so that nothing of the supervisor's memory is in it; warm, and without a secret.

It imports the program that guests will run, lets it warm up, and then only forks boxes.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.sandbox import root, tiers
from autograder.sandbox.box import Plan, open_box, receive, send
from autograder.sandbox.walls import Caps, Tier, prepare

__all__ = ["main"]

_LONGEST = 150  # seconds for the warming-up; the supervisor gives up before
_SETTLE = 2.0  # seconds for threads that the warming-up left to end
_YOUNG = 20_000  # new objects before a guest looks for garbage in circles


def main() -> None:
    """Read the order from standard input, warm up, and fork boxes until the supervisor closes the control socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    order = json.loads(sys.stdin.buffer.read())
    _forget_input()
    os.umask(0o022)  # whatever the instructor's is: guests of another user number must read the root that is made here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's
    signal.alarm(_LONGEST)  # a warming-up that never ends ends here, even when the supervisor is no more
    try:
        program = importlib.import_module(order["program"])
        program.warm_up(order["warm"])
    except Exception as error:
        send(control, {"problem": f"{type(error).__name__}: {error}"[:2000]})
        return
    if not _alone():
        send(control, {"threads": True})
        return
    signal.alarm(0)
    tier = Tier(order["tier"]) if order["tier"] else tiers.best()
    prepare(tier, bool(order["trusted"]))
    gc.collect()
    gc.freeze()  # else a collection in a guest touches, and so copies, every page
    gc.set_threshold(_YOUNG)  # guests are short-lived; Python's own 700 is for processes that stay
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    send(control, {"ready": True, "tier": tier})
    readable = root.seen([*order["packages"], *_packages()])
    while True:
        request, descriptors = receive(control)
        if not request:
            shutil.rmtree(order["home"], ignore_errors=True)  # a supervisor that was killed can't do it
            os._exit(0)
        if os.fork() == 0:
            control.close()
            plan = _plan(order, request, tier, readable)
            open_box(plan, program.main, descriptors[0], descriptors[1], descriptors[2:])
        for descriptor in descriptors:
            os.close(descriptor)


def _forget_input() -> None:
    """Let the standard input be empty: the order came through a pipe that every guest would share with all others."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _plan(order: Mapping[str, Any], request: Mapping[str, Any], tier: Tier, readable: list[str]) -> Plan:
    folders = request.get("folders") or (root.BOX, root.SHARED)
    return Plan(
        tier=tier,
        caps=Caps.from_json(order["caps"]),
        readable=readable,
        number=int(request["number"]),
        folders=(folders[0], folders[1]),
        beside=bool(request["beside"]),
        trusted=bool(order["trusted"]),
        scratch=int(order["trusted"]),
    )


def _alone() -> bool:
    """Wait for other threads to end: a fork takes only one along, and the locks that the others hold stay locked."""
    end = time.monotonic() + _SETTLE
    while _threads() > 1 and time.monotonic() < end:
        time.sleep(0.01)
    return _threads() == 1


def _threads() -> int:
    """The threads of this process, those that aren't Python's included."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names are numbers
    except OSError:
        return threading.active_count()


def _packages() -> set[str]:
    """The folders of loaded packages that lie outside of Python's own: of an editable install, for instance."""
    found = set()
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if "." in name or not isinstance(file, str) or Path(file).name != "__init__.py":
            continue
        folder = Path(file).resolve().parent
        if not any(folder.is_relative_to(prefix) for prefix in (sys.prefix, sys.base_prefix)):
            found.add(str(folder))
    return found


if __name__ == "__main__":
    main()
