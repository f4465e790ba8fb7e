"""Run a program as another machine would: ``python limited.py MACHINE COMMAND...``

docker: what Docker's default seccomp profile refuses, and the capabilities that it takes from root.
old-docker: Landlock refused as well, as before version 23.
no-landlock: the kernel has no Landlock, and namespaces are refused.
container: root has a container's capabilities, and nothing is filtered, as with Podman's default profile.
powerless: root has no capability at all.
ubuntu: user namespaces can be made, but give no rights, as Ubuntu restricts them since 23.10.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from autograder.sandbox.kernel import prctl

LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, ERROR = 0x7FFF0000, 0x00050000
NEW_USER, NEW_ANY = 0x10000000, 0x7E020080
LANDLOCK = (444, 445, 446)
NUMBERS = {
    "x86_64": {
        **{"unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155, "clone": 56, "keyctl": 250},
        **{"add_key": 248, "request_key": 249, "bpf": 321, "userfaultfd": 323, "perf_event_open": 298, "chroot": 161},
    },
    "aarch64": {
        **{"unshare": 97, "setns": 268, "mount": 40, "umount2": 39, "pivot_root": 41, "clone": 220, "keyctl": 219},
        **{"add_key": 217, "request_key": 218, "bpf": 280, "userfaultfd": 282, "perf_event_open": 241, "chroot": 51},
    },
}
FILE_SYSTEMS = (428, 429, 430, 431, 432, 433, 442)  # open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, ...
CLONE3 = 435
# CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD,
# AUDIT_WRITE, SETFCAP
DOCKERS_CAPABILITIES = (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31)


def refuse(number: int, code: int = errno.EPERM) -> list[tuple[int, int, int, int]]:
    return [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERROR | code)]


def refuse_flags(number: int, flags: int) -> list[tuple[int, int, int, int]]:
    """Refuse a call whose first argument has one of some bits."""
    check = [(LOAD, 0, 0, 16), (ANY_BIT, 0, 1, flags), (RETURN, 0, 0, ERROR | errno.EPERM), (RETURN, 0, 0, ALLOW)]
    return [(EQUAL, 0, len(check), number), *check]


def filter_of(machine: str) -> list[tuple[int, int, int, int]]:
    known = dict(NUMBERS[os.uname().machine])
    clone = known.pop("clone")
    code = [(LOAD, 0, 0, 0), *refuse(CLONE3, errno.ENOSYS)]
    if machine in ("container", "powerless"):
        return [*code, (RETURN, 0, 0, ALLOW)]
    if machine == "ubuntu":
        code += refuse_flags(clone, NEW_ANY & ~NEW_USER) + refuse_flags(known.pop("unshare"), NEW_ANY & ~NEW_USER)
        for name in ("setns", "mount", "umount2", "pivot_root"):
            code += refuse(known[name])
    else:
        code += refuse_flags(clone, NEW_ANY)
        for number in (*known.values(), *FILE_SYSTEMS):
            code += refuse(number)
    for number in LANDLOCK if machine in ("old-docker", "no-landlock") else ():
        code += refuse(number, errno.EPERM if machine == "old-docker" else errno.ENOSYS)
    return [*code, (RETURN, 0, 0, ALLOW)]


def keep_capabilities(numbers: tuple[int, ...]) -> None:
    for number in range(41):
        if number not in numbers:
            prctl(24, number, what="capbset_drop")
    kept = sum(1 << number for number in numbers)
    header = struct.pack("Ii", 0x20080522, 0)
    if ctypes.CDLL(None).capset(header, struct.pack("6I", kept, kept, 0, 0, 0, 0)):
        raise OSError("capset failed")


def main() -> None:
    machine, *command = sys.argv[1:]
    if os.getuid() == 0 and machine in ("docker", "old-docker", "container"):
        keep_capabilities(DOCKERS_CAPABILITIES)
    if os.getuid() == 0 and machine == "powerless":
        keep_capabilities(())
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in filter_of(machine))
    buffer = ctypes.create_string_buffer(code, len(code))
    prctl(38, 1, what="no_new_privs")
    prctl(22, 2, struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer)), what="seccomp")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
