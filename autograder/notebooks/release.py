"""Write the learners' bundle: exercises, Binder files, the engine as a wheel, and nothing secret."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.errors import EngineRoomError
from autograder.files import write_text
from autograder.notebooks.audit import find_leaks, find_markers, secret_lines
from autograder.notebooks.build import build, module_paths
from autograder.notebooks.master import Module, read_module
from autograder.notebooks.suites import SUITES
from autograder.progress.place import FILES

__all__ = ["MARKER", "build_wheel", "release"]

MARKER = ".engineroom-release"
_OWN = ("autograder", "binder", "course", "exercises", "solutions", "tests")
_COPIED = ("exercises", "binder", "course/data", "LICENSE")
_LEFT_OUT = shutil.ignore_patterns(".git", ".ipynb_checkpoints", "__pycache__", "*.pyc", ".DS_Store", *FILES)
# Folders that may stand nowhere in the bundle, nor in the wheel.
_FORBIDDEN = {".git", "solutions", "tests", "submitted", "autograded", "gradebook.db"}

_README = """\
# {title}

You learn by doing: each module is a notebook with a lesson, questions, and checks that say at once what is right and
what isn't. The modules are in `exercises/`. The course map, `exercises/index.ipynb`, shows what comes next.

{modules}

## Set up, once

You need Python 3.11 or newer. Open a terminal **in this folder** and see which one you have:

    python3 --version

Make a virtual environment, so that nothing else on your computer changes, and install into it:

    python3 -m venv .venv
    . .venv/bin/activate
    python -m pip install -r requirements.txt

On Windows the first command is `py -m venv .venv`, the second `.venv\\Scripts\\activate`.

## Start

    engineroom start

JupyterLab opens in your browser and shows the course map; each link in it opens a module. Run a cell with Shift+Enter,
from the top: the setup cell comes before the questions. Each question has a cell for your answer, and below it a check:
run your answer, then the check.

What you have mastered is kept in `exercises/progress.db`, on this computer only. To keep it when the folder is
replaced, or to take it along, export it into a file, and later import that file:

    engineroom progress --export my-progress.json
    engineroom progress --import my-progress.json

To stop, press Ctrl+C in the terminal. Next time, activate the environment again, then start. To run all checks of a
notebook that you have saved, without the browser:

    engineroom check exercises/{first}/{first}.ipynb

## If you publish this folder

Make it a repository of its own, never a branch of the one it was released from: the history of that one holds the
solutions. Here there is none, nor a hidden test. Binder can open the new repository as it is, with nothing to install:

    https://mybinder.org/v2/gh/OWNER/REPOSITORY/HEAD?urlpath=lab/tree/exercises/index.ipynb
"""


def release(root: Path, target: Path, *, make_wheel: Callable[[Path, Path], Path] | None = None) -> None:
    """Write the bundle into ``target``, after an audit of every file in it, those in the wheel too.

    Args:
        root: the course's top folder, with generated files that are current.
        target: a folder that doesn't exist, is empty, or was written by an earlier release.
        make_wheel: builds the engine's wheel from one folder into another; `build_wheel` when left out.

    Raises:
        EngineRoomError: the target holds something else, the exercises aren't current, the wheel can't be built, or
            something secret would get out.
    """
    root, target = Path(root).resolve(), Path(target).resolve()
    _check_target(root, target)
    changes = build(root, check_only=True)
    if changes:
        raise EngineRoomError(f"{len(changes)} generated files aren't current, {changes[0]}. Run: engineroom build")
    modules = [read_module(path) for path in module_paths(root)]
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
        bundle = Path(folder) / "bundle"
        _fill(root, bundle, modules, make_wheel or build_wheel)
        _audit(bundle, modules)
        _swap(bundle, target, Path(folder) / "old")


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the engine's wheel from ``root`` into ``folder``, without a network; return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(Path(folder).resolve())]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        why = next((line for line in reversed(said) if "Error" in line), said[-1] if said else "no reason was given")
        raise EngineRoomError(
            f"The engine's wheel can't be built: {why}. Is the author extra installed, with hatchling? "
            'Try: python -m pip install "engineroom[author]"'
        )
    return wheels[0]


def _check_target(root: Path, target: Path) -> None:
    """Refuse a folder that holds anything but an earlier release."""
    if target == root or target in root.parents:
        raise EngineRoomError(f"{target} holds the course itself. Name a new folder.")
    if target.is_relative_to(root) and target.relative_to(root).parts[0] in _OWN:
        raise EngineRoomError(f"{target} is inside a folder that belongs to the course. Name a folder outside of it.")
    if target.exists() and not target.is_dir():
        raise EngineRoomError(f"{target} is a file. Name a new folder.")
    if target.is_dir() and any(target.iterdir()) and not (target / MARKER).is_file():
        raise EngineRoomError(f"{target} isn't empty and wasn't written by a release. Name a new folder, or empty it.")


def _fill(root: Path, bundle: Path, modules: list[Module], make_wheel: Callable[[Path, Path], Path]) -> None:
    """Put everything into the bundle."""
    bundle.mkdir()
    for name in _COPIED:
        source, copy = root / name, bundle / name
        if source.is_dir():
            shutil.copytree(source, copy, ignore=_LEFT_OUT)
        elif source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    wheels = bundle / "wheels"
    wheels.mkdir()
    wheel = make_wheel(root, wheels)
    lines = "\n".join(f"- `exercises/{module.id}`: {module.title} ({module.minutes} minutes)" for module in modules)
    text = _README.format(title="Hopline back-end course", modules=lines, first=modules[0].id)
    write_text(bundle / "README.md", text)
    write_text(bundle / "requirements.txt", f"./wheels/{wheel.name}[auth,lab,web]\n")
    write_text(bundle / MARKER, "Written by `engineroom release`, which may replace this folder.\n")


def _audit(bundle: Path, modules: list[Module]) -> None:
    """Refuse a bundle with a forbidden folder, a master, a marker or a secret line in it."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    masters = {module.path.name for module in modules}
    problems = [f"{name}: must not be released." for name in _names(bundle, files) if _is_forbidden(name, masters)]
    problems += find_markers(path for path in files if path.suffix == ".ipynb")
    problems += map(str, find_leaks(files, secret_lines(*modules)))
    if problems:
        first = "\n".join(problem.replace(f"{bundle}/", "") for problem in problems[:10])
        raise EngineRoomError(f"Nothing was released: {len(problems)} secrets would get out.\n{first}")


def _names(bundle: Path, files: list[Path]) -> Iterator[str]:
    """The names of all files, those inside the wheel too."""
    for path in files:
        yield path.relative_to(bundle).as_posix()
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                yield from (f"{path.name}/{name}" for name in wheel.namelist())


def _is_forbidden(name: str, masters: set[str]) -> bool:
    parts = Path(name).parts
    return parts[-1] in masters or parts[-1] == SUITES or not _FORBIDDEN.isdisjoint(parts)


def _swap(bundle: Path, target: Path, old: Path) -> None:
    """Put the bundle in the target's place; an earlier one is gone only when the new one stands, its history never."""
    bundle.chmod(0o755)
    if target.exists():
        target.rename(old)
    try:
        bundle.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    history = old / ".git"
    if history.exists():  # the bundle is published from here: the next release is its next commit
        history.rename(target / ".git")
