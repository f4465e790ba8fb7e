"""Nobody takes more than allowed, however it is spread or hidden, and the box says what it was too much of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.boxes import BoxGoneError
from autograder.sandbox.tally import Load, descendants, files_held, load_of, memory_of
from autograder.sandbox.walls import Tier

FILL = "\nfor at in range(0, len(kept), 4096): kept[at] = 1\n"
SLEEP = "\nimport time; time.sleep(60)"


def reason(house):
    """Why a box has ended."""
    with pytest.raises(BoxGoneError) as gone:
        house.box.empty()
    return gone.value.why


MEMORY = {
    "one process": "kept = bytearray(300 << 20)" + FILL,
    "shared pages": "import mmap\nkept = mmap.mmap(-1, 300 << 20)" + FILL,
    "ten processes": "import os\nfor _ in range(10):\n    if os.fork() == 0: break\nkept = bytearray(40 << 20)" + FILL,
    "a process that hides": "import ctypes\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\nkept = bytearray(300 << 20)" + FILL,
}


@pytest.mark.parametrize("how", MEMORY)
def test_memory_is_counted_over_all_processes(fresh, how):
    with pytest.raises(EOFError):
        fresh.run(MEMORY[how] + SLEEP)
    assert reason(fresh) == "memory"


def test_pages_that_processes_share_count_once(fresh):
    """Fifteen forks of a warm process look like fifteen times its memory, and hold hardly more than one."""
    forks = (
        "import os, time\nfor _ in range(15):\n    if os.fork() == 0: time.sleep(60)\ntime.sleep(0.3)\nreturn 'well'"
    )
    assert fresh.run(forks) == "well"
    assert fresh.box.empty() >= 15


def test_a_process_gets_no_more_address_space_than_allowed(house):
    assert house.refuses("bytearray(3 << 30)") == "MemoryError"


def test_a_fork_bomb_fizzles_out(fresh, watcher):
    """At the limit of processes where the kernel holds it, else by the warden's hand; nobody is left."""
    bomb = watcher.colour + "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    running = fresh.start(bomb, colour="er-bomb")
    why: list[str] = []
    watcher.wait_until(lambda: len(watcher.coloured("er-bomb")) >= 20 or why or why.append(fresh.box.ended()) or why[0])
    running.close()
    try:
        assert fresh.box.empty() < 200  # how far it gets until the warden looks depends on the machine
    except BoxGoneError as gone:
        why.append(gone.why)
    assert set(why) <= {"", "processes"}
    fresh.box.close()
    assert watcher.coloured("er-bomb") == []


def test_threads_count_as_processes(fresh):
    """Where the kernel doesn't refuse them, the warden ends the box."""
    many = "import threading, time\nfor _ in range(60): threading.Thread(target=time.sleep, args=[60]).start()"
    try:
        assert fresh.refuses(many + SLEEP) == "RuntimeError"
    except EOFError:
        assert reason(fresh) == "processes"


def test_open_files_are_limited(house):
    assert house.refuses("import os\nkept = [os.dup(0) for _ in range(400)]") == "OSError"


def test_one_file_has_a_largest_size(house):
    write = "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    write += "with open('large', 'wb', buffering=0) as file:\n    while True: file.write(bytes(1 << 20))"
    assert house.refuses(write) == "OSError"
    house.box.empty()


MEBIBYTES = "\nfor number in range(20): open(str(number), 'wb').write(bytes(1 << 20))"
FILES = {
    "many files": MEBIBYTES,
    "many folders": "import os\nfor number in range(count): os.mkdir(str(number))",
    "many empty files": "for number in range(count): open(str(number), 'wb').close()",
    "the shared folder": "import os\nos.chdir(shared)" + MEBIBYTES,
    "far down": "import os\nfor _ in range(70): os.mkdir('d' * 200); os.chdir('d' * 200)" + MEBIBYTES,
    "deleted files": "import os\nkept = []\nfor _ in range(20):\n    file = open('x', 'wb', buffering=0)\n"
    "    file.write(bytes(1 << 20)); os.unlink('x'); kept.append(file)",
    "a locked folder": "import os\nos.mkdir('x'); os.chdir('x')" + MEBIBYTES + "\nos.chmod('.', 0)",
}


@pytest.mark.parametrize("how", FILES)
def test_the_disk_fills_no_further_than_allowed(fresh, how):
    """Tier A's folders have a size; in tier B the warden looks, and ends the box."""
    folders = fresh.box.folders or ()
    shared = folders[1] if folders else "/shared"
    try:
        assert fresh.refuses(FILES[how] + SLEEP, shared=shared, count=600 if folders else 5000) == "OSError"
    except EOFError:
        assert reason(fresh) in {"disk", "locked"}
    fresh.box.close()
    assert not [folder for folder in folders if Path(folder).exists()]


def test_who_locks_a_folder_for_long_is_ended(fresh, tier):
    """Nobody else could see what is in it."""
    if tier is not Tier.LANDLOCK or os.getuid() == 0:
        pytest.skip("there the folders have a size, or the warden can look into locked ones")
    with pytest.raises(EOFError):
        fresh.run("import os\nos.mkdir('locked', 0)" + SLEEP)
    assert reason(fresh) == "locked"


def test_the_reason_is_known_while_the_guest_is_awaited(fresh):
    """So that a learner reads why, and not only that something ended."""
    with pytest.raises(EOFError):
        fresh.run(MEMORY["one process"] + SLEEP)
    assert fresh.box.ended() == "memory"


# --- the counting itself ---

FAMILY = """
import os, sys, threading, time
kept = bytearray(b"x") * (30 << 20)
for _ in range(3):
    if os.fork() == 0: break
else:
    if os.fork() == 0: os.fork()
threading.Thread(target=time.sleep, args=[60], daemon=True).start()
os.write(1, b"up\\n")  # at once: six processes have the same line
time.sleep(60)
"""


@pytest.fixture
def family():
    process = subprocess.Popen(
        [sys.executable, "-c", FAMILY], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert [process.stdout.readline() for _ in range(6)] == ["up\n"] * 6
    yield process.pid
    os.killpg(process.pid, 9)
    process.wait()
    process.stdout.close()


@pytest.fixture
def processes():
    descriptor = os.open("/proc", os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def test_children_of_children_are_found(family, processes, watcher):
    assert set(descendants(family, processes)) == watcher.family(family)
    assert len(watcher.family(family)) == 5


def test_threads_are_counted_and_shared_pages_in_full(family, processes):
    load = load_of(family, processes)
    assert load.tasks == 10
    assert load.memory > 5 * (30 << 20)


def test_memory_is_counted_by_shares(family, processes):
    """Five of the six that hold these 30 MiB: five sixths of it, and a little of their own."""
    assert 25 << 20 <= memory_of(family, processes) < 60 << 20


def test_who_is_gone_weighs_nothing(processes):
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert (load_of(gone.pid, processes), memory_of(gone.pid, processes)) == (Load(0, 0), 0)
    assert list(descendants(gone.pid, processes)) == []


def test_files_are_counted_with_their_folders(tmp_path, family, processes):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(bytes(100_000))
    (tmp_path / "link").symlink_to("/usr")
    with (tmp_path / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 30)
    held = files_held(str(tmp_path), 1 << 20, family, processes)
    assert held is not None
    assert 100_000 <= held <= 130_000
    assert files_held(str(tmp_path / "nothing"), 1 << 20, family, processes) == 0
