"""Grade on many machines: the supervisor's side of a Dask cluster.

The supervisor reads each submission, sends its texts to a worker as JSON, and parses the JSON that comes back. It alone
writes files and the gradebook. Everything in a Dask cluster is the instructor's and trusts everything else in it; see
`autograder.grading.remote` for what keeps learners out.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import json
import logging
import time
import warnings
from collections.abc import Mapping
from typing import Any

import distributed
from distributed import Client, KilledWorker, Security, rpc
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

_CONNECT = 10.0  # seconds for the scheduler to answer, and for a first worker to be there
_LOOK = 2.0  # seconds between two looks at who is there
_GO_ON = "What is graded is kept; run the same command again to go on."


class RemoteFailureError(Exception):
    """The engine failed on one submission, on another machine. Its text tells what happened there."""


class Cluster:
    """Grades submissions on a Dask cluster. Any thread may ask.

    Use it as a context manager: at the end of the block what is still queued is cancelled.

    Args:
        address: the scheduler's, such as ``tcp://10.0.0.5:8786``. For ``tls://`` addresses, Dask's own configuration
            names the certificates.
        limits: what a submission may take.
        patience: seconds to wait for a worker when all are gone.

    Raises:
        EngineRoomError: nobody answers, Dask's versions differ, or there is no worker.
    """

    at_once = 256
    """How many submissions are handed out: more than one supervisor could ever keep busy. Dask queues the rest."""

    def __init__(self, address: str, limits: Limits, *, patience: float = 60.0) -> None:
        self._address, self._limits, self._patience = address, limits, patience
        self._waiting: set[concurrent.futures.Future[bytes]] = set()
        self._over = ""
        self._alone = asyncio.Lock()
        self._watcher: concurrent.futures.Future[None] | None = None
        self._client = _connect(address)
        self._loop: asyncio.AbstractEventLoop = self._client.loop.asyncio_loop
        try:
            self._client.wait_for_workers(1, timeout=_CONNECT)
            self._surroundings = _check_workers(self._client)
        except TimeoutError:
            self.close()
            raise EngineRoomError(
                f"The scheduler at {address} has no worker. Start some, in the course's folder: dask worker {address}"
            ) from None
        except BaseException:
            self.close()
            raise
        self._watcher = asyncio.run_coroutine_threadsafe(self._watch(), self._loop)

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
        reply = json.loads(self._wait_for(remote.order_of(assignment, submission, self._limits, self._surroundings)))
        if refusal := reply.get("refusal"):
            raise EngineRoomError(f"{refusal} {_GO_ON}")
        if failure := reply.get("failure"):
            raise RemoteFailureError(failure)
        return remote.graded_from_json(reply)

    def warm(self, assignment: Assignment) -> None:
        """Prepare for an assignment: workers do so when its first submission comes."""

    def done(self, module: str) -> None:
        """Say that one submission of a module is settled: workers find out for themselves."""

    def close(self) -> None:
        """Cancel everything; threads that wait get an EngineRoomError."""
        self._end(STOPPED)
        if self._watcher:
            self._watcher.cancel()
        with contextlib.suppress(OSError, TimeoutError):  # nobody is there any more to say goodbye to
            self._client.close()

    def _end(self, why: str) -> None:
        self._over = self._over or why
        for waiting in list(self._waiting):
            waiting.cancel()

    def _wait_for(self, order: bytes) -> bytes:
        waiting = asyncio.run_coroutine_threadsafe(self._run(order), self._loop)
        self._waiting.add(waiting)
        if self._over:
            waiting.cancel()
        try:
            return waiting.result()
        except concurrent.futures.CancelledError:
            raise EngineRoomError(self._over or self._lost()) from None
        finally:
            self._waiting.discard(waiting)

    async def _run(self, order: bytes) -> bytes:
        """Run one task. Dask runs it again elsewhere when its worker is lost, up to three times.

        Then it is a suspect, and so is all that was queued on the same workers. So suspects get another try, one after
        the other: only a submission that workers die of fails then.
        """
        try:
            return await self._submit(order)
        except KilledWorker:
            async with self._alone:
                try:
                    return await self._submit(order, priority=1)
                except KilledWorker as error:
                    raise RemoteFailureError(f"Worker after worker died while it graded this. {error}") from None

    async def _submit(self, order: bytes, priority: int = 0) -> bytes:
        try:
            future = self._client.submit(remote.grade, order, pure=False, priority=priority)
            reply: bytes = await future
        except KilledWorker:
            raise
        except Exception as error:  # of Dask's: ours come as JSON
            if isinstance(error, concurrent.futures.CancelledError) or self._client.status != "running":
                raise EngineRoomError(self._lost()) from None
            raise EngineRoomError(
                f"A worker could not begin to grade ({type(error).__name__}: {error}). Is Engine Room installed there, "
                f"in the same version? {_GO_ON}"
            ) from None
        return reply

    async def _watch(self) -> None:
        """End everything when nobody is left to work."""
        seen = time.monotonic()
        while not self._over:
            await asyncio.sleep(_LOOK)
            try:
                if await self._client.nthreads():
                    seen = time.monotonic()
            except Exception:  # whatever Dask calls it: nobody answers
                self._end(self._lost())
            if (alone := time.monotonic() - seen) > self._patience:
                self._end(f"The cluster at {self._address} has had no worker for {in_seconds(alone)}. {_GO_ON}")

    def _lost(self) -> str:
        return f"The connection to the scheduler at {self._address} was lost. {_GO_ON}"


def _connect(address: str) -> Client:
    """Connect, if somebody answers there who speaks as we do."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said in our own words
    try:
        get_address_host_port(address)
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
    """Ask a scheduler for its versions: this works across versions of Dask."""
    secrets = Security().get_connection_args("client")
    async with rpc(address, timeout=_CONNECT, connection_args=secrets) as scheduler:
        found: dict[str, Any] = await scheduler.versions()
        return found


def _check_workers(client: Client) -> dict[str, str]:
    """Stop before work is handed to workers without Engine Room: they die of it. One that joins later costs nothing.

    Returns:
        The surroundings that the workers have in common; the engine is ours, too.

    Raises:
        EngineRoomError: one has another version of Dask, no Engine Room, or other surroundings than the others.
    """
    for name, about in client.get_versions()["workers"].items():
        _compare(f"The worker {name}", about)
    agreed: dict[str, str] = {}
    for name, found in client.run(remote.surroundings, on_error="return").items():
        if isinstance(found, Exception):
            raise EngineRoomError(
                f"The worker {name} can't use Engine Room ({found}). Install the same there, with [cluster,grade]."
            )
        agreed = agreed or {**found, "Engine Room": remote.surroundings()["Engine Room"]}
        if refusal := remote.unlike(agreed, found):
            raise EngineRoomError(f"The worker {name} can't grade. {refusal}")
    return agreed


def _compare(who: str, about: Mapping[str, Any]) -> None:
    theirs = about["packages"]["distributed"]
    if theirs != distributed.__version__:
        raise EngineRoomError(
            f"{who} has distributed {theirs}, and this machine {distributed.__version__}. "
            "Install the same version everywhere."
        )
