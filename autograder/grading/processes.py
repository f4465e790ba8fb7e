"""A checker and a worker as plain processes without walls: for one's own notebook where no sandbox holds."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.errors import EngineRoomError, WireError
from autograder.grading.limits import Limits
from autograder.grading.wire import Channel

__all__ = ["PlainPair"]

_MAIN = (
    "import json, sys; from autograder.grading.{} import main; "
    "main([*map(int, sys.argv[1:-1])], json.loads(sys.argv[-1]))"
)
_POSIX = os.name == "posix"
_START = 90.0  # seconds for both to start, on a busy machine


class PlainPair:
    """One checker with its worker, in sessions and folders of their own. Close it to kill both and all they started.

    Raises:
        EngineRoomError: the processes can't be started on this machine.
    """

    def __init__(self, limits: Limits) -> None:
        if not _POSIX:
            raise EngineRoomError("Grading needs Linux or macOS; on Windows use WSL.")
        self._home = Path(tempfile.mkdtemp(prefix="engineroom-"))
        self._processes: list[subprocess.Popen[bytes]] = []
        ours, checkers = socket.socketpair()
        checkers_line, workers_line = socket.socketpair()
        self._channel = Channel(ours, limits.frame)
        told = json.dumps(limits.to_json())
        try:
            with checkers, checkers_line, workers_line:
                self._start("worker", [workers_line], told)
                self._start("checker", [checkers, checkers_line], told)
        except OSError as error:
            self.close()
            raise EngineRoomError(f"The grader's processes can't be started: {error.strerror or error}.") from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> PlainPair:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def hello(self, names: list[str], imports: Mapping[str, str]) -> None:
        """Wait until both are ready.

        Raises:
            EngineRoomError: they did not start; the text says what the checker had to say.
        """
        try:
            self.ask({"op": "hello", "names": names, "imports": dict(imports)}, _START)
        except WireError as error:
            raise EngineRoomError(f"The grader's processes did not start: {self._last_words() or error}") from None

    def ask(self, message: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Ask the checker for one thing.

        Raises:
            WireError: no answer in time, or none at all.
        """
        return self._channel.ask(message, seconds)

    def end_worker(self) -> None:
        """End the learner's process and all it started; the checker stays."""
        leader = self._processes[0].pid  # it was started first
        _kill_session(leader)
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, leader, os.WEXITED | os.WNOWAIT)  # gone; its number stays ours

    @property
    def cause(self) -> str:
        """Why the learner's process was ended from outside: here nobody watches it."""
        return ""

    def close(self) -> None:
        """Kill both processes and everything in their sessions, and remove their folders."""
        self._channel.close()
        for process in self._processes:
            _kill_session(process.pid)
        for process in self._processes:
            process.wait()
        self._processes = []
        _remove(self._home)

    def _start(self, name: str, ends: list[socket.socket], told: str) -> None:
        """Start one process that inherits its channels and nothing else."""
        folder = self._home / name
        folder.mkdir()
        descriptors = [end.fileno() for end in ends]
        with (folder / "stderr").open("wb") if name == "checker" else Path(os.devnull).open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", _MAIN.format(name), *map(str, descriptors), told],
                pass_fds=descriptors,
                cwd=folder,
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        self._processes.append(process)

    def _last_words(self) -> str:
        """The last line that the checker wrote to its error stream, before anything of the learner's ran."""
        with contextlib.suppress(OSError, IndexError):
            return (self._home / "checker" / "stderr").read_text("utf-8", "replace").strip().splitlines()[-1][:500]
        return ""


def _environment(folder: Path) -> dict[str, str]:
    """What a process gets to know: nothing of the instructor's."""
    home = str(folder)
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "MALLOC_ARENA_MAX": "2",  # threads would reserve address space, which is limited
    }


def _kill_session(leader: int) -> None:
    """Kill a process group and, where /proc tells, the whole session, until nobody is left.

    The leader isn't waited for yet, so its number can't have passed to another process.
    """
    for _ in range(50):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)
        alive = [number for number in _session(leader) if number != leader]
        if not alive:
            return
        for number in alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(number, signal.SIGKILL)
        time.sleep(0.002)


def _session(leader: int) -> Iterator[int]:
    """The living processes of a session. Where there is no /proc: none that can be found."""
    with contextlib.suppress(OSError):
        for entry in os.scandir("/proc"):
            if entry.name.isdecimal():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    # pid (name) state ppid pgrp session ...; the name may hold blanks and brackets
                    fields = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
                    if int(fields[3]) == leader and fields[0] not in (b"Z", b"X"):
                        yield int(entry.name)


def _remove(folder: Path) -> None:
    """Remove a folder, whatever a learner made of it."""

    def unlock(function: Callable[..., Any], path: str, _error: Any) -> None:
        with contextlib.suppress(OSError):
            for locked in (Path(path).parent, Path(path)):
                if stat.S_ISDIR(locked.lstat().st_mode):
                    locked.chmod(stat.S_IRWXU)
            function(path)

    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder, onerror=unlock)
    if folder.exists():
        subprocess.run(["rm", "-rf", str(folder)], check=False, stderr=subprocess.DEVNULL)
