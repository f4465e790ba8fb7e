"""Time grading: stock nbgrader, the bare floor and our engine, in one run on the same class and machine.

    python benchmarks/grading.py [--json OUT] [--stock N] [--sizes 10,100,1000] [--jobs 1,2,4]

- *stock*: ``nbgrader autograde`` of ``--stock`` submissions, one after the other, as it works.
- *ours, with a line of Python*: the same, where each learner has a cell with Python of their own. In the samples only
  the author has, and a notebook of nothing but queries needs no process for the learner's code.
- *ours, in own words*: the same, where three in ten learners write each query as nobody else does. What passes is
  compared with the course's own on generated databases, once for a class: this is what such a look costs.
- *floor*: the same cells, run by ``exec`` in one warm process without walls or a second run. Nothing that runs the
  cells can be faster on one core.
- *ours*: ``engineroom grade`` with open and sealed run, sandbox, gradebook, feedback and autograded notebooks, for each
  number of jobs and each class size.

The submissions are the bundled samples of module A2 that stock nbgrader can grade, over and over. ``ratio_to_nbgrader``
is stock's time for one submission, its start-up left out, over ours for the largest class, start-up included. The
machine is noisy: read ratios, not times.
"""

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MODULE = "a2_one_table"
SAMPLES = ROOT / "tests" / "samples" / "submitted"
JOBS = os.cpu_count() or 1
LEARNERS = ("ana", "bo", "chidi", "dana", "farah", "goran", "mara", "noor", "omar")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time grading against stock nbgrader.")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    parser.add_argument("--stock", type=int, default=27, help="submissions that stock nbgrader grades")
    parser.add_argument("--sizes", default="10,100,1000", help="class sizes for our engine")
    parser.add_argument("--jobs", default="1,2,4", help="numbers of jobs, tried on the second largest class")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    numbers: dict[str, Any] = {"box_ms": box_costs(), "floor_ms_per_submission": floor_cost()}
    show("One box by part, ms (median)", numbers["box_ms"])
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        course = make_course(Path(folder))
        numbers["nbgrader"] = stock_cost(course, options.stock)
        show("Stock nbgrader", numbers["nbgrader"])
        print(f"Floor: {numbers['floor_ms_per_submission']:.0f} ms a submission on one core\n")
        middle = sizes[-2] if len(sizes) > 1 else sizes[0]
        numbers["by_jobs"] = [our_cost(course, middle, int(jobs)) for jobs in options.jobs.split(",")]
        table(f"{middle} submissions, by jobs", numbers["by_jobs"], numbers["nbgrader"])
        numbers["by_size"] = [our_cost(course, size, JOBS) for size in sizes]
        table("By class size, with as many jobs as `engineroom grade` takes", numbers["by_size"], numbers["nbgrader"])
        numbers["with_python"] = [our_cost(course, sizes[-1], JOBS, python=True)]
        table("The largest class, with a line of Python each", numbers["with_python"], numbers["nbgrader"])
        numbers["own_words"] = [our_cost(course, middle, JOBS, own_words=True)]
        table("Three in ten in words of their own", numbers["own_words"], numbers["nbgrader"])
    largest = numbers["by_size"][-1]
    numbers["ratio_to_nbgrader"] = round(
        numbers["nbgrader"]["seconds_per_submission"] / largest["seconds_per_submission"], 1
    )
    print(f"ratio_to_nbgrader {numbers['ratio_to_nbgrader']}")
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")


def show(title: str, numbers: dict[str, float]) -> None:
    print(title)
    for name, value in numbers.items():
        print(f"  {name:28} {value}")
    print()


def table(title: str, rows: list[dict[str, Any]], stock: dict[str, float]) -> None:
    heads = ("learners", "jobs", "seconds", "ms each", "cpu ms each", "peak MB", "ratio")
    widths = (8, 4, 8, 8, 11, 8, 6)
    print(title + "\n  " + " ".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True)))
    for row in rows:
        ratio = stock["seconds_per_submission"] / row["seconds_per_submission"]
        print(
            f"  {row['learners']:8} {row['jobs']:4} {row['seconds']:8.1f} {row['seconds_per_submission'] * 1000:8.1f}"
            f" {row['cpu_ms_per_submission']:11.1f} {row['peak_mb']:8.0f} {ratio:6.1f}"
        )
    print()


# --- the class -------------------------------------------------------------------------------------------------------


