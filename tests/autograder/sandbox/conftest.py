"""Zygotes of both tiers, and guests that do what a test tells them."""

from __future__ import annotations

import itertools
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import boxes
from autograder.sandbox.boxes import Box, Zygote
from autograder.sandbox.walls import Caps, Tier

HERE = Path(__file__).parent
PROGRAM = f"import sys; sys.path.insert(0, {str(HERE)!r}); from autograder.sandbox.zygote import main; main()"
PATIENCE = 30.0

numbers = itertools.count(1)


class GuestError(Exception):
    """What a guest's code raised."""

    def __init__(self, reply: dict[str, Any]) -> None:
        super().__init__(f"{reply['raised']}: {reply['text']}\n{reply['trace']}")
        self.name, self.errno = str(reply["raised"]), reply["errno"]


class Running:
    """A guest that is at work."""

    def __init__(self, box: Box, code: str, given: Sequence[int], names: dict[str, Any]) -> None:
        self._end, theirs = socket.socketpair()
        self._end.settimeout(PATIENCE)
        self._lines = self._end.makefile("rb")
        try:
            with theirs:
                box.start([theirs.fileno(), *given], {"code": code.strip("\n"), "names": names})
        except BaseException:
            self.close()
            raise

    def next(self) -> Any:
        """What it tells or returns next. Raises EOFError when it ended without."""
        line = self._lines.readline()
        if not line:
            self.close()
            raise EOFError("the guest ended without an answer")
        reply = json.loads(line)
        if "raised" in reply:
            self.close()
            raise GuestError(reply)
        return reply["value"]

    def close(self) -> None:
        self._lines.close()
        self._end.close()


class House:
    """A box with what a test does to it."""

    def __init__(self, box: Box, number: int) -> None:
        self.box, self.number = box, number
        self._guests: list[Running] = []

    def start(self, code: str, given: Sequence[int] = (), **names: Any) -> Running:
        self._guests.append(Running(self.box, code, given, names))
        return self._guests[-1]

    def close(self) -> None:
        for guest in self._guests:
            guest.close()
        self.box.close()

    def run(self, code: str, given: Sequence[int] = (), **names: Any) -> Any:
        """Let a guest run a function's body; return what it returns. Raises GuestError, EOFError."""
        running = self.start(code, given, **names)
        try:
            return running.next()
        finally:
            running.close()

    def unreadable(self, path: object) -> bool:
        """Whether a guest can't read a file or list a folder."""
        read = "import os\nreturn os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(1)"
        return self.refuses(read, path=str(path)) in {"PermissionError", "FileNotFoundError"}

    def refuses(self, code: str, given: Sequence[int] = (), **names: Any) -> str:
        """Let a guest run what must raise; return the exception's name."""
        with pytest.raises(GuestError) as caught:
            self.run(code, given, **names)
        return caught.value.name


@cache
def found() -> dict[str, str]:
    """What this machine offers, found out in a process of its own."""
    command = [sys.executable, "-m", "autograder.sandbox.tiers"]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def holds(tier: Tier) -> bool:
    name = "namespaces" if tier is Tier.NAMESPACES else "landlock"
    return found().get(name) == found().get("seccomp") == "ok"


MakeZygote = Callable[..., Zygote]


@pytest.fixture(scope="session")
def make_zygote() -> Iterator[Callable[..., Any]]:
    """Make zygotes that run guest.py; they are warm when they are handed over, and closed in the end."""
    made: list[Zygote] = []
    plain, boxes._PROGRAM = boxes._PROGRAM, PROGRAM

    def make(tier: Tier | None, code: str = "", **options: Any) -> Zygote:
        zygote = Zygote("guest", {"code": code}, tier=tier, **options)
        made.append(zygote)
        zygote.wait()
        return zygote

    yield make
    boxes._PROGRAM = plain
    for zygote in made:
        zygote.close()


@pytest.fixture(params=[Tier.NAMESPACES, Tier.LANDLOCK], ids=["A", "B"], scope="session")
def tier(request: pytest.FixtureRequest) -> Tier:
    if not holds(request.param):
        pytest.skip(f"tier {request.param} doesn't hold on this machine")
    return Tier(request.param)


@pytest.fixture(scope="session")
def zygote(tier: Tier, make_zygote: MakeZygote) -> Zygote:
    few = "from autograder.sandbox import tally\ntally._MOST_ENTRIES = 500"  # as it is, removing them takes long
    return make_zygote(tier, few, caps=Caps(processes=24, resident=160 << 20, scratch=4 << 20, file_size=2 << 20))


@contextmanager
def opened(zygote: Zygote, beside: House | None = None) -> Iterator[House]:
    number = beside.number if beside else next(numbers) % 900
    house = House(zygote.box(number, beside.box if beside else None), number)
    try:
        yield house
    finally:
        house.close()


@pytest.fixture(scope="session")
def open_house() -> Callable[..., Any]:
    """A context manager: a box of a zygote's."""
    return opened


@pytest.fixture(scope="module")
def house(zygote: Zygote) -> Iterator[House]:
    """One box for the tests of a module that leave it in order."""
    with opened(zygote) as made:
        yield made


@pytest.fixture
def fresh(zygote: Zygote) -> Iterator[House]:
    """A box for one test that may end it."""
    with opened(zygote) as made:
        yield made


class Watcher:
    """Looks at this machine's processes from outside."""

    colour = "import ctypes; ctypes.CDLL(None).prctl(15, colour.encode(), 0, 0, 0)\n"  # a guest names itself

    def coloured(self, colour: str) -> list[int]:
        """The living processes that have a name."""
        return [number for number, name, state, _ in self._processes() if name == colour and state not in "ZX"]

    def family(self, process: int) -> set[int]:
        """The descendants of a process."""
        found, children = {process}, [(number, parent) for number, _, _, parent in self._processes()]
        while more := {number for number, parent in children if parent in found} - found:
            found |= more
        return found - {process}

    def alive(self, numbers: set[int]) -> set[int]:
        return {number for number, _, state, _ in self._processes() if number in numbers and state not in "ZX"}

    def wait_until(self, what: Callable[[], Any], seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, "it never happened"
            time.sleep(0.01)

    def _processes(self) -> Iterator[tuple[int, str, str, int]]:
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                try:
                    name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
                except OSError:
                    continue
                state, parent, *_ = rest.split()
                yield int(folder.name), name, state, int(parent)


@pytest.fixture(scope="session")
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture(scope="session")
def in_child() -> Callable[..., Any]:
    """Run a text in a Python of its own; it says its answer by printing JSON. What it raises is raised here, too."""

    def run(code: str, *arguments: object) -> Any:
        command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
