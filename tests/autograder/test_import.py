"""A learner's `import autograder` is light, and offers a few names on purpose."""

import subprocess
import sys

import autograder

HEAVY = (
    "nbgrader",
    "nbconvert",
    "jupytext",
    "nbformat",
    "jinja2",
    "sqlite_utils",
    "rich",
    "typer",
    "IPython",
    "sqlglot",
)


def test_importing_it_loads_nothing_heavy():
    code = f"import autograder, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_notebooks_get_at_most_eight_names_and_all_exist():
    assert autograder.__all__ == sorted(autograder.__all__)
    assert len(autograder.__all__) <= 8
    assert all(hasattr(autograder, name) for name in autograder.__all__)
