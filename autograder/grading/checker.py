"""The checker's process: holds the tests and the databases, and judges what the learner's process answers.

It never runs a line that a learner wrote: learner cells are passed on to the worker as text.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import socket
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograder.errors import CheckFailed, NotAttempted, WireError
from autograder.grading.alone import Alone
from autograder.grading.captured import MOST_PICTURES, PICTURE_TEXT, captured
from autograder.grading.folder import unpack
from autograder.grading.held import Held
from autograder.grading.judge import PlainNamespace, judge
from autograder.grading.known import Known
from autograder.grading.limits import Limits
from autograder.grading.link import Link, Peer, Unanswered
from autograder.grading.namespace import Namespace, rehearse, run_cell
from autograder.grading.plain_borrowed import PlainBorrowed
from autograder.grading.standins import Borrowed
from autograder.grading.twins import new_names
from autograder.grading.verdict import Ending
from autograder.grading.warmth import USUAL, load
from autograder.grading.wire import Channel
from autograder.question import Question
from autograder.results import CheckResult, GroupResult, Outcome, Table
from autograder.sandbox.broker import Broker
from autograder.sql.check import rehearsing
from autograder.sql.further import Effort, further
from autograder.values import Json

__all__ = ["Checker", "main", "warm_up"]

_START = 60.0  # seconds for the worker to start, on a busy machine
_HIDDEN = "A hidden check could not be run."
_known = Known()  # the author's cells, from the warming-up on

Message = Mapping[str, Any]


class Checker:
    """Does what the supervisor asks. To teach it a new request, add a method to ``operations``."""

    def __init__(self, link: Link, limits: Limits) -> None:
        self._link, self._limits = link, limits
        further.effort = Effort(databases=limits.search, notebook=False)
        self._space = Namespace((), {})
        self._held = Held(link)
        self.operations: Mapping[str, Callable[[Message], dict[str, Json]]] = {
            "hello": self._hello,
            "setup": self._setup,
            "learner": self._learner,
            "excuse": self._excuse,
            "test": self._test,
            "hold": self._hold,
            "sealed": self._sealed,
            "plain": self._plain,
            "put": self._put,
            "own": self._own,
            "beside": self._beside,
            "judge": lambda request: judge(request, self._space, self._link, self._limits),
        }

    def serve(self, supervisor: Channel) -> None:
        """Answer until the supervisor closes the channel."""
        while True:
            request = _known.restored(supervisor.receive())
            reply = self.operations[request["op"]](request)
            try:
                supervisor.send({**reply, "gone": self._link.gone})
            except WireError as error:
                supervisor.send({"error": f"The checker's reply can't be sent: {error}", "gone": self._link.gone})

    def _hello(self, request: Message) -> dict[str, Json]:
        """Learn which names are the learner's and which answers need no further look, and wait for the worker."""
        further.settled = frozenset(request.get("settled", ()))
        self._space = Namespace(request["names"], request["imports"])
        self._space.borrowed = Borrowed(self._link, self._space)
        self._link.wait_until_ready(_START)
        return {}

    def _plain(self, request: Message) -> dict[str, Json]:
        """From now on this is a plain nbgrader notebook: names are as in a kernel, and arguments come back changed."""
        self._space = PlainNamespace(self._space.names, request["imports"])
        self._space.borrowed = PlainBorrowed(self._link, self._space)
        self._link.begin_cell(float("inf"))
        about = {name: request[name] for name in ("beside", "modules")}
        self._link.ask("plain", names=sorted(self._space.names), **about)
        os.environ["NBGRADER_EXECUTION"] = "autograde"
        return {}

    def _put(self, request: Message) -> dict[str, Json]:
        """Write a file of the assignment's into both working folders."""
        unpack(request)
        self._link.begin_cell(float("inf"))
        self._link.ask("put", path=request["path"], data=request["data"], more=request["more"])
        return {}

    def _beside(self, request: Message) -> dict[str, Json]:
        """Have the worker run a test cell. What it says of the result can be fooled."""
        self._link.begin_cell(float("inf"))
        about = {"source": request["source"], "label": request["grade_id"]}
        try:
            return {"ending": self._link.ask("beside", seconds=request["seconds"], **about).get("ending")}
        except Unanswered as lost:
            return {"ending": Ending("error", text=lost.message, lost=lost.message).to_json()}

    def _own(self, request: Message) -> dict[str, Json]:
        """Run a cell of the author's on this side only: the learner may have changed it on the other."""
        self._link.begin_cell(request["seconds"], request["grade_id"])
        before = dict.copy(self._space)
        with captured(self._limits.output), contextlib.suppress(BaseException):
            run_cell(request["source"], request["grade_id"], self._space)
        twins = new_names(before, dict.copy(self._space))
        if twins and isinstance(self._space.borrowed, PlainBorrowed):
            self._space.borrowed.twins.note(twins, self._space)
            with contextlib.suppress(Unanswered):
                self._link.ask("note", twins=twins)
                self._space.borrowed.after_setup()
        return {}

    def _setup(self, request: Message) -> dict[str, Json]:
        """Run a setup cell on both sides."""
        error, value, before = "", None, dict.copy(self._space)
        with captured(self._limits.output) as out:
            try:
                value = run_cell(request["source"], request["grade_id"], self._space)
            except BaseException as raised:
                error = _place_and_text(raised, request["grade_id"])
        twins = new_names(before, dict.copy(self._space))
        if self._space.borrowed:
            self._space.borrowed.twins.note(twins, self._space)
        reply = self._learner({**request, "twins": twins, "silent": value is None and not out.text})
        if isinstance(self._space.borrowed, PlainBorrowed):
            self._space.borrowed.after_setup()
        return {**reply, "error": error}

    def _learner(self, request: Message) -> dict[str, Json]:
        """Have the worker run a cell. ``names`` are those that the cell should bind."""
        names: Sequence[str] = request.get("names", ())
        self._space.sources.update(dict.fromkeys(names, str(request["source"])))
        self._link.begin_cell(float("inf"))
        try:
            about = {
                "twins": request.get("twins", []),
                "locked": request.get("locked") is True,
                "blind": request.get("blind") is True,
                "names": list(names),
                "setup": "twins" in request,
                "silent": request.get("silent") is True,
            }
            reply = self._link.ask("run", source=request["source"], seconds=request["seconds"], **about)
            problem = _sentence(reply.get("error"))
            self._link.told.update(_texts(reply, names))
        except Unanswered as lost:
            reply, problem = {}, lost.message
        self._space.release(names)
        for name in names:
            self._space.excuses.pop(name, None)
            if problem:
                self._space.excuses[name] = f"Your answer cell could not be run: {problem}"
        return {"out": str(reply.get("out", "")), "problem": problem, "pictures": _pictures(reply)}

    def _excuse(self, request: Message) -> dict[str, Json]:
        """Note why some names will be missing."""
        self._space.release(request["names"])
        self._space.excuses.update(dict.fromkeys(request["names"], request["why"]))
        return {}

    def _hold(self, request: Message) -> dict[str, Json]:
        """Note what a hidden test cell needs, if it is nothing but data."""
        self._link.begin_cell(request["seconds"], request["grade_id"])
        return {"held": self._held.note(request["source"], request["grade_id"], self._space)}

    def _sealed(self, request: Message) -> dict[str, Json]:
        """Run the test cells that were held back, when the learner's process has ended.

        ``missed`` says that what had been noted wasn't enough for one of them.
        """
        self._link.sealed = True
        replies = []
        for test in request["tests"]:
            replies.append(self._run_test(test, self._held.space(test["grade_id"])))
            self._held.done(test["grade_id"])
            if self._link.missed:
                break
        settled = [name for reply in replies for name in reply["settled"]]
        checks = [reply["check"] for reply in replies]
        return {"checks": checks, "settled": settled, "missed": self._link.missed}

    def _test(self, request: Message) -> dict[str, Json]:
        """Run a test cell, and find its result whatever happens. ``hold``: one to hold back that stands behind it."""
        reply = self._run_test(request, self._space)
        return reply | (self._hold(request["hold"]) if "hold" in request else {})

    def _run_test(self, request: Message, space: Namespace) -> dict[str, Any]:
        self._link.begin_cell(request["seconds"], request["grade_id"])
        raised: dict[str, BaseException] = {}

        def watch(question: Question, name: str, error: BaseException) -> None:
            raised[name] = error
            if request.get("enough") and any(group.tag == request["enough"] for group in question.so_far.groups):
                raise _EnoughSeen(question.so_far)

        Question.watcher = watch if request["reveal"] or request["made"] else None
        with captured(self._limits.output) as out:
            try:
                value = run_cell(request["source"], request["grade_id"], space)
                check = _result_in(value) or _whole(request)
            except _EnoughSeen as enough:
                check = enough.check
            except BaseException as error:
                check = self._failed(request, error)
        if not request["reveal"]:
            raised = {name: error for name, error in raised.items() if isinstance(error, CheckFailed) and error.made}
        check = self._revealed(self._sobered(check, request), raised, request["grade_id"])
        settled, further.news = further.news, []
        return {"check": check.to_json(), "out": out.text, "settled": [*settled]}

    def _revealed(self, check: CheckResult, raised: Mapping[str, BaseException], label: str) -> CheckResult:
        """Tell an author what really ended a group, and on which line of the check."""
        return replace(check, groups=tuple(self._told(group, raised.get(group.name), label) for group in check.groups))

    def _told(self, group: GroupResult, error: BaseException | None, label: str) -> GroupResult:
        if error is None or isinstance(error, NotAttempted | NotImplementedError):
            return group
        if isinstance(error, NameError) and error.name in self._space.names:
            return group
        if isinstance(error, CheckFailed):
            if not group.hidden:
                return group
            tables = tuple(table for table in error.tables if isinstance(table, Table)) if error.made else ()
            return replace(group, message=error.message, tables=tables)
        text = _place_and_text(error, label)
        if isinstance(error, AssertionError):
            return replace(group, message=str(error) or text) if group.hidden else group
        return replace(group, outcome=Outcome.COULD_NOT_RUN, message=f"The check stopped: {text}")

    def _sobered(self, check: CheckResult, request: Message) -> CheckResult:
        """Take back what passed because a check swallowed the news that the learner's code gave no answer."""
        lost: dict[str, str] = {}
        for line, why in self._link.failures:
            before = [name for name, _, begin in request["groups"] if begin <= line]
            if before:
                lost.setdefault(before[-1], _HIDDEN if request["hidden"] and not request["reveal"] else why)
        groups = tuple(
            replace(group, points=0.0, outcome=Outcome.COULD_NOT_RUN, message=lost[group.name])
            if group.outcome is Outcome.RIGHT and group.name in lost
            else group
            for group in check.groups
        )
        return replace(check, groups=groups)

    def _failed(self, request: Message, error: BaseException) -> CheckResult:
        """The result of a test cell that an exception ended outside its groups."""
        outcome, message, own = self._explain(request, error)
        if request["hidden"] and own and not request["reveal"]:
            message = _HIDDEN
        return _all(request, outcome, message)

    def _explain(self, request: Message, error: BaseException) -> tuple[Outcome, str, bool]:
        """Outcome, message, and whether the message may quote the cell."""
        if isinstance(error, Unanswered):
            return Outcome.COULD_NOT_RUN, error.message, False
        if isinstance(error, NameError) and error.name in self._space.names:
            return Outcome.NOT_ATTEMPTED, f"There is no `{error.name}` yet.", False
        if isinstance(error, NotImplementedError):
            return Outcome.NOT_ATTEMPTED, "Not written yet: replace the line that raises NotImplementedError.", False
        if isinstance(error, NotAttempted):
            return Outcome.NOT_ATTEMPTED, str(error), True
        text = _place_and_text(error, request["grade_id"])
        if isinstance(error, AssertionError):
            return Outcome.WRONG, str(error) or text, True
        return Outcome.COULD_NOT_RUN, f"The check stopped: {text}", True


