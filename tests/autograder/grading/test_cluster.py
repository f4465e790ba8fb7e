"""A class is graded on many machines as on one, whatever happens to the machines. Scheduler and workers are real."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import dask.config
import psutil
import pytest
from distributed import Client, Security

from autograder.errors import EngineRoomError
from autograder.grading import cluster as module
from autograder.grading.classroom import Classroom
from autograder.grading.cluster import Cluster
from autograder.grading.gradebook import Gradebook
from autograder.grading.handed import Handed
from autograder.grading.limits import Limits
from autograder.results import SubmissionResult

pytestmark = pytest.mark.slow

FAULTS = str(Path(__file__).with_name("faults.py"))
LIMITS = Limits(call=10.0, cell=20.0, submission=120.0)  # the machine may be busy
START = 120.0  # seconds for a process to begin, there
RIGHT = "def double(x):\n    return 2 * x"
ANSWERS = {
    "right": RIGHT,
    "wrong": "def double(x):\n    return x",
    "prints": f"print('\\ud800 <b>& é')\n{RIGHT}",
    "fails": f"{RIGHT}\nraise ValueError('no')",
    "crash": "import os\nos._exit(3)",
    "syntax": "def double(x)",
}


class Machines:
    """A scheduler and workers in processes of their own, on the loopback interface."""

    def __init__(self, folder: Path, course: Path) -> None:
        self.folder, self.course = folder, course
        self.running: list[subprocess.Popen[bytes]] = []
        self.address = ""

    def scheduler(self, *options: str, **environment: str) -> str:
        file = self.folder / f"scheduler-{len(self.running)}.json"
        self.start("scheduler", "--port", "0", "--scheduler-file", str(file), *options, **environment)
        self.wait_until(lambda: file.exists() and file.read_text().endswith("}"))
        self.address = json.loads(file.read_text())["address"]
        return self.address

    def worker(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start one worker of one thread; it has joined when this returns."""
        folder = ["--local-directory", str(self.folder / f"worker-{len(self.running)}")]
        log = self.log("worker")
        process = self.start("worker", self.address, "--nthreads", "1", *folder, *options, **environment)
        self.wait_until(lambda: "Registered to" in log.read_text())
        return process

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        with self.log(command[0]).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command, "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"],
                cwd=self.course,
                env={**os.environ, "PYTHONWARNINGS": "ignore", **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def wait_until(self, true: Callable[[], object]) -> None:
        last = self.running[-1]
        wait_until(lambda: true() or last.poll() is not None)
        assert last.poll() is None, "\n".join(path.read_text() for path in self.folder.glob("*.log"))

    def log(self, kind: str) -> Path:
        """Where the process that is started next writes."""
        return self.folder / f"{kind}-{len(self.running)}.log"

    def close(self) -> None:
        for process in reversed(self.running):
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and, if it has one, the process that its nanny started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
    process.kill()
    process.wait()


def wait_until(true: Callable[[], object], seconds: float = START) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.05)


@pytest.fixture
def machines(tmp_path: Path, doubling_class: Path) -> Iterator[Machines]:
    machines = Machines(tmp_path, doubling_class)
    yield machines
    machines.close()


@pytest.fixture
def classroom(tmp_path: Path, doubling_class: Path) -> Classroom:
    return Classroom(doubling_class, tmp_path / "submitted", tmp_path / "out", limits=LIMITS)


def hand_in(classroom: Classroom, learner: str, answer: str) -> None:
    folder = classroom.submitted / learner / "unit"
    folder.mkdir(parents=True)
    notebook = json.loads((classroom.course.root / "exercises" / "unit" / "unit.ipynb").read_text())
    next(cell for cell in notebook["cells"] if cell["id"] == "q1_answer")["source"] = answer
    (folder / "unit.ipynb").write_text(json.dumps(notebook))


def grade(classroom: Classroom, grader: Any = None, **options: Any) -> dict[str, SubmissionResult]:
    jobs = grader.at_once if grader else 2
    return {one.learner: one for one in classroom.grade(classroom.find(), jobs=jobs, grader=grader, **options)}


def kept(classroom: Classroom) -> set[str]:
    return {path.parent.name for path in (classroom.into / "results").glob("*/unit.json")}


