"""Module C1's lesson prints what its text says."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from autograder.notebooks.master import read_module
from autograder.notebooks.model import Passage

MODULE = read_module(Path(__file__).parents[2] / "course" / "c1_http_wire" / "c1_http_wire.py")
PASSAGES = [part.cell for part in MODULE.parts if isinstance(part, Passage)]


def test_each_output_in_the_text_is_what_comes(capsys: pytest.CaptureFixture[str]) -> None:
    """The first block below "What you should see" is the output of the example above it."""
    space: dict[str, object] = {"__name__": "__main__"}
    compared = 0
    for cell, below in pairwise(PASSAGES):
        if cell.kind != "code":
            continue
        told = re.search(r"<summary>What you should see</summary>\n\n```\n(.*?)\n```", below.source, re.DOTALL)
        if "fails" in cell.options:
            with pytest.raises(TypeError, match="can't concat str to bytes"):
                exec(cell.source, space)
            continue
        exec(cell.source, space)
        printed = capsys.readouterr().out.rstrip("\n")
        if told:
            assert printed == told[1]
            compared += 1
    assert compared == 8
