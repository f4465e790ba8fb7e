"""The contract with nbgrader: its own command gives the bytes that our builder gives."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.notebooks.build import build
from autograder.notebooks.scaffold import new_module

REPOSITORY = Path(__file__).parents[2]

FUNCTION = """
# %% A9.2 prompt [markdown] type="py-function"
# ## A9.2 Half of it

# %% A9.2 answer
def half(cents):
    ### BEGIN SOLUTION
    return cents // 2
    ### END SOLUTION

# %% A9.2 check
q = Question("A9.2")
with q.check("halves", points=2):
    assert half(4) == 2
q.result()

# %% A9.2 hidden
q = Question("A9.2", hidden=True)
with q.check("odd numbers", points=0.5):
    assert half(5) == 2
q.result()

# %% A9.2 hints [markdown]
# 1. é
# 2. b
# 3. c
"""


@pytest.mark.slow
def test_nbgraders_own_command_writes_the_same_bytes(tmp_path):
    """`nbgrader generate_assignment` with the project's configuration equals `engineroom build`."""
    path = new_module(tmp_path, "a9_example")
    path.write_text(path.read_text("utf-8") + FUNCTION, "utf-8")
    build(tmp_path)
    released = tmp_path / "exercises" / "a9_example" / "a9_example.ipynb"
    ours = released.read_bytes()
    shutil.rmtree(tmp_path / "exercises")
    shutil.copyfile(REPOSITORY / "nbgrader_config.py", tmp_path / "nbgrader_config.py")
    scripts = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'course'}",
        "HOME": str(tmp_path),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "no-config"),
    }
    command = [str(scripts / "nbgrader"), "generate_assignment", "a9_example"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert released.read_bytes() == ours
