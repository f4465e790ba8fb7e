"""Measure what entering one submission costs, nbgrader's own way beside ours, on the same class in the same run.

    python benchmarks/gradebook.py [--json OUT] [--db URL]

nbgrader's way is what its `autograde` does with the gradebook: `update_or_create_submission`, then a look-up and a
transaction for each cell, as `SaveAutoGrades` has them. Milliseconds of this process's CPU; read the ratio. With --db,
ours is measured on an empty database there, too: then the server's own CPU is not in it.
"""

import argparse
import json
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SAWarning

from autograder.grading.assignment import Assignment
from autograder.grading.batch import Batch
from autograder.grading.database import file_url
from autograder.grading.entry import Entry
from autograder.grading.gradebook import Gradebook

ROOT = Path(__file__).resolve().parents[1]
MODULE = "a2_one_table"
SOURCE = ROOT / "solutions" / MODULE / f"{MODULE}.ipynb"
STOCK, SIZES = 50, (100, 300, 1000)


def entries(size: int, part: float) -> list[Entry]:
    """A class's results, each cell with a part of its points."""
    scores = {cell.grade_id: cell.points * part for cell in Assignment.read(SOURCE).tests}
    return [Entry(MODULE, f"learner{number}", scores, (), datetime(2026, 3, 4)) for number in range(size)]


def ours(book: Gradebook, work: Sequence[Entry]) -> None:
    with Batch(book) as batch:
        for entry in work:
            batch.add(entry)


def stock(book: Gradebook, work: Sequence[Entry]) -> None:
    theirs: Any = book._book
    answers = [cell.grade_id for cell in Assignment.read(SOURCE).answers]
    for entry in work:
        theirs.update_or_create_student(entry.learner)
        theirs.update_or_create_submission(MODULE, entry.learner, timestamp=entry.timestamp)
        for cell, score in (entry.scores or {}).items():
            grade = theirs.find_grade(cell, MODULE, MODULE, entry.learner)
            grade.auto_score, grade.needs_manual_grade = score, False
            theirs.db.commit()
        for cell in answers:
            theirs.find_comment(cell, MODULE, MODULE, entry.learner).auto_comment = None
            theirs.db.commit()


def measure(url: str, size: int, way: Callable[[Gradebook, Sequence[Entry]], None]) -> list[float]:
    """Milliseconds of CPU per submission: new ones, then the same learners with other scores, then nothing new."""
    found = []
    with Gradebook(url) as book, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's
        book.register(MODULE, SOURCE)
        for part in (1.0, 0.5, 0.5):
            work = entries(size, part)
            begin = time.process_time()
            way(book, work)
            found.append((time.process_time() - begin) / size * 1000)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path)
    parser.add_argument("--db", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = {f"nbgrader, {STOCK}": measure(file_url(Path(folder) / "stock.db"), STOCK, stock)}
        for size in SIZES:
            table[f"ours, {size}"] = measure(file_url(Path(folder) / f"{size}.db"), size, ours)
        if options.db:
            table[f"ours on the server, {SIZES[1]}"] = measure(options.db, SIZES[1], ours)
    print(f"{'ms of CPU per submission':<28}{'new':>10}{'changed':>10}{'same':>10}")
    for name, row in table.items():
        print(f"{name:<28}" + "".join(f"{value:>10.2f}" for value in row))
    ratios = [
        theirs / mine for theirs, mine in zip(table[f"nbgrader, {STOCK}"], table[f"ours, {SIZES[1]}"], strict=True)
    ]
    print(f"{'nbgrader / ours':<28}" + "".join(f"{value:>10.0f}" for value in ratios))
    if options.json:
        options.json.write_text(json.dumps({"milliseconds": table, "ratio_to_nbgrader": ratios}, indent=1) + "\n")


if __name__ == "__main__":
    main()
