"""Fixtures for tests in a real JupyterLab: `lab`, and what it is made from."""

import importlib.util
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def harness():
    """Import `lab.py`, which stands beside this file and not on the path."""
    spec = importlib.util.spec_from_file_location("browser_lab", Path(__file__).with_name("lab.py"))
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def labextension():
    """The folder of our JupyterLab extension, as it stands in the repository."""
    return REPOSITORY / "autograder" / "labextension"


@pytest.fixture(scope="module")
def running_lab(harness, labextension, tmp_path_factory):
    """One JupyterLab and one browser for all tests of a module; the extension needn't be installed."""
    root, home = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("home")
    with harness.open_lab(root, home, {"engineroom-sql": labextension}) as lab:
        yield lab


@pytest.fixture
def lab(running_lab):
    """JupyterLab for one test, which fails if the page asked another host for anything or a script of it broke."""
    yield running_lab
    other_hosts, errors = running_lab.other_hosts.copy(), running_lab.errors.copy()
    running_lab.other_hosts.clear()
    running_lab.errors.clear()
    assert not other_hosts
    assert not errors
