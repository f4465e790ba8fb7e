"""The filter decides as its rules say, on both architectures: run by an interpreter here, and by this kernel."""

from __future__ import annotations

import errno
import os
import socket
import struct

import pytest

from autograder.sandbox import seccomp
from autograder.sandbox.seccomp import Rules, program
from autograder.sandbox.syscalls import ALLOWED, LOOKED_AT

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
I386, ARM = 0x40000003, 0x40000028
ALLOW, KILL = "allow", "kill"
BOXED, LENT = Rules(loopback=True), Rules(loopback=False)
ALONE = Rules(loopback=False, own_signals_only=True)
KEEPING = Rules(loopback=False, keep_modes=True, keep_lengths=True)
SELF = 4711


def interpret(code, data):
    """What the kernel's classic BPF machine makes of a filter: see ``linux/filter.h``."""
    instructions = list(struct.iter_unpack("HBBI", code))
    register, at = 0, 0
    while True:
        operation, when_true, when_false, value = instructions[at]
        at += 1
        match operation:
            case 0x20:  # load a word
                (register,) = struct.unpack_from("I", data, value)
            case 0x54:  # and
                register &= value
            case 0x15:
                at += when_true if register == value else when_false
            case 0x35:
                at += when_true if register >= value else when_false
            case 0x45:
                at += when_true if register & value else when_false
            case 0x06:
                return value
            case _:
                raise AssertionError(f"no such operation: {operation:#x}")


def decide(architecture, rules, name, *arguments, audit=None):
    """What the filter says to a call: "allow", "kill", or the number of an error."""
    number = name if isinstance(name, int) else (ALLOWED[architecture] | LOOKED_AT[architecture])[name]
    words = [argument & 0xFFFFFFFFFFFFFFFF for argument in (*arguments, *[0] * 6)[:6]]
    data = struct.pack("IIQ6Q", number, AUDIT[architecture] if audit is None else audit, 0, *words)
    said = interpret(program(architecture, rules, SELF if rules.own_signals_only else 0), data)
    return {0x7FFF0000: ALLOW, 0x80000000: KILL}.get(said, said & 0xFFFF if said >> 16 == 0x0005 else said)


@pytest.fixture(params=sorted(AUDIT))
def architecture(request):
    return request.param


@pytest.mark.parametrize("rules", [BOXED, LENT, ALONE], ids=["A", "B", "B without scopes"])
def test_every_number_is_allowed_looked_at_or_refused(architecture, rules):
    """All of them, and some beyond: an allow-list forgets nobody."""
    allowed, looked_at = {*ALLOWED[architecture].values()}, {*LOOKED_AT[architecture].values()}
    for number in range(600):
        said = decide(architecture, rules, number)
        if number in allowed:
            assert said == ALLOW, number
        elif number >= 451:
            assert said == errno.ENOSYS, number
        elif number not in looked_at:
            assert said == errno.EPERM, number


def test_another_architecture_kills(architecture):
    """A 64-bit process may make 32-bit calls, whose numbers mean something else."""
    for audit in (I386, ARM, 0, *(one for name, one in AUDIT.items() if name != architecture)):
        assert decide(architecture, BOXED, "read", audit=audit) == KILL


@pytest.mark.parametrize("number", [0x40000000, 0x40000000 + 59, 0x40000000 + 512, 0x7FFFFFFF, 0xFFFFFFFF])
def test_the_x32_abi_does_not_exist(architecture, number):
    assert decide(architecture, BOXED, number) == errno.ENOSYS


def test_sockets_of_loopback_families_where_there_is_a_namespace(architecture):
    for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC):
            assert decide(architecture, BOXED, "socket", family, kind, 0) == ALLOW
    assert decide(architecture, BOXED, "socket", socket.AF_INET, 1, socket.IPPROTO_TCP) == ALLOW
    for protocol in (1, 132, 136, 255, 262):
        assert decide(architecture, BOXED, "socket", socket.AF_INET, 1, protocol) == errno.EPROTONOSUPPORT
    for family in (0, 16, 17, 29, 30, 31, 38, 40, 44, 1 << 31):
        assert decide(architecture, BOXED, "socket", family, 1, 0) == errno.EAFNOSUPPORT
    assert decide(architecture, BOXED, "socketpair", socket.AF_UNIX, socket.SOCK_SEQPACKET) == ALLOW
    assert decide(architecture, BOXED, "socketpair", 30, 1) == errno.EAFNOSUPPORT
    for name in ("connect", "bind", "listen", "sendto", "sendmsg", "sendmmsg", "setsockopt"):
        assert decide(architecture, BOXED, name, 3, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF) == ALLOW


def test_no_sockets_but_pairs_where_there_is_none(architecture):
    """A lent socket must not be connected by other means, and no datagram may leave."""
    for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16):
        assert decide(architecture, LENT, "socket", family, 1, 0) == errno.EAFNOSUPPORT
    for name in ("connect", "bind", "listen"):
        assert decide(architecture, LENT, name, 3) == errno.EPERM
    for kind in (1, 1 | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC):
        assert decide(architecture, LENT, "socketpair", socket.AF_UNIX, kind) == ALLOW
        assert decide(architecture, LENT, "socketpair", 30, kind) == errno.EAFNOSUPPORT
    for kind in (2, 5, 5 | socket.SOCK_CLOEXEC):
        assert decide(architecture, LENT, "socketpair", socket.AF_UNIX, kind) == errno.EPERM
    for name, at in (("sendto", 3), ("sendmsg", 2), ("sendmmsg", 3)):
        flags = [0] * 6
        flags[at] = socket.MSG_NOSIGNAL | socket.MSG_DONTWAIT
        assert decide(architecture, LENT, name, *flags) == ALLOW
        flags[at] |= socket.MSG_FASTOPEN
        assert decide(architecture, LENT, name, *flags) == errno.EPERM
    assert decide(architecture, LENT, "setsockopt", 3, socket.SOL_SOCKET, socket.SO_REUSEADDR) == ALLOW
    assert decide(architecture, LENT, "setsockopt", 3, socket.SOL_SOCKET, socket.SO_REUSEPORT) == errno.EPERM


