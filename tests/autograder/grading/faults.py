"""A Dask preload for tests: a worker whose engine fails on what some answers say. Used by `test_cluster.py`."""

import os
import signal
import time
from typing import Any

from autograder.grading import remote
from autograder.grading.session import Graded, grade_submission


def grade(assignment: Any, submission: Any, limits: Any, **options: Any) -> Graded:
    said = submission.answers["q1_answer"]
    if "SLOW" in said:
        time.sleep(1.0)
    if "KILLER" in said:
        os.kill(os.getpid(), signal.SIGKILL)
    if "BUG" in said:
        raise ZeroDivisionError("in the engine")
    return grade_submission(assignment, submission, limits, **options)


remote.grade_submission = grade
