"""What is raised around a guest, by tier: the strongest walls that this machine can build."""

from __future__ import annotations

import os
import resource
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from autograder.sandbox import landlock, seccomp
from autograder.sandbox.kernel import (
    Capability,
    allow_attaching,
    bound_capabilities,
    capable,
    die_with_parent,
    drop_capabilities,
    forbid_new_privileges,
    machine,
)

__all__ = ["Caps", "Tier", "become_nobody", "close_in", "prepare", "python_is_open_to_all", "user_of"]

_NOBODY = 64_000  # the first of the user numbers that nobody has, used when root starts boxes
_own_user = False  # whether this process became somebody who has nothing but a box
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
_TO_READ = ("/dev/random", "/dev/urandom", "/proc/self")


class Tier(StrEnum):
    """How strong the walls are."""

    NAMESPACES = "A"
    LANDLOCK = "B"
    NONE = "none"

    @property
    def words(self) -> str:
        return {
            Tier.NAMESPACES: "namespaces, Landlock and seccomp",
            Tier.LANDLOCK: "Landlock and seccomp, with brokered loopback connections",
            Tier.NONE: "no sandbox",
        }[self]


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a guest may take.

    Args:
        address_space: bytes of address space of each of its processes.
        resident: bytes of memory that all its processes may hold together; beyond it the box is ended.
        processes: processes and threads at the same time.
        files: open files of each process.
        file_size: bytes of one file.
        scratch: bytes of all files in its folder.
        seconds: processor seconds of each process.
    """

    address_space: int = 2 << 30
    resident: int = 768 << 20
    processes: int = 96
    files: int = 256
    file_size: int = 64 << 20
    scratch: int = 64 << 20
    seconds: int = 300

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Caps:
        return cls(**data)

    def apply(self, *, own_user: bool) -> None:
        """Limit this process and its children.

        Args:
            own_user: this process's user has no processes but the guests'. Where it has others, a desktop's for
                instance, they would count as well, and the box's warden counts instead.
        """
        for kind, most in (
            (resource.RLIMIT_AS, self.address_space),
            *(((resource.RLIMIT_NPROC, self.processes),) if own_user else ()),
            (resource.RLIMIT_NOFILE, self.files),
            (resource.RLIMIT_FSIZE, self.file_size),
            (resource.RLIMIT_CPU, self.seconds),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_MEMLOCK, 0),
            (resource.RLIMIT_MSGQUEUE, 0),
        ):
            resource.setrlimit(kind, (most, most))


def user_of(number: int) -> int:
    """The user number that the guests of a tier B box have."""
    return _NOBODY + number if _may_become_nobody() and python_is_open_to_all() else os.getuid()


def _may_become_nobody() -> bool:
    """Whether this is a root that may become somebody else: a container's may not always."""
    return os.getuid() == 0 and capable(Capability.SETUID, Capability.SETGID, Capability.CHOWN)


def become_nobody(number: int) -> None:
    """As root, become a user without rights; nobody else's processes have this number. Others stay who they are.

    Process limits don't hold for root, not even in a user namespace.
    """
    global _own_user
    if _may_become_nobody():
        user = _NOBODY + number
        bound_capabilities()
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        _own_user = True
        allow_attaching(True)  # else /proc/self/uid_map can't be written any more


def python_is_open_to_all() -> bool:
    """Whether a user without rights can read this Python: one in root's own folder would stop at its first import.

    Root then stays root, without capabilities: its process limit doesn't hold, and the box's warden counts instead.
    """
    places = {Path(path).resolve() for path in (sys.prefix, sys.base_prefix, os.__file__, __file__)}
    folders = {folder for place in places for folder in (place, *place.parents)}
    return all(folder.stat().st_mode & stat.S_IROTH for folder in places) and all(
        folder.stat().st_mode & stat.S_IXOTH for folder in folders if folder.is_dir()
    )


def close_in(tier: Tier, caps: Caps, *, folders: Iterable[str], readable: Iterable[str], trusted: bool) -> None:
    """Raise the walls around this process, for good. Its file system and namespaces are the box's business.

    Args:
        tier: which walls.
        caps: how much it may take.
        folders: what it may write in, besides harmless devices.
        readable: what it may read, in tier B; in tier A the root holds nothing else.
        trusted: the guest runs an author's code, which may connect to the loopback interface in tier B.
    """
    caps.apply(own_user=tier is Tier.NAMESPACES or _own_user)
    forbid_new_privileges()
    drop_capabilities()
    if tier is Tier.NAMESPACES:
        landlock_if_there(["/"], [*folders, *_DEVICES])
    else:
        die_with_parent()
        landlock.restrict([*readable, *_TO_READ], [*folders, *_DEVICES])
    seccomp.install(_rules(tier, trusted))


def prepare(tier: Tier, trusted: bool) -> None:
    """Find out and make, once for all guests that are forked from this process, what `close_in` needs of both."""
    landlock.abi()
    if seccomp.supported():
        seccomp.program(machine(), _rules(tier, trusted))


def _rules(tier: Tier, trusted: bool) -> seccomp.Rules:
    """What the filter has to do. In tier B it closes what this kernel's Landlock leaves open."""
    if tier is Tier.NAMESPACES:
        return seccomp.Rules(loopback=True)
    return seccomp.Rules(
        loopback=trusted,
        own_signals_only=landlock.abi() < landlock.SCOPES_SINCE,
        keep_modes=not _own_user and not trusted,
        keep_lengths=landlock.abi() < landlock.TRUNCATING_SINCE,
    )


def landlock_if_there(read: Iterable[str], write: Iterable[str]) -> None:
    """A second wall behind the private root; older kernels have none."""
    if landlock.abi():
        landlock.restrict(read, write)
