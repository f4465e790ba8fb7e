"""In the learner's process a test at least finds Python, the setup cells and its helpers as they were."""

from __future__ import annotations

import builtins
import hmac
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.grading.beside import Beside
from autograder.grading.folder import packed


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A learner's names, in a process that the learner may spoil."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    kept = dict(vars(builtins)), hmac.compare_digest, hmac.HMAC.hexdigest
    yield {"__name__": "__main__", "__builtins__": builtins}
    vars(builtins).clear()
    vars(builtins).update(kept[0])
    hmac.compare_digest, hmac.HMAC.hexdigest = kept[1:]  # type: ignore[method-assign]


def beside(space: dict[str, Any], *names: str, files: dict[str, bytes] | None = None) -> Beside:
    shell: Any = types.SimpleNamespace(user_ns=space)
    return Beside(shell, names, list(packed(files or {})))


@pytest.mark.parametrize(
    ("spoiled", "test"),
    [
        ("import builtins\nbuiltins.len = lambda x: 3", "assert len([1]) == 3"),
        ("import builtins\nbuiltins.sorted = lambda x: f()", "assert sorted([2, 1]) == f()"),
        ("import hmac\nhmac.compare_digest = lambda *a: True", "import hmac\nassert hmac.compare_digest('a', 'b')"),
        ("import hmac\nhmac.HMAC.hexdigest = lambda s: 'x'", "import hmac\nassert hmac.new(b'', b'', 'md5').hexdigest() == 'x'"),
        ("def same(a, b): pass", "same(1, 2)"),
        ("import sys, types\nm = types.ModuleType('besidehelper')\nm.equal = lambda a, b: None\nsys.modules['besidehelper'] = m",
         "from besidehelper import equal\nequal(1, 2)"),
        ("open('besidehelper.py', 'w').write('def equal(a, b): pass')", "from besidehelper import equal\nequal(1, 2)"),
    ],
)  # fmt: skip
def test_what_the_learner_spoiled_is_put_back(space: dict[str, Any], spoiled: str, test: str) -> None:
    """So each of these tests, which only a spoiled process passes, fails."""
    files = {"besidehelper.py": b"def equal(a, b):\n    assert a == b\n"}
    runner = beside(space, "f", files=files)
    before = dict(space)
    exec("def same(a, b):\n    assert a == b", space)
    runner.keep(before)
    exec(f"def f(): return [5]\n{spoiled}", space)
    assert runner.run(test, "t", 1000).kind == "error"


def test_the_learners_own_names_are_the_learners(space: dict[str, Any]) -> None:
    runner = beside(space, "limit", "f")
    before = dict(space)
    exec("limit = 1", space)
    runner.keep(before)
    exec("limit = 2\ndef f(): return limit", space)
    assert runner.run("assert f() == limit == 2", "t", 1000).kind == "silent"


def test_a_test_finds_what_an_earlier_one_bound(space: dict[str, Any]) -> None:
    runner = beside(space)
    assert runner.run("found = 5", "t", 1000).kind == "silent"
    assert runner.run("found - 4", "u", 1000).number == 1


def test_an_error_says_what_failed(space: dict[str, Any]) -> None:
    ending = beside(space).run("x = 1\nassert x == 2, 'not two'", "t", 1000)
    assert (ending.kind, ending.text, ending.line, ending.asserted) == ("error", "not two", 2, True)
    assert beside(space).run("raise SystemExit", "t", 1000).kind == "error"
    assert beside(space).run("import sys\nprint('!', file=sys.stderr)", "t", 1000).stderr
