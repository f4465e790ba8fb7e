"""What Binder makes of a released bundle, and of this repository: the right image, and no answers in it.

repo2docker renders the Dockerfile without Docker. What the image's last step leaves in place is tried out by running
`postBuild` on a copy, with `pip` and `jupyter` replaced by scripts that only write down how they were called.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.notebooks.audit import find_leaks, find_markers, secret_lines
from autograder.notebooks.build import module_paths
from autograder.notebooks.master import read_module
from autograder.notebooks.release import release

ROOT = Path(__file__).parents[2]
NOTEBOOK = Path("exercises", "a2_one_table", "a2_one_table.ipynb")
GIT = ("git", "-c", "user.name=Binder", "-c", "user.email=binder@example.org", "-c", "commit.gpgsign=false")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # repo2docker's own
]


def git(folder, *arguments):
    done = subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def commit_all(folder):
    """Make a repository of a folder."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")
    return folder


@pytest.fixture(scope="session")
def bundle(tmp_path_factory):
    """A released bundle, as the repository of its own that it should be."""
    target = tmp_path_factory.mktemp("released") / "bundle"
    release(ROOT, target)
    return commit_all(target)


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """This repository with all that is to be committed, masters, solutions and tests too."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout")
    target = tmp_path_factory.mktemp("project") / "project"
    for name in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return commit_all(target)


@pytest.fixture(params=["bundle", "project"])
def repository(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def built(repository, tmp_path):
    """What Binder has in a learner's home after the image is built; and how pip and jupyter were called."""
    home = tmp_path / "home"
    git(tmp_path, "clone", "-q", str(repository), str(home))
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    calls = tmp_path / "calls"
    for name in ("pip", "jupyter"):
        stub = stubs / name
        # pip must find what it is told to install at that very moment.
        stub.write_text(
            f'#!/bin/sh\necho "{name} $*" >> "{calls}"\nls -d autograder wheels >> "{calls}" 2>&1 || true\n'
        )
        stub.chmod(0o755)
    run_post_build(home, {"HOME": str(home), "REPO_DIR": str(home), "PATH": f"{stubs}:/usr/bin:/bin"})
    return home, calls.read_text("utf-8").splitlines()


def run_post_build(home, environment):
    done = subprocess.run(
        ["./binder/postBuild"], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def secrets():
    return secret_lines(*map(read_module, module_paths(ROOT)))


# --- the image -------------------------------------------------------------------------------------------------------


@pytest.fixture
def image(repository, monkeypatch):
    """The build pack that repo2docker chooses, and its Dockerfile."""
    from repo2docker.app import Repo2Docker

    monkeypatch.chdir(repository)
    packs = (pack("docker.io/library/buildpack-deps:24.04") for pack in Repo2Docker().buildpacks)
    chosen = next(pack for pack in packs if pack.detect())
    chosen.platform = "linux/amd64"
    return chosen, chosen.render({"NB_UID": "1000"})


def test_binder_builds_a_plain_python_image(image):
    pack, dockerfile = image
    assert type(pack).__name__ == "PythonBuildPack"
    assert pack.binder_dir == "binder"
    assert pack.python_version == "3.11"
    assert pack.get_post_build_scripts() == ["binder/postBuild"]
    assert pack.get_start_script() is None
    steps = [line for line in dockerfile.splitlines() if line.startswith("RUN")]
    requirements = [
        at for at, step in enumerate(steps) if 'pip install --no-cache-dir -r "binder/requirements.txt"' in step
    ]
    assert len(requirements) == 1
    assert requirements[0] < steps.index("RUN ./binder/postBuild")
    assert "ENV REPO_DIR=" in dockerfile  # postBuild counts on it


def test_post_build_can_be_run(repository):
    assert git(repository, "ls-files", "-s", "binder/postBuild").startswith("100755 ")
    assert os.access(repository / "binder" / "postBuild", os.X_OK)


def test_pins_are_those_that_everything_is_tested_with(repository):
    tested = set((ROOT / "constraints.txt").read_text("utf-8").split())
    lines = (repository / "binder" / "requirements.txt").read_text("utf-8").splitlines()
    pins = {line for line in lines if line and not line.startswith("#")}
    assert pins
    assert pins <= tested
    # JupyterLab comes with the image. Another one would be a second download for every learner.
    assert not any(pin.startswith("jupyterlab") for pin in pins)


# --- what is left for a learner --------------------------------------------------------------------------------------


def test_no_answer_and_no_hidden_test_is_left(built):
    home, _ = built
    files = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    assert home / NOTEBOOK in files
    assert find_leaks(files, secrets()) == []
    assert find_markers(path for path in files if path.suffix == ".ipynb") == []


def test_what_is_secret_would_be_found(project):
    """The same search is not blind: before `postBuild`, the project's files are full of secrets."""
    files = [path for path in project.rglob("*") if path.is_file() and ".git" not in path.parts]
    assert len(find_leaks(files, secrets())) > 100


def test_no_history_is_left(built):
    """Objects in it are compressed, so that no search would find what they hold."""
    home, _ = built
    assert not [path for path in home.rglob("*") if path.name == ".git"]


def test_only_what_learners_need_is_left(built, repository):
    home, _ = built
    left = {path.name for path in home.iterdir()} - {".jupyter", ".gitignore", ".engineroom-release"}
    common = {"exercises", "binder", "README.md", "LICENSE"}
    assert left == common | ({"wheels", "requirements.txt"} if (repository / "wheels").exists() else set())


def test_the_engine_is_installed_first(built, repository):
    _, calls = built
    assert calls[0].startswith("pip install --no-cache-dir ")
    if (repository / "wheels").exists():
        assert re.fullmatch(r"pip install --no-cache-dir wheels/engineroom-[\d.]+-py3-none-any\.whl", calls[0])
        assert "wheels" in calls[1:3]
    else:
        assert calls[0] == "pip install --no-cache-dir ."
        assert "autograder" in calls[1:3]
    assert "jupyter labextension disable @jupyterlab/apputils-extension:announcements" in calls


def test_outside_binder_nothing_is_deleted(project, tmp_path):
    """Somebody will run it out of curiosity."""
    copy = shutil.copytree(project, tmp_path / "copy")
    before = sorted(copy.rglob("*"))
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["./binder/postBuild"], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "for Binder alone" in done.stderr
    assert sorted(copy.rglob("*")) == before


# --- what JupyterLab shows -------------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def jupyterlab(home):
    """Start JupyterLab as Binder does, in the home folder and with the settings found there; give its address."""
    port = free_port()
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "JUPYTER_TOKEN": "x"}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    with (home.parent / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def fetched(address, patience=60):
    """A page of a server that may still be starting."""
    until = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_the_file_browser_opens_at_the_exercises(built):
    home, _ = built
    with jupyterlab(home) as address:
        page = fetched(f"{address}/lab?token=x")
    config = json.loads(re.search(r'id="jupyter-config-data" type="application/json">(.*?)</script>', page, re.S)[1])
    assert config["preferredPath"].strip("/") == "exercises"


def test_binder_opens_the_course_map(built):
    home, _ = built
    with jupyterlab(home) as address:
        fetched(f"{address}/lab?token=x")  # it is up now
        with urllib.request.urlopen(f"{address}/?token=x", timeout=10) as answer:
            assert "/lab/tree/exercises/index.ipynb" in answer.url
    assert (home / "exercises" / "index.ipynb").is_file()
