"""Wheel and source package hold what a learner needs and nothing secret, and work where nothing else is installed."""

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.notebooks.audit import find_leaks, find_markers, secret_lines
from autograder.notebooks.build import module_paths
from autograder.notebooks.master import read_module
from autograder.notebooks.release import build_wheel

ROOT = Path(__file__).parents[2]
LABEXTENSION = "share/jupyter/labextensions/engineroom-sql"
SECRET_FOLDERS = {"solutions", "exercises", "tests", "submitted", "binder", ".git", "benchmarks"}
RIGHT = "%%sql electric\nSELECT plate, model FROM vehicles WHERE is_electric = 1 AND retired_at IS NULL"
WRONG = "%%sql dearest\nSELECT 1"

# Runs a notebook as JupyterLab would, with some answers put in; prints the result of each check as JSON.
RUN = """
import json, sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
for cell in notebook.cells:
    cell.source = json.loads(sys.argv[2]).get(cell.id, cell.source)
NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
print(json.dumps({
    cell.id: [output["data"] for output in cell.outputs]
    for cell in notebook.cells if cell.id.endswith("_check")
}))
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sdist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder into which nothing but the wheel is installed."""
    folder = tmp_path_factory.mktemp("installed")
    options = ("--no-deps", "--no-index", "--quiet", "--target", str(folder))
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True, capture_output=True)
    return folder


def sources(*folders):
    """The package's files as they stand in the repository, by the name that they must have in a wheel."""
    return {
        path.relative_to(folder.parent).as_posix()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "labextension" not in path.parts
    }


def forbidden(names):
    """The names that may stand in no package: secret folders, masters, notebooks."""
    masters = {path.name for path in module_paths(ROOT)}
    return [
        name
        for name in names
        if SECRET_FOLDERS.intersection(Path(name).parts) or Path(name).name in masters or name.endswith(".ipynb")
    ]


def secrets():
    return secret_lines(*map(read_module, module_paths(ROOT)))


def run_apart(code, folder, *arguments):
    """Run Python with the folder's packages before all others; outside the repository."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_both_packages_and_no_other(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    extra = [name for name in names if ".dist-info/" not in name and ".data/" not in name]
    assert sorted(extra) == sorted(sources(ROOT / "autograder", ROOT / "course" / "hopline"))
    assert {"autograder/py.typed", "hopline/py.typed", "autograder/reports/templates/feedback.html"} <= set(extra)


def test_the_wheel_installs_the_labextension_once_where_jupyterlab_looks(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    found = sorted(re.sub(r"^.*\.data/data/", "", name) for name in names if "labextension" in name)
    assert found == [f"{LABEXTENSION}/package.json", f"{LABEXTENSION}/static/remoteEntry.js"]


def test_the_wheel_installs_the_command(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "engineroom = autograder.cli:main" in archive.read(name).decode()


def test_nothing_secret_is_in_the_wheel(wheel):
    assert forbidden(zipfile.ZipFile(wheel).namelist()) == []
    assert find_leaks([wheel], secrets()) == []


def test_nothing_secret_is_in_the_source_package(sdist, tmp_path):
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    names = [path.relative_to(tmp_path).as_posix().partition("/")[2] for path in files]
    assert forbidden(names) == []
    assert {Path(name).parts[0] for name in names} == {
        *("autograder", "course", "README.md", "LICENSE", "pyproject.toml", "PKG-INFO", ".gitignore")
    }
    assert {Path(name).parts[1] for name in names if name.startswith("course/")} == {"hopline"}
    assert find_leaks(files, secrets()) == []


def test_the_source_package_builds_the_same_wheel(sdist, wheel, tmp_path):
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (root,) = tmp_path.iterdir()
    (tmp_path / "wheel").mkdir()
    again = build_wheel(root, tmp_path / "wheel")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def test_the_installed_package_stands_alone(installed):
    said = run_apart("import autograder, hopline; print(autograder.__file__, hopline.__file__)", installed)
    assert all(Path(path).is_relative_to(installed) for path in said.split())


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, {}),
        ({"a2_1_answer": RIGHT, "a2_2_answer": WRONG}, {"a2_1_check": "right", "a2_2_check": "wrong"}),
    ],
    ids=["untouched", "answered"],
)
def test_the_exercises_run_with_nothing_but_the_wheel(installed, answers, expected):
    path = ROOT / "exercises" / "a2_one_table" / "a2_one_table.ipynb"
    checks = json.loads(run_apart(RUN, installed, str(path), json.dumps(answers)))
    assert len(checks) == 7
    for name, outputs in checks.items():
        (data,) = outputs
        question = name.removesuffix("_check").replace("_", ".").upper()
        outcome = expected.get(name, "not attempted")
        assert f"{question}: {outcome}" in re.sub(r"<[^>]+>", "", data["text/html"])
        assert data["text/plain"] == ("1.0" if outcome == "right" else "0.0")


def test_exercises_hold_no_marker_of_nbgrader():
    paths = sorted((ROOT / "exercises").rglob("*.ipynb"))
    assert paths
    assert find_markers(paths) == []
    for path in paths:
        nbformat.validate(nbformat.read(path, 4))