@pytest.mark.parametrize("rules", [BOXED, LENT, ALONE], ids=["A", "B", "B without scopes"])
def test_processes_but_no_namespaces(architecture, rules):
    thread, fork = 0x3D0F00, 0x1200011
    assert decide(architecture, rules, "clone", thread) == decide(architecture, rules, "clone", fork) == ALLOW
    for flag in (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert decide(architecture, rules, "clone", fork | flag) == errno.EPERM
    assert decide(architecture, rules, "clone3") == errno.ENOSYS


def test_signals_to_itself_alone_where_nothing_else_keeps_them_in(architecture):
    for name in ("kill", "tgkill"):
        assert decide(architecture, ALONE, name, SELF, 9) == ALLOW
        for other in (0, 1, -1, -SELF, SELF + 1):
            assert decide(architecture, ALONE, name, other, 9) == errno.EPERM
            assert decide(architecture, LENT, name, other, 9) == ALLOW
    assert decide(architecture, ALONE, "tkill", SELF) == errno.EPERM
    assert decide(architecture, LENT, "tkill", 1) == ALLOW


def test_arguments_of_other_calls(architecture):
    for rules in (BOXED, LENT, ALONE):
        assert decide(architecture, rules, "prlimit64", 0) == ALLOW
        assert decide(architecture, rules, "prlimit64", 1) == errno.EPERM
        for command in (0x5412, 0x541C, 0x8901, 0x8902):  # typing for others, and whom to signal
            assert decide(architecture, rules, "ioctl", 0, command) == errno.EPERM
        for command in (0x5401, 0x5413, 0x541B, 0x5421):
            assert decide(architecture, rules, "ioctl", 0, command) == ALLOW
        for command in (8, 15):
            assert decide(architecture, rules, "fcntl", 3, command) == errno.EPERM
        for command in (0, 1, 2, 3, 4, 6, 7, 1030, 1033):
            assert decide(architecture, rules, "fcntl", 3, command) == ALLOW


def test_metadata_stays_where_landlock_does_not_look(architecture):
    """Nothing is done, and success is claimed: a copy should not fail for it."""
    known = ALLOWED[architecture]
    for name in ("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "utime", "utimensat"):
        if name in known:
            assert decide(architecture, KEEPING, name, 3, 0o777) == 0
            assert decide(architecture, LENT, name, 3, 0o777) == ALLOW


def test_a_reader_truncates_nothing_where_landlock_does_not_look(architecture):
    opens = [("openat", 2), ("open", 1)] if "open" in ALLOWED[architecture] else [("openat", 2)]
    for name, at in opens:
        for flags, expected in (
            (os.O_RDONLY, ALLOW),
            (os.O_RDONLY | os.O_TRUNC, errno.EPERM),
            (3 | os.O_TRUNC | os.O_CLOEXEC, errno.EPERM),
            (os.O_WRONLY | os.O_TRUNC | os.O_CREAT, ALLOW),
            (os.O_RDWR | os.O_TRUNC, ALLOW),
        ):
            arguments = [0] * 6
            arguments[at] = flags
            assert decide(architecture, KEEPING, name, *arguments) == expected
            assert decide(architecture, LENT, name, *arguments) == ALLOW
    assert decide(architecture, KEEPING, "truncate") == errno.EPERM
    assert decide(architecture, KEEPING, "ftruncate", 3) == ALLOW
    assert decide(architecture, KEEPING, "openat2") == errno.ENOSYS


def test_the_upper_half_of_an_int_is_nothing(architecture):
    """The kernel looks at the lower 32 bits of an int only; so must the filter."""
    dirty = 0xDEAD << 32
    assert decide(architecture, BOXED, "socket", dirty | socket.AF_INET, 1, dirty) == ALLOW
    assert decide(architecture, BOXED, "socket", dirty | 16, 1, 0) == errno.EAFNOSUPPORT
    assert decide(architecture, LENT, "ioctl", 0, dirty | 0x5412) == errno.EPERM


def test_a_table_that_is_too_scattered_is_refused():
    """Rather than jump to somewhere."""
    with pytest.raises(ValueError, match="too many runs"):
        seccomp._listed(range(0, 450, 2))


def test_a_processor_without_a_table_is_named(monkeypatch):
    monkeypatch.setattr(seccomp, "machine", lambda: "riscv64")
    assert not seccomp.supported()
    with pytest.raises(OSError, match="no table of system calls for riscv64"):
        seccomp.install(BOXED)


def test_this_kernel_takes_the_filter(in_child):
    """For good, and for children."""
    code = """
import errno, json, os, socket
from autograder.sandbox import kernel, seccomp
kernel.forbid_new_privileges()
seccomp.install(seccomp.Rules(loopback=False))
answers = []
for attempt in (lambda: socket.socket(), lambda: kernel.unshare(0x10000000)):
    try: attempt()
    except OSError as error: answers.append(error.errno)
child = os.fork()
if child == 0:
    try: socket.socket()
    except OSError: os._exit(7)
answers.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(json.dumps(answers))
"""
    if not seccomp.supported():
        pytest.skip("no table for this processor")
    assert in_child(code) == [errno.EAFNOSUPPORT, errno.EPERM, 7]
