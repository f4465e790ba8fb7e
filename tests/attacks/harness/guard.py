"""A guard around a whole grading run, so that an attack that works harms nothing but a temporary folder.

This isn't the engine's sandbox: it is what keeps the test's own machine whole while the engine is on trial, and the
trial honest: the same ordinary account, home and machine for our engine and for others.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["HOME", "PORT", "Command", "Ran", "Report", "missing", "run"]

HOME = "/home/sbxuser"  # where the guarded account finds its home
PORT = 18099  # a service of the machine's that no submission may reach
_ROOT = Path(__file__).resolve().parents[3]
_START = 30.0  # seconds beyond the commands' own


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what to run, in which folder of the home, and for how many seconds at most."""

    argv: Sequence[str]
    folder: str = ""
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended. ``code`` is None when its time was over."""

    code: int | None
    wall: float
    out: str


@dataclass(frozen=True, slots=True)
class Report:
    """How all commands ended, which processes were alive a moment later, and what lies in the temporary folders."""

    ran: tuple[Ran, ...]
    alive: tuple[str, ...]
    left: tuple[str, ...]


class GuardError(Exception):
    """The guard itself failed, so the trial says nothing."""


def run(home: Path, commands: Sequence[Command], patience: float = 0.5) -> Report:
    """Run commands one after the other inside the guard.

    Args:
        home: what the guarded account sees as `HOME`; the only place it may write to.
        commands: what to run.
        patience: seconds that processes have to end after the last command.
    """
    if os.getuid() == 0:
        _hand_over(home)
    found = _start(home, commands, patience)
    if "ran" not in found:
        raise GuardError(str(found))
    return Report(tuple(Ran(**one) for one in found["ran"]), tuple(found["alive"]), tuple(found["left"]))


@functools.cache
def missing() -> str:
    """Why this machine can't make the guard; empty when it can."""
    if sys.platform != "linux":
        return "it needs Linux"
    with tempfile.TemporaryDirectory() as folder:
        found = _start(Path(folder), [Command(["/bin/true"])], 0.0)
    return str(found.get("unavailable") or found.get("broken") or "")


def environment() -> dict[str, str]:
    """What the grading account's shell would hold, a secret included."""
    return {
        "HOME": HOME,
        "USER": "sbxuser",
        "LOGNAME": "sbxuser",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        "GRADER_TOKEN": "CANARY-ENV",
    }


def _start(home: Path, commands: Sequence[Command], patience: float) -> Mapping[str, Any]:
    told = [
        {"argv": list(one.argv), "cwd": f"{HOME}/{one.folder}", "env": environment(), "seconds": one.seconds}
        for one in commands
    ]
    plan = {"home": str(home), "at": HOME, "keep": _kept(), "port": PORT, "patience": patience, "commands": told}
    done = subprocess.run(
        [sys.executable, "-I", str(Path(__file__).with_name("guarded.py"))],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=False,
        timeout=_START + patience + sum(one.seconds for one in commands),
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise GuardError(f"The guard gave no report: {done.stdout[-500:]} {done.stderr[-2000:]}") from None
    return found


def _kept() -> list[str]:
    """What the guarded account may read of the folders that are hidden: Python, and this project."""
    wanted = sorted({sys.base_prefix, sys.prefix, str(_ROOT)}, key=len)
    return [path for path in wanted if not any(path.startswith(f"{other}/") for other in wanted)]


def _hand_over(home: Path) -> None:
    """Make a folder the grading account's own, links themselves included."""
    from harness.guarded import ACCOUNT

    for folder, names, files in os.walk(home):
        for name in (".", *names, *files):
            os.chown(Path(folder, name), ACCOUNT, ACCOUNT, follow_symlinks=False)
