"""Measure what `engineroom grade --cluster` costs beyond grading on this machine: see docs/many-machines.md.

    python benchmarks/cluster.py [--json OUT] [--learners N]

Grades the same class here and on a Dask cluster of one worker on this machine, at two sizes, and prints what one more
submission costs: processor time, which hardly depends on how busy the machine is. The boxes in which answers run are
the same either way, so the difference is the price of the cluster.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from autograder.grading.classroom import Classroom
from autograder.grading.cluster import Cluster
from autograder.grading.limits import Limits
from autograder.grading.remote import order_of, surroundings
from autograder.grading.submission import read_submission

ROOT = Path(__file__).resolve().parents[1]
MODULE = "a2_one_table"
LEARNERS = ("ana", "bo", "chidi", "dana", "elif", "farah", "goran", "mara", "noor", "omar")  # nobody waits in a loop


def make_class(folder: Path, learners: int) -> Path:
    """A class of copies; each submission is another text, so that nothing is taken from an earlier run."""
    for number in range(learners):
        name = LEARNERS[number % len(LEARNERS)]
        source = ROOT / "tests" / "samples" / "submitted" / name / MODULE / f"{MODULE}.ipynb"
        target = folder / f"{name}{number:05}" / MODULE / f"{MODULE}.ipynb"
        target.parent.mkdir(parents=True)
        shutil.copyfile(source, target)
    return folder


@contextmanager
def cluster_here(folder: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    """A scheduler and one worker of one thread: the address and the two processes."""
    about = folder / "scheduler.json"
    command = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    scheduler = subprocess.Popen(
        [*command, "scheduler", *local, "--port", "0", "--scheduler-file", str(about)], **quiet
    )
    options = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder), "--scheduler-file", str(about)]
    worker = subprocess.Popen([*command, "worker", *local, *options], **quiet)
    try:
        while not (about.exists() and about.read_text().endswith("}")):
            time.sleep(0.1)
        yield json.loads(about.read_text())["address"], [psutil.Process(one.pid) for one in (scheduler, worker)]
    finally:
        for one in (worker, scheduler):
            one.terminate()
            one.wait()


def spent(process: psutil.Process) -> float:
    """Seconds of processor time of a process alone."""
    times = process.cpu_times()
    return float(times.user + times.system)


def spent_in_boxes(worker: psutil.Process) -> float:
    """Seconds of processor time of all that a worker started, those that have ended included."""
    every = [process.cpu_times() for process in worker.children(recursive=True)]
    return float(sum(sum(times[:4]) for times in every))  # its own, and that of its ended children


def at_rest(processes: list[psutil.Process], seconds: float = 10.0) -> list[float]:
    """What processes use while nothing is graded, as a share of one core: heartbeats."""
    before = [spent(process) for process in processes]
    time.sleep(seconds)
    return [(spent(process) - early) / seconds for process, early in zip(processes, before, strict=True)]


def grade(folder: Path, learners: int, address: str, processes: list[psutil.Process]) -> tuple[list[float], int]:
    """Grade a class; return the processor time of each process and of the boxes, and the size of all results."""
    classroom = Classroom(ROOT, make_class(folder / "submitted", learners), folder / "out")
    grader = Cluster(address, Limits()) if address else None
    rest = [0.0, *at_rest(processes[1:]), 0.0]
    begun = time.monotonic()
    before = [*map(spent, processes), spent_in_boxes(processes[-1])]
    classroom.grade(classroom.find([MODULE]), jobs=grader.at_once if grader else 1, grader=grader)
    after = [*map(spent, processes), spent_in_boxes(processes[-1])]
    seconds = time.monotonic() - begun
    size = sum(path.stat().st_size for path in (folder / "out" / "results").rglob("*.json"))
    return [late - early - seconds * share for early, late, share in zip(before, after, rest, strict=True)], size


def slope(address: str, processes: list[psutil.Process], learners: int) -> tuple[list[float], float]:
    """Milliseconds of processor time for one more submission by process, and kilobytes of one result."""
    few, many = learners // 5, learners
    found = []
    for size in (few, few, many):  # the first run is for warming up
        with tempfile.TemporaryDirectory() as folder:
            found.append(grade(Path(folder), size, address, processes))
    (low, _), (high, size) = found[1:]
    return [(b - a) / (many - few) * 1000 for a, b in zip(low, high, strict=True)], size / many / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what a cluster costs.")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--learners", type=int, default=150)
    options = parser.parse_args()
    me = psutil.Process()
    (here, _), size = slope("", [me], options.learners)
    with tempfile.TemporaryDirectory() as folder, cluster_here(Path(folder)) as (address, processes):
        (supervisor, scheduler, worker, boxes), _ = slope(address, [me, *processes], options.learners)
    classroom = Classroom(ROOT, ROOT / "tests" / "samples" / "submitted", ROOT)
    one = next(one for one in classroom.find([MODULE]) if one.learner == "ana")
    assignment = classroom.assignment(MODULE)
    order = order_of(assignment, read_submission(one.notebook, assignment, one.learner), Limits(), surroundings())
    found = {
        "learners": options.learners,
        "here_supervisor_ms": here,
        "cluster_supervisor_ms": supervisor,
        "cluster_scheduler_ms": scheduler,
        "cluster_worker_ms": worker,
        "boxes_ms": boxes,
        "overhead_ms": supervisor + scheduler + worker - here,
        "supervisor_per_second": 1000 / supervisor,
        "order_kb": len(order) / 1000,
        "result_kb": size,
    }
    for name, value in found.items():
        print(f"{name:24} {value:10.2f}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