class _EnoughSeen(BaseException):
    """Ends a test cell that has said what its caller wants to know."""

    def __init__(self, check: CheckResult) -> None:
        self.check = check


def _result_in(value: object) -> CheckResult | None:
    """The check's result in the value of its last expression: a panel with a ``check``, or the result itself."""
    found = value if isinstance(value, CheckResult) else getattr(value, "check", None)
    return found if isinstance(found, CheckResult) else None


def _whole(request: Message) -> CheckResult:
    """The result of a test cell that ran to its end and didn't say what it found."""
    if request["whole"]:
        return _all(request, Outcome.RIGHT, "")
    return _all(request, Outcome.COULD_NOT_RUN, "The check has no result; its last line should be `q.result()`.")


def _all(request: Message, outcome: Outcome, message: str) -> CheckResult:
    """The same outcome for every group of a test cell."""
    hidden = bool(request["hidden"])
    groups = tuple(
        GroupResult(name, points if outcome is Outcome.RIGHT else 0.0, points, outcome, message, hidden=hidden)
        for name, points, _ in request["groups"]
    )
    return CheckResult(request["question"], groups, hidden)


def _pictures(reply: Message) -> list[Json]:
    """What a cell displayed, as base64 that nobody has looked at yet; "" for what is none."""
    found = reply.get("pictures", ())
    if not isinstance(found, list):
        return []
    fits = (isinstance(one, str) and len(one) <= PICTURE_TEXT for one in found[:MOST_PICTURES])
    return [one if fit else "" for one, fit in zip(found, fits, strict=False)]


