"""What the documents show is true."""

import re
from pathlib import Path

from autograder.notebooks.build import build
from autograder.question_types import TYPES
from autograder.verify import verify

CONTRIBUTING = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text("utf-8")

AROUND = """\
# ---
# title: Ways
# minutes: 5
# needs: []
# ---

# %% setup
from autograder import Question, raises, same_value

"""


def test_the_sample_question_builds_and_is_proved(tmp_path):
    """An author may copy it as it stands."""
    (sample,) = re.findall(r"^```python\n(.*?)^```$", CONTRIBUTING, re.DOTALL | re.MULTILINE)
    master = tmp_path / "course" / "a9_ways" / "a9_ways.py"
    master.parent.mkdir(parents=True)
    master.write_text(AROUND + sample, "utf-8")
    build(tmp_path)
    report = verify(tmp_path)
    assert report.problems == ()
    assert [(row.question, row.wrong, row.right) for row in report.modules[0].rows] == [("A9.1", "2 of 2", "1 of 1")]


def test_the_table_of_types_names_those_that_are_ready_and_their_checks():
    """Each type once, and each with all of its checks."""
    table = CONTRIBUTING.partition("| `type=` |")[2].partition("\n\n")[0]
    rows = [[re.findall(r"`([^`]+)`", column) for column in line.split("|")] for line in table.split("\n")[2:]]
    listed = {name: tuple(row[3]) for row in rows for name in row[1]}
    assert listed == {name: kind.checks for name, kind in TYPES.items() if kind.ready}
