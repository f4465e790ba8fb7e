"""Whatever happens to supervisor, zygote or guest: everything ends, nothing stays, and the reason is one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.errors import EngineRoomError
from autograder.sandbox import boxes
from autograder.sandbox.boxes import BoxGoneError, Zygote
from autograder.sandbox.walls import Tier

HERE = Path(__file__).parent


def descriptors() -> set[str]:
    return {one.name for one in Path("/proc/self/fd").iterdir()}


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Where everything that is made meanwhile lies."""
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        folder.chmod(0o755)  # a guest may be somebody else
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_warming_up_that_raises_is_one_sentence(make_zygote, temporary):
    with pytest.raises(EngineRoomError) as caught:
        make_zygote(None, "raise LookupError('no such data set')")
    assert str(caught.value) == "The grader's processes did not start: LookupError: no such data set."


def test_a_program_that_is_not_there_is_one_sentence():
    zygote = Zygote("no_such_program", {})
    with pytest.raises(EngineRoomError, match="did not start: ModuleNotFoundError"):
        zygote.wait()
    zygote.close()


def test_a_zygote_that_dies_is_one_sentence(make_zygote):
    with pytest.raises(EngineRoomError, match=r"did not start: one ended at once\."):
        make_zygote(None, "import os\nos._exit(3)")


def test_a_python_that_cannot_be_started_leaves_nothing(monkeypatch, temporary):
    monkeypatch.setattr(sys, "executable", str(temporary / "python"))
    before = descriptors()
    with pytest.raises(EngineRoomError, match="can't be started: No such file"):
        Zygote("guest", {})
    assert list(temporary.iterdir()) == []
    assert descriptors() == before


def test_a_warming_up_that_never_ends_is_given_up(make_zygote, monkeypatch):
    monkeypatch.setattr(boxes, "_WARM", 0.2)
    with pytest.raises(EngineRoomError, match=r"took longer than 0\.2 seconds"):
        make_zygote(None, "import time\ntime.sleep(60)")


def test_a_warming_up_that_leaves_threads_is_done_without(make_zygote, open_house):
    """A fork takes one thread along, and the locks of the others stay locked."""
    code = "import threading, time\nwarmed = True\nthreading.Thread(target=time.sleep, args=[60], daemon=True).start()"
    zygote = make_zygote(None, code)
    with open_house(zygote) as house:
        assert house.run("return 'warmed' in globals()") is False


def test_a_library_that_always_starts_threads_is_named_as_the_reason(monkeypatch):
    monkeypatch.setattr(
        boxes,
        "_PROGRAM",
        f"import sys, threading, time; sys.path.insert(0, {str(HERE)!r}); "
        "threading.Thread(target=time.sleep, args=[60], daemon=True).start(); "
        "from autograder.sandbox.zygote import main; main()",
    )
    zygote = Zygote("guest", {})
    with pytest.raises(EngineRoomError, match="a library that it loads starts threads"):
        zygote.wait()
    zygote.close()


def test_a_box_that_cannot_be_made_is_one_sentence_and_leaves_nothing(make_zygote, temporary):
    broken = "from autograder.sandbox import box\ndef enter(*_): raise OSError(1, 'no walls today')\nbox.enter = enter"
    zygote = make_zygote(Tier.LANDLOCK, broken)
    before = descriptors()
    with pytest.raises(EngineRoomError, match=r"The sandbox can't be set up: .*no walls today"):
        zygote.box(1)
    assert descriptors() == before
    zygote.close()
    assert list(temporary.iterdir()) == []


def test_closing_leaves_no_process_no_file_and_no_descriptor(tier, make_zygote, open_house, temporary, watcher):
    before = descriptors()
    zygote = make_zygote(tier)
    with open_house(zygote) as one, open_house(zygote, one) as other:
        for house in (one, other):
            house.run(
                watcher.colour
                + "import os, time\nopen('file', 'w').close()\nif os.fork() == 0: os.setsid(); time.sleep(60)",
                colour="er-left",
            )
        family = watcher.family(zygote._process.pid) | {zygote._process.pid}
        assert len(family) >= 7
    zygote.close()
    watcher.wait_until(lambda: not watcher.alive(family))
    assert watcher.coloured("er-left") == []
    assert list(temporary.iterdir()) == []
    assert descriptors() == before


def test_a_box_lives_on_without_its_zygote_until_it_is_closed(tier, make_zygote, open_house, watcher):
    zygote = make_zygote(tier)
    with open_house(zygote) as house:
        family = watcher.family(zygote._process.pid)
        zygote._process.kill()
        zygote._process.wait()
        assert house.run("return 'well'") == "well"
        house.box.empty()
        assert house.run("return 'still'") == "still"
        with pytest.raises((EngineRoomError, OSError)):
            zygote.box(2)
    watcher.wait_until(lambda: not watcher.alive(family))