# --- before anything is graded ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["nonsense", "http://10.0.0.5:80", "tcp://"])
def test_what_is_no_address_is_told_with_an_example(address: str) -> None:
    """In one sentence more than Dask's."""
    with pytest.raises(
        EngineRoomError, match=r"is no address of a Dask scheduler: .* looks like tcp://10\.0\.0\.5:8786"
    ):
        Cluster(address, LIMITS)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to look for."""
    monkeypatch.setattr(module, "_CONNECT", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # nobody listens there
        address = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(EngineRoomError, match=rf"No Dask scheduler answers at {address} .*Is it running"):
            Cluster(address, LIMITS)


def test_a_secure_address_without_certificates_is_told() -> None:
    """Dask's configuration names them."""
    with pytest.raises(EngineRoomError, match=r"For a tls:// address, Dask's configuration must name the certificates"):
        Cluster("tls://127.0.0.1:1", LIMITS)


def another_version(folder: Path, name: str, version: str) -> dict[str, str]:
    """The environment of a process that finds another version of a distribution."""
    about = folder / "other" / f"{name}-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (about / "entry_points.txt").write_text(distribution(name).read_text("entry_points.txt") or "")
    return {"PYTHONPATH": str(about.parent)}


def test_a_scheduler_of_another_version_is_told(machines: Machines) -> None:
    """Before Dask fails in words of its own."""
    address = machines.scheduler(**another_version(machines.folder, "distributed", "2023.5.0"))
    with pytest.raises(
        EngineRoomError, match=r"The scheduler at tcp://.* has distributed 2023\.5\.0, and this machine"
    ):
        Cluster(address, LIMITS)


