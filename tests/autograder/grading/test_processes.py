"""A pair of processes starts clean, and nothing of it is left."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.errors import EngineRoomError
from autograder.grading import processes
from autograder.grading.limits import Limits
from autograder.grading.processes import PlainPair


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def pair() -> Iterator[PlainPair]:
    with PlainPair(Limits(call=1, cell=2)) as made:
        made.hello(["x"], {})
        yield made


def learner(pair: PlainPair, source: str) -> str:
    reply = pair.ask({"op": "learner", "source": source, "seconds": 5}, 10)
    assert not reply["gone"], reply
    assert not reply["problem"], reply
    return str(reply["out"])


def test_the_learners_process_knows_nothing_of_the_instructors(
    pair: PlainPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scrubbed environment, a home of its own, no channel but one, no path of ours to import from."""
    print_all = "import os, sys\nprint(sorted(os.environ), os.getcwd() == os.environ['HOME'], '' in sys.path)"
    names, home, here = learner(pair, print_all).rsplit(maxsplit=2)
    ours = {"PATH", "HOME", "TMPDIR", "IPYTHONDIR", "LANG", "TZ", "MALLOC_ARENA_MAX", "MPLBACKEND", "LC_CTYPE"}
    assert set(eval(names)) <= ours
    assert (home, here) == ("True", "False")
    sockets = "import os\nprint(sum(os.path.realpath(f'/proc/self/fd/{n}').find('socket:') >= 0 for n in range(5000)))"
    assert learner(pair, sockets) == "1\n"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_survives(temporary: Path) -> None:
    """Threads, children, daemons in the session, open files, folders that can't be entered: all gone."""
    before = set(Path("/proc/self/fd").iterdir())
    with PlainPair(Limits()) as pair:
        pair.hello([], {})
        out = learner(
            pair,
            """
import os, subprocess, sys, threading, time
threading.Thread(target=time.sleep, args=[100]).start()
child = subprocess.Popen(["sleep", "100"])
group = subprocess.Popen(["sleep", "100"], process_group=0)
if os.fork() == 0:          # a daemon: its parent ends, and init adopts it
    os.setpgid(0, 0)
    if os.fork() == 0:
        time.sleep(100)
    os._exit(0)
os.makedirs("a/b/c"); open("a/b/c/f", "w").close(); os.chmod("a/b", 0)
deep = os.getcwd()
for _ in range(1500):
    os.mkdir("d"); os.chdir("d")
os.chdir(deep)
print(child.pid, group.pid, os.getpid())
""",
        )
        leader = int(out.split()[2])
        assert len(list(processes._session(leader))) >= 4
        begin = time.monotonic()
    assert time.monotonic() - begin < 5
    assert list(processes._session(leader)) == []
    assert list(temporary.iterdir()) == []
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_a_broken_installation_is_one_sentence(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    """With the last words of the process that didn't start."""
    monkeypatch.setattr(processes, "_MAIN", "import no_such_module  # {}")
    with pytest.raises(EngineRoomError, match="did not start: ModuleNotFoundError"), PlainPair(Limits()) as pair:
        pair.hello([], {})
    monkeypatch.setattr(sys, "executable", str(temporary / "python"))
    with pytest.raises(EngineRoomError, match="can't be started: No such file"):
        PlainPair(Limits())
    assert list(temporary.iterdir()) == []


def test_windows_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    """Instead of an AttributeError somewhere."""
    monkeypatch.setattr("autograder.grading.processes._POSIX", False)
    with pytest.raises(EngineRoomError, match="on Windows use WSL"):
        PlainPair(Limits())
