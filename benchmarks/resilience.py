"""Grade a large class three times: undisturbed, killed in the middle, and on a cluster that loses a worker.

    python benchmarks/resilience.py [--learners 1000] [--seed N] [--json OUT]

Prints how long each took and whether the results are the same, and exits with 1 when they are not.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grading import LEARNERS, MODULE, hand_in, make_course  # the class that the benchmark of speed grades

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare disturbed runs with an undisturbed one.")
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None, help="of the moment of the kill; left out, chance")
    parser.add_argument("--json", type=Path, help="also write what was found here")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    moment = 0.1 + 0.8 * random.Random(seed).random()
    print(f"{options.learners} submissions of {MODULE} ({len(LEARNERS)} different); seed {seed}")
    with tempfile.TemporaryDirectory(prefix="resilience-") as folder:
        course = make_course(Path(folder))
        hand_in(course, "submitted", options.learners)
        found = compare(course, options.learners, moment)
    for name, value in found.items():
        print(f"  {name:48} {value}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    sys.exit(0 if all(value for name, value in found.items() if name.startswith("same")) else 1)


def compare(course: Path, learners: int, moment: float) -> dict[str, Any]:
    found: dict[str, Any] = {}
    begun = time.perf_counter()
    finish(start(course, "whole"))
    found["seconds undisturbed"] = round(time.perf_counter() - begun, 1)
    wanted = results(course / "whole")
    assert len(wanted) == learners

    begun = time.perf_counter()
    process = start(course, "killed")
    wait_for(course / "killed", int(learners * moment), process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = {path: path.stat().st_mtime_ns for path in files(course / "killed")}
    finish(start(course, "killed"))
    found["seconds with one kill -9"] = round(time.perf_counter() - begun, 1)
    found["results there at the kill"] = len(kept)
    found["graded twice"] = sum(path.stat().st_mtime_ns != when for path, when in kept.items())
    found["same results after the kill"] = results(course / "killed") == wanted
    found["same gradebook after the kill"] = scores(course, "killed") == scores(course, "whole")

    begun = time.perf_counter()
    with cluster(course) as (address, workers):
        process = start(course, "cluster", "--cluster", address)
        wait_for(course / "cluster", int(learners * moment), process)
        workers[0].send_signal(signal.SIGKILL)
        finish(process)
    found["seconds on a cluster that lost a worker"] = round(time.perf_counter() - begun, 1)
    found["same results on the cluster"] = results(course / "cluster") == wanted
    found["same gradebook on the cluster"] = scores(course, "cluster") == scores(course, "whole")
    return found


def start(course: Path, into: str, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "autograder", "grade", "--into", str(course / into), *options]
    with (course / f"{into}.log").open("a") as log:
        return subprocess.Popen(
            command, cwd=course, env=os.environ | {"PATH": PATH}, stdout=log, stderr=subprocess.STDOUT, text=True
        )


def finish(process: subprocess.Popen[str]) -> None:
    if process.wait():
        sys.exit(f"engineroom ended with {process.returncode}: {process.args}")


def files(into: Path) -> list[Path]:
    return sorted(into.glob("results/*/*.json"))


def wait_for(into: Path, number: int, process: subprocess.Popen[str]) -> None:
    while len(files(into)) < number:
        if process.poll() is not None:
            sys.exit(f"The run was over before it could be disturbed: {process.args}")
        time.sleep(0.05)


def results(into: Path) -> dict[str, Any]:
    """Every result, without how long it took and where it was graded."""
    found = {}
    for path in files(into):
        result = json.loads(path.read_text("utf-8"))
        result["run"] = {name: result["run"].get(name) for name in ("engine", "basis")}
        found[path.parent.name] = result
    return found


def scores(course: Path, into: str) -> dict[str, float]:
    """What nbgrader's gradebook reports."""
    program = (
        "import json, sys; from nbgrader.api import Gradebook\n"
        "with Gradebook('sqlite:///' + sys.argv[1]) as book:\n"
        f"    print(json.dumps({{one['student']: one['score'] for one in book.submission_dicts({MODULE!r})}}))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, str(course / into / "gradebook.db")]
    done = subprocess.run(command, env=os.environ | {"PATH": PATH}, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


@contextmanager
def cluster(course: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two workers of one thread each, on this machine."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": course}
    told = course / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    processes = [
        subprocess.Popen(
            [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)],
            **quiet,
        )
    ]
    try:
        while not told.exists() or not told.read_text():
            time.sleep(0.1)
        address = json.loads(told.read_text())["address"]
        options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--no-nanny"]
        workers = [subprocess.Popen([*dask, "worker", address, *options], **quiet) for _ in range(2)]
        processes += workers
        yield address, workers
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()
        shutil.rmtree(course / "dask-worker-space", ignore_errors=True)


if __name__ == "__main__":
    main()
