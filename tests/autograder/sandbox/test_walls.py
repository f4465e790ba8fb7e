"""What a guest can't do, in either tier: read, write, see, signal or become anything that isn't its own."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.walls import Caps, Tier, python_is_open_to_all, user_of

COURSE = Path(__file__).parents[3] / "course"
REFUSED = {"PermissionError", "FileNotFoundError"}

# --- files ---


@pytest.mark.parametrize(
    "path",
    [
        *("/etc/shadow", "/etc/passwd", "/etc/ssl/private", "/root/.bashrc", "/root/.ssh", "/home", "/boot", "/mnt"),
        *("/var/lib/dpkg", "/var/log", "/sys/kernel", "/run", "/proc/1/maps", "/proc/meminfo", "/proc/sys/kernel"),
    ],
)
def test_a_guest_reads_nothing_of_the_machine(house, path):
    assert house.unreadable(path)


def test_a_guest_reads_nothing_of_the_instructors(house, tmp_path_factory):
    """Not even what everybody on the machine may read."""
    secret = tmp_path_factory.mktemp("instructor") / "secret.txt"
    secret.write_text("the gradebook's password")
    for folder in (secret.parent, secret.parent.parent):
        folder.chmod(0o755)
    course = (COURSE, COURSE / "a2_one_table" / "a2_one_table.py", COURSE.parent / "solutions", COURSE.parent / ".git")
    for path in (secret, secret.parent, *course):
        assert path.exists()
        assert house.unreadable(path)


def test_a_guest_reads_its_python_and_nothing_beside_it(house):
    """The folders around an interpreter hold other people's projects."""
    prefixes = [Path(prefix) for prefix in (sys.prefix, sys.base_prefix)]
    for prefix in prefixes:
        assert house.run("import os\nreturn 'lib' in os.listdir(path)", path=str(prefix))
    for path in {path for prefix in prefixes if prefix != Path("/usr") for path in prefix.parent.iterdir()}:
        on_the_way = any(prefix.is_relative_to(path) for prefix in (*prefixes, COURSE))
        if path.is_dir() and path.name != "autograder" and not on_the_way:
            assert house.unreadable(path)


def test_a_package_of_an_editable_install_is_seen_and_what_lies_beside_it_is_not(make_zygote, tier, open_house):
    """Beside `hopline` lie the modules' masters, with every hidden test."""
    with open_house(make_zygote(tier, "import hopline")) as house:
        file = house.run("import hopline, hopline.partners\nreturn hopline.partners.__file__")
        assert Path(file).is_relative_to(COURSE / "hopline")
        assert house.unreadable(COURSE / "a2_one_table" / "a2_one_table.py")
        if tier is Tier.NAMESPACES:
            assert house.run("import os\nreturn os.listdir(path)", path=str(COURSE)) == ["hopline"]
        else:
            assert house.unreadable(COURSE)


def test_a_guest_writes_in_its_own_folders_only(house):
    """Not even where the machine would let it."""
    write = """
import os
written = []
for path in places:
    for make in (lambda: open(os.path.join(path, 'mark'), 'x').close(), lambda: os.mkdir(os.path.join(path, 'marks'))):
        try: make(); written.append(path)
        except OSError: pass
return written
"""
    places = ["/", "/etc", "/usr", "/usr/local", "/var/tmp", "/dev", "/proc", "/proc/self", "/root", "/home", "/run"]
    assert house.run(write, places=[*places, sys.prefix, sys.base_prefix, str(COURSE.parent)]) == []
    assert house.run("import os\nopen('mine', 'w').write('x')\nreturn os.listdir()") == ["mine"]
    house.box.empty()


def test_a_link_leads_nowhere(house):
    """A symlink is followed inside of the walls, a hard link to something outside can't be made."""
    assert house.refuses("import os\nos.symlink('/etc/passwd', 'link')\nopen('link').read()") in REFUSED
    assert house.refuses("import os\nos.link('/etc/passwd', 'hard')") in {*REFUSED, "OSError"}
    house.box.empty()


