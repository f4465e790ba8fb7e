"""Tier A's root: the system and Python to read, two small folders to write in, and nothing else."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest

from autograder.sandbox import root
from autograder.sandbox.walls import Tier


@pytest.fixture(autouse=True)
def _only_tier_a(tier):
    if tier is not Tier.NAMESPACES:
        pytest.skip("tier B has the machine's root, behind Landlock")


def test_packages_are_seen_and_nothing_twice():
    seen = root.seen(["/opt/package", "/usr"])
    assert {"/usr", sys.prefix, sys.base_prefix, "/opt/package"} <= set(seen)
    assert len(seen) == len(set(seen))
    assert not {"/", "/etc", "/home", "/root", "/var", "/tmp", "/run", "/etc/ssl"} & set(seen)


def test_the_root_holds_what_it_should_and_nothing_else(house):
    """Folders on the way to Python hold that way and nothing else."""
    places = house.run("import os\nreturn sorted(os.listdir('/'))")
    way = {Path(prefix).parts[1] for prefix in (sys.prefix, sys.base_prefix, __file__)}
    assert {"box", "dev", "etc", "proc", "shared", "tmp", "usr"} <= set(places)
    assert set(places) <= {"bin", "box", "dev", "etc", "lib", "lib64", "proc", "shared", "tmp", "usr"} | way
    assert house.run("import os\nreturn sorted(os.listdir('/dev'))") == [
        *("fd", "full", "null", "random", "shm", "urandom", "zero")
    ]
    assert set(house.run("import os\nreturn os.listdir('/etc')")) <= {
        *("alternatives", "hosts", "ld.so.cache", "localtime", "mime.types", "nsswitch.conf", "ssl")
    }


def test_every_mount_is_read_only_or_small(house):
    """And none has devices or setuid programs; the zygote's root is nowhere behind them."""
    lines = house.run("return open('/proc/self/mountinfo').read()").splitlines()
    mounts = {fields[4]: set(fields[5].split(",")) for fields in map(str.split, lines)}  # what is seen at each place
    devices = {f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")}
    assert {place for place, flags in mounts.items() if "rw" in flags} <= {"/box", "/shared", "/proc", *devices}
    assert not [place for place, flags in mounts.items() if place not in devices and not {"nosuid", "nodev"} <= flags]
    assert {"/", "/box", "/shared", "/proc", "/usr"} <= set(mounts)
    assert not [place for place in mounts if place.startswith(("/old", "/new"))]


def test_writing_elsewhere_is_impossible_not_only_forbidden(house):
    """Landlock forbids it before; the mounts would refuse it as well."""
    flags = house.run(
        "import os\nreturn [bool(os.statvfs(path).f_flag & os.ST_RDONLY) for path in places]",
        places=["/", "/usr", sys.prefix],
    )
    assert flags == [True, True, True]


def test_scratch_folders_are_as_large_as_told(house):
    for folder in ("/box", "/shared"):
        size = house.run("import os\nfound = os.statvfs(path)\nreturn found.f_blocks * found.f_frsize", path=folder)
        assert size == 4 << 20


def test_temporary_folders_are_the_guests_own(house):
    """POSIX shared memory included, which so has a size."""
    links = house.run("import os\nreturn [os.readlink('/dev/shm'), os.path.realpath('/tmp')]")
    assert links[0] == "/box"
    assert links[1] == "/box" or Path(sys.prefix).is_relative_to("/tmp")
    memory = "from multiprocessing.shared_memory import SharedMemory\nmemory = SharedMemory(create=True, size=64)\n"
    assert house.run(memory + "memory.unlink()\nreturn memory.size") >= 64
    house.box.empty()


def test_proc_shows_this_boxs_processes_and_nothing_of_the_machine(house):
    names = house.run("import os\nreturn os.listdir('/proc')")
    assert (
        not {"cpuinfo", "meminfo", "kcore", "sys", "net", "modules", "cmdline"}
        & {name for name in names if not name.isdecimal()}
        or not names
    )
    assert len([name for name in names if name.isdecimal()]) <= 3


def test_the_guest_is_in_namespaces_of_its_own(house):
    own = house.run("import os\nreturn {name: os.readlink(f'/proc/self/ns/{name}') for name in names}", names=KINDS)
    for name in KINDS:
        assert own[name] != str(Path(f"/proc/self/ns/{name}").readlink())


KINDS = ["user", "net", "mnt", "pid", "ipc", "uts", "cgroup"]


def test_a_box_beside_shares_the_network_and_no_process(zygote, open_house):
    look = "import os\nreturn {name: os.readlink(f'/proc/self/ns/{name}') for name in names}"
    with open_house(zygote) as one, open_house(zygote, one) as other:
        first, second = one.run(look, names=KINDS), other.run(look, names=KINDS)
    assert first["net"] == second["net"]
    for name in ("pid", "mnt", "ipc"):
        assert first[name] != second[name]


def test_a_full_folder_is_an_error_for_who_filled_it_alone(zygote, open_house):
    fill = "open('full', 'wb').write(bytes(1 << 20))\nopen('fuller', 'wb').write(bytes(8 << 20))"
    with open_house(zygote) as one, open_house(zygote, one) as other:
        with pytest.raises(Exception, match=r"No space left|File too large") as caught:
            one.run("import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + fill)
        assert caught.value.errno in {errno.ENOSPC, errno.EFBIG}
        assert other.run("return open('small', 'w').write('fits')") == 4
