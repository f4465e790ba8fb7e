"""Between two guests a box becomes what it was; the box beside it shares one folder and the network, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox.walls import Tier

MESS = """
import os, signal, socket, subprocess, threading, time
threading.Thread(target=time.sleep, args=[100], daemon=True).start()
children = [subprocess.Popen(['sleep', '100'], start_new_session=odd) for odd in (False, True)]
os.kill(children[0].pid, signal.SIGSTOP)
if os.fork() == 0:                                     # a daemon, twice forked, deaf
    os.setsid()
    if os.fork() == 0:
        for number in {*range(1, 32)} - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(number, signal.SIG_IGN)
        ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)         # its parent's end is not its own
        time.sleep(100)
    os._exit(0)
if os.fork() == 0: os._exit(0)                         # a zombie
os.mkfifo('fifo')
for name, goal in (('out', '/'), ('shared', '/shared'), ('broken', 'nowhere')): os.symlink(goal, name)
with open('sparse', 'wb') as file: file.truncate(1 << 20)
for name in ('-rf', ' ', 'new\\nline', b'\\xff\\xfe', '.hidden', 'x' * 255): open(name, 'w').close()
os.makedirs('locked/inner/more'); open('locked/inner/file', 'w').close()
for path in ('locked/inner/more', 'locked/inner', 'locked'): os.chmod(path, 0)
if unix:
    listener = socket.socket(socket.AF_UNIX); listener.bind('socket'); listener.listen()
    server = socket.create_server(('127.0.0.1', 8765))
os.makedirs('below'); os.chdir('below')
for _ in range(depth): os.mkdir('d'); os.chdir('d')
import builtins, sys; builtins.leftover = sys.leftover = os.environ['LEFTOVER'] = 'mess'
return os.getpid()
"""


def test_nothing_of_a_guest_is_left(zygote, tier, open_house, watcher):
    """Daemons, stopped and dead processes, FIFOs, links, locked folders, and folders deeper than any path."""
    own = tier is Tier.NAMESPACES
    with open_house(zygote) as house:
        home = house.run("import os\nreturn os.getcwd()")
        look = "import os\nreturn [os.listdir(at) for at in ('/tmp', '/dev/shm', '/shared')]"
        before = house.run(look) if own else []  # where Python itself lies below /tmp, something is there
        house.run(watcher.colour + MESS, colour="er-mess", depth=4000 if own else 40, unix=own)
        watcher.wait_until(lambda: watcher.coloured("er-mess"))
        assert house.box.empty() >= 3
        assert watcher.coloured("er-mess") == []
        assert house.run("import os\nreturn [os.getcwd(), os.listdir()]") == [home, []]
        assert (
            house.run("import builtins, sys\nreturn hasattr(builtins, 'leftover') or hasattr(sys, 'leftover')") is False
        )
        assert house.run("import os\nreturn os.environ.get('LEFTOVER')") is None
        if own:
            assert house.run(look) == before
            assert (
                house.refuses("import socket\nsocket.create_connection(('127.0.0.1', 8765))")
                == "ConnectionRefusedError"
            )


def test_a_guest_leaves_no_words_for_the_next_one(house):
    """All guests of a zygote have the same standard input: it is empty, and nobody can put something in."""
    house.run("import os\nfor number in range(3):\n  try: os.write(number, b'x\\n')\n  except OSError: pass")
    house.run("import os\ntry: os.write(os.open('/proc/self/fd/0', os.O_WRONLY), b'x\\n')\nexcept OSError: pass")
    house.box.empty()
    assert house.refuses("return input()") == "EOFError"


def test_two_guests_throw_different_dice(house):
    """Both come from the same memory; what is random must not."""
    dice = "import os, random, secrets, uuid\nreturn [random.random(), secrets.token_hex(4), str(uuid.uuid4())]"
    first, second = house.run(dice), house.run(dice)
    assert not set(first) & set(second)


def test_what_was_warmed_is_there(house):
    assert house.run("import sys\nreturn ['json' in sys.modules, 'guest' in sys.modules]") == [True, True]


def test_the_shared_folder_is_emptied_with_the_box_that_it_was_made_for(zygote, open_house):
    """The other one may be emptied while its neighbour is still at work, who could play tricks with links."""
    with open_house(zygote) as one, open_house(zygote, one) as other:
        shared = one.box.folders[1] if one.box.folders else "/shared"
        one.run("open(shared + '/note', 'w').write('hello')", shared=shared)
        assert other.run("return open(shared + '/note').read()", shared=shared) == "hello"
        other.box.empty()
        assert one.run("import os\nreturn os.listdir(shared)", shared=shared) == ["note"]
        one.box.empty()
        assert other.run("import os\nreturn os.listdir(shared)", shared=shared) == []


def test_the_own_folder_is_not_shared(zygote, open_house):
    with open_house(zygote) as one, open_house(zygote, one) as other:
        own = one.run("import os\nopen('own', 'w').write('mine')\nreturn os.path.abspath('own')")
        assert other.unreadable(own)
        if one.box.folders:
            assert [Path(folder).stat().st_mode & 0o777 for folder in one.box.folders] == [0o700, 0o700]


def test_zombies_and_orphans_are_reaped_while_the_guest_is_at_work(house):
    """By the box's init: else they would use up the processes that a guest may have."""
    forks = """
import os
for _ in range(60):
    first = os.fork()
    if first == 0:
        if os.fork() == 0: os._exit(0)
        os._exit(0)
    os.waitpid(first, 0)
return 'made'
"""
    assert house.run(forks) == "made"
    house.box.empty()


def test_a_killed_guest_says_nothing_and_the_box_goes_on(house):
    with pytest.raises(EOFError):
        house.run("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    house.box.empty()
    assert house.run("return 1 + 1") == 2


def test_two_guests_after_another_need_no_empty_between_them_to_be_killed(house):
    """`empty` finds all of them."""
    for _ in range(2):
        assert house.start("tell('up')\nimport time\ntime.sleep(100)").next() == "up"
    assert house.box.empty() >= 2


def test_the_whole_of_python_is_there_though_it_is_reached_by_a_link(make_zygote, open_house, tmp_path, monkeypatch):
    """A venv below a linked folder, or linked itself, names itself by the link."""
    import sys  # its `executable` is what a zygote is started with

    for goal, name in ((Path(sys.prefix), "venv"), (Path(sys.prefix).parent, "up")):
        (tmp_path / name).symlink_to(goal)
        prefix = tmp_path / name if name == "venv" else tmp_path / name / Path(sys.prefix).name
        monkeypatch.setattr(sys, "executable", str(prefix / "bin" / "python"))
        with open_house(make_zygote(None)) as house:
            found = "import sys, wave, yaml\nreturn [sys.prefix, yaml.__file__.startswith(sys.prefix)]"
            assert house.run(found) == [str(prefix), True]
