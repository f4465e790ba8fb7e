"""The learner's file: whatever is the matter with it is told in one sentence, and nothing in it is lost."""

import sqlite3
import threading
from datetime import UTC, datetime

import pytest

from autograder.errors import EngineRoomError
from autograder.progress.attempt import attempt_at
from autograder.progress.store import VERSION, ProgressError, Store
from autograder.results import CheckResult, GroupResult, Outcome

NOW = datetime(2025, 3, 4, 10, tzinfo=UTC)


def attempt(points=0.0, question="A2.1", **more):
    outcome = Outcome.RIGHT if points else Outcome.WRONG
    return attempt_at(CheckResult(question, (GroupResult("g", points, 1.0, outcome, "m", "tag"),)), NOW, **more)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "progress.db")


def test_a_damaged_file_is_named_and_left_as_it_is(store):
    store.path.write_bytes(b"not a database" * 500)
    for use in (store.attempts, lambda: store.add([attempt()])):
        with pytest.raises(ProgressError, match=r"progress\.db is damaged\. Move it out of the folder"):
            use()
    assert store.path.read_bytes() == b"not a database" * 500


def test_a_file_cut_short_is_damaged(store):
    store.add([attempt() for _ in range(200)])
    store.path.write_bytes(store.path.read_bytes()[:5000])
    with pytest.raises(ProgressError, match="damaged"):
        store.attempts()


def test_rows_that_make_no_sense_are_damage(store):
    store.add([attempt()])
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE attempts SET outcome = 'splendid'")
    connection.close()
    with pytest.raises(ProgressError, match="damaged"):
        store.attempts()


def test_a_newer_file_is_not_touched(store):
    store.add([attempt()])
    with sqlite3.connect(store.path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    before = store.path.read_bytes()
    with pytest.raises(ProgressError, match="was written by a newer Engine Room"):
        store.add([attempt()])
    assert store.path.read_bytes() == before


def test_a_folder_that_is_missing_is_told(tmp_path):
    with pytest.raises(ProgressError, match="can't be opened or made"):
        Store(tmp_path / "gone" / "progress.db").add([attempt()])


def test_a_folder_in_place_of_the_file_is_told(store):
    store.path.mkdir()
    with pytest.raises(ProgressError, match="can't be opened"):
        store.attempts()


def test_a_locked_file_is_given_up_after_a_moment(store):
    store.add([attempt()])
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(ProgressError, match="is in use by another program"):
            store.add([attempt()])
    finally:
        other.close()
    assert store.add([attempt()]) == 1


def test_troubles_are_a_persons_to_mend():
    assert issubclass(ProgressError, EngineRoomError)


def test_reading_makes_no_file(store):
    assert store.attempts() == []
    assert not store.path.exists()


def test_attempts_come_back_as_they_were(store):
    mine = attempt(hint=2, prediction='it gives "2"', whole=True)
    assert store.add([mine, attempt(question="A2.2")]) == 2
    assert store.attempts("A2.1") == [mine]
    assert len(store.attempts()) == 2


def test_the_same_attempt_is_added_once(store):
    mine = attempt()
    assert (store.add([mine]), store.add([mine, mine])) == (1, 0)
    assert store.attempts() == [mine]


def test_two_writers_at_once_lose_nothing(store):
    """Both begin with no file at all, as two notebooks of a new learner do."""
    troubles = []

    def write():
        for _ in range(10):
            try:
                Store(store.path).add([attempt()])
            except ProgressError as error:  # after the wait: told, and the caller keeps it for the next time
                troubles.append(error)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.attempts()) + len(troubles) == 20
    assert len(troubles) < 10


def test_the_schema_has_a_version(store):
    store.add([attempt()])
    connection = sqlite3.connect(store.path)
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    connection.close()
