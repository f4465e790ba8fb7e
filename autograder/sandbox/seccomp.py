"""A filter in front of the kernel: a guest makes the system calls of `syscalls.ALLOWED` and no others.

Written in the kernel's classic BPF by hand (``seccomp(2)``, ``linux/filter.h``): it is some hundred instructions, made
once per process, and needs no library. What it takes away on purpose: looking into other processes, new namespaces,
mounts, memory that no limit counts (shared memory, memfd), io_uring, keys, and every socket family but those of the
loopback interface.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from autograder.sandbox.kernel import machine, prctl
from autograder.sandbox.syscalls import ALLOWED, LOOKED_AT

__all__ = ["Rules", "install", "program", "supported"]

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_OR_EQUAL, _JUMP_ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE = 0, 4  # where the kernel's struct seccomp_data keeps them
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_LATER = 451  # the first number that the tables don't know; x86_64's other ABI, x32, lies above it, too
_NEW_NAMESPACES = 0x7E020080  # any CLONE_NEW… flag of clone(2)
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
_CHANGES_METADATA = (
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "utimensat", "futimesat"),
)
_SOCKET_TYPE = 0xF
_LIMIT = 255  # how far a conditional jump reaches

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Rules:
    """What depends on the walls around the filter.

    Args:
        loopback: sockets may be made, connected and bound: there is a network namespace with nothing but ``lo``.
        own_signals_only: signals may be sent to this process alone: there is neither a pid namespace nor Landlock's
            scope of signals.
        own_files_only: other people's files are in sight. Landlock doesn't keep anybody from changing their modes,
            owners and times, so these calls do nothing, and say that all is well.
        truncates: in front of such files Landlock keeps truncation off, too; its first two versions don't.
    """

    loopback: bool
    own_signals_only: bool = False
    own_files_only: bool = False
    truncates: bool = True


def supported() -> bool:
    """Whether there is a table for this processor."""
    return machine() in ALLOWED


def install(rules: Rules) -> None:
    """Filter this process's system calls, and those of its children, for good.

    Needs `kernel.forbid_new_privileges` first.

    Raises:
        OSError: this kernel has no seccomp, or there is no table for this processor.
    """
    if not supported():
        raise OSError(errno.ENOSYS, f"seccomp: no table of system calls for {machine()}")
    code = program(machine(), rules)
    if rules.own_signals_only:
        code = program(machine(), rules, os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    prctl(_PR_SET_SECCOMP, _MODE_FILTER, header, what="seccomp")


@cache
def program(architecture: str, rules: Rules, own: int = 0) -> bytes:
    """Assemble the filter.

    Args:
        architecture: ``x86_64`` or ``aarch64``.
        rules: what the other walls are.
        own: this process's number, where it may signal only itself.
    """
    known = LOOKED_AT[architecture]
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _AUDIT[architecture]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_GREATER_OR_EQUAL, 0, 1, _LATER),
        (_RETURN, 0, 0, _refusal(errno.ENOSYS)),  # "no such call": libraries then try an older one
    ]
    for name, block in {**_blocks(rules, own), **_file_blocks(rules)}.items():
        if name in known:
            code += [(_JUMP_EQUAL, 0, len(block), known[name]), *block]
    code += _listed(ALLOWED[architecture].values())
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def _refusal(number: int) -> int:
    return _ERRNO | number


def _blocks(rules: Rules, own: int) -> dict[str, list[Instruction]]:
    """What is looked at in each call of `LOOKED_AT`; every block ends with a decision."""
    refuse = [_answer(_refusal(errno.EPERM))]
    if rules.loopback:
        families = [socket.AF_UNIX, socket.AF_INET, socket.AF_INET6]
        sockets = {
            "socket": _one_of(0, families, errno.EAFNOSUPPORT),
            "socketpair": _one_of(0, families, errno.EAFNOSUPPORT),
            "connect": [_answer(_ALLOW)],
            "bind": [_answer(_ALLOW)],
        }
    else:  # a datagram socket could still send anywhere: streams only, and made in pairs
        sockets = {
            "socket": [_answer(_refusal(errno.EAFNOSUPPORT))],
            "socketpair": _one_of(1, [socket.SOCK_STREAM], errno.EPERM, mask=_SOCKET_TYPE),
            "connect": refuse,
            "bind": refuse,
        }
    signals = _one_of(0, [own], errno.EPERM) if rules.own_signals_only else [_answer(_ALLOW)]
    return {
        **sockets,
        "clone": [_argument(0), (_JUMP_ANY_BIT, 0, 1, _NEW_NAMESPACES), *refuse, _answer(_ALLOW)],
        "clone3": [
            _answer(_refusal(errno.ENOSYS))
        ],  # its flags lie in memory, out of sight; libraries fall back to clone
        "kill": signals,
        "tgkill": signals,
        "tkill": [_answer(_ALLOW)] if not rules.own_signals_only else refuse,
        "prlimit64": _one_of(0, [0], errno.EPERM),
        "ioctl": _one_of(1, _IOCTLS, errno.ENOTTY),
    }


def _file_blocks(rules: Rules) -> dict[str, list[Instruction]]:
    """Calls that change files by their name, past what Landlock looks at."""
    metadata = _answer(_refusal(0) if rules.own_files_only else _ALLOW)
    allow = [_answer(_ALLOW)]
    checked = rules.own_files_only and not rules.truncates
    return {
        **{name: [metadata] for name in _CHANGES_METADATA},
        "truncate": [_answer(_refusal(errno.EPERM))] if checked else allow,
        "open": _no_read_and_truncate(1) if checked else allow,
        "openat": _no_read_and_truncate(2) if checked else allow,
        "openat2": [_answer(_refusal(errno.ENOSYS))] if checked else allow,  # its flags lie in memory, out of sight
        "creat": allow,
    }


def _no_read_and_truncate(argument: int) -> list[Instruction]:
    """Refuse to open a file for reading that is emptied by the way."""
    return [
        _argument(argument),
        (_AND, 0, 0, os.O_ACCMODE | os.O_TRUNC),
        (_JUMP_EQUAL, 0, 1, os.O_RDONLY | os.O_TRUNC),
        _answer(_refusal(errno.EPERM)),
        _answer(_ALLOW),
    ]


def _answer(action: int) -> Instruction:
    return (_RETURN, 0, 0, action)


def _argument(number: int) -> Instruction:
    """Load the lower half of an argument: that is all of an int on both machines, which are little-endian."""
    return (_LOAD, 0, 0, 16 + 8 * number)


def _one_of(argument: int, values: Sequence[int], refusal: int, mask: int = 0) -> list[Instruction]:
    """Allow the call if an argument is one of some values."""
    head = [_argument(argument)] + ([(_AND, 0, 0, mask)] if mask else [])
    tests = [(_JUMP_EQUAL, len(values) - at, 0, int(value)) for at, value in enumerate(values)]
    return [*head, *tests, _answer(_refusal(refusal)), _answer(_ALLOW)]


def _listed(numbers: Iterable[int]) -> list[Instruction]:
    """Allow calls by number, run by run of neighbours; the rest is refused."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    code: list[Instruction] = []
    for low, high in runs:
        left = 2 * len(runs) - len(code)  # instructions up to the refusal
        code += [(_JUMP_GREATER_OR_EQUAL, 1, 0, high + 1), (_JUMP_GREATER_OR_EQUAL, left - 1, left - 2, low)]
    if len(code) > _LIMIT:
        raise ValueError("The table of system calls has too many runs for short jumps.")
    return [*code, _answer(_refusal(errno.EPERM)), _answer(_ALLOW)]
