"""The tables hold what the kernel's headers say, and nothing that a guest must not have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.sandbox.syscalls import ALLOWED, LOOKED_AT

HEADERS = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm/unistd_64.h")),
    "aarch64": (Path("/usr/include/asm-generic/unistd.h"),),
}
# Names that the generic header gives to what 64-bit machines know by another.
GENERIC = {"newfstatat": "fstatat", "fadvise64": "fadvise64"}
NEVER = {
    *(
        "ptrace",
        "process_vm_readv",
        "process_vm_writev",
        "pidfd_open",
        "pidfd_getfd",
        "pidfd_send_signal",
        "kcmp",
        "inotify_init1",
    ),
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "fsopen", "fsmount", "move_mount", "open_tree"),
    *("memfd_create", "memfd_secret", "shmget", "shmat", "semget", "msgget", "mq_open", "io_uring_setup", "keyctl"),
    *("add_key", "request_key", "bpf", "userfaultfd", "perf_event_open", "init_module", "finit_module", "kexec_load"),
    *("open_by_handle_at", "name_to_handle_at", "fanotify_init", "swapon", "reboot", "syslog", "acct", "quotactl"),
    *("setuid", "setgid", "setresuid", "setgroups", "capset", "personality", "modify_ldt", "iopl", "ioperm"),
    *("rt_sigqueueinfo", "rt_tgsigqueueinfo", "process_madvise", "move_pages", "migrate_pages", "mbind", "vmsplice"),
    *("sched_setaffinity", "sched_setscheduler", "setpriority", "ioprio_set", "settimeofday", "clock_settime"),
    *("sethostname", "setdomainname", "sync", "syncfs", "lookup_dcookie", "remap_file_pages", "uselib", "ustat"),
}


@pytest.fixture(params=sorted(ALLOWED))
def architecture(request):
    return request.param


def numbers(architecture):
    """The numbers of the system's header; skips where it isn't installed."""
    for path in HEADERS[architecture]:
        if path.exists():
            defined = re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)", path.read_text())
            return {name: int(number) for name, number in defined}
    pytest.skip(f"no header of {architecture} here: install linux-libc-dev")


def test_every_number_is_the_kernels(architecture):
    known = numbers(architecture)
    for name, number in (ALLOWED[architecture] | LOOKED_AT[architecture]).items():
        assert known.get(name, known.get(GENERIC.get(name, ""))) == number, name


def test_nothing_that_leads_out_is_allowed(architecture):
    assert not NEVER & ({*ALLOWED[architecture]} | {*LOOKED_AT[architecture]})


def test_no_call_stands_in_both_tables_and_no_number_twice(architecture):
    allowed, looked_at = ALLOWED[architecture], LOOKED_AT[architecture]
    assert not {*allowed} & {*looked_at}
    assert len({*allowed.values(), *looked_at.values()}) == len(allowed) + len(looked_at)


def test_both_architectures_allow_the_same():
    """But for calls that the newer one never had: it knows their successors."""
    assert {*ALLOWED["aarch64"]} <= {*ALLOWED["x86_64"]}
    assert {*LOOKED_AT["aarch64"]} == {*LOOKED_AT["x86_64"]}
    older = {*ALLOWED["x86_64"]} - {*ALLOWED["aarch64"]}
    assert older == {
        *("access", "alarm", "arch_prctl", "chmod", "chown", "creat", "dup2", "epoll_create", "epoll_wait", "eventfd"),
        *(
            "fork",
            "futimesat",
            "getdents",
            "getpgrp",
            "lchown",
            "link",
            "lstat",
            "mkdir",
            "mknod",
            "open",
        ),
        *("pause", "pipe", "poll", "readlink", "rename", "rmdir", "select", "signalfd", "stat", "symlink", "time"),
        *("unlink", "utime", "utimes", "vfork"),
    }
