"""Grade on many machines: the supervisor's side of a Dask cluster.

The supervisor reads each submission, sends its texts to a worker as JSON, and parses the JSON that comes back. It alone
writes files and the gradebook. Everything in a Dask cluster is the instructor's and trusts everything else in it; see
`autograder.grading.remote` for what keeps learners out.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
import warnings
from collections.abc import Mapping
from concurrent.futures import CancelledError
from typing import Any

import distributed
from distributed import Client, Future, KilledWorker, Security, rpc
from distributed.comm import get_address_host_port
from distributed.versions import VersionMismatchWarning

from autograder.errors import EngineRoomError
from autograder.grading import remote
from autograder.grading.assignment import Assignment
from autograder.grading.limits import Limits, in_seconds
from autograder.grading.pairs import STOPPED
from autograder.grading.session import Graded
from autograder.grading.submission import Submission

__all__ = ["Cluster", "RemoteFailureError"]

_CONNECT = 10.0  # seconds for the scheduler to answer
_LOOK = 5.0  # seconds between two looks at the cluster while nothing comes back
KEPT = "What is graded is kept; run the same command again to go on."


class RemoteFailureError(Exception):
    """The engine failed on one submission, on another machine. Its text tells what happened there."""


class Cluster:
    """Grades submissions on a Dask cluster. Any thread may ask.

    Use it as a context manager: at the end of the block what is still queued is cancelled.

    Args:
        address: the scheduler's, such as ``tcp://10.0.0.5:8786``. For ``tls://`` addresses, Dask's own configuration
            names the certificates.
        limits: what a submission may take.
        patience: seconds to wait for workers when there are none.

    Raises:
        EngineRoomError: nobody answers, Dask's versions differ, or there is no worker.
    """

    at_once = 256
    """How many submissions are handed out: more than one supervisor could ever keep busy. Dask queues the rest."""

    def __init__(self, address: str, limits: Limits, *, patience: float = 60.0) -> None:
        self._address, self._limits, self._patience = address, limits, patience
        self._looking, self._alone = threading.Lock(), threading.Lock()
        self._looked = self._seen = time.monotonic()
        self._closed = False
        self._client = _connect(address)
        try:
            self._client.wait_for_workers(1, timeout=min(patience, _CONNECT))
            for name, about in self._client.get_versions()["workers"].items():
                _compare(f"The worker {name}", about)
        except TimeoutError:
            self.close()
            raise EngineRoomError(
                f"The scheduler at {address} has no worker. Start some, in the course's folder: dask worker {address}"
            ) from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def grade(self, assignment: Assignment, submission: Submission) -> Graded:
        """Have one submission graded, and wait for it.

        Raises:
            EngineRoomError: a worker is not fit for this course, the cluster is gone, or grading was stopped.
            RemoteFailureError: the engine failed on this submission, or workers die of it.
        """
        order = remote.order_of(assignment, submission, self._limits)
        try:
            reply = json.loads(self._run(order))
        except KilledWorker:
            reply = json.loads(self._run_alone(order))
        if refusal := reply.get("refusal"):
            raise EngineRoomError(f"{refusal} {KEPT}")
        if failure := reply.get("failure"):
            raise RemoteFailureError(failure)
        return remote.graded_from_json(reply)

    def done(self, module: str) -> None:
        """Say that one submission of a module is settled: workers find out for themselves."""

    def close(self) -> None:
        """Cancel everything; threads that wait get an EngineRoomError."""
        self._closed = True
        self._client.close()

    def _run_alone(self, order: bytes) -> bytes:
        """Try again, one suspect at a time: Dask blames everything that was queued on a worker for the worker's end."""
        with self._alone:
            try:
                return self._run(order, priority=1)
            except KilledWorker as error:
                raise RemoteFailureError(
                    f"The Dask workers that graded this submission died, again and again. {error}"
                ) from None

    def _run(self, order: bytes, priority: int = 0) -> bytes:
        """Run one task. Dask runs it again elsewhere when its worker is lost."""
        try:
            future = self._client.submit(remote.grade, order, pure=False, priority=priority)
            return self._wait(future)
        except (KilledWorker, EngineRoomError):
            raise
        except CancelledError:
            raise self._lost() from None
        except Exception as error:  # of Dask's: ours come as JSON
            if self._closed or self._client.status != "running":
                raise self._lost() from None
            raise EngineRoomError(
                f"A worker could not begin to grade ({type(error).__name__}: {error}). Is Engine Room installed there, "
                f"in the same version? {KEPT}"
            ) from None

    def _wait(self, future: Future[bytes]) -> bytes:
        while True:
            try:
                return future.result(timeout=_LOOK)
            except TimeoutError:
                self._look()

    def _look(self) -> None:
        """See whether anybody is left to work; one thread looks for all."""
        if self._closed:
            raise EngineRoomError(STOPPED)
        if not self._looking.acquire(blocking=False):
            return
        try:
            now = time.monotonic()
            if now - self._looked < _LOOK:
                return
            self._looked = now
            if self._client.nthreads():
                self._seen = now
        finally:
            self._looking.release()
        if now - self._seen > self._patience:
            raise EngineRoomError(
                f"The cluster at {self._address} has had no worker for {in_seconds(now - self._seen)}. {KEPT}"
            )

    def _lost(self) -> EngineRoomError:
        if self._closed:
            return EngineRoomError(STOPPED)
        return EngineRoomError(f"The connection to the scheduler at {self._address} was lost. {KEPT}")


def _connect(address: str) -> Client:
    """Connect, if somebody answers there who speaks as we do."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said in our own words
    try:
        get_address_host_port(address, strict=True)
    except ValueError as error:
        raise EngineRoomError(
            f"{address!r} is no address of a Dask scheduler: {error}. It looks like tcp://10.0.0.5:8786."
        ) from None
    try:
        _compare(f"The scheduler at {address}", asyncio.run(_versions_at(address)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)  # we compare ourselves
            return Client(address, timeout=_CONNECT, set_as_default=False)
    except (OSError, TypeError) as error:
        raise EngineRoomError(
            f"No Dask scheduler answers at {address} ({error}). Is it running, and can this machine reach it? "
            "For a tls:// address, Dask's configuration must name the certificates."
        ) from None


async def _versions_at(address: str) -> dict[str, Any]:
    """Ask a scheduler for its versions; all versions of Dask answer that."""
    secrets = Security().get_connection_args("client")
    async with rpc(address, timeout=_CONNECT, connection_args=secrets) as scheduler:
        found: dict[str, Any] = await scheduler.versions()
        return found


def _compare(who: str, about: Mapping[str, Any]) -> None:
    theirs = about["packages"]["distributed"]
    if theirs != distributed.__version__:
        raise EngineRoomError(
            f"{who} has distributed {theirs}, and this machine {distributed.__version__}. "
            "Install the same version everywhere."
        )
