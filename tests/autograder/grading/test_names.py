"""What a cell binds is read from its text, IPython's own lines included."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.names import bound_by, plain_python, sql_name


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = 1\ny: int = 2\nz: int", "x y z"),
        ("a, (b, *c) = 1, (2, 3)\nd += 1", "a b c d"),
        ("def f(p):\n    q = 1\n\nasync def g(): ...\nclass C:\n    attr = 1", "f g C"),
        ("if True:\n    x = 1\nelse:\n    y = 2\nfor i in []: pass\nwith open('x') as file: pass", "x y i file"),
        ("squares = [n * n for n in range(3)]\nkey = lambda item: item", "squares key"),
        ("if (n := 5) > 3: pass", "n"),
        ("print(x)", ""),
        ("%%sql electric\nSELECT 1", "electric"),
        ("\n%%sql  electric  \nSELECT 1", "electric"),
        ("%%sql\nSELECT 1", ""),
        ("%%bash\nx=1", ""),
        ("%%time\nx = 1", "x"),
        ("%matplotlib inline\n!ls\nx = 1\nfiles = !ls\nx?", "x files"),
        ("def broken(:", ""),
        ("x = '\0'", ""),
    ],
)
def test_names(source: str, names: str) -> None:
    """Only what is bound at the top level counts."""
    assert bound_by(source).names == set(names.split())


def test_imports_are_kept_apart_with_their_statements() -> None:
    """They are imported again by the checker, never asked of the learner."""
    bound = bound_by("import json, os.path\nimport numpy as np\nfrom math import sqrt as root, pi\nimport re\nre = 1")
    assert bound.names == {"re"}
    assert bound.imports == {
        "json": "import json",
        "os": "import os.path",
        "np": "import numpy as np",
        "root": "from math import sqrt as root",
        "pi": "from math import pi",
    }


def test_plain_python_keeps_lines_where_they_are() -> None:
    """Line numbers in messages stay right, and Python's own operators aren't taken for magic."""
    source = "if x:\n    %time f()\n    y = 7 % 2\n!ls\nz = 1"
    text = plain_python(source)
    assert text.split("\n") == ["if x:", "    pass", "    y = 7 % 2", "pass", "z = 1"]
    ast.parse(text)
    assert plain_python("s = '''\n%no magic\n'''") == "s = '''\n%no magic\n'''"


@given(st.text("%!?ab =\n()'\"#:", max_size=60))
def test_no_text_is_too_strange(source: str) -> None:
    """Reading names never fails."""
    bound_by(source)
    sql_name(source)
