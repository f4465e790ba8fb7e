"""A file system of one's own: the system's programs and Python read-only, one small folder to write, nothing else.

Needs a user and a mount namespace. Pivots twice, as bubblewrap does, so that sources below ``/tmp`` stay reachable.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.sandbox.kernel import Mount, mount, pivot_root, unmount

__all__ = ["BOX", "SHARED", "enter", "mount_processes", "mount_scratch", "seen"]

BOX, SHARED = "/box", "/shared"  # a guest's own folder, and the one it shares with the guest next door
_SYSTEM = (
    "/usr",
    "/bin",
    "/lib",
    "/lib64",
    "/etc/alternatives",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
)
_DEVICES = ("null", "zero", "full", "random", "urandom")
_BASE = "/tmp"  # noqa: S108 - only a place to build on, in a mount namespace of our own
_PLAIN = Mount.NO_SUID | Mount.NO_DEV


def seen(packages: Iterable[str] = ()) -> list[str]:
    """The paths of this machine that a guest may read: the system, this Python, and some packages' folders.

    Args:
        packages: folders of packages that aren't installed below ``sys.prefix``. Never the folder they were found in:
            beside a package may lie what nobody should read.
    """
    return list(dict.fromkeys([*_SYSTEM, sys.base_prefix, sys.prefix, *packages]))


def enter(paths: Iterable[str], shared_size: int) -> None:
    """Make a new root with `paths` read-only, an empty folder `SHARED` to write in, and a place for `BOX`.

    Args:
        paths: from `seen`.
        shared_size: bytes that `SHARED` may hold.
    """
    places = {path: _whereabouts(path) for path in _with_goals(paths)}
    mount(None, "/", None, Mount.RECURSIVE | Mount.PRIVATE)
    mount("tmpfs", _BASE, "tmpfs", _PLAIN, "size=1m,nr_inodes=2048,mode=755")
    old, new = f"{_BASE}/old", f"{_BASE}/new"
    os.mkdir(old)  # noqa: PTH102 - pathlib adds nothing in here
    os.mkdir(new)  # noqa: PTH102
    mount(new, new, None, Mount.BIND)
    pivot_root(_BASE, old)
    os.chdir("/")
    _furnish(places)
    mount_scratch(f"/new{SHARED}", shared_size)
    unmount("/old")
    os.chdir("/new")
    pivot_root(".", ".")
    unmount(".")
    os.chdir("/")
    mount(None, "/", None, Mount.REMOUNT | Mount.BIND | Mount.READ_ONLY | _PLAIN)


def mount_scratch(target: str, size: int) -> None:
    """Mount an empty folder in memory that everybody may write in."""
    mount("tmpfs", target, "tmpfs", _PLAIN, f"size={size},nr_inodes=4096,mode=1777")


def mount_processes() -> None:
    """Show the processes of this pid namespace under ``/proc``, and nothing else of the machine.

    The kernel allows that only where a whole ``/proc`` is in sight already, so `enter` leaves the old one there.
    """
    try:
        mount("proc", "/proc", "proc", _PLAIN | Mount.NO_EXEC, "subset=pid")
    except OSError:  # refused in some containers: then there is no /proc
        mount("tmpfs", "/proc", "tmpfs", _PLAIN | Mount.NO_EXEC | Mount.READ_ONLY, "size=4k,mode=555")


def _with_goals(paths: Iterable[str]) -> list[str]:
    """The paths, and where those lead that are links: a Python is often reached by one."""
    return [each for path in paths for each in dict.fromkeys((path, os.path.realpath(path)))]


def _whereabouts(path: str) -> str:
    """A path without links on the way to it; whether it is one itself doesn't matter."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)  # noqa: PTH118


def _furnish(places: Mapping[str, str]) -> None:
    for path, place in places.items():
        _show(path, place)
    for name in ("dev", "proc", BOX[1:], SHARED[1:]):
        Path("/new", name).mkdir(parents=True, exist_ok=True)
    mount("/old/proc", "/new/proc", None, Mount.BIND | Mount.RECURSIVE)
    for name in _DEVICES:
        target = Path("/new/dev", name)
        target.touch()
        mount(f"/old/dev/{name}", str(target), None, Mount.BIND)
    Path("/new/dev/fd").symlink_to("/proc/self/fd")
    Path("/new/dev/shm").symlink_to(BOX)
    if not Path("/new/tmp").exists():  # it does where Python itself lies below /tmp
        Path("/new/tmp").symlink_to(BOX)


def _show(path: str, place: str) -> None:
    """Bind what lies at a place of the old root read-only at a path of the new one; links stay links."""
    source, target = Path(f"/old{place}"), Path(f"/new{path}")
    if target.exists() or not os.path.lexists(source):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink():
        target.symlink_to(source.readlink())
        return
    if source.is_dir():
        target.mkdir()
    else:
        target.touch()
    mount(str(source), str(target), None, Mount.BIND | Mount.RECURSIVE)
    _make_read_only(str(target))


def _make_read_only(target: str) -> None:
    """Remount read-only. A mount's locked flags, such as noexec, must be said again, and can't be asked for cheaply."""
    flags = Mount.REMOUNT | Mount.BIND | Mount.READ_ONLY | _PLAIN
    locked = (0, Mount.RELATIVE_ATIME, Mount.RELATIVE_ATIME | Mount.NO_EXEC, Mount.NO_ATIME, Mount.NO_EXEC)
    for extra in locked:
        try:
            mount(None, target, None, flags | extra)
        except OSError as error:
            refused = error
        else:
            return
    raise refused
