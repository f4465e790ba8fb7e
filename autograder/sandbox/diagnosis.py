"""What this machine offers for grading other people's code, what is in the way, and what to do about it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograder.sandbox.tiers import OK, ask
from autograder.sandbox.walls import Tier, python_is_open_to_all

__all__ = ["Diagnosis", "examine"]

_SETTINGS = {
    "kernel.apparmor_restrict_unprivileged_userns": "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    "kernel.unprivileged_userns_clone": "/proc/sys/kernel/unprivileged_userns_clone",
    "user.max_user_namespaces": "/proc/sys/user/max_user_namespaces",
}
# What each setting is where it stands in the way of namespaces, and how to change it.
_IN_THE_WAY = {
    "kernel.apparmor_restrict_unprivileged_userns": (
        "1",
        "Ubuntu gives no rights in user namespaces.",
        "kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    "kernel.unprivileged_userns_clone": ("0", "User namespaces are off.", "kernel.unprivileged_userns_clone=1"),
    "user.max_user_namespaces": ("0", "There may be no user namespace.", "user.max_user_namespaces=10000"),
}
_PARTS = {"grade": "nbgrader", "lab": "jupyterlab", "author": "jupytext", "web": "flask", "auth": "cryptography"}
_PROGRAMS = ("git", "make", "docker", "podman")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found.

    Args:
        tier: the strongest that holds.
        mechanisms: by name, "ok" or the system's own words.
        system: kernel, processor, version of Landlock, and settings that stand in the way of namespaces.
        python: the interpreter, and whether all users of the machine can read it.
        parts: of the engine, by extra: the version of its main package, or empty.
        programs: by name, where they are, or empty.
    """

    tier: Tier
    mechanisms: Mapping[str, str]
    system: Mapping[str, str]
    python: Mapping[str, Any]
    parts: Mapping[str, str]
    programs: Mapping[str, str]

    @property
    def can_grade(self) -> bool:
        """Whether other people's code can be graded here."""
        return self.tier is not Tier.NONE

    @property
    def advice(self) -> list[str]:
        """What to do, the most important first; nothing when all is well."""
        return [*_about_system(self), *_about_python(self)]

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "words": self.tier.words, "can_grade": self.can_grade, "advice": self.advice}


def examine() -> Diagnosis:
    """Look at this machine."""
    found = ask()
    tier, machine, landlock = Tier(found.pop("tier")), found.pop("machine"), found.pop("landlock version", "0")
    system = {"platform": sys.platform, "kernel": platform.release(), "machine": machine, "landlock": landlock}
    return Diagnosis(
        tier=tier,
        system={**system, **_settings()},
        mechanisms=found,
        python={
            "executable": sys.executable,
            "version": platform.python_version(),
            "readable_for_all": sys.platform != "linux" or python_is_open_to_all(),
            "root": _is_root(),
        },
        parts={extra: _version(package) for extra, package in _PARTS.items()},
        programs={name: shutil.which(name) or "" for name in _PROGRAMS},
    )


def _is_root() -> bool:
    return hasattr(os, "getuid") and os.getuid() == 0


def _version(package: str) -> str:
    if find_spec(package) is None:
        return ""
    try:
        return version(package)
    except PackageNotFoundError:
        return "installed"


def _settings() -> dict[str, str]:
    """Switches of the kernel's that have to do with namespaces; those that it doesn't have are left out."""
    found = {}
    for name, path in _SETTINGS.items():
        try:
            found[name] = Path(path).read_text().strip()
        except OSError:
            continue
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return found
    return {**found, "filtered": "yes" if "\nSeccomp:\t2" in status else "no"}


def _about_system(found: Diagnosis) -> list[str]:
    if found.system["platform"] != "linux":
        return [
            f"No sandbox is known for {found.system['platform']}: grade other people's code in Linux. On Windows WSL 2 "
            "will do, on macOS a container or a virtual machine. Checking your own notebook works everywhere."
        ]
    if _lacks(found, "seccomp"):
        return [_about_seccomp(found)]
    said = [_about_namespaces(found)] if _lacks(found, "namespaces") else []
    if said and _lacks(found, "landlock"):
        said.append(_about_landlock(found))
    if _lacks(found, "process tree"):
        said.append("Use a kernel with CONFIG_PROC_CHILDREN: else nobody can watch what a learner's code takes.")
    return said


def _lacks(found: Diagnosis, mechanism: str) -> bool:
    return found.mechanisms.get(mechanism, OK) != OK


def _about_seccomp(found: Diagnosis) -> str:
    if "no table" in found.mechanisms["seccomp"]:
        return f"Use a computer with an x86_64 or aarch64 processor: this one is {found.system['machine']}."
    return "Use a kernel with seccomp filters (CONFIG_SECCOMP_FILTER): every distribution's own has them."


def _about_namespaces(found: Diagnosis) -> str:
    """Why there are no namespaces, and how an administrator can allow them."""
    nevertheless = " Grading works nevertheless, in tier B." if found.can_grade else ""
    for name, value in _IN_THE_WAY.items():
        if found.system.get(name) == value[0]:
            return f"{value[1]} An administrator can allow them: sudo sysctl -w {value[2]}.{nevertheless}"
    if found.system.get("filtered") == "yes":
        return (
            "This is a container whose filter of system calls refuses namespaces, as Docker's default profile does. To "
            "allow them, start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined."
            f"{nevertheless}"
        )
    return f"This system refuses namespaces; its own words are above.{nevertheless}"


def _about_landlock(found: Diagnosis) -> str:
    words = found.mechanisms["landlock"]
    if "not supported" in words:
        return "Landlock is switched off: add landlock to the list lsm= on the kernel's command line, and start again."
    if "not permitted" in words or "denied" in words:
        return (
            "A filter of system calls refuses Landlock. Docker's default profile allows it since version 23; or start "
            "the container with --security-opt seccomp=unconfined."
        )
    return "This kernel has no Landlock: use Linux 5.13 or newer, as in Debian 12 or Ubuntu 22.04."


def _about_python(found: Diagnosis) -> list[str]:
    if found.tier is not Tier.LANDLOCK or not found.python["root"] or found.python["readable_for_all"]:
        return []
    return [
        f"You are root, and only root can read this Python ({found.python['executable']}), so learners' code runs "
        "under root's number, without rights. Better use a Python that everybody can read, such as /usr/bin/python3, "
        "or another account."
    ]
