"""Landlock: a process gives up the right to reach files outside a few folders, without being root.

Facts from the kernel's documentation, "Landlock: unprivileged access control" (userspace-api/landlock). The three calls
have the same numbers on every architecture.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable
from functools import cache

from autograder.sandbox.kernel import syscall

__all__ = ["SCOPES_SINCE", "TRUNCATING_SINCE", "abi", "restrict"]

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL_DEV = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
_READING = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_SCOPES = 0b11  # abstract unix sockets and signals reach this domain only
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many bits of file rights each version knows; from 5 on 16
TRUNCATING_SINCE, _NET_SINCE, SCOPES_SINCE = 3, 4, 6


@cache
def abi() -> int:
    """The version of Landlock that this kernel offers; 0 when it has none or doesn't let us use it."""
    try:
        return syscall(_CREATE_RULESET, None, 0, _VERSION, what="landlock")
    except OSError:
        return 0


def restrict(read: Iterable[str], write: Iterable[str]) -> None:
    """From here on this process and its children reach nothing but these files and folders.

    Needs `kernel.forbid_new_privileges` first. Landlock doesn't look at calls for a file's metadata: its owner can
    still change its mode, and everybody find out that it is there.

    Args:
        read: what may be read and executed; a path that isn't there is left out.
        write: what may be changed as well.

    Raises:
        OSError: this kernel has no Landlock.
    """
    known = abi()
    files = (1 << _RIGHTS.get(known, 16)) - 1
    attributes = struct.pack("Q", files)
    if known >= _NET_SINCE:
        attributes += struct.pack("Q", 0)
    if known >= SCOPES_SINCE:
        attributes += struct.pack("Q", _SCOPES)
    ruleset = syscall(_CREATE_RULESET, attributes, len(attributes), 0, what="landlock_create_ruleset")
    try:
        for paths, rights in ((read, _READING & files), (write, files)):
            for path in paths:
                _allow(ruleset, path, rights)
        syscall(_RESTRICT_SELF, ruleset, 0, what="landlock_restrict_self")
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0, what=f"landlock_add_rule {path}")
    finally:
        os.close(descriptor)
