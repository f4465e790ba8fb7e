"""In the learner's process a test at least finds Python, the setup cells and its helpers as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from autograder.grading.assignment import Manner, Plain

HELPER = {"besidehelper.py": b"def equal(a, b):\n    assert a == b\n"}
# What a learner spoils, and a test that only a spoiled process passes.
SPOILED = {
    "builtin": ("import builtins\nbuiltins.len = lambda x: 3", "assert len([1]) == 3"),
    "function": (
        "import hmac\nhmac.compare_digest = max",
        "import hmac\nassert hmac.compare_digest('a', 'b')",
    ),
    "code": (
        "import csv\ncsv.Sniffer.sniff = lambda *a: 'x'",
        "import csv\nassert csv.Sniffer().sniff('a,b\\n1,2') == 'x'",
    ),
    "locked": ("def same(a, b): pass", "same(1, 2)"),
    "module": (
        "import sys, types\nm = types.ModuleType('besidehelper')\nm.equal = lambda a, b: None\n"
        "sys.modules['besidehelper'] = m",
        "from besidehelper import equal\nequal(1, 2)",
    ),
    "file": (
        "with open('besidehelper.py', 'w') as file:\n    file.write('def equal(a, b): pass')",
        "from besidehelper import equal\nequal(1, 2)",
    ),
    "trees": (
        "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Drop())",
        "assert 1 == 2",
    ),
    "lines": ("get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])", "assert 1 == 2"),
    "cells": ("get_ipython().run_cell = lambda *a, **k: None", "assert 1 == 2"),
}


def graded(plain: Any, *cells: Any, answers: Mapping[str, str] | None = None) -> Any:
    """Grade with every test in the learner's process."""
    assignment = plain.assignment(plain.locked("def same(a, b):\n    assert a == b"), *cells, files=HELPER)
    manners = {cell.grade_id: Manner(isolated=False) for cell in assignment.tests}
    return plain.grade(replace(assignment, plain=Plain(HELPER, manners)), answers).result


def test_what_the_learner_spoiled_is_put_back(plain: Any) -> None:
    cells = [plain.answer(name.upper(), "") for name in SPOILED]
    cells += [plain.test(name, test) for name, (_, test) in SPOILED.items()]
    answers = {name.upper(): spoil for name, (spoil, _) in SPOILED.items()}
    assert graded(plain, *cells, answers=answers).scores == dict.fromkeys(SPOILED, 0)


def test_tests_share_a_process_as_in_nbgrader(plain: Any) -> None:
    """The learner's names are the learner's, and a test finds what an earlier one bound."""
    result = graded(
        plain,
        plain.answer("a", "limit = 2\ndef f(): return limit"),
        plain.test("learners", "assert f() == limit == 2\nfound = 5"),
        plain.test("earlier", "found - 4", points=2),
        plain.test("magic", "%time assert f() == 2"),
        plain.test("awaited", "import asyncio\nawait asyncio.sleep(0)"),
        plain.test("exits", "raise SystemExit"),
        plain.test("loops", "while f(): pass"),
        plain.test("after", "assert f() == 2"),
    )
    assert result.scores == {"learners": 1, "earlier": 1, "magic": 1, "awaited": 1, "exits": 0, "loops": 0, "after": 1}


@pytest.mark.parametrize("answer", ["import os\nos._exit(0)", "while True: pass"])
def test_a_learners_cell_without_end_costs_its_own_points(plain: Any, answer: str) -> None:
    result = graded(plain, plain.answer("a", answer), plain.test("t", "assert x"), plain.test("u", "same(1, 1)"))
    assert result.scores == {"t": 0, "u": 1}
