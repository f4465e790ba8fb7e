"""The tier is found out by trying, under the limits of other machines as well; never promised by a version."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import seccomp, tiers
from autograder.sandbox.tiers import OK, PROBES, ask, tier_of
from autograder.sandbox.walls import Tier

LIMITED = Path(__file__).parent / "limited.py"
NEEDED = ("namespaces", "seccomp", "landlock", "process tree")

simulated = pytest.mark.skipif(not seccomp.supported(), reason="no table of system calls for this processor")


def found_on(machine):
    command = [sys.executable, str(LIMITED), machine, sys.executable, "-m", "autograder.sandbox.tiers"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize(
    ("missing", "tier"),
    [
        ((), Tier.NAMESPACES),
        (("landlock",), Tier.NAMESPACES),
        (("namespaces",), Tier.LANDLOCK),
        (("namespaces", "landlock"), Tier.NONE),
        (("seccomp",), Tier.NONE),
        (("process tree",), Tier.NONE),
    ],
)
def test_what_holds_decides(missing, tier):
    assert tier_of({name: "no" if name in missing else OK for name in NEEDED}) is tier


def test_every_mechanism_is_tried_and_the_answer_is_consistent():
    found = ask()
    assert set(PROBES) <= set(found)
    assert found["tier"] == tier_of(found)


@simulated
@pytest.mark.parametrize("machine", ["docker", "ubuntu"])
def test_where_namespaces_are_refused_tier_b_holds(machine):
    """In a container with Docker's default profile, and where Ubuntu gives no rights in user namespaces."""
    if ask()["landlock"] != OK:
        pytest.skip("this kernel has no Landlock")
    found = found_on(machine)
    assert found["tier"] == Tier.LANDLOCK
    assert "Operation not permitted" in found["namespaces"]
    assert (found["user namespace"] == OK) is (machine == "ubuntu")


@simulated
def test_a_containers_root_has_user_namespaces_like_others():
    """Where nothing is filtered, root needs no right of a root's."""
    if ask()["user namespace"] != OK or ask()["namespaces"] != OK:
        pytest.skip("no user namespaces here")
    assert found_on("container")["tier"] == Tier.NAMESPACES


BOX = """
import socket, sys
sys.path.insert(0, sys.argv[1])
from autograder.sandbox import boxes
boxes._PROGRAM = f"import sys; sys.path.insert(0, {sys.argv[1]!r}); from autograder.sandbox.zygote import main; main()"
zygote = boxes.Zygote("guest", {})
print(zygote.wait())
box = zygote.box(1)
beside = zygote.box(1, box)
for one in (box, beside):
    line, given = socket.socketpair()
    with line, given:
        one.start([given.fileno()], {"code": "open('x', 'w').write('well'); return open('x').read()"})
        print(line.recv(100).decode().strip())
    one.empty()
for one in (beside, box): one.close()
zygote.close()
"""


@simulated
@pytest.mark.parametrize("machine", ["docker", "ubuntu", "container", "powerless"])
def test_where_the_probes_promise_walls_boxes_can_be_made(machine):
    """Even by a root who may not become anybody else."""
    found = found_on(machine)["tier"]
    if found == Tier.NONE:
        pytest.skip("this kernel has no Landlock")
    command = [sys.executable, str(LIMITED), machine, sys.executable, "-c", BOX, str(LIMITED.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split("\n") == [found, '{"value": "well"}', '{"value": "well"}', ""], done.stderr


@simulated
@pytest.mark.parametrize(("machine", "words"), [("old-docker", "not permitted"), ("no-landlock", "not implemented")])
def test_where_landlock_is_refused_too_nothing_holds(machine, words):
    found = found_on(machine)
    assert found["tier"] == Tier.NONE
    assert words in found["landlock"]
    assert found["landlock version"] == "0"
    assert "[Errno" not in json.dumps(found)


def test_a_probe_that_breaks_means_no(monkeypatch, in_child):
    code = """
import json, os
from autograder.sandbox import tiers
def silent(): raise OSError
tiers.PROBES = {"raises": lambda: 1 / 0, "silent": silent, "killed": lambda: os.kill(os.getpid(), 9)}
print(json.dumps([tiers.probe(name) for name in tiers.PROBES]))
"""
    assert in_child(code) == ["division by zero", "it failed", "the process was killed"]


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_than_on_linux_nothing_is_tried(monkeypatch, capsys, platform):
    monkeypatch.setattr(sys, "platform", platform)
    assert tiers.best() is Tier.NONE
    tiers.main()
    assert json.loads(capsys.readouterr().out) == {"tier": "none", "machine": platform}


def test_a_python_that_cannot_ask_has_no_walls(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert ask()["tier"] is Tier.NONE
    assert "could not be run" in ask()["probes"]


def test_the_probes_leave_nothing_behind(watcher):
    """No mount, no process, no file."""
    mounts, family = Path("/proc/self/mountinfo").read_text(), watcher.family(os.getpid())
    ask()
    assert Path("/proc/self/mountinfo").read_text() == mounts
    assert watcher.family(os.getpid()) <= family