def test_devices_are_the_harmless_ones(house):
    assert house.run("return [len(open('/dev/urandom', 'rb').read(4)), open('/dev/null', 'w').write('x')]") == [4, 1]
    for name in ("kmsg", "mem", "tty", "vda", "sda", "fuse", "kvm", "net/tun", "ptmx"):
        assert house.refuses("open(path, 'rb').read(1)", path=f"/dev/{name}") in REFUSED
    assert (
        house.refuses("import os, stat\nos.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(8, 0))") == "PermissionError"
    )


def test_home_temporary_files_and_working_folder_are_the_guests_own(house):
    where = """
import os, tempfile
with tempfile.NamedTemporaryFile() as file:
    return [os.path.expanduser('~'), os.getcwd(), os.path.dirname(file.name)]
"""
    home, here, temporary = house.run(where)
    assert home == here == temporary


@pytest.mark.parametrize("older", ["", "from autograder.sandbox import landlock\nlandlock.abi = lambda: 2"])
def test_a_guest_changes_nothing_of_a_file_that_it_cannot_open(make_zygote, tier, open_house, tmp_path, older):
    """Neither its mode, owner, times nor length, though it may run as the file's owner; on older kernels neither."""
    file = tmp_path / "gradebook.db"
    file.write_text("grades")
    file.chmod(0o640)
    beside = Path(sys.prefix, "bin", "activate")  # this one it may read
    before = [known_of(one) for one in (file, beside)]
    attack = """
import os
for path in paths:
    for change in (
        lambda: os.chmod(path, 0o777), lambda: os.chown(path, 1, 1), lambda: os.utime(path, (1, 1)),
        lambda: os.truncate(path, 0), lambda: os.open(path, os.O_RDONLY | os.O_TRUNC),
        lambda: os.fchmod(os.open(path, os.O_RDONLY), 0o777), lambda: os.utime(os.open(path, os.O_RDONLY), (1, 1)),
        lambda: os.setxattr(path, 'user.mark', b'x'), lambda: os.rename(path, path + '.bak'), lambda: os.unlink(path),
    ):
        try: change()
        except OSError: pass
"""
    with open_house(make_zygote(tier, older)) as house:
        house.run(attack, paths=[str(file), str(beside)])
    assert [known_of(one) for one in (file, beside)] == before


def known_of(path):
    stat = path.stat()
    return stat.st_mode, stat.st_uid, stat.st_gid, stat.st_mtime_ns, stat.st_ctime_ns, path.read_bytes()


def test_files_can_be_copied_with_their_modes(house):
    """Some programs fail when they can't set a copy's mode."""
    copy = "import os, shutil\nopen('a', 'w').write('x')\nos.chmod('a', 0o600)\nshutil.copy2('a', 'b')\n"
    assert house.run(copy + "return open('b').read()") == "x"
    house.box.empty()


# --- other processes ---


def test_a_guest_sees_no_other_process(house, tier):
    """In tier A the box's init besides itself, of which it learns nothing; in tier B only itself."""
    others = """
import os
seen = set()
for number in numbers:
    try: seen.add(open(f'/proc/{number}/cmdline').read() and number)
    except OSError: pass
return sorted(seen - {os.getpid()})
"""
    numbers = [*range(1, 400), *(int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal())]
    assert house.run(others, numbers=numbers) == ([1] if tier is Tier.NAMESPACES else [])


@pytest.mark.parametrize("name", ["mem", "environ", "maps", "fd", "root", "cwd"])
def test_a_guest_looks_into_no_process_but_itself(house, name):
    look = """
import os
path = f'/proc/{number or os.getppid()}/{name}'
return os.listdir(path) if name in ('fd', 'root', 'cwd') else open(path, 'rb').read(1)
"""
    for number in (0, 1, os.getpid(), os.getppid()):
        assert house.refuses(look, number=number, name=name) in REFUSED