def make_course(folder: Path) -> Path:
    for name in ("solutions", "exercises"):
        (folder / name).mkdir()
        shutil.copytree(ROOT / name / MODULE, folder / name / MODULE)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def hand_in(course: Path, step: str, learners: int, *, own_words: bool = False, python: bool = False) -> Path:
    """Lay submissions of so many learners below a folder; ``own_words`` and ``python`` as the module says."""
    target = course / step
    shutil.rmtree(target, ignore_errors=True)
    for number in range(learners):
        who = LEARNERS[number % len(LEARNERS)]
        folder = target / f"{who}{number:05}"
        shutil.copytree(SAMPLES / who, folder)
        if own_words and number % 10 < 3:
            in_own_words(folder / MODULE / f"{MODULE}.ipynb", number + 2)
        if python:
            with_python(folder / MODULE / f"{MODULE}.ipynb")
    return target


def in_own_words(notebook: Path, number: int) -> None:
    """Let every query with a condition say something true besides, which nobody else's says."""
    data = json.loads(notebook.read_text("utf-8"))
    for cell in data["cells"]:
        source = "".join(cell["source"])
        if source.startswith("%%sql "):
            cell["source"] = re.sub(r"\bWHERE\b", f"WHERE {number} = {number} AND", source, count=1)
    notebook.write_text(json.dumps(data), "utf-8")


def with_python(notebook: Path) -> None:
    """Add a cell of the learner's own behind the first."""
    data = json.loads(notebook.read_text("utf-8"))
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "mine",
        "metadata": {},
        "outputs": [],
        "source": "mine = 1",
    }
    data["cells"].insert(1, cell)
    notebook.write_text(json.dumps(data), "utf-8")


def run(course: Path, *arguments: str) -> tuple[float, float, float]:
    """Run a command of this Python; return its seconds, its processor seconds and its peak memory in MB."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    before = os.times()
    begun = time.perf_counter()
    with (
        subprocess.Popen(
            [sys.executable, *arguments],
            cwd=course,
            env=os.environ | {"PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
        Watch(process.pid) as watch,
    ):
        _, errors = process.communicate()
    seconds, after = time.perf_counter() - begun, os.times()
    if process.returncode:
        sys.exit(errors[-2000:])
    children = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, max(children, watch.processor), watch.peak


class Watch:
    """Looks at a process and all it started while they run: most memory at a time, processor time of all."""

    def __init__(self, pid: int) -> None:
        self._pid, self._over = pid, threading.Event()
        self.peak = self.processor = 0.0
        self._busy: dict[str, float] = {}
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.processor = sum(self._busy.values())

    def _look(self) -> None:
        tick = os.sysconf("SC_CLK_TCK")
        while not self._over.wait(0.5):
            held = 0
            for process in family(self._pid):
                with contextlib.suppress(OSError, ValueError, IndexError):
                    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
                    held += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
                    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
                    # its own time and that of its children that are over
                    self._busy[f"{process} {fields[19]}"] = sum(map(int, fields[11:15])) / tick
            self.peak = max(self.peak, held / 1024)


def family(pid: int) -> list[int]:
    found = [pid]
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found += family(int(child))
    return found


# --- the three ways to grade -----------------------------------------------------------------------------------------


def stock_cost(course: Path, learners: int) -> dict[str, float]:
    """Stock nbgrader's time: for one submission, and for a class; the difference is what each more costs."""
    run(course, "-W", "ignore", "-m", "nbgrader", "generate_assignment", MODULE, "--create", "--force")
    seconds = {}
    for number in (1, learners):
        hand_in(course, "submitted", number)
        shutil.rmtree(course / "autograded", ignore_errors=True)
        seconds[number], *_ = run(course, "-W", "ignore", "-m", "nbgrader", "autograde", MODULE)
    each = (seconds[learners] - seconds[1]) / (learners - 1)
    return {
        "learners": learners,
        "seconds": round(seconds[learners], 2),
        "seconds_start_up": round(seconds[1] - each, 2),
        "seconds_per_submission": round(each, 4),
    }


