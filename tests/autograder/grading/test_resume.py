"""Grading that is ended in the middle, by whatever means, and goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "tests" / "samples" / "submitted"
QUICK = ("ana", "bo", "chidi", "dana", "goran", "hana", "iker", "jun", "mara", "omar")


@pytest.fixture(scope="module")
def submitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten samples that take no time."""
    folder = tmp_path_factory.mktemp("class") / "submitted"
    for name in QUICK:
        shutil.copytree(SAMPLES / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def undisturbed(submitted: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an ordinary run finds out."""
    into = tmp_path_factory.mktemp("undisturbed")
    finish(start(submitted, into))
    return kept(into)


def start(submitted: Path, into: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "autograder", "grade", "--submitted", str(submitted), "--into", str(into)]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> None:
    said, _ = process.communicate()
    assert process.returncode == 0, said


def kept(into: Path) -> dict[str, Any]:
    """Every result on disk, without what is different in each run."""
    found = {}
    for path in sorted(into.glob("results/*/*.json")):
        result = json.loads(path.read_text("utf-8"))
        del result["run"]
        found[path.parent.name] = result
    return found


def wait_for_results(into: Path, process: subprocess.Popen[str], number: int) -> None:
    end = time.monotonic() + 120
    while len(list(into.glob("results/*/*.json"))) < number:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


def relatives(process: subprocess.Popen[str]) -> list[int]:
    """Living processes that were started for a run: they have a folder of the engine's as their home."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdecimal():
            try:
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                command = (place / "cmdline").read_bytes()
            except (OSError, ValueError):
                continue
            if parent == process.pid and b"zygote" in command:
                found.append(int(place.name))
    return found


def families(roots: list[int]) -> set[int]:
    """The processes below some processes."""
    found: set[int] = set()
    for process in roots:
        try:
            children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        except OSError:
            continue
        found |= {process} | families([int(child) for child in children])
    return found


def alive(processes: set[int]) -> set[int]:
    """Those that are still there and aren't merely waited for."""

    def state(process: int) -> str:
        try:
            return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return "X"

    return {process for process in processes if state(process) not in "ZX"}


def settle(check: Callable[[], object]) -> None:
    """Wait until something is no more."""
    end = time.monotonic() + 30
    while check():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_after_a_kill_the_next_run_loses_nothing_and_grades_nothing_twice(
    submitted: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    """SIGKILL in the middle: every process of the sandbox ends with it, and the results come out the same."""
    process = start(submitted, tmp_path)
    wait_for_results(tmp_path, process, 3)
    family = families(relatives(process))
    process.kill()
    process.communicate()
    assert family
    settle(lambda: alive(family))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("results/*/*.json")}
    assert 3 <= len(before) < len(QUICK)
    finish(start(submitted, tmp_path))
    assert kept(tmp_path) == undisturbed
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(
    submitted: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    """No traceback, no half-written result, no process left; the next run completes."""
    process = start(submitted, tmp_path)
    wait_for_results(tmp_path, process, 2)
    family = families(relatives(process))
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert process.returncode == 130
    assert "run the same command again to go on" in " ".join(said.split())
    assert "Traceback" not in said
    settle(lambda: alive(family))
    for name, result in kept(tmp_path).items():
        assert result == undisturbed[name]
    finish(start(submitted, tmp_path))
    assert kept(tmp_path) == undisturbed
