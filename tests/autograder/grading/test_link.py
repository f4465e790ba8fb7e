"""The checker gets a reply in time, or words that say why not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.errors import CheckFailed, WireError
from autograder.grading.limits import Limits
from autograder.grading.link import Link, Unanswered
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
    link.ask("get")
    threading.Event().wait(0.06)
    with pytest.raises(Unanswered, match=r"took longer than 0\.05 seconds in all"):
        link.ask("get")
    assert link.gone == ""
