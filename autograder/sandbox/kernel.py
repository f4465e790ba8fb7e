"""The system calls that Python 3.11 has no function for, by ctypes: see the man page of the same name for each."""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import socket
import struct
from collections.abc import Iterable
from functools import cache

__all__ = [
    "Capability",
    "Clone",
    "Mount",
    "allow_attaching",
    "bound_capabilities",
    "bring_up_loopback",
    "capable",
    "close_all_but",
    "die_with_parent",
    "drop_capabilities",
    "enter_user_namespace",
    "forbid_new_privileges",
    "join_namespace",
    "keep_orphans",
    "machine",
    "mount",
    "pivot_root",
    "prctl",
    "syscall",
    "unmount",
    "unshare",
]

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 36, 38
_CAPABILITY_VERSION_3, _LAST_CAPABILITY = 0x20080522, 63
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_MNT_DETACH = 2
_CLOSE_RANGE = 436  # on every architecture
_NO_DESCRIPTOR = 1 << 31


class Capability:
    """Some of ``capabilities(7)``."""

    CHOWN, SETGID, SETUID, SYS_ADMIN = 0, 6, 7, 21


class Clone:
    """Namespaces, as ``unshare(2)`` names them."""

    MOUNT, CGROUP, UTS, IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
    USER, PID, NET = 0x10000000, 0x20000000, 0x40000000


class Mount:
    """Flags of ``mount(2)``."""

    READ_ONLY, NO_SUID, NO_DEV, NO_EXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 1 << 12, 1 << 14, 1 << 18
    NO_ATIME, RELATIVE_ATIME = 1 << 10, 1 << 21


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
    return libc


@cache
def machine() -> str:
    """The processor architecture: ``x86_64``, ``aarch64`` or another."""
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object, what: str) -> int:
    """Make one raw system call.

    Raises:
        OSError: it failed; ``what`` begins the message.
    """
    return _checked(_libc().syscall(number, *arguments), what)


def prctl(option: int, *arguments: object, what: str) -> None:
    """Call ``prctl(2)``. Raises OSError when it fails."""
    padded = [*arguments, 0, 0, 0, 0][:4]
    _checked(_libc().prctl(option, *padded), what)


def unshare(flags: int) -> None:
    """Move this process (for PID: its children to come) into new namespaces."""
    _checked(_libc().unshare(flags), "unshare")


def join_namespace(descriptor: int, kind: int) -> None:
    """Enter the namespace that an open ``/proc/PID/ns/…`` file stands for."""
    _checked(_libc().setns(descriptor, kind), "setns")


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    texts = [text.encode() if text else None for text in (source, target, kind, data)]
    _checked(_libc().mount(texts[0], texts[1], texts[2], flags, texts[3]), f"mount {target}")


def unmount(target: str) -> None:
    """Take a mount away; it ends with its last user."""
    _checked(_libc().umount2(target.encode(), _MNT_DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    _checked(_libc().pivot_root(new.encode(), old.encode()), "pivot_root")


def enter_user_namespace(processes: int, inside: int) -> None:
    """Move this process into a new user namespace that knows one user and one group: its own, under a new number.

    Args:
        processes: an open ``/proc``.
        inside: the number.
    """
    user, group = os.getuid(), os.getgid()
    unshare(Clone.USER)
    maps = {"setgroups": "deny", "uid_map": f"{inside} {user} 1", "gid_map": f"{inside} {group} 1"}
    for name, text in maps.items():
        descriptor = os.open(f"self/{name}", os.O_WRONLY, dir_fd=processes)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)


def bring_up_loopback() -> None:
    """Switch on ``lo`` in this process's network namespace: see ``netdevice(7)``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        answer = fcntl.ioctl(end, _SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0))
        (flags,) = struct.unpack("16xH14x", answer)
        fcntl.ioctl(end, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


def capable(*numbers: int) -> bool:
    """Whether this process has all of some capabilities: see `Capability`. A container's root often hasn't."""
    header, found = struct.pack("Ii", _CAPABILITY_VERSION_3, 0), ctypes.create_string_buffer(24)
    _checked(_libc().capget(header, found), "capget")
    low, _, _, high, _, _ = struct.unpack("6I", found.raw)
    return all((high << 32 | low) >> number & 1 for number in numbers)


def bound_capabilities() -> None:
    """Let no program that is executed from here on give this process capabilities; the present ones stay.

    Only who has the capability for it can do that. For others, and for numbers that the kernel doesn't know, nothing
    happens.
    """
    for number in range(_LAST_CAPABILITY + 1):
        _libc().prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)


def drop_capabilities() -> None:
    """Give up every capability. For good it is only after `bound_capabilities` or `forbid_new_privileges`."""
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _checked(_libc().capset(header, bytes(24)), "capset")


def forbid_new_privileges() -> None:
    """No program that is executed from here on gains rights by a setuid bit or the like."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1, what="no_new_privs")


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that forked it ends."""
    prctl(_PR_SET_PDEATHSIG, 9, what="pdeathsig")


def keep_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1, what="child_subreaper")


def allow_attaching(allowed: bool) -> None:
    """Say whether others of this user may look into this process: its memory, and most of ``/proc/PID``."""
    prctl(_PR_SET_DUMPABLE, int(allowed), what="dumpable")


def close_all_but(kept: Iterable[int]) -> None:
    """Close every file descriptor but the standard three and ``kept``."""
    first = 3
    for number in [*sorted({one for one in kept if one >= 3}), _NO_DESCRIPTOR]:
        if number > first:
            syscall(_CLOSE_RANGE, first, ctypes.c_uint(number - 1), 0, what="close_range")
        first = number + 1
