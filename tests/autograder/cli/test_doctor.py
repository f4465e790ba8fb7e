"""`engineroom doctor` says what this machine offers; under the limits of others it is right, and so is `grade`."""

import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.grading.pairs import NO_WALLS
from autograder.sandbox import landlock, seccomp

ROOT = Path(__file__).parents[3]
LIMITED = ROOT / "tests" / "autograder" / "sandbox" / "limited.py"
SAMPLES = ROOT / "tests" / "samples" / "submitted"
SCORES = {"ana": 20, "farah": 0, "liam": 14, "noor": 0}

simulated = pytest.mark.skipif(
    not seccomp.supported() or not landlock.abi(), reason="needs Landlock and a table of this processor's calls"
)


def limited(machine, *arguments, **options):
    command = [sys.executable, str(LIMITED), machine, sys.executable, "-m", "autograder", *map(str, arguments)]
    environment = os.environ | {"COLUMNS": "200"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, **options)


def test_it_names_the_tier_and_every_mechanism(tmp_path):
    done = CliRunner().invoke(app, ["doctor", "--json", str(tmp_path / "doctor.json")], env={"COLUMNS": "200"})
    found = json.loads((tmp_path / "doctor.json").read_text())
    assert done.exit_code == (0 if found["can_grade"] else 1)
    assert f"Tier {found['tier']}: {found['words']}." in done.output or not found["can_grade"]
    for name in ("User namespace", "Landlock", "Filter of system calls (seccomp)", "List of a process's children"):
        assert name in done.output
    for words in found["mechanisms"].values():
        assert words in done.output


@simulated
@pytest.mark.parametrize("machine", ["docker", "ubuntu"])
def test_under_the_limits_of_a_container_grading_is_possible(machine):
    done = limited(machine, "doctor")
    assert done.returncode == 0, done.stderr
    assert "can be graded here. Tier B: Landlock and seccomp, with brokered loopback connections." in done.stdout
    assert "unshare: Operation not permitted" in done.stdout
    assert "1. " in done.stdout


@simulated
def test_where_nothing_holds_the_exit_code_says_so(tmp_path):
    done = limited("no-landlock", "doctor", "--json", tmp_path / "doctor.json")
    assert done.returncode == 1
    assert "Other people's code can't be graded here: no sandbox holds." in done.stdout
    assert "use Linux 5.13 or newer" in done.stdout
    assert "Traceback" not in done.stderr
    assert json.loads((tmp_path / "doctor.json").read_text())["can_grade"] is False


@simulated
def test_where_nothing_holds_no_class_is_graded_and_nothing_written(tmp_path):
    done = limited(
        "no-landlock", "grade", "--submitted", SAMPLES, "--into", tmp_path / "into", "--json", tmp_path / "all.json"
    )
    assert done.returncode == 1
    assert done.stderr == f"engineroom: {NO_WALLS}\n"
    assert list(tmp_path.iterdir()) == []


@simulated
@pytest.mark.slow
@pytest.mark.parametrize("machine", ["docker", "ubuntu"])
def test_in_tier_b_a_class_gets_the_same_scores(tmp_path, machine):
    """With the sample class's repairs, damages and wrong answers."""
    for learner in SCORES:
        shutil.copytree(SAMPLES / learner, tmp_path / "submitted" / learner)
    done = limited(
        machine, *("grade", "--submitted", tmp_path / "submitted", "--into", tmp_path, "--json", tmp_path / "all.json")
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "all.json").read_text())
    assert {result["learner"]: result["points"] for result in results} == SCORES
    assert {result["run"]["isolation"].partition(":")[0] for result in results} == {"tier B"}


@pytest.fixture(scope="module")
def open_python(tmp_path_factory):
    """A Python that everybody on the machine can read, with the engine installed: the system's own, in a venv."""
    if os.getuid() or not shutil.which("setpriv"):
        pytest.skip("needs root, who can become somebody else")
    if subprocess.run(
        ["/usr/bin/python3", "-c", "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"], check=False
    ).returncode:
        pytest.skip("needs Debian's python3 and python3-venv")
    folder = Path("/var/tmp") / f"engineroom-test-{os.getpid()}"
    folder.mkdir(mode=0o755)
    try:
        subprocess.run(["/usr/bin/python3", "-m", "venv", str(folder / "venv")], check=True)
        install = ["-m", "pip", "install", "-q", f"{ROOT}[grade,web,auth]"]
        subprocess.run([str(folder / "venv" / "bin" / "python"), *install], check=True, capture_output=True)
        for name in ("exercises", "solutions", "course"):
            shutil.copytree(ROOT / name, folder / "class" / name, ignore=shutil.ignore_patterns("__pycache__"))
        for learner in SCORES:
            shutil.copytree(SAMPLES / learner, folder / "class" / "submitted" / learner)
        for path in folder.rglob("*"):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
        nobody = pwd.getpwnam("nobody").pw_uid
        (folder / "home").mkdir()
        os.chown(folder / "home", nobody, -1)
        yield folder, ["setpriv", f"--reuid={nobody}", "--clear-groups", "--"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.parametrize("machine", ["plain", "docker"])
def test_an_ordinary_user_grades_a_class(open_python, machine):
    """In tier A, and in tier B, where guests have the user's own number."""
    folder, become = open_python
    python = str(folder / "venv" / "bin" / "python")
    into = folder / "home" / machine
    arguments = [
        "grade",
        "--submitted",
        str(folder / "class" / "submitted"),
        "--into",
        str(into),
        "--json",
        f"{into}.json",
    ]
    limits = [python, str(shutil.copy(LIMITED, folder)), machine] if machine != "plain" else []
    done = subprocess.run(
        [*become, *limits, python, "-m", "autograder", *arguments],
        cwd=folder / "class",
        env={"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(Path(f"{into}.json").read_text())
    assert {result["learner"]: result["points"] for result in results} == SCORES
    tier = {result["run"]["isolation"].partition(":")[0] for result in results}
    assert tier == {"tier B"} if machine != "plain" else {"tier A", "tier B"} & tier
