"""A worker of a cluster is told what to grade as JSON and answers in JSON, from its own copy of the course."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.errors import EngineRoomError
from autograder.grading import remote
from autograder.grading.assignment import Assignment, Kind
from autograder.grading.course import OwnCourse
from autograder.grading.limits import Limits
from autograder.grading.run import RanCell
from autograder.grading.session import Graded, grade_submission, result_key
from autograder.grading.submission import Submission
from autograder.results import SubmissionResult

LIMITS = Limits(call=10.0, cell=20.0, submission=120.0)  # the machine may be busy
ADDRESS = "tcp://10.0.0.7:4711"
STRANGE = "print('<b>\\ud800</b>')\ndef double(x):\n    return 2 * x  # é"


@pytest.fixture
def course(doubling_class: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The worker's course; outside of Dask nobody but Dask can say the worker's address."""
    monkeypatch.setenv(remote.COURSE, str(doubling_class))
    monkeypatch.setattr(remote, "get_worker", lambda: SimpleNamespace(address=ADDRESS))
    yield doubling_class
    remote._bench.close()


@pytest.fixture
def master(course: Path) -> Assignment:
    return OwnCourse(course).assignment("unit")


def submission(master: Assignment, answer: str = STRANGE) -> Submission:
    answers = {cell.grade_id: cell.released for cell in master.answers} | {"q1_answer": answer}
    return Submission("zoë", answers, {"q1_answer": ("print(1)", "print('\ud800')")}, ("Something was mended.",))


def ask(order: bytes) -> dict[str, Any]:
    reply = remote.grade(order)
    assert isinstance(reply, bytes)
    return dict(json.loads(reply))


@pytest.mark.parametrize("name", ["Engine Room", "Python", "SQLite"])
def test_other_surroundings_are_refused(master: Assignment, name: str) -> None:
    """They would grade otherwise. The sentence names the worker and both versions."""
    order = json.loads(remote.order_of(master, submission(master), LIMITS, remote.surroundings()))
    order["surroundings"][name] = "1.0"
    told = ask(json.dumps(order).encode())["refusal"]
    ours = remote.surroundings()[name]
    assert told.startswith(f"The worker {ADDRESS} can't grade unit. It has {name} {ours} instead of 1.0. Install the")


def test_another_course_is_refused(master: Assignment) -> None:
    """The digest covers solutions and hidden checks."""
    order = json.loads(remote.order_of(master, submission(master), LIMITS, remote.surroundings()))
    order["digest"] = "f" * 64
    told = ask(json.dumps(order).encode())["refusal"]
    assert f"the digest of unit is {master.digest[:12]} instead of {'f' * 12}. Give every worker the same" in told


def test_a_course_that_is_not_there_is_refused(
    master: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the two ways to say where it is."""
    monkeypatch.delenv(remote.COURSE)
    monkeypatch.chdir(tmp_path)
    told = ask(remote.order_of(master, submission(master), LIMITS, remote.surroundings()))["refusal"]
    assert str(tmp_path) in told
    assert told.endswith("Start it in the course's folder, or name that in ENGINEROOM_COURSE.")


def test_a_failure_of_the_engine_comes_back_as_text(master: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception would have to be unpickled."""

    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("in the engine")

    monkeypatch.setattr(remote, "grade_submission", fail)
    told = ask(remote.order_of(master, submission(master), LIMITS, remote.surroundings()))["failure"]
    assert told.endswith("ZeroDivisionError: in the engine\n")


def test_nothing_is_lost_on_the_way(master: Assignment) -> None:
    """Field by field, there and back: a key or a picture that is another one would have everybody graded again."""
    asked = replace(submission(master), prose={"": ("# Mine",), "q1_answer": ("\ud800", "")})
    assert all(getattr(asked, one.name) for one in fields(asked))
    order = json.loads(remote.order_of(master, asked, LIMITS, remote.surroundings()))
    assert remote.submission_from_json(order["submission"]) == asked
    cell = RanCell(Kind.FREE, "q1", "1/0", "out", "ZeroDivisionError", ("aGVsbG8=",))
    assert all(getattr(cell, one.name) for one in fields(cell))
    here = Graded(SubmissionResult("zoë", "unit", (), key="k", run={"seconds": 0.5}), (cell,))
    there = json.loads(json.dumps({"result": here.result.to_json(), "cells": [asdict(one) for one in here.cells]}))
    assert remote.graded_from_json(there) == here


def test_what_comes_back_is_what_grading_here_gives(master: Assignment) -> None:
    """Texts that are no text included; all of it in JSON that every program can read."""
    asked = submission(master)
    order = remote.order_of(master, asked, LIMITS, remote.surroundings())
    assert order.isascii()
    reply = ask(order)
    there = remote.graded_from_json(reply)
    assert there.result.key == result_key(master, asked, LIMITS)
    here = grade_submission(master, asked, LIMITS)
    assert there.cells == here.cells
    assert any("<b>" in cell.text for cell in there.cells)
    drop = {"seconds": 0}
    assert there.result.to_json() | {"run": {**there.result.run, **drop}} == here.result.to_json() | {
        "run": {**here.result.run, **drop}
    }


@pytest.mark.slow
def test_warm_boxes_stay_for_the_newest_and_for_who_is_in_them(course: Path, master: Assignment) -> None:
    """A worker that grades one module after the other doesn't keep the processes of all."""
    bench = remote._Bench()
    keys = [Limits(output=1000 + number) for number in range(4)]
    try:
        with bench.lend("unit", master.digest, keys[0]) as busy:
            made = []
            for limits in keys[1:]:
                with bench.lend("unit", master.digest, limits) as warm:
                    made.append(warm)
            with bench.lend("unit", master.digest, keys[3]) as again:
                assert again is made[-1]
            assert [warm.pairs.closed for warm in (busy, *made)] == [False, True, False, False]
    finally:
        bench.close()
    assert all(warm.pairs.closed for warm in (busy, *made))


def _end_and_use(warm: Any) -> None:
    warm.pairs.close()
    warm.pairs.pair()


@pytest.mark.slow
def test_processes_that_are_gone_are_replaced(course: Path, master: Assignment) -> None:
    """A worker lives long: what failed once may not fail every submission after it."""
    bench = remote._Bench()
    try:
        with pytest.raises(EngineRoomError, match="stopped"), bench.lend("unit", master.digest, LIMITS) as first:
            _end_and_use(first)
        with bench.lend("unit", master.digest, LIMITS) as second:
            assert second is not first
    finally:
        bench.close()
