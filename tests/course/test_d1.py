"""D1 works with few real password hashes, and what its lesson says you should see is what comes out."""

import contextlib
import io
import re
from pathlib import Path

import argon2
import pytest

from autograder.notebooks.master import read_module
from autograder.notebooks.model import Passage

MASTER = Path(__file__).parents[2] / "course" / "d1_passwords" / "d1_passwords.py"
OWASP_MINIMUM = 19456  # KiB


@pytest.fixture(scope="module")
def module():
    return read_module(MASTER)


@pytest.fixture
def space(module):
    """What a notebook holds after its setup cells."""
    space = {"__name__": "__main__"}
    for part in module.parts:
        if isinstance(part, Passage) and part.role == "setup":
            exec(part.cell.source, space)
    return space


def test_grading_one_answer_takes_few_real_hashes(module, space, monkeypatch):
    """Each costs 0.03 s, and a class hands in hundreds of answers."""
    costs = []
    hash_secret, verify = argon2.PasswordHasher.hash, argon2.PasswordHasher.verify

    def counted_hash(self, *args, **more):
        costs.append(self.memory_cost)
        return hash_secret(self, *args, **more)

    def counted_verify(self, stored, password):
        costs.extend(int(cost) for cost in re.findall(r"\$m=(\d+)", str(stored)))
        return verify(self, stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "hash", counted_hash)
    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted_verify)
    for question in module.questions[1:4]:  # hash and check, register, log in
        exec(question.answer.source, space)
        for cell in (question.check, question.hidden):
            exec(cell.source, space)
            result = space["q"].result().check
            assert result.points == result.max, (question.id, result)
    assert 4 <= sum(cost >= OWASP_MINIMUM for cost in costs) <= 15


def test_the_lesson_prints_what_it_says(module, space):
    """A block of several lines behind an example is its output, letter by letter."""
    printed, compared = "", 0
    for part in module.parts:
        if not isinstance(part, Passage) or part.role == "setup":
            continue
        if part.cell.kind == "code":
            out = io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.suppress(argon2.exceptions.Argon2Error):
                exec(part.cell.source, space)
            printed = out.getvalue()
        for block in re.findall(r"What you should see</summary>\n\n```text\n(.*?)```", part.cell.source, re.DOTALL):
            assert block == printed
            compared += 1
    assert compared >= 4
