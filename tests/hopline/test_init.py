"""The package as a notebook sees it."""

import doctest
import subprocess
import sys
from pathlib import Path

import hopline


def test_public_names_are_few_and_sorted():
    """`__all__` is a promise to notebooks: sorted, at most eight names, each of them there."""
    assert hopline.__all__ == sorted(hopline.__all__)
    assert len(hopline.__all__) <= 8
    assert [name for name in hopline.__all__ if not hasattr(hopline, name)] == []


def test_fare_rule_is_not_handed_out():
    """Learners write the fare rule themselves, so no public module offers it."""
    public = [name for name in dir(hopline) if not name.startswith("_")]
    assert not {"money", "quote_cents", "apply_promo", "driver_cut_cents"} & set(public)


def test_import_is_light():
    """A first cell imports hopline, so nothing slow may come with it."""
    heavy = {"sqlite_utils", "difflib", "inspect", "zoneinfo"}
    code = f"import sys, hopline; print(sorted({heavy!r} & set(sys.modules)))"
    root = str(Path(hopline.__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": root}
    )
    assert ran.stdout.strip() == "[]"


def test_example_of_the_package_is_true():
    """What the docstring shows is what happens."""
    assert doctest.testmod(hopline) == doctest.TestResults(failed=0, attempted=4)