def test_what_is_asked_of_a_closed_box_is_an_error(fresh):
    fresh.box.close()
    fresh.box.close()
    for ask in (lambda: fresh.run("return 1"), fresh.box.empty):
        with pytest.raises(BoxGoneError):
            ask()
    assert fresh.box.ended() == ""


def test_a_box_that_cannot_be_emptied_is_gone(make_zygote, open_house, tier):
    broken = "from autograder.sandbox import box\ndef wipe(_): raise OSError('it sticks')\nbox.wipe = wipe"
    with open_house(make_zygote(tier, broken)) as house:
        house.run("return 1")
        with pytest.raises(BoxGoneError):
            house.box.empty()


def test_emptying_is_quick_however_many_guests_there_were(house):
    """No step of it waits for a timeout."""
    for number in range(50):
        assert house.run("return number", number=number) == number
        house.box.empty()


def test_a_full_folder_of_another_users_boxes_is_not_readable(fresh, tier):
    """On a machine with other users: tier B's folders are the guest's alone."""
    if tier is not Tier.LANDLOCK or os.getuid():
        pytest.skip("needs root, who can become somebody else")
    fresh.run("open('answer.txt', 'w').write('42')")
    for folder in fresh.box.folders:
        look = subprocess.run(
            ["setpriv", "--reuid=1234", "--clear-groups", "ls", folder], capture_output=True, check=False
        )
        assert b"Permission denied" in look.stderr


# --- the end of the supervisor ---

SUPERVISOR = """
import socket, sys, time
sys.path.insert(0, sys.argv[1])
from autograder.sandbox import boxes
boxes._PROGRAM = f"import sys; sys.path.insert(0, {sys.argv[1]!r}); from autograder.sandbox.zygote import main; main()"
zygote = boxes.Zygote("guest", {}, tier=sys.argv[2])
zygote.wait()
one = zygote.box(1)
other = zygote.box(2, one)
code = '''
import ctypes, os, time
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
ctypes.CDLL(None).prctl(15, b"er-orphan", 0, 0, 0)
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
tell("up")
time.sleep(100)
'''
for box in (one, other):
    line, given = socket.socketpair()
    box.start([given.fileno()], {"code": code})
    given.close()
    for _ in range(2): assert line.recv(16).startswith(b'{"value"')
print("up", zygote._home, *(one.folders or ()), *(other.folders or ()), flush=True)
time.sleep(100)
"""


@pytest.fixture
def supervisor(tier):
    command = [sys.executable, "-c", SUPERVISOR, str(HERE), tier]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    up, *folders = process.stdout.readline().split()
    assert up == "up"
    process.folders = folders
    yield process
    process.kill()
    process.wait()
    process.stdout.close()
    for folder in folders:
        subprocess.run(["rm", "-rf", folder], check=True)


def test_when_the_supervisor_is_killed_everybody_goes(supervisor, watcher):
    """Zygote, wardens, inits, guests and daemons that asked not to, and what lay about for them."""
    family, before = watcher.family(supervisor.pid), set(supervisor.folders)
    assert before
    assert all(Path(folder).is_dir() for folder in before)
    assert len(family) >= 9
    assert len(watcher.coloured("er-orphan")) >= 4
    supervisor.kill()
    supervisor.wait()
    watcher.wait_until(lambda: not watcher.alive(family) and not watcher.coloured("er-orphan"), 5.0)
    assert [folder for folder in before if Path(folder).exists()] == []


# --- nothing of the supervisor's reaches a guest ---

# Looks for a word that it never holds itself, only "[e]ngine..." for "engine...".
SCAN = """
import gc, re
found = [repr(one)[:99] for one in gc.get_objects() if type(one) in (dict, list) and re.search(word, repr(one))]
memory = open('/proc/self/mem', 'rb', buffering=0)
for line in open('/proc/self/maps'):
    begin, end = (int(number, 16) for number in line.split()[0].split('-'))
    if line.split()[1].startswith('r') and '[v' not in line:
        try:
            memory.seek(begin)
            if re.search(word.encode(), memory.read(end - begin)): found.append(line)
        except (OSError, OverflowError): pass
return found
"""


def test_a_guest_finds_no_secret_of_the_supervisors_in_its_memory(tier, make_zygote, open_house, monkeypatch):
    """Neither of its memory, nor of its environment, nor of its arguments: the zygote is executed, not forked."""
    canary = "engine-room-canary-" + "7f3a9c"
    monkeypatch.setenv("GRADEBOOK_PASSWORD", canary)
    monkeypatch.setattr(sys, "argv", ["engineroom", "--db", canary])
    kept = [canary, {canary: canary}]
    with open_house(make_zygote(tier)) as house:
        assert house.run(SCAN, word=f"[e]{canary[1:]}") == []
        # The same search finds what is there: else its silence would prove nothing.
        assert house.run("planted = 'e' + word[3:]" + SCAN, word=f"[e]{canary[1:]}")
    assert kept
