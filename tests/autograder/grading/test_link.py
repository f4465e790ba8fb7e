"""The checker gets a reply in time, or words that say why not."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.errors import CheckFailed, WireError
from autograder.grading.limits import Limits
from autograder.grading.link import MAX_NESTED, Link, Unanswered
from autograder.grading.wire import Channel

Reply = Callable[[dict[str, Any]], "dict[str, Any] | None"]


@pytest.fixture
def connect() -> Iterator[Callable[[Reply], Link]]:
    """Makes a link to a worker that replies as told; None closes its end."""
    threads = []
    channels = []

    def start(reply: Reply) -> Link:
        ours, theirs = (Channel(end) for end in socket.socketpair())
        channels.append(ours)

        def serve() -> None:
            try:
                while (answer := reply(theirs.receive())) is not None:
                    theirs.send(answer)
            except WireError:
                pass
            theirs.close()

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return Link(ours, Limits(call=0.2))

    yield start
    for channel in channels:
        channel._end.shutdown(socket.SHUT_RDWR)
        channel.close()
    for thread in threads:
        thread.join()


def test_a_reply_is_passed_on(connect: Any) -> None:
    """With its operation's own fields."""
    link = connect(lambda asked: {"n": asked["n"], "value": [asked["op"], asked["name"]]})
    assert link.ask("get", name="x")["value"] == ["get", "x"]
    assert link.gone == ""


def test_what_came_along_is_given_once_and_not_when_something_was_run(connect: Any) -> None:
    """A check that asks again may wait for a thread; a call may change anything, and in the middle of one it has."""
    asked: list[str] = []

    def reply(message: dict[str, Any]) -> dict[str, Any]:
        asked.append(message["op"])
        return {"n": message["n"], "value": len(asked)}

    link = connect(reply)
    link.told["x"] = {"value": "along"}
    assert [link.ask("get", name="x")["value"] for _ in range(2)] == ["along", 1]
    assert link.seen["x"]["value"] == 1
    link.told["x"] = {"value": "along"}
    link.ask("call", id=1)
    assert (link.seen, link.told) == ({}, {})
    link.told["x"] = {"value": "along"}
    link._open[99] = None  # a call is open
    assert link.ask("get", name="x")["value"] == 3
    assert (asked, link.seen) == (["get", "call", "get"], {})


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (lambda asked: threading.Event().wait(0.5) and None, "did not finish within 0.2 seconds"),
        (lambda asked: None, "ended the Python process"),
        (lambda asked: {"n": asked["n"] + 1}, "disturbed the process"),
        (lambda asked: {"out": ""}, "disturbed the process"),
    ],
)
def test_no_reply_is_told_in_words_and_remembered(connect: Any, reply: Reply, words: str) -> None:
    """It means: could not run; and no more is asked of that worker."""
    link = connect(reply)
    with pytest.raises(Unanswered, match=words) as caught:
        link.ask("get", name="x")
    assert isinstance(caught.value, CheckFailed)
    assert not caught.value.ran
    assert words in link.gone
    with pytest.raises(Unanswered, match=words):
        link.ask("get", name="x")


def test_a_result_that_cannot_be_sent_leaves_the_worker_well(connect: Any) -> None:
    """The next question may have an answer."""
    link = connect(lambda asked: {"n": asked["n"], "unsendable": "The value is too deep."})
    with pytest.raises(Unanswered, match=r"can't be checked: The value is too deep\."):
        link.ask("get", name="x")
    with pytest.raises(Unanswered, match="can't be sent"):
        link.ask("call", args=["x" * (9 << 20)])
    assert link.gone == ""


def test_all_questions_of_a_cell_share_its_time(connect: Any) -> None:
    """Many slow calls end as one endless one does, but the worker is well."""
    link = connect(lambda asked: {"n": asked["n"]})
    link.begin_cell(0.05)
    link.ask("call")
    threading.Event().wait(0.06)
    with pytest.raises(Unanswered, match=r"took longer than 0\.05 seconds in all"):
        link.ask("call")
    assert link.gone == ""


