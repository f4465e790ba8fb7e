"""The command as people type it: help with examples, one sentence for a mistake, honest exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from autograder.cli import app

ROOT = Path(__file__).parents[3]
COMMANDS = sorted(typer.main.get_command(app).commands)


def engineroom(*arguments, cwd=ROOT):
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "no-such.ipynb"], "No notebook at no-such.ipynb"),
        (["grade", "--submitted", "no-such-folder"], "No folder no-such-folder"),
        (["grade", "z9_nothing", "--submitted", "."], "z9_nothing"),
        (["build", "z9_nothing"], "z9_nothing"),
        (["verify", "z9_nothing"], "z9_nothing"),
        (["new", "Not A Module"], "Not A Module"),
    ],
)
def test_a_mistake_is_one_sentence_and_never_a_traceback(arguments, sentence):
    done = engineroom(*arguments)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("engineroom: ")
    assert sentence in done.stderr


def test_outside_a_course_it_says_where_to_go(tmp_path):
    done = engineroom("build", cwd=tmp_path)
    assert done.returncode == 1
    assert "No course here" in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command):
    help_text = typer.main.get_command(app).commands[command].help
    assert f"Example: engineroom {command}" in help_text


def test_every_command_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    missing = [
        command for command in COMMANDS if f"engineroom {command}" not in readme and f"make {command}" not in readme
    ]
    assert not missing
