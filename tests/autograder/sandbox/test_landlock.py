"""Landlock keeps a process to the files that it was left, for good, whatever version the kernel has."""

from __future__ import annotations

import struct

import pytest

from autograder.sandbox import landlock

CHILD = """
import json, os, sys
from autograder.sandbox import kernel, landlock
kept, secret, scratch, *rest = sys.argv[1:]
kernel.forbid_new_privileges()
"""
LOOK = """
def attempt(function):
    try: return function() is not None
    except OSError as error: return type(error).__name__
print(json.dumps([
    attempt(lambda: open(kept).read()), attempt(lambda: open(secret).read()), attempt(lambda: open(kept, "a")),
    attempt(lambda: open(scratch + "/new", "w")), attempt(lambda: os.mkdir(scratch + "/folder") or 1),
    attempt(lambda: os.listdir(os.path.dirname(secret))), attempt(lambda: open("/dev/null", "w").write("x")),
]))
"""
EXPECTED = [True, "PermissionError", "PermissionError", True, True, "PermissionError", True]

needs_landlock = pytest.mark.skipif(not landlock.abi(), reason="this kernel has no Landlock")


@pytest.fixture
def places(tmp_path):
    for name in ("kept", "secret", "scratch"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("text")
    return str(tmp_path / "kept" / "file"), str(tmp_path / "secret" / "file"), str(tmp_path / "scratch")


@needs_landlock
def test_nothing_is_reached_but_what_was_left(in_child, places):
    restrict = 'landlock.restrict([kept, "/no/such/path"], [scratch, "/dev/null"])\n'
    assert in_child(CHILD + restrict + LOOK, *places) == EXPECTED


@needs_landlock
@pytest.mark.parametrize("version", range(1, landlock.abi() + 1))
def test_every_version_that_a_kernel_may_have_holds_the_files(in_child, places, version):
    """Later kernels take the rules of earlier ones."""
    older = f"landlock.abi = lambda: {version}\n"
    restrict = 'landlock.restrict([kept], [scratch, "/dev/null"])\n'
    assert in_child(CHILD + older + restrict + LOOK, *places) == EXPECTED


@needs_landlock
def test_rights_that_were_given_up_do_not_come_back(in_child, places):
    restrict = 'landlock.restrict([kept], [scratch, "/dev/null"])\n'
    again = 'landlock.restrict(["/"], ["/"])\n'
    assert in_child(CHILD + restrict + again + LOOK, *places) == EXPECTED


@pytest.mark.skipif(landlock.abi() < landlock.SCOPES_SINCE, reason="this kernel's Landlock has no scopes")
def test_signals_and_abstract_names_stay_inside(in_child):
    code = """
import json, os, socket
from autograder.sandbox import kernel, landlock
name = b"\\0engineroom-scope-" + str(os.getpid()).encode()
outside = socket.socket(socket.AF_UNIX)
outside.bind(name); outside.listen()
child = os.fork()
if child == 0:
    kernel.forbid_new_privileges()
    landlock.restrict(["/"], [])
    code = 0
    try: os.kill(os.getppid(), 0); code |= 1
    except PermissionError: pass
    try: socket.socket(socket.AF_UNIX).connect(name); code |= 2
    except PermissionError: pass
    inner = os.fork()
    if inner == 0: os._exit(0)
    os.kill(inner, 0)
    os._exit(code)
print(json.dumps(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
outside.close()
"""
    assert in_child(code) == 0


def test_a_kernel_without_it_says_so(in_child):
    """With version 0, and an error for who asks nevertheless."""
    code = """
import errno, json
from autograder.sandbox import landlock
def refuse(*_, **__): raise OSError(errno.ENOSYS, "landlock: Function not implemented")
landlock.syscall = refuse
try: landlock.restrict(["/"], [])
except OSError as error: print(json.dumps([landlock.abi(), str(error)]))
"""
    assert in_child(code) == [0, "[Errno 38] landlock: Function not implemented"]


@pytest.mark.parametrize(
    ("version", "rights", "words"), [(1, 13, 1), (2, 14, 1), (3, 15, 1), (4, 15, 2), (5, 16, 2), (6, 16, 3), (9, 16, 3)]
)
def test_each_version_is_asked_for_what_it_knows(monkeypatch, version, rights, words):
    """More would be an error; less would be a hole."""
    asked = []

    def syscall(number, *arguments, what):
        asked.append((number, *arguments))
        return 99

    monkeypatch.setattr(landlock, "syscall", syscall)
    monkeypatch.setattr(landlock, "abi", lambda: version)
    monkeypatch.setattr(landlock.os, "close", lambda _: None)
    landlock.restrict([], [])
    attributes = asked[0][1]
    assert len(attributes) == 8 * words
    assert struct.unpack_from("Q", attributes) == ((1 << rights) - 1,)
    if words == 3:
        assert struct.unpack_from("Q", attributes, 16) == (3,)