class Serving:
    """Answers calls back as told."""

    def __init__(self, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self.answer, self.begun, self.asked = answer, 0, []

    def begin(self) -> None:
        self.begun += 1

    def serve(self, message: Any) -> dict[str, Any]:
        self.asked.append(message["back"])
        return self.answer(message)


@pytest.fixture
def scripted() -> Iterator[Any]:
    """Makes a link to a worker that plays a script: it is given its end of the line."""
    started: list[tuple[threading.Thread, Channel]] = []

    def start(script: Callable[[Channel], None], **limits: Any) -> Link:
        ours, theirs = (Channel(end) for end in socket.socketpair())

        def play() -> None:
            with contextlib.suppress(WireError):
                script(theirs)
                while True:
                    theirs.receive(5)
            theirs.close()

        started.append((threading.Thread(target=play), ours))
        started[-1][0].start()
        return Link(ours, Limits(**{"call": 1.0, **limits}))

    yield start
    for thread, channel in started:
        channel._end.shutdown(socket.SHUT_RDWR)
        channel.close()
        thread.join()


def test_calls_back_are_served_until_the_reply_comes(scripted: Any) -> None:
    """And what they ask for in turn goes to the thread that waits for them."""
    seen = []

    def script(end: Channel) -> None:
        first = end.receive(1)
        end.send({"back": 5})
        inner = end.receive(1)
        seen.append((inner["op"], inner["for"]))
        end.send({"n": inner["n"], "value": "inner"})
        seen.append(end.receive(1))
        end.send({"n": first["n"], "value": "outer"})

    link = scripted(script)
    link.offers = Serving(lambda message: {"value": link.ask("attr")["value"]})
    assert link.ask("call")["value"] == "outer"
    assert seen == [("attr", 5), {"for": 5, "value": "inner"}]
    assert (link.offers.begun, link.offers.asked, link.gone) == (1, [5], "")


def test_the_outer_reply_may_come_before_the_inner_one(scripted: Any) -> None:
    """A function returns while a thread that it started still calls back."""

    def script(end: Channel) -> None:
        first = end.receive(1)
        end.send({"back": 1})
        inner = end.receive(1)
        end.send({"n": first["n"], "value": "outer"})
        end.send({"n": inner["n"], "value": "inner"})

    link = scripted(script)
    inner = []
    link.offers = Serving(lambda message: inner.append(link.ask("attr")["value"]) or {"value": 1})
    assert link.ask("call")["value"] == "outer"
    assert inner == ["inner"]


@pytest.mark.parametrize(
    "message",
    [
        {"back": "1"},
        {"back": True},
        {"back": None},
        {"n": 7},
        {"n": True},
        {"n": [1]},
        {"n": 1},
        {},
    ],
    ids=str,
)
def test_a_message_out_of_place_ends_the_line(scripted: Any, message: dict[str, Any]) -> None:
    """Numbers of the wrong kind, of no question, or twice."""

    def script(end: Channel) -> None:
        end.receive(1)
        end.send({"back": 1})
        end.receive(1)
        end.send({"n": 1})
        end.send(message)

    link = scripted(script)
    link.offers = Serving(lambda _: link.ask("attr"))
    with pytest.raises(Unanswered, match="disturbed the process"):
        link.ask("call")
    assert "disturbed" in link.gone


def test_a_forged_call_ends_the_line_with_its_sentence(scripted: Any) -> None:
    """And is noted with the line of the check, which may swallow the exception."""

    def forged(_: Any) -> dict[str, Any]:
        raise WireError("Nothing of the kind is on offer.")

    link = scripted(lambda end: end.receive(1) and end.send({"back": 1}))
    link.offers = Serving(forged)
    with pytest.raises(Unanswered, match="Nothing of the kind is on offer"):
        link.ask("call")
    assert link.gone == "Nothing of the kind is on offer."
    assert len(link.failures) == 1


def test_calls_back_are_counted_over_the_whole_nest(scripted: Any) -> None:
    """The first ones too many are refused; then the process is given up."""
    refused = []

    def script(end: Channel, many: int) -> None:
        asked = end.receive(1)
        for number in range(many):
            end.send({"back": number + 1})
            refused.append(end.receive(1).get("refused"))
        end.send({"n": asked["n"], "value": 1})

    for many, gone in ((3, False), (4, False), (200, True)):
        refused.clear()
        link = scripted(lambda end, many=many: script(end, many), callbacks=3)
        link.offers = Serving(lambda _: {"value": 0})
        if many == 3:
            assert link.ask("call")["value"] == 1
            assert refused == [None] * 3
        else:
            with pytest.raises(Unanswered, match="made more than 3 calls in one call of this check"):
                link.ask("call")
            assert len(link.offers.asked) == 3
            assert "more than 3 calls" in refused[3]
        assert bool(link.gone) is gone


def test_a_nest_has_a_bottom(scripted: Any) -> None:
    """Each calls the other: that ends after eight, with a sentence, and the line stays in step."""

    def script(end: Channel) -> None:
        waiting = []
        while "op" in (message := end.receive(1)):
            waiting.append(message["n"])
            end.send({"back": len(waiting)})
        while waiting:
            end.send({"n": waiting.pop(), "value": message["value"]})
            message = end.receive(1) if waiting else {}

    def deeper(_: Any) -> dict[str, Any]:
        try:
            return {"value": link.ask("call")["value"]}
        except Unanswered as error:
            return {"value": error.message}

    link = scripted(script)
    link.offers = Serving(deeper)
    assert "more than 8 deep" in link.ask("call")["value"]
    assert len(link.offers.asked) == MAX_NESTED
    assert (link.gone, len(link.failures)) == ("", 1)


def test_one_deadline_covers_the_nest(scripted: Any) -> None:
    """The check's own time counts, and a call inside can't outlast the call outside."""

    def script(end: Channel) -> None:
        end.receive(1)
        end.send({"back": 1})

    def slow(_: Any) -> dict[str, Any]:
        time.sleep(0.3)
        return {"value": 1}

    def patient(_: Any) -> dict[str, Any]:
        return links[-1].ask("call", seconds=60)

    begin, links = time.monotonic(), []
    for serve in (slow, patient):
        links.append(scripted(script, call=0.2))
        links[-1].offers = Serving(serve)
        with pytest.raises(Unanswered, match=r"did not finish within 0\.\d+ seconds"):
            links[-1].ask("call")
        assert links[-1].gone
    assert time.monotonic() - begin < 2


def test_what_a_call_back_gives_may_be_too_large(scripted: Any) -> None:
    """The learner's code is told, the line stays in step, and the group can't pass."""
    got = []

    def script(end: Channel) -> None:
        asked = end.receive(1)
        end.send({"back": 1})
        got.append(end.receive(5))
        end.send({"n": asked["n"], "value": 1})

    link = scripted(script)
    link.offers = Serving(lambda _: {"value": "x" * (9 << 20)})
    link.ask("call")
    assert "can't be sent" in got[0]["refused"]
    assert (link.gone, len(link.failures)) == ("", 1)


def test_who_stops_a_check_leaves_no_line_out_of_step(scripted: Any) -> None:
    """Nothing more is asked of that worker."""

    def stop(_: Any) -> dict[str, Any]:
        raise KeyboardInterrupt

    link = scripted(lambda end: end.receive(1) and end.send({"back": 1}))
    link.offers = Serving(stop)
    with pytest.raises(KeyboardInterrupt):
        link.ask("call")
    with pytest.raises(Unanswered):
        link.ask("call")


def test_threads_of_a_check_ask_one_after_the_other(connect: Any) -> None:
    """Each gets its own reply."""
    link = connect(lambda asked: {"n": asked["n"], "value": asked["name"]})
    got: list[tuple[int, int]] = []
    threads = [
        threading.Thread(target=lambda number=number: got.append((number, link.ask("get", name=number)["value"])))
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [(number, number) for number in range(20)]


def test_a_thread_that_cannot_have_its_turn_is_told(scripted: Any) -> None:
    """A call back that waits for another thread's question would wait for ever."""
    told = []

    def script(end: Channel) -> None:
        asked = end.receive(1)
        end.send({"back": 1})
        end.receive(1)
        end.send({"n": asked["n"], "value": 1})

    def ask() -> None:
        with pytest.raises(Unanswered, match="still busy with another call") as caught:
            link.ask("call", seconds=0.05)
        told.append(caught.value)

    def serve(_: Any) -> dict[str, Any]:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        return {"value": 1}

    link = scripted(script)
    link.offers = Serving(serve)
    assert link.ask("call")["value"] == 1
    assert len(told) == 1
