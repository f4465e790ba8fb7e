"""Zygotes and boxes, seen from the supervisor: start them, put guests in, and be rid of them whatever happens."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.errors import EngineRoomError
from autograder.sandbox.box import receive, send
from autograder.sandbox.sweep import wipe
from autograder.sandbox.walls import Caps, Tier, user_of

__all__ = ["Box", "BoxGoneError", "Zygote"]

_PROGRAM = "from autograder.sandbox.zygote import main; main()"
_WARM, _UP, _EMPTY, _END = 120.0, 30.0, 10.0, 10.0  # seconds to wait, on a busy machine


class BoxGoneError(Exception):
    """A box has ended by itself. ``why`` is "memory", "disk", "locked", "processes", or empty when nobody knows."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Zygote:
    """A warm process without secrets that forks boxes.

    Args:
        program: a module with ``warm_up(told)`` and ``main(descriptors, told)``: the first runs in the zygote, the
            second in every guest. When its warming-up leaves threads behind, it is asked to do less, with ``cold``.
        warm: what to tell ``warm_up``.
        tier: which walls; left out, the strongest that hold here.
        caps: how much a guest may take.
        trusted: guests run an author's code: in tier B they may use the loopback interface.
        packages: folders of packages to be readable besides Python's own and those that ``warm_up`` loads.

    Raises:
        EngineRoomError: the process can't be started, or the warming-up failed; the text says why.
    """

    def __init__(
        self,
        program: str,
        warm: Mapping[str, Any],
        *,
        tier: Tier | None = None,
        caps: Caps | None = None,
        trusted: bool = False,
        packages: Sequence[str] = (),
    ) -> None:
        self._home = tempfile.mkdtemp(prefix="engineroom-")
        self._order: dict[str, Any] = {
            "home": self._home,
            "program": program,
            "warm": dict(warm),
            "tier": tier or "",
            "caps": (caps or Caps()).to_json(),
            "trusted": trusted,
            "packages": list(packages),
        }
        try:
            self._start()
        except OSError as error:
            self.close()
            raise EngineRoomError(f"The grader's processes can't be started: {error.strerror or error}.") from None
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        """Start the process. It gets its order on the standard input: an argument could be read by everybody."""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=self._home,
                env=_environment(self._home),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as order:
            order.write(json.dumps(self._order).encode())

    def wait(self) -> Tier:
        """Wait until it is warm; return its tier.

        Raises:
            EngineRoomError: it did not start.
        """
        self._control.settimeout(_WARM)
        try:
            said, _ = receive(self._control)
        except TimeoutError:
            said = {"problem": f"it took longer than {_WARM:g} seconds"}
        if said.get("threads") and not self._order["warm"].get("cold"):
            # The warming-up left threads behind, which a fork would lose: do with less of it.
            self._stop()
            self._order["warm"] = {**self._order["warm"], "cold": True}
            self._start()
            return self.wait()
        if not said.get("ready"):
            problem = "a library that it loads starts threads" if said.get("threads") else said.get("problem")
            raise EngineRoomError(f"The grader's processes did not start: {problem or 'one ended at once'}.")
        self._order["tier"] = said["tier"]
        return Tier(said["tier"])

    @property
    def tier(self) -> Tier:
        return Tier(self._order["tier"])

    def box(self, number: int, beside: Box | None = None) -> Box:
        """Make a box.

        Args:
            number: of the box, below 900 and not in use; it decides the user number when root starts it.
            beside: another box of the same number, whose network and shared folder this one gets as well.

        Raises:
            EngineRoomError: it can't be made.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        life, lifeline = os.pipe()
        request: dict[str, Any] = {"number": number, "beside": beside is not None}
        folders: tuple[str, str] | None = None
        if self.tier is Tier.LANDLOCK:
            folders = _folders(number, beside)
            request["folders"] = folders
        with theirs, contextlib.suppress(OSError):  # the box will notice that nobody makes it
            send(self._control, request, [theirs.fileno(), life, *(beside.namespaces if beside else ())])
        os.close(life)
        return Box(ours, lifeline, folders, own_shared=beside is None)

    def close(self) -> None:
        """End the zygote. Its boxes live on until they are closed."""
        self._stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def __del__(self) -> None:
        """A zygote that nobody knows any more ends, too."""
        with contextlib.suppress(Exception):
            self.close()

    def _stop(self) -> None:
        if hasattr(self, "_control"):
            self._control.close()
        if hasattr(self, "_process"):
            self._process.kill()
            self._process.wait()


class Box:
    """One box: at most one guest at a time."""

    def __init__(
        self, control: socket.socket, lifeline: int, folders: tuple[str, str] | None, *, own_shared: bool
    ) -> None:
        self._control, self._lifeline, self.folders = control, lifeline, folders
        self._own_shared = own_shared
        self.namespaces: list[int] = []
        self._open = True
        control.settimeout(_UP)
        try:
            said, self.namespaces = receive(control)
        except OSError:
            said = {}
        if not said.get("up"):
            self.close()
            raise EngineRoomError(f"The sandbox can't be set up: {said.get('problem') or 'its process ended'}.")

    def start(self, descriptors: Sequence[int], told: Mapping[str, Any]) -> None:
        """Put a guest in.

        Args:
            descriptors: open files for it; the caller closes its own copies.
            told: what to tell it.

        Raises:
            BoxGoneError: the box is no more.
        """
        try:
            send(self._control, {"op": "start", "told": dict(told)}, descriptors)
        except OSError:
            raise BoxGoneError(self._last_words()) from None

    def empty(self) -> int:
        """Kill the guest and all it started, and empty the folders. Returns how many processes there were.

        Raises:
            BoxGoneError: the box is no more, or did not get empty; close it.
        """
        try:
            send(self._control, {"op": "empty"})
            self._control.settimeout(_EMPTY)
            said, _ = receive(self._control)
        except OSError:
            raise BoxGoneError(self._last_words()) from None
        if not said.get("empty"):
            raise BoxGoneError(str(said.get("ended", "")))
        return int(said["left"])

    def ended(self) -> str:
        """Why the warden has ended the box; empty while it stands. Not to be asked while `empty` waits."""
        return self._last_words()

    def _last_words(self) -> str:
        """What the warden said before it ended the box."""
        with contextlib.suppress(OSError, ValueError):
            self._control.settimeout(0.0)
            while True:
                said, _ = receive(self._control)
                if not said or "ended" in said:
                    return str(said.get("ended", ""))
        return ""

    def close(self) -> None:
        """End the box and everybody in it. Close the boxes beside it first: the shared folder ends with this one."""
        if not self._open:
            return
        self._open = False
        os.close(self._lifeline)
        deserted = self._wait_for_end()
        self._control.close()
        for descriptor in self.namespaces:
            os.close(descriptor)
        if self.folders and deserted:  # else somebody could swap a folder for a link while it is emptied
            for folder in self.folders if self._own_shared else self.folders[:1]:
                with contextlib.suppress(OSError):
                    wipe(folder)
                    Path(folder).rmdir()

    def _wait_for_end(self) -> bool:
        """Wait until the warden and the init have closed their ends: nobody is left then."""
        self._control.settimeout(_END)
        try:
            while receive(self._control)[0]:
                pass
        except TimeoutError:
            return False
        except (OSError, ValueError):
            pass
        return True


def _folders(number: int, beside: Box | None) -> tuple[str, str]:
    """Make tier B's folders, for the user of a box alone: one of its own, one to share with the box beside it."""
    made = [tempfile.mkdtemp(prefix="engineroom-box-")]
    if not (beside and beside.folders):
        made.append(tempfile.mkdtemp(prefix="engineroom-shared-"))
    for folder in made:
        os.chown(folder, user_of(number), -1)
    return made[0], beside.folders[1] if beside and beside.folders else made[1]


def _environment(home: str) -> dict[str, str]:
    """What a zygote and its guests get to know: nothing of the instructor's."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "MALLOC_ARENA_MAX": "2",  # threads would reserve address space, which is limited
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
