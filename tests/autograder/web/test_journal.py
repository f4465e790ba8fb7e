"""What a service saw, and how a check speaks about it."""

import pytest

from autograder.errors import CheckFailed
from autograder.web import Journal, Request
from autograder.web.journal import Entry


def journal_of(*lines: str, gap: float = 0.0, **more) -> Journal:
    journal = Journal(budget=20)
    for number, line in enumerate(lines):
        method, target = line.split()
        journal.add(Entry(Request.of(method, target, {"Host": "maps.test"}, b"", number * gap), "200", 200, **more))
    return journal


def test_no_request_at_all_is_said():
    """Nothing is nearest to nothing."""
    with pytest.raises(CheckFailed) as failed:
        Journal().expect("GET", "/distance", query={"from": "A & B"})
    assert failed.value.message == "Expected GET /distance with query from=A & B, but no request arrived."
    assert failed.value.tables == ()


def test_a_refused_request_is_mentioned():
    """The learner did send something."""
    journal = Journal()
    journal.refused.append("The first line isn't an HTTP/1.1 request line.")
    with pytest.raises(CheckFailed, match="A request was refused: The first line"):
        journal.expect("GET", "/")


def test_the_nearest_request_is_shown_with_its_differences():
    """The right path with one wrong parameter is nearer than another path."""
    journal = journal_of("GET /", "POST /distance?from=A&to=C", "GET /distance?from=A&to=B")
    with pytest.raises(CheckFailed) as failed:
        journal.expect("GET", "/distance", query={"from": "A", "to": "C & D"})
    assert failed.value.message == (
        "Expected GET /distance with query from=A&to=C & D, but none arrived. The nearest of 3 requests was "
        "GET /distance?from=A&to=B. The query parameter 'to' is 'B', expected 'C & D'."
    )
    differences, all_requests = failed.value.tables
    assert differences.caption == "Request 3: GET /distance?from=A&to=B"
    assert differences.rows == (("The query parameter 'to'", "'C & D'", "'B'"),)
    assert all_requests.marks == (2,)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        (1, "Expected GET / once, got 3."),
        (0, "Expected GET / never, got 3."),
        (4, "Expected GET / 4 times, got 3."),
        (range(0, 3), "Expected GET / at most 2 times, got 3."),
        (range(4, 6), "Expected GET / 4 to 5 times, got 3."),
        (range(0), "Expected GET / a number of times that can't be, got 3."),
    ],
)
def test_too_many_and_too_few_are_counted(times, message):
    """With those requests marked among all."""
    journal = journal_of("GET /", "GET /x", "GET /", "GET /")
    with pytest.raises(CheckFailed) as failed:
        journal.expect("GET", "/", times=times)
    assert failed.value.message == message
    assert failed.value.tables[0].marks == (0, 2, 3)


def test_what_is_expected_is_returned():
    """Any number if none is given, none if none is expected, a range if that is fair."""
    journal = journal_of("GET /", "GET /x", "GET /")
    assert journal.expect("GET", "/") == [journal[0], journal[2]]
    assert journal.expect("DELETE", times=0) == []
    assert len(journal.expect(times=range(1, 4))) == 3
    assert journal.count(path="/x") == 1


def test_an_endless_loop_is_said_before_anything_else():
    """Whatever else was expected of two hundred requests."""
    journal = journal_of(*["GET /"] * 20)
    journal.overrun = True
    with pytest.raises(CheckFailed, match=r"more than 20 requests: does the loop end\?") as failed:
        journal.expect("POST", "/", times=1)
    assert failed.value.tables[0].total == 20


def test_a_missing_timeout_has_its_tag():
    """The learner is told what to write."""
    journal_of("GET /").expect_timeouts()
    with pytest.raises(CheckFailed, match="timeout=5") as failed:
        journal_of("GET /", waited=True).expect_timeouts()
    assert failed.value.tag == "no-timeout"


def test_a_long_list_of_requests_is_cut_around_the_first_at_fault():
    """What is marked is seen."""
    table = journal_of(*["GET /"] * 50).table((30, 49))
    assert len(table.rows) == 12
    assert table.total == 50
    assert table.rows[table.marks[0]][0] == "31"
    assert len(table.marks) == 1


def test_a_journal_is_a_sequence_of_requests():
    """Indexed, cut, counted and looped over like a list."""
    journal = journal_of("GET /a", "GET /b", "GET /c", gap=1.5)
    assert [request.path for request in journal] == ["/a", "/b", "/c"]
    assert journal[-1].path == "/c"
    assert [request.path for request in journal[1:]] == ["/b", "/c"]
    assert journal.gaps() == [1.5, 1.5]
    assert journal.hosts == {"maps.test"}
    assert "3 requests: GET /a" in repr(journal)
    assert Journal().gaps() == []