def test_a_guests_signals_stay_in_its_box(zygote, open_house):
    """Aimed at everybody, at its group, at init, warden, supervisor and the guest next door: all of them live on."""
    kill = """
import os, signal
answers = set()
for number in [os.getppid(), 1, *targets]:
    for function in (os.kill, os.killpg):
        for sent in (signal.SIGKILL, signal.SIGSTOP):
            try: function(number, sent); answers.add('sent')
            except OSError as error: answers.add(type(error).__name__)
return sorted(answers)
"""
    bystander = subprocess.Popen(["sleep", "60"])
    with open_house(zygote) as one, open_house(zygote, one) as other:
        neighbour = other.start("tell('up')\nimport time\ntime.sleep(0.5)\nreturn 'still here'")
        assert neighbour.next() == "up"
        answers = one.run(kill, targets=[os.getpid(), os.getppid(), bystander.pid])
        # An init gets no signal from within, whatever the call says.
        assert set(answers) <= {"PermissionError", "ProcessLookupError", "sent"}
        with pytest.raises(EOFError):
            one.run("import os, signal\nos.kill(0, signal.SIGKILL)")
        with contextlib.suppress(EOFError):
            one.run(
                "import os, signal\ntry: os.kill(-1, signal.SIGKILL)\nexcept ProcessLookupError: pass  # nobody there"
            )
        assert neighbour.next() == "still here"
        assert bystander.poll() is None
        neighbour.close()
        one.box.empty()
        assert one.run("return 'well'") == "well"
    bystander.kill()
    bystander.wait()


def test_where_landlock_has_no_scopes_a_guest_signals_nobody_but_itself(make_zygote, tier, open_house):
    """Kernels before 6.12: the filter looks at the number."""
    if tier is Tier.NAMESPACES:
        pytest.skip("a pid namespace needs no scopes")
    older = "from autograder.sandbox import landlock\nlandlock.SCOPES_SINCE = 99"
    kill = """
import os, signal
answers = []
for number in targets:
    try: os.kill(number, 0); answers.append(number)
    except PermissionError: pass
return answers
"""
    with open_house(make_zygote(tier, older)) as house:
        assert house.run(kill, targets=[os.getpid(), os.getppid(), 0, -1, 1]) == []
        assert house.run("import os\nreturn os.kill(os.getpid(), 0)") is None
        for function in ("raise_signal(0)", "pthread_kill(threading.get_ident(), 0)"):
            assert house.run(f"import signal, threading\nsignal.{function}") is None


def test_a_guest_has_no_file_signal_somebody(house):
    """F_SETOWN names a process that gets a signal when a file changes: a way to kill that older kernels don't see."""
    own = "import fcntl, os, socket\nend, _ = socket.socketpair()\nfcntl.fcntl(end, command, os.getpid())"
    for command in (8, 15):
        assert house.refuses(own, command=command) == "PermissionError"
    assert house.refuses("import fcntl, struct\nfcntl.ioctl(0, 0x8901, struct.pack('i', 1))") == "PermissionError"
    assert house.run("import fcntl\nreturn fcntl.fcntl(0, fcntl.F_GETFL) >= 0")


# --- rights ---

