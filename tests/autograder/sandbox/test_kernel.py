"""The calls do what their man pages say, and say what they failed at."""

from __future__ import annotations

import errno
import os
import platform

import pytest

from autograder.sandbox import kernel


def test_a_call_that_fails_says_which_and_why():
    with pytest.raises(OSError, match="mount /no/such/place: No such file") as caught:
        kernel.mount("tmpfs", "/no/such/place", "tmpfs", 0)
    assert caught.value.errno == errno.ENOENT or os.getuid()
    with pytest.raises(OSError, match="a test: Function not implemented"):
        kernel.syscall(100_000, what="a test")
    with pytest.raises(OSError, match="a test: Invalid argument"):
        kernel.prctl(100_000, what="a test")
    for call in (
        lambda: kernel.unmount("/no/such/place"),
        lambda: kernel.pivot_root("/no", "/such"),
        lambda: kernel.join_namespace(0, kernel.Clone.NET),
        lambda: kernel.unshare(0x1),
    ):
        with pytest.raises(OSError, match=r"umount|pivot_root|setns|unshare"):
            call()


@pytest.mark.parametrize(
    ("said", "meant"), [("x86_64", "x86_64"), ("AMD64", "x86_64"), ("arm64", "aarch64"), ("riscv64", "riscv64")]
)
def test_the_machine_has_one_name_everywhere(monkeypatch, said, meant):
    monkeypatch.setattr(platform, "machine", lambda: said)
    kernel.machine.cache_clear()
    assert kernel.machine() == meant
    monkeypatch.undo()
    kernel.machine.cache_clear()


def test_descriptors_are_closed_but_those_kept(in_child):
    code = """
import json, os
from autograder.sandbox.kernel import close_all_but
ends = [os.open('/dev/null', os.O_RDONLY) for _ in range(40)]
close_all_but([ends[3], ends[4], ends[30], 0, 1, 2, ends[3]])
kept = []
for number in range(300):
    try: os.fstat(number); kept.append(number)
    except OSError: pass
print(json.dumps(kept == [0, 1, 2, ends[3], ends[4], ends[30]]))
"""
    assert in_child(code) is True


def test_privileges_are_given_up_for_good(in_child):
    code = """
import json, os
from autograder.sandbox import kernel
kernel.forbid_new_privileges()
kernel.drop_capabilities()
kernel.drop_capabilities()  # who has none has nothing to do
fields = dict(line.split(':\\t') for line in open('/proc/self/status').read().splitlines() if ':\\t' in line)
try: os.setuid(12345); refused = False
except OSError: refused = True
print(json.dumps([fields[name] for name in ('CapPrm', 'CapEff', 'CapInh', 'CapAmb', 'NoNewPrivs')] + [refused]))
"""
    assert in_child(code) == ["0" * 16] * 4 + ["1", True]


def test_capabilities_are_known(in_child):
    code = """
import json
from autograder.sandbox import kernel
had = kernel.capable(kernel.Capability.SYS_ADMIN)
effective = int([line for line in open('/proc/self/status') if line.startswith('CapEff')][0].split()[1], 16)
assert all(kernel.capable(number) == bool(effective >> number & 1) for number in range(41))
kernel.drop_capabilities()
print(json.dumps([had == bool(effective >> 21 & 1), kernel.capable(), kernel.capable(0), kernel.capable(40, 21)]))
"""
    assert in_child(code) == [True, True, False, False]


def test_a_child_ends_with_its_parent_when_it_asks_to(in_child, watcher):
    code = """
import json, os, time
from autograder.sandbox import kernel
middle = os.fork()
if middle == 0:
    listen, tell = os.pipe()
    child = os.fork()
    if child == 0:
        kernel.die_with_parent()
        os.write(tell, b'x')
        os.close(1); os.close(2)
        time.sleep(60)
    os.read(listen, 1)
    print(json.dumps(child), flush=True)
    os._exit(0)
os.waitpid(middle, 0)
"""
    child = in_child(code)
    watcher.wait_until(lambda: not watcher.alive({child}))


def test_orphans_come_to_who_keeps_them(in_child):
    code = """
import json, os, time
from autograder.sandbox import kernel
kernel.keep_orphans()
listen, tell = os.pipe()
if os.fork() == 0:
    if os.fork() == 0:
        while os.getppid() != int(os.environ['KEEPER']): time.sleep(0.01)
        os.write(tell, b'kept')
    os._exit(0)
print(json.dumps(os.read(listen, 4).decode()))
"""
    assert in_child("import os; os.environ['KEEPER'] = str(os.getpid())\n" + code) == "kept"


def test_who_is_closed_to_others_cannot_be_looked_into(in_child):
    code = """
import json, os
from autograder.sandbox import kernel
kernel.allow_attaching(False)
owner = os.stat('/proc/self/environ').st_uid
kernel.allow_attaching(True)
print(json.dumps([owner, os.stat('/proc/self/environ').st_uid]))
"""
    assert in_child(code) == [0, os.getuid()]


def test_a_user_namespace_knows_one_user(in_child, tier):
    code = """
import json, os, socket
from autograder.sandbox import kernel
processes = os.open('/proc', os.O_RDONLY)
kernel.enter_user_namespace(processes, 1234)
kernel.unshare(kernel.Clone.NET)
kernel.bring_up_loopback()
with socket.create_server(('127.0.0.1', 0)) as server: socket.create_connection(server.getsockname()).close()
print(json.dumps([os.getuid(), os.getgid()]))
"""
    if tier != "A":
        pytest.skip("tier B has no namespaces")
    assert in_child(code) == [1234, 1234]