def _texts(reply: Message, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The replies about names that came along with a cell's: what is no text has to be asked for."""
    found = reply.get("texts")
    if not isinstance(found, dict):
        return {}
    return {name: {"value": found[name]} for name in names if isinstance(found.get(name), str)}


def _sentence(problem: Any) -> str:
    """What ended a learner's cell; empty when nothing did. A stub that isn't filled in is no problem."""
    if not isinstance(problem, dict) or problem.get("type") == "NotImplementedError":
        return ""
    kind, text, line = (str(problem.get(key, "")) for key in ("type", "text", "line"))
    where = f" in line {line}" if line.isdigit() and line != "0" else ""
    return f"{kind}{where}{': ' + text if text else ''}"[:2_000]


def _place_and_text(error: BaseException, label: str) -> str:
    """An exception of the author's cell with the line it came from."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == f"<{label}>"]
    where = f" in line {lines[-1]}" if lines else ""
    text = str(error)
    return f"{type(error).__name__}{where}{': ' + text if text else ''}"[:2_000]


def warm_up(told: Mapping[str, Any]) -> None:
    """Load libraries, and rehearse: play the author's cells with the author's solution once, and forget the outcome.

    What they cache (data sets, parsed queries, keys) stays for every submission. Check cells are written to be run
    again and again in a kernel, so one more run changes nothing. This process never forks a learner's: it is secret.

    Args:
        told: ``imports``, statements to run, and ``cells``, pairs of a grade id and a text. ``cold``: do without both,
            because one of them starts threads.
    """
    global _known
    cells: Sequence[tuple[str, str]] = told.get("cells", ())
    _known = Known(source for _, source in cells)
    load(USUAL if told.get("cold") else told.get("imports", ()))
    space: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
    with captured(0), rehearsing():
        for grade_id, source in () if told.get("cold") else cells:
            with contextlib.suppress(BaseException):
                rehearse(source, grade_id, space)


def main(descriptors: Sequence[int], told: Mapping[str, Any]) -> None:
    """Serve on inherited sockets until the supervisor closes its own.

    Args:
        descriptors: the lines to the supervisor, to the worker if there is one and, where it needs a broker, to its
            wishes.
        told: the limits.
    """
    limits = Limits.from_json(told)
    supervisor, *workers = (Channel.from_descriptor(number, limits.frame) for number in descriptors[:2])
    worker: Peer = workers[0] if workers else Alone(limits.output)
    for end in descriptors[2:]:
        broker = Broker(socket.socket(fileno=end))
        broker.fence()
        threading.Thread(target=broker.serve, name="broker", daemon=True).start()
    try:
        Checker(Link(worker, limits), limits).serve(supervisor)
    except WireError:
        pass
    finally:
        os._exit(0)