CALLS = {
    "x86_64": {
        **{"unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "clone": 56},
        **{"memfd_create": 319, "shmget": 29, "shmat": 30, "semget": 64, "msgget": 68, "mq_open": 240},
        **{"io_uring_setup": 425, "keyctl": 250, "add_key": 248, "request_key": 249, "bpf": 321, "userfaultfd": 323},
        **{"perf_event_open": 298, "pidfd_open": 434, "pidfd_getfd": 438, "pidfd_send_signal": 424, "ptrace": 101},
        **{"process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "init_module": 175, "kexec_load": 246},
        **{"open_by_handle_at": 304, "name_to_handle_at": 303, "fanotify_init": 300, "swapon": 167, "reboot": 169},
        **{"setuid": 105, "setgid": 106, "setgroups": 116, "capset": 126, "personality": 135, "syslog": 103},
        **{"vmsplice": 278, "splice": 275, "move_pages": 279, "mbind": 237, "setpriority": 141, "sethostname": 170},
        **{"fsopen": 430, "fsmount": 432, "move_mount": 429, "open_tree": 428, "mount_setattr": 442},
    },
}


def test_a_guest_makes_no_call_that_it_does_not_need(house):
    """Namespaces, mounts, memory that nobody counts, keys, BPF, handles of processes: all of them refused."""
    calls = CALLS.get(os.uname().machine)
    if not calls:
        pytest.skip("the numbers are those of x86_64")
    made = """
import ctypes, errno
libc, answers = ctypes.CDLL(None, use_errno=True), {}
for name, number in calls.items():
    first = 0x10000000 if name in ('clone', 'unshare') else 0
    if libc.syscall(number, first, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() != errno.EPERM:
        answers[name] = ctypes.get_errno()
return answers
"""
    assert house.run(made, calls=calls) == {}


def test_calls_that_later_kernels_bring_do_not_exist(house):
    """Libraries then try an older one; with "not permitted" some would give up."""
    call = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nreturn [libc.syscall(number), ctypes.get_errno()]"
    for number in (451, 470, 1_000, 0x40000000):  # the last one is read() of x86_64's other ABI
        assert house.run(call, number=number) == [-1, errno.ENOSYS]


def test_a_guest_has_no_capability_and_can_get_none(house):
    status = house.run("return open('/proc/self/status').read()")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert {fields[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    assert fields["CapBnd"] == "0" * 16 or os.getuid()
    assert (fields["NoNewPrivs"], fields["Seccomp"]) == ("1", "2")
    su = "import subprocess\nreturn subprocess.run(['/bin/su', '-c', 'id'], capture_output=True).returncode"
    assert house.run(su) != 0


def test_a_guest_is_nobody_or_its_starter_without_rights(house, tier):
    user = house.run("import os\nreturn os.getuid()")
    if tier is Tier.NAMESPACES:
        assert user == 1000  # the one user that its namespace knows
    else:
        assert user == (os.getuid() if os.getuid() or not python_is_open_to_all() else user)
    assert user_of(5) == (64_005 if os.getuid() == 0 and python_is_open_to_all() else os.getuid())


def test_a_guest_raises_none_of_its_limits(house):
    raised = "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))"
    assert house.refuses(raised) in {"ValueError", "PermissionError"}
    other = "import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)"
    assert house.refuses(other) in {"PermissionError", "ProcessLookupError"}


def test_a_guest_inherits_no_descriptor_but_those_given(house):
    """Three standard ones that lead nowhere, its line, and what it was given."""
    listed = """
import os
found = {}
for number in range(256):
    try: found[number] = os.readlink(f'/proc/self/fd/{number}')
    except OSError: pass
return found
"""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        found = list(house.run(listed, [theirs.fileno()]).values())
    assert found[:3] == ["/dev/null"] * 3
    assert len(found) == 5
    assert all(name.startswith("socket:") for name in found[3:])


def test_a_guest_knows_nothing_of_the_instructors_environment(house):
    names = set(house.run("import os\nreturn list(os.environ)"))
    assert names <= {
        *("PATH", "HOME", "IPYTHONDIR", "TMPDIR", "LANG", "LC_CTYPE", "TZ"),
        *("MALLOC_ARENA_MAX", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"),
    }


# --- what the walls are made of ---


def test_caps_cross_as_json():
    caps = Caps(resident=5, seconds=7)
    assert Caps.from_json(caps.to_json()) == caps


def test_every_tier_has_words():
    assert len({tier.words for tier in Tier}) == 3


def test_a_users_other_processes_do_not_count_as_the_guests(zygote, tier, open_house):
    """A desktop has hundreds: a guest that runs as the same user must get its threads nevertheless."""
    if tier is Tier.LANDLOCK and (os.getuid() == 0 and python_is_open_to_all()):
        pytest.skip("there every box has a user of its own")
    crowd = [subprocess.Popen(["sleep", "60"]) for _ in range(40)]
    try:
        with open_house(zygote) as house:
            threads = "import threading\nfor _ in range(10): threading.Thread(target=print).start()\nreturn 'started'"
            assert house.run(threads) == "started"
    finally:
        for one in crowd:
            one.send_signal(signal.SIGKILL)
            one.wait()