def test_no_worker_and_a_worker_of_another_version_are_told(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence each."""
    address = machines.scheduler()
    with monkeypatch.context() as patched:
        patched.setattr(module, "_CONNECT", 1.0)
        with pytest.raises(
            EngineRoomError, match=rf"The scheduler at {address} has no worker\. Start some.*dask worker"
        ):
            Cluster(address, LIMITS)
    machines.worker(**another_version(machines.folder, "distributed", "2023.5.0"))
    with pytest.raises(EngineRoomError, match=r"The worker tcp://.* has distributed 2023\.5\.0, and this machine"):
        Cluster(address, LIMITS)


# --- a worker that is not fit ----------------------------------------------------------------------------------------


def other_course(machines: Machines) -> dict[str, str]:
    other = machines.folder / "other course"
    shutil.copytree(machines.course, other)
    source = other / "solutions" / "unit" / "unit.ipynb"
    source.write_text(source.read_text().replace("double(21), 42", "double(22), 44"))
    return {"ENGINEROOM_COURSE": str(other)}


def no_course(machines: Machines) -> dict[str, str]:
    return {"ENGINEROOM_COURSE": str(machines.folder)}


def other_scenario(machines: Machines) -> dict[str, str]:
    return {"PYTHONPATH": str(a_package(machines.folder, "hopline"))}


def no_engine(machines: Machines) -> dict[str, str]:
    return {"PYTHONPATH": str(a_package(machines.folder, "autograder"))}


def a_package(folder: Path, name: str) -> Path:
    (folder / "packages" / name).mkdir(parents=True)
    (folder / "packages" / name / "__init__.py").touch()
    return folder / "packages"


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (
            other_course,
            r"^The worker tcp://127.* can't grade unit\. Its course in .*other course is another version: the ",
        ),
        (
            no_course,
            r"^The worker tcp://127.* can't grade unit\. .*unit\.ipynb.* or name that in ENGINEROOM_COURSE",
        ),
        (other_scenario, r"^The worker tcp://127.* It has Engine Room 0.* instead of 0.* Install the same everywhere"),
        (no_engine, r"^The worker tcp://127.* can't use Engine Room \(.*No module named 'autograder\.grading'.*\)\. "),
    ],
)
def test_a_worker_that_would_grade_otherwise_stops_the_run(
    machines: Machines, classroom: Classroom, prepare: Callable[[Machines], dict[str, str]], sentence: str
) -> None:
    """One sentence that names the worker, not a failure for each learner."""
    machines.scheduler()
    machines.worker(**prepare(machines))
    for name in ("ann", "bo", "chi"):
        hand_in(classroom, name, RIGHT)
    with pytest.raises(EngineRoomError, match=sentence):
        grade(classroom, Cluster(machines.address, LIMITS))
    assert kept(classroom) == set()


def test_a_worker_without_engine_that_joins_later_costs_nothing(machines: Machines, classroom: Classroom) -> None:
    """It dies of its first task, which another worker then does."""
    machines.scheduler()
    machines.worker("--preload", FAULTS)
    for number in range(8):
        hand_in(classroom, f"learner{number}", f"# SLOW\n{RIGHT}")
    late: list[object] = []

    def join(_: SubmissionResult) -> None:
        if not late:
            late.append(machines.worker(**no_engine(machines)))

    results = grade(classroom, Cluster(machines.address, LIMITS), done=join)
    assert {result.points for result in results.values()} == {2}


# --- trouble on the way ----------------------------------------------------------------------------------------------


def test_a_lost_scheduler_stops_the_run_and_costs_nothing(machines: Machines, classroom: Classroom) -> None:
    """What is graded is kept."""
    machines.scheduler()
    machines.worker("--preload", FAULTS)
    for number in range(6):
        hand_in(classroom, f"learner{number}", f"# SLOW\n{RIGHT}")
    with pytest.raises(EngineRoomError, match=r"connection to the scheduler .* was lost\. What is graded is kept"):
        grade(classroom, Cluster(machines.address, LIMITS), done=lambda _: end(machines.running[0]))
    assert 0 < len(kept(classroom)) < 6


def test_a_cluster_without_workers_is_given_up(machines: Machines, classroom: Classroom) -> None:
    """After a while: a worker may come back."""
    machines.scheduler()
    worker = machines.worker("--no-nanny", "--preload", FAULTS)
    for number in range(3):
        hand_in(classroom, f"learner{number}", f"# SLOW\n{RIGHT}")
    with pytest.raises(EngineRoomError, match=r"has had no worker for .* seconds\. What is graded is kept"):
        grade(classroom, Cluster(machines.address, LIMITS, patience=0.5), done=lambda _: end(worker))
    assert 0 < len(kept(classroom)) < 3


def test_ctrl_c_cancels_what_is_queued_and_keeps_what_is_done(machines: Machines, classroom: Classroom) -> None:
    """The next run grades the rest; the cluster has nothing left to do."""
    machines.scheduler()
    machines.worker("--preload", FAULTS)
    for number in range(6):
        hand_in(classroom, f"learner{number}", f"# SLOW\n{RIGHT}")

    def interrupt(_: SubmissionResult) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(classroom, Cluster(machines.address, LIMITS), done=interrupt)
    done = kept(classroom)
    assert 0 < len(done) < 6
    with Client(machines.address, set_as_default=False) as client:
        wait_until(lambda: not any(client.processing().values()), 30)
    results = grade(classroom, Cluster(machines.address, LIMITS))
    assert len(results) == 6
    assert {result.points for result in results.values()} == {2}


def test_only_the_submission_that_kills_workers_or_trips_the_engine_fails(
    machines: Machines, classroom: Classroom
) -> None:
    """Its neighbours, which died with it each time, are graded; so is everybody after it."""
    machines.scheduler(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1")  # twice is enough here
    machines.worker("--preload", FAULTS)  # one worker with a nanny: whoever is beside the killer is beside it each time
    hand_in(classroom, "ann", f"# KILLER\n{RIGHT}")
    hand_in(classroom, "bo", f"# BUG\n{RIGHT}")
    for name in ("chi", "dan", "eva"):
        hand_in(classroom, name, RIGHT)
    results = grade(classroom, Cluster(machines.address, LIMITS))
    assert {name for name, result in results.items() if "failed" in result.run} == {"ann", "bo"}
    assert {name: results[name].points for name in ("chi", "dan", "eva")} == {"chi": 2, "dan": 2, "eva": 2}
    said = {name: Path(results[name].run["failed"]).read_text() for name in ("ann", "bo")}
    assert "Worker after worker died while it graded this." in said["ann"]
    assert "ZeroDivisionError: in the engine" in said["bo"]
    assert "faults.py" in said["bo"]


# --- as on one machine -----------------------------------------------------------------------------------------------


def everything(classroom: Classroom, results: dict[str, SubmissionResult]) -> dict[str, Any]:
    """What a run leaves behind, without the seconds it took."""
    found: dict[str, Any] = {}
    for path in sorted(classroom.into.rglob("*")):
        if path.suffix in (".ipynb", ".html"):
            found[str(path.relative_to(classroom.into))] = path.read_text()
        elif path.suffix == ".json":
            data = json.loads(path.read_text())
            assert data["run"].pop("seconds") > 0
            found[str(path.relative_to(classroom.into))] = data
    with Gradebook(classroom.gradebook_url) as book:
        found["gradebook"] = {learner: book.score("unit", learner) for learner in results}
    return found


def test_a_class_is_graded_as_here_though_a_worker_is_killed(
    machines: Machines, classroom: Classroom, tmp_path: Path
) -> None:
    """Every file and every score. And the killed worker leaves no process behind."""
    for number in range(4):
        for name, answer in ANSWERS.items():
            hand_in(classroom, f"{name}{number}", f"{answer}\n# {number}")
    here = Classroom(classroom.course.root, classroom.submitted, tmp_path / "here", limits=LIMITS)
    expected = everything(here, grade(here))
    assert expected["gradebook"]["right0"] == 2
    machines.scheduler()
    killed = machines.worker("--no-nanny")
    machines.worker("--no-nanny")
    children: list[psutil.Process] = []

    def kill(_: SubmissionResult) -> None:
        if not children and len(kept(classroom)) >= 6:
            children.extend(psutil.Process(killed.pid).children(recursive=True))
            killed.send_signal(signal.SIGKILL)
            killed.wait()

    results = grade(classroom, Cluster(machines.address, LIMITS), done=kill)
    assert children  # it was at work
    assert everything(classroom, results) == expected
    assert psutil.wait_procs(children, timeout=30)[1] == []


def test_a_learners_code_does_not_reach_the_cluster(machines: Machines, classroom: Classroom) -> None:
    """Whoever reaches a Dask process can have it run anything."""
    machines.scheduler()
    machines.worker("--no-nanny")
    host, port = machines.address.removeprefix("tcp://").split(":")
    reach = f"import socket\nsocket.create_connection(({host!r}, {port}), timeout=3).close()\nprint('REACHED')\n{RIGHT}"
    hand_in(classroom, "ann", reach)
    with socket.create_connection((host, int(port))):
        pass  # from here it is reached
    results = grade(classroom, Cluster(machines.address, LIMITS))
    assert results["ann"].points == 0
    (notebook,) = (classroom.into / "autograded").rglob("unit.ipynb")
    assert '"REACHED' not in notebook.read_text().replace("print('REACHED')", "")
    assert "Error" in notebook.read_text()


def test_what_changed_alone_is_handed_out_again(machines: Machines, classroom: Classroom) -> None:
    """The supervisor knows what it has."""
    machines.scheduler()
    machines.worker("--no-nanny")
    hand_in(classroom, "ann", RIGHT)
    first = grade(classroom, Cluster(machines.address, LIMITS))
    hand_in(classroom, "bo", f"{RIGHT}\n# bo")
    second = grade(classroom, Cluster(machines.address, LIMITS))
    assert second["ann"] == first["ann"]
    assert second["bo"].points == 2
    assert [one.learner for one in classroom.find()] == ["ann", "bo"]
    assert isinstance(classroom.find()[0], Handed)


def test_a_secured_cluster_takes_who_has_a_certificate_and_nobody_else(
    machines: Machines, classroom: Classroom, tmp_path: Path
) -> None:
    """As docs/many-machines.md says: the certificates are named in Dask's configuration."""
    made = Security.temporary()
    ours = {"ca-file": "authority.pem", "cert": "certificate.pem", "key": "key.pem"}
    texts = (made.tls_ca_file, made.tls_client_cert, made.tls_client_key)
    for name, text in zip(ours.values(), texts, strict=True):
        (tmp_path / name).write_text(text)
    pair = {kind: str(tmp_path / ours[kind]) for kind in ("cert", "key")}
    tls = {"ca-file": str(tmp_path / ours["ca-file"]), "scheduler": pair, "worker": pair, "client": pair}
    environment = {"DASK_CONFIG": str(tmp_path / "dask.yaml")}
    (tmp_path / "dask.yaml").write_text(json.dumps({"distributed": {"comm": {"tls": tls}}}))  # JSON is YAML
    hand_in(classroom, "ann", RIGHT)
    machines.scheduler("--protocol", "tls", **environment)
    machines.worker("--no-nanny", **environment)
    assert machines.address.startswith("tls://")
    with pytest.raises(EngineRoomError, match="must name the certificates"):
        Cluster(machines.address, LIMITS)
    with pytest.raises(EngineRoomError, match="No Dask scheduler answers at tcp://"):
        Cluster(machines.address.replace("tls://", "tcp://"), LIMITS)
    client = {f"distributed.comm.tls.client.{kind}": path for kind, path in pair.items()}
    with dask.config.set({"distributed.comm.tls.ca-file": tls["ca-file"], **client}):
        results = grade(classroom, Cluster(machines.address, LIMITS))
    assert results["ann"].points == 2
