"""`engineroom check` tells a learner score, reasons and the next step."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app

ROOT = Path(__file__).parents[3]
MODULE = "a2_one_table"
SAMPLES = ROOT / "tests" / "samples" / "submitted"


def check(notebook, *options):
    return CliRunner().invoke(app, ["check", str(notebook), *map(str, options)], env={"COLUMNS": "200"})


def test_a_wrong_notebook_fails_with_reasons_and_the_next_step(tmp_path):
    shutil.copy(SAMPLES / "chidi" / MODULE / f"{MODULE}.ipynb", tmp_path)
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    done = check(tmp_path / f"{MODULE}.ipynb")
    assert done.exit_code == 1
    assert "null-equals" in done.output or "IS NULL" in done.output
    assert "Next: A2." in done.output


def test_a_right_notebook_passes_every_check_this_machine_has(tmp_path):
    report = tmp_path / "report.json"
    done = check(SAMPLES / "bo" / MODULE / f"{MODULE}.ipynb", "--json", report)
    assert done.exit_code == 0, done.output
    data = json.loads(report.read_text())
    assert data["points"] == data["max"] == 20
    assert any(group["hidden"] for question in data["questions"] for group in question["groups"])


def test_without_the_source_only_visible_checks_run(tmp_path):
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    report = tmp_path / "report.json"
    shutil.copy(SAMPLES / "bo" / MODULE / f"{MODULE}.ipynb", tmp_path / f"{MODULE}.ipynb")
    done = check(tmp_path / f"{MODULE}.ipynb", "--json", report)
    assert done.exit_code == 0, done.output
    data = json.loads(report.read_text())
    assert 0 < data["max"] < 20
    assert not any(group["hidden"] for question in data["questions"] for group in question["groups"])


@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b'{"cells": 3}'])
def test_a_damaged_notebook_is_told_in_one_sentence(tmp_path, content):
    (tmp_path / f"{MODULE}.ipynb").write_bytes(content)
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    done = check(tmp_path / f"{MODULE}.ipynb")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
