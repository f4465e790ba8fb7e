"""A small course as a learner has it, and real kernels in it."""

import os
import shutil
from contextlib import contextmanager

import pytest
from jupyter_client.manager import KernelManager

from autograder.notebooks.build import build

MASTER = """\
# ---
# title: Halves
# minutes: 30
# needs: []
# ---

# %% setup
from autograder import Question, same_value

# %% A1.1 prompt [markdown] type="py-function" core=true
# ## A1.1 Half of it
# Write `half(cents)`.

# %% A1.1 answer
def half(cents):
    ### BEGIN SOLUTION
    return cents // 2
    ### END SOLUTION

# %% A1.1 check
q = Question("A1.1")
with q.check("four", points=1):
    same_value(half(4), 2)
q.result()

# %% A1.1 hidden
q = Question("A1.1", hidden=True)
with q.check("odd", points=2, tag="float-money", advice="Cents stay whole."):
    assert half(5) == 2
q.result()

# %% A1.1 hints [markdown]
# 1. A nudge.
# 2. A pointer to `//`.
# 3. Nearly:
#
#    ```python
#    return cents // ...
#    ```

# %% A1.1 wrong float-money
# Floats.
def half(cents):
    return cents / 2

# %% A1.1 right shift
# Bits.
def half(cents):
    return cents >> 1
"""
OUTLINE = """\
title = "A small course"
modules_a_week = 2

[[units]]
title = "Numbers"

[[units.modules]]
id = "a1_halves"
goal = "halve money"

[[units.modules]]
id = "a2_later"
goal = "do more"
"""


class Kernel:
    """One Jupyter kernel, started as a server starts it for a notebook."""

    def __init__(self, client):
        self._client = client

    def run(self, code):
        """Run a cell; return what it shows as HTML, or else as text, errors too."""
        shown = []

        def keep(message):
            content = message["content"]
            if message["msg_type"] in ("execute_result", "display_data"):
                shown.append(content["data"].get("text/html", content["data"]["text/plain"]))
            elif message["msg_type"] == "stream":
                shown.append(content["text"])
            elif message["msg_type"] == "error":
                shown.append(f"{content['ename']}: {content['evalue']}")

        self._client.execute_interactive(code, timeout=120, output_hook=keep)
        return "\n".join(shown)


@contextmanager
def _kernel_for(notebook, *, options=(), **variables):
    """Start a kernel for a notebook."""
    manager = KernelManager(kernel_name="python3")
    env = {**os.environ, "JPY_SESSION_NAME": str(notebook), **variables}
    manager.start_kernel(cwd=str(notebook.parent), env=env, extra_arguments=list(options))
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=120)
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The course, built once."""
    root = tmp_path_factory.mktemp("made") / "course"
    module = root / "course" / "a1_halves" / "a1_halves.py"
    module.parent.mkdir(parents=True)
    module.write_text(MASTER)
    (root / "course" / "course.toml").write_text(OUTLINE)
    build(root)
    return root


@pytest.fixture
def clone(made, tmp_path):
    """A self-study clone: exercises, and solutions beside them."""
    for name in ("exercises", "solutions"):
        shutil.copytree(made / name, tmp_path / "clone" / name)
    return tmp_path / "clone"


@pytest.fixture
def bundle(made, tmp_path):
    """What a class gets: exercises alone."""
    shutil.copytree(made / "exercises", tmp_path / "bundle" / "exercises")
    return tmp_path / "bundle"


@pytest.fixture
def kernel_for():
    """Starts a kernel for a notebook: `with kernel_for(notebook) as kernel`."""
    return _kernel_for


@pytest.fixture
def notebook_in():
    """Gives the learner's notebook in a clone or a bundle."""
    return lambda root: root / "exercises" / "a1_halves" / "a1_halves.ipynb"