def our_cost(course: Path, learners: int, jobs: int, **variant: bool) -> dict[str, Any]:
    """The whole command's time, start-up, gradebook and pages included."""
    hand_in(course, "submitted", learners, **variant)
    shutil.rmtree(course / "ours", ignore_errors=True)
    seconds, processor, peak = run(
        course, "-m", "autograder", "grade", "--into", str(course / "ours"), "--jobs", str(jobs)
    )
    return {
        "learners": learners,
        "jobs": jobs,
        "seconds": round(seconds, 2),
        "seconds_per_submission": round(seconds / learners, 4),
        "cpu_ms_per_submission": round(processor / learners * 1000, 1),
        "peak_mb": round(peak),
    }


def floor_cost(rounds: int = 5) -> float:
    """Milliseconds for all cells of a submission, by ``exec`` in a warm process; the mean of the samples."""
    from autograder.grading.assignment import Assignment, Kind
    from autograder.grading.namespace import rehearse
    from autograder.grading.submission import read_submission

    source, released = (ROOT / kind / MODULE / f"{MODULE}.ipynb" for kind in ("solutions", "exercises"))
    assignment = Assignment.read(source, released)
    times: list[float] = []
    for number in range(rounds + 1):
        for who in LEARNERS:
            submission = read_submission(SAMPLES / who / MODULE / f"{MODULE}.ipynb", assignment, who)
            space: dict[str, Any] = {"__name__": "__main__"}
            begun = time.perf_counter()
            with contextlib.redirect_stdout(io.StringIO()):
                for cell in assignment.cells:
                    if cell.runs and cell.kind is not Kind.FREE:
                        answer = submission.answers.get(cell.grade_id, cell.source)
                        with contextlib.suppress(Exception):
                            rehearse(answer, cell.grade_id, space)
            if number:  # the first round warms up
                times.append(time.perf_counter() - begun)
    return round(statistics.mean(times) * 1000, 1)


# --- one box ---------------------------------------------------------------------------------------------------------


def box_costs(rounds: int = 40) -> dict[str, float]:
    """What a box costs: a new one, a guest in a box that is used again, and the walls one by one."""
    from autograder.grading.limits import Limits
    from autograder.grading.pairs import BoxedPairs

    pairs = BoxedPairs(Limits())
    try:
        found = {
            "new slot (two boxes)": timed(lambda: pairs.discard(pairs._new_slot()), rounds),
            "pair in a used slot": timed(lambda: greet(pairs), rounds),
        }
    finally:
        pairs.close()
    found |= {name: round(cost, 2) for name, cost in json.loads(parts()).items()}
    return found


def greet(pairs: Any) -> None:
    """Put both guests in, hear both say hello, and empty both boxes again."""
    with pairs.pair() as pair:
        pair.hello([], {})


def timed(work: Any, rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return round(statistics.median(times[2:]) * 1000, 2)


_PARTS = """
import json, os, statistics, sys, time
from autograder.sandbox import kernel, landlock, root, seccomp
from autograder.sandbox.box import Plan, enter, settle
from autograder.sandbox.walls import Caps, Tier
plan = Plan(Tier.NAMESPACES, Caps(), root.seen(), 990)
def box(tell):
    marks = [("start", time.perf_counter())]
    note = lambda name: marks.append((name, time.perf_counter()))
    os.setsid(); processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    enter(plan, (), processes); note("namespaces and root")
    if os.fork():
        os.wait(); os._exit(0)
    note("fork of the init"); settle(plan); note("its own folders and /proc")
    if os.fork():
        os.wait(); os._exit(0)
    note("fork of a guest"); plan.caps.apply(); kernel.forbid_new_privileges(); note("limits")
    kernel.drop_capabilities(); note("capabilities")
    landlock.restrict(["/"], [root.BOX, root.SHARED]); note("Landlock")
    seccomp.install(seccomp.Rules(loopback=True)); note("seccomp")
    parts = {name: (at - before) * 1000 for (_, before), (name, at) in zip(marks, marks[1:])}
    os.write(tell, json.dumps(parts).encode()); os._exit(0)
found = []
for _ in range(30):
    listen, tell = os.pipe()
    if os.fork() == 0:
        box(tell)
    os.close(tell)
    with os.fdopen(listen) as words:
        said = words.read()
    os.wait()
    if said:
        found.append(json.loads(said))
print(json.dumps({name: statistics.median(one[name] for one in found) for name in found[0]} if found else {}))
"""


def parts() -> str:
    """The parts of a new box of tier A, each timed where it happens; empty where tier A doesn't hold."""
    done = subprocess.run([sys.executable, "-I", "-c", _PARTS], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else "{}"


if __name__ == "__main__":
    main()
