"""Measure the budgets that learners and instructors feel, ours beside stock nbgrader's in the same run.

    python benchmarks/spine.py [--json OUT] [--learners N]

Prints: what `import autograder` adds to bare IPython; one visible check in a warm kernel (median and 95th percentile);
seconds per submission of stock `nbgrader autograde` and of `engineroom grade` on the same class, and their ratio. The
machine is noisy: read ratios, not times.
"""

import argparse
import contextlib
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULE = "a2_one_table"
SAMPLES = ROOT / "tests" / "samples" / "submitted"
STOCK_CAN_GRADE = ("ana", "bo", "chidi", "dana", "elif", "farah", "goran", "kaya", "mara", "noor", "omar")


def import_cost(rounds: int = 7) -> float:
    """Milliseconds that `import autograder` takes where IPython is loaded already: the median of fresh processes."""
    code = (
        "import time, IPython.core.interactiveshell\n"
        "begun = time.perf_counter()\nimport autograder\nprint((time.perf_counter() - begun) * 1000)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(rounds)
    ]
    return statistics.median(float(run.stdout) for run in runs)


def check_cost(rounds: int = 30) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds of a visible check of module A2, right and wrong answers alike."""
    from IPython.core.interactiveshell import InteractiveShell

    shell, times = InteractiveShell.instance(), []
    for learner in ("ana", "dana"):
        notebook = json.loads((SAMPLES / learner / MODULE / f"{MODULE}.ipynb").read_text("utf-8"))
        sources = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"}
        for name, source in sources.items():
            if name.endswith(("_setup", "_answer")):
                shell.run_cell(source, silent=True)
        checks = [source for name, source in sources.items() if name.endswith("_check")]
        for _ in range(rounds):
            for source in checks:
                begun = time.perf_counter()
                with contextlib.redirect_stdout(io.StringIO()):
                    shell.run_cell(source)
                times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def grading_cost(learners: int) -> tuple[float, float]:
    """Seconds per submission of stock nbgrader and of our engine with all cores, on the same class."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        for name in ("solutions", "exercises"):
            shutil.copytree(ROOT / name, course / name)
        shutil.copy(ROOT / "nbgrader_config.py", course)
        for number in range(learners):
            who = STOCK_CAN_GRADE[number % len(STOCK_CAN_GRADE)]
            shutil.copytree(SAMPLES / who, course / "submitted" / f"{who}{number:03}")
        _nbgrader(course, "generate_assignment", MODULE, "--create", "--force")
        stock = _timed(lambda: _nbgrader(course, "autograde", MODULE))
        ours = _timed(lambda: _run(course, "-m", "autograder", "grade", "--into", str(course / "ours")))
    return stock / learners, ours / learners


def _nbgrader(course: Path, *arguments: str) -> None:
    _run(course, "-W", "ignore", "-m", "nbgrader", *arguments)


def _run(course: Path, *arguments: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=course,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])


def _timed(work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the budgets of the spine.")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    parser.add_argument("--learners", type=int, default=22, help="size of the class that both graders grade")
    options = parser.parse_args()
    median, high = check_cost()
    stock, ours = grading_cost(options.learners)
    numbers = {
        "import_ms_over_ipython": round(import_cost(), 1),
        "visible_check_ms_median": round(median, 1),
        "visible_check_ms_p95": round(high, 1),
        "learners": options.learners,
        "nbgrader_seconds_per_submission": round(stock, 3),
        "engineroom_seconds_per_submission": round(ours, 3),
        "ratio_to_nbgrader": round(stock / ours, 2),
    }
    for name, value in numbers.items():
        print(f"{name:36} {value}")
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
