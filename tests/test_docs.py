"""What the documents show is true."""

import ast
import re
from pathlib import Path

import yaml

from autograder.notebooks.build import build
from autograder.question_types import TYPES
from autograder.verify import verify

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MANY_MACHINES = (ROOT / "docs" / "many-machines.md").read_text("utf-8")

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


def blocks(text, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_what_many_machines_shows_can_be_read_by_machines():
    """Configuration and program are what they claim to be, and the variable is the one that workers look at."""
    configuration, pods = map(yaml.safe_load, blocks(MANY_MACHINES, "yaml"))
    assert set(configuration["distributed"]["comm"]["tls"]) == {"ca-file", "scheduler", "worker", "client"}
    assert pods["kind"] == "DaskCluster"
    (program,) = blocks(MANY_MACHINES, "python")
    ast.parse(program)
    remote = (ROOT / "autograder" / "grading" / "remote.py").read_text("utf-8")
    assert re.search(r'^COURSE = "ENGINEROOM_COURSE"$', remote, re.MULTILINE)
    assert "`ENGINEROOM_COURSE`" in MANY_MACHINES


def hours(seconds):
    """`40 s`, `12 min`, `7.5 h`: two digits are as much as anybody knows."""
    unit, name = next(pair for pair in ((3600, "h"), (60, "min"), (0.1, "s")) if seconds >= pair[0])
    unit = max(unit, 1)
    return f"{float(f'{seconds / unit:.2g}'):g} {name}"


def test_the_sizes_of_clusters_follow_from_what_was_measured():
    """Whoever measures again changes one table and is told the other."""
    measured = MANY_MACHINES.partition("| measured")[2].partition("\n\n")[0]
    worker, supervisor, memory = (float(one) for one in re.findall(r"\*\*([\d.]+)\*\*", measured))
    rows = []
    for size in (1_000, 100_000, 1_000_000):
        times = (hours(size * max(worker / cores, supervisor) / 1000) for cores in (2, 4, 16, 64))
        rows.append(
            f"| {size:,} | {hours(size * worker / 1000)} | {' | '.join(times)} | {size * memory / 1e6:.2g} GB |"
        )
    assert "\n".join(rows) in MANY_MACHINES, "\n".join(rows)
    busy = f"{worker / supervisor:.0f} cores"
    assert f"{busy} of workers are as many as one supervisor keeps busy" in MANY_MACHINES, busy
