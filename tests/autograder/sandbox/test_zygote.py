"""A zygote holds no secret, forks clean boxes, and ends when nobody needs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autograder.sandbox import boxes
from autograder.sandbox.walls import Tier


def test_it_finds_the_strongest_tier_by_itself(make_zygote):
    assert make_zygote(None).tier in {Tier.NAMESPACES, Tier.LANDLOCK}


def test_the_order_stands_in_no_argument_and_no_variable(make_zygote):
    """Everybody on the machine may read those."""
    zygote = make_zygote(None, "order = 'hidden test'")
    for name in ("cmdline", "environ"):
        assert b"hidden test" not in Path(f"/proc/{zygote._process.pid}/{name}").read_bytes()


def test_the_masters_umask_does_not_reach_a_guest(make_zygote, open_house, tier):
    """With 077, a root that was made for another user number could not be read."""
    before = os.umask(0o077)
    try:
        with open_house(make_zygote(tier)) as house:
            assert house.run("import os, wave\nos.mkdir('x')\nreturn os.stat('x').st_mode & 0o777") == 0o755
    finally:
        os.umask(before)


def test_a_wish_for_more_packages_is_heard(make_zygote, open_house, tmp_path, tier):
    """The folders of some packages, and not the folders that those are in."""
    (tmp_path / "extra" / "words").mkdir(parents=True)
    (tmp_path / "extra" / "words" / "one.txt").write_text("hello")
    (tmp_path / "beside.txt").write_text("not for you")
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        folder.chmod(0o755)
    with open_house(make_zygote(tier, packages=[str(tmp_path / "extra")])) as house:
        assert house.run("return open(path).read()", path=str(tmp_path / "extra" / "words" / "one.txt")) == "hello"
        assert house.unreadable(tmp_path / "beside.txt")
        assert house.refuses("open(path, 'a')", path=str(tmp_path / "extra" / "words" / "one.txt")) in {
            "OSError",
            "PermissionError",
        }


def test_ctrl_c_is_the_supervisors(make_zygote, open_house):
    zygote = make_zygote(None)
    zygote._process.send_signal(2)
    with open_house(zygote) as house:
        assert house.run("import signal\nreturn signal.getsignal(2) is signal.SIG_DFL") is True


def test_it_ends_with_the_supervisors_end_of_the_line(make_zygote):
    zygote = make_zygote(None)
    zygote._control.close()
    assert zygote._process.wait(10) == 0


def test_a_warming_up_that_never_ends_ends_without_the_supervisor(make_zygote, monkeypatch):
    """By an alarm of the zygote's own."""
    sooner = boxes._PROGRAM.replace("main()", "").replace(
        "import main;", "import main; import autograder.sandbox.zygote as z;"
    )
    monkeypatch.setattr(boxes, "_PROGRAM", sooner + "z._LONGEST = 1; main()")
    zygote = boxes.Zygote("guest", {"code": "while True: pass"})
    assert zygote._process.wait(20) == -14
    zygote.close()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads by /proc")
def test_threads_that_are_not_pythons_count(make_zygote, open_house):
    """A library may have started one without Python's knowledge."""
    code = """
import ctypes
warmed, number = True, ctypes.c_ulong()
libc = ctypes.CDLL(None)
libc.pthread_create(ctypes.byref(number), None, ctypes.cast(libc.pause, ctypes.c_void_p), None)
"""
    with open_house(make_zygote(None, code)) as house:
        assert house.run("return 'warmed' in globals()") is False
    assert sys.platform == "linux"
