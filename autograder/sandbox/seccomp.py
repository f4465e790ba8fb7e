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
_TERMINAL = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: put words into a terminal's mouth
# Who gets a signal when something happens to a file: F_SETOWN, F_SETOWN_EX; FIOSETOWN, SIOCSPGRP. A way to kill others.
_OWNERS_BY_FCNTL, _OWNERS_BY_IOCTL = (8, 15), (0x8901, 0x8902)
_OF_MODES = (
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat"),
)
_FAST_OPEN = 0x20000000  # MSG_FASTOPEN
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
        keep_modes: calls that change a file's mode, owner or times do nothing, and claim success, for the sake of
            programs that copy files: this process's user owns others, too, and Landlock doesn't look at these calls.
        keep_lengths: files are truncated through a descriptor alone: Landlock doesn't look at truncating yet.
    """

    loopback: bool
    own_signals_only: bool = False
    keep_modes: bool = False
    keep_lengths: bool = False


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
    known = ALLOWED[architecture] | LOOKED_AT[architecture]
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _AUDIT[architecture]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_GREATER_OR_EQUAL, 0, 1, _LATER),
        (_RETURN, 0, 0, _refusal(errno.ENOSYS)),  # "no such call": libraries then try an older one
    ]
    for name, block in _blocks(rules, own).items():
        if name in known:
            code += [(_JUMP_EQUAL, 0, len(block), known[name]), *block]
    code += _listed(ALLOWED[architecture].values())
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def _refusal(number: int) -> int:
    return _ERRNO | number


def _blocks(rules: Rules, own: int) -> dict[str, list[Instruction]]:
    """What is looked at in each call of `LOOKED_AT` and some others; every block ends with a decision."""
    signals = _one_of(0, [own], errno.EPERM) if rules.own_signals_only else [_answer(_ALLOW)]
    return {
        **(_any_loopback() if rules.loopback else _lent_sockets()),
        **({name: [_answer(_refusal(0))] for name in _OF_MODES} if rules.keep_modes else {}),
        **(_kept_lengths() if rules.keep_lengths else {}),
        "fcntl": _none_of(1, _OWNERS_BY_FCNTL),
        "clone": _no_bit(0, _NEW_NAMESPACES),
        # its flags lie in memory, out of sight; libraries fall back to clone
        "clone3": [_answer(_refusal(errno.ENOSYS))],
        "kill": signals,
        "tgkill": signals,
        "tkill": [_answer(_refusal(errno.EPERM))] if rules.own_signals_only else [_answer(_ALLOW)],
        "prlimit64": _one_of(0, [0], errno.EPERM),
        "ioctl": _none_of(1, [*_TERMINAL, *_OWNERS_BY_IOCTL]),
    }


def _any_loopback() -> dict[str, list[Instruction]]:
    """A network namespace keeps the sockets in; no need for a kernel's rarer protocols all the same."""
    families = [socket.AF_UNIX, socket.AF_INET, socket.AF_INET6]
    protocols = [0, socket.IPPROTO_TCP, socket.IPPROTO_UDP]
    free = ("connect", "bind", "listen", "sendto", "sendmsg", "sendmmsg", "setsockopt")
    return {
        "socket": [*_one_of(0, families, errno.EAFNOSUPPORT)[:-1], *_one_of(2, protocols, errno.EPROTONOSUPPORT)],
        "socketpair": _one_of(0, [socket.AF_UNIX], errno.EAFNOSUPPORT),
        **{name: [_answer(_ALLOW)] for name in free},
    }


def _lent_sockets() -> dict[str, list[Instruction]]:
    """The guest's sockets come from the broker, which also connects, binds and listens.

    An unconnected socket must not get anywhere by other ways: by data that is sent with the connection (TCP Fast Open),
    or by a port that two programs share.
    """
    refuse = [_answer(_refusal(errno.EPERM))]
    stream = _one_of(1, [socket.SOCK_STREAM], errno.EPERM, mask=_SOCKET_TYPE)
    return {
        "socket": [_answer(_refusal(errno.EAFNOSUPPORT))],
        # a datagram socket could still send anywhere: streams only, and made in pairs
        "socketpair": [*_one_of(0, [socket.AF_UNIX], errno.EAFNOSUPPORT)[:-1], *stream],
        "connect": refuse,
        "bind": refuse,
        "listen": refuse,
        "sendto": _no_bit(3, _FAST_OPEN),
        "sendmsg": _no_bit(2, _FAST_OPEN),
        "sendmmsg": _no_bit(3, _FAST_OPEN),
        "setsockopt": _none_of(2, [socket.SO_REUSEPORT]),  # other levels use the number for nothing that anybody needs
    }


def _kept_lengths() -> dict[str, list[Instruction]]:
    """A file can be truncated by its name, even when it is opened for nothing but reading."""
    return {
        "truncate": [_answer(_refusal(errno.EPERM))],
        "open": _no_truncating_reader(1),
        "openat": _no_truncating_reader(2),
        "openat2": [_answer(_refusal(errno.ENOSYS))],  # its flags lie in memory; libraries fall back to openat
    }


def _no_truncating_reader(argument: int) -> list[Instruction]:
    return [
        _argument(argument),
        (_JUMP_ANY_BIT, 0, 4, os.O_TRUNC),
        (_AND, 0, 0, os.O_ACCMODE),
        (_JUMP_EQUAL, 2, 0, os.O_WRONLY),
        (_JUMP_EQUAL, 1, 0, os.O_RDWR),
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


def _none_of(argument: int, values: Sequence[int]) -> list[Instruction]:
    """Refuse the call if an argument is one of some values."""
    tests = [(_JUMP_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [_argument(argument), *tests, _answer(_ALLOW), _answer(_refusal(errno.EPERM))]


def _no_bit(argument: int, bit: int) -> list[Instruction]:
    """Refuse the call if a bit of an argument is set."""
    return [_argument(argument), (_JUMP_ANY_BIT, 0, 1, bit), _answer(_refusal(errno.EPERM)), _answer(_ALLOW)]


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
